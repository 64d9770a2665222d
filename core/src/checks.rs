//! The cold side of operand checks: which operand was it?
//!
//! Generated code or-s the checks of all operands of an invocation into one test. When that fails, the values go
//! through [`Encoding::encode`] here, which is the definition of what an instruction takes.

use crate::error::{Error, Forms, Reason};
use crate::sink::advance;
use bareasm_isa::encoding::{Encoding, Relation};
use bareasm_isa::field::Field;

/// What the operands of one instruction of an invocation have to fit.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Offset of the instruction from the start of the invocation, in bytes.
    pub at: u16,
    /// The instruction's form.
    pub form: u16,
    /// One field for each value.
    pub fields: &'static [&'static Field],
    /// Constraints between the values.
    pub relations: &'static [Relation],
}

/// The failure of the first value that its instruction refuses, for an invocation that starts at `offset`. The values
/// are those of all checks, one after the other.
#[cold]
#[inline(never)]
pub(crate) fn blame(offset: u32, forms: Forms, checks: &[Check], mut values: &[i64]) -> Error {
    for check in checks {
        let (own, rest) = values.split_at_checked(check.fields.len()).unwrap_or((values, &[]));
        values = rest;
        let encoding =
            Encoding { form: check.form, template: &[], fields: check.fields, derived: &[], relations: check.relations };
        if let Err(fault) = encoding.encode(own, &mut []) {
            return Error::operand_at(advance(offset, check.at.into()), forms, check.form, fault.operand, fault.reason);
        }
    }
    // The caller's checks are those of the fields, so this is not reached; but an instruction that was called bad must
    // not get through.
    Error::at(offset, Reason::OperandConflict)
}
