//! Making islands.

use super::deadline::{limit, reach};
use super::memory::{IslandMemory, List, Literal, Target, Waiting, ALONE, SERVED};
use super::table::IslandTable;
use super::veneer::Veneer;
use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::Reason;
use crate::label::{DynamicLabel, LabelTable};
use crate::sink::Sink;

/// One part in `2^JOIN` of its reach is left when a reference joins an island that is made for another.
const JOIN: u32 = 2;
/// One part in `2^SPARE` of the reach is given up so that the list is not gone through again and again.
const SPARE: u32 = 4;
/// Why an island is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// So many bytes follow without one.
    Before(u32),
    /// Nothing follows for a while: all that needs one.
    All,
}

impl<A: Arch, S: Sink, T: LabelTable, M: IslandMemory> Assembler<A, S, IslandTable<A, T, M>> {
    /// Makes an island if the next `next` bytes could not follow otherwise: to be called between instructions, where control
    /// may pass, before each run of code, with the most bytes that it may have. The island is jumped around.
    ///
    /// As long as a run and the island after it are shorter than the reach of each branch in it, every branch gets to its
    /// target. Otherwise, the branch fails with [`Reason::TargetRange`]. Runs of a few hundred bytes do for A64
    /// without compare-and-branch instructions (`cb<cc>`, 1 KiB), and leave its `tbz` (32 KiB) most of their reach.
    ///
    /// In T32, a run must not start inside an IT block.
    #[inline]
    pub fn island_before(&mut self, next: usize) {
        let next = u32::try_from(next).unwrap_or(u32::MAX);
        if !self.labels.deadlines.quiet(&A::VENEERS, self.sink.offset(), next, self.labels.literal_size, 0) {
            self.due(next, true);
        }
    }

    /// As [`Assembler::island_before`], where control does not pass, such as after `ret`: the island needs no jump.
    #[inline]
    pub fn island_between(&mut self, next: usize) {
        let next = u32::try_from(next).unwrap_or(u32::MAX);
        if !self.labels.deadlines.quiet(&A::VENEERS, self.sink.offset(), next, self.labels.literal_size, 0) {
            self.due(next, false);
        }
    }

    /// Makes an island of all literals, and of veneers for all branches whose targets are known to be out of reach; those to
    /// labels that are still open go on waiting. To be called where control does not pass, and at the end of the code.
    pub fn island_here(&mut self) {
        self.labels.sweep();
        self.island(Wanted::All, false);
    }

    /// A constant of up to 65535 bytes, at a multiple of `alignment` (a power of two up to 4096), in the next island that has
    /// literals. Equal constants are kept once. Refer to the label that is returned: `ldr x0, =>(label)`.
    ///
    /// That there is no room for it is latched as [`Reason::LabelsFull`].
    pub fn literal(&mut self, bytes: &[u8], alignment: usize) -> DynamicLabel {
        match self.enter_literal(bytes, alignment) {
            Some(label) => label,
            None => {
                self.fail_at(self.sink.offset(), Reason::LabelsFull);
                DynamicLabel::NONE
            }
        }
    }

    /// A constant of 32 bits; see [`Assembler::literal`].
    pub fn literal_u32(&mut self, value: u32) -> DynamicLabel {
        self.literal(&value.to_le_bytes(), 4)
    }

    /// A constant of 64 bits; see [`Assembler::literal`].
    pub fn literal_u64(&mut self, value: u64) -> DynamicLabel {
        self.literal(&value.to_le_bytes(), 8)
    }

    fn enter_literal(&mut self, bytes: &[u8], alignment: usize) -> Option<DynamicLabel> {
        let length = u16::try_from(bytes.len()).ok()?;
        let alignment = u16::try_from(alignment.checked_next_power_of_two()?).ok().filter(|alignment| *alignment <= 4096)?;
        let (_, literals, pool) = self.labels.memory.lists();
        let equal = |literal: &&Literal| literal.alignment >= alignment && contents(pool.elements(), literal) == bytes;
        if let Some(literal) = literals.elements().iter().find(equal) {
            return Some(literal.label);
        }
        let start = u32::try_from(pool.elements().len()).ok()?;
        let label = DynamicLabel(self.labels.create(1)?);
        let (_, literals, pool) = self.labels.memory.lists_mut();
        if !bytes.iter().all(|byte| pool.push(*byte)) || !literals.push(Literal { label, start, length, alignment }) {
            pool.truncate(start as usize);
            return None;
        }
        let size = u32::from(length).saturating_add(u32::from(alignment)).saturating_sub(1);
        self.labels.literal_size = self.labels.literal_size.saturating_add(size);
        Some(label)
    }

    #[cold]
    #[inline(never)]
    fn due(&mut self, next: u32, around: bool) {
        self.labels.sweep();
        let table = &self.labels;
        if !table.deadlines.quiet(&A::VENEERS, self.sink.offset(), next, table.literal_size, SPARE) {
            self.island(Wanted::Before(next), around);
        }
    }

    /// Emits what is wanted. The list has just been swept.
    fn island(&mut self, wanted: Wanted, around: bool) {
        // Up to here a reference joins, plus a part of its reach.
        let horizon = match wanted {
            Wanted::Before(next) => {
                let size = self.labels.deadlines.size(&A::VENEERS, self.labels.literal_size);
                self.sink.offset().saturating_add(next).saturating_add(size)
            }
            Wanted::All => 0,
        };
        let joins = |waiting: &Waiting| match (wanted, waiting.target) {
            (Wanted::All, Target::Label(_)) => false,
            (Wanted::All, _) => true,
            (Wanted::Before(_), _) => {
                let part = reach(waiting.relocation).wrapping_shr(JOIN);
                limit(waiting.at, waiting.relocation) <= horizon.saturating_add(part)
            }
        };
        let (waiting, literals, _) = self.labels.memory.lists();
        let mut load = wanted == Wanted::All && !literals.elements().is_empty();
        let mut any = load;
        for waiting in waiting.elements().iter().filter(|waiting| joins(waiting)) {
            any = true;
            load |= is_literal(waiting.target, literals.elements());
        }
        if !any {
            return;
        }
        let start = self.sink.offset();
        if around {
            self.put_slice(A::VENEERS.around.code);
        }
        for kind in A::VENEERS.kinds {
            if kind.loads && core::mem::take(&mut load) {
                self.put_literals();
            }
            let Some(veneer) = &kind.veneer else { continue };
            let mut n = 0;
            // Veneers of this kind may add references of a later one to the list.
            while let Some(waiting) = self.labels.memory.lists().0.elements().get(n).copied() {
                if waiting.relocation == kind.relocation && !waiting.is_served() && joins(&waiting) {
                    self.serve(n, waiting, veneer);
                }
                n = n.wrapping_add(1);
            }
        }
        if load {
            self.put_literals();
        }
        if around {
            let at = start.saturating_add(A::VENEERS.around.unit);
            self.patch_here(at, A::VENEERS.around.relocation, self.sink.offset());
        }
        self.clean(joins);
    }

    /// Makes a veneer for the reference `n` of the list, or takes one that this island has already.
    fn serve(&mut self, n: usize, waiting: Waiting, veneer: &Veneer) {
        let size = usize::from(waiting.relocation.shape().size);
        if self.sink.window(waiting.at, size).is_some_and(|unit| !(A::VENEERS.is_branch)(unit)) {
            return match waiting.target {
                Target::Label(_) => {} // in the literals, or open: then it is patched when its label is bound
                // Nothing carries a load on.
                target => {
                    if let Err(reason) = self.patch_target(waiting.at, waiting.relocation, target) {
                        self.fail_at(waiting.at, reason);
                    }
                }
            };
        }
        if let Target::Label(label) = waiting.target {
            if is_literal(waiting.target, self.labels.memory.lists().1.elements()) {
                return;
            }
            if !self.labels.withdraw(label, waiting.at) {
                return self.served(n, ALONE); // its label was bound, and means something else now
            }
        }
        let addend = match self.sink.window(waiting.at, size) {
            Some(unit) => waiting.relocation.take_addend(unit),
            None => 0,
        };
        if addend == 0 {
            // Of the same kind: a veneer's own branch must not find that veneer.
            let same = |other: &&Waiting| {
                other.is_served() && other.at != ALONE && (other.relocation, other.target) == (waiting.relocation, waiting.target)
            };
            if let Some(other) = self.labels.memory.lists().0.elements().iter().find(same).copied() {
                self.served(n, other.at);
                return self.patch_here(waiting.at, waiting.relocation, other.at & !SERVED);
            }
        }
        let last = A::VENEERS.kinds.last().is_some_and(|last| last.relocation == waiting.relocation);
        let veneer = match waiting.target {
            Target::Address(_) if last => &A::VENEERS.address,
            _ => veneer,
        };
        self.align(veneer.alignment, Some(0));
        let at = self.sink.offset();
        self.served(n, if addend == 0 { at | SERVED } else { ALONE });
        self.patch_here(waiting.at, waiting.relocation, at);
        self.put_slice(veneer.code);
        let back = (veneer.code.len() as u32).saturating_sub(veneer.unit);
        if addend != 0 {
            self.add_addend(veneer.relocation, back, addend);
        }
        match waiting.target {
            Target::Label(label) => self.refer(DynamicLabel(label), veneer.relocation, back),
            Target::Offset(target) => self.refer_offset(target, veneer.relocation, back),
            Target::Address(address) => self.refer_address(address, veneer.relocation, back),
        }
    }

    fn served(&mut self, n: usize, by: u32) {
        if let Some(waiting) = self.labels.memory.lists_mut().0.elements_mut().get_mut(n) {
            waiting.at = by;
        }
    }

    /// Emits all literals, in the order of their entry.
    fn put_literals(&mut self) {
        let mut n = 0;
        while let Some(literal) = self.labels.memory.lists().1.elements().get(n).copied() {
            self.align(literal.alignment.into(), Some(0));
            self.bind_here(literal.label);
            self.sink.put_slice(contents(self.labels.memory.lists().2.elements(), &literal));
            n = n.wrapping_add(1);
        }
        let (_, literals, pool) = self.labels.memory.lists_mut();
        literals.truncate(0);
        pool.truncate(0);
        self.labels.literal_size = 0;
    }

    /// Throws out what was served, and what no island can serve.
    fn clean(&mut self, joins: impl Fn(&Waiting) -> bool) {
        for reference in self.labels.memory.lists_mut().0.elements_mut() {
            // What joined and was not served is no branch: a load of something that is no literal.
            if joins(reference) {
                reference.at = ALONE;
            }
        }
        self.labels.sweep();
    }
}

/// The bytes of a literal.
fn contents<'p>(pool: &'p [u8], literal: &Literal) -> &'p [u8] {
    let start = literal.start as usize;
    pool.get(start..start.saturating_add(literal.length.into())).unwrap_or_default()
}

/// Whether a reference is to one of these literals, which were made in the order of their labels.
fn is_literal(target: Target, literals: &[Literal]) -> bool {
    match target {
        Target::Label(label) => literals.binary_search_by_key(&label, |literal| literal.label.0).is_ok(),
        Target::Offset(_) | Target::Address(_) => false,
    }
}
