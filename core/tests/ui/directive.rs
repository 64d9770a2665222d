//! Directives that do not exist or say nothing useful.

use bareasm_core::{dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch x64
        ; .alig 4
        ; .banana 1
        ; .byte 1
        ; .word 1
        ; .dword 1
        ; .qword 1
        ; .u8 256
        ; .i8 -129
        ; .u16 -1
        ; .u64 18446744073709551616
        ; .u8
        ; .u8 1,, 2
        ; .u8 1.5
        ; .f32 1
        ; .bytes 1, 256
        ; .bytes 1, n
        ; .align 0
        ; .align 3
        ; .align
        ; .align 16, 256
        ; .align 16, 0, 1
        ; .rel32 5
        ; .alias acc
        ; .alias acc, banana
        ; .
    );
}
