//! Rust expressions among operands: where they end, and what those made of literals come to.
//!
//! Arithmetic on literals is done here, so that a range error in `#8 * 600` is found at compile time. Everything else
//! is the compiler's business; it only has to be found in the token stream and handed on as it stands.

use crate::cursor::{is_joint, is_punct, Cursor};
use crate::ir::ValueKind;
use crate::literal::{self, Type};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

/// A number known at expansion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Constant {
    /// An integer.
    Integer(i128),
    /// A floating-point number.
    Float(f64),
}

/// Splits at commas outside all brackets, those of `::<A, B>` and `as Map<A, B>` included.
///
/// A comma between the parameters of a closure is taken as a separator: closures need parentheses.
pub(crate) fn split_commas(tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < tokens.len() {
        if let Some(end) = generics(tokens, at) {
            at = end;
            continue;
        }
        if is_punct(tokens.get(at), ',') {
            parts.push(tokens.get(start..at).unwrap_or(&[]));
            start = at + 1;
        }
        at += 1;
    }
    let last = tokens.get(start..).unwrap_or(&[]);
    if !last.is_empty() || parts.is_empty() {
        parts.push(last);
    }
    parts
}

/// The end of the generic arguments whose `<` stands at `at`, if it opens any.
pub(crate) fn generics(tokens: &[TokenTree], at: usize) -> Option<usize> {
    if !is_punct(tokens.get(at), '<') {
        return None;
    }
    let turbofish = at.checked_sub(2).is_some_and(|before| is_joint(tokens, before, ':', ':'));
    if !turbofish && !follows_cast(tokens, at) {
        return None;
    }
    let mut depth = 0usize;
    let mut n = at;
    while let Some(token) = tokens.get(n) {
        if is_joint(tokens, n, '-', '>') {
            n += 1;
        } else if is_punct(Some(token), '<') {
            depth += 1;
        } else if is_punct(Some(token), '>') {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(n + 1);
            }
        }
        n += 1;
    }
    None
}

/// Whether the path in front of `at` is the type of an `as`.
fn follows_cast(tokens: &[TokenTree], at: usize) -> bool {
    let mut n = at;
    while let Some(before) = n.checked_sub(1) {
        match tokens.get(before) {
            Some(TokenTree::Ident(ident)) if ident == "as" => return n != at,
            Some(TokenTree::Ident(_)) => n = before,
            Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => n = before,
            _ => return false,
        }
    }
    false
}

/// The value of an expression that is made of literals only.
pub(crate) fn fold(tokens: &[TokenTree]) -> Option<Constant> {
    let mut folder = Folder { cursor: Cursor::new(tokens, Span::call_site()), depth: 0 };
    let value = folder.binary(0)?;
    if !folder.cursor.is_empty() {
        return None;
    }
    Some(match value {
        Folded::Integer(value, _) => Constant::Integer(value),
        Folded::Float(value) => Constant::Float(value),
    })
}

/// The value of an expression that is made of integer literals only.
pub(crate) fn fold_integer(tokens: &[TokenTree]) -> Option<i128> {
    match fold(tokens)? {
        Constant::Integer(value) => Some(value),
        Constant::Float(_) => None,
    }
}

/// An expression as it goes into the expansion: a final `as _` gets a type, since the callee takes any integer.
pub(crate) fn typed(tokens: &[TokenTree], kind: ValueKind) -> TokenStream {
    let name = match kind {
        ValueKind::Register => "u8",
        ValueKind::Integer | ValueKind::Pattern => "i64",
        ValueKind::Float => "f64",
    };
    if let [inner @ .., TokenTree::Ident(cast), TokenTree::Ident(hole)] = tokens {
        if cast == "as" && hole == "_" {
            let named = TokenTree::Ident(Ident::new(name, hole.span()));
            return inner.iter().cloned().chain([TokenTree::Ident(cast.clone()), named]).collect();
        }
    }
    if let [TokenTree::Group(group)] = tokens {
        if matches!(group.delimiter(), Delimiter::None | Delimiter::Parenthesis) {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut rewritten = proc_macro2::Group::new(group.delimiter(), typed(&inner, kind));
            rewritten.set_span(group.span());
            return TokenStream::from(TokenTree::Group(rewritten));
        }
    }
    tokens.iter().cloned().collect()
}

/// Parentheses nested deeper than this are left to the compiler.
const MAX_DEPTH: usize = 128;

#[derive(Clone, Copy)]
enum Folded {
    Integer(i128, Option<Type>),
    Float(f64),
}

struct Folder<'a> {
    cursor: Cursor<'a>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Operator {
    Or,
    Xor,
    And,
    Left,
    Right,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Folder<'_> {
    /// The operator that is next, how tightly it binds, and its length in tokens.
    fn operator(&self) -> Option<(Operator, u8, usize)> {
        let TokenTree::Punct(punct) = self.cursor.peek(0)? else { return None };
        Some(match punct.as_char() {
            '|' => (Operator::Or, 1, 1),
            '^' => (Operator::Xor, 2, 1),
            '&' => (Operator::And, 3, 1),
            '<' if self.cursor.is_joint(0, '<', '<') => (Operator::Left, 4, 2),
            '>' if self.cursor.is_joint(0, '>', '>') => (Operator::Right, 4, 2),
            '+' => (Operator::Add, 5, 1),
            '-' => (Operator::Subtract, 5, 1),
            '*' => (Operator::Multiply, 6, 1),
            '/' => (Operator::Divide, 6, 1),
            '%' => (Operator::Remainder, 6, 1),
            _ => return None,
        })
    }

    fn binary(&mut self, tightest: u8) -> Option<Folded> {
        let mut left = self.cast()?;
        while let Some((operator, binds, length)) = self.operator() {
            if binds <= tightest {
                break;
            }
            self.cursor.skip(length);
            let right = self.binary(binds)?;
            let (Folded::Integer(a, a_type), Folded::Integer(b, b_type)) = (left, right) else { return None };
            let shift = matches!(operator, Operator::Left | Operator::Right);
            let named = if shift { a_type } else { a_type.or(b_type) };
            left = Folded::Integer(fitting(apply(operator, a, b)?, named)?, named);
        }
        Some(left)
    }

    fn cast(&mut self) -> Option<Folded> {
        let mut value = self.unary()?;
        while self.cursor.ident(0).is_some_and(|ident| ident == "as") {
            self.cursor.skip(1);
            let name = self.cursor.eat_ident()?.to_string();
            let Folded::Integer(number, from) = value else { return None };
            if name == "_" {
                continue;
            }
            let to = literal::type_named(&name)?;
            let number = match fitting(number, Some(to)) {
                Some(number) => number,
                // What does not fit wraps, but only where the compiler would not refuse the literal as such.
                None => wrapped(number, from.and(Some(to))?)?,
            };
            value = Folded::Integer(number, Some(to));
        }
        Some(value)
    }

    fn unary(&mut self) -> Option<Folded> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let value = self.operand();
        self.depth -= 1;
        value
    }

    fn operand(&mut self) -> Option<Folded> {
        if self.cursor.eat('-') {
            return match self.unary()? {
                Folded::Integer(value, named) => Some(Folded::Integer(fitting(value.checked_neg()?, named)?, named)),
                Folded::Float(value) => Some(Folded::Float(-value)),
            };
        }
        // As assemblers have it; Rust does not.
        if self.cursor.eat('+') {
            return self.unary();
        }
        if self.cursor.eat('!') || self.cursor.eat('~') {
            let Folded::Integer(value, named) = self.unary()? else { return None };
            return match named {
                Some(Type::Size) => None,
                Some(named) => Some(Folded::Integer(wrapped(!value, named)?, Some(named))),
                None => Some(Folded::Integer(!value, None)),
            };
        }
        match self.cursor.skip(1) {
            [TokenTree::Literal(literal)] => match literal::parse(literal) {
                literal::Number::Integer(value, named) => Some(Folded::Integer(i128::try_from(value).ok()?, named)),
                literal::Number::Float(value) => Some(Folded::Float(value)),
                _ => None,
            },
            [TokenTree::Group(group)] if matches!(group.delimiter(), Delimiter::None | Delimiter::Parenthesis) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let mut folder = Folder { cursor: Cursor::new(&inner, group.span()), depth: self.depth };
                let value = folder.binary(0)?;
                folder.cursor.is_empty().then_some(value)
            }
            _ => None,
        }
    }
}

fn apply(operator: Operator, a: i128, b: i128) -> Option<i128> {
    match operator {
        Operator::Or => Some(a | b),
        Operator::Xor => Some(a ^ b),
        Operator::And => Some(a & b),
        Operator::Left => {
            let shifted = a.checked_shl(u32::try_from(b).ok()?)?;
            (shifted >> b == a).then_some(shifted)
        }
        Operator::Right => a.checked_shr(u32::try_from(b).ok()?),
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        Operator::Divide => a.checked_div(b),
        Operator::Remainder => a.checked_rem(b),
    }
}

/// The number, if a value of this type can be it. The negative of the smallest signed number may appear on the way.
fn fitting(value: i128, named: Option<Type>) -> Option<i128> {
    let (low, high) = match named {
        None => return Some(value),
        Some(Type::Size) => (i128::from(i64::MIN), i128::from(u64::MAX)),
        Some(Type::Integer { bits: 128, .. }) => return Some(value),
        Some(Type::Integer { signed: true, bits }) => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        Some(Type::Integer { signed: false, bits }) => (0, (1i128 << bits) - 1),
    };
    (low <= value && value <= high).then_some(value)
}

/// The number modulo the size of the type.
fn wrapped(value: i128, named: Type) -> Option<i128> {
    match named {
        Type::Size => None,
        Type::Integer { bits: 128, .. } => Some(value),
        Type::Integer { signed, bits } => {
            let low = value & ((1i128 << bits) - 1);
            let negative = signed && low >> (bits - 1) != 0;
            Some(if negative { low - (1i128 << bits) } else { low })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<TokenTree> {
        text.parse::<TokenStream>().unwrap().into_iter().collect()
    }

    fn value(text: &str) -> Option<Constant> {
        fold(&tokens(text))
    }

    #[test]
    fn folds_literals_as_rust_does() {
        for (text, expected) in [
            ("1 + 2 * 3", 7),
            ("(1 + 2) * 3", 9),
            ("1 << 4 | 1", 17),
            ("-4 + 2", -2),
            ("- - 4", 4),
            ("!0", -1),
            ("!0u8", 255),
            ("0xff & !0xf", 0xf0),
            ("10 - 4 - 3", 3),
            ("7 / 2", 3),
            ("7 % 4", 3),
            ("1 << 2 + 1", 8),
            ("-1i8 as u8", 255),
            ("5 as _", 5),
            ("1u32 as i64 + 1", 2),
            ("'a'", 97),
        ] {
            assert_eq!(value(text), Some(Constant::Integer(expected)), "{text}");
        }
        assert_eq!(value("-1.5"), Some(Constant::Float(-1.5)));
    }

    #[test]
    fn leaves_the_rest_to_the_compiler() {
        for text in ["x", "1 + x", "300 as u8", "1 / 0", "200u8 + 100", "foo(1)", "", "1 1", "1.0 + 2.0", "\"a\"", "4s"] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value(&format!("{}1{}", "(".repeat(500), ")".repeat(500))), None);
    }

    #[test]
    fn commas_of_generic_arguments_do_not_separate() {
        for (text, count) in [
            ("a, b", 2),
            ("f(a, b), c", 2),
            ("f::<A, B>(x), c", 2),
            ("a < b, c > d", 2),
            ("f::<Vec<A, B>, fn(A) -> B>(x), c", 2),
            ("x as Map<A, B>, c", 2),
            ("x as i32 < 4, c", 2),
            ("", 1),
            ("a,", 1),
        ] {
            assert_eq!(split_commas(&tokens(text)).len(), count, "{text}");
        }
    }

    #[test]
    fn a_hole_in_a_cast_gets_a_type() {
        let text = |text: &str, kind| typed(&tokens(text), kind).to_string();
        assert_eq!(text("x as _", ValueKind::Integer), "x as i64");
        assert_eq!(text("(x as _)", ValueKind::Register), "(x as u8)");
        assert_eq!(text("f(x as _)", ValueKind::Integer), "f (x as _)");
    }
}
