//! A reference that waits for its label, packed into eight bytes.

use bareasm_isa::relocation::Relocation;
use bitfield::bitfield;

bitfield! {
    /// A reference to a label that is not bound yet: where it is, how it is patched, and a link.
    ///
    /// The link is what the label table makes of it: the number of the label, or the next fixup of the same label.
    /// Setters truncate: [`Fixup::new`] checks, [`Fixup::clear`] is for what has been checked.
    #[derive(Clone, Copy, Default, PartialEq, Eq)]
    pub struct Fixup(u64);
    impl Debug;
    u32;
    u8, number, set_number: 5, 0;
    /// Whether the field is known to hold 0: there is no addend.
    pub is_clear, set_clear: 6;
    /// Offset of the relocated unit in the code.
    pub at, set_at: 37, 7;
    /// See the type.
    pub link, set_link: 63, 38;
}

/// In the number of a kind: there is no reference any more.
const NOTHING: u8 = 63;

impl Fixup {
    /// The largest link.
    pub const MAX_LINK: u32 = (1 << 26) - 1;

    /// `None` if the offset is 2^31 or more, or the link more than [`Fixup::MAX_LINK`].
    #[inline]
    pub fn new(at: u32, relocation: Relocation, link: u32) -> Option<Fixup> {
        if at > crate::sink::MAX_CODE || link > Fixup::MAX_LINK {
            return None;
        }
        let mut fixup = Fixup(0);
        fixup.set_at(at);
        fixup.set_number(relocation as u8);
        fixup.set_link(link);
        Some(fixup)
    }

    /// A reference whose field holds 0, of an offset and a link that are known to be in range.
    #[inline(always)]
    pub fn clear(at: u32, relocation: Relocation, link: u32) -> Fixup {
        let mut fixup = Fixup(0);
        fixup.set_at(at);
        fixup.set_number(relocation as u8);
        fixup.set_clear(true);
        fixup.set_link(link);
        fixup
    }

    /// What is left of a reference at `at` that was withdrawn: of no kind, and with the largest link.
    #[inline]
    pub fn withdrawn(at: u32) -> Fixup {
        Fixup::nothing(at, Fixup::MAX_LINK)
    }

    /// No reference: a place in a table for one.
    #[inline]
    pub(crate) fn nothing(at: u32, link: u32) -> Fixup {
        let mut fixup = Fixup(0);
        fixup.set_at(at);
        fixup.set_number(NOTHING);
        fixup.set_link(link);
        fixup
    }

    /// Whether there is a reference.
    #[inline(always)]
    pub fn is_reference(&self) -> bool {
        self.number() != NOTHING
    }

    /// Whether it is patched like this.
    #[inline(always)]
    pub fn is(&self, relocation: Relocation) -> bool {
        self.number() == relocation as u8
    }

    /// How it is patched.
    #[inline(always)]
    pub fn relocation(&self) -> Option<Relocation> {
        Relocation::from_number(self.number())
    }
}
