//! A64 SVE2: elements that become wider or narrower, even ("bottom") and odd ("top") ones; complex integers, carries, and what
//! else SVE2 has for some sizes. `z0` is the destination, `z1` and `z2` the sources, `p0` the predicate.
#![cfg(target_arch = "aarch64")]

use bareasm_qemu_tests::crypto::{aes_inverse_mix, aes_unsubstitute};
use bareasm_qemu_tests::{active, each, make, round_shift, rows, sat, shift, sve, table, w, with, wrap, Int, Kind, Room};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(table::vector_length(), Kind::Bits, rows!(sve VECTORS: $($rows)*)) };
}

/// Wide lanes from narrow ones, all even or all odd.
macro_rules! wider {
    ($u:ident $i:ident $U:ident $I:ident $v:ident $wide:ident $odd:literal:
        $saddl:ident $uaddl:ident $ssubl:ident $usubl:ident $sabdl:ident $uabdl:ident $saddw:ident $uaddw:ident $ssubw:ident $usubw:ident
        $smull:ident $umull:ident $sqdmull:ident $smlal:ident $umlal:ident $smlsl:ident $umlsl:ident $sqdmlal:ident $sqdmlsl:ident $sabal:ident $uabal:ident
        $sshll:ident $ushll:ident) => {
        macro_rules! wide {
            ($S:ident $s:ident |$D:pat_param, $a:pat_param, $b:pat_param| $body:expr) => {
                make!($S, |o, i| {
                    let f: fn(i128, i128, i128) -> i128 = |$D, $a, $b| $body;
                    wrap(f(w(o.d::<$S>(i)), w(o.n::<$s>(2 * i + $odd)), w(o.m::<$s>(2 * i + $odd))))
                })
            };
        }
        // The first source is wide.
        macro_rules! half {
            ($S:ident $s:ident |$a:ident, $b:ident| $body:expr) => {
                make!($S, |o, i| {
                    let ($a, $b) = (w(o.n::<$S>(i)), w(o.m::<$s>(2 * i + $odd)));
                    wrap($body)
                })
            };
        }
        check! {
            (d n m) [$saddl Z(d).$wide, Z(n).$v, Z(m).$v] wide!($I $i |_, n, m| n + m);
            [$uaddl z0.$wide, z1.$v, z2.$v] wide!($U $u |_, n, m| n + m);
            [$ssubl z0.$wide, z1.$v, z2.$v] wide!($I $i |_, n, m| n - m);
            [$usubl z0.$wide, z1.$v, z2.$v] wide!($U $u |_, n, m| n - m);
            [$sabdl z0.$wide, z1.$v, z2.$v] wide!($I $i |_, n, m| (n - m).abs());
            (d n m) [$uabdl Z(d).$wide, Z(n).$v, Z(m).$v] wide!($U $u |_, n, m| (n - m).abs());
            (d n m) [$saddw Z(d).$wide, Z(n).$wide, Z(m).$v] half!($I $i |n, m| n + m);
            [$uaddw z0.$wide, z1.$wide, z2.$v] half!($U $u |n, m| n + m);
            [$ssubw z0.$wide, z1.$wide, z2.$v] half!($I $i |n, m| n - m);
            [$usubw z0.$wide, z1.$wide, z2.$v] half!($U $u |n, m| n - m);
            (d n m) [$smull Z(d).$wide, Z(n).$v, Z(m).$v] wide!($I $i |_, n, m| n * m);
            [$umull z0.$wide, z1.$v, z2.$v] wide!($U $u |_, n, m| n * m);
            [$sqdmull z0.$wide, z1.$v, z2.$v] wide!($I $i |_, n, m| w(sat::<$I>(2 * n * m)));
            (d n m) [$smlal Z(d).$wide, Z(n).$v, Z(m).$v] wide!($I $i |d, n, m| d + n * m);
            [$umlal z0.$wide, z1.$v, z2.$v] wide!($U $u |d, n, m| d + n * m);
            [$smlsl z0.$wide, z1.$v, z2.$v] wide!($I $i |d, n, m| d - n * m);
            [$umlsl z0.$wide, z1.$v, z2.$v] wide!($U $u |d, n, m| d - n * m);
            [$sqdmlal z0.$wide, z1.$v, z2.$v] wide!($I $i |d, n, m| w(sat::<$I>(d + w(sat::<$I>(2 * n * m)))));
            [$sqdmlsl z0.$wide, z1.$v, z2.$v] wide!($I $i |d, n, m| w(sat::<$I>(d - w(sat::<$I>(2 * n * m)))));
            [$sabal z0.$wide, z1.$v, z2.$v] wide!($I $i |d, n, m| d + (n - m).abs());
            [$uabal z0.$wide, z1.$v, z2.$v] wide!($U $u |d, n, m| d + (n - m).abs());
            [$sshll z0.$wide, z1.$v, #7] wide!($I $i |_, n, _| n << 7);
            (d n m) [mov Z(m).d, Z(n).d ; $ushll Z(d).$wide, Z(m).$v, 3 + 2] wide!($U $u |_, n, _| n << 5);
        }
    };
}

/// Narrow lanes from wide ones; the others become zero, or stay.
macro_rules! narrower {
    ($u:ident $i:ident $U:ident $I:ident $v:ident $wide:ident $odd:literal:
        $addhn:ident $raddhn:ident $subhn:ident $rsubhn:ident $shrn:ident $rshrn:ident $sqshrn:ident $sqrshrn:ident $uqshrn:ident $uqrshrn:ident
        $sqshrun:ident $sqrshrun:ident $sqxtn:ident $uqxtn:ident $sqxtun:ident) => {
        macro_rules! narrow {
            ($s:ident $S:ident |$a:pat_param, $b:pat_param| $body:expr) => {
                make!($s, |o, i| {
                    let f: fn(i128, i128) -> $s = |$a, $b| $body;
                    if i % 2 == $odd {
                        f(w(o.n::<$S>(i / 2)), w(o.m::<$S>(i / 2)))
                    } else if $odd == 1 {
                        o.d(i)
                    } else {
                        $s::wrap(0)
                    }
                })
            };
        }
        check! {
            (d n m) [$addhn Z(d).$v, Z(n).$wide, Z(m).$wide] narrow!($u $U |n, m| wrap((n + m) >> $u::BITS));
            [$raddhn z0.$v, z1.$wide, z2.$wide] narrow!($u $U |n, m| wrap(round_shift(n + m, $u::BITS)));
            [$subhn z0.$v, z1.$wide, z2.$wide] narrow!($u $U |n, m| wrap((n - m) >> $u::BITS));
            [$rsubhn z0.$v, z1.$wide, z2.$wide] narrow!($u $U |n, m| wrap(round_shift(n - m, $u::BITS)));
            [$shrn z0.$v, z1.$wide, #8] narrow!($u $U |n, _| wrap(n >> 8));
            (d n m) [mov Z(m).d, Z(n).d ; $rshrn Z(d).$v, Z(m).$wide, 1 + 2] narrow!($u $U |n, _| wrap(round_shift(n, 3)));
            [$sqshrn z0.$v, z1.$wide, #1] narrow!($i $I |n, _| sat(n >> 1));
            [$sqrshrn z0.$v, z1.$wide, #8] narrow!($i $I |n, _| sat(round_shift(n, 8)));
            [$uqshrn z0.$v, z1.$wide, #5] narrow!($u $U |n, _| sat(n >> 5));
            [$uqrshrn z0.$v, z1.$wide, #7] narrow!($u $U |n, _| sat(round_shift(n, 7)));
            [$sqshrun z0.$v, z1.$wide, #4] narrow!($u $I |n, _| sat(n >> 4));
            [$sqrshrun z0.$v, z1.$wide, #6] narrow!($u $I |n, _| sat(round_shift(n, 6)));
            (d n m) [mov Z(m).d, Z(n).d ; $sqxtn Z(d).$v, Z(m).$wide] narrow!($i $I |n, _| sat(n));
            [$uqxtn z0.$v, z1.$wide] narrow!($u $U |n, _| sat(n));
            [$sqxtun z0.$v, z1.$wide] narrow!($u $I |n, _| sat(n));
        }
    };
}

macro_rules! widths {
    ($u:ident $i:ident $U:ident $I:ident $v:ident $wide:ident) => {
        wider!($u $i $U $I $v $wide 0: saddlb uaddlb ssublb usublb sabdlb uabdlb saddwb uaddwb ssubwb usubwb
            smullb umullb sqdmullb smlalb umlalb smlslb umlslb sqdmlalb sqdmlslb sabalb uabalb sshllb ushllb);
        wider!($u $i $U $I $v $wide 1: saddlt uaddlt ssublt usublt sabdlt uabdlt saddwt uaddwt ssubwt usubwt
            smullt umullt sqdmullt smlalt umlalt smlslt umlslt sqdmlalt sqdmlslt sabalt uabalt sshllt ushllt);
        narrower!($u $i $U $I $v $wide 0: addhnb raddhnb subhnb rsubhnb shrnb rshrnb sqshrnb sqrshrnb uqshrnb uqrshrnb sqshrunb sqrshrunb sqxtnb uqxtnb sqxtunb);
        narrower!($u $i $U $I $v $wide 1: addhnt raddhnt subhnt rsubhnt shrnt rshrnt sqshrnt sqrshrnt uqshrnt uqrshrnt sqshrunt sqrshrunt sqxtnt uqxtnt sqxtunt);
        check! {
            [saddlbt z0.$wide, z1.$v, z2.$v] make!($I, |o, i| wrap(w(o.n::<$i>(2 * i)) + w(o.m::<$i>(2 * i + 1))));
            [ssublbt z0.$wide, z1.$v, z2.$v] make!($I, |o, i| wrap(w(o.n::<$i>(2 * i)) - w(o.m::<$i>(2 * i + 1))));
            [ssubltb z0.$wide, z1.$v, z2.$v] make!($I, |o, i| wrap(w(o.n::<$i>(2 * i + 1)) - w(o.m::<$i>(2 * i))));
            [sqdmlalbt z0.$wide, z1.$v, z2.$v] make!($I, |o, i| sat(w(o.d::<$I>(i)) + w(sat::<$I>(2 * w(o.n::<$i>(2 * i)) * w(o.m::<$i>(2 * i + 1))))));
            [sqdmlslbt z0.$wide, z1.$v, z2.$v] make!($I, |o, i| sat(w(o.d::<$I>(i)) - w(sat::<$I>(2 * w(o.n::<$i>(2 * i)) * w(o.m::<$i>(2 * i + 1))))));
            [sadalp z0.$wide, p0/m, z1.$v] make!($I, |o, i| if o.bit(i * size_of::<$U>()) { wrap(w(o.d::<$I>(i)) + w(o.n::<$i>(2 * i)) + w(o.n::<$i>(2 * i + 1))) } else { o.d(i) });
            [uadalp z0.$wide, p0/m, z1.$v] make!($U, |o, i| if o.bit(i * size_of::<$U>()) { wrap(w(o.d::<$U>(i)) + w(o.n::<$u>(2 * i)) + w(o.n::<$u>(2 * i + 1))) } else { o.d(i) });
            [sunpklo z0.$wide, z1.$v] make!($I, |o, i| wrap(w(o.n::<$i>(i))));
            [sunpkhi z0.$wide, z1.$v] make!($I, |o, i| wrap(w(o.n::<$i>(i + o.count::<$U>()))));
            [uunpklo z0.$wide, z1.$v] make!($U, |o, i| wrap(w(o.n::<$u>(i))));
            (d n m) [mov Z(m).d, Z(n).d ; uunpkhi Z(d).$wide, Z(m).$v] make!($U, |o, i| wrap(w(o.n::<$u>(i + o.count::<$U>()))));
            [saddv d0, p0, z1.$v] |o| o.first(o.chosen::<$i>().fold(0i64, |sum, n| sum.wrapping_add(n.into())));
            // The other operand has elements of 64 bits.
            [lsr z0.$v, z1.$v, z2.d] make!($u, |o, i| wrap(w(o.n::<$u>(i)) >> o.m::<u64>(i * size_of::<$u>() / 8).min(64)));
            [asr z0.$v, z1.$v, z2.d] make!($i, |o, i| wrap(w(o.n::<$i>(i)) >> o.m::<u64>(i * size_of::<$u>() / 8).min(64)));
            [lsl z0.$v, p0/m, z0.$v, z2.d] make!($u, |o, i| if o.bit(i * size_of::<$u>()) { wrap(w(o.d::<$u>(i)) << o.m::<u64>(i * size_of::<$u>() / 8).min(64)) } else { o.d(i) });
            [cmphi p1.$v, p0/z, z1.$v, z2.d ; mov z0.b, p1/z, #-1] make!(u8, |o, i| {
                let size = size_of::<$u>();
                if i % size == 0 && o.bit(i) && w(o.n::<$u>(i / size)) > w(o.m::<u64>(i / 8)) { 255 } else { 0 }
            });
        }
    };
}

#[test]
fn widths() {
    with!("sve2", "SVE2, widening and narrowing", widths!(u8 i8 u16 i16 b h); widths!(u16 i16 u32 i32 h s); widths!(u32 i32 u64 i64 s d));
}

/// What the predicated instructions of SVE2 have for every size, beside those of `a64_sve_integer.rs`.
macro_rules! every {
    ($u:ident $i:ident $v:ident) => { check! {
        [suqadd z0.$v, p0/m, z0.$v, z1.$v] make!($i, |o, i| if o.bit(i * size_of::<$u>()) { sat(w(o.d::<$i>(i)) + w(o.n::<$u>(i))) } else { o.d(i) });
        [usqadd z0.$v, p0/m, z0.$v, z1.$v] make!($u, |o, i| if o.bit(i * size_of::<$u>()) { sat(w(o.d::<$u>(i)) + w(o.n::<$i>(i))) } else { o.d(i) });
        [uqadd z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| d.saturating_add(n));
        [sqsub z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| d.saturating_sub(n));
        [sqsubr z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| n.saturating_sub(d));
        [uhadd z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| wrap((w(d) + w(n)) >> 1));
        [srhadd z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| wrap((w(d) + w(n) + 1) >> 1));
        [shsub z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| wrap((w(d) - w(n)) >> 1));
        [shsubr z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| wrap((w(n) - w(d)) >> 1));
        [uhsubr z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| wrap((w(n) - w(d)) >> 1));
        [urshl z0.$v, p0/m, z0.$v, z1.$v] make!($u, |o, i| if o.bit(i * size_of::<$u>()) { wrap(shift(w(o.d::<$u>(i)), sat(w(o.n::<$i>(i))), true)) } else { o.d(i) });
        [srshlr z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| wrap(shift(w(n), sat(w(d)), true)));
        [urshlr z0.$v, p0/m, z0.$v, z1.$v] make!($u, |o, i| if o.bit(i * size_of::<$u>()) { wrap(shift(w(o.n::<$u>(i)), sat(w(o.d::<$i>(i))), true)) } else { o.d(i) });
        [sqshlr z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| sat(shift(w(n), sat(w(d)), false)));
        [uqshlr z0.$v, p0/m, z0.$v, z1.$v] make!($u, |o, i| if o.bit(i * size_of::<$u>()) { sat(shift(w(o.n::<$u>(i)), sat(w(o.d::<$i>(i))), false)) } else { o.d(i) });
        [sqrshl z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| sat(shift(w(d), sat(w(n)), true)));
        [sqrshlr z0.$v, p0/m, z0.$v, z1.$v] active!($i, |d, n, _| sat(shift(w(n), sat(w(d)), true)));
        [uqrshlr z0.$v, p0/m, z0.$v, z1.$v] make!($u, |o, i| if o.bit(i * size_of::<$u>()) { sat(shift(w(o.n::<$u>(i)), sat(w(o.d::<$i>(i))), true)) } else { o.d(i) });
        [asrr z0.$v, p0/m, z0.$v, z1.$v] make!($i, |o, i| if o.bit(i * size_of::<$u>()) { wrap(w(o.n::<$i>(i)) >> w(o.d::<$u>(i)).min(64)) } else { o.d(i) });
        [lsrr z0.$v, p0/m, z0.$v, z1.$v] active!($u, |d, n, _| wrap(w(n) >> w(d).min(64)));
        [uqshl z0.$v, p0/m, z0.$v, #6] active!($u, |d, _, _| sat(w(d) << 6));
        [srshr z0.$v, p0/m, z0.$v, #7] active!($i, |d, _, _| wrap(round_shift(w(d), 7)));
        [srsra z0.$v, z1.$v, #5] each!($i, |d, n, _| wrap(w(d) + round_shift(w(n), 5)));
        [usra z0.$v, z1.$v, #8] each!($u, |d, n, _| wrap(w(d) + (w(n) >> 8)));
        [uaba z0.$v, z1.$v, z2.$v] each!($u, |d, n, m| d.wrapping_add(n.abs_diff(m)));
        [umulh z0.$v, z1.$v, z2.$v] each!($u, |_, n, m| ((u128::from(n) * u128::from(m)) >> $u::BITS) as $u);
        [sqrdmlsh z0.$v, z1.$v, z2.$v] each!($i, |d, n, m| sat(round_shift((w(d) << ($i::BITS - 1)) - w(n) * w(m), $i::BITS - 1)));
        [smaxp z0.$v, p0/m, z0.$v, z1.$v] |o| paired::<$i>(o, $i::max);
        [sminp z0.$v, p0/m, z0.$v, z1.$v] |o| paired::<$i>(o, $i::min);
        [umaxp z0.$v, p0/m, z0.$v, z1.$v] |o| paired::<$u>(o, $u::max);
        [uminp z0.$v, p0/m, z0.$v, z1.$v] |o| paired::<$u>(o, $u::min);
        [sqcadd z0.$v, z0.$v, z1.$v, #270] make!($i, |o, i| if i % 2 == 0 { o.d::<$i>(i).saturating_add(o.n(i + 1)) } else { o.d::<$i>(i).saturating_sub(o.n(i - 1)) });
        [cmla z0.$v, z1.$v, z2.$v, #0] make!($u, |o, i| o.d::<$u>(i).wrapping_add(o.n::<$u>(i & !1).wrapping_mul(o.m(i))));
        [cmla z0.$v, z1.$v, z2.$v, #90] make!($u, |o, i| {
            let product = o.n::<$u>(i | 1).wrapping_mul(o.m(i ^ 1));
            if i % 2 == 0 { o.d::<$u>(i).wrapping_sub(product) } else { o.d::<$u>(i).wrapping_add(product) }
        });
        [sqrdcmlah z0.$v, z1.$v, z2.$v, #180] make!($i, |o, i| sat(round_shift((w(o.d::<$i>(i)) << ($i::BITS - 1)) - w(o.n::<$i>(i & !1)) * w(o.m::<$i>(i)), $i::BITS - 1)));
    } };
}

/// Pairs of lanes: of the destination in even lanes, of the first source in odd ones.
fn paired<T: Int>(o: &Room, f: fn(T, T) -> T) -> Vec<u8> {
    o.make(|i| match (o.bit(i * T::SIZE), i % 2) {
        (false, _) => o.d(i),
        (_, 0) => f(o.d(i), o.d(i + 1)),
        _ => f(o.n(i - 1), o.n(i)),
    })
}

/// Sums with carries from odd lanes: of even lanes of the first source, or odd ones, inverted or not.
macro_rules! carries {
    ($u:ident $v:ident: $($name:ident $odd:literal $inverted:literal;)*) => { check! { $(
        [$name z0.$v, z1.$v, z2.$v] make!($u, |o, i| {
            let n: $u = o.n(i & !1 | $odd);
            let sum = u128::from(o.d::<$u>(i & !1)) + u128::from(if $inverted { !n } else { n }) + u128::from(o.m::<$u>(i | 1) & 1);
            if i % 2 == 0 { sum as $u } else { (sum >> $u::BITS) as $u }
        });
    )* } };
}

#[test]
fn every_size() {
    with!("sve2", "SVE2, more of every size",
        every!(u8 i8 b); every!(u16 i16 h); every!(u32 i32 s); every!(u64 i64 d);
        carries!(u32 s: adclb 0 false; adclt 1 false; sbclb 0 true; sbclt 1 true;);
        carries!(u64 d: adclb 0 false; adclt 1 false; sbclb 0 true; sbclt 1 true;);
        check! {
            [pmul z0.b, z1.b, z2.b] each!(u8, |_, n, m| (0..8).filter(|b| m >> b & 1 == 1).fold(0, |sum, b| sum ^ n << b));
            [pmullt z0.h, z1.b, z2.b] make!(u16, |o, i| (0..8).filter(|b| o.m::<u8>(2 * i + 1) >> b & 1 == 1).fold(0, |sum, b| sum ^ u16::from(o.n::<u8>(2 * i + 1)) << b));
            [ursqrte z0.s, p0/m, z1.s ; urecpe z0.s, p0/m, z1.s] active!(u32, |_, n, _| if n >> 31 == 0 { u32::MAX } else { ((1 << 19) / (n >> 23 << 1 | 1) + 1) >> 1 << 23 });
            // The real part of products of complex numbers: of pairs.
            [cdot z0.s, z1.b, z2.b, #0] make!(i32, |o, i| wrap(w(o.d::<i32>(i)) + (0..2).map(|k| w(o.n::<i8>(4 * i + 2 * k)) * w(o.m::<i8>(4 * i + 2 * k)) - w(o.n::<i8>(4 * i + 2 * k + 1)) * w(o.m::<i8>(4 * i + 2 * k + 1))).sum::<i128>()));
            [cdot z0.d, z1.h, z2.h, #90] make!(i64, |o, i| wrap(w(o.d::<i64>(i)) + (0..2).map(|k| w(o.n::<i16>(4 * i + 2 * k)) * w(o.m::<i16>(4 * i + 2 * k + 1)) + w(o.n::<i16>(4 * i + 2 * k + 1)) * w(o.m::<i16>(4 * i + 2 * k))).sum::<i128>()));
            [mls z0.h, z1.h, z2.h[7]] make!(u16, |o, i| o.d::<u16>(i).wrapping_sub(o.n::<u16>(i).wrapping_mul(o.m(i / 8 * 8 + 7))));
            [sqdmulh z0.s, z1.s, z2.s[2]] make!(i32, |o, i| sat((w(o.n::<i32>(i)) * w(o.m::<i32>(i / 4 * 4 + 2))) >> 31));
            [smlalt z0.s, z1.h, z2.h[5]] make!(i32, |o, i| wrap(w(o.d::<i32>(i)) + w(o.n::<i16>(2 * i + 1)) * w(o.m::<i16>(i / 4 * 8 + 5))));
        }
    );
    with!(
        "sveaes",
        "decryption with scalable vectors",
        check! {
            [aesd z0.b, z0.b, z1.b] make!(u8, |o, i| { let at = i / 16 * 16 + (i % 16 + 12 * (i % 4)) % 16; aes_unsubstitute(o.d::<u8>(at) ^ o.n::<u8>(at)) });
            [aesimc z0.b, z0.b] each!(u32, |d, _, _| aes_inverse_mix(d));
        }
    );
}
