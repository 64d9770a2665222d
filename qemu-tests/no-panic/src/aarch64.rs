//! A64.

use crate::{Table, Values};
use bareasm_core::aarch64::{Assembler, X0, X1};
use bareasm_core::{dynasm, Error};

pub(crate) fn run(code: &mut [u8], table: &mut Table, values: &Values) -> Result<usize, Error> {
    let Values { register, other, number, wide, address, bytes, .. } = *values;
    let mut asm = Assembler::new(code, table).with_base(address);
    let label = asm.new_dynamic_label();
    dynasm!(asm ; .arch aarch64 ; add X(register), X(other), x2);
    dynasm!(asm ; .arch aarch64 ; sub XSP(register), XSP(other), number as u32);
    dynasm!(asm
        ; .arch aarch64
        ; ->again:
        ; stp X(register), X(other), [sp, number]!
        ; ldr X(register), [XSP(other), number as u32]
        ; and XSP(register), X(other), wide                 // a bitmask immediate
        ; lsl X(register), X(other), number as u32          // fields that follow from the shift
        ; ldp X(register), X(other), [X(register)], number  // constraints between registers
        ; fmov D(register), f64::from(number)
        ; cbnz X(register), ->again
        ; b =>label
        ; b >next
        ; tbz X(other), number as u32, =>name
        ; next:
        ; adr X(register), <next
        ; .align 8
        ; .bytes bytes
        ; .u32 number as u32
        ; .abs64 =>name
        ; =>name:
        ; =>(label)
        ; bl extern address
        ; adrp x0, =>name
        ; mov X(register), wide
        ; ret
    );
    asm.add((X0, X1, number))?;
    asm.b((label,))?;
    asm.finish()
}
