//! Label tables of fixed capacity, in the caller's memory.
//!
//! A label is one word: its offset, or [`OPEN`]. References go to a list whose slots are used from the first to the last. When
//! there is none left, the assembler patches what is bound, and those slots are used again: so the capacity bounds the references
//! to open labels that are outstanding at one time, not their total.
//!
//! A local name, which is defined again and again, is no label in the table but an entry among the names, with the
//! offset of its previous definition. The references to its next one are a chain through the same slots, freed by the definition.

use super::names::Entry;
use super::{bound, Chain, LabelTable, Name, OPEN};
use crate::error::Reason;
use crate::fixup::Fixup;
use bareasm_isa::relocation::Relocation;
use heapless::vec::{Vec, VecView};

/// The end of a chain. Labels and slots have lower numbers.
const NIL: u32 = Chain::EMPTY.0;
/// In the link of a reference: it is in the chain of a local name, and the other bits are the next slot. The same for a slot that is
/// free. No label has such a number.
const CHAINED: u32 = NIL + 1;
/// In the number of a label: it is the next or previous definition of the local name with this entry. Bit 0 is that of [`Entry::next`]
/// while the definition is the next one.
const LOCAL: u32 = 1 << 30;

/// Room for `L` labels and `F` outstanding references to labels that are not bound yet. At most 2^25 - 1 of each are used.
///
/// A label takes 4 bytes and as much as a name needs (16 bytes on a 32-bit machine), a reference 8. Names are those of `=>name`,
/// which take a label each, and of `name:` with `<name` and `>name`, which take none. There are at most `L` names.
///
/// Can be a `static` (all zero) or lie on the stack; it is lent to one assembler at a time, which starts with an empty table.
#[derive(Debug)]
pub struct Labels<const L: usize, const F: usize> {
    words: Vec<u32, L>,
    fixups: [Fixup; F],
    names: [Entry; L],
}

impl<const L: usize, const F: usize> Labels<L, F> {
    /// An empty table.
    pub const fn new() -> Labels<L, F> {
        Labels { words: Vec::new(), fixups: [Fixup::EMPTY; F], names: [Entry::FREE; L] }
    }

    /// The table with its capacity erased, emptied.
    pub fn view(&mut self) -> FixedLabels<'_> {
        let most = F.min(NIL as usize);
        let mut view = FixedLabels {
            words: self.words.as_mut_view(),
            fixups: self.fixups.get_mut(..most).unwrap_or_default(),
            used: 0,
            free: NIL,
            names: &mut self.names,
            named: true,
        };
        view.clear();
        view
    }
}

impl<const L: usize, const F: usize> Default for Labels<L, F> {
    fn default() -> Self {
        Labels::new()
    }
}

/// [`Labels`] of any capacity, so that there is one copy of the code for all.
#[derive(Debug)]
pub struct FixedLabels<'a> {
    words: &'a mut VecView<u32>,
    fixups: &'a mut [Fixup],
    /// Slots from here on have not been used.
    used: usize,
    /// Head of the chain of slots that are free again.
    free: u32,
    names: &'a mut [Entry],
    /// Whether there is any name.
    named: bool,
}

impl FixedLabels<'_> {
    /// Where a name is looked for that is not [`near`].
    #[inline(always)]
    fn home(&self, name: Name) -> usize {
        let length = self.names.len() as u64; // at most 2^32 - 1 are reached
        ((name.id & 0xffff_ffff).wrapping_mul(length) >> 32) as usize
    }

    /// The place of a name.
    #[inline(always)]
    fn find(&self, name: Name, global: bool) -> Option<usize> {
        match self.names.get(near(name)) {
            Some(entry) if entry.is_constant(name, global) => Some(near(name)),
            _ => self.probe(name, global),
        }
    }

    /// The place of a name, wherever it is.
    #[cold]
    #[inline(never)]
    fn probe(&self, name: Name, global: bool) -> Option<usize> {
        if self.names.get(near(name)).is_some_and(|entry| entry.is(name, global)) {
            return Some(near(name));
        }
        let home = self.home(name);
        let (before, after) = self.names.split_at_checked(home)?;
        let mut rest = after.iter().chain(before).take_while(|entry| !entry.is_free());
        Some(self.wrap(home, rest.position(|entry| entry.is(name, global))?))
    }

    /// The place so many steps behind another.
    fn wrap(&self, home: usize, steps: usize) -> usize {
        let place = home.wrapping_add(steps);
        if place < self.names.len() {
            place
        } else {
            place.wrapping_sub(self.names.len())
        }
    }

    /// Enters a name that is not there; its place.
    #[cold]
    #[inline(never)]
    fn enter(&mut self, name: Name, next: u32, previous: u32) -> Result<usize, Reason> {
        let is_free = |place: &usize| self.names.get(*place).is_some_and(Entry::is_free);
        let home = self.home(name);
        let mut places = core::iter::once(near(name)).chain((0..self.names.len()).map(|steps| self.wrap(home, steps)));
        let place = places.find(is_free).ok_or(Reason::LabelsFull)?;
        *self.names.get_mut(place).ok_or(Reason::LabelsFull)? = Entry::new(name, next, previous);
        self.named = true;
        Ok(place)
    }

    /// The place of a local name, made when it is seen first.
    #[inline(always)]
    fn local_entry(&mut self, name: Name) -> Result<usize, Reason> {
        match self.find(name, false) {
            Some(place) => Ok(place),
            None => self.enter(name, NIL << 1, OPEN),
        }
    }

    /// A free slot for a reference.
    #[inline(always)]
    fn take_slot(&mut self) -> Result<u32, Reason> {
        // Those that were used last are in the cache.
        if let Some(fixup) = self.fixups.get(self.free as usize) {
            return Ok(core::mem::replace(&mut self.free, fixup.link() & NIL));
        }
        if self.used < self.fixups.len() {
            self.used = self.used.wrapping_add(1);
            return Ok(self.used.wrapping_sub(1) as u32);
        }
        Err(Reason::FixupsFull)
    }

    #[inline(always)]
    fn put_slot(&mut self, slot: u32) {
        if let Some(fixup) = self.fixups.get_mut(slot as usize) {
            *fixup = Fixup::nothing(0, CHAINED | self.free);
            self.free = slot;
        }
    }

    /// The place of the local name that a label means, and whether it is the next definition of it.
    #[inline(always)]
    fn meant(&self, label: u32) -> Option<(usize, bool)> {
        let place = (label.checked_sub(LOCAL)? >> 1) as usize;
        let entry = self.names.get(place)?;
        Some((place, (label ^ entry.next) & 1 == 0))
    }

    /// The link or entry that leads to a slot in the chain of a local name goes on behind it.
    fn unchain(&mut self, place: usize, slot: u32, link: u32) -> bool {
        let Some(entry) = self.names.get_mut(place) else { return false };
        let mut before = entry.next >> 1;
        if before == slot {
            entry.next = (link & NIL) << 1 | entry.next & 1;
            return true;
        }
        while let Some(fixup) = self.fixups.get_mut(before as usize) {
            before = fixup.link() & NIL;
            if before == slot {
                fixup.set_link(link);
                return true;
            }
        }
        false
    }
}

/// Where a name is looked for first of all, and put if that place is free: a place that is known at compile time.
#[inline(always)]
const fn near(name: Name) -> usize {
    (name.id & 7) as usize
}

/// The labels of the next and of the previous definition of a local name.
#[inline(always)]
fn labels(place: usize, entry: &Entry) -> (u32, u32) {
    let next = LOCAL | (place as u32) << 1 | entry.next & 1;
    (next, next ^ 1)
}

impl LabelTable for FixedLabels<'_> {
    fn create(&mut self, count: u32) -> Option<u32> {
        let first = self.words.len();
        let length = first.checked_add(count as usize).filter(|length| *length <= NIL as usize)?;
        self.words.resize(length, OPEN).ok()?;
        Some(first as u32)
    }

    #[inline(always)]
    fn position(&self, label: u32) -> Result<Option<u32>, Reason> {
        if let Some(word) = self.words.get(label as usize) {
            return Ok(bound(*word));
        }
        let (place, next) = self.meant(label).ok_or(Reason::LabelUnknown)?;
        let entry = self.names.get(place).ok_or(Reason::LabelUnknown)?;
        Ok(bound(entry.previous).filter(|_| !next))
    }

    #[inline(always)]
    fn try_refer(&mut self, label: u32, at: u32, relocation: Relocation) -> bool {
        let known = (label as usize) < self.words.len();
        let Some(slot) = self.fixups.get_mut(self.used).filter(|_| known) else { return false };
        *slot = Fixup::clear(at, relocation, label);
        self.used = self.used.wrapping_add(1);
        true
    }

    #[inline(always)]
    fn try_bind(&mut self, label: u32, at: u32) -> bool {
        self.bind(label, at).is_ok()
    }

    #[inline(always)]
    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason> {
        match self.words.get_mut(label as usize) {
            Some(word) if bound(*word).is_none() => {
                *word = at;
                Ok(Chain::EMPTY)
            }
            Some(_) => Err(Reason::LabelRebound),
            None => Err(Reason::LabelUnknown),
        }
    }

    #[inline]
    fn take(&mut self, chain: &mut Chain) -> Option<Fixup> {
        let slot = chain.0;
        let fixup = *self.fixups.get(slot as usize)?;
        self.put_slot(slot);
        *chain = Chain(fixup.link() & NIL);
        Some(fixup)
    }

    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason> {
        let slot = self.take_slot()?;
        let link = match self.meant(label).and_then(|(place, _)| self.names.get_mut(place)) {
            Some(entry) => {
                let link = CHAINED | entry.next >> 1;
                entry.next = slot << 1 | entry.next & 1;
                link
            }
            None => label,
        };
        let fixup = Fixup::new(at, relocation, link).ok_or(Reason::FixupsFull)?;
        if let Some(place) = self.fixups.get_mut(slot as usize) {
            *place = fixup;
        }
        Ok(())
    }

    fn withdraw(&mut self, label: u32, at: u32) -> bool {
        let used = self.fixups.get(..self.used).unwrap_or_default();
        let Some((fixup, slot)) = used.iter().zip(0..).find(|(fixup, _)| fixup.at() == at && fixup.is_reference()) else {
            return false;
        };
        let link = fixup.link();
        let found = match self.meant(label) {
            Some((place, _)) => self.unchain(place, slot, link),
            None => link == label,
        };
        if found {
            self.put_slot(slot);
        }
        found
    }

    #[inline(always)]
    fn references(&self) -> (&[Fixup], &[u32]) {
        (self.fixups.get(..self.used).unwrap_or_default(), self.words)
    }

    fn settle(&mut self, kept: usize, end: u32) {
        if kept == 0 {
            (self.used, self.free) = (0, NIL);
            return;
        }
        for slot in 0..self.used {
            let fixup = self.fixups.get(slot).filter(|fixup| fixup.is_reference() && fixup.at() < end);
            let bound = fixup.and_then(|fixup| self.words.get(fixup.link() as usize)).and_then(|word| bound(*word)).is_some();
            if bound {
                self.put_slot(slot as u32);
            }
        }
    }

    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        if let Some(entry) = self.find(name, true).and_then(|place| self.names.get(place)) {
            return Ok(entry.next);
        }
        let label = self.create(1).ok_or(Reason::LabelsFull)?;
        self.enter(name, label, Entry::GLOBAL)?;
        Ok(label)
    }

    #[inline]
    fn local(&mut self, name: Name) -> Result<(u32, u32), Reason> {
        let place = self.local_entry(name)?;
        self.names.get(place).map(|entry| labels(place, entry)).ok_or(Reason::LabelsFull)
    }

    #[inline]
    fn try_refer_next(&mut self, name: Name, at: u32, relocation: Relocation) -> bool {
        if !self.names.get(near(name)).is_some_and(|entry| entry.is_constant(name, false)) {
            return false;
        }
        let Ok(slot) = self.take_slot() else { return false };
        let (Some(entry), Some(fixup)) = (self.names.get_mut(near(name)), self.fixups.get_mut(slot as usize)) else {
            return false;
        };
        *fixup = Fixup::clear(at, relocation, CHAINED | entry.next >> 1);
        entry.next = slot << 1 | entry.next & 1;
        true
    }

    #[inline]
    fn previous(&self, name: Name) -> Option<u32> {
        match self.names.get(near(name)) {
            Some(entry) if entry.is_constant(name, false) => bound(entry.previous),
            _ => None,
        }
    }

    #[inline]
    fn try_define(&mut self, name: Name, at: u32) -> Option<Chain> {
        match self.names.get_mut(near(name)) {
            Some(entry) if entry.is_constant(name, false) => Some(entry.define(at)),
            _ => None,
        }
    }

    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        let place = self.local_entry(name)?;
        Ok(self.names.get_mut(place).ok_or(Reason::LabelsFull)?.define(at))
    }

    fn clear(&mut self) {
        self.words.clear();
        (self.used, self.free) = (0, NIL);
        if core::mem::take(&mut self.named) {
            self.names.fill(Entry::FREE);
        }
    }
}
