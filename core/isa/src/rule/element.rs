//! Immediates of vectors of any length (SVE): one number for elements of 8 to 64 bits.
//!
//! Numbers are patterns of the element: `0xff` and `-1` are the same number of 8 bits.

use super::logical::{from_logical64, logical64};
use super::pbad;

/// A pattern of `bits` (8, 16, 32 or 64) bits, repeated to fill 64. `None` if the number has more bits.
const fn repeated(value: i64, bits: u8) -> Option<u64> {
    if pbad(value, bits as u32) != 0 {
        return None;
    }
    let mut filled = bits as u32;
    let mut all = value as u64 & crate::field::ones(bits);
    while filled < 64 {
        all |= all << filled;
        filled <<= 1;
    }
    Some(all)
}

/// The pattern of `bits` bits that a 64-bit number repeats, as a signed number, if it does.
const fn element(all: u64, bits: u8) -> Option<i64> {
    if bits == 0 || bits > 64 || all.rotate_left(bits as u32) != all {
        return None;
    }
    let unused = 64 - bits as u32;
    Some((all << unused) as i64 >> unused)
}

/// `N:immr:imms` (13 bits) of a bitmask immediate for elements of 8 to 64 bits: AND, ORR, EOR and DUPM of SVE take the
/// numbers for which this is `Some`.
pub const fn logical_element(value: i64, bits: u8) -> Option<u32> {
    match repeated(value, bits) {
        Some(all) => logical64(all),
        None => None,
    }
}

/// The number of `N:immr:imms`, not negative below 64 bits; `None` for codes that [`logical_element`] never returns.
pub const fn from_logical_element(code: u32, bits: u8) -> Option<i64> {
    match from_logical64(code) {
        Some(all) if element(all, bits).is_some() => Some((all & crate::field::ones(bits)) as i64),
        _ => None,
    }
}

/// `sh:imm8` (9 bits; 8 bits for elements of 8) of a number that DUP and CPY put into elements of 8 to 64 bits: 8 bits
/// signed, shifted left by 8 * sh.
pub const fn dup(value: i64, bits: u8) -> Option<u32> {
    let Some(all) = repeated(value, bits) else { return None };
    let Some(number) = element(all, bits) else { return None };
    if number as i8 as i64 == number {
        Some(number as u32 & 0xff)
    } else if number as i16 as i64 == number && number & 0xff == 0 {
        Some(1 << 8 | (number >> 8) as u32 & 0xff)
    } else {
        None
    }
}

/// The signed number of `sh:imm8`; `None` for codes that [`dup`] never returns.
pub const fn from_dup(code: u32, bits: u8) -> Option<i64> {
    let imm8 = code as i8 as i64;
    match code >> 8 {
        0 => Some(imm8),
        1 if imm8 != 0 && bits > 8 => Some(imm8 << 8),
        _ => None,
    }
}

/// `N:immr:imms` (13 bits) of a number that MOV puts into elements of 16 to 64 bits by DUPM: a [`logical_element`] that
/// [`dup`] does not make, whatever the element size (Arm ARM, `SVEMoveMaskPreferred`).
pub const fn dupm(value: i64, bits: u8) -> Option<u32> {
    match repeated(value, bits) {
        Some(all) if is_mask_move(all) => logical64(all),
        _ => None,
    }
}

/// The number of `N:immr:imms`; `None` for codes that [`dupm`] never returns.
pub const fn from_dupm(code: u32, bits: u8) -> Option<i64> {
    match from_logical_element(code, bits) {
        Some(value) if dupm(value, bits).is_some() => Some(value),
        _ => None,
    }
}

/// Whether no DUP, of elements of any size, makes this number.
const fn is_mask_move(all: u64) -> bool {
    let mut bits = 8;
    while bits <= 64 {
        if let Some(number) = element(all, bits) {
            if dup(number, bits).is_some() {
                return false;
            }
        }
        bits *= 2;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [u8; 4] = [8, 16, 32, 64];

    #[test]
    fn masks_of_elements() {
        // Periods of 2 to `bits` bits: as many numbers as the manual's table of imms has.
        for (bits, values) in SIZES.into_iter().zip([70, 310, 1302, 5334]) {
            let mut count = 0;
            for code in 0..1 << 14 {
                if let Some(value) = from_logical_element(code, bits) {
                    assert_eq!(logical_element(value, bits), Some(code), "{value:#x} {bits}");
                    count += 1;
                }
            }
            assert_eq!(count, values, "{bits}");
        }
        assert_eq!(logical_element(0xf0, 8), logical_element(-16, 8));
        assert_eq!(logical_element(0xf0, 8), logical_element(0xf0f0_f0f0, 32));
        assert_eq!((logical_element(0x100, 8), logical_element(0, 8), logical_element(0xff, 8)), (None, None, None));
    }

    #[test]
    fn every_number_of_16_bits() {
        for value in i64::from(i16::MIN)..=0xffff {
            let signed = value as i16;
            let small = i8::try_from(signed).ok().map(|number| u32::from(number as u8));
            let large = (signed & 0xff == 0).then_some(0x100 | u32::from((signed >> 8) as u8));
            assert_eq!(dup(value, 16), small.or(large), "{value}");
            let wide = dup(signed.into(), 32);
            assert_eq!((wide, dup(signed.into(), 64)), (small.or(large), small.or(large)), "{value}");
            if (-0x80..=0xff).contains(&value) {
                assert_eq!(dup(value, 8), Some(value as u32 & 0xff));
            } else {
                assert_eq!(dup(value, 8), None);
            }
            // A mask, and neither a DUP of 16 bits nor two equal bytes.
            let moved = logical_element(value, 16).filter(|_| dup(value, 16).is_none() && value >> 8 & 0xff != value & 0xff);
            assert_eq!(dupm(value, 16), moved, "{value}");
        }
        assert_eq!((dup(0xff00, 32), dup(0xff00, 64), dup(0xffff_ff00, 32)), (None, None, Some(0x1ff)));
    }

    #[test]
    fn codes_come_back() {
        for bits in SIZES {
            let codes = (0..1 << 10)
                .filter(|code| from_dup(*code, bits).inspect(|value| assert_eq!(dup(*value, bits), Some(*code))).is_some());
            assert_eq!(codes.count(), if bits == 8 { 256 } else { 511 });
            for code in 0..1 << 14 {
                if let Some(value) = from_dupm(code, bits) {
                    assert_eq!(dupm(value, bits), Some(code), "{value:#x} {bits}");
                }
            }
        }
        assert_eq!((0..1 << 13).filter(|code| from_dupm(*code, 8).is_some()).count(), 0);
    }
}
