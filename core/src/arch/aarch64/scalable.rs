//! A64 operands of typed encoders: scalable vectors and predicates.
//!
//! | text | operand |
//! |---|---|
//! | `z1.s` | `Z1.s()` |
//! | `z1.d[2]`, `z1[2]` | `Z1.d().lane(2)`, `Z1.lane(2)` |
//! | `{z30.b, z31.b}` | `[Z30.b(), Z31.b()]` |
//! | `{z0.b, z8.b}` (SME2) | `strided([Z0.b(), Z8.b()])` |
//! | `p1.h`, `p1/m`, `p1/z` | `P1.h()`, `P1.m()`, `P1.z()` |
//! | `p1.h[w12, 3]` | `P1.h().at(W12, 3)` |
//! | `[z1.d, #8]`, `[x0, #1, mul vl]` | `mem((Z1.d(), 8))`, `mem((X0, 1, Mul(VL)))` |
//! | `pn8.b`, `pn8/z`, `pn8[1]` | `PN8.b()`, `PN8.z()`, `PN8.lane(1)` |

use super::operands::vectors;
use super::registers::*;
use crate::typed::fixed::{consecutive, spaced, Base, Element, Lane, List, Operand, Values};

/// `N` registers at equal distances that divide the 32 registers: 8 for two, 4 for four. Made by [`strided`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strided<R, const N: usize>([R; N]);

/// A list of registers that are not consecutive (SME2): of two, the second is the first + 8; of four, each is the one before
/// + 4. Others are refused when the instruction is encoded.
pub const fn strided<R, const N: usize>(list: [R; N]) -> Strided<R, N> {
    Strided(list)
}

impl<R: Element, const N: usize> Operand for Strided<R, N> {
    type Key = Strided<R, N>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        values.push(spaced(self.0, 16 / N.max(1) as i64));
    }
}

impl Z {
    /// A part of the register, `[index]` without a size.
    pub const fn lane(self, index: u8) -> Lane<Z> {
        Lane { register: self, index }
    }
}

impl Element for Z {
    const COUNT: i64 = 32;

    fn number(self) -> i64 {
        self.code().into()
    }
}

/// Consecutive registers without a size, for tables; others are refused when the instruction is encoded.
impl<const N: usize> Operand for [Z; N] {
    type Key = List<Z, N>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        values.push(consecutive(self));
    }
}

impl PN {
    /// A part of the predicate, `[index]` without a size.
    pub const fn lane(self, index: u8) -> Lane<PN> {
        Lane { register: self, index }
    }
}

vectors! { Z 32
    /// A scalable vector of 8-bit elements.
    ZB b ".b";
    /// A scalable vector of 16-bit elements.
    ZH h ".h";
    /// A scalable vector of 32-bit elements.
    ZS s ".s";
    /// A scalable vector of 64-bit elements.
    ZD d ".d";
    /// A scalable vector of 128-bit elements.
    ZQ q ".q";
}

vectors! { P 16
    /// A predicate for 8-bit elements.
    PredB b ".b";
    /// A predicate for 16-bit elements.
    PredH h ".h";
    /// A predicate for 32-bit elements.
    PredS s ".s";
    /// A predicate for 64-bit elements.
    PredD d ".d";
    /// A governing predicate: inactive elements keep their value.
    PredM m "/m";
    /// A governing predicate: inactive elements become zero.
    PredZ z "/z";
}

vectors! { PN 16
    /// A predicate as counter for 8-bit elements.
    CounterB b ".b";
    /// A predicate as counter for 16-bit elements.
    CounterH h ".h";
    /// A predicate as counter for 32-bit elements.
    CounterS s ".s";
    /// A predicate as counter for 64-bit elements.
    CounterD d ".d";
    /// A governing predicate as counter: inactive elements become zero.
    CounterZ z "/z";
}

/// An element of a predicate, by the sum of a register and an offset (PSEL); made by `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected<R> {
    predicate: R,
    register: W,
    offset: u8,
}

impl<R: Operand> Operand for Selected<R> {
    type Key = Selected<R::Key>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.predicate.put(values);
        self.register.put(values);
        values.push(self.offset.into());
    }
}

macro_rules! selected {
    ($($name:ident)*) => { $(
        impl $name {
            /// The element `[register, offset]`, for PSEL; registers are `w12` to `w15`.
            pub const fn at(self, register: W, offset: u8) -> Selected<$name> {
                Selected { predicate: self, register, offset }
            }
        }
    )* };
}

selected! { PredB PredH PredS PredD }

/// A vector of addresses.
macro_rules! bases {
    ($($name:ident)*) => { $(
        impl Base for $name {
            type Key = $name;

            #[inline(always)]
            fn base(self) -> i64 {
                self.number()
            }
        }
    )* };
}

bases! { ZS ZD }
