//! From statements with chosen forms to the Rust code that emits them.
//!
//! ```text
//! statements --layout--> items with offsets --plan--> steps --fast--> tokens
//! ```
//!
//! | room | what it is for |
//! |---|---|
//! | `plan` | what happens at run time, in order, without a word about how it is written |
//! | `linear` | which fields are plain arithmetic, and what has to be tested |
//! | `words` | the arithmetic of instruction words |
//! | `stores` | the code of a segment: tests, words, stores |
//! | `constants` | fields, encodings and names as Rust constants |
//! | `checks` | the tests of all values of a segment, and the cold path that finds the culprit |
//! | `fast` | straight-line Rust for a plan: one test, one claim of buffer space, stores |
//! | `target` | the assembler expression |
//! | `tokens` | small pieces of token streams |

mod checks;
mod constants;
mod fast;
mod linear;
mod plan;
mod stores;
mod target;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use crate::ir::{Diagnostic, Invocation};
use crate::layout::{layout, Start};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// The paths that an expansion uses: all below the crate that exports the macro.
struct Paths {
    root: TokenStream,
}

impl Paths {
    /// `$root::__private::name`.
    fn item(&self, name: &str) -> TokenStream {
        self.item_at(name, Span::mixed_site())
    }

    fn item_at(&self, name: &str, span: Span) -> TokenStream {
        // The whole path stands at `span`, but keeps meaning what it means where the root was written.
        let root: TokenStream = self
            .root
            .clone()
            .into_iter()
            .map(|mut tree| {
                tree.set_span(tree.span().located_at(span));
                tree
            })
            .collect();
        let name = Ident::new(name, span);
        quote_spanned!(span=> #root::__private::#name)
    }
}

/// Lowers an invocation of `dynasm!` to an expression of type `()`.
pub fn lower(invocation: &Invocation) -> Result<TokenStream, Vec<Diagnostic>> {
    let layout = layout(&invocation.statements, Start::Anywhere)?;
    let steps = plan::plan(&layout);
    let paths = Paths { root: invocation.root.clone() };
    Ok(fast::expand(&invocation.target, &steps, &paths))
}

/// Messages as Rust code: a `compile_error!` at each place.
pub fn compile_errors(diagnostics: &[Diagnostic]) -> TokenStream {
    let errors = diagnostics.iter().map(|diagnostic| {
        let message = &diagnostic.message;
        quote_spanned!(diagnostic.span=> ::core::compile_error!(#message);)
    });
    quote!({ #(#errors)* })
}
