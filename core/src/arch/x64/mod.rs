//! x86 in 64-bit mode.

#[cfg(feature = "typed")]
pub mod operands;
pub mod registers;
#[cfg(feature = "typed")]
mod typed;

pub use super::X64;
#[cfg(feature = "typed")]
pub use crate::typed::x86::{byte, dword, far, ip, mem, qword, tbyte, word, xmmword, ymmword, zmmword, Mem, With};
pub use registers::*;
#[cfg(feature = "typed")]
pub use {operands::*, typed::*};

/// An assembler for x86 in 64-bit mode over the caller's memory; see [`Assembler::new`](crate::Assembler::new).
pub type Assembler<'a> = crate::Assembler<crate::arch::X64, crate::CodeBuffer<'a>, crate::FixedLabels<'a>>;
