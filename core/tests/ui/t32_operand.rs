//! Operands that Thumb does not take.

use bareasm_core::{dynasm, thumb, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = thumb::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch thumb
        ; mvo r0, r1
        ; add r0
        ; movs r0, #256
        ; add r0, r1, #4097
        ; adds.n r8, r1, #1
        ; ldr.n r0, [r1, #128]
        ; ldr r0, [r1, #4096]
        ; ldr.n r0, [r1, #6]
        ; lsls r0, r1, #32
        ; movw r0, #65536
        ; and r0, r1, #0x101
        ; push {r0, sp}
        ; ldm r0!, {}
        ; bx 8
        ; add sp, r0, r1
        ; mov.n r0, #1, #2
        ; strd r0, r1, [r2, #6]
    );
}
