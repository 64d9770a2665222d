//! Elements of vectors, and arithmetic on them that neither wraps nor rounds before the model says so.

/// A number as vectors hold it, little endian.
pub trait Lane: Copy {
    /// Bytes.
    const SIZE: usize;
    /// From [`Lane::SIZE`] bytes.
    fn read(bytes: &[u8]) -> Self;
    /// Into [`Lane::SIZE`] bytes.
    fn write(self, bytes: &mut [u8]);
}

/// An integer of at most 64 bits.
pub trait Int: Lane {
    /// Bits.
    const BITS: u32 = 8 * Self::SIZE as u32;
    /// Its value.
    fn wide(self) -> i128;
    /// The lower bits of a value.
    fn wrap(value: i128) -> Self;
    /// The nearest value that there is.
    fn clamp(value: i128) -> Self;
}

macro_rules! lane {
    ($($type:ty)*) => { $(
        impl Lane for $type {
            const SIZE: usize = size_of::<$type>();
            fn read(bytes: &[u8]) -> Self {
                <$type>::from_le_bytes(bytes.try_into().expect("as many bytes as a lane has"))
            }
            fn write(self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.to_le_bytes());
            }
        }
    )* };
}

macro_rules! int {
    ($($type:ty)*) => { $(
        impl Int for $type {
            fn wide(self) -> i128 {
                self.into()
            }
            fn wrap(value: i128) -> Self {
                value as $type
            }
            fn clamp(value: i128) -> Self {
                value.clamp(<$type>::MIN.into(), <$type>::MAX.into()) as $type
            }
        }
    )* };
}

lane! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }
int! { u8 u16 u32 u64 i8 i16 i32 i64 }

/// The value of an integer.
pub fn w<T: Int>(value: T) -> i128 {
    value.wide()
}

/// The lower bits of a value.
pub fn wrap<T: Int>(value: i128) -> T {
    T::wrap(value)
}

/// The nearest value that there is.
pub fn sat<T: Int>(value: i128) -> T {
    T::clamp(value)
}

/// All ones where it holds.
pub fn ones<T: Int>(holds: bool) -> T {
    T::wrap(-i128::from(holds))
}

/// Shifted right by a number of bits, the first one lost rounding up.
pub fn round_shift(value: i128, by: u32) -> i128 {
    if by == 0 {
        value
    } else {
        ((value >> (by - 1)) + 1) >> 1
    }
}

/// Shifted left, or right by a negative number, as the vector shifts by a register do it.
pub fn shift(value: i128, by: i8, round: bool) -> i128 {
    match by {
        0..64 => value << by,
        // Nothing is left in the lower 64 bits, but the sign for saturation.
        64.. => value.signum() << 64,
        _ if round => round_shift(value, u32::from(by.unsigned_abs())),
        _ => value >> u32::from(by.unsigned_abs()).min(127),
    }
}

/// A number of half precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct F16(pub u16);

impl Lane for F16 {
    const SIZE: usize = 2;
    fn read(bytes: &[u8]) -> Self {
        F16(u16::read(bytes))
    }
    fn write(self, bytes: &mut [u8]) {
        self.0.write(bytes);
    }
}

impl F16 {
    /// Its value, exactly.
    pub fn value(self) -> f64 {
        let (exponent, fraction) = (i32::from(self.0 >> 10 & 31), f64::from(self.0 & 1023));
        let magnitude = match exponent {
            0 => fraction * 2f64.powi(-24),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
        };
        if self.0 >> 15 == 1 {
            -magnitude
        } else {
            magnitude
        }
    }

    /// The nearest, ties to even.
    pub fn new(value: f64) -> F16 {
        let sign = (value.to_bits() >> 48 & 0x8000) as u16;
        let magnitude = value.abs();
        if value.is_nan() {
            return F16(sign | 0x7e00);
        }
        // The unit in the last place: that of the subnormal numbers, or 2^-10 of the number's power of two.
        let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(-14);
        let units = (magnitude / 2f64.powi(exponent - 10)).round_ties_even();
        // A carry out of the fraction is one in the exponent; infinity comes after the largest number.
        let bits = f64::from((exponent + 14) << 10) + units;
        F16(sign | if bits < 31744.0 { bits as u16 } else { 0x7c00 })
    }

    /// `self * by + plus`, rounded once.
    pub fn mul_add(self, by: F16, plus: F16) -> F16 {
        let [a, b, c] = [self, by, plus].map(F16::value);
        let simple = a * b + c;
        if !simple.is_finite() || simple == 0.0 {
            return F16::new(simple);
        }
        // Numbers of half precision are multiples of 2^-24; the sum is exact as a multiple of 2^-48.
        let [x, y, z] = [a, b, c].map(|value| (value * 2f64.powi(24)) as i128);
        let sum = x * y + (z << 24);
        // 53 bits hold what 11 are rounded from, if the last one says that there was more.
        let excess = (128 - sum.unsigned_abs().leading_zeros()).saturating_sub(52);
        let kept = sum.abs() >> excess;
        let odd = kept | i128::from(kept << excess != sum.abs());
        F16::new(odd as f64 * 2f64.powi(excess as i32 - 48) * sum.signum() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_round_trips() {
        for number in (0..=u16::MAX).map(F16) {
            let again = F16::new(number.value());
            assert!(again == number || number.value().is_nan() && again.value().is_nan(), "{number:?}");
        }
        // Ties go to even numbers, what is beyond the largest number and half a unit to infinity.
        let cases = [
            (65519.0, 0x7bff),
            (65520.0, 0x7c00),
            (2f64.powi(-25), 0),
            (2f64.powi(-25) * 1.5, 1),
            (-2049.0, 0xe800),
            (2051.0, 0x6802),
        ];
        assert!(cases.iter().all(|(value, bits)| F16::new(*value) == F16(*bits)));
    }

    #[test]
    fn half_precision_is_fused() {
        // 1 + 2^-10, squared, is 1 + 2^-9 + 2^-20; rounded first, nothing would be left.
        let x = F16(0x3c01);
        assert_eq!(x.mul_add(x, F16::new(-1.0 - 2f64.powi(-9))).value(), 2f64.powi(-20));
        assert_eq!(F16::new(2048.0).mul_add(F16::new(16.0), F16(1)).value(), 32768.0);
    }

    #[test]
    fn shifts_saturate_and_round() {
        assert_eq!(sat::<i64>(shift(3, 127, false)), i64::MAX);
        assert_eq!(wrap::<u64>(shift(3, 64, false)), 0);
        assert_eq!(shift(-5, -1, false), -3);
        assert_eq!(shift(-5, -1, true), -2);
        assert_eq!(round_shift(i128::from(u64::MAX), 64), 1);
    }
}
