//! Masks, rounding and broadcasts that an instruction does not have.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; vaddps zmm0 {k0}, zmm1, zmm2
        ; vaddps zmm0 {z}, zmm1, zmm2
        ; vaddps zmm0, zmm1, [rax]{1to8}
        ; vaddps ymm0, ymm1, ymm2, {rn-sae}
        ; vaddps zmm0 {k8}, zmm1, zmm2
        ; vmovdqu32 zmm0 {q}, zmm1
        ; mov eax {k1}, ebx
        ; lock mov eax, ebx
        ; rep add eax, ebx
    );
}
