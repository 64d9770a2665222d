//! Addresses that x86 does not have.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; mov rax, [rbx + rsp * 2]
        ; mov rax, [rbx * 2 + rcx * 4]
        ; mov rax, [rbx + rcx * 3]
        ; mov rax, [rbx + rcx + rdx]
        ; mov rax, [bx + si]
        ; mov rax, [rbx + ecx]
        ; mov rax, [rip + rcx]
        ; mov rax, [xmm0]
        ; mov rax, [rbx - rcx]
        ; mov rax, []
        ; mov [rax], 1
        ; inc [rax]
        ; mov dword ptr [rax], rbx
        ; mov eax, qword ptr [rbx]
        ; fld [rax]
        ; mov rax, [rbx + ->top + rcx]
    );
}
