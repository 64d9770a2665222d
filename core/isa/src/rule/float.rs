//! Floating-point constants that fit an instruction.

/// `imm8` of a number that FMOV and VMOV take: +-(16 to 31)/16 * 2^(-3 to 4). Zero has none.
pub const fn fp8(value: f64) -> Option<u8> {
    fp8_bits(value.to_bits())
}

/// [`fp8`] of the bits of an `f64`.
pub const fn fp8_bits(bits: u64) -> Option<u8> {
    let exponent = bits >> 52 & 0x7ff;
    if bits & 0xffff_ffff_ffff != 0 || exponent < 1020 || exponent > 1027 {
        return None;
    }
    // Exponents 1020 to 1023 have the code 1xx, 1024 to 1027 the code 0xx.
    let code = exponent & 3 | if exponent < 1024 { 4 } else { 0 };
    Some((bits >> 63 << 7 | code << 4 | bits >> 48 & 15) as u8)
}

/// The bits of the `f64` that `imm8` stands for (Arm ARM, `VFPExpandImm`).
pub const fn from_fp8(code: u8) -> u64 {
    let code = code as u64;
    let exponent = code >> 4 & 3 | if code & 0x40 == 0 { 1024 } else { 1020 };
    code >> 7 << 63 | exponent << 52 | (code & 15) << 48
}

/// What `rs1` of a RISC-V Zfa FLI stands for, as `f64` bits. Entry 1 is the smallest positive normal number of the
/// instruction's own format; it is written as that of `f64`.
const FLI: [u64; 32] = [
    (-1.0f64).to_bits(),
    f64::MIN_POSITIVE.to_bits(),
    power(-16),
    power(-15),
    power(-8),
    power(-7),
    0.0625f64.to_bits(),
    0.125f64.to_bits(),
    0.25f64.to_bits(),
    0.3125f64.to_bits(),
    0.375f64.to_bits(),
    0.4375f64.to_bits(),
    0.5f64.to_bits(),
    0.625f64.to_bits(),
    0.75f64.to_bits(),
    0.875f64.to_bits(),
    1.0f64.to_bits(),
    1.25f64.to_bits(),
    1.5f64.to_bits(),
    1.75f64.to_bits(),
    2.0f64.to_bits(),
    2.5f64.to_bits(),
    3.0f64.to_bits(),
    4.0f64.to_bits(),
    8.0f64.to_bits(),
    16.0f64.to_bits(),
    128.0f64.to_bits(),
    256.0f64.to_bits(),
    32768.0f64.to_bits(),
    65536.0f64.to_bits(),
    f64::INFINITY.to_bits(),
    0x7ff8_0000_0000_0000, // the canonical NaN
];

/// The bits of 2^n.
const fn power(n: i64) -> u64 {
    ((n + 1023) as u64) << 52
}

/// `rs1` of a RISC-V Zfa FLI that loads the `f64` with these bits.
pub const fn fli(bits: u64) -> Option<u8> {
    let mut rest = FLI.as_slice();
    let mut code = 0u8;
    while let [first, tail @ ..] = rest {
        if *first == bits {
            return Some(code);
        }
        code = code.wrapping_add(1);
        rest = tail;
    }
    None
}

/// The bits of the `f64` that FLI loads for this `rs1`.
pub const fn from_fli(code: u32) -> Option<u64> {
    match FLI.split_at_checked(code as usize) {
        Some((_, [first, ..])) => Some(*first),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fp8_both_ways() {
        for code in 0..=255u8 {
            let value = f64::from_bits(from_fp8(code));
            let power = [2.0, 4.0, 8.0, 16.0, 0.125, 0.25, 0.5, 1.0][usize::from(code >> 4 & 7)];
            let sign = if code > 127 { -1.0 } else { 1.0 };
            assert_eq!(value, sign * f64::from(16 + (code & 15)) / 16.0 * power);
            assert_eq!(fp8(value), Some(code));
            assert_eq!(fp8_bits(value.to_bits() ^ 1), None);
            assert_eq!(fp8_bits(value.to_bits() ^ 1 << 47), None);
        }
        for other in [0.0, -0.0, 32.0, 0.1, 0.12, 31.5, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE] {
            assert_eq!(fp8(other), None, "{other}");
        }
    }

    #[test]
    fn fli_both_ways() {
        for code in 0..32 {
            assert_eq!(fli(from_fli(code).unwrap()), Some(code as u8));
        }
        assert_eq!((from_fli(32), from_fli(u32::MAX)), (None, None));
        assert_eq!(from_fli(2).map(f64::from_bits), Some(1.0 / 65536.0));
        assert_eq!(fli(0.1f64.to_bits()), None);
    }
}
