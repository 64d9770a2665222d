//! The programs for x86-64. Every function keeps the System V convention and starts at offset 0.

use super::{Code, Expr};
use bareasm_exec as dynasmrt;
use bareasm_exec::{dynasm, DynasmError};
use dynasmrt::x64::Assembler;

fn finish(ops: Assembler) -> Result<Code, DynasmError> {
    let listing = ops.listing().to_string();
    Ok(Code { buffer: ops.finalize()?, listing })
}

/// `fn()`: prints a text through `print(text, len)`.
pub fn hello(print: u64) -> Result<Code, DynasmError> {
    let text = b"Hello, world!\n";
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch x64
        ; sub rsp, 8 // the stack is aligned to 16 at calls
        ; lea rdi, [->text]
        ; mov esi, text.len() as i32
        ; mov rax, QWORD print
        ; call rax
        ; add rsp, 8
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
        ; .arch x64
        ; lea rax, [rdi + rsi]
        ; ret
    );
    finish(ops)
}

/// `fn(n: u64) -> u64`: n factorial, by recursion; `n` is kept in a callee-saved register.
pub fn factorial() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch x64
        ; ->factorial:
        ; mov eax, 1
        ; cmp rdi, 1
        ; jbe ->done
        ; push rbx
        ; mov rbx, rdi
        ; dec rdi
        ; call ->factorial
        ; imul rax, rbx
        ; pop rbx
        ; ->done:
        ; ret
    );
    finish(ops)
}

/// `fn(numbers: *const u64, n: u64) -> u64`: their sum.
pub fn sum() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch x64
        ; lea rsi, [rdi + rsi * 8] // the end
        ; xor eax, eax
        ; jmp ->test
        ; ->next:
        ; add rax, [rdi]
        ; add rdi, 8
        ; ->test:
        ; cmp rdi, rsi
        ; jb ->next
        ; ret
    );
    finish(ops)
}

/// `fn(a: *const u32, b: *const u32, out: *mut u32, n: u64)`: adds element by element.
pub fn vector_add() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch x64
        ; xor r8d, r8d
        ; jmp ->test
        ; ->next:
        ; mov eax, [rdi + r8 * 4]
        ; add eax, [rsi + r8 * 4]
        ; mov [rdx + r8 * 4], eax
        ; inc r8
        ; ->test:
        ; cmp r8, rcx
        ; jb ->next
        ; ret
    );
    finish(ops)
}

/// The same with SSE2; `n` is a multiple of 4.
pub fn vector_add_simd() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch x64
        ; xor r8d, r8d
        ; jmp ->test
        ; ->next:
        ; movdqu xmm0, [rdi + r8 * 4]
        ; movdqu xmm1, [rsi + r8 * 4]
        ; paddd xmm0, xmm1
        ; movdqu [rdx + r8 * 4], xmm0
        ; add r8, 4
        ; ->test:
        ; cmp r8, rcx
        ; jb ->next
        ; ret
    );
    finish(ops)
}

/// `fn(x: u64) -> u64`: x times the factor; a shift if that is a power of two.
pub fn multiply_by(factor: u64) -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    if factor.is_power_of_two() {
        dynasm!(ops ; .arch x64 ; mov rax, rdi ; shl rax, factor.trailing_zeros() as i8);
    } else {
        dynasm!(ops ; .arch x64 ; mov rax, QWORD factor ; imul rax, rdi);
    }
    dynasm!(ops ; .arch x64 ; ret);
    finish(ops)
}

/// `fn() -> u64`: 42, from bytes that were assembled into a plain `Vec`.
pub fn copied() -> Result<Code, DynasmError> {
    let mut elsewhere = dynasmrt::VecAssembler::<dynasmrt::x64::X64>::new(0);
    dynasm!(elsewhere ; .arch x64 ; mov eax, 42 ; ret);
    let bytes = elsewhere.finalize()?;
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops ; .arch x64 ; .bytes bytes);
    finish(ops)
}

/// `fn(x: u64) -> u64`: x, by a detour over every kind of label.
pub fn labels() -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops ; .arch x64 ; mov rax, rdi);
    function_start(&mut ops);
    finish(ops)
}

fn function_start(ops: &mut Assembler) {
    dynasm!(ops
        ; =>function_start:
        ; test rax, rax
        ; jz ->skip
        ; call ->helper
        ; mov rax, rdi
        ; ->skip:
        ; ret
        ; ->helper:
        ; xor rax, rax
        ; ret
    );
}

/// `fn() -> i32`: the value of an expression.
pub fn expression(expr: &Expr) -> Result<Code, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    compile_expr(expr, &mut ops);
    dynasm!(ops ; .arch x64 ; ret);
    finish(ops)
}

/// Code that leaves the value of an expression in the result register.
pub fn compile_expr(expr: &Expr, ops: &mut dynasmrt::x64::Assembler) {
    match expr {
        Expr::Const(val) => {
            dynasm!(ops; .arch x64; mov eax, *val);
        }
        Expr::Add(a, b) => {
            compile_expr(a, ops);
            dynasm!(ops; .arch x64; push rax);
            compile_expr(b, ops);
            dynasm!(ops; .arch x64; pop rcx; add eax, ecx);
        }
        Expr::Mul(a, b) => {
            compile_expr(a, ops);
            dynasm!(ops; .arch x64; push rax);
            compile_expr(b, ops);
            dynasm!(ops; .arch x64; pop rcx; imul eax, ecx);
        }
    }
}
