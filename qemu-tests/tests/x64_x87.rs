//! x86-64: x87, MMX, and the tiles of AMX.
#![cfg(target_arch = "x86_64")]

use bareasm_exec::{dynasm, AssemblyOffset};
use bareasm_qemu_tests::float::exponent;
use bareasm_qemu_tests::{call, doubles, each, make, ones, rows, sat, skip, sse, table, w, with, wrap, Kind, Pair, Room};

/// Numbers in `st0` and `st1`, the third in memory at `rsp`; the result is popped. The control word asks for double precision.
macro_rules! numbers {
    ($([$($line:tt)*] $model:expr;)*) => { $(
        doubles(
            stringify!($($line)*),
            |ops| dynasm!(ops
                ; .arch x64
                ; push rdx ; push rdi ; push rsi
                ; fninit ; mov eax, 0x27f ; push rax ; fldcw [rsp] ; pop rax
                ; fld qword [rsp] ; add rsp, 8 ; fld qword [rsp] ; add rsp, 8
                ; $($line)*
                ; fstp qword [rsp - 8] ; mov rax, [rsp - 8]
                ; fninit ; add rsp, 8
                ; ret
            ),
            $model,
        );
    )* };
}

/// A quotient as x87 computes it: the register has more powers of two, so that subnormal numbers are rounded again in memory.
fn quotient(a: f64, b: f64) -> f64 {
    let scale = 2f64.powi(100);
    if (a / b).is_subnormal() {
        a * scale / b / scale
    } else {
        a / b
    }
}

#[test]
fn x87() {
    numbers! {
        [fadd st0, st1 ; fstp st1] |a, b, _| a + b;
        [fsub st0, st1 ; fstp st1] |a, b, _| a - b;
        [fsubr st0, st1 ; fstp st1] |a, b, _| b - a;
        [fmulp st1, st0] |a, b, _| a * b;
        [fdivp st1, st0] |a, b, _| quotient(b, a);
        [fdivrp st1, st0] |a, b, _| quotient(a, b);
        [fsubp st1, st0] |a, b, _| b - a;
        [fsubrp st1, st0] |a, b, _| a - b;
        [fadd qword [rsp] ; fstp st1] |a, _, c| a + c;
        [fstp st1 ; fstp st0 ; fld1] |_, _, _| 1.0;
        [fxch ; fstp st1] |_, b, _| b;
        [fxch st1 ; fstp st1] |_, b, _| b;
        [faddp] |a, b, _| a + b;
        [fmul qword [rsp] ; fstp st1] |a, _, c| a * c;
        [fdiv st1, st0 ; fstp st0] |a, b, _| quotient(b, a);
        [fdivr qword [rsp] ; fstp st1] |a, _, c| quotient(c, a);
        [fsub qword [rsp] ; fstp st1] |a, _, c| a - c;
        [fstp st1 ; mov dword [rsp - 8], 0x40400000 ; fmul dword [rsp - 8]] |a, _, _| a * 3.0;
        [fstp st1 ; mov dword [rsp - 8], -12 ; fiadd dword [rsp - 8]] |a, _, _| a - 12.0;
        [fstp st1 ; mov word [rsp - 8], 5 ; fisubr word [rsp - 8]] |a, _, _| 5.0 - a;
        [fstp st1 ; mov word [rsp - 8], 4 ; fidiv word [rsp - 8]] |a, _, _| a / 4.0;
        [fstp st1 ; mov dword [rsp - 8], 7 ; fimul dword [rsp - 8]] |a, _, _| a * 7.0;
        [fstp st1 ; fstp st0 ; mov word [rsp - 8], -300 ; fild word [rsp - 8]] |_, _, _| -300.0;
        [fstp st1 ; fstp st0 ; mov rax, 0x123456789 ; mov [rsp - 16], rax ; mov qword [rsp - 8], 0 ; fbld [rsp - 16]] |_, _, _| 123_456_789.0;
        [fst qword [rsp - 8] ; fstp st1 ; fstp st0 ; fld qword [rsp - 8]] |a, _, _| a;
        [fcom st1 ; fnstsw ax ; sahf ; fcmovb st0, st1 ; fstp st1] |a, b, _| if a < b || a.is_nan() || b.is_nan() { b } else { a };
        [fcomi st0, st1 ; fcmovnbe st0, st1 ; fstp st1] |a, b, _| if a > b { b } else { a };
        [fucomi st0, st1 ; fcmovnu st0, st1 ; fstp st1] |a, b, _| if a.is_nan() || b.is_nan() { a } else { b };
        [fcomi st0, st1 ; fcmove st0, st1 ; fstp st1] |a, b, _| if a == b || a.is_nan() || b.is_nan() { b } else { a };
        [ftst ; fnstsw ax ; sahf ; fstp st0 ; fstp st0 ; seta al ; movzx eax, al ; mov [rsp - 8], rax ; fild qword [rsp - 8]] |a, _, _| f64::from(u8::from(a > 0.0));
        [fstp st1 ; mov word [rsp - 8], 3 ; fild word [rsp - 8] ; fxch ; fscale ; fstp st1] |a, _, _| a * 8.0;
        // The fraction, on top of the exponent.
        [fstp st1 ; fxtract ; fstp st0] |a, _, _| match a.abs() { 0.0 => f64::NEG_INFINITY, x if x.is_finite() => exponent(a).into(), x => x };
        [fstp st1 ; fld1 ; fxch ; again: ; fprem ; fnstsw ax ; test ah, 4 ; jnz <again ; fstp st1] |a, _, _| if a.is_finite() { a % 1.0 } else { f64::NAN };
        [fchs ; fstp st1] |a, _, _| -a;
        [fabs ; fstp st1] |a, _, _| a.abs();
        [fsqrt ; fstp st1] |a, _, _| a.sqrt();
        [frndint ; fstp st1] |a, _, _| a.round_ties_even();
        [fstp st1 ; fstp st0 ; fldz] |_, _, _| 0.0;
        [fstp st1 ; fstp st0 ; fldpi] |_, _, _| std::f64::consts::PI;
        [fstp st1 ; fstp st0 ; fldl2e] |_, _, _| std::f64::consts::LOG2_E;
        [fstp st1 ; fstp st0 ; fldln2] |_, _, _| std::f64::consts::LN_2;
        [fcomi st0, st1 ; fcmovbe st0, st1 ; fstp st1] |a, b, _| if a > b { a } else { b };
        [fucomi st0, st1 ; fcmovu st0, st1 ; fstp st1] |a, b, _| if a.is_nan() || b.is_nan() { b } else { a };
        [fcomip st0, st1 ; seta al ; movzx eax, al ; fstp st0 ; mov [rsp - 8], rax ; fild qword [rsp - 8]] |a, b, _| f64::from(u8::from(a > b));
        [fucompp ; fnstsw ax ; and eax, 0x4500 ; mov [rsp - 8], rax ; fild dword [rsp - 8]] |a, b, _| match a.partial_cmp(&b) {
            None => 17664.0,
            Some(std::cmp::Ordering::Less) => 256.0,
            Some(std::cmp::Ordering::Equal) => 16384.0,
            Some(std::cmp::Ordering::Greater) => 0.0,
        };
        [fstp st1 ; fistp qword [rsp - 8] ; fild qword [rsp - 8]] |a, _, _| { let x = a.round_ties_even() + 0.0; if (-9.2e18..=9.2e18).contains(&x) { x } else { i64::MIN as f64 } };
        [fstp st1 ; fisttp dword [rsp - 8] ; fild dword [rsp - 8]] |a, _, _| if a > -2_147_483_649.0 && a < 2_147_483_648.0 { a.trunc() + 0.0 } else { -2_147_483_648.0 };
        [fstp st1 ; fstp tbyte [rsp - 16] ; fld tbyte [rsp - 16]] |a, _, _| a;
        [fstp st1 ; fstp dword [rsp - 8] ; fld dword [rsp - 8]] |a, _, _| f64::from(a as f32);
        [fxam ; fnstsw ax ; and eax, 0x4500 ; fstp st0 ; fstp st0 ; mov [rsp - 8], rax ; fild dword [rsp - 8]] |a, _, _| match a.classify() {
            std::num::FpCategory::Nan => 256.0,
            std::num::FpCategory::Infinite => 1280.0,
            std::num::FpCategory::Zero => 16384.0,
            // In a register of 80 bits nothing that memory of 64 holds is subnormal.
            _ => 1024.0,
        };
        [fnstcw [rsp - 8] ; movzx eax, word [rsp - 8] ; mov [rsp - 8], rax ; fstp st0 ; fstp st0 ; fild dword [rsp - 8]] |_, _, _| 639.0;
        [mov eax, 0xe7f ; mov [rsp - 8], rax ; fldcw [rsp - 8] ; frndint ; fstp st1] |a, _, _| a.trunc();
        [fdecstp ; fincstp ; ffree st1 ; fstp qword [rsp - 8] ; fincstp ; fld qword [rsp - 8]] |a, _, _| a;
    }
}

#[test]
fn mmx() {
    macro_rules! mmx {
        ($($name:ident $model:expr;)*) => { with!("mmx", "MMX", table::vectors(16, Kind::Bits, rows!(sse VECTORS: $(
            [movq mm0, [rdi + 256] ; movq mm1, [rdi + 512] ; $name mm0, mm1 ; movq2dq xmm0, mm0 ; emms] |o| o.lower(($model)(o));
            (d n m) [movdq2q mm3, Rx(n) ; $name Rm(d - d + 3), [rdi + 512] ; movq rax, mm3 ; emms ; movq Rx(d), rax ; movaps Rx(m), Rx(m)] |o| o.lower(($model)(o));
        )*))) };
    }
    mmx! {
        paddb each!(u8, |_, n, m| n.wrapping_add(m));
        paddw each!(u16, |_, n, m| n.wrapping_add(m));
        paddd each!(u32, |_, n, m| n.wrapping_add(m));
        paddq each!(u64, |_, n, m| n.wrapping_add(m));
        psubsb each!(i8, |_, n, m| n.saturating_sub(m));
        paddusw each!(u16, |_, n, m| n.saturating_add(m));
        pmullw each!(u16, |_, n, m| n.wrapping_mul(m));
        pmulhw each!(i16, |_, n, m| wrap((w(n) * w(m)) >> 16));
        pcmpgtw each!(i16, |_, n, m| ones(n > m));
        pcmpeqd each!(u32, |_, n, m| ones(n == m));
        pand each!(u64, |_, n, m| n & m);
        pandn each!(u64, |_, n, m| !n & m);
        pxor each!(u64, |_, n, m| n ^ m);
        pavgb each!(u8, |_, n, m| wrap((w(n) + w(m) + 1) >> 1));
        pmaxsw each!(i16, |_, n, m| n.max(m));
        packuswb make!(u8, |o, i| sat(w(if i < 4 { o.n::<i16>(i) } else { o.m(i % 4) })));
        punpcklbw make!(u8, |o, i| if i % 2 == 0 { o.n(i / 2) } else { o.m(i / 2) });
        punpckhdq make!(u32, |o, i| if i == 0 { o.n(1) } else { o.m(1) });
        psllq make!(u64, |o, i| if o.m::<u64>(0) < 64 { o.n::<u64>(i) << o.m::<u64>(0) } else { 0 });
        pshufb make!(u8, |o, i| if o.m::<i8>(i) < 0 { 0 } else { o.n(usize::from(o.m::<u8>(i) & 7)) });
    }
}

/// Asks Linux for the tiles: arch_prctl(ARCH_REQ_XCOMP_PERM, tile data). Without that their use ends the program.
fn tiles_permitted() -> bool {
    if cfg!(not(target_os = "linux")) {
        skip("AMX", "only Linux is asked for it");
        return false;
    }
    let code = make(|ops| dynasm!(ops ; .arch x64 ; mov eax, 158 ; mov edi, 0x1023 ; mov esi, 18 ; syscall ; ret));
    // SAFETY: a system call that permits this process the use of registers.
    let Pair(error, _) = unsafe { call(&code, AssemblyOffset(0), 0, 0, 0) };
    if error != 0 {
        skip("AMX", "the system does not permit it");
    }
    error == 0
}

/// Tiles of four rows of 16 bytes, in which the vectors of a room fit.
macro_rules! tiles {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch x64
        ; sub rsp, 64 ; vpxor xmm0, xmm0, xmm0 ; vmovups [rsp], xmm0 ; vmovups [rsp + 16], xmm0 ; vmovups [rsp + 32], xmm0 ; vmovups [rsp + 48], xmm0
        ; mov byte [rsp], 1
        ; mov rax, 0x0010001000100010 ; mov [rsp + 16], rax ; mov [rsp + 24], rax
        ; mov rax, 0x0404040404040404 ; mov [rsp + 48], rax
        ; mov eax, 16
        ; ldtilecfg [rsp] ; add rsp, 64
        ; tileloadd Rt($d), [rdi + rax] ; tileloadd Rt($n), [rdi + rax + 256] ; tileloadd Rt($m), [rdi + rax + 512]
        ; $($line)*
        ; tilestored [rdi + rax + 768], Rt($d)
        ; tilerelease
        ; ret
    ) };
}

/// Products of a row of the first source and a column of the second.
fn products(o: &Room, n: fn(u8) -> i32, m: fn(u8) -> i32) -> Vec<u8> {
    o.make::<i32>(|i| {
        (0..16).fold(o.d::<i32>(i), |sum, k| sum.wrapping_add(n(o.n(i / 4 * 16 + k)) * m(o.m(k / 4 * 16 + i % 4 * 4 + k % 4))))
    })
}

fn unsigned(byte: u8) -> i32 {
    byte.into()
}

fn signed(byte: u8) -> i32 {
    (byte as i8).into()
}

#[test]
fn amx() {
    with!("amxtile" "amxint8", "AMX, tiles of bytes", if tiles_permitted() {
        table::vectors(64, Kind::Bits, rows!(tiles TILES:
            (d n m) [tdpbssd Rt(d), Rt(n), Rt(m)] |o| products(o, signed, signed);
            [tdpbsud tmm0, tmm1, tmm2] |o| products(o, signed, unsigned);
            [tdpbusd tmm0, tmm1, tmm2] |o| products(o, unsigned, signed);
            (d n m) [tdpbuud Rt(d), Rt(n), Rt(m)] |o| products(o, unsigned, unsigned);
            [tilezero tmm0] make!(u8, |_o, _| 0);
            // Rows from memory upwards and downwards.
            (d n m) [mov rcx, -16 ; tileloadd Rt(d), [rdi + rcx + 304] ; tilezero Rt(n) ; tilezero Rt(m)] make!(u8, |o, i| o.n((3 - i / 16) * 16 + i % 16));
            [tileloaddt1 tmm0, [rdi + rax * 2 + 256]] make!(u8, |o, i| o.operands[1][i / 16 * 32 + i % 16]);
        ));
    });
    with!("amxtile" "amxbf16" "avx512f", "AMX, tiles of BF16", if tiles_permitted() {
        // Integers that both formats hold, the sums of which are exact.
        table::vectors(64, Kind::Bits, rows!(tiles TILES:
            [mov ecx, 127 ; vpbroadcastd zmm0, ecx ; vcvtdq2ps zmm3, zmm0 ; vpandd zmm1, zmm0, [rdi + 256] ; vpandd zmm2, zmm0, [rdi + 512] ; vcvtdq2ps zmm1, zmm1 ; vcvtdq2ps zmm2, zmm2
                ; vmovups [rdi], zmm3 ; vmovups [rdi + 256], zmm1 ; vmovups [rdi + 512], zmm2
                ; tileloadd tmm0, [rdi + rax] ; tileloadd tmm1, [rdi + rax + 256] ; tileloadd tmm2, [rdi + rax + 512]
                ; tdpbf16ps tmm0, tmm1, tmm2 ; vzeroupper] make!(f32, |o, i| {
                127.0 + (0..4).map(|k| ((o.n::<u32>(i / 4 * 4 + k) & 127) * (o.m::<u32>(k * 4 + i % 4) & 127)) as f32).sum::<f32>()
            });
        ));
    });
}
