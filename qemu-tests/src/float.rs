//! What floating-point instructions compute, for all precisions alike: in double precision, rounded to the lane.
//!
//! Sums, products, quotients and roots of half and single precision, computed in double precision and rounded again, are
//! rounded correctly. Only the fused product and sum is not, and has its own method.

use crate::{Lane, F16};

/// A floating-point number.
pub trait Float: Lane {
    /// Its value.
    fn get(self) -> f64;
    /// The nearest, ties to even.
    fn nearest(value: f64) -> Self;
    /// `self * by + plus`, rounded once.
    fn fused(self, by: Self, plus: Self) -> Self;
    /// The next one towards positive infinity.
    fn up(self) -> Self;
    /// The next one towards negative infinity.
    fn down(self) -> Self;
}

macro_rules! float {
    ($($type:ident)*) => { $(
        impl Float for $type {
            fn get(self) -> f64 {
                self.into()
            }
            fn nearest(value: f64) -> Self {
                value as $type
            }
            fn fused(self, by: Self, plus: Self) -> Self {
                self.mul_add(by, plus)
            }
            fn up(self) -> Self {
                self.next_up()
            }
            fn down(self) -> Self {
                self.next_down()
            }
        }
    )* };
}

float! { f32 f64 }

impl Float for F16 {
    fn get(self) -> f64 {
        self.value()
    }
    fn nearest(value: f64) -> Self {
        F16::new(value)
    }
    fn fused(self, by: Self, plus: Self) -> Self {
        self.mul_add(by, plus)
    }
    fn up(self) -> Self {
        match self.0 {
            0x8000 => F16(1),
            0x7c00 => self,
            bits if bits >> 15 == 0 => F16(bits + 1),
            bits => F16(bits - 1),
        }
    }
    fn down(self) -> Self {
        F16(self.0 ^ 0x8000).up().negated()
    }
}

impl F16 {
    fn negated(self) -> F16 {
        F16(self.0 ^ 0x8000)
    }
}

/// How a result is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, ties to even.
    Nearest,
    /// To the nearest, ties away from zero.
    Away,
    /// Towards positive infinity.
    Up,
    /// Towards negative infinity.
    Down,
    /// Towards zero.
    Zero,
}

/// A value rounded to an integer.
pub fn integral(value: f64, rounding: Rounding) -> f64 {
    match rounding {
        Rounding::Nearest => value.round_ties_even(),
        Rounding::Away => value.round(),
        Rounding::Up => value.ceil(),
        Rounding::Down => value.floor(),
        Rounding::Zero => value.trunc(),
    }
}

/// An exact value, rounded to a lane.
pub fn rounded<T: Float>(value: f64, rounding: Rounding) -> T {
    let nearest = T::nearest(value);
    match rounding {
        Rounding::Up if nearest.get() < value => nearest.up(),
        Rounding::Down if nearest.get() > value => nearest.down(),
        Rounding::Zero if nearest.get().abs() > value.abs() => {
            if value > 0.0 {
                nearest.down()
            } else {
                nearest.up()
            }
        }
        _ => nearest,
    }
}

/// The greater one; of zeros the positive one; not a number if one of them is none.
pub fn max(a: f64, b: f64) -> f64 {
    match a.partial_cmp(&b) {
        None => f64::NAN,
        Some(std::cmp::Ordering::Equal) if a.is_sign_negative() => b,
        Some(std::cmp::Ordering::Less) => b,
        Some(_) => a,
    }
}

/// The lesser one; of zeros the negative one; not a number if one of them is none.
pub fn min(a: f64, b: f64) -> f64 {
    -max(-a, -b)
}

/// [`max`], but the number if one of them is none.
pub fn max_number(a: f64, b: f64) -> f64 {
    if a.is_nan() {
        b
    } else if b.is_nan() {
        a
    } else {
        max(a, b)
    }
}

/// [`min`], but the number if one of them is none.
pub fn min_number(a: f64, b: f64) -> f64 {
    -max_number(-a, -b)
}

/// The power of two below the magnitude of a number that is neither zero nor infinite.
pub fn exponent(value: f64) -> i32 {
    let biased = |x: f64| (x.abs().to_bits() >> 52) as i32 - 1023;
    if value.is_subnormal() {
        biased(value * 2f64.powi(64)) - 64
    } else {
        biased(value)
    }
}

/// The first eight bits behind the point of a number, which is scaled to be from 1 to 2; with the one in front of it.
#[cfg(target_arch = "aarch64")]
fn leading(value: f64) -> i64 {
    let (half, exponent) = (exponent(value) / 2, exponent(value));
    (value.abs() * 2f64.powi(-half) * 2f64.powi(half - exponent) * 256.0) as i64
}

/// The estimate of a reciprocal that AArch64 defines.
#[cfg(target_arch = "aarch64")]
pub fn reciprocal(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 1.0 / value;
    }
    let estimate = ((1 << 19) / (leading(value) * 2 + 1) + 1) / 2;
    // In two steps, since one of the powers may be beyond all numbers.
    let power = -1 - exponent(value);
    (estimate as f64 / 256.0 * 2f64.powi(power / 2) * 2f64.powi(power - power / 2)).copysign(value)
}

/// The estimate of the reciprocal of a root that AArch64 defines.
#[cfg(target_arch = "aarch64")]
pub fn reciprocal_root(value: f64) -> f64 {
    if value == 0.0 || value == f64::INFINITY {
        return 1.0 / value;
    } else if value.is_nan() || value < 0.0 {
        return f64::NAN;
    }
    // From a quarter to one: with an even power of two, nine bits count, else eight.
    let a = if exponent(value) % 2 == 0 { leading(value) | 1 } else { ((leading(value) >> 1 << 1) + 1) * 2 };
    let b = (512..).find(|b| a * (b + 1) * (b + 1) >= 1 << 28).unwrap_or(512);
    ((b + 1) / 2) as f64 / 256.0 * 2f64.powi((-1 - exponent(value)).div_euclid(2))
}
