//! Every way to get `vpgatherdd` wrong in 64-bit code.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; vpgatherdd
        ; vpgatherdd zmm0 {k1}
        ; vpgatherdd zmm0 {k1}, [rax + zmm1 * 4], zmm2
        ; vpgatherdd ymm0, [rax + ymm1 * 4], ymm2, 1
        ; vpgatherdd zmm0, [rax + zmm1 * 4]
        ; vpgatherdd zmm0 {k0}, [rax + zmm1 * 4]
        ; vpgatherdd zmm0 {z}, [rax + zmm1 * 4]
        ; vpgatherdd zmm0 {k1}{z}, [rax + zmm1 * 4]
        ; vpgatherdd zmm0, [rax + zmm1 * 4] {k1}
        ; vpgatherdd zmm0 {k1}, [rax + ymm1 * 4]
        ; vpgatherdd zmm0 {k1}, [rax + rcx * 4]
        ; vpgatherdd zmm0 {k1}, [rax]
        ; vpgatherdd zmm0 {k1}, [rax + zmm1 * 3]
        ; vpgatherdd zmm0 {k1}, [zmm1 + zmm2 * 4]
        ; vpgatherdd zmm0 {k1}, [rax + rcx + zmm1 * 4]
        ; vpgatherdd zmm0 {k1}, [rip + zmm1 * 4]
        ; vpgatherdd zmm0 {k1}, [->label + zmm1 * 4]
        ; vpgatherdd zmm0 {k1}, [rax + zmm32 * 4]
        ; vpgatherdd zmm0 {k1}, [rax + zmm1 * 4 + 0x8000_0000]
        ; vpgatherdd zmm0 {k1}, zmm1
        ; vpgatherdd zmm0 {k1}, 5
        ; vpgatherdd zmm0 {k1}, [rax + zmm1 * 4]{1to16}
        ; vpgatherdd zmm0 {k1}, [rax + zmm1 * 4], {sae}
        ; vpgatherdd zmm0 {k1}, [rax + zmm0 * 4]
        ; vpgatherdd eax {k1}, [rax + zmm1 * 4]
        ; vpgatherdd ymm0, [rax + ymm1 * 4], xmm2
        ; vpgatherdd ymm0, [rax + ymm1 * 4], k1
        ; vpgatherdd ymm0, [rax + ymm0 * 4], ymm2
        ; vpgatherdd ymm0, [rax + ymm1 * 4], ymm1
        ; vpgatherdd ymm0, [rax + ymm1 * 4], ymm0
        ; vpgatherdd ymm0, [rax + ymm1 * 4], ymm16
        ; vpgatherdd ymm0, [rax + xmm1 * 4], ymm2
        ; vpgatherdd ymm0 {k1}, [rax + ymm1 * 4], ymm2
        ; {vex} vpgatherdd zmm0 {k1}, [rax + zmm1 * 4]
        ; {evex} vpgatherdd ymm0, [rax + ymm1 * 4], ymm2
        ; lock vpgatherdd zmm0 {k1}, [rax + zmm1 * 4]
        ; .feature -avx512f
        ; vpgatherdd zmm0 {k1}, [rax + zmm1 * 4]
        ; .feature -avx2
        ; vpgatherdd ymm0, [rax + ymm1 * 4], ymm2
    );
}
