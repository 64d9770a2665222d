//! The assembly front end: reads operands, chooses the form, lays out labels, lowers to Rust.
//!
//! An ordinary library, so that the procedural macros and the `bareasm` command read the same language with the same
//! code. The way of a statement:
//!
//! ```text
//! tokens --input--> statements --operands--> tokens of an operand list --bareasm-isa--> chosen form --> ir
//! ```
//!
//! | room | what it is for |
//! |---|---|
//! | `input` | the header that the exported macros prepend, and the split at semicolons |
//! | `statement` | what a line is: label, directive, Rust statement, instruction |
//! | `directive`, `session` | `.arch`, `.align`, data; what directives set for the statements behind them |
//! | `instruction` | mnemonic and operands, the chosen form, IT blocks |
//! | `operands` | operands of each family of architectures |
//! | `label` | references to labels |
//! | `expression`, `literal`, `cursor` | where a Rust expression ends, arithmetic on literals, reading tokens |
//! | [`cpu`] | architectures, their tables, features, named processors |
//! | `diagnose`, `text` | a mismatch as a message; a statement as text |
//! | `cli` | the `bareasm` command |
//! | [`ir`] | what parsing yields and lowering consumes |
//! | `layout` | where each statement lands, and which labels that settles |
//! | [`lower`] | the Rust code of a `dynasm!` |
//! | [`code`] | the constant of a `code!` |

pub mod code;
pub mod cpu;
pub mod ir;
mod layout;
pub mod lower;

mod cursor;
mod diagnose;
mod directive;
mod expression;
mod input;
mod instruction;
mod label;
mod literal;
mod operands;
mod session;
mod statement;
mod text;

#[cfg(feature = "cli")]
pub mod cli;

use proc_macro2::TokenStream;

/// Parses the input of `dynasm!`: `[root] [default architecture] target ; statement ; ...`.
///
/// `root` is the path of the crate that exports the macro (`$crate`), the default architecture may be left out
/// (`[]`). All errors that could be found are returned, in source order.
pub fn parse(tokens: TokenStream) -> Result<ir::Invocation, Vec<ir::Diagnostic>> {
    input::parse(tokens, true)
}

/// Parses the input of `code!`: as [`parse`], but without a target: `[root] [default architecture] statement ; ...`.
pub fn parse_code(tokens: TokenStream) -> Result<ir::Invocation, Vec<ir::Diagnostic>> {
    input::parse(tokens, false)
}
