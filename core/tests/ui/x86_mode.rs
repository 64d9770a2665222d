//! What exists in 64-bit mode only.

use bareasm_core::{dynasm, x86, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x86::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x86
        ; mov rax, rbx
        ; mov r8d, eax
        ; mov sil, al
        ; push rax
        ; syscall
        ; cmpxchg16b [eax]
        ; mov eax, [rip + 8]
        ; add eax, 0x100000000
    );
}
