//! Typed encoders: `asm.movs((R0, 42))?`, without the macro.
//!
//! Every mnemonic of an architecture is a method of its assembler, and a type that says which operands it takes:
//! `Accepts` is implemented for each list of operand types that some row of the tables has. The build script writes these
//! implementations; each is a constant, so that what is not used costs nothing.
//!
//! Operands are a tuple, as they stand in the text, also for one (`(LR,)`) and for none (`()`). Their types choose the rows;
//! their values, known at run time, choose among the rows of the same types (T32: the shortest that fits).
//!
//! Names follow one rule: the mnemonic in lower case, with `_` for a dot (`b.eq`: `b_eq`), and with `_` behind it if it is a
//! keyword of Rust or the name of another method of the assembler (`in_`, `loop_`).

#[cfg(any(feature = "aarch64", feature = "thumb"))]
pub mod fixed;
#[cfg(any(feature = "x64", feature = "x86"))]
pub mod x86;

use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::Error;
use crate::label::LabelTable;
use crate::sink::{Sink, MAX_CODE};

/// An integer, as an operand type: of any of Rust's integer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imm {}

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// The failure of an operand or label, if there was one. A full buffer is none: positions go on counting, and
    /// [`Assembler::finish`] says how many bytes are needed.
    #[inline]
    pub(crate) fn latched(&self) -> Result<(), Error> {
        if self.sink.mark() > MAX_CODE { self.status() } else { Ok(()) }
    }
}
