//! A64 vectors: operands in `v0`, `v1`, `v2`, result in `v0`.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::{lanes, rows as table_rows, table, vectors, Vector};

macro_rules! rows {
    ($([$($line:tt)*] $model:expr;)*) => { $(
        vectors(
            stringify!($($line)*),
            |ops| dynasm!(ops
                ; .arch aarch64
                ; ldp q0, q1, [x0]
                ; ldr q2, [x0, #32]
                ; $($line)*
                ; str q0, [x0, #48]
                ; ret
            ),
            $model,
        );
    )* };
}

fn number(v: Vector) -> u128 {
    u128::from_le_bytes(v)
}

fn low(v: Vector) -> Vector {
    (number(v) & u128::from(u64::MAX)).to_le_bytes()
}

#[test]
fn arithmetic() {
    rows! {
        [add v0.16b, v0.16b, v1.16b] lanes!(u8, |a, b| a.wrapping_add(b));
        [add v0.4h, v0.4h, v1.4h] |a, b, c| low(lanes!(u16, |a, b| a.wrapping_add(b))(a, b, c));
        [add v0.2d, v0.2d, v1.2d] lanes!(u64, |a, b| a.wrapping_add(b));
        [sub v0.8h, v0.8h, v1.8h] lanes!(u16, |a, b| a.wrapping_sub(b));
        [mul v0.4s, v0.4s, v1.4s] lanes!(u32, |a, b| a.wrapping_mul(b));
        [mla v0.8h, v1.8h, v2.8h] lanes!(u16, |a, b, c| a.wrapping_add(b.wrapping_mul(c)));
        [mls v0.16b, v1.16b, v2.16b] lanes!(u8, |a, b, c| a.wrapping_sub(b.wrapping_mul(c)));
        [neg v0.4s, v1.4s] lanes!(u32, |_a, b| b.wrapping_neg());
        [abs v0.16b, v0.16b] lanes!(i8, |a| a.wrapping_abs());
        [sqadd v0.16b, v0.16b, v1.16b] lanes!(i8, |a, b| a.saturating_add(b));
        [uqadd v0.8h, v0.8h, v1.8h] lanes!(u16, |a, b| a.saturating_add(b));
        [sqsub v0.2d, v0.2d, v1.2d] lanes!(i64, |a, b| a.saturating_sub(b));
        [uqsub v0.4s, v0.4s, v1.4s] lanes!(u32, |a, b| a.saturating_sub(b));
        [smax v0.8h, v0.8h, v1.8h] lanes!(i16, |a, b| a.max(b));
        [umin v0.16b, v0.16b, v1.16b] lanes!(u8, |a, b| a.min(b));
        [uhadd v0.8h, v0.8h, v1.8h] lanes!(u16, |a, b| ((u32::from(a) + u32::from(b)) >> 1) as u16);
        [srhadd v0.16b, v0.16b, v1.16b] lanes!(i8, |a, b| ((i16::from(a) + i16::from(b) + 1) >> 1) as i8);
        [uabd v0.16b, v0.16b, v1.16b] lanes!(u8, |a, b| a.abs_diff(b));
        [sqdmulh v0.8h, v0.8h, v1.8h] lanes!(i16, |a, b| ((2 * i64::from(a) * i64::from(b)) >> 16).clamp(i16::MIN.into(), i16::MAX.into()) as i16);
        [cnt v0.16b, v0.16b] lanes!(u8, |a| a.count_ones() as u8);
        [clz v0.8h, v0.8h] lanes!(u16, |a| a.leading_zeros() as u16);
        [rbit v0.16b, v0.16b] lanes!(u8, |a| a.reverse_bits());
    }
}

#[test]
fn logic_compare_and_shift() {
    rows! {
        [and v0.16b, v0.16b, v1.16b] lanes!(u64, |a, b| a & b);
        [orn v0.16b, v0.16b, v1.16b] lanes!(u64, |a, b| a | !b);
        [bic v0.8b, v0.8b, v1.8b] |a, b, c| low(lanes!(u64, |a, b| a & !b)(a, b, c));
        [eor v0.16b, v0.16b, v1.16b] lanes!(u64, |a, b| a ^ b);
        [bsl v0.16b, v1.16b, v2.16b] lanes!(u64, |a, b, c| a & b | !a & c);
        [bif v0.16b, v1.16b, v2.16b] lanes!(u64, |a, b, c| a & c | b & !c);
        [mvn v0.16b, v1.16b] lanes!(u64, |_a, b| !b);
        [cmeq v0.4s, v0.4s, v1.4s] lanes!(u32, |a, b| if a == b { u32::MAX } else { 0 });
        [cmgt v0.8h, v0.8h, v1.8h] lanes!(i16, |a, b| if a > b { -1 } else { 0 });
        [cmhs v0.2d, v0.2d, v1.2d] lanes!(u64, |a, b| if a >= b { u64::MAX } else { 0 });
        [cmlt v0.16b, v0.16b, #0] lanes!(i8, |a| if a < 0 { -1 } else { 0 });
        [cmtst v0.4s, v0.4s, v1.4s] lanes!(u32, |a, b| if a & b != 0 { u32::MAX } else { 0 });
        [shl v0.16b, v0.16b, #7] lanes!(u8, |a| a << 7);
        [ushr v0.8h, v0.8h, #16] lanes!(u16, |_a| 0);
        [sshr v0.4s, v0.4s, #32] lanes!(i32, |a| a >> 31);
        [ushr v0.2d, v0.2d, #1] lanes!(u64, |a| a >> 1);
        [ssra v0.8h, v1.8h, #3] lanes!(i16, |a, b| a.wrapping_add(b >> 3));
        [sli v0.2d, v1.2d, #63] lanes!(u64, |a, b| a & !(1 << 63) | b << 63);
        [sri v0.4s, v1.4s, #8] lanes!(u32, |a, b| a & 0xff00_0000 | b >> 8);
        [movi v3.8h, #3 ; neg v4.8h, v3.8h ; ushl v0.8h, v0.8h, v3.8h ; ushl v0.8h, v0.8h, v4.8h] lanes!(u16, |a| a << 3 >> 3);
    }
}

#[test]
fn moves_and_permutations() {
    let lane = |v: Vector, n: usize| u32::from_le_bytes([v[4 * n], v[4 * n + 1], v[4 * n + 2], v[4 * n + 3]]);
    let join = |words: [u32; 4]| -> Vector { words.map(u32::to_le_bytes).concat().try_into().expect("16 bytes") };
    rows! {
        [mov v0.16b, v2.16b] |_, _, c| c;
        [dup v0.4s, v1.s[3]] |_, b, _| join([lane(b, 3); 4]);
        [umov w3, v1.b[15] ; dup v0.16b, w3] |_, b, _| [b[15]; 16];
        [smov x3, v1.h[7] ; dup v0.2d, x3] |_, b, _| { let n = i16::from_le_bytes([b[14], b[15]]) as i64; (u128::from(n as u64) << 64 | u128::from(n as u64)).to_le_bytes() };
        [mov v0.s[2], v1.s[0]] |a, b, _| join([lane(a, 0), lane(a, 1), lane(b, 0), lane(a, 3)]);
        [mov w3, #0x5a ; mov v0.b[9], w3] |mut a, _, _| { a[9] = 0x5a; a };
        [ext v0.16b, v0.16b, v1.16b, #5] |a, b, _| [&a[5..], &b[..5]].concat().try_into().expect("16 bytes");
        [zip1 v0.4s, v0.4s, v1.4s] |a, b, _| join([lane(a, 0), lane(b, 0), lane(a, 1), lane(b, 1)]);
        [uzp2 v0.4s, v0.4s, v1.4s] |a, b, _| join([lane(a, 1), lane(a, 3), lane(b, 1), lane(b, 3)]);
        [trn1 v0.4s, v0.4s, v1.4s] |a, b, _| join([lane(a, 0), lane(b, 0), lane(a, 2), lane(b, 2)]);
        [rev64 v0.4s, v1.4s] |_, b, _| join([lane(b, 1), lane(b, 0), lane(b, 3), lane(b, 2)]);
        [tbl v0.16b, {v0.16b, v1.16b}, v2.16b] |a, b, c| c.map(|n| [a, b].concat().get(usize::from(n)).copied().unwrap_or(0));
        [tbx v0.16b, {v1.16b}, v2.16b] |a, b, c| std::array::from_fn(|n| b.get(usize::from(c[n])).copied().unwrap_or(a[n]));
        [movi v0.16b, #0xa5] |_, _, _| [0xa5; 16];
        [movi v0.2d, #0xff00ff0000ffff00] |_, _, _| (0xff00_ff00_00ff_ff00_ff00_ff00_00ff_ff00u128).to_le_bytes();
        [movi v0.4s, #0x12, msl #8] |_, _, _| join([0x12ff; 4]);
        [mvni v0.8h, #1, lsl #8] lanes!(u16, |_a| 0xfeff);
        [orr v0.4s, #0x80, lsl #24] lanes!(u32, |a| a | 0x8000_0000);
    }
}

#[test]
fn widen_narrow_and_reduce() {
    rows! {
        [uxtl v0.8h, v1.8b] |_, b, _| { let mut out = [0; 16]; (0..8).for_each(|n| out[2 * n] = b[n]); out };
        [smull v0.8h, v0.8b, v1.8b] |a, b, _| {
            std::array::from_fn::<_, 8, _>(|n| (i16::from(a[n] as i8) * i16::from(b[n] as i8)).to_le_bytes()).concat().try_into().expect("16 bytes")
        };
        [umull2 v0.2d, v0.4s, v1.4s] |a, b, _| {
            let product = |n: usize| u64::from((number(a) >> (32 * n)) as u32) * u64::from((number(b) >> (32 * n)) as u32);
            (u128::from(product(3)) << 64 | u128::from(product(2))).to_le_bytes()
        };
        [xtn v0.4h, v1.4s] |_, b, _| { let mut out = [0; 16]; (0..4).for_each(|n| { out[2 * n] = b[4 * n]; out[2 * n + 1] = b[4 * n + 1]; }); out };
        [sqxtun v0.8b, v1.8h] |_, b, _| { let mut out = [0; 16]; (0..8).for_each(|n| out[n] = i16::from_le_bytes([b[2 * n], b[2 * n + 1]]).clamp(0, 255) as u8); out };
        [shrn v0.4h, v1.4s, #8] |_, b, _| { let mut out = [0; 16]; (0..4).for_each(|n| { out[2 * n] = b[4 * n + 1]; out[2 * n + 1] = b[4 * n + 2]; }); out };
        [addv b0, v1.16b] |_, b, _| u128::from(b.iter().fold(0u8, |sum, n| sum.wrapping_add(*n))).to_le_bytes();
        [uaddlv h0, v1.16b] |_, b, _| u128::from(b.iter().map(|n| u16::from(*n)).sum::<u16>()).to_le_bytes();
        [smaxv b0, v1.16b] |_, b, _| u128::from(b.iter().map(|n| *n as i8).max().unwrap_or(0) as u8).to_le_bytes();
        [addp v0.2d, v0.2d, v1.2d] |a, b, _| {
            let sum = |v: Vector| (number(v) as u64).wrapping_add((number(v) >> 64) as u64);
            (u128::from(sum(b)) << 64 | u128::from(sum(a))).to_le_bytes()
        };
    }
}

#[test]
fn floating_point() {
    rows! {
        [scvtf v0.4s, v0.4s] lanes!(u32, |a| (a as i32 as f32).to_bits());
        [ucvtf v0.2d, v0.2d] lanes!(u64, |a| (a as f64).to_bits());
        [fcvtzs v0.4s, v0.4s] lanes!(u32, |a| f32::from_bits(a) as i32 as u32);
        [fabs v0.4s, v0.4s] lanes!(u32, |a| a & 0x7fff_ffff);
        [fneg v0.2d, v0.2d] lanes!(u64, |a| a ^ 1 << 63);
        [scvtf v0.4s, v0.4s ; scvtf v1.4s, v1.4s ; fadd v0.4s, v0.4s, v1.4s] lanes!(u32, |a, b| (a as i32 as f32 + b as i32 as f32).to_bits());
        [scvtf v0.4s, v0.4s ; scvtf v1.4s, v1.4s ; fdiv v0.4s, v0.4s, v1.4s ; fcmeq v3.4s, v0.4s, v0.4s ; and v0.16b, v0.16b, v3.16b] lanes!(u32, |a, b| {
            let quotient = a as i32 as f32 / b as i32 as f32;
            if quotient.is_nan() { 0 } else { quotient.to_bits() }
        });
        [scvtf v0.2d, v0.2d ; scvtf v1.2d, v1.2d ; fmla v0.2d, v1.2d, v1.d[0]] |a, b, _| {
            let (x, y) = (number(a), number(b));
            let lane = |v: u128, n: u32| (v >> (64 * n)) as i64 as f64;
            let out = |n: u32| u128::from(lane(y, n).mul_add(lane(y, 0), lane(x, n)).to_bits());
            (out(1) << 64 | out(0)).to_le_bytes()
        };
        [fcmgt v0.4s, v0.4s, v1.4s] lanes!(u32, |a, b| if f32::from_bits(a) > f32::from_bits(b) { u32::MAX } else { 0 });
        [fmov v0.4s, #-2.5] lanes!(u32, |_a| (-2.5f32).to_bits());
    }
}

macro_rules! memory_emit {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops ; .arch aarch64 ; mov x8, x0 ; fmov d0, x2 ; $($line)* ; fmov x2, d0 ; sub x1, x0, x8 ; mov x0, x2 ; ret) };
}

macro_rules! memory_rows {
    ($($rows:tt)*) => { table::memory(table_rows!(memory_emit GENERAL: $($rows)*)) };
}

#[test]
fn loads_and_stores_of_structures() {
    memory_rows! {
        [ld1 {v0.16b}, [x0]] |m, _, _| (m.u64(0), 0);
        [ld1 {v0.8b, v1.8b}, [x0], #16 ; mov v0.8b, v1.8b] |m, _, _| (m.u64(8), 16);
        [ld1 {v30.2d, v31.2d, v0.2d, v1.2d}, [x0], x1] |m, i, _| (m.u64(32), i);
        [ld1r {v0.4h}, [x0]] |m, _, _| (u64::from(m.u16(0)) * 0x1_0001_0001_0001, 0);
        [ld1 {v0.b}[3], [x0], #1] |m, _, v| (v & !0xff00_0000 | u64::from(m.u8(0)) << 24, 1);
        [ld2 {v0.8b, v1.8b}, [x0]] |m, _, _| (u64::from_le_bytes(std::array::from_fn(|n| m.u8(2 * n as i64))), 0);
        [ld3 {v0.4h-v2.4h}, [x0], #24 ; mov v0.8b, v2.8b] |m, _, _| ((0..4).map(|n| u64::from(m.u16(6 * n + 4)) << (16 * n)).sum(), 24);
        [ld4 {v0.2s, v1.2s, v2.2s, v3.2s}, [x0] ; mov v0.8b, v1.8b] |m, _, _| (u64::from(m.u32(20)) << 32 | u64::from(m.u32(4)), 0);
        [st1 {v0.2s}, [x0], #8] |m, _, v| { m.store(0, &v.to_le_bytes()); (v, 8) };
        [st1 {v0.h}[1], [x0]] |m, _, v| { m.store(0, &((v >> 16) as u16).to_le_bytes()); (v, 0) };
        [mov v1.16b, v0.16b ; st2 {v0.8b, v1.8b}, [x0]] |m, _, v| { m.store(0, &v.to_le_bytes().map(|byte| [byte; 2]).concat()); (v, 0) };
    }
}
