//! A reference that waits for its label, packed into eight bytes.

use crate::sink::MAX_CODE;
use bareasm_isa::relocation::Relocation;
use bitfield::bitfield;

bitfield! {
    /// Where a reference is.
    #[derive(Clone, Copy, Default, PartialEq, Eq)]
    struct Place(u32);
    impl Debug;
    u32;
    offset, set_offset: 30, 0;
    /// The relocated field may hold an addend.
    holds_addend, set_holds_addend: 31;
}

bitfield! {
    /// How a reference is patched, and a link.
    #[derive(Clone, Copy, Default, PartialEq, Eq)]
    struct Link(u32);
    impl Debug;
    u32;
    link, set_link: 25, 0;
    u8, number, set_number: 31, 26;
}

/// A reference to a label: where it is, how it is patched, and a link.
///
/// The link is what the label table makes of it: the number of the label, or the next fixup of the same label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixup {
    // Two words, since they are made and used apart: as one they would have to be shifted together.
    place: Place,
    link: Link,
}

/// In the number of a kind: there is no reference any more.
const NOTHING: u8 = 63;

impl Fixup {
    /// The largest link.
    pub const MAX_LINK: u32 = (1 << 26) - 1;

    /// A slot without a reference.
    pub(crate) const EMPTY: Fixup = Fixup { place: Place(0), link: Link(0) };

    /// `None` if the offset is 2^31 or more, or the link more than [`Fixup::MAX_LINK`].
    #[inline]
    pub fn new(at: u32, relocation: Relocation, link: u32) -> Option<Fixup> {
        if at > MAX_CODE || link > Fixup::MAX_LINK {
            return None;
        }
        let mut fixup = Fixup::clear(at, relocation, link);
        fixup.place.set_holds_addend(true);
        Some(fixup)
    }

    /// A reference whose field holds 0, of an offset below 2^31 and a link up to [`Fixup::MAX_LINK`], which the caller knows to be so.
    #[inline(always)]
    pub const fn clear(at: u32, relocation: Relocation, link: u32) -> Fixup {
        Fixup { place: Place(at), link: Link(link ^ Fixup::kind(relocation)) }
    }

    /// What is left of a reference at `at` that was withdrawn: of no kind, and with the largest link.
    #[inline]
    pub fn withdrawn(at: u32) -> Fixup {
        Fixup::nothing(at, Fixup::MAX_LINK)
    }

    /// No reference: a place in a table for one. The offset is below 2^31, and the link at most [`Fixup::MAX_LINK`].
    #[inline(always)]
    pub(crate) const fn nothing(at: u32, link: u32) -> Fixup {
        Fixup { place: Place(at), link: Link((NOTHING as u32) << 26 | link) }
    }

    /// Makes it no reference, but for its offset.
    #[inline(always)]
    pub(crate) fn forget(&mut self, link: u32) {
        self.link = Fixup::nothing(0, link).link;
    }

    /// Offset of the relocated unit in the code.
    #[inline(always)]
    pub fn at(&self) -> u32 {
        self.place.offset()
    }

    /// See the type.
    #[inline(always)]
    pub fn link(&self) -> u32 {
        self.link.link()
    }

    /// Another link; what is beyond [`Fixup::MAX_LINK`] is cut off.
    #[inline(always)]
    pub fn set_link(&mut self, link: u32) {
        self.link.set_link(link);
    }

    /// Whether there is a reference.
    #[inline(always)]
    pub fn is_reference(&self) -> bool {
        self.link.number() != NOTHING
    }

    /// How it is patched.
    #[inline(always)]
    pub fn relocation(&self) -> Option<Relocation> {
        Relocation::from_number(self.link.number())
    }

    /// Offset and link of a reference that is patched like this and whose field holds 0. If it is another one, then the offset is
    /// beyond all code, or the link beyond [`Fixup::MAX_LINK`]: who looks up both anyway need not test the kind.
    #[inline(always)]
    pub(crate) const fn read_as(self, relocation: Relocation) -> (u32, u32) {
        (self.place.0, self.link.0 ^ Fixup::kind(relocation))
    }

    /// The number of a kind, where it is in the second word.
    const fn kind(relocation: Relocation) -> u32 {
        (relocation as u32) << 26
    }
}
