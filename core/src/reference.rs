//! Binding labels and referring to them.
//!
//! A reference is made after the bytes of its instruction: what the relocated field holds is its addend.

use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::Reason;
use crate::fixup::Fixup;
use crate::island::Target;
use crate::label::{Chain, DynamicLabel, LabelRef, LabelTable, Name};
use crate::sink::{advance, range, Sink, MAX_CODE};
use bareasm_isa::relocation::{Origin, Relocation};

/// The relocation if it is plain.
const fn plain(relocation: Option<Relocation>) -> Option<Relocation> {
    match relocation {
        Some(relocation) if relocation.is_plain() => Some(relocation),
        _ => None,
    }
}

/// Bytes of the relocated unit.
const fn size(relocation: Option<Relocation>) -> usize {
    match relocation {
        Some(relocation) => relocation.shape().size as usize,
        None => 0,
    }
}

/// Offset and link of a reference of the commonest kind of the architecture whose field holds 0; of another, one of them is beyond
/// everything. `None` if the architecture has no such kind.
#[inline(always)]
fn read_common<A: Arch>(fixup: Fixup) -> Option<(u32, u32)> {
    const { plain(A::COMMON) }.map(|common| fixup.read_as(common))
}

/// Patches a reference that was read so. `None`, and nothing done, if `target` is out of reach, or says that the label is open.
#[inline(always)]
fn patch_common<A: Arch>(at: u32, target: u32, unit: Option<&mut [u8]>) -> Option<()> {
    let common = const { plain(A::COMMON) }?;
    // With its sign an open label is so far before any code that the distance is out of reach, too.
    let target = i64::from(target as i32) as u64;
    common.set(unit?, common.bits(common.distance(at.into(), target))?).ok()
}

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// Binds a label `ahead` bytes after the next byte, and patches the references that wait for it.
    #[inline]
    pub fn bind(&mut self, label: DynamicLabel, ahead: u32) {
        self.bind_at(label, self.ahead(ahead));
    }

    #[inline]
    fn bind_at(&mut self, label: DynamicLabel, at: u32) {
        let chain = self.labels.bind(label.0, at);
        self.patch_bound(chain, at);
    }

    #[inline(always)]
    fn patch_bound(&mut self, chain: Result<Chain, Reason>, at: u32) {
        match chain {
            Ok(chain) => {
                self.patch_all(chain, at, 0);
            }
            Err(reason) => self.fail_at(at, reason),
        }
    }

    /// As [`Assembler::patch_all`], quick if there is only one reference, in front of a position `len` bytes after `at`.
    #[inline]
    pub fn patch_waiting(&mut self, chain: Chain, at: u32, ahead: u32, len: u32) {
        if !chain.is_empty() && !self.patch_only(chain, at.wrapping_add(ahead)) {
            // That the position has stayed the same is not seen by the compiler: the next invocation would have to load it, and on
            // the quick way, too.
            let refused = self.patch_all(chain, at, ahead);
            self.sink.seal_near(at.wrapping_add(len) | refused, 0);
        }
    }

    /// Room for `N` bytes at `at`, and the label table.
    #[inline(always)]
    pub fn claim<const N: usize>(&mut self, at: u32) -> Option<(&mut [u8; N], &mut T)> {
        Some((self.sink.open(at)?, &mut self.labels))
    }

    /// Does for each of these steps but the first `done` what a label asks for at a place so many bytes before the next byte:
    /// to be bound, or to be referred to from a relocated unit of this kind.
    #[cold]
    #[inline(never)]
    pub fn label_steps(&mut self, done: usize, steps: &[(DynamicLabel, u8, u32)]) {
        for (label, kind, back) in steps.get(done..).unwrap_or_default() {
            self.label_step(*label, *kind, *back);
        }
    }

    /// As [`Assembler::label_steps`], where some labels are local names. (Programs without them do not need what these need.)
    #[cold]
    #[inline(never)]
    pub fn named_steps(&mut self, done: usize, steps: &[(LabelRef, u8, u32)]) {
        for (label, kind, back) in steps.get(done..).unwrap_or_default() {
            let label = match label {
                LabelRef::Next(name) if *kind == crate::__private::BIND => {
                    self.define_at(*name, self.back(*back));
                    continue;
                }
                LabelRef::Label(label) => *label,
                LabelRef::Next(name) => self.next(*name, false),
                LabelRef::Previous(name) => self.previous(*name, false),
            };
            self.label_step(label, *kind, *back);
        }
    }

    #[inline]
    fn label_step(&mut self, label: DynamicLabel, kind: u8, back: u32) {
        match Relocation::from_number(kind) {
            Some(relocation) => self.refer(label, relocation, back),
            None => self.bind_at(label, self.back(back)),
        }
    }

    /// Where a label is bound. If it is open, the reference is deferred; if that or the label is no good, that is latched.
    #[inline(always)]
    fn bound_or_defer(&mut self, label: DynamicLabel, relocation: Relocation, at: u32) -> Option<u32> {
        if T::MOVES {
            self.keep(at, relocation, Target::Label(label.0));
            return None;
        }
        let reason = match self.labels.position(label.0) {
            Ok(None) => match self.labels.defer(label.0, at, relocation) {
                Err(Reason::FixupsFull) => {
                    self.patch_bound_references();
                    self.labels.defer(label.0, at, relocation).err()?
                }
                result => result.err()?,
            },
            Ok(target) => return target,
            Err(reason) => reason,
        };
        self.fail_at(at, reason);
        None
    }

    /// Patches the listed references whose labels are bound, and forgets them. Returns the first one whose label is open.
    pub(crate) fn patch_bound_references(&mut self) -> Option<u32> {
        let end = self.sink.offset();
        let (mut next, mut kept, mut first_open) = (0, 0usize, None);
        while let Some(fixup) = self.patch_list(&mut next) {
            let (_, offsets) = self.labels.references();
            let target = offsets.get(fixup.link() as usize).copied().filter(|target| *target <= MAX_CODE);
            match target {
                Some(target) if fixup.at() < end => self.patch_fixup(fixup, target),
                Some(_) => kept = kept.wrapping_add(1), // not written yet
                None if fixup.is_reference() => {
                    kept = kept.wrapping_add(1);
                    first_open = first_open.or(Some(fixup.at()));
                }
                None => {}
            }
        }
        self.labels.settle(kept, end);
        match (self.labels.first_waiting(), first_open) {
            (Some(waiting), Some(open)) => Some(waiting.min(open)),
            (waiting, open) => waiting.or(open),
        }
    }

    /// Patches the listed references from `next` on, up to the first one that is not of the common kind, to a label that is bound, or
    /// within reach.
    #[inline(never)]
    fn patch_list(&mut self, next: &mut usize) -> Option<Fixup> {
        let (references, offsets) = self.labels.references();
        let references = references.get(*next..)?;
        let mut rest = references.iter();
        let other = match self.sink.written() {
            Some((start, code)) => rest.find(|fixup| {
                let Some((at, link)) = read_common::<A>(**fixup) else { return true };
                let Some(target) = offsets.get(link as usize) else { return true };
                let unit = code.get_mut(range(at.wrapping_sub(start), const { size(A::COMMON) }));
                patch_common::<A>(at, *target, unit).is_none()
            }),
            None => rest.next(), // the code is incomplete, and what the fields hold is unknown
        };
        *next = next.wrapping_add(references.len().wrapping_sub(rest.len()));
        other.copied()
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
        if T::MOVES {
            return self.keep(at, relocation, target);
        }
        if let Err(reason) = self.patch_target(at, relocation, target) {
            self.divert(at, relocation, target, reason);
        }
    }

    /// A reference that does not reach its target, or whose distance is not known: to an island, or the end of it.
    #[cold]
    #[inline(never)]
    fn divert(&mut self, at: u32, relocation: Relocation, target: Target, reason: Reason) {
        let reason = match reason {
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
        if T::MOVES {
            return self.keep(at, relocation, Target::Offset(target));
        }
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

    /// Takes note of a reference to a place of the code that the relocated unit says already which starts `back` bytes before the
    /// next byte. Nothing is done unless code [moves](LabelTable::MOVES).
    #[inline(always)]
    pub fn refer_within(&mut self, relocation: Relocation, back: u32) {
        if T::MOVES {
            let at = self.back(back);
            if let Some(unit) = self.sink.window(at, relocation.shape().size.into()) {
                let distance = relocation.take_addend(unit);
                let target = distance.wrapping_sub(relocation.distance(at.into(), 0));
                match u32::try_from(target) {
                    Ok(target) => self.keep(at, relocation, Target::Offset(target)),
                    Err(_) => self.fail_at(at, Reason::TargetRange),
                }
            }
        }
    }

    /// The branch whose relocated unit starts `back` bytes before the next byte keeps its length where code
    /// [moves](LabelTable::MOVES).
    #[inline(always)]
    pub fn keep_length(&mut self, back: u32) {
        if T::MOVES {
            let at = self.back(back);
            if let Err(reason) = self.labels.keep_length(at) {
                self.fail_at(at, reason);
            }
        }
    }

    /// Hands a reference to a table of code that moves.
    #[inline(never)]
    fn keep(&mut self, at: u32, relocation: Relocation, target: Target) {
        if let Err(reason) = self.labels.keep(at, relocation, target) {
            self.fail_at(at, reason);
        }
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
    #[inline]
    pub fn local_define(&mut self, name: Name, ahead: u32) {
        self.define_at(name, self.ahead(ahead));
    }

    #[inline]
    fn define_at(&mut self, name: Name, at: u32) {
        let chain = self.labels.define(name, at);
        self.patch_bound(chain, at);
    }

    /// The next definition of a local name, `>name`.
    pub fn local_forward(&mut self, name: Name) -> DynamicLabel {
        self.next(name, true)
    }

    /// The previous definition of a local name, `<name`. That there is none is latched as [`Reason::LabelUnbound`].
    pub fn local_backward(&mut self, name: Name) -> DynamicLabel {
        self.previous(name, true)
    }

    #[inline]
    fn next(&mut self, name: Name, kept: bool) -> DynamicLabel {
        let label = self.labels.local(name, kept).map(|(next, _)| next);
        self.named(label)
    }

    #[inline]
    fn previous(&mut self, name: Name, kept: bool) -> DynamicLabel {
        let label = self.labels.local(name, kept).and_then(|(_, previous)| match self.labels.position(previous)? {
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

    /// Patches the only reference in a chain, of the common kind; `false`, and nothing done, if it is another one. There has just been
    /// room for code behind it, so nothing is missing in the sink.
    #[inline]
    fn patch_only(&mut self, chain: Chain, target: u32) -> bool {
        let only = const { plain(A::COMMON) }.and_then(|common| chain.only(common));
        let unit = |at| patch_common::<A>(at, target, self.sink.begin(at, const { size(A::COMMON) }));
        only.and_then(unit).is_some()
    }

    /// Patches the references in a chain to a label that is bound `ahead` bytes after `at`. Returns bit 31 of the position, which says
    /// that something has failed.
    #[inline(never)]
    pub fn patch_all(&mut self, mut chain: Chain, at: u32, ahead: u32) -> u32 {
        let target = at.wrapping_add(ahead);
        while let Some(fixup) = self.labels.take(&mut chain) {
            let common = read_common::<A>(fixup).filter(|(_, link)| *link <= Fixup::MAX_LINK);
            let unit = |(at, _)| patch_common::<A>(at, target, self.sink.window(at, const { size(A::COMMON) }));
            if common.and_then(unit).is_none() {
                self.patch_slowly(fixup, chain, target);
                break;
            }
        }
        self.sink.mark() & !MAX_CODE
    }

    #[inline(never)]
    fn patch_slowly(&mut self, first: Fixup, mut chain: Chain, target: u32) {
        self.patch_fixup(first, target);
        while let Some(fixup) = self.labels.take(&mut chain) {
            self.patch_fixup(fixup, target);
        }
    }

    #[inline(never)]
    fn patch_fixup(&mut self, fixup: Fixup, target: u32) {
        if let Some(relocation) = fixup.relocation() {
            self.patch_here(fixup.at(), relocation, target);
        }
    }
}
