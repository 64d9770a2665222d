//! A run-time value where only a literal may stand.

use bareasm_core::{aarch64, dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    let n = 1;
    dynasm!(ops
        ; .arch aarch64
        ; csel x0, x1, x2, n
        ; add x0, x1, x2, n
        ; add x0, x1, x2, n #3
        ; ld1 {v0.4s * n}, [x0]
        ; movk x0, #1, lsl n
        ; msr n, x0
        ; dmb n
    );
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; mov rax, [rbx + rcx * n]
        ; mov n, rax
        ; vaddps zmm0 {n}, zmm1, zmm2
        ; .cpu n
    );
}
