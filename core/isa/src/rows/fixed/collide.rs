//! What must hold between rows: no word is two base rows, every alias is some base row, every row can be reached.
//!
//! The words that a row takes are described by cubes (some bits fixed): the row's fixed bits, and for each table, register
//! and constraint the list of cubes of which one must hold. Two rows are disjoint if no choice of cubes agrees.

use super::model::{Fail, Row, Test};
use crate::encoding::Order;
use crate::field::ones;
use crate::fixed::table::{Class, ClassOf, Default, Node, Set, When, ALIAS, ASM, CONDITION, NO_IT, PC, SP, ZR};
use crate::rows::source::Feature;
use crate::rule::Rule;
use std::collections::{BTreeMap, HashMap};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// Some bits of an instruction, in the manual's numbering: which, and their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cube {
    mask: u32,
    bits: u32,
}

impl Cube {
    fn and(self, other: Cube) -> Option<Cube> {
        let agree = (self.bits ^ other.bits) & self.mask & other.mask == 0;
        agree.then_some(Cube { mask: self.mask | other.mask, bits: self.bits | other.bits })
    }
}

/// The words of a row: `fixed`, and one cube of each list.
struct Words<'r> {
    row: &'r Row,
    fixed: Cube,
    lists: Vec<Vec<Cube>>,
}

/// Checks the rows of one instruction set.
pub fn check(rows: &[Row], features: &[Feature], fails: &mut Vec<Fail>) {
    let words: Vec<Words<'_>> = rows.iter().map(words).collect();
    let base: Vec<&Words<'_>> = words.iter().filter(|words| words.row.flags & (ALIAS | ASM) == 0).collect();
    for (n, a) in base.iter().enumerate() {
        for b in base.get(n + 1..).unwrap_or(&[]) {
            if a.row.size != b.row.size {
                continue;
            }
            let Some(both) = a.fixed.and(b.fixed) else { continue };
            let lists: Vec<&[Cube]> = a.lists.iter().chain(&b.lists).map(Vec::as_slice).collect();
            if let Some(word) = agree(both, &lists) {
                if !exclusive(a.row, b.row, features) {
                    let message =
                        format!("collides with `{}` (line {}): both are {:#x}", a.row.syntax, a.row.place.line, word.bits);
                    fails.push(Fail { place: b.row.place, message });
                }
            }
        }
    }
    for alias in words.iter().filter(|words| words.row.flags & (ALIAS | ASM) != 0) {
        // The words of an `asm` row may belong to several ordinary ones; its numbers and registers may not.
        let mut worded = 0;
        for part in alias.row.keywords.iter().filter(|_| alias.row.is(ASM)).flat_map(|keywords| &keywords.parts) {
            worded |= cube(alias.row, &[*part], 0).mask;
        }
        let inside = |fixed: Cube| {
            let same = |base: &&Words<'_>| Cube { mask: base.fixed.mask & !(worded & !fixed.mask), ..base.fixed };
            base.iter().any(|base| base.row.size == alias.row.size && inside(fixed, same(base)))
        };
        // Each word of one of its tables may belong to another row.
        if !inside(alias.fixed)
            && !alias.lists.iter().any(|cubes| cubes.iter().all(|cube| alias.fixed.and(*cube).is_none_or(inside)))
        {
            fails.push(Fail {
                place: alias.row.place,
                message: "no ordinary row has these bits: an `alias` or `asm` row is another text of one".to_string(),
            });
        }
    }
    unreachable(rows, fails);
}

/// Whether every word of one cube is in the other.
fn inside(cube: Cube, other: Cube) -> bool {
    other.mask & !cube.mask == 0 && (cube.bits ^ other.bits) & other.mask == 0
}

/// A word that takes one cube of each list.
fn agree(with: Cube, lists: &[&[Cube]]) -> Option<Cube> {
    let Some((first, rest)) = lists.split_first() else { return Some(with) };
    first.iter().find_map(|cube| agree(with.and(*cube)?, rest))
}

/// Whether no machine has both rows.
fn exclusive(a: &Row, b: &Row, features: &[Feature]) -> bool {
    let name = |number: &u16| features.get(usize::from(*number));
    let apart = |x: &u16, y: &u16| match (name(x), name(y)) {
        (Some(x), Some(y)) => x.excludes.contains(&y.name) || y.excludes.contains(&x.name),
        _ => false,
    };
    a.needs.iter().any(|x| b.needs.iter().any(|y| x.iter().all(|x| y.iter().all(|y| apart(x, y)))))
}

fn words(row: &Row) -> Words<'_> {
    let mut lists = Vec::new();
    tables(row, &mut lists);
    registers(row, &mut lists);
    for constraint in row.constraints.iter().filter(|constraint| constraint.when == When::Always) {
        lists.extend(constraint_cubes(row, &constraint.any));
    }
    if row.flags & CONDITION != 0 {
        if let Some(slot) = row.slot("cond") {
            lists.push((0..15).map(|value| cube(row, &[slot], value)).collect());
        }
    }
    lists.sort_by_key(Vec::len);
    Words { row, fixed: Cube { mask: row.mask, bits: row.bits }, lists }
}

/// The bits of a concatenation of slots with this value.
fn cube(row: &Row, parts: &[u8], value: u64) -> Cube {
    let mut out = Cube { mask: 0, bits: 0 };
    let mut at = 0;
    for slot in parts.iter().rev().filter_map(|slot| row.at(*slot)) {
        let part = value >> at & ones(slot.width);
        for spot in &slot.spots {
            out.mask |= (ones(spot.width) as u32) << spot.to;
            out.bits |= ((part >> spot.from & ones(spot.width)) as u32) << spot.to;
        }
        at += slot.width;
    }
    out
}

/// Whether the value agrees with the constants among the slots, and its unplaced bits are zero.
fn possible(row: &Row, parts: &[u8], value: u64) -> bool {
    let mut at = 0;
    parts.iter().rev().filter_map(|slot| row.at(*slot)).all(|slot| {
        let part = value >> at & ones(slot.width);
        at += slot.width;
        match slot.kind {
            crate::fixed::table::SlotKind::Constant(constant) => part == u64::from(constant),
            crate::fixed::table::SlotKind::Field => part & !slot.placed() == 0,
            _ => true,
        }
    })
}

fn tables(row: &Row, lists: &mut Vec<Vec<Cube>>) {
    for (number, keywords) in (0u8..).zip(&row.keywords) {
        if keywords.table.open
            || keywords.parts.iter().filter_map(|slot| row.at(*slot)).any(|slot| slot.kind == crate::fixed::table::SlotKind::Free)
        {
            continue;
        }
        let mut cubes: Vec<Cube> = Vec::new();
        for entry in &keywords.table.entries {
            let (mask, bits) = entry.fixed();
            let (all, value) = (cube(row, &keywords.parts, u64::from(mask)), cube(row, &keywords.parts, u64::from(bits)));
            let constants = cube_constants(row, &keywords.parts, mask, bits);
            if constants {
                cubes.push(Cube { mask: all.bits, bits: value.bits });
            }
        }
        let absent = |node: &Node| matches!(node, Node::Keyword { table, default: u16::MAX, .. } if *table == number);
        if optional(row).any(|node| absent(&node)) {
            cubes.push(cube(row, &keywords.parts, 0));
        }
        lists.push(cubes);
    }
}

/// Whether an entry agrees with the constant slots of its table.
fn cube_constants(row: &Row, parts: &[u8], mask: u32, bits: u32) -> bool {
    let mut at = 0u32;
    parts.iter().rev().filter_map(|slot| row.at(*slot)).all(|slot| {
        let (mask, bits) = (u64::from(mask) >> at & ones(slot.width), u64::from(bits) >> at & ones(slot.width));
        at += u32::from(slot.width);
        !matches!(slot.kind, crate::fixed::table::SlotKind::Constant(constant) if (u64::from(constant) ^ bits) & mask != 0)
    })
}

/// The nodes in optional text.
fn optional(row: &Row) -> impl Iterator<Item = Node> + '_ {
    let mut end = 0;
    row.operands.iter().enumerate().filter_map(move |(at, node)| {
        if let Node::Optional { len, .. } = node {
            end = end.max(at + 1 + usize::from(*len));
        }
        (at < end).then_some(*node)
    })
}

fn registers(row: &Row, lists: &mut Vec<Vec<Cube>>) {
    for node in &row.operands {
        let Node::Register { class: ClassOf::Fixed(class), value, extra, .. } = *node else { continue };
        let Some(value) = row.values.get(usize::from(value)) else { continue };
        let width = row.width(&value.parts);
        let arm = matches!(row.set, Set::A32 | Set::T32);
        let takes = |raw: u64| {
            let number = (raw as i64) * i64::from(value.mul) + i64::from(value.add);
            let excluded = class == Class::R
                && (number == 15 && extra & (PC | ZR) == 0 || number == 13 && row.set == Set::T32 && extra & SP == 0);
            let odd = arm && class == Class::Q && width == 5 && raw & 1 != 0;
            possible(row, &value.parts, raw) && !excluded && !odd
        };
        if arm && width <= 5 {
            lists.push((0..1u64 << width).filter(|raw| takes(*raw)).map(|raw| cube(row, &value.parts, raw)).collect());
        }
    }
}

/// The cubes of a constraint, if it is about few bits.
fn constraint_cubes(row: &Row, tests: &[Test]) -> Option<Vec<Cube>> {
    let mut parts: Vec<u8> = Vec::new();
    for term in tests.iter().flat_map(|test| &test.terms) {
        if !parts.contains(&term.slot) {
            parts.push(term.slot);
        }
    }
    let width = row.width(&parts);
    let placed = parts
        .iter()
        .filter_map(|slot| row.at(*slot))
        .all(|slot| matches!(slot.kind, crate::fixed::table::SlotKind::Field | crate::fixed::table::SlotKind::Constant(_)));
    if width > 12 || !placed {
        return None;
    }
    let value = |all: u64, slot: u8| {
        let mut at = 0;
        for part in parts.iter().rev() {
            let Some(known) = row.at(*part) else { continue };
            if *part == slot {
                let raw = all >> at & ones(known.width);
                return if known.signed() { Rule::Signed.decode(raw, known.width).unwrap_or(0) } else { raw as i64 };
            }
            at += known.width;
        }
        0
    };
    let holds = |all: u64| {
        tests.iter().any(|test| {
            if let (Order::NotIn, [bit, mask]) = (test.order, test.terms.as_slice()) {
                return value(all, mask.slot) >> value(all, bit.slot) & 1 == 0;
            }
            let sum: i64 = i64::from(test.constant)
                + test.terms.iter().map(|term| value(all, term.slot) * i64::from(term.factor)).sum::<i64>();
            test.order.holds(sum)
        })
    };
    Some((0..1u64 << width).filter(|all| possible(row, &parts, *all) && holds(*all)).map(|all| cube(row, &parts, all)).collect())
}

/// Rows whose text an earlier row takes in every case.
fn unreachable(rows: &[Row], fails: &mut Vec<Fail>) {
    let mut known: HashMap<String, Vec<&Row>> = HashMap::new();
    let mut order: BTreeMap<bool, Vec<&Row>> = BTreeMap::new();
    rows.iter().for_each(|row| order.entry(row.is(ASM)).or_default().push(row));
    for row in order.into_values().flatten() {
        // `.n` and `.w` tell the sizes of T32 apart.
        let shape = format!("{} {}", if row.set == Set::T32 { row.size } else { 0 }, shape(row));
        let earlier = known.entry(shape).or_default();
        let covers = |other: &&&Row| {
            let constraints = other.constraints.iter().filter(|constraint| constraint.when == When::Always);
            let mut weaker = constraints.map(|constraint| row.constraints.iter().any(|own| own.text == constraint.text));
            weaker.all(|known| known)
                && other.needs.iter().all(|any| row.needs.contains(any))
                && other.flags & NO_IT == row.flags & NO_IT
        };
        if let Some(other) = earlier.iter().find(covers) {
            let message = format!("never reached: line {} takes every text of it", other.place.line);
            fails.push(Fail { place: row.place, message });
        }
        earlier.push(row);
    }
}

/// The syntax with everything that its text accepts, but without the names of fields.
fn shape(row: &Row) -> String {
    let value = |number: u8| {
        row.values.get(usize::from(number)).map_or(String::new(), |value| {
            let width = row.width(&value.parts);
            let all: Vec<u64> = value.parts.iter().filter_map(|slot| row.at(*slot)).map(super::model::Slot::placed).collect();
            let ties: Vec<usize> = value
                .parts
                .iter()
                .map(|slot| row.values.iter().position(|other| other.parts.contains(slot)).unwrap_or(0))
                .collect();
            format!("{:?} {:?} {} {} {width} {all:?} {ties:?}", value.rule, value.origin, value.mul, value.add)
        })
    };
    let words = |number: u8| {
        row.keywords.get(usize::from(number)).map_or(String::new(), |keywords| {
            let words: Vec<&Vec<String>> = keywords.table.entries.iter().map(|entry| &entry.words).collect();
            format!("{number} {} {words:?}", keywords.table.open)
        })
    };
    let default = |default: Default| format!("{default:?}");
    let mut out = String::new();
    for node in row.mnemonic.iter().chain(&row.operands) {
        out.push_str(&match *node {
            Node::Keyword { table, default } => format!("<{} {default}>", words(table)),
            Node::Register { class, value: number, extra, sign, default: absent } => {
                let class = if let ClassOf::Table(table) = class { words(table) } else { format!("{class:?}") };
                format!("[{class} {} {extra} {} {}]", value(number), sign == u8::MAX, default(absent))
            }
            Node::Immediate { value: number, default: absent, .. } => format!("#{} {}", value(number), default(absent)),
            Node::Optional { len, flag } => format!("{{{len} {}", matches!(flag, crate::fixed::table::Flag::None)),
            node => format!("{node:?}"),
        });
    }
    out
}
