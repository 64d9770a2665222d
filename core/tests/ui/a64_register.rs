//! Registers that cannot stand where they do, in AArch64.

use bareasm_core::{dynasm, aarch64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; add x0, xzr, #1
        ; ldr x0, [xzr]
        ; add x0, x31, x1
        ; ldr x32, [x0]
        ; and sp, x0, x1
        ; subs sp, x0, #1
        ; cmp x0, sp
        ; swpp x0, xzr, [x1]
        ; cpyp [x0]!, [x0]!, x1!
        ; ldxr w0, [w1]
        ; mul v0.4s, v1.4s, v16.h[0]
        ; fmla v0.8h, v1.8h, v16.h[0]
        ; add X(32), x1, x2
    );
}
