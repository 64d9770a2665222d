//! Mnemonics that AArch64 does not have.

use bareasm_core::{dynasm, aarch64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; mvo x0, x1
        ; vaddps zmm0, zmm1, zmm2
        ; ldrsbw w0, [x1]
        ; fmadd.s s0, s1, s2, s3
        ; q
        ; loadacquire x0, x1
    );
}
