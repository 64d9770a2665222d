//! T32 mnemonics as methods, and the words of operands.
//!
//! Outside of IT blocks and without a width, as `dynasm!` has it: `adds` is 16 bits long if its operands allow it; `adds_n` and
//! `adds_w` fix the length. A branch to a label takes the form that reaches farthest, since where the label is going to be is
//! not known. The encoders do not keep track of IT blocks: in one, a 16-bit `adds` does not set the flags, and `add` is the
//! 32-bit instruction that never does.

use super::operands::RegisterList;
use super::registers::R;
use crate::arch::Thumb;
use crate::typed::fixed::{Accepts, Form, Label, Mem, Operand, Operands, Pre, Values, Writeback};
use crate::typed::Imm;
use crate::{Assembler, Error, LabelTable, Sink};
#[allow(unused_imports)] // the tables need some of these names
use bareasm_isa::{
    encoding::{Compare, Derived, Encoding, Order::*, Relation, Sum},
    field::{Field, Kind::*, Piece},
    relocation::Relocation,
    rule::Rule::*,
};

include!(concat!(env!("OUT_DIR"), "/thumb_typed.rs"));
