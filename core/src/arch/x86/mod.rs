//! x86 in 32-bit mode.

#[cfg(feature = "typed")]
mod operands;
pub mod registers;
#[cfg(feature = "typed")]
mod typed;

pub use super::X86;
#[cfg(feature = "typed")]
pub use crate::typed::x86::{byte, dword, far, ip, mem, qword, tbyte, word, xmmword, ymmword, zmmword, Mem, With};
pub use registers::*;
#[cfg(feature = "typed")]
pub use typed::*;

/// An assembler for x86 in 32-bit mode over the caller's memory; see [`Assembler::new`](crate::Assembler::new).
pub type Assembler<'a> = crate::Assembler<crate::arch::X86, crate::CodeBuffer<'a>, crate::FixedLabels<'a>>;
