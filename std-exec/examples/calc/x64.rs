//! The x64 code generator: a stack machine whose top of stack is `rax`.

use crate::parse::{Expression, Operator};
use bareasm_exec::{dynasm, x64::Assembler, DynasmError, ExecutableBuffer};

/// A compiled expression.
pub struct Function {
    code: ExecutableBuffer,
    listing: String,
}

/// Compiles `extern "sysv64" fn(value: *mut i64) -> u32`, which stores the value and returns 0; or returns 1 for a
/// division by zero, 2 for an overflow.
pub fn compile(expression: &Expression) -> Result<Function, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch x64
        ; push rbp
        ; mov rbp, rsp
        ; mov r8, rdi
    );
    emit(expression, &mut ops);
    dynasm!(ops
        ; .arch x64
        ; mov [r8], rax
        ; xor eax, eax
        ; jmp =>leave
        ; =>overflow:
        ; mov eax, 2
        ; jmp =>leave
        ; =>zero:
        ; mov eax, 1
        ; =>leave:
        ; mov rsp, rbp
        ; pop rbp
        ; ret
    );
    let listing = ops.listing().to_string();
    Ok(Function { code: ops.finalize()?, listing })
}

fn emit(expression: &Expression, ops: &mut Assembler) {
    match expression {
        Expression::Number(value) => dynasm!(ops ; .arch x64 ; mov rax, QWORD *value),
        Expression::Negate(inner) => {
            emit(inner, ops);
            dynasm!(ops ; .arch x64 ; neg rax ; jo =>overflow);
        }
        Expression::Chain(first, rest) => {
            emit(first, ops);
            for (operator, right) in rest {
                apply(*operator, right, ops);
            }
        }
    }
}

/// Does something with the value at the top of the stack and that of an expression.
fn apply(operator: Operator, right: &Expression, ops: &mut Assembler) {
    dynasm!(ops ; .arch x64 ; push rax);
    emit(right, ops);
    dynasm!(ops ; .arch x64 ; mov rcx, rax ; pop rax);
    match operator {
        Operator::Add => dynasm!(ops ; .arch x64 ; add rax, rcx ; jo =>overflow),
        Operator::Subtract => dynasm!(ops ; .arch x64 ; sub rax, rcx ; jo =>overflow),
        Operator::Multiply => dynasm!(ops ; .arch x64 ; imul rax, rcx ; jo =>overflow),
        Operator::Divide => divide(ops, false),
        Operator::Remainder => divide(ops, true),
    }
}

/// Divides `rax` by `rcx`. The processor traps on MIN / -1, so a divisor of -1 is handled apart.
fn divide(ops: &mut Assembler, remainder: bool) {
    dynasm!(ops
        ; .arch x64
        ; test rcx, rcx
        ; jz =>zero
        ; cmp rcx, -1
        ; je ->minus_one
        ; cqo
        ; idiv rcx
        ; jmp ->divided
        ; ->minus_one:
        ; xor edx, edx
        ; neg rax
        ; jo =>overflow
        ; ->divided:
    );
    if remainder {
        dynasm!(ops ; .arch x64 ; mov rax, rdx);
    }
}

impl Function {
    /// Offset, bytes and source of the code, in columns.
    pub fn listing(&self) -> &str {
        &self.listing
    }

    /// Runs it: status and value.
    pub fn call(&self) -> (u32, i64) {
        let mut value = 0;
        // SAFETY: `compile` has made a function of exactly this type at offset 0, and `self.code` keeps it mapped.
        let function: extern "sysv64" fn(*mut i64) -> u32 = unsafe { std::mem::transmute(self.code.as_ptr()) };
        (function(&mut value), value)
    }
}
