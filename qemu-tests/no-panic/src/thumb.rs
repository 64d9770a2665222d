//! T32.

use crate::{Table, Values};
use bareasm_core::thumb::{Assembler, LR, R0, R1};
use bareasm_core::{dynasm, Error};

pub(crate) fn run(code: &mut [u8], table: &mut Table, values: &Values) -> Result<usize, Error> {
    let Values { register, other, number, .. } = *values;
    let mut asm = Assembler::new(code, table);
    let label = asm.new_dynamic_label();
    dynasm!(asm ; .arch thumb ; adds R(register), R(other), #1);
    dynasm!(asm ; .arch thumb ; add.w R(register), R(other), number as u32); // a modified immediate
    dynasm!(asm
        ; .arch thumb
        ; ->again:
        ; movw R(register), number
        ; mov.w R(register), R(other)
        ; ldr.w R(register), [R(other), number]
        ; cbz r0, =>done
        ; beq =>(label)
        ; b.n =>(label)
        ; b ->again
        ; it hi
        ; movhi r0, r1
        ; .align 4
        ; =>(label)
        ; =>done:
        ; bx lr
    );
    asm.movs((R0, number))?;
    asm.adds((R1, R0, register))?;
    asm.b((label,))?;
    asm.bx((LR,))?;
    asm.finish()
}
