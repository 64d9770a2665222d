//! Every way to get `vaddps` wrong in 64-bit code.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; vaddps
        ; vaddps zmm0, zmm1
        ; vaddps zmm0, zmm1, zmm2, zmm3
        ; vaddps zmm0, zmm1, zmm32
        ; vaddps zmm0, zmm1, zm2
        ; vaddps zmm0, zmm1, ymm2
        ; vaddps zmm0, ymm1, zmm2
        ; vaddps xmm0, ymm1, ymm2
        ; vaddps zmm0, zmm1, eax
        ; vaddps zmm0, k1, zmm2
        ; vaddps mm0, mm1, mm2
        ; vaddps zmm0, zmm1, 5
        ; vaddps zmm0, [rax], zmm1
        ; vaddps [rax], zmm0, zmm1
        ; vaddps zmm0, zmm1, ymmword ptr [rax]
        ; vaddps zmm0, zmm1, dword ptr [rax]
        ; vaddps zmm0, zmm1, [rax + zmm2 * 4]
        ; vaddps zmm0, zmm1, [rax + rsp * 4]
        ; vaddps zmm0, zmm1, ->label
        ; vaddps zmm0 {k0}, zmm1, zmm2
        ; vaddps zmm0 {k8}, zmm1, zmm2
        ; vaddps zmm0 {eax}, zmm1, zmm2
        ; vaddps zmm0 {z}, zmm1, zmm2
        ; vaddps zmm0 {k1}{k2}, zmm1, zmm2
        ; vaddps zmm0, zmm1 {k1}, zmm2
        ; vaddps zmm0 {k1}, zmm1 {z}, zmm2
        ; vaddps zmm0, zmm1, [rax]{1to8}
        ; vaddps zmm0, zmm1, [rax]{1to5}
        ; vaddps zmm0, zmm1, qword ptr [rax]{1to8}
        ; vaddps zmm0, zmm1, zmmword ptr [rax]{1to16}
        ; vaddps zmm0, zmm1, zmm2{1to16}
        ; vaddps zmm0, zmm1, [rax]{1to16}{1to16}
        ; vaddps zmm0, zmm1, [rax]{q}
        ; vaddps ymm0, ymm1, ymm2, {rn-sae}
        ; vaddps zmm0, zmm1, zmm2, {sae}
        ; vaddps zmm0, zmm1, [rax], {rn-sae}
        ; vaddps zmm0, zmm1, [rax]{1to16}, {rn-sae}
        ; vaddps zmm0, zmm1, zmm2, {rn-sae}, {rz-sae}
        ; vaddps zmm0 {rn-sae}, zmm1, zmm2
        ; vcmpps k1, zmm1, zmm2, 3, {sae}
        ; vmaxps zmm0, zmm1, zmm2, {rn-sae}
        ; vmovups zmm0, zmm1, {sae}
        ; vandps zmm0, zmm1, zmm2, {rn-sae}
        ; {vex} vaddps zmm0, zmm1, zmm2
        ; {vex} vaddps xmm0, xmm16, xmm2
        ; {vex} vaddps xmm0 {k1}, xmm1, xmm2
        ; {rex} vaddps xmm0, xmm1, xmm2
        ; lock vaddps zmm0, zmm1, zmm2
        ; rep vaddps zmm0, zmm1, zmm2
        ; .feature -avx512f
        ; vaddps zmm0, zmm1, zmm2
        ; vaddps xmm0, xmm1, xmm16
        ; .feature -avx
        ; vaddps xmm0, xmm1, xmm2
    );
}
