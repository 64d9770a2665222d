//! Architectures that do not exist.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; .arch x46
        ; .arch pdp11
        ; .arch riscv64
        ; .arch arm
        ; .arch
        ; .arch i386
    );
}
