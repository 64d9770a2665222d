//! The AArch64 code generator. `x19`: the cell; `x20`, `x21`: first cell and the one after the last; `x22`: the console.

use crate::parse::Instruction;
use crate::Console;
use bareasm_exec::{aarch64::Assembler, dynasm, DynasmError, ExecutableBuffer};

/// A compiled program.
pub struct Function {
    code: ExecutableBuffer,
    listing: String,
}

/// Compiles `extern "C" fn(tape: *mut u8, end: *mut u8, console: *mut Console) -> u32`, which returns 0, or 1 if the
/// pointer left the tape, or what `put` returned if that was not 0.
pub fn compile(program: &[Instruction], put: u64, get: u64) -> Result<Function, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch aarch64
        ; stp x29, x30, [sp, #-48]!
        ; mov x29, sp
        ; stp x19, x20, [sp, #16]
        ; stp x21, x22, [sp, #32]
        ; mov x19, x0
        ; mov x20, x0
        ; mov x21, x1
        ; mov x22, x2
    );
    emit(program, &mut ops, put, get);
    dynasm!(ops
        ; .arch aarch64
        ; mov w0, #0
        ; b =>leave
        ; =>outside:
        ; mov w0, #1
        ; =>leave:
        ; ldp x21, x22, [sp, #32]
        ; ldp x19, x20, [sp, #16]
        ; ldp x29, x30, [sp], #48
        ; ret
    );
    let listing = ops.listing().to_string();
    Ok(Function { code: ops.finalize()?, listing })
}

fn emit(program: &[Instruction], ops: &mut Assembler, put: u64, get: u64) {
    for instruction in program {
        match instruction {
            Instruction::Add(sum) => dynasm!(ops
                ; .arch aarch64
                ; ldrb w0, [x19]
                ; add w0, w0, *sum as u32
                ; strb w0, [x19]
            ),
            Instruction::Move(by) => dynasm!(ops
                ; .arch aarch64
                ; mov x0, i64::from(*by)
                ; add x19, x19, x0
                ; cmp x19, x20
                ; b.lo ->outside
                ; cmp x19, x21
                ; b.lo ->inside
                ; ->outside:
                ; b =>outside // reaches farther than a conditional branch
                ; ->inside:
            ),
            Instruction::Put => dynasm!(ops
                ; .arch aarch64
                ; mov x0, x22
                ; ldrb w1, [x19]
                ; mov x9, put
                ; blr x9
                ; cbz w0, ->written
                ; b =>leave
                ; ->written:
            ),
            Instruction::Get => dynasm!(ops
                ; .arch aarch64
                ; mov x0, x22
                ; mov x9, get
                ; blr x9
                ; strb w0, [x19]
            ),
            Instruction::Loop(body) => {
                let (again, done) = (ops.new_dynamic_label(), ops.new_dynamic_label());
                dynasm!(ops
                    ; .arch aarch64
                    ; ldrb w0, [x19]
                    ; cbnz w0, =>(again)
                    ; b =>(done)
                    ; =>(again):
                );
                emit(body, ops, put, get);
                dynasm!(ops
                    ; .arch aarch64
                    ; ldrb w0, [x19]
                    ; cbz w0, =>(done)
                    ; b =>(again)
                    ; =>(done):
                );
            }
        }
    }
}

impl Function {
    /// Offset, bytes and source of the code, in columns.
    pub fn listing(&self) -> &str {
        &self.listing
    }

    /// Runs it.
    pub fn call(&self, tape: &mut [u8], console: &mut Console) -> u32 {
        type Entry = extern "C" fn(*mut u8, *mut u8, *mut Console) -> u32;
        // SAFETY: `compile` has made a function of exactly this type at offset 0, and `self.code` keeps it mapped.
        let function: Entry = unsafe { std::mem::transmute(self.code.as_ptr()) };
        let range = tape.as_mut_ptr_range();
        function(range.start, range.end, console)
    }
}
