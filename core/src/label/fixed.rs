//! Label tables of fixed capacity, in the caller's memory.
//!
//! A label is one word: its offset, or [`OPEN`]. References go to a list whose slots are used from the first to the last. When
//! there is none left, the assembler patches what is bound, and those slots are used again: so the capacity bounds the references
//! to open labels that are outstanding at one time, not their total.
//!
//! A local name, which is defined again and again, is no label in the table but an entry among the names, with the
//! offset of its previous definition, and the last reference to its next one. Others of these are a chain through the same slots,
//! freed by the definition.

use super::names::{Entry, Local, Near};
use super::slots::Slots;
use super::{bound, Chain, LabelTable, Name, CHAINED, NIL, OPEN};
use crate::error::Reason;
use crate::fixup::Fixup;
use bareasm_isa::relocation::Relocation;
use heapless::vec::{Vec, VecView};

/// In the number of a label: it is the next or previous definition of the local name at this place. Bit 0 is [`Local::odd`]
/// while the definition is the next one.
const LOCAL: u32 = 1 << 30;

/// Local names are looked for first at one of so many places, which is known at compile time.
const NEAR: usize = 8;

/// Room for `L` labels and `F` outstanding references to labels that are not bound yet. At most 2^25 - 1 of each are used.
///
/// A label takes 4 bytes and as much as a name needs (24 bytes on a 32-bit machine), a reference 8. Names are those of `=>name`,
/// which take a label each, and of `name:` with `<name` and `>name`, which take none. There is room for `L` names, and up to eight
/// local ones.
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
        self.words.clear();
        self.names.fill(Entry::FREE);
        FixedLabels {
            words: self.words.as_mut_view(),
            slots: Slots::new(&mut self.fixups),
            near: [Near::FREE; NEAR],
            names: &mut self.names,
            named: false,
        }
    }
}

impl<const L: usize, const F: usize> Default for Labels<L, F> {
    fn default() -> Self {
        Labels::new()
    }
}

/// [`Labels`] of any capacity, so that there is one copy of the code for all.
#[derive(Debug)]
#[repr(C)] // the names, which few invocations use, come last
pub struct FixedLabels<'a> {
    words: &'a mut VecView<u32>,
    slots: Slots<'a>,
    names: &'a mut [Entry],
    /// Whether there is any among these.
    named: bool,
    /// Local names that are constants. They are here, and not among the others, so that it takes no more than to compare one pointer
    /// at a known place.
    near: [Near; NEAR],
}

impl FixedLabels<'_> {
    /// What there is of a local name, if it is where it is looked for first.
    #[inline(always)]
    fn near(&mut self, name: Name) -> Option<&mut Local> {
        self.near.get_mut(near(name))?.of_constant_mut(name)
    }

    /// Where a name is looked for that is not near.
    fn home(&self, name: Name) -> usize {
        let length = self.names.len() as u64; // at most 2^32 - 1 are reached
        ((name.id & 0xffff_ffff).wrapping_mul(length) >> 32) as usize
    }

    /// The index of a name that is not near.
    #[inline(never)]
    fn find(&self, name: Name, global: bool) -> Option<usize> {
        let home = self.home(name);
        let (before, after) = self.names.split_at_checked(home)?;
        let mut rest = after.iter().chain(before).take_while(|entry| !entry.is_free());
        Some(self.wrap(home, rest.position(|entry| entry.is(name, global))?))
    }

    /// The index so many steps behind another.
    fn wrap(&self, home: usize, steps: usize) -> usize {
        let index = home.wrapping_add(steps);
        if index < self.names.len() {
            index
        } else {
            index.wrapping_sub(self.names.len())
        }
    }

    /// Enters a name that is not there; its index.
    #[inline(never)]
    fn enter(&mut self, name: Name, entry: Entry) -> Result<usize, Reason> {
        let is_free = |index: &usize| self.names.get(*index).is_some_and(Entry::is_free);
        let home = self.home(name);
        let index = (0..self.names.len()).map(|steps| self.wrap(home, steps)).find(is_free).ok_or(Reason::LabelsFull)?;
        *self.names.get_mut(index).ok_or(Reason::LabelsFull)? = entry;
        self.named = true;
        Ok(index)
    }

    /// The place of a local name, made when it is seen first: those that are near come before the others.
    fn local_place(&mut self, name: Name) -> Result<usize, Reason> {
        if self.near.get(near(name)).is_some_and(|near| near.is(name)) {
            return Ok(near(name));
        }
        if let Some(index) = self.find(name, false) {
            return Ok(index.wrapping_add(NEAR));
        }
        if self.near.get_mut(near(name)).and_then(|near| near.enter(name)).is_some() {
            return Ok(near(name));
        }
        Ok(self.enter(name, Entry::of_local(name))?.wrapping_add(NEAR))
    }

    /// The place of the local name that a label means.
    #[inline(always)]
    fn meant(label: u32) -> Option<usize> {
        Some((label.checked_sub(LOCAL)? >> 1) as usize)
    }

    /// Takes note of a reference to the next definition of the local name at a place.
    fn wait(&mut self, place: usize, reference: Fixup) -> Result<(), Reason> {
        let local = local_at(&mut self.near, self.names, place).ok_or(Reason::LabelUnknown)?;
        let mut others = NIL;
        if local.waiting.is_reference() {
            let mut other = local.waiting;
            other.set_link(CHAINED | other.link());
            others = self.slots.put(other)?;
        }
        local.waiting = reference;
        local.waiting.set_link(others);
        Ok(())
    }

    /// Forgets the reference at `at` to the next definition of the local name at a place.
    fn unchain(&mut self, place: usize, at: u32) -> bool {
        let Some(local) = local_at(&mut self.near, self.names, place) else { return false };
        let mut chain = Chain(local.waiting);
        local.waiting = Chain::EMPTY.0;
        let mut found = false;
        while let Some(fixup) = self.take(&mut chain) {
            if fixup.at() == at && !found {
                found = true;
            } else {
                let _ = self.wait(place, fixup); // into a slot that `take` has freed
            }
        }
        found
    }
}

/// The local name at a place.
#[inline]
fn local_at<'t>(near: &'t mut [Near; NEAR], names: &'t mut [Entry], place: usize) -> Option<&'t mut Local> {
    match near.get_mut(place) {
        Some(near) => near.local_mut(),
        None => names.get_mut(place.wrapping_sub(NEAR))?.local_mut(),
    }
}

/// The place where a local name is looked for first of all.
#[inline(always)]
const fn near(name: Name) -> usize {
    name.id as usize % NEAR
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
        let place = FixedLabels::meant(label).ok_or(Reason::LabelUnknown)?;
        let local = match self.near.get(place) {
            Some(near) => near.local(),
            None => self.names.get(place.wrapping_sub(NEAR)).and_then(Entry::local),
        };
        let local = local.ok_or(Reason::LabelUnknown)?;
        Ok(bound(local.previous).filter(|_| (label ^ local.odd()) & 1 != 0))
    }

    #[inline(always)]
    fn try_refer(&mut self, label: u32, at: u32, relocation: Relocation) -> bool {
        let known = label < self.words.len() as u32; // there are at most `MAX_LABELS`
        known && self.slots.push(Fixup::clear(at, relocation, label))
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
        let fixup = Some(chain.0).filter(Fixup::is_reference)?;
        let slot = fixup.link() & NIL;
        *chain = self.slots.get(slot).map_or(Chain::EMPTY, Chain);
        self.slots.free(slot);
        Some(fixup)
    }

    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason> {
        if let Some(place) = FixedLabels::meant(label) {
            return self.wait(place, Fixup::new(at, relocation, NIL).ok_or(Reason::FixupsFull)?);
        }
        self.slots.put(Fixup::new(at, relocation, label).ok_or(Reason::FixupsFull)?)?;
        Ok(())
    }

    fn withdraw(&mut self, label: u32, at: u32) -> bool {
        if let Some(place) = FixedLabels::meant(label) {
            return self.unchain(place, at);
        }
        let reference = |(fixup, _): &(&Fixup, u32)| fixup.at() == at && fixup.is_reference() && fixup.link() == label;
        match self.slots.used().iter().zip(0..).find(reference) {
            Some((_, slot)) => {
                self.slots.free(slot);
                true
            }
            None => false,
        }
    }

    #[inline(always)]
    fn references(&self) -> (&[Fixup], &[u32]) {
        (self.slots.used(), self.words)
    }

    fn settle(&mut self, kept: usize, end: u32) {
        if kept == 0 {
            return self.slots.clear();
        }
        for slot in 0..self.slots.used().len() as u32 {
            let fixup = self.slots.get(slot).filter(|fixup| fixup.is_reference() && fixup.at() < end);
            let bound = fixup.and_then(|fixup| self.words.get(fixup.link() as usize)).and_then(|word| bound(*word)).is_some();
            if bound {
                self.slots.free(slot);
            }
        }
    }

    #[inline(never)]
    fn first_waiting(&self) -> Option<u32> {
        let names = if self.named { &*self.names } else { &[] };
        let locals = self.near.iter().filter_map(Near::local).chain(names.iter().filter_map(Entry::local));
        let waiting = locals.map(|local| local.waiting).filter(Fixup::is_reference);
        let first = waiting.fold(u32::MAX, |first, fixup| first.min(fixup.at()));
        (first != u32::MAX).then_some(first)
    }

    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        if let Some(entry) = self.find(name, true).and_then(|index| self.names.get(index)) {
            return Ok(entry.label());
        }
        let label = self.create(1).ok_or(Reason::LabelsFull)?;
        self.enter(name, Entry::of_global(name, label))?;
        Ok(label)
    }

    fn local(&mut self, name: Name, kept: bool) -> Result<(u32, u32), Reason> {
        let place = self.local_place(name)?;
        let local = local_at(&mut self.near, self.names, place).ok_or(Reason::LabelsFull)?;
        if kept {
            local.hand_out();
        }
        let next = LOCAL | (place as u32) << 1 | local.odd();
        Ok((next, next ^ 1))
    }

    #[inline(always)]
    fn try_refer_next(&mut self, name: Name, at: u32, relocation: Relocation) -> bool {
        self.near(name).is_some_and(|local| local.wait(at, relocation))
    }

    #[inline(always)]
    fn previous(&self, name: Name) -> Option<u32> {
        Some(self.near.get(near(name))?.of_constant(name)?.previous)
    }

    #[inline(always)]
    fn try_define(&mut self, name: Name, at: u32) -> Option<Chain> {
        self.near(name)?.try_define(at)
    }

    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        let place = self.local_place(name)?;
        Ok(local_at(&mut self.near, self.names, place).ok_or(Reason::LabelsFull)?.define(at))
    }

    fn clear(&mut self) {
        self.words.clear();
        self.slots.clear();
        self.near = [Near::FREE; NEAR];
        if core::mem::take(&mut self.named) {
            self.names.fill(Entry::FREE);
        }
    }
}
