//! Operands of the instruction sets of fixed or mixed width (AArch64, Thumb): a list of tokens that the table matches.
//!
//! The notation is the vendor's; this room only has to find out where a Rust expression begins and ends in it. What a
//! word means (a register, a keyword, a variable) the matched form decides: a lone identifier that is no register is
//! handed on as both.

use super::Captures;
use crate::cursor::{flatten, is_colon, is_punct, word, Cursor};
use crate::expression::{fold, split_commas, Constant};
use crate::ir::Diagnostic;
use crate::label;
use crate::literal::{self, Number};
use bareasm_isa::fixed::{Table, Token};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenTree};

/// The words of an instruction set.
pub(crate) trait Vocabulary {
    /// Whether it names a register, so that it cannot be a variable.
    fn is_register(&self, word: &str) -> bool;
    /// Whether some form has it as a keyword.
    fn is_word(&self, word: &str) -> bool;
    /// Whether it is the name of a class of registers in `X(expr)`.
    fn is_class(&self, name: &str) -> bool;
    /// The register that `.alias` gave this name.
    fn alias(&self, word: &str) -> Option<&str>;
}

/// Whether a word names a register, so that it is never a variable.
pub(crate) fn is_register(table: &Table, word: &str) -> bool {
    // Slices of the matrix register (`za0h`) and the lookup table are operands with suffixes too.
    let matrix = || {
        word.strip_prefix("za")
            .or_else(|| word.strip_prefix("zt"))
            .is_some_and(|rest| rest.trim_end_matches(['h', 'v']).bytes().all(|byte| byte.is_ascii_digit()))
    };
    table.is_register(word) || table.set == bareasm_isa::fixed::Set::A64 && matrix()
}

/// A token of an operand list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    /// Identifier or literal with letters, in lower case, and its number as an expression.
    Word(String, Option<u16>),
    /// Integer.
    Number(i128),
    /// The bits of a floating-point number.
    Float(u64),
    /// Punctuation.
    Punct(char),
    /// Register whose number is an expression.
    Register(String, u16),
    /// Expression.
    Value(u16),
    /// Reference to a label.
    Target(u16),
}

impl Piece {
    /// As the table takes it.
    pub(crate) fn token(&self) -> Token<'_> {
        match self {
            Piece::Word(text, value) => Token::Word { text, value: *value },
            Piece::Number(value) => Token::Number(*value),
            Piece::Float(value) => Token::Float(f64::from_bits(*value)),
            Piece::Punct(character) => Token::Punct(*character),
            Piece::Register(class, value) => Token::Register { class, value: *value },
            Piece::Value(value) => Token::Value(*value),
            Piece::Target(target) => Token::Target(*target),
        }
    }
}

/// An operand list.
#[derive(Debug, Default)]
pub(crate) struct Operands {
    /// Tokens.
    pub(crate) pieces: Vec<Piece>,
    /// The place of each.
    pub(crate) spans: Vec<Span>,
    /// What they refer to.
    pub(crate) captures: Captures,
}

/// Words that are followed by an amount. Only these are taken as words when brackets or a sign follow: `lsl (n)` is a
/// shift, `all(n)` a call.
const AMOUNT_FOLLOWS: &[&str] =
    &["lsl", "lsr", "asr", "ror", "msl", "uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx", "mul"];

/// Brackets nested deeper than this are refused.
const MAX_DEPTH: usize = 8;

/// Reads all operands of an instruction.
pub(crate) fn parse(vocabulary: &dyn Vocabulary, cursor: &mut Cursor) -> Result<Operands, Diagnostic> {
    let mut reader = Reader { vocabulary, operands: Operands::default(), depth: 0 };
    let tokens = cursor.skip(cursor.rest().len());
    if !tokens.is_empty() {
        reader.list(tokens, cursor.span())?;
    }
    Ok(reader.operands)
}

struct Reader<'a> {
    vocabulary: &'a dyn Vocabulary,
    operands: Operands,
    depth: usize,
}

impl Reader<'_> {
    fn push(&mut self, piece: Piece, span: Span) {
        self.operands.pieces.push(piece);
        self.operands.spans.push(span);
    }

    /// Operands between commas.
    fn list(&mut self, tokens: &[TokenTree], end: Span) -> Result<(), Diagnostic> {
        for (n, part) in split_commas(tokens).into_iter().enumerate() {
            let span = part.first().map_or(end, TokenTree::span);
            if n != 0 {
                self.push(Piece::Punct(','), span);
            }
            self.operand(&mut Cursor::new(part, span))?;
        }
        // Another operand was to follow.
        if let Some(comma) = tokens.last().filter(|last| is_punct(Some(last), ',')) {
            self.push(Piece::Punct(','), comma.span());
        }
        Ok(())
    }

    /// A group with its brackets.
    fn group(&mut self, group: &Group, open: char, close: char) -> Result<(), Diagnostic> {
        if self.depth == MAX_DEPTH {
            return Err(Diagnostic { span: group.span(), message: "brackets are nested too deeply".into() });
        }
        self.depth += 1;
        self.push(Piece::Punct(open), group.span_open());
        let inner = flatten(group.stream());
        if !inner.is_empty() {
            self.list(&inner, group.span_close())?;
        }
        self.push(Piece::Punct(close), group.span_close());
        self.depth -= 1;
        Ok(())
    }

    /// What may stand between two commas, to the end of the cursor.
    fn operand(&mut self, cursor: &mut Cursor) -> Result<(), Diagnostic> {
        let span = cursor.span();
        if cursor.is_empty() {
            return Ok(());
        }
        // Of the references only `extern` starts with a word.
        let written = cursor.ident(0).map(|ident| (ident, word(ident)));
        if let Some((ident, text)) = written.filter(|(_, text)| text != "extern") {
            return self.identifier(ident, text, cursor);
        }
        if label::is_reference(cursor) {
            let target = label::reference(cursor)?;
            let number = self.operands.captures.target(target)?;
            self.push(Piece::Target(number), span);
            return Ok(());
        }
        if cursor.eat('#') {
            self.push(Piece::Punct('#'), span);
            return self.expression(cursor);
        }
        if let Some(group) = cursor.group(0, Delimiter::Bracket) {
            cursor.skip(1);
            self.group(group, '[', ']')?;
            return self.suffixes(cursor);
        }
        if let Some(group) = cursor.group(0, Delimiter::Brace) {
            if self.is_list(group) {
                cursor.skip(1);
                self.group(group, '{', '}')?;
                return self.suffixes(cursor);
            }
        }
        let signed = cursor.is_punct(0, '-') || cursor.is_punct(0, '+');
        if signed && self.register_at(cursor, 1) {
            let sign = if cursor.eat('-') { '-' } else { '+' };
            if sign == '+' {
                cursor.skip(1);
            }
            self.push(Piece::Punct(sign), span);
            return self.operand(cursor);
        }
        match cursor.ident(0) {
            Some(ident) => self.identifier(ident, word(ident), cursor),
            None => self.expression(cursor),
        }
    }

    /// Whether the `n`th token is a register, static or dynamic.
    fn register_at(&self, cursor: &Cursor, n: usize) -> bool {
        let Some(ident) = cursor.ident(n) else { return false };
        let dynamic = cursor.group(n + 1, Delimiter::Parenthesis).is_some();
        if dynamic && self.vocabulary.is_class(&ident.to_string()) {
            return true;
        }
        let text = word(ident);
        self.vocabulary.is_register(&text) || self.vocabulary.alias(&text).is_some()
    }

    /// Whether braces hold registers, and not a block of Rust.
    fn is_list(&self, group: &Group) -> bool {
        let inner = flatten(group.stream());
        inner.is_empty() || self.register_at(&Cursor::new(&inner, group.span()), 0)
    }

    /// What starts with an identifier; `written` is its word.
    fn identifier(&mut self, ident: &Ident, written: String, cursor: &mut Cursor) -> Result<(), Diagnostic> {
        let span = ident.span();
        if let Some(group) = cursor.group(1, Delimiter::Parenthesis) {
            let name = ident.to_string();
            if self.vocabulary.is_class(&name) {
                cursor.skip(2);
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                if tokens.is_empty() {
                    let message = format!("expected the number of a register in `{name}()`");
                    return Err(Diagnostic { span: group.span(), message });
                }
                let value = self.operands.captures.value(&tokens, span, true)?;
                self.push(Piece::Register(name.to_ascii_lowercase(), value), span);
                // The direction of a slice of a tile: `ZA(n)h.s[w12, 0]`.
                if let Some(direction) = cursor.ident(0).filter(|_| name == "ZA") {
                    self.push(Piece::Word(word(direction), None), direction.span());
                    cursor.skip(1);
                }
                return self.suffixes(cursor);
            }
        }
        let text = self.vocabulary.alias(&written).map(str::to_owned).unwrap_or(written);
        if self.vocabulary.is_register(&text) {
            cursor.skip(1);
            self.push(Piece::Word(text, None), span);
            return self.suffixes(cursor);
        }
        if cursor.peek(1).is_none() || is_colon(cursor.rest(), 1) {
            let value = self.operands.captures.value(cursor.skip(1), span, false)?;
            self.push(Piece::Word(text, Some(value)), span);
            return self.suffixes(cursor);
        }
        if AMOUNT_FOLLOWS.contains(&text.as_str()) || starts_operand(cursor) && self.vocabulary.is_word(&text) {
            cursor.skip(1);
            self.push(Piece::Word(text, None), span);
            return self.operand(cursor);
        }
        self.expression(cursor)
    }

    /// What may follow a register, a list or an address.
    fn suffixes(&mut self, cursor: &mut Cursor) -> Result<(), Diagnostic> {
        while let Some(token) = cursor.peek(0) {
            let span = token.span();
            match token {
                TokenTree::Punct(punct) => match punct.as_char() {
                    '.' => {
                        cursor.skip(1);
                        self.push(Piece::Punct('.'), span);
                        self.arrangement(cursor);
                    }
                    '/' => {
                        cursor.skip(1);
                        self.push(Piece::Punct('/'), span);
                        match cursor.eat_ident() {
                            Some(ident) => self.push(Piece::Word(word(ident), None), ident.span()),
                            // The distance of the registers of a list: `{Z(n).s * 4 / 4}`.
                            None => self.number(cursor.skip(1), span)?,
                        }
                    }
                    '-' if !cursor.is_joint(0, '-', '>') => {
                        cursor.skip(1);
                        self.push(Piece::Punct('-'), span);
                        return self.operand(cursor);
                    }
                    '*' => {
                        cursor.skip(1);
                        self.push(Piece::Punct('*'), span);
                        let span = cursor.span();
                        match cursor.peek(0) {
                            Some(TokenTree::Literal(_)) => self.number(cursor.skip(1), span)?,
                            _ => return self.operand(cursor),
                        }
                    }
                    ':' => {
                        cursor.skip(1);
                        self.push(Piece::Punct(':'), span);
                        // `n:n + 3` is `n:+3`, so that the length of the span is known.
                        if let Some(first) = self.again(cursor) {
                            cursor.skip(first + 1);
                            self.push(Piece::Punct('+'), span);
                        }
                        return self.operand(cursor);
                    }
                    character => {
                        cursor.skip(1);
                        self.push(Piece::Punct(character), span);
                    }
                },
                TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                    cursor.skip(1);
                    self.group(group, '[', ']')?;
                }
                _ => return self.operand(cursor),
            }
        }
        Ok(())
    }

    /// The number of tokens of the expression that has just been read, if it follows again with `+` and a literal behind it.
    fn again(&self, cursor: &Cursor) -> Option<usize> {
        let (Piece::Value(value) | Piece::Word(_, Some(value))) = self.operands.pieces.iter().rev().nth(1)? else { return None };
        let first = &self.operands.captures.values.get(usize::from(*value))?.tokens;
        let same = |(first, again): (&TokenTree, &TokenTree)| first.to_string() == again.to_string();
        match cursor.rest().split_at_checked(first.len())? {
            (again, [TokenTree::Punct(plus), TokenTree::Literal(_)]) if plus.as_char() == '+' => {
                first.iter().zip(again).all(same).then_some(first.len())
            }
            _ => None,
        }
    }

    /// `16b` and `b16` (dynasm-rs), `s`, `d`.
    fn arrangement(&mut self, cursor: &mut Cursor) {
        let Some(token) = cursor.peek(0) else { return };
        let text = match token {
            TokenTree::Ident(ident) => word(ident),
            TokenTree::Literal(literal) => match literal::parse(literal) {
                Number::Word(text) => text,
                _ => return,
            },
            _ => return,
        };
        cursor.skip(1);
        self.push(Piece::Word(lanes_first(text), None), token.span());
    }

    /// A literal or an expression of Rust, up to a `:` of its own.
    fn expression(&mut self, cursor: &mut Cursor) -> Result<(), Diagnostic> {
        let span = cursor.span();
        let rest = cursor.rest();
        let end = (0..rest.len()).find(|n| is_colon(rest, *n)).unwrap_or(rest.len());
        let tokens = cursor.skip(end);
        if let Some(literal) = tokens.iter().find(|token| is_octal_elsewhere(token)) {
            let message = format!(
                "`{literal}` is ten-based in Rust and octal in other assemblers; write it without the leading zero, or as `0o..`"
            );
            return Err(Diagnostic { span: literal.span(), message });
        }
        match tokens {
            [] if cursor.is_empty() => return Ok(()),
            [TokenTree::Literal(literal)] => match literal::parse(literal) {
                Number::Word(text) => self.push(Piece::Word(text, None), span),
                Number::Integer(value, _) if i128::try_from(value).is_ok() => self.push(Piece::Number(value as i128), span),
                _ => self.number(tokens, span)?,
            },
            // The sign of zero is a bit of some addresses.
            [TokenTree::Punct(sign), zero @ TokenTree::Literal(_)] if sign.as_char() == '-' => {
                match fold(core::slice::from_ref(zero)) {
                    Some(Constant::Integer(value)) => {
                        self.push(Piece::Punct('-'), span);
                        self.push(Piece::Number(value), zero.span());
                    }
                    _ => self.number(tokens, span)?,
                }
            }
            _ => self.number(tokens, span)?,
        }
        self.suffixes(cursor)
    }

    fn number(&mut self, tokens: &[TokenTree], span: Span) -> Result<(), Diagnostic> {
        match fold(tokens) {
            Some(Constant::Integer(value)) => {
                match value.checked_neg() {
                    Some(positive) if value < 0 => {
                        self.push(Piece::Punct('-'), span);
                        self.push(Piece::Number(positive), span);
                    }
                    _ => self.push(Piece::Number(value), span),
                };
            }
            Some(Constant::Float(value)) => {
                if value.is_sign_negative() {
                    self.push(Piece::Punct('-'), span);
                }
                self.push(Piece::Float(value.abs().to_bits()), span);
            }
            None if tokens.is_empty() => {}
            None => {
                let number = self.operands.captures.value(tokens, span, false)?;
                self.push(Piece::Value(number), span);
            }
        }
        Ok(())
    }
}

/// Whether the token behind a word starts an operand, so that the word is not the beginning of an expression.
fn starts_operand(cursor: &Cursor) -> bool {
    match cursor.peek(1) {
        Some(TokenTree::Literal(_)) => true,
        Some(TokenTree::Ident(ident)) => ident != "as",
        Some(TokenTree::Punct(punct)) => punct.as_char() == '#',
        _ => false,
    }
}

/// A literal such as `010`, which is ten in Rust, and eight in other assemblers.
fn is_octal_elsewhere(token: &TokenTree) -> bool {
    let TokenTree::Literal(literal) = token else { return false };
    let text = literal.to_string();
    let digits = text.strip_prefix('0').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    digits && matches!(literal::parse(literal), Number::Integer(8.., _))
}

/// dynasm-rs writes `b16` for `16b`, since identifiers cannot start with digits.
fn lanes_first(text: String) -> String {
    let lanes = text.get(1..).unwrap_or("");
    if text.starts_with(['b', 'h', 's', 'd', 'q']) && matches!(lanes, "1" | "2" | "4" | "8" | "16") {
        format!("{lanes}{}", text.get(..1).unwrap_or(""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sample;

    impl Vocabulary for Sample {
        fn is_register(&self, word: &str) -> bool {
            let (letter, number) = word.split_at(1);
            matches!(letter, "x" | "w" | "v" | "r" | "d" | "p" | "z") && number.parse::<u8>().is_ok()
                || matches!(word, "sp" | "lr")
        }
        fn is_word(&self, word: &str) -> bool {
            matches!(word, "lsl" | "eq" | "mul" | "vl" | "s" | "all")
        }
        fn is_class(&self, name: &str) -> bool {
            matches!(name, "X" | "V" | "R")
        }
        fn alias(&self, word: &str) -> Option<&str> {
            (word == "acc").then_some("x0")
        }
    }

    fn read(text: &str) -> String {
        let tokens = flatten(text.parse().unwrap());
        let operands = parse(&Sample, &mut Cursor::new(&tokens, Span::call_site())).unwrap();
        let show = |piece: &Piece| match piece {
            Piece::Word(text, None) => text.clone(),
            Piece::Word(text, Some(_)) => format!("{text}?"),
            Piece::Number(value) => value.to_string(),
            Piece::Float(value) => format!("{:?}", f64::from_bits(*value)),
            Piece::Punct(character) => character.to_string(),
            Piece::Register(class, value) => format!("{class}({})", expr(&operands, *value)),
            Piece::Value(value) => format!("<{}>", expr(&operands, *value)),
            Piece::Target(_) => "label".into(),
        };
        operands.pieces.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    fn expr(operands: &Operands, value: u16) -> String {
        operands.captures.values[usize::from(value)].tokens.iter().map(TokenTree::to_string).collect()
    }

    #[test]
    fn vendor_notation() {
        for (text, expected) in [
            ("x0, x1, #4", "x0 , x1 , # 4"),
            ("X0, [X1, #-0]!", "x0 , [ x1 , # - 0 ] !"),
            ("x0, [x1], #8 * 2", "x0 , [ x1 ] , # 16"),
            ("x0, x1, x2, lsl #3", "x0 , x1 , x2 , lsl # 3"),
            ("x0, x1, x2, LSL 3", "x0 , x1 , x2 , lsl 3"),
            ("{v0.4s-v3.4s}, [x0]", "{ v0 . 4s - v3 . 4s } , [ x0 ]"),
            ("{v0.s, v1.s}[2], [x0]", "{ v0 . s , v1 . s } [ 2 ] , [ x0 ]"),
            ("z0.d, p0/m, z1.d", "z0 . d , p0 / m , z1 . d"),
            ("x0, [x1, #3, mul vl]", "x0 , [ x1 , # 3 , mul vl? ]"),
            ("r0!, {r1-r3, lr}", "r0 ! , { r1 - r3 , lr }"),
            ("[r0, -r1]", "[ r0 , - r1 ]"),
            ("v0.4s, #-1.5", "v0 . 4s , # - 1.5"),
            ("x0, ->top", "x0 , label"),
            ("x0, =>(l)", "x0 , label"),
            ("w12, 0:3", "w12 , 0 : 3"),
            ("x0, #'a'", "x0 , # 97"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn dynasm_notation_and_rust() {
        for (text, expected) in [
            ("X(a), X(b + 1), c", "x(a) , x(b+1) , c?"),
            ("V(n).B16, v1.b16", "v(n) . 16b , v1 . 16b"),
            ("{V(n).b16 * 4}, [x0]", "{ v(n) . 16b * 4 } , [ x0 ]"),
            ("acc, x1", "x0 , x1"),
            ("x0, self.f(a, b), x1", "x0 , <self.f(a , b)> , x1"),
            ("x0, f::<A, B>(1)", "x0 , <f::<A,B>(1)>"),
            ("x0, -n", "x0 , <-n>"),
            ("x0, n as u32", "x0 , <nasu32>"),
            ("x0, {n += 1; n}", "x0 , <{ n += 1 ; n }>"),
            ("x0, x1, lsl (n)", "x0 , x1 , lsl <(n)>"),
            ("x0, all(n)", "x0 , <all(n)>"),
            ("x0, s.field", "x0 , <s.field>"),
            ("x0, x1, eq", "x0 , x1 , eq?"),
            ("v0.s[i], x1", "v0 . s [ i? ] , x1"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
