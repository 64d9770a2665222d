//! Operands of typed encoders for x86 in 32-bit mode.

use super::registers::*;
use crate::typed::x86::{registers, Operand, Values};
use bareasm_isa::x86 as isa;

registers! {
    Rd R32 base index;
    Rw R16 base index;
    Rf St;
    Rm Mm;
    Rx Xmm index masked;
    Ry Ymm index masked;
    Rz Zmm index masked;
    Rk K masked;
    Rs Segment;
    RC Control;
    RD Debug;
    RB Bound;
}

impl Operand for Rb {
    type Key = Rb;

    #[inline]
    fn put(self, values: &mut Values) {
        let class = if self.code() < 4 { isa::Class::R8 } else { isa::Class::High };
        values.push(isa::Operand::register(class, self.code()));
    }
}
