//! What must hold for a row by itself: every field has an operand and every operand a place, tables say one thing, and
//! what is not written in the text can be found again from the bits.

use super::model::{Fail, Keywords, Names, Row, Slot};
use crate::field::{ones, Field};
use crate::fixed::table::{ClassOf, Default, Flag, Node, SlotKind, CONDITION, NONE};
use crate::rows::source::Line;
use crate::rule::Rule;
use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

/// Checks a row.
pub fn check(row: &Row, line: &Line<'_>, _names: &Names, fails: &mut Vec<Fail>) {
    let mut fail = |message: String| fails.push(Fail { place: line.place, message });
    coverage(row, &mut fail);
    widths(row, &mut fail);
    tables(row, &mut fail);
    free_values(row, &mut fail);
    optional(row, &mut fail);
}

/// Points 2 and 4: what is placed has a source, and what is written is placed.
fn coverage(row: &Row, fail: &mut impl FnMut(String)) {
    let mut sources = vec![0u32; row.slots.len()];
    let mut source = |slot: u8| {
        if let Some(count) = sources.get_mut(usize::from(slot)) {
            *count += 1;
        }
    };
    let mut flags = Vec::new();
    for node in row.mnemonic.iter().chain(&row.operands) {
        match *node {
            Node::Optional { flag: Flag::Slot { slot, .. }, .. } => {
                flags.push(slot);
                source(slot);
            }
            Node::Mask { slot } | Node::Tiles { slot } | Node::Register { sign: slot, .. } => source(slot),
            _ => {}
        }
    }
    row.keywords.iter().for_each(|keywords| keywords.parts.iter().for_each(|slot| source(*slot)));
    row.values.iter().for_each(|value| value.parts.iter().for_each(|slot| source(*slot)));
    if row.flags & CONDITION != 0 {
        row.slot("cond").into_iter().for_each(source);
    }
    for (n, slot) in flags.iter().enumerate() {
        if flags.iter().position(|other| other == slot) == Some(n) && flags.iter().filter(|other| *other == slot).count() > 1 {
            fail(format!("flag `{}` stands twice in the text", name(row, *slot)));
        }
    }
    for (slot, count) in row.slots.iter().zip(&sources) {
        match slot.kind {
            SlotKind::Field if *count == 0 => fail(format!("field `{}` has no operand", slot.name)),
            SlotKind::Free if *count == 0 => fail(format!("a derived field uses `{}`, which the text does not have", slot.name)),
            _ => {}
        }
    }
    for equation in &row.equations {
        if row.slot(&equation.name).and_then(|slot| row.at(slot)).is_some_and(|slot| slot.kind == SlotKind::Field) {
            fail(format!("field `{}` is placed and derived", equation.name));
        }
    }
}

/// Fields have the width that their name says (`imm12`), and no register number is higher than the last of its class,
/// unless a constraint says more of it.
fn widths(row: &Row, fail: &mut impl FnMut(String)) {
    for slot in row.slots.iter().filter(|slot| slot.kind == SlotKind::Field) {
        let said = ["imm", "simm", "uimm", "off"].iter().find_map(|prefix| slot.name.strip_prefix(prefix));
        if said.and_then(|digits| digits.parse().ok()).is_some_and(|width: u8| width != slot.width) {
            fail(format!("field `{}` has {} bits", slot.name, slot.width));
        }
    }
    for node in &row.operands {
        let Node::Register { class: ClassOf::Fixed(class), value, .. } = *node else { continue };
        let Some(value) = row.values.get(usize::from(value)) else { continue };
        let (mut top, mut at) = (0u64, 0);
        for slot in value.parts.iter().rev().filter_map(|slot| row.at(*slot)) {
            top |= (slot.placed() & ones(slot.width)) << at;
            at += slot.width;
        }
        let tests = row.constraints.iter().flat_map(|constraint| &constraint.any);
        if tests.flat_map(|test| &test.terms).any(|term| value.parts.contains(&term.slot)) {
            continue;
        }
        if top as i64 * i64::from(value.mul) + i64::from(value.add) >= class.count() {
            let names: Vec<&str> = value.parts.iter().map(|slot| name(row, *slot)).collect();
            fail(format!("field `{}` has more numbers than there are registers", names.join(":")));
        }
    }
}

fn name(row: &Row, slot: u8) -> &str {
    row.at(slot).map_or("", |slot| slot.name.as_str())
}

/// Point 3: words are distinct, and of two patterns that overlap the earlier one is the narrower.
fn tables(row: &Row, fail: &mut impl FnMut(String)) {
    for Keywords { table, .. } in &row.keywords {
        let fixed: Vec<(u32, u32)> = table.entries.iter().map(super::model::Entry::fixed).collect();
        for (n, (entry, (mask, bits))) in table.entries.iter().zip(&fixed).enumerate() {
            for (later, (other_mask, other_bits)) in table.entries.iter().zip(&fixed).skip(n + 1) {
                let overlap = (bits ^ other_bits) & mask & other_mask == 0;
                if !overlap {
                    continue;
                }
                let word = |entry: &super::model::Entry| entry.words.first().cloned().unwrap_or_default();
                let shared = entry.words.iter().find(|word| later.words.contains(word));
                if let Some(word) = shared {
                    fail(format!("table `{}` has the word `{word}` twice for the same bits", table.name));
                } else if mask & other_mask == *mask && mask != other_mask {
                    fail(format!(
                        "table `{}`: `{}` never prints, because `{}` takes its bits",
                        table.name,
                        word(later),
                        word(entry)
                    ));
                }
            }
        }
    }
}

/// Point 5: a free value is bounded, and can be found from the derived fields one after the other.
fn free_values(row: &Row, fail: &mut impl FnMut(String)) {
    let free = |slot: &u8| row.at(*slot).is_some_and(|slot| slot.kind == SlotKind::Free);
    let all: Vec<u8> = (0u8..).zip(&row.slots).map(|(n, _)| n).filter(free).collect();
    let mut known: Vec<u8> = Vec::new();
    let open = |known: &[u8], slot: u8| all.contains(&slot) && !known.contains(&slot);
    loop {
        let mut more = None;
        for equation in &row.equations {
            let unknown: Vec<_> = equation.terms.iter().filter(|term| open(&known, term.slot)).collect();
            if let [term] = unknown.as_slice() {
                if term.factor.abs() == 1 {
                    more = Some(term.slot);
                }
            }
        }
        match more {
            Some(slot) => known.push(slot),
            None => break,
        }
    }
    for slot in &all {
        if !known.contains(slot) {
            fail(format!("`{}` cannot be found from the derived fields", name(row, *slot)));
        }
        let worded = row.keywords.iter().any(|keywords| keywords.parts.contains(slot));
        let bounded = row.constraints.iter().any(|constraint| {
            constraint.any.iter().all(|test| {
                test.terms.iter().any(|term| {
                    use crate::encoding::Order::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
                    let upper = if term.factor > 0 { [Less, LessOrEqual, Equal] } else { [Greater, GreaterOrEqual, Equal] };
                    term.slot == *slot && upper.contains(&test.order)
                })
            })
        });
        if !worded && !bounded {
            fail(format!("`{}` has no upper bound", name(row, *slot)));
        }
    }
}

/// Point 6: absent text has a meaning, and a flag's text has no operand.
fn optional(row: &Row, fail: &mut impl FnMut(String)) {
    for (at, node) in row.operands.iter().enumerate() {
        let Node::Optional { len, flag } = node else { continue };
        for inner in row.operands.get(at + 1..at + 1 + usize::from(*len)).unwrap_or(&[]) {
            match *inner {
                Node::List { .. } | Node::Mask { .. } | Node::Tiles { .. } => {
                    fail(String::from("a register list cannot be optional"))
                }
                Node::Register { .. } | Node::Immediate { .. } | Node::Keyword { .. } if !matches!(flag, Flag::None) => {
                    fail(String::from("the text of a flag has an operand"));
                }
                Node::Register { value, default, .. } | Node::Immediate { value, default, .. } => {
                    if let Some(problem) = bad_default(row, value, default) {
                        fail(problem);
                    }
                }
                _ => {}
            }
        }
    }
}

fn bad_default(row: &Row, value: u8, default: Default) -> Option<String> {
    let value = row.values.get(usize::from(value))?;
    let width = u8::try_from(row.width(&value.parts)).ok()?;
    let number = match default {
        Default::Number(number) => i64::from(number),
        Default::Same(_) => return None,
        // Zero fields: only irregular rules may have no number for them.
        Default::Zero if value.rule == Rule::SignMagnitude => return None,
        Default::Zero if value.table != NONE => return None,
        Default::Zero => {
            return value
                .rule
                .decode(0, width)
                .is_none()
                .then(|| String::from("an optional operand needs a default: zero bits stand for nothing"))
        }
    };
    let mut field = Field { mul: value.mul, add: value.add, ..Field::new(value.kind, value.rule, width, 0) };
    let placed = value
        .parts
        .iter()
        .rev()
        .filter_map(|slot| row.at(*slot))
        .fold((0u64, 0u8), |(mask, at), slot: &Slot| (mask | (slot.placed() & ones(slot.width)) << at, at + slot.width));
    field.len = 1;
    match field.encode(number) {
        Ok(raw) if raw & !placed.0 == 0 => None,
        _ => Some(format!("the default {number} is not a value of its operand")),
    }
}
