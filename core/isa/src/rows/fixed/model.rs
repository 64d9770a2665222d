//! A row as read: the records of the packed table ([`crate::fixed::table`]) with their lists still their own.

use crate::encoding::Order;
use crate::field::Kind;
use crate::fixed::table::{Node, Set, SlotKind, Term, Text, When};
use crate::relocation::Origin;
use crate::rows::source::{Line, Place};
use crate::rule::Rule;
use std::collections::HashMap;
use std::rc::Rc;
use std::string::{String, ToString};
use std::vec::Vec;

/// What is wrong, and where.
#[derive(Clone, Debug)]
pub struct Fail {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

impl Fail {
    /// A failure at a part of a line.
    pub fn at(line: &Line<'_>, part: &str, message: impl ToString) -> Fail {
        Fail { place: line.place_of(part), message: message.to_string() }
    }
}

/// Text that is stored once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// All of it.
    pub text: String,
    known: HashMap<String, Text>,
}

impl Names {
    /// The range of `text`, which is added if it is new.
    pub fn add(&mut self, text: &str) -> Text {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let new = Text { at: self.text.len() as u32, len: text.len() as u16 };
        self.text.push_str(text);
        self.known.insert(text.to_string(), new);
        new
    }

    /// The text of a range.
    pub fn get(&self, text: Text) -> &str {
        let start = text.at as usize;
        self.text.get(start..start + usize::from(text.len)).unwrap_or("")
    }
}

/// Bits of a slot and the bit of the instruction, in the manual's numbering, where the lowest goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    /// Lowest bit taken.
    pub from: u8,
    /// How many.
    pub width: u8,
    /// Bit of the instruction.
    pub to: u8,
}

/// See [`crate::fixed::table::Slot`].
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Slot {
    pub name: String,
    pub kind: SlotKind,
    pub width: u8,
    pub spots: Vec<Spot>,
}

impl Slot {
    /// Bits that are placed.
    pub fn placed(&self) -> u64 {
        self.spots.iter().fold(0, |mask, spot| mask | crate::field::ones(spot.width) << spot.from)
    }

    /// `simm..` is two's complement.
    pub fn signed(&self) -> bool {
        self.name.starts_with("simm")
    }
}

/// A word of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Synonyms, the printed one first.
    pub words: Vec<String>,
    /// `0`, `1`, `x` or a letter for each bit, highest first.
    pub pattern: String,
}

impl Entry {
    /// Bits that the word determines, and their values.
    pub fn fixed(&self) -> (u32, u32) {
        let bit = |set: &str| self.pattern.chars().fold(0u32, |bits, c| bits << 1 | u32::from(set.contains(c)));
        (bit("01"), bit("1"))
    }
}

/// A table of words.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct WordTable {
    pub name: String,
    /// Names of the slots that hold the code, highest first.
    pub fields: Vec<String>,
    pub entries: Vec<Entry>,
    pub open: bool,
    /// Continues the table of this name.
    pub more: bool,
    pub place: Place,
}

/// A table as a row uses it.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Keywords {
    pub table: Rc<WordTable>,
    pub parts: Vec<u8>,
    pub width: u8,
}

/// See [`crate::fixed::table::Value`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Value {
    pub kind: Kind,
    pub rule: Rule,
    pub origin: Option<Origin>,
    pub mul: i32,
    pub add: i32,
    pub table: u8,
    pub factor: i8,
    pub parts: Vec<u8>,
}

/// See [`crate::fixed::table::Equation`].
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Equation {
    pub name: String,
    pub terms: Vec<Term>,
    pub constant: i32,
    pub flip: u32,
    pub width: u8,
    pub spot: Spot,
    pub place: Place,
}

/// See [`crate::fixed::table::Test`].
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Test {
    pub terms: Vec<Term>,
    pub constant: i32,
    pub order: Order,
}

/// See [`crate::fixed::table::Constraint`].
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Constraint {
    pub text: String,
    pub when: When,
    pub any: Vec<Test>,
    pub place: Place,
}

/// See [`crate::fixed::table::Form`].
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Row {
    pub set: Set,
    pub place: Place,
    pub section: String,
    pub syntax: String,
    pub encoding: String,
    /// Bits.
    pub size: u8,
    /// Fixed bits, in the manual's numbering.
    pub bits: u32,
    pub mask: u32,
    pub should: u32,
    pub flags: u8,
    /// Each item is satisfied by one of its features.
    pub needs: Vec<Vec<u16>>,
    pub mnemonic: Vec<Node>,
    pub operands: Vec<Node>,
    pub slots: Vec<Slot>,
    pub keywords: Vec<Keywords>,
    pub values: Vec<Value>,
    pub equations: Vec<Equation>,
    pub constraints: Vec<Constraint>,
}

impl Row {
    /// The slot of this name.
    pub fn slot(&self, name: &str) -> Option<u8> {
        self.slots.iter().position(|slot| slot.name == name).and_then(|n| u8::try_from(n).ok())
    }

    /// The slot with this number; numbers in a row are made by [`Row::slot`].
    pub fn at(&self, slot: u8) -> Option<&Slot> {
        self.slots.get(usize::from(slot))
    }

    /// Bits of a concatenation of slots.
    pub fn width(&self, parts: &[u8]) -> u32 {
        parts.iter().filter_map(|slot| self.at(*slot)).map(|slot| u32::from(slot.width)).sum()
    }

    /// Whether the flag is set.
    pub fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The bit in memory order for a bit in the manual's numbering.
    pub fn memory_bit(&self, bit: u8) -> u8 {
        if self.set == Set::T32 && self.size == 32 {
            bit ^ 16
        } else {
            bit
        }
    }

    /// A word in memory order.
    pub fn memory_word(&self, word: u32) -> u32 {
        if self.set == Set::T32 && self.size == 32 {
            word.rotate_left(16)
        } else {
            word
        }
    }
}
