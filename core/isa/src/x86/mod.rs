//! x86-64 and 32-bit x86: the packed table, choosing and encoding forms, and decoding.
//!
//! | room | what it is for |
//! |---|---|
//! | [`form`], [`shape`], [`mod@table`] | the packed table: forms, what their operands may be, spellings |
//! | [`mod@register`], [`operand`] | registers by name; operands as the user gives them |
//! | `encode` | the one routine that writes an instruction (`parts`: its operands by role, `address`: memory, `place`: fields) |
//! | [`encoded`] | what it yields |
//! | `matching`, `preference`, `choose` | which forms take the operands, and which is best |
//! | `nearest`, `report` | which forms are nearest if none does, and what to say then |
//! | [`typed`] | the same among a few rows, without a heap |
//! | [`header`], [`decode`], [`text`] | from bytes to form and operands, and both in words |
//! | [`notation`] | forms as the manual writes them |
//! | `features` | which features of the instruction set may be used |

mod address;
#[cfg(feature = "matching")]
mod choose;
pub mod decode;
mod encode;
pub mod encoded;
mod features;
pub mod form;
pub mod header;
mod matching;
#[cfg(feature = "matching")]
mod nearest;
pub mod notation;
pub mod operand;
mod parts;
mod place;
mod preference;
pub mod register;
#[cfg(feature = "matching")]
mod report;
pub mod shape;
pub mod table;
pub mod text;
pub mod typed;

pub use encoded::{Encoded, LabelSlot, Refusal, Slot};
pub use features::Features;
pub use form::Form;
pub use operand::{Decorations, Displacement, Immediate, Memory, Mode, Number, Operand, Prefix, Register, Request, Rounding};
pub use register::{dynamic_class, register, Class};
pub use table::Table;

/// What the build script wrote.
#[cfg(all(feature = "tables", any(feature = "x64", feature = "x86")))]
mod packed {
    use super::form::{Form, Signature};
    use super::shape::PackedShape;
    use super::table::{Cpu, Name, Row, Table, MAX_FEATURES};
    use crate::fixed::Features;

    include!(concat!(env!("OUT_DIR"), "/x86.rs"));
}

/// The forms of 64- and 32-bit x86.
#[cfg(all(feature = "tables", any(feature = "x64", feature = "x86")))]
pub fn table() -> &'static Table<'static> {
    &packed::TABLE
}
