//! How the value of a Rust expression becomes an operand: always an `i64`, never cut.

/// What may stand in a dynamic register, `X(expr)`: a `u8`, or anything that is `Into<u8>`. The number is checked when
/// the instruction is emitted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a register number",
    note = "a register number is a `u8`, a register of this crate, or a type of your own that is `Into<u8>`"
)]
pub trait RegisterNumber {
    /// The number.
    fn number(self) -> u8;
}

#[diagnostic::do_not_recommend] // says `RegisterNumber` is missing, not `From<i64>` for `u8`
impl<T: Into<u8>> RegisterNumber for T {
    #[inline(always)]
    fn number(self) -> u8 {
        self.into()
    }
}

/// What may stand for an immediate or a displacement: any integer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an integer",
    note = "immediates and displacements are integers of any width"
)]
pub trait Integer {
    /// The value; one beyond 64 signed bits becomes the nearest, which is out of every range.
    fn integer(self) -> i64;
}

/// What may stand for a 64-bit immediate: an integer of up to 64 bits.
#[diagnostic::on_unimplemented(message = "`{Self}` is not an integer of up to 64 bits")]
pub trait Pattern {
    /// The value, or the 64-bit pattern of an unsigned one.
    fn pattern(self) -> i64;
}

/// What may stand for a floating-point immediate: an `f64`, or anything that is `Into<f64>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a floating-point number",
    note = "this immediate is an `f64`, or a type that is `Into<f64>`"
)]
pub trait Float {
    /// The value.
    fn float(self) -> f64;
}

#[diagnostic::do_not_recommend]
impl<T: Into<f64>> Float for T {
    #[inline(always)]
    fn float(self) -> f64 {
        self.into()
    }
}

macro_rules! integers {
    ($($type:ty)*) => { $(
        impl Integer for $type {
            #[inline(always)]
            fn integer(self) -> i64 {
                self as i64
            }
        }
        impl Pattern for $type {
            #[inline(always)]
            fn pattern(self) -> i64 {
                self as i64
            }
        }
    )* };
}

integers! { i8 i16 i32 i64 isize u8 u16 u32 }

macro_rules! unsigned {
    ($($type:ty)*) => { $(
        impl Integer for $type {
            #[inline(always)]
            fn integer(self) -> i64 {
                if self > i64::MAX as $type { i64::MAX } else { self as i64 }
            }
        }
    )* };
}

unsigned! { u64 u128 }

impl Integer for usize {
    #[inline(always)]
    fn integer(self) -> i64 {
        (self as u64).integer()
    }
}

impl Integer for i128 {
    #[inline(always)]
    fn integer(self) -> i64 {
        if self > i64::MAX.into() {
            i64::MAX
        } else if self < i64::MIN.into() {
            i64::MIN
        } else {
            self as i64
        }
    }
}

impl Pattern for u64 {
    #[inline(always)]
    fn pattern(self) -> i64 {
        self as i64
    }
}

impl Pattern for usize {
    #[inline(always)]
    fn pattern(self) -> i64 {
        self as u64 as i64
    }
}

/// The number of a register.
#[inline(always)]
pub fn register(x: impl RegisterNumber) -> i64 {
    x.number().into()
}

/// An immediate.
#[inline(always)]
pub fn integer(x: impl Integer) -> i64 {
    x.integer()
}

/// A 64-bit immediate.
#[inline(always)]
pub fn pattern(x: impl Pattern) -> i64 {
    x.pattern()
}

/// A floating-point immediate, as the bits of an `f64`.
#[inline(always)]
pub fn float(x: impl Float) -> i64 {
    x.float().to_bits() as i64
}
