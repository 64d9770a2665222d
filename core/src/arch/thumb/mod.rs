//! Thumb (T16 and T32).
//!
//! Code starts at an even address; it is *called* at that address plus 1.

#[cfg(feature = "typed")]
pub mod operands;
pub mod registers;
#[cfg(feature = "typed")]
mod typed;

pub use super::Thumb;
pub use registers::*;
#[cfg(feature = "typed")]
pub use {crate::typed::fixed::mem, operands::*, typed::*};

/// An assembler for Thumb (T16 and T32) over the caller's memory; see [`Assembler::new`](crate::Assembler::new).
pub type Assembler<'a> = crate::Assembler<crate::arch::Thumb, crate::CodeBuffer<'a>, crate::FixedLabels<'a>>;

/// As [`Assembler`], with [islands](crate::island); see [`Assembler::with_islands`](crate::Assembler::with_islands).
pub type IslandAssembler<'a> = crate::Assembler<
    crate::arch::Thumb,
    crate::CodeBuffer<'a>,
    crate::island::IslandTable<crate::arch::Thumb, crate::FixedLabels<'a>, crate::island::FixedIslands<'a>>,
>;
