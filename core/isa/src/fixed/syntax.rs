//! Forms as the manuals write them: `ADD <Xd|SP>, <Xn|SP>, #<imm12>{, LSL #<0|12>}`, from the syntax of the row.
//!
//! Where the row gives the class of a register by a table (`<R>d`), the manual has a line for each word; so has
//! [`Syntax::variants`].

use super::table::{Class, ClassOf, Count, Entry, Form, Keywords, Node, Table, Text, Value, NONE, PC, SP, ZR};
use crate::field::Kind;
use core::fmt::{Display, Formatter, Result, Write};

/// The most words of a table that are written out.
const MAX_WORDS: usize = 3;

/// A class table of a form and the number of the entry that is meant.
type Chosen = Option<(u8, u16)>;

/// Mnemonic and operands of a form.
#[derive(Clone, Copy, Debug)]
pub struct Syntax<'a> {
    table: Table<'a>,
    form: &'a Form,
    /// The words of up to two class tables.
    classes: [Chosen; 2],
}

impl<'a> Table<'a> {
    /// A form as the manual writes it; where a table gives the class of its registers, with the table's name.
    pub fn syntax(&self, form: u16) -> Option<Syntax<'a>> {
        let form = self.forms.get(usize::from(form))?;
        Some(Syntax { table: *self, form, classes: [None; 2] })
    }
}

/// Text in upper case.
struct Upper<'f, 'w>(&'f mut Formatter<'w>);

impl Write for Upper<'_, '_> {
    fn write_str(&mut self, text: &str) -> Result {
        text.chars().try_for_each(|letter| self.0.write_char(letter.to_ascii_uppercase()))
    }
}

/// What was written last, as far as a blank depends on it.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// A word, number or operand.
    Word,
    /// A comma, or the brace in front of a list.
    Apart,
    /// Anything that what follows is attached to.
    Attached,
    /// A part of the mnemonic, in which there are no blanks.
    Mnemonic,
}

impl<'a> Syntax<'a> {
    fn keywords(&self, table: u8) -> Option<&'a Keywords> {
        self.form.keywords.of(self.table.keywords).get(usize::from(table))
    }

    fn entries(&self, table: u8) -> &'a [Entry] {
        self.keywords(table).map_or(&[], |keywords| keywords.entries.of(self.table.entries))
    }

    /// The printed word of an entry.
    fn word(&self, entry: &Entry) -> &'a str {
        entry.words.of(self.table.words).first().map_or("", |word| self.table.str(*word))
    }

    /// The different words of a table; `None` if there are more than [`MAX_WORDS`].
    fn words(&self, table: u8) -> Option<[&'a str; MAX_WORDS]> {
        let mut found = [""; MAX_WORDS];
        let mut count = 0;
        for entry in self.entries(table) {
            let word = self.word(entry);
            if !found.get(..count)?.contains(&word) {
                *found.get_mut(count)? = word;
                count = count.saturating_add(1);
            }
        }
        (!self.keywords(table)?.open).then_some(found)
    }

    /// The tables that give a register's class, in the order of the text, each once.
    fn class_tables(&self) -> [Option<u8>; 2] {
        let mut found = [None; 2];
        for node in self.form.operands.of(self.table.nodes) {
            let Node::Register { class: ClassOf::Table(table), .. } = node else { continue };
            if !found.contains(&Some(*table)) {
                if let Some(free) = found.iter_mut().find(|place| place.is_none()) {
                    *free = Some(*table);
                }
            }
        }
        found
    }

    /// The lines that the manual has for the form: one for each class of registers.
    pub fn variants(self) -> impl Iterator<Item = Syntax<'a>> {
        let [first, second] = self.class_tables();
        let numbers = move |table: Option<u8>| {
            let count = table.map_or(1, |table| self.entries(table).len());
            (0..count).filter_map(move |number| {
                let Some(table) = table else { return Some(None) };
                let entries = self.entries(table);
                let word = self.word(entries.get(number)?);
                // Several codes of a word are one line.
                let known = entries.get(..number)?.iter().any(|entry| self.word(entry) == word);
                (!known).then_some(Some((table, number as u16)))
            })
        };
        numbers(first)
            .flat_map(move |first| numbers(second).map(move |second| Syntax { classes: [first, second], ..self }))
            .filter(|variant| variant.is_consistent())
    }

    /// Whether the words of both class tables may stand together: they may be given by the same bits.
    fn is_consistent(&self) -> bool {
        let [Some((a, m)), Some((b, n))] = self.classes else { return true };
        let (Some(one), Some(other)) = (self.keywords(a), self.keywords(b)) else { return true };
        let entries = self.entries(a).get(usize::from(m)).zip(self.entries(b).get(usize::from(n)));
        one.parts.of(self.table.parts) != other.parts.of(self.table.parts)
            || entries.is_none_or(|(a, b)| (a.bits ^ b.bits) & a.mask & b.mask == 0)
    }

    fn value(&self, value: u8) -> Option<&'a Value> {
        self.form.values.of(self.table.values).get(usize::from(value))
    }

    /// The name of a value's first field.
    fn field(&self, value: &Value) -> &'a str {
        let slots = self.form.slots.of(self.table.slots);
        let first = value.parts.of(self.table.parts).first().and_then(|slot| slots.get(usize::from(*slot)));
        first.map_or("", |slot| self.table.str(slot.name))
    }

    /// Writes nodes; `element`: which register of a list is written, from 1.
    fn list(&self, nodes: &[Node], last: &mut Last, element: u8, f: &mut Formatter<'_>) -> Result {
        let mut at = 0usize;
        let mut glued = false;
        while let Some(node) = nodes.get(at) {
            at = at.saturating_add(1);
            let mut inner = |len: u16| {
                let start = at;
                at = at.saturating_add(len.into());
                nodes.get(start..at).unwrap_or(&[])
            };
            let blank = match node {
                Node::Punct(c) => *c == '#' && *last == Last::Word && !glued || *last == Last::Apart,
                Node::Glue | Node::Optional { .. } => false,
                _ => matches!(*last, Last::Word | Last::Apart) && !glued,
            };
            if blank {
                f.write_char(' ')?;
            }
            glued = *node == Node::Glue;
            match *node {
                Node::Punct(c) => f.write_char(c)?,
                Node::Word(text) | Node::Decimal(text) => Upper(f).write_str(self.table.str(text))?,
                Node::Number(number) => write!(f, "{number}")?,
                Node::Glue => continue,
                Node::Keyword { table, .. } => self.keyword(table, f)?,
                Node::Register { class, value, extra, sign, .. } => {
                    f.write_str(if sign == NONE { "" } else { "{+/-}" })?;
                    self.register(class, value, extra, element, f)?;
                }
                Node::Immediate { value, hash, .. } => self.immediate(value, hash, f)?,
                Node::Optional { len, .. } => {
                    f.write_char('{')?;
                    let mut within = if *last == Last::Apart { Last::Attached } else { *last };
                    self.list(inner(len), &mut within, element, f)?;
                    f.write_char('}')?;
                }
                Node::List { len, count, .. } => self.registers(inner(len), count, f)?,
                Node::Mask { .. } => f.write_str("<registers>")?,
                Node::Tiles { .. } => f.write_str("{ <mask> }")?,
            }
            *last = match *node {
                _ if *last == Last::Mnemonic => Last::Mnemonic,
                Node::Punct(',') => Last::Apart,
                Node::Punct(']' | '}' | '!') => Last::Word,
                Node::Punct(_) => Last::Attached,
                _ => Last::Word,
            };
        }
        Ok(())
    }

    /// `{ <Vt>.<T>, <Vt2>.<T> }`, and the first and the last of more.
    fn registers(&self, element: &[Node], count: Count, f: &mut Formatter<'_>) -> Result {
        let between = match count {
            Count::Fixed(3..) => "-",
            Count::Value(_) => ", .., ",
            Count::Fixed(_) => ", ",
        };
        f.write_str("{ ")?;
        self.list(element, &mut Last::Attached, 1, f)?;
        match count {
            Count::Fixed(0 | 1) => {}
            Count::Fixed(last) => {
                f.write_str(between)?;
                self.list(element, &mut Last::Attached, last, f)?;
            }
            Count::Value(_) => f.write_str(between.trim_end_matches([',', ' ']))?,
        }
        f.write_str(" }")
    }

    fn keyword(&self, table: u8, f: &mut Formatter<'_>) -> Result {
        match self.words(table) {
            Some([only, "", ..]) => return Upper(f).write_str(only),
            Some([first, others @ ..]) => {
                f.write_char('<')?;
                Upper(f).write_str(first)?;
                for word in others.into_iter().filter(|word| !word.is_empty()) {
                    write!(Upper(f), "|{word}")?;
                }
                return f.write_char('>');
            }
            None => {}
        }
        f.write_char('<')?;
        self.table.keyword_name(self.form, table, f)?;
        f.write_char('>')
    }

    fn register(&self, class: ClassOf, value: u8, extra: u8, element: u8, f: &mut Formatter<'_>) -> Result {
        let Some(value) = self.value(value) else { return Ok(()) };
        let field = self.field(value);
        let chosen = |table: u8| self.classes.iter().flatten().find(|(known, _)| *known == table).map(|(_, entry)| *entry);
        let letters = match class {
            ClassOf::Fixed(class) => class_letters(class),
            ClassOf::Table(table) => match chosen(table).and_then(|entry| self.entries(table).get(usize::from(entry))) {
                Some(entry) => self.word(entry),
                None => "R",
            },
        };
        f.write_char('<')?;
        let wide = letters.len();
        match field.split_at_checked(wide) {
            // A field of the register's own name.
            Some((front, rest)) if front.eq_ignore_ascii_case(letters) => {
                Upper(f).write_str(front)?;
                f.write_str(rest)?;
            }
            _ => {
                Upper(f).write_str(letters)?;
                f.write_str(field.get(1..).unwrap_or(""))?;
            }
        }
        if element > 1 {
            write!(f, "{element}")?;
        }
        let (sp, pc) = (extra & SP != 0, extra & PC != 0);
        if sp {
            f.write_str(if letters.eq_ignore_ascii_case("w") { "|WSP" } else { "|SP" })?;
        }
        if pc {
            f.write_str("|PC")?;
        }
        if extra & ZR != 0 {
            f.write_str("|ZR")?;
        }
        f.write_char('>')
    }

    fn immediate(&self, value: u8, hash: bool, f: &mut Formatter<'_>) -> Result {
        let Some(value) = self.value(value) else { return Ok(()) };
        if value.kind == Kind::Target {
            return f.write_str("<label>");
        }
        f.write_str(if hash { "#" } else { "" })?;
        f.write_str(if value.mul < 0 && value.add == 0 && value.table == NONE { "-<" } else { "<" })?;
        self.table.value_name(self.form, value, f)?;
        // The last of a range of offsets: `<off2>:<off2>+1`.
        let same =
            self.form.values.of(self.table.values).iter().find(|first| first.parts == value.parts && first.rule == value.rule);
        match same.map_or(0, |first| value.add.saturating_sub(first.add)) {
            0 => f.write_char('>'),
            more => write!(f, ">{more:+}"),
        }
    }

    /// Whether this is the line for a register that is written so, as far as a table gives a class.
    #[cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb", feature = "rows")))]
    pub(super) fn has_class_of(&self, word: &str) -> bool {
        let entry = |(table, entry): &(u8, u16)| self.entries(*table).get(usize::from(*entry));
        let class = |entry: &Entry| Class::named(self.word(entry));
        let named = |class: Class| super::register::number(self.table.set, class, word, SP).is_some();
        self.classes.iter().flatten().filter_map(entry).filter_map(class).any(named)
    }
}

impl Table<'_> {
    /// The name of a keyword table in a form's text: the manual's `T`, `Ta`, `Tb` for arrangements.
    pub(super) fn keyword_name(&self, form: &Form, table: u8, f: &mut dyn Write) -> Result {
        let tables = form.keywords.of(self.keywords);
        let name = |keywords: &Keywords| self.str(keywords.name);
        let arrangement = |keywords: &Keywords| name(keywords).starts_with('T');
        let Some(own) = tables.get(usize::from(table)) else { return Ok(()) };
        if !arrangement(own) {
            return f.write_str(name(own).trim_end_matches(|letter: char| letter.is_ascii_digit()));
        }
        f.write_char('T')?;
        if tables.iter().filter(|keywords| arrangement(keywords)).count() > 1 {
            let before = tables.iter().take(table.into()).filter(|keywords| arrangement(keywords)).count();
            f.write_char(char::from(b'a'.saturating_add(before as u8)))?;
        }
        Ok(())
    }

    /// The name of a number in a form's text: its field, or `imm` if it has several.
    pub(super) fn value_name(&self, form: &Form, value: &Value, f: &mut dyn Write) -> Result {
        let slots = form.slots.of(self.slots);
        let part = |slot: &u8| slots.get(usize::from(*slot)).map_or(Text::default(), |slot| slot.name);
        match value.parts.of(self.parts) {
            [slot] if part(slot).len > 1 => f.write_str(self.str(part(slot))),
            // The bit of an index of two elements.
            [slot] if self.str(part(slot)).starts_with(|letter: char| letter.is_ascii_uppercase()) => f.write_str("index"),
            _ => f.write_str("imm"),
        }
    }
}

/// The letters of a class in the manual.
const fn class_letters(class: Class) -> &'static str {
    match class {
        Class::W => "W",
        Class::X => "X",
        Class::B => "B",
        Class::H => "H",
        Class::S => "S",
        Class::D => "D",
        Class::Q => "Q",
        Class::V => "V",
        Class::Z => "Z",
        Class::P => "P",
        Class::Pn => "PN",
        Class::Za => "ZA",
        Class::R => "R",
        Class::RvInteger => "r",
        Class::RvFloat => "f",
        Class::RvVector => "v",
    }
}

impl Display for Syntax<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.list(self.form.mnemonic.of(self.table.nodes), &mut Last::Mnemonic, 0, f)?;
        if self.form.operands.len != 0 {
            f.write_char(' ')?;
        }
        self.list(self.form.operands.of(self.table.nodes), &mut Last::Attached, 0, f)
    }
}
