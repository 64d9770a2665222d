//! A reference that waits for its label, packed into eight bytes.

use bareasm_isa::relocation::Relocation;
use bitfield::bitfield;

bitfield! {
    /// A reference to a label that is not bound yet: where it is, how it is patched, and a link.
    ///
    /// The link is what the label table makes of it: the next fixup of the same label, or the number of the label.
    /// Setters truncate, so values get in through [`Fixup::new`] only.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct Fixup(u64);
    impl Debug;
    u32;
    /// Offset of the relocated unit in the code.
    pub at, set_at: 30, 0;
    u8, number, set_number: 36, 31;
    /// See the type.
    pub link, set_link: 63, 37;
}

impl Fixup {
    /// The largest link.
    pub const MAX_LINK: u32 = (1 << 27) - 1;

    /// `None` if the offset is 2^31 or more, or the link more than [`Fixup::MAX_LINK`].
    #[inline(always)]
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

    /// Whether it is patched like this.
    #[inline(always)]
    pub fn is(&self, relocation: Relocation) -> bool {
        self.number() == relocation as u8
    }

    /// What is left of a reference at `at` that was withdrawn: of no kind, and with the largest link.
    pub fn withdrawn(at: u32) -> Fixup {
        let mut fixup = Fixup(u64::MAX);
        fixup.set_at(at);
        fixup
    }

    /// How it is patched.
    #[inline(always)]
    pub fn relocation(&self) -> Option<Relocation> {
        Relocation::from_number(self.number())
    }
}
