//! `mov` of a literal that takes several instructions says which.

use bareasm_core::{dynasm, aarch64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; mov x0, #0x12345678
        ; mov w1, #0x12345678
        ; mov x2, #-0x123456789
        ; mov x3, #0x1_0000_0000_0000_0001
        ; mov w4, #0x1_0000_0000
        ; mov sp, #0x12345678
    );
}
