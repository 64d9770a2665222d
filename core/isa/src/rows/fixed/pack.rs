//! Packs rows: lists that occur in several rows are stored once, and mnemonics are spelled out and sorted.

use super::model::{Fail, Keywords, Names, Row, Spot, Value};
use super::Rows;
use crate::field::{Field, Kind, Piece, MAX_PIECES};
use crate::fixed::table::{
    Constraint, Cpu, Entry, Equation, Feature, Features, Flag, Form, Keywords as PackedKeywords, Letter, Mnemonic, Node, Run,
    Set, Slot, Spelling, Table, Term, Test, Text, Use, Value as PackedValue, ASM,
};
use crate::relocation::{Origin, Relocation};
use crate::rows::source::{Place, Source};
use crate::rule::Rule;
use std::collections::{BTreeMap, HashMap};
use std::format;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::string::{String, ToString};
use std::vec::Vec;

/// An array whose repeated runs are stored once.
#[derive(Debug)]
struct Pool<T> {
    all: Vec<T>,
    /// Runs by the hash of their records, or by the next number that was free. (One type of map for all pools: this is
    /// compiled with every build script.)
    known: HashMap<u64, Run>,
}

impl<T: Clone + Eq + Hash> Pool<T> {
    fn new() -> Pool<T> {
        Pool { all: Vec::new(), known: HashMap::new() }
    }

    fn add(&mut self, mut list: Vec<T>) -> Run {
        if list.is_empty() {
            return Run::default();
        }
        let mut hasher = DefaultHasher::new();
        list.hash(&mut hasher);
        let mut key = hasher.finish();
        while let Some(run) = self.known.get(&key) {
            if run.of(&self.all) == list {
                return *run;
            }
            key = key.wrapping_add(1);
        }
        let run = Run { at: self.all.len() as u32, len: list.len() as u16 };
        self.all.append(&mut list);
        self.known.insert(key, run);
        run
    }
}

/// A packed table that owns its arrays.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in `Table`
pub struct Packed {
    pub set: Set,
    pub text: String,
    pub forms: Vec<Form>,
    pub nodes: Vec<Node>,
    pub slots: Vec<Slot>,
    pub pieces: Vec<Piece>,
    pub values: Vec<PackedValue>,
    pub parts: Vec<u8>,
    pub keywords: Vec<PackedKeywords>,
    pub entries: Vec<Entry>,
    pub words: Vec<Text>,
    pub letters: Vec<Letter>,
    pub equations: Vec<Equation>,
    pub constraints: Vec<Constraint>,
    pub tests: Vec<Test>,
    pub terms: Vec<Term>,
    pub needs: Vec<Features>,
    pub mnemonics: Vec<Mnemonic>,
    pub uses: Vec<Use>,
    pub choices: Vec<Spelling>,
    pub vocabulary: Vec<Text>,
    pub features: Vec<Feature>,
    pub groups: Vec<Cpu>,
    pub cpus: Vec<Cpu>,
}

impl Packed {
    /// A table without rows.
    pub fn empty(set: Set) -> Packed {
        Packed {
            set,
            text: String::new(),
            forms: Vec::new(),
            nodes: Vec::new(),
            slots: Vec::new(),
            pieces: Vec::new(),
            values: Vec::new(),
            parts: Vec::new(),
            keywords: Vec::new(),
            entries: Vec::new(),
            words: Vec::new(),
            letters: Vec::new(),
            equations: Vec::new(),
            constraints: Vec::new(),
            tests: Vec::new(),
            terms: Vec::new(),
            needs: Vec::new(),
            mnemonics: Vec::new(),
            uses: Vec::new(),
            choices: Vec::new(),
            vocabulary: Vec::new(),
            features: Vec::new(),
            groups: Vec::new(),
            cpus: Vec::new(),
        }
    }

    /// The table.
    pub fn table(&self) -> Table<'_> {
        Table {
            set: self.set,
            text: &self.text,
            forms: &self.forms,
            nodes: &self.nodes,
            slots: &self.slots,
            pieces: &self.pieces,
            values: &self.values,
            parts: &self.parts,
            keywords: &self.keywords,
            entries: &self.entries,
            words: &self.words,
            letters: &self.letters,
            equations: &self.equations,
            constraints: &self.constraints,
            tests: &self.tests,
            terms: &self.terms,
            needs: &self.needs,
            mnemonics: &self.mnemonics,
            uses: &self.uses,
            choices: &self.choices,
            vocabulary: &self.vocabulary,
            features: &self.features,
            groups: &self.groups,
            cpus: &self.cpus,
        }
    }
}

struct Packer {
    names: Names,
    nodes: Pool<Node>,
    slots: Pool<Slot>,
    pieces: Pool<Piece>,
    values: Pool<PackedValue>,
    parts: Pool<u8>,
    keywords: Pool<PackedKeywords>,
    entries: Pool<Entry>,
    words: Pool<Text>,
    letters: Pool<Letter>,
    equations: Pool<Equation>,
    constraints: Pool<Constraint>,
    tests: Pool<Test>,
    terms: Pool<Term>,
    needs: Pool<Features>,
    choices: Pool<Spelling>,
}

/// Packs the rows of one instruction set.
pub fn pack(rows: &Rows, source: &Source<'_>, names: &Names) -> Result<Packed, Fail> {
    let mut packer = Packer {
        names: names.clone(),
        nodes: Pool::new(),
        slots: Pool::new(),
        pieces: Pool::new(),
        values: Pool::new(),
        parts: Pool::new(),
        keywords: Pool::new(),
        entries: Pool::new(),
        words: Pool::new(),
        letters: Pool::new(),
        equations: Pool::new(),
        constraints: Pool::new(),
        tests: Pool::new(),
        terms: Pool::new(),
        needs: Pool::new(),
        choices: Pool::new(),
    };
    if source.features.len() > 256 || rows.rows.len() > usize::from(u16::MAX) {
        let place = Place { file: 0, line: 1, column: 1 };
        return Err(Fail { place, message: "at most 256 features and 65535 rows".to_string() });
    }
    let forms = rows.rows.iter().map(|row| packer.form(row, source)).collect::<Result<Vec<Form>, Fail>>()?;
    let (mnemonics, uses) = packer.mnemonics(rows);
    let numbers =
        |names: &[String]| set_of(names.iter().filter_map(|name| source.features.iter().position(|known| known.name == *name)));
    let feature = |packer: &mut Packer, feature: &crate::rows::source::Feature| Feature {
        name: packer.names.add(&feature.name),
        description: packer.names.add(&feature.description),
        with: numbers(&feature.with),
    };
    let features = source.features.iter().map(|item| feature(&mut packer, item)).collect();
    let set = |packer: &mut Packer, set: &crate::rows::source::Set| Cpu {
        name: packer.names.add(&set.name),
        features: numbers(&set.words),
    };
    let groups = source.groups.iter().map(|group| set(&mut packer, group)).collect();
    let cpus = source.cpus.iter().map(|cpu| set(&mut packer, cpu)).collect();
    let vocabulary = packer.vocabulary();
    Ok(Packed {
        set: rows.set,
        text: packer.names.text,
        forms,
        nodes: packer.nodes.all,
        slots: packer.slots.all,
        pieces: packer.pieces.all,
        values: packer.values.all,
        parts: packer.parts.all,
        keywords: packer.keywords.all,
        entries: packer.entries.all,
        words: packer.words.all,
        letters: packer.letters.all,
        equations: packer.equations.all,
        constraints: packer.constraints.all,
        tests: packer.tests.all,
        terms: packer.terms.all,
        needs: packer.needs.all,
        mnemonics,
        uses,
        choices: packer.choices.all,
        vocabulary,
        features,
        groups,
        cpus,
    })
}

fn set_of(numbers: impl Iterator<Item = usize>) -> Features {
    let mut out = Features::default();
    for number in numbers {
        if let Some(word) = out.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }
    out
}

impl Packer {
    fn form(&mut self, row: &Row, source: &Source<'_>) -> Result<Form, Fail> {
        let slots = row.slots.iter().map(|slot| Slot {
            name: self.names.add(&slot.name),
            kind: slot.kind,
            width: slot.width,
            placed: slot.placed(),
            signed: slot.signed(),
            pieces: self.pieces.add(pieces(row, &slot.spots)),
        });
        let slots = slots.collect();
        let keywords = row.keywords.iter().map(|keywords| self.keywords(keywords)).collect();
        let values = row.values.iter().map(|value| self.value(row, value)).collect::<Result<_, _>>()?;
        let equations = row.equations.iter().map(|equation| Equation {
            name: self.names.add(&equation.name),
            terms: self.terms.add(equation.terms.clone()),
            constant: equation.constant,
            flip: equation.flip,
            width: equation.width,
            pieces: self.pieces.add(pieces(row, &[equation.spot])),
        });
        let equations = equations.collect();
        let mut constraints = Vec::new();
        for constraint in &row.constraints {
            let any = constraint.any.iter();
            let any =
                any.map(|test| Test { terms: self.terms.add(test.terms.clone()), constant: test.constant, order: test.order });
            let any = any.collect();
            let text = self.names.add(&constraint.text);
            constraints.push(Constraint { text, when: constraint.when, any: self.tests.add(any) });
        }
        let needs = row.needs.iter().map(|any| set_of(any.iter().map(|number| usize::from(*number)))).collect();
        let file = source.files.get(usize::from(row.place.file)).map_or("", String::as_str);
        Ok(Form {
            bits: row.memory_word(row.bits),
            mask: row.memory_word(row.mask),
            should: row.memory_word(row.should),
            size: row.size / 8,
            flags: row.flags,
            mnemonic: self.nodes.add(row.mnemonic.clone()),
            operands: self.nodes.add(row.operands.clone()),
            slots: self.slots.add(slots),
            keywords: self.keywords.add(keywords),
            values: self.values.add(values),
            equations: self.equations.add(equations),
            constraints: self.constraints.add(constraints),
            needs: self.needs.add(needs),
            syntax: self.names.add(&row.syntax),
            encoding: self.names.add(&row.encoding),
            section: self.names.add(&row.section),
            file: self.names.add(file),
            line: row.place.line,
        })
    }

    fn keywords(&mut self, keywords: &Keywords) -> PackedKeywords {
        let mut entries = Vec::new();
        for entry in &keywords.table.entries {
            let words = entry.words.iter().map(|word| self.names.add(word)).collect();
            let (mask, bits) = entry.fixed();
            let mut letters = Vec::new();
            for (to, letter) in (0u8..).zip(entry.pattern.chars().rev()) {
                if letter.is_ascii_lowercase() && letter != 'x' {
                    let from = letters.iter().filter(|known: &&Letter| known.letter == letter).count() as u8;
                    letters.push(Letter { letter, from, to });
                }
            }
            let number = entry.words.first().map_or(0, |word| number(word));
            entries.push(Entry { words: self.words.add(words), mask, bits, letters: self.letters.add(letters), number });
        }
        PackedKeywords {
            name: self.names.add(&keywords.table.name),
            entries: self.entries.add(entries),
            open: keywords.table.open,
            parts: self.parts.add(keywords.parts.clone()),
            width: keywords.width,
        }
    }

    fn value(&mut self, row: &Row, value: &Value) -> Result<PackedValue, Fail> {
        let field = field(row, value);
        if field.is_none() {
            return Err(Fail {
                place: row.place,
                message: format!("an operand is scattered over more than {MAX_PIECES} places"),
            });
        }
        let relocation = value.origin.zip(field).and_then(|(origin, field)| relocation(&field, origin, row.size / 8));
        if value.origin.is_some() && relocation.is_none() && matches!(row.set, Set::A64 | Set::T32) {
            return Err(Fail {
                place: row.place,
                message: "no kind of relocation has the shape of this operand (core/isa/src/relocation.rs)".to_string(),
            });
        }
        Ok(PackedValue {
            kind: value.kind,
            rule: value.rule,
            mul: value.mul,
            add: value.add,
            table: value.table,
            factor: value.factor,
            parts: self.parts.add(value.parts.clone()),
            relocation,
        })
    }

    /// Every literal word and table word, sorted, each once.
    fn vocabulary(&self) -> Vec<Text> {
        let literal = |node: &Node| match node {
            Node::Word(text) => Some(*text),
            _ => None,
        };
        let words = self.nodes.all.iter().filter_map(literal).chain(self.words.all.iter().copied());
        let sorted: BTreeMap<&str, Text> = words.map(|text| (self.names.get(text), text)).collect();
        sorted.into_values().collect()
    }

    /// Spells out the mnemonics of all rows.
    fn mnemonics(&mut self, rows: &Rows) -> (Vec<Mnemonic>, Vec<Use>) {
        let mut spelled: BTreeMap<String, Vec<Use>> = BTreeMap::new();
        for (form, row) in rows.rows.iter().enumerate() {
            let mut all = Vec::from([(String::new(), Vec::new())]);
            self.spell(row, &row.mnemonic, &mut all);
            for (name, choices) in all {
                let choices = self.choices.add(choices);
                spelled.entry(name).or_default().push(Use { form: form as u16, choices });
            }
        }
        let (mut mnemonics, mut uses) = (Vec::new(), Vec::new());
        for (name, mut list) in spelled {
            list.sort_by_key(|item| {
                let row = rows.rows.get(usize::from(item.form));
                row.map_or((0, false), |row| (if row.set == Set::T32 { row.size } else { 0 }, row.is(ASM)))
            });
            let run = Run { at: uses.len() as u32, len: list.len() as u16 };
            mnemonics.push(Mnemonic { name: self.names.add(&name), uses: run });
            uses.extend(list);
        }
        (mnemonics, uses)
    }

    /// Appends every spelling of `nodes` to every text in `all`.
    fn spell(&self, row: &Row, nodes: &[Node], all: &mut Vec<(String, Vec<Spelling>)>) {
        let Some((node, rest)) = nodes.split_first() else { return };
        match node {
            Node::Word(word) => all.iter_mut().for_each(|(text, _)| text.push_str(self.names.get(*word))),
            Node::Keyword { table, .. } => {
                let entries =
                    row.keywords.get(usize::from(*table)).map(|keywords| keywords.table.entries.as_slice()).unwrap_or(&[]);
                let mut out = Vec::new();
                for (text, choices) in all.iter() {
                    for (entry, words) in (0u16..).zip(entries) {
                        for word in &words.words {
                            let mut choices = choices.clone();
                            choices.push(Spelling::Keyword { table: *table, entry });
                            out.push(([text.as_str(), word].concat(), choices));
                        }
                    }
                }
                *all = out;
            }
            Node::Optional { len, flag } => {
                let (inner, rest) = rest.split_at(usize::from(*len).min(rest.len()));
                let mut with = all.clone();
                let said = |present: bool| match flag {
                    Flag::None => None,
                    Flag::Slot { slot, present: value } => {
                        Some(Spelling::Slot { slot: *slot, value: if present { *value } else { 1 - *value } })
                    }
                    Flag::OutsideIt => Some(Spelling::OutsideIt(present)),
                };
                self.spell(row, inner, &mut with);
                with.iter_mut().for_each(|(_, choices)| choices.extend(said(true)));
                all.iter_mut().for_each(|(_, choices)| choices.extend(said(false)));
                all.extend(with);
                return self.spell(row, rest, all);
            }
            _ => {}
        }
        self.spell(row, rest, all);
    }
}

/// A table word as a number: its digits, or the element size in bits that its last letter stands for.
fn number(word: &str) -> u16 {
    if let Ok(number) = word.parse() {
        return number;
    }
    match word.chars().next_back() {
        Some('b') => 8,
        Some('h') => 16,
        Some('s') => 32,
        Some('d') => 64,
        Some('q') => 128,
        _ => word.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0),
    }
}

fn pieces(row: &Row, spots: &[Spot]) -> Vec<Piece> {
    let mut out = Vec::new();
    for spot in spots {
        // The halves of a 32-bit T32 instruction change places: a spot may not run across the middle.
        let low = if spot.to < 16 { spot.width.min(16 - spot.to) } else { spot.width };
        out.push(Piece { from: spot.from, width: low, to: row.memory_bit(spot.to) });
        if low < spot.width {
            out.push(Piece { from: spot.from + low, width: spot.width - low, to: row.memory_bit(16) });
        }
    }
    join(out)
}

/// Joins pieces that continue each other, lowest first.
fn join(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by_key(|piece| piece.from);
    let mut out: Vec<Piece> = Vec::new();
    for piece in pieces {
        match out.last_mut() {
            Some(last) if last.from + last.width == piece.from && last.to + last.width == piece.to => last.width += piece.width,
            _ => out.push(piece),
        }
    }
    out
}

/// The field of a value whose slots are all placed and none is known (free values and letters: without pieces).
fn field(row: &Row, value: &Value) -> Option<Field> {
    let mut all = Vec::new();
    let mut offset = 0;
    for slot in value.parts.iter().rev().filter_map(|slot| row.at(*slot)) {
        all.extend(pieces(row, &slot.spots).iter().map(|piece| Piece { from: piece.from + offset, ..*piece }));
        offset += slot.width;
    }
    let all = join(all);
    let mut field = Field { mul: value.mul, add: value.add, ..Field::new(value.kind, value.rule, offset, 0) };
    field.len = all.len() as u8;
    for (place, piece) in field.pieces.iter_mut().zip(&all) {
        *place = *piece;
    }
    (all.len() <= MAX_PIECES).then_some(field)
}

/// The kind of reference that this field is.
fn relocation(field: &Field, origin: Origin, size: u8) -> Option<Relocation> {
    let same = |kind: &&Relocation| {
        let shape = kind.shape();
        shape.origin == origin && shape.size == size && shape.field.add == field.add && alike(&shape.field, field)
    };
    Relocation::ALL.iter().find(same).copied()
}

/// Whether two fields place every value alike. Scales that are powers of two count as bits that are not placed.
fn alike(a: &Field, b: &Field) -> bool {
    let normal = |field: &Field| {
        let linear = matches!(field.rule, Rule::Unsigned | Rule::Signed);
        let shift = if linear && field.mul.unsigned_abs().is_power_of_two() { field.mul.trailing_zeros() as u8 } else { 0 };
        let mul = field.mul >> shift;
        let pieces = field.pieces().iter().map(|piece| Piece { from: piece.from + shift, ..*piece }).collect();
        (field.rule, mul, field.width + shift, join(pieces))
    };
    field_kind(a) == field_kind(b) && normal(a) == normal(b)
}

fn field_kind(field: &Field) -> Kind {
    field.kind
}
