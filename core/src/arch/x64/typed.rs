//! Mnemonics of x86 in 64-bit mode as methods.
//!
//! Of the forms that take the operands, the shortest is encoded, as `dynasm!` does with literals; a branch to a label takes the
//! form that reaches farthest, since where the label is going to be is not known.

use super::registers::*;
use crate::arch::X64;
#[allow(unused_imports)] // no mode has all of them
use crate::typed::x86::{Accepts, Dfv, Far, Label, Mem, Operands};
use crate::typed::Imm;
use crate::{Assembler, Error, LabelTable, Sink};
#[allow(unused_imports)] // what the tables need
use bareasm_isa::x86::{
    form::{Form, Signature},
    shape::PackedShape,
    typed::Row,
    Mode, Rounding,
};

include!(concat!(env!("OUT_DIR"), "/x64_typed.rs"));
