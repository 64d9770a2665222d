//! Labels, and the tables that hold them.
//!
//! A reference to a label becomes a [`Fixup`] in a list, which the assembler goes through in the end, or when it is full. To a
//! label that is bound it may be patched at once, instead. What needs to be known for that is a [`LabelTable`].

mod fixed;
mod names;
mod slots;

pub use fixed::{FixedLabels, Labels};
pub use names::Name;

use crate::error::{Error, Reason};
use crate::fixup::Fixup;
use crate::island::Target;
use crate::sink::MAX_CODE;
use bareasm_isa::relocation::Relocation;

/// A label by number: made by `new_dynamic_label`, bound once, referred to as often as one likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DynamicLabel(pub(crate) u32);

impl DynamicLabel {
    /// Stands for a label that could not be made; the assembler has latched why.
    pub(crate) const NONE: DynamicLabel = DynamicLabel(u32::MAX);

    /// The number of the label in its table.
    pub const fn get_id(self) -> usize {
        self.0 as usize
    }
}

/// The fixups of a label that has just been bound; see [`LabelTable::take`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain(pub(crate) Fixup);

impl Chain {
    /// No fixups.
    pub const EMPTY: Chain = Chain(Fixup::nothing(0, NIL));

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        !self.0.is_reference()
    }

    /// If there is one fixup, like this and of a field that holds 0, its offset.
    #[inline(always)]
    pub(crate) const fn only(self, relocation: Relocation) -> Option<u32> {
        match self.0.read_as(relocation) {
            (at, NIL) => Some(at),
            _ => None,
        }
    }
}

/// How many labels a table has at most.
pub const MAX_LABELS: u32 = NIL;

/// The end of a chain. Labels and slots have lower numbers.
const NIL: u32 = (1 << 25) - 1;
/// In the link of a reference: it is in the chain of a local name, and the other bits are the next slot. The same for a slot that is
/// free. No label has such a number.
const CHAINED: u32 = NIL + 1;

/// A label as an expansion names it.
#[derive(Clone, Copy, Debug)]
pub enum LabelRef {
    /// By number.
    Label(DynamicLabel),
    /// The next definition of a local name.
    Next(Name),
    /// The previous definition of a local name.
    Previous(Name),
}

/// Labels with consecutive numbers, made by `new_dynamic_labels`: one for each basic block, say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DynamicLabels {
    first: u32,
    count: u32,
}

impl DynamicLabels {
    pub(crate) const NONE: DynamicLabels = DynamicLabels { first: 0, count: 0 };

    pub(crate) const fn new(first: u32, count: u32) -> DynamicLabels {
        DynamicLabels { first, count }
    }

    /// The label with this index, from 0; `None` behind the last one.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<DynamicLabel> {
        (index < self.len()).then_some(DynamicLabel(self.first.wrapping_add(index as u32)))
    }

    /// The label with this index, from 0. Behind the last one it is a label that does not exist: whatever is done with it
    /// latches [`Reason::LabelUnknown`].
    #[inline(always)]
    pub fn at(&self, index: usize) -> DynamicLabel {
        self.get(index).unwrap_or(DynamicLabel::NONE)
    }

    /// How many there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All of them, in the order of their indices.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = DynamicLabel> + DoubleEndedIterator + Clone {
        (self.first..self.first.wrapping_add(self.count)).map(DynamicLabel)
    }
}

/// In place of an offset, which is less than 2^31: the label is open.
pub const OPEN: u32 = 1 << 31;

/// What stands for a label, as an offset; `None` if it is [`OPEN`].
#[inline(always)]
pub const fn bound(word: u32) -> Option<u32> {
    if word <= MAX_CODE {
        Some(word)
    } else {
        None
    }
}

/// Where labels and outstanding references are kept. Labels are numbers, positions are offsets in the code.
///
/// A table does bookkeeping only; the assembler patches the code.
pub trait LabelTable {
    /// Whether code moves once all of it is there. References and padding are then handed to the table as they come, and nothing is
    /// resolved while code is assembled.
    const MOVES: bool = false;

    /// New labels with consecutive numbers: that of the first. `None` if the table has no room for all of them.
    fn create(&mut self, count: u32) -> Option<u32>;

    /// Where a label is bound; `None` if it is still open.
    fn position(&self, label: u32) -> Result<Option<u32>, Reason>;

    /// Lists a reference at `at` (below 2^31), whose field holds 0, to a label that is open or bound. `false`: nothing was done,
    /// since that takes more than a moment, or the label is unknown.
    #[inline(always)]
    fn try_refer(&mut self, label: u32, at: u32, relocation: Relocation) -> bool {
        let _ = (label, at, relocation);
        false
    }

    /// Binds an open label for which no chain of fixups waits. `false`: nothing was done, since that takes more than a moment, or
    /// since the label is bound or unknown.
    #[inline(always)]
    fn try_bind(&mut self, label: u32, at: u32) -> bool {
        let _ = (label, at);
        false
    }

    /// Binds an open label. The fixups in the chain are then to be taken and patched.
    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason>;

    /// Removes the first fixup from a chain.
    fn take(&mut self, chain: &mut Chain) -> Option<Fixup>;

    /// Remembers a reference at `at` to an open label. [`Reason::FixupsFull`] may be mended by [`LabelTable::settle`].
    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason>;

    /// Forgets the reference at `at` to an open label; whether there was one.
    fn withdraw(&mut self, label: u32, at: u32) -> bool;

    /// Takes over a reference at `at` that does not reach its target. Tables without islands cannot.
    #[cold]
    fn divert(&mut self, at: u32, relocation: Relocation, target: Target) -> Result<(), Reason> {
        let _ = (at, relocation, target);
        Err(Reason::TargetRange)
    }

    /// Takes a reference, to a label or within the code or to an address, where code [moves](LabelTable::MOVES).
    #[cold]
    fn keep(&mut self, at: u32, relocation: Relocation, target: Target) -> Result<(), Reason> {
        let _ = (at, relocation, target);
        Err(Reason::TargetRange)
    }

    /// Takes note that the branch whose relocated unit is at `at` keeps its length, where code [moves](LabelTable::MOVES).
    fn keep_length(&mut self, at: u32) -> Result<(), Reason> {
        let _ = at;
        Ok(())
    }

    /// Takes note of `length` bytes of padding at `at`, up to a multiple of `to`, of the byte `fill` or of no-ops, where code
    /// [moves](LabelTable::MOVES).
    fn keep_padding(&mut self, at: u32, length: u32, to: u32, fill: Option<u8>) -> Result<(), Reason> {
        let _ = (at, length, to, fill);
        Ok(())
    }

    /// Where the first of the references is that wait for a label and are not [listed](LabelTable::references).
    fn first_waiting(&self) -> Option<u32> {
        None
    }

    /// Whether nothing that was taken over is left to be done. Asked for in the end.
    fn complete(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The references that are listed, and for each label its offset, or [`OPEN`]. The link of a reference is the number of its
    /// label; a reference whose link is beyond the labels is in a chain, or none.
    fn references(&self) -> (&[Fixup], &[u32]);

    /// Forgets the references before the offset `end` to labels that are bound, which have been patched, and keeps the others, of
    /// which there are `kept`.
    fn settle(&mut self, kept: usize, end: u32);

    /// The label of a global name, made when it is seen first.
    fn global(&mut self, name: Name) -> Result<u32, Reason>;

    /// The labels of a name that is defined again and again: that of the next definition, and that of the previous
    /// one (still open if there is none). `kept`: they may be used after that definition, too.
    fn local(&mut self, name: Name, kept: bool) -> Result<(u32, u32), Reason>;

    /// Remembers a reference at `at`, whose field holds 0, to the next definition of a local name. `false`: nothing was done, since
    /// that takes more than a moment.
    #[inline(always)]
    fn try_refer_next(&mut self, name: Name, at: u32, relocation: Relocation) -> bool {
        let _ = (name, at, relocation);
        false
    }

    /// Where the previous definition of a local name is, or [`OPEN`]; `None` also if to find that takes more than a moment.
    #[inline(always)]
    fn previous(&self, name: Name) -> Option<u32> {
        let _ = name;
        None
    }

    /// Binds the next definition of a local name, as [`LabelTable::bind`], and makes it the previous one.
    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason>;

    /// As [`LabelTable::define`]. `None`: nothing was done, since that takes more than a moment, or cannot be done.
    #[inline(always)]
    fn try_define(&mut self, name: Name, at: u32) -> Option<Chain> {
        let _ = (name, at);
        None
    }

    /// Forgets all labels, names and fixups.
    fn clear(&mut self);
}

impl<T: LabelTable + ?Sized> LabelTable for &mut T {
    const MOVES: bool = T::MOVES;

    #[inline(always)]
    fn create(&mut self, count: u32) -> Option<u32> {
        (**self).create(count)
    }
    #[inline(always)]
    fn position(&self, label: u32) -> Result<Option<u32>, Reason> {
        (**self).position(label)
    }
    #[inline(always)]
    fn try_refer(&mut self, label: u32, at: u32, relocation: Relocation) -> bool {
        (**self).try_refer(label, at, relocation)
    }
    #[inline(always)]
    fn try_bind(&mut self, label: u32, at: u32) -> bool {
        (**self).try_bind(label, at)
    }
    #[inline(always)]
    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason> {
        (**self).bind(label, at)
    }
    #[inline(always)]
    fn take(&mut self, chain: &mut Chain) -> Option<Fixup> {
        (**self).take(chain)
    }
    #[inline(always)]
    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason> {
        (**self).defer(label, at, relocation)
    }
    fn withdraw(&mut self, label: u32, at: u32) -> bool {
        (**self).withdraw(label, at)
    }
    fn divert(&mut self, at: u32, relocation: Relocation, target: Target) -> Result<(), Reason> {
        (**self).divert(at, relocation, target)
    }
    fn keep(&mut self, at: u32, relocation: Relocation, target: Target) -> Result<(), Reason> {
        (**self).keep(at, relocation, target)
    }
    fn keep_length(&mut self, at: u32) -> Result<(), Reason> {
        (**self).keep_length(at)
    }
    fn keep_padding(&mut self, at: u32, length: u32, to: u32, fill: Option<u8>) -> Result<(), Reason> {
        (**self).keep_padding(at, length, to, fill)
    }
    fn first_waiting(&self) -> Option<u32> {
        (**self).first_waiting()
    }
    fn complete(&self) -> Result<(), Error> {
        (**self).complete()
    }
    #[inline(always)]
    fn references(&self) -> (&[Fixup], &[u32]) {
        (**self).references()
    }
    fn settle(&mut self, kept: usize, end: u32) {
        (**self).settle(kept, end);
    }
    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        (**self).global(name)
    }
    fn local(&mut self, name: Name, kept: bool) -> Result<(u32, u32), Reason> {
        (**self).local(name, kept)
    }
    #[inline(always)]
    fn try_refer_next(&mut self, name: Name, at: u32, relocation: Relocation) -> bool {
        (**self).try_refer_next(name, at, relocation)
    }
    #[inline(always)]
    fn previous(&self, name: Name) -> Option<u32> {
        (**self).previous(name)
    }
    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        (**self).define(name, at)
    }
    #[inline(always)]
    fn try_define(&mut self, name: Name, at: u32) -> Option<Chain> {
        (**self).try_define(name, at)
    }
    fn clear(&mut self) {
        (**self).clear();
    }
}
