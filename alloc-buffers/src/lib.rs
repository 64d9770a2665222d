//! Assemblers that own their memory, on the heap, without `std`.
//!
//! | | |
//! |---|---|
//! | [`VecAssembler`] | assembles into a `Vec<u8>`; [`SimpleAssembler`] as well, for tests |
//! | [`GrowBuffer`], [`GrowLabels`] | the growable sink and label table, for assemblers of one's own |
//! | [`LiteralPool`] | constants behind the code, equal ones once |
//! | [`IslandAssembler`] | branches that reach farther than their field: veneers, and literals, where they are due |
//! | [`RelaxingAssembler`] | x86: the shortest branches to all labels; calls of addresses at any distance |
//! | [`Listing`] | offset, bytes and source side by side |
//! | `Disassembly` | offset, bytes and instructions, with labels as their targets (feature `decode`) |
//! | [`DynasmApi`], [`DynasmLabelApi`], [`AssemblyOffset`] | names that users of dynasm-rs know |
//!
//! Running out of memory is an error like any other, kept in the assembler: nothing aborts or panics.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod api;
mod assembler;
mod buffer;
#[cfg(feature = "decode")]
mod disassembly;
mod islands;
mod labels;
mod listing;
mod pool;
mod relax;

pub use api::{AssemblyOffset, DynasmApi, DynasmLabelApi};
pub use assembler::{Growing, SimpleAssembler, VecAssembler};
pub use bareasm_core;
#[cfg(feature = "macro")]
pub use bareasm_core::{code, dynasm};
pub use buffer::GrowBuffer;
#[cfg(feature = "decode")]
pub use disassembly::Disassembly;
pub use islands::{GrowIslands, GrowList, IslandAssembler};
pub use labels::GrowLabels;
pub use listing::{Listing, ListingText};
pub use pool::LiteralPool;
pub use relax::{Places, Relax, RelaxLabels, Relaxed, RelaxingAssembler};

#[cfg(all(doctest, feature = "macro", feature = "aarch64"))]
#[doc = include_str!("../README.md")]
struct Readme;
