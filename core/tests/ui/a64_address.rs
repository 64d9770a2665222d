//! Addresses that AArch64 does not have.

use bareasm_core::{dynasm, aarch64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; ldr x0, [x1, x2]!
        ; ldr x0, [x1, w2]
        ; ldr x0, [x1, x2, lsl #2]
        ; ldr x0, [x1, w2, uxtb]
        ; ldr x0, [x1 + 8]
        ; ldr x0, [x1], x2
        ; ldr x0, [x1, x2, x3]
        ; ldr x0, []
        ; ldxr x0, [x1, #8]
        ; ldr x0, [d1]
    );
}
