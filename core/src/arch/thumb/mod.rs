//! Thumb (T16 and T32).
//!
//! Code starts at an even address; it is *called* at that address plus 1.

pub mod registers;

pub use super::Thumb;
pub use registers::*;

/// An assembler for Thumb (T16 and T32) over the caller's memory; see [`Assembler::new`](crate::Assembler::new).
pub type Assembler<'a> = crate::Assembler<crate::arch::Thumb, crate::CodeBuffer<'a>, crate::FixedLabels<'a>>;
