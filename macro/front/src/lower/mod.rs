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
use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned, ToTokens, TokenStreamExt};
use std::rc::Rc;

/// The paths that an expansion uses: all below the crate that exports the macro.
struct Paths {
    /// `$root::__private::` at the place of the macro, made once: most of an expansion is paths.
    prefix: Rc<[TokenTree]>,
}

impl Paths {
    fn new(root: &TokenStream) -> Paths {
        let site = Span::mixed_site();
        let colon = |spacing| {
            let mut colon = Punct::new(':', spacing);
            colon.set_span(site);
            TokenTree::from(colon)
        };
        let colons = [colon(Spacing::Joint), colon(Spacing::Alone)];
        let mut prefix: Vec<TokenTree> = root.clone().into_iter().collect();
        for tree in &mut prefix {
            tree.set_span(tree.span().located_at(site));
        }
        prefix.extend_from_slice(&colons);
        prefix.push(Ident::new("__private", site).into());
        prefix.extend_from_slice(&colons);
        Paths { prefix: prefix.into() }
    }

    /// `$root::__private::name`.
    fn item(&self, name: &str) -> Path {
        Path { prefix: self.prefix.clone(), name: Ident::new(name, Span::mixed_site()), place: None }
    }

    /// As [`Paths::item`], all of it at the place of `span`.
    fn item_at(&self, name: &str, span: Span) -> Path {
        Path { prefix: self.prefix.clone(), name: Ident::new(name, span), place: Some(span) }
    }
}

/// A path, which is written token by token: for an unoptimised macro that is less than to copy a stream.
struct Path {
    prefix: Rc<[TokenTree]>,
    name: Ident,
    /// Where all of it stands, if not at the place of the macro. It keeps meaning what it means where the root was written.
    place: Option<Span>,
}

impl ToTokens for Path {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for tree in self.prefix.iter() {
            let mut tree = tree.clone();
            if let Some(place) = self.place {
                tree.set_span(tree.span().located_at(place));
            }
            tokens.append(tree);
        }
        tokens.append(self.name.clone());
    }
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
