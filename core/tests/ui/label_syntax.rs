//! What labels are not.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; ->
        ; ->top nop
        ; ->5:
        ; =>
        ; jmp ->
        ; jmp =>
        ; jmp ->top +
        ; jmp ->top 5
        ; jmp extern
        ; add rax, ->top
        ; mov rax, => top
    );
}
