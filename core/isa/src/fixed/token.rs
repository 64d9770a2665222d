//! Tokens of an operand list, and what they say when they match the syntax of a form.

use super::table::Class;
use crate::rule::Rule;

/// One token of an operand list. Words are lower case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token<'a> {
    /// An identifier, or a literal with letters: `x0`, `lsl`, `4s`, `eq`.
    Word {
        /// Its text.
        text: &'a str,
        /// The number of the run-time value that it may stand for instead (an identifier as a Rust expression).
        value: Option<u16>,
    },
    /// An integer literal; a sign is a token of its own in front.
    Number(i128),
    /// A literal with fraction or exponent.
    Float(f64),
    /// `, [ ] { } ! # - + : . / ( ) *`
    Punct(char),
    /// A run-time register, `X(expr)`.
    Register {
        /// What is written in front, lower case: `x`, `xsp`, `w`, `v`, `r`, ..
        class: &'a str,
        /// The number of the value.
        value: u16,
    },
    /// A run-time value: an integer, or a float where the operand is one.
    Value(u16),
    /// A label or an address.
    Target(u16),
    /// A run-time code: the bits of a keyword table, or the mask of a register list. Typed encoders have them; no text does.
    Code(u16),
}

/// What a run-time or open code is the code of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeOf {
    /// The number that stands for a word of this table of the form.
    Number(u8),
    /// The bits of this table of the form.
    Bits(u8),
    /// This slot: the mask of a list of registers or tiles.
    Slot(u8),
    /// A list of one tile: its mask is in this slot, as this rule says.
    Tile(u8, Rule),
}

/// A number of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Given {
    /// Known; floats and 64-bit patterns as their bits.
    Known(i64),
    /// A literal number that no 64 bits hold: out of every range.
    Beyond(i128),
    /// `-0`.
    MinusZero,
    /// A run-time value between these bounds, which come from what is written (`X(..)`).
    Unknown {
        /// The caller's number.
        value: u16,
        /// Smallest possible.
        low: i64,
        /// Largest possible.
        high: i64,
    },
    /// A label or address.
    Target(u16),
}

/// What a piece of matched text says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Binding {
    /// An entry of a table is chosen.
    Keyword {
        /// Number of the form's table.
        table: u8,
        /// The entry.
        entry: u16,
        /// Where it stands.
        token: usize,
    },
    /// A number in place of a word or a register list.
    Code {
        /// What it is the code of.
        of: CodeOf,
        /// The number.
        given: Given,
        /// Where it stands.
        token: usize,
    },
    /// A slot has this value.
    Slot {
        /// The slot.
        slot: u8,
        /// Its value.
        value: u64,
    },
    /// The number of an operand.
    Value {
        /// Number of the form's value.
        value: u8,
        /// The number.
        given: Given,
        /// Distance from the operand's number (later elements of a register list).
        offset: i64,
        /// How far numbers run before they start from 0 again, or 0.
        wrap: i64,
        /// The class of a register.
        class: Option<Class>,
        /// Registers allowed beyond the class.
        extra: u8,
        /// Where it stands.
        token: usize,
    },
    /// Optional text is absent: the node with this index and what belongs to it have their defaults.
    Absent(usize),
}
