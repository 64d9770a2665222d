//! References to labels: `->name`, `=>name`, `=>(expr)`, `>name`, `<name`, `extern expr`, each with an addend.

use crate::cursor::{is_punct, stream, Cursor};
use crate::expression::{fold_integer, typed};
use crate::ir::{Diagnostic, Label, Name, ValueKind};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

/// A reference as written.
#[derive(Debug)]
pub(crate) struct Reference {
    /// What it refers to.
    pub(crate) label: Label,
    /// What is added to its address.
    pub(crate) addend: Addend,
    /// Where it stands.
    pub(crate) span: Span,
}

/// What is added to the address of a label.
#[derive(Clone, Debug)]
pub(crate) enum Addend {
    /// A literal; 0 if nothing was written.
    Known(i128),
    /// An expression, as written.
    Expression(TokenStream),
}

/// Whether an operand that starts here is a reference to a label.
pub(crate) fn is_reference(cursor: &Cursor) -> bool {
    match cursor.peek(0) {
        Some(TokenTree::Punct(_)) => cursor.is_joint(0, '-', '>') || cursor.is_joint(0, '=', '>') || is_local(cursor),
        Some(TokenTree::Ident(ident)) => ident == "extern",
        _ => false,
    }
}

/// `>name` or `<name`, and nothing but an addend behind it: `<T as Trait>::SIZE` is an expression.
fn is_local(cursor: &Cursor) -> bool {
    (cursor.is_punct(0, '>') || cursor.is_punct(0, '<'))
        && cursor.ident(1).is_some()
        && (cursor.peek(2).is_none() || cursor.is_punct(2, '+') || cursor.is_punct(2, '-'))
}

/// The name of a label.
pub(crate) fn name(ident: &Ident) -> Name {
    let text = ident.to_string();
    let plain = text.strip_prefix("r#").map(str::to_owned);
    Name { text: plain.unwrap_or(text), span: ident.span() }
}

/// Reads a reference and its addend, to the end of the tokens.
pub(crate) fn reference(cursor: &mut Cursor) -> Result<Reference, Diagnostic> {
    let span = cursor.span();
    let label = if cursor.eat_joint('-', '>') {
        Label::Local(required_name(cursor, "->")?)
    } else if cursor.eat_joint('=', '>') {
        let end = cursor.rest().iter().position(is_sign).unwrap_or(cursor.rest().len());
        global(cursor.skip(end), cursor.span())?
    } else if cursor.eat('>') {
        Label::Forward(required_name(cursor, ">")?)
    } else if cursor.eat('<') {
        Label::Backward(required_name(cursor, "<")?)
    } else {
        cursor.skip(1); // `extern`
        let address = cursor.skip(cursor.rest().len());
        if address.is_empty() {
            return Err(Diagnostic { span, message: "expected an address behind `extern`".into() });
        }
        Label::Extern(typed(address, ValueKind::Pattern))
    };
    let addend = cursor.skip(cursor.rest().len());
    Ok(Reference { label, addend: parse_addend(addend)?, span })
}

/// What follows `=>`: a bare name is a global label, anything else an expression that gives a dynamic one.
pub(crate) fn global(tokens: &[TokenTree], span: Span) -> Result<Label, Diagnostic> {
    match tokens {
        [] => Err(Diagnostic { span, message: "expected a name or a parenthesised expression behind `=>`".into() }),
        [TokenTree::Ident(ident)] => Ok(Label::Global(name(ident))),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            let tuple = group.stream().into_iter().any(|token| is_punct(Some(&token), ','));
            Ok(Label::Dynamic(if tuple { stream(tokens) } else { group.stream() }))
        }
        _ => Ok(Label::Dynamic(stream(tokens))),
    }
}

fn required_name(cursor: &mut Cursor, sigil: &str) -> Result<Name, Diagnostic> {
    let span = cursor.span();
    match cursor.eat_ident() {
        Some(ident) => Ok(name(ident)),
        None => Err(Diagnostic { span, message: format!("expected the name of a label behind `{sigil}`") }),
    }
}

fn is_sign(token: &TokenTree) -> bool {
    is_punct(Some(token), '+') || is_punct(Some(token), '-')
}

fn parse_addend(tokens: &[TokenTree]) -> Result<Addend, Diagnostic> {
    let [first, rest @ ..] = tokens else { return Ok(Addend::Known(0)) };
    let message = if !is_sign(first) {
        "expected `+`, `-` or the end of the operand behind a label"
    } else if rest.is_empty() {
        "expected an expression"
    } else {
        // `- a + b` is `-(a) + b`: the sign belongs to the expression.
        let whole = if is_punct(Some(first), '+') { rest } else { tokens };
        return Ok(match fold_integer(whole) {
            Some(value) => Addend::Known(value),
            None => Addend::Expression(typed(whole, ValueKind::Integer)),
        });
    };
    Err(Diagnostic { span: first.span(), message: message.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cursor::flatten;

    fn read(text: &str) -> Result<String, String> {
        let tokens = flatten(text.parse().unwrap());
        let mut cursor = Cursor::new(&tokens, Span::call_site());
        assert!(is_reference(&cursor), "{text}");
        let found = reference(&mut cursor).map_err(|error| error.message)?;
        let label = match found.label {
            Label::Local(name) => format!("local {}", name.text),
            Label::Global(name) => format!("global {}", name.text),
            Label::Dynamic(expr) => format!("dynamic {expr}"),
            Label::Forward(name) => format!("forward {}", name.text),
            Label::Backward(name) => format!("backward {}", name.text),
            Label::Extern(expr) => format!("extern {expr}"),
            Label::Next(_) => unreachable!(),
        };
        Ok(match found.addend {
            Addend::Known(value) => format!("{label} {value}"),
            Addend::Expression(expr) => format!("{label} {expr}"),
        })
    }

    #[test]
    fn every_kind() {
        for (text, expected) in [
            ("->top", "local top 0"),
            ("->r#loop + 8", "local loop 8"),
            ("=>exit - 4", "global exit -4"),
            ("=>(self.labels[n])", "dynamic self . labels [n] 0"),
            ("=>self.exit", "dynamic self . exit 0"),
            ("=>labels[1] + n", "dynamic labels [1] n"),
            (">next", "forward next 0"),
            ("<last + 2 * 4", "backward last 8"),
            ("extern f as usize", "extern f as usize 0"),
            ("->top - n", "local top - n"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn errors() {
        for (text, part) in [("->", "name"), ("=>", "name"), ("->a b", "`+`"), ("->a +", "expression"), ("extern", "address")] {
            assert!(read(text).unwrap_err().contains(part), "{text}");
        }
    }

    #[test]
    fn a_qualified_path_is_no_label() {
        let tokens = flatten("<T as Size>::BYTES".parse().unwrap());
        assert!(!is_reference(&Cursor::new(&tokens, Span::call_site())));
    }
}
