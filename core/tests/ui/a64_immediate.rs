//! Literals that do not fit their field, in AArch64.

use bareasm_core::{dynasm, aarch64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch aarch64
        ; add x0, x1, #4097, lsl #12
        ; sub w0, w1, #0x1001
        ; str w0, [x1, #258]
        ; ldr x0, [x1, #32768]
        ; ldr w0, [x1, #-257]
        ; ldp x0, x1, [x2, #512]
        ; ldp x0, x1, [x2, #4]
        ; and x0, x1, #0x1234
        ; and w0, w1, #0xffffffff
        ; orr x0, x1, #0
        ; bics x20, xzr, #18446744073709551616
        ; lsl x0, x1, #64
        ; lsl w0, w1, #32
        ; add x0, x1, x2, lsl #64
        ; add x0, x1, w2, uxtw #5
        ; movz x0, #65536
        ; movk x0, #1, lsl #8
        ; svc #65536
        ; tbz x0, #64, 8
        ; b.eq 2
        ; b 0x8000000
        ; fmov d0, #0.1
        ; sshr v0.4s, v1.4s, #33
        ; ubfx x0, x1, #60, #8
        ; dup v0.4s, v1.s[4]
        ; ccmp x0, #32, #0, eq
    );
}
