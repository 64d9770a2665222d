//! A position in the tokens of a statement.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};

/// Tokens, and how many of them have been read.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    tokens: &'a [TokenTree],
    end: Span,
}

impl<'a> Cursor<'a> {
    /// Starts in front of `tokens`; `end` is the place to report when something is missing behind them.
    pub(crate) fn new(tokens: &'a [TokenTree], end: Span) -> Cursor<'a> {
        Cursor { tokens, end: tokens.last().map_or(end, TokenTree::span) }
    }

    /// The tokens that have not been read.
    pub(crate) fn rest(&self) -> &'a [TokenTree] {
        self.tokens
    }

    /// Whether everything has been read.
    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The place of the next token, or of the end.
    pub(crate) fn span(&self) -> Span {
        self.tokens.first().map_or(self.end, TokenTree::span)
    }

    /// The `n`th token from here.
    pub(crate) fn peek(&self, n: usize) -> Option<&'a TokenTree> {
        self.tokens.get(n)
    }

    /// The `n`th token from here, if it is an identifier.
    pub(crate) fn ident(&self, n: usize) -> Option<&'a Ident> {
        match self.tokens.get(n) {
            Some(TokenTree::Ident(ident)) => Some(ident),
            _ => None,
        }
    }

    /// The `n`th token from here, if it is a group.
    pub(crate) fn group(&self, n: usize, delimiter: Delimiter) -> Option<&'a Group> {
        match self.tokens.get(n) {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
            _ => None,
        }
    }

    /// Whether the `n`th token from here is this character.
    pub(crate) fn is_punct(&self, n: usize, character: char) -> bool {
        is_punct(self.tokens.get(n), character)
    }

    /// Whether the `n`th token from here starts this operator of two characters.
    pub(crate) fn is_joint(&self, n: usize, first: char, second: char) -> bool {
        is_joint(self.tokens, n, first, second)
    }

    /// Reads `count` tokens.
    pub(crate) fn skip(&mut self, count: usize) -> &'a [TokenTree] {
        let (head, tail) = self.tokens.split_at(count.min(self.tokens.len()));
        self.tokens = tail;
        head
    }

    /// Reads this character if it is next.
    pub(crate) fn eat(&mut self, character: char) -> bool {
        let found = self.is_punct(0, character);
        if found {
            self.skip(1);
        }
        found
    }

    /// Reads this operator of two characters if it is next.
    pub(crate) fn eat_joint(&mut self, first: char, second: char) -> bool {
        let found = self.is_joint(0, first, second);
        if found {
            self.skip(2);
        }
        found
    }

    /// Reads the next identifier.
    pub(crate) fn eat_ident(&mut self) -> Option<&'a Ident> {
        let ident = self.ident(0);
        if ident.is_some() {
            self.skip(1);
        }
        ident
    }
}

/// Whether the token is this character.
pub(crate) fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

/// Whether an operator of these two characters stands at `n`.
pub(crate) fn is_joint(tokens: &[TokenTree], n: usize, first: char, second: char) -> bool {
    matches!(tokens.get(n), Some(TokenTree::Punct(punct)) if punct.as_char() == first && punct.spacing() == Spacing::Joint)
        && is_punct(tokens.get(n.wrapping_add(1)), second)
}

/// Whether a `:` that is not part of `::` stands at `n`.
pub(crate) fn is_colon(tokens: &[TokenTree], n: usize) -> bool {
    let behind = n.checked_sub(1).is_some_and(|before| is_joint(tokens, before, ':', ':'));
    is_punct(tokens.get(n), ':') && !is_joint(tokens, n, ':', ':') && !behind
}

/// The text of an identifier as assembly: lower case, without `r#`.
pub(crate) fn word(ident: &Ident) -> String {
    let mut text = ident.to_string();
    text.make_ascii_lowercase();
    if text.starts_with("r#") {
        text.drain(..2);
    }
    text
}

/// Opens the invisible groups that wrapper macros leave around an operand (`$op:expr`), wherever that changes nothing
/// in a Rust expression.
///
/// A group behind `=>` stays: `$label:expr` is a value there, never the name of a global label.
pub(crate) fn flatten(tokens: TokenStream) -> Vec<TokenTree> {
    flattened(tokens.into_iter())
}

/// As [`flatten`].
pub(crate) fn flattened(tokens: impl Iterator<Item = TokenTree>) -> Vec<TokenTree> {
    let mut flat = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                let label = flat.len().checked_sub(2).is_some_and(|n| is_joint(&flat, n, '=', '>'));
                let inner = flatten(group.stream());
                if !label && is_transparent(&inner) {
                    flat.extend(inner);
                } else {
                    flat.push(TokenTree::Group(group));
                }
            }
            token => flat.push(token),
        }
    }
    flat
}

/// Whether tokens mean the same in a larger expression with and without brackets around them.
fn is_transparent(tokens: &[TokenTree]) -> bool {
    let postfix = |tokens: &[TokenTree]| {
        tokens.iter().all(|token| match token {
            TokenTree::Punct(punct) => punct.as_char() == '.',
            _ => true,
        })
    };
    match tokens {
        [TokenTree::Punct(sign), TokenTree::Literal(_)] => sign.as_char() == '-',
        _ => postfix(tokens) || tokens.iter().any(|token| is_punct(Some(token), ';')),
    }
}

/// The place of the first token, or `otherwise`.
pub(crate) fn first_span(tokens: &[TokenTree], otherwise: Span) -> Span {
    tokens.first().map_or(otherwise, TokenTree::span)
}

/// Tokens as a stream.
pub(crate) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}
