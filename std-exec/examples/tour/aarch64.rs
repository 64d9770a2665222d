//! The programs for AArch64. Every function keeps the AAPCS64 convention and starts at offset 0.

use super::{Code, Expr};
use bareasm_exec as dynasmrt;
use bareasm_exec::{dynasm, DynasmError};
use dynasmrt::aarch64::Assembler;

fn finish(ops: Assembler) -> Result<Code, DynasmError> {
    let listing = ops.listing().to_string();
    Ok(Code { buffer: ops.finalize()?, listing })
}

/// `fn()`: prints a text through `print(text, len)`.
pub fn hello(print: u64) -> Result<Code, DynasmError> {
    let text = b"Hello, world!\n";
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch aarch64
        ; stp x29, x30, [sp, #-16]!
        ; mov x29, sp
        ; adr x0, ->text
        ; mov x1, text.len() as u64
        ; mov x9, print
        ; blr x9
        ; ldp x29, x30, [sp], #16
        ; ret
        ; ->text:
        ; .bytes text
    );
    finish(ops)
}

/// `fn(a: u64, b: u64) -> u64`: their sum.
pub fn add() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch aarch64
        ; add x0, x0, x1
        ; ret
    );
    finish(ops)
}

/// `fn(n: u64) -> u64`: n factorial, by recursion; `n` is kept in a callee-saved register.
pub fn factorial() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch aarch64
        ; ->factorial:
        ; cmp x0, #1
        ; b.ls ->one
        ; stp x19, x30, [sp, #-16]!
        ; mov x19, x0
        ; sub x0, x0, #1
        ; bl ->factorial
        ; mul x0, x0, x19
        ; ldp x19, x30, [sp], #16
        ; ret
        ; ->one:
        ; mov x0, #1
        ; ret
    );
    finish(ops)
}

/// `fn(numbers: *const u64, n: u64) -> u64`: their sum.
pub fn sum() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch aarch64
        ; add x1, x0, x1, lsl #3 // the end
        ; mov x2, #0
        ; b ->test
        ; ->next:
        ; ldr x3, [x0], #8
        ; add x2, x2, x3
        ; ->test:
        ; cmp x0, x1
        ; b.lo ->next
        ; mov x0, x2
        ; ret
    );
    finish(ops)
}

/// `fn(a: *const u32, b: *const u32, out: *mut u32, n: u64)`: adds element by element.
pub fn vector_add() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch aarch64
        ; cbz x3, ->done
        ; ->next:
        ; ldr w4, [x0], #4
        ; ldr w5, [x1], #4
        ; add w4, w4, w5
        ; str w4, [x2], #4
        ; subs x3, x3, #1
        ; b.ne ->next
        ; ->done:
        ; ret
    );
    finish(ops)
}

/// The same with NEON; `n` is a multiple of 4.
pub fn vector_add_simd() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch aarch64
        ; cbz x3, ->done
        ; ->next:
        ; ld1 {v0.4s}, [x0], #16
        ; ld1 {v1.4s}, [x1], #16
        ; add v0.4s, v0.4s, v1.4s
        ; st1 {v0.4s}, [x2], #16
        ; subs x3, x3, #4
        ; b.ne ->next
        ; ->done:
        ; ret
    );
    finish(ops)
}

/// `fn(x: u64) -> u64`: x times the factor; a shift if that is a power of two.
pub fn multiply_by(factor: u64) -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    if factor.is_power_of_two() {
        dynasm!(ops ; .arch aarch64 ; lsl x0, x0, factor.trailing_zeros());
    } else {
        dynasm!(ops ; .arch aarch64 ; mov x1, factor ; mul x0, x0, x1);
    }
    dynasm!(ops ; .arch aarch64 ; ret);
    finish(ops)
}

/// `fn() -> u64`: 42, from bytes that were assembled into a plain `Vec`.
pub fn copied() -> Result<Code, DynasmError> {
    let mut elsewhere = dynasmrt::VecAssembler::<dynasmrt::aarch64::Aarch64>::new(0);
    dynasm!(elsewhere ; .arch aarch64 ; mov x0, #42 ; ret);
    let bytes = elsewhere.finalize()?;
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops ; .arch aarch64 ; .bytes bytes);
    finish(ops)
}

/// `fn(x: u64) -> u64`: x, by a detour over every kind of label.
pub fn labels() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    let helper = ops.new_dynamic_label();
    dynasm!(ops
        ; .arch aarch64
        ; =>function_start:
        ; cbz x0, ->skip
        ; mov x9, x30
        ; bl =>(helper)
        ; mov x30, x9
        ; ->skip:
        ; ret
        ; =>(helper):
        ; mov x1, x0
        ; mov x0, #0
        ; again:
        ; cbz x1, >done
        ; add x0, x0, #1
        ; sub x1, x1, #1
        ; b <again
        ; done:
        ; ret
    );
    finish(ops)
}

/// `fn() -> i32`: the value of an expression.
pub fn expression(expr: &Expr) -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    compile_expr(expr, &mut ops);
    dynasm!(ops ; .arch aarch64 ; ret);
    finish(ops)
}

/// Code that leaves the value of an expression in the result register.
pub fn compile_expr(expr: &Expr, ops: &mut dynasmrt::aarch64::Assembler) {
    match expr {
        Expr::Const(val) => {
            dynasm!(ops; .arch aarch64; mov w0, *val as u32);
        }
        Expr::Add(a, b) => {
            compile_expr(a, ops);
            dynasm!(ops; .arch aarch64; str w0, [sp, #-16]!);
            compile_expr(b, ops);
            dynasm!(ops; .arch aarch64; ldr w1, [sp], #16; add w0, w0, w1);
        }
        Expr::Mul(a, b) => {
            compile_expr(a, ops);
            dynasm!(ops; .arch aarch64; str w0, [sp, #-16]!);
            compile_expr(b, ops);
            dynasm!(ops; .arch aarch64; ldr w1, [sp], #16; mul w0, w0, w1);
        }
    }
}
