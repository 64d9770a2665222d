//! The rules by which a scaled value becomes raw bits: plain numbers, and the irregular immediates of each
//! architecture, each with its inverse.

/// Why a rule has no code for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Below or above all values of the rule.
    Range,
    /// Within the range, but not expressible.
    Value,
}

/// How a scaled value becomes raw bits.
///
/// Floating-point rules take the value as the bits of an `f64`. Rules that speak of a 32-bit pattern take it zero- or
/// sign-extended to 64 bits; rules of a 64-bit pattern take the pattern as `i64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
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
    /// A64 bitmask immediate of 32 bits, `immr:imms`.
    Logical32,
    /// A64 bitmask immediate of 64 bits, `N:immr:imms`.
    Logical64,
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
    /// NEON `cm:imm8`: an 8-bit number shifted left by 8 * cm.
    Wide8,
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
}

impl Rule {
    /// Whether raw bits are read as two's complement.
    pub const fn is_signed(self) -> bool {
        matches!(self, Rule::Signed | Rule::Extended16 | Rule::Extended32 | Rule::Extended64)
    }

    /// Smallest and largest scaled value where these form a linear range.
    pub const fn bounds(self, width: u8) -> Option<(i128, i128)> {
        let width = if width > 64 { 64 } else { width };
        let full = 1i128 << width;
        match self {
            Rule::Unsigned => Some((0, full - 1)),
            Rule::Signed => Some((-(full / 2), full / 2 - 1)),
            Rule::Pattern => Some((-(full / 2), full - 1)),
            Rule::Extended16 | Rule::Extended32 | Rule::Extended64 => Some((-(full / 2), full / 2 - 1)),
            _ => None,
        }
    }

    /// The raw bits of a scaled value.
    pub const fn encode(self, value: i64, width: u8) -> Result<u64, Misfit> {
        let width = if width > 64 { 64 } else { width };
        match self {
            Rule::Unsigned => {
                if width == 64 || (value as u64) >> width == 0 { Ok(value as u64) } else { Err(Misfit::Range) }
            }
            Rule::Signed => signed(value, width),
            Rule::Pattern => {
                let fits = width >= 64 || (value >= -((1i64 << width) / 2) && value >> width <= 0);
                if fits { Ok(value as u64 & crate::field::ones(width)) } else { Err(Misfit::Range) }
            }
            _ => Err(Misfit::Value), // the irregular rules follow
        }
    }

    /// The scaled value of raw bits; `None` for reserved codes, and for codes that `encode` never chooses.
    pub const fn decode(self, raw: u64, width: u8) -> Option<i64> {
        match self {
            Rule::Unsigned | Rule::Pattern => Some(raw as i64),
            Rule::Signed | Rule::Extended16 | Rule::Extended32 | Rule::Extended64 => {
                let unused = 64 - if width > 64 { 64 } else { width } as u32;
                if unused == 64 { Some(0) } else { Some((raw << unused) as i64 >> unused) }
            }
            _ => None, // the irregular rules follow
        }
    }
}

const fn signed(value: i64, width: u8) -> Result<u64, Misfit> {
    if width >= 64 {
        return Ok(value as u64);
    }
    let half = if width == 0 { 0 } else { 1i64 << (width - 1) };
    if value >= -half && value < half { Ok(value as u64 & crate::field::ones(width)) } else { Err(Misfit::Range) }
}
