//! Fixed- and mixed-width instruction sets: AArch64, Thumb; the dialect also carries A32 and RISC-V.
//!
//! | room | what it is for |
//! |---|---|
//! | [`table`] | the packed rows |
//! | [`features`] | sets of features and named processors |
//! | [`register`] | register names and numbers |
//! | [`words`] | mnemonics, words and registers that a table knows |
//! | [`operand`] | what an operand's number is, as a field of the instruction |
//! | [`range`] | what an operand takes, also in words |
//! | [`token`] | tokens, and what they say |
//! | [`text`] | matching of operand tokens with a form's syntax |
//! | [`solve`] | from matched operands to bits, run-time fields and constraints |
//! | [`choose`] | the form for a mnemonic and its operands |
//! | [`forms`], [`syntax`] | forms as text, for people; as the manuals write them |
//! | [`decode`] | bits to text, by the same rows |
//! | `number` | how the decoder writes numbers |
//! | [`typed`] | forms by operand types, for typed encoders |

pub mod features;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod forms;
pub mod syntax;
pub mod table;

#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod choose;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod decode;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
mod number;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod operand;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod range;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod register;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod solve;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod text;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod token;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod typed;
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub mod words;

#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub use choose::{Context, Width};
pub use table::{Features, Set, Table};
#[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
pub use token::Token;

/// What the build script wrote.
#[cfg(all(feature = "tables", any(feature = "aarch64", feature = "thumb")))]
mod packed {
    #![allow(unused_imports)] // a small table does not use all of them
    use super::table::*;
    use crate::encoding::Order;
    use crate::field::{Kind, Piece};
    use crate::relocation::Relocation;
    use crate::rule::Rule;

    #[cfg(feature = "aarch64")]
    include!(concat!(env!("OUT_DIR"), "/aarch64.rs"));
    #[cfg(feature = "thumb")]
    include!(concat!(env!("OUT_DIR"), "/thumb.rs"));
}

/// The forms of AArch64.
#[cfg(all(feature = "tables", feature = "aarch64"))]
pub fn aarch64() -> &'static Table<'static> {
    &packed::AARCH64
}

/// The forms of T32.
#[cfg(all(feature = "tables", feature = "thumb"))]
pub fn thumb() -> &'static Table<'static> {
    &packed::THUMB
}
