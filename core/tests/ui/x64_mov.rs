//! Every way to get `mov` wrong in 64-bit code.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; mov
        ; mov rax
        ; mov rax, rbx, rcx
        ; mov rax rbx
        ; mov rax,, rbx
        ; mov rxa, 1
        ; mov r32d, eax
        ; mov rax, xmm0
        ; mov xmm0, rax
        ; mov rax, k1
        ; mov rax, st(1)
        ; mov 5, rax
        ; mov cs, ax
        ; mov es, 5
        ; mov cr0, 5
        ; mov ax, cr0
        ; mov eax, rbx
        ; mov rax, bl
        ; mov eax, qword ptr [rbx]
        ; mov dword ptr [rax], rbx
        ; mov xmmword ptr [rax], rbx
        ; mov [rax], [rbx]
        ; mov [rax], 1
        ; mov dword ptr eax, 1
        ; mov al, 256
        ; mov ax, -32769
        ; mov eax, 0x1_0000_0000
        ; mov rax, 0x1_0000_0000_0000_0000
        ; mov rax, dword 0x8000_0000
        ; mov eax, byte 1
        ; mov dword ptr [rax], 0x1_0000_0000
        ; mov rax, 1.5
        ; mov rax, ->label
        ; mov rax, [rbx + rsp * 2]
        ; mov rax, [rbx + rcx * 3]
        ; mov rax, [rbx * 2 + rcx * 4]
        ; mov rax, [rbx + ecx]
        ; mov rax, [bx + si]
        ; mov rax, [rbx + 0x8000_0000]
        ; mov rax, [byte rbx + 128]
        ; mov rax, [rip + rcx]
        ; mov rax, [rbx + ->label]
        ; mov rax, [xmm0]
        ; mov rax, []
        ; mov ah, r8b
        ; mov ah, sil
        ; mov eax {k1}, ebx
        ; mov eax {z}, ebx
        ; mov eax, dword ptr [rbx]{1to4}
        ; mov eax, ebx {rn-sae}
        ; lock mov [rax], ebx
        ; rep mov eax, ebx
        ; xacquire mov [rax], ebx
        ; {vex} mov eax, ebx
        ; {evex} mov eax, ebx
        ; .feature -apx_f
        ; mov r16, 1
    );
}
