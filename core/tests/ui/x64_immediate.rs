//! Literals that do not fit, in x86.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; add rax, 0x80000000
        ; add eax, 0x100000000
        ; add al, 256
        ; add ax, -32769
        ; mov al, -129
        ; push 0x80000000
        ; shl eax, 256
        ; bt rax, 256
        ; vpternlogd zmm0, zmm1, zmm2, 256
        ; int 256
        ; enter 65536, 0
        ; mov rax, 18446744073709551616
        ; mov rax, [rbx + 0x80000000]
        ; add rax, BYTE 200
        ; ret 65536
        ; in al, 256
    );
}
