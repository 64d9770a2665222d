//! Choosing a form: of the forms that take the operands, the smallest by (tier, immediate, length, order).
//!
//! Tier 0 is legacy, VEX and XOP, tier 1 EVEX, tier 2 `alt`. Length is the real length with these operands. The first
//! row wins among equals, so order of rows is preference. Immediates that are known only at run time take 32 bits where
//! the instruction has that.

use super::encode::emit;
use super::encoded::{Encoded, Refusal};
use super::features::{Features, APX};
use super::form::{Attributes, Form, Role};
use super::nearest::with_fixed;
use super::operand::{Decorations, Immediate, Mode, Number, Operand, Prefix, Request};
use super::preference::{swap, tier};
use super::report;
use super::shape::Immediate as ImmediateKind;
use super::table::{Name, Table};
use crate::choice::{Choice, Instruction, Mismatch, Pending, Problem, Reference};
use crate::encoding::{Compare, Order, Relation, Sum};
use alloc::vec::Vec;

/// A form that takes the operands, encoded.
struct Candidate {
    key: (u8, u8, u8, usize, bool),
    /// Where the first operand stands.
    first: Option<Role>,
    attributes: Attributes,
    encoded: Encoded,
}

/// Why a form was not taken.
pub(super) struct Rejected {
    pub form: Form,
    /// The spelling that it was tried under.
    pub name: Name,
    pub refusal: Refusal,
    /// Everything is right but for features that are not enabled.
    pub feature: bool,
}

impl Table<'_> {
    /// Chooses the form for a mnemonic and its operands, and encodes it.
    ///
    /// `Mismatch::token` is the index of the operand at fault. Labels: see [`Choice`].
    #[allow(clippy::too_many_arguments)] // these are the parts of an instruction
    pub fn choose(
        &self,
        mnemonic: &str,
        prefixes: &[Prefix],
        operands: &[Operand],
        decorations: Decorations,
        mode: Mode,
        features: &Features,
    ) -> Result<Choice, Mismatch> {
        let entries = self.entries(mnemonic);
        if entries.is_empty() {
            return Err(Mismatch { token: 0, problem: Problem::UnknownMnemonic(self.nearest(mnemonic)) });
        }
        let request = Request { prefixes, operands, decorations, mode };
        let mut search = Search {
            table: self,
            request,
            features,
            registers: !request.is_apx() || !features.lacks(self, APX),
            candidates: Vec::new(),
            rejected: Vec::new(),
            widths: Vec::new(),
            order: 0,
        };
        for entry in entries {
            search.entry(entry);
        }
        search.unsized_memory()?;
        if request.has(Prefix::Swap) && !search.candidates.is_empty() && !search.swap() {
            return Err(report::prefix(&request, Prefix::Swap));
        }
        search.best().ok_or_else(|| report::mismatch(self, &request, features, &search.rejected))
    }
}

struct Search<'s> {
    table: &'s Table<'s>,
    request: Request<'s>,
    features: &'s Features,
    /// The features admit the registers of the operands.
    registers: bool,
    candidates: Vec<Candidate>,
    rejected: Vec<Rejected>,
    /// Widths that the forms have for a memory operand without one.
    widths: Vec<u16>,
    order: usize,
}

impl Search<'_> {
    fn entry(&mut self, entry: &Name) {
        let request = self.request;
        if entry.fixed == Name::NOT_FIXED {
            return self.forms(entry, &request);
        }
        let operands = with_fixed(request.operands, entry);
        self.forms(entry, &Request { operands: &operands, ..request });
    }

    fn forms(&mut self, entry: &Name, request: &Request<'_>) {
        for (index, form) in self.table.forms_of(entry) {
            self.order = self.order.saturating_add(1);
            let enabled = self.table.available(form, self.features);
            let taken = enabled && self.registers;
            let (refusal, feature) = match self.form(index, form, request, taken) {
                Ok(()) if taken => continue,
                Ok(()) => (Refusal::Mode, true),
                Err(refusal) => (refusal, false),
            };
            if enabled || feature {
                self.rejected.push(Rejected { form, name: *entry, refusal, feature });
            }
        }
    }

    /// Tries one form; `keep`: as a candidate.
    fn form(&mut self, index: u16, form: Form, request: &Request<'_>, keep: bool) -> Result<(), Refusal> {
        let bound = self.table.bind(form, request)?;
        let attributes = form.attributes();
        if keep && !attributes.has(Attributes::ALT) {
            let open = bound.iter().flatten().find(|bound| {
                matches!(bound.operand, Operand::Memory(memory) if memory.size.is_none() && memory.broadcast.is_none())
                    && bound.role != Role::Displacement
            });
            if let Some(open) = open.filter(|open| !self.widths.contains(&open.shape.width)) {
                self.widths.push(open.shape.width);
            }
        }
        let tier = tier(form);
        let late = bound.iter().flatten().map(|bound| late_rank(&bound.operand, bound.shape.immediate)).max().unwrap_or(0);
        let mut last = Ok(());
        for swapped in [false, true] {
            let mut bound = bound;
            if swapped && !swap(form, &mut bound) {
                continue;
            }
            match emit(index, form, &bound, request) {
                Ok(encoded) if keep => {
                    let key = (tier, late, encoded.len, self.order, swapped);
                    let first = bound.iter().flatten().next().map(|bound| bound.role);
                    self.candidates.push(Candidate { key, first, attributes, encoded });
                }
                Ok(_) => {}
                Err(refusal) if !swapped => last = Err(refusal),
                Err(_) => {}
            }
        }
        last
    }

    /// Forms that disagree about the width of a memory operand that has none: only a `bare` one may be meant.
    fn unsized_memory(&mut self) -> Result<(), Mismatch> {
        if self.widths.len() < 2 || self.candidates.is_empty() {
            return Ok(());
        }
        self.candidates.retain(|candidate| candidate.attributes.has(Attributes::BARE));
        if !self.candidates.is_empty() {
            return Ok(());
        }
        let open = |operand: &Operand| matches!(operand, Operand::Memory(memory) if memory.size.is_none());
        let token = self.request.operands.iter().position(open).unwrap_or(0);
        Err(Mismatch { token, problem: Problem::AmbiguousSize })
    }

    /// Keeps the forms with the first operand in the other place than the first form has it; whether there are any.
    fn swap(&mut self) -> bool {
        let key = |candidate: &&Candidate| (candidate.key.0, candidate.key.3);
        let usual = self.candidates.iter().filter(|candidate| !candidate.key.4).min_by_key(key).and_then(|usual| usual.first);
        let other = match usual {
            Some(Role::Reg) => Role::Rm,
            Some(Role::Rm) => Role::Reg,
            _ => return false,
        };
        self.candidates.retain(|candidate| candidate.first == Some(other));
        !self.candidates.is_empty()
    }

    fn best(&self) -> Option<Choice> {
        let first = self.candidates.iter().min_by_key(|candidate| candidate.key)?;
        let branch = |candidate: &&Candidate| candidate.encoded.relative != 0 && candidate.encoded.label.is_some();
        if !branch(&first) {
            return Some(Choice { instruction: instruction(&first.encoded), shorter: Vec::new(), warning: None });
        }
        // A label of unknown distance: the best form of each reach.
        let (tier, ..) = first.key;
        let mut reaches: Vec<&Candidate> = Vec::new();
        for reach in [8, 16, 32] {
            let same = |candidate: &&Candidate| candidate.encoded.relative == reach && candidate.key.0 == tier;
            reaches.extend(self.candidates.iter().filter(branch).filter(same).min_by_key(|candidate| candidate.key));
        }
        let widest = reaches.pop()?;
        Some(Choice {
            instruction: instruction(&widest.encoded),
            shorter: reaches.into_iter().map(|candidate| instruction(&candidate.encoded)).collect(),
            warning: None,
        })
    }
}

/// How far a run-time immediate is from what it takes if nobody says its size: 32 bits, else 16, else 8, and 64 only on demand.
fn late_rank(operand: &Operand, kind: ImmediateKind) -> u8 {
    match (operand, kind.bits()) {
        (Operand::Immediate { value: Immediate::Value(_), size: None }, bits) => match bits {
            32 => 0,
            16 => 1,
            64 => 3,
            _ => 2,
        },
        _ => 0,
    }
}

/// The instruction as the front end takes it: run-time values in the order of their numbers.
fn instruction(encoded: &Encoded) -> Instruction {
    let mut slots: Vec<_> = encoded.slots.iter().flatten().collect();
    slots.sort_by_key(|slot| slot.value);
    let term = |number: Number, factor: i16| match number {
        Number::Known(n) => ((0, 0), i64::from(factor).wrapping_mul(n.into())),
        Number::Value(value) => {
            let at = slots.iter().position(|slot| slot.value == value).unwrap_or(0);
            ((at as u8, factor), 0)
        }
    };
    let relations = encoded.unequal.iter().flatten().map(|(a, b)| {
        let (left, constant) = term(*a, 1);
        let (right, other) = term(*b, -1);
        let terms = if left.1 == 0 { [right, (0, 0), (0, 0), (0, 0)] } else { [left, right, (0, 0), (0, 0)] };
        let blame = if right.1 == 0 { left.0 } else { right.0 };
        let sum = Sum { terms, constant: constant.wrapping_add(other) };
        Relation { any: [Some(Compare { left: sum, order: Order::NotEqual }), None, None, None], blame }
    });
    Instruction {
        form: encoded.form,
        len: encoded.len,
        code: encoded.code,
        relations: relations.collect(),
        pending: slots.iter().map(|slot| Pending { value: slot.value, field: slot.field }).collect(),
        derived: Vec::new(),
        reference: encoded.label.map(|label| Reference { target: label.target, relocation: label.relocation, at: label.at }),
    }
}
