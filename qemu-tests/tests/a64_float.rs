//! A64 scalar floating point: operands in `d0`, `d1`, `d2` (or `s`), result in `d0`.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::{doubles, integers, singles};

macro_rules! rows {
    ($check:ident: $([$($line:tt)*] $model:expr;)*) => { $(
        $check(
            stringify!($($line)*),
            |ops| dynasm!(ops
                ; .arch aarch64
                ; fmov d0, x0
                ; fmov d1, x1
                ; fmov d2, x2
                ; $($line)*
                ; fmov x0, d0
                ; ret
            ),
            $model,
        );
    )* };
}

#[test]
fn double_precision() {
    rows! { doubles:
        [fadd d0, d0, d1] |a, b, _| a + b;
        [fsub d0, d0, d1] |a, b, _| a - b;
        [fmul d0, d0, d1] |a, b, _| a * b;
        [fdiv d0, d0, d1] |a, b, _| a / b;
        [fnmul d0, d0, d1] |a, b, _| -(a * b);
        [fabs d0, d0] |a, _, _| a.abs();
        [fneg d0, d1] |_, b, _| -b;
        [fsqrt d0, d0] |a, _, _| a.sqrt();
        [fmadd d0, d0, d1, d2] |a, b, c| a.mul_add(b, c);
        [fmsub d0, d0, d1, d2] |a, b, c| (-a).mul_add(b, c);
        [fnmadd d0, d0, d1, d2] |a, b, c| (-a).mul_add(b, -c);
        [fnmsub d0, d0, d1, d2] |a, b, c| a.mul_add(b, -c);
        [frintz d0, d0] |a, _, _| a.trunc();
        [frintm d0, d0] |a, _, _| a.floor();
        [frintp d0, d0] |a, _, _| a.ceil();
        [frinta d0, d0] |a, _, _| a.round();
        [frintn d0, d0] |a, _, _| a.round_ties_even();
        [fcmp d0, d1 ; fcsel d0, d0, d1, mi] |a, b, _| if a < b { a } else { b };
        [fcmp d0, d1 ; fcsel d0, d2, d1, vs] |a, b, c| if a.is_nan() || b.is_nan() { c } else { b };
        [fcmp d0, #0.0 ; fcsel d0, d1, d2, eq] |a, b, c| if a == 0.0 { b } else { c };
        [fcmp d0, d0 ; fccmp d0, d1, #4, vc ; fcsel d0, d2, d0, gt] |a, b, c| if a > b { c } else { a };
        [fmov d0, #1.5] |_, _, _| 1.5;
        [fmov d0, #-31.0] |_, _, _| -31.0;
        [fmov d0, d2] |_, _, c| c;
        [movi d0, #0] |_, _, _| 0.0;
        [fcvt s0, d0 ; fcvt d0, s0] |a, _, _| f64::from(a as f32);
        [fcvtzs x3, d0 ; scvtf d0, x3] |a, _, _| a as i64 as f64;
        [fcvtzu w3, d0 ; ucvtf d0, w3] |a, _, _| f64::from(a as u32);
        [fcvtms x3, d0 ; scvtf d0, x3] |a, _, _| a.floor() as i64 as f64;
        [fcvtns w3, d0 ; scvtf d0, w3] |a, _, _| f64::from(a.round_ties_even() as i32);
        [fcvtzs x3, d0, #8 ; scvtf d0, x3, #8] |a, _, _| (a * 256.0) as i64 as f64 / 256.0;
        [fmov x3, d0 ; eor x3, x3, #0x8000000000000000 ; fmov d0, x3] |a, _, _| f64::from_bits(a.to_bits() ^ 1 << 63);
        [ldr d0, ->half ; b ->over ; .align 8 ; ->half: ; .f64 0.5 ; ->over: ; fmul d0, d0, d1] |_, b, _| 0.5 * b;
    }
}

#[test]
fn single_precision() {
    rows! { singles:
        [fadd s0, s0, s1] |a, b, _| a + b;
        [fsub s0, s0, s1] |a, b, _| a - b;
        [fmul s0, s0, s1] |a, b, _| a * b;
        [fdiv s0, s0, s1] |a, b, _| a / b;
        [fsqrt s0, s1] |_, b, _| b.sqrt();
        [fmadd s0, s0, s1, s2] |a, b, c| a.mul_add(b, c);
        [fabd s0, s0, s1] |a, b, _| (a - b).abs();
        [fcmpe s0, s1 ; fcsel s0, s0, s1, ge] |a, b, _| if a >= b { a } else { b };
        [fmov s0, #0.125] |_, _, _| 0.125;
        [fmov w3, s0 ; and w3, w3, #0x7fffffff ; fmov s0, w3] |a, _, _| a.abs();
        [fcvtzs w3, s0 ; scvtf s0, w3] |a, _, _| a as i32 as f32;
        [fcvt d0, s0 ; fcvt s0, d0] |a, _, _| a;
    }
}

/// Minimum and maximum where both are numbers, and the sign of zeros.
#[test]
fn minimum_and_maximum() {
    let smaller = |a: f64, b: f64| if a < b || a == b && a.is_sign_negative() { a } else { b };
    let larger = |a: f64, b: f64| if a > b || a == b && a.is_sign_positive() { a } else { b };
    rows! { doubles:
        [fmin d0, d0, d1] |a, b, _| if a.is_nan() || b.is_nan() { f64::NAN } else { smaller(a, b) };
        [fmax d0, d0, d1] |a, b, _| if a.is_nan() || b.is_nan() { f64::NAN } else { larger(a, b) };
        [fminnm d0, d0, d1] |a, b, _| if a.is_nan() { b } else if b.is_nan() { a } else { smaller(a, b) };
        [fmaxnm d0, d0, d1] |a, b, _| if a.is_nan() { b } else if b.is_nan() { a } else { larger(a, b) };
    }
}

#[test]
fn from_integers() {
    rows! { integers:
        [scvtf d0, x0] |a, _, _| (a as i64 as f64).to_bits();
        [ucvtf d0, x0] |a, _, _| (a as f64).to_bits();
        [scvtf d0, w0] |a, _, _| f64::from(a as i32).to_bits();
        [ucvtf s0, x0] |a, _, _| (a as f32).to_bits().into();
        [scvtf d0, d0] |a, _, _| (a as i64 as f64).to_bits();
        [fcvtzu x0, d1 ; fmov d0, x0] |_, b, _| f64::from_bits(b) as u64;
        [fmov v0.d[1], x1 ; fmov x0, v0.d[1] ; fmov d0, x0] |_, b, _| b;
    }
}

/// Immediates known at run time: each of the 256 that `fmov` can hold.
#[test]
fn every_immediate() {
    for n in 0..256u32 {
        let (sign, exponent, fraction) = (n >> 7, n >> 4 & 7, n & 15);
        let value =
            (1.0 + f64::from(fraction) / 16.0) * 2f64.powi((exponent ^ 4) as i32 - 3) * if sign == 1 { -1.0 } else { 1.0 };
        doubles("fmov d0, value", |ops| dynasm!(ops ; .arch aarch64 ; fmov d0, value ; fmov x0, d0 ; ret), |_, _, _| value);
        singles(
            "fmov s0, value",
            |ops| dynasm!(ops ; .arch aarch64 ; fmov s0, value as f32 ; fmov w0, s0 ; ret),
            |_, _, _| value as f32,
        );
    }
}
