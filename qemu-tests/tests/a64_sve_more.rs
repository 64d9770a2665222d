//! A64 SVE: floating point, permutations, predicates and counts. `z0` is the destination, `z1` and `z2` the sources, `p0` the
//! predicate.
#![cfg(target_arch = "aarch64")]

use bareasm_qemu_tests::crypto::{aes_mix, aes_substitute};
use bareasm_qemu_tests::float::{max, max_number, min, min_number};
use bareasm_qemu_tests::{active, each, float, make, rows, sve, table, with, Float, Kind, Lane, Room, F16};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(table::vector_length(), Kind::Bits, rows!(sve VECTORS: $($rows)*)) };
}

/// Computed with values, where the predicate holds.
macro_rules! value {
    ($f:ident, |$d:pat_param, $n:pat_param, $m:pat_param| $body:expr) => {
        active!($f, |d, n, m| {
            let f: fn(f64, f64, f64) -> f64 = |$d, $n, $m| $body;
            Float::nearest(f(d.get(), n.get(), m.get()))
        })
    };
}

/// Predicates as bytes.
macro_rules! holds {
    ($f:ident, |$n:ident, $m:ident| $body:expr) => {
        |o| {
            o.holds::<$f>(|n, m| {
                let ($n, $m) = (n.get(), m.get());
                $body
            })
        }
    };
}

macro_rules! precision {
    ($kind:ident $f:ident $u:ident $i:ident $v:ident $R:ident) => {
        table::vectors(table::vector_length(), Kind::$kind, rows!(sve VECTORS:
            (d n m) [fadd Z(d).$v, Z(n).$v, Z(m).$v] float!($f, |_, n, m| n + m);
            [fsub z0.$v, z1.$v, z2.$v] float!($f, |_, n, m| n - m);
            [fmul z0.$v, z1.$v, z2.$v] float!($f, |_, n, m| n * m);
            (d n m) [fadd Z(d).$v, P(0)/m, Z(d).$v, Z(n).$v ; mov Z(m).d, Z(n).d] value!($f, |d, n, _| d + n);
            [fsub z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| d - n);
            [fsubr z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| n - d);
            [fmul z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| d * n);
            [fdiv z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| d / n);
            [fdivr z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| n / d);
            [fmax z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| max(d, n));
            [fmin z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| min(d, n));
            [fmaxnm z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| max_number(d, n));
            [fminnm z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| min_number(d, n));
            [fabd z0.$v, p0/m, z0.$v, z1.$v] value!($f, |d, n, _| (d - n).abs());
            [fadd z0.$v, p0/m, z0.$v, #0.5] value!($f, |d, _, _| d + 0.5);
            [fsubr z0.$v, p0/m, z0.$v, #1.0] value!($f, |d, _, _| 1.0 - d);
            [fmul z0.$v, p0/m, z0.$v, #2.0] value!($f, |d, _, _| d * 2.0);
            [fmaxnm z0.$v, p0/m, z0.$v, #0.0] value!($f, |d, _, _| max_number(d, 0.0));
            [fabs z0.$v, p0/m, z1.$v] value!($f, |_, n, _| n.abs());
            [fneg z0.$v, p0/m, z1.$v] value!($f, |_, n, _| -n);
            [fsqrt z0.$v, p0/m, z1.$v] value!($f, |_, n, _| n.sqrt());
            [frintn z0.$v, p0/m, z1.$v] value!($f, |_, n, _| n.round_ties_even());
            [frinta z0.$v, p0/m, z1.$v] value!($f, |_, n, _| n.round());
            [frintm z0.$v, p0/m, z1.$v] value!($f, |_, n, _| n.floor());
            [frintp z0.$v, p0/m, z1.$v] value!($f, |_, n, _| n.ceil());
            (d n m) [frintz Z(d).$v, P(0)/m, Z(n).$v ; mov Z(m).d, Z(n).d] value!($f, |_, n, _| n.trunc());
            (d n m) [fmla Z(d).$v, P(0)/m, Z(n).$v, Z(m).$v] active!($f, |d, n, m| n.fused(m, d));
            [fmls z0.$v, p0/m, z1.$v, z2.$v] active!($f, |d, n, m| <$f>::nearest(-n.get()).fused(m, d));
            [fnmla z0.$v, p0/m, z1.$v, z2.$v] active!($f, |d, n, m| <$f>::nearest(-n.get()).fused(m, <$f>::nearest(-d.get())));
            [fnmls z0.$v, p0/m, z1.$v, z2.$v] active!($f, |d, n, m| n.fused(m, <$f>::nearest(-d.get())));
            [fmad z0.$v, p0/m, z1.$v, z2.$v] active!($f, |d, n, m| d.fused(n, m));
            [fmsb z0.$v, p0/m, z1.$v, z2.$v] active!($f, |d, n, m| <$f>::nearest(-d.get()).fused(n, m));
            [fmla z0.$v, z1.$v, z2.$v[1]] make!($f, |o, i| o.n::<$f>(i).fused(o.m(i / (16 / size_of::<$f>()) * (16 / size_of::<$f>()) + 1), o.d(i)));
            [fcadd z0.$v, p0/m, z0.$v, z1.$v, #90] make!($f, |o, i| if !o.bit(i * size_of::<$f>()) { o.d(i) } else {
                let other = o.n::<$f>(i ^ 1).get();
                Float::nearest(o.d::<$f>(i).get() + if i % 2 == 0 { -other } else { other })
            });
            [fadda $R(0), p0, $R(0), z1.$v] |o| o.first(o.chosen::<$f>().fold(o.d::<$f>(0), |sum, n| Float::nearest(sum.get() + n.get())));
            [fmaxnmv $R(0), p0, z1.$v] |o| o.first(<$f>::nearest(o.chosen::<$f>().fold(f64::NAN, |a, b| max_number(a, b.get()))));
            [fminv $R(0), p0, z1.$v] |o| o.first(<$f>::nearest(o.chosen::<$f>().fold(f64::INFINITY, |a, b| min(a, b.get()))));
            [fmov z0.$v, #-0.25] make!($f, |_o, _| Float::nearest(-0.25));
            [fmov z0.$v, p0/m, #3.0] value!($f, |_, _, _| 3.0);
        ));
        table::mixed(table::vector_length(), Kind::$kind, Kind::Bits, rows!(sve VECTORS:
            (d n m) [fcmeq P(1).$v, P(0)/z, Z(n).$v, Z(m).$v ; mov Z(d).b, p1/z, #-1] holds!($f, |n, m| n == m);
            [fcmne p1.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p1/z, #-1] holds!($f, |n, m| n != m);
            [fcmge p1.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p1/z, #-1] holds!($f, |n, m| n >= m);
            [fcmgt p1.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p1/z, #-1] holds!($f, |n, m| n > m);
            [fcmuo p1.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p1/z, #-1] holds!($f, |n, m| n.is_nan() || m.is_nan());
            [facgt p1.$v, p0/z, z1.$v, z2.$v ; mov z0.b, p1/z, #-1] holds!($f, |n, m| n.abs() > m.abs());
            [fcmlt p1.$v, p0/z, z1.$v, #0.0 ; mov z0.b, p1/z, #-1] holds!($f, |n, _m| n < 0.0);
            [fcvtzs z0.$v, p0/m, z1.$v] make!($i, |o, i| if o.bit(i * size_of::<$i>()) { o.n::<$f>(i).get() as $i } else { o.d(i) });
            [fcvtzu z0.$v, p0/m, z1.$v] make!($u, |o, i| if o.bit(i * size_of::<$i>()) { o.n::<$f>(i).get() as $u } else { o.d(i) });
        ));
        table::mixed(table::vector_length(), Kind::Bits, Kind::$kind, rows!(sve VECTORS:
            [scvtf z0.$v, p0/m, z1.$v] make!($f, |o, i| if o.bit(i * size_of::<$i>()) { Float::nearest(o.n::<$i>(i) as f64) } else { o.d(i) });
            [ucvtf z0.$v, p0/m, z1.$v] make!($f, |o, i| if o.bit(i * size_of::<$i>()) { Float::nearest(o.n::<$u>(i) as f64) } else { o.d(i) });
        ));
    };
}

#[test]
fn floating_point() {
    with!("sve", "scalable vectors, floating point",
        precision!(Half F16 u16 i16 h H);
        precision!(Single f32 u32 i32 s S);
        precision!(Double f64 u64 i64 d D);
        table::mixed(table::vector_length(), Kind::Single, Kind::Double, rows!(sve VECTORS:
            [fcvt z0.d, p0/m, z1.s] make!(f64, |o, i| if o.bit(8 * i) { o.n::<f32>(2 * i).into() } else { o.d(i) });
        ));
        table::mixed(table::vector_length(), Kind::Double, Kind::Single, rows!(sve VECTORS:
            [mov z0.d, #0 ; fcvt z0.s, p0/m, z1.d] make!(f32, |o, i| if i % 2 == 0 && o.bit(4 * i) { o.n::<f64>(i / 2) as f32 } else { 0.0 });
        ));
    );
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

/// The last lane for which the predicate holds.
fn last<T: Lane>(o: &Room) -> Option<usize> {
    (0..o.count::<T>()).rev().find(|i| o.bit(i * T::SIZE))
}

macro_rules! permutations {
    ($u:ident $i:ident $v:ident $S:ident $R:ident) => { check! {
        (d n m) [zip1 Z(d).$v, Z(n).$v, Z(m).$v] make!($u, |o, i| if i % 2 == 0 { o.n(i / 2) } else { o.m(i / 2) });
        [zip2 z0.$v, z1.$v, z2.$v] make!($u, |o, i| { let at = (i + o.count::<$u>()) / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
        [uzp1 z0.$v, z1.$v, z2.$v] make!($u, |o, i| joined(o, 2 * i));
        [uzp2 z0.$v, z1.$v, z2.$v] make!($u, |o, i| joined(o, 2 * i + 1));
        [trn1 z0.$v, z1.$v, z2.$v] make!($u, |o, i| if i % 2 == 0 { o.n(i) } else { o.m(i - 1) });
        (d n m) [trn2 Z(d).$v, Z(n).$v, Z(m).$v] make!($u, |o, i| if i % 2 == 0 { o.n(i + 1) } else { o.m(i) });
        [rev z0.$v, z1.$v] make!($u, |o, i| o.n(o.count::<$u>() - 1 - i));
        [tbl z0.$v, {z1.$v}, z2.$v] make!($u, |o, i| { let at = o.m::<$u>(i) as usize; if at < o.count::<$u>() { o.n(at) } else { 0 } });
        (d n m) [dup Z(d).$v, Z(n).$v[m - m + 1]] make!($u, |o, _| o.n(1));
        [mov x11, #-9 ; dup z0.$v, $R(11)] make!($i, |_o, _| -9);
        [mov x11, #-9 ; insr z0.$v, $R(11)] make!($i, |o, i| if i == 0 { -9 } else { o.d(i - 1) });
        [insr z0.$v, $S(1)] make!($u, |o, i| if i == 0 { o.n(0) } else { o.d(i - 1) });
        [splice z0.$v, p0, z0.$v, z1.$v] |o| {
            let chosen = Vec::from_iter((0..o.count::<$u>()).filter(|i| o.bit(i * size_of::<$u>())));
            let segment = chosen.first().map_or(0..0, |first| *first..chosen[chosen.len() - 1] + 1);
            o.make(|i| if i < segment.len() { o.d::<$u>(segment.start + i) } else { o.n(i - segment.len()) })
        };
        [lastb $S(0), p0, z1.$v] |o| o.first(o.n::<$u>(last::<$u>(o).unwrap_or(o.count::<$u>() - 1)));
        [lasta $S(0), p0, z1.$v] |o| o.first(o.n::<$u>(last::<$u>(o).map_or(0, |at| (at + 1) % o.count::<$u>())));
        [clastb $S(0), p0, $S(0), z1.$v] |o| o.first(last::<$u>(o).map_or(o.d::<$u>(0), |at| o.n(at)));
        [lastb $R(11), p0, z1.$v ; dup z0.$v, $R(11)] make!($u, |o, _| o.n(last::<$u>(o).unwrap_or(o.count::<$u>() - 1)));
        [clasta z0.$v, p0, z0.$v, z1.$v] |o| match last::<$u>(o) {
            Some(at) => o.make(|_| o.n::<$u>((at + 1) % o.count::<$u>())),
            None => o.make(|i| o.d::<$u>(i)),
        };
        // Predicates, their bits shown as bytes.
        [ptrue p1.$v ; mov z0.b, p1/z, #-1] make!(u8, |_o, i| if i % size_of::<$u>() == 0 { 255 } else { 0 });
        [ptrue p1.$v, vl3 ; mov z0.b, p1/z, #-1] make!(u8, |o, i| if i % size_of::<$u>() == 0 && o.count::<$u>() >= 3 && i / size_of::<$u>() < 3 { 255 } else { 0 });
        [mov x11, #2 ; mov x12, #9 ; whilelo P(5).$v, x11, x12 ; mov z0.b, P(5)/z, #-1] make!(u8, |_o, i| if i % size_of::<$u>() == 0 && i / size_of::<$u>() < 7 { 255 } else { 0 });
        [mov w11, #-2 ; mov w12, #1 ; whilele p1.$v, w11, w12 ; mov z0.b, p1/z, #-1] make!(u8, |_o, i| if i % size_of::<$u>() == 0 && i / size_of::<$u>() < 4 { 255 } else { 0 });
        [rev p1.$v, p0.$v ; mov z0.b, p1/z, #-1] make!(u8, |o, i| {
            let (size, count) = (size_of::<$u>(), o.count::<$u>());
            if o.bit((count - 1 - i / size) * size + i % size) { 255 } else { 0 }
        });
        [ptrue p2.b ; pfalse p3.b ; zip1 p1.$v, p0.$v, p3.$v ; mov z0.b, p1/z, #-1] make!(u8, |o, i| {
            let (size, at) = (size_of::<$u>(), i / size_of::<$u>());
            if at % 2 == 0 && o.bit(at / 2 * size + i % size) { 255 } else { 0 }
        });
        [ptrue p1.b ; cntp x11, p1, p0.$v ; dup z0.d, x11] make!(u64, |o, _| o.chosen::<$u>().count() as u64);
        [mov x11, #100 ; incp x11, p0.$v ; dup z0.d, x11] make!(u64, |o, _| 100 + o.chosen::<$u>().count() as u64);
        [ptrue p1.b ; pfalse p2.b ; pnext p2.$v, p0, p2.$v ; mov z0.b, p2/z, #-1] make!(u8, |o, i| {
            let first = (0..o.count::<$u>()).find(|at| o.bit(at * size_of::<$u>()));
            if first == Some(i / size_of::<$u>()) && i % size_of::<$u>() == 0 { 255 } else { 0 }
        });
    } };
}

/// Where a predicate logic puts ones, as bytes.
macro_rules! logic {
    ($o:ident $i:ident $e:expr) => {
        make!(u8, |$o, $i| if $e { 255 } else { 0 })
    };
}

#[test]
fn permutations_and_predicates() {
    with!("sve", "scalable vectors, permutations and predicates",
        permutations!(u8 i8 b B W);
        permutations!(u16 i16 h H W);
        permutations!(u32 i32 s S W);
        permutations!(u64 i64 d D X);
        check! {
            [ext z0.b, z0.b, z1.b, #5] make!(u8, |o, i| if i + 5 < o.width { o.d(i + 5) } else { o.n(i + 5 - o.width) });
            [compact z0.s, p0, z1.s] |o| { let chosen = Vec::from_iter(o.chosen::<u32>()); o.make(|i| chosen.get(i).copied().unwrap_or(0)) };
            [compact z0.d, p0, z1.d] |o| { let chosen = Vec::from_iter(o.chosen::<u64>()); o.make(|i| chosen.get(i).copied().unwrap_or(0)) };
            [revh z0.d, p0/m, z1.d] active!(u64, |_, n, _| (n & 0xffff) << 48 | (n >> 16 & 0xffff) << 32 | (n >> 32 & 0xffff) << 16 | n >> 48);
            [revw z0.d, p0/m, z1.d] active!(u64, |_, n, _| n.rotate_right(32));
            // p1 from the comparison of bytes with zero, within all; p2 of p0 and p1.
            [ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0 ; and p2.b, p3/z, p0.b, p1.b ; mov z0.b, p2/z, #-1] logic!(o i o.bit(i) && o.n::<i8>(i) < 0);
            [ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0 ; bic p2.b, p3/z, p0.b, p1.b ; mov z0.b, p2/z, #-1] logic!(o i o.bit(i) && o.n::<i8>(i) >= 0);
            [ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0 ; orr P(12).b, P(3)/z, P(0).b, P(1).b ; mov z0.b, p12/z, #-1] logic!(o i o.bit(i) || o.n::<i8>(i) < 0);
            [ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0 ; eor p2.b, p3/z, p0.b, p1.b ; mov z0.b, p2/z, #-1] logic!(o i o.bit(i) != (o.n::<i8>(i) < 0));
            [ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0 ; nand p2.b, p3/z, p0.b, p1.b ; mov z0.b, p2/z, #-1] logic!(o i !(o.bit(i) && o.n::<i8>(i) < 0));
            [ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0 ; nor p2.b, p3/z, p0.b, p1.b ; mov z0.b, p2/z, #-1] logic!(o i !(o.bit(i) || o.n::<i8>(i) < 0));
            [ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0 ; orn p2.b, p0/z, p3.b, p1.b ; mov z0.b, p2/z, #-1] logic!(o i o.bit(i));
            [ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0 ; sel p2.b, p0, p1.b, p3.b ; mov z0.b, p2/z, #-1] logic!(o i !o.bit(i) || o.n::<i8>(i) < 0);
            [ptrue p3.b ; not p2.b, p3/z, p0.b ; mov z0.b, p2/z, #-1] logic!(o i !o.bit(i));
            [ptrue p3.b ; brka p2.b, p3/z, p0.b ; mov z0.b, p2/z, #-1] logic!(o i !(0..i).any(|k| o.bit(k)));
            [ptrue p3.b ; brkb p2.b, p3/z, p0.b ; mov z0.b, p2/z, #-1] logic!(o i !(0..=i).any(|k| o.bit(k)));
            [punpklo p2.h, p0.b ; mov z0.b, p2/z, #-1] logic!(o i i % 2 == 0 && o.bit(i / 2));
            [punpkhi p2.h, p0.b ; mov z0.b, p2/z, #-1] logic!(o i i % 2 == 0 && o.bit(i / 2 + o.width / 2));
            [ptrue p3.b ; ptest p3, p0.b ; cset x11, ne ; cset x12, mi ; cset x13, lo ; add x11, x11, x12, lsl #1 ; add x11, x11, x13, lsl #2 ; dup z0.d, x11] make!(u64, |o, _| {
                let any = (0..o.width).any(|i| o.bit(i));
                u64::from(any) | u64::from(o.bit(0)) << 1 | u64::from(o.bit(o.width - 1)) << 2
            });
            [cntb x11 ; cntd x12, all, mul #3 ; add x11, x11, x12 ; dup z0.d, x11] make!(u64, |o, _| (o.width + o.width / 8 * 3) as u64);
            [mov x11, #5 ; incw x11, vl2, mul #4 ; dech x11 ; dup z0.d, x11] make!(u64, |o, _| 13u64.wrapping_sub(o.width as u64 / 2));
            [mov w11, #-3 ; sqdecd x11, w11 ; dup z0.d, x11] make!(i64, |o, _| -3 - o.width as i64 / 8);
            [addvl x11, x9, #-3 ; addpl x11, x11, #7 ; sub x11, x11, x9 ; dup z0.d, x11] make!(i64, |o, _| -3 * o.width as i64 + 7 * (o.width as i64 / 8));
            [incd z0.d, vl2, mul #5] each!(u64, |d, _, _| d.wrapping_add(10));
            [rdffr p2.b ; setffr ; rdffr p2.b ; mov z0.b, p2/z, #-1] make!(u8, |_o, _| 255);
        }
    );
    with!(
        "sve2",
        "SVE2, tables of two vectors and conflicts of pointers",
        check! {
            [tbl z0.b, {z1.b, z2.b}, z0.b] make!(u8, |o, i| { let at = usize::from(o.d::<u8>(i)); if at < 2 * o.width { joined(o, at) } else { 0 } });
            [tbx z0.h, z1.h, z2.h] make!(u16, |o, i| { let at = usize::from(o.m::<u16>(i)); if at < o.count::<u16>() { o.n(at) } else { o.d(i) } });
            [ext z0.b, {z1.b, z2.b}, #17] make!(u8, |o, i| joined(o, i + 17));
            [mov x11, #64 ; mov x12, #83 ; whilewr p1.b, x11, x12 ; mov z0.b, p1/z, #-1] logic!(o i { let _ = o; i < 19 });
            [mov x11, #3 ; mov x12, #1 ; whilegt p1.h, x11, x12 ; mov z0.b, p1/z, #-1] make!(u8, |o, i| if i % 2 == 0 && i / 2 >= o.width / 2 - 2 { 255 } else { 0 });
        }
    );
    with!(
        "sveaes",
        "AES with scalable vectors",
        check! {
            [aese z0.b, z0.b, z1.b] make!(u8, |o, i| { let at = i / 16 * 16 + (i % 16 + i % 4 * 4) % 16; aes_substitute(o.d::<u8>(at) ^ o.n::<u8>(at)) });
            [aesmc z0.b, z0.b] each!(u32, |d, _, _| aes_mix(d));
        }
    );
    with!(
        "svesha3",
        "SHA-3 with scalable vectors",
        check! { [rax1 z0.d, z1.d, z2.d] each!(u64, |_, n, m| n ^ m.rotate_left(1)); }
    );
    with!(
        "svepmull",
        "carry-less products of scalable vectors",
        check! {
            [pmullb z0.q, z1.d, z2.d] make!(u128, |o, i| (0..64).filter(|b| o.m::<u64>(2 * i) >> b & 1 == 1).fold(0, |sum, b| sum ^ u128::from(o.n::<u64>(2 * i)) << b));
        }
    );
}
