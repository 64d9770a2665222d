//! x86 in 32-bit mode.

pub mod registers;

pub use super::X86;
pub use registers::*;

/// An assembler for x86 in 32-bit mode over the caller's memory; see [`Assembler::new`](crate::Assembler::new).
pub type Assembler<'a> = crate::Assembler<crate::arch::X86, crate::CodeBuffer<'a>, crate::FixedLabels<'a>>;
