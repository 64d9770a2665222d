//! x86-64 conversions and what AVX-512 does with the parts of numbers: between precisions and integers, wider and narrower
//! integers, exponents, fractions, ranges; scalars with masks; mask registers of every size.
#![cfg(target_arch = "x86_64")]

use bareasm_qemu_tests::float::exponent as power;
use bareasm_qemu_tests::{avx, avx512, general, integral, make, rows, sat, sse, table, w, with, Float, Kind, Rounding, F16};

macro_rules! floats {
    ($input:ident $output:ident: $($rows:tt)*) => { table::mixed(64, Kind::$input, Kind::$output, rows!(avx512 ALL_VECTORS: $($rows)*)) };
}

/// Integers that become wider.
macro_rules! wider {
    ($($name:ident $vname:ident $from:ident $to:ident;)*) => {
        with!("sse4.1", "extension of integers", table::vectors(16, Kind::Bits, rows!(sse VECTORS: $(
            (d n m) [movaps Rx(m), Rx(n) ; $name Rx(d), Rx(m)] make!($to, |o, i| o.n::<$from>(i).into());
            [$name xmm0, [rdi + 256]] make!($to, |o, i| o.n::<$from>(i).into());
        )*)));
        with!("avx2", "extension of integers to 256 bits", table::vectors(32, Kind::Bits, rows!(avx VECTORS: $(
            (d n m) [vmovaps Ry(m), Ry(n) ; $vname Ry(d), Rx(m)] make!($to, |o, i| o.n::<$from>(i).into());
            [$vname xmm0, [rdi + 256]] |o| o.lower(o.make::<$to>(|i| o.n::<$from>(i).into()));
        )*)));
        with!("avx512bw", "extension of integers to 512 bits", table::vectors(64, Kind::Bits, rows!(avx512 ALL_VECTORS: $(
            [$vname zmm0 {k1}, [rdi + 256]] |o| o.masked::<$to>(o.make::<$to>(|i| o.n::<$from>(i).into()), false);
        )*)));
    };
}

/// Integers that become narrower, cut or saturated; to registers, and to memory where the mask has ones.
macro_rules! narrower {
    ($($from:ident $unsigned:ident $to:ident $u:ident $r:ident: $cut:ident $signed:ident $saturated:ident;)*) => {
        with!("avx512bw", "narrower integers", table::vectors(64, Kind::Bits, rows!(avx512 ALL_VECTORS: $(
            (d n m) [vmovaps Rz(m), Rz(n) ; $cut $r(d), Rz(m)] make!($u, |o, i| if i < o.count::<$from>() { o.n::<$from>(i) as $u } else { 0 });
            [$signed [rdi] {k1}, zmm1 ; vmovups zmm0, [rdi]] make!($to, |o, i| if i < o.count::<$from>() && o.bit(i) { sat(w(o.n::<$from>(i))) } else { o.d(i) });
            (d n m) [vmovaps Rz(m), Rz(n) ; $saturated $r(d) {k1}{z}, Rz(m)] make!($u, |o, i| if i < o.count::<$from>() && o.bit(i) { sat(w(o.n::<$unsigned>(i))) } else { 0 });
        )*)));
    };
}

#[test]
fn sizes_of_integers() {
    wider! {
        pmovsxbw vpmovsxbw i8 i16; pmovsxbd vpmovsxbd i8 i32; pmovsxbq vpmovsxbq i8 i64;
        pmovsxwd vpmovsxwd i16 i32; pmovsxwq vpmovsxwq i16 i64; pmovsxdq vpmovsxdq i32 i64;
        pmovzxbw vpmovzxbw u8 u16; pmovzxbd vpmovzxbd u8 u32; pmovzxbq vpmovzxbq u8 u64;
        pmovzxwd vpmovzxwd u16 u32; pmovzxwq vpmovzxwq u16 u64; pmovzxdq vpmovzxdq u32 u64;
    }
    narrower! {
        i16 u16 i8 u8 Ry: vpmovwb vpmovswb vpmovuswb;
        i32 u32 i8 u8 Rx: vpmovdb vpmovsdb vpmovusdb;
        i32 u32 i16 u16 Ry: vpmovdw vpmovsdw vpmovusdw;
        i64 u64 i8 u8 Rx: vpmovqb vpmovsqb vpmovusqb;
        i64 u64 i16 u16 Rx: vpmovqw vpmovsqw vpmovusqw;
        i64 u64 i32 u32 Ry: vpmovqd vpmovsqd vpmovusqd;
    }
}

/// An integer, or the indefinite one: the least of the signed ones, the greatest of the unsigned ones.
macro_rules! integer {
    ($int:ident, $value:expr) => {{
        let value = $value;
        // The limits themselves are powers of two, and exact.
        let (low, high) = ($int::MIN as f64, ($int::MAX / 2 + 1) as f64 * 2.0);
        if value >= low && value < high {
            value as $int
        } else if $int::MIN == 0 {
            $int::MAX
        } else {
            $int::MIN
        }
    }};
}

/// To integers: truncated, and rounded as the instruction says.
macro_rules! to_integers {
    ($($kind:ident $f:ident $int:ident $from:ident $to:ident: $truncated:ident $nearest:ident;)*) => { $( floats! { $kind Bits:
        (d n m) [vmovaps Rz(m), Rz(n) ; $truncated $to(d), $from(m)] make!($int, |o, i| if i < count(size_of::<$f>(), size_of::<$int>()) { integer!($int, o.n::<$f>(i).get().trunc()) } else { 0 });
        [$truncated $to(0) {k1}{z}, $from(1), {sae}] make!($int, |o, i| if i < count(size_of::<$f>(), size_of::<$int>()) && o.bit(i) { integer!($int, o.n::<$f>(i).get().trunc()) } else { 0 });
        [$nearest $to(0), $from(1)] make!($int, |o, i| if i < count(size_of::<$f>(), size_of::<$int>()) { integer!($int, integral(o.n::<$f>(i).get(), Rounding::Nearest)) } else { 0 });
        [$nearest $to(0), $from(1), {ru-sae}] make!($int, |o, i| if i < count(size_of::<$f>(), size_of::<$int>()) { integer!($int, integral(o.n::<$f>(i).get(), Rounding::Up)) } else { 0 });
    } )* };
}

/// Lanes of a conversion, of which the wider side fills 512 bits.
fn count(from: usize, to: usize) -> usize {
    64 / from.max(to)
}

/// From integers, and between precisions, to the nearest.
macro_rules! to_floats {
    ($($input:ident $int:ident $output:ident $f:ident $from:ident $to:ident: $name:ident |$x:ident| $value:expr;)*) => { $( floats! { $input $output:
        (d n m) [vmovaps Rz(m), Rz(n) ; $name $to(d), $from(m)] make!($f, |o, i| { let $x = o.n::<$int>(i); if i < count(size_of::<$int>(), size_of::<$f>()) { $value } else { Float::nearest(0.0) } });
    } )* };
}

#[test]
fn numbers() {
    with!("avx512f" "avx512dq" "avx512bw", "conversions",
        to_integers! {
            Single f32 i32 Rz Rz: vcvttps2dq vcvtps2dq;
            Single f32 u32 Rz Rz: vcvttps2udq vcvtps2udq;
            Single f32 i64 Ry Rz: vcvttps2qq vcvtps2qq;
            Single f32 u64 Ry Rz: vcvttps2uqq vcvtps2uqq;
            Double f64 i32 Rz Ry: vcvttpd2dq vcvtpd2dq;
            Double f64 u32 Rz Ry: vcvttpd2udq vcvtpd2udq;
            Double f64 i64 Rz Rz: vcvttpd2qq vcvtpd2qq;
            Double f64 u64 Rz Rz: vcvttpd2uqq vcvtpd2uqq;
        }
        to_floats! {
            Bits i32 Single f32 Rz Rz: vcvtdq2ps |x| x as f32;
            Bits u32 Single f32 Rz Rz: vcvtudq2ps |x| x as f32;
            Bits i32 Double f64 Ry Rz: vcvtdq2pd |x| x.into();
            Bits u32 Double f64 Ry Rz: vcvtudq2pd |x| x.into();
            Bits i64 Single f32 Rz Ry: vcvtqq2ps |x| x as f32;
            Bits u64 Single f32 Rz Ry: vcvtuqq2ps |x| x as f32;
            Bits i64 Double f64 Rz Rz: vcvtqq2pd |x| x as f64;
            Bits u64 Double f64 Rz Rz: vcvtuqq2pd |x| x as f64;
            Single f32 Double f64 Ry Rz: vcvtps2pd |x| x.into();
            Double f64 Single f32 Rz Ry: vcvtpd2ps |x| x as f32;
            Half F16 Single f32 Ry Rz: vcvtph2ps |x| x.value() as f32;
        }
        table::integers(rows!(general GENERAL:
            [vcvtsi2sd xmm1, xmm1, ecx ; vcvttsd2si rax, xmm1] |_, b, _| b as i32 as u64;
            [vcvtsi2ss xmm1, xmm1, rcx ; vmovd eax, xmm1] |_, b, _| (b as i64 as f32).to_bits().into();
            (d n m) [vcvtusi2sd xmm1, xmm1, Rd(n) ; vcvttsd2usi Rq(d), xmm1 ; mov Rq(m), Rq(m)] |_, b, _| b as u32 as u64;
            [vcvtusi2ss xmm31, xmm31, rcx ; vmovd eax, xmm31] |_, b, _| (b as f32).to_bits().into();
            [vmovq xmm1, rcx ; vcvtsd2ss xmm1, xmm1, xmm1 ; vmovd eax, xmm1] |_, b, _| { let x = f64::from_bits(b) as f32; if x.is_nan() { ((b >> 32) as u32 & 0x8000_0000 | (b >> 29) as u32 & 0x7f_ffff | 0x7fc0_0000).into() } else { x.to_bits().into() } };
            [vcvtsi2sd xmm1, xmm1, rcx ; vcvtsi2sd xmm2, xmm2, rdx ; vcomisd xmm1, xmm2 ; seta al ; movzx eax, al] |_, b, c| (b as i64 as f64 > c as i64 as f64).into();
        ))
    );
    with!("avx512fp16", "conversions of half precision",
        to_integers! {
            Half F16 i16 Rz Rz: vcvttph2w vcvtph2w;
            Half F16 u16 Rz Rz: vcvttph2uw vcvtph2uw;
            Half F16 i32 Ry Rz: vcvttph2dq vcvtph2dq;
            Half F16 u32 Ry Rz: vcvttph2udq vcvtph2udq;
            Half F16 i64 Rx Rz: vcvttph2qq vcvtph2qq;
            Half F16 u64 Rx Rz: vcvttph2uqq vcvtph2uqq;
        }
        to_floats! {
            Bits i16 Half F16 Rz Rz: vcvtw2ph |x| F16::new(x.into());
            Bits u16 Half F16 Rz Rz: vcvtuw2ph |x| F16::new(x.into());
            Bits i32 Half F16 Rz Ry: vcvtdq2ph |x| F16::new(x.into());
            Bits u32 Half F16 Rz Ry: vcvtudq2ph |x| F16::new(x.into());
            Bits i64 Half F16 Rz Rx: vcvtqq2ph |x| F16::new(x as f64);
            Bits u64 Half F16 Rz Rx: vcvtuqq2ph |x| F16::new(x as f64);
            Half F16 Double f64 Rx Rz: vcvtph2pd |x| x.value();
            Double f64 Half F16 Rz Rx: vcvtpd2ph |x| F16::new(x);
            Half F16 Single f32 Ry Rz: vcvtph2psx |x| x.value() as f32;
            Single f32 Half F16 Rz Ry: vcvtps2phx |x| F16::new(x.into());
        }
    );
}

/// The exponent of a number that is neither zero nor infinite.
fn exponent(value: f64) -> f64 {
    match value.abs() {
        0.0 => f64::NEG_INFINITY,
        f64::INFINITY => f64::INFINITY,
        x if x.is_nan() => f64::NAN,
        x => f64::from(power(x)),
    }
}

/// The fraction of a number, from 1 to 2, with its sign.
fn fraction(value: f64) -> f64 {
    match value.abs() {
        _ if value.is_nan() => value,
        x if x == 0.0 || x == f64::INFINITY => 1f64.copysign(value),
        x => {
            let normal = if x.is_subnormal() { x * 2f64.powi(64) } else { x };
            f64::from_bits(normal.to_bits() & ((1 << 52) - 1) | 1023 << 52).copysign(value)
        }
    }
}

/// Parts of numbers, packed and scalar, of one precision.
macro_rules! parts {
    ($kind:ident $f:ident: $getexp:ident $getmant:ident $rndscale:ident $sqrt:ident $add:ident $sub:ident $mul:ident $div:ident $min:ident $max:ident $getexps:ident $sqrts:ident) => {
        floats! { $kind $kind:
            (d n m) [vmovaps Rz(m), Rz(n) ; $getexp Rz(d) {k1}, Rz(m)] |o| o.masked::<$f>(o.make::<$f>(|i| Float::nearest(exponent(o.n::<$f>(i).get()))), false);
            [$rndscale zmm0, zmm1, 0] make!($f, |o, i| Float::nearest(o.n::<$f>(i).get().round_ties_even()));
            [$rndscale zmm0 {k1}{z}, zmm1, 3] |o| o.masked::<$f>(o.make::<$f>(|i| Float::nearest(o.n::<$f>(i).get().trunc())), true);
            [$sqrt zmm0 {k1}, zmm1] |o| o.masked::<$f>(o.make::<$f>(|i| Float::nearest(o.n::<$f>(i).get().sqrt())), false);
        }
        floats! { $kind $kind: [$getmant zmm0, zmm1, 0] make!($f, |o, i| Float::nearest(fraction(o.n::<$f>(i).get()))); }
        table::vectors(16, Kind::$kind, rows!(avx512 ALL_VECTORS:
            (d n m) [{evex} $add Rx(d), Rx(n), Rx(m)] make!($f, |o, i| if i == 0 { Float::nearest(o.n::<$f>(0).get() + o.m::<$f>(0).get()) } else { o.n(i) });
            [$sub xmm0 {k1}, xmm1, [rdi + 512]] make!($f, |o, i| if i > 0 { o.n(i) } else if o.bit(0) { Float::nearest(o.n::<$f>(0).get() - o.m::<$f>(0).get()) } else { o.d(0) });
            (d n m) [$mul Rx(d) {k1}{z}, Rx(n), Rx(m)] make!($f, |o, i| if i > 0 { o.n(i) } else { Float::nearest(if o.bit(0) { o.n::<$f>(0).get() * o.m::<$f>(0).get() } else { 0.0 }) });
            [$div xmm0, xmm1, xmm2, {rn-sae}] make!($f, |o, i| if i == 0 { Float::nearest(o.n::<$f>(0).get() / o.m::<$f>(0).get()) } else { o.n(i) });
            [$min xmm0, xmm1, xmm2] make!($f, |o, i| if i > 0 || o.n::<$f>(0).get() < o.m::<$f>(0).get() { o.n(i) } else { o.m(0) });
            [$max xmm0, xmm1, [rdi + 512]] make!($f, |o, i| if i > 0 || o.n::<$f>(0).get() > o.m::<$f>(0).get() { o.n(i) } else { o.m(0) });
            [$sqrts xmm0, xmm1, xmm2] make!($f, |o, i| if i == 0 { Float::nearest(o.m::<$f>(0).get().sqrt()) } else { o.n(i) });
            [$getexps xmm16, xmm1, xmm2, {sae} ; vmovaps zmm0, zmm16] make!($f, |o, i| if i == 0 { Float::nearest(exponent(o.m::<$f>(0).get())) } else { o.n(i) });
        ));
    };
}

#[test]
fn parts_and_scalars() {
    with!("avx512f" "avx512bw", "parts of numbers",
        parts!(Single f32: vgetexpps vgetmantps vrndscaleps vsqrtps vaddss vsubss vmulss vdivss vminss vmaxss vgetexpss vsqrtss);
        parts!(Double f64: vgetexppd vgetmantpd vrndscalepd vsqrtpd vaddsd vsubsd vmulsd vdivsd vminsd vmaxsd vgetexpsd vsqrtsd);
    );
    with!("avx512fp16", "parts of numbers of half precision",
        parts!(Half F16: vgetexpph vgetmantph vrndscaleph vsqrtph vaddsh vsubsh vmulsh vdivsh vminsh vmaxsh vgetexpsh vsqrtsh);
    );
    with!("avx512dq" "avx512bw", "ranges",
        floats! { Single Single:
            // The operand of the lesser magnitude; of the greater one, which is then positive.
            (d n m) [vrangeps Rz(d), Rz(n), Rz(m), 0b0110] make!(f32, |o, i| match (o.n::<f32>(i), o.m::<f32>(i)) {
                (n, m) if n.is_nan() => m,
                (n, m) if m.is_nan() => n,
                (n, m) if n.abs() == m.abs() => if n.is_sign_negative() { n } else { m },
                (n, m) => if n.abs() < m.abs() { n } else { m },
            });
            [vrangeps zmm0 {k1}, zmm1, zmm2, 0b1011] |o| o.masked::<f32>(o.make(|i| o.n::<f32>(i).abs().max(o.m::<f32>(i).abs())), false);
            // What is left after rounding to halves.
            [vreduceps zmm0, zmm1, 0x10] make!(f32, |o, i| match o.n::<f32>(i) { n if n.is_infinite() => 0.0, n => (f64::from(n) - (f64::from(n) * 2.0).round_ties_even() / 2.0) as f32 });
        }
    );
}

/// Operations on mask registers of one size.
macro_rules! masks {
    ($bits:literal $mov:ident $R:ident: $and:ident $andn:ident $or:ident $xor:ident $xnor:ident $add:ident $not:ident $left:ident $right:ident $ortest:ident $test:ident) => { table::integers(rows!(general GENERAL:
        (d n m) [$mov k3, $R(n) ; $mov k5, $R(m) ; $and Rk(n - n + 7), k3, k5 ; $mov $R(d), k7] |_, b, c| keep(b & c, $bits);
        [$mov k3, $R(1) ; $mov k5, $R(2) ; $andn k7, k3, k5 ; $mov $R(0), k7] |_, b, c| keep(!b & c, $bits);
        [$mov k3, $R(1) ; $mov k5, $R(2) ; $or k7, k3, k5 ; $mov $R(0), k7] |_, b, c| keep(b | c, $bits);
        (d n m) [$mov k3, $R(n) ; $mov k5, $R(m) ; $xor k7, Rk(m - m + 3), k5 ; $mov $R(d), k7] |_, b, c| keep(b ^ c, $bits);
        [$mov k3, $R(1) ; $mov k5, $R(2) ; $xnor k7, k3, k5 ; $mov $R(0), k7] |_, b, c| keep(!(b ^ c), $bits);
        [$mov k3, $R(1) ; $mov k5, $R(2) ; $add k7, k3, k5 ; $mov $R(0), k7] |_, b, c| keep(b.wrapping_add(c), $bits);
        [$mov k3, $R(1) ; $not k2, k3 ; $mov $R(0), k2] |_, b, _| keep(!b, $bits);
        [$mov k3, $R(1) ; $left k2, k3, 5 ; $mov $R(0), k2] |_, b, _| keep(b << 5, $bits);
        [$mov k3, $R(1) ; $right k2, k3, 3 ; $mov $R(0), k2] |_, b, _| keep((b & u64::MAX >> (64 - $bits)) >> 3, $bits);
        [$mov k3, $R(1) ; $mov k5, $R(2) ; $ortest k3, k5 ; setz al ; setc cl ; movzx eax, al ; movzx ecx, cl ; lea eax, [rax + rcx * 2]] |_, b, c| { let or = keep(b | c, $bits); u64::from(or == 0) | u64::from(or == u64::MAX >> (64 - $bits)) << 1 };
        [$mov k3, $R(1) ; $mov k5, $R(2) ; $test k3, k5 ; setz al ; setc cl ; movzx eax, al ; movzx ecx, cl ; lea eax, [rax + rcx * 2]] |_, b, c| u64::from(keep(b & c, $bits) == 0) | u64::from(keep(!b & c, $bits) == 0) << 1;
    )) };
}

/// What a general register holds after a mask has been moved to it: zeros above the mask.
fn keep(value: u64, bits: u32) -> u64 {
    value & u64::MAX >> (64 - bits)
}

#[test]
fn mask_registers() {
    with!("avx512bw" "avx512dq", "mask registers of every size",
        masks!(8 kmovb Rd: kandb kandnb korb kxorb kxnorb kaddb knotb kshiftlb kshiftrb kortestb ktestb);
        masks!(16 kmovw Rd: kandw kandnw korw kxorw kxnorw kaddw knotw kshiftlw kshiftrw kortestw ktestw);
        masks!(32 kmovd Rd: kandd kandnd kord kxord kxnord kaddd knotd kshiftld kshiftrd kortestd ktestd);
        masks!(64 kmovq Rq: kandq kandnq korq kxorq kxnorq kaddq knotq kshiftlq kshiftrq kortestq ktestq);
    );
}
