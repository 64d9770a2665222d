//! Values of types that are no operands: rustc says so at the expression.

use bareasm_core::{aarch64, dynasm, x64, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = aarch64::Assembler::new(&mut code, &mut labels);
    let wide = 3i64;
    dynasm!(ops ; .arch aarch64 ; add X(wide), x1, x2);
    dynasm!(ops ; .arch aarch64 ; add x0, x1, true);
    let float = 1.5;
    dynasm!(ops ; .arch aarch64 ; add x0, x1, float);
    dynasm!(ops ; .arch aarch64 ; mov x0, "text");
    dynasm!(ops ; .arch aarch64 ; and x0, x1, 1i128 + 1);
    dynasm!(ops ; .arch aarch64 ; fmov d0, wide);
    dynasm!(ops ; .arch aarch64 ; add x0, x1, unknown);
    dynasm!(ops ; .arch aarch64 ; b =>(wide));
    dynasm!(ops ; .arch aarch64 ; .u32 float);
    dynasm!(ops ; .arch aarch64 ; .bytes wide);
    dynasm!(ops ; .arch aarch64 ; .align float);
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = x64::Assembler::new(&mut code, &mut labels);
    dynasm!(ops ; .arch x64 ; mov Rq(wide), rax);
    dynasm!(ops ; .arch x64 ; mov rax, [rbx + float]);
    dynasm!(ops ; .arch x64 ; mov rax, x99);
}
