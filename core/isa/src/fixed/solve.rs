//! From matched operands to the instruction: known numbers become bits, run-time values become fields with their
//! ranges, and what a row says about several operands becomes derived fields and relations.

mod relations;

use super::operand::{Bits, Operand, View};
use super::range::{describe, limited, number_text, takes};
use super::register;
use super::table::{self, Class, Node, Spelling, NONE};
use super::token::{Binding, CodeOf, Given};
use crate::choice::{Instruction, Pending, Problem, Reference};
use crate::encoding::{Compare, Derived, Order, Relation, Sum, MAX_LEN};
use crate::field::{ones, Field, Kind};
use crate::rule::Rule;
use alloc::{format, string::String, vec, vec::Vec};

/// Why matched operands make no instruction.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The operand token to name.
    pub token: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

/// An instruction, and whether every run-time value that its operands' classes have is good for it.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The instruction.
    pub instruction: Instruction,
    /// No run-time check can fail.
    pub certain: bool,
    /// What the processor may do about these operands is not one thing.
    pub warning: Option<Conflict>,
}

/// A run-time value on its way into the instruction.
struct Unknown {
    value: u16,
    operand: Operand,
    field: Field,
    low: i64,
    high: i64,
    /// Bits of the raw value that other operands have fixed.
    fixed: (u64, u64),
}

struct Solver<'s, 'a> {
    view: &'s View<'a>,
    bits: Bits,
    entries: Vec<Option<u16>>,
    unknown: Vec<Unknown>,
    relations: Vec<Relation>,
    derived: Vec<Derived>,
    reference: Option<Reference>,
    code: [u8; MAX_LEN],
    /// Which token said something of which slot.
    said: Vec<(u8, usize)>,
    warning: Option<Conflict>,
}

type Outcome<T> = Result<T, Conflict>;

fn clash(token: Option<usize>) -> Conflict {
    Conflict { token, problem: Problem::Conflict(String::from("this operand does not go with the others")) }
}

/// An element of a list is not the one that follows.
fn no_successor(offset: i64) -> Problem {
    Problem::Conflict(format!("the registers of this list must follow one another: here must stand the first plus {offset}"))
}

fn other_size(token: Option<usize>) -> Conflict {
    Conflict {
        token,
        problem: Problem::Conflict(String::from("this operand is of another size or kind than an operand before it")),
    }
}

/// Solves a form for what its mnemonic and its operands say. `condition` is the value of the slot `cond` for forms that take
/// it from the mnemonic; `it` says whether the instruction is in an IT block.
pub fn solve(
    view: &View<'_>,
    form: u16,
    spelling: &[Spelling],
    bindings: &[Binding],
    condition: Option<u64>,
    it: bool,
) -> Outcome<Solution> {
    let mut solver = Solver {
        view,
        bits: Bits::new(view),
        entries: vec![None; view.keywords.len()],
        unknown: Vec::new(),
        relations: Vec::new(),
        derived: Vec::new(),
        reference: None,
        code: [0; MAX_LEN],
        said: Vec::new(),
        warning: None,
    };
    for said in spelling {
        match *said {
            Spelling::Keyword { table, entry } => solver.choose(table, entry, None)?,
            Spelling::Slot { slot, value } => solver.put(slot, u64::from(value), None)?,
            Spelling::OutsideIt(outside) if outside == it => {
                let text = if it {
                    "in an IT block the flags are not set: leave out the `s`"
                } else {
                    "outside of an IT block this form sets the flags"
                };
                return Err(Conflict { token: None, problem: Problem::Other(String::from(text)) });
            }
            Spelling::OutsideIt(_) => {}
        }
    }
    if let (Some(condition), Some(slot)) = (condition, view.named("cond")) {
        solver.put(slot, condition, None)?;
    }
    solver.bind(bindings)?;
    solver.equations()?;
    solver.constraints()?;
    solver.finish(form)
}

impl Solver<'_, '_> {
    fn put(&mut self, slot: u8, value: u64, token: Option<usize>) -> Outcome<()> {
        let placed = match self.view.slot(slot) {
            Some(slot) if matches!(slot.kind, table::SlotKind::Field) => slot.placed,
            _ => u64::MAX,
        };
        if value & !placed != 0 {
            let name =
                register::name(self.view.table.set, Class::R, (value & !placed).trailing_zeros().into(), table::SP | table::PC);
            let text = format!("`{}` cannot be in this list", name.unwrap_or_default());
            return Err(Conflict { token, problem: Problem::Register(text) });
        }
        if self.bits.put(slot, u64::MAX, value) {
            Ok(())
        } else {
            Err(clash(token))
        }
    }

    fn choose(&mut self, table: u8, entry: u16, token: Option<usize>) -> Outcome<()> {
        let Some(keywords) = self.view.keywords.get(usize::from(table)) else { return Err(clash(token)) };
        let Some(chosen) = self.entries.get_mut(usize::from(table)) else { return Err(clash(token)) };
        if chosen.is_some_and(|known| known != entry) {
            return Err(other_size(token));
        }
        *chosen = Some(entry);
        let Some(entry) = self.view.entry(table, entry) else { return Err(clash(token)) };
        let places = self.view.places(keywords.parts.of(self.view.table.parts));
        if self.bits.put_places(&places, entry.mask.into(), entry.bits.into()) {
            Ok(())
        } else {
            Err(other_size(token))
        }
    }

    /// Words first, then known numbers, then what absent text stands for, then run-time values.
    fn bind(&mut self, bindings: &[Binding]) -> Outcome<()> {
        for binding in bindings {
            match *binding {
                Binding::Keyword { table, entry, token } => self.choose(table, entry, Some(token))?,
                Binding::Slot { slot, value } => self.put(slot, value, None)?,
                Binding::Code { .. } | Binding::Value { .. } | Binding::Absent(_) => {}
            }
        }
        let view = self.view;
        let mut later = Vec::new();
        for binding in bindings {
            match *binding {
                Binding::Code { of, given, token } => {
                    let operand = match of {
                        CodeOf::Number(table) => Operand::of_table(view, table),
                        CodeOf::Bits(table) => Operand::of_bits(view, table),
                        CodeOf::Slot(slot) => Some(Operand::of_slot(view, slot)),
                        CodeOf::Tile(slot, rule) => Some(Operand::of_tile(view, slot, rule)),
                    };
                    let Some(operand) = operand else { return Err(clash(Some(token))) };
                    match given {
                        Given::Unknown { value, low, high } => later.push((operand, value, low, high, token)),
                        _ => self.known(&operand, given, 0, token)?,
                    }
                }
                Binding::Value { value, given, offset, wrap, class, extra, token } => {
                    let Some(operand) = self.operand(value, class) else { return Err(clash(Some(token))) };
                    // dynasm-rs: the zero register stands for the register behind a run-time one of the same pair.
                    let paired = |(first, ..): &(Operand, u16, i64, i64, usize)| first.places == operand.places;
                    if operand.add != 0 && given == Given::Known(31) && later.iter().any(paired) {
                        continue;
                    }
                    if let Given::Known(number) = given {
                        let wrapped = if wrap > 0 { (number - offset).rem_euclid(wrap) } else { number.saturating_sub(offset) };
                        if class.is_some_and(|class| register::excluded(view.table.set, class, number, extra)) {
                            let name =
                                register::name(view.table.set, Class::R, number, table::SP | table::PC).unwrap_or_default();
                            return Err(Conflict {
                                token: Some(token),
                                problem: Problem::Register(format!("`{name}` cannot stand here")),
                            });
                        }
                        self.known(&operand, Given::Known(wrapped), offset, token)?;
                    } else if let Given::Unknown { value, low, high } = given {
                        if offset != 0 {
                            let problem = Problem::Other(String::from("write a list of run-time registers as `{X(n) * count}`"));
                            return Err(Conflict { token: Some(token), problem });
                        }
                        for number in [13, 15] {
                            if class.is_some_and(|class| register::excluded(view.table.set, class, number, extra)) {
                                let left = Sum { terms: [(later.len() as u8, 1), (0, 0), (0, 0), (0, 0)], constant: -number };
                                let compare = Compare { left, order: Order::NotEqual };
                                self.relations
                                    .push(Relation { any: [Some(compare), None, None, None], blame: later.len() as u8 });
                            }
                        }
                        later.push((operand, value, low, high, token));
                    } else {
                        self.known(&operand, given, 0, token)?;
                    }
                }
                Binding::Keyword { .. } | Binding::Slot { .. } | Binding::Absent(_) => {}
            }
        }
        let mut same = Vec::new();
        for binding in bindings {
            if let Binding::Absent(node) = *binding {
                let len = match view.operands.get(node) {
                    Some(Node::Optional { len, .. }) => usize::from(*len),
                    _ => 0,
                };
                self.absent(node + 1, node + 1 + len, &mut same)?;
            }
        }
        for (operand, value, low, high, token) in later {
            self.unknown(operand, value, low, high, token)?;
        }
        for (from, to) in same {
            self.copy(&from, &to)?;
        }
        Ok(())
    }

    /// What a value is, in the entries chosen so far (or that follow from what is known).
    fn operand(&mut self, value: u8, class: Option<Class>) -> Option<Operand> {
        let view = self.view;
        let record = view.values.get(usize::from(value))?;
        if record.table != NONE {
            let chosen = self.entries.get_mut(usize::from(record.table))?;
            if chosen.is_none() {
                *chosen = view.entry_for(record.table, &self.bits);
            }
        }
        Operand::of(view, record, class, &self.entries)
    }

    fn known(&mut self, operand: &Operand, given: Given, offset: i64, token: usize) -> Outcome<()> {
        let view = self.view;
        let before = self.bits.at_places(&operand.places);
        let raw = match given {
            Given::MinusZero => 0,
            Given::Target(target) => {
                let Some(relocation) = operand.relocation else {
                    let problem = Problem::Other(String::from("labels are not supported for this operand"));
                    return Err(Conflict { token: Some(token), problem });
                };
                self.reference = Some(Reference { target, relocation, at: 0 });
                operand.rule.encode(0, operand.places.len() as u8).unwrap_or(0)
            }
            Given::Known(number) => {
                let Some(field) = operand.checking(view) else { return Err(clash(Some(token))) };
                match field.encode(number) {
                    Ok(raw) => raw,
                    Err(_) if operand.kind == Kind::Register && offset == 0 => {
                        let text = format!("this register cannot stand here, only {}", describe(&field));
                        return Err(Conflict { token: Some(token), problem: Problem::Register(text) });
                    }
                    Err(_) if operand.kind == Kind::Register => {
                        return Err(Conflict { token: Some(token), problem: no_successor(offset) })
                    }
                    Err(_) => {
                        let value = number_text(number, operand.rule);
                        let problem = Problem::ImmediateRange { value, takes: takes(operand, &field, before) };
                        return Err(Conflict { token: Some(token), problem });
                    }
                }
            }
            Given::Beyond(number) => {
                let Some(field) = operand.checking(view) else { return Err(clash(Some(token))) };
                let problem = Problem::ImmediateRange { value: format!("{number}"), takes: takes(operand, &field, before) };
                return Err(Conflict { token: Some(token), problem });
            }
            Given::Unknown { .. } => return Err(clash(Some(token))),
        };
        self.said.extend(operand.places.iter().map(|place| (place.slot, token)));
        if self.bits.put_places(&operand.places, u64::MAX, raw) {
            return Ok(());
        }
        let problem = match (given, operand.kind, operand.checking(view)) {
            (Given::Known(number), Kind::Immediate, Some(field)) => {
                Problem::ImmediateRange { value: number_text(number, operand.rule), takes: takes(operand, &field, before) }
            }
            (_, Kind::Register, _) if offset != 0 => no_successor(offset),
            (_, Kind::Register, _) => Problem::Conflict(String::from("this must be the same register as in an operand before")),
            _ => return Err(clash(Some(token))),
        };
        Err(Conflict { token: Some(token), problem })
    }

    /// Gives operands in absent optional text their defaults.
    fn absent(&mut self, from: usize, to: usize, same: &mut Vec<(Operand, Operand)>) -> Outcome<()> {
        let view = self.view;
        let mut at = from;
        while at < to {
            let Some(node) = view.operands.get(at).copied() else { return Ok(()) };
            at += 1;
            match node {
                Node::Keyword { table, default: u16::MAX, .. } => {
                    let keywords = view.keywords.get(usize::from(table));
                    let places = keywords.map(|keywords| view.places(keywords.parts.of(view.table.parts))).unwrap_or_default();
                    if !self.bits.put_places(&places, u64::MAX, 0) {
                        return Err(clash(None));
                    }
                }
                Node::Keyword { table, default, .. } => self.choose(table, default, None)?,
                Node::Register { class, value, sign, default, .. } => {
                    if sign != NONE {
                        self.put(sign, 1, None)?;
                    }
                    let class = if let table::ClassOf::Fixed(class) = class { Some(class) } else { None };
                    self.default(value, class, default, same)?;
                }
                Node::Immediate { value, default, .. } => self.default(value, None, default, same)?,
                Node::Optional { flag: table::Flag::Slot { slot, present }, .. } => {
                    self.put(slot, u64::from(1 - present), None)?
                }
                Node::Optional { .. }
                | Node::Glue
                | Node::Punct(_)
                | Node::Word(_)
                | Node::Number(_)
                | Node::Decimal(_)
                | Node::List { .. }
                | Node::Mask { .. }
                | Node::Tiles { .. } => {}
            }
        }
        Ok(())
    }

    fn default(
        &mut self,
        value: u8,
        class: Option<Class>,
        default: table::Default,
        same: &mut Vec<(Operand, Operand)>,
    ) -> Outcome<()> {
        let Some(operand) = self.operand(value, class) else { return Err(clash(None)) };
        let raw = match default {
            table::Default::Zero if operand.rule == Rule::SignMagnitude => {
                operand.rule.encode(0, operand.places.len() as u8).unwrap_or(0)
            }
            table::Default::Zero => 0,
            table::Default::Number(number) => match operand.checking(self.view).map(|field| field.encode(number.into())) {
                Some(Ok(raw)) => raw,
                _ => return Err(clash(None)),
            },
            table::Default::Same(other) => {
                if let Some(other) = self.operand(other, class) {
                    same.push((other, operand));
                }
                return Ok(());
            }
        };
        if self.bits.put_places(&operand.places, u64::MAX, raw) {
            return Ok(());
        }
        // What another operand says is not what the absent text means.
        let said = self.said.iter().filter(|(slot, _)| operand.places.iter().any(|place| place.slot == *slot));
        Err(clash(said.map(|(_, token)| *token).max()))
    }

    /// A run-time value: bits that others have fixed limit it, bits that an earlier run-time value has tie the two.
    fn unknown(&mut self, operand: Operand, value: u16, low: i64, high: i64, token: usize) -> Outcome<()> {
        let view = self.view;
        let width = operand.places.len() as u8;
        let (mask, bits) = self.bits.at_places(&operand.places);
        let mask = mask & ones(width);
        let Some(mut field) = limited(&operand.field(view, 0).ok_or_else(|| clash(Some(token)))?, &operand, mask, bits) else {
            return Err(clash(Some(token)));
        };
        let earlier =
            self.unknown.iter().position(|other| other.operand.places.iter().any(|place| operand.places.contains(place)));
        if let Some(first) = earlier {
            let Some(other) = self.unknown.get(first) else { return Err(clash(Some(token))) };
            let linear = |rule| matches!(rule, Rule::Unsigned | Rule::Signed);
            if other.operand.places != operand.places
                || other.operand.rule != operand.rule
                || other.operand.mul != operand.mul
                || !linear(operand.rule)
            {
                return Err(clash(Some(token)));
            }
            let constant = i64::from(other.operand.add) - i64::from(operand.add);
            let blame = self.unknown.len() as u8;
            if other.value != value || constant != 0 {
                let left = Sum { terms: [(blame, 1), (first as u8, -1), (0, 0), (0, 0)], constant };
                self.relations.push(Relation { any: [Some(Compare { left, order: Order::Equal }), None, None, None], blame });
            }
            field.len = 0;
        }
        field.min = field.min.max(if low == i64::MIN { low } else { low.max(0) });
        field.max = field.max.min(high);
        if low != i64::MIN && field.encode(high) == Ok(high as u64) && field.encode(low) == Ok(low as u64) {
            // The width says it already.
            field.min = if field.min == low { i64::MIN } else { field.min };
            field.max = if high as u64 == ones(width) { i64::MAX } else { field.max };
        }
        self.said.extend(operand.places.iter().map(|place| (place.slot, token)));
        // A narrower field has the known bits in its bias; the template has them, too.
        let fixed = if field.width < width { (0, 0) } else { (mask, bits) };
        self.unknown.push(Unknown { value, operand, field, low, high, fixed });
        Ok(())
    }

    /// Absent operands that are the same as another one.
    fn copy(&mut self, from: &Operand, to: &Operand) -> Outcome<()> {
        let view = self.view;
        let (mask, bits) = self.bits.at_places(&from.places);
        if mask & ones(from.places.len() as u8) == ones(from.places.len() as u8) {
            return if self.bits.put_places(&to.places, u64::MAX, bits) { Ok(()) } else { Err(clash(None)) };
        }
        if from.places == to.places {
            return Ok(());
        }
        let Some(unknown) = self.unknown.iter_mut().find(|unknown| unknown.operand.places == from.places) else {
            return Err(clash(None));
        };
        let Some(more) = to.field(view, 0) else { return Err(clash(None)) };
        for piece in more.pieces() {
            let Some(place) = unknown.field.pieces.get_mut(usize::from(unknown.field.len)) else { return Err(clash(None)) };
            *place = *piece;
            unknown.field.len += 1;
        }
        Ok(())
    }

    fn finish(mut self, form: u16) -> Outcome<Solution> {
        let view = self.view;
        let mut word = view.form.bits | view.form.should;
        for (n, slot) in (0u8..).zip(view.slots) {
            let (mask, bits) = self.bits.get(n);
            for piece in slot.pieces.of(view.table.pieces) {
                let part = (mask & bits).checked_shr(piece.from.into()).unwrap_or(0) & ones(piece.width);
                word |= (part as u32).checked_shl(piece.to.into()).unwrap_or(0);
            }
        }
        for (byte, part) in self.code.iter_mut().zip(word.to_le_bytes()) {
            *byte ^= part;
        }
        let mut certain = self.relations.is_empty();
        for unknown in &self.unknown {
            // Bits that are fixed within a run-time field come with its value.
            let (mask, bits) = unknown.fixed;
            if unknown.field.len > 0 {
                unknown.field.patch(bits & mask, &mut self.code);
            }
            let (low, high) = (unknown.low, unknown.high);
            certain &= low != i64::MIN && unknown.field.takes_all(low, high);
        }
        let pending = self.unknown.iter().map(|unknown| Pending { value: unknown.value, field: unknown.field }).collect();
        let instruction = Instruction {
            form,
            len: view.form.size,
            code: self.code,
            pending,
            derived: self.derived,
            relations: self.relations,
            reference: self.reference,
        };
        Ok(Solution { instruction, certain, warning: self.warning })
    }
}
