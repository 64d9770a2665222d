//! Mnemonics that x86 does not have.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; addd rax, rbx
        ; vaddpz zmm0, zmm1, zmm2
        ; ldr x0, [x1]
        ; jnee 8
        ; pusha
        ; lock
    );
}
