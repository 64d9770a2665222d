//! Operands of the wrong kind, too few and too many, in AArch64.

use bareasm_core::{dynasm, aarch64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; add x0, x1
        ; add x0, x1, x2, x3
        ; add x0, w1, x2
        ; add x0, x1, d2
        ; cbz #1, 8
        ; b x0
        ; ldr x0, x1
        ; csel x0, x1, x2
        ; csel x0, x1, x2, en
        ; add v0.4s, v1.4s, v2.2d
        ; add x0, x1, x2 x3
        ; add x0,, x2
        ; ret x0, x1
    );
}
