//! Which of several forms is better, for choosing with and without a heap.

use super::form::{Attributes, Form, Role, Space};
use super::operand::{Immediate, Number, Operand};
use super::parts::Bound;

/// 0 for legacy, VEX and XOP, 1 for EVEX, 2 for `alt`: what is smaller goes before everything else.
pub(super) fn tier(form: Form) -> u8 {
    if form.attributes().has(Attributes::ALT) {
        2
    } else {
        u8::from(form.code().space == Space::Evex)
    }
}

/// Exchanges vvvv and rm where the row allows it and all registers are known.
pub(super) fn swap(form: Form, bound: &mut [Option<Bound>]) -> bool {
    let attributes = form.attributes();
    let number = |bound: &&Bound| match bound.operand {
        Operand::Immediate { value: Immediate::Known(value), .. } => Some(value),
        _ => None,
    };
    let predicate = bound.iter().flatten().last().as_ref().and_then(number);
    let commutes = attributes.has(Attributes::COMM)
        || attributes.has(Attributes::COMMP) && predicate.is_some_and(|n| matches!(n & 3, 0 | 3));
    let known = bound.iter().flatten().all(|bound| match bound.operand {
        Operand::Register(register) => matches!(register.number, Number::Known(_)),
        Operand::Immediate { .. } => true,
        _ => false,
    });
    if form.code().space != Space::Vex || !commutes || !known {
        return false;
    }
    for bound in bound.iter_mut().flatten() {
        bound.role = match bound.role {
            Role::Vvvv => Role::Rm,
            Role::Rm => Role::Vvvv,
            role => role,
        };
    }
    true
}
