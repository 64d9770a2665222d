//! Local labels that are not defined, or defined twice.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; jmp ->nowhere
        ; ->top:
        ; ->top:
        ; jmp ->topp
        ; call ->top2
    );
}
