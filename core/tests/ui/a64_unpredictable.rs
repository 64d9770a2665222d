//! Literal operands for which a processor may do one of several things are a warning, in AArch64.
#![deny(deprecated)]

use bareasm_core::{aarch64, code, dynasm, Labels};

const CODE: [u8; 4] = code!(.arch aarch64 ; ldr x0, [x0], #8);

fn main() {
    let (mut bytes, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut bytes, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; ldp x0, x0, [x1]
        ; str x1, [x1, #8]!
        ; stxr w3, w3, [x2]
        ; ldp x0, x1, [x1]
        ; .bytes CODE.iter()
    );
}
