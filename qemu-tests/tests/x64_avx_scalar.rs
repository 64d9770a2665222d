//! AVX: scalar arithmetic and conversions, moves of parts, and the VEX encodings of what SSE has for lanes, blends, strings and
//! comparisons. Destination in register 0, sources in 1 and 2; at `rdi`, `rdi + 256`, `rdi + 512`.
#![cfg(target_arch = "x86_64")]

use bareasm_qemu_tests::{avx, each, make, ones, rows, sse, table, with, Float, Kind, Lane, Room};

macro_rules! narrow {
    ($($rows:tt)*) => { table::vectors(16, Kind::Bits, rows!(sse VECTORS: $($rows)*)) };
}

macro_rules! wide {
    ($($rows:tt)*) => { table::vectors(32, Kind::Bits, rows!(avx VECTORS: $($rows)*)) };
}

/// A result in the first lane, the lanes beside it those of the first source, and zeros above 128 bits.
fn scalar<T: Lane + Default>(o: &Room, value: T) -> Vec<u8> {
    o.make(|i| {
        if i == 0 {
            value
        } else if i * T::SIZE < 16 {
            o.n(i)
        } else {
            T::default()
        }
    })
}

macro_rules! precision {
    ($kind:ident $f:ident $other:ident: $add:ident $sub:ident $mul:ident $div:ident $min:ident $max:ident $sqrt:ident $round:ident $cmp:ident $comi:ident $ucomi:ident $mov:ident $cvt:ident) => {
        table::vectors(32, Kind::$kind, rows!(avx VECTORS:
            (d n m) [$add Rx(d), Rx(n), Rx(m)] |o| scalar(o, o.n::<$f>(0) + o.m::<$f>(0));
            [$sub xmm0, xmm1, [rdi + 512]] |o| scalar(o, o.n::<$f>(0) - o.m::<$f>(0));
            (d n m) [$mul Rx(d), Rx(n), Rx(m)] |o| scalar(o, o.n::<$f>(0) * o.m::<$f>(0));
            [$div xmm0, xmm1, xmm2] |o| scalar(o, o.n::<$f>(0) / o.m::<$f>(0));
            [$min xmm0, xmm1, xmm2] |o| scalar::<$f>(o, if o.n::<$f>(0) < o.m(0) { o.n(0) } else { o.m(0) });
            [$max xmm0, xmm1, xmm2] |o| scalar::<$f>(o, if o.n::<$f>(0) > o.m(0) { o.n(0) } else { o.m(0) });
            [$sqrt xmm0, xmm1, xmm2] |o| scalar(o, o.m::<$f>(0).sqrt());
            [$round xmm0, xmm1, xmm2, 2] |o| scalar(o, o.m::<$f>(0).ceil());
            (d n m) [$round Rx(d), Rx(n), Rx(m), 11] |o| scalar(o, o.m::<$f>(0).trunc());
            [$comi xmm1, xmm2 ; jbe >below ; vmovaps ymm0, ymm2 ; below:] |o| o.make::<$f>(|i| if o.n::<$f>(0) > o.m(0) { o.m(i) } else { o.d(i) });
            [$ucomi xmm1, [rdi + 512] ; jp >none ; vmovaps ymm0, ymm2 ; none:] |o| o.make::<$f>(|i| if o.n::<$f>(0).is_nan() || o.m::<$f>(0).is_nan() { o.d(i) } else { o.m(i) });
            (d n m) [$mov Rx(d), Rx(n), Rx(m)] |o| scalar(o, o.m::<$f>(0));
        ));
        table::mixed(32, Kind::$kind, Kind::Bits, rows!(avx VECTORS:
            [$cmp xmm0, xmm1, xmm2, 1 ; vpsllq xmm0, xmm0, 32 ; vpsrlq xmm0, xmm0, 63 ; vmovq xmm0, xmm0] |o| o.first(u64::from(o.n::<$f>(0) < o.m(0)));
        ));
        table::mixed(32, Kind::$kind, Kind::$other, rows!(avx VECTORS: [$cvt xmm0, xmm2, xmm1] |o| converted::<$f>(o); ));
    };
}

/// The first number of the first source in the other precision, in front of the second source.
fn converted<T: Float>(o: &Room) -> Vec<u8> {
    let value = o.n::<T>(0).get();
    match T::SIZE {
        4 => o.make(|i| match i {
            0 => value,
            1 => o.m::<f64>(1),
            _ => 0.0,
        }),
        _ => o.make(|i| match i {
            0 => value as f32,
            1..4 => o.m::<f32>(i),
            _ => 0.0,
        }),
    }
}

#[test]
fn scalars() {
    with!("avx", "AVX, scalars",
        precision!(Single f32 Double: vaddss vsubss vmulss vdivss vminss vmaxss vsqrtss vroundss vcmpss vcomiss vucomiss vmovss vcvtss2sd);
        precision!(Double f64 Single: vaddsd vsubsd vmulsd vdivsd vminsd vmaxsd vsqrtsd vroundsd vcmpsd vcomisd vucomisd vmovsd vcvtsd2ss);
    );
}

#[test]
fn parts() {
    with!(
        "avx",
        "AVX, parts of vectors",
        wide! {
            (d n m) [vmovhlps Rx(d), Rx(n), Rx(m)] make!(u64, |o, i| match i { 0 => o.m(1), 1 => o.n(1), _ => 0 });
            [vmovlhps xmm0, xmm1, xmm2] make!(u64, |o, i| match i { 0 => o.n(0), 1 => o.m(0), _ => 0 });
            [vmovhpd xmm0, xmm1, [rdi + 520]] make!(u64, |o, i| match i { 0 => o.n(0), 1 => o.m(1), _ => 0 });
            [vmovlps xmm0, xmm1, [rdi + 520]] make!(u64, |o, i| match i { 0 => o.m(1), 1 => o.n(1), _ => 0 });
            [vmovhps [rdi + 8], xmm1 ; vmovups ymm0, [rdi]] make!(u64, |o, i| if i == 1 { o.n(1) } else { o.d(i) });
            [vmovlpd [rdi], xmm1 ; vmovupd ymm0, [rdi]] make!(u64, |o, i| if i == 0 { o.n(0) } else { o.d(i) });
            [vmovss [rdi + 4], xmm1 ; vlddqu ymm0, [rdi]] make!(u32, |o, i| if i == 1 { o.n(0) } else { o.d(i) });
            [vmovsd xmm0, [rdi + 264]] |o| o.first(o.n::<u64>(1));
            [vmovmskps eax, ymm1 ; vmovd xmm0, eax] |o| o.first((0..8).fold(0u32, |out, i| out | u32::from(o.n::<i32>(i) < 0) << i));
            [vmovmskpd eax, ymm1 ; vmovd xmm0, eax] |o| o.first((0..4).fold(0u32, |out, i| out | u32::from(o.n::<i64>(i) < 0) << i));
            [vmovntps [rdi], ymm1 ; sfence ; vmovaps ymm0, [rdi]] make!(u64, |o, i| o.n(i));
            [vmovntpd [rdi + 32], ymm1 ; vmovntdq [rdi], ymm2 ; sfence ; vpxor ymm0, ymm2, [rdi + 32]] make!(u64, |o, i| o.n::<u64>(i) ^ o.m::<u64>(i));
            [vshufpd ymm0, ymm1, ymm2, 0b0110] make!(u64, |o, i| { let at = i / 2 * 2 + (0b0110 >> i & 1); if i % 2 == 0 { o.n(at) } else { o.m(at) } });
            [vblendps ymm0, ymm1, ymm2, 0xa6] make!(u32, |o, i| if 0xa6 >> i & 1 == 1 { o.m(i) } else { o.n(i) });
            [vblendvpd ymm0, ymm1, [rdi + 512], ymm0] make!(u64, |o, i| if o.d::<i64>(i) < 0 { o.m(i) } else { o.n(i) });
            (d n m) [vinsertps Rx(d), Rx(n), Rx(m), 0b10_01_1000] make!(u32, |o, i| match i { 0 => o.n(0), 1 => o.m(2), 2 => o.n(2), _ => 0 });
            [vextractps [rdi], xmm1, 3 ; vmovups ymm0, [rdi]] make!(u32, |o, i| if i == 0 { o.n(3) } else { o.d(i) });
            (d n m) [vpextrb eax, Rx(n), 9 ; vpinsrb Rx(d), Rx(m), eax, 3] make!(u8, |o, i| match i { 3 => o.n(9), 0..16 => o.m(i), _ => 0 });
            (d n m) [vpextrd eax, Rx(n), 1 ; vpinsrd Rx(d), Rx(m), eax, 3] make!(u32, |o, i| match i { 3 => o.n(1), 0..4 => o.m(i), _ => 0 });
            (d n m) [vpextrq rax, Rx(n), 1 ; vpinsrq Rx(d), Rx(m), rax, 0] make!(u64, |o, i| match i { 0 => o.n(1), 1 => o.m(1), _ => 0 });
            [vtestpd ymm1, ymm2 ; setc al ; movzx eax, al ; vmovd xmm0, eax] |o| o.first(u32::from((0..4).all(|i| !o.n::<i64>(i) & o.m::<i64>(i) >= 0)));
            [vptest ymm1, ymm2 ; setz al ; movzx eax, al ; vmovd xmm0, eax] |o| o.first(u32::from((0..4).all(|i| o.n::<u64>(i) & o.m::<u64>(i) == 0)));
            [vphminposuw xmm0, xmm1] |o| { let (at, least) = (0..8).map(|i| (i, o.n::<u16>(i))).min_by_key(|(_, x)| *x).expect("eight"); o.first(u32::from(least) | (at as u32) << 16) };
            [vpcmpistri xmm1, xmm2, 0b1_1000 ; vmovd xmm0, ecx] |o| {
                // Equal each, negated: the index of the first difference; ends count as zeros.
                let text = |v: usize| (0..16).scan(true, |open, i| { *open &= o.operands[v][i] != 0; Some(if *open { o.operands[v][i] } else { 0 }) }).collect::<Vec<u8>>();
                o.first((0..16).find(|i| text(1)[*i] != text(2)[*i]).unwrap_or(16) as u32)
            };
            [stmxcsr [rsp - 8] ; vldmxcsr [rsp - 8] ; vstmxcsr [rsp - 16] ; mov eax, [rsp - 16] ; and eax, 0xffc0 ; vmovd xmm0, eax] |o| o.first(0x1f80u32);
        }
    );
    with!(
        "avx2",
        "AVX2, more of 256 bits",
        wide! {
            [vpblendvb ymm0, ymm1, ymm2, ymm0] make!(u8, |o, i| if o.d::<i8>(i) < 0 { o.m(i) } else { o.n(i) });
            [vpblendw ymm0, ymm1, ymm2, 0x5a] make!(u16, |o, i| if 0x5a >> (i % 8) & 1 == 1 { o.m(i) } else { o.n(i) });
            [vpabsw ymm0, ymm1] each!(i16, |_, n, _| n.wrapping_abs());
            [vpabsd ymm0, [rdi + 256]] each!(i32, |_, n, _| n.wrapping_abs());
            [vphsubd ymm0, ymm1, ymm2] make!(u32, |o, i| { let f = |at: usize| if i % 4 < 2 { o.n::<u32>(at) } else { o.m(at) }; let at = i / 4 * 4 + i % 2 * 2; f(at).wrapping_sub(f(at + 1)) });
            [vphaddsw ymm0, ymm1, ymm2] make!(i16, |o, i| { let f = |at: usize| if i % 8 < 4 { o.n::<i16>(at) } else { o.m(at) }; let at = i / 8 * 8 + i % 4 * 2; f(at).saturating_add(f(at + 1)) });
            [vpshufhw ymm0, ymm1, 0b00_01_10_11] make!(u16, |o, i| if i % 8 < 4 { o.n(i) } else { o.n(i ^ 3) });
            [vmpsadbw ymm0, ymm1, ymm2, 0b101_010] make!(u16, |o, i| {
                let (block, from, to) = (i / 8 * 16, [0, 4][i / 8], [8, 4][i / 8]);
                (0..4).map(|k| u16::from(o.n::<u8>(block + from + i % 8 + k).abs_diff(o.m(block + to + k)))).sum()
            });
            [vpermps ymm0, ymm1, ymm2] make!(u32, |o, i| o.m(o.n::<u32>(i) as usize % 8));
            [vpermpd ymm0, ymm1, 0b01_11_00_10] make!(u64, |o, i| o.n([2, 0, 3, 1][i]));
            [vinserti128 ymm0, ymm1, [rdi + 512], 0] make!(u64, |o, i| if i < 2 { o.m(i) } else { o.n(i) });
            [vbroadcasti128 ymm0, [rdi + 272]] make!(u64, |o, i| o.n(2 + i % 2));
            [vpmaskmovq [rdi], ymm1, ymm2 ; vmovups ymm0, [rdi]] make!(u64, |o, i| if o.n::<i64>(i) < 0 { o.m(i) } else { o.d(i) });
            [vmovntdqa ymm0, [rdi + 256]] make!(u64, |o, i| o.n(i));
            [vpsrldq ymm0, ymm1, 13] make!(u8, |o, i| if i % 16 < 3 { o.n(i + 13) } else { 0 });
            [vpalignr ymm0, ymm1, ymm2, 7] make!(u8, |o, i| if i % 16 < 9 { o.m(i + 7) } else { o.n(i - 9) });
            // Indices of another size than the elements.
            [mov eax, 31 ; vmovd xmm3, eax ; vpbroadcastd xmm3, xmm3 ; vpand xmm3, xmm2, xmm3 ; vmovaps ymm4, ymm1 ; vpgatherdq ymm0, [rdi + xmm3 * 8 + 256], ymm4] make!(u64, |o, i| if o.n::<i64>(i) < 0 { o.n(o.m::<u32>(i) as usize & 31) } else { o.d(i) });
            [mov eax, 63 ; vmovq xmm3, rax ; vpbroadcastq ymm3, xmm3 ; vpand ymm3, ymm2, ymm3 ; vmovaps xmm4, xmm1 ; vpgatherqd xmm0, [rdi + ymm3 * 4 + 256], xmm4] make!(u32, |o, i| match i {
                0..4 => if o.n::<i32>(i) < 0 { o.n(o.m::<u64>(i) as usize & 63) } else { o.d(i) },
                _ => 0,
            });
            [mov eax, 63 ; vmovd xmm3, eax ; vpbroadcastd ymm3, xmm3 ; vpand ymm3, ymm2, ymm3 ; vmovaps ymm4, ymm1 ; vgatherdps ymm0, [rdi + ymm3 * 4 + 256], ymm4] make!(u32, |o, i| if o.n::<i32>(i) < 0 { o.n(o.m::<u32>(i) as usize & 63) } else { o.d(i) });
        }
    );
}

#[test]
fn older_encodings() {
    with!("ssse3" "sse4.1" "sse4.2", "more of 128 bits", narrow! {
        [blendpd xmm0, xmm1, 0b10] make!(u64, |o, i| if i == 1 { o.n(1) } else { o.d(0) });
        [movaps xmm3, xmm1 ; blendvps xmm3, xmm2, xmm0 ; movaps xmm0, xmm3] make!(u32, |o, i| if o.d::<i32>(i) < 0 { o.m(i) } else { o.n(i) });
        [movddup xmm0, xmm1] make!(u64, |o, _| o.n(0));
        [movshdup xmm0, xmm1] make!(u32, |o, i| o.n(i | 1));
        [movsldup xmm0, [rdi + 256]] make!(u32, |o, i| o.n(i & !1));
        [lddqu xmm0, [rdi + 257]] make!(u8, |o, i| o.n(i + 1));
        [pabsd xmm0, xmm1] each!(i32, |_, n, _| n.wrapping_abs());
        [phsubw xmm0, xmm1] make!(u16, |o, i| { let f = |at: usize| if i < 4 { o.d::<u16>(at) } else { o.n(at) }; let at = i % 4 * 2; f(at).wrapping_sub(f(at + 1)) });
    });
    narrow! {
        [movlps [rdi], xmm1 ; movupd xmm0, [rdi]] make!(u64, |o, i| if i == 0 { o.n(0) } else { o.d(1) });
        [movhpd xmm0, [rdi + 264]] make!(u64, |o, i| if i == 0 { o.d(0) } else { o.n(1) });
        [movntpd [rdi], xmm1 ; sfence ; movapd xmm0, [rdi]] make!(u64, |o, i| o.n(i));
        [cvtpi2pd xmm0, [rdi + 256]] make!(f64, |o, i| o.n::<i32>(i).into());
        [mov eax, 0x7f80 ; mov [rsp - 8], eax ; ldmxcsr [rsp - 8] ; stmxcsr [rsp - 16] ; mov eax, 0x1f80 ; mov [rsp - 8], eax ; ldmxcsr [rsp - 8] ; mov eax, [rsp - 16] ; movd xmm0, eax] |o| o.first(0x7f80u32);
        [ucomiss xmm1, xmm1 ; setnp al ; movzx eax, al ; movd xmm0, eax] |o| o.first(u32::from(!o.n::<f32>(0).is_nan()));
        [comisd xmm1, xmm1 ; sete al ; setp cl ; sub al, cl ; movzx eax, al ; movd xmm0, eax] |o| o.first(u32::from(!o.n::<f64>(0).is_nan()));
        [pcmpeqd xmm0, xmm0 ; psrlq xmm0, 60] make!(u64, |_o, _| 15);
        [pcmpgtb xmm0, xmm1] each!(i8, |d, n, _| ones(d > n));
    }
    table::vectors(
        16,
        Kind::Single,
        rows!(sse VECTORS:
            // Products of two lanes, summed in pairs, to the lanes that the lower bits name.
            [movaps xmm0, xmm1 ; dpps xmm0, xmm2, 0b0011_0101] make!(f32, |o, i| if i % 2 == 0 { o.n::<f32>(0) * o.m::<f32>(0) + o.n::<f32>(1) * o.m::<f32>(1) + 0.0 } else { 0.0 });
            [movaps xmm0, xmm1 ; roundss xmm0, xmm2, 1] make!(f32, |o, i| if i == 0 { o.m::<f32>(0).floor() } else { o.n(i) });
            [movaps xmm0, xmm1 ; maxss xmm0, [rdi + 512]] make!(f32, |o, i| if i > 0 || o.n::<f32>(0) > o.m(0) { o.n(i) } else { o.m(0) });
        ),
    );
}
