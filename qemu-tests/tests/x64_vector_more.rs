//! x86-64 vectors of 128 and 256 bits: moves, lanes, blends, conversions, gathers, scalar and fused floating point, strings;
//! cryptography of every width. Destination in register 0, sources in 1 and 2; at `rdi`, `rdi + 256`, `rdi + 512`.
#![cfg(target_arch = "x86_64")]

use bareasm_qemu_tests::crypto::{aes_inverse_mix, aes_mix, aes_substitute, aes_unsubstitute, field_inverse, field_multiply};
use bareasm_qemu_tests::{avx, avx512, each, make, ones, rows, sse, table, with, Kind, Lane, Room, F16};

macro_rules! narrow {
    ($($rows:tt)*) => { table::vectors(16, Kind::Bits, rows!(sse VECTORS: $($rows)*)) };
}

macro_rules! wide {
    ($($rows:tt)*) => { table::vectors(32, Kind::Bits, rows!(avx VECTORS: $($rows)*)) };
}

#[test]
fn lanes_and_moves() {
    narrow! {
        (d n m) [movd eax, Rx(n) ; movd Rx(d), eax ; movaps Rx(m), Rx(m)] |o| o.first(o.n::<u32>(0));
        (d n m) [movq rax, Rx(n) ; movq Rx(d), rax ; movaps Rx(m), Rx(m)] |o| o.first(o.n::<u64>(0));
        [movq xmm0, [rdi + 264]] |o| o.first(o.n::<u64>(1));
        [movd [rdi], xmm1 ; movups xmm0, [rdi]] make!(u32, |o, i| if i == 0 { o.n(0) } else { o.d(i) });
        [movss xmm0, xmm1] make!(u32, |o, i| if i == 0 { o.n(0) } else { o.d(i) });
        [movsd xmm0, [rdi + 256]] |o| o.first(o.n::<u64>(0));
        [movhlps xmm0, xmm1] make!(u64, |o, i| if i == 0 { o.n(1) } else { o.d(1) });
        [movlhps xmm0, xmm1] make!(u64, |o, i| if i == 0 { o.d(0) } else { o.n(0) });
        [movhps xmm0, [rdi + 256]] make!(u64, |o, i| if i == 0 { o.d(0) } else { o.n(0) });
        [movlpd [rdi + 8], xmm1 ; movdqu xmm0, [rdi]] make!(u64, |o, i| if i == 0 { o.d(0) } else { o.n(0) });
        [movntdq [rdi], xmm1 ; sfence ; movdqa xmm0, [rdi]] make!(u64, |o, i| o.n(i));
        (d n m) [pextrw eax, Rx(n), 5 ; pinsrw Rx(d), eax, 2 ; movaps Rx(m), Rx(m)] make!(u16, |o, i| if i == 2 { o.n(5) } else { o.d(i) });
        [pmovmskb eax, xmm1 ; movd xmm0, eax] |o| o.first((0..16).fold(0u32, |out, i| out | u32::from(o.n::<i8>(i) < 0) << i));
        [movmskps eax, xmm1 ; movd xmm0, eax] |o| o.first((0..4).fold(0u32, |out, i| out | u32::from(o.n::<i32>(i) < 0) << i));
        [movmskpd eax, xmm1 ; movd xmm0, eax] |o| o.first((0..2).fold(0u32, |out, i| out | u32::from(o.n::<i64>(i) < 0) << i));
        [shufps xmm0, xmm1, 0b11_00_10_01] make!(u32, |o, i| [o.d(1), o.d(2), o.n(0), o.n(3)][i]);
        [shufpd xmm0, xmm1, 0b01] make!(u64, |o, i| [o.d(1), o.n(0)][i]);
        (d n m) [pshuflw Rx(d), Rx(n), 0b00_01_10_11 ; movaps Rx(m), Rx(m)] make!(u16, |o, i| if i < 4 { o.n(i ^ 3) } else { o.n(i) });
        [pshufhw xmm0, [rdi + 256], 0b00_01_10_11] make!(u16, |o, i| if i < 4 { o.n(i) } else { o.n(i ^ 3) });
        [pslldq xmm0, 5] make!(u8, |o, i| if i < 5 { 0 } else { o.d(i - 5) });
        [psrldq xmm0, 15] |o| o.first(o.d::<u8>(15));
        [maskmovdqu xmm1, xmm2 ; movups xmm0, [rdi]] make!(u8, |o, i| if o.m::<i8>(i) < 0 { o.n(i) } else { o.d(i) });
    }
    with!("ssse3" "sse4.1", "SSE4.1", narrow! {
        (d n m) [pextrb eax, Rx(n), 13 ; pinsrb Rx(d), eax, 2 ; movaps Rx(m), Rx(m)] make!(u8, |o, i| if i == 2 { o.n(13) } else { o.d(i) });
        [pextrd [rdi + 4], xmm1, 3 ; movups xmm0, [rdi]] make!(u32, |o, i| if i == 1 { o.n(3) } else { o.d(i) });
        (d n m) [pextrq rax, Rx(n), 1 ; pinsrq Rx(d), rax, 0 ; movaps Rx(m), Rx(m)] make!(u64, |o, i| if i == 0 { o.n(1) } else { o.d(i) });
        [insertps xmm0, xmm1, 0b10_01_1000] make!(u32, |o, i| [o.d(0), o.n(2), o.d(2), 0][i]);
        [extractps eax, xmm1, 2 ; movd xmm0, eax] |o| o.first(o.n::<u32>(2));
        [blendps xmm0, xmm1, 0b0110] make!(u32, |o, i| if i == 1 || i == 2 { o.n(i) } else { o.d(i) });
        [pblendw xmm0, xmm1, 0b0101_1010] make!(u16, |o, i| if 0b0101_1010 >> i & 1 == 1 { o.n(i) } else { o.d(i) });
        // The third operand is xmm0.
        [movaps xmm3, xmm1 ; pblendvb xmm3, xmm2 ; movaps xmm0, xmm3] make!(u8, |o, i| if o.d::<i8>(i) < 0 { o.m(i) } else { o.n(i) });
        [movaps xmm3, xmm1 ; blendvpd xmm3, xmm2, xmm0 ; movaps xmm0, xmm3] make!(u64, |o, i| if o.d::<i64>(i) < 0 { o.m(i) } else { o.n(i) });
        [ptest xmm1, xmm2 ; setz al ; setc cl ; movzx eax, al ; movzx ecx, cl ; lea eax, [rax + rcx * 2] ; movd xmm0, eax] |o| {
            let [n, m] = [o.n::<u128>(0), o.m(0)];
            o.first(u32::from(n & m == 0) | u32::from(!n & m == 0) << 1)
        };
        [pmovsxbw xmm0, xmm1] make!(i16, |o, i| o.n::<i8>(i).into());
        (d n m) [pmovzxbd Rx(d), Rx(n) ; movaps Rx(m), Rx(m)] make!(u32, |o, i| o.n::<u8>(i).into());
        [pmovsxwq xmm0, [rdi + 256]] make!(i64, |o, i| o.n::<i16>(i).into());
        [phminposuw xmm0, xmm1] |o| { let (at, least) = o.all::<u16>().enumerate().min_by_key(|(_, x)| *x).expect("eight"); o.first(u32::from(least) | (at as u32) << 16) };
        [mpsadbw xmm0, xmm1, 0b110] make!(u16, |o, i| (0..4).map(|k| u16::from(o.d::<u8>(4 + i + k).abs_diff(o.n(8 + k)))).sum());
        [palignr xmm0, xmm1, 20] make!(u8, |o, i| if i + 4 < 16 { o.d(i + 4) } else { 0 });
        [pabsw xmm0, xmm1] each!(i16, |_, n, _| n.wrapping_abs());
        [movntdqa xmm0, [rdi + 256]] make!(u8, |o, i| o.n(i));
    });
    with!(
        "sse4.2",
        "comparisons of strings",
        narrow! {
            // Equal to any of a set, of known and of explicit length; the index of the first.
            [pcmpistri xmm1, xmm2, 0 ; movd xmm0, ecx] |o| {
                let text = |v: usize| (0..16).map(|i| o.operands[v][i]).take_while(|byte| *byte != 0).collect::<Vec<u8>>();
                let (set, text) = (text(1), text(2));
                o.first(text.iter().position(|byte| set.contains(byte)).unwrap_or(16) as u32)
            };
            [mov eax, 16 ; mov edx, 16 ; pcmpestrm xmm1, xmm2, 0b100_1000] make!(u8, |o, i| ones(o.n::<u8>(i) == o.m(i)));
            [mov eax, 3 ; mov edx, 16 ; pcmpestri xmm1, xmm2, 0b1100 ; movd xmm0, ecx] |o| {
                o.first((0..16).find(|at| (0..3).all(|k| at + k >= 16 || o.n::<u8>(k) == o.m(at + k))).unwrap_or(16) as u32)
            };
        }
    );
    with!(
        "avx",
        "AVX",
        wide! {
            (d n m) [vinsertf128 Ry(d), Ry(n), Rx(m), 1] make!(u64, |o, i| if i < 2 { o.n(i) } else { o.m(i - 2) });
            [vextractf128 [rdi], ymm1, 1 ; vmovups ymm0, [rdi]] make!(u64, |o, i| if i < 2 { o.n(i + 2) } else { o.d(i) });
            [vperm2f128 ymm0, ymm1, ymm2, 0x83] make!(u64, |o, i| if i < 2 { o.m(i + 2) } else { 0 });
            [vbroadcastss ymm0, [rdi + 260]] make!(u32, |o, _| o.n(1));
            [vbroadcastsd ymm0, [rdi + 264]] make!(u64, |o, _| o.n(1));
            [vbroadcastf128 ymm0, [rdi + 272]] make!(u64, |o, i| o.n(2 + i % 2));
            (d n m) [vblendvps Ry(d), Ry(n), Ry(m), Ry(d)] make!(u32, |o, i| if o.d::<i32>(i) < 0 { o.m(i) } else { o.n(i) });
            [vblendpd ymm0, ymm1, ymm2, 0b0110] make!(u64, |o, i| if i == 1 || i == 2 { o.m(i) } else { o.n(i) });
            [vpermilps ymm0, ymm1, ymm2] make!(u32, |o, i| o.n(i / 4 * 4 + o.m::<u32>(i) as usize % 4));
            [vpermilpd ymm0, ymm1, 0b0110] make!(u64, |o, i| o.n(i / 2 * 2 + (0b0110 >> i & 1)));
            [vmaskmovps ymm0, ymm1, [rdi + 512]] make!(u32, |o, i| if o.n::<i32>(i) < 0 { o.m(i) } else { 0 });
            [vmaskmovpd [rdi], ymm1, ymm2 ; vmovups ymm0, [rdi]] make!(u64, |o, i| if o.n::<i64>(i) < 0 { o.m(i) } else { o.d(i) });
            [vmovddup ymm0, ymm1] make!(u64, |o, i| o.n(i & !1));
            [vmovshdup ymm0, ymm1] make!(u32, |o, i| o.n(i | 1));
            [vmovsldup ymm0, [rdi + 256]] make!(u32, |o, i| o.n(i & !1));
            [vtestps ymm1, ymm2 ; setz al ; movzx eax, al ; vmovd xmm0, eax] |o| o.first(u32::from((0..8).all(|i| o.n::<i32>(i) & o.m::<i32>(i) >= 0)));
            [vzeroall] make!(u8, |_o, _| 0);
            (d n m) [vmovd eax, Rx(n) ; vmovd Rx(d), eax ; vmovaps Ry(m), Ry(m)] |o| o.first(o.n::<u32>(0));
            [vpextrw eax, xmm1, 7 ; vpinsrw xmm0, xmm2, eax, 0] |o| o.lower(o.make::<u16>(|i| if i == 0 { o.n(7) } else { o.m(i) }));
        }
    );
    with!(
        "avx2",
        "AVX2",
        wide! {
            (d n m) [vpermd Ry(d), Ry(n), Ry(m)] make!(u32, |o, i| o.m(o.n::<u32>(i) as usize % 8));
            [vpermq ymm0, ymm1, 0b01_11_00_10] make!(u64, |o, i| o.n([2, 0, 3, 1][i]));
            [vperm2i128 ymm0, ymm1, ymm2, 0x21] make!(u64, |o, i| if i < 2 { o.n(i + 2) } else { o.m(i - 2) });
            [vpblendd ymm0, ymm1, ymm2, 0xa6] make!(u32, |o, i| if 0xa6 >> i & 1 == 1 { o.m(i) } else { o.n(i) });
            [vpbroadcastb ymm0, xmm1] make!(u8, |o, _| o.n(0));
            [vpbroadcastq ymm0, qword [rdi + 264]] make!(u64, |o, _| o.n(1));
            [vpsllvd ymm0, ymm1, ymm2] each!(u32, |_, n, m| if m < 32 { n << m } else { 0 });
            (d n m) [vpsrlvq Ry(d), Ry(n), Ry(m)] each!(u64, |_, n, m| if m < 64 { n >> m } else { 0 });
            [vpsravd ymm0, ymm1, ymm2] each!(i32, |_, n, m| n >> (m as u32).min(31));
            [vpmaskmovd ymm0, ymm1, [rdi + 512]] make!(u32, |o, i| if o.n::<i32>(i) < 0 { o.m(i) } else { 0 });
            [vpmovmskb eax, ymm1 ; vmovd xmm0, eax] |o| o.first((0..32).fold(0u32, |out, i| out | u32::from(o.n::<i8>(i) < 0) << i));
            [vpmovzxwd ymm0, xmm1] make!(u32, |o, i| o.n::<u16>(i).into());
            [vextracti128 xmm0, ymm1, 1] make!(u64, |o, i| if i < 2 { o.n(i + 2) } else { 0 });
            [vpslldq ymm0, ymm1, 3] make!(u8, |o, i| if i % 16 < 3 { 0 } else { o.n(i - 3) });
            // Indices below 64 of the words of the first source; the mask is the sign of the other.
            [mov eax, 63 ; vmovd xmm3, eax ; vpbroadcastd ymm3, xmm3 ; vpand ymm3, ymm2, ymm3 ; vmovaps ymm4, ymm1 ; vpgatherdd ymm0, [rdi + ymm3 * 4 + 256], ymm4] make!(u32, |o, i| {
                if o.n::<i32>(i) < 0 { o.n(o.m::<u32>(i) as usize & 63) } else { o.d(i) }
            });
            [mov eax, 31 ; vmovq xmm3, rax ; vpbroadcastq ymm3, xmm3 ; vpand ymm15, ymm2, ymm3 ; vmovaps ymm9, ymm1 ; lea r8, [rdi + 256] ; vpgatherqq Ry(0), [Rq(8) + Ry(15) * 8], Ry(9)] make!(u64, |o, i| {
                if o.n::<i64>(i) < 0 { o.n(o.m::<u64>(i) as usize & 31) } else { o.d(i) }
            });
            [mov eax, 31 ; vmovq xmm3, rax ; vpbroadcastq ymm3, xmm3 ; vpand ymm3, ymm2, ymm3 ; vmovaps ymm4, ymm1 ; vgatherqpd ymm0, [rdi + ymm3 * 8 + 256], ymm4] make!(u64, |o, i| {
                if o.n::<i64>(i) < 0 { o.n(o.m::<u64>(i) as usize & 31) } else { o.d(i) }
            });
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

/// A result in the first lane, the other lanes those of the destination.
fn with_rest<T: Lane>(o: &Room, value: T) -> Vec<u8> {
    o.make(|i| if i == 0 { value } else { o.d(i) })
}

#[test]
fn scalars_and_conversions() {
    table::vectors(
        16,
        Kind::Single,
        rows!(sse VECTORS:
            (d n m) [addss Rx(d), Rx(n) ; movaps Rx(m), Rx(m)] |o| with_rest(o, o.d::<f32>(0) + o.n::<f32>(0));
            [subss xmm0, [rdi + 256]] |o| with_rest(o, o.d::<f32>(0) - o.n::<f32>(0));
            [mulss xmm0, xmm1] |o| with_rest(o, o.d::<f32>(0) * o.n::<f32>(0));
            [divss xmm0, xmm1] |o| with_rest(o, o.d::<f32>(0) / o.n::<f32>(0));
            [sqrtss xmm0, xmm1] |o| with_rest(o, o.n::<f32>(0).sqrt());
            [minss xmm0, xmm1] |o| with_rest(o, if o.d::<f32>(0) < o.n::<f32>(0) { o.d::<f32>(0) } else { o.n(0) });
            [mov eax, -7 ; cvtsi2ss xmm0, eax] |o| with_rest(o, -7f32);
            [comiss xmm1, xmm2 ; jbe >below ; movaps xmm0, xmm2 ; below:] |o| if o.n::<f32>(0) > o.m(0) { o.make::<f32>(|i| o.m(i)) } else { o.make::<f32>(|i| o.d(i)) };
        ),
    );
    table::vectors(
        16,
        Kind::Double,
        rows!(sse VECTORS:
            (d n m) [mulsd Rx(d), Rx(n) ; movaps Rx(m), Rx(m)] |o| with_rest(o, o.d::<f64>(0) * o.n::<f64>(0));
            [divsd xmm0, [rdi + 256]] |o| with_rest(o, o.d::<f64>(0) / o.n::<f64>(0));
            [maxsd xmm0, xmm1] |o| with_rest(o, if o.d::<f64>(0) > o.n::<f64>(0) { o.d::<f64>(0) } else { o.n(0) });
            [mov rax, 0x7fffffffffffffff ; cvtsi2sd xmm0, rax] |o| with_rest(o, i64::MAX as f64);
            [cmpltsd xmm0, xmm1 ; andpd xmm0, xmm2] |o| o.make::<u64>(|i| if i == 0 { if o.d::<f64>(0) < o.n(0) { o.m(0) } else { 0 } } else { o.d::<u64>(1) & o.m::<u64>(1) });
        ),
    );
    table::mixed(
        16,
        Kind::Single,
        Kind::Bits,
        rows!(sse VECTORS:
            (d n m) [cvtps2dq Rx(d), Rx(n) ; movaps Rx(m), Rx(m)] make!(u32, |o, i| to_i32(f64::from(o.n::<f32>(i)).round_ties_even()));
            [cvttps2dq xmm0, [rdi + 256]] make!(u32, |o, i| to_i32(f64::from(o.n::<f32>(i)).trunc()));
            [cvttss2si eax, xmm1 ; movd xmm0, eax] |o| o.first(to_i32(f64::from(o.n::<f32>(0)).trunc()));
        ),
    );
    table::mixed(
        16,
        Kind::Single,
        Kind::Double,
        rows!(sse VECTORS: [cvtps2pd xmm0, xmm1] make!(f64, |o, i| o.n::<f32>(i).into()); ),
    );
    table::mixed(
        16,
        Kind::Double,
        Kind::Single,
        rows!(sse VECTORS: [cvtpd2ps xmm0, xmm1] make!(f32, |o, i| if i < 2 { o.n::<f64>(i) as f32 } else { 0.0 }); ),
    );
    table::mixed(
        16,
        Kind::Double,
        Kind::Bits,
        rows!(sse VECTORS:
            [cvttpd2dq xmm0, xmm1] make!(u32, |o, i| if i < 2 { to_i32(o.n::<f64>(i).trunc()) } else { 0 });
            [cvtsd2si eax, xmm1 ; movd xmm0, eax] |o| o.first(to_i32(o.n::<f64>(0).round_ties_even()));
        ),
    );
    table::mixed(
        16,
        Kind::Bits,
        Kind::Bits,
        rows!(sse VECTORS:
            [cvtdq2ps xmm0, xmm1] make!(f32, |o, i| o.n::<i32>(i) as f32);
            [cvtdq2pd xmm0, xmm1] make!(f64, |o, i| o.n::<i32>(i).into());
        ),
    );
    // The reciprocals are estimates: of numbers from 1 to 2, within 2^-10 of the quotient.
    table::vectors(
        16,
        Kind::Bits,
        rows!(sse VECTORS:
            [psrld xmm1, 9 ; mov eax, 0x3f800000 ; movd xmm3, eax ; pshufd xmm3, xmm3, 0 ; por xmm1, xmm3 ; rcpps xmm0, xmm1 ; mulps xmm0, xmm1 ; subps xmm0, xmm3
                ; mulps xmm0, xmm0 ; mov eax, 0x35800000 ; movd xmm3, eax ; pshufd xmm3, xmm3, 0 ; cmpltps xmm0, xmm3] make!(u32, |_o, _| ones(true));
            [psrld xmm1, 9 ; mov eax, 0x3f800000 ; movd xmm3, eax ; pshufd xmm3, xmm3, 0 ; por xmm1, xmm3 ; rsqrtps xmm0, xmm1 ; mulps xmm0, xmm0 ; mulps xmm0, xmm1 ; subps xmm0, xmm3
                ; mulps xmm0, xmm0 ; mov eax, 0x35800000 ; movd xmm3, eax ; pshufd xmm3, xmm3, 0 ; cmpltps xmm0, xmm3] make!(u32, |_o, _| ones(true));
        ),
    );
    with!("fma", "fused products and sums",
        table::vectors(32, Kind::Single, rows!(avx VECTORS:
            (d n m) [vfmadd132ps Ry(d), Ry(n), Ry(m)] each!(f32, |d, n, m| d.mul_add(m, n));
            (d n m) [vfmadd213ps Ry(d), Ry(n), Ry(m)] each!(f32, |d, n, m| n.mul_add(d, m));
            (d n m) [vfmadd231ps Ry(d), Ry(n), Ry(m)] each!(f32, |d, n, m| n.mul_add(m, d));
            [vfmsub231ps ymm0, ymm1, [rdi + 512]] each!(f32, |d, n, m| n.mul_add(m, -d));
            [vfnmadd213ps ymm0, ymm1, ymm2] each!(f32, |d, n, m| (-n).mul_add(d, m));
            [vfnmsub132ps ymm0, ymm1, ymm2] each!(f32, |d, n, m| (-d).mul_add(m, -n));
            [vfmaddsub231ps ymm0, ymm1, ymm2] make!(f32, |o, i| o.n::<f32>(i).mul_add(o.m(i), if i % 2 == 0 { -o.d::<f32>(i) } else { o.d(i) }));
            [vfmsubadd231ps ymm0, ymm1, ymm2] make!(f32, |o, i| o.n::<f32>(i).mul_add(o.m(i), if i % 2 == 0 { o.d::<f32>(i) } else { -o.d::<f32>(i) }));
        ));
        table::vectors(32, Kind::Double, rows!(avx VECTORS:
            (d n m) [vfmadd213pd Ry(d), Ry(n), Ry(m)] each!(f64, |d, n, m| n.mul_add(d, m));
            [vfnmadd231pd ymm0, ymm1, [rdi + 512]] each!(f64, |d, n, m| (-n).mul_add(m, d));
            [vfmadd231sd xmm0, xmm1, xmm2] make!(f64, |o, i| match i { 0 => o.n::<f64>(0).mul_add(o.m(0), o.d(0)), 1 => o.d(1), _ => 0.0 });
        ))
    );
    with!("f16c", "conversion of half precision",
        table::mixed(32, Kind::Half, Kind::Single, rows!(avx VECTORS: (d n m) [vcvtph2ps Ry(d), Rx(n) ; vmovaps Ry(m), Ry(m)] make!(f32, |o, i| o.n::<F16>(i).value() as f32); ));
        table::mixed(32, Kind::Single, Kind::Half, rows!(avx VECTORS:
            [vcvtps2ph xmm0, ymm1, 0] make!(F16, |o, i| if i < 8 { F16::new(o.n::<f32>(i).into()) } else { F16(0) });
            [vcvtps2ph [rdi], ymm1, 4 ; vmovups ymm0, [rdi]] make!(F16, |o, i| if i < 8 { F16::new(o.n::<f32>(i).into()) } else { o.d(i) });
        ))
    );
}

/// A byte of a state of AES, its rows rotated.
fn shifted(i: usize, from: impl Fn(usize) -> u8, back: bool) -> u8 {
    let (block, i) = (i / 16 * 16, i % 16);
    from(block + (i + 16 + if back { 12 * (i % 4) } else { 4 * (i % 4) }) % 16)
}

/// A product without carries.
fn carryless(a: u64, b: u64) -> u128 {
    (0..64).filter(|n| b >> n & 1 == 1).fold(0, |sum, n| sum ^ u128::from(a) << n)
}

/// A round of encryption of every block, and of decryption.
fn encrypted(o: &Room, last: bool) -> Vec<u8> {
    let rows = o.make::<u8>(|i| aes_substitute(shifted(i, |at| o.n(at), false)));
    mixed(o, rows, if last { |column| column } else { aes_mix })
}

fn decrypted(o: &Room, last: bool) -> Vec<u8> {
    let rows = o.make::<u8>(|i| aes_unsubstitute(shifted(i, |at| o.n(at), true)));
    mixed(o, rows, if last { |column| column } else { aes_inverse_mix })
}

/// Columns mixed, and the key of the round added.
fn mixed(o: &Room, rows: Vec<u8>, mix: fn(u32) -> u32) -> Vec<u8> {
    o.make::<u32>(|i| mix(u32::read(&rows[4 * i..][..4])) ^ o.m::<u32>(i))
}

/// A bit matrix applied to a byte, as GFNI orders its rows.
fn affine(matrix: u64, byte: u8, add: u8) -> u8 {
    (0..8).fold(add, |out, row| out ^ ((matrix.to_le_bytes()[7 - row] & byte).count_ones() as u8 & 1) << row)
}

#[test]
fn cryptography() {
    with!(
        "aes",
        "AES",
        narrow! {
            (d n m) [movaps Rx(d), Rx(n) ; aesenc Rx(d), Rx(m)] |o| encrypted(o, false);
            [movaps xmm0, xmm1 ; aesenclast xmm0, [rdi + 512]] |o| encrypted(o, true);
            [movaps xmm0, xmm1 ; aesdec xmm0, xmm2] |o| decrypted(o, false);
            [movaps xmm0, xmm1 ; aesdeclast xmm0, xmm2] |o| decrypted(o, true);
            [aesimc xmm0, xmm1] each!(u32, |_, n, _| aes_inverse_mix(n));
            [aeskeygenassist xmm0, xmm1, 0x1b] make!(u32, |o, i| {
                let x = u32::from_le_bytes(o.n::<u32>(i / 2 * 2 + 1).to_le_bytes().map(aes_substitute));
                if i % 2 == 0 { x } else { x.rotate_right(8) ^ 0x1b }
            });
        }
    );
    with!("vaes" "avx512f", "AES of wide vectors",
        wide! { (d n m) [vaesenc Ry(d), Ry(n), Ry(m)] |o| encrypted(o, false); }
        table::vectors(64, Kind::Bits, rows!(avx512 ALL_VECTORS:
            (d n m) [vaesenc Rz(d), Rz(n), Rz(m)] |o| encrypted(o, false);
            [vaesdeclast zmm0, zmm1, [rdi + 512]] |o| decrypted(o, true);
        ))
    );
    with!("pclmul" "vpclmulqdq" "avx512f", "carry-less products",
        narrow! {
            (d n m) [movaps Rx(d), Rx(n) ; pclmulqdq Rx(d), Rx(m), 0x10] make!(u128, |o, _| carryless(o.n(0), o.m(1)));
            [movaps xmm0, xmm1 ; pclmulhqlqdq xmm0, [rdi + 512]] make!(u128, |o, _| carryless(o.n(1), o.m(0)));
        }
        table::vectors(64, Kind::Bits, rows!(avx512 ALL_VECTORS: (d n m) [vpclmulqdq Rz(d), Rz(n), Rz(m), 0x11] make!(u128, |o, i| carryless(o.n(2 * i + 1), o.m(2 * i + 1))); ))
    );
    with!("gfni" "avx512f", "Galois fields",
        narrow! {
            (d n m) [movaps Rx(d), Rx(n) ; gf2p8mulb Rx(d), Rx(m)] each!(u8, |_, n, m| field_multiply(n, m));
            [movaps xmm0, xmm1 ; gf2p8affineqb xmm0, xmm2, 0x63] make!(u8, |o, i| affine(o.m(i / 8), o.n(i), 0x63));
        }
        table::vectors(64, Kind::Bits, rows!(avx512 ALL_VECTORS:
            (d n m) [vgf2p8mulb Rz(d) {k1}, Rz(n), Rz(m)] |o| o.masked::<u8>(each!(u8, |_, n, m| field_multiply(n, m))(o), false);
            [vgf2p8affineinvqb zmm0, zmm1, qword [rdi + 520] {1to8}, 0xa5] make!(u8, |o, i| affine(o.m(1), field_inverse(o.n(i)), 0xa5));
        ))
    );
    with!(
        "sha",
        "SHA",
        narrow! {
            [sha1msg1 xmm0, xmm1] make!(u32, |o, i| o.d::<u32>(i) ^ if i < 2 { o.n::<u32>(i + 2) } else { o.d(i - 2) });
            [sha1nexte xmm0, xmm1] make!(u32, |o, i| if i == 3 { o.n::<u32>(3).wrapping_add(o.d::<u32>(3).rotate_left(30)) } else { o.n(i) });
            [sha1rnds4 xmm0, xmm1, 1] |o| {
                let [mut a, mut b, mut c, mut d] = [3, 2, 1, 0].map(|i| o.d::<u32>(i));
                let mut e = 0u32;
                for i in [3, 2, 1, 0] {
                    let sum = a.rotate_left(5).wrapping_add(b ^ c ^ d).wrapping_add(e).wrapping_add(o.n(i)).wrapping_add(0x6ed9_eba1);
                    (a, b, c, d, e) = (sum, a, b.rotate_left(30), c, d);
                }
                o.make(|i| [d, c, b, a][i])
            };
            (d n m) [sha256msg1 Rx(d), Rx(n) ; movaps Rx(m), Rx(m)] make!(u32, |o, i| {
                let next: u32 = if i < 3 { o.d(i + 1) } else { o.n(0) };
                o.d::<u32>(i).wrapping_add(next.rotate_right(7) ^ next.rotate_right(18) ^ next >> 3)
            });
            [movaps xmm3, xmm1 ; movaps xmm4, xmm0 ; movaps xmm0, xmm2 ; sha256rnds2 xmm3, xmm4 ; movaps xmm0, xmm3] |o| {
                // State: C D G H in the destination, A B E F in the other; two words with their constants.
                let [mut h, mut g, mut d, mut c] = [0, 1, 2, 3].map(|i| o.n::<u32>(i));
                let [mut f, mut e, mut b, mut a] = [0, 1, 2, 3].map(|i| o.d::<u32>(i));
                for i in 0..2 {
                    let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
                    let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
                    let t = h.wrapping_add(s1).wrapping_add(e & f ^ !e & g).wrapping_add(o.m(i));
                    (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t), c, b, a, t.wrapping_add(s0).wrapping_add(a & b ^ a & c ^ b & c));
                }
                let _ = (c, d, g, h);
                o.make(|i| [f, e, b, a][i])
            };
        }
    );
}
