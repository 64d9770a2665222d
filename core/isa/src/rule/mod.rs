//! The rules by which a scaled value becomes raw bits: plain numbers, and the irregular immediates of each
//! architecture, each with its inverse.
//!
//! The functions are also what an author of a compiler asks before choosing an instruction: `logical64(mask)` is
//! `Some` if AND takes the mask as an immediate, `fp8(1.5)` if FMOV takes the number. All of them are `const`, total,
//! and one-to-one: an inverse (`from_..`) returns `None` for codes that the forward direction never chooses.

mod arm32;
mod element;
mod float;
mod linear;
mod logical;
mod tiles;
mod wide;
mod x86;

pub use arm32::{a32_immediate, from_a32_immediate, from_t32_branch, from_t32_immediate, t32_branch, t32_immediate};
pub use element::{dup, dupm, from_dup, from_dupm, from_logical_element, logical_element};
pub use float::{fli, fp8, fp8_bits, from_fli, from_fp8};
pub use linear::{pbad, rbad, sbad, ubad};
pub use logical::{from_logical32, from_logical64, logical32, logical64};
pub use tiles::{from_tile_mask, tile_mask};
pub use wide::{
    byte_mask, from_byte_mask, from_mask32, from_mask64, from_not_wide32, from_not_wide64, from_wide32, from_wide64, from_wide8,
    mask32, mask64, not_wide32, not_wide64, wide32, wide64, wide8,
};
pub use x86::{extended, from_extended};

use crate::field::ones;

/// Why a rule has no code for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Below or above all values of the rule.
    Range,
    /// Within the range, but not expressible.
    Value,
}

impl Misfit {
    /// What stands for the code of a value that has none: a negative number.
    #[inline(always)]
    pub const fn code(self) -> i64 {
        !(self as i64)
    }
}

macro_rules! rules {
    ($(#[$doc:meta])* pub enum Rule { $($(#[$rule:meta])* $name:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Rule { $($(#[$rule])* $name),* }

        impl Rule {
            /// All of them, by number.
            pub const ALL: &'static [Rule] = &[$(Rule::$name),*];
        }
    };
}

rules! {
    /// How a scaled value becomes raw bits.
    ///
    /// Floating-point rules take the value as the bits of an `f64`. Rules that speak of a 32-bit pattern take it zero- or
    /// sign-extended to 64 bits; rules of a 64-bit pattern take the pattern as `i64`.
    pub enum Rule {
        /// 0 to 2^w - 1.
        Unsigned,
        /// Two's complement: -2^(w-1) to 2^(w-1) - 1.
        Signed,
        /// A bit pattern of w bits: -2^(w-1) to 2^w - 1 (x86 `imm8`, `imm32`). Decodes as unsigned.
        Pattern,
        /// x86 immediates that are sign-extended to 16 bits: -2^15 to 2^16 - 1, wrapped to 16 bits, then w bits signed.
        Extended16,
        /// As `Extended16` for an operand size of 32 bits.
        Extended32,
        /// As `Extended16` for an operand size of 64 bits: w bits signed (values are 64-bit patterns).
        Extended64,
        /// A64 bitmask immediate of SVE elements of 8 bits, `N:immr:imms`.
        Logical8,
        /// A64 bitmask immediate of SVE elements of 16 bits, `N:immr:imms`.
        Logical16,
        /// A64 bitmask immediate of 32 bits, `immr:imms`.
        Logical32,
        /// A64 bitmask immediate of 64 bits, `N:immr:imms`.
        Logical64,
        /// The complement is a `Logical8`.
        Not8,
        /// The complement is a `Logical16`.
        Not16,
        /// The complement is a `Logical32`.
        Not32,
        /// The complement is a `Logical64`.
        Not64,
        /// A64 `hw:imm16` for 32-bit registers: a 16-bit number shifted left by 16 * hw, hw < 2.
        Wide32,
        /// A64 `hw:imm16` for 64-bit registers: a 16-bit number shifted left by 16 * hw.
        Wide64,
        /// The 32-bit complement is a `Wide32` (MOVN).
        NotWide32,
        /// The 64-bit complement is a `Wide64` (MOVN).
        NotWide64,
        /// A `Logical32` that is neither a `Wide32` nor a `NotWide32` (MOV by ORR).
        Mask32,
        /// A `Logical64` that is neither a `Wide64` nor a `NotWide64` (MOV by ORR).
        Mask64,
        /// NEON `cm:imm8`: an 8-bit number shifted left by 8 * cm.
        Wide8,
        /// SVE `imm8` of DUP and CPY: a signed number for elements of 8 bits.
        Dup8,
        /// SVE `sh:imm8` of DUP and CPY: 8 bits signed, shifted left by 8 * sh, as a pattern of elements of 16 bits.
        Dup16,
        /// As `Dup16` for elements of 32 bits.
        Dup32,
        /// As `Dup16` for elements of 64 bits.
        Dup64,
        /// SVE `N:immr:imms` of MOV by DUPM: a `Logical16` that no DUP makes.
        Dupm16,
        /// SVE `N:immr:imms` of MOV by DUPM: a `Logical32` that no DUP makes.
        Dupm32,
        /// SVE `N:immr:imms` of MOV by DUPM: a `Logical64` that no DUP makes.
        Dupm64,
        /// Eight bits, each of which stands for a byte of 0x00 or 0xff (MOVI 64-bit).
        ByteMask,
        /// 8-bit floating point: +-(16..31)/16 * 2^(-3..4).
        Fp8,
        /// A32 modified immediate: eight bits rotated right by an even amount.
        A32Immediate,
        /// T32 modified immediate (ThumbExpandImm), `i:imm3:imm8`.
        T32Immediate,
        /// T32 branch offset `S:imm10:J1:J2:imm11`, in halfwords, I = not(J xor S).
        T32Branch,
        /// RISC-V C.LUI: six bits signed, shown modulo 2^20.
        Upper20,
        /// RISC-V Zfa FLI: 32 constants, as `f64` bits.
        Fli,
        /// A power of two, stored as its exponent.
        Log2,
        /// The number of a tile of 16-bit elements, as a mask of 64-bit element tiles.
        TileMask16,
        /// The number of a tile of 32-bit elements, as a mask of 64-bit element tiles.
        TileMask32,
        /// The number of a tile of 64-bit elements, as a mask of such tiles.
        TileMask64,
        /// Sign and magnitude: the top bit is 1 for a plus, the others are the magnitude. 0 is plus zero.
        SignMagnitude,
    }
}

/// What the values of a [`Rule`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Numbers {
    /// Integers.
    Integer,
    /// Patterns of 64 bits: the same whether written as a signed or as an unsigned number.
    Pattern,
    /// Floating-point numbers, as the bits of an `f64`.
    Float,
}

/// Whether an instruction set with irregular immediates, scattered references and register lists is compiled in. A program that
/// only assembles for x86, which has none, need not carry them.
pub(crate) const IRREGULAR: bool =
    cfg!(any(test, feature = "aarch64", feature = "thumb", feature = "matching", not(any(feature = "x64", feature = "x86"))));

impl Rule {
    /// What the values of a field of `width` bits are.
    pub const fn numbers(self, width: u8) -> Numbers {
        match self {
            Rule::Fp8 | Rule::Fli => Numbers::Float,
            Rule::Logical64
            | Rule::Not64
            | Rule::Wide64
            | Rule::NotWide64
            | Rule::Mask64
            | Rule::Dup64
            | Rule::Dupm64
            | Rule::ByteMask
            | Rule::Extended64 => Numbers::Pattern,
            Rule::Pattern | Rule::Unsigned if width >= 64 => Numbers::Pattern,
            _ => Numbers::Integer,
        }
    }

    /// Whether raw bits are read as two's complement.
    pub const fn is_signed(self) -> bool {
        matches!(self, Rule::Signed | Rule::Extended16 | Rule::Extended32 | Rule::Extended64)
    }

    /// The bits of the pattern for which a value of an irregular rule stands, if these are fewer than 64; else 0.
    pub const fn pattern_bits(self) -> u32 {
        match self {
            Rule::Logical8 | Rule::Not8 | Rule::Dup8 => 8,
            Rule::Logical16 | Rule::Not16 | Rule::Dup16 | Rule::Dupm16 => 16,
            Rule::Logical32 | Rule::Not32 | Rule::Mask32 | Rule::Dup32 | Rule::Dupm32 => 32,
            Rule::Wide32 | Rule::NotWide32 | Rule::A32Immediate | Rule::T32Immediate => 32,
            _ => 0,
        }
    }

    /// The size in bytes of the elements of the tiles whose numbers are the values of a rule of tiles.
    const fn tile_bytes(self) -> u8 {
        match self {
            Rule::TileMask16 => 2,
            Rule::TileMask32 => 4,
            _ => 8,
        }
    }

    /// Smallest and largest scaled value where these form a linear range.
    pub const fn bounds(self, width: u8) -> Option<(i128, i128)> {
        let width = if width > 64 { 64 } else { width };
        let full = 1i128 << width;
        match self {
            Rule::Unsigned => Some((0, full - 1)),
            Rule::Pattern => Some((-(full / 2), full - 1)),
            // Without any bit, only 0.
            Rule::Signed | Rule::Extended16 | Rule::Extended32 | Rule::Extended64 if width == 0 => Some((0, 0)),
            Rule::Signed | Rule::Extended16 | Rule::Extended32 | Rule::Extended64 => Some((-(full / 2), full / 2 - 1)),
            Rule::SignMagnitude => Some((1 - full / 2, full / 2 - 1)),
            _ => None,
        }
    }

    /// The raw bits of a scaled value. The result has no bit at `width` or above.
    pub const fn encode(self, value: i64, width: u8) -> Result<u64, Misfit> {
        let bits = width as u32;
        let bad = match self {
            Rule::Unsigned => ubad(value, bits, 0),
            Rule::Signed => sbad(value, bits, 0),
            Rule::Pattern => pbad(value, bits),
            Rule::Extended16 => return extended(value, 16, width),
            Rule::Extended32 => return extended(value, 32, width),
            Rule::Extended64 => return extended(value, 64, width),
            Rule::SignMagnitude => return sign_magnitude(value, width),
            _ if IRREGULAR => return self.encode_irregular(value, width),
            _ => return Err(Misfit::Value),
        };
        if bad == 0 {
            Ok(value as u64 & ones(width))
        } else {
            Err(Misfit::Range)
        }
    }

    const fn encode_irregular(self, value: i64, width: u8) -> Result<u64, Misfit> {
        // Rules of narrow patterns: the value is the pattern, zero- or sign-extended.
        let narrow = self.pattern_bits();
        if narrow != 0 && pbad(value, narrow) != 0 || matches!(self, Rule::Wide8) && ubad(value, 32, 0) != 0 {
            return Err(Misfit::Range);
        }
        let pattern = value as u64;
        let word = value as u32;
        let code = match self {
            Rule::Logical8 => logical_element(value, 8),
            Rule::Logical16 => logical_element(value, 16),
            Rule::Logical32 => logical32(word),
            Rule::Logical64 => logical64(pattern),
            Rule::Not8 => logical_element(!value & 0xff, 8),
            Rule::Not16 => logical_element(!value & 0xffff, 16),
            Rule::Dup8 => dup(value, 8),
            Rule::Dup16 => dup(value, 16),
            Rule::Dup32 => dup(value, 32),
            Rule::Dup64 => dup(value, 64),
            Rule::Dupm16 => dupm(value, 16),
            Rule::Dupm32 => dupm(value, 32),
            Rule::Dupm64 => dupm(value, 64),
            Rule::Not32 => logical32(!word),
            Rule::Not64 => logical64(!pattern),
            Rule::Wide32 => wide32(word),
            Rule::Wide64 => wide64(pattern),
            Rule::NotWide32 => not_wide32(word),
            Rule::NotWide64 => not_wide64(pattern),
            Rule::Mask32 => mask32(word),
            Rule::Mask64 => mask64(pattern),
            Rule::Wide8 => wide8(word),
            Rule::ByteMask => widen(byte_mask(pattern)),
            Rule::Fp8 => widen(fp8_bits(pattern)),
            Rule::A32Immediate => a32_immediate(word),
            Rule::T32Immediate => t32_immediate(word),
            Rule::T32Branch => {
                if sbad(value, 24, 0) != 0 {
                    return Err(Misfit::Range);
                }
                Some(t32_branch(value))
            }
            Rule::Upper20 => {
                if ubad(value, 20, 0) != 0 {
                    return Err(Misfit::Range);
                }
                // 20 bits as a signed number, which must fit the field.
                return match Rule::Signed.encode((value ^ 0x8_0000) - 0x8_0000, width) {
                    Ok(raw) => Ok(raw),
                    Err(_) => Err(Misfit::Value),
                };
            }
            Rule::Fli => widen(fli(pattern)),
            Rule::Log2 => {
                if value <= 0 {
                    return Err(Misfit::Range);
                }
                if pattern.is_power_of_two() {
                    Some(pattern.trailing_zeros())
                } else {
                    None
                }
            }
            Rule::TileMask16 | Rule::TileMask32 | Rule::TileMask64 => {
                if ubad(value, 8, 0) != 0 {
                    return Err(Misfit::Range);
                }
                match tile_mask(self.tile_bytes(), value as u8) {
                    Some(mask) => Some(mask as u32),
                    None => return Err(Misfit::Range),
                }
            }
            // The linear rules are done by `encode`.
            Rule::Unsigned
            | Rule::Signed
            | Rule::Pattern
            | Rule::Extended16
            | Rule::Extended32
            | Rule::Extended64
            | Rule::SignMagnitude => None,
        };
        // What has 13 bits need not be tested for them.
        let fits = matches!(self, Rule::Logical64 | Rule::Not64 | Rule::Mask64) && width >= 13;
        match code {
            Some(code) if fits || code as u64 & !ones(width) == 0 => Ok(code as u64),
            Some(_) => Err(Misfit::Range),
            None => Err(Misfit::Value),
        }
    }

    /// The scaled value of raw bits; `None` for reserved codes, and for codes that `encode` never chooses. Values of
    /// 32-bit patterns come zero-extended.
    pub const fn decode(self, raw: u64, width: u8) -> Option<i64> {
        if raw & !ones(width) != 0 {
            return None;
        }
        let code = raw as u32;
        if raw > u32::MAX as u64 && !matches!(self, Rule::Unsigned | Rule::Pattern | Rule::SignMagnitude) && !self.is_signed() {
            return None;
        }
        match self {
            Rule::Unsigned | Rule::Pattern => Some(raw as i64),
            Rule::Signed => Some(sign_extend(raw, width)),
            Rule::Extended16 => from_extended(raw, 16, width),
            Rule::Extended32 => from_extended(raw, 32, width),
            Rule::Extended64 => from_extended(raw, 64, width),
            Rule::Logical8 => from_logical_element(code, 8),
            Rule::Logical16 => from_logical_element(code, 16),
            Rule::Not8 => complement(from_logical_element(code, 8), 8),
            Rule::Not16 => complement(from_logical_element(code, 16), 16),
            Rule::Dup8 => from_dup(code, 8),
            Rule::Dup16 => from_dup(code, 16),
            Rule::Dup32 => from_dup(code, 32),
            Rule::Dup64 => from_dup(code, 64),
            Rule::Dupm16 => from_dupm(code, 16),
            Rule::Dupm32 => from_dupm(code, 32),
            Rule::Dupm64 => from_dupm(code, 64),
            Rule::Logical32 => zero_extend(from_logical32(code)),
            Rule::Logical64 => pattern(from_logical64(code)),
            Rule::Not32 => match from_logical32(code) {
                Some(value) => Some(!value as i64),
                None => None,
            },
            Rule::Not64 => match from_logical64(code) {
                Some(value) => Some(!value as i64),
                None => None,
            },
            Rule::Wide32 => zero_extend(from_wide32(code)),
            Rule::Wide64 => pattern(from_wide64(code)),
            Rule::NotWide32 => zero_extend(from_not_wide32(code)),
            Rule::NotWide64 => pattern(from_not_wide64(code)),
            Rule::Mask32 => zero_extend(from_mask32(code)),
            Rule::Mask64 => pattern(from_mask64(code)),
            Rule::Wide8 => zero_extend(from_wide8(code)),
            Rule::ByteMask => {
                if code <= 0xff {
                    Some(from_byte_mask(code as u8) as i64)
                } else {
                    None
                }
            }
            Rule::Fp8 => {
                if code <= 0xff {
                    Some(from_fp8(code as u8) as i64)
                } else {
                    None
                }
            }
            Rule::A32Immediate => zero_extend(from_a32_immediate(code)),
            Rule::T32Immediate => zero_extend(from_t32_immediate(code)),
            Rule::T32Branch => {
                if code >> 24 == 0 {
                    Some(from_t32_branch(code))
                } else {
                    None
                }
            }
            Rule::Upper20 => {
                let value = sign_extend(raw, width) & 0xf_ffff;
                // A field of more than 20 bits has codes that mean no new value.
                match self.encode(value, width) {
                    Ok(same) if same == raw => Some(value),
                    _ => None,
                }
            }
            Rule::Fli => pattern(from_fli(code)),
            Rule::Log2 => {
                if code < 63 {
                    Some(1 << code)
                } else {
                    None
                }
            }
            Rule::TileMask16 | Rule::TileMask32 | Rule::TileMask64 => {
                if code > 0xff {
                    return None;
                }
                let (bytes, tiles) = from_tile_mask(code as u8);
                if bytes == self.tile_bytes() && tiles.is_power_of_two() {
                    Some(tiles.trailing_zeros() as i64)
                } else {
                    None
                }
            }
            Rule::SignMagnitude => from_sign_magnitude(raw, width),
        }
    }
}

const fn widen(code: Option<u8>) -> Option<u32> {
    match code {
        Some(code) => Some(code as u32),
        None => None,
    }
}

const fn zero_extend(value: Option<u32>) -> Option<i64> {
    match value {
        Some(value) => Some(value as i64),
        None => None,
    }
}

const fn pattern(value: Option<u64>) -> Option<i64> {
    match value {
        Some(value) => Some(value as i64),
        None => None,
    }
}

/// The other `bits` bits of a number that is not negative.
const fn complement(value: Option<i64>, bits: u8) -> Option<i64> {
    match value {
        Some(value) => Some(value ^ ones(bits) as i64),
        None => None,
    }
}

const fn sign_magnitude(value: i64, width: u8) -> Result<u64, Misfit> {
    if width == 0 || width > 63 || value.unsigned_abs() >> (width - 1) != 0 {
        return Err(Misfit::Range);
    }
    let plus = if value < 0 { 0 } else { 1 << (width - 1) };
    Ok(plus | value.unsigned_abs())
}

/// `None` for minus zero too, which no value stands for.
const fn from_sign_magnitude(raw: u64, width: u8) -> Option<i64> {
    if width == 0 || width > 63 {
        return None;
    }
    let plus = 1u64 << (width - 1);
    match raw {
        0 => None,
        _ if raw & plus != 0 => Some((raw ^ plus) as i64),
        _ => Some(-(raw as i64)),
    }
}

/// The `width` lowest bits of `raw` as two's complement.
const fn sign_extend(raw: u64, width: u8) -> i64 {
    match width {
        0 => 0,
        1..=63 => (raw << (64 - width)) as i64 >> (64 - width),
        64.. => raw as i64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IRREGULAR: [(Rule, u8, usize); 36] = [
        (Rule::Logical8, 13, 70),
        (Rule::Logical16, 13, 310),
        (Rule::Logical32, 13, 1302),
        (Rule::Not8, 13, 70),
        (Rule::Not16, 13, 310),
        (Rule::Dup8, 8, 256),
        (Rule::Dup16, 9, 511),
        (Rule::Dup32, 9, 511),
        (Rule::Dup64, 9, 511),
        (Rule::Dupm16, 13, 148),
        (Rule::Dupm32, 13, 1048),
        (Rule::Dupm64, 13, 4988),
        (Rule::Logical32, 12, 1302),
        (Rule::Logical64, 13, 5334),
        (Rule::Not32, 12, 1302),
        (Rule::Not64, 13, 5334),
        (Rule::Wide32, 17, 2 * 0xffff + 1),
        (Rule::Wide64, 18, 4 * 0xffff + 1),
        (Rule::NotWide32, 17, 2 * 0xffff - 1),
        (Rule::NotWide64, 18, 4 * 0xffff + 1),
        (Rule::Mask32, 12, 760),
        (Rule::Mask64, 13, 4246),
        (Rule::Wide8, 9, 511),
        (Rule::Wide8, 10, 4 * 255 + 1),
        (Rule::ByteMask, 8, 256),
        (Rule::Fp8, 8, 256),
        (Rule::A32Immediate, 12, 3073),
        (Rule::T32Immediate, 12, 4093),
        (Rule::T32Branch, 24, 1 << 24),
        (Rule::Upper20, 6, 64),
        (Rule::Fli, 5, 32),
        (Rule::Log2, 3, 8),
        (Rule::TileMask16, 8, 2),
        (Rule::TileMask32, 8, 4),
        (Rule::TileMask64, 8, 8),
        (Rule::SignMagnitude, 9, 511),
    ];

    #[test]
    fn irregular_rules_invert_on_every_code() {
        for (rule, width, values) in IRREGULAR {
            let mut count = 0;
            for raw in 0..1u64 << width {
                if let Some(value) = rule.decode(raw, width) {
                    assert_eq!(rule.encode(value, width), Ok(raw), "{rule:?} {value:#x}");
                    count += 1;
                }
            }
            assert_eq!(count, values, "{rule:?} {width}");
        }
    }

    #[test]
    fn linear_rules_invert() {
        for rule in [Rule::Unsigned, Rule::Signed, Rule::Pattern] {
            for width in 0..=64u8 {
                let (low, high) = rule.bounds(width).unwrap();
                for value in [low, low + 1, -1, 0, 1, high - 1, high] {
                    if value < low || value > high || i64::try_from(value).is_err() {
                        continue;
                    }
                    let raw = rule.encode(value as i64, width).unwrap();
                    assert_eq!(raw & !ones(width), 0);
                    let back = rule.decode(raw, width).unwrap();
                    assert_eq!(back as u64 & ones(width), value as u64 & ones(width), "{rule:?} {width} {value}");
                }
                for value in [low - 1, high + 1] {
                    if let Ok(value) = i64::try_from(value) {
                        let taken = width == 64 && rule == Rule::Unsigned; // an i64 below 0 is a pattern there
                        assert_eq!(rule.encode(value, width).is_ok(), taken, "{rule:?} {width} {value}");
                    }
                }
            }
        }
    }

    #[test]
    fn words_are_taken_with_either_sign() {
        assert_eq!(Rule::Logical32.encode(-2, 12), Rule::Logical32.encode(0xffff_fffe, 12));
        assert_eq!(Rule::T32Immediate.encode(-1, 12), Ok(0x3ff));
        assert_eq!(Rule::Wide32.encode(1 << 32, 17), Err(Misfit::Range));
        assert_eq!(Rule::Not32.encode(-1 << 31, 12), Rule::Not32.encode(1 << 31, 12));
        assert_eq!(Rule::Not32.encode((-1 << 31) - 1, 12), Err(Misfit::Range));
        assert_eq!(Rule::Wide8.encode(-1, 10), Err(Misfit::Range));
        assert_eq!(Rule::Wide8.encode(0x1_0000, 9), Err(Misfit::Range));
        assert_eq!(Rule::Upper20.encode(0x20, 6), Err(Misfit::Value));
        assert_eq!(Rule::Upper20.encode(-1, 6), Err(Misfit::Range));
        assert_eq!(Rule::Log2.encode(256, 3), Err(Misfit::Range));
        assert_eq!(Rule::Log2.encode(3, 3), Err(Misfit::Value));
    }

    #[test]
    fn total_for_any_width_and_value() {
        let rules = IRREGULAR.iter().map(|(rule, ..)| *rule).chain([
            Rule::Unsigned,
            Rule::Signed,
            Rule::Pattern,
            Rule::Extended16,
            Rule::Extended32,
            Rule::Extended64,
        ]);
        for rule in rules {
            for width in 0..=u8::MAX {
                for value in [i64::MIN, i64::MIN + 1, -(1 << 32), -1, 0, 1, 0xffff_ffff, 1 << 32, i64::MAX - 1, i64::MAX] {
                    if let Ok(raw) = rule.encode(value, width) {
                        assert_eq!(raw & !ones(width), 0, "{rule:?} {width} {value}");
                        assert!(rule.decode(raw, width).is_some(), "{rule:?} {width} {value}");
                    }
                    if let Some(back) = rule.decode(value as u64, width) {
                        assert!(rule.encode(back, width).is_ok(), "{rule:?} {width} {value}");
                    }
                }
            }
        }
    }
}
