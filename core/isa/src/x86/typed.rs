//! Choosing among a few rows at run time, without a heap: what typed encoders do.
//!
//! A [`Row`] carries everything of the table that its form needs, so that a program has the rows that it uses and no table.

use super::encode::emit;
use super::encoded::{Encoded, Refusal};
use super::form::{Attributes, Form, Role, Signature, MAX_OPERANDS};
use super::operand::{Operand, Request};
use super::preference::{swap, tier};
use super::shape::PackedShape;
use super::table::{Name, Table};

/// A form with its operands' shapes.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Index of the form in the full table, for messages.
    pub number: u16,
    /// The spelling of the mnemonic fixes the last immediate to this value; [`Name::NOT_FIXED`]: it does not.
    pub fixed: u16,
    /// The form; its signature has index 0.
    pub form: Form,
    /// The signature; its shapes count in `shapes`.
    pub signature: Signature,
    /// Its shapes.
    pub shapes: &'static [PackedShape],
}

impl Row {
    /// What a row of a form holds: the form, its signature, its shapes. `None` if there is no such form.
    #[cfg(feature = "matching")]
    pub fn parts(table: &Table<'_>, number: u16) -> Option<(Form, Signature, alloc::vec::Vec<PackedShape>)> {
        let form = table.form(number)?;
        let mut signature = table.signature(form);
        let mut shapes = alloc::vec::Vec::new();
        for shape in signature.shapes.iter_mut().filter(|shape| **shape != Signature::ABSENT) {
            shapes.push(*table.shapes.get(usize::from(*shape))?);
            *shape = shapes.len().checked_sub(1)? as u8;
        }
        Some((form.with_signature(0)?, signature, shapes))
    }
}

/// What is compared: tier, reach of a branch to a label (the farthest first), length, order, exchanged operands.
type Key = (u8, u8, u8, usize, bool);

/// The best of these rows for operands whose numbers are known, by the rules of `Table::choose` with every feature, and
/// its instruction; or why the row that got farthest does not take them.
pub fn best(rows: &[Row], request: &Request<'_>) -> Result<(u16, Encoded), (u16, Refusal)> {
    let mut best: Option<(Key, u16, Encoded)> = None;
    let mut bare: Option<(Key, u16, Encoded)> = None;
    let mut refusal = (0, Refusal::Mode);
    // The width that rows have for memory without one; they must agree.
    let mut width: Option<u16> = None;
    let mut ambiguous = None;
    for (order, row) in rows.iter().enumerate() {
        let mut operands = [Operand::number(0); MAX_OPERANDS + 1];
        let given = request.operands.iter().copied();
        let fixed = (row.fixed != Name::NOT_FIXED).then(|| Operand::number(row.fixed.into()));
        let mut count = 0usize;
        for (place, operand) in operands.iter_mut().zip(given.chain(fixed)) {
            *place = operand;
            count = count.saturating_add(1);
        }
        let request = Request { operands: operands.get(..count).unwrap_or(&operands), ..*request };
        let forms = [row.form];
        let signatures = [row.signature];
        let table = Table {
            forms: &forms,
            signatures: &signatures,
            shapes: row.shapes,
            names: &[],
            text: "",
            mnemonics: &[],
            features: &[],
            cpus: &[],
            feature_sets: &[],
            by_opcode: &[],
            rows: &[],
            sections: &[],
            files: &[],
        };
        let bound = match table.bind(row.form, &request) {
            Ok(bound) => bound,
            Err(found) => {
                refusal = farther(refusal, (row.number, found));
                continue;
            }
        };
        let attributes = row.form.attributes();
        if !attributes.has(Attributes::ALT) {
            let open = bound.iter().flatten().find(|bound| {
                matches!(bound.operand, Operand::Memory(memory) if memory.size.is_none() && memory.broadcast.is_none())
                    && bound.role != Role::Displacement
            });
            if let Some(open) = open {
                match width {
                    None => width = Some(open.shape.width),
                    Some(known) if known == open.shape.width => {}
                    Some(_) => ambiguous = Some((row.number, Refusal::Kind(open.at))),
                }
            }
        }
        for swapped in [false, true] {
            let mut bound = bound;
            if swapped && !swap(row.form, &mut bound) {
                continue;
            }
            match emit(row.number, row.form, &bound, &request) {
                Ok(encoded) => {
                    let branch = encoded.relative != 0 && encoded.label.is_some();
                    let reach = if branch { 32u8.saturating_sub(encoded.relative) } else { 0 };
                    let key = (tier(row.form), reach, encoded.len, order, swapped);
                    for (place, may) in [(&mut best, true), (&mut bare, attributes.has(Attributes::BARE))] {
                        if may && place.as_ref().is_none_or(|(known, ..)| key < *known) {
                            *place = Some((key, row.number, encoded));
                        }
                    }
                }
                Err(found) if !swapped => refusal = farther(refusal, (row.number, found)),
                Err(_) => {}
            }
        }
    }
    let chosen = if ambiguous.is_some() && best.is_some() { bare } else { best };
    match chosen {
        Some((_, number, encoded)) => Ok((number, encoded)),
        None => Err(ambiguous.unwrap_or(refusal)),
    }
}

/// The refusal that says more: a bad number before an operand of the wrong kind, a later operand before an earlier one.
fn farther(a: (u16, Refusal), b: (u16, Refusal)) -> (u16, Refusal) {
    if b.1.weight() >= a.1.weight() {
        b
    } else {
        a
    }
}
