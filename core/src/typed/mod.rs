//! Typed encoders: `asm.movs((R0, 42))?`, without the macro.
//!
//! Every mnemonic of an architecture is a method of its assembler, and a type that says which operands it takes:
//! `Accepts` is implemented for each list of operand types that some row of the tables has. The build script writes these
//! implementations; each is a constant, so that what is not used costs nothing.
//!
//! Operands are a tuple, as they stand in the text, also for one (`(LR,)`) and for none (`()`). Their types choose the rows;
//! their values, known at run time, choose among the rows of the same types (T32: the shortest that fits).
//!
//! ```
//! # #[cfg(feature = "thumb")] {
//! use bareasm_core::thumb::{self, *};
//! use bareasm_core::{Error, Labels};
//!
//! /// `fn(table: *const u32, n: u32) -> u32`: the sum of `n` words, each raised by `step`.
//! fn sum(code: &mut [u8], step: u32) -> Result<usize, Error> {
//!     let mut labels = Labels::<1, 1>::new();
//!     let mut asm = thumb::Assembler::new(code, &mut labels);
//!     let again = asm.new_dynamic_label();
//!     asm.movs((R2, 0))?;
//!     asm.bind_here(again);
//!     asm.ldr((R3, mem(R0), 4))?; // [r0], #4
//!     asm.adds((R3, step))?; // an error if it does not fit
//!     asm.add((R2, R2, R3, Lsl(1)))?;
//!     asm.subs((R1, 1))?;
//!     asm.bne_n((again,))?;
//!     asm.mov((R0, R2))?;
//!     asm.bx((LR,))?;
//!     asm.finish()
//! }
//!
//! assert_eq!(sum(&mut [0; 64], 3), Ok(20));
//! assert_eq!(sum(&mut [0; 64], 300).unwrap(), 22, "a wide `adds` takes 300");
//! assert_eq!(sum(&mut [0; 64], 12345).unwrap_err().offset(), 6);
//! # }
//! ```
//!
//! A method returns the first failure of an operand or label, which the assembler keeps, too; nothing is written after it. A
//! full buffer is no failure at this point: `finish` returns it, with the size that is needed, so that a dry run on an empty
//! slice goes through to the end.
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
        if self.sink.mark() > MAX_CODE {
            self.status()
        } else {
            Ok(())
        }
    }
}
