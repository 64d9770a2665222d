//! Instruction tables, and the one arithmetic that turns operand values into bits and back.
//!
//! The tables are text (`*.isa`, one form a line, in the notation of the vendor's manual); the build script
//! reads, validates and packs them. Everything that encodes, decodes, checks a range, lists forms or documents an
//! instruction reads these tables, so a fact stands in one place only.
//!
//! | room | what it is for |
//! |---|---|
//! | [`field`] | how one operand's value becomes bits of an instruction, with its range, and back |
//! | [`rule`] | the irregular immediates, each with its inverse |
//! | [`encoding`] | a form with all choices made: template, fields, derived fields, relations between operands |
//! | [`checks`] | the tests of operands packed into bytes, to find the one that is refused |
//! | [`compact`] | encodings packed into bytes, for one routine that takes them all |
//! | [`shape`] | a plain field as one number, for functions that have it as a constant parameter |
//! | [`split`] | the numbers of x86 registers, whose fourth bit is apart |
//! | [`relocation`] | the kinds of reference that code makes to a label or an address |
//! | `disassembly` | bytes to text, for every set of instructions (feature `decode`) |
//! | [`padding`] | no-ops in front of a boundary |
//! | [`fixed`] | fixed- and mixed-width instruction sets (AArch64, T32; the dialect also carries A32 and RISC-V) |
//! | `x86` | x86-64 and 32-bit x86 (features `x64`, `x86`) |
//! | `rows` | reading and validating `.isa` text; used by the build script, and by tools with feature `rows` |
//!
//! How rows are written: `ROWS.md` of this crate, which its documentation has as the module `row_language`.
#![no_std]
#![forbid(unsafe_code)]
#[cfg(any(feature = "matching", feature = "rows"))]
extern crate alloc;
#[cfg(any(test, feature = "rows"))]
extern crate std;

pub mod checks;
pub mod compact;
#[cfg(feature = "decode")]
pub mod disassembly;
pub mod encoding;
pub mod field;
pub mod fixed;
pub mod padding;
pub mod relocation;
pub mod rule;
pub mod shape;
pub mod split;
#[cfg(any(feature = "rows", all(feature = "encoder", any(feature = "x64", feature = "x86"))))]
pub mod x86;

#[cfg(feature = "matching")]
pub mod choice;
#[cfg(feature = "rows")]
pub mod rows;

#[cfg(doc)]
#[doc = include_str!("../ROWS.md")]
pub mod row_language {}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
