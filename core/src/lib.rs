//! A run-time assembler for places without an operating system, a heap, or room for a panic.
//!
//! Machine code goes to memory that the caller owns. Labels and outstanding references live in tables of fixed size,
//! which the caller owns, too. Nothing here allocates or panics; what can fail is kept as an eight-byte [`Error`].
//!
//! ```
//! # #[cfg(all(feature = "thumb", feature = "typed"))] {
//! use bareasm_core::thumb::{self, LR, R0};
//! use bareasm_core::{Error, Labels};
//!
//! fn emit(code: &mut [u8]) -> Result<usize, Error> {
//!     let mut labels = Labels::<2, 4>::new(); // labels, outstanding references
//!     let mut asm = thumb::Assembler::new(code, &mut labels);
//!     asm.movs((R0, 42))?;
//!     asm.bx((LR,))?;
//!     asm.finish()
//! }
//!
//! assert_eq!(emit(&mut [0; 16]), Ok(4));
//! assert_eq!(emit(&mut []).unwrap_err().offset(), 4); // a dry run says how much room is needed
//! # }
//! ```
//!
//! # Layers
//!
//! | | |
//! |---|---|
//! | [`Sink`] | where bytes go: [`CodeBuffer`] over a slice here, growable ones in the crates above |
//! | [`LabelTable`] | where labels are kept: [`Labels`] here, growable ones above |
//! | [`Assembler`] | one of each, and the address where the code will run |
//! | [`island`] | branches that do not reach their targets, and literals, where they are due |
//! | [`typed`] | instructions as methods, their operands as types |
//! | `dynasm!` | assembly in Rust, checked at compile time (feature `macro`) |
//! | [`cache`] | making new code visible to the processor |
//! | [`isa`] | the arithmetic of immediates: `isa::rule::logical64(mask)`; the tables, with feature `names` |
//!
//! # Limits
//!
//! Code is at most 2^31 - 1 bytes. A label table takes up to 2^25 - 1 labels and outstanding references.
//!
//! # Features
//!
//! * `aarch64`, `thumb`, `x64`, `x86`: the architectures that are compiled in.
//! * `typed` (default): encoders as methods, see [`typed`].
//! * `macro`: `dynasm!` and `code!`.
//! * `defmt`: `defmt::Format` on errors, labels and registers.
//! * `names`: mnemonics and operand patterns in the text of errors.
//! * `compact`: `dynasm!` expands to calls of shared routines, for the smallest code; without it, to straight-line code, for the
//!   fastest. Bytes, checks and errors are the same.
//! * `listing`: the macro passes source text to sinks that make listings.
#![no_std]
#![deny(unsafe_code)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[doc(hidden)] // reached by the names of the architectures
pub mod arch;
mod assembler;
mod buffer;
#[allow(unsafe_code)] // cache maintenance is instructions and system registers
pub mod cache;
mod compact;
mod emit;
mod error;
mod fixup;
pub mod island;
mod label;
#[cfg(feature = "macro")]
mod macros;
mod operand;
mod reference;
mod single;
pub mod sink;
mod store;
mod target;
#[cfg(feature = "typed")]
pub mod typed;
mod value;

#[cfg(feature = "aarch64")]
pub use arch::aarch64;
#[cfg(feature = "thumb")]
pub use arch::thumb;
#[cfg(feature = "x64")]
pub use arch::x64;
#[cfg(feature = "x86")]
pub use arch::x86;

pub use arch::Arch;
pub use assembler::Assembler;
pub use bareasm_isa as isa;
pub use bareasm_isa::relocation::Relocation;
pub use buffer::CodeBuffer;
pub use error::{Error, Forms, Reason};
pub use fixup::Fixup;
pub use label::{bound, Chain, DynamicLabel, DynamicLabels, FixedLabels, LabelTable, Labels, Name, MAX_LABELS, OPEN};
pub use sink::{advance, range, Latch, Sink, MAX_CODE};
pub use target::AsAssembler;
pub use value::RegisterNumber;

#[cfg(all(doctest, feature = "macro", feature = "thumb"))]
#[doc = include_str!("../README.md")]
struct Readme;
