//! What encoding yields: bytes with run-time values and a label left open, or the reason why not.

use super::operand::{Number, Prefix};
use crate::encoding::MAX_LEN;
use crate::field::{Field, Reason};
use crate::relocation::Relocation;

/// Why a form cannot encode operands whose kinds it takes. The number is the index of the operand in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The form does not take an operand of this kind here, or not this many operands.
    Kind(u8),
    /// A register that this encoding cannot hold.
    Register(u8, Reason),
    /// ah, ch, dh or bh in an instruction that needs REX.
    HighByte(u8),
    /// r16 to r31 in a form that REX2 cannot extend.
    Extended(u8),
    /// rsp as an index.
    StackIndex(u8),
    /// A scale other than 1, 2, 4, 8.
    Scale(u8),
    /// Registers of different or impossible sizes in an address.
    AddressSize(u8),
    /// Registers, a scale or a label that a 16-bit address cannot have.
    Address16(u8),
    /// A label together with registers in a 64-bit address.
    LabelWithRegister(u8),
    /// rip with an index, or in 32-bit mode.
    InstructionPointer(u8),
    /// An immediate or displacement outside of its field.
    Value(u8, Reason, Field),
    /// The form does not exist in this mode.
    Mode,
    /// The form does not admit this prefix or hint.
    Prefix(Prefix),
    /// The form does not take this mask, or `{z}` without one, or k0.
    Mask,
    /// The form does not take this rounding, or not with memory.
    Rounding,
    /// Two operands must be different registers.
    Distinct(u8),
    /// The instruction would be longer than 15 bytes.
    TooLong,
}

impl Refusal {
    /// The operand to name, and what is wrong with it.
    pub fn fault(&self) -> (u8, Reason) {
        match *self {
            Refusal::Register(operand, reason) | Refusal::Value(operand, reason, _) => (operand, reason),
            Refusal::HighByte(operand) | Refusal::Extended(operand) | Refusal::StackIndex(operand) => {
                (operand, Reason::RegisterExcluded)
            }
            Refusal::Scale(operand) => (operand, Reason::ImmediateEncoding),
            Refusal::Kind(operand)
            | Refusal::AddressSize(operand)
            | Refusal::Address16(operand)
            | Refusal::LabelWithRegister(operand)
            | Refusal::InstructionPointer(operand)
            | Refusal::Distinct(operand) => (operand, Reason::OperandConflict),
            Refusal::Mode | Refusal::Prefix(_) | Refusal::Mask | Refusal::Rounding | Refusal::TooLong => {
                (0, Reason::OperandConflict)
            }
        }
    }

    /// How much it says: kinds that do not match say less than numbers that do not fit.
    pub(super) fn weight(&self) -> (u8, u8) {
        let (operand, _) = self.fault();
        match self {
            Refusal::Mode => (0, 0),
            Refusal::Kind(_) | Refusal::Prefix(_) => (1, operand),
            _ => (2, operand),
        }
    }
}

/// A run-time value and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The caller's number of the value.
    pub value: u16,
    /// Its field.
    pub field: Field,
}

/// A reference to a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelSlot {
    /// The caller's number of the label.
    pub target: u16,
    /// How it is patched; the addend is in the code.
    pub relocation: Relocation,
    /// Byte offset of the displacement.
    pub at: u8,
}

/// The most run-time values of an instruction.
pub const MAX_SLOTS: usize = 8;

/// An encoded instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Index of the form.
    pub form: u16,
    /// The bytes.
    pub code: [u8; MAX_LEN],
    /// How many.
    pub len: u8,
    /// Run-time values; the used ones come first.
    pub slots: [Option<Slot>; MAX_SLOTS],
    /// Numbers that must differ.
    pub unequal: [Option<(Number, Number)>; MAX_SLOTS],
    /// The label that it refers to.
    pub label: Option<LabelSlot>,
    /// Bits of the displacement of a branch; 0 if it is none.
    pub relative: u8,
}

impl Encoded {
    /// The bytes in use.
    pub fn bytes(&self) -> &[u8] {
        self.code.get(..self.len.into()).unwrap_or(&self.code)
    }
}
