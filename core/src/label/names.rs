//! Names of labels.

use super::{Chain, NIL, OPEN};
use crate::fixup::Fixup;
use bareasm_isa::relocation::Relocation;

/// The name of a label, with a number computed at compile time that finds it fast.
///
/// Equality is that of the text; the number and the constant only say "no" and "yes" sooner.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// FNV-1a of the text, 64 bits.
    pub id: u64,
    /// The text.
    pub text: &'static str,
    /// The constant that has the text, if the name is one: where that is the same, so is the name.
    pub constant: Option<&'static &'static str>,
}

impl Name {
    /// A name.
    pub const fn new(text: &'static str) -> Name {
        let mut id = 0xcbf2_9ce4_8422_2325u64;
        let mut rest = text.as_bytes();
        while let [byte, tail @ ..] = rest {
            id = (id ^ *byte as u64).wrapping_mul(0x100_0000_01b3);
            rest = tail;
        }
        Name { id, text, constant: None }
    }

    /// A name whose text is in a constant; to be called in a constant.
    pub const fn of(constant: &'static &'static str) -> Name {
        Name { constant: Some(constant), ..Name::new(constant) }
    }

    /// Whether both are of the same constant: most often equal names are. Otherwise this says nothing.
    #[inline(always)]
    pub fn is_constant_of(&self, other: &Name) -> bool {
        same(self.constant, other.constant)
    }
}

#[inline(always)]
fn same(one: Option<&'static &'static str>, other: Option<&'static &'static str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => core::ptr::eq(one, other),
        _ => false,
    }
}

impl PartialEq for Name {
    #[inline]
    fn eq(&self, other: &Name) -> bool {
        self.id == other.id && self.text == other.text
    }
}

impl Eq for Name {}

/// What there is of a local name, which is defined again and again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local {
    /// The last reference to the next definition, which waits for it, or none. Its link is that of the slot with the one before,
    /// or [`NIL`].
    pub(super) waiting: Fixup,
    /// Where the previous definition is, or `OPEN`.
    pub(super) previous: u32,
    /// Bit 0 tells the labels of the next and of the previous definition, [`Local::odd`]. It changes with the definition that comes
    /// after they were [handed out](HANDED); before that nobody knows them.
    labels: u32,
}

/// The labels of the next and of the previous definition were handed out.
const HANDED: u32 = 2;

impl Local {
    /// Not defined, and not referred to.
    const NEW: Local = Local { waiting: Chain::EMPTY.0, previous: OPEN, labels: 0 };
    /// None at all: all zero.
    const NONE: Local = Local { waiting: Fixup::EMPTY, previous: 0, labels: 0 };

    /// Defines the name, unless its labels were handed out: the references that waited for that.
    #[inline(always)]
    pub(super) fn try_define(&mut self, at: u32) -> Option<Chain> {
        if self.labels >= HANDED {
            return None;
        }
        let chain = Chain(self.waiting);
        self.waiting.forget(NIL);
        self.previous = at;
        Some(chain)
    }

    /// Defines the name: the references that waited for that.
    pub(super) fn define(&mut self, at: u32) -> Chain {
        let labels = (self.labels ^ 1) & 1;
        let chain = Chain(self.waiting);
        *self = Local { waiting: Chain::EMPTY.0, previous: at, labels };
        chain
    }

    /// Takes note of its labels being handed out.
    pub(super) fn hand_out(&mut self) {
        self.labels |= HANDED;
    }

    /// What bit 0 of the label of the next definition is; that of the previous one has the other.
    #[inline(always)]
    pub(super) fn odd(&self) -> u32 {
        self.labels & 1
    }

    /// Takes note of a reference, if none waits yet.
    #[inline(always)]
    pub(super) fn wait(&mut self, at: u32, relocation: Relocation) -> bool {
        let first = !self.waiting.is_reference();
        if first {
            self.waiting = Fixup::clear(at, relocation, NIL);
        }
        first
    }
}

/// A local name at the place where it is looked for first of all, which is known at compile time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    /// The constant that has the text; `None` if the place is free.
    constant: Option<&'static &'static str>,
    local: Local,
}

impl Near {
    /// A free place.
    pub(super) const FREE: Near = Near { constant: None, local: Local::NONE };

    /// A new name; `None` if it is no constant, or the place is not free.
    pub(super) fn enter(&mut self, name: Name) -> Option<()> {
        let constant = name.constant.filter(|_| self.constant.is_none())?;
        *self = Near { constant: Some(constant), local: Local::NEW };
        Some(())
    }

    /// What there is of this name, if it is here and of the same constant.
    #[inline(always)]
    pub(super) fn of_constant(&self, name: Name) -> Option<&Local> {
        same(self.constant, name.constant).then_some(&self.local)
    }

    /// As [`Near::of_constant`], to be changed.
    #[inline(always)]
    pub(super) fn of_constant_mut(&mut self, name: Name) -> Option<&mut Local> {
        same(self.constant, name.constant).then_some(&mut self.local)
    }

    /// Whether this name is here.
    pub(super) fn is(&self, name: Name) -> bool {
        self.constant.is_some_and(|text| *text == name.text)
    }

    /// What there is of a name here.
    #[inline]
    pub(super) fn local(&self) -> Option<&Local> {
        self.constant.map(|_| &self.local)
    }

    /// What there is of a name here, to be changed.
    #[inline]
    pub(super) fn local_mut(&mut self) -> Option<&mut Local> {
        self.constant.map(|_| &mut self.local)
    }
}

/// Any other name in a table of fixed capacity, or a free place for one: that is all zero, so that a table in a static takes no
/// room in the image. The number of the name is not kept, since RAM is dear.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The text; `None` in a free place.
    text: Option<&'static str>,
    /// Of a local name. Of a global one, [`Entry::GLOBAL`] as the previous definition, and its label as the place of a reference.
    local: Local,
}

impl Entry {
    /// A free place.
    pub(super) const FREE: Entry = Entry { text: None, local: Local::NONE };
    /// In place of the previous definition: a global name. No offset.
    const GLOBAL: u32 = u32::MAX - 1;

    pub(super) fn of_local(name: Name) -> Entry {
        Entry { text: Some(name.text), local: Local::NEW }
    }

    pub(super) fn of_global(name: Name, label: u32) -> Entry {
        let local = Local { waiting: Fixup::nothing(label, NIL), previous: Entry::GLOBAL, labels: 0 };
        Entry { text: Some(name.text), local }
    }

    pub(super) fn is_free(&self) -> bool {
        self.text.is_none()
    }

    /// Whether this is the entry of a name, global or local.
    pub(super) fn is(&self, name: Name, global: bool) -> bool {
        self.is_global() == global && self.text == Some(name.text)
    }

    /// The label of a global name.
    pub(super) fn label(&self) -> u32 {
        self.local.waiting.at()
    }

    /// What there is of a local name here.
    #[inline]
    pub(super) fn local(&self) -> Option<&Local> {
        (!self.is_free() && !self.is_global()).then_some(&self.local)
    }

    /// What there is of a local name here, to be changed.
    #[inline]
    pub(super) fn local_mut(&mut self) -> Option<&mut Local> {
        (!self.is_free() && !self.is_global()).then_some(&mut self.local)
    }

    fn is_global(&self) -> bool {
        self.local.previous == Entry::GLOBAL
    }
}
