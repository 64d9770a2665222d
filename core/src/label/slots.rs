//! Slots for references that wait, in the caller's memory.
//!
//! They are used from the first to the last, and those that are free again before any other.

use super::{CHAINED, NIL};
use crate::error::Reason;
use crate::fixup::Fixup;

#[derive(Debug)]
pub(super) struct Slots<'a> {
    slots: &'a mut [Fixup],
    /// Slots from here on have not been used.
    used: usize,
    /// Head of the chain of slots that are free again.
    free: u32,
}

impl<'a> Slots<'a> {
    /// No slot is used.
    pub(super) fn new(slots: &'a mut [Fixup]) -> Slots<'a> {
        let most = slots.len().min(NIL as usize);
        Slots { slots: slots.get_mut(..most).unwrap_or_default(), used: 0, free: NIL }
    }

    /// All that have been used.
    #[inline(always)]
    pub(super) fn used(&self) -> &[Fixup] {
        self.slots.get(..self.used).unwrap_or_default()
    }

    pub(super) fn get(&self, slot: u32) -> Option<Fixup> {
        self.slots.get(slot as usize).copied()
    }

    /// Puts a reference behind all others; `false` if there was none so far back.
    #[inline(always)]
    pub(super) fn push(&mut self, fixup: Fixup) -> bool {
        let Some(slot) = self.slots.get_mut(self.used) else { return false };
        *slot = fixup;
        self.used = self.used.wrapping_add(1);
        true
    }

    /// Puts a reference into any slot.
    #[inline(never)]
    pub(super) fn put(&mut self, fixup: Fixup) -> Result<u32, Reason> {
        // Those that were used last are in the cache.
        if let Some(place) = self.slots.get_mut(self.free as usize) {
            let next = place.link() & NIL;
            *place = fixup;
            return Ok(core::mem::replace(&mut self.free, next));
        }
        let slot = self.used as u32;
        if self.push(fixup) {
            Ok(slot)
        } else {
            Err(Reason::FixupsFull)
        }
    }

    /// Frees a slot.
    pub(super) fn free(&mut self, slot: u32) {
        if let Some(fixup) = self.slots.get_mut(slot as usize) {
            *fixup = Fixup::nothing(0, CHAINED | self.free);
            self.free = slot;
        }
    }

    /// Frees all.
    pub(super) fn clear(&mut self) {
        (self.used, self.free) = (0, NIL);
    }
}
