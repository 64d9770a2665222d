//! The linear range checks: what [`Rule::encode`](super::Rule::encode) and generated code both ask.
//!
//! Each returns 0 for a value that fits and something else otherwise, so that the checks of many operands can be
//! or-ed into one test. They are total: no combination of value, width and scale overflows or panics.

/// The bits of `x` from bit `n` upwards.
#[inline(always)]
const fn above(x: u64, n: u32) -> u64 {
    if n >= 64 {
        0
    } else {
        x >> n
    }
}

/// The `n` lowest bits of `x`.
#[inline(always)]
const fn below(x: u64, n: u32) -> u64 {
    if n >= 64 {
        x
    } else {
        x & ((1 << n) - 1)
    }
}

/// 0 if `x` is a multiple of `1 << scale` from 0 to `((1 << bits) - 1) << scale`.
#[inline(always)]
pub const fn ubad(x: i64, bits: u32, scale: u32) -> u64 {
    if bits.saturating_add(scale) <= 64 {
        // What must be 0 below the value goes above it: one comparison for both.
        above((x as u64).rotate_right(scale), bits)
    } else {
        below(x as u64, scale)
    }
}

/// 0 if `x` is a multiple of `1 << scale` from `-(1 << (bits - 1)) << scale` to `((1 << (bits - 1)) - 1) << scale`.
#[inline(always)]
pub const fn sbad(x: i64, bits: u32, scale: u32) -> u64 {
    let n = bits.saturating_add(scale);
    let half = match n {
        0 | 65.. => 0,
        _ => 1u64 << (n - 1),
    };
    // A `half` below the scale (no bits at all) would change what must be 0.
    if bits == 0 || n > 64 {
        above((x as u64).wrapping_add(half), n) | below(x as u64, scale)
    } else {
        above((x as u64).wrapping_add(half).rotate_right(scale), bits)
    }
}

/// 0 if `x` is a bit pattern of `bits` bits, signed or unsigned: from `-(1 << (bits - 1))` to `(1 << bits) - 1`.
#[inline(always)]
pub const fn pbad(x: i64, bits: u32) -> u64 {
    match bits {
        0 => x as u64,
        // The sign and all above it: -1 (negative), 0 (positive) or 1 (unsigned, top bit set).
        1..=64 => ((x >> (bits - 1)).wrapping_add(1) as u64 > 2) as u64,
        65.. => 0,
    }
}

/// 0 if `x`, the bitwise or of some register numbers, has no bit that `max` lacks. `max` is one less than a power of two.
#[inline(always)]
pub const fn rbad(x: i64, max: i64) -> u64 {
    (x & !max) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values at and around every power of two, positive and negative.
    fn values() -> impl Iterator<Item = i64> {
        (0..64).flat_map(|n| (-2..3).map(move |d| (1i64 << n).wrapping_add(d))).flat_map(|x| [x, x.wrapping_neg(), !x])
    }

    #[test]
    fn agree_with_arithmetic_in_128_bits() {
        for x in values().chain([i64::MIN, i64::MAX]) {
            for bits in 0..=70u32 {
                for scale in [0, 1, 2, 3, 7, 12, 16] {
                    let wide = i128::from(x);
                    let step = 1i128 << scale;
                    let aligned = wide % step == 0;
                    let units = wide / step;
                    let full = 1i128 << bits;
                    assert_eq!(
                        ubad(x, bits, scale) == 0,
                        aligned && (0..full).contains(&units) || pattern(x, bits + scale, scale),
                        "ubad {x} {bits} {scale}"
                    );
                    let range = if bits == 0 { 0..1 } else { -full / 2..full / 2 };
                    assert_eq!(sbad(x, bits, scale) == 0, aligned && range.contains(&units), "sbad {x} {bits} {scale}");
                }
                let full = 1i128 << bits;
                let low = if bits == 0 { 0 } else { -full / 2 };
                assert_eq!(pbad(x, bits) == 0, (low..full).contains(&i128::from(x)), "pbad {x} {bits}");
            }
        }
        // Where 64 bits are reached, an unsigned number is the pattern of an `i64`.
        fn pattern(x: i64, bits: u32, scale: u32) -> bool {
            bits >= 64 && x % (1i64 << scale) == 0
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        for x in [i64::MIN, -1, 0, 1, i64::MAX] {
            for a in [0, 1, 63, 64, 65, u32::MAX] {
                for b in [0, 1, 63, 64, 65, u32::MAX] {
                    let _ = (ubad(x, a, b), sbad(x, a, b), pbad(x, a));
                }
            }
        }
        assert_eq!(rbad(31, 31), 0);
        assert_ne!(rbad(32, 31), 0);
        assert_ne!(rbad(-1, 15), 0);
    }
}
