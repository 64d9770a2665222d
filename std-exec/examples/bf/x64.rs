//! The x64 code generator. `rbx`: the cell; `r12`, `r13`: first cell and the one after the last; `r14`: the console.

use crate::parse::Instruction;
use crate::Console;
use bareasm_exec::{dynasm, x64::Assembler, DynasmError, ExecutableBuffer};

/// A compiled program.
pub struct Function {
    code: ExecutableBuffer,
    listing: String,
}

/// Compiles `extern "sysv64" fn(tape: *mut u8, end: *mut u8, console: *mut Console) -> u32`, which returns 0, or 1 if
/// the pointer left the tape, or what `put` returned if that was not 0.
pub fn compile(program: &[Instruction], put: u64, get: u64) -> Result<Function, DynasmError> {
    let mut ops = Assembler::with_listing()?;
    dynasm!(ops
        ; .arch x64
        ; push rbx
        ; push r12
        ; push r13
        ; push r14
        ; sub rsp, 8 // keeps the stack aligned to 16 at calls
        ; mov rbx, rdi
        ; mov r12, rdi
        ; mov r13, rsi
        ; mov r14, rdx
    );
    emit(program, &mut ops, put, get);
    dynasm!(ops
        ; .arch x64
        ; xor eax, eax
        ; jmp =>leave
        ; =>outside:
        ; mov eax, 1
        ; =>leave:
        ; add rsp, 8
        ; pop r14
        ; pop r13
        ; pop r12
        ; pop rbx
        ; ret
    );
    let listing = ops.listing().to_string();
    Ok(Function { code: ops.finalize()?, listing })
}

fn emit(program: &[Instruction], ops: &mut Assembler, put: u64, get: u64) {
    for instruction in program {
        match instruction {
            Instruction::Add(sum) => dynasm!(ops ; .arch x64 ; add BYTE [rbx], BYTE *sum as i8),
            Instruction::Move(by) => dynasm!(ops
                ; .arch x64
                ; add rbx, DWORD *by
                ; cmp rbx, r12
                ; jb =>outside
                ; cmp rbx, r13
                ; jae =>outside
            ),
            Instruction::Put => dynasm!(ops
                ; .arch x64
                ; mov rdi, r14
                ; movzx esi, BYTE [rbx]
                ; mov rax, QWORD put as i64
                ; call rax
                ; test eax, eax
                ; jnz =>leave
            ),
            Instruction::Get => dynasm!(ops
                ; .arch x64
                ; mov rdi, r14
                ; mov rax, QWORD get as i64
                ; call rax
                ; mov [rbx], al
            ),
            Instruction::Loop(body) => {
                let (again, done) = (ops.new_dynamic_label(), ops.new_dynamic_label());
                dynasm!(ops
                    ; .arch x64
                    ; cmp BYTE [rbx], 0
                    ; je =>(done)
                    ; =>(again):
                );
                emit(body, ops, put, get);
                dynasm!(ops
                    ; .arch x64
                    ; cmp BYTE [rbx], 0
                    ; jne =>(again)
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
        type Entry = extern "sysv64" fn(*mut u8, *mut u8, *mut Console) -> u32;
        // SAFETY: `compile` has made a function of exactly this type at offset 0, and `self.code` keeps it mapped.
        let function: Entry = unsafe { std::mem::transmute(self.code.as_ptr()) };
        let range = tape.as_mut_ptr_range();
        function(range.start, range.end, console)
    }
}
