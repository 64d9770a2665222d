//! A64 integer instructions: operands in `x0`, `x1`, `x2`, result in `x0`.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::integers;

macro_rules! rows {
    ($([$($line:tt)*] $model:expr;)*) => { $(
        integers(stringify!($($line)*), |ops| dynasm!(ops ; .arch aarch64 ; $($line)* ; ret), $model);
    )* };
}

/// The lower half, extended with zeros as every 32-bit instruction does it.
fn low(value: u64) -> u64 {
    u64::from(value as u32)
}

#[test]
fn add_and_subtract() {
    rows! {
        [add x0, x0, x1] |a, b, _| a.wrapping_add(b);
        [add w0, w0, w1] |a, b, _| low(a.wrapping_add(b));
        [add x0, x0, #4095] |a, _, _| a.wrapping_add(4095);
        [add x0, x0, #4095, lsl #12] |a, _, _| a.wrapping_add(4095 << 12);
        [sub x0, x0, #1] |a, _, _| a.wrapping_sub(1);
        [sub w0, w0, #0xfff000] |a, _, _| low(a.wrapping_sub(0xff_f000));
        [add x0, x0, x1, lsl #63] |a, b, _| a.wrapping_add(b << 63);
        [sub x0, x0, x1, lsr #7] |a, b, _| a.wrapping_sub(b >> 7);
        [add x0, x0, x1, asr #33] |a, b, _| a.wrapping_add((b as i64 >> 33) as u64);
        [add x0, x0, w1, uxtb] |a, b, _| a.wrapping_add(b & 0xff);
        [add x0, x0, w1, sxth #2] |a, b, _| a.wrapping_add(((b as i16 as i64) << 2) as u64);
        [sub x0, x0, w1, uxtw #4] |a, b, _| a.wrapping_sub(low(b) << 4);
        [add x0, x0, w1, sxtw] |a, b, _| a.wrapping_add(b as i32 as u64);
        [neg x0, x1, lsl #3] |_, b, _| (b << 3).wrapping_neg();
        [adds x0, x0, x1 ; cset x0, cs] |a, b, _| a.checked_add(b).is_none().into();
        [subs x0, x0, x1 ; cset x0, vs] |a, b, _| (a as i64).checked_sub(b as i64).is_none().into();
        [cmp x0, x1 ; mov x0, #0 ; adc x0, x0, x2] |a, b, c| c.wrapping_add((a >= b).into());
        [cmp x0, x1 ; sbc x0, x2, xzr] |a, b, c| c.wrapping_sub((a < b).into());
        [cmn x0, #1 ; cset w0, eq] |a, _, _| (a == u64::MAX).into();
        [mov x3, sp ; sub sp, sp, #32 ; add x4, sp, #32 ; mov sp, x3 ; sub x0, x4, x3] |_, _, _| 0;
    }
}

#[test]
fn logic() {
    rows! {
        [and x0, x0, x1] |a, b, _| a & b;
        [bic x0, x0, x1, ror #9] |a, b, _| a & !b.rotate_right(9);
        [orr w0, w0, w1] |a, b, _| low(a | b);
        [orn x0, x0, x1] |a, b, _| a | !b;
        [eor x0, x0, x1, asr #1] |a, b, _| a ^ (b as i64 >> 1) as u64;
        [eon x0, x0, x1] |a, b, _| a ^ !b;
        [mvn w0, w1] |_, b, _| low(!b);
        [and x0, x0, #0x5555555555555555] |a, _, _| a & 0x5555_5555_5555_5555;
        [orr x0, x0, #0xff00ff00ff00ff00] |a, _, _| a | 0xff00_ff00_ff00_ff00;
        [eor x0, x0, #0x8000000000000001] |a, _, _| a ^ 0x8000_0000_0000_0001;
        [and w0, w0, #0xfffffffe] |a, _, _| a & 0xffff_fffe;
        [tst x0, #0xf0 ; cset x0, ne] |a, _, _| (a & 0xf0 != 0).into();
        [ands x0, x0, x1 ; csetm x0, mi] |a, b, _| if ((a & b) as i64) < 0 { u64::MAX } else { 0 };
    }
}

#[test]
fn shifts_and_bits() {
    rows! {
        [lsl x0, x0, x1] |a, b, _| a << (b % 64);
        [lsr w0, w0, w1] |a, b, _| low(a) >> (b % 32);
        [asr x0, x0, x1] |a, b, _| (a as i64 >> (b % 64)) as u64;
        [ror w0, w0, w1] |a, b, _| low((a as u32).rotate_right((b % 32) as u32).into());
        [lsl x0, x0, #63] |a, _, _| a << 63;
        [lsr x0, x0, #1] |a, _, _| a >> 1;
        [asr w0, w0, #31] |a, _, _| low((a as i32 >> 31) as u64);
        [ror x0, x0, #13] |a, _, _| a.rotate_right(13);
        [extr x0, x0, x1, #20] |a, b, _| (u128::from(a) << 64 | u128::from(b)).wrapping_shr(20) as u64;
        [ubfx x0, x0, #5, #11] |a, _, _| a >> 5 & 0x7ff;
        [sbfx x0, x0, #8, #16] |a, _, _| (a >> 8) as i16 as u64;
        [ubfiz x0, x0, #60, #4] |a, _, _| a << 60;
        [sbfiz x0, x0, #4, #8] |a, _, _| ((a as i8 as i64) << 4) as u64;
        [bfi x0, x1, #16, #32] |a, b, _| a & !(0xffff_ffff << 16) | low(b) << 16;
        [bfxil x0, x1, #24, #8] |a, b, _| a & !0xff | b >> 24 & 0xff;
        [sxtb x0, w0] |a, _, _| a as i8 as u64;
        [sxtw x0, w0] |a, _, _| a as i32 as u64;
        [uxth w0, w0] |a, _, _| a & 0xffff;
        [clz x0, x0] |a, _, _| a.leading_zeros().into();
        [cls w0, w0] |a, _, _| { let n = a as u32; (n ^ (n as i32 >> 31) as u32).leading_zeros().saturating_sub(1).into() };
        [rbit x0, x0] |a, _, _| a.reverse_bits();
        [rev x0, x0] |a, _, _| a.swap_bytes();
        [rev16 w0, w0] |a, _, _| { let n = a as u32; low(((n & 0x00ff_00ff) << 8 | n >> 8 & 0x00ff_00ff).into()) };
        [rev32 x0, x0] |a, _, _| a.swap_bytes().rotate_right(32);
    }
}

#[test]
fn multiply_and_divide() {
    rows! {
        [mul x0, x0, x1] |a, b, _| a.wrapping_mul(b);
        [madd x0, x0, x1, x2] |a, b, c| a.wrapping_mul(b).wrapping_add(c);
        [msub w0, w0, w1, w2] |a, b, c| low(c.wrapping_sub(a.wrapping_mul(b)));
        [mneg x0, x0, x1] |a, b, _| a.wrapping_mul(b).wrapping_neg();
        [smull x0, w0, w1] |a, b, _| (a as i32 as i64 * b as i32 as i64) as u64;
        [umaddl x0, w0, w1, x2] |a, b, c| (low(a) * low(b)).wrapping_add(c);
        [smulh x0, x0, x1] |a, b, _| ((a as i64 as i128 * b as i64 as i128) >> 64) as u64;
        [umulh x0, x0, x1] |a, b, _| ((u128::from(a) * u128::from(b)) >> 64) as u64;
        [udiv x0, x0, x1] |a, b, _| a.checked_div(b).unwrap_or(0);
        [sdiv x0, x0, x1] |a, b, _| if b == 0 { 0 } else { (a as i64).wrapping_div(b as i64) as u64 };
        [sdiv w0, w0, w1] |a, b, _| if b as i32 == 0 { 0 } else { low((a as i32).wrapping_div(b as i32) as u64) };
        [crc32cx w0, w0, x1] |a, b, _| {
            let step = |crc: u32, bit: u64| (crc >> 1) ^ (((crc as u64 ^ bit) & 1) as u32).wrapping_neg() & 0x82f6_3b78;
            (0..64).fold(a as u32, |crc, n| step(crc, b >> n)).into()
        };
    }
}

#[test]
fn select_and_compare() {
    rows! {
        [cmp x0, x1 ; csel x0, x0, x1, lo] |a, b, _| a.min(b);
        [cmp x0, x1 ; csel x0, x0, x1, gt] |a, b, _| (a as i64).max(b as i64) as u64;
        [cmp w0, w1 ; csinc x0, x2, xzr, ls] |a, b, c| if low(a) <= low(b) { c } else { 1 };
        [cmp x0, x1 ; csinv x0, x2, x1, ge] |a, b, c| if a as i64 >= b as i64 { c } else { !b };
        [cmp x0, x1 ; csneg x0, x2, x1, ne] |a, b, c| if a != b { c } else { b.wrapping_neg() };
        [cmp x0, x1 ; cinc x0, x2, hi] |a, b, c| c.wrapping_add((a > b).into());
        [cmp x0, #0 ; ccmp x1, #5, #0, ne ; cset x0, hi] |a, b, _| (a != 0 && b > 5).into();
        [cmp x0, x1 ; ccmn x2, #1, #4, eq ; cset x0, eq] |a, b, c| (a != b || c == u64::MAX).into();
    }
}

#[test]
fn constants() {
    rows! {
        [movz x0, #0xabcd, lsl #48] |_, _, _| 0xabcd << 48;
        [movn w0, #1] |_, _, _| 0xffff_fffe;
        [movk x0, #0x1234, lsl #16] |a, _, _| a & !0xffff_0000 | 0x1234_0000;
        [mov x0, #-1] |_, _, _| u64::MAX;
        [mov w0, #0xffff0000] |_, _, _| 0xffff_0000;
        [mov x0, #0xaaaaaaaaaaaaaaaa] |_, _, _| 0xaaaa_aaaa_aaaa_aaaa;
        [adr x0, ->here ; ->here: ; adr x1, ->here ; sub x0, x0, x1] |_, _, _| 0;
        [adrp x0, ->here ; ->here: ; adr x1, ->here ; and x1, x1, #0xfffffffffffff000 ; sub x0, x0, x1] |_, _, _| 0;
    }
}

/// `mov` with a value known at run time takes every value.
#[test]
fn any_constant() {
    let mut values = Vec::from(bareasm_qemu_tests::EDGES);
    values.extend((0..64).flat_map(|n| [1u64 << n, !(1u64 << n), u64::MAX >> n, 0x1234_5678_9abc_def0u64.rotate_left(n)]));
    for value in values {
        integers("mov x0, value", |ops| dynasm!(ops ; .arch aarch64 ; mov x0, value ; ret), |_, _, _| value);
        integers("mov w0, value", |ops| dynasm!(ops ; .arch aarch64 ; mov w0, value as u32 ; ret), |_, _, _| low(value));
    }
}

/// Registers known at run time: each as destination and as both sources.
#[test]
fn every_register() {
    for n in (0..31u8).filter(|n| !(18..=30).contains(n)) {
        let m = (n + 7) % 18;
        integers(
            "add X(n), X(n), X(m)",
            |ops| dynasm!(ops ; .arch aarch64 ; mov x3, x0 ; mov x4, x1 ; mov X(n), x3 ; mov X(m), x1 ; add X(n), X(n), X(m) ; mov x0, X(n) ; ret),
            |a, b, _| {
                // Where a move has overwritten a source of a later one, the model says so.
                let mut x = [0u64; 31];
                (x[0], x[1]) = (a, b);
                (x[3], x[4]) = (a, b);
                x[usize::from(n)] = x[3];
                x[usize::from(m)] = x[1];
                x[usize::from(n)].wrapping_add(x[usize::from(m)])
            },
        );
    }
}
