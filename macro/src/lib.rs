//! The procedural macros behind `dynasm!` and `code!`: a shell around `bareasm-front`.
//!
//! They are not meant to be called by name. `bareasm-core` and the crates above it export `dynasm!` and `code!` as
//! ordinary macros, which prepend the path of their crate and the default architecture: `[$crate] [thumb] ...`. That
//! way the expansion works through renamed and re-exported crates.
//!
//! There are two expansions, which emit the same bytes and fail in the same way. [`dynasm_fast!`](dynasm_fast) writes
//! straight-line code: one test of all values, one claim of room, stores of whole words. [`dynasm_compact!`](dynasm_compact)
//! writes a call of a shared routine with a constant plan and the values: a fraction of the size, and slower. `dynasm!` is
//! the one or the other by the feature `compact` of `bareasm-core` (or of the crates above it).
//!
#![doc = include_str!("../SYNTAX.md")]

use bareasm_front::ir::{Diagnostic, Invocation};
use bareasm_front::lower::{lower, with_warnings, Lowering};
use proc_macro::TokenStream;

/// `[root] [default architecture] target ; statement ; ...` to an expression of type `()`: straight-line code.
#[proc_macro]
pub fn dynasm_fast(input: TokenStream) -> TokenStream {
    dynasm(input, Lowering::Fast)
}

/// As [`dynasm_fast`]: calls of shared routines.
#[proc_macro]
pub fn dynasm_compact(input: TokenStream) -> TokenStream {
    dynasm(input, Lowering::Compact)
}

fn dynasm(input: TokenStream, lowering: Lowering) -> TokenStream {
    expand(bareasm_front::parse(input.into()), |invocation| lower(invocation, lowering))
}

/// `[root] [default architecture] statement ; ...` to an expression of type `[u8; N]`.
#[proc_macro]
pub fn code_impl(input: TokenStream) -> TokenStream {
    expand(bareasm_front::parse_code(input.into()), bareasm_front::code::code)
}

/// The expansion, or the messages at their places.
fn expand(
    parsed: Result<Invocation, Vec<Diagnostic>>,
    lower: impl Fn(&Invocation) -> Result<proc_macro2::TokenStream, Vec<Diagnostic>>,
) -> TokenStream {
    let expansion = parsed.and_then(|invocation| Ok(with_warnings(&invocation, lower(&invocation)?)));
    expansion.unwrap_or_else(|diagnostics| bareasm_front::lower::compile_errors(&diagnostics)).into()
}
