//! Matching of operand tokens with a form's syntax, with backtracking: a word may stand for several codes, and optional
//! text may be there or not. What matches is a list of [`Binding`]s; whether they agree is [`super::solve`]'s matter.

mod mask;

use super::operand::View;
use super::register;
use super::table::{Class, ClassOf, Count, Flag, Node, Set, Value, NONE};
use super::token::{Binding, CodeOf, Given, Token};
use crate::field::Kind;
use crate::rule::{Numbers, Rule};
use alloc::{format, string::String, vec::Vec};

/// The place where a form stopped matching, and what would have been taken there.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Index of the token.
    pub token: usize,
    /// What would have been taken.
    pub expected: Vec<String>,
}

/// A place in the tokens: a token and a byte of its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct At {
    token: usize,
    byte: usize,
}

impl At {
    fn next(self) -> At {
        At { token: self.token + 1, byte: 0 }
    }
}

/// What is to be matched after the current list of nodes.
enum Rest<'r> {
    End,
    Nodes {
        from: usize,
        to: usize,
        then: &'r Rest<'r>,
    },
    /// After the first element of a list.
    Elements {
        node: usize,
        open: usize,
        then: &'r Rest<'r>,
    },
}

/// A form being matched.
struct Matcher<'m, 'a, 't> {
    view: &'m View<'a>,
    tokens: &'m [Token<'t>],
    bindings: Vec<Binding>,
    /// Where to say how far the form got, if somebody asks.
    reach: Option<&'m mut Reach>,
    /// Called for each way the text matches; true ends the search.
    found: &'m mut dyn FnMut(&[Binding]) -> bool,
}

/// Calls `found` for each way that the tokens match the form, until it returns true. `reach` is told how far the form got;
/// that takes several times as long as the match.
pub fn match_form<'t>(
    view: &View<'_>,
    tokens: &[Token<'t>],
    reach: Option<&mut Reach>,
    found: &mut dyn FnMut(&[Binding]) -> bool,
) {
    let mut matcher = Matcher { view, tokens, bindings: Vec::new(), reach, found };
    matcher.run(0, view.operands.len(), At { token: 0, byte: 0 }, &Rest::End);
}

impl<'t> Matcher<'_, '_, 't> {
    fn fail(&mut self, at: At, expected: impl FnOnce() -> String) -> bool {
        let Some(reach) = &mut self.reach else { return false };
        if at.token > reach.token {
            reach.token = at.token;
            reach.expected.clear();
        }
        if at.token == reach.token {
            let expected = expected();
            if !reach.expected.contains(&expected) {
                reach.expected.push(expected);
            }
        }
        false
    }

    fn token(&self, at: At) -> Option<Token<'t>> {
        self.tokens.get(at.token).copied()
    }

    fn punct(&self, at: At, wanted: char) -> bool {
        at.byte == 0 && matches!(self.token(at), Some(Token::Punct(c)) if c == wanted)
    }

    fn binding(&mut self, binding: Binding, from: usize, to: usize, at: At, rest: &Rest<'_>) -> bool {
        self.bindings.push(binding);
        let done = self.run(from, to, at, rest);
        self.bindings.pop();
        done
    }

    /// Matches the nodes `from..to`, then `rest`. True if the search is over.
    fn run(&mut self, from: usize, to: usize, at: At, rest: &Rest<'_>) -> bool {
        let Some(node) = self.view.operands.get(from).copied().filter(|_| from < to) else {
            return match rest {
                Rest::Nodes { from, to, then } => self.run(*from, *to, at, then),
                Rest::Elements { node, open, then } => self.elements(*node, *open, at, then),
                Rest::End if at.token == self.tokens.len() && at.byte == 0 => (self.found)(&self.bindings),
                Rest::End => self.fail(at, || String::from("end of the instruction")),
            };
        };
        // A token of which only the front has matched goes on with a node that is written without a blank, or not at all.
        // Behind a run-time register that node has a token of its own: `ZA(n)h`; a run-time code has one, too.
        let before = at.token.checked_sub(1).and_then(|before| self.tokens.get(before));
        let own = matches!(before, Some(Token::Register { .. })) || matches!(self.token(at), Some(Token::Code(_)));
        let glued = at.byte > 0 || node == Node::Glue && own;
        if glued != (node == Node::Glue) {
            return false;
        }
        let (node, from) = if node == Node::Glue {
            match self.view.operands.get(from + 1) {
                Some(node) => (*node, from + 1),
                None => return false,
            }
        } else {
            (node, from)
        };
        let after = from + 1;
        match node {
            Node::Punct('#') => {
                let at = if self.punct(at, '#') { at.next() } else { at };
                self.run(after, to, at, rest)
            }
            Node::Punct(c) if self.punct(at, c) => self.run(after, to, at.next(), rest),
            Node::Punct(c) => self.fail(at, || format!("`{c}`")),
            Node::Word(text) => {
                let word = self.view.table.str(text);
                match self.token(at) {
                    Some(Token::Word { text, .. })
                        if at.byte == 0 && (same_word(text, word) || self.same_register(text, word)) =>
                    {
                        self.run(after, to, at.next(), rest)
                    }
                    Some(Token::Word { text, .. }) if text.get(at.byte..) == Some(word) => self.run(after, to, at.next(), rest),
                    Some(Token::Word { text, .. })
                        if text.get(at.byte..).is_some_and(|tail| tail.starts_with(word)) && self.glued(after, to) =>
                    {
                        self.run(after, to, At { byte: at.byte + word.len(), ..at }, rest)
                    }
                    _ => self.fail(at, || format!("`{word}`")),
                }
            }
            Node::Number(number) => match self.number(at) {
                Some((Token::Number(n), minus, at)) if (if minus { n.wrapping_neg() } else { n }) == i128::from(number) => {
                    self.run(after, to, at, rest)
                }
                _ => self.fail(at, || format!("{number}")),
            },
            Node::Decimal(text) => {
                let wanted = self.view.table.str(text);
                let value = wanted.parse::<f64>().unwrap_or(0.0);
                match self.number(at) {
                    Some((Token::Float(n), false, at)) if n == value => self.run(after, to, at, rest),
                    Some((Token::Number(n), false, at)) if n as f64 == value => self.run(after, to, at, rest),
                    _ => self.fail(at, || String::from(wanted)),
                }
            }
            Node::Keyword { table, .. } => self.keyword(table, from, to, at, rest),
            Node::Register { class, value, extra, sign, .. } => {
                let (mut at, mut plus) = (at, 1);
                if sign != NONE && (self.punct(at, '-') || self.punct(at, '+')) {
                    plus = u64::from(self.punct(at, '+'));
                    at = at.next();
                }
                if sign != NONE {
                    self.bindings.push(Binding::Slot { slot: sign, value: plus });
                }
                let done = self.register(class, value, extra, from, to, at, rest);
                if sign != NONE {
                    self.bindings.pop();
                }
                done
            }
            Node::Glue => false,
            Node::Immediate { value, .. } => self.immediate(value, from, to, at, rest),
            Node::Optional { len, flag } => {
                let inner = after + usize::from(len);
                let mark = self.bindings.len();
                let said = |present: bool| match flag {
                    Flag::Slot { slot, present: value } => {
                        Some(Binding::Slot { slot, value: u64::from(if present { value } else { 1 - value }) })
                    }
                    _ => None,
                };
                self.bindings.extend(said(true));
                let done = self.run(after, inner, at, &Rest::Nodes { from: inner, to, then: rest });
                self.bindings.truncate(mark);
                if done {
                    return true;
                }
                self.bindings.extend(said(false));
                self.bindings.push(Binding::Absent(from));
                let done = self.run(inner, to, at, rest);
                self.bindings.truncate(mark);
                done
            }
            Node::List { len, count, .. } => {
                if !self.punct(at, '{') {
                    self.fail(at, || String::from("a register list in braces"));
                    // A list of one scalable vector may be written without them.
                    let scalable =
                        matches!(self.view.operands.get(after), Some(Node::Register { class: ClassOf::Fixed(Class::Z), .. }));
                    return count == Count::Fixed(1) && scalable && self.run(after, to, at, rest);
                }
                let then = Rest::Nodes { from: after + usize::from(len), to, then: rest };
                self.run(after, after + usize::from(len), at.next(), &Rest::Elements { node: from, open: at.token, then: &then })
            }
            Node::Mask { slot } | Node::Tiles { slot } if matches!(self.token(at), Some(Token::Code(_))) => {
                let Some(Token::Code(value)) = self.token(at) else { return false };
                let given = Given::Unknown { value, low: i64::MIN, high: i64::MAX };
                self.binding(Binding::Code { of: CodeOf::Slot(slot), given, token: at.token }, after, to, at.next(), rest)
            }
            Node::Tiles { slot } => self.tiles(slot, after, to, at, rest),
            Node::Mask { slot } => match self.mask(at) {
                Ok((value, end)) => self.binding(Binding::Slot { slot, value }, after, to, end, rest),
                Err(at) => self.fail(at, || String::from("a register list in braces")),
            },
        }
    }

    /// Whether the next node continues the same word.
    fn glued(&self, next: usize, to: usize) -> bool {
        next < to && matches!(self.view.operands.get(next), Some(Node::Glue))
    }

    /// A number token with optional `#` and sign in front, whether it has a minus, and what follows.
    fn number(&self, at: At) -> Option<(Token<'t>, bool, At)> {
        let at = if self.punct(at, '#') { at.next() } else { at };
        let minus = self.punct(at, '-');
        let at = if minus || self.punct(at, '+') { at.next() } else { at };
        let token = self.token(at).filter(|_| at.byte == 0)?;
        Some((token, minus, at.next()))
    }

    fn keyword(&mut self, table: u8, from: usize, to: usize, at: At, rest: &Rest<'_>) -> bool {
        let view = self.view;
        let Some(keywords) = view.keywords.get(usize::from(table)) else { return false };
        if let (Some(Token::Code(value)), true) = (self.token(at), super::operand::Operand::of_bits(view, table).is_some()) {
            let given = Given::Unknown { value, low: 0, high: crate::field::ones(keywords.width) as i64 };
            return self.binding(
                Binding::Code { of: CodeOf::Bits(table), given, token: at.token },
                from + 1,
                to,
                at.next(),
                rest,
            );
        }
        let mut hit = false;
        for (entry, words) in (0u16..).zip(keywords.entries.of(view.table.entries)) {
            for word in words.words.of(view.table.words) {
                let word = view.table.str(*word);
                if let Some(end) = self.spelled(word, at, self.glued(from + 1, to)) {
                    hit = true;
                    if !self.contradicts(table, entry)
                        && self.binding(Binding::Keyword { table, entry, token: at.token }, from + 1, to, end, rest)
                    {
                        return true;
                    }
                }
            }
        }
        if !hit {
            if let Some((token, minus, end)) = self.number(at) {
                let given = match token {
                    Token::Number(n) if keywords.open && !minus => Some(Given::Known(saturate(n))),
                    Token::Value(value) | Token::Word { value: Some(value), .. } if !minus => {
                        super::operand::Operand::of_table(view, table).map(|_| Given::Unknown {
                            value,
                            low: i64::MIN,
                            high: i64::MAX,
                        })
                    }
                    _ => None,
                };
                let register = matches!(token, Token::Word { text, .. } if view.table.is_register(text));
                if let Some(given) = given.filter(|_| !register) {
                    return self.binding(
                        Binding::Code { of: CodeOf::Number(table), given, token: end.token - 1 },
                        from + 1,
                        to,
                        end,
                        rest,
                    );
                }
            }
        }
        self.fail(at, || {
            let words =
                keywords.entries.of(view.table.entries).iter().filter_map(|entry| entry.words.of(view.table.words).first());
            let words: Vec<String> = words.take(20).map(|word| format!("`{}`", view.table.str(*word))).collect();
            words.join(", ")
        })
    }

    /// Whether another entry of the table is chosen already.
    fn contradicts(&self, wanted: u8, other: u16) -> bool {
        self.bindings
            .iter()
            .any(|binding| matches!(*binding, Binding::Keyword { table, entry, .. } if table == wanted && entry != other))
    }

    /// The end of a table's word at `at`, if it stands there. A word may consist of several tokens.
    fn spelled(&self, word: &str, at: At, glued: bool) -> Option<At> {
        if word.is_empty() {
            return Some(at);
        }
        if at.byte == 0 && word.starts_with(|c: char| c.is_ascii_digit()) {
            if let Ok(number) = word.parse::<f64>() {
                let (token, minus, end) = self.number(at)?;
                let value = match token {
                    Token::Number(n) => n as f64,
                    Token::Float(n) if word.contains('.') => n,
                    _ => return None,
                };
                return (!minus && value == number).then_some(end);
            }
        }
        if let Token::Word { text, .. } = self.token(at)? {
            let tail = text.get(at.byte..)?;
            if glued {
                return tail.starts_with(word).then_some(At { byte: at.byte + word.len(), ..at });
            }
            if tail == word || at.byte == 0 && same_word(text, word) {
                return Some(at.next());
            }
        }
        // Words of several tokens: `{ra, s0-s1}`.
        let (mut at, mut rest) = (at, word.trim_start());
        while let Some(c) = rest.chars().next() {
            let part = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let found = match self.token(at)? {
                Token::Word { text, .. } if part > 0 && Some(text) == rest.get(..part) => part,
                Token::Punct(p) if part == 0 && p == c => c.len_utf8(),
                _ => return None,
            };
            at = at.next();
            rest = rest.get(found..)?.trim_start();
        }
        Some(at)
    }

    #[allow(clippy::too_many_arguments)]
    fn register(&mut self, class: ClassOf, value: u8, extra: u8, from: usize, to: usize, at: At, rest: &Rest<'_>) -> bool {
        let view = self.view;
        let mut hit = false;
        match class {
            ClassOf::Fixed(class) => {
                if let Some((given, end)) = self.register_of(class, extra, at, self.glued(from + 1, to)) {
                    hit = true;
                    let binding = Binding::Value { value, given, offset: 0, wrap: 0, class: Some(class), extra, token: at.token };
                    if self.binding(binding, from + 1, to, end, rest) {
                        return true;
                    }
                }
            }
            ClassOf::Table(table) => {
                let Some(keywords) = view.keywords.get(usize::from(table)) else { return false };
                for (entry, words) in (0u16..).zip(keywords.entries.of(view.table.entries)) {
                    let word = words.words.of(view.table.words).first().map_or("", |word| view.table.str(*word));
                    let Some(class) = Class::named(word) else { continue };
                    let Some((given, end)) = self.register_of(class, extra, at, false) else { continue };
                    if self.contradicts(table, entry) {
                        continue;
                    }
                    hit = true;
                    self.bindings.push(Binding::Keyword { table, entry, token: at.token });
                    let binding = Binding::Value { value, given, offset: 0, wrap: 0, class: Some(class), extra, token: at.token };
                    let done = self.binding(binding, from + 1, to, end, rest);
                    self.bindings.pop();
                    if done {
                        return true;
                    }
                }
            }
        }
        if !hit && self.reach.is_some() {
            for (entry, class) in super::choose::classes_of(view, class) {
                let possible = entry.is_none_or(|(table, entry)| !self.contradicts(table, entry));
                if possible {
                    self.fail(at, || super::choose::describe_class(view, class, extra));
                }
            }
        }
        false
    }

    /// A register of the class at `at`, and what follows.
    fn register_of(&self, class: Class, extra: u8, at: At, glued: bool) -> Option<(Given, At)> {
        let set = self.view.table.set;
        match self.token(at)? {
            Token::Word { text, .. } => {
                if let Some(number) = register::number(set, class, text, extra) {
                    return Some((Given::Known(number), at.next()));
                }
                // `za0h`: the number ends where the letters of the keyword begin.
                let letters = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
                let number = register::number(set, class, text.get(..letters)?, extra).filter(|_| glued)?;
                Some((Given::Known(number), At { byte: letters, ..at }))
            }
            Token::Register { class: written, value } => {
                let (low, high) = register::dynamic(set, class, written, extra)?;
                Some((Given::Unknown { value, low, high }, at.next()))
            }
            _ => None,
        }
    }

    fn immediate(&mut self, value: u8, from: usize, to: usize, at: At, rest: &Rest<'_>) -> bool {
        let view = self.view;
        let Some(record) = view.values.get(usize::from(value)) else { return false };
        let float = record.rule.numbers(0) == Numbers::Float;
        if let Some(distance) = self.distance(record, from) {
            if let (true, Some(Token::Number(n))) = (self.punct(at, '+'), self.token(at.next())) {
                return match n == distance {
                    true => self.run(from + 1, to, at.next().next(), rest),
                    false => self.fail(at.next(), || format!("{distance}")),
                };
            }
        }
        let expected = || String::from(if record.kind == Kind::Target { "a label or a distance" } else { "a number" });
        let Some((token, minus, end)) = self.number(at) else { return self.fail(at, expected) };
        let given = match token {
            Token::Number(n) if float => Given::Known(signed_float(n as f64, minus)),
            Token::Float(n) if float => Given::Known(signed_float(n, minus)),
            Token::Word { text: "inf", .. } if record.rule == Rule::Fli => Given::Known(signed_float(f64::INFINITY, minus)),
            Token::Word { text: "nan", .. } if record.rule == Rule::Fli => Given::Known(signed_float(f64::NAN, minus)),
            Token::Word { text: "min", .. } if record.rule == Rule::Fli => Given::Known(signed_float(f64::MIN_POSITIVE, minus)),
            Token::Number(0) if minus && negative_zero(view.table.set, record) == Some(true) => Given::MinusZero,
            Token::Number(0) if minus && negative_zero(view.table.set, record) == Some(false) => return self.fail(at, expected),
            Token::Number(n) => {
                let n = if minus { n.wrapping_neg() } else { n };
                // A 64-bit pattern may be written without a sign.
                let pattern = pattern64(record.rule) && n > i128::from(i64::MAX) && n <= i128::from(u64::MAX);
                let n = complement(record.rule, n).unwrap_or(n);
                match i64::try_from(n) {
                    _ if pattern => Given::Known(n as u64 as i64),
                    Ok(n) => Given::Known(n),
                    Err(_) => Given::Beyond(n),
                }
            }
            Token::Word { text, .. } if view.table.is_register(text) => return self.fail(at, expected),
            Token::Value(value) | Token::Word { value: Some(value), .. } if !minus => {
                Given::Unknown { value, low: i64::MIN, high: i64::MAX }
            }
            Token::Target(target) if !minus && record.kind == Kind::Target => Given::Target(target),
            _ => return self.fail(at, expected),
        };
        let binding = Binding::Value { value, given, offset: 0, wrap: 0, class: None, extra: 0, token: end.token - 1 };
        self.binding(binding, from + 1, to, end, rest)
    }

    /// How far the last number of a span (`0:3`), which is the node `last`, is from the first; it may be written `0:+3`.
    fn distance(&self, value: &Value, last: usize) -> Option<i128> {
        let before = |n: usize| last.checked_sub(n).and_then(|at| self.view.operands.get(at));
        let (Some(Node::Punct(':')), Some(Node::Immediate { value: first, .. })) = (before(1), before(2)) else { return None };
        let first = self.view.values.get(usize::from(*first))?;
        Some(i128::from(value.add) - i128::from(first.add))
    }

    /// Behind the first element of the list `node`, whose brace is the token `open`: the other elements, as a list, as a
    /// range, or as a count (`* 4`) and the distance if that is not 1 (`* 4 / 4`).
    fn elements(&mut self, node: usize, open: usize, at: At, rest: &Rest<'_>) -> bool {
        let view = self.view;
        let Some(Node::List { count, stride, .. }) = view.operands.get(node).copied() else { return false };
        let Some(Node::Register { class: ClassOf::Fixed(class), value, extra, .. }) = view.operands.get(node + 1).copied() else {
            return false;
        };
        let first = At { token: open + 1, byte: 0 };
        let Some((given, _)) = self.register_of(class, extra, first, false) else { return false };
        let wrap = match (view.table.set, class) {
            (Set::A64, Class::P | Class::Pn) => 16,
            (Set::A64, _) => 32,
            _ => 0,
        };
        let suffix = self.tokens.get(open + 2..at.token).unwrap_or(&[]);
        let mark = self.bindings.len();
        let mut elements = 1i64;
        let mut at = at;
        if self.punct(at, '*') {
            let Some(Token::Number(n)) = self.token(at.next()) else {
                return self.fail(at.next(), || String::from("a number of registers"));
            };
            elements = saturate(n);
            at = at.next().next();
            let step = match (self.punct(at, '/'), self.token(at.next())) {
                (true, Some(Token::Number(n))) => {
                    at = at.next().next();
                    n
                }
                _ => 1,
            };
            if step != i128::from(stride) {
                return self.fail(at, || match stride {
                    1 => String::from("`}`: the registers follow one another"),
                    _ => format!("`/ {stride}`: the distance of the registers"),
                });
            }
        } else {
            while self.punct(at, ',') || self.punct(at, '-') {
                let range = self.punct(at, '-');
                let Some((other, end)) = self.register_of(class, extra, at.next(), false) else {
                    self.bindings.truncate(mark);
                    return self.fail(at.next(), || String::from("a register"));
                };
                if self.tokens.get(end.token..end.token + suffix.len()) != Some(suffix) {
                    self.bindings.truncate(mark);
                    return self.fail(end, || String::from("the same suffix as the first register has"));
                }
                let token = at.token + 1;
                at = At { token: end.token + suffix.len(), byte: 0 };
                if range {
                    let (Given::Known(first), Given::Known(last), 1, 1) = (given, other, stride, elements) else {
                        self.bindings.truncate(mark);
                        return self.fail(end, || String::from("a list of registers"));
                    };
                    elements = if wrap > 0 { (last - first).rem_euclid(wrap) + 1 } else { last - first + 1 };
                    break;
                }
                let offset = elements * i64::from(stride);
                self.bindings.push(Binding::Value { value, given: other, offset, wrap, class: Some(class), extra, token });
                elements += 1;
            }
        }
        let done = if !self.punct(at, '}') {
            self.fail(at, || String::from("`}`"))
        } else {
            match count {
                Count::Fixed(count) if i64::from(count) == elements => self.run(0, 0, at.next(), rest),
                Count::Fixed(count) => {
                    self.fail(at, || format!("a list of {count} register{}", if count == 1 { "" } else { "s" }))
                }
                Count::Value(value) => {
                    let binding = Binding::Value {
                        value,
                        given: Given::Known(elements),
                        offset: 0,
                        wrap: 0,
                        class: None,
                        extra: 0,
                        token: open,
                    };
                    self.binding(binding, 0, 0, at.next(), rest)
                }
            }
        };
        self.bindings.truncate(mark);
        done
    }

    /// `r13` for a literal `sp` of the syntax, and so on (A32, T32).
    fn same_register(&self, written: &str, word: &str) -> bool {
        let number = match word {
            "sp" => "r13",
            "lr" => "r14",
            "pc" => "r15",
            _ => return false,
        };
        matches!(self.view.table.set, Set::A32 | Set::T32) && written == number
    }
}

/// The same word; an arrangement may be spelled `b16` for `16b`.
fn same_word(written: &str, word: &str) -> bool {
    if written == word {
        return true;
    }
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let (number, letter) = word.split_at(digits);
    digits > 0 && letter.len() == 1 && written.strip_prefix(letter) == Some(number)
}

/// Whether `#-0` is a number of its own here (ARM: the offset is subtracted); `None` where it is just 0.
pub(super) fn negative_zero(set: Set, value: &Value) -> Option<bool> {
    match value.rule {
        Rule::SignMagnitude => Some(true),
        Rule::Unsigned if matches!(set, Set::A32 | Set::T32) => Some(value.mul < 0 && value.add == 0 && value.table == NONE),
        _ => None,
    }
}

/// The pattern that a literal is, if it is one of fewer than 64 bits with ones in front: `!0xff` (-256), as signed or unsigned
/// 64 bits, is a pattern of 8 to 32 bits.
fn complement(rule: Rule, n: i128) -> Option<i128> {
    let bits = rule.pattern_bits().checked_sub(1)?;
    let ones = if n < 0 { -1 } else { i128::from(u64::MAX) };
    // With a sign bit, too, it is a signed number of so many bits.
    (n >> (bits + 1) == ones >> (bits + 1) && n >> bits != -1).then_some(n & ((2 << bits) - 1))
}

/// Whether the rule's numbers are 64-bit patterns.
fn pattern64(rule: Rule) -> bool {
    rule.numbers(0) == Numbers::Pattern
}

fn saturate(n: i128) -> i64 {
    i64::try_from(n).unwrap_or(if n < 0 { i64::MIN } else { i64::MAX })
}

fn signed_float(n: f64, minus: bool) -> i64 {
    (if minus { -n } else { n }).to_bits() as i64
}
