//! From statements with chosen forms to the Rust code that emits them.
//!
//! ```text
//! statements --layout--> items with offsets --plan--> steps --fast or compact--> tokens
//! ```
//!
//! | room | what it is for |
//! |---|---|
//! | `plan` | what happens at run time, in order, without a word about how it is written |
//! | `share` | operands that are there several times |
//! | `linear` | which fields are plain arithmetic, and what has to be tested |
//! | `words` | the arithmetic of instruction words |
//! | `stores` | the code of a segment: tests, words, stores |
//! | `single` | an instruction in an invocation by itself |
//! | `constants` | fields, encodings and names as Rust constants |
//! | `checks` | the tests of all values of a segment, and the cold path that finds the culprit |
//! | `fast` | straight-line Rust for a plan: one test, one claim of buffer space, stores |
//! | `compact` | calls of shared routines for the same plan |
//! | `target` | the assembler expression |
//! | `tokens` | small pieces of token streams |

mod checks;
mod compact;
mod constants;
mod fast;
mod labels;
mod linear;
mod plan;
mod share;
mod single;
mod stores;
mod target;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use crate::ir::{Diagnostic, Invocation, StatementKind};
use crate::layout::{layout, Start};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned, TokenStreamExt};

/// The paths that an expansion uses: all below the crate that exports the macro.
struct Paths {
    root: TokenStream,
    /// `$root::__private::` at the place of the macro, made once: most of an expansion is paths.
    prefix: TokenStream,
}

impl Paths {
    fn new(root: &TokenStream) -> Paths {
        Paths { root: root.clone(), prefix: prefix(root, Span::mixed_site()) }
    }

    /// `$root::__private::name`.
    fn item(&self, name: &str) -> TokenStream {
        let mut path = self.prefix.clone();
        path.append(Ident::new(name, Span::mixed_site()));
        path
    }

    fn item_at(&self, name: &str, span: Span) -> TokenStream {
        let mut path = prefix(&self.root, span);
        path.append(Ident::new(name, span));
        path
    }
}

/// `$root::__private::`. All of it stands at `span`, but keeps meaning what it means where the root was written.
fn prefix(root: &TokenStream, span: Span) -> TokenStream {
    let root = root.clone().into_iter().map(|mut tree| {
        tree.set_span(tree.span().located_at(span));
        tree
    });
    let root: TokenStream = root.collect();
    quote_spanned!(span=> #root::__private::)
}

/// What the code of an expansion is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lowering {
    /// Straight-line code: fast.
    Fast,
    /// Calls of shared routines: small.
    Compact,
}

/// Lowers an invocation of `dynasm!` to an expression of type `()`.
pub fn lower(invocation: &Invocation, lowering: Lowering) -> Result<TokenStream, Vec<Diagnostic>> {
    let layout = layout(&invocation.statements, Start::Anywhere)?;
    let steps = plan::plan(&layout);
    let paths = Paths::new(&invocation.root);
    Ok(fast::expand(&invocation.target, &steps, lowering, &paths))
}

/// Code of an invocation, with its warnings in front: the use of a deprecated constant at each place.
pub fn with_warnings(invocation: &Invocation, code: TokenStream) -> TokenStream {
    let warnings = invocation.statements.iter().filter_map(|statement| {
        let StatementKind::Instruction(instruction) = &statement.kind else { return None };
        let Diagnostic { span, message } = instruction.warning.as_ref()?;
        let place = Ident::new("UNPREDICTABLE", span.resolved_at(Span::call_site()));
        Some(quote!(const _: () = { #[deprecated(note = #message)] const UNPREDICTABLE: () = (); #place };))
    });
    let warnings: TokenStream = warnings.collect();
    if warnings.is_empty() {
        code
    } else {
        quote!({ #warnings #code })
    }
}

/// Messages as Rust code: a `compile_error!` at each place.
pub fn compile_errors(diagnostics: &[Diagnostic]) -> TokenStream {
    let errors = diagnostics.iter().map(|diagnostic| {
        let message = &diagnostic.message;
        quote_spanned!(diagnostic.span=> ::core::compile_error!(#message);)
    });
    quote!({ #(#errors)* })
}
