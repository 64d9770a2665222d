//! The packed table: arrays of plain records that refer to each other by index, as the row parser leaves them.
//!
//! A form ([`Form`]) has its own small numbering of *slots* (fields, free values, table letters), *keyword tables* and
//! *values* (what an operand's number is, in terms of slots); its syntax is a list of [`Node`]s over these numbers.
//! Lists that occur in several forms are stored once.

use crate::encoding::Order;
use crate::field::{Kind, Piece};
use crate::relocation::Relocation;
use crate::rule::Rule;

/// An instruction set whose rows are written in this dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Set {
    /// AArch64.
    A64,
    /// ARM, 32-bit instructions.
    A32,
    /// Thumb.
    T32,
    /// RISC-V.
    Riscv,
}

/// A part of [`Table::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Text {
    /// First byte.
    pub at: u32,
    /// Length in bytes.
    pub len: u16,
}

/// A part of one of the table's arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Run {
    /// Index of the first.
    pub at: u32,
    /// How many.
    pub len: u16,
}

impl Run {
    /// The records of this run.
    pub fn of<T>(self, all: &[T]) -> &[T] {
        let start = self.at as usize;
        all.get(start..start.saturating_add(self.len.into())).unwrap_or(&[])
    }
}

/// "None" of the 8-bit indices in a form.
pub const NONE: u8 = u8::MAX;

/// A letter of a register class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Class {
    W,
    X,
    B,
    H,
    S,
    D,
    Q,
    V,
    Z,
    P,
    /// Predicate as counter.
    Pn,
    /// SME tile.
    Za,
    /// ARM core register.
    R,
    /// RISC-V integer register.
    RvInteger,
    /// RISC-V floating-point register.
    RvFloat,
    /// RISC-V vector register.
    RvVector,
}

impl Class {
    /// How many registers the class has.
    pub fn count(self) -> i64 {
        match self {
            Class::P | Class::Pn | Class::Za | Class::R => 16,
            _ => 32,
        }
    }
}

/// Where the class of a register operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClassOf {
    /// Always this one.
    Fixed(Class),
    /// The word of this keyword table is its letter.
    Table(u8),
}

/// What an operand in absent optional text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Default {
    /// The fields are zero.
    Zero,
    /// This value.
    Number(i32),
    /// The number of this other value of the form.
    Same(u8),
}

/// What the presence of optional text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flag {
    /// Nothing by itself.
    None,
    /// This slot is `present`, or `1 - present` when the text is absent.
    Slot {
        /// The slot, one bit wide.
        slot: u8,
        /// Its value when the text is there.
        present: u8,
    },
    /// The text stands exactly outside of an IT block.
    OutsideIt,
}

/// How many registers a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// Always this many.
    Fixed(u8),
    /// The number that this value has.
    Value(u8),
}

/// A piece of syntax. Nodes with a `len` are followed by that many nodes that belong to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A punctuation character.
    Punct(char),
    /// A literal word, lower case.
    Word(Text),
    /// A literal number.
    Number(i32),
    /// A literal number with a fraction.
    Decimal(Text),
    /// One of the words of a table.
    Keyword {
        /// Number of the form's table.
        table: u8,
        /// The entry that absent optional text stands for (`u16::MAX`: all bits zero).
        default: u16,
    },
    /// The next node is written without a blank behind the word before it, so that they are one token (`za0h`).
    Glue,
    /// A register.
    Register {
        /// Its class.
        class: ClassOf,
        /// Its number.
        value: u8,
        /// Registers allowed beyond the class's own ([`SP`], [`PC`], [`ZR`]).
        extra: u8,
        /// One-bit slot that is 0 when `-` stands in front, or [`NONE`].
        sign: u8,
        /// Meaning when absent.
        default: Default,
    },
    /// A number.
    Immediate {
        /// What it is.
        value: u8,
        /// Printed with `#`.
        hash: bool,
        /// Printed in hexadecimal.
        hex: bool,
        /// Meaning when absent.
        default: Default,
    },
    /// Text that may be absent.
    Optional {
        /// Nodes that belong to it.
        len: u16,
        /// What presence means.
        flag: Flag,
    },
    /// A register list in braces; its nodes are one element.
    List {
        /// Nodes of the element.
        len: u16,
        /// Registers in the list.
        count: Count,
        /// Distance of the register numbers.
        stride: u8,
    },
    /// A register list in braces that is a mask.
    Mask {
        /// The mask's slot.
        slot: u8,
    },
    /// A list of tiles in braces, as a mask of 64-bit element tiles.
    Tiles {
        /// The mask's slot.
        slot: u8,
    },
}

/// [`Node::Register::extra`]: 31 is the stack pointer (A64), register 13 is allowed (T32).
pub const SP: u8 = 1;
/// [`Node::Register::extra`]: register 15 is allowed (A32, T32).
pub const PC: u8 = 2;
/// [`Node::Register::extra`]: 15 is the zero register (T32 conditional select).
pub const ZR: u8 = 4;

/// What a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// A field of the instruction.
    Field,
    /// A field whose bits are stated in the row.
    Constant(u32),
    /// A value of the text that only appears in derived fields.
    Free,
    /// A value whose bits are named by letters in table patterns.
    Letter(char),
}

/// A named number of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// Name in the row.
    pub name: Text,
    /// What it is.
    pub kind: SlotKind,
    /// Bits that it has.
    pub width: u8,
    /// Bits of it that are placed; the others must be zero.
    pub placed: u64,
    /// Whether it is read as two's complement in constraints.
    pub signed: bool,
    /// Where its bits go ([`Table::pieces`]).
    pub pieces: Run,
}

/// What the number of an operand is, in terms of slots: `rule(slots) * mul + add + table * factor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    /// What the operand is.
    pub kind: Kind,
    /// Rule of the concatenated slots.
    pub rule: Rule,
    /// Scale.
    pub mul: i32,
    /// Bias.
    pub add: i32,
    /// Table whose word is a number that takes part, or [`NONE`].
    pub table: u8,
    /// Factor of that number.
    pub factor: i8,
    /// The slots, highest first ([`Table::parts`]).
    pub parts: Run,
    /// The kind of reference, where the operand is a branch target or PC-relative address and such a kind exists.
    pub relocation: Option<Relocation>,
}

/// A keyword table as one form uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Keywords {
    /// Name in the rows.
    pub name: Text,
    /// The entries ([`Table::entries`]).
    pub entries: Run,
    /// Whether a number is accepted and printed for codes without a word.
    pub open: bool,
    /// The slots that hold the code, highest first ([`Table::parts`]).
    pub parts: Run,
    /// Bits of the code.
    pub width: u8,
}

/// A word of a table and its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The words ([`Table::words`]), the printed one first. The empty word is a `Text` of length 0.
    pub words: Run,
    /// Bits that the word determines.
    pub mask: u32,
    /// Their values.
    pub bits: u32,
    /// Bits that belong to letters ([`Table::letters`]).
    pub letters: Run,
    /// The word as a number: element size in bits, or its own digits.
    pub number: u16,
}

/// A bit of a table pattern that belongs to a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Letter {
    /// The letter.
    pub letter: char,
    /// Bit of the letter's value.
    pub from: u8,
    /// Bit of the code.
    pub to: u8,
}

/// A slot's share of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// The slot.
    pub slot: u8,
    /// Its factor.
    pub factor: i16,
}

/// A field that follows from slots: `(sum) ^ flip`, modulo its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Equation {
    /// Name in the row.
    pub name: Text,
    /// Summands ([`Table::terms`]).
    pub terms: Run,
    /// What is added.
    pub constant: i32,
    /// Bits inverted afterwards.
    pub flip: u32,
    /// Bits of the field.
    pub width: u8,
    /// Where they go ([`Table::pieces`]).
    pub pieces: Run,
}

/// A comparison of a sum with 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Test {
    /// Summands ([`Table::terms`]); for [`Order::NotIn`] the bit number and the mask.
    pub terms: Run,
    /// What is added.
    pub constant: i32,
    /// How it must compare.
    pub order: Order,
}

/// When a constraint counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// Always.
    Always,
    /// For decoding only (`~`).
    Decoding,
    /// When encoding (`?`): literal operands that do not hold it are encoded with a warning, run-time values are refused.
    Warning,
}

/// A constraint: one of its tests holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Constraint {
    /// As written.
    pub text: Text,
    /// When it counts.
    pub when: When,
    /// The tests ([`Table::tests`]).
    pub any: Run,
}

/// A set of features, by number in [`Table::features`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, core::default::Default)]
pub struct Features(pub [u64; 4]);

/// [`Form::flags`]: preferred when decoding.
pub const ALIAS: u8 = 1;
/// [`Form::flags`]: accepted, never printed, considered last.
pub const ASM: u8 = 2;
/// [`Form::flags`]: not in an IT block.
pub const NO_IT: u8 = 4;
/// [`Form::flags`]: takes a VPT suffix.
pub const VPT: u8 = 8;
/// [`Form::flags`]: opens an IT or VPT block.
pub const BLOCK: u8 = 16;
/// [`Form::flags`]: the condition suffix of the mnemonic goes to the slot `cond`.
pub const CONDITION: u8 = 32;

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Fixed bits, in memory order.
    pub bits: u32,
    /// Which bits are fixed (`(0)` and `(1)` are not).
    pub mask: u32,
    /// Bits of the template that the row states without fixing them for the decoder.
    pub should: u32,
    /// Length in bytes: 2 or 4.
    pub size: u8,
    /// Attributes.
    pub flags: u8,
    /// The mnemonic's syntax ([`Table::nodes`]).
    pub mnemonic: Run,
    /// The operands' syntax ([`Table::nodes`]).
    pub operands: Run,
    /// ([`Table::slots`])
    pub slots: Run,
    /// ([`Table::keywords`])
    pub keywords: Run,
    /// ([`Table::values`])
    pub values: Run,
    /// ([`Table::equations`])
    pub equations: Run,
    /// ([`Table::constraints`])
    pub constraints: Run,
    /// Features: one of each set is needed ([`Table::needs`]).
    pub needs: Run,
    /// The row's syntax as written.
    pub syntax: Text,
    /// The row's bits as written.
    pub encoding: Text,
    /// Title of its section.
    pub section: Text,
    /// Name of its file.
    pub file: Text,
    /// Line in the file, from 1.
    pub line: u32,
}

/// A mnemonic, spelled out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mnemonic {
    /// Its text.
    pub name: Text,
    /// The forms in order of preference ([`Table::uses`]).
    pub uses: Run,
}

/// A form of a mnemonic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Index of the form.
    pub form: u16,
    /// What this spelling of the mnemonic says ([`Table::choices`]).
    pub choices: Run,
}

/// What a spelling of a mnemonic says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spelling {
    /// This entry of this table of the form.
    Keyword {
        /// Number of the form's table.
        table: u8,
        /// Entry.
        entry: u16,
    },
    /// This value of this slot.
    Slot {
        /// Number of the slot.
        slot: u8,
        /// Its value.
        value: u8,
    },
    /// The text of `{!it?..}` is there, or not.
    OutsideIt(bool),
}

/// A declared feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Name.
    pub name: Text,
    /// What it is.
    pub description: Text,
    /// What comes with it on every machine, itself included.
    pub with: Features,
}

/// A declared processor, or a group of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpu {
    /// Name.
    pub name: Text,
    /// What it has.
    pub features: Features,
}

/// The rows of one instruction set, packed.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // each array holds the records of its type
pub struct Table<'a> {
    pub set: Set,
    pub text: &'a str,
    pub forms: &'a [Form],
    pub nodes: &'a [Node],
    pub slots: &'a [Slot],
    pub pieces: &'a [Piece],
    pub values: &'a [Value],
    pub parts: &'a [u8],
    pub keywords: &'a [Keywords],
    pub entries: &'a [Entry],
    pub words: &'a [Text],
    pub letters: &'a [Letter],
    pub equations: &'a [Equation],
    pub constraints: &'a [Constraint],
    pub tests: &'a [Test],
    pub terms: &'a [Term],
    pub needs: &'a [Features],
    pub mnemonics: &'a [Mnemonic],
    pub uses: &'a [Use],
    pub choices: &'a [Spelling],
    /// Every literal word and table word, sorted.
    pub vocabulary: &'a [Text],
    pub features: &'a [Feature],
    pub groups: &'a [Cpu],
    pub cpus: &'a [Cpu],
}

/// Makes records of plain numbers. The packed table is written as calls of these: lists of such records are most of it, and a
/// flat call takes the compiler a fraction of the time that nested braces do.
macro_rules! of_numbers {
    ($($type:ident ( $($plain:ident: $number:ty),* ) { $($field:ident: $part:ident ( $at:ident $len:ident )),* })*) => {$(
        impl $type {
            /// The record of these numbers: fields as they are, then first and length of each part.
            #[allow(clippy::too_many_arguments)] // only the build script writes them
            pub const fn of($($plain: $number,)* $($at: u32, $len: u16),*) -> $type {
                $type { $($plain,)* $($field: $part { at: $at, len: $len }),* }
            }
        }
    )*};
}

of_numbers! {
    Form (bits: u32, mask: u32, should: u32, size: u8, flags: u8, line: u32) {
        mnemonic: Run(a m), operands: Run(b n), slots: Run(c o), keywords: Run(d p), values: Run(e q), equations: Run(f r),
        constraints: Run(g s), needs: Run(h t), syntax: Text(i u), encoding: Text(j v), section: Text(k w), file: Text(l x)
    }
    Entry (mask: u32, bits: u32, number: u16) { words: Run(a m), letters: Run(b n) }
    Mnemonic () { name: Text(a m), uses: Run(b n) }
    Use (form: u16) { choices: Run(a m) }
}
