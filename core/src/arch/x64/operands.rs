//! Operands of typed encoders for x86 in 64-bit mode.

use super::registers::*;
use crate::typed::x86::{registers, Operand, Values};
use bareasm_isa::x86 as isa;

registers! {
    Rq R64 base index;
    Rd R32 base index;
    Rw R16 base index;
    Rb R8;
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
    Rt Tmm;
}

/// 8-bit general registers, high bytes; not together with operands that need a REX prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
#[allow(missing_docs)] // the names of registers
pub enum Rh {
    AH = 4,
    CH = 5,
    DH = 6,
    BH = 7,
}

impl Operand for Rh {
    type Key = Rb;

    #[inline]
    fn put(self, values: &mut Values) {
        values.push(isa::Operand::register(isa::Class::High, self as u8));
    }
}
