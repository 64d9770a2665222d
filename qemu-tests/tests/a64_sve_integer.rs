//! A64 SVE and SVE2: integer arithmetic, with predicates and without, comparisons and reductions. `z0` is the destination,
//! `z1` and `z2` the sources, `p0` the predicate.
#![cfg(target_arch = "aarch64")]

use bareasm_qemu_tests::{active, each, make, round_shift, rows, sat, shift, sve, table, w, with, wrap, Kind};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(table::vector_length(), Kind::Bits, rows!(sve VECTORS: $($rows)*)) };
}

/// The nearest amount that a byte holds: unlike those of NEON, shifts by scalable vectors see whole elements.
fn near(by: i128) -> i8 {
    sat(by)
}

/// A shift whose amount may be anything.
fn far(value: i128, by: i128, right: bool) -> i128 {
    let by = by.clamp(0, 64) as u32;
    if right {
        value >> by
    } else {
        value << by
    }
}

macro_rules! any {
    ($u:ident $i:ident $v:ident $S:ident $R:ident) => { check! {
        (d n m) [add Z(d).$v, Z(n).$v, Z(m).$v] each!($u, |_, n, m| n.wrapping_add(m));
        [sub z0.$v, z1.$v, z2.$v] each!($u, |_, n, m| n.wrapping_sub(m));
        [sqadd z0.$v, z1.$v, z2.$v] each!($i, |_, n, m| n.saturating_add(m));
        [uqadd z0.$v, z1.$v, z2.$v] each!($u, |_, n, m| n.saturating_add(m));
        [sqsub z0.$v, z1.$v, z2.$v] each!($i, |_, n, m| n.saturating_sub(m));
        (d n m) [uqsub Z(d).$v, Z(n).$v, Z(m).$v] each!($u, |_, n, m| n.saturating_sub(m));
        [add z0.$v, z0.$v, #200] each!($u, |d, _, _| d.wrapping_add(200));
        [sub z0.$v, z0.$v, #7] each!($u, |d, _, _| d.wrapping_sub(7));
        [subr z0.$v, z0.$v, #9] each!($u, |d, _, _| (9 as $u).wrapping_sub(d));
        [uqadd z0.$v, z0.$v, #255] each!($u, |d, _, _| d.saturating_add(255));
        [mul z0.$v, z0.$v, #-100] each!($i, |d, _, _| d.wrapping_mul(-100));
        [smax z0.$v, z0.$v, #-3] each!($i, |d, _, _| d.max(-3));
        [umin z0.$v, z0.$v, #90] each!($u, |d, _, _| d.min(90));
        (d n m) [lsl Z(d).$v, Z(n).$v, 3 + (m - m)] each!($u, |_, n, _| n << 3);
        [lsr z0.$v, z1.$v, #8] each!($u, |_, n, _| wrap(w(n) >> 8));
        [asr z0.$v, z1.$v, #1] each!($i, |_, n, _| n >> 1);
        (d n m) [add Z(d).$v, P(0)/m, Z(d).$v, Z(n).$v ; mov Z(m).d, Z(n).d] active!($u, |d, n, _| d.wrapping_add(n));
        [sub z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d.wrapping_sub(n));
        [subr z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| n.wrapping_sub(d));
        [mul z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d.wrapping_mul(n));
        [smulh z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| wrap((w(d) * w(n)) >> $i::BITS));
        [umulh z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| ((u128::from(d) * u128::from(n)) >> $u::BITS) as $u);
        [smax z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| d.max(n));
        [smin z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| d.min(n));
        [umax z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d.max(n));
        [umin z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d.min(n));
        [sabd z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| wrap((w(d) - w(n)).abs()));
        [uabd z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d.abs_diff(n));
        [and z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d & n);
        [orr z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d | n);
        [eor z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d ^ n);
        [bic z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d & !n);
        [asr z0.$v, p0/m, z0.$v, z1.$v] make!($i, |o, i| if o.bit(i * size_of::<$i>()) { wrap(far(w(o.d::<$i>(i)), w(o.n::<$u>(i)), true)) } else { o.d(i) });
        [lsl z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| wrap(far(w(d), w(n), false)));
        [lsr z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| wrap(far(w(d), w(n), true)));
        [lslr z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| wrap(far(w(n), w(d), false)));
        [asr z0.$v, p0/m, z0.$v, #5] active!($i, |d, _, _| d >> 5);
        [lsl z0.$v, p0/m, z0.$v, #7] active!($u, |d, _, _| d << 7);
        [asrd z0.$v, p0/m, z0.$v, #3] active!($i, |d, _, _| wrap(w(d) / 8));
        [abs z0.$v, p0/m, z1.$v] active!($i, |_, n, _| n.wrapping_abs());
        [neg z0.$v, p0/m, z1.$v] active!($i, |_, n, _| n.wrapping_neg());
        (d n m) [cls Z(d).$v, p0/m, Z(n).$v ; mov Z(m).d, Z(n).d] active!($i, |_, n, _| ((n ^ n >> 1).leading_zeros() - 1) as $i);
        [clz z0.$v, p0/m, z1.$v] active!($u, |_, n, _| n.leading_zeros() as $u);
        [cnt z0.$v, p0/m, z1.$v] active!($u, |_, n, _| n.count_ones() as $u);
        [cnot z0.$v, p0/m, z1.$v] active!($u, |_, n, _| (n == 0).into());
        [not z0.$v, p0/m, z1.$v] active!($u, |_, n, _| !n);
        [rbit z0.$v, p0/m, z1.$v] active!($u, |_, n, _| n.reverse_bits());
        (d n m) [mla Z(d).$v, P(0)/m, Z(n).$v, Z(m).$v] active!($u, |d, n, m| d.wrapping_add(n.wrapping_mul(m)));
        [mls z0.$v, p0/m, z1.$v, z2.$v] active!($u, |d, n, m| d.wrapping_sub(n.wrapping_mul(m)));
        [mad z0.$v, p0/m, z1.$v, z2.$v] active!($u, |d, n, m| m.wrapping_add(d.wrapping_mul(n)));
        [msb z0.$v, p0/m, z1.$v, z2.$v] active!($u, |d, n, m| m.wrapping_sub(d.wrapping_mul(n)));
        [movprfx z0.$v, p0/z, z1.$v ; add z0.$v, p0/m, z0.$v, z2.$v] make!($u, |o, i| if o.bit(i * size_of::<$u>()) { o.n::<$u>(i).wrapping_add(o.m(i)) } else { 0 });
        [sel z0.$v, p0, z1.$v, z2.$v] make!($u, |o, i| if o.bit(i * size_of::<$u>()) { o.n(i) } else { o.m(i) });
        [mov z0.$v, p0/m, z1.$v] active!($u, |_, n, _| n);
        [mov z0.$v, p0/z, #-5] make!($i, |o, i| if o.bit(i * size_of::<$i>()) { -5 } else { 0 });
        [mov z0.$v, #-128] each!($i, |_, _, _| -128);
        [index z0.$v, #-3, #5] make!($i, |_o, i| wrap(5 * i as i128 - 3));
        [mov x11, #7 ; index z0.$v, $R(11), #-2] make!($i, |_o, i| wrap(7 - 2 * i as i128));
        // Comparisons; the predicate is shown as bytes, so that every one of its bits is seen.
        (d n m) [cmpeq p1.$v, p0/z, Z(n).$v, Z(m).$v ; mov Z(d).b, p1/z, #-1] |o| o.holds::<$u>(|n, m| n == m);
        [cmpne p1.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p1/z, #-1] |o| o.holds::<$u>(|n, m| n != m);
        [cmpge p15.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p15/z, #-1] |o| o.holds::<$i>(|n, m| n >= m);
        [cmpgt p1.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p1/z, #-1] |o| o.holds::<$i>(|n, m| n > m);
        [cmphi p1.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p1/z, #-1] |o| o.holds::<$u>(|n, m| n > m);
        [cmphs P(14).$v, P(0)/z, Z(1).$v, Z(2).$v ; mov z0.b, P(14)/z, #-1] |o| o.holds::<$u>(|n, m| n >= m);
        [cmplt p1.$v, p0/z, z1.$v, #-2 ; mov z0.b, p1/z, #-1] |o| o.holds::<$i>(|n, _| n < -2);
        [cmple p1.$v, p0/z, z1.$v, #15 ; mov z0.b, p1/z, #-1] |o| o.holds::<$i>(|n, _| n <= 15);
        [cmplo p1.$v, p0/z, z1.$v, #127 ; mov z0.b, p1/z, #-1] |o| o.holds::<$u>(|n, _| n < 127);
        [cmphs p1.$v, p0/z, z1.$v, #100 ; mov z0.b, p1/z, #-1] |o| o.holds::<$u>(|n, _| n >= 100);
        // Reductions, to a scalar register.
        [uaddv d0, p0, z1.$v] |o| o.first(o.chosen::<$u>().fold(0u64, |sum, n| sum.wrapping_add(n.into())));
        [smaxv $S(0), p0, z1.$v] |o| o.first(o.chosen::<$i>().max().unwrap_or($i::MIN));
        [sminv $S(0), p0, z1.$v] |o| o.first(o.chosen::<$i>().min().unwrap_or($i::MAX));
        [umaxv $S(0), p0, z1.$v] |o| o.first(o.chosen::<$u>().max().unwrap_or(0));
        [uminv $S(0), p0, z1.$v] |o| o.first(o.chosen::<$u>().min().unwrap_or($u::MAX));
        [andv $S(0), p0, z1.$v] |o| o.first(o.chosen::<$u>().fold($u::MAX, |a, b| a & b));
        [orv $S(0), p0, z1.$v] |o| o.first(o.chosen::<$u>().fold(0, |a, b| a | b));
        [eorv $S(0), p0, z1.$v] |o| o.first(o.chosen::<$u>().fold(0, |a, b| a ^ b));
    } };
}

/// What SVE2 adds for every element size.
macro_rules! second {
    ($u:ident $i:ident $v:ident) => { check! {
        (d n m) [mul Z(d).$v, Z(n).$v, Z(m).$v] each!($u, |_, n, m| n.wrapping_mul(m));
        [smulh z0.$v, z1.$v, z2.$v] each!($i, |_, n, m| wrap((w(n) * w(m)) >> $i::BITS));
        [sqdmulh z0.$v, z1.$v, z2.$v] each!($i, |_, n, m| sat((w(n) * w(m)) >> ($i::BITS - 1)));
        [sqrdmulh z0.$v, z1.$v, z2.$v] each!($i, |_, n, m| sat(round_shift(w(n) * w(m), $i::BITS - 1)));
        [sqadd z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| d.saturating_add(n));
        [uqsub z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d.saturating_sub(n));
        [uqsubr z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| n.saturating_sub(d));
        [shadd z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| wrap((w(d) + w(n)) >> 1));
        [urhadd z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| wrap((w(d) + w(n) + 1) >> 1));
        [uhsub z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| wrap((w(d) - w(n)) >> 1));
        [srshl z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| wrap(shift(w(d), near(w(n)), true)));
        [sqshl z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| sat(shift(w(d), near(w(n)), false)));
        [uqrshl z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| sat(shift(w(d), near(w(n as $i)), true)));
        [sqshl z0.$v, p0/m, z0.$v, #5] active!($i, |d, _, _| sat(w(d) << 5));
        [sqshlu z0.$v, p0/m, z0.$v, #2] active!($i, |d, _, _| wrap(w(sat::<$u>(w(d) << 2))));
        [urshr z0.$v, p0/m, z0.$v, #6] active!($u, |d, _, _| wrap(round_shift(w(d), 6)));
        [sqabs z0.$v, p0/m, z1.$v] active!($i, |_, n, _| sat(w(n).abs()));
        [sqneg z0.$v, p0/m, z1.$v] active!($i, |_, n, _| sat(-w(n)));
        [addp z0.$v, p0/m, z0.$v, z1.$v] make!($u, |o, i| match (o.bit(i * size_of::<$u>()), i % 2) {
            (false, _) => o.d(i),
            (_, 0) => o.d::<$u>(i).wrapping_add(o.d(i + 1)),
            _ => o.n::<$u>(i - 1).wrapping_add(o.n(i)),
        });
        [ssra z0.$v, z1.$v, #3] each!($i, |d, n, _| d.wrapping_add(n >> 3));
        [ursra z0.$v, z1.$v, #8] each!($u, |d, n, _| wrap(w(d) + round_shift(w(n), 8)));
        [sli z0.$v, z1.$v, #5] each!($u, |d, n, _| d & 31 | n << 5);
        (d n m) [sri Z(d).$v, Z(n).$v, 3 + (m - m)] each!($u, |d, n, _| d & !($u::MAX >> 3) | n >> 3);
        [saba z0.$v, z1.$v, z2.$v] each!($i, |d, n, m| wrap(w(d) + (w(n) - w(m)).abs()));
        [eorbt z0.$v, z1.$v, z2.$v] make!($u, |o, i| if i % 2 == 0 { o.n::<$u>(i) ^ o.m::<$u>(i + 1) } else { o.d(i) });
        [eortb z0.$v, z1.$v, z2.$v] make!($u, |o, i| if i % 2 == 1 { o.n::<$u>(i) ^ o.m::<$u>(i - 1) } else { o.d(i) });
        [sqrdmlah z0.$v, z1.$v, z2.$v] each!($i, |d, n, m| sat(round_shift((w(d) << ($i::BITS - 1)) + w(n) * w(m), $i::BITS - 1)));
        [xar z0.$v, z0.$v, z1.$v, #3] each!($u, |d, n, _| (d ^ n).rotate_right(3));
        [cadd z0.$v, z0.$v, z1.$v, #90] make!($u, |o, i| if i % 2 == 0 { o.d::<$u>(i).wrapping_sub(o.n(i + 1)) } else { o.d::<$u>(i).wrapping_add(o.n(i - 1)) });
    } };
}

#[test]
fn every_size() {
    with!("sve", "scalable vectors", any!(u8 i8 b B W); any!(u16 i16 h H W); any!(u32 i32 s S W); any!(u64 i64 d D X));
    with!("sve2", "SVE2", second!(u8 i8 b); second!(u16 i16 h); second!(u32 i32 s); second!(u64 i64 d));
}

macro_rules! division {
    ($u:ident $i:ident $v:ident) => { check! {
        [sdiv z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| if n == 0 { 0 } else { d.wrapping_div(n) });
        [udiv z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d.checked_div(n).unwrap_or(0));
        [sdivr z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| if d == 0 { 0 } else { n.wrapping_div(d) });
        (d n m) [udivr Z(d).$v, p0/m, Z(d).$v, Z(n).$v ; mov Z(m).d, Z(n).d] active!($u, |d, n, _| n.checked_div(d).unwrap_or(0));
        [sxtb z0.$v, p0/m, z1.$v] active!($i, |_, n, _| n as i8 as $i);
        [uxth z0.$v, p0/m, z1.$v] active!($u, |_, n, _| n & 0xffff);
        [revb z0.$v, p0/m, z1.$v] active!($u, |_, n, _| n.swap_bytes());
        [adclb z0.$v, z1.$v, z2.$v] make!($u, |o, i| {
            // The carry comes from the odd lane of the third operand, and goes to the odd lane of the result.
            let (low, carry) = o.d::<$u>(i & !1).overflowing_add(o.n(i & !1));
            let (low, again) = low.overflowing_add(o.m::<$u>(i | 1) & 1);
            if i % 2 == 0 { low } else { (carry | again).into() }
        });
    } };
}

#[test]
fn some_sizes() {
    with!(
        "sve",
        "scalable vectors, logic and dot products",
        check! {
            (d n m) [and Z(d).d, Z(n).d, Z(m).d] each!(u64, |_, n, m| n & m);
            [orr z0.d, z1.d, z2.d] each!(u64, |_, n, m| n | m);
            [eor z0.d, z1.d, z2.d] each!(u64, |_, n, m| n ^ m);
            [bic z0.d, z1.d, z2.d] each!(u64, |_, n, m| n & !m);
            [and z0.s, z0.s, #0x7ffffffe] each!(u32, |d, _, _| d & 0x7fff_fffe);
            [orr z0.d, z0.d, #0xff00ff00ff00ff00] each!(u64, |d, _, _| d | 0xff00_ff00_ff00_ff00);
            [eor z0.b, z0.b, #0xf8] each!(u8, |d, _, _| d ^ 0xf8);
            [dupm z0.h, #0x3ffc] each!(u16, |_, _, _| 0x3ffc);
            (d n m) [sdot Z(d).s, Z(n).b, Z(m).b] make!(i32, |o, i| wrap(w(o.d::<i32>(i)) + (0..4).map(|k| w(o.n::<i8>(4 * i + k)) * w(o.m::<i8>(4 * i + k))).sum::<i128>()));
            [udot z0.d, z1.h, z2.h] make!(u64, |o, i| wrap(w(o.d::<u64>(i)) + (0..4).map(|k| w(o.n::<u16>(4 * i + k)) * w(o.m::<u16>(4 * i + k))).sum::<i128>()));
            [sdot z0.s, z1.b, z2.b[3]] make!(i32, |o, i| wrap(w(o.d::<i32>(i)) + (0..4).map(|k| w(o.n::<i8>(4 * i + k)) * w(o.m::<i8>(i / 4 * 16 + 12 + k))).sum::<i128>()));
        }
    );
    with!(
        "sve2",
        "SVE2, logic of three operands and crossing lanes",
        check! {
            [eor3 z0.d, z0.d, z1.d, z2.d] each!(u64, |d, n, m| d ^ n ^ m);
            [bcax z0.d, z0.d, z1.d, z2.d] each!(u64, |d, n, m| d ^ (n & !m));
            [bsl z0.d, z0.d, z1.d, z2.d] each!(u64, |d, n, m| d & m | n & !m);
            [bsl1n z0.d, z0.d, z1.d, z2.d] each!(u64, |d, n, m| !d & m | n & !m);
            [bsl2n z0.d, z0.d, z1.d, z2.d] each!(u64, |d, n, m| d & m | !n & !m);
            [nbsl z0.d, z0.d, z1.d, z2.d] each!(u64, |d, n, m| !(d & m | n & !m));
            [histcnt z0.s, p0/z, z1.s, z2.s] make!(u32, |o, i| if o.bit(4 * i) { (0..=i).filter(|k| o.bit(4 * k) && o.m::<u32>(*k) == o.n::<u32>(i)).count() as u32 } else { 0 });
            [histcnt z0.d, p0/z, z1.d, z1.d] make!(u64, |o, i| if o.bit(8 * i) { (0..=i).filter(|k| o.bit(8 * k) && o.n::<u64>(*k) == o.n::<u64>(i)).count() as u64 } else { 0 });
            [histseg z0.b, z1.b, z2.b] make!(u8, |o, i| (0..16).filter(|k| o.m::<u8>(i / 16 * 16 + k) == o.n::<u8>(i)).count() as u8);
            [match p1.b, p0/z, z1.b, z2.b ; mov z0.b, p1/z, #-1] make!(u8, |o, i| if o.bit(i) && (0..16).any(|k| o.m::<u8>(i / 16 * 16 + k) == o.n::<u8>(i)) { 255 } else { 0 });
            [nmatch p1.h, p0/z, z1.h, z2.h ; mov z0.b, p1/z, #-1] make!(u8, |o, i| if i % 2 == 0 && o.bit(i) && (0..8).all(|k| o.m::<u16>(i / 16 * 8 + k) != o.n::<u16>(i / 2)) { 255 } else { 0 });
            [mul z0.h, z1.h, z2.h[5]] make!(u16, |o, i| o.n::<u16>(i).wrapping_mul(o.m(i / 8 * 8 + 5)));
            [mla z0.s, z1.s, z2.s[3]] make!(u32, |o, i| o.d::<u32>(i).wrapping_add(o.n::<u32>(i).wrapping_mul(o.m(i / 4 * 4 + 3))));
            [umullb z0.d, z1.s, z2.s[1]] make!(u64, |o, i| u64::from(o.n::<u32>(2 * i)) * u64::from(o.m::<u32>(i / 2 * 4 + 1)));
        }
    );
    with!(
        "sve",
        "division",
        check! {
            [sdiv z0.s, p0/m, z0.s, z1.s] active!(i32, |d, n, _| if n == 0 { 0 } else { d.wrapping_div(n) });
        }
    );
    with!("sve2", "division and carries", division!(u32 i32 s); division!(u64 i64 d));
    with!(
        "svebitperm",
        "bit permutations",
        check! {
            [bext z0.h, z1.h, z2.h] each!(u16, |_, n, m| { let mut k = 0; (0..16).filter(|b| m >> b & 1 == 1).fold(0, |out, b| { k += 1; out | (n >> b & 1) << (k - 1) }) });
            [bdep z0.d, z1.d, z2.d] each!(u64, |_, n, m| { let mut k = 0; (0..64).filter(|b| m >> b & 1 == 1).fold(0, |out, b| { k += 1; out | (n >> (k - 1) & 1) << b }) });
            [bgrp z0.b, z1.b, z2.b] each!(u8, |_, n, m| (0..8).filter(|b| m >> b & 1 == 1).chain((0..8).filter(|b| m >> b & 1 == 0)).enumerate().fold(0, |out, (k, b)| out | (n >> b & 1) << k));
        }
    );
    with!(
        "svei8mm",
        "products of matrices of bytes",
        check! {
            (d n m) [smmla Z(d).s, Z(n).b, Z(m).b] make!(i32, |o, i| {
                let (at, row, column) = (i / 4 * 16, i % 4 / 2, i % 2);
                wrap(w(o.d::<i32>(i)) + (0..8).map(|k| w(o.n::<i8>(at + row * 8 + k)) * w(o.m::<i8>(at + column * 8 + k))).sum::<i128>())
            });
            [usdot z0.s, z1.b, z2.b] make!(i32, |o, i| wrap(w(o.d::<i32>(i)) + (0..4).map(|k| w(o.n::<u8>(4 * i + k)) * w(o.m::<i8>(4 * i + k))).sum::<i128>()));
        }
    );
}
