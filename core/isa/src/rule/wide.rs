//! Small numbers shifted by whole halfwords or bytes, and masks of whole bytes.

use super::logical::{from_logical32, from_logical64, logical32, logical64};

/// `hw:imm16` (18 bits) of a number that MOVZ makes in a 64-bit register: 16 bits, shifted left by 16 * hw.
pub const fn wide64(value: u64) -> Option<u32> {
    let hw = if value == 0 { 0 } else { value.trailing_zeros() / 16 };
    let imm16 = value >> (16 * hw);
    if imm16 <= 0xffff {
        Some(hw << 16 | imm16 as u32)
    } else {
        None
    }
}

/// `hw:imm16` (17 bits) of a number that MOVZ makes in a 32-bit register.
pub const fn wide32(value: u32) -> Option<u32> {
    wide64(value as u64)
}

/// `hw:imm16` (18 bits) of a number that MOVN makes in a 64-bit register: [`wide64`] of the complement.
pub const fn not_wide64(value: u64) -> Option<u32> {
    wide64(!value)
}

/// `hw:imm16` (17 bits) of a number that MOVN makes in a 32-bit register: [`wide32`] of the complement.
/// `None` for 0x0000ffff and 0xffff0000, which are MOVZ's (Arm ARM, MOV (inverted wide immediate)).
pub const fn not_wide32(value: u32) -> Option<u32> {
    if value == 0xffff || value == 0xffff_0000 {
        None
    } else {
        wide32(!value)
    }
}

/// The number of `hw:imm16`; `None` for codes that [`wide64`] never returns.
pub const fn from_wide64(code: u32) -> Option<u64> {
    let (hw, imm16) = (code >> 16, code & 0xffff);
    if hw > 3 || imm16 == 0 && hw != 0 {
        None
    } else {
        Some((imm16 as u64) << (16 * hw))
    }
}

/// The number of `hw:imm16`; `None` for codes that [`wide32`] never returns.
pub const fn from_wide32(code: u32) -> Option<u32> {
    match from_wide64(code) {
        Some(value) if value <= u32::MAX as u64 => Some(value as u32),
        _ => None,
    }
}

/// The number of `hw:imm16`; `None` for codes that [`not_wide64`] never returns.
pub const fn from_not_wide64(code: u32) -> Option<u64> {
    match from_wide64(code) {
        Some(value) => Some(!value),
        None => None,
    }
}

/// The number of `hw:imm16`; `None` for codes that [`not_wide32`] never returns.
pub const fn from_not_wide32(code: u32) -> Option<u32> {
    match from_wide32(code) {
        Some(0xffff | 0xffff_0000) | None => None,
        Some(value) => Some(!value),
    }
}

/// `N:immr:imms` of a number for which MOV is neither MOVZ nor MOVN, but ORR (Arm ARM, `MoveWidePreferred`).
pub const fn mask64(value: u64) -> Option<u32> {
    match (wide64(value), not_wide64(value)) {
        (None, None) => logical64(value),
        _ => None,
    }
}

/// `immr:imms`, as [`mask64`] for 32-bit registers.
pub const fn mask32(value: u32) -> Option<u32> {
    match (wide32(value), not_wide32(value)) {
        (None, None) => logical32(value),
        _ => None,
    }
}

/// The number of `N:immr:imms`; `None` for codes that [`mask64`] never returns.
pub const fn from_mask64(code: u32) -> Option<u64> {
    match from_logical64(code) {
        Some(value) if mask64(value).is_some() => Some(value),
        _ => None,
    }
}

/// The number of `immr:imms`; `None` for codes that [`mask32`] never returns.
pub const fn from_mask32(code: u32) -> Option<u32> {
    match from_logical32(code) {
        Some(value) if mask32(value).is_some() => Some(value),
        _ => None,
    }
}

/// `cm:imm8` of an 8-bit number shifted left by 8 * cm (NEON VMOV, VORR, VBIC).
pub const fn wide8(value: u32) -> Option<u32> {
    let cm = if value == 0 { 0 } else { value.trailing_zeros() / 8 };
    let imm8 = value >> (8 * cm);
    if imm8 <= 0xff {
        Some(cm << 8 | imm8)
    } else {
        None
    }
}

/// The number of `cm:imm8`; `None` for codes that [`wide8`] never returns.
pub const fn from_wide8(code: u32) -> Option<u32> {
    let (cm, imm8) = (code >> 8, code & 0xff);
    if cm > 3 || imm8 == 0 && cm != 0 {
        None
    } else {
        Some(imm8 << (8 * cm))
    }
}

/// `imm8` whose bit n stands for byte n of a number made of 0x00 and 0xff bytes (MOVI, 64-bit).
pub const fn byte_mask(value: u64) -> Option<u8> {
    // One bit of each byte, gathered by a multiplication into the top byte.
    let code = ((value & 0x8080_8080_8080_8080) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    if from_byte_mask(code as u8) == value {
        Some(code as u8)
    } else {
        None
    }
}

/// The number whose byte n is 0xff where bit n of `code` is set.
pub const fn from_byte_mask(code: u8) -> u64 {
    // Bit n to the lowest bit of byte n, then each of these times 255.
    let spread = code as u64;
    let spread = (spread | spread << 28) & 0x0000_000f_0000_000f;
    let spread = (spread | spread << 14) & 0x0003_0003_0003_0003;
    let spread = (spread | spread << 7) & 0x0101_0101_0101_0101;
    spread.wrapping_mul(0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_both_ways() {
        let mut values = 0;
        for code in 0..=u32::from(u16::MAX) << 3 | 7 {
            if let Some(value) = from_wide64(code) {
                assert_eq!(wide64(value), Some(code));
                assert_eq!(not_wide64(!value), Some(code));
                assert_eq!(from_not_wide64(code), Some(!value));
                values += 1;
            }
            if let Some(value) = from_wide32(code) {
                assert_eq!(wide32(value), Some(code));
            }
            if let Some(value) = from_not_wide32(code) {
                assert_eq!(not_wide32(value), Some(code));
                assert_eq!(wide32(!value), Some(code));
            }
        }
        assert_eq!(values, 4 * 0xffff + 1);
        for lone in [0x1_0001u64, 0x1_8000, 0x12345, u64::MAX, 0xffff_ffff] {
            assert_eq!(wide64(lone), None, "{lone:#x}");
        }
        assert_eq!(wide64(0x8000_0000_0000_0000), Some(3 << 16 | 0x8000));
        assert_eq!(not_wide32(0xffff), None);
        assert_eq!(not_wide32(0xffff_ffff), Some(0));
        assert_eq!(from_wide64(u32::MAX), None);
    }

    #[test]
    fn wide8_both_ways() {
        let good =
            (0..1u32 << 12).filter(|code| from_wide8(*code).inspect(|value| assert_eq!(wide8(*value), Some(*code))).is_some());
        assert_eq!(good.count(), 4 * 255 + 1);
        assert_eq!((wide8(0x101), wide8(0x1fe), wide8(u32::MAX)), (None, None, None));
    }

    #[test]
    fn byte_mask_both_ways() {
        for code in 0..=255u8 {
            let value = from_byte_mask(code);
            for byte in 0..8 {
                assert_eq!(value >> (8 * byte) & 0xff, if code >> byte & 1 == 1 { 0xff } else { 0 });
            }
            assert_eq!(byte_mask(value), Some(code));
            for bit in 0..64 {
                assert_eq!(byte_mask(value ^ 1 << bit), None);
            }
        }
    }
}
