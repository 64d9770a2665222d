//! The arithmetic of deadlines.
//!
//! A reference at `at` with a reach of `r` bytes needs a veneer that starts at `at + r` or before. An island puts the veneers
//! of the shortest reach first and the literals in front of those of the first kind that loads them, so a kind `k` waits for
//! all that comes before it and for itself. For each kind are known the number of references that wait, and the
//! earliest of their limits. An island that starts at `p` serves all references of kind `k` if
//!
//! ```text
//! p + around + literals(if a kind up to k loads them) + sum(waiting(j) * size(j), j <= k) <= earliest(k)
//! ```
//!
//! **Invariant**: this holds for each kind at every position where [`Deadlines::quiet`] was asked and an island was made
//! when it said no, provided that no run of code in between is longer than what was asked for, and that the run
//! and the island together are shorter than the shortest reach in that run.
//!
//! References whose labels were bound since are still counted: the sum is an upper bound, and counting again lowers it.

use super::veneer::{Veneers, MAX_KINDS};
use bareasm_isa::relocation::Relocation;

/// What waits of one kind.
#[derive(Clone, Copy, Debug)]
struct Class {
    waiting: u32,
    /// The earliest of their limits.
    earliest: u32,
}

/// What waits of each of [`Veneers::kinds`], in its order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    classes: [Class; MAX_KINDS],
    /// Whether any class has something: the common question.
    any: bool,
}

impl Deadlines {
    pub(super) const NONE: Deadlines = Deadlines { classes: [Class { waiting: 0, earliest: u32::MAX }; MAX_KINDS], any: false };

    /// Counts a reference at `at`.
    pub(super) fn add(&mut self, kind: usize, at: u32, relocation: Relocation) {
        if let Some(class) = self.classes.get_mut(kind) {
            class.waiting = class.waiting.saturating_add(1);
            class.earliest = class.earliest.min(limit(at, relocation));
            self.any = true;
        }
    }

    /// Whether `next` more bytes may follow the position `at` before an island, which would hold `literals` bytes of
    /// literals. One part in `2^spare` of each reach stays unused (0: nothing does).
    #[inline]
    pub(super) fn quiet(&self, veneers: &Veneers, at: u32, next: u32, literals: u32, spare: u32) -> bool {
        !self.any || self.fits(veneers, at, next, literals, spare)
    }

    fn fits(&self, veneers: &Veneers, at: u32, next: u32, literals: u32, spare: u32) -> bool {
        let mut end = at.saturating_add(next).saturating_add(veneers.around.size());
        let mut literals = literals;
        for (number, (kind, class)) in veneers.kinds.iter().zip(&self.classes).enumerate() {
            if kind.loads {
                end = end.saturating_add(core::mem::take(&mut literals));
            }
            // Every unit of the run may be a branch that has to be served before this class.
            let units = next.div_ceil(u32::from(kind.relocation.shape().size).max(1));
            let size = veneers.size(number);
            end = end.saturating_add(class.waiting.saturating_add(units).saturating_mul(size));
            let unused = if spare == 0 { 0 } else { reach(kind.relocation).wrapping_shr(spare) };
            if class.waiting > 0 && end.saturating_add(unused) > class.earliest {
                return false;
            }
        }
        true
    }

    /// The most bytes of an island that starts here, with so many bytes of literals.
    pub(super) fn size(&self, veneers: &Veneers, literals: u32) -> u32 {
        let start = veneers.around.size().saturating_add(literals);
        self.classes
            .iter()
            .enumerate()
            .fold(start, |size, (number, class)| size.saturating_add(class.waiting.saturating_mul(veneers.size(number))))
    }
}

/// Farthest that a target may lie after the start of the unit, in bytes.
pub(super) fn reach(relocation: Relocation) -> u32 {
    u32::try_from(relocation.reach()).unwrap_or(u32::MAX)
}

/// The last position where a veneer for a reference at `at` may start.
pub(super) fn limit(at: u32, relocation: Relocation) -> u32 {
    at.saturating_add(reach(relocation))
}
