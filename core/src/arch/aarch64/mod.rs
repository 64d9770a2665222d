//! AArch64.

mod immediate;
pub mod registers;

pub use super::Aarch64;
pub use registers::*;

/// An assembler for AArch64 over the caller's memory; see [`Assembler::new`](crate::Assembler::new).
pub type Assembler<'a> = crate::Assembler<crate::arch::Aarch64, crate::CodeBuffer<'a>, crate::FixedLabels<'a>>;
