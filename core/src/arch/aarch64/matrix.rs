//! A64 operands of typed encoders: the matrix register ZA, its tiles and slices, and the lookup table ZT0 (SME).
//!
//! | text | operand |
//! |---|---|
//! | `za1.s` | `ZA1.s()` |
//! | `za1h.s[w12, 2]`, `za1v.s[w12, 2]` | `ZA1.s().h(W12, 2)`, `ZA1.s().v(W12, 2)` |
//! | `za1h.s[w12, 0:1]` | `ZA1.s().h(W12, 0).x2()` |
//! | `za[w12, 3]` | `ZA.at(W12, 3)` |
//! | `za.d[w8, 3]`, also with `vgx2` or `vgx4` that the other operands imply | `ZA.d().at(W8, 3)` |
//! | `za.s[w8, 4:7]` | `ZA.s().at(W8, 4).x4()` |
//! | `za.d[w8, 0, vgx2]` of ZERO | `ZA.d().at(W8, 0).vgx2()` |
//! | `{za0.s, za1.s}`, `{za}` | `Tiles::from(ZA0.s()) \| ZA1.s().into()`, `Tiles::ALL` |
//! | `zt0[8]`, `zt0[1, mul vl]` | `ZT0.at(8)`, `ZT0.part(1)` |
//!
//! Numbers that an instruction does not take, of tiles, registers or offsets, are refused when it is encoded.

use super::registers::*;
use super::typed::{Hv, ZT0};
use crate::typed::fixed::{Operand, Values};
use bareasm_isa::rule::tile_mask;

/// What slices are taken of.
pub trait Matrix: Copy {
    /// Adds its number, if it has one.
    #[doc(hidden)]
    fn put(self, values: &mut Values);
}

/// `N` consecutive slices of a tile, or vectors of ZA, from the sum of a register and an offset on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice<M, const N: usize> {
    matrix: M,
    direction: Option<Hv>,
    register: W,
    offset: u8,
}

impl<M> Slice<M, 1> {
    const fn new(matrix: M, direction: Option<Hv>, register: W, offset: u8) -> Slice<M, 1> {
        Slice { matrix, direction, register, offset }
    }

    fn times<const N: usize>(self) -> Slice<M, N> {
        Slice { matrix: self.matrix, direction: self.direction, register: self.register, offset: self.offset }
    }

    /// This and the next one: `offset:offset+1`.
    pub fn x2(self) -> Slice<M, 2> {
        self.times()
    }

    /// This and the next three: `offset:offset+3`.
    pub fn x4(self) -> Slice<M, 4> {
        self.times()
    }
}

impl<M: Matrix, const N: usize> Slice<M, N> {
    /// Of each half of ZA, for instructions whose other operands do not say so.
    pub const fn vgx2(self) -> Grouped<Slice<M, N>, 2> {
        Grouped(self)
    }

    /// Of each quarter of ZA, for instructions whose other operands do not say so.
    pub const fn vgx4(self) -> Grouped<Slice<M, N>, 4> {
        Grouped(self)
    }
}

impl<M: Matrix, const N: usize> Operand for Slice<M, N> {
    type Key = Slice<M, N>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.matrix.put(values);
        if let Some(direction) = self.direction {
            direction.put(values);
        }
        self.register.put(values);
        values.push(self.offset.into());
    }
}

/// Vectors of `G` equal parts of ZA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouped<S, const G: usize>(S);

impl<S: Operand, const G: usize> Operand for Grouped<S, G> {
    type Key = Grouped<S::Key, G>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.0.put(values);
    }
}

/// The matrix register as an array of vectors: `za`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ZA;

/// ZA as an array of vectors without an element size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Array;

impl ZA {
    /// A vector: `za[register, offset]`.
    pub const fn at(self, register: W, offset: u8) -> Slice<Array, 1> {
        Slice::new(Array, None, register, offset)
    }
}

impl Matrix for Array {
    #[inline(always)]
    fn put(self, _: &mut Values) {}
}

/// Tiles and vectors of elements of a size: `Tile Array method bytes text`.
macro_rules! sizes {
    ($($tile:ident $array:ident $method:ident $bytes:literal $text:literal;)*) => { $(
        #[doc = concat!("A tile of ", $bytes, "-byte elements: `za0", $text, "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $tile(u8);

        impl $tile {
            /// A horizontal slice: the row that the sum of the register and the offset says.
            pub const fn h(self, register: W, offset: u8) -> Slice<$tile, 1> {
                Slice::new(self, Some(Hv::H), register, offset)
            }

            /// A vertical slice: the column that the sum of the register and the offset says.
            pub const fn v(self, register: W, offset: u8) -> Slice<$tile, 1> {
                Slice::new(self, Some(Hv::V), register, offset)
            }
        }

        impl Matrix for $tile {
            #[inline(always)]
            fn put(self, values: &mut Values) {
                values.push(self.0.into());
            }
        }

        impl Operand for $tile {
            type Key = $tile;

            #[inline(always)]
            fn put(self, values: &mut Values) {
                values.push(self.0.into());
            }
        }

        impl From<$tile> for Tiles {
            fn from(tile: $tile) -> Tiles {
                tile_mask($bytes, tile.0).map_or(Tiles(u16::MAX), |mask| Tiles(mask.into()))
            }
        }

        #[doc = concat!("ZA as an array of vectors of ", $bytes, "-byte elements: `za", $text, "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $array;

        impl $array {
            /// The vector that the sum of the register and the offset says.
            pub const fn at(self, register: W, offset: u8) -> Slice<$array, 1> {
                Slice::new(self, None, register, offset)
            }
        }

        impl Matrix for $array {
            #[inline(always)]
            fn put(self, _: &mut Values) {}
        }

        impl Tile {
            #[doc = concat!("The tile of this number of ", $bytes, "-byte elements.")]
            pub const fn $method(self) -> $tile {
                $tile(self.code())
            }
        }

        impl ZA {
            #[doc = concat!("The array as vectors of ", $bytes, "-byte elements.")]
            pub const fn $method(self) -> $array {
                $array
            }
        }
    )* };
}

sizes! {
    TileB ArrayB b 1 ".b";
    TileH ArrayH h 2 ".h";
    TileS ArrayS s 4 ".s";
    TileD ArrayD d 8 ".d";
    TileQ ArrayQ q 16 ".q";
}

/// A list of tiles, for ZERO.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tiles(u16);

impl Tiles {
    /// No tile: `{}`.
    pub const NONE: Tiles = Tiles(0);
    /// All of ZA: `{za}`.
    pub const ALL: Tiles = Tiles(0xff);
}

impl core::ops::BitOr for Tiles {
    type Output = Tiles;

    fn bitor(self, other: Tiles) -> Tiles {
        Tiles(self.0 | other.0)
    }
}

impl Operand for Tiles {
    type Key = Tiles;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        values.push(self.0.into());
    }
}

/// A general register's worth of a table, by an index in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexed<T> {
    table: T,
    index: u8,
}

/// A vector's worth of a table, by an index in vector lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<T>(Indexed<T>);

impl ZT0 {
    /// The eight bytes at `index`: `zt0[index]`.
    pub const fn at(self, index: u8) -> Indexed<ZT0> {
        Indexed { table: self, index }
    }

    /// The part at `index` vector lengths: `zt0[index, mul vl]`.
    pub const fn part(self, index: u8) -> Part<ZT0> {
        Part(self.at(index))
    }
}

impl<T: Operand> Operand for Indexed<T> {
    type Key = Indexed<T::Key>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.table.put(values);
        values.push(self.index.into());
    }
}

impl<T: Operand> Operand for Part<T> {
    type Key = Part<T::Key>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.0.put(values);
    }
}
