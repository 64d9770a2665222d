//! Label tables of fixed capacity, in the caller's memory.
//!
//! A label is one word. While it is open (bit 31) the word holds the head of a chain of fixups in a common pool; once it
//! is bound, its offset. Binding frees the chain, so the pool bounds the references that are outstanding at one
//! time, not their total.

use super::names::Entry;
use super::{Chain, LabelTable, Name};
use crate::error::Reason;
use crate::fixup::Fixup;
use bareasm_isa::relocation::Relocation;
use heapless::vec::{Vec, VecView};

/// In a label's word: still open. The bits below [`Fixup::MAX_LINK`] are the head of its chain.
const OPEN: u32 = 1 << 31;
/// The end of a chain.
const NIL: u32 = Fixup::MAX_LINK;
/// The word of a label without references.
const FRESH: u32 = OPEN | NIL;

/// Room for `L` labels and `F` outstanding references to labels that are not bound yet. At most 65535 labels are used.
///
/// A label takes 4 bytes and as much as a name needs (12 bytes on a 32-bit machine), a fixup 8. Names are those of
/// `=>name`, one label each, and of `name:` with `<name` and `>name`, two labels each. Can be a `static` or lie on
/// the stack; it is lent to one assembler at a time, which starts with an empty table.
#[derive(Debug)]
pub struct Labels<const L: usize, const F: usize> {
    words: Vec<u32, L>,
    fixups: Vec<Fixup, F>,
    names: Vec<Entry, L>,
}

impl<const L: usize, const F: usize> Labels<L, F> {
    /// An empty table.
    pub const fn new() -> Labels<L, F> {
        Labels { words: Vec::new(), fixups: Vec::new(), names: Vec::new() }
    }

    /// The table with its capacity erased, emptied.
    pub fn view(&mut self) -> FixedLabels<'_> {
        let mut view = FixedLabels {
            words: self.words.as_mut_view(),
            fixups: self.fixups.as_mut_view(),
            names: self.names.as_mut_view(),
            free: NIL,
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
    fixups: &'a mut VecView<Fixup>,
    names: &'a mut VecView<Entry>,
    /// Head of the chain of freed slots of the pool.
    free: u32,
}

impl FixedLabels<'_> {
    /// The entry of a local name, made when it is seen first.
    fn entry(&mut self, name: Name) -> Result<&mut Entry, Reason> {
        let known = self.names.iter().position(|entry| entry.is(name, false));
        let number = match known {
            Some(number) => number,
            None => {
                let (next, previous) = (self.create_short()?, self.create_short()?);
                self.names.push(Entry { text: name.text, next, previous }).map_err(|_| Reason::LabelsFull)?;
                self.names.len().wrapping_sub(1)
            }
        };
        self.names.get_mut(number).ok_or(Reason::LabelUnknown)
    }

    /// A new label whose number fits a name's entry.
    fn create_short(&mut self) -> Result<u16, Reason> {
        self.create().and_then(|label| u16::try_from(label).ok()).ok_or(Reason::LabelsFull)
    }
}

impl LabelTable for FixedLabels<'_> {
    #[inline]
    fn create(&mut self) -> Option<u32> {
        let short = u16::try_from(self.words.len()).ok().filter(|short| *short != Entry::GLOBAL)?;
        self.words.push(FRESH).ok().map(|()| short.into())
    }

    #[inline(always)]
    fn position(&self, label: u32) -> Result<Option<u32>, Reason> {
        match usize::try_from(label).ok().and_then(|n| self.words.get(n)) {
            Some(word) if word & OPEN == 0 => Ok(Some(*word)),
            Some(_) => Ok(None),
            None => Err(Reason::LabelUnknown),
        }
    }

    #[inline(always)]
    fn bound(&self, label: u32) -> u32 {
        usize::try_from(label).ok().and_then(|n| self.words.get(n)).copied().unwrap_or(OPEN)
    }

    #[inline(always)]
    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason> {
        match usize::try_from(label).ok().and_then(|n| self.words.get_mut(n)) {
            Some(word) if *word & OPEN != 0 => {
                let head = *word & NIL;
                *word = at & !OPEN;
                Ok(Chain(head))
            }
            Some(_) => Err(Reason::LabelRebound),
            None => Err(Reason::LabelUnknown),
        }
    }

    #[inline]
    fn take(&mut self, chain: &mut Chain) -> Option<Fixup> {
        let slot = self.fixups.get_mut(usize::try_from(chain.0).ok()?)?;
        let fixup = *slot;
        slot.set_link(self.free);
        self.free = chain.0;
        *chain = Chain(fixup.link());
        Some(fixup)
    }

    #[inline]
    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason> {
        let word = usize::try_from(label).ok().and_then(|n| self.words.get_mut(n)).ok_or(Reason::LabelUnknown)?;
        let fixup = Fixup::new(at, relocation, *word & NIL).ok_or(Reason::FixupsFull)?;
        let slot = match usize::try_from(self.free).ok().and_then(|n| self.fixups.get_mut(n)) {
            Some(slot) => {
                let number = self.free;
                self.free = slot.link();
                *slot = fixup;
                number
            }
            None => {
                let number = u32::try_from(self.fixups.len()).ok().filter(|n| *n < NIL).ok_or(Reason::FixupsFull)?;
                self.fixups.push(fixup).map_err(|_| Reason::FixupsFull)?;
                number
            }
        };
        *word = OPEN | slot;
        Ok(())
    }

    fn withdraw(&mut self, label: u32, at: u32) -> bool {
        let Some(word) = usize::try_from(label).ok().and_then(|n| self.words.get_mut(n)).filter(|word| **word & OPEN != 0) else {
            return false;
        };
        let (mut before, mut number) = (NIL, *word & NIL);
        while let Some(fixup) = usize::try_from(number).ok().and_then(|n| self.fixups.get(n)).copied() {
            if fixup.at() == at {
                match usize::try_from(before).ok().and_then(|n| self.fixups.get_mut(n)) {
                    Some(before) => before.set_link(fixup.link()),
                    None => *word = OPEN | fixup.link(),
                }
                if let Some(slot) = usize::try_from(number).ok().and_then(|n| self.fixups.get_mut(n)) {
                    slot.set_link(self.free);
                    self.free = number;
                }
                return true;
            }
            (before, number) = (number, fixup.link());
        }
        false
    }

    fn outstanding(&self, _number: usize) -> Option<(Fixup, Option<u32>)> {
        // Bound labels have no chain, so whatever is left waits for a label that was never bound.
        let head = self.words.iter().find(|word| **word & OPEN != 0 && **word & NIL != NIL)? & NIL;
        let first = self.fixups.get(usize::try_from(head).ok()?)?;
        Some((*first, None))
    }

    fn settle(&mut self, _count: usize) {}

    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        if let Some(entry) = self.names.iter().find(|entry| entry.is(name, true)) {
            return Ok(entry.next.into());
        }
        let next = self.create_short()?;
        let entry = Entry { text: name.text, next, previous: Entry::GLOBAL };
        self.names.push(entry).map_err(|_| Reason::LabelsFull)?;
        Ok(next.into())
    }

    fn local(&mut self, name: Name) -> Result<(u32, u32), Reason> {
        let entry = self.entry(name)?;
        Ok((entry.next.into(), entry.previous.into()))
    }

    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        let entry = self.entry(name)?;
        let (old, new) = (entry.next, entry.previous);
        (entry.next, entry.previous) = (new, old);
        let chain = self.bind(old.into(), at);
        // All references to the definition before the previous one were patched when they were made.
        let word = self.words.get_mut(usize::from(new)).ok_or(Reason::LabelUnknown)?;
        *word = FRESH;
        chain
    }

    fn clear(&mut self) {
        self.words.clear();
        self.fixups.clear();
        self.names.clear();
        self.free = NIL;
    }
}
