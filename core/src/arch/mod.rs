//! The architectures: a marker type for each, so that code of one cannot get into an assembler of another, and what
//! little each needs at run time.

#[cfg(feature = "aarch64")]
pub mod aarch64;
#[cfg(feature = "thumb")]
pub mod thumb;
#[cfg(feature = "x64")]
pub mod x64;
#[cfg(feature = "x86")]
pub mod x86;

mod register;

use crate::error::Forms;

/// An architecture that is assembled for.
pub trait Arch: 'static {
    /// Its name, as in `.arch`.
    const NAME: &'static str;

    /// The table of its forms.
    const FORMS: Forms;

    /// Fills memory with no-ops; it will run at `address`. What is left over where no instruction can stand becomes 0.
    fn pad(room: &mut [u8], address: u64);
}

/// `Self` is the architecture `W`.
#[diagnostic::on_unimplemented(
    message = "this code is for `{W}`, but the assembler is one for `{Self}`",
    note = "write `.arch` to say what the code is for, or use an assembler of that architecture"
)]
pub trait Same<W> {}

macro_rules! architectures {
    ($($(#[$doc:meta])* $marker:ident $name:literal $forms:ident $pad:path;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $marker {}

        impl Arch for $marker {
            const NAME: &'static str = $name;
            const FORMS: Forms = Forms::$forms;

            fn pad(room: &mut [u8], address: u64) {
                $pad(room, address);
            }
        }

        impl Same<$marker> for $marker {}
    )* };
}

architectures! {
    /// AArch64.
    Aarch64 "aarch64" Aarch64 pad_words;
    /// Thumb, T16 and T32.
    Thumb "thumb" Thumb pad_halfwords;
    /// x86 in 64-bit mode.
    X64 "x64" X86 pad_x86;
    /// x86 in 32-bit mode.
    X86 "x86" X86 pad_x86;
}

/// Any architecture: for an assembler that takes what it is given. Its no-ops are zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Any {}

impl Arch for Any {
    const NAME: &'static str = "any";
    const FORMS: Forms = Forms::Unknown;

    fn pad(room: &mut [u8], _address: u64) {
        room.fill(0);
    }
}

impl<W: Arch> Same<W> for Any {}

/// Fills with `nop` from the first address that is a multiple of its size, with 0 around it.
fn pad_with<const N: usize>(room: &mut [u8], address: u64, nop: [u8; N]) {
    let over = address.checked_rem(N as u64).unwrap_or(0) as usize;
    let lead = if over == 0 { 0 } else { N.wrapping_sub(over) };
    room.fill(0);
    for slot in room.get_mut(lead..).unwrap_or_default().chunks_exact_mut(N) {
        if let Some(slot) = slot.first_chunk_mut() {
            *slot = nop;
        }
    }
}

/// A64 `nop`.
fn pad_words(room: &mut [u8], address: u64) {
    pad_with(room, address, 0xd503_201fu32.to_le_bytes());
}

/// T16 `nop`.
fn pad_halfwords(room: &mut [u8], address: u64) {
    pad_with(room, address, 0xbf00u16.to_le_bytes());
}

/// The no-ops of one to nine bytes that the Intel SDM recommends (vol. 2, NOP), as few of them as possible.
fn pad_x86(room: &mut [u8], _address: u64) {
    for slot in room.chunks_mut(9) {
        let nop: &[u8] = match slot.len() {
            1 => &[0x90],
            2 => &[0x66, 0x90],
            3 => &[0x0f, 0x1f, 0x00],
            4 => &[0x0f, 0x1f, 0x40, 0x00],
            5 => &[0x0f, 0x1f, 0x44, 0x00, 0x00],
            6 => &[0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
            7 => &[0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
            8 => &[0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
            _ => &[0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
        };
        for (to, from) in slot.iter_mut().zip(nop) {
            *to = *from;
        }
    }
}
