//! Every way to get `jmp` wrong in 64-bit code.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; jmp
        ; jmp rax, rbx
        ; jmp ->label, ->label
        ; jmp eax
        ; jmp al
        ; jmp xmm0
        ; jmp cs
        ; jmp byte ptr [rax]
        ; jmp xmmword ptr [rax]
        ; jmp [rax + rsp * 2]
        ; jmp [rax + ecx]
        ; jmp [->label + rax]
        ; jmp 0x8000_0000
        ; jmp byte 128
        ; jmp word 1
        ; jmp 0x10:0x20
        ; jmp 0x1_0000:0x20
        ; jmp 1.5
        ; jmp ->
        ; jmp rax {k1}
        ; jmp rax, {sae}
        ; jmp [rax]{1to8}
        ; lock jmp rax
        ; rep jmp rax
        ; notrack jmp ->label
        ; {vex} jmp rax
    );
    // Labels are looked at when every line can be read.
    dynasm!(ops
        ; .arch x64
        ; jmp byte ->far
        ; jmp ->nowhere
        ; .u64 0, 0, 0, 0, 0, 0, 0, 0
        ; .u64 0, 0, 0, 0, 0, 0, 0, 0
        ; ->far:
    );
}
