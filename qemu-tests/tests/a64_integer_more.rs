//! A64 integer instructions by class: flags, conditions, extended and shifted operands, bit fields, and what later versions
//! of the architecture have added. Operands in `x0`, `x1`, `x2`, or in registers known at run time; result in the first.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::{rows, table, with, Pair};

macro_rules! emit {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch aarch64
        // The registers of the line may be those of other operands.
        ; stp x0, x1, [sp, #-32]! ; str x2, [sp, #16]
        ; ldr X($d), [sp] ; ldr X($n), [sp, #8] ; ldr X($m), [sp, #16]
        ; $($line)*
        ; mov x0, X($d)
        ; mrs x1, nzcv
        ; add sp, sp, #32
        ; ret
    ) };
}

macro_rules! check {
    ($($rows:tt)*) => { table::integers(rows!(emit GENERAL: $($rows)*)) };
}

macro_rules! flags {
    ($($rows:tt)*) => { table::pairs(rows!(emit GENERAL: $($rows)*)) };
}

/// The lower half, extended with zeros as every 32-bit instruction does it.
fn low(value: u64) -> u64 {
    u64::from(value as u32)
}

/// Flags by their values.
fn nzcv(n: bool, z: bool, c: bool, v: bool) -> u64 {
    u64::from(n) << 31 | u64::from(z) << 30 | u64::from(c) << 29 | u64::from(v) << 28
}

/// A sum of 64 bits, with flags.
fn sum(a: u64, b: u64, carry: bool) -> Pair {
    let result = a.wrapping_add(b).wrapping_add(carry.into());
    let signed = i128::from(a as i64) + i128::from(b as i64) + i128::from(carry);
    let unsigned = u128::from(a) + u128::from(b) + u128::from(carry);
    Pair(result, nzcv((result as i64) < 0, result == 0, unsigned >> 64 != 0, signed != i128::from(result as i64)))
}

/// A sum of 32 bits, with flags.
fn sum32(a: u64, b: u64, carry: bool) -> Pair {
    let (a, b) = (a as u32, b as u32);
    let result = a.wrapping_add(b).wrapping_add(carry.into());
    let signed = i64::from(a as i32) + i64::from(b as i32) + i64::from(carry);
    let unsigned = u64::from(a) + u64::from(b) + u64::from(carry);
    Pair(result.into(), nzcv((result as i32) < 0, result == 0, unsigned >> 32 != 0, signed != i64::from(result as i32)))
}

/// A result of 64 bits that sets N and Z.
fn logic(result: u64) -> Pair {
    Pair(result, nzcv((result as i64) < 0, result == 0, false, false))
}

/// A result of 32 bits that sets N and Z.
fn logic32(result: u64) -> Pair {
    Pair(low(result), nzcv((result as i32) < 0, result as u32 == 0, false, false))
}

#[test]
fn sums_with_flags() {
    flags! {
        (d n m) [adds X(d), X(n), X(m)] |_, b, c| sum(b, c, false);
        (d n m) [adds W(d), W(n), W(m)] |_, b, c| sum32(b, c, false);
        [adds x0, x0, x1] |a, b, _| sum(a, b, false);
        [adds w0, w0, w1] |a, b, _| sum32(a, b, false);
        [adds x0, x0, #0xabc] |a, _, _| sum(a, 0xabc, false);
        [adds w0, w0, #0xabc, lsl #12] |a, _, _| sum32(a, 0xabc << 12, false);
        (d n m) [adds X(d), X(n), u32::from(m - m) + 4095] |_, b, _| sum(b, 4095, false);
        (d n m) [subs X(d), X(n), X(m)] |_, b, c| sum(b, !c, true);
        [subs w0, w0, w1] |a, b, _| sum32(a, !b, true);
        [subs x0, x0, #1] |a, _, _| sum(a, !1, true);
        [cmp x0, x1] |a, b, _| Pair(a, sum(a, !b, true).1);
        [cmn w0, w1] |a, b, _| Pair(a, sum32(a, b, false).1);
        [negs x0, x1] |_, b, _| sum(0, !b, true);
        [adds x0, x0, x1, lsl #9] |a, b, _| sum(a, b << 9, false);
        (d n m) [subs X(d), X(n), X(m), asr 63] |_, b, c| sum(b, !((c as i64 >> 63) as u64), true);
        [subs w0, w0, w1, lsr #31] |a, b, _| sum32(a, !u64::from(b as u32 >> 31), true);
        [adds x0, x0, w1, uxtb #3] |a, b, _| sum(a, (b & 0xff) << 3, false);
        [adds x0, x0, w1, sxtw #1] |a, b, _| sum(a, ((b as i32 as i64) << 1) as u64, false);
        (d n m) [subs X(d), X(n), W(m), sxth 4] |_, b, c| sum(b, !(((c as i16 as i64) << 4) as u64), true);
        [cmp w0, w1, sxtb] |a, b, _| Pair(a, sum32(a, !(b as i8 as u64), true).1);
        [adds x0, x0, x1, uxtx #2] |a, b, _| sum(a, b << 2, false);
        [subs xzr, x0, x2, sxtx] |a, _, c| Pair(a, sum(a, !c, true).1);
        [cmp x1, x2 ; adcs x0, x0, x1] |a, b, c| sum(a, b, b >= c);
        [cmp x1, x2 ; sbcs w0, w0, w1] |a, b, c| sum32(a, !b, b >= c);
        [cmp x1, x2 ; ngcs x0, x1] |_, b, c| sum(0, !b, b >= c);
        (d n m) [cmp X(n), X(m) ; adcs W(d), W(d), W(m)] |a, b, c| sum32(a, c, b >= c);
        [cmp x1, x2 ; adc x0, x0, x1] |a, b, c| Pair(sum(a, b, b >= c).0, sum(b, !c, true).1);
        (d n m) [cmp X(n), X(m) ; sbc W(d), W(d), W(n)] |a, b, c| Pair(sum32(a, !b, b >= c).0, sum(b, !c, true).1);
        [cmp x1, x2 ; ngc w0, w1] |_, b, c| Pair(sum32(0, !b, b >= c).0, sum(b, !c, true).1);
        [cmn x2, x1 ; sbcs x0, x0, x1] |a, b, c| sum(a, !b, b.checked_add(c).is_none());
        (d n m) [ands X(d), X(n), X(m)] |_, b, c| logic(b & c);
        [ands w0, w0, w1, ror #5] |a, b, _| logic32(a & u64::from((b as u32).rotate_right(5)));
        [bics x0, x0, x1, lsl #3] |a, b, _| logic(a & !(b << 3));
        [bics w0, w0, w1] |a, b, _| logic32(a & !b);
        [ands x0, x1, #0x7ffffffffffffff8] |_, b, _| logic(b & 0x7fff_ffff_ffff_fff8);
        (d n m) [ands W(d), W(n), 0xff00u32 << (m - m)] |_, b, _| logic32(b & 0xff00);
        [tst x0, #1 << 63] |a, _, _| Pair(a, logic(a & 1 << 63).1);
        [tst w0, w1, lsl #1] |a, b, _| Pair(a, logic32(a & b << 1).1);
        // What the first comparison holds back leaves the flags 0b0101.
        (d n m) [cmp X(n), X(m) ; ccmp X(d), X(m), 5, hi] |a, b, c| Pair(a, if b > c { sum(a, !c, true).1 } else { 5 << 28 });
        [cmp x1, x2 ; ccmp w0, #31, #10, le] |a, b, c| Pair(a, if b as i64 <= c as i64 { sum32(a, !31, true).1 } else { 10 << 28 });
        [cmp x1, x2 ; ccmn x0, x1, #0, eq] |a, b, c| Pair(a, if b == c { sum(a, b, false).1 } else { 0 });
        [cmp x1, x2 ; ccmn x0, #7, #15, lt] |a, b, c| Pair(a, if (b as i64) < c as i64 { sum(a, 7, false).1 } else { 15 << 28 });
    }
}

#[test]
fn conditions() {
    macro_rules! condition {
        ($($cond:ident |$a:ident, $b:ident| $holds:expr;)*) => { $( check! {
            [cmp x0, x1 ; cset x0, $cond] |$a, $b, _| ($holds).into();
            [cmp x0, x1 ; csetm w0, $cond] |$a, $b, _| if $holds { 0xffff_ffff } else { 0 };
            (d n m) [cmp X(d), X(n) ; csel X(d), X(n), X(m), $cond] |$a, $b, c| if $holds { $b } else { c };
            [cmp x0, x1 ; csinc x0, x1, x2, $cond] |$a, $b, c| if $holds { $b } else { c.wrapping_add(1) };
            [cmp x0, x1 ; csinv w0, w1, w2, $cond] |$a, $b, c| if $holds { low($b) } else { low(!c) };
            (d n m) [cmp X(d), X(n) ; csneg X(d), X(n), X(m), $cond] |$a, $b, c| if $holds { $b } else { c.wrapping_neg() };
            [cmp x0, x1 ; cinc x0, x2, $cond] |$a, $b, c| if $holds { c.wrapping_add(1) } else { c };
            [cmp x0, x1 ; cneg x0, x2, $cond] |$a, $b, c| if $holds { c.wrapping_neg() } else { c };
            [cmp x0, x1 ; cinv w0, w2, $cond] |$a, $b, c| if $holds { low(!c) } else { low(c) };
            (d n m) [cmp X(d), X(n) ; mov X(d), X(m) ; b.$cond ->held ; mvn X(d), X(d) ; ->held:] |$a, $b, c| if $holds { c } else { !c };
        } )* };
    }
    condition! {
        eq |a, b| a == b;
        ne |a, b| a != b;
        hs |a, b| a >= b;
        lo |a, b| a < b;
        mi |a, b| (a.wrapping_sub(b) as i64) < 0;
        pl |a, b| a.wrapping_sub(b) as i64 >= 0;
        vs |a, b| (a as i64).checked_sub(b as i64).is_none();
        vc |a, b| (a as i64).checked_sub(b as i64).is_some();
        hi |a, b| a > b;
        ls |a, b| a <= b;
        ge |a, b| a as i64 >= b as i64;
        lt |a, b| (a as i64) < b as i64;
        gt |a, b| a as i64 > b as i64;
        le |a, b| a as i64 <= b as i64;
    }
}

#[test]
fn logic_and_shifts() {
    check! {
        (d n m) [and X(d), X(n), X(m), lsl 7] |_, b, c| b & c << 7;
        [and w0, w1, w2, asr #31] |_, b, c| low(b & (c as i32 >> 31) as u64);
        (d n m) [orr X(d), X(n), X(m), ror 63] |_, b, c| b | c.rotate_right(63);
        [orn w0, w1, w2, lsr #4] |_, b, c| low(b | !u64::from(c as u32 >> 4));
        [eor x0, x1, x2, lsr #60] |_, b, c| b ^ c >> 60;
        (d n m) [eon X(d), X(n), X(m), asr 5] |_, b, c| b ^ !((c as i64 >> 5) as u64);
        [bic w0, w1, w2, ror #1] |_, b, c| low(b & !u64::from((c as u32).rotate_right(1)));
        (d n m) [eor X(d), X(n), 0x00ff_00ff_00ff_00ffu64 << (m - m)] |_, b, _| b ^ 0x00ff_00ff_00ff_00ff;
        [orr w0, w1, #0x80000001] |_, b, _| low(b | 0x8000_0001);
        [eor x0, x1, #0xaaaaaaaaaaaaaaaa] |_, b, _| b ^ 0xaaaa_aaaa_aaaa_aaaa;
        (d n m) [lsl X(d), X(n), X(m)] |_, b, c| b << (c % 64);
        (d n m) [lsr W(d), W(n), W(m)] |_, b, c| low(b) >> (c % 32);
        (d n m) [asr W(d), W(n), W(m)] |_, b, c| low((b as i32 >> (c % 32)) as u64);
        (d n m) [ror X(d), X(n), X(m)] |_, b, c| b.rotate_right((c % 64) as u32);
        (d n m) [lsl X(d), X(n), 5 + (m - m)] |_, b, _| b << 5;
        (d n m) [asr W(d), W(n), 5 + (m - m)] |_, b, _| low((b as i32 >> 5) as u64);
        (d n m) [extr X(d), X(n), X(m), 5 * 7] |_, b, c| b << 29 | c >> 35;
        [extr w0, w1, w2, #31] |_, b, c| low(b << 1) | low(c) >> 31;
        (d n m) [bfi X(d), X(n), 5, 50 + (m - m)] |a, b, _| a & !(((1 << 50) - 1) << 5) | (b & ((1 << 50) - 1)) << 5;
        [bfi w0, w1, #31, #1] |a, b, _| low(a) & !(1 << 31) | (b & 1) << 31;
        [bfxil x0, x1, #63, #1] |a, b, _| a & !1 | b >> 63;
        [bfc x0, #8, #40] |a, _, _| a & !(((1 << 40) - 1) << 8);
        [ubfx w0, w1, #3, #29] |_, b, _| low(b) >> 3;
        (d n m) [sbfx X(d), X(n), 17, 5 + (m - m)] |_, b, _| ((b << 42) as i64 >> 59) as u64;
        [sbfiz w0, w1, #30, #2] |_, b, _| low(b << 30);
        [ubfiz x0, x1, #1, #63] |_, b, _| b << 1;
        [sxth w0, w1] |_, b, _| low(b as i16 as u64);
        [uxtb w0, w1] |_, b, _| b & 0xff;
        [sxtb w0, w1] |_, b, _| low(b as i8 as u64);
        (d n m) [clz W(d), W(n)] |_, b, _| (b as u32).leading_zeros().into();
        (d n m) [cls X(d), X(n)] |_, b, _| ((b ^ (b as i64 >> 63) as u64).leading_zeros() - 1).into();
        [rbit w0, w1] |_, b, _| (b as u32).reverse_bits().into();
        (d n m) [rev W(d), W(n)] |_, b, _| (b as u32).swap_bytes().into();
        [rev16 x0, x1] |_, b, _| (b & 0x00ff_00ff_00ff_00ff) << 8 | b >> 8 & 0x00ff_00ff_00ff_00ff;
        [movz x0, #0xbeef, lsl #48] |_, _, _| 0xbeef << 48;
        [movn w0, #0xbeef, lsl #16] |_, _, _| low(!(0xbeef << 16));
        [movk x0, #0xbeef, lsl #32] |a, _, _| a & !(0xffff << 32) | 0xbeef << 32;
        (d n m) [movk X(d), 0xbeef + u32::from(m - m), lsl 16 ; mov X(n), X(d)] |a, _, _| a & !(0xffff << 16) | 0xbeef << 16;
        (d n m) [mov X(d), 0x1234_5678_9abc_def0u64 + u64::from(n - n + m - m)] |_, _, _| 0x1234_5678_9abc_def0;
        [adr x0, >next ; adr x9, >next ; sub x0, x0, x9 ; next:] |_, _, _| 0;
    }
}

#[test]
fn products_and_quotients() {
    check! {
        (d n m) [madd X(d), X(n), X(m), X(d)] |a, b, c| a.wrapping_add(b.wrapping_mul(c));
        (d n m) [msub W(d), W(n), W(m), W(d)] |a, b, c| low(a.wrapping_sub(b.wrapping_mul(c)));
        [mneg x0, x1, x2] |_, b, c| b.wrapping_mul(c).wrapping_neg();
        (d n m) [smaddl X(d), W(n), W(m), X(d)] |a, b, c| a.wrapping_add((b as i32 as i64 * c as i32 as i64) as u64);
        [umaddl x0, w1, w2, x0] |a, b, c| a.wrapping_add(low(b) * low(c));
        [smsubl x0, w1, w2, x0] |a, b, c| a.wrapping_sub((b as i32 as i64 * c as i32 as i64) as u64);
        (d n m) [umsubl X(d), W(n), W(m), X(d)] |a, b, c| a.wrapping_sub(low(b) * low(c));
        [umnegl x0, w1, w2] |_, b, c| (low(b) * low(c)).wrapping_neg();
        [umull x0, w1, w2] |_, b, c| low(b) * low(c);
        [smnegl x0, w1, w2] |_, b, c| (b as i32 as i64 * c as i32 as i64).wrapping_neg() as u64;
        (d n m) [umulh X(d), X(n), X(m)] |_, b, c| ((u128::from(b) * u128::from(c)) >> 64) as u64;
        (d n m) [smulh X(d), X(n), X(m)] |_, b, c| ((i128::from(b as i64) * i128::from(c as i64)) >> 64) as u64;
        (d n m) [udiv X(d), X(n), X(m)] |_, b, c| b.checked_div(c).unwrap_or(0);
        (d n m) [sdiv X(d), X(n), X(m)] |_, b, c| if c == 0 { 0 } else { (b as i64).wrapping_div(c as i64) as u64 };
        [udiv w0, w1, w2] |_, b, c| (b as u32).checked_div(c as u32).unwrap_or(0).into();
        [sdiv w0, w1, w2] |_, b, c| if c as u32 == 0 { 0 } else { low((b as i32).wrapping_div(c as i32) as u64) };
    }
}

#[test]
fn flags_alone() {
    with!(
        "flagm",
        "flag manipulation",
        flags! {
            [msr nzcv, xzr ; rmif x0, #17, #13] |a, _, _| Pair(a, (a.rotate_right(17) & 13) << 28);
            (d n m) [mov x8, #0xf0000000 ; msr nzcv, x8 ; rmif X(d), 60, 6] |a, _, _| Pair(a, (a.rotate_right(60) & 6 | 9) << 28);
            [msr nzcv, xzr ; setf8 w0] |a, _, _| Pair(a, nzcv(a >> 7 & 1 == 1, a & 0xff == 0, false, (a >> 8 ^ a >> 7) & 1 == 1));
            (d n m) [msr nzcv, xzr ; setf16 W(d)] |a, _, _| Pair(a, nzcv(a >> 15 & 1 == 1, a & 0xffff == 0, false, (a >> 16 ^ a >> 15) & 1 == 1));
            [cmp x0, x1 ; cfinv] |a, b, _| Pair(a, sum(a, !b, true).1 ^ 1 << 29);
        }
    );
    with!(
        "flagm2",
        "flags of comparisons",
        flags! {
            [msr nzcv, x0 ; axflag] |a, _, _| { let f = |n: u32| a >> n & 1 == 1; Pair(a, nzcv(false, f(30) || f(28), f(29) && !f(28), false)) };
            [msr nzcv, x0 ; xaflag] |a, _, _| { let f = |n: u32| a >> n & 1 == 1; Pair(a, nzcv(!f(29) && !f(30), f(30) && f(29), f(29) || f(30), !f(29) && f(30))) };
        }
    );
}

#[test]
fn short_sequences() {
    with!(
        "cssc",
        "CSSC",
        check! {
            (d n m) [abs X(d), X(n)] |_, b, _| (b as i64).wrapping_abs() as u64;
            (d n m) [cnt X(d), X(n)] |_, b, _| b.count_ones().into();
            (d n m) [ctz W(d), W(n)] |_, b, _| (b as u32).trailing_zeros().into();
            (d n m) [smax X(d), X(n), X(m)] |_, b, c| (b as i64).max(c as i64) as u64;
            (d n m) [smin W(d), W(n), W(m)] |_, b, c| low((b as i32).min(c as i32) as u64);
            (d n m) [umax X(d), X(n), X(m)] |_, b, c| b.max(c);
            (d n m) [umin W(d), W(n), W(m)] |_, b, c| low(b).min(low(c));
            [smax x0, x1, #-128] |_, b, _| (b as i64).max(-128) as u64;
            [umin w0, w1, #255] |_, b, _| low(b).min(255);
        }
    );
}
