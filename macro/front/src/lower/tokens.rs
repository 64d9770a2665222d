//! Small pieces of token streams.

use proc_macro2::{Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};

/// `quote!` with the hygiene of the macro: its variables and the user's do not see each other.
macro_rules! ours {
    ($($t:tt)*) => { quote::quote_spanned!(proc_macro2::Span::mixed_site()=> $($t)*) };
}
pub(super) use ours;

/// A number without type suffix. The sign of a negative one is a token of its own: to be used where any expression
/// may stand.
pub(super) fn number(value: impl Into<i64>) -> Number {
    Number(value.into())
}

/// See [`number`].
pub(super) struct Number(i64);

impl ToTokens for Number {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if self.0 < 0 {
            let mut sign = Punct::new('-', Spacing::Alone);
            sign.set_span(Span::mixed_site());
            tokens.append(sign);
        }
        tokens.append(at_mixed_site(Literal::u64_unsuffixed(self.0.unsigned_abs())));
    }
}

/// A `u32` in hexadecimal.
pub(super) fn hex32(value: u32) -> TokenStream {
    literal(format!("{value:#x}"))
}

/// A `u64` in hexadecimal.
pub(super) fn hex64(value: u64) -> TokenStream {
    literal(format!("{value:#x}"))
}

/// A literal with this text.
pub(super) fn literal(text: String) -> TokenStream {
    match text.parse::<Literal>() {
        Ok(literal) => TokenTree::from(at_mixed_site(literal)).into(),
        Err(_) => TokenStream::new(),
    }
}

/// A byte string: the shortest way to write a `&'static [u8; N]`.
pub(super) fn bytes(bytes: &[u8]) -> Literal {
    at_mixed_site(Literal::byte_string(bytes))
}

/// A string.
pub(super) fn string(text: &str) -> Literal {
    at_mixed_site(Literal::string(text))
}

fn at_mixed_site(mut literal: Literal) -> Literal {
    literal.set_span(Span::mixed_site());
    literal
}

/// A variable of the expansion, which the user's code cannot see.
pub(super) fn variable(prefix: &str, number: usize) -> Ident {
    Ident::new(&format!("{prefix}{number}"), Span::mixed_site())
}
