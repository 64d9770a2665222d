//! A label table that grows.
//!
//! A label is four bytes: its offset, or that it is open. References to open labels go to one list, in the order of
//! the code, and are resolved together in the end: that is faster than following chains when memory is not scarce.

use alloc::vec::Vec;
use bareasm_core::{Chain, DynamicLabel, Fixup, LabelTable, Name, Reason, Relocation};

/// In place of an offset: not bound. Offsets are below 2^31.
const OPEN: u32 = u32::MAX;
/// In place of a label: the name is a global one.
const GLOBAL: u32 = u32::MAX;

/// In place of the label of a reference: it has become another one.
const WITHDRAWN: u32 = Fixup::MAX_LINK;

/// A name and its labels.
#[derive(Clone, Copy, Debug)]
struct Entry {
    name: Name,
    /// The label of a global name, or of the next definition of a local one.
    next: u32,
    /// The label of the previous definition of a local name, or [`GLOBAL`].
    previous: u32,
}

/// Labels, fixups and names on the heap. Up to 2^27 - 1 labels can be referred to before they are bound.
///
/// When memory cannot be had, that is [`Reason::LabelsFull`] or [`Reason::FixupsFull`].
#[derive(Clone, Debug, Default)]
pub struct GrowLabels {
    offsets: Vec<u32>,
    fixups: Vec<Fixup>,
    /// How many of the fixups are resolved already.
    resolved: usize,
    /// Open addressing by the number of the name; the length is a power of two, or 0.
    names: Vec<Option<Entry>>,
    used: usize,
}

impl GrowLabels {
    /// Nothing allocated yet.
    pub const fn new() -> GrowLabels {
        GrowLabels { offsets: Vec::new(), fixups: Vec::new(), resolved: 0, names: Vec::new(), used: 0 }
    }

    /// With room for some labels and references, if it can be had.
    pub fn with_capacity(labels: usize, references: usize) -> GrowLabels {
        let mut table = GrowLabels::new();
        let _ = table.offsets.try_reserve(labels);
        let _ = table.fixups.try_reserve(references);
        table
    }

    /// Where a dynamic label is bound, from the start of the code; `None` if it is not.
    pub fn resolve_dynamic(&self, label: DynamicLabel) -> Option<crate::AssemblyOffset> {
        let offset = *self.offsets.get(label.get_id())?;
        if offset == OPEN {
            None
        } else {
            Some(crate::AssemblyOffset(offset as usize))
        }
    }

    /// Where a global name is bound, from the start of the code; `None` if it is not.
    pub fn resolve_global(&self, name: Name) -> Option<crate::AssemblyOffset> {
        let entry = self.entry(name, true)?;
        let offset = *self.offsets.get(entry.next as usize)?;
        if offset == OPEN {
            None
        } else {
            Some(crate::AssemblyOffset(offset as usize))
        }
    }

    /// The slots where a name may be, from the likeliest on; all of them, so not empty unless the table is.
    fn probe(&self, name: Name) -> impl Iterator<Item = usize> {
        let mask = self.names.len().wrapping_sub(1);
        let start = name.id as usize;
        (0..self.names.len()).map(move |step| start.wrapping_add(step) & mask)
    }

    fn entry(&self, name: Name, global: bool) -> Option<&Entry> {
        for slot in self.probe(name) {
            match self.names.get(slot) {
                Some(Some(entry)) if is(entry, name, global) => return Some(entry),
                Some(Some(_)) => {}
                _ => return None,
            }
        }
        None
    }

    /// Enters a name that is not there.
    fn enter(&mut self, entry: Entry) -> Result<(), Reason> {
        // A quarter stays free, so that probing ends soon.
        if self.used.saturating_mul(4) >= self.names.len().saturating_mul(3) {
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
        for slot in self.probe(entry.name) {
            if let Some(free @ None) = self.names.get_mut(slot) {
                *free = Some(entry);
                return;
            }
        }
    }
}

fn is(entry: &Entry, name: Name, global: bool) -> bool {
    (entry.previous == GLOBAL) == global && entry.name == name
}

impl LabelTable for GrowLabels {
    #[inline]
    fn create(&mut self) -> Result<u32, Reason> {
        let label = u32::try_from(self.offsets.len()).ok().filter(|label| *label < GLOBAL).ok_or(Reason::LabelsFull)?;
        self.offsets.try_reserve(1).map_err(|_| Reason::LabelsFull)?;
        self.offsets.push(OPEN);
        Ok(label)
    }

    #[inline(always)]
    fn position(&self, label: u32) -> Result<Option<u32>, Reason> {
        match self.offsets.get(label as usize) {
            Some(&OPEN) => Ok(None),
            Some(offset) => Ok(Some(*offset)),
            None => Err(Reason::LabelUnknown),
        }
    }

    #[inline(always)]
    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason> {
        match self.offsets.get_mut(label as usize) {
            Some(offset) if *offset == OPEN => {
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

    #[inline]
    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason> {
        let fixup = Fixup::new(at, relocation, label).filter(|_| label != WITHDRAWN).ok_or(Reason::FixupsFull)?;
        self.fixups.try_reserve(1).map_err(|_| Reason::FixupsFull)?;
        self.fixups.push(fixup);
        Ok(())
    }

    fn withdraw(&mut self, label: u32, at: u32) -> bool {
        // References are made in the order of the code.
        let open = self.fixups.get_mut(self.resolved..).unwrap_or_default();
        let place = open.partition_point(|fixup| fixup.at() < at);
        match open
            .get_mut(place..)
            .unwrap_or_default()
            .iter_mut()
            .take_while(|fixup| fixup.at() == at)
            .find(|fixup| fixup.link() == label)
        {
            Some(fixup) => {
                fixup.set_link(WITHDRAWN);
                true
            }
            None => false,
        }
    }

    fn outstanding(&mut self) -> Option<(Fixup, Option<u32>)> {
        while self.fixups.get(self.resolved).is_some_and(|fixup| fixup.link() == WITHDRAWN) {
            self.resolved = self.resolved.wrapping_add(1);
        }
        match self.fixups.get(self.resolved) {
            Some(fixup) => {
                let target = self.position(fixup.link()).ok().flatten();
                let fixup = *fixup;
                if target.is_some() {
                    self.resolved = self.resolved.wrapping_add(1);
                }
                Some((fixup, target))
            }
            None => {
                self.fixups.clear();
                self.resolved = 0;
                None
            }
        }
    }

    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        if let Some(entry) = self.entry(name, true) {
            return Ok(entry.next);
        }
        let next = self.create()?;
        self.enter(Entry { name, next, previous: GLOBAL })?;
        Ok(next)
    }

    fn local(&mut self, name: Name) -> Result<(u32, u32), Reason> {
        if let Some(entry) = self.entry(name, false) {
            return Ok((entry.next, entry.previous));
        }
        let (next, previous) = (self.create()?, self.create()?);
        self.enter(Entry { name, next, previous })?;
        Ok((next, previous))
    }

    fn turn(&mut self, name: Name) -> Result<(), Reason> {
        // Fixups in the list still say the number of the label, so each definition has one of its own.
        let fresh = self.create()?;
        for slot in self.probe(name) {
            match self.names.get_mut(slot) {
                Some(Some(entry)) if is(entry, name, false) => {
                    entry.previous = entry.next;
                    entry.next = fresh;
                    return Ok(());
                }
                Some(Some(_)) => {}
                _ => break,
            }
        }
        Err(Reason::LabelUnknown)
    }

    fn clear(&mut self) {
        self.offsets.clear();
        self.fixups.clear();
        self.resolved = 0;
        self.names.fill(None);
        self.used = 0;
    }
}
