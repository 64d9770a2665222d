//! Labels that a short branch does not reach.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; ->top:
        ; jrcxz ->end
        ; jmp BYTE ->end
        ; .u64 0, 0, 0, 0, 0, 0, 0, 0
        ; .u64 0, 0, 0, 0, 0, 0, 0, 0
        ; loop ->top
        ; ->end:
    );
}
