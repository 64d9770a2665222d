//! x86 immediates that are extended to the operand size.

use super::{pbad, sbad, sign_extend, Misfit};
use crate::field::ones;

/// The `width` raw bits of an immediate that the processor sign-extends to an operand of `size` bits (16, 32 or 64).
///
/// Any way of writing the operand is taken, from -2^(size-1) to 2^size - 1 (64 bits: any pattern). It is wrapped to
/// `size` bits and must then be a signed number of `width` bits, so `add eax, 0xffffff80` has the 8-bit immediate 0x80.
pub const fn extended(value: i64, size: u8, width: u8) -> Result<u64, Misfit> {
    if pbad(value, size as u32) != 0 {
        return Err(Misfit::Range);
    }
    let operand = sign_extend(value as u64 & ones(size), size);
    if sbad(operand, width as u32, 0) != 0 {
        Err(Misfit::Range)
    } else {
        Ok(operand as u64 & ones(width))
    }
}

/// The operand of `size` bits, as a signed number, that an immediate of `width` bits is extended to; `None` if the
/// immediate is wider than the operand and says something else than its extension.
pub const fn from_extended(raw: u64, size: u8, width: u8) -> Option<i64> {
    let value = sign_extend(raw, width);
    if sbad(value, size as u32, 0) == 0 {
        Some(value)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_extended_to_each_size() {
        for size in [16u8, 32] {
            let full = 1i64 << size;
            let around = [-full / 2, -1, full / 2 - 1, full / 2, full - 1, full].map(|edge| edge - 300..edge + 300);
            for value in around.into_iter().flatten() {
                let legal = value >= -full / 2 && value < full;
                let operand = if value >= full / 2 { value - full } else { value };
                let expected =
                    if legal && (-128..128).contains(&operand) { Ok(operand as u64 & 0xff) } else { Err(Misfit::Range) };
                assert_eq!(extended(value, size, 8), expected, "{value} as {size}");
                if let Ok(raw) = expected {
                    assert_eq!(from_extended(raw, size, 8), Some(operand));
                }
                let whole = if legal { Ok(operand as u64 & ones(size)) } else { Err(Misfit::Range) };
                assert_eq!(extended(value, size, size), whole);
            }
        }
    }

    #[test]
    fn patterns_of_64_bits() {
        assert_eq!(extended(-1, 64, 8), Ok(0xff));
        assert_eq!(extended(-0x8000_0000, 64, 32), Ok(0x8000_0000));
        for value in [-0x8000_0001, 0x8000_0000, i64::MAX, i64::MIN] {
            assert_eq!(extended(value, 64, 32), Err(Misfit::Range));
        }
        for value in [-129, 128] {
            assert_eq!(extended(value, 64, 8), Err(Misfit::Range));
        }
    }

    #[test]
    fn total() {
        for value in [i64::MIN, -1, 0, i64::MAX] {
            for size in 0..=u8::MAX {
                for width in 0..=u8::MAX {
                    let _ = extended(value, size, width);
                }
            }
        }
    }
}
