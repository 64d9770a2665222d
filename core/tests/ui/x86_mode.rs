//! What 32-bit code does not have.

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
        ; swapgs
        ; cmpxchg16b [eax]
        ; mov eax, [rip + 8]
        ; add eax, 0x100000000
        ; mov eax, [r8]
        ; mov eax, [rax]
        ; mov eax, qword ptr [ebx]
        ; mov cr8, eax
        ; mov eax, 0x1_0000_0000
        ; add rax, 1
        ; add eax, r9d
        ; add qword ptr [eax], 1
        ; add eax, ebx, ecx
        ; lea rax, [ebx]
        ; lea eax, [rbx]
        ; lea eax, [rip + ->label]
        ; lea eax, [bx + ax]
        ; vaddps xmm8, xmm1, xmm2
        ; vaddps zmm0, zmm1, zmm31
        ; vaddps zmm0, zmm1, [r8]
        ; vpgatherdd zmm8 {k1}, [eax + zmm1 * 4]
        ; vpgatherdd zmm0 {k1}, [rax + zmm1 * 4]
        ; vpgatherdd zmm0 {k1}, [eax + zmm9 * 4]
        ; jmp rax
        ; jmp r8d
        ; jmp qword ptr [eax]
        ; jmp 0x1_0000:0x20
    );
}
