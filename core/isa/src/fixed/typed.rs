//! Forms by operand types, for encoders that take typed operands instead of text.
//!
//! Everything that is a matter of types is chosen: register classes, arrangements, whether optional text is there. What
//! remains of a form are its numbers, which are the values of an [`crate::encoding::Encoding`].

use super::operand::{Operand, View};
use super::solve::solve;
use super::table::{Class, ClassOf, Count, Flag, Mnemonic, Node, Table, SP};
use super::text::{match_form, Reach, Token};
use crate::choice::Instruction;
use crate::field::Kind;
use crate::rule::Rule;
use alloc::{format, string::String, vec, vec::Vec};

/// The type of an operand. Those marked * have a value, and the values come in this order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperandType {
    /// * A register.
    Register {
        /// Its class.
        class: &'static str,
        /// 31 is the stack pointer (A64), register 13 is allowed (T32).
        sp: bool,
        /// What is written behind it: `.4s`, `/m`, or nothing.
        suffix: String,
        /// * With an element index.
        lane: bool,
    },
    /// * A list of consecutive registers, by the number of the first.
    List {
        /// Class of the registers.
        class: &'static str,
        /// How many.
        count: u8,
        /// Distance of the numbers.
        stride: u8,
        /// What is written behind each.
        suffix: String,
        /// * With an element index.
        lane: bool,
    },
    /// * An integer.
    Immediate,
    /// * A 64-bit pattern.
    Pattern,
    /// * A floating-point number, as the bits of an `f64`.
    Float,
    /// A label ([`Typed::instruction`] has the reference; it is no value).
    Label,
    /// * The code of a word of this table ([`Table::keyword_codes`]).
    Keyword(String),
    /// * The mask of a list of registers 0 to 15.
    Mask,
    /// A word, by itself.
    Word(String),
    /// A number that is part of the syntax.
    Number(i32),
    /// Operands in brackets.
    Memory {
        /// The operands.
        operands: Vec<OperandType>,
        /// With `!` behind the bracket.
        writeback: bool,
    },
    /// Other punctuation.
    Symbol(char),
}

/// A form for operands of certain types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The mnemonic, spelled out.
    pub mnemonic: String,
    /// Types of the operands.
    pub operands: Vec<OperandType>,
    /// The instruction; `pending` has one entry for each value, in order.
    pub instruction: Instruction,
    /// Features that it needs, in words.
    pub features: String,
}

/// The choices that types make for a row: optional text by node, entries by table.
#[derive(Clone, Debug, Default)]
struct Choices {
    present: Vec<(usize, bool)>,
    entries: Vec<(u8, u16)>,
}

impl<'a> Table<'a> {
    /// The forms of a mnemonic for each distinct list of operand types; the preferred form where several have the same.
    pub fn typed(&self, mnemonic: &Mnemonic) -> Vec<Typed> {
        let mut out: Vec<Typed> = Vec::new();
        for used in mnemonic.uses.of(self.uses) {
            let Some(view) = View::new(self, used.form) else { continue };
            for choices in all_choices(&view) {
                let mut writer = Writer { view: &view, choices: &choices, tokens: Vec::new(), values: 0, groups: vec![Vec::new()], open: false };
                if writer.nodes(0, view.operands.len()).is_none() {
                    continue;
                }
                let Some(operands) = writer.groups.pop() else { continue };
                if out.iter().any(|known| known.operands == operands) {
                    continue;
                }
                let mut found = None;
                let spelling = used.choices.of(self.choices);
                match_form(&view, &writer.tokens, &mut Reach::default(), &mut |bindings| {
                    found = solve(&view, used.form, spelling, bindings, None, false).ok();
                    found.is_some()
                });
                let Some(solution) = found else { continue };
                out.push(Typed {
                    mnemonic: String::from(self.str(mnemonic.name)),
                    operands,
                    instruction: solution.instruction,
                    features: super::choose::needs(self, &view),
                });
            }
        }
        out
    }

    /// The words of a keyword table of a form and their codes, synonyms included.
    pub fn keyword_codes(&self, form: u16, table: &str) -> Vec<(&'a str, u32)> {
        let Some(view) = View::new(self, form) else { return Vec::new() };
        let Some(keywords) = view.keywords.iter().find(|keywords| self.str(keywords.name) == table) else { return Vec::new() };
        let entries = keywords.entries.of(self.entries).iter();
        entries.flat_map(|entry| entry.words.of(self.words).iter().map(|word| (self.str(*word), entry.bits))).collect()
    }
}

/// Every combination of optional text and of table entries that types decide.
fn all_choices(view: &View<'_>) -> Vec<Choices> {
    let mut out = vec![Choices::default()];
    let mut multiply = |with: &dyn Fn(&Choices) -> Vec<Choices>| {
        out = out.iter().flat_map(with).collect();
    };
    let mut typed: Vec<u8> = Vec::new();
    for (at, node) in view.operands.iter().enumerate() {
        match *node {
            Node::Optional { flag, .. } if flag != Flag::OutsideIt => multiply(&|choices| {
                [true, false].map(|present| Choices { present: [choices.present.as_slice(), &[(at, present)]].concat(), ..choices.clone() }).to_vec()
            }),
            Node::Register { class: ClassOf::Table(table), .. } => typed.push(table),
            Node::Keyword { table, .. } if by_type(view, at, table) => typed.push(table),
            _ => {}
        }
    }
    typed.sort_unstable();
    typed.dedup();
    for table in typed {
        let entries = view.keywords.get(usize::from(table)).map_or(0, |keywords| keywords.entries.len);
        multiply(&|choices| {
            let each = |entry| Choices { entries: [choices.entries.as_slice(), &[(table, entry)]].concat(), ..choices.clone() };
            (0..entries).map(each).collect()
        });
    }
    out
}

/// Whether the words of a table are types: arrangements, and words that do not say every bit of their code.
fn by_type(view: &View<'_>, at: usize, table: u8) -> bool {
    let before = at.checked_sub(1).and_then(|at| view.operands.get(at));
    matches!(before, Some(Node::Punct('.' | '/') | Node::Glue)) || Operand::of_bits(view, table).is_none()
}

/// Writes the tokens and types of a row for some choices.
struct Writer<'w, 'a> {
    view: &'w View<'a>,
    choices: &'w Choices,
    tokens: Vec<Token<'a>>,
    values: u16,
    groups: Vec<Vec<OperandType>>,
    /// A register or list has just been written, so that `.`, `/` and `[` belong to it.
    open: bool,
}

impl<'a> Writer<'_, 'a> {
    fn value(&mut self) -> u16 {
        self.values += 1;
        self.values - 1
    }

    fn push(&mut self, operand: OperandType) {
        if let Some(group) = self.groups.last_mut() {
            group.push(operand);
        }
    }

    fn entry(&self, table: u8) -> Option<&'a str> {
        let (_, entry) = self.choices.entries.iter().find(|(known, _)| *known == table)?;
        let entry = self.view.entry(table, *entry)?;
        entry.words.of(self.view.table.words).first().map(|word| self.view.table.str(*word))
    }

    fn nodes(&mut self, from: usize, to: usize) -> Option<()> {
        let mut at = from;
        while at < to {
            let node = *self.view.operands.get(at)?;
            at += 1;
            let open = core::mem::replace(&mut self.open, false);
            match node {
                Node::Glue => return None, // `za0h`: not a matter of separate tokens
                Node::Punct('#') => {}
                Node::Punct(c @ ('.' | '/')) if open => {
                    let word = match *self.view.operands.get(at)? {
                        Node::Keyword { table, .. } => self.entry(table)?,
                        Node::Word(text) => self.view.table.str(text),
                        _ => return None,
                    };
                    at += 1;
                    self.tokens.extend([Token::Punct(c), Token::Word { text: word, value: None }]);
                    self.suffix(&format!("{c}{word}"))?;
                    self.open = true;
                }
                Node::Punct('[') if open => {
                    let (Node::Immediate { .. }, Node::Punct(']')) = (self.view.operands.get(at)?, self.view.operands.get(at + 1)?) else { return None };
                    at += 2;
                    let value = self.value();
                    self.tokens.extend([Token::Punct('['), Token::Value(value), Token::Punct(']')]);
                    match self.groups.last_mut()?.last_mut()? {
                        OperandType::Register { lane, .. } | OperandType::List { lane, .. } => *lane = true,
                        _ => return None,
                    }
                }
                Node::Punct(c) => self.punct(c)?,
                Node::Word(text) => {
                    let text = self.view.table.str(text);
                    self.tokens.push(Token::Word { text, value: None });
                    self.push(OperandType::Word(String::from(text)));
                }
                Node::Number(number) => {
                    if number < 0 {
                        self.tokens.push(Token::Punct('-'));
                    }
                    self.tokens.push(Token::Number(i128::from(number).abs()));
                    self.push(OperandType::Number(number));
                }
                Node::Decimal(text) => {
                    let text = self.view.table.str(text);
                    self.tokens.push(Token::Float(text.parse().ok()?));
                    self.push(OperandType::Word(String::from(text)));
                }
                Node::Keyword { table, .. } => match self.entry(table) {
                    Some(word) => {
                        self.tokens.push(match word.parse::<i128>() {
                            Ok(number) => Token::Number(number),
                            Err(_) => Token::Word { text: word, value: None },
                        });
                        self.push(OperandType::Word(String::from(word)));
                    }
                    None => {
                        let value = self.value();
                        self.tokens.push(Token::Code(value));
                        let name = self.view.keywords.get(usize::from(table)).map_or("", |keywords| self.view.table.str(keywords.name));
                        self.push(OperandType::Keyword(String::from(name)));
                    }
                },
                Node::Register { class, extra, .. } => {
                    let class = match class {
                        ClassOf::Fixed(class) => class,
                        ClassOf::Table(table) => Class::named(self.entry(table)?)?,
                    };
                    self.register(class, extra);
                    let sp = extra & SP != 0;
                    self.push(OperandType::Register { class: class.prefix(), sp, suffix: String::new(), lane: false });
                    self.open = true;
                }
                Node::Immediate { value, .. } => self.immediate(value)?,
                Node::Optional { len, .. } => {
                    let end = at + usize::from(len);
                    let node = at - 1;
                    if self.choices.present.iter().any(|(known, present)| *known == node && *present) {
                        self.nodes(at, end)?;
                    }
                    at = end;
                }
                Node::List { len, count, stride } => {
                    let Count::Fixed(count) = count else { return None };
                    let Node::Register { class: ClassOf::Fixed(class), extra, .. } = *self.view.operands.get(at)? else { return None };
                    self.tokens.push(Token::Punct('{'));
                    self.register(class, extra);
                    self.push(OperandType::List { class: class.prefix(), count, stride, suffix: String::new(), lane: false });
                    self.open = true;
                    let end = at + usize::from(len);
                    self.nodes(at + 1, end)?;
                    at = end;
                    self.tokens.extend([Token::Punct('*'), Token::Number(count.into()), Token::Punct('}')]);
                    self.open = true;
                }
                Node::Mask { .. } => {
                    let value = self.value();
                    self.tokens.push(Token::Code(value));
                    self.push(OperandType::Mask);
                }
            }
        }
        Some(())
    }

    fn register(&mut self, class: Class, extra: u8) {
        let value = self.value();
        let class = match class {
            Class::X if extra & SP != 0 => "xsp",
            Class::W if extra & SP != 0 => "wsp",
            class => class.prefix(),
        };
        self.tokens.push(Token::Register { class, value });
    }

    fn suffix(&mut self, text: &str) -> Option<()> {
        match self.groups.last_mut()?.last_mut()? {
            OperandType::Register { suffix, .. } | OperandType::List { suffix, .. } => suffix.push_str(text),
            _ => return None,
        }
        Some(())
    }

    fn punct(&mut self, c: char) -> Option<()> {
        self.tokens.push(Token::Punct(c));
        match c {
            ',' => {}
            '[' => self.groups.push(Vec::new()),
            ']' => {
                let operands = self.groups.pop()?;
                self.push(OperandType::Memory { operands, writeback: false });
            }
            '!' => match self.groups.last_mut()?.last_mut() {
                Some(OperandType::Memory { writeback, .. }) => *writeback = true,
                _ => self.push(OperandType::Symbol('!')),
            },
            c => self.push(OperandType::Symbol(c)),
        }
        Some(())
    }

    fn immediate(&mut self, value: u8) -> Option<()> {
        let record = self.view.values.get(usize::from(value))?;
        if record.kind == Kind::Target && record.relocation.is_some() {
            self.tokens.push(Token::Target(0));
            self.push(OperandType::Label);
            return Some(());
        }
        let number = self.value();
        self.tokens.push(Token::Value(number));
        self.push(match record.rule {
            Rule::Fp8 | Rule::Fli => OperandType::Float,
            Rule::Logical64 | Rule::Not64 | Rule::Wide64 | Rule::NotWide64 | Rule::ByteMask => OperandType::Pattern,
            _ => OperandType::Immediate,
        });
        Some(())
    }
}
