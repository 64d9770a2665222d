//! Typed encoders of x86: operands as the encoder takes them, and the choice among rows.

mod operand;

pub(crate) use operand::registers;
pub use operand::{byte, dword, far, ip, mem, qword, tbyte, word, xmmword, ymmword, zmmword};
pub use operand::{Base, Dfv, Far, Index, Label, Masked, Mem, Operand, Operands, Sizable, Sized, Values, With};

use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::Error;
use crate::label::LabelTable;
use crate::sink::Sink;
use bareasm_isa::encoding::Fault;
use bareasm_isa::x86::typed::{best, Row};
use bareasm_isa::x86::Mode;

/// A mnemonic that takes operands of these types. `O` is a tuple of *keys*: an operand's type, except that
/// [`Imm`](crate::typed::Imm) stands for every integer type, and decorations do not count.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no form with operands `{O}`",
    label = "no form of `{Self}` takes these operands",
    note = "the documentation of the method lists its forms; `Imm` is any integer, and one operand is a tuple, too: `(x,)`"
)]
pub trait Accepts<O> {
    /// The rows for these types.
    #[doc(hidden)]
    const ROWS: &'static [Row];
}

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// Puts the best of these rows for the operands.
    #[inline(never)]
    pub(crate) fn encode_rows(&mut self, rows: &'static [Row], values: &Values, mode: Mode) -> Result<(), Error> {
        match best(rows, &values.request(mode)) {
            Ok((_, encoded)) => {
                self.put_slice(encoded.bytes());
                if let (Some(reference), Some(label)) = (encoded.label, values.label()) {
                    self.refer(label, reference.relocation, u32::from(encoded.len).wrapping_sub(reference.at.into()));
                }
            }
            Err((form, refusal)) => {
                let (operand, reason) = refusal.fault();
                self.fault(form, Fault { operand, reason });
            }
        }
        self.latched()
    }
}
