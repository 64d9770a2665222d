//! Labels that are not aligned as an instruction needs it.

use bareasm_core::{dynasm, aarch64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; ->top:
        ; .u8 1
        ; ->odd:
        ; .u8 1, 2, 3
        ; b ->odd
        ; ldr x0, ->odd
        ; adr x0, ->odd
    );
}
