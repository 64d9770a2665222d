//! Where the bits of register numbers, displacements and immediates stand: the [`Field`]s of an instruction.

use super::operand::Mode;
use super::register::Class;
use super::shape::Immediate;
use crate::field::{Field, Kind, Piece, MAX_PIECES};
use crate::rule::Rule;

/// Bit positions in the instruction, in memory order, of what a prefix holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    mode: Mode,
    /// Bits 3 and 4 of reg.
    r: [Option<u8>; 2],
    /// Bits 3 and 4 of an index.
    x: [Option<u8>; 2],
    /// Bits 3 and 4 of rm, base or opcode register.
    b: [Option<u8>; 2],
    /// vvvv, and its bit 4.
    v: Option<u8>,
    v4: Option<u8>,
    /// General-purpose registers above 15 may be given at run time.
    many: bool,
    rex2: bool,
    pub last: u8,
    pub opcode: u8,
    pub modrm: u8,
    pub sib: u8,
}

impl Places {
    pub(super) fn none(mode: Mode) -> Places {
        let none = [None; 2];
        Places {
            mode,
            r: none,
            x: none,
            b: none,
            v: None,
            v4: None,
            many: false,
            rex2: false,
            last: 0,
            opcode: 0,
            modrm: 0,
            sib: 0,
        }
    }

    fn at(mode: Mode, byte: u8, r: u8, x: u8, b: u8) -> Places {
        let bit = |n: u8| [Some(byte.saturating_add(n)), None];
        Places { r: bit(r), x: bit(x), b: bit(b), ..Places::none(mode) }
    }

    pub(super) fn rex(byte: u8, mode: Mode) -> Places {
        Places::at(mode, byte, 2, 1, 0)
    }

    pub(super) fn rex2(byte: u8, mode: Mode) -> Places {
        let bits = |low: u8, high: u8| [Some(byte.saturating_add(low)), Some(byte.saturating_add(high))];
        Places { r: bits(2, 6), x: bits(1, 5), b: bits(0, 4), many: true, rex2: true, ..Places::none(mode) }
    }

    pub(super) fn vex2(byte: u8, mode: Mode) -> Places {
        Places { r: [Some(byte.saturating_add(7)), None], v: Some(byte.saturating_add(3)), ..Places::none(mode) }
    }

    pub(super) fn vex3(byte: u8, mode: Mode) -> Places {
        Places { v: Some(byte.saturating_add(11)), ..Places::at(mode, byte, 7, 6, 5) }
    }

    pub(super) fn evex(byte: u8, mode: Mode, apx: bool) -> Places {
        let bit = |n: u8| Some(byte.saturating_add(n));
        Places {
            r: [bit(7), bit(4)],
            x: [bit(6), bit(10)],
            b: [bit(5), bit(3)],
            v: bit(11),
            v4: bit(19),
            many: apx,
            last: byte.saturating_add(16),
            ..Places::none(mode)
        }
    }

    pub(super) fn is_rex2(&self) -> bool {
        self.rex2
    }

    fn place(&self, low: u8, high: [Option<u8>; 2]) -> RegisterPlace {
        let high = if self.mode == Mode::Protected { [None; 2] } else { high };
        RegisterPlace { mode: self.mode, many: self.many, low: [Some(low), None], low_bits: 3, high: [high, [None; 2]] }
    }

    pub(super) fn reg(&self) -> RegisterPlace {
        self.place(self.modrm.saturating_add(3), self.r)
    }

    /// A vector register in rm has its bit 4 where an index has its bit 3.
    pub(super) fn rm(&self, vector: bool) -> RegisterPlace {
        let [b3, b4] = self.b;
        let [x3, _] = self.x;
        self.place(self.modrm, [b3, if vector && self.v4.is_some() { x3 } else { b4 }])
    }

    /// reg and rm at once.
    pub(super) fn both(&self) -> RegisterPlace {
        let (reg, rm) = (self.reg(), self.rm(false));
        RegisterPlace { low: [reg.low[0], rm.low[0]], high: [reg.high[0], rm.high[0]], ..reg }
    }

    pub(super) fn opcode(&self) -> RegisterPlace {
        self.place(self.opcode, self.b)
    }

    pub(super) fn base(&self, sib: bool) -> RegisterPlace {
        self.place(if sib { self.sib } else { self.modrm }, self.b)
    }

    pub(super) fn index(&self, vector: bool) -> RegisterPlace {
        let [x3, x4] = self.x;
        self.place(self.sib.saturating_add(3), [x3, if vector { self.v4 } else { x4 }])
    }

    pub(super) fn vvvv(&self) -> RegisterPlace {
        let low_bits = if self.mode == Mode::Protected { 3 } else { 4 };
        let high = if self.mode == Mode::Protected { None } else { self.v4 };
        RegisterPlace { mode: self.mode, many: self.many, low: [self.v, None], low_bits, high: [[high, None], [None; 2]] }
    }

    /// The register in the high half of the last byte.
    pub(super) fn is4(&self, byte: u8) -> RegisterPlace {
        let low_bits = if self.mode == Mode::Protected { 3 } else { 4 };
        RegisterPlace {
            mode: self.mode,
            many: self.many,
            low: [Some(byte.saturating_add(4)), None],
            low_bits,
            high: [[None; 2]; 2],
        }
    }
}

/// Where a register number goes: its low bits, and the bits above them, in up to two copies.
#[derive(Clone, Copy, Debug)]
pub(super) struct RegisterPlace {
    mode: Mode,
    many: bool,
    low: [Option<u8>; 2],
    low_bits: u8,
    high: [[Option<u8>; 2]; 2],
}

impl RegisterPlace {
    /// The field for a register of this class. `late`: its number is known only at run time.
    pub(super) fn field(&self, class: Class, block: u8, late: bool) -> Field {
        let [high, _] = &self.high;
        let room = self.low_bits.saturating_add(high.iter().flatten().count() as u8);
        let mut width = class.number_bits().min(room);
        if late && !self.many && !class.is_vector() {
            width = width.min(4);
        }
        let mut field = Field { len: 0, ..Field::new(Kind::Register, Rule::Unsigned, width, 0) };
        let skip = block.trailing_zeros() as u8;
        for (low, high) in self.low.iter().zip(&self.high) {
            if let Some(to) = low {
                let bits = self.low_bits.min(width).saturating_sub(skip);
                push(&mut field, Piece { from: skip, width: bits, to: to.saturating_add(skip) });
                for (from, to) in (self.low_bits..width).zip(high.iter().flatten()) {
                    push(&mut field, Piece { from, width: 1, to: *to });
                }
            }
        }
        field.min = if class == Class::High { 4 } else { 0 };
        field.max = match (class, self.mode) {
            // Without REX the numbers 4 to 7 are ah to bh.
            (Class::R8, Mode::Protected) => 3,
            (Class::Segment, _) => 5,
            _ => i64::MAX,
        };
        field
    }
}

fn push(field: &mut Field, piece: Piece) {
    if let Some(slot) = field.pieces.get_mut(usize::from(field.len)) {
        *slot = piece;
        field.len = field.len.saturating_add(1).min(MAX_PIECES as u8);
    }
}

/// A displacement of `bytes` bytes; an 8-bit one counts in `unit`s.
pub(super) fn disp_field(at: u8, bytes: u8, unit: u8, address_size: u8) -> Field {
    match (bytes, address_size) {
        (1, _) => Field { mul: i32::from(unit.max(1)), ..Field::new(Kind::Immediate, Rule::Signed, 8, at) },
        // Shorter addresses wrap, so any pattern does.
        (2, _) => Field::new(Kind::Immediate, Rule::Pattern, 16, at),
        (_, 32) => Field::new(Kind::Immediate, Rule::Pattern, 32, at),
        _ => Field::new(Kind::Immediate, Rule::Signed, 32, at),
    }
}

/// An immediate of this kind; `operand_size` is what a sign-extended one is extended to.
pub(super) fn immediate_field(at: u8, kind: Immediate, operand_size: u16) -> Field {
    let extended = match operand_size {
        16 => Rule::Extended16,
        32 => Rule::Extended32,
        64 => Rule::Extended64,
        _ => Rule::Pattern,
    };
    let rule = match kind {
        Immediate::Imm8s | Immediate::Imm32s => extended,
        Immediate::Imm8u | Immediate::Imm16u | Immediate::Imm4 => Rule::Unsigned,
        Immediate::Rel8 | Immediate::Rel16 | Immediate::Rel32 => Rule::Signed,
        _ => Rule::Pattern,
    };
    let what = if kind.is_relative() { Kind::Target } else { Kind::Immediate };
    Field::new(what, rule, kind.bits() as u8, at)
}

/// The write mask: k1 to k7.
pub(super) fn mask_field(last: u8) -> Field {
    Field { min: 1, ..Field::new(Kind::Register, Rule::Unsigned, 3, last) }
}
