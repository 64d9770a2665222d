//! Slices of tiles and vectors of the array ZA as operand types (SME), and what else has a register and an offset in brackets.

use super::{OperandType, Writer};
use crate::fixed::register;
use crate::fixed::table::{Class, ClassOf, Node, Set};
use crate::fixed::token::Token;
use alloc::{format, string::String};

impl<'a> Writer<'_, 'a> {
    /// Whether a slice of a tile or a vector of the array ZA begins with this node.
    pub(super) fn slice_at(&self, at: usize) -> bool {
        let glued = self.view.operands.get(at + 1) == Some(&Node::Glue);
        match self.view.operands.get(at) {
            Some(Node::Register { class: ClassOf::Fixed(Class::Za), .. }) => glued,
            Some(Node::Word(text)) => glued || self.view.table.set == Set::A64 && self.view.table.str(*text) == "za",
            _ => false,
        }
    }

    /// `ZAt<hv>.S[Wv+12, off2]`, `za.D[Wv+8, off2*2:+1, vgx2]`; the node behind it.
    pub(super) fn slice(&mut self, from: usize) -> Option<usize> {
        let view = self.view;
        let node = |at: usize| view.operands.get(at).copied();
        let mut at = from + 1;
        match node(from)? {
            Node::Word(text) => {
                let text = view.table.str(text);
                self.tokens.push(Token::Word { text, value: None });
                if let Some(number) = register::number(view.table.set, Class::Za, text, 0) {
                    let value = self.value();
                    self.stated.push((value, number));
                }
            }
            _ => {
                self.register(Class::Za, 0);
            }
        }
        let mut direction = None;
        if let (Some(Node::Glue), Some(Node::Keyword { table, .. })) = (node(at), node(at + 1)) {
            let value = self.value();
            self.tokens.push(Token::Code(value));
            direction = Some(String::from(view.table.str(view.keywords.get(usize::from(table))?.name)));
            at += 2;
        }
        let mut suffix = String::new();
        if let (Some(Node::Punct('.')), Some(Node::Word(text))) = (node(at), node(at + 1)) {
            let text = view.table.str(text);
            self.tokens.extend([Token::Punct('.'), Token::Word { text, value: None }]);
            suffix = format!(".{text}");
            at += 2;
        }
        self.expect(at, '[')?;
        let Node::Register { class: ClassOf::Fixed(class), extra, .. } = node(at + 1)? else { return None };
        self.register(class, extra);
        self.expect(at + 2, ',')?;
        let first = self.offset(at + 3)?;
        at += 4;
        let mut count = 1;
        if let (Some(Node::Punct(':')), Some(last)) = (node(at), node(at + 1)) {
            let (last, sign) = match last {
                Node::Immediate { value, .. } => (view.values.get(usize::from(value))?.add, Some(Token::Punct('+'))),
                Node::Number(last) => (last, None),
                _ => return None,
            };
            let distance = last.checked_sub(first)?;
            self.tokens.push(Token::Punct(':'));
            self.tokens.extend(sign);
            self.tokens.push(Token::Number(distance.into()));
            count = distance.checked_add(1)?;
            at += 2;
        }
        let mut groups = 0;
        match node(at)? {
            // Text that says again what the other operands say.
            Node::Optional { len, .. } => at += 1 + usize::from(len),
            Node::Punct(',') => {
                self.literal(at)?;
                groups = self.literal(at + 1)?.strip_prefix("vgx")?.parse().ok()?;
                at += 2;
            }
            _ => {}
        }
        self.expect(at, ']')?;
        self.push(OperandType::Slice { direction, suffix, count: u8::try_from(count).ok()?, groups });
        Some(at + 1)
    }

    /// `[Wv+12, i]` of a predicate, from behind the bracket; the node behind it.
    pub(super) fn selected(&mut self, at: usize) -> Option<usize> {
        let Node::Register { class: ClassOf::Fixed(index), extra, .. } = *self.view.operands.get(at)? else { return None };
        self.tokens.push(Token::Punct('['));
        self.register(index, extra);
        self.expect(at + 1, ',')?;
        self.offset(at + 2)?;
        self.expect(at + 3, ']')?;
        let operand = self.groups.last_mut()?.last_mut()?;
        let OperandType::Register { class, suffix, lane: false } = operand else { return None };
        *operand = OperandType::Selected { class, suffix: core::mem::take(suffix) };
        Some(at + 4)
    }

    /// Writes the offset of a slice. Its smallest number.
    fn offset(&mut self, at: usize) -> Option<i32> {
        let number = self.value();
        match *self.view.operands.get(at)? {
            Node::Immediate { value, .. } => {
                self.tokens.push(Token::Value(number));
                self.view.values.get(usize::from(value)).map(|value| value.add)
            }
            Node::Number(stated) => {
                self.tokens.push(Token::Number(stated.into()));
                self.stated.push((number, stated.into()));
                Some(stated)
            }
            _ => None,
        }
    }

    /// Writes punctuation that must stand here.
    pub(super) fn expect(&mut self, at: usize, c: char) -> Option<()> {
        self.tokens.push(Token::Punct(c));
        (self.view.operands.get(at) == Some(&Node::Punct(c))).then_some(())
    }

    /// Writes punctuation or a word as a token without a meaning of its own; the word.
    pub(super) fn literal(&mut self, at: usize) -> Option<&'a str> {
        match *self.view.operands.get(at)? {
            Node::Punct(c) => {
                self.tokens.push(Token::Punct(c));
                Some("")
            }
            Node::Word(text) => {
                let text = self.view.table.str(text);
                self.tokens.push(Token::Word { text, value: None });
                Some(text)
            }
            _ => None,
        }
    }
}
