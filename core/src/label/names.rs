//! Names of labels.

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
        self.id == other.id && same(self.text, other.text)
    }
}

impl Eq for Name {}

/// Equality of texts; most often they are one and the same constant.
#[inline]
pub(crate) fn same(a: &'static str, b: &'static str) -> bool {
    core::ptr::eq(a, b) || a == b
}

/// A name in a table of fixed capacity. The number of the name is not kept: names are few there, and RAM is dear.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) text: &'static str,
    /// The label of a global name, or of the next definition of a local one.
    pub(crate) next: u16,
    /// The label of the previous definition of a local name; [`Entry::GLOBAL`] for a global one.
    pub(crate) previous: u16,
}

impl Entry {
    /// In `previous`: a global name.
    pub(crate) const GLOBAL: u16 = u16::MAX;

    /// Whether this is the entry of a name, global or local.
    pub(crate) fn is(&self, name: Name, global: bool) -> bool {
        (self.previous == Entry::GLOBAL) == global && same(self.text, name.text)
    }
}
