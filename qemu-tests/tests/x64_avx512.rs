//! AVX-512: masks, comparisons, rounding, permutations, conversions, and the later extensions with all their
//! element types. `zmm0` is the destination, `zmm1` and `zmm2` the sources, `k1` the mask; the operands are at `rdi`, `rdi + 256`,
//! `rdi + 512`. What the processor lacks is left out, and said.
#![cfg(target_arch = "x86_64")]

use bareasm_qemu_tests::{
    avx, avx512, each, general, integral, make, ones, rounded, rows, sat, table, w, with, wrap, Float, Kind, Lane, Room,
    Rounding, F16,
};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(64, Kind::Bits, rows!(avx512 ALL_VECTORS: $($rows)*)) };
}

macro_rules! floats {
    ($input:ident $output:ident: $($rows:tt)*) => { table::mixed(64, Kind::$input, Kind::$output, rows!(avx512 ALL_VECTORS: $($rows)*)) };
}

/// Lanes of which the bits of a mask register say whether something holds.
fn bits(o: &Room, count: usize, holds: impl Fn(usize) -> bool) -> Vec<u8> {
    o.first((0..count).fold(0u64, |mask, i| mask | u64::from(holds(i)) << i))
}

#[test]
fn masks() {
    with!("avx512bw" "avx512dq", "mask registers",
        table::integers(rows!(general GENERAL:
            [kmovq k1, rcx ; kmovq k2, rdx ; kandq k3, k1, k2 ; kmovq rax, k3] |_, b, c| b & c;
            [kmovd k1, ecx ; kmovd k2, edx ; kandnd k7, k1, k2 ; kmovd eax, k7] |_, b, c| (!b & c) as u32 as u64;
            (d n m) [kmovw Rk(n & 7), Rd(n) ; kmovw k7, Rd(m) ; korw k6, Rk(n & 7), k7 ; kmovw Rd(d), k6] |_, b, c| (b | c) & 0xffff;
            [kmovb k1, ecx ; kmovb k2, edx ; kxorb k3, k1, k2 ; kmovb eax, k3] |_, b, c| (b ^ c) & 0xff;
            [kmovq k1, rcx ; kmovq k2, rdx ; kxnorq k3, k1, k2 ; kmovq rax, k3] |_, b, c| !(b ^ c);
            [kmovq k1, rcx ; knotq k3, k1 ; kmovq rax, k3] |_, b, _| !b;
            [kmovq k1, rcx ; kmovq k2, rdx ; kaddq k3, k1, k2 ; kmovq rax, k3] |_, b, c| b.wrapping_add(c);
            [kmovd k1, ecx ; kshiftld k3, k1, 7 ; kmovd eax, k3] |_, b, _| u64::from((b as u32) << 7);
            [kmovq k1, rcx ; kshiftrq k3, k1, 63 ; kmovq rax, k3] |_, b, _| b >> 63;
            [kmovb k1, ecx ; kshiftlb k3, k1, 9 ; kmovb eax, k3] |_, _, _| 0;
            [kmovd k1, ecx ; kmovd k2, edx ; kunpckwd k3, k1, k2 ; kmovd eax, k3] |_, b, c| (b & 0xffff) << 16 | c & 0xffff;
            [kmovq k1, rcx ; kmovq k2, rdx ; kunpckdq k3, k1, k2 ; kmovq rax, k3] |_, b, c| b << 32 | c & 0xffff_ffff;
            [kmovq k1, rcx ; kmovq k2, rdx ; kortestq k1, k2 ; sete al ; setc cl ; movzx eax, al ; movzx ecx, cl ; lea rax, [rax + rcx * 2]] |_, b, c| u64::from(b | c == 0) | u64::from(b | c == u64::MAX) << 1;
            [kmovw k1, ecx ; kmovw k2, edx ; ktestw k1, k2 ; sete al ; setc cl ; movzx eax, al ; movzx ecx, cl ; lea rax, [rax + rcx * 2]] |_, b, c| u64::from(b & c & 0xffff == 0) | u64::from(!b & c & 0xffff == 0) << 1;
        ));
        check! {
            (d n m) [vpcmpub k2, Rz(n), Rz(m), 1 ; vpxord Rz(d), Rz(d), Rz(d) ; kmovq rax, k2 ; {evex} vmovq Rx(d), rax] |o| bits(o, 64, |i| o.n::<u8>(i) < o.m(i));
            [vpcmpw k2 {k1}, zmm1, zmm2, 6 ; vpxord zmm0, zmm0, zmm0 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 32, |i| o.bit(i) && o.n::<i16>(i) > o.m(i));
            [vpcmpltud k2, zmm1, dword [rdi + 512] {1to16} ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 16, |i| o.n::<u32>(i) < o.m(0));
            [vpcmpneqq k2, zmm1, [rdi + 512] ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 8, |i| o.n::<u64>(i) != o.m(i));
            [vpcmpeqb k5 {k1}, zmm1, zmm2 ; kmovq rax, k5 ; vmovq xmm0, rax] |o| bits(o, 64, |i| o.bit(i) && o.n::<u8>(i) == o.m(i));
            (d n m) [vpcmpgtq Rk(m - m + 2), Rz(n), Rz(m) ; kmovq rax, k2 ; {evex} vmovq Rx(d), rax] |o| bits(o, 8, |i| o.n::<i64>(i) > o.m(i));
            [vptestmd k2 {k1}, zmm1, zmm2 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 16, |i| o.bit(i) && o.n::<u32>(i) & o.m::<u32>(i) != 0);
            [vptestnmw k2, zmm1, zmm2 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 32, |i| o.n::<u16>(i) & o.m::<u16>(i) == 0);
            [vpmovb2m k2, zmm1 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 64, |i| o.n::<i8>(i) < 0);
            [vpmovd2m k2, zmm1 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 16, |i| o.n::<i32>(i) < 0);
            (d n m) [vpmovm2w Rz(d), Rk(n - n + m - m + 1)] make!(u16, |o, i| ones(o.bit(i)));
            [vpmovm2q zmm0, k1] make!(u64, |o, i| ones(o.bit(i)));
        }
        table::mixed(64, Kind::Single, Kind::Bits, rows!(avx512 ALL_VECTORS:
            [vcmpps k2 {k1}, zmm1, zmm2, 17 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 16, |i| o.bit(i) && o.n::<f32>(i) < o.m(i));
            [vcmpunordps k2, zmm1, zmm2, {sae} ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 16, |i| o.n::<f32>(i).is_nan() || o.m::<f32>(i).is_nan());
            [vfpclassps k2, zmm1, 0x81 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 16, |i| o.n::<f32>(i).is_nan());
        ))
    );
}

/// The exact value of an operation on small numbers, rounded.
fn directed_lane(o: &Room, i: usize, rounding: Rounding, f: fn(f64, f64, f64) -> f64) -> f32 {
    // 24 bits of each, of one magnitude: sums and products have at most 48.
    let [n, m] = [o.n::<i32>(i), o.m(i)].map(|x| f64::from((x >> 8) as f32));
    // What is left of numbers that cancel out is negative when rounding down.
    rounded(f(n, m, if rounding == Rounding::Down { -0.0 } else { 0.0 }), rounding)
}

#[test]
fn rounding() {
    with!("avx512f", "rounding by the instruction",
        macro_rules! modes {
            ($($new:ident |$n:ident, $m:ident, $none:ident| $value:expr;)*) => { floats! { Bits Single: $(
                (d n m) [vpsrad Rz(n), Rz(n), 8 ; vcvtdq2ps Rz(n), Rz(n) ; vpsrad Rz(m), Rz(m), 8 ; vcvtdq2ps Rz(m), Rz(m) ; $new Rz(d), Rz(n), Rz(m), {rd-sae}] make!(f32, |o, i| directed_lane(o, i, Rounding::Down, |$n, $m, $none| $value));
                [vpsrad zmm1, zmm1, 8 ; vcvtdq2ps zmm1, zmm1 ; vpsrad zmm2, zmm2, 8 ; vcvtdq2ps zmm2, zmm2 ; $new zmm0, zmm1, zmm2, {ru-sae}] make!(f32, |o, i| directed_lane(o, i, Rounding::Up, |$n, $m, $none| $value));
                [vpsrad zmm1, zmm1, 8 ; vcvtdq2ps zmm1, zmm1 ; vpsrad zmm2, zmm2, 8 ; vcvtdq2ps zmm2, zmm2 ; $new zmm0 {k1}{z}, zmm1, zmm2, {rz-sae}] |o| o.masked::<f32>(o.make(|i| directed_lane(o, i, Rounding::Zero, |$n, $m, $none| $value)), true);
                [vpsrad zmm1, zmm1, 8 ; vcvtdq2ps zmm1, zmm1 ; vpsrad zmm2, zmm2, 8 ; vcvtdq2ps zmm2, zmm2 ; $new zmm0, zmm1, zmm2, {rn-sae}] make!(f32, |o, i| directed_lane(o, i, Rounding::Nearest, |$n, $m, $none| $value));
            )* } };
        }
        modes! {
            vaddps |n, m, none| if n == -m && n != 0.0 { none } else { n + m };
            vsubps |n, m, none| if n == m { none } else { n - m };
            vmulps |n, m, _none| n * m;
        }
        floats! { Single Bits:
            (d n m) [vcvtps2dq Rz(d), Rz(n), {rd-sae} ; vmovaps Rz(m), Rz(m)] make!(u32, |o, i| to_i32(integral(o.n::<f32>(i).get(), Rounding::Down)));
            [vcvtps2dq zmm0, zmm1, {ru-sae}] make!(u32, |o, i| to_i32(integral(o.n::<f32>(i).get(), Rounding::Up)));
            [vcvtps2dq zmm0 {k1}, zmm1, {rz-sae}] |o| o.masked::<u32>(o.make(|i| to_i32(integral(o.n::<f32>(i).get(), Rounding::Zero))), false);
            [vcvtps2dq zmm0, dword [rdi + 260] {1to16}] make!(u32, |o, _| to_i32(integral(o.n::<f32>(1).get(), Rounding::Nearest)));
            [vcvttps2dq zmm0, zmm1, {sae}] make!(u32, |o, i| to_i32(o.n::<f32>(i).get().trunc()));
            [vcvttps2udq zmm0, zmm1] make!(u32, |o, i| { let x = o.n::<f32>(i).get().trunc(); if (0.0..4_294_967_296.0).contains(&x) { x as u32 } else { u32::MAX } });
        }
        floats! { Single Single:
            (d n m) [vrndscaleps Rz(d), Rz(n), 0x11 ; vmovaps Rz(m), Rz(m)] make!(f32, |o, i| { let x = o.n::<f32>(i).get(); if x.abs() < 8e6 { ((x * 2.0).floor() / 2.0) as f32 } else { x as f32 } });
            [vfmadd231ps zmm0, zmm1, zmm2] each!(f32, |d, n, m| n.mul_add(m, d));
            [vfmadd132ps zmm0 {k1}, zmm1, [rdi + 512]] |o| o.masked::<f32>(each!(f32, |d, n, m| d.mul_add(m, n))(o), false);
            [vfnmsub213ps zmm0 {k1}{z}, zmm1, dword [rdi + 512] {1to16}] |o| o.masked::<f32>(o.make(|i| (-o.n::<f32>(i)).mul_add(o.d(i), -o.m::<f32>(0))), true);
            [vscalefps zmm0, zmm1, zmm2] make!(f32, |o, i| { let (n, m) = (o.n::<f32>(i), o.m::<f32>(i)); if m.is_nan() || n.is_nan() { f32::NAN } else { scaled(n, m) } });
        }
    );
}

/// An integer of 32 bits, or the indefinite one.
fn to_i32(value: f64) -> u32 {
    if (-2_147_483_648.0..2_147_483_648.0).contains(&value) {
        value as i32 as u32
    } else {
        1 << 31
    }
}

/// A number times two to the floor of another.
fn scaled(n: f32, m: f32) -> f32 {
    match m.floor() {
        power if power == f32::INFINITY => {
            if n == 0.0 {
                f32::NAN
            } else {
                n * f32::INFINITY
            }
        }
        power if power == f32::NEG_INFINITY => {
            if n.is_infinite() {
                f32::NAN
            } else {
                n * 0.0
            }
        }
        power => (f64::from(n) * 2f64.powf(f64::from(power.clamp(-600.0, 600.0)))) as f32,
    }
}

#[test]
fn permutations() {
    with!("avx512f" "avx512bw" "avx512dq", "permutations and parts of vectors", check! {
        [vpermi2d zmm0, zmm1, zmm2] make!(u32, |o, i| { let at = o.d::<u32>(i) as usize % 32; if at < 16 { o.n(at) } else { o.m(at - 16) } });
        (d n m) [vpermt2q Rz(d), Rz(n), Rz(m)] make!(u64, |o, i| { let at = o.n::<u64>(i) as usize % 16; if at < 8 { o.d(at) } else { o.m(at - 8) } });
        [valignd zmm0, zmm1, zmm2, 5] make!(u32, |o, i| if i + 5 < 16 { o.m(i + 5) } else { o.n(i + 5 - 16) });
        [valignq zmm0 {k1}{z}, zmm1, qword [rdi + 512] {1to8}, 1] |o| o.masked::<u64>(o.make::<u64>(|i| if i < 7 { o.m(0) } else { o.n(0) }), true);
        [vpalignr zmm0, zmm1, zmm2, 3] make!(u8, |o, i| { let at = i % 16 + 3; if at < 16 { o.m(i + 3) } else { o.n(i / 16 * 16 + at - 16) } });
        [vpternlogd zmm0, zmm1, zmm2, 0xca] each!(u32, |d, n, m| d & n | !d & m);
        (d n m) [vpternlogq Rz(d) {k1}, Rz(n), Rz(m), 0x96 ^ (m - m)] |o| o.masked::<u64>(each!(u64, |d, n, m| d ^ n ^ m)(o), false);
        [vpblendmd zmm0 {k1}, zmm1, zmm2] make!(u32, |o, i| if o.bit(i) { o.m(i) } else { o.n(i) });
        [vpblendmb zmm0 {k1}, zmm1, zmm2] make!(u8, |o, i| if o.bit(i) { o.m(i) } else { o.n(i) });
        [vshufi32x4 zmm0, zmm1, zmm2, 0b11_00_10_01] make!(u32, |o, i| { let at = [1, 2, 0, 3][i / 4] * 4 + i % 4; if i < 8 { o.n(at) } else { o.m(at) } });
        [vshufps zmm0, zmm1, zmm2, 0b11_00_10_01] make!(u32, |o, i| { let at = i / 4 * 4 + [1, 2, 0, 3][i % 4]; if i % 4 < 2 { o.n(at) } else { o.m(at) } });
        [vpshufd zmm0 {k1}, zmm1, 0b00_01_10_11] |o| o.masked::<u32>(o.make::<u32>(|i| o.n(i ^ 3)), false);
        [vpshuflw zmm0, zmm1, 0b00_01_10_11] make!(u16, |o, i| if i % 8 < 4 { o.n(i ^ 3) } else { o.n(i) });
        [vpermilps zmm0, zmm1, zmm2] make!(u32, |o, i| o.n(i / 4 * 4 + o.m::<u32>(i) as usize % 4));
        [vinserti32x4 zmm0, zmm1, xmm2, 2] make!(u32, |o, i| if i / 4 == 2 { o.m(i % 4) } else { o.n(i) });
        [vinserti64x4 zmm0 {k1}, zmm1, [rdi + 512], 1] |o| o.masked::<u64>(o.make::<u64>(|i| if i < 4 { o.n(i) } else { o.m(i - 4) }), false);
        [vextracti32x4 xmm0, zmm1, 3] make!(u32, |o, i| if i < 4 { o.n(i + 12) } else { 0 });
        [vextracti64x4 [rdi], zmm1, 1 ; vmovups zmm0, [rdi]] make!(u64, |o, i| if i < 4 { o.n(i + 4) } else { o.d(i) });
        (d n m) [vpbroadcastd Rz(d) {k1}, Rx(n) ; vmovaps Rz(m), Rz(m)] |o| o.masked::<u32>(o.make::<u32>(|_| o.n(0)), false);
        [mov eax, 0x1234567 ; vpbroadcastw zmm0, eax] make!(u16, |_o, _| 0x4567);
        [vpbroadcastb zmm0 {k1}{z}, byte [rdi + 300]] |o| o.masked::<u8>(o.make::<u8>(|_| o.n(44)), true);
        [vbroadcasti32x4 zmm0, [rdi + 272]] make!(u32, |o, i| o.n(4 + i % 4));
        [vbroadcasti64x4 zmm0, [rdi + 256]] make!(u64, |o, i| o.n(i % 4));
        (d n m) [vmovdqu8 Rz(d) {k1}, [rdi + 257] ; vmovaps Rz(n), Rz(m)] |o| o.masked::<u8>(o.make::<u8>(|i| o.n(i + 1)), false);
        [vmovdqu16 [rdi] {k1}, zmm1 ; vmovups zmm0, [rdi]] |o| o.masked::<u16>(o.make::<u16>(|i| o.n(i)), false);
        [vmovdqa32 zmm0 {k1}{z}, zmm1] |o| o.masked::<u32>(o.make::<u32>(|i| o.n(i)), true);
        [vmovapd zmm0 {k1}, zmm1] |o| o.masked::<u64>(o.make::<u64>(|i| o.n(i)), false);
        [vpslldq zmm0, zmm1, 3] make!(u8, |o, i| if i % 16 < 3 { 0 } else { o.n(i - 3) });
        [vprold zmm0, zmm1, 13] each!(u32, |_, n, _| n.rotate_left(13));
        [vprorq zmm0 {k1}, [rdi + 256], 29] |o| o.masked::<u64>(each!(u64, |_, n, _| n.rotate_right(29))(o), false);
        [vpabsq zmm0 {k1}, zmm1] |o| o.masked::<u64>(each!(i64, |_, n, _| n.wrapping_abs())(o), false);
        [vpabsb zmm0, zmm1] each!(i8, |_, n, _| n.wrapping_abs());
        // Displacements that are multiples of the operand have one byte, others four; as do those of the element broadcast.
        [vmovdqu32 zmm0, [rdi + 64 * 4]] make!(u32, |o, i| o.n(i));
        [lea rax, [rdi + 256 + 8192] ; vmovdqu32 zmm0, [rax - 64 * 128]] make!(u32, |o, i| o.n(i));
        [lea rax, [rdi + 256 - 8128 - 64] ; vmovdqu32 zmm0, [rax + 8192]] make!(u32, |o, i| o.n(i));
        [lea rax, [rdi + 256 - 508] ; vpandd zmm0, zmm1, dword [rax + 508] {1to16}] make!(u32, |o, i| o.n::<u32>(i) & o.n::<u32>(0));
        [mov rcx, 4 ; lea r12, [rdi + 256] ; vpaddd Rz(0), Rz(1), [r12 + rcx * 8 - 32]] each!(u32, |_, n, _| n.wrapping_add(n));
    });
    with!(
        "avx512f",
        "gathers and scatters",
        check! {
            (d n m) [kmovw k2, k1 ; vpandd Rz(m), Rz(m), dword [->mask] {1to16} ; jmp ->over ; .align 4 ; ->mask: ; .u32 63 ; ->over: ; vpgatherdd Rz(d) {k2}, [rdi + Rz(m) * 4 + 256] ; vmovaps Rz(n), Rz(n)] |o| {
                o.masked::<u32>(o.make(|i| o.n::<u32>(o.m::<u32>(i) as usize & 63)), false)
            };
            [kmovw k2, k1 ; vpmovzxdq zmm3, ymm2 ; mov eax, 31 ; vpbroadcastq zmm4, rax ; vpandq zmm3, zmm3, zmm4 ; vpgatherqq zmm0 {k2}, [rdi + zmm3 * 8 + 256]] |o| {
                o.masked::<u64>(o.make(|i| o.n::<u64>(o.m::<u32>(i) as usize & 31)), false)
            };
            // Where two lanes go to one place, the last one counts.
            [kmovw k2, k1 ; mov eax, 15 ; vpbroadcastd zmm4, eax ; vpandd zmm20, zmm2, zmm4 ; vpscatterdd [rdi + zmm20 * 4] {k2}, zmm1 ; vmovups zmm0, [rdi]] |o| {
                let mut out = o.make::<u32>(|i| o.d(i));
                (0..16).filter(|i| o.bit(*i)).for_each(|i| { let at = o.m::<u32>(i) as usize & 15; o.n::<u32>(i).write(&mut out[4 * at..][..4]) });
                out
            };
        }
    );
}

#[test]
fn conversions() {
    with!("avx512f" "avx512bw" "avx512dq" "avx512vl", "conversions",
        check! {
            (d n m) [vpmovdb Rx(d), Rz(n) ; vmovaps Rz(m), Rz(m)] make!(u8, |o, i| if i < 16 { o.n::<u32>(i) as u8 } else { 0 });
            [vpmovsdb xmm0, zmm1] make!(i8, |o, i| if i < 16 { sat(w(o.n::<i32>(i))) } else { 0 });
            [vpmovusqd ymm0, zmm1] make!(u32, |o, i| if i < 8 { sat(w(o.n::<u64>(i))) } else { 0 });
            [vpmovwb [rdi] {k1}, zmm1 ; vmovups zmm0, [rdi]] make!(u8, |o, i| if i < 32 && o.bit(i) { o.n::<u16>(i) as u8 } else { o.d(i) });
            [vpmovsxbw zmm0 {k1}, ymm1] |o| o.masked::<i16>(o.make::<i16>(|i| o.n::<i8>(i).into()), false);
            [vpmovzxwq zmm0, [rdi + 256]] make!(u64, |o, i| o.n::<u16>(i).into());
            [vpmovsxdq zmm0 {k1}{z}, ymm1] |o| o.masked::<i64>(o.make::<i64>(|i| o.n::<i32>(i).into()), true);
            [vcvtdq2ps zmm0, zmm1] make!(f32, |o, i| o.n::<i32>(i) as f32);
            [vcvtudq2ps zmm0, zmm1, {rz-sae}] make!(f32, |o, i| rounded(f64::from(o.n::<u32>(i)), Rounding::Zero));
            [vcvtudq2pd zmm0 {k1}, ymm1] |o| o.masked::<f64>(o.make::<f64>(|i| o.n::<u32>(i).into()), false);
            [vcvtqq2pd zmm0, zmm1] make!(f64, |o, i| o.n::<i64>(i) as f64);
            [vcvtuqq2ps ymm0, zmm1] make!(f32, |o, i| if i < 8 { o.n::<u64>(i) as f32 } else { 0.0 });
            [mov rax, [rdi + 256] ; vcvtusi2sd xmm0, xmm0, rax ; vmovq xmm0, xmm0] |o| o.first(o.n::<u64>(0) as f64);
        }
        floats! { Single Double: [vcvtps2pd zmm0, ymm1] make!(f64, |o, i| o.n::<f32>(i).into()); }
        floats! { Double Single: [vcvtpd2ps ymm0, zmm1] make!(f32, |o, i| if i < 8 { o.n::<f64>(i) as f32 } else { 0.0 }); }
        floats! { Double Bits:
            [vcvttpd2qq zmm0, zmm1] make!(u64, |o, i| { let x = o.n::<f64>(i).trunc(); if (-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&x) { x as i64 as u64 } else { 1 << 63 } });
            [vcvttpd2uqq zmm0 {k1}, zmm1] |o| o.masked::<u64>(o.make(|i| { let x = o.n::<f64>(i).trunc(); if x > -1.0 && x < 1.844_674_407_370_955_2e19 { x as u64 } else { u64::MAX } }), false);
            [vcvttsd2usi eax, xmm1 ; vmovd xmm0, eax] |o| o.first({ let x = o.n::<f64>(0).trunc(); if x > -1.0 && x < 4_294_967_296.0 { x as u32 } else { u32::MAX } });
        }
        floats! { Single Half: [vcvtps2ph ymm0, zmm1, 0] make!(F16, |o, i| if i < 16 { F16::new(o.n::<f32>(i).into()) } else { F16(0) }); }
        floats! { Half Single: [vcvtph2ps zmm0 {k1}, ymm1] |o| o.masked::<f32>(o.make(|i| o.n::<F16>(i).value() as f32), false); }
    );
}

#[test]
fn later_extensions() {
    with!("avx512cd" "avx512f", "conflict detection", check! {
        (d n m) [vplzcntd Rz(d) {k1}, Rz(n) ; vmovaps Rz(m), Rz(m)] |o| o.masked::<u32>(each!(u32, |_, n, _| n.leading_zeros())(o), false);
        [vplzcntq zmm0, zmm1] each!(u64, |_, n, _| n.leading_zeros().into());
        [vpconflictd zmm0, zmm1] make!(u32, |o, i| (0..i).fold(0, |out, k| out | u32::from(o.n::<u32>(k) == o.n(i)) << k));
        [vpbroadcastmw2d zmm0, k1] make!(u32, |o, _| o.mask() as u16 as u32);
    });
    with!(
        "avx512vbmi",
        "VBMI",
        check! {
            (d n m) [vpermb Rz(d) {k1}, Rz(n), Rz(m)] |o| o.masked::<u8>(o.make::<u8>(|i| o.m(usize::from(o.n::<u8>(i) & 63))), false);
            [vpermi2b zmm0, zmm1, zmm2] make!(u8, |o, i| { let at = usize::from(o.d::<u8>(i) & 127); if at < 64 { o.n(at) } else { o.m(at - 64) } });
            [vpermt2b zmm0, zmm1, [rdi + 512]] make!(u8, |o, i| { let at = usize::from(o.n::<u8>(i) & 127); if at < 64 { o.d(at) } else { o.m(at - 64) } });
            [vpmultishiftqb zmm0, zmm1, zmm2] make!(u8, |o, i| o.m::<u64>(i / 8).rotate_right((o.n::<u8>(i) & 63).into()) as u8);
        }
    );
    with!(
        "avx512vbmi2",
        "VBMI2",
        check! {
            [vpshldd zmm0, zmm1, zmm2, 9] each!(u32, |_, n, m| n << 9 | m >> 23);
            [vpshrdq zmm0 {k1}, zmm1, zmm2, 9] |o| o.masked::<u64>(each!(u64, |_, n, m| n >> 9 | m << 55)(o), false);
            [vpshldvw zmm0, zmm1, zmm2] each!(u16, |d, n, m| ((u32::from(d) << 16 | u32::from(n)) << (m % 16) >> 16) as u16);
            [vpshrdvd zmm0, zmm1, dword [rdi + 512] {1to16}] make!(u32, |o, i| ((u64::from(o.n::<u32>(i)) << 32 | u64::from(o.d::<u32>(i))) >> (o.m::<u32>(0) % 32)) as u32);
        }
    );
    with!(
        "avx512vnni",
        "VNNI",
        check! {
            (d n m) [vpdpbusd Rz(d), Rz(n), Rz(m)] make!(i32, |o, i| wrap(w(o.d::<i32>(i)) + (0..4).map(|k| w(o.n::<u8>(4 * i + k)) * w(o.m::<i8>(4 * i + k))).sum::<i128>()));
            [vpdpbusds zmm0, zmm1, zmm2] make!(i32, |o, i| sat(w(o.d::<i32>(i)) + (0..4).map(|k| w(o.n::<u8>(4 * i + k)) * w(o.m::<i8>(4 * i + k))).sum::<i128>()));
            [vpdpwssd zmm0 {k1}, zmm1, zmm2] |o| o.masked::<i32>(o.make::<i32>(|i| wrap(w(o.d::<i32>(i)) + (0..2).map(|k| w(o.n::<i16>(2 * i + k)) * w(o.m::<i16>(2 * i + k))).sum::<i128>())), false);
            [vpdpwssds zmm0, zmm1, dword [rdi + 512] {1to16}] make!(i32, |o, i| sat(w(o.d::<i32>(i)) + (0..2).map(|k| w(o.n::<i16>(2 * i + k)) * w(o.m::<i16>(k))).sum::<i128>()));
        }
    );
    with!(
        "avxvnni",
        "AVX-VNNI",
        table::vectors(
            32,
            Kind::Bits,
            rows!(avx VECTORS:
                (d n m) [{vex} vpdpbusd Ry(d), Ry(n), Ry(m)] make!(i32, |o, i| wrap(w(o.d::<i32>(i)) + (0..4).map(|k| w(o.n::<u8>(4 * i + k)) * w(o.m::<i8>(4 * i + k))).sum::<i128>()));
                [{vex} vpdpwssds ymm0, ymm1, [rdi + 512]] make!(i32, |o, i| sat(w(o.d::<i32>(i)) + (0..2).map(|k| w(o.n::<i16>(2 * i + k)) * w(o.m::<i16>(2 * i + k))).sum::<i128>()));
            )
        )
    );
    with!(
        "avx512ifma",
        "IFMA",
        check! {
            (d n m) [vpmadd52luq Rz(d), Rz(n), Rz(m)] each!(u64, |d, n, m| d.wrapping_add((u128::from(n << 12 >> 12) * u128::from(m << 12 >> 12)) as u64 & ((1 << 52) - 1)));
            [vpmadd52huq zmm0 {k1}{z}, zmm1, zmm2] |o| o.masked::<u64>(each!(u64, |d, n, m| d.wrapping_add(((u128::from(n << 12 >> 12) * u128::from(m << 12 >> 12)) >> 52) as u64))(o), true);
        }
    );
    with!("avx512bitalg" "avx512vpopcntdq", "population counts", check! {
        (d n m) [vpopcntb Rz(d) {k1}, Rz(n) ; vmovaps Rz(m), Rz(m)] |o| o.masked::<u8>(each!(u8, |_, n, _| n.count_ones() as u8)(o), false);
        [vpopcntw zmm0, zmm1] each!(u16, |_, n, _| n.count_ones() as u16);
        [vpopcntd zmm0, zmm1] each!(u32, |_, n, _| n.count_ones());
        [vpopcntq zmm0, qword [rdi + 264] {1to8}] make!(u64, |o, _| o.n::<u64>(1).count_ones().into());
        [vpshufbitqmb k2 {k1}, zmm1, zmm2 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits(o, 64, |i| o.bit(i) && o.n::<u64>(i / 8) >> (o.m::<u8>(i) & 63) & 1 == 1);
    });
    with!("avx512bf16", "BF16",
        floats! { Single Bits:
            // NaNs become quiet ones, numbers below the normal ones zero.
            (d n m) [vcvtneps2bf16 Ry(d), Rz(n) ; vmovaps Rz(m), Rz(m)] make!(u16, |o, i| if i < 16 { to_bf16(o.n(i)) } else { 0 });
            [vcvtne2ps2bf16 zmm0, zmm1, zmm2] make!(u16, |o, i| to_bf16(if i < 16 { o.m(i) } else { o.n(i - 16) }));
        }
        // Integers that both formats hold, the sums of which are exact.
        check! {
            [mov eax, 127 ; vpbroadcastd zmm3, eax ; vcvtdq2ps zmm0, zmm3 ; vpandd zmm1, zmm1, zmm3 ; vpandd zmm2, zmm2, zmm3 ; vcvtdq2ps zmm1, zmm1 ; vcvtdq2ps zmm2, zmm2 ; vdpbf16ps zmm0, zmm1, zmm2] make!(f32, |o, i| {
                127.0 + (o.n::<u32>(i) & 127) as f32 * (o.m::<u32>(i) & 127) as f32
            });
        }
    );
}

/// The upper half of single precision, rounded.
fn to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    match value {
        _ if value.is_nan() => (bits >> 16) as u16 | 0x40,
        _ if value.is_subnormal() => (bits >> 16) as u16 & 0x8000,
        _ => ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16,
    }
}

#[test]
fn half_precision() {
    with!("avx512fp16", "arithmetic of half precision",
        floats! { Half Half:
            (d n m) [vaddph Rz(d), Rz(n), Rz(m)] make!(F16, |o, i| F16::new(o.n::<F16>(i).value() + o.m::<F16>(i).value()));
            [vsubph zmm0 {k1}, zmm1, [rdi + 512]] |o| o.masked::<F16>(o.make(|i| F16::new(o.n::<F16>(i).value() - o.m::<F16>(i).value())), false);
            [vmulph zmm0, zmm1, word [rdi + 516] {1to32}] make!(F16, |o, i| F16::new(o.n::<F16>(i).value() * o.m::<F16>(2).value()));
            [vdivph zmm0 {k1}{z}, zmm1, zmm2] |o| o.masked::<F16>(o.make(|i| F16::new(o.n::<F16>(i).value() / o.m::<F16>(i).value())), true);
            [vsqrtph zmm0, zmm1] make!(F16, |o, i| F16::new(o.n::<F16>(i).value().sqrt()));
            [vminph zmm0, zmm1, zmm2] make!(F16, |o, i| if o.n::<F16>(i).value() < o.m::<F16>(i).value() { o.n(i) } else { o.m(i) });
            (d n m) [vfmadd231ph Rz(d), Rz(n), Rz(m)] each!(F16, |d, n, m| n.mul_add(m, d));
            [vaddph zmm0, zmm1, zmm2, {rz-sae}] make!(F16, |o, i| {
                // The carry to infinity stops at the largest number; sums of numbers of half precision are exact.
                let sum = o.n::<F16>(i).value() + o.m::<F16>(i).value();
                if sum.is_finite() { rounded::<F16>(sum, Rounding::Zero) } else { F16::new(sum) }
            });
            [vaddsh xmm0, xmm1, xmm2 ; vpslldq xmm0, xmm0, 14 ; vpsrldq xmm0, xmm0, 14] |o| o.first(F16::new(o.n::<F16>(0).value() + o.m::<F16>(0).value()));
        }
        floats! { Half Single: [vcvtph2psx zmm0, ymm1] make!(f32, |o, i| o.n::<F16>(i).value() as f32); }
        floats! { Bits Half: [vcvtw2ph zmm0, zmm1] make!(F16, |o, i| F16::new(o.n::<i16>(i).into())); }
        floats! { Half Bits: [vcvttph2w zmm0, zmm1] make!(u16, |o, i| { let x = o.n::<F16>(i).value().trunc(); if (-32768.0..32768.0).contains(&x) { x as i16 as u16 } else { 0x8000 } }); }
        check! {
            [vmovw eax, xmm1 ; vmovw xmm0, eax] |o| o.first(o.n::<u16>(0));
            [vmovsh xmm0, word [rdi + 258]] |o| o.first(o.n::<u16>(1));
        }
        // Complex numbers: small integers, exact.
        check! {
            [mov eax, 7 ; vpbroadcastw zmm3, eax ; vpandd zmm1, zmm1, zmm3 ; vpandd zmm2, zmm2, zmm3 ; vcvtw2ph zmm1, zmm1 ; vcvtw2ph zmm2, zmm2 ; vfmulcph zmm0, zmm1, zmm2] make!(F16, |o, i| {
                let part = |of: usize, at: usize| f64::from((if of == 1 { o.n::<u16>(at) } else { o.m(at) }) & 7);
                let e = i & !1;
                F16::new(if i % 2 == 0 { part(1, e) * part(2, e) - part(1, e + 1) * part(2, e + 1) } else { part(1, e) * part(2, e + 1) + part(1, e + 1) * part(2, e) })
            });
        }
    );
}
