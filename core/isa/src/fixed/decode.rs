//! Bits to text, by the same rows: `alias` rows in the order of the file, then the others. `asm` rows are never printed.

use super::choose::{Context, CONDITIONS};
use super::number;
use super::operand::{Bits, Operand, View};
use super::register;
use super::table::{
    self, Class, ClassOf, Constraint, Count, Flag, Node, Set, SlotKind, Table, Term, Test, When, ALIAS, ASM, CONDITION, NONE,
    NO_IT,
};
use crate::encoding::Order;
use crate::field::ones;
use crate::relocation::Relocation;
use crate::rule::{from_tile_mask, Rule};
use alloc::{format, string::String, vec::Vec};
use core::cell::Cell;

/// How [`Table::print_as`] spells an instruction. The default is how [`Table::print`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Style {
    /// Also as a form that is accepted for these bits but would not be printed (constraints with `~`).
    pub accepted: bool,
    /// Optional text is written where its absence would mean the same.
    pub full: bool,
    /// The last of several words that mean the same (`hs` for `cs`), and lists instead of ranges of registers.
    pub synonyms: bool,
}

/// The name of what an instruction refers to, by the kind of the reference and the distance that it says.
pub type Naming<'n> = dyn Fn(Relocation, i64) -> Option<String> + 'n;

impl Table<'_> {
    /// The length in bytes of the instruction that starts with these bytes.
    pub fn length(&self, code: &[u8]) -> Option<usize> {
        let first = u16::from_le_bytes([*code.first()?, *code.get(1)?]);
        let length = match self.set {
            Set::A64 | Set::A32 => 4,
            Set::T32 if first >> 11 >= 0b11101 => 4,
            Set::Riscv if first & 3 == 3 => 4,
            Set::T32 | Set::Riscv => 2,
        };
        (code.len() >= length).then_some(length)
    }

    /// The form and the text of the instruction at the start of `code`. Distances are printed as such.
    pub fn decode(&self, code: &[u8], context: &Context<'_>) -> Option<(u16, String)> {
        self.matching(code, context, &|_, _| None).next()
    }

    /// As [`Table::decode`]; where `name` has a name for what the instruction refers to, that is printed instead of the distance,
    /// and a row that says so is preferred to an alias that has a number there (T32 `[pc, #4]`).
    pub fn decode_naming(&self, code: &[u8], context: &Context<'_>, name: &Naming<'_>) -> Option<(u16, String)> {
        let named = Cell::new(false);
        let name = |relocation, distance| {
            let name = name(relocation, distance);
            named.set(named.get() || name.is_some());
            name
        };
        let mut all = self.matching(code, context, &name);
        let first = all.next()?;
        let alias = self.forms.get(usize::from(first.0)).is_some_and(|form| form.flags & ALIAS != 0);
        if alias && !named.get() {
            return all.find(|_| named.get()).or(Some(first));
        }
        Some(first)
    }

    /// The forms and texts of an instruction, in the order of preference.
    fn matching<'n>(
        &'n self,
        code: &'n [u8],
        context: &'n Context<'_>,
        name: &'n Naming<'n>,
    ) -> impl Iterator<Item = (u16, String)> + 'n {
        let length = self.length(code).unwrap_or(0);
        let word = word(code, length);
        let forms = [ALIAS, 0].into_iter().flat_map(|flags| (0u16..).zip(self.forms).map(move |(n, form)| (n, form, flags)));
        let forms = forms.filter(move |(_, form, flags)| {
            form.flags & (ALIAS | ASM) == *flags && usize::from(form.size) == length && (word ^ form.bits) & form.mask == 0
        });
        forms.filter_map(move |(n, ..)| Some((n, self.print_naming(n, code, context, Style::default(), name)?)))
    }

    /// The text of an instruction as this form; `None` if it is not of this form.
    pub fn print(&self, form: u16, code: &[u8], context: &Context<'_>) -> Option<String> {
        self.print_as(form, code, context, Style::default())
    }

    /// As [`Table::print`], in one of the other spellings that the form takes.
    pub fn print_as(&self, form: u16, code: &[u8], context: &Context<'_>, style: Style) -> Option<String> {
        self.print_naming(form, code, context, style, &|_, _| None)
    }

    fn print_naming(&self, form: u16, code: &[u8], context: &Context<'_>, style: Style, name: &Naming<'_>) -> Option<String> {
        let view = View::new(self, form)?;
        if !self.available(view.form, context.features) || context.it.is_some() && view.form.flags & NO_IT != 0 {
            return None;
        }
        let word = word(code, view.form.size.into());
        if (word ^ view.form.bits) & view.form.mask != 0 {
            return None;
        }
        let mut bits = fields(&view, word);
        if !solve(&view, word, &mut bits, !style.accepted) {
            return None;
        }
        let printer = Printer { view: &view, bits: &bits, it: context.it, style, name };
        if !printer.canonical() {
            return None;
        }
        printer.instruction()
    }
}

fn word(code: &[u8], length: usize) -> u32 {
    (0u32..4).zip(code.iter().take(length)).fold(0, |word, (n, byte)| word | u32::from(*byte) << (8 * n))
}

fn gather(view: &View<'_>, pieces: table::Run, word: u32) -> u64 {
    let pieces = pieces.of(view.table.pieces).iter();
    pieces.fold(0, |raw, piece| raw | (u64::from(word) >> piece.to & ones(piece.width)) << piece.from)
}

/// Reads the slots of an instruction.
fn fields(view: &View<'_>, word: u32) -> Bits {
    let mut bits = Bits::new(view);
    for (n, slot) in (0u8..).zip(view.slots) {
        if slot.kind == SlotKind::Field {
            bits.put(n, u64::MAX, gather(view, slot.pieces, word));
        }
    }
    bits
}

/// Finds the free values from the derived fields, and checks all equations and constraints; with `decoding` also those that
/// hold for decoding only.
fn solve(view: &View<'_>, word: u32, bits: &mut Bits, decoding: bool) -> bool {
    let constraints = view.form.constraints.of(view.table.constraints);
    for equation in view.form.equations.of(view.table.equations) {
        let raw = gather(view, equation.pieces, word) ^ u64::from(equation.flip);
        let terms = equation.terms.of(view.table.terms);
        let mut sum = i64::from(equation.constant);
        let mut open: Option<Term> = None;
        for term in terms {
            match bits.value(view, term.slot) {
                Some(value) => sum = sum.wrapping_add((value as i64).wrapping_mul(term.factor.into())),
                None if open.is_none() => open = Some(*term),
                None => return later(view, word, bits, decoding),
            }
        }
        let rest = (raw as i64).wrapping_sub(sum);
        let modulus = ones(equation.width);
        match open {
            None if rest as u64 & modulus != 0 => return false,
            None => {}
            Some(term) => {
                let low = rest.wrapping_mul(term.factor.into()) as u64 & modulus;
                let agrees = |value: &u64| {
                    let mut with = bits.clone();
                    with.put(term.slot, u64::MAX, *value);
                    constraints
                        .iter()
                        .all(|constraint| constraint.when != When::Always || holds(view, constraint, &with).unwrap_or(true))
                };
                let Some(value) = [low, low + modulus + 1].into_iter().find(agrees) else { return false };
                bits.put(term.slot, u64::MAX, value);
                return solve(view, word, bits, decoding);
            }
        }
    }
    let counts = |when: When| when == When::Always || when == When::Decoding && decoding;
    constraints.iter().all(|constraint| !counts(constraint.when) || holds(view, constraint, bits) == Some(true))
}

/// An equation with two unknown values waits until another has told one of them.
fn later(view: &View<'_>, word: u32, bits: &mut Bits, decoding: bool) -> bool {
    for equation in view.form.equations.of(view.table.equations) {
        let terms = equation.terms.of(view.table.terms);
        let mut open = terms.iter().filter(|term| bits.value(view, term.slot).is_none());
        let (Some(term), None) = (open.next(), open.next()) else { continue };
        let sum = terms.iter().filter_map(|term| Some((bits.value(view, term.slot)? as i64).wrapping_mul(term.factor.into())));
        let sum = sum.fold(i64::from(equation.constant), i64::wrapping_add);
        let raw = gather(view, equation.pieces, word) ^ u64::from(equation.flip);
        let value = (raw as i64).wrapping_sub(sum).wrapping_mul(term.factor.into()) as u64 & ones(equation.width);
        bits.put(term.slot, u64::MAX, value);
        return solve(view, word, bits, decoding);
    }
    false
}

/// Whether a constraint holds; `None` if it depends on what is not known.
pub(super) fn holds(view: &View<'_>, constraint: &Constraint, bits: &Bits) -> Option<bool> {
    let mut unknown = false;
    for test in constraint.any.of(view.table.tests) {
        match test_holds(view, test, bits) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unknown = true,
        }
    }
    if unknown {
        None
    } else {
        Some(false)
    }
}

fn test_holds(view: &View<'_>, test: &Test, bits: &Bits) -> Option<bool> {
    let terms = test.terms.of(view.table.terms);
    if let (Order::NotIn, [bit, mask]) = (test.order, terms) {
        let (bit, mask) = (bits.value(view, bit.slot)?, bits.value(view, mask.slot)?);
        return Some(mask.checked_shr(bit as u32).unwrap_or(0) & 1 == 0);
    }
    let mut sum = i64::from(test.constant);
    for term in terms {
        let slot = view.slot(term.slot)?;
        let raw = bits.value(view, term.slot)?;
        let value = if slot.signed { Rule::Signed.decode(raw, slot.width)? } else { raw as i64 };
        sum = sum.checked_add(value.checked_mul(term.factor.into())?)?;
    }
    Some(test.order.holds(sum))
}

struct Printer<'p, 'a> {
    view: &'p View<'a>,
    bits: &'p Bits,
    it: Option<u8>,
    style: Style,
    name: &'p Naming<'p>,
}

impl Printer<'_, '_> {
    fn instruction(&self) -> Option<String> {
        let view = self.view;
        let mut out = String::new();
        self.mnemonic(view.form.mnemonic.of(view.table.nodes), &mut out)?;
        let condition = if view.form.flags & CONDITION != 0 { Some(self.bits.get(view.named("cond")?).1 as u8) } else { self.it };
        if condition == Some(15) {
            return None;
        }
        let wide = view.table.set == Set::T32 && view.form.size == 4 && {
            let short = |used: &table::Use| view.table.forms.get(usize::from(used.form)).is_some_and(|form| form.size == 2);
            view.table.mnemonic(&out).is_some_and(|mnemonic| mnemonic.uses.of(view.table.uses).iter().any(short))
        };
        if let Some(name) = condition.filter(|number| *number < 14).and_then(|number| CONDITIONS.get(usize::from(number))) {
            let dot = out.find('.').unwrap_or(out.len());
            out.insert_str(dot, name);
        }
        if wide {
            out.push_str(".w");
        }
        let mut operands = String::new();
        self.nodes(0, view.operands.len(), &mut operands)?;
        if !operands.is_empty() {
            out.push(' ');
            out.push_str(operands.trim_end());
        }
        Some(out)
    }

    /// Whether every bit that no text accounts for (`x` in a pattern, a letter without an operand) is zero, as the encoder
    /// leaves it.
    fn canonical(&self) -> bool {
        let view = self.view;
        let mut told: Vec<u64> = view.slots.iter().map(|_| 0).collect();
        let mut tell = |slot: u8, mask: u64| {
            if let Some(told) = told.get_mut(usize::from(slot)) {
                *told |= mask;
            }
        };
        let entries = self.entries();
        for value in view.values {
            if let Some(operand) = Operand::of(view, value, None, &entries) {
                operand.places.iter().for_each(|place| tell(place.slot, 1 << place.bit));
            }
        }
        for (keywords, entry) in view.keywords.iter().zip(&entries) {
            let entry = entry.and_then(|entry| keywords.entries.of(view.table.entries).get(usize::from(entry)));
            let mask = entry.map_or(u64::MAX, |entry| u64::from(entry.mask));
            for (n, place) in view.places(keywords.parts.of(view.table.parts)).iter().enumerate() {
                tell(place.slot, (mask >> n & 1) << place.bit);
            }
        }
        for node in view.operands.iter().chain(view.form.mnemonic.of(view.table.nodes)) {
            match *node {
                Node::Register { sign: slot, .. }
                | Node::Mask { slot }
                | Node::Tiles { slot }
                | Node::Optional { flag: Flag::Slot { slot, .. }, .. } => tell(slot, u64::MAX),
                _ => {}
            }
        }
        if view.form.flags & CONDITION != 0 {
            view.named("cond").into_iter().for_each(|slot| tell(slot, u64::MAX));
        }
        let untold =
            |(n, (slot, told)): (u8, (&table::Slot, &u64))| slot.kind == SlotKind::Field && self.bits.get(n).1 & !told != 0;
        !(0u8..).zip(view.slots.iter().zip(&told)).any(untold)
    }

    fn mnemonic(&self, nodes: &[Node], out: &mut String) -> Option<()> {
        let mut rest = nodes;
        while let Some((node, tail)) = rest.split_first() {
            rest = tail;
            match node {
                Node::Word(word) => out.push_str(self.view.table.str(*word)),
                Node::Keyword { table, .. } => out.push_str(self.word(*table)?),
                Node::Optional { len, flag } => {
                    let (inner, tail) = rest.split_at_checked(usize::from(*len))?;
                    rest = tail;
                    let there = match flag {
                        Flag::OutsideIt => self.it.is_none(),
                        Flag::Slot { slot, present } => self.bits.get(*slot).1 == u64::from(*present),
                        Flag::None => false,
                    };
                    if there {
                        self.mnemonic(inner, out)?;
                    }
                }
                _ => return None,
            }
        }
        Some(())
    }

    /// The word of a table for the bits at hand.
    fn word(&self, table: u8) -> Option<&str> {
        let entry = self.view.entry(table, self.view.entry_for(table, self.bits)?)?;
        let words = entry.words.of(self.view.table.words);
        let word = if self.style.synonyms { words.last() } else { words.first() };
        word.map(|word| self.view.table.str(*word))
    }

    fn entries(&self) -> Vec<Option<u16>> {
        (0u8..).zip(self.view.keywords).map(|(table, _)| self.view.entry_for(table, self.bits)).collect()
    }

    /// The number of a value, and its raw bits.
    fn number(&self, value: u8, class: Option<Class>) -> Option<(Option<i64>, u64)> {
        let record = self.view.values.get(usize::from(value))?;
        let operand = Operand::of(self.view, record, class, &self.entries())?;
        let (_, raw) = self.bits.at_places(&operand.places);
        let field = operand.checking(self.view)?;
        Some((field.decode(raw), raw))
    }

    fn class(&self, class: ClassOf) -> Option<Class> {
        match class {
            ClassOf::Fixed(class) => Some(class),
            ClassOf::Table(table) => Class::named(self.word(table)?),
        }
    }

    fn nodes(&self, from: usize, to: usize, out: &mut String) -> Option<()> {
        let view = self.view;
        let mut at = from;
        while at < to {
            let mut node = *view.operands.get(at)?;
            at += 1;
            let glued = node == Node::Glue;
            if glued {
                node = *view.operands.get(at)?;
                at += 1;
            }
            match node {
                Node::Punct(',') => {
                    out.truncate(out.trim_end().len());
                    out.push_str(", ");
                }
                Node::Punct('#') if matches!(view.operands.get(at), Some(Node::Keyword { table, .. }) if self.word(*table).is_none()) =>
                    {}
                Node::Punct(c) => push(out, c.encode_utf8(&mut [0; 4]), c != '#' && c != '{'),
                Node::Word(word) => push(out, view.table.str(word), glued),
                Node::Number(number) => push(out, &format!("{number}"), false),
                Node::Decimal(text) => push(out, view.table.str(text), false),
                Node::Glue => return None,
                Node::Keyword { table, .. } => match self.word(table) {
                    Some("") => {}
                    Some(word) => push(out, word, glued),
                    None => {
                        let keywords = view.keywords.get(usize::from(table)).filter(|keywords| keywords.open)?;
                        let (_, code) = self.bits.at_places(&view.places(keywords.parts.of(view.table.parts)));
                        push(out, &if view.table.set == Set::Riscv { format!("{code}") } else { format!("#{code}") }, false);
                    }
                },
                Node::Register { class, value, extra, sign, .. } => {
                    if sign != NONE && self.bits.get(sign).1 == 0 {
                        out.push('-');
                    }
                    let class = self.class(class)?;
                    let (number, _) = self.number(value, Some(class))?;
                    if matches!(view.table.set, Set::A32 | Set::T32) && class == Class::Q && self.odd(value)? {
                        return None;
                    }
                    push(out, &register::name(view.table.set, class, number?, extra)?, false);
                }
                Node::Immediate { value, hash, hex, .. } => {
                    let (number, raw) = self.number(value, None)?;
                    let record = view.values.get(usize::from(value))?;
                    if let (Some(relocation), Some(distance)) = (record.relocation, number) {
                        if let Some(name) = (self.name)(relocation, distance) {
                            push(out, &name, false);
                            continue;
                        }
                    }
                    let text = match (record.rule, number) {
                        (Rule::SignMagnitude, None) if raw == 0 => String::from("-0"),
                        (Rule::Unsigned, _) if raw == 0 && super::text::negative_zero(view.table.set, record) == Some(true) => {
                            String::from("-0")
                        }
                        (rule, Some(number)) => number::text(rule, hex, number),
                        (_, None) => return None,
                    };
                    push(out, &if hash { format!("#{text}") } else { text }, false);
                }
                Node::Optional { len, flag } => {
                    let (inner, end) = (at, at + usize::from(len));
                    at = end;
                    let there = match flag {
                        Flag::Slot { slot, present } if self.bits.get(slot).1 != u64::from(present) => {
                            if !self.is_default(inner, end)? {
                                return None;
                            }
                            false
                        }
                        Flag::Slot { .. } => true,
                        Flag::OutsideIt => self.it.is_none(),
                        Flag::None => self.style.full || self.always(inner, end) || !self.is_default(inner, end)?,
                    };
                    if there {
                        self.nodes(inner, end, out)?;
                    }
                }
                Node::List { len, count, stride } => {
                    let end = at + usize::from(len);
                    let Some(Node::Register { class: ClassOf::Fixed(class), value, extra, .. }) = view.operands.get(at).copied()
                    else {
                        return None;
                    };
                    let mut suffix = String::new();
                    self.nodes(at + 1, end, &mut suffix)?;
                    at = end;
                    if class == Class::Q && view.table.set != Set::A64 && self.odd(value)? {
                        return None;
                    }
                    let first = self.number(value, Some(class))?.0?;
                    let count = match count {
                        Count::Fixed(count) => i64::from(count),
                        Count::Value(value) => self.number(value, None)?.0?,
                    };
                    let mut names = Vec::new();
                    for n in 0..count {
                        let number = first + n * i64::from(stride);
                        let number = if view.table.set == Set::A64 { number % class.count() } else { number };
                        names.push(format!("{}{suffix}", register::name(view.table.set, class, number, extra)?));
                    }
                    // Long lists of scalable vectors are ranges, unless they go on behind the last register.
                    let range = class == Class::Z && stride == 1 && count > 2 && first + count <= class.count();
                    let text = match (names.first()?, names.last()?) {
                        (first, last) if range && !self.style.synonyms => format!("{first}-{last}"),
                        _ => names.join(", "),
                    };
                    push(out, &format!("{{{text}}}"), false);
                }
                Node::Tiles { slot } => {
                    let (bytes, tiles) = from_tile_mask(u8::try_from(self.bits.get(slot).1).ok()?);
                    let names = (0..8).filter(|number| tiles >> number & 1 != 0).map(|number| tile_name(bytes, number));
                    push(out, &format!("{{{}}}", names.collect::<Vec<String>>().join(", ")), false);
                }
                Node::Mask { slot } => {
                    let mask = self.bits.get(slot).1;
                    let all = (0..16).filter(|number| mask >> number & 1 != 0);
                    let names: Vec<String> = all
                        .filter_map(|number| register::name(view.table.set, Class::R, number, table::SP | table::PC))
                        .collect();
                    if names.is_empty() {
                        return None;
                    }
                    push(out, &format!("{{{}}}", names.join(", ")), false);
                }
            }
        }
        Some(())
    }

    /// Whether the number of a NEON Q register, which must be even, is odd.
    fn odd(&self, value: u8) -> Option<bool> {
        let record = self.view.values.get(usize::from(value))?;
        let places = self.view.places(record.parts.of(self.view.table.parts));
        Some(places.len() == 5 && self.bits.at_places(&places).1 & 1 != 0)
    }

    /// Optional text that is always printed: a word without fields (`{, vgx2}`, but not `{, #0}`), or whose default is
    /// another operand.
    fn always(&self, from: usize, to: usize) -> bool {
        let nodes = self.view.operands.get(from..to).unwrap_or(&[]);
        let plain = |node: &Node| matches!(node, Node::Punct(_) | Node::Word(_));
        let same = |node: &Node| matches!(node, Node::Register { default: table::Default::Same(_), .. });
        nodes.iter().all(plain) || nodes.iter().any(same)
    }

    /// Whether the fields of optional text have the values that its absence means.
    fn is_default(&self, from: usize, to: usize) -> Option<bool> {
        let view = self.view;
        let mut all = true;
        for node in view.operands.get(from..to)? {
            all &= match *node {
                Node::Keyword { table, default, .. } => {
                    let keywords = view.keywords.get(usize::from(table))?;
                    if default == u16::MAX {
                        self.bits.at_places(&view.places(keywords.parts.of(view.table.parts))).1 == 0
                    } else {
                        view.entry_for(table, self.bits) == Some(default)
                    }
                }
                Node::Register { class, value, sign, default, .. } => {
                    let class = self.class(class);
                    (sign == NONE || self.bits.get(sign).1 == 1) && self.has_default(value, class, default)?
                }
                Node::Immediate { value, default, .. } => self.has_default(value, None, default)?,
                Node::Optional { flag: Flag::Slot { slot, present }, .. } => self.bits.get(slot).1 != u64::from(present),
                _ => true,
            };
        }
        Some(all)
    }

    fn has_default(&self, value: u8, class: Option<Class>, default: table::Default) -> Option<bool> {
        let (number, raw) = self.number(value, class)?;
        Some(match default {
            table::Default::Zero if self.view.values.get(usize::from(value))?.rule == Rule::SignMagnitude => number == Some(0),
            table::Default::Zero => raw == 0,
            table::Default::Number(default) => number == Some(default.into()),
            table::Default::Same(other) => self.number(other, class)?.1 == raw,
        })
    }
}

/// The name of a tile of elements of `bytes` bytes.
fn tile_name(bytes: u8, number: u8) -> String {
    match bytes {
        2 => format!("za{number}.h"),
        4 => format!("za{number}.s"),
        8 => format!("za{number}.d"),
        _ => String::from("za"),
    }
}

/// Appends text, with a blank where two words would run together.
fn push(out: &mut String, text: &str, glued: bool) {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '#' || c == '{';
    if !glued && text.starts_with(word) && out.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        out.push(' ');
    }
    out.push_str(text);
}
