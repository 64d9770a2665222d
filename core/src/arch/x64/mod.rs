//! x86 in 64-bit mode.

pub mod registers;

pub use super::X64;
pub use registers::*;

/// An assembler for x86 in 64-bit mode over the caller's memory; see [`Assembler::new`](crate::Assembler::new).
pub type Assembler<'a> = crate::Assembler<crate::arch::X64, crate::CodeBuffer<'a>, crate::FixedLabels<'a>>;
