//! A label table that keeps an eye on deadlines.

use super::deadline::Deadlines;
use super::memory::{IslandMemory, List, Target, Waiting};
use crate::arch::Arch;
use crate::error::{Error, Reason};
use crate::fixup::Fixup;
use crate::label::{Chain, LabelTable, Name};
use bareasm_isa::relocation::Relocation;
use core::marker::PhantomData;

/// The label table `T`, and for code of the architecture `A` the references whose reach is limited, in the memory `M`.
#[derive(Debug)]
pub struct IslandTable<A, T, M> {
    pub(super) labels: T,
    pub(super) memory: M,
    pub(super) deadlines: Deadlines,
    /// The most bytes that the literals take, padding included.
    pub(super) literal_size: u32,
    arch: PhantomData<fn() -> A>,
}

impl<A: Arch, T: LabelTable, M: IslandMemory> IslandTable<A, T, M> {
    /// A table of these parts, which are empty.
    pub const fn new(labels: T, memory: M) -> Self {
        IslandTable { labels, memory, deadlines: Deadlines::NONE, literal_size: 0, arch: PhantomData }
    }

    /// The label table inside.
    pub fn labels(&self) -> &T {
        &self.labels
    }

    /// The label table inside, to be changed.
    pub fn labels_mut(&mut self) -> &mut T {
        &mut self.labels
    }

    /// Throws out references that were served, or whose label was bound, and counts again.
    pub(super) fn sweep(&mut self) {
        let IslandTable { labels, memory, deadlines, .. } = self;
        let waiting = memory.lists_mut().0;
        *deadlines = Deadlines::NONE;
        let mut kept = 0;
        for n in 0..waiting.elements().len() {
            let Some(reference) = waiting.elements().get(n).copied() else { break };
            let done = match reference.target {
                Target::Label(label) => !matches!(labels.position(label), Ok(None)),
                Target::Offset(_) | Target::Address(_) => false,
            };
            let Some(kind) = A::VENEERS.kind(reference.relocation).filter(|_| !done && !reference.is_served()) else { continue };
            deadlines.add(kind, reference.at, reference.relocation);
            if let Some(slot) = waiting.elements_mut().get_mut(kept) {
                *slot = reference;
                kept = kept.wrapping_add(1);
            }
        }
        waiting.truncate(kept);
    }

    /// Takes note of a reference if its kind is watched; whether there is room for it.
    fn watch(&mut self, at: u32, relocation: Relocation, target: Target) -> bool {
        let Some(kind) = A::VENEERS.kind(relocation) else { return true };
        let reference = Waiting { at, relocation, target };
        let list = self.memory.lists_mut().0;
        if !list.push(reference) {
            // While an island is made: a veneer's own reference takes the place of the one that it serves.
            match list.elements_mut().iter_mut().find(|waiting| waiting.is_served()) {
                Some(served) => *served = reference,
                None => {
                    self.sweep();
                    if !self.memory.lists_mut().0.push(reference) {
                        return false;
                    }
                }
            }
        }
        self.deadlines.add(kind, at, relocation);
        true
    }
}

impl<A: Arch, T: LabelTable + Default, M: IslandMemory + Default> Default for IslandTable<A, T, M> {
    fn default() -> Self {
        IslandTable::new(T::default(), M::default())
    }
}

impl<A: Arch, T: LabelTable, M: IslandMemory> LabelTable for IslandTable<A, T, M> {
    #[inline]
    fn create(&mut self, count: u32) -> Option<u32> {
        self.labels.create(count)
    }

    #[inline(always)]
    fn position(&self, label: u32) -> Result<Option<u32>, Reason> {
        self.labels.position(label)
    }

    #[inline(always)]
    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason> {
        self.labels.bind(label, at)
    }

    #[inline(always)]
    fn take(&mut self, chain: &mut Chain) -> Option<Fixup> {
        self.labels.take(chain)
    }

    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason> {
        self.labels.defer(label, at, relocation)?;
        if self.watch(at, relocation, Target::Label(label)) {
            return Ok(());
        }
        self.labels.withdraw(label, at); // so that it can be tried once more
        Err(Reason::FixupsFull)
    }

    fn withdraw(&mut self, label: u32, at: u32) -> bool {
        self.labels.withdraw(label, at)
    }

    fn divert(&mut self, at: u32, relocation: Relocation, target: Target) -> Result<(), Reason> {
        let kind = A::VENEERS.kind(relocation).and_then(|kind| A::VENEERS.kinds.get(kind));
        if kind.is_none_or(|kind| kind.veneer.is_none()) {
            return Err(Reason::TargetRange);
        }
        if !target.is_multiple_of(relocation.shape().field.mul.unsigned_abs()) {
            return Err(Reason::TargetAlignment); // the veneer would go where no instruction can be
        }
        if self.watch(at, relocation, target) {
            Ok(())
        } else {
            Err(Reason::FixupsFull)
        }
    }

    fn references(&self) -> (&[Fixup], &[u32]) {
        self.labels.references()
    }

    fn settle(&mut self, kept: usize, end: u32) {
        self.labels.settle(kept, end);
    }

    fn first_waiting(&self) -> Option<u32> {
        self.labels.first_waiting()
    }

    /// References that were diverted must have been served by an island.
    fn complete(&self) -> Result<(), Error> {
        let diverted = |waiting: &&Waiting| !matches!(waiting.target, Target::Label(_));
        match self.memory.lists().0.elements().iter().find(diverted) {
            Some(waiting) => Err(Error::at(waiting.at, Reason::TargetRange)),
            None => self.labels.complete(),
        }
    }

    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        self.labels.global(name)
    }

    fn local(&mut self, name: Name, _kept: bool) -> Result<(u32, u32), Reason> {
        self.labels.local(name, true) // labels of references that wait are kept
    }

    fn previous(&self, name: Name) -> Option<u32> {
        self.labels.previous(name)
    }

    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        self.labels.define(name, at)
    }

    fn clear(&mut self) {
        self.labels.clear();
        let (waiting, literals, bytes) = self.memory.lists_mut();
        waiting.truncate(0);
        literals.truncate(0);
        bytes.truncate(0);
        self.deadlines = Deadlines::NONE;
        self.literal_size = 0;
    }
}
