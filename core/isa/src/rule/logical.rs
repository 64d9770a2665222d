//! A64 bitmask immediates: a run of ones, rotated, in an element of 2 to 64 bits that fills the register.
//! (Arm ARM, shared pseudocode `DecodeBitMasks`.)

/// `N:immr:imms` (13 bits) of a 64-bit bitmask immediate, `None` for the values that have none.
///
/// AND, ORR, EOR and TST with a 64-bit register take exactly the 5334 values for which this is `Some`.
pub const fn logical64(value: u64) -> Option<u32> {
    if value == 0 || value == u64::MAX {
        return None;
    }
    // Rotate a run of ones to the bottom; what stands there up to the next run is one element.
    let rotation = (value & value.wrapping_add(1)).trailing_zeros();
    let turned = value.rotate_right(rotation);
    let run = turned.trailing_ones();
    let size = turned.leading_zeros().wrapping_add(run);
    if value.rotate_right(size & 63) != value {
        return None;
    }
    // `size` is a period and below twice the smallest one, so it is the smallest one: a power of two.
    let n = size >> 6;
    let immr = rotation.wrapping_neg() & size.wrapping_sub(1);
    // Above `run - 1` the ones and the zero that say `size`.
    let imms = run.wrapping_sub(1).wrapping_sub(size << 1);
    Some(n << 12 | immr << 6 | imms & 63)
}

/// `immr:imms` (12 bits) of a 32-bit bitmask immediate, `None` for the values that have none.
pub const fn logical32(value: u32) -> Option<u32> {
    logical64((value as u64) << 32 | value as u64)
}

/// The value of `N:immr:imms`; `None` for reserved codes and for those that [`logical64`] never returns.
pub const fn from_logical64(code: u32) -> Option<u64> {
    let (n, immr, imms) = (code >> 12, code >> 6 & 63, code & 63);
    let level = n << 6 | !imms & 63;
    if n > 1 || level <= 1 {
        return None;
    }
    let size = 1u32 << ((31 - level.leading_zeros()) & 31);
    let mask = size.wrapping_sub(1);
    let run = imms & mask;
    if run == mask || immr > mask {
        return None;
    }
    let mut value = crate::field::ones(run as u8 + 1);
    let mut filled = size;
    while filled < 64 {
        value |= value << filled;
        filled <<= 1;
    }
    // All elements are alike, so rotating the whole rotates each of them.
    Some(value.rotate_right(immr))
}

/// The value of `immr:imms`; `None` for reserved codes and for those that [`logical32`] never returns.
pub const fn from_logical32(code: u32) -> Option<u32> {
    if code >> 12 != 0 {
        return None;
    }
    match from_logical64(code) {
        Some(value) => Some(value as u32),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every bitmask immediate, made the way the manual describes them.
    fn all(width: u32) -> impl Iterator<Item = u64> {
        [2u32, 4, 8, 16, 32, 64].into_iter().filter(move |size| *size <= width).flat_map(|size| {
            (1..size).flat_map(move |run| {
                (0..size).map(move |rotation| {
                    let element = (1u128 << run) - 1;
                    let element = (element << rotation | element >> (size - rotation)) & ((1u128 << size) - 1);
                    (0..64 / size).fold(0, |value, n| value | (element << (n * size)) as u64)
                })
            })
        })
    }

    #[test]
    fn every_value_has_one_code() {
        assert_eq!(all(64).count(), 5334);
        for value in all(64) {
            let code = logical64(value).unwrap();
            assert_eq!(from_logical64(code), Some(value), "{value:#x}");
        }
        assert_eq!(all(32).count(), 1302);
        for value in all(32) {
            let code = logical32(value as u32).unwrap();
            assert_eq!(code >> 12, 0);
            assert_eq!(from_logical32(code), Some(value as u32), "{value:#x}");
        }
    }

    #[test]
    fn every_code_is_a_value_or_reserved() {
        let good = (0..1 << 14)
            .filter(|code| from_logical64(*code).inspect(|value| assert_eq!(logical64(*value), Some(*code))).is_some());
        assert_eq!(good.count(), 5334);
        assert_eq!((0..1 << 14).filter(|code| from_logical32(*code).is_some()).count(), 1302);
        assert_eq!(from_logical64(u32::MAX), None);
    }

    #[test]
    fn neighbours_are_refused() {
        let mut known: std::vec::Vec<u64> = all(64).collect();
        known.sort_unstable();
        for value in all(64) {
            for bit in 0..64 {
                let near = value ^ 1 << bit;
                assert_eq!(logical64(near).is_some(), known.binary_search(&near).is_ok(), "{near:#x}");
            }
        }
        assert_eq!((logical64(0), logical64(u64::MAX), logical32(0), logical32(u32::MAX)), (None, None, None, None));
    }
}
