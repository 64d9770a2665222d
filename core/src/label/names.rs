//! Names of labels.

use super::Chain;

/// The name of a label, with a number computed at compile time that finds it fast.
///
/// Equality is that of the text; the number only says "no" sooner.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// FNV-1a of the text, 64 bits.
    pub id: u64,
    /// The text.
    pub text: &'static str,
}

impl Name {
    /// A name; to be called in a constant.
    pub const fn new(text: &'static str) -> Name {
        let mut id = 0xcbf2_9ce4_8422_2325u64;
        let mut rest = text.as_bytes();
        while let [byte, tail @ ..] = rest {
            id = (id ^ *byte as u64).wrapping_mul(0x100_0000_01b3);
            rest = tail;
        }
        Name { id, text }
    }
}

impl PartialEq for Name {
    #[inline]
    fn eq(&self, other: &Name) -> bool {
        self.id == other.id && self.text == other.text
    }
}

impl Eq for Name {}

/// A name in a table of fixed capacity, or a free place for one: that is all zero, so that a table in a static takes no room in
/// the image. The number of the name is not kept, since RAM is dear.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The text; `None` in a free place.
    text: Option<&'static str>,
    /// Of a global name, its label. Of a local one, the references to the next definition: the head of a chain, and in bit 0
    /// whether the number of definitions is odd.
    pub(crate) next: u32,
    /// Of a local name, where the previous definition is, or `OPEN`; [`Entry::GLOBAL`] for a global one.
    pub(crate) previous: u32,
}

impl Entry {
    /// A free place.
    pub(crate) const FREE: Entry = Entry { text: None, next: 0, previous: 0 };
    /// In `previous`: a global name. No offset.
    pub(crate) const GLOBAL: u32 = u32::MAX - 1;

    pub(crate) fn new(name: Name, next: u32, previous: u32) -> Entry {
        Entry { text: Some(name.text), next, previous }
    }

    pub(crate) fn is_free(&self) -> bool {
        self.text.is_none()
    }

    /// Whether this is the entry of a name, global or local.
    pub(crate) fn is(&self, name: Name, global: bool) -> bool {
        self.is_global() == global && self.text == Some(name.text)
    }

    /// As [`Entry::is`], for the same constant: most often it is. Otherwise this says nothing.
    #[inline(always)]
    pub(crate) fn is_constant(&self, name: Name, global: bool) -> bool {
        let (pointer, length) = self.text.map_or((core::ptr::null(), 0), |text| (text.as_ptr(), text.len()));
        // No `&&`: what is quick is one way.
        (pointer == name.text.as_ptr()) & (length == name.text.len()) & (self.is_global() == global)
    }

    /// Defines a local name: the references that waited for that.
    #[inline(always)]
    pub(crate) fn define(&mut self, at: u32) -> Chain {
        let chain = Chain(self.next >> 1);
        (self.next, self.previous) = (Chain::EMPTY.0 << 1 | !self.next & 1, at);
        chain
    }

    #[inline(always)]
    fn is_global(&self) -> bool {
        self.previous == Entry::GLOBAL
    }
}
