//! Registers that cannot be used together, in x86.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; mov ah, r8b
        ; mov ah, sil
        ; movzx rax, ah
        ; vgatherdps xmm0, [rax + xmm0 * 4], xmm1
        ; vaddps xmm0, xmm1, xmm16, xmm2
        ; vpand xmm0, xmm16, xmm2
        ; add Rq(16), rax
    );
}
