//! Texts of the fixed-width tables: boundary values are put into the fields, and the form prints itself.
//!
//! A form has *axes*: the numbers of its operands, its keyword tables, its flags and free values. Each axis has a list of
//! boundary values. Every text takes a new value on as many axes as possible, until each value of each axis was printed once
//! (or could not be, because the row excludes it).

use crate::common::take;
use bareasm_isa::field::ones;
use bareasm_isa::fixed::choose::CONDITIONS;
use bareasm_isa::fixed::decode::Style;
use bareasm_isa::fixed::operand::{Operand, Place, View};
use bareasm_isa::fixed::table::{Keywords, Node, Run, Set, SlotKind, Table, BLOCK, NO_IT};
use bareasm_isa::fixed::{Context, Features, Width};
use bareasm_isa::rule::Rule;
use fastrand::Rng;
use std::collections::HashSet;

/// Largest keyword table of which every form shows every word; of larger ones each word appears once in the whole set.
const SMALL: usize = 16;
/// Most attempts to show a value that the row may exclude.
const ATTEMPTS: usize = 60;

/// The lines of a table.
pub(crate) fn lines(table: &Table<'_>) -> Vec<String> {
    let mut words = HashSet::new();
    let mut lines = Vec::new();
    for number in 0u16.. {
        let Some(view) = View::new(table, number) else { return lines };
        lines.push(format!("#\t{} | {}", table.str(view.form.syntax), table.str(view.form.encoding)));
        lines.extend(Form::new(view, number).texts(&mut words));
    }
    lines
}

/// Spellings that the texts take in turn.
const STYLES: [Style; 4] = [
    Style { accepted: true, full: false, synonyms: false },
    Style { accepted: true, full: true, synonyms: false },
    Style { accepted: true, full: false, synonyms: true },
    Style { accepted: true, full: false, synonyms: false },
];

/// Something that varies in a form.
enum Axis {
    /// The number of an operand, by its place in the form's values; raw bits are chosen from a list.
    Value(usize),
    /// An entry of a keyword table.
    Keyword(usize),
    /// A slot that is no operand's: a flag, a sign, a mask, a free value.
    Slot(u8),
}

struct Form<'a> {
    view: View<'a>,
    number: u16,
    axes: Vec<(Axis, Vec<u64>)>,
    random: Rng,
    attempts: usize,
}

impl<'a> Form<'a> {
    fn new(view: View<'a>, number: u16) -> Form<'a> {
        let mut own: HashSet<u8> = HashSet::new();
        let mut axes = Vec::new();
        for (n, value) in view.values.iter().enumerate() {
            let parts = value.parts.of(view.table.parts);
            own.extend(parts);
            let width = parts.iter().filter_map(|slot| view.slot(*slot)).map(|slot| slot.width).sum();
            axes.push((Axis::Value(n), raw_values(value.rule, width)));
        }
        for (n, keywords) in view.keywords.iter().enumerate() {
            own.extend(keywords.parts.of(view.table.parts));
            let entries = keywords.entries.of(view.table.entries).len() as u64;
            axes.push((Axis::Keyword(n), (0..entries + 2 * u64::from(keywords.open)).collect()));
        }
        for (n, slot) in (0u8..).zip(view.slots).filter(|(n, _)| !own.contains(n)) {
            match slot.kind {
                SlotKind::Field if slot.width == 16 => {
                    axes.push((Axis::Slot(n), vec![1, 2, 0x30, 0x55, 0xff, 0x4001, 0x8010, 0x5fff]))
                }
                SlotKind::Field if view.operands.contains(&Node::Tiles { slot: n }) => {
                    axes.push((Axis::Slot(n), (0..=0xff).collect()))
                }
                SlotKind::Field => axes.push((Axis::Slot(n), raw_values(Rule::Unsigned, slot.width))),
                SlotKind::Free => axes.push((Axis::Slot(n), vec![0, 1, 2, 7, 8, 15, 16, 30, 31, 32, 33, 62, 63, 64])),
                _ => {}
            }
        }
        Form { view, number, axes, random: Rng::with_seed(0x9e37_79b9_7f4a_7c15), attempts: 0 }
    }

    fn texts(mut self, words: &mut HashSet<(String, u16)>) -> Vec<String> {
        let mut open: Vec<Vec<u64>> = Vec::new();
        for (n, (axis, values)) in self.axes.iter().enumerate() {
            let mut values = values.clone();
            // Registers of one instruction shall differ, or exchanged fields would not show.
            let shift = (3 * n) % values.len().max(1);
            values.rotate_left(shift);
            if let Axis::Keyword(n) = axis {
                let name = self.view.table.str(self.view.keywords[*n].name);
                if values.len() > SMALL {
                    values.retain(|entry| !words.contains(&(name.to_string(), *entry as u16)));
                }
            }
            values.reverse();
            open.push(values);
        }
        let mut texts: Vec<String> = Vec::new();
        // As many new values at a time as there are axes; those that fail wait for the second round.
        let mut failed: Vec<(usize, u64)> = Vec::new();
        loop {
            let new: Vec<Option<u64>> = open.iter_mut().map(Vec::pop).collect();
            if new.iter().all(Option::is_none) && !texts.is_empty() || failed.len() > 100_000 {
                break;
            }
            let before = texts.len();
            if self.attempt(&new, words, &mut texts) {
                continue;
            }
            failed.extend(new.iter().enumerate().filter_map(|(axis, value)| value.map(|value| (axis, value))));
            if new.iter().all(Option::is_none) && texts.len() == before {
                break;
            }
        }
        for (axis, value) in failed {
            let mut new = vec![None; self.axes.len()];
            new[axis] = Some(value);
            let _ = (0..ATTEMPTS).any(|_| self.attempt(&new, words, &mut texts));
        }
        for _ in 0..4000 {
            if texts.len() >= 4 {
                break;
            }
            self.attempt(&vec![None; self.axes.len()], words, &mut texts);
        }
        texts
    }

    /// Prints the form with these values, and random ones on the other axes; whether that is an instruction.
    fn attempt(&mut self, new: &[Option<u64>], words: &mut HashSet<(String, u16)>, texts: &mut Vec<String>) -> bool {
        let view = self.view;
        let mut picks = Vec::new();
        for ((_, values), new) in self.axes.iter().zip(new) {
            let any = values.get(self.random.usize(..values.len().max(1))).copied().unwrap_or(0);
            picks.push(new.unwrap_or(any));
        }
        let word = self.word(&picks);
        let block = view.table.set == Set::T32 && view.form.flags & (NO_IT | BLOCK) == 0 && texts.len() % 4 == 3;
        let features = Features::ALL;
        let context = Context { features: &features, width: Width::Any, it: block.then_some(0) };
        let code = word.to_le_bytes();
        let style = STYLES[self.attempts % STYLES.len()];
        self.attempts += 1;
        let Some(text) =
            code.get(..view.form.size.into()).and_then(|code| view.table.print_as(self.number, code, &context, style))
        else {
            return false;
        };
        // A text that gives the bytes of another row says nothing of this one.
        if view.table.set == Set::A64 && take(&view.table, &text, &context).is_ok_and(|bytes| bytes != code) {
            return false;
        }
        for ((axis, _), pick) in self.axes.iter().zip(&picks) {
            if let Axis::Keyword(n) = axis {
                words.insert((view.table.str(view.keywords[*n].name).to_string(), *pick as u16));
            }
        }
        let text = match view.form.flags & BLOCK {
            _ if block => format!("it eq | {text}"),
            0 => text,
            _ => whole_block(&text),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
        true
    }

    /// The instruction with these values on the axes.
    fn word(&mut self, picks: &[u64]) -> u32 {
        let view = self.view;
        let mut slots: Vec<u64> =
            view.slots.iter().map(|slot| if let SlotKind::Constant(value) = slot.kind { value.into() } else { 0 }).collect();
        let mut entries: Vec<Option<u16>> = view.keywords.iter().map(|_| None).collect();
        for ((axis, _), pick) in self.axes.iter().zip(picks) {
            match axis {
                Axis::Keyword(n) => entries[*n] = Some(*pick as u16),
                Axis::Slot(slot) => slots[usize::from(*slot)] = *pick,
                Axis::Value(_) => {}
            }
        }
        for ((axis, _), pick) in self.axes.iter().zip(picks) {
            if let Axis::Value(n) = axis {
                if let Some(operand) = Operand::of(&view, &view.values[*n], None, &entries) {
                    put(&mut slots, &operand.places, u64::MAX, *pick);
                }
            }
        }
        for (keywords, entry) in view.keywords.iter().zip(&entries) {
            self.put_entry(keywords, entry.unwrap_or(0), &mut slots);
        }
        let mut word = view.form.bits | view.form.should;
        for (slot, value) in view.slots.iter().zip(&slots).filter(|(slot, _)| slot.kind == SlotKind::Field) {
            word |= self.place(slot.pieces, *value & slot.placed);
        }
        for equation in view.form.equations.of(view.table.equations) {
            let terms = equation.terms.of(view.table.terms).iter();
            let sum = terms.fold(i64::from(equation.constant), |sum, term| {
                sum + slots[usize::from(term.slot)] as i64 * i64::from(term.factor)
            });
            word |= self.place(equation.pieces, (sum as u64 ^ u64::from(equation.flip)) & ones(equation.width));
        }
        word
    }

    fn put_entry(&self, keywords: &Keywords, entry: u16, slots: &mut [u64]) {
        let places = self.view.places(keywords.parts.of(self.view.table.parts));
        match keywords.entries.of(self.view.table.entries).get(usize::from(entry)) {
            Some(entry) => put(slots, &places, entry.mask.into(), entry.bits.into()),
            // Numbers of an open table: those that have no word come out as numbers.
            None if entry.is_multiple_of(2) => put(slots, &places, u64::MAX, u64::MAX),
            None => put(slots, &places, u64::MAX, 0),
        }
    }

    fn place(&self, pieces: Run, value: u64) -> u32 {
        let pieces = pieces.of(self.view.table.pieces).iter();
        pieces.fold(0, |word, piece| word | ((value >> piece.from & ones(piece.width)) as u32) << piece.to)
    }
}

/// `itte ge` with instructions for its places, since assemblers want the block complete.
fn whole_block(text: &str) -> String {
    let (mnemonic, condition) = text.split_once(' ').unwrap_or((text, "al"));
    let number = CONDITIONS.iter().position(|name| *name == condition).unwrap_or(14);
    let other = CONDITIONS.get(number ^ 1).copied().unwrap_or("al");
    let places =
        mnemonic.get(1..).unwrap_or("").chars().map(|place| format!(" | nop{}", if place == 't' { condition } else { other }));
    places.fold(text.to_string(), |text, place| text + &place)
}

fn put(slots: &mut [u64], places: &[Place], mask: u64, bits: u64) {
    for (n, place) in places.iter().enumerate().filter(|(n, _)| mask >> n & 1 != 0) {
        let slot = &mut slots[usize::from(place.slot)];
        *slot = *slot & !(1 << place.bit) | (bits >> n & 1) << place.bit;
    }
}

/// Raw boundary values of a field of this width: both ends of the unsigned and of the signed range and their neighbours; for
/// other rules the codes of numbers with few and with many bits.
fn raw_values(rule: Rule, width: u8) -> Vec<u64> {
    let numbers: &[u64] = &[
        1,
        2,
        3,
        0xff,
        0x100,
        0xff00,
        0xffff,
        0x1_0000,
        0xff_0000,
        0xffff_0000,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_fffe,
        0xffff_ffff,
        0x5555_5555,
        0x00ff_00ff,
        0xff00_ff00,
        0xab,
        0xab00,
        0x1234_0000,
        0xabab_abab,
        0x3fc00,
        0x1fe,
        0xff00_0000,
        0x8000_0001,
        0x8000_0000_0000_0000,
        0x7fff_ffff_ffff_ffff,
        0x0f0f_0f0f_0f0f_0f0f,
        0x5555_5555_5555_5555,
        0x8000_0000_8000_0000,
        0xff00_ff00_ff00_ff00,
        0x1234_0000_0000_0000,
        0xffff_0000_ffff,
        0xffff_ffff_ffff_fffe,
        0xffff_ffff_ffff_edcb,
        0xffff_0000_0000_0000,
        0xff00_0000_0000_00ff,
        0,
    ];
    let floats = [2.0f64, 1.0, 0.125, 31.0, -0.125, -31.0, 1.9375, -1.0, 0.1328125];
    let mut list: Vec<u64> = match rule {
        Rule::Unsigned
        | Rule::Signed
        | Rule::Pattern
        | Rule::Extended16
        | Rule::Extended32
        | Rule::Extended64
        | Rule::SignMagnitude => {
            let high = 1u64.checked_shl(u32::from(width).wrapping_sub(1)).unwrap_or(0);
            let max = ones(width);
            vec![2, 0, max, 1, high, high.wrapping_sub(1) & max, high | 1, max & !1, 3 & max, 0x5555_5555_5555_5555 & max]
        }
        Rule::Fp8 => floats.iter().filter_map(|number| rule.encode(number.to_bits() as i64, width).ok()).collect(),
        Rule::T32Branch => [0, 4, -4, (1 << 24) - 2, -(1 << 24), 2, 0x1000, -0x1000]
            .iter()
            .filter_map(|number: &i64| rule.encode(number / 2, width).ok())
            .collect(),
        _ => numbers.iter().filter_map(|number| rule.encode(*number as i64, width).ok()).collect(),
    };
    let mut seen = HashSet::new();
    list.retain(|raw| *raw <= ones(width) && seen.insert(*raw));
    list
}
