//! What choosing a form yields: the instruction with all literals folded in, and what remains for run time.

use crate::encoding::{Derived, Relation, MAX_LEN};
use crate::field::Field;
use crate::relocation::Relocation;
use alloc::{string::String, vec::Vec};

/// A value that is known only at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The caller's number of the value (`Value(n)` of the operand).
    pub value: u16,
    /// Where it goes and what range it has.
    pub field: Field,
}

/// A reference to a label or absolute address inside the instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The caller's number of the target.
    pub target: u16,
    /// How it is patched. The implicit addend is in `code` already.
    pub relocation: Relocation,
    /// Byte offset of the relocated unit in the instruction.
    pub at: u8,
}

/// An instruction whose form is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Index of the form in its table.
    pub form: u16,
    /// Bytes in use.
    pub len: u8,
    /// The bytes with every literal folded in, zero in run-time fields.
    pub code: [u8; MAX_LEN],
    /// Values for run time. `Derived` and `Relation` index this list.
    pub pending: Vec<Pending>,
    /// Fields that follow from run-time values.
    pub derived: Vec<Derived>,
    /// Constraints that involve run-time values.
    pub relations: Vec<Relation>,
    /// The label it refers to.
    pub reference: Option<Reference>,
}

/// The chosen instruction. `shorter` holds forms that differ only in how far their label may be away, shortest first;
/// `instruction` is the one that reaches farthest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What to emit for a label of unknown distance.
    pub instruction: Instruction,
    /// What may be emitted instead if the target is near.
    pub shorter: Vec<Instruction>,
    /// Why a processor may do something else than the operands say (CONSTRAINED UNPREDICTABLE).
    pub warning: Option<Mismatch>,
}

/// What is wrong with an instruction that no form takes. `token` is the place to underline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Index of the operand token (fixed-width sets) or operand (x86) that failed in the form that got farthest.
    pub token: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// Kinds of [`Mismatch`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No such mnemonic; the nearest ones that exist.
    UnknownMnemonic(Vec<String>),
    /// No form takes an operand of this kind here; what would be taken.
    UnexpectedOperand(Vec<String>),
    /// Operands are missing; what could follow.
    MissingOperand(Vec<String>),
    /// A literal does not fit; what the field takes, in words (`0 to 4095`, `a multiple of 8 from 0 to 32760`).
    ImmediateRange {
        /// The value written.
        value: String,
        /// What the field takes.
        takes: String,
    },
    /// A register that is excluded here, and why.
    Register(String),
    /// Operands that are each legal, but not together, with the constraint in words.
    Conflict(String),
    /// The form exists, but not in the selected CPU; the features that it needs.
    MissingFeature(String),
    /// The width of a memory operand cannot be told from the others.
    AmbiguousSize,
    /// A prefix or decoration that no form takes with these operands, and why.
    Decoration(Decoration, String),
    /// Anything else, in words.
    Other(String),
}

/// What is written around the operands of an x86 instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoration {
    /// A prefix or hint in front of the mnemonic; its index.
    Prefix(usize),
    /// `{k1}`.
    Mask,
    /// `{z}`.
    Zeroing,
    /// `{rn-sae}` or `{sae}`.
    Rounding,
}
