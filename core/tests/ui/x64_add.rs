//! Every way to get `add` wrong in 64-bit code.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; add
        ; add rax
        ; add rax, rbx, rcx, rdx
        ; add rxa, 1
        ; add xmm0, rax
        ; add rax, mm1
        ; add cs, ax
        ; add 1, rax
        ; add eax, rbx
        ; add al, bx
        ; add rax, dword ptr [rbx]
        ; add byte ptr [rax], ecx
        ; add rax, rbx, ecx
        ; add [rax], [rbx]
        ; add [rax], 1
        ; add al, 256
        ; add ax, 65536
        ; add eax, 0x1_0000_0000
        ; add rax, 0x8000_0000
        ; add rax, byte 200
        ; add rax, qword 1
        ; add rax, ->label
        ; add rax, [rbx + rsp * 4]
        ; add rax, [rbx + ecx * 4]
        ; add ah, r8b
        ; add ah, byte ptr [r9]
        ; add eax {k1}, ebx
        ; add eax, ebx, {sae}
        ; add eax, dword ptr [rbx]{1to4}
        ; lock add eax, dword ptr [rbx]
        ; rep add eax, ebx
        ; notrack add eax, ebx
        ; {vex3} add eax, ebx
        ; {nf}{rex2} add eax, ebx
        ; {nf} adc eax, ebx
        ; .feature -apx_f
        ; add rax, rbx, rcx
        ; {nf} add rax, rbx
    );
}
