//! The modified immediates of A32 and T32, and the T32 branch offset.

/// `rotation:imm8` (12 bits) of an A32 modified immediate: eight bits rotated right by an even amount. The smallest
/// rotation is chosen (Arm ARM, `A32ExpandImm`).
pub const fn a32_immediate(value: u32) -> Option<u32> {
    let mut rotation = 0;
    while rotation < 16 {
        let imm8 = value.rotate_left(2 * rotation);
        if imm8 <= 0xff {
            return Some(rotation << 8 | imm8);
        }
        rotation += 1;
    }
    None
}

/// The value of `rotation:imm8`; `None` for codes that [`a32_immediate`] never returns.
pub const fn from_a32_immediate(code: u32) -> Option<u32> {
    if code >> 12 != 0 {
        return None;
    }
    let value = (code & 0xff).rotate_right(code >> 8 << 1);
    match a32_immediate(value) {
        Some(same) if same == code => Some(value),
        _ => None,
    }
}

/// `i:imm3:imm8` (12 bits) of a T32 modified immediate: a byte; the byte in halfwords as 00XY00XY, XY00XY00 or
/// XYXYXYXY; or eight bits with the top one set, shifted left (Arm ARM, `T32ExpandImm`).
pub const fn t32_immediate(value: u32) -> Option<u32> {
    let byte = value & 0xff;
    if value == byte {
        return Some(value);
    }
    if value == byte << 16 | byte {
        return Some(0x100 | byte);
    }
    if value == byte << 24 | byte << 16 | byte << 8 | byte {
        return Some(0x300 | byte);
    }
    let second = value >> 8 & 0xff;
    if value == second << 24 | second << 8 {
        return Some(0x200 | second);
    }
    // More than eight bits, so there are at most 23 zeros above the highest one.
    let zeros = value.leading_zeros() & 31;
    let top = value << zeros;
    if top & 0x00ff_ffff == 0 {
        Some(zeros.wrapping_add(8) << 7 | top >> 24 & 0x7f)
    } else {
        None
    }
}

/// The value of `i:imm3:imm8`; `None` for the unpredictable codes and for those that [`t32_immediate`] never returns.
pub const fn from_t32_immediate(code: u32) -> Option<u32> {
    let byte = code & 0xff;
    let value = match code >> 8 {
        0 => byte,
        1..=3 if byte == 0 => return None,
        1 => byte << 16 | byte,
        2 => byte << 24 | byte << 8,
        3 => byte << 24 | byte << 16 | byte << 8 | byte,
        4..=15 => (0x80 | code & 0x7f).rotate_right(code >> 7),
        _ => return None,
    };
    Some(value)
}

/// `S:imm10:J1:J2:imm11` (24 bits) of a T32 branch over `halfwords`, from -2^23 to 2^23 - 1; bits above are dropped.
pub const fn t32_branch(halfwords: i64) -> u32 {
    let value = halfwords as u32 & 0xff_ffff;
    let (sign, i1, i2) = (value >> 23, value >> 22 & 1, value >> 21 & 1);
    let (j1, j2) = (i1 ^ sign ^ 1, i2 ^ sign ^ 1);
    sign << 23 | (value >> 11 & 0x3ff) << 13 | j1 << 12 | j2 << 11 | value & 0x7ff
}

/// The distance in halfwords of `S:imm10:J1:J2:imm11`.
pub const fn from_t32_branch(code: u32) -> i64 {
    let (sign, j1, j2) = (code >> 23 & 1, code >> 12 & 1, code >> 11 & 1);
    let (i1, i2) = (j1 ^ sign ^ 1, j2 ^ sign ^ 1);
    let value = sign << 23 | i1 << 22 | i2 << 21 | (code >> 13 & 0x3ff) << 11 | code & 0x7ff;
    ((value << 8) as i32 >> 8) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a32_both_ways() {
        let mut values = std::collections::BTreeMap::new();
        for code in 0..1u32 << 12 {
            let value = (code & 0xff).rotate_right(2 * (code >> 8));
            let first = *values.entry(value).or_insert(code);
            assert_eq!(a32_immediate(value), Some(first));
            assert_eq!(from_a32_immediate(code), (first == code).then_some(value));
        }
        assert_eq!((a32_immediate(0x101), a32_immediate(0x1fe), a32_immediate(0xff00_00ff)), (None, None, None));
        assert_eq!(from_a32_immediate(u32::MAX), None);
    }

    #[test]
    fn t32_both_ways() {
        let good = (0..1u32 << 13)
            .filter(|code| from_t32_immediate(*code).inspect(|value| assert_eq!(t32_immediate(*value), Some(*code))).is_some());
        assert_eq!(good.count(), (1 << 12) - 3);
        for value in [0x101u32, 0x1_0100, 0x1ff, 0xff_00fe, 0x0102_0102, u32::MAX - 1, 0xab00_abab] {
            assert_eq!(t32_immediate(value), None, "{value:#x}");
        }
        assert_eq!(t32_immediate(u32::MAX), Some(0x3ff));
        assert_eq!(t32_immediate(0x1fe), Some(31 << 7 | 0x7f));
        assert_eq!(from_t32_immediate(u32::MAX), None);
    }

    #[test]
    fn t32_immediate_takes_nothing_else() {
        let mut known: std::vec::Vec<u32> = (0..1 << 12).filter_map(from_t32_immediate).collect();
        known.sort_unstable();
        let mut state = 1u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Mostly zeros, so that some of them are immediates.
            let value = (state >> 32) as u32 & (state >> 16) as u32 & state.rotate_left(9) as u32;
            assert_eq!(t32_immediate(value).is_some(), known.binary_search(&value).is_ok(), "{value:#x}");
        }
    }

    #[test]
    fn t32_branch_both_ways() {
        let mut seen = std::vec![false; 1 << 24];
        for halfwords in -(1 << 23)..1 << 23 {
            let code = t32_branch(halfwords);
            assert_eq!(from_t32_branch(code), halfwords);
            assert!(!std::mem::replace(&mut seen[code as usize], true));
        }
        // bl .+4 is F000 F800: S = 0, J1 = J2 = 1.
        assert_eq!(t32_branch(0), 0x1800);
    }
}
