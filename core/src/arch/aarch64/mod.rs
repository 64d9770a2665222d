//! AArch64.

mod fits;
mod immediate;
#[cfg(feature = "typed")]
pub mod matrix;
#[cfg(feature = "typed")]
pub mod operands;
pub mod registers;
#[cfg(feature = "typed")]
pub mod scalable;
#[cfg(feature = "typed")]
mod typed;

pub use super::Aarch64;
pub use fits::*;
pub use registers::*;
#[cfg(feature = "typed")]
pub use {crate::typed::fixed::mem, matrix::*, operands::*, scalable::*, typed::*};

/// An assembler for AArch64 over the caller's memory; see [`Assembler::new`](crate::Assembler::new).
pub type Assembler<'a> = crate::Assembler<crate::arch::Aarch64, crate::CodeBuffer<'a>, crate::FixedLabels<'a>>;

/// As [`Assembler`], with [islands](crate::island); see [`Assembler::with_islands`](crate::Assembler::with_islands).
pub type IslandAssembler<'a> = crate::Assembler<
    crate::arch::Aarch64,
    crate::CodeBuffer<'a>,
    crate::island::IslandTable<crate::arch::Aarch64, crate::FixedLabels<'a>, crate::island::FixedIslands<'a>>,
>;
