//! Binding labels and referring to them.
//!
//! A reference is made after the bytes of its instruction: what the relocated field holds is its addend.

use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::Reason;
use crate::fixup::Fixup;
use crate::island::Target;
use crate::label::{Chain, DynamicLabel, LabelTable, Name};
use crate::sink::{advance, Sink, MAX_CODE};
use bareasm_isa::relocation::{Origin, Relocation};

const fn is_plain(relocation: Option<Relocation>) -> bool {
    match relocation {
        Some(relocation) => relocation.is_plain(),
        None => false,
    }
}

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// Binds a label `ahead` bytes after the next byte, and patches the references that wait for it.
    #[inline]
    pub fn bind(&mut self, label: DynamicLabel, ahead: u32) {
        let at = self.ahead(ahead);
        let chain = self.labels.bind(label.0, at);
        self.patch_bound(chain, at);
    }

    /// Patches the references that a label has gathered which is now bound at `at`.
    #[inline(always)]
    fn patch_bound(&mut self, chain: Result<Chain, Reason>, at: u32) {
        match chain {
            Ok(Chain::EMPTY) => {}
            Ok(chain) => self.patch_chain(chain, at),
            Err(reason) => self.fail_at(at, reason),
        }
    }

    /// The bits by which a relocated unit refers to a label: to be exclusive-ored into the unit, which lies `ahead` bytes after
    /// the next byte, and whose field is zero. `KIND` is the number of a [plain](Relocation::is_plain) relocation.
    ///
    /// They are 0 as long as the label is open: the unit is patched later. They are 0 after a failure, too; it is latched,
    /// and nothing is written.
    #[inline]
    pub fn distance<const KIND: u8>(&mut self, label: DynamicLabel, ahead: u32) -> i64 {
        let at = self.ahead(ahead);
        // Most references go back, to a label that is bound. One copy of this for each kind, folded, is small enough to be
        // inlined; everything else is shared.
        let target = self.labels.bound(label.0);
        if let (Some(relocation), true) = (const { Relocation::from_number(KIND) }, target <= MAX_CODE) {
            if let Some(bits) = relocation.bits(relocation.distance(at.into(), target.into())) {
                return bits as i64;
            }
        }
        self.refer_ahead(label, KIND, at);
        0
    }

    /// What [`Assembler::distance`] leaves: an open label, or a failure.
    #[inline(never)]
    fn refer_ahead(&mut self, label: DynamicLabel, kind: u8, at: u32) {
        let Some(relocation) = Relocation::from_number(kind) else { return self.fail_at(at, Reason::OperandConflict) };
        if let Some(target) = self.bound_or_defer(label, relocation, at) {
            self.fail_distance(at, relocation, target);
        }
    }

    /// Where a label is bound. If it is open, the reference is deferred; if that or the label is no good, that is latched.
    #[inline(always)]
    fn bound_or_defer(&mut self, label: DynamicLabel, relocation: Relocation, at: u32) -> Option<u32> {
        let reason = match self.labels.position(label.0) {
            Ok(None) => self.labels.defer(label.0, at, relocation).err()?,
            Ok(target) => return target,
            Err(reason) => reason,
        };
        self.fail_at(at, reason);
        None
    }

    /// Latches why a reference to a label that is bound has no bits.
    #[cold]
    #[inline(never)]
    fn fail_distance(&mut self, at: u32, relocation: Relocation, target: u32) {
        let result = relocation.patch(&mut [0; 8], at.into(), target.into());
        self.divert(at, relocation, Target::Offset(target), result.err().unwrap_or(Reason::TargetRange));
    }

    /// Refers to a label from the relocated unit that starts `back` bytes before the next byte.
    #[inline(never)] // the general case: addends, addresses, kinds that are not plain
    pub fn refer(&mut self, label: DynamicLabel, relocation: Relocation, back: u32) {
        let at = self.back(back);
        if let Some(target) = self.bound_or_defer(label, relocation, at) {
            self.patch_or_divert(at, relocation, Target::Offset(target));
        }
    }

    /// Refers to an absolute address from the relocated unit that starts `back` bytes before the next byte. Needs the
    /// base, unless the relocation is absolute itself.
    #[inline(never)]
    pub fn refer_address(&mut self, address: u64, relocation: Relocation, back: u32) {
        self.patch_or_divert(self.back(back), relocation, Target::Address(address));
    }

    /// Refers to an offset from the relocated unit that starts `back` bytes before the next byte.
    pub(crate) fn refer_offset(&mut self, target: u32, relocation: Relocation, back: u32) {
        self.patch_or_divert(self.back(back), relocation, Target::Offset(target));
    }

    /// Makes the relocated unit at `at` refer to a target, which an island may have to serve.
    #[inline]
    fn patch_or_divert(&mut self, at: u32, relocation: Relocation, target: Target) {
        if let Err(reason) = self.patch_target(at, relocation, target) {
            self.divert(at, relocation, target, reason);
        }
    }

    /// A reference that does not reach its target, or whose distance is not known: to an island, or the end of it.
    #[cold]
    #[inline(never)]
    fn divert(&mut self, at: u32, relocation: Relocation, target: Target, reason: Reason) {
        let reason = match reason {
            // A veneer would go where no instruction can be.
            Reason::TargetRange | Reason::NoBase if !target.is_multiple_of(relocation.shape().field.mul.unsigned_abs()) => {
                Reason::TargetAlignment
            }
            Reason::TargetRange | Reason::NoBase => match self.labels.divert(at, relocation, target) {
                Ok(()) => return,
                Err(Reason::TargetRange) => reason,
                Err(reason) => reason,
            },
            reason => reason,
        };
        self.fail_at(at, reason);
    }

    /// Makes the relocated unit at offset `at`, which has been written, refer to the offset `target`.
    #[inline(never)]
    pub fn patch_here(&mut self, at: u32, relocation: Relocation, target: u32) {
        if let Err(reason) = self.patch_offset(at, relocation, target) {
            self.fail_at(at, reason);
        }
    }

    /// Makes the relocated unit at offset `at` refer to a target.
    #[inline]
    pub(crate) fn patch_target(&mut self, at: u32, relocation: Relocation, target: Target) -> Result<(), Reason> {
        match (target, self.base) {
            (Target::Offset(target), _) => self.patch_offset(at, relocation, target),
            (Target::Address(address), Some(base)) => self.patch_address(at, relocation, base, address),
            (Target::Address(address), None) if relocation.shape().origin == Origin::Absolute => {
                self.patch_address(at, relocation, 0, address)
            }
            (Target::Address(_), None) => Err(Reason::NoBase),
            (Target::Label(_), _) => Err(Reason::LabelUnbound),
        }
    }

    #[inline]
    fn patch_offset(&mut self, at: u32, relocation: Relocation, target: u32) -> Result<(), Reason> {
        let base = match self.base {
            Some(base) => base,
            None if relocation.needs_address() => return Err(Reason::NoBase),
            None => 0,
        };
        self.patch_address(at, relocation, base, base.wrapping_add(target.into()))
    }

    /// Adds to what the relocated field holds that starts `back` bytes before the next byte: the addend of a reference that
    /// is made afterwards (`label + expr`). In bytes; must itself fit the field.
    pub fn add_addend(&mut self, relocation: Relocation, back: u32, addend: i64) {
        let at = self.back(back);
        if let Some(unit) = self.sink.window(at, relocation.shape().size.into()) {
            if let Err(reason) = relocation.add(unit, addend) {
                self.fail_at(at, reason);
            }
        }
    }

    /// The label of a global name, `=>name`.
    pub fn global(&mut self, name: Name) -> DynamicLabel {
        let label = self.labels.global(name);
        self.named(label)
    }

    /// Binds the next definition of a local name, `name:`, `ahead` bytes after the next byte.
    pub fn local_define(&mut self, name: Name, ahead: u32) {
        let at = self.ahead(ahead);
        let chain = self.labels.define(name, at);
        self.patch_bound(chain, at);
    }

    /// The next definition of a local name, `>name`.
    pub fn local_forward(&mut self, name: Name) -> DynamicLabel {
        let label = self.labels.local(name).map(|(next, _)| next);
        self.named(label)
    }

    /// The previous definition of a local name, `<name`. That there is none is latched as [`Reason::LabelUnbound`].
    pub fn local_backward(&mut self, name: Name) -> DynamicLabel {
        let label = self.labels.local(name).and_then(|(_, previous)| match self.labels.position(previous)? {
            Some(_) => Ok(previous),
            None => Err(Reason::LabelUnbound),
        });
        self.named(label)
    }

    fn named(&mut self, label: Result<u32, Reason>) -> DynamicLabel {
        match label {
            Ok(label) => DynamicLabel(label),
            Err(reason) => {
                self.fail_at(self.sink.offset(), reason);
                DynamicLabel::NONE
            }
        }
    }

    #[inline(always)]
    fn ahead(&self, ahead: u32) -> u32 {
        advance(self.sink.offset(), ahead as usize) & MAX_CODE
    }

    #[inline(always)]
    fn back(&self, back: u32) -> u32 {
        self.sink.offset().wrapping_sub(back) & MAX_CODE
    }

    #[inline(always)]
    fn patch_address(&mut self, at: u32, relocation: Relocation, base: u64, target: u64) -> Result<(), Reason> {
        match self.sink.window(at, relocation.shape().size.into()) {
            Some(unit) => relocation.patch(unit, base.wrapping_add(at.into()), target),
            // The code is incomplete, and what the field holds is unknown.
            None => Ok(()),
        }
    }

    #[inline(always)]
    pub(crate) fn patch_fixup(&mut self, fixup: Fixup, target: u32) {
        let at = fixup.at();
        match A::COMMON {
            Some(common) if fixup.is(common) && const { is_plain(A::COMMON) } => {
                if let Err(reason) = self.patch_address(at, common, 0, target.into()) {
                    self.fail_at(at, reason);
                }
            }
            _ => {
                if let Some(relocation) = fixup.relocation() {
                    self.patch_here(at, relocation, target);
                }
            }
        }
    }

    #[inline(never)]
    fn patch_chain(&mut self, mut chain: Chain, target: u32) {
        while let Some(fixup) = self.labels.take(&mut chain) {
            self.patch_fixup(fixup, target);
        }
    }
}
