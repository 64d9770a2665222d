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
mod veneers;

use crate::error::Forms;
use crate::island::Veneers;
use bareasm_isa::padding::NoOps;
use bareasm_isa::relocation::Relocation;

/// An architecture that is assembled for.
pub trait Arch: 'static {
    /// Its name, as in `.arch`.
    const NAME: &'static str;

    /// The table of its forms.
    const FORMS: Forms;

    /// The kind of most references, if it is plain: such references are patched by code of their own, which is shorter and
    /// faster than what serves all kinds.
    const COMMON: Option<Relocation>;

    /// What an island can carry on.
    const VENEERS: Veneers;

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
    ($($(#[$doc:meta])* $marker:ident $name:literal $forms:ident $no_ops:ident $common:expr, $veneers:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $marker {}

        impl Arch for $marker {
            const NAME: &'static str = $name;
            const FORMS: Forms = Forms::$forms;
            const COMMON: Option<Relocation> = $common;
            const VENEERS: Veneers = $veneers;

            fn pad(room: &mut [u8], address: u64) {
                NoOps::$no_ops.fill(room, address);
            }
        }
    )* };
}

architectures! {
    /// AArch64.
    Aarch64 "aarch64" Aarch64 A64 Some(Relocation::A64Branch19), veneers::A64;
    /// Thumb, T16 and T32.
    Thumb "thumb" Thumb T32 None, veneers::T32;
    /// x86 in 64-bit mode.
    X64 "x64" X86 X86 Some(Relocation::X86Rel32), Veneers::NONE;
    /// x86 in 32-bit mode.
    X86 "x86" X86 X86 Some(Relocation::X86Rel32), Veneers::NONE;
}

// Not in the macro above: rustc shows these lines when an assembler is of another architecture.
impl Same<Aarch64> for Aarch64 {}
impl Same<Thumb> for Thumb {}
impl Same<X64> for X64 {}
impl Same<X86> for X86 {}

/// Any architecture: for an assembler that takes what it is given. Its no-ops are zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Any {}

impl Arch for Any {
    const NAME: &'static str = "any";
    const FORMS: Forms = Forms::Unknown;
    const COMMON: Option<Relocation> = None;
    const VENEERS: Veneers = Veneers::NONE;

    fn pad(room: &mut [u8], _address: u64) {
        room.fill(0);
    }
}

impl<W: Arch> Same<W> for Any {}
