//! A64 operands of typed encoders: registers, vectors by arrangement, elements, and lists of them.
//!
//! | text | operand |
//! |---|---|
//! | `v1.4s` | `V1.s4()` |
//! | `v1.s[2]` | `V1.s(2)` |
//! | `v1.4b[2]` | `V1.b4().lane(2)` |
//! | `{v0.4s, v1.4s}` | `[V0.s4(), V1.s4()]` |
//! | `{v0.s, v1.s}[2]` | `[V0.s(2), V1.s(2)]` |
//! | `x1!` | `X1.writeback()` |

use super::registers::*;
use crate::typed::fixed::{common_index, consecutive, Base, Element, Lane, List, Operand, Values, Writeback};

macro_rules! registers {
    ($($class:ident)*) => { $(
        impl Operand for $class {
            type Key = $class;

            #[inline(always)]
            fn put(self, values: &mut Values) {
                values.push(self.code().into());
            }
        }
    )* };
}

registers! { X W XSp WSp B H S D Q V Z P PN }

impl Base for XSp {
    type Key = XSp;

    #[inline(always)]
    fn base(self) -> i64 {
        self.code().into()
    }
}

/// A base address is never `xzr`: number 31 is refused when the instruction is encoded.
impl Base for X {
    type Key = XSp;

    #[inline(always)]
    fn base(self) -> i64 {
        if self.code() == 31 {
            i64::MIN
        } else {
            self.code().into()
        }
    }
}

impl X {
    /// `xN!`: changed by the instruction, in memory copies.
    pub const fn writeback(self) -> Writeback<X> {
        Writeback(self)
    }
}

/// What is written behind a register, as types: of `class count`, the `Name method` of each and what it is.
macro_rules! vectors {
    ($class:ident $count:literal $($(#[$doc:meta])* $name:ident $method:ident $text:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[cfg_attr(feature = "defmt", derive(defmt::Format))]
            pub struct $name(u8);

            impl $name {
                /// One element, by index.
                pub const fn lane(self, index: u8) -> Lane<$name> {
                    Lane { register: self, index }
                }
            }

            impl Element for $name {
                const COUNT: i64 = $count;

                fn number(self) -> i64 {
                    self.0.into()
                }
            }

            impl Operand for $name {
                type Key = $name;

                #[inline(always)]
                fn put(self, values: &mut Values) {
                    values.push(self.0.into());
                }
            }

            /// Consecutive registers; others are refused when the instruction is encoded.
            impl<const N: usize> Operand for [$name; N] {
                type Key = List<$name, N>;

                #[inline(always)]
                fn put(self, values: &mut Values) {
                    values.push(consecutive(self));
                }
            }
        )*

        impl $class {
            $(
                #[doc = concat!("The register as `", $text, "`.")]
                pub const fn $method(self) -> $name {
                    $name(self.code())
                }
            )*
        }
    };
}

pub(super) use vectors;

vectors! { V 32
    /// Two groups of 8-bit elements, by index only.
    V2B b2 ".2b";
    /// Groups of four 8-bit elements, by index only.
    V4B b4 ".4b";
    /// Eight 8-bit elements.
    V8B b8 ".8b";
    /// Sixteen 8-bit elements.
    V16B b16 ".16b";
    /// Two 16-bit elements.
    V2H h2 ".2h";
    /// Four 16-bit elements.
    V4H h4 ".4h";
    /// Eight 16-bit elements.
    V8H h8 ".8h";
    /// Two 32-bit elements.
    V2S s2 ".2s";
    /// Four 32-bit elements.
    V4S s4 ".4s";
    /// One 64-bit element.
    V1D d1 ".1d";
    /// Two 64-bit elements.
    V2D d2 ".2d";
    /// One 128-bit element.
    V1Q q1 ".1q";
}

/// Elements of a size, by index: `Name method`.
macro_rules! elements {
    ($($name:ident $method:ident $bits:literal $text:literal;)*) => {
        $(
            #[doc = concat!("A register as ", $bits, "-bit elements of which an index takes one; see [`V::", stringify!($method), "`].")]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[cfg_attr(feature = "defmt", derive(defmt::Format))]
            pub struct $name(u8);

            impl Element for $name {
                const COUNT: i64 = 32;

                fn number(self) -> i64 {
                    self.0.into()
                }
            }

            impl Operand for $name {
                type Key = $name;

                #[inline(always)]
                fn put(self, values: &mut Values) {
                    values.push(self.0.into());
                }
            }
        )*

        impl V {
            $(
                #[doc = concat!("One element, `", $text, "`.")]
                pub const fn $method(self, index: u8) -> Lane<$name> {
                    Lane { register: $name(self.code()), index }
                }
            )*

            /// One element of a table, `[index]` without a size.
            pub const fn lane(self, index: u8) -> Lane<V> {
                Lane { register: self, index }
            }
        }
    };
}

elements! {
    VB b 8 ".b[index]";
    VH h 16 ".h[index]";
    VS s 32 ".s[index]";
    VD d 64 ".d[index]";
}

/// The same element of consecutive registers; others are refused when the instruction is encoded.
impl<E: Element, const N: usize> Operand for [Lane<E>; N] {
    type Key = Lane<List<E, N>>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        values.push(consecutive(self.map(|lane| lane.register)));
        values.push(common_index(&self));
    }
}
