//! Every way to get `lea` wrong in 64-bit code.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; lea
        ; lea rax
        ; lea rax, [rbx], rcx
        ; lea rxa, [rbx]
        ; lea rax, rbx
        ; lea rax, 5
        ; lea rax, ->label
        ; lea [rax], rbx
        ; lea al, [rbx]
        ; lea xmm0, [rbx]
        ; lea cs, [rbx]
        ; lea 1, [rbx]
        ; lea rax, [rbx + rsp * 2]
        ; lea rax, [rbx + rcx * 5]
        ; lea rax, [rbx + rcx * 16]
        ; lea rax, [rbx + rcx + rdx]
        ; lea rax, [rbx + ecx]
        ; lea rax, [rbx + cl]
        ; lea rax, [bx]
        ; lea rax, [rbx - rcx]
        ; lea rax, [xmm1]
        ; lea rax, [rbx + zmm1 * 4]
        ; lea rax, [rip + rbx]
        ; lea rax, [->label + rbx]
        ; lea rax, [rbx + 0x1_0000_0000]
        ; lea rax, [byte rbx + 200]
        ; lea rax, []
        ; lea rax, [rbx]{1to8}
        ; lea rax {k1}, [rbx]
        ; lea rax, [rbx], {sae}
        ; lock lea rax, [rbx]
        ; rep lea rax, [rbx]
        ; {vex} lea rax, [rbx]
    );
}
