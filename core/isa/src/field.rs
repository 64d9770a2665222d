//! One field: how a value becomes bits of an instruction, and back.
//!
//! There is no second copy of a range check in the project: literals at compile time, values at run time, the
//! decoder and the documentation all ask a [`Field`].

use crate::rule::{pbad, sbad, ubad, Rule};

/// Why a value cannot be encoded. The first failure of an assembler is latched with its offset and operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Reason {
    /// The buffer is full. The offset goes on counting, so that it says how much room is needed.
    BufferFull = 1,
    /// The label table is full.
    LabelsFull,
    /// The table of outstanding fixups is full.
    FixupsFull,
    /// A label was referred to and never bound.
    LabelUnbound,
    /// A label was bound twice.
    LabelRebound,
    /// A label that this assembler did not hand out.
    LabelUnknown,
    /// The target of a branch or a PC-relative operand is out of its reach.
    TargetRange,
    /// The target of a branch or a PC-relative operand is not aligned as the field requires.
    TargetAlignment,
    /// An immediate is below or above what its field holds.
    ImmediateRange,
    /// An immediate is not a multiple of its field's scale.
    ImmediateAlignment,
    /// An immediate is in range, but is not one of the values that its rule can express.
    ImmediateEncoding,
    /// A register number that the operand's class does not have.
    RegisterRange,
    /// A register of the class that this operand excludes (not even, not in the lower half, ...).
    RegisterExcluded,
    /// Operands that are each legal, but not together.
    OperandConflict,
    /// An absolute address was referred to, and the assembler does not know where the code will run.
    NoBase,
}

impl Reason {
    /// Number, from 0 to 7, of a reason why an operand is refused.
    pub const fn number(self) -> u8 {
        (self as u8).wrapping_sub(Reason::TargetRange as u8)
    }

    /// The reason why an operand is refused with this number, of which the three lowest bits count.
    pub const fn from_number(number: u8) -> Reason {
        match number & 7 {
            0 => Reason::TargetRange,
            1 => Reason::TargetAlignment,
            2 => Reason::ImmediateRange,
            3 => Reason::ImmediateAlignment,
            4 => Reason::ImmediateEncoding,
            5 => Reason::RegisterRange,
            6 => Reason::RegisterExcluded,
            _ => Reason::OperandConflict,
        }
    }
}

/// What kind of operand a field carries; decides which [`Reason`] a bad value gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A register number.
    Register,
    /// An immediate, displacement, lane number or keyword code.
    Immediate,
    /// A distance to a branch target or PC-relative datum.
    Target,
}

/// A run of bits of the raw value, and the bit of the instruction where it goes.
///
/// Bits of the instruction are counted from bit 0 of its first byte in memory order: bit `n` is bit `n % 8` of
/// byte `n / 8`. (A 32-bit T32 instruction therefore has its first halfword in bits 0 to 15.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Piece {
    /// Lowest bit taken from the raw value.
    pub from: u8,
    /// Number of bits.
    pub width: u8,
    /// Lowest bit of the instruction that receives them.
    pub to: u8,
}

/// The most pieces that a field has (RISC-V `c.j` has eight).
pub const MAX_PIECES: usize = 8;

/// How one operand's value becomes bits.
///
/// `value = raw * mul + add`, `min <= value <= max`; `raw` follows from [`Rule`] and has `width` bits; its bits go to
/// `pieces`, and bits of it that no piece takes must be zero. Bits are *exclusive-or*ed into the template, so an
/// inverted field (VEX `vvvv`) is one whose template bits are 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// What the operand is.
    pub kind: Kind,
    /// How the scaled value becomes `width` raw bits.
    pub rule: Rule,
    /// Number of raw bits, 0 to 64.
    pub width: u8,
    /// Number of `pieces` in use.
    pub len: u8,
    /// Scale: the value is `raw * mul + add`. Never 0; may be negative.
    pub mul: i32,
    /// Bias: the value is `raw * mul + add`.
    pub add: i32,
    /// Smallest value allowed, in addition to what the width allows (`i64::MIN`: no limit of its own).
    pub min: i64,
    /// Largest value allowed, in addition to what the width allows (`i64::MAX`: no limit of its own).
    pub max: i64,
    /// Where the raw bits go; the first `len` count.
    pub pieces: [Piece; MAX_PIECES],
}

/// The values that a linear field takes: `min`, `min + step`, .. `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Smallest value.
    pub min: i128,
    /// Largest value.
    pub max: i128,
    /// Distance between neighbouring values.
    pub step: u32,
}

/// The range check of a field in one expression, for code that checks many operands in one test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linear {
    /// `Unsigned`, `Signed` or `Pattern`.
    pub rule: Rule,
    /// Number of bits that the value has above its scale.
    pub bits: u8,
    /// The value is a multiple of `1 << scale`. 0 for `Pattern`.
    pub scale: u8,
}

impl Linear {
    /// 0 if the value fits.
    #[inline(always)]
    pub const fn bad(self, value: i64) -> u64 {
        match self.rule {
            Rule::Signed => sbad(value, self.bits as u32, self.scale as u32),
            Rule::Pattern => pbad(value, self.bits as u32),
            _ => ubad(value, self.bits as u32, self.scale as u32),
        }
    }
}

impl Field {
    /// The check that holds for exactly the values that [`Field::encode`] takes, where it is a linear one: a plain
    /// number, a scale that is a power of two, no bias, no limits but those of the width.
    pub const fn linear(&self) -> Option<Linear> {
        let placed = self.placed();
        if self.width == 0
            || self.width > 64
            || placed == 0
            || self.mul <= 0
            || !(self.mul as u32).is_power_of_two()
            || self.add != 0
        {
            return None;
        }
        // Bits of the value that no piece takes may only be the lowest ones: they are a scale, too.
        let unplaced = placed.trailing_zeros();
        if placed != ones(self.width) & !((1 << unplaced) - 1) {
            return None;
        }
        let scale = (self.mul as u32).trailing_zeros() + unplaced;
        let bits = self.width as u32 - unplaced;
        let Some((low, high)) = self.rule.bounds(self.width) else { return None };
        let unlimited = self.min == i64::MIN && self.max == i64::MAX;
        let fits = bits + scale < 64 || self.mul == 1 && unplaced == 0 && unlimited;
        let plain = matches!(self.rule, Rule::Unsigned | Rule::Signed) || matches!(self.rule, Rule::Pattern) && scale == 0;
        if !fits
            || !plain
            || low * (self.mul as i128) < self.min as i128 && self.min != i64::MIN
            || high * (self.mul as i128) > self.max as i128 && self.max != i64::MAX
        {
            return None;
        }
        Some(Linear { rule: self.rule, bits: bits as u8, scale: scale as u8 })
    }

    /// A field of `width` bits without scale, bias or limits, whose bits all go to `to`.
    pub const fn new(kind: Kind, rule: Rule, width: u8, to: u8) -> Field {
        let mut pieces = [Piece { from: 0, width: 0, to: 0 }; MAX_PIECES];
        pieces[0] = Piece { from: 0, width, to };
        Field { kind, rule, width, len: 1, mul: 1, add: 0, min: i64::MIN, max: i64::MAX, pieces }
    }

    /// The pieces in use.
    pub const fn pieces(&self) -> &[Piece] {
        let (used, _) = match self.pieces.split_at_checked(self.len as usize) {
            Some(parts) => parts,
            None => (self.pieces.as_slice(), self.pieces.as_slice()),
        };
        used
    }

    pub(crate) const fn out_of_range(&self) -> Reason {
        match self.kind {
            Kind::Register => Reason::RegisterRange,
            Kind::Immediate => Reason::ImmediateRange,
            Kind::Target => Reason::TargetRange,
        }
    }

    pub(crate) const fn misaligned(&self) -> Reason {
        match self.kind {
            Kind::Register => Reason::RegisterExcluded,
            Kind::Immediate => Reason::ImmediateAlignment,
            Kind::Target => Reason::TargetAlignment,
        }
    }

    /// The raw bits of a value, or why it has none.
    ///
    /// Values of the 64-bit pattern rules (`logical64`, 64-bit immediates) are the pattern itself as `i64`.
    pub const fn encode(&self, value: i64) -> Result<u64, Reason> {
        if value < self.min || value > self.max {
            return Err(self.out_of_range());
        }
        let scaled = match scale_down(value, self.mul, self.add) {
            Scaled::Exact(scaled) => scaled,
            Scaled::Overflow => return Err(self.out_of_range()),
            Scaled::Inexact => return Err(self.misaligned()),
        };
        let raw = match self.rule.encode(scaled, self.width) {
            Ok(raw) => raw,
            Err(crate::rule::Misfit::Range) => return Err(self.out_of_range()),
            Err(crate::rule::Misfit::Value) => return Err(Reason::ImmediateEncoding),
        };
        if raw & !self.placed() != 0 {
            return Err(self.misaligned());
        }
        Ok(raw)
    }

    /// The value of raw bits; `None` for codes that stand for nothing, or that `encode` would never choose.
    pub const fn decode(&self, raw: u64) -> Option<i64> {
        let Some(scaled) = self.rule.decode(raw, self.width) else { return None };
        let Some(product) = scaled.checked_mul(self.mul as i64) else { return None };
        let Some(value) = product.checked_add(self.add as i64) else { return None };
        if value < self.min || value > self.max {
            None
        } else {
            Some(value)
        }
    }

    /// The raw bits that some piece takes. A field without any piece is a value that other fields are derived from: it
    /// has its range, and no bit of it is missing.
    pub const fn placed(&self) -> u64 {
        if self.len == 0 {
            return u64::MAX;
        }
        let mut mask = 0;
        let mut rest = self.pieces();
        while let [piece, tail @ ..] = rest {
            if let Some(bits) = ones(piece.width).checked_shl(piece.from as u32) {
                mask |= bits;
            }
            rest = tail;
        }
        mask
    }

    /// Exclusive-ors raw bits into an instruction. Bits outside `code` are dropped.
    pub fn patch(&self, raw: u64, code: &mut [u8]) {
        for piece in self.pieces() {
            let mut bits = raw.checked_shr(piece.from.into()).unwrap_or(0) & ones(piece.width);
            let mut shift = piece.to % 8; // of the first byte
            for byte in code.iter_mut().skip((piece.to / 8).into()) {
                if bits == 0 {
                    break;
                }
                *byte ^= (bits as u8) << shift;
                bits >>= 8 - shift;
                shift = 0;
            }
        }
    }

    /// Reads the raw bits out of an instruction whose template has zeros in this field.
    pub fn gather(&self, code: &[u8]) -> u64 {
        let mut raw = 0u64;
        for piece in self.pieces() {
            let mut wide = 0u128;
            for (n, byte) in code.iter().skip((piece.to / 8).into()).take(9).enumerate() {
                wide |= u128::from(*byte) << (8 * n);
            }
            raw |= ((wide >> (piece.to % 8)) as u64 & ones(piece.width)).checked_shl(piece.from.into()).unwrap_or(0);
        }
        raw
    }

    /// Encodes a value into an instruction: [`Field::encode`], then [`Field::patch`]. On failure nothing changes.
    pub fn place(&self, value: i64, code: &mut [u8]) -> Result<(), Reason> {
        let raw = self.encode(value)?;
        self.patch(raw, code);
        Ok(())
    }

    /// The values that the field takes, where they form a linear range; `None` for the irregular rules.
    pub const fn range(&self) -> Option<Range> {
        let Some((low, high)) = self.rule.bounds(self.width) else { return None };
        let placed = self.placed();
        let step = if placed == 0 { 1 } else { 1i128 << placed.trailing_zeros() };
        // An unplaced top bit halves what an unsigned field holds (even registers have theirs at the bottom).
        let high = if self.rule.is_signed() { high & !(step - 1) } else { high & placed as i128 };
        let (a, b) = (low * self.mul as i128 + self.add as i128, high * self.mul as i128 + self.add as i128);
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        let low = if low < self.min as i128 { self.min as i128 } else { low };
        let high = if high > self.max as i128 && self.max != i64::MAX { self.max as i128 } else { high };
        Some(Range { min: low, max: high, step: (step as u32).wrapping_mul(self.mul.unsigned_abs()) })
    }

    /// Whether [`Field::encode`] takes every value from `low` to `high`.
    pub fn takes_all(&self, low: i64, high: i64) -> bool {
        match self.range() {
            // No bit of the raw value is missing, so the range has no gap.
            Some(range) if range.step == 1 && self.placed() & ones(self.width) == ones(self.width) => {
                range.min <= low.into() && range.max >= high.into()
            }
            _ => (low..=high).all(|value| self.encode(value).is_ok()),
        }
    }
}

/// The `width` lowest bits.
pub const fn ones(width: u8) -> u64 {
    if width >= 64 {
        u64::MAX
    } else {
        (1 << width) - 1
    }
}

enum Scaled {
    Exact(i64),
    Inexact,
    Overflow,
}

const fn scale_down(value: i64, mul: i32, add: i32) -> Scaled {
    if mul == 1 && add == 0 {
        return Scaled::Exact(value);
    }
    // Modulo 2^64 the remainder by a power of two is right in any case.
    let (rest, over) = value.overflowing_sub(add as i64);
    match (rest.checked_rem(mul as i64), rest.checked_div(mul as i64)) {
        (Some(0), Some(scaled)) if !over => Scaled::Exact(scaled),
        (Some(0), _) | (None, _) | (_, None) => Scaled::Overflow,
        (Some(_), Some(_)) => Scaled::Inexact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields of many shapes, sane and not.
    fn fields() -> impl Iterator<Item = Field> {
        let rules = [Rule::Unsigned, Rule::Signed, Rule::Pattern, Rule::Extended32, Rule::Logical64, Rule::Log2];
        let widths = [0u8, 1, 5, 12, 26, 32, 63, 64, 65, 255];
        rules.into_iter().flat_map(move |rule| {
            widths.into_iter().flat_map(move |width| {
                [(1, 0), (2, 0), (4096, 0), (-1, 64), (3, 0), (0, 0), (1, 1), (i32::MIN, i32::MAX)].into_iter().flat_map(
                    move |(mul, add)| {
                        [0u8, 1, 3, 200].into_iter().flat_map(move |from| {
                            [(i64::MIN, i64::MAX), (0, 100), (-4, i64::MAX)].into_iter().map(move |(min, max)| {
                                let mut field = Field { mul, add, min, max, ..Field::new(Kind::Immediate, rule, width, 3) };
                                field.pieces[0] = Piece { from, width: width.wrapping_sub(from), to: 3 };
                                field
                            })
                        })
                    },
                )
            })
        })
    }

    fn values() -> impl Iterator<Item = i64> {
        (0..64).flat_map(|n| (-1..2).map(move |d| (1i64 << n).wrapping_add(d))).flat_map(|x| [x, x.wrapping_neg()])
    }

    #[test]
    fn linear_check_is_what_encode_takes() {
        let mut linear = 0;
        for field in fields() {
            if let Some(check) = field.linear() {
                linear += 1;
                for value in values() {
                    assert_eq!(check.bad(value) == 0, field.encode(value).is_ok(), "{field:?} {value}");
                }
            }
        }
        assert!(linear > 50, "{linear}");
    }

    #[test]
    fn total_and_inverse() {
        for field in fields() {
            let _ = (field.range(), field.placed());
            let mut code = [0u8; 12];
            for value in values() {
                let _ = field.decode(value as u64);
                if let Ok(raw) = field.encode(value) {
                    if field.width <= 64 {
                        code = [0; 12];
                        field.patch(raw, &mut code);
                        assert_eq!(field.gather(&code), raw, "{field:?} {value}");
                    }
                    field.patch(raw, &mut code[..1]);
                    let _ = field.gather(&code[..1]);
                }
            }
        }
    }
}
