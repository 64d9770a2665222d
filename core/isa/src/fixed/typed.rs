//! Forms by operand types, for encoders that take typed operands instead of text.
//!
//! Everything that is a matter of types is chosen: register classes, arrangements, whether optional text is there. What
//! remains of a form are its numbers, which are the values of an [`crate::encoding::Encoding`].

mod choices;
mod slice;

use self::choices::{all_choices, number, numbers, Choices};
use super::operand::View;
use super::register;
use super::solve::{solve, Solution};
use super::table::{Class, ClassOf, Count, Mnemonic, Node, Set, Table, ASM, SP};
use super::text::match_form;
use super::token::Token;
use crate::choice::{Instruction, Pending};
use crate::encoding::Order;
use crate::field::{Field, Kind};
use crate::rule::{Numbers, Rule};
use alloc::{boxed::Box, format, string::String, vec, vec::Vec};

/// The type of an operand. Those marked * have a value, and the values come in this order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperandType {
    /// * A register.
    Register {
        /// Its class as a run-time register is written: `x`, `xsp`, `v`, `r`, ..
        class: &'static str,
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
    /// * A floating-point number, as the bits of an `f64`.
    Float,
    /// A label ([`Typed::instruction`] has the reference; it is no value).
    Label,
    /// * The code of a word of this table ([`Table::keyword_codes`]).
    Keyword(String),
    /// * The mask of a list of registers 0 to 15.
    Mask,
    /// * The mask of a list of tiles.
    Tiles,
    /// Slices of a tile or vectors of the array ZA: * the tile and * its direction, * the register and * the (first) offset.
    Slice {
        /// The table of directions; `None` for the array.
        direction: Option<String>,
        /// What is written behind it: `.s`, or nothing.
        suffix: String,
        /// How many follow one another.
        count: u8,
        /// How many groups of vectors (`vgx2`), where the text must say it; else 0.
        groups: u8,
    },
    /// * A register with an element by the sum of * a register and * an offset: `p1.b[w12, 3]`.
    Selected {
        /// Its class.
        class: &'static str,
        /// What is written behind it.
        suffix: String,
    },
    /// A word with * an index.
    Indexed {
        /// The word.
        word: String,
        /// The index counts vector lengths: `, mul vl`.
        scaled: bool,
    },
    /// A word, by itself.
    Word(String),
    /// A word and what it applies to, without a comma between them: `lsl #n`, `lsr r1`.
    Applied {
        /// The word.
        word: String,
        /// What follows it.
        to: Box<OperandType>,
    },
    /// Operands in brackets.
    Memory {
        /// The operands.
        operands: Vec<OperandType>,
        /// With `!` behind the bracket.
        writeback: bool,
    },
    /// A register with `!` behind it.
    Writeback(Box<OperandType>),
}

/// A form for operands of certain types.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed<'a> {
    /// Types of the operands.
    pub operands: Vec<OperandType>,
    /// The instruction; `pending` has one entry for each value, in order. A value that the text states (`sp`, `#32`) has a
    /// field without bits, whose limits are that value.
    pub instruction: Instruction,
    /// Values that are 64-bit patterns, one bit each: a `u64` above `i64::MAX` is as good as its negative twin.
    pub patterns: u8,
    /// The operands as text, with `Value`, `Register` and `Code` tokens of the values' numbers.
    pub tokens: Vec<Token<'a>>,
    /// The row is another spelling, which is considered last.
    pub asm: bool,
}

impl<'a> Table<'a> {
    /// The forms of a mnemonic by operand types, in order of preference. Several may have the same types: their values
    /// decide, the first that takes them all is the one.
    pub fn typed(&self, mnemonic: &Mnemonic) -> Vec<Typed<'a>> {
        let mut out: Vec<Typed<'a>> = Vec::new();
        for used in mnemonic.uses.of(self.uses) {
            let Some(view) = View::new(self, used.form) else { continue };
            for choices in all_choices(&view) {
                let mut writer = Writer {
                    view: &view,
                    choices: &choices,
                    tokens: Vec::new(),
                    values: 0,
                    patterns: 0,
                    stated: Vec::new(),
                    masks: Vec::new(),
                    groups: vec![Vec::new()],
                    open: false,
                    comma: false,
                };
                if writer.nodes(0, view.operands.len()).is_none() {
                    continue;
                }
                let Some(operands) = writer.groups.pop() else { continue };
                let mut found = None;
                let spelling = used.choices.of(self.choices);
                match_form(&view, &writer.tokens, None, &mut |bindings| {
                    found = solve(&view, used.form, spelling, bindings, None, false).ok();
                    found.is_some()
                });
                let Some(Solution { mut instruction, .. }) = found else { continue };
                for (value, number) in &writer.stated {
                    state(&mut instruction, *value, *number);
                }
                if !writer.masks.iter().all(|value| as_mask(&mut instruction, *value).is_some()) {
                    continue;
                }
                let in_order = instruction.pending.iter().map(|pending| pending.value).eq(0..writer.values);
                let same = |known: &Typed<'_>| known.operands == operands && known.instruction == instruction;
                if !in_order || out.iter().any(same) {
                    continue;
                }
                let asm = view.form.flags & ASM != 0;
                out.push(Typed { operands, instruction, patterns: writer.patterns, tokens: writer.tokens, asm });
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

/// Makes `value` one that can only be `number`, and that has no bits.
fn state(instruction: &mut Instruction, value: u16, number: i64) {
    let Some(at) = instruction.pending.iter().position(|pending| pending.value >= value).or(Some(instruction.pending.len()))
    else {
        return;
    };
    let field = Field { len: 0, min: number, max: number, ..Field::new(Kind::Immediate, Rule::Extended64, 64, 0) };
    instruction.pending.insert(at, Pending { value, field });
    let shift = |index: &mut u8| *index += u8::from(usize::from(*index) >= at);
    for derived in &mut instruction.derived {
        derived.sum.terms.iter_mut().for_each(|(index, _)| shift(index));
    }
    for relation in &mut instruction.relations {
        shift(&mut relation.blame);
        for compare in relation.any.iter_mut().flatten() {
            compare.left.terms.iter_mut().for_each(|(index, _)| shift(index));
        }
    }
}

/// Makes a register number the mask of a list that has only this register. `None` if that cannot be said.
fn as_mask(instruction: &mut Instruction, value: u16) -> Option<()> {
    let at = instruction.pending.iter().position(|pending| pending.value == value)?;
    let field = &mut instruction.pending.get_mut(at)?.field;
    if (field.rule, field.mul, field.add) != (Rule::Unsigned, 1, 0) {
        return None;
    }
    let bit = |number: i64| 1i64.checked_shl(u32::try_from(number).ok()?);
    field.rule = Rule::Log2;
    field.min = if field.min == i64::MIN { field.min } else { bit(field.min)? };
    field.max = if field.max == i64::MAX { field.max } else { bit(field.max)? };
    let at = u8::try_from(at).ok()?;
    for compare in instruction.relations.iter_mut().flat_map(|relation| relation.any.iter_mut().flatten()) {
        let left = &mut compare.left;
        match (left.terms, compare.order) {
            // Not this register: not its bit alone.
            ([(n, 1), (_, 0), ..], Order::NotEqual) if n == at => left.constant = -bit(-left.constant)?,
            // Not another operand's register: that is not in the list.
            ([(n, _), (m, _), (_, 0), _], Order::NotEqual) if left.constant == 0 && (n == at || m == at) => {
                let other = if n == at { m } else { n };
                left.terms = [(other, 1), (at, 1), (0, 0), (0, 0)];
                compare.order = Order::NotIn;
            }
            (terms, _) if terms.iter().all(|(n, factor)| *n != at || *factor == 0) => {}
            _ => return None,
        }
    }
    instruction.derived.iter().all(|derived| derived.sum.terms.iter().all(|(n, factor)| *n != at || *factor == 0)).then_some(())
}

/// Writes the tokens and types of a row for some choices.
struct Writer<'w, 'a> {
    view: &'w View<'a>,
    choices: &'w Choices,
    tokens: Vec<Token<'a>>,
    values: u16,
    patterns: u8,
    /// Values that the text states.
    stated: Vec<(u16, i64)>,
    /// Registers that are given as the mask of a list.
    masks: Vec<u16>,
    groups: Vec<Vec<OperandType>>,
    /// A register or list has just been written, so that `.`, `/` and `[` belong to it.
    open: bool,
    /// A comma or bracket has just been written: what follows is an operand of its own.
    comma: bool,
}

impl<'a> Writer<'_, 'a> {
    fn value(&mut self) -> u16 {
        self.values += 1;
        self.values - 1
    }

    /// Adds an operand; behind a word without a comma, as what the word applies to.
    fn push(&mut self, operand: OperandType) {
        let comma = core::mem::replace(&mut self.comma, false);
        let Some(group) = self.groups.last_mut() else { return };
        match group.last_mut() {
            Some(OperandType::Word(word)) if !comma => {
                let word = core::mem::take(word);
                group.pop();
                group.push(OperandType::Applied { word, to: Box::new(operand) });
            }
            _ => group.push(operand),
        }
    }

    /// Adds an operand whose value the text states.
    fn stated(&mut self, operand: OperandType, number: i64) {
        let value = self.value();
        self.stated.push((value, number));
        self.push(operand);
    }

    /// Adds a word: a register, a number, or a type of its own.
    fn word(&mut self, text: &'a str) {
        if let Ok(number) = text.parse::<i64>() {
            self.tokens.push(Token::Number(number.into()));
            return self.stated(OperandType::Immediate, number);
        }
        if let Some(number) = number(text) {
            self.tokens.push(Token::Float(number));
            return self.stated(OperandType::Float, number.to_bits() as i64);
        }
        self.tokens.push(Token::Word { text, value: None });
        let set = self.view.table.set;
        for class in register::classes(set) {
            for extra in [0, SP] {
                if let Some(number) = register::number(set, *class, text, extra) {
                    let operand =
                        OperandType::Register { class: written(set, *class, extra), suffix: String::new(), lane: false };
                    return self.stated(operand, number);
                }
            }
        }
        self.push(OperandType::Word(String::from(text)));
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
            if self.slice_at(at - 1) {
                at = self.slice(at - 1)?;
                continue;
            }
            match node {
                Node::Glue => return None, // only in slices
                Node::Punct('#') => {}
                Node::Punct(c @ ('{' | '}')) => self.tokens.push(Token::Punct(c)),
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
                Node::Punct('[') if open && matches!(self.view.operands.get(at), Some(Node::Register { .. })) => {
                    at = self.selected(at)?;
                }
                Node::Punct('[') if open => {
                    let value = self.value();
                    let index = match self.view.operands.get(at)? {
                        Node::Immediate { .. } => Token::Value(value),
                        Node::Number(number) => {
                            self.stated.push((value, (*number).into()));
                            Token::Number((*number).into())
                        }
                        _ => return None,
                    };
                    self.tokens.extend([Token::Punct('['), index]);
                    at += 1;
                    let scaled = self.view.operands.get(at) == Some(&Node::Punct(','));
                    while let Some(Node::Punct(',') | Node::Word(_)) = self.view.operands.get(at) {
                        self.literal(at)?;
                        at += 1;
                    }
                    self.expect(at, ']')?;
                    at += 1;
                    match self.groups.last_mut()?.last_mut()? {
                        OperandType::Register { lane, .. } | OperandType::List { lane, .. } if !scaled => *lane = true,
                        operand @ OperandType::Word(_) => {
                            let OperandType::Word(word) = operand else { return None };
                            *operand = OperandType::Indexed { word: core::mem::take(word), scaled };
                        }
                        _ => return None,
                    }
                }
                Node::Punct(c) => self.punct(c)?,
                Node::Word(text) => {
                    self.word(self.view.table.str(text));
                    self.open = match self.groups.last().and_then(|group| group.last()) {
                        Some(OperandType::Register { .. }) => true,
                        Some(OperandType::Word(word)) => word == "zt0",
                        _ => false,
                    };
                }
                Node::Number(number) => {
                    if number < 0 {
                        self.tokens.push(Token::Punct('-'));
                    }
                    self.tokens.push(Token::Number(i128::from(number).abs()));
                    self.stated(OperandType::Immediate, number.into());
                }
                Node::Decimal(text) => {
                    let number: f64 = self.view.table.str(text).parse().ok()?;
                    self.tokens.push(Token::Float(number));
                    self.stated(OperandType::Float, number.to_bits() as i64);
                }
                Node::Keyword { table, .. } => match self.entry(table) {
                    Some("") => {}
                    Some(word) => self.word(word),
                    None if numbers(self.view, table) || self.choices.second.contains(&(at - 1)) => {
                        let value = self.value();
                        self.tokens.push(Token::Value(value));
                        self.push(OperandType::Immediate);
                    }
                    None => {
                        let value = self.value();
                        self.tokens.push(Token::Code(value));
                        let name =
                            self.view.keywords.get(usize::from(table)).map_or("", |keywords| self.view.table.str(keywords.name));
                        self.push(OperandType::Keyword(String::from(name)));
                    }
                },
                Node::Register { class, extra, .. } => {
                    let class = match class {
                        ClassOf::Fixed(class) => class,
                        ClassOf::Table(table) => Class::named(self.entry(table)?)?,
                    };
                    let extra = if self.choices.second.contains(&(at - 1)) { extra & !SP } else { extra };
                    let class = self.register(class, extra);
                    self.push(OperandType::Register { class, suffix: String::new(), lane: false });
                    self.open = true;
                }
                Node::Immediate { value, .. } => self.immediate(value, self.choices.second.contains(&(at - 1)))?,
                Node::Optional { len, .. } => {
                    let end = at + usize::from(len);
                    let node = at - 1;
                    if self.choices.present.iter().any(|(known, present)| *known == node && *present) {
                        self.open = open;
                        self.nodes(at, end)?;
                    }
                    at = end;
                }
                Node::List { len, count, stride } => {
                    let Count::Fixed(count) = count else { return None };
                    let Node::Register { class: ClassOf::Fixed(class), extra, .. } = *self.view.operands.get(at)? else {
                        return None;
                    };
                    self.tokens.push(Token::Punct('{'));
                    let class = self.register(class, extra);
                    let single = class == "r" && count == 1;
                    if single {
                        self.masks.push(self.values - 1);
                        self.push(OperandType::Mask);
                        self.tokens.push(Token::Punct('}'));
                        at += usize::from(len);
                        continue;
                    }
                    self.push(OperandType::List { class, count, stride, suffix: String::new(), lane: false });
                    self.open = true;
                    let end = at + usize::from(len);
                    self.nodes(at + 1, end)?;
                    at = end;
                    self.tokens.extend([Token::Punct('*'), Token::Number(count.into())]);
                    if stride > 1 {
                        self.tokens.extend([Token::Punct('/'), Token::Number(stride.into())]);
                    }
                    self.tokens.push(Token::Punct('}'));
                    self.open = true;
                }
                Node::Mask { .. } | Node::Tiles { .. } => {
                    let value = self.value();
                    self.tokens.push(Token::Code(value));
                    self.push(if matches!(node, Node::Tiles { .. }) { OperandType::Tiles } else { OperandType::Mask });
                }
            }
        }
        Some(())
    }

    fn register(&mut self, class: Class, extra: u8) -> &'static str {
        let value = self.value();
        let class = written(self.view.table.set, class, extra);
        self.tokens.push(Token::Register { class, value });
        class
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
            ',' => self.comma = true,
            '[' => {
                self.groups.push(Vec::new());
                self.comma = true;
            }
            ']' => {
                let operands = self.groups.pop()?;
                self.comma = true;
                self.push(OperandType::Memory { operands, writeback: false });
            }
            '!' => {
                let group = self.groups.last_mut()?;
                match group.pop()? {
                    OperandType::Memory { operands, .. } => group.push(OperandType::Memory { operands, writeback: true }),
                    register @ OperandType::Register { .. } => group.push(OperandType::Writeback(Box::new(register))),
                    _ => return None,
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn immediate(&mut self, value: u8, distance: bool) -> Option<()> {
        let record = self.view.values.get(usize::from(value))?;
        if record.kind == Kind::Target && record.relocation.is_some() && !distance {
            self.tokens.push(Token::Target(0));
            self.push(OperandType::Label);
            return Some(());
        }
        let number = self.value();
        self.tokens.push(Token::Value(number));
        // No value of these instruction sets is a plain number of 64 bits, so the width does not matter.
        let numbers = record.rule.numbers(0);
        self.patterns |= u8::from(numbers == Numbers::Pattern).checked_shl(number.into()).unwrap_or(0);
        self.push(if numbers == Numbers::Float { OperandType::Float } else { OperandType::Immediate });
        Some(())
    }
}

/// How a run-time register is written.
fn written(set: Set, class: Class, extra: u8) -> &'static str {
    match class {
        Class::X if set == Set::A64 && extra & SP != 0 => "xsp",
        Class::W if set == Set::A64 && extra & SP != 0 => "wsp",
        class => class.prefix(),
    }
}
