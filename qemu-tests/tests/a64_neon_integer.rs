//! A64 NEON: integer arithmetic, comparisons, shifts and reductions with every element size. `v0` is the destination, `v1` and `v2` the
//! sources.
#![cfg(target_arch = "aarch64")]

use bareasm_qemu_tests::{each, make, neon, ones, round_shift, rows, sat, shift, table, w, wrap, Int, Kind, Lane, Room};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(16, Kind::Bits, rows!(neon VECTORS: $($rows)*)) };
}

/// What all element sizes have.
macro_rules! any {
    ($u:ident $i:ident $v:tt) => {
        check! {
            (d n m) [add V(d).$v, V(n).$v, V(m).$v] each!($u, |_, n, m| n.wrapping_add(m));
            [sub v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| n.wrapping_sub(m));
            (d n m) [cmeq V(d).$v, V(n).$v, V(m).$v] each!($u, |_, n, m| ones(n == m));
            [cmgt v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| ones(n > m));
            [cmge v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| ones(n >= m));
            [cmhi v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| ones(n > m));
            [cmhs v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| ones(n >= m));
            [cmtst v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| ones(n & m != 0));
            (d n m) [mov V(m).16b, V(n).16b ; cmeq V(d).$v, V(m).$v, #0] each!($u, |_, n, _| ones(n == 0));
            [cmgt v0.$v, v1.$v, #0] each!($i, |_, n, _| ones(n > 0));
            [cmge v0.$v, v1.$v, #0] each!($i, |_, n, _| ones(n >= 0));
            [cmle v0.$v, v1.$v, #0] each!($i, |_, n, _| ones(n <= 0));
            [cmlt v0.$v, v1.$v, #0] each!($i, |_, n, _| ones(n < 0));
            (d n m) [mov V(m).16b, V(n).16b ; abs V(d).$v, V(m).$v] each!($i, |_, n, _| n.wrapping_abs());
            [neg v0.$v, v1.$v] each!($i, |_, n, _| n.wrapping_neg());
            [sqabs v0.$v, v1.$v] each!($i, |_, n, _| sat(w(n).abs()));
            [sqneg v0.$v, v1.$v] each!($i, |_, n, _| sat(-w(n)));
            [sqadd v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| n.saturating_add(m));
            [uqadd v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| n.saturating_add(m));
            [sqsub v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| n.saturating_sub(m));
            [uqsub v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| n.saturating_sub(m));
            [suqadd v0.$v, v1.$v] make!($i, |o, i| sat(w(o.d::<$i>(i)) + w(o.n::<$u>(i))));
            [usqadd v0.$v, v1.$v] make!($u, |o, i| sat(w(o.d::<$u>(i)) + w(o.n::<$i>(i))));
            (d n m) [sshl V(d).$v, V(n).$v, V(m).$v] each!($i, |_, n, m| wrap(shift(w(n), m as i8, false)));
            [ushl v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| wrap(shift(w(n), m as i8, false)));
            [srshl v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| wrap(shift(w(n), m as i8, true)));
            [urshl v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| wrap(shift(w(n), m as i8, true)));
            [sqshl v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| sat(shift(w(n), m as i8, false)));
            [uqshl v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| sat(shift(w(n), m as i8, false)));
            [sqrshl v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| sat(shift(w(n), m as i8, true)));
            [uqrshl v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| sat(shift(w(n), m as i8, true)));
            [sshr v0.$v, v1.$v, #3] each!($i, |_, n, _| n >> 3);
            (d n m) [mov V(m).16b, V(n).16b ; ushr V(d).$v, V(m).$v, 2 + 3] each!($u, |_, n, _| n >> 5);
            [ssra v0.$v, v1.$v, #1] each!($i, |d, n, _| d.wrapping_add(n >> 1));
            [usra v0.$v, v1.$v, #8] each!($u, |d, n, _| d.wrapping_add(wrap(w(n) >> 8)));
            [srshr v0.$v, v1.$v, #2] each!($i, |_, n, _| wrap(round_shift(w(n), 2)));
            [urshr v0.$v, v1.$v, #8] each!($u, |_, n, _| wrap(round_shift(w(n), 8)));
            [srsra v0.$v, v1.$v, #4] each!($i, |d, n, _| wrap(w(d) + round_shift(w(n), 4)));
            [ursra v0.$v, v1.$v, #7] each!($u, |d, n, _| wrap(w(d) + round_shift(w(n), 7)));
            [shl v0.$v, v1.$v, #6] each!($u, |_, n, _| n << 6);
            [sli v0.$v, v1.$v, #5] each!($u, |d, n, _| d & 31 | n << 5);
            [sri v0.$v, v1.$v, #3] each!($u, |d, n, _| d & !($u::MAX >> 3) | n >> 3);
            [sqshl v0.$v, v1.$v, #4] each!($i, |_, n, _| sat(w(n) << 4));
            [uqshl v0.$v, v1.$v, #7] each!($u, |_, n, _| sat(w(n) << 7));
            [sqshlu v0.$v, v1.$v, #2] make!($u, |o, i| sat(w(o.n::<$i>(i)) << 2));
            [addp v0.$v, v1.$v, v2.$v] |o| pairwise::<$u>(o, $u::wrapping_add);
        }
    };
}

/// What 64-bit elements do not have.
macro_rules! narrower {
    ($u:ident $i:ident $r:ident $v:tt $half:tt) => {
        check! {
            (d n m) [mul V(d).$v, V(n).$v, V(m).$v] each!($u, |_, n, m| n.wrapping_mul(m));
            [mla v0.$v, v1.$v, v2.$v] each!($u, |d, n, m| d.wrapping_add(n.wrapping_mul(m)));
            [mls v0.$v, v1.$v, v2.$v] each!($u, |d, n, m| d.wrapping_sub(n.wrapping_mul(m)));
            [smax v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| n.max(m));
            [smin v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| n.min(m));
            [umax v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| n.max(m));
            (d n m) [umin V(d).$v, V(n).$v, V(m).$v] each!($u, |_, n, m| n.min(m));
            [smaxp v0.$v, v1.$v, v2.$v] |o| pairwise::<$i>(o, $i::max);
            [sminp v0.$v, v1.$v, v2.$v] |o| pairwise::<$i>(o, $i::min);
            [umaxp v0.$v, v1.$v, v2.$v] |o| pairwise::<$u>(o, $u::max);
            [uminp v0.$v, v1.$v, v2.$v] |o| pairwise::<$u>(o, $u::min);
            [sabd v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| wrap((w(n) - w(m)).abs()));
            [uabd v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| n.abs_diff(m));
            [saba v0.$v, v1.$v, v2.$v] each!($i, |d, n, m| wrap(w(d) + (w(n) - w(m)).abs()));
            [uaba v0.$v, v1.$v, v2.$v] each!($u, |d, n, m| d.wrapping_add(n.abs_diff(m)));
            [shadd v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| wrap((w(n) + w(m)) >> 1));
            [uhadd v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| wrap((w(n) + w(m)) >> 1));
            [srhadd v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| wrap((w(n) + w(m) + 1) >> 1));
            (d n m) [urhadd V(d).$v, V(n).$v, V(m).$v] each!($u, |_, n, m| wrap((w(n) + w(m) + 1) >> 1));
            [shsub v0.$v, v1.$v, v2.$v] each!($i, |_, n, m| wrap((w(n) - w(m)) >> 1));
            [uhsub v0.$v, v1.$v, v2.$v] each!($u, |_, n, m| wrap((w(n) - w(m)) >> 1));
            [clz v0.$v, v1.$v] each!($u, |_, n, _| n.leading_zeros() as $u);
            [cls v0.$v, v1.$v] each!($i, |_, n, _| ((n ^ n >> 1).leading_zeros() - 1) as $i);
            [smaxv $r(0), v1.$v] |o| o.first(o.all::<$i>().max().expect("a lane"));
            [sminv $r(0), v1.$v] |o| o.first(o.all::<$i>().min().expect("a lane"));
            [umaxv $r(0), v1.$v] |o| o.first(o.all::<$u>().max().expect("a lane"));
            [uminv $r(0), v1.$v] |o| o.first(o.all::<$u>().min().expect("a lane"));
            [addv $r(0), v1.$v] |o| o.first(wrap::<$u>(o.all::<$u>().map(w).sum()));
            // Half of a vector: the other half becomes zero.
            (d n m) [add V(d).$half, V(n).$half, V(m).$half] |o| o.lower(each!($u, |_, n, m| n.wrapping_add(m))(o));
            [sqsub v0.$half, v1.$half, v2.$half] |o| o.lower(each!($i, |_, n, m| n.saturating_sub(m))(o));
            [mla v0.$half, v1.$half, v2.$half] |o| o.lower(each!($u, |d, n, m| d.wrapping_add(n.wrapping_mul(m)))(o));
            [shl v0.$half, v1.$half, #7] |o| o.lower(each!($u, |_, n, _| n << 7)(o));
            [cmhi v0.$half, v1.$half, v2.$half] |o| o.lower(each!($u, |_, n, m| ones(n > m))(o));
        }
    };
}

/// Pairs of lanes of both sources.
fn pairwise<T: Lane>(o: &Room, f: fn(T, T) -> T) -> Vec<u8> {
    let half = o.count::<T>() / 2;
    o.make(|i| if i < half { f(o.n(2 * i), o.n(2 * i + 1)) } else { f(o.m(2 * (i - half)), o.m(2 * (i - half) + 1)) })
}

/// Elements that become wider, of the lower and of the upper half of the sources; and narrower, into both halves.
macro_rules! widths {
    // Unsigned and signed narrow elements, and wide ones; arrangements of half, full and wide vectors; names of registers.
    ($u:ident $i:ident $U:ident $I:ident $r:ident $half:tt $full:tt $wide:tt) => {
        widths!(@ wide $u $i $U $I $half $wide 0
            saddl uaddl ssubl usubl saddw uaddw ssubw usubw sabdl uabdl sabal uabal smull umull smlal umlal smlsl umlsl sshll ushll sxtl uxtl);
        widths!(@ wide $u $i $U $I $full $wide 1
            saddl2 uaddl2 ssubl2 usubl2 saddw2 uaddw2 ssubw2 usubw2 sabdl2 uabdl2 sabal2 uabal2 smull2 umull2 smlal2 umlal2 smlsl2 umlsl2
            sshll2 ushll2 sxtl2 uxtl2);
        widths!(@ narrow $u $i $U $I $half $wide 0
            xtn sqxtn uqxtn sqxtun shrn rshrn sqshrn uqshrn sqrshrn uqrshrn sqshrun sqrshrun addhn raddhn subhn rsubhn);
        widths!(@ narrow $u $i $U $I $full $wide 1
            xtn2 sqxtn2 uqxtn2 sqxtun2 shrn2 rshrn2 sqshrn2 uqshrn2 sqrshrn2 uqrshrn2 sqshrun2 sqrshrun2 addhn2 raddhn2 subhn2 rsubhn2);
        check! {
            [saddlp v0.$wide, v1.$full] make!($I, |o, i| wrap(w(o.n::<$i>(2 * i)) + w(o.n::<$i>(2 * i + 1))));
            [uaddlp v0.$wide, v1.$full] make!($U, |o, i| wrap(w(o.n::<$u>(2 * i)) + w(o.n::<$u>(2 * i + 1))));
            [sadalp v0.$wide, v1.$full] make!($I, |o, i| wrap(w(o.d::<$I>(i)) + w(o.n::<$i>(2 * i)) + w(o.n::<$i>(2 * i + 1))));
            [uadalp v0.$wide, v1.$full] make!($U, |o, i| wrap(w(o.d::<$U>(i)) + w(o.n::<$u>(2 * i)) + w(o.n::<$u>(2 * i + 1))));
            [saddlv $r(0), v1.$full] |o| o.first(wrap::<$I>(o.all::<$i>().map(w).sum()));
            [uaddlv $r(0), v1.$full] |o| o.first(wrap::<$U>(o.all::<$u>().map(w).sum()));
        }
    };
    (@ wide $u:ident $i:ident $U:ident $I:ident $v:tt $wide:tt $upper:literal
        $saddl:ident $uaddl:ident $ssubl:ident $usubl:ident $saddw:ident $uaddw:ident $ssubw:ident $usubw:ident $sabdl:ident $uabdl:ident
        $sabal:ident $uabal:ident $smull:ident $umull:ident $smlal:ident $umlal:ident $smlsl:ident $umlsl:ident $sshll:ident $ushll:ident
        $sxtl:ident $uxtl:ident) => {
        macro_rules! wide {
            ($S:ident $s:ident |$D:pat_param, $a:pat_param, $b:pat_param| $body:expr) => { make!($S, |o, i| {
                let (n, m) = (o.n::<$s>(i + $upper * o.count::<$S>()), o.m::<$s>(i + $upper * o.count::<$S>()));
                let f: fn(i128, i128, i128) -> i128 = |$D, $a, $b| $body;
                wrap(f(w(o.d::<$S>(i)), w(n), w(m)))
            }) };
        }
        check! {
            (d n m) [$saddl V(d).$wide, V(n).$v, V(m).$v] wide!($I $i |_, n, m| n + m);
            [$uaddl v0.$wide, v1.$v, v2.$v] wide!($U $u |_, n, m| n + m);
            [$ssubl v0.$wide, v1.$v, v2.$v] wide!($I $i |_, n, m| n - m);
            [$usubl v0.$wide, v1.$v, v2.$v] wide!($U $u |_, n, m| n - m);
            (d n m) [$saddw V(d).$wide, V(d).$wide, V(m).$v] wide!($I $i |d, _, m| d + m);
            [$uaddw v0.$wide, v0.$wide, v2.$v] wide!($U $u |d, _, m| d + m);
            [$ssubw v0.$wide, v0.$wide, v2.$v] wide!($I $i |d, _, m| d - m);
            [$usubw v0.$wide, v0.$wide, v2.$v] wide!($U $u |d, _, m| d - m);
            [$sabdl v0.$wide, v1.$v, v2.$v] wide!($I $i |_, n, m| (n - m).abs());
            [$uabdl v0.$wide, v1.$v, v2.$v] wide!($U $u |_, n, m| (n - m).abs());
            [$sabal v0.$wide, v1.$v, v2.$v] wide!($I $i |d, n, m| d + (n - m).abs());
            [$uabal v0.$wide, v1.$v, v2.$v] wide!($U $u |d, n, m| d + (n - m).abs());
            (d n m) [$smull V(d).$wide, V(n).$v, V(m).$v] wide!($I $i |_, n, m| n * m);
            [$umull v0.$wide, v1.$v, v2.$v] wide!($U $u |_, n, m| n * m);
            [$smlal v0.$wide, v1.$v, v2.$v] wide!($I $i |d, n, m| d + n * m);
            [$umlal v0.$wide, v1.$v, v2.$v] wide!($U $u |d, n, m| d + n * m);
            [$smlsl v0.$wide, v1.$v, v2.$v] wide!($I $i |d, n, m| d - n * m);
            [$umlsl v0.$wide, v1.$v, v2.$v] wide!($U $u |d, n, m| d - n * m);
            [$sshll v0.$wide, v1.$v, #7] wide!($I $i |_, n, _| n << 7);
            (d n m) [mov V(m).16b, V(n).16b ; $ushll V(d).$wide, V(m).$v, 3 + 2] wide!($U $u |_, n, _| n << 5);
            [$sxtl v0.$wide, v1.$v] wide!($I $i |_, n, _| n);
            [$uxtl v0.$wide, v1.$v] wide!($U $u |_, n, _| n);
        }
    };
    (@ narrow $u:ident $i:ident $U:ident $I:ident $v:tt $wide:tt $upper:literal
        $xtn:ident $sqxtn:ident $uqxtn:ident $sqxtun:ident $shrn:ident $rshrn:ident $sqshrn:ident $uqshrn:ident $sqrshrn:ident $uqrshrn:ident
        $sqshrun:ident $sqrshrun:ident $addhn:ident $raddhn:ident $subhn:ident $rsubhn:ident) => {
        macro_rules! narrow {
            ($s:ident $S:ident |$a:pat_param, $b:pat_param| $body:expr) => { make!($s, |o, i| {
                let half = o.count::<$S>();
                if (i >= half) != ($upper == 1) {
                    return if $upper == 1 { o.d(i) } else { $s::wrap(0) };
                }
                let f: fn(i128, i128) -> $s = |$a, $b| $body;
                f(w(o.n::<$S>(i % half)), w(o.m::<$S>(i % half)))
            }) };
        }
        // Signed elements that saturate to unsigned ones.
        macro_rules! unsigned {
            (|$a:pat_param| $body:expr) => { make!($u, |o, i| {
                let half = o.count::<$I>();
                if (i >= half) != ($upper == 1) {
                    return if $upper == 1 { o.d(i) } else { 0 };
                }
                let f: fn(i128) -> i128 = |$a| $body;
                sat(f(w(o.n::<$I>(i % half))))
            }) };
        }
        check! {
            (d n m) [mov V(m).16b, V(n).16b ; $xtn V(d).$v, V(m).$wide] narrow!($u $U |n, _| wrap(n));
            [$sqxtn v0.$v, v1.$wide] narrow!($i $I |n, _| sat(n));
            [$uqxtn v0.$v, v1.$wide] narrow!($u $U |n, _| sat(n));
            [$sqxtun v0.$v, v1.$wide] unsigned!(|n| n);
            [$shrn v0.$v, v1.$wide, #8] narrow!($u $U |n, _| wrap(n >> 8));
            (d n m) [mov V(m).16b, V(n).16b ; $rshrn V(d).$v, V(m).$wide, 1 + 2] narrow!($u $U |n, _| wrap(round_shift(n, 3)));
            [$sqshrn v0.$v, v1.$wide, #1] narrow!($i $I |n, _| sat(n >> 1));
            [$uqshrn v0.$v, v1.$wide, #5] narrow!($u $U |n, _| sat(n >> 5));
            [$sqrshrn v0.$v, v1.$wide, #8] narrow!($i $I |n, _| sat(round_shift(n, 8)));
            [$uqrshrn v0.$v, v1.$wide, #7] narrow!($u $U |n, _| sat(round_shift(n, 7)));
            [$sqshrun v0.$v, v1.$wide, #4] unsigned!(|n| n >> 4);
            [$sqrshrun v0.$v, v1.$wide, #6] unsigned!(|n| round_shift(n, 6));
            (d n m) [$addhn V(d).$v, V(n).$wide, V(m).$wide] narrow!($u $U |n, m| wrap((n + m) >> $u::BITS));
            [$raddhn v0.$v, v1.$wide, v2.$wide] narrow!($u $U |n, m| wrap(round_shift(n + m, $u::BITS)));
            [$subhn v0.$v, v1.$wide, v2.$wide] narrow!($u $U |n, m| wrap((n - m) >> $u::BITS));
            [$rsubhn v0.$v, v1.$wide, v2.$wide] narrow!($u $U |n, m| wrap(round_shift(n - m, $u::BITS)));
        }
    };
}

#[test]
fn every_size() {
    any!(u8 i8 16b);
    any!(u16 i16 8h);
    any!(u32 i32 4s);
    any!(u64 i64 2d);
}

#[test]
fn all_but_the_widest() {
    narrower!(u8 i8 B 16b 8b);
    narrower!(u16 i16 H 8h 4h);
    narrower!(u32 i32 S 4s 2s);
}

#[test]
fn widening_and_narrowing() {
    widths!(u8 i8 u16 i16 H 8b 16b 8h);
    widths!(u16 i16 u32 i32 S 4h 8h 4s);
    widths!(u32 i32 u64 i64 D 2s 4s 2d);
}
