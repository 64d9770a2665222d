//! A64 NEON: saturating doubling and multiplication by element, dot products and matrices, polynomials, conversions between
//! precisions, complex numbers, permutations, and moves of lanes.
#![cfg(target_arch = "aarch64")]

use bareasm_qemu_tests::float::reciprocal_root;
use bareasm_qemu_tests::{each, float, has, make, neon, round_shift, rows, sat, table, w, with, wrap, Float, Kind, Room, F16};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(16, Kind::Bits, rows!(neon VECTORS: $($rows)*)) };
}

/// Twice a product, as the doubling instructions have it.
macro_rules! doubling {
    ($i:ident $u:ident $I:ident $U:ident $half:tt $v:tt $wide:tt $r:ident $R:ident $W:ident) => {
        check! {
            (d n m) [sqdmulh V(d).$v, V(n).$v, V(m).$v] each!($i, |_, n, m| sat((2 * w(n) * w(m)) >> $i::BITS));
            [sqrdmulh v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| sat(round_shift(2 * w(n) * w(m), $i::BITS)));
            (d n m) [mov v4.16b, V(m).16b ; sqdmulh V(d).$v, V(n).$v, V(n - n + 4).$r[m - m + 3]] make!($i, |o, i| sat((2 * w(o.n::<$i>(i)) * w(o.m::<$i>(3))) >> $i::BITS));
            [sqrdmulh v0.$v, v1.$v, v2.$r[2]] make!($i, |o, i| sat(round_shift(2 * w(o.n::<$i>(i)) * w(o.m::<$i>(2)), $i::BITS)));
            [sqdmull v0.$wide, v1.$half, v2.$half] make!($I, |o, i| sat(2 * w(o.n::<$i>(i)) * w(o.m::<$i>(i))));
            [sqdmull2 v0.$wide, v1.$v, v2.$v] make!($I, |o, i| sat(2 * w(o.n::<$i>(i + o.count::<$I>())) * w(o.m::<$i>(i + o.count::<$I>()))));
            [sqdmlal v0.$wide, v1.$half, v2.$half] make!($I, |o, i| sat(w(o.d::<$I>(i)) + w(sat::<$I>(2 * w(o.n::<$i>(i)) * w(o.m::<$i>(i))))));
            [sqdmlsl v0.$wide, v1.$half, v2.$half] make!($I, |o, i| sat(w(o.d::<$I>(i)) - w(sat::<$I>(2 * w(o.n::<$i>(i)) * w(o.m::<$i>(i))))));
            [sqdmlal2 v0.$wide, v1.$v, v2.$r[1]] make!($I, |o, i| {
                sat(w(o.d::<$I>(i)) + w(sat::<$I>(2 * w(o.n::<$i>(i + o.count::<$I>())) * w(o.m::<$i>(1)))))
            });
            [mul v0.$v, v1.$v, v2.$r[3]] make!($i, |o, i| o.n::<$i>(i).wrapping_mul(o.m(3)));
            [mla v0.$v, v1.$v, v2.$r[1]] make!($i, |o, i| o.d::<$i>(i).wrapping_add(o.n::<$i>(i).wrapping_mul(o.m(1))));
            [mls v0.$v, v1.$v, v2.$r[0]] make!($i, |o, i| o.d::<$i>(i).wrapping_sub(o.n::<$i>(i).wrapping_mul(o.m(0))));
            [smull v0.$wide, v1.$half, v2.$r[2]] make!($I, |o, i| wrap(w(o.n::<$i>(i)) * w(o.m::<$i>(2))));
            [umull2 v0.$wide, v1.$v, v2.$r[1]] make!($U, |o, i| wrap(w(o.n::<$u>(i + o.count::<$U>())) * w(o.m::<$u>(1))));
            [umlal v0.$wide, v1.$half, v2.$r[3]] make!($U, |o, i| wrap(w(o.d::<$U>(i)) + w(o.n::<$u>(i)) * w(o.m::<$u>(3))));
            [smlsl2 v0.$wide, v1.$v, v2.$r[0]] make!($I, |o, i| wrap(w(o.d::<$I>(i)) - w(o.n::<$i>(i + o.count::<$I>())) * w(o.m::<$i>(0))));
            // Numbers that are not vectors.
            [sqdmulh $R(0), $R(1), $R(2)] |o| o.first::<$i>(sat((2 * w(o.n::<$i>(0)) * w(o.m::<$i>(0))) >> $i::BITS));
            [sqdmull $W(0), $R(1), $R(2)] |o| o.first::<$I>(sat(2 * w(o.n::<$i>(0)) * w(o.m::<$i>(0))));
            (d n m) [sqdmlal $W(d), $R(n), $R(m)] |o| o.first::<$I>(sat(w(o.d::<$I>(0)) + w(sat::<$I>(2 * w(o.n::<$i>(0)) * w(o.m::<$i>(0))))));
            (d n m) [sqadd $R(d), $R(n), $R(m)] |o| o.first::<$i>(o.n::<$i>(0).saturating_add(o.m(0)));
            [uqsub $R(0), $R(1), $R(2)] |o| o.first::<$u>(o.n::<$u>(0).saturating_sub(o.m(0)));
            [sqxtn $R(0), $W(1)] |o| o.first::<$i>(sat(w(o.n::<$I>(0))));
            [sqxtun $R(0), $W(1)] |o| o.first::<$u>(sat(w(o.n::<$I>(0))));
            [sqshrn $R(0), $W(1), #9] |o| o.first::<$i>(sat(w(o.n::<$I>(0)) >> 9));
            [sqabs $R(0), $R(1)] |o| o.first::<$i>(sat(w(o.n::<$i>(0)).abs()));
            [uqshl $R(0), $R(1), #5] |o| o.first::<$u>(sat(w(o.n::<$u>(0)) << 5));
        }
        with!("asimdrdm", "rounding doubling accumulation", check! {
            (d n m) [sqrdmlah V(d).$v, V(n).$v, V(m).$v] each!($i, |d, n, m| sat(round_shift((w(d) << $i::BITS) + 2 * w(n) * w(m), $i::BITS)));
            [sqrdmlsh v0.$v, v1.$v, v2.$v] each!($i, |d, n, m| sat(round_shift((w(d) << $i::BITS) - 2 * w(n) * w(m), $i::BITS)));
            [sqrdmlah v0.$v, v1.$v, v2.$r[2]] make!($i, |o, i| sat(round_shift((w(o.d::<$i>(i)) << $i::BITS) + 2 * w(o.n::<$i>(i)) * w(o.m::<$i>(2)), $i::BITS)));
        });
    };
}

#[test]
fn doubling_and_elements() {
    doubling!(i16 u16 i32 u32 4h 8h 4s h H S);
    doubling!(i32 u32 i64 u64 2s 4s 2d s S D);
}

/// Sums of four products of bytes.
fn dot(o: &Room, lane: Option<usize>, n: fn(u8) -> i128, m: fn(u8) -> i128) -> Vec<u8> {
    o.make(|i| {
        wrap::<u32>(w(o.d::<u32>(i)) + (0..4).map(|k| n(o.n(4 * i + k)) * m(o.m(4 * lane.unwrap_or(i) + k))).sum::<i128>())
    })
}

/// Products of two matrices of eight bytes by two rows.
fn matrix(o: &Room, n: fn(u8) -> i128, m: fn(u8) -> i128) -> Vec<u8> {
    o.make(|i| wrap::<u32>(w(o.d::<u32>(i)) + (0..8).map(|k| n(o.n(i / 2 * 8 + k)) * m(o.m(i % 2 * 8 + k))).sum::<i128>()))
}

fn unsigned(byte: u8) -> i128 {
    byte.into()
}

fn signed(byte: u8) -> i128 {
    (byte as i8).into()
}

/// A product without carries.
fn carryless(a: u64, b: u64) -> u128 {
    (0..64).filter(|n| b >> n & 1 == 1).fold(0, |sum, n| sum ^ u128::from(a) << n)
}

#[test]
fn products() {
    check! {
        (d n m) [pmul V(d).16b, V(n).16b, V(m).16b] each!(u8, |_, n, m| carryless(n.into(), m.into()) as u8);
        [pmull v0.8h, v1.8b, v2.8b] make!(u16, |o, i| carryless(o.n::<u8>(i).into(), o.m::<u8>(i).into()) as u16);
        [pmull2 v0.8h, v1.16b, v2.16b] make!(u16, |o, i| carryless(o.n::<u8>(i + 8).into(), o.m::<u8>(i + 8).into()) as u16);
        [cnt v0.16b, v1.16b] each!(u8, |_, n, _| n.count_ones() as u8);
        [rbit v0.16b, v1.16b] each!(u8, |_, n, _| n.reverse_bits());
        [ursqrte v0.4s, v1.4s] each!(u32, |_, n, _| if n >> 30 == 0 { u32::MAX } else { ((reciprocal_root(f64::from(n) / 2f64.powi(32)) * 256.0) as u32) << 23 });
        [shll v0.8h, v1.8b, #8] make!(u16, |o, i| u16::from(o.n::<u8>(i)) << 8);
        [shll2 v0.2d, v1.4s, #32] make!(u64, |o, i| u64::from(o.n::<u32>(i + 2)) << 32);
        [urecpe v0.4s, v1.4s] each!(u32, |_, n, _| if n >> 31 == 0 { u32::MAX } else { ((1 << 19) / (n >> 23 << 1 | 1) + 1) >> 1 << 23 });
    }
    with!(
        "pmull",
        "carry-less products of 64 bits",
        check! {
            [pmull v0.1q, v1.1d, v2.1d] make!(u128, |o, _| carryless(o.n(0), o.m(0)));
            (d n m) [pmull2 V(d).1q, V(n).2d, V(m).2d] make!(u128, |o, _| carryless(o.n(1), o.m(1)));
        }
    );
    with!(
        "asimddp",
        "dot products",
        check! {
            (d n m) [sdot V(d).4s, V(n).16b, V(m).16b] |o| dot(o, None, signed, signed);
            [udot v0.4s, v1.16b, v2.16b] |o| dot(o, None, unsigned, unsigned);
            [udot v0.2s, v1.8b, v2.8b] |o| o.lower(dot(o, None, unsigned, unsigned));
            [sdot v0.4s, v1.16b, v2.4b[3]] |o| dot(o, Some(3), signed, signed);
            (d n m) [udot V(d).4s, V(n).16b, V(m).4b[d - d + 1]] |o| dot(o, Some(1), unsigned, unsigned);
        }
    );
    with!(
        "i8mm",
        "products of matrices of bytes",
        check! {
            [usdot v0.4s, v1.16b, v2.16b] |o| dot(o, None, unsigned, signed);
            [usdot v0.4s, v1.16b, v2.4b[2]] |o| dot(o, Some(2), unsigned, signed);
            [sudot v0.4s, v1.16b, v2.4b[1]] |o| dot(o, Some(1), signed, unsigned);
            (d n m) [smmla V(d).4s, V(n).16b, V(m).16b] |o| matrix(o, signed, signed);
            [ummla v0.4s, v1.16b, v2.16b] |o| matrix(o, unsigned, unsigned);
            [usmmla v0.4s, v1.16b, v2.16b] |o| matrix(o, unsigned, signed);
        }
    );
}

/// A number of the format that is the upper half of single precision.
fn bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

#[test]
fn precisions() {
    table::mixed(
        16,
        Kind::Half,
        Kind::Single,
        rows!(neon VECTORS:
            (d n m) [mov V(m).16b, V(n).16b ; fcvtl V(d).4s, V(m).4h] make!(f32, |o, i| o.n::<F16>(i).value() as f32);
            [fcvtl2 v0.4s, v1.8h] make!(f32, |o, i| o.n::<F16>(i + 4).value() as f32);
            [fcvt s0, h1] |o| o.first(o.n::<F16>(0).value() as f32);
        ),
    );
    table::mixed(16, Kind::Half, Kind::Double, rows!(neon VECTORS: [fcvt d0, h1] |o| o.first(o.n::<F16>(0).value()); ));
    table::mixed(
        16,
        Kind::Single,
        Kind::Double,
        rows!(neon VECTORS:
            [fcvtl v0.2d, v1.2s] make!(f64, |o, i| o.n::<f32>(i).into());
            [fcvtl2 v0.2d, v1.4s] make!(f64, |o, i| o.n::<f32>(i + 2).into());
            [fcvt d0, s1] |o| o.first(f64::from(o.n::<f32>(0)));
        ),
    );
    table::mixed(
        16,
        Kind::Single,
        Kind::Half,
        rows!(neon VECTORS:
            [fcvtn v0.4h, v1.4s] make!(F16, |o, i| if i < 4 { F16::new(o.n::<f32>(i).into()) } else { F16(0) });
            [fcvtn2 v0.8h, v1.4s] make!(F16, |o, i| if i < 4 { o.d(i) } else { F16::new(o.n::<f32>(i - 4).into()) });
            [fcvt h0, s1] |o| o.first(F16::new(o.n::<f32>(0).into()));
        ),
    );
    table::mixed(
        16,
        Kind::Double,
        Kind::Single,
        rows!(neon VECTORS:
            [fcvtn v0.2s, v1.2d] make!(f32, |o, i| if i < 2 { o.n::<f64>(i) as f32 } else { 0.0 });
            [fcvtn2 v0.4s, v1.2d] make!(f32, |o, i| if i < 2 { o.d(i) } else { o.n::<f64>(i - 2) as f32 });
            [fcvt s0, d1] |o| o.first(o.n::<f64>(0) as f32);
            [fcvtxn s0, d1] |o| o.first(odd(o.n(0)));
            [fcvtxn v0.2s, v1.2d] make!(f32, |o, i| if i < 2 { odd(o.n(i)) } else { 0.0 });
        ),
    );
    with!("bf16", "BF16", {
        table::mixed(
            16,
            Kind::Single,
            Kind::Half,
            rows!(neon VECTORS:
                [bfcvt h0, s1 ; shl v0.4s, v0.4s, #16] |o| o.first(to_bf16(o.n(0)));
                [bfcvtn v0.4h, v1.4s ; uxtl v0.4s, v0.4h ; shl v0.4s, v0.4s, #16] make!(u32, |o, i| to_bf16(o.n(i)));
            ),
        );
        table::mixed(
            16,
            Kind::Single,
            Kind::Single,
            rows!(neon VECTORS:
                (d n m) [bfmlalb V(d).4s, V(n).8h, V(m).8h] make!(f32, |o, i| bf16(o.n(2 * i)).mul_add(bf16(o.m(2 * i)), o.d(i)));
                [bfmlalt v0.4s, v1.8h, v2.8h] make!(f32, |o, i| bf16(o.n(2 * i + 1)).mul_add(bf16(o.m(2 * i + 1)), o.d(i)));
                [bfmlalt v0.4s, v1.8h, v2.h[5]] make!(f32, |o, i| bf16(o.n(2 * i + 1)).mul_add(bf16(o.m(5)), o.d(i)));
            ),
        );
        // Integers that both formats hold, the sums of which are exact: pairs of bytes, converted.
        check! {
            [movi v3.4s, #127 ; and v1.16b, v1.16b, v3.16b ; and v2.16b, v2.16b, v3.16b ; ucvtf v0.4s, v3.4s ; ucvtf v1.4s, v1.4s ; ucvtf v2.4s, v2.4s
                ; bfdot v0.4s, v1.8h, v2.8h] make!(f32, |o, i| 127.0 + (o.n::<u32>(i) & 127) as f32 * (o.m::<u32>(i) & 127) as f32);
            [movi v3.4s, #127 ; and v1.16b, v1.16b, v3.16b ; and v2.16b, v2.16b, v3.16b ; ucvtf v0.4s, v3.4s ; ucvtf v1.4s, v1.4s ; ucvtf v2.4s, v2.4s
                ; bfmmla v0.4s, v1.8h, v2.8h] make!(f32, |o, i| {
                let term = |k: usize| (o.n::<u32>(i / 2 * 2 + k) & 127) as f32 * (o.m::<u32>(i % 2 * 2 + k) & 127) as f32;
                127.0 + term(0) + term(1)
            });
        }
    });
}

/// Rounded to single precision; the last bit says that there was more.
fn odd(value: f64) -> f32 {
    let nearest = value as f32;
    let below = if f64::from(nearest).abs() > value.abs() { f32::from_bits(nearest.to_bits() - 1) } else { nearest };
    if f64::from(below) == value || value.is_nan() {
        nearest
    } else {
        f32::from_bits(below.to_bits() | 1)
    }
}

/// Single precision, rounded to its upper half.
fn to_bf16(value: f32) -> u32 {
    let bits = value.to_bits();
    if value.is_nan() {
        (bits | 0x40_0000) & 0xffff_0000
    } else {
        (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000
    }
}

/// Complex numbers, the second operand turned by so many quarters.
macro_rules! complex {
    ($kind:ident $f:ident $v:tt) => { table::vectors(16, Kind::$kind, rows!(neon VECTORS:
        (d n m) [fcadd V(d).$v, V(n).$v, V(m).$v, 90] |o| added::<$f>(o, -1.0);
        [fcadd v0.$v, v1.$v, v2.$v, #270] |o| added::<$f>(o, 1.0);
        (d n m) [fcmla V(d).$v, V(n).$v, V(m).$v, 0] |o| multiplied::<$f>(o, 0);
        [fcmla v0.$v, v1.$v, v2.$v, #90] |o| multiplied::<$f>(o, 1);
        [fcmla v0.$v, v1.$v, v2.$v, #180] |o| multiplied::<$f>(o, 2);
        [fcmla v0.$v, v1.$v, v2.$v, #270] |o| multiplied::<$f>(o, 3);
    )) };
}

fn added<T: Float>(o: &Room, sign: f64) -> Vec<u8> {
    o.make(|i| T::nearest(o.n::<T>(i).get() + o.m::<T>(i ^ 1).get() * if i % 2 == 0 { sign } else { -sign }))
}

fn multiplied<T: Float>(o: &Room, quarters: usize) -> Vec<u8> {
    o.make(|i| {
        let (odd, turned) = (i % 2, quarters % 2);
        let sign = [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]][quarters][odd];
        o.n::<T>(i - odd + turned).fused(T::nearest(o.m::<T>(i - odd + (odd ^ turned)).get() * sign), o.d(i))
    })
}

#[test]
fn complex_numbers() {
    with!("fcma", "complex numbers", {
        complex!(Single f32 4s);
        complex!(Double f64 2d);
        if has("asimdhp", "complex numbers of half precision") {
            complex!(Half F16 8h);
        }
    });
    with!(
        "asimdfhm",
        "products of half precision",
        table::mixed(
            16,
            Kind::Half,
            Kind::Single,
            rows!(neon VECTORS:
                [fmlal v0.4s, v1.4h, v2.4h] make!(f32, |o, i| f(o.n(i)).mul_add(f(o.m(i)), o.d(i)));
                (d n m) [fmlal2 V(d).4s, V(n).4h, V(m).4h] make!(f32, |o, i| f(o.n(i + 4)).mul_add(f(o.m(i + 4)), o.d(i)));
                [fmlsl2 v0.4s, v1.4h, v2.4h] make!(f32, |o, i| (-f(o.n(i + 4))).mul_add(f(o.m(i + 4)), o.d(i)));
                [fmlsl v0.4s, v1.4h, v2.h[7]] make!(f32, |o, i| (-f(o.n(i))).mul_add(f(o.m(7)), o.d(i)));
            )
        )
    );
    with!("frint", "rounding to 32 and 64 bits", {
        table::vectors(
            16,
            Kind::Double,
            rows!(neon VECTORS:
                [frint64z v0.2d, v1.2d] float!(f64, |_, n, _| fits(n.trunc(), 63));
                [frint32x d0, d1] |o| o.only::<f64>(float!(f64, |_, n, _| fits(n.round_ties_even(), 31))(o));
                [frint32z v0.2d, v1.2d] float!(f64, |_, n, _| fits(n.trunc(), 31));
            ),
        );
        table::vectors(
            16,
            Kind::Single,
            rows!(neon VECTORS: [frint64x v0.4s, v1.4s] float!(f32, |_, n, _| fits(n.round_ties_even(), 63)); ),
        );
    });
    with!(
        "jscvt",
        "FJCVTZS",
        table::mixed(
            16,
            Kind::Double,
            Kind::Bits,
            rows!(neon VECTORS:
                [fjcvtzs w9, d1 ; fmov s0, w9] |o| o.first(javascript(o.n(0)));
            )
        )
    );
}

fn f(half: F16) -> f32 {
    half.value() as f32
}

/// An integer that a signed number of one bit more holds, else the least of those.
fn fits(value: f64, bits: i32) -> f64 {
    let limit = 2f64.powi(bits);
    if value >= -limit && value < limit {
        value
    } else {
        -limit
    }
}

/// The lower 32 bits of an integer of any size.
fn javascript(value: f64) -> u32 {
    if value.is_finite() {
        (value.trunc() % 2f64.powi(32)) as i64 as u32
    } else {
        0
    }
}
