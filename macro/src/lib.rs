//! The procedural macros behind `dynasm!` and `code!`: a shell around `bareasm-front`.
//!
//! They are not meant to be called by name. `bareasm-core` and the crates above it export `dynasm!` and `code!` as
//! ordinary macros, which prepend the path of their crate and the default architecture: `[$crate] [thumb] ...`. That
//! way the expansion works through renamed and re-exported crates.
//!
#![doc = include_str!("../SYNTAX.md")]

use bareasm_front::ir::{Diagnostic, Invocation};
use proc_macro::TokenStream;

/// `[root] [default architecture] target ; statement ; ...` to an expression of type `()`.
#[proc_macro]
pub fn dynasm_impl(input: TokenStream) -> TokenStream {
    expand(bareasm_front::parse(input.into()), bareasm_front::lower::lower)
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
    let expansion = parsed.and_then(|invocation| lower(&invocation));
    expansion.unwrap_or_else(|diagnostics| bareasm_front::lower::compile_errors(&diagnostics)).into()
}
