//! Operands of the wrong kind, too few and too many, in x86.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; mov rax
        ; mov rax, rbx, rcx
        ; mov eax, rbx
        ; add eax, xmm0
        ; lea rax, rbx
        ; lea eax, 5
        ; mov [rax], [rbx]
        ; imul 5, eax
        ; shl eax, ebx
        ; mov cs, ax
        ; vaddps ymm0, xmm1, ymm2
        ; mov rax rbx
        ; mov rax,, rbx
        ; mov rax, 1.5
    );
}
