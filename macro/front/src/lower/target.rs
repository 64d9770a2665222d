//! The assembler expression: evaluated once, unless it only names a place.
//!
//! Operand expressions may borrow what the assembler is a field of (`dynasm!(self.asm ; mov X(self.reg(n)), x0)`), so
//! the assembler is borrowed anew after the operands of each segment. That is invisible if the expression only names a
//! place; any other expression is bound to a variable first.

use super::tokens::ours;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// Whether evaluating the expression again names the same place and does nothing else.
pub(super) fn is_place(expr: &TokenStream) -> bool {
    names_place(&expr.clone().into_iter().collect::<Vec<TokenTree>>())
}

/// As [`is_place`].
fn names_place(trees: &[TokenTree]) -> bool {
    let dereferenced = trees.iter().take_while(|tree| is_punct(tree, '*')).count();
    trees.get(dereferenced..).is_some_and(is_path_with_projections)
}

/// `a::b::c`, `self`, `(place)`, then `.field`, `.0` or `[index]`, any number of times.
fn is_path_with_projections(trees: &[TokenTree]) -> bool {
    let Some((first, mut rest)) = trees.split_first() else { return false };
    match first {
        TokenTree::Ident(name) if name != "unsafe" && name != "const" => {
            while let [TokenTree::Punct(a), TokenTree::Punct(b), TokenTree::Ident(_), tail @ ..] = rest {
                if a.as_char() != ':' || b.as_char() != ':' {
                    break;
                }
                rest = tail;
            }
        }
        TokenTree::Group(group) if matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::None) => {
            if !is_place(&group.stream()) {
                return false;
            }
        }
        _ => return false,
    }
    loop {
        match rest {
            [] => return true,
            [dot, TokenTree::Ident(name), tail @ ..] if is_punct(dot, '.') && name != "await" => rest = tail,
            [dot, TokenTree::Literal(_), tail @ ..] if is_punct(dot, '.') => rest = tail,
            [TokenTree::Group(group), tail @ ..] if group.delimiter() == Delimiter::Bracket && is_index(&group.stream()) => {
                rest = tail
            }
            _ => return false,
        }
    }
}

/// A literal, or a place.
fn is_index(expr: &TokenStream) -> bool {
    let mut trees = expr.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Literal(_)), None) => true,
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => is_index(&group.stream()),
        _ => is_place(expr),
    }
}

fn is_punct(tree: &TokenTree, c: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == c)
}

/// How the expansion names the assembler.
pub(super) struct Assembler {
    /// The place, to be evaluated as often as is needed.
    pub(super) place: TokenTree,
    /// Where the expression stands, for messages about its type.
    pub(super) span: Span,
    /// The expression to bind first, if it is not a place itself.
    bind: Option<TokenStream>,
}

impl Assembler {
    pub(super) fn new(expr: &TokenStream) -> Assembler {
        let trees: Vec<TokenTree> = expr.clone().into_iter().collect();
        let span = Span::mixed_site().located_at(trees.first().map_or_else(Span::mixed_site, TokenTree::span));
        if let [name @ TokenTree::Ident(_)] = trees.as_slice() {
            return Assembler { place: name.clone(), span, bind: None };
        }
        if names_place(&trees) {
            let mut place = Group::new(Delimiter::Parenthesis, expr.clone());
            place.set_span(span);
            return Assembler { place: place.into(), span, bind: None };
        }
        Assembler { place: Ident::new("target", Span::mixed_site()).into(), span, bind: Some(expr.clone()) }
    }

    /// Wraps the code that uses the place.
    pub(super) fn wrap(&self, body: TokenStream) -> TokenStream {
        match &self.bind {
            None => body,
            // A `match` keeps temporaries of the expression (guards) alive until the end; a `let` would not in all cases.
            Some(expr) => ours!(match &mut (#expr) { target => { #body } }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> bool {
        is_place(&text.parse().expect("tokens"))
    }

    #[test]
    fn places() {
        for text in [
            "ops",
            "self",
            "self.asm",
            "self.0",
            "self.0.1",
            "*ops",
            "**self.asm",
            "(ops)",
            "(*self).asm",
            "crate::a::OPS",
            "a[0]",
            "a[i]",
            "self.a[self.i].b",
            "a[(i)]",
        ] {
            assert!(place(text), "{text}");
        }
    }

    #[test]
    fn what_must_be_evaluated_once() {
        for text in [
            "",
            "f()",
            "self.asm()",
            "&mut ops",
            "a[f()]",
            "a[i + 1]",
            "m!(x)",
            "{ ops }",
            "a.b.c()",
            "unsafe { x }",
            "x.await",
            "(f()).a",
            "a as b",
        ] {
            assert!(!place(text), "{text}");
        }
    }
}
