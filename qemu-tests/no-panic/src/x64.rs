//! x86-64.

use crate::{Table, Values};
use bareasm_core::x64::{Assembler, Rq};
use bareasm_core::{dynasm, Error};

pub(crate) fn run(code: &mut [u8], table: &mut Table, values: &Values) -> Result<usize, Error> {
    let Values { register, other, number, wide, address, bytes, label: foreign } = *values;
    let mut asm = Assembler::new(code, table).with_base(address);
    let label = asm.new_dynamic_label();
    dynasm!(asm ; .arch x64 ; add Rq(register), Rq(other));
    dynasm!(asm ; .arch x64 ; mov Rq(register), [Rq(other) + number]);
    dynasm!(asm
        ; .arch x64
        ; ->again:
        ; push Rq(register)
        ; mov Rq(register), QWORD wide as i64
        ; lea Rq(register), [Rq(other) + Rq(register) * 4 + number]
        ; sub Rq(register), BYTE number as i8
        ; vaddps Ry(register), Ry(other), [Rq(other)]
        ; jz ->again
        ; jnz =>(label)
        ; call =>(foreign)
        ; jmp >next
        ; mov Rq(register), [rip + =>name]
        ; next:
        ; jmp <next
        ; .align 16
        ; .bytes bytes
        ; .u32 number as u32
        ; .abs64 =>name
        ; =>name:
        ; =>(label)
        ; call extern address
        ; ret
    );
    asm.mov((Rq::RAX, number))?;
    asm.add((Rq::RAX, Rq::RCX))?;
    asm.jmp((label,))?;
    asm.finish()
}
