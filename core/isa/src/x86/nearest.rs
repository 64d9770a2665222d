//! How near a form is to operands that it does not take, and the forms of a mnemonic in this order.
//!
//! A difference in width counts less than one of kind, and that less than a missing operand, so that the nearest form is the one
//! that the author is likely to have meant. Of equals, the one is nearer that the operands fit longest: the first operand
//! says what is wanted.

use super::encode::emit;
use super::encoded::Refusal;
use super::features::Features;
use super::form::Form;
use super::matching::{takes, takes_mask, takes_rounding};
use super::operand::{Operand, Request};
use super::parts::{admitted, bind, Parts};
use super::register::Class;
use super::shape::{Immediate as ImmediateKind, Shape};
use super::table::{Name, Table};
use super::text::Description;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// How much a form differs from a request; less is nearer: its cost, the first operand at fault, and of numbers that do not fit the
/// width of their field.
pub(super) type Difference = (u16, Reverse<usize>, Reverse<u8>);

/// Costs of what may differ.
const NUMBER: u16 = 1;
const WIDTH: u16 = 2;
const DECORATION: u16 = 2;
const PREFIX: u16 = 3;
const MODE: u16 = 4;
const KIND: u16 = 6;
const COUNT: u16 = 7;

/// What a spelling takes: its operands with the immediate that it says itself.
pub(super) fn with_fixed(operands: &[Operand], name: &Name) -> Vec<Operand> {
    let fixed = (name.fixed != Name::NOT_FIXED).then(|| Operand::number(name.fixed.into()));
    operands.iter().copied().chain(fixed).collect()
}

/// The operands of a form that are written under this spelling and in this number.
pub(super) fn shapes(table: &Table<'_>, form: Form, name: &Name, count: usize) -> Vec<Shape> {
    let signature = table.signature(form);
    let mut shapes: Vec<Shape> = signature.operands().map(|(shape, _)| table.shape(shape)).collect();
    if name.fixed != Name::NOT_FIXED {
        shapes.pop();
    }
    if shapes.len() > count {
        shapes.retain(|shape| !shape.optional);
    }
    shapes
}

/// What one operand costs.
pub(super) fn operand_cost(form: Form, shape: &Shape, operand: &Operand, request: &Request<'_>) -> u16 {
    if takes(form, shape, operand, request.mode) {
        return 0;
    }
    let family = |class: Class| match class {
        Class::R8 | Class::R16 | Class::R32 | Class::R64 | Class::High => Class::R64,
        Class::Xmm | Class::Ymm | Class::Zmm => Class::Zmm,
        other => other,
    };
    match operand {
        Operand::Register(register) => match shape.register {
            Some(class) if family(class) == family(register.class) => WIDTH,
            _ => KIND,
        },
        Operand::Memory(_) if shape.has_memory() => WIDTH,
        Operand::Immediate { .. } if shape.immediate == ImmediateKind::Literal || shape.immediate.bits() != 0 => WIDTH,
        Operand::Target { .. } if shape.immediate.is_relative() => WIDTH,
        _ => KIND,
    }
}

/// How much a form differs from a request.
pub(super) fn difference(table: &Table<'_>, form: Form, name: &Name, request: &Request<'_>) -> Difference {
    let shapes = shapes(table, form, name, request.operands.len());
    let costs: Vec<u16> =
        shapes.iter().zip(request.operands).map(|(shape, operand)| operand_cost(form, shape, operand, request)).collect();
    let first = costs.iter().position(|cost| *cost != 0).unwrap_or(costs.len());
    let missing = shapes.len().abs_diff(request.operands.len()) as u16;
    let mut cost = costs.iter().fold(missing.saturating_mul(COUNT), |sum, cost| sum.saturating_add(*cost));
    let operands = with_fixed(request.operands, name);
    let whole = Request { operands: &operands, ..*request };
    let refusal = match bind(table, form, &operands) {
        Ok(bound) => {
            if takes_mask(&bound, request).is_err() {
                cost = cost.saturating_add(DECORATION);
            }
            if request.decorations.rounding.is_some_and(|rounding| takes_rounding(&bound, rounding).is_err()) {
                cost = cost.saturating_add(DECORATION);
            }
            table.bind(form, &whole).and_then(|bound| emit(0, form, &bound, &whole).map(drop))
        }
        Err(refusal) => Err(refusal),
    };
    let extra = match refusal {
        Err(Refusal::Mode) => MODE,
        Err(Refusal::Prefix(_)) => PREFIX,
        // A wrong operand does not make a prefix right.
        Err(Refusal::Kind(_)) => match bind(table, form, &operands).map(|bound| Parts::of(&bound)) {
            Ok(parts) if admitted(form.attributes(), &parts, request).is_err() => PREFIX,
            _ => 0,
        },
        Ok(()) | Err(Refusal::Mask | Refusal::Rounding) => 0,
        Err(_) => NUMBER,
    };
    let width = match refusal {
        Err(Refusal::Value(_, _, field)) => field.width,
        _ => 0,
    };
    (cost.saturating_add(extra), Reverse(first), Reverse(width))
}

impl Table<'_> {
    /// The forms of a mnemonic that mode and features admit, the nearest to these operands first.
    pub fn nearest_forms<'t>(
        &'t self,
        mnemonic: &str,
        request: &Request<'_>,
        features: &Features,
    ) -> impl Iterator<Item = Description<'t>> + 't {
        let mut found: Vec<(Difference, Description<'t>)> = Vec::new();
        for name in self.entries(mnemonic) {
            let forms = self.forms_of(name).filter(|(_, form)| self.available(*form, features));
            let forms = forms.map(|(_, form)| (difference(self, form, name, request), self.describe_as(form, *name)));
            found.extend(forms.filter(|(_, form)| form.exists_in(request.mode)));
        }
        found.sort_by_key(|(difference, _)| *difference);
        found.into_iter().map(|(_, form)| form)
    }
}
