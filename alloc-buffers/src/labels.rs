//! A label table that grows.
//!
//! A label is four bytes: its offset, or that it is open. References go to one list, in the order of the code, and are resolved
//! together in the end.

use alloc::vec::Vec;
use bareasm_core::{bound, Chain, DynamicLabel, Fixup, LabelTable, Name, Reason, Relocation, MAX_LABELS, OPEN};

/// In place of a label: the name is a global one.
const GLOBAL: u32 = u32::MAX;

/// A name and its labels.
#[derive(Clone, Copy, Debug)]
struct Entry {
    name: Name,
    /// The label of a global name, or of the next definition of a local one.
    next: u32,
    /// The label of the previous definition of a local name, or [`GLOBAL`].
    previous: u32,
}

/// Labels, fixups and names on the heap; up to 2^25 - 1 labels.
///
/// When memory cannot be had, that is [`Reason::LabelsFull`] or [`Reason::FixupsFull`].
#[derive(Clone, Debug, Default)]
pub struct GrowLabels {
    offsets: Vec<u32>,
    /// As long as there is memory for; what is behind the first `listed` ones means nothing.
    fixups: Vec<Fixup>,
    listed: usize,
    /// Open addressing by the number of the name; the length is a power of two, or 0.
    names: Vec<Option<Entry>>,
    used: usize,
}

impl GrowLabels {
    /// Nothing allocated yet.
    pub const fn new() -> GrowLabels {
        GrowLabels { offsets: Vec::new(), fixups: Vec::new(), listed: 0, names: Vec::new(), used: 0 }
    }

    /// With room for some labels and references, if it can be had.
    pub fn with_capacity(labels: usize, references: usize) -> GrowLabels {
        let mut table = GrowLabels::new();
        let _ = table.offsets.try_reserve(labels);
        let _ = table.grow(references);
        table
    }

    /// Room for more references; `None` if there is no memory for it.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) -> Option<()> {
        self.fixups.try_reserve(more).ok()?;
        self.fixups.resize(self.fixups.capacity(), Fixup::default());
        Some(())
    }

    /// Where a dynamic label is bound, from the start of the code; `None` if it is not.
    pub fn resolve_dynamic(&self, label: DynamicLabel) -> Option<crate::AssemblyOffset> {
        let offset = bound(*self.offsets.get(label.get_id())?)?;
        Some(crate::AssemblyOffset(offset as usize))
    }

    /// Where a global name is bound, from the start of the code; `None` if it is not.
    pub fn resolve_global(&self, name: Name) -> Option<crate::AssemblyOffset> {
        let entry = self.entry(name, true)?;
        let offset = bound(*self.offsets.get(entry.next as usize)?)?;
        Some(crate::AssemblyOffset(offset as usize))
    }

    /// The labels that have a name: number, and how the name is written.
    #[cfg(feature = "decode")]
    pub(crate) fn named(&self) -> impl Iterator<Item = (u32, alloc::string::String)> + '_ {
        use alloc::{format, string::String};
        self.names.iter().flatten().flat_map(|entry| match is_global(entry) {
            true => [(entry.next, format!("=>{}", entry.name.text)), (GLOBAL, String::new())],
            false => [(entry.next, entry.name.text.into()), (entry.previous, entry.name.text.into())],
        })
    }

    /// All labels in order, with their offsets if they are bound.
    #[cfg(feature = "decode")]
    pub(crate) fn offsets(&self) -> impl Iterator<Item = Option<u32>> + '_ {
        self.offsets.iter().map(|offset| bound(*offset))
    }

    /// Where a name is looked for first.
    #[inline(always)]
    fn home(&self, name: Name) -> usize {
        (name.id ^ name.id >> 48) as usize & self.names.len().wrapping_sub(1)
    }

    /// The entry of a name if it is where it is looked for first, with the same constant for a text: most often.
    #[inline(always)]
    fn quick(&self, name: Name, global: bool) -> Option<&Entry> {
        let entry = self.names.get(self.home(name))?.as_ref()?;
        (entry.name.is_constant_of(&name) && is_global(entry) == global).then_some(entry)
    }

    /// The slot of a name.
    fn find(&self, name: Name, global: bool) -> Option<usize> {
        let mut slot = self.home(name);
        // Half of the slots are free, so there is an end.
        while let Some(entry) = self.names.get(slot)? {
            if is_global(entry) == global && entry.name == name {
                return Some(slot);
            }
            slot = slot.wrapping_add(1) & self.names.len().wrapping_sub(1);
        }
        None
    }

    fn entry(&self, name: Name, global: bool) -> Option<&Entry> {
        self.names.get(self.find(name, global)?)?.as_ref()
    }

    /// As `local`, for a name that is not found quickly.
    #[inline(never)]
    fn local_slowly(&mut self, name: Name) -> Result<(u32, u32), Reason> {
        if let Some(entry) = self.entry(name, false) {
            return Ok((entry.next, entry.previous));
        }
        let (Some(next), Some(previous)) = (self.create(1), self.create(1)) else { return Err(Reason::LabelsFull) };
        self.enter(Entry { name, next, previous })?;
        Ok((next, previous))
    }

    /// As `define`, for a name that is not found quickly.
    #[inline(never)]
    fn define_slowly(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        self.local_slowly(name)?;
        match self.find(name, false) {
            Some(slot) => self.define_in(slot, at),
            None => Err(Reason::LabelUnknown),
        }
    }

    #[inline(always)]
    fn define_in(&mut self, slot: usize, at: u32) -> Result<Chain, Reason> {
        // Fixups in the list still say the number of the label, so each definition has one of its own.
        let fresh = self.create(1).ok_or(Reason::LabelsFull)?;
        let label = self.names.get(slot).and_then(Option::as_ref).ok_or(Reason::LabelUnknown)?.next;
        let chain = self.bind(label, at)?; // it may have been bound by its number: then the name stays as it is
        if let Some(Some(entry)) = self.names.get_mut(slot) {
            (entry.next, entry.previous) = (fresh, label);
        }
        Ok(chain)
    }

    /// Enters a name that is not there.
    fn enter(&mut self, entry: Entry) -> Result<(), Reason> {
        // Half of the slots stay free, so that probing ends soon.
        if self.used.saturating_mul(2) >= self.names.len() {
            let length = self.names.len().saturating_mul(2).max(16);
            let mut names = Vec::new();
            names.try_reserve_exact(length).map_err(|_| Reason::LabelsFull)?;
            names.resize(length, None);
            let old = core::mem::replace(&mut self.names, names);
            for entry in old.into_iter().flatten() {
                self.settle(entry);
            }
        }
        self.settle(entry);
        self.used = self.used.saturating_add(1);
        Ok(())
    }

    /// Puts an entry into the first free slot of its sequence.
    fn settle(&mut self, entry: Entry) {
        let mask = self.names.len().wrapping_sub(1);
        let mut slot = self.home(entry.name);
        while let Some(place) = self.names.get_mut(slot) {
            if place.is_none() {
                *place = Some(entry);
                return;
            }
            slot = slot.wrapping_add(1) & mask;
        }
    }
}

/// Room for so many more labels; `false` if there is no memory for it.
#[cold]
#[inline(never)]
fn reserve(offsets: &mut Vec<u32>, more: usize) -> bool {
    offsets.try_reserve(more).is_ok()
}

fn is_global(entry: &Entry) -> bool {
    entry.previous == GLOBAL
}

impl LabelTable for GrowLabels {
    #[inline]
    fn create(&mut self, count: u32) -> Option<u32> {
        let first = self.offsets.len();
        let length = first.checked_add(count as usize).filter(|length| *length < MAX_LABELS as usize)?;
        if length > self.offsets.capacity() && !reserve(&mut self.offsets, count as usize) {
            return None;
        }
        self.offsets.resize(length, OPEN);
        Some(first as u32)
    }

    #[inline(always)]
    fn position(&self, label: u32) -> Result<Option<u32>, Reason> {
        self.offsets.get(label as usize).map(|offset| bound(*offset)).ok_or(Reason::LabelUnknown)
    }

    #[inline(always)]
    fn try_refer(&mut self, label: u32, at: u32, relocation: Relocation) -> bool {
        let known = label < self.offsets.len() as u32; // there are at most `MAX_LABELS`
        let Some(fixup) = self.fixups.get_mut(self.listed).filter(|_| known) else { return false };
        *fixup = Fixup::clear(at, relocation, label);
        self.listed = self.listed.wrapping_add(1);
        true
    }

    #[inline(always)]
    fn try_bind(&mut self, label: u32, at: u32) -> bool {
        self.bind(label, at).is_ok()
    }

    #[inline(always)]
    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason> {
        match self.offsets.get_mut(label as usize) {
            Some(offset) if bound(*offset).is_none() => {
                *offset = at;
                Ok(Chain::EMPTY)
            }
            Some(_) => Err(Reason::LabelRebound),
            None => Err(Reason::LabelUnknown),
        }
    }

    #[inline(always)]
    fn take(&mut self, _chain: &mut Chain) -> Option<Fixup> {
        None
    }

    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason> {
        let fixup = Fixup::new(at, relocation, label).ok_or(Reason::FixupsFull)?;
        if self.listed >= self.fixups.len() {
            self.grow(self.listed.max(32)).ok_or(Reason::FixupsFull)?;
        }
        *self.fixups.get_mut(self.listed).ok_or(Reason::FixupsFull)? = fixup;
        self.listed = self.listed.wrapping_add(1);
        Ok(())
    }

    fn withdraw(&mut self, label: u32, at: u32) -> bool {
        // References are made in the order of the code.
        let listed = self.fixups.get_mut(..self.listed).unwrap_or_default();
        let place = listed.partition_point(|fixup| fixup.at() < at);
        let mut same = listed.get_mut(place..).unwrap_or_default().iter_mut().take_while(|fixup| fixup.at() == at);
        match same.find(|fixup| fixup.link() == label) {
            Some(fixup) => {
                *fixup = Fixup::withdrawn(at);
                true
            }
            None => false,
        }
    }

    #[inline(always)]
    fn references(&self) -> (&[Fixup], &[u32]) {
        (self.fixups.get(..self.listed).unwrap_or_default(), &self.offsets)
    }

    fn settle(&mut self, kept: usize, end: u32) {
        let listed = core::mem::take(&mut self.listed);
        // Most often nothing is kept. (`retain` is more code.)
        for n in (0..listed).filter(|_| kept > 0) {
            let Some(fixup) = self.fixups.get(n).copied() else { return };
            let open = self.offsets.get(fixup.link() as usize).is_some_and(|at| bound(*at).is_none());
            if let Some(place) = self.fixups.get_mut(self.listed).filter(|_| fixup.at() >= end || open) {
                *place = fixup;
                self.listed = self.listed.wrapping_add(1);
            }
        }
    }

    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        if let Some(entry) = self.entry(name, true) {
            return Ok(entry.next);
        }
        let next = self.create(1).ok_or(Reason::LabelsFull)?;
        self.enter(Entry { name, next, previous: GLOBAL })?;
        Ok(next)
    }

    // What is slow comes last in these two and is called only: the quick way saves no registers.
    fn local(&mut self, name: Name, _kept: bool) -> Result<(u32, u32), Reason> {
        match self.quick(name, false) {
            Some(entry) => Ok((entry.next, entry.previous)),
            None => self.local_slowly(name),
        }
    }

    #[inline]
    fn try_refer_next(&mut self, name: Name, at: u32, relocation: Relocation) -> bool {
        self.quick(name, false).map(|entry| entry.next).is_some_and(|label| self.try_refer(label, at, relocation))
    }

    #[inline]
    fn previous(&self, name: Name) -> Option<u32> {
        let label = self.quick(name, false)?.previous;
        self.offsets.get(label as usize).copied()
    }

    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        match self.try_define(name, at) {
            Some(chain) => Ok(chain),
            None => self.define_slowly(name, at),
        }
    }

    #[inline]
    fn try_define(&mut self, name: Name, at: u32) -> Option<Chain> {
        let room = self.offsets.len() < self.offsets.capacity();
        self.quick(name, false).filter(|_| room)?;
        self.define_in(self.home(name), at).ok()
    }

    fn clear(&mut self) {
        self.offsets.clear();
        self.listed = 0;
        self.names.fill(None);
        self.used = 0;
    }
}
