//! Reading and validating `.isa` text. Used by the build script, and by tests and tools with feature `rows`.
//!
//! | room | what it is for |
//! |---|---|
//! | [`source`] | files, lines and columns; what both dialects share: sections, features, named processors |
//! | `features` | which features come with which, and what processors have |
//! | [`fixed`] | the dialect of fixed- and mixed-width instruction sets |
//! | [`x86`] | the dialect of x86 |
//!
//! Errors are values ([`source::Error`], printed as `file:line:column: message`); the reader goes on to the next line,
//! so that one run reports everything.

// The build script has one of the dialects where that is all it needs.
mod features;
#[cfg(any(feature = "rows", feature = "aarch64", feature = "thumb"))]
pub mod fixed;
pub mod source;
#[cfg(any(feature = "rows", feature = "x64", feature = "x86"))]
pub mod x86;
