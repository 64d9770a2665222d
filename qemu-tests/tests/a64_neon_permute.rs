//! A64 NEON: permutations, tables, lanes, immediates; loads and stores of structures.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::{each, make, neon, rows, table, Int, Kind, Lane, Room};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(16, Kind::Bits, rows!(neon VECTORS: $($rows)*)) };
}

/// A lane of both sources, one behind the other.
fn joined<T: Lane>(o: &Room, i: usize) -> T {
    let count = o.count::<T>();
    if i < count {
        o.n(i)
    } else {
        o.m(i - count)
    }
}

macro_rules! permutations {
    ($u:ident $i:ident $v:tt $e:ident) => { check! {
        (d n m) [zip1 V(d).$v, V(n).$v, V(m).$v] make!($u, |o, i| if i % 2 == 0 { o.n(i / 2) } else { o.m(i / 2) });
        [zip2 v0.$v, v1.$v, v2.$v] make!($u, |o, i| { let at = (i + o.count::<$u>()) / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
        [uzp1 v0.$v, v1.$v, v2.$v] make!($u, |o, i| joined(o, 2 * i));
        (d n m) [uzp2 V(d).$v, V(n).$v, V(m).$v] make!($u, |o, i| joined(o, 2 * i + 1));
        [trn1 v0.$v, v1.$v, v2.$v] make!($u, |o, i| if i % 2 == 0 { o.n(i) } else { o.m(i - 1) });
        [trn2 v0.$v, v1.$v, v2.$v] make!($u, |o, i| if i % 2 == 0 { o.n(i + 1) } else { o.m(i) });
        [dup v0.$v, v1.$e[1]] make!($u, |o, _| o.n(1));
        (d n m) [dup V(d).$v, V(n).$e[m - m + 1]] make!($u, |o, _| o.n(1));
        [mov v0.$e[1], v1.$e[0]] make!($u, |o, i| if i == 1 { o.n(0) } else { o.d(i) });
        (d n m) [mov V(d).$e[m - m], V(n).$e[m - m + 1]] make!($u, |o, i| if i == 0 { o.n(1) } else { o.d(i) });
        [mov x9, #-77 ; dup v0.$v, W(9)] make!($u, |_o, _| $u::wrap(-77));
    } };
}

/// A general register of the size of an element, through lanes.
macro_rules! lanes {
    ($($u:ident $i:ident $e:ident $X:ident $last:literal $umov:ident $smov:ident;)*) => { $( check! {
        [$umov $X(9), v1.$e[$last] ; fmov d0, x9] |o| o.first(o.n::<$u>($last) as u64);
        (d n m) [$umov $X(9), V(n).$e[m - m + $last] ; fmov D(d), x9] |o| o.first(o.n::<$u>($last) as u64);
        [$smov x9, v1.$e[$last] ; fmov d0, x9] |o| o.first(o.n::<$i>($last) as i64);
        [umov w9, v1.s[1] ; fmov x10, d1 ; mov v0.$e[$last], $X(10)] make!($u, |o, i| if i == $last { o.n(0) } else { o.d(i) });
    } )* };
}

#[test]
fn lanes_and_permutations() {
    permutations!(u8 i8 16b b);
    permutations!(u16 i16 8h h);
    permutations!(u32 i32 4s s);
    check! {
        (d n m) [zip1 V(d).2d, V(n).2d, V(m).2d] make!(u64, |o, i| if i == 0 { o.n(0) } else { o.m(0) });
        [trn2 v0.2d, v1.2d, v2.2d] make!(u64, |o, i| if i == 0 { o.n(1) } else { o.m(1) });
        [dup v0.2d, v1.d[1]] make!(u64, |o, _| o.n(1));
        [mov v0.d[0], v1.d[1]] make!(u64, |o, i| if i == 0 { o.n(1) } else { o.d(1) });
        [mov d0, v1.d[1]] |o| o.first(o.n::<u64>(1));
        [mov b0, v1.b[15]] |o| o.first(o.n::<u8>(15));
        [fmov x9, v1.d[1] ; fmov v0.d[1], x9] make!(u64, |o, i| if i == 0 { o.d(0) } else { o.n(1) });
        [ext v0.16b, v1.16b, v2.16b, #1] make!(u8, |o, i| joined(o, i + 1));
        (d n m) [ext V(d).16b, V(n).16b, V(m).16b, d - d + 15] make!(u8, |o, i| joined(o, i + 15));
        [ext v0.8b, v1.8b, v2.8b, #5] |o| o.lower(o.make::<u8>(|i| if i + 5 < 8 { o.n(i + 5) } else { o.m((i + 5) % 8) }));
        [rev64 v0.16b, v1.16b] make!(u8, |o, i| o.n(i ^ 7));
        [rev64 v0.8h, v1.8h] make!(u16, |o, i| o.n(i ^ 3));
        [rev64 v0.4s, v1.4s] make!(u32, |o, i| o.n(i ^ 1));
        [rev32 v0.16b, v1.16b] make!(u8, |o, i| o.n(i ^ 3));
        [rev32 v0.8h, v1.8h] make!(u16, |o, i| o.n(i ^ 1));
        [rev16 v0.16b, v1.16b] make!(u8, |o, i| o.n(i ^ 1));
        [and v0.16b, v1.16b, v2.16b] each!(u64, |_, n, m| n & m);
        (d n m) [orn V(d).16b, V(n).16b, V(m).16b] each!(u64, |_, n, m| n | !m);
        [bsl v0.16b, v1.16b, v2.16b] each!(u64, |d, n, m| d & n | !d & m);
        [bit v0.16b, v1.16b, v2.16b] each!(u64, |d, n, m| m & n | !m & d);
        [bif v0.16b, v1.16b, v2.16b] each!(u64, |d, n, m| !m & n | m & d);
        [eor v0.8b, v1.8b, v2.8b] |o| o.lower(each!(u64, |_, n, m| n ^ m)(o));
        [not v0.16b, v1.16b] each!(u64, |_, n, _| !n);
    }
    lanes! {
        u8 i8 b W 13 umov smov;
        u16 i16 h W 6 umov smov;
        u32 i32 s W 3 mov smov;
    }
}

/// A table lookup in so many vectors, which begin with the first source; what is beyond is zero, or stays.
fn looked_up(o: &Room, vectors: usize, stays: bool) -> Vec<u8> {
    o.make::<u8>(|i| match usize::from(o.m::<u8>(i) & 0x5f) {
        index if index < 16 * vectors => o.n(index),
        _ if stays => o.d(i),
        _ => 0,
    })
}

/// Vectors 30 to 1 hold the table, `v2` the indices below 96, `v3` what the destination held.
macro_rules! lookup_emit {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch aarch64
        ; add x9, x0, #256
        ; ld1 {v30.16b, v31.16b, v0.16b, v1.16b}, [x9]
        ; ldr q2, [x0, #512] ; ldr q3, [x0] ; movi v4.16b, #0x5f ; and v2.16b, v2.16b, v4.16b
        ; $($line)*
        ; str q3, [x0, 768]
        ; ret
    ) };
}

#[test]
fn tables() {
    table::vectors(
        16,
        Kind::Bits,
        rows!(lookup_emit VECTORS:
            [tbl v3.16b, {v30.16b}, v2.16b] |o| looked_up(o, 1, false);
            [tbl v3.16b, {v30.16b, v31.16b}, v2.16b] |o| looked_up(o, 2, false);
            [tbl v3.16b, {v30.16b-v0.16b}, v2.16b] |o| looked_up(o, 3, false);
            [tbl v3.16b, {V(30).16b * 4}, V(2).16b] |o| looked_up(o, 4, false);
            [tbx v3.16b, {v30.16b}, v2.16b] |o| looked_up(o, 1, true);
            [tbx v3.16b, {v30.16b, v31.16b}, v2.16b] |o| looked_up(o, 2, true);
            [tbx V(3).16b, {V(30).16b * 3}, V(2).16b] |o| looked_up(o, 3, true);
            [tbx v3.16b, {v30.16b-v1.16b}, v2.16b] |o| looked_up(o, 4, true);
            [tbl v3.8b, {v30.16b-v1.16b}, v2.8b] |o| o.lower(looked_up(o, 4, false));
        ),
    );
}

#[test]
fn immediates() {
    check! {
        [movi v0.16b, #0x9c] make!(u8, |_o, _| 0x9c);
        [movi v0.8h, #0x9c, lsl #8] make!(u16, |_o, _| 0x9c00);
        [mvni v0.4h, #0x9c] |o| o.lower(o.make(|_| !0x9cu16));
        [movi v0.4s, #0x9c, lsl #16] make!(u32, |_o, _| 0x9c_0000);
        [mvni v0.4s, #0x9c, lsl #24] make!(u32, |_o, _| !0x9c00_0000);
        [movi v0.4s, #0x9c, msl #16] make!(u32, |_o, _| 0x9c_ffff);
        [mvni v0.2s, #0x9c, msl #8] |o| o.lower(o.make(|_| !0x9cffu32));
        [movi v0.2d, #0xff00ffff0000ff00] make!(u64, |_o, _| 0xff00_ffff_0000_ff00);
        (d n m) [movi D(d), 0x00ff0000ff00ffffu64 & !((n - n + m - m) as u64)] |o| o.first(0x00ff_0000_ff00_ffffu64);
        (d n m) [movi V(d).16b, n - n + 0xa7 - (m - m)] make!(u8, |_o, _| 0xa7);
        [orr v0.8h, #0x81, lsl #8] each!(u16, |d, _, _| d | 0x8100);
        [bic v0.4s, #0x81, lsl #16] each!(u32, |d, _, _| d & !0x81_0000);
        (d n m) [bic V(d).4s, n - n + 0x42 + m - m] each!(u32, |d, _, _| d & !0x42);
        [fmov v0.2d, #0.125] make!(f64, |_o, _| 0.125);
        (d n m) [fmov V(d).4s, f32::from(n - n) - 31.0 + f32::from(m - m)] make!(f32, |_o, _| -31.0);
        [fmov d0, #1.0625] |o| o.first(1.0625f64);
        [fmov s0, #-0.5] |o| o.first(-0.5f32);
    }
}

/// The first 64 bytes of the first source are loaded, and vectors 30 to 1 stored, or loaded and stored.
macro_rules! structures_emit {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch aarch64
        ; add x9, x0, #256 ; add x10, x0, #768 ; mov x11, x9 ; mov x12, #16
        ; ldp q30, q31, [x0] ; ldp q0, q1, [x0, #32]
        ; stp q30, q31, [x10] ; stp q0, q1, [x10, #32]
        ; $($line)*
        ; ret
    ) };
}

/// Structures of `of` elements become vectors: lane `i` of vector `v` is element `v` of structure `i`. As many vectors as
/// the structures fill; the others hold what they held.
fn apart<T: Lane>(o: &Room, of: usize) -> Vec<u8> {
    let lanes = 16 / T::SIZE;
    o.make::<T>(|i| if i / lanes < of { o.n(i % lanes * of + i / lanes) } else { o.d(i) })
}

/// Vectors become structures.
fn together<T: Lane>(o: &Room, of: usize) -> Vec<u8> {
    let lanes = 16 / T::SIZE;
    o.make::<T>(|i| if i < of * lanes { o.n(i % of * lanes + i / of) } else { o.d(i) })
}

/// One structure, to one lane of every vector.
fn lane<T: Lane>(o: &Room, of: usize, lane: usize) -> Vec<u8> {
    let lanes = 16 / T::SIZE;
    o.make::<T>(|i| if i % lanes == lane && i / lanes < of { o.n(i / lanes) } else { o.d(i) })
}

/// One lane of every vector, to memory.
fn from_lane<T: Lane>(o: &Room, of: usize, lane: usize) -> Vec<u8> {
    o.make::<T>(|i| if i < of { o.n(i * (16 / T::SIZE) + lane) } else { o.d(i) })
}

/// One structure, to all lanes.
fn replicated<T: Lane>(o: &Room, of: usize) -> Vec<u8> {
    let lanes = 16 / T::SIZE;
    o.make::<T>(|i| if i / lanes < of { o.n(i / lanes) } else { o.d(i) })
}

macro_rules! structures {
    ($u:ident $v:tt $e:ident $lane:literal) => { table::vectors(64, Kind::Bits, rows!(structures_emit VECTORS:
        [ld1 {v16.$v}, [x9] ; str q16, [x10]] |o| apart::<$u>(o, 1);
        [ld1 {v16.$v-v19.$v}, [x9] ; st1 {v16.$v-v19.$v}, [x10]] |o| o.operands[1][..64].to_vec();
        [ld2 {v30.$v, v31.$v}, [x9] ; stp q30, q31, [x10]] |o| apart::<$u>(o, 2);
        [ld3 {v30.$v, v31.$v, v0.$v}, [x9] ; stp q30, q31, [x10] ; str q0, [x10, #32]] |o| apart::<$u>(o, 3);
        [ld4 {v30.$v-v1.$v}, [x9] ; stp q30, q31, [x10] ; stp q0, q1, [x10, #32]] |o| apart::<$u>(o, 4);
        [ld4 {V(16).$v * 4}, [X(9)], #64 ; stp q16, q17, [x10] ; stp q18, q19, [x10, #32] ; sub x9, x9, x11 ; lsr x9, x9, #6 ; sub x9, x9, #1 ; add x10, x10, x9, lsl #4 ; str q19, [x10, #48]] |o| apart::<$u>(o, 4);
        [ldp q16, q17, [x9] ; st2 {v16.$v, v17.$v}, [x10]] |o| together::<$u>(o, 2);
        [ldp q16, q17, [x9] ; ldr q18, [x9, #32] ; st3 {v16.$v-v18.$v}, [x10], x12] |o| together::<$u>(o, 3);
        [ldp q16, q17, [x9] ; ldp q18, q19, [x9, #32] ; st4 {V(16).$v * 4}, [x10]] |o| together::<$u>(o, 4);
        [ld1 {v30.$e}[$lane], [x9] ; str q30, [x10]] |o| lane::<$u>(o, 1, $lane);
        [ld2 {v30.$e, v31.$e}[$lane], [x9] ; stp q30, q31, [x10]] |o| lane::<$u>(o, 2, $lane);
        [ld3 {v30.$e-v0.$e}[$lane], [x9], x12 ; stp q30, q31, [x10] ; str q0, [x10, #32]] |o| lane::<$u>(o, 3, $lane);
        [ld4 {V(30).$e * 4}[$lane - 1 + 1], [x9] ; stp q30, q31, [x10] ; stp q0, q1, [x10, #32]] |o| lane::<$u>(o, 4, $lane);
        [ldr q16, [x9] ; st1 {v16.$e}[$lane], [x10]] |o| from_lane::<$u>(o, 1, $lane);
        [ldp q16, q17, [x9] ; st2 {v16.$e, v17.$e}[$lane], [x10]] |o| from_lane::<$u>(o, 2, $lane);
        [ldp q16, q17, [x9] ; ldr q18, [x9, #32] ; st3 {v16.$e-v18.$e}[$lane], [x10]] |o| from_lane::<$u>(o, 3, $lane);
        [ldp q16, q17, [x9] ; ldp q18, q19, [x9, #32] ; st4 {v16.$e-v19.$e}[$lane], [x10]] |o| from_lane::<$u>(o, 4, $lane);
        [ld1r {v30.$v}, [x9] ; str q30, [x10]] |o| replicated::<$u>(o, 1);
        [ld2r {v30.$v, v31.$v}, [x9] ; stp q30, q31, [x10]] |o| replicated::<$u>(o, 2);
        [ld3r {v30.$v-v0.$v}, [x9], x12 ; stp q30, q31, [x10] ; str q0, [x10, #32]] |o| replicated::<$u>(o, 3);
        [ld4r {V(30).$v * 4}, [x9] ; stp q30, q31, [x10] ; stp q0, q1, [x10, #32]] |o| replicated::<$u>(o, 4);
    )) };
}

#[test]
fn memory_of_structures() {
    structures!(u8 16b b 11);
    structures!(u16 8h h 5);
    structures!(u32 4s s 2);
    structures!(u64 2d d 1);
}
