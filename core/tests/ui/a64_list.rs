//! Lists of registers that AArch64 does not have.

use bareasm_core::{dynasm, aarch64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; ld1 {v0.4s, v2.4s}, [x0]
        ; ld1 {v0.4s - v4.4s}, [x0]
        ; ld1 {v0.4s, v1.4s, v2.4s, v3.4s, v4.4s}, [x0]
        ; ld2 {v0.4s, v1.2d}, [x0]
        ; ld2 {v0.4s}, [x0]
        ; ld1 {v0.4s, v1.4s}[1], [x0]
        ; ld1 {v0.s}[4], [x0]
        ; ld1 {}, [x0]
        ; tbl v0.16b, {v1.8b}, v2.16b
    );
}
