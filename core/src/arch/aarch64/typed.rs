//! A64 mnemonics as methods, and the words of operands.
//!
//! `mov` with an immediate takes what one instruction can hold; `Assembler::load_immediate` takes every value.

use super::matrix::*;
use super::operands::*;
use super::registers::*;
use super::scalable::*;
use crate::arch::Aarch64;
use crate::typed::fixed::{Accepts, Float, Form, Label, Lane, List, Mem, Operand, Operands, Pre, Values, Writeback};
use crate::typed::Imm;
use crate::{Assembler, Error, LabelTable, Sink};
#[allow(unused_imports)] // the tables need some of these names
use bareasm_isa::{
    encoding::{Compare, Derived, Encoding, Order::*, Relation, Sum},
    field::{Field, Kind::*, Piece},
    relocation::Relocation,
    rule::Rule::*,
};

include!(concat!(env!("OUT_DIR"), "/aarch64_typed.rs"));
