//! x86-64 SSE, AVX2 and AVX-512: operands in `xmm0`, `xmm1`, `xmm2`, result in `xmm0`. What the processor lacks is left
//! out, and said.
#![cfg(target_arch = "x86_64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::{doubles, has, lanes, vectors, Vector};

macro_rules! rows {
    ($([$($line:tt)*] $model:expr;)*) => { $(
        vectors(
            stringify!($($line)*),
            |ops| dynasm!(ops
                ; .arch x64
                ; movdqu xmm0, [rdi]
                ; movdqu xmm1, [rdi + 16]
                ; movups xmm2, [rdi + 32]
                ; $($line)*
                ; movdqu [rdi + 48], xmm0
                ; ret
            ),
            $model,
        );
    )* };
}

fn shuffle(a: Vector, order: [usize; 4]) -> Vector {
    order.map(|n| [a[4 * n], a[4 * n + 1], a[4 * n + 2], a[4 * n + 3]]).concat().try_into().expect("16 bytes")
}

#[test]
fn sse2() {
    rows! {
        [paddb xmm0, xmm1] lanes!(u8, |a, b| a.wrapping_add(b));
        [paddq xmm0, xmm1] lanes!(u64, |a, b| a.wrapping_add(b));
        [psubw xmm0, xmm1] lanes!(u16, |a, b| a.wrapping_sub(b));
        [paddsb xmm0, xmm1] lanes!(i8, |a, b| a.saturating_add(b));
        [psubusw xmm0, xmm1] lanes!(u16, |a, b| a.saturating_sub(b));
        [pmullw xmm0, xmm1] lanes!(u16, |a, b| a.wrapping_mul(b));
        [pmulhuw xmm0, xmm1] lanes!(u16, |a, b| ((u32::from(a) * u32::from(b)) >> 16) as u16);
        [pavgb xmm0, xmm1] lanes!(u8, |a, b| ((u16::from(a) + u16::from(b) + 1) >> 1) as u8);
        [pminub xmm0, xmm1] lanes!(u8, |a, b| a.min(b));
        [pand xmm0, xmm1] lanes!(u64, |a, b| a & b);
        [pandn xmm0, xmm1] lanes!(u64, |a, b| !a & b);
        [pxor xmm0, [rdi + 16]] lanes!(u64, |a, b| a ^ b);
        [pcmpeqd xmm0, xmm1] lanes!(u32, |a, b| if a == b { u32::MAX } else { 0 });
        [pcmpgtb xmm0, xmm1] lanes!(i8, |a, b| if a > b { -1 } else { 0 });
        [psllw xmm0, 3] lanes!(u16, |a| a << 3);
        [psrad xmm0, 31] lanes!(i32, |a| a >> 31);
        [psrlq xmm0, 7] lanes!(u64, |a| a >> 7);
        [pshufd xmm0, xmm1, 0b00_01_11_10] |_, b, _| shuffle(b, [2, 3, 1, 0]);
        [punpckldq xmm0, xmm1] |a, b, _| { let (a, b) = (shuffle(a, [0, 0, 1, 1]), shuffle(b, [0, 0, 1, 1])); std::array::from_fn(|n| if n / 4 % 2 == 0 { a[n] } else { b[n] }) };
        [cvtdq2ps xmm0, xmm1] lanes!(u32, |_a, b| (b as i32 as f32).to_bits());
        [cvtdq2ps xmm0, xmm0 ; cvtdq2ps xmm1, xmm1 ; addps xmm0, xmm1] lanes!(u32, |a, b| (a as i32 as f32 + b as i32 as f32).to_bits());
        [movd eax, xmm1 ; movd xmm0, eax] |_, b, _| std::array::from_fn(|n| if n < 4 { b[n] } else { 0 });
        [movq rax, xmm1 ; movq xmm0, rax] |_, b, _| std::array::from_fn(|n| if n < 8 { b[n] } else { 0 });
        [movaps xmm8, xmm2 ; movaps xmm15, xmm8 ; movaps xmm0, xmm15] |_, _, c| c;
    }
}

macro_rules! scalars {
    ($([$($line:tt)*] $model:expr;)*) => { $(
        doubles(
            stringify!($($line)*),
            |ops| dynasm!(ops ; .arch x64 ; movq xmm0, rdi ; movq xmm1, rsi ; movq xmm2, rdx ; $($line)* ; movq rax, xmm0 ; ret),
            $model,
        );
    )* };
}

#[test]
fn scalar() {
    scalars! {
        [addsd xmm0, xmm1] |a, b, _| a + b;
        [subsd xmm0, xmm1] |a, b, _| a - b;
        [mulsd xmm0, xmm1] |a, b, _| a * b;
        [divsd xmm0, xmm1] |a, b, _| a / b;
        [sqrtsd xmm0, xmm1] |_, b, _| b.sqrt();
        [minsd xmm0, xmm1] |a, b, _| if a < b { a } else { b };
        [maxsd xmm0, xmm1] |a, b, _| if a > b { a } else { b };
        [cvtsd2ss xmm0, xmm0 ; cvtss2sd xmm0, xmm0] |a, _, _| f64::from(a as f32);
        [cvttsd2si rax, xmm0 ; cvtsi2sd xmm0, rax] |a, _, _| if a.is_nan() || a.abs() >= 9_223_372_036_854_775_808.0 { i64::MIN as f64 } else { a as i64 as f64 };
        [ucomisd xmm0, xmm1 ; ja >first ; movapd xmm0, xmm2 ; first:] |a, b, c| if a > b { a } else { c };
        [mulsd xmm0, [->half] ; jmp ->over ; .align 8 ; ->half: ; .f64 0.5 ; ->over:] |a, _, _| a * 0.5;
    }
    if has("sse4.1", "vectors") {
        scalars! {
            [roundsd xmm0, xmm1, 1] |_, b, _| b.floor();
            [roundsd xmm0, xmm1, 3] |_, b, _| b.trunc();
        }
    }
    if has("fma", "vectors") {
        scalars! { [vfmadd231sd xmm2, xmm0, xmm1 ; vmovapd xmm0, xmm2] |a, b, c| a.mul_add(b, c); }
    }
}

#[test]
fn later_extensions() {
    if has("ssse3", "vectors") {
        rows! {
            [pshufb xmm0, xmm2] |a, _, c| c.map(|n| if n & 0x80 != 0 { 0 } else { a[usize::from(n & 15)] });
            [palignr xmm0, xmm1, 5] |a, b, _| [&b[5..], &a[..5]].concat().try_into().expect("16 bytes");
            [pabsb xmm0, xmm1] lanes!(i8, |_a, b| b.wrapping_abs());
        }
    }
    if has("sse4.1", "vectors") {
        rows! {
            [pmulld xmm0, xmm1] lanes!(u32, |a, b| a.wrapping_mul(b));
            [pinsrd xmm0, [rdi + 16], 2] |a, b, _| std::array::from_fn(|n| if n / 4 == 2 { b[n - 8] } else { a[n] });
        }
    }
    if has("avx", "vectors") {
        rows! {
            [vpaddd xmm0, xmm1, xmm2] lanes!(u32, |_a, b, c| b.wrapping_add(c));
            [vpxor xmm9, xmm1, [rdi + 32] ; vmovdqa xmm0, xmm9] lanes!(u64, |_a, b, c| b ^ c);
            [vpcmpgtw xmm0, xmm1, xmm2] lanes!(i16, |_a, b, c| if b > c { -1 } else { 0 });
        }
    }
    if has("avx2", "vectors") {
        rows! {
            [vmovdqu ymm1, [rdi] ; vpsubb ymm1, ymm1, [rdi + 16] ; vextracti128 xmm0, ymm1, 1 ; vzeroupper] lanes!(u8, |_a, b, c| b.wrapping_sub(c));
            [vpbroadcastb xmm0, xmm1] |_, b, _| [b[0]; 16];
            [vpsllvq xmm0, xmm0, xmm1] lanes!(u64, |a, b| if b < 64 { a << b } else { 0 });
        }
    }
    if has("avx512f", "vectors") && has("avx512vl", "vectors") && has("avx512bw", "vectors") {
        rows! {
            [vpaddd xmm16, xmm1, xmm2 ; vmovdqa64 xmm0, xmm16] lanes!(u32, |_a, b, c| b.wrapping_add(c));
            [mov eax, 0b0101 ; kmovw k1, eax ; vpaddd xmm0 {k1}, xmm1, xmm2] |a, b, c| { let sum = lanes!(u32, |_a, b, c| b.wrapping_add(c))(a, b, c); std::array::from_fn(|n| if n / 4 % 2 == 0 { sum[n] } else { a[n] }) };
            [mov eax, 0b0110 ; kmovw k2, eax ; vpsubd xmm0 {k2}{z}, xmm1, xmm2] |a, b, c| { let difference = lanes!(u32, |_a, b, c| b.wrapping_sub(c))(a, b, c); std::array::from_fn(|n| if matches!(n / 4, 1 | 2) { difference[n] } else { 0 }) };
            [vpaddd xmm0, xmm1, [rdi + 4] {1to4}] |a, b, _| { let word = u32::from_le_bytes([a[4], a[5], a[6], a[7]]); lanes!(u32, |_a, b, c| b.wrapping_add(c))(a, b, word.to_le_bytes().repeat(4).try_into().expect("16 bytes")) };
            [vpternlogq xmm0, xmm1, xmm2, 0x96] lanes!(u64, |a, b, c| a ^ b ^ c);
            [vpcmpub k3, xmm1, xmm2, 1 ; vpmovm2b xmm0, k3] lanes!(u8, |_a, b, c| if b < c { 255 } else { 0 });
        }
    }
}
