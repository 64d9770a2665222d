//! A64 floating point of every precision, in vectors and alone. `v0` is the destination, `v1` and `v2` the sources.
#![cfg(target_arch = "aarch64")]

use bareasm_qemu_tests::float::{max, max_number, min, min_number, reciprocal, reciprocal_root};
use bareasm_qemu_tests::{each, float, integral, make, neon, ones, rows, table, with, Float, Kind, Room, Rounding, F16};

/// Pairs of lanes of both sources.
fn pairwise<T: Float>(o: &Room, f: fn(f64, f64) -> f64) -> Vec<u8> {
    let half = o.count::<T>() / 2;
    let pair = |a: T, b: T| T::nearest(f(a.get(), b.get()));
    o.make(|i| if i < half { pair(o.n(2 * i), o.n(2 * i + 1)) } else { pair(o.m(2 * (i - half)), o.m(2 * (i - half) + 1)) })
}

/// 2 - n * m, as the steps of a reciprocal compute it.
fn step<T: Float>(n: T, m: T, constant: f64, scale: f64) -> T {
    let negative = T::nearest(-n.get());
    if n.get().is_infinite() && m.get() == 0.0 || n.get() == 0.0 && m.get().is_infinite() {
        return T::nearest(constant * scale);
    }
    // The sum is halved before it is rounded; scaling an operand is exact where nothing is subnormal or overflows.
    negative.fused(T::nearest(m.get() * scale), T::nearest(constant * scale))
}

/// Each lane an integer of this type, saturating; not a number is zero.
macro_rules! to_int {
    ($f:ident $int:ident $rounding:ident) => {
        make!($int, |o, i| integral(o.n::<$f>(i).get(), Rounding::$rounding) as $int)
    };
    ($f:ident $int:ident $rounding:ident $scale:literal) => {
        make!($int, |o, i| integral(o.n::<$f>(i).get() * $scale, Rounding::$rounding) as $int)
    };
}

/// The same line for vectors and for one number.
macro_rules! both {
    ($inputs:ident $results:ident $f:ident $v:tt $r:ident: $([$name:ident $operands:tt $(, $last:tt)?] $model:expr;)*) => { $(
        both!(@ $inputs $results $f $v $r $name $operands ($($last)?) $model);
    )* };
    (@ $inputs:ident $results:ident $f:ident $v:tt $r:ident $name:ident (0 1 2) () $model:expr) => { table::mixed(16, Kind::$inputs, Kind::$results, rows!(neon VECTORS:
        (d n m) [$name V(d).$v, V(n).$v, V(m).$v] $model;
        (d n m) [$name $r(d), $r(n), $r(m)] |o| o.only::<$f>(($model)(o));
        [$name v0.$v, v1.$v, v2.$v] $model;
    )) };
    (@ $inputs:ident $results:ident $f:ident $v:tt $r:ident $name:ident (0 1) () $model:expr) => { table::mixed(16, Kind::$inputs, Kind::$results, rows!(neon VECTORS:
        [$name v0.$v, v1.$v] $model;
        (d n m) [mov V(m).16b, V(n).16b ; $name V(d).$v, V(m).$v] $model;
        (d n m) [mov V(m).16b, V(n).16b ; $name $r(d), $r(m)] |o| o.only::<$f>(($model)(o));
    )) };
    (@ $inputs:ident $results:ident $f:ident $v:tt $r:ident $name:ident (0 1) ($last:tt) $model:expr) => { table::mixed(16, Kind::$inputs, Kind::$results, rows!(neon VECTORS:
        [$name v0.$v, v1.$v, $last] $model;
        (d n m) [mov V(m).16b, V(n).16b ; $name V(d).$v, V(m).$v, $last] $model;
        // qemu 7.2 leaves the sign of a half-precision result above it: the lowest lane is what counts.
        (d n m) [mov V(m).16b, V(n).16b ; $name $r(d), $r(m), $last ; dup V(d).$v, V(d).$r[0]] |o| o.splat::<$f>(($model)(o));
    )) };
}

macro_rules! precision {
    ($kind:ident $f:ident $u:ident $i:ident $v:tt $r:ident) => {
        both! { $kind $kind $f $v $r:
            [fabd (0 1 2)] float!($f, |_, n, m| (n - m).abs());
            [fmulx (0 1 2)] float!($f, |_, n, m| if n.is_infinite() && m == 0.0 || n == 0.0 && m.is_infinite() {
                2.0 * n.signum() * m.signum()
            } else {
                n * m
            });
            [frecps (0 1 2)] each!($f, |_, n, m| step(n, m, 2.0, 1.0));
        }
        both! { $kind Bits $f $v $r:
            [fcvtns (0 1)] to_int!($f $i Nearest);
            [fcvtnu (0 1)] to_int!($f $u Nearest);
            [fcvtms (0 1)] to_int!($f $i Down);
            [fcvtmu (0 1)] to_int!($f $u Down);
            [fcvtps (0 1)] to_int!($f $i Up);
            [fcvtpu (0 1)] to_int!($f $u Up);
            [fcvtas (0 1)] to_int!($f $i Away);
            [fcvtau (0 1)] to_int!($f $u Away);
            [fcvtzs (0 1)] to_int!($f $i Zero);
            [fcvtzu (0 1)] to_int!($f $u Zero);
            [fcvtzs (0 1), 3] to_int!($f $i Zero 8.0);
            [fcvtzu (0 1), 1] to_int!($f $u Zero 2.0);
        }
        both! { $kind Bits $u $v $r:
            [fcmeq (0 1 2)] make!($u, |o, i| ones(o.n::<$f>(i).get() == o.m::<$f>(i).get()));
            [fcmge (0 1 2)] make!($u, |o, i| ones(o.n::<$f>(i).get() >= o.m::<$f>(i).get()));
            [fcmgt (0 1 2)] make!($u, |o, i| ones(o.n::<$f>(i).get() > o.m::<$f>(i).get()));
            [facge (0 1 2)] make!($u, |o, i| ones(o.n::<$f>(i).get().abs() >= o.m::<$f>(i).get().abs()));
            [facgt (0 1 2)] make!($u, |o, i| ones(o.n::<$f>(i).get().abs() > o.m::<$f>(i).get().abs()));
            [fcmeq (0 1), 0.0] make!($u, |o, i| ones(o.n::<$f>(i).get() == 0.0));
            [fcmge (0 1), 0.0] make!($u, |o, i| ones(o.n::<$f>(i).get() >= 0.0));
            [fcmgt (0 1), 0.0] make!($u, |o, i| ones(o.n::<$f>(i).get() > 0.0));
            [fcmle (0 1), 0.0] make!($u, |o, i| ones(o.n::<$f>(i).get() <= 0.0));
            [fcmlt (0 1), 0.0] make!($u, |o, i| ones(o.n::<$f>(i).get() < 0.0));
        }
        both! { Bits $kind $f $v $r:
            [scvtf (0 1)] make!($f, |o, i| Float::nearest(o.n::<$i>(i) as f64));
            [ucvtf (0 1)] make!($f, |o, i| Float::nearest(o.n::<$u>(i) as f64));
            [scvtf (0 1), 9] make!($f, |o, i| Float::nearest(o.n::<$i>(i) as f64 / 512.0));
            [ucvtf (0 1), 16] make!($f, |o, i| Float::nearest(o.n::<$u>(i) as f64 / 65536.0));
        }
        table::vectors(16, Kind::$kind, rows!(neon VECTORS:
            (d n m) [fadd V(d).$v, V(n).$v, V(m).$v] float!($f, |_, n, m| n + m);
            [fsub v0.$v, v1.$v, v2.$v] float!($f, |_, n, m| n - m);
            [fmul v0.$v, v1.$v, v2.$v] float!($f, |_, n, m| n * m);
            (d n m) [fdiv V(d).$v, V(n).$v, V(m).$v] float!($f, |_, n, m| n / m);
            [fsqrt v0.$v, v1.$v] float!($f, |_, n, _| n.sqrt());
            [fabs v0.$v, v1.$v] float!($f, |_, n, _| n.abs());
            [fneg v0.$v, v1.$v] float!($f, |_, n, _| -n);
            [fmax v0.$v, v1.$v, v2.$v] float!($f, |_, n, m| max(n, m));
            [fmin v0.$v, v1.$v, v2.$v] float!($f, |_, n, m| min(n, m));
            [fmaxnm v0.$v, v1.$v, v2.$v] float!($f, |_, n, m| max_number(n, m));
            [fminnm v0.$v, v1.$v, v2.$v] float!($f, |_, n, m| min_number(n, m));
            (d n m) [fmla V(d).$v, V(n).$v, V(m).$v] each!($f, |d, n, m| n.fused(m, d));
            [fmls v0.$v, v1.$v, v2.$v] each!($f, |d, n, m| <$f>::nearest(-n.get()).fused(m, d));
            [fmla v0.$v, v1.$v, v2.$r[1]] make!($f, |o, i| o.n::<$f>(i).fused(o.m(1), o.d(i)));
            [fmls v0.$v, v1.$v, v2.$r[0]] make!($f, |o, i| <$f>::nearest(-o.n::<$f>(i).get()).fused(o.m(0), o.d(i)));
            [fmul v0.$v, v1.$v, v2.$r[1]] make!($f, |o, i| Float::nearest(o.n::<$f>(i).get() * o.m::<$f>(1).get()));
            [faddp v0.$v, v1.$v, v2.$v] |o| pairwise::<$f>(o, |a, b| a + b);
            [fmaxp v0.$v, v1.$v, v2.$v] |o| pairwise::<$f>(o, max);
            [fminp v0.$v, v1.$v, v2.$v] |o| pairwise::<$f>(o, min);
            [fmaxnmp v0.$v, v1.$v, v2.$v] |o| pairwise::<$f>(o, max_number);
            [fminnmp v0.$v, v1.$v, v2.$v] |o| pairwise::<$f>(o, min_number);
            [frintn v0.$v, v1.$v] float!($f, |_, n, _| n.round_ties_even());
            [frintm v0.$v, v1.$v] float!($f, |_, n, _| n.floor());
            [frintp v0.$v, v1.$v] float!($f, |_, n, _| n.ceil());
            [frintz v0.$v, v1.$v] float!($f, |_, n, _| n.trunc());
            [frinta v0.$v, v1.$v] float!($f, |_, n, _| n.round());
            [frintx v0.$v, v1.$v] float!($f, |_, n, _| n.round_ties_even());
            [frinti v0.$v, v1.$v] float!($f, |_, n, _| n.round_ties_even());
            [fmov v0.$v, #-1.9375] make!($f, |_o, _| Float::nearest(-1.9375));
            [fadd $r(0), $r(1), $r(2)] |o| o.only::<$f>(float!($f, |_, n, m| n + m)(o));
            [fsub $r(0), $r(1), $r(2)] |o| o.only::<$f>(float!($f, |_, n, m| n - m)(o));
            (d n m) [fmul $r(d), $r(n), $r(m)] |o| o.only::<$f>(float!($f, |_, n, m| n * m)(o));
            [fnmul $r(0), $r(1), $r(2)] |o| o.only::<$f>(float!($f, |_, n, m| -(n * m))(o));
            [fdiv $r(0), $r(1), $r(2)] |o| o.only::<$f>(float!($f, |_, n, m| n / m)(o));
            [fsqrt $r(0), $r(1)] |o| o.only::<$f>(float!($f, |_, n, _| n.sqrt())(o));
            [fmax $r(0), $r(1), $r(2)] |o| o.only::<$f>(float!($f, |_, n, m| max(n, m))(o));
            [fminnm $r(0), $r(1), $r(2)] |o| o.only::<$f>(float!($f, |_, n, m| min_number(n, m))(o));
            (d n m) [fmadd $r(d), $r(n), $r(m), $r(d)] |o| o.only::<$f>(each!($f, |d, n, m| n.fused(m, d))(o));
            [fmsub $r(0), $r(1), $r(2), $r(0)] |o| o.only::<$f>(each!($f, |d, n, m| <$f>::nearest(-n.get()).fused(m, d))(o));
            [fnmadd $r(0), $r(1), $r(2), $r(0)] |o| o.only::<$f>(each!($f, |d, n, m| <$f>::nearest(-n.get()).fused(m, <$f>::nearest(-d.get())))(o));
            [fnmsub $r(0), $r(1), $r(2), $r(0)] |o| o.only::<$f>(each!($f, |d, n, m| n.fused(m, <$f>::nearest(-d.get())))(o));
            [frinta $r(0), $r(1)] |o| o.only::<$f>(float!($f, |_, n, _| n.round())(o));
            [frintm $r(0), $r(1)] |o| o.only::<$f>(float!($f, |_, n, _| n.floor())(o));
            (d n m) [fcmp $r(n), $r(m) ; fcsel $r(d), $r(n), $r(m), gt] |o| o.only::<$f>(float!($f, |_, n, m| if n > m { n } else { m })(o));
            [fcmp $r(1), #0.0 ; fcsel $r(0), $r(1), $r(2), le] |o| o.only::<$f>(float!($f, |_, n, m| if n <= 0.0 || n.is_nan() { n } else { m })(o));
            // Flags are those of the comparison where the first one holds, else none: 0 is "greater".
            [fcmp $r(1), #0.0 ; fccmp $r(1), $r(2), #0, ne ; fcsel $r(0), $r(1), $r(2), mi] |o| o.only::<$f>(float!($f, |_, n, m| if n != 0.0 && n < m { n } else { m })(o));
            [fcvtzs x9, $r(1) ; fmov d0, x9] |o| o.first(o.n::<$f>(0).get() as i64);
            [fcvtau w9, $r(1) ; fmov s0, w9] |o| o.first(o.n::<$f>(0).get().round() as u32);
            [fcvtms x9, $r(1) ; fmov d0, x9] |o| o.first(o.n::<$f>(0).get().floor() as i64);
            (d n m) [fcvtpu X(m - m + 9), $r(n) ; fmov D(d), X(9)] |o| o.first(o.n::<$f>(0).get().ceil() as u64);
            [fcvtzu w9, $r(1), #5 ; fmov s0, w9] |o| o.first((o.n::<$f>(0).get() * 32.0) as u32);
        ));
        both! { $kind $kind $f $v $r:
            [frecpe (0 1)] float!($f, |_, n, _| reciprocal(n));
            [frsqrte (0 1)] float!($f, |_, n, _| reciprocal_root(n));
        }
        // Every rounding mode of the control register, where the sum is exact in double precision.
        table::vectors(16, Kind::$kind, rows!(neon VECTORS:
            [mov x9, #1 << 22 ; msr fpcr, x9 ; frinti v0.$v, v1.$v ; msr fpcr, xzr] float!($f, |_, n, _| n.ceil());
            [mov x9, #2 << 22 ; msr fpcr, x9 ; frintx v0.$v, v1.$v ; msr fpcr, xzr] float!($f, |_, n, _| n.floor());
            [mov x9, #3 << 22 ; msr fpcr, x9 ; frinti $r(0), $r(1) ; msr fpcr, xzr] |o| o.only::<$f>(float!($f, |_, n, _| n.trunc())(o));
            [mrs x9, fpcr ; mov x10, #3 << 22 ; msr fpcr, x10 ; mrs x10, fpcr ; msr fpcr, x9 ; lsr x10, x10, #22 ; fmov d0, x10] |o| o.first(3u64);
        ));
    };
}

#[test]
fn some_precisions() {
    table::vectors(
        16,
        Kind::Single,
        rows!(neon VECTORS:
            // Half of 3 - n * m.
            [frsqrts v0.4s, v1.4s, v2.4s] each!(f32, |_, n, m| if n.is_infinite() && m == 0.0 || n == 0.0 && m.is_infinite() { 1.5 } else { (f64::from(-n).mul_add(m.into(), 3.0) / 2.0) as f32 });
            [fmaxv s0, v1.4s] |o| o.first(o.all::<f32>().fold(f64::NEG_INFINITY, |a, b| max(a, b.into())) as f32);
            [fminv s0, v1.4s] |o| o.first(o.all::<f32>().fold(f64::INFINITY, |a, b| min(a, b.into())) as f32);
            [fmaxnmv s0, v1.4s] |o| o.first(o.all::<f32>().fold(f64::NAN, |a, b| max_number(a, b.into())) as f32);
            [fminnmv s0, v1.4s] |o| o.first(o.all::<f32>().fold(f64::NAN, |a, b| min_number(a, b.into())) as f32);
            [faddp s0, v1.2s] |o| o.first(o.n::<f32>(0) + o.n::<f32>(1));
            [fmaxp s0, v1.2s] |o| o.first(max(o.n::<f32>(0).into(), o.n::<f32>(1).into()) as f32);
            [frecpx s0, s1] |o| o.first(match o.n::<f32>(0) {
                n if n.is_nan() => n,
                n => f32::from_bits(if n.to_bits() & 0x7f80_0000 == 0 { n.to_bits() & 0x8000_0000 | 0x7f00_0000 } else { !n.to_bits() & 0x7f80_0000 | n.to_bits() & 0x8000_0000 }),
            });
            // These signal for every NaN, and compare as the others do.
            [fcmpe s1, s2 ; fcsel s0, s1, s2, ls] |o| o.only::<f32>(float!(f32, |_, n, m| if n <= m { n } else { m })(o));
            [fcmpe s1, #0.0 ; fccmpe s1, s2, #4, ne ; fcsel s0, s1, s2, eq] |o| o.first(match (o.n::<f32>(0), o.m::<f32>(0)) { (n, m) if n == 0.0 || n == m => n, (_, m) => m });
        ),
    );
}

#[test]
fn half() {
    with!("asimdhp", "half precision", precision!(Half F16 u16 i16 8h H));
}

#[test]
fn single() {
    precision!(Single f32 u32 i32 4s S);
}

#[test]
fn double() {
    precision!(Double f64 u64 i64 2d D);
}
