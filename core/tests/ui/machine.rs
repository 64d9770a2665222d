//! Machines and features that do not exist, or lack an instruction.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; .feature avx513f
        ; .feature banana
        ; .feature
        ; .cpu skylak
        ; .cpu banana
        ; .cpu
        ; .feature -avx512f
        ; vaddps zmm0, zmm1, zmm2
        ; .feature sse, sse2
        ; vaddps ymm0, ymm1, ymm2
        ; .feature
        ; .arch aarch64
        ; .feature -lse
        ; ldadd x0, x1, [x2]
        ; .cpu cortex-a53
        ; ldadd x0, x1, [x2]
        ; .arch thumb
        ; .cpu cortex-m0
        ; sdiv r0, r1, r2
        ; .cpu cortex-m5
    );
}
