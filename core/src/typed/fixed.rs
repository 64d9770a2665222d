//! Typed encoders of the fixed-width instruction sets: operands as numbers, and the choice among rows.

mod operand;

#[cfg(feature = "aarch64")]
pub(crate) use operand::{common_index, consecutive, spaced, Element};
pub use operand::{mem, Address, Base, Float, Label, Lane, List, Mem, Operand, Operands, Pre, Values, Writeback};

use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::Error;
use crate::label::LabelTable;
use crate::sink::Sink;
use bareasm_isa::encoding::{Encoding, Fault, MAX_LEN};
use bareasm_isa::field::{Field, Reason};
use bareasm_isa::relocation::Relocation;

/// A mnemonic that takes operands of these types. `O` is a tuple of *keys*: an operand's type, except that
/// [`Imm`](crate::typed::Imm) stands for every integer type and `XSp` for every base address.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no form with operands `{O}`",
    label = "no form of `{Self}` takes these operands",
    note = "the documentation of the method lists its forms; `Imm` is any integer, and one operand is a tuple, too: `(x,)`"
)]
pub trait Accepts<O> {
    /// The rows for these types in order of preference. Only this crate can make some.
    #[doc(hidden)]
    const FORMS: &'static [Form];
}

/// A row for operands of certain types.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub(crate) encoding: Encoding<'static>,
    /// What is patched for a label, and at which byte.
    pub(crate) reference: Option<(Relocation, u8)>,
    /// Values that are 64-bit patterns, one bit each.
    pub(crate) patterns: u8,
}

impl Form {
    /// Number of the form in its table.
    pub const fn number(&self) -> u16 {
        self.encoding.form
    }

    /// The instruction with zeros in its fields.
    pub const fn template(&self) -> &'static [u8] {
        self.encoding.template
    }

    /// The field of each value.
    pub const fn fields(&self) -> &'static [&'static Field] {
        self.encoding.fields
    }

    /// What is patched for a label, and at which byte.
    pub const fn reference(&self) -> Option<(Relocation, u8)> {
        self.reference
    }
}

/// The first of these forms that takes the values, and the instruction. Out of line, and once for all assemblers.
#[inline(never)]
#[doc(hidden)]
pub fn select<'f>(forms: &'f [Form], values: &Values, code: &mut [u8; MAX_LEN]) -> Result<&'f Form, (u16, Fault)> {
    // The fault to report is that of the form that got farthest; of the later one, which takes more, if several did.
    let mut worst = (0, Fault { operand: 0, reason: Reason::OperandConflict });
    for form in forms {
        let Some(room) = code.get_mut(..form.encoding.template.len()) else { continue };
        match form.encoding.encode(&values.numbers(form.patterns), room) {
            Ok(()) => return Ok(form),
            Err(fault) if fault.operand >= worst.1.operand => worst = (form.encoding.form, fault),
            Err(_) => {}
        }
    }
    Err(worst)
}

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// Puts the first of these forms that takes the values.
    #[inline(never)]
    pub(crate) fn encode_typed(&mut self, forms: &'static [Form], values: &Values) -> Result<(), Error> {
        let mut code = [0; MAX_LEN];
        match select(forms, values, &mut code) {
            Ok(form) => {
                let len = form.encoding.template.len();
                self.put_slice(code.get(..len).unwrap_or(&[]));
                if let (Some((relocation, at)), Some(label)) = (form.reference, values.label()) {
                    self.refer(label, relocation, (len as u32).wrapping_sub(at.into()));
                }
            }
            Err((form, fault)) => {
                self.fault(form, fault);
                let len = forms.last().map_or(0, |form| form.encoding.template.len());
                self.sink.seal(self.sink.mark(), len);
            }
        }
        self.latched()
    }
}
