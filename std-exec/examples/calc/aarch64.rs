//! The AArch64 code generator: a stack machine whose top of stack is `x0`.

use crate::parse::{Expression, Operator};
use bareasm_exec::{aarch64::Assembler, dynasm, DynasmError, ExecutableBuffer};

/// A compiled expression.
pub struct Function {
    code: ExecutableBuffer,
    listing: String,
}

/// Compiles `extern "C" fn(value: *mut i64) -> u32`, which stores the value and returns 0; or returns 1 for a division by
/// zero, 2 for an overflow.
pub fn compile(expression: &Expression) -> Result<Function, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch aarch64
        ; mov x9, x0
        ; mov x10, sp
    );
    emit(expression, &mut ops);
    dynasm!(ops
        ; .arch aarch64
        ; str x0, [x9]
        ; mov w0, #0
        ; b =>leave
        ; =>overflow:
        ; mov w0, #2
        ; b =>leave
        ; =>zero:
        ; mov w0, #1
        ; =>leave:
        ; mov sp, x10
        ; ret
    );
    let listing = ops.listing().to_string();
    Ok(Function { code: ops.finalize()?, listing })
}

fn emit(expression: &Expression, ops: &mut Assembler) {
    match expression {
        Expression::Number(value) => dynasm!(ops ; .arch aarch64 ; mov x0, *value),
        Expression::Negate(inner) => {
            emit(inner, ops);
            dynasm!(ops ; .arch aarch64 ; negs x0, x0 ; b.vs =>overflow);
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
    dynasm!(ops ; .arch aarch64 ; str x0, [sp, #-16]!);
    emit(right, ops);
    dynasm!(ops ; .arch aarch64 ; mov x1, x0 ; ldr x0, [sp], #16);
    match operator {
        Operator::Add => dynasm!(ops ; .arch aarch64 ; adds x0, x0, x1 ; b.vs =>overflow),
        Operator::Subtract => dynasm!(ops ; .arch aarch64 ; subs x0, x0, x1 ; b.vs =>overflow),
        Operator::Multiply => dynasm!(ops
            ; .arch aarch64
            ; smulh x2, x0, x1
            ; mul x0, x0, x1
            ; cmp x2, x0, asr #63 // the high half must be the sign of the low one
            ; b.ne =>overflow
        ),
        Operator::Divide => divide(ops, false),
        Operator::Remainder => divide(ops, true),
    }
}

/// Divides `x0` by `x1`. The processor wraps MIN / -1 silently, so it is looked for.
fn divide(ops: &mut Assembler, remainder: bool) {
    dynasm!(ops
        ; .arch aarch64
        ; cbz x1, =>zero
        ; cmn x1, #1
        ; b.ne ->divide
        ; negs xzr, x0
        ; b.vs =>overflow
        ; ->divide:
        ; sdiv x2, x0, x1
    );
    if remainder {
        dynasm!(ops ; .arch aarch64 ; msub x0, x2, x1, x0);
    } else {
        dynasm!(ops ; .arch aarch64 ; mov x0, x2);
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
        let function: extern "C" fn(*mut i64) -> u32 = unsafe { std::mem::transmute(self.code.as_ptr()) };
        (function(&mut value), value)
    }
}
