//! Labels, and the tables that hold them.
//!
//! A reference to a bound label is patched at once. A reference to a label that is still open becomes a
//! [`Fixup`]: [`Labels`] keep a chain of them for each label and free it when the label is bound; growable tables may
//! as well keep a list and resolve it in the end. Both are a [`LabelTable`].

mod fixed;
mod names;

pub use fixed::{FixedLabels, Labels};
pub use names::Name;

use crate::error::{Error, Reason};
use crate::fixup::Fixup;
use crate::island::Target;
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
pub struct Chain(pub u32);

impl Chain {
    /// No fixups.
    pub const EMPTY: Chain = Chain(Fixup::MAX_LINK);
}

/// Where labels and outstanding fixups are kept. Labels are numbers, positions are offsets in the code.
///
/// A table does bookkeeping only; the assembler patches the code.
pub trait LabelTable {
    /// A new label; `None` if the table is full.
    fn create(&mut self) -> Option<u32>;

    /// Where a label is bound; `None` if it is still open.
    fn position(&self, label: u32) -> Result<Option<u32>, Reason>;

    /// As [`LabelTable::position`], in one number that is quickly tested: 2^31 or more if it is open or unknown.
    #[inline(always)]
    fn bound(&self, label: u32) -> u32 {
        match self.position(label) {
            Ok(Some(at)) => at,
            _ => u32::MAX,
        }
    }

    /// Binds an open label. The fixups in the chain are then to be taken and patched.
    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason>;

    /// Removes the first fixup from a chain.
    fn take(&mut self, chain: &mut Chain) -> Option<Fixup>;

    /// Remembers a reference at `at` to an open label.
    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason>;

    /// Forgets the reference at `at` to an open label; whether there was one.
    fn withdraw(&mut self, label: u32, at: u32) -> bool;

    /// Takes over a reference at `at` that does not reach its target. Tables without islands cannot.
    #[cold]
    fn divert(&mut self, at: u32, relocation: Relocation, target: Target) -> Result<(), Reason> {
        let _ = (at, relocation, target);
        Err(Reason::TargetRange)
    }

    /// Whether nothing that was taken over is left to be done. Asked for in the end.
    fn complete(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The outstanding fixup with this number, from 0, with the position of its label if that is bound. Asked for in the
    /// end, one after the other, until there is none.
    fn outstanding(&self, number: usize) -> Option<(Fixup, Option<u32>)>;

    /// Forgets the first `count` outstanding fixups, which are patched.
    fn settle(&mut self, count: usize);

    /// The label of a global name, made when it is seen first.
    fn global(&mut self, name: Name) -> Result<u32, Reason>;

    /// The labels of a name that is defined again and again: that of the next definition, and that of the previous
    /// one (still open if there is none).
    fn local(&mut self, name: Name) -> Result<(u32, u32), Reason>;

    /// Binds the next definition of a local name, as [`LabelTable::bind`], and makes it the previous one.
    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason>;

    /// Forgets all labels, names and fixups.
    fn clear(&mut self);
}

impl<T: LabelTable + ?Sized> LabelTable for &mut T {
    #[inline(always)]
    fn create(&mut self) -> Option<u32> {
        (**self).create()
    }
    #[inline(always)]
    fn position(&self, label: u32) -> Result<Option<u32>, Reason> {
        (**self).position(label)
    }
    #[inline(always)]
    fn bound(&self, label: u32) -> u32 {
        (**self).bound(label)
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
    fn complete(&self) -> Result<(), Error> {
        (**self).complete()
    }
    #[inline(always)]
    fn outstanding(&self, number: usize) -> Option<(Fixup, Option<u32>)> {
        (**self).outstanding(number)
    }
    fn settle(&mut self, count: usize) {
        (**self).settle(count);
    }
    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        (**self).global(name)
    }
    fn local(&mut self, name: Name) -> Result<(u32, u32), Reason> {
        (**self).local(name)
    }
    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        (**self).define(name, at)
    }
    fn clear(&mut self) {
        (**self).clear();
    }
}
