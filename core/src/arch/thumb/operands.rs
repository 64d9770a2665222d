//! T32 operands of typed encoders: registers, and lists of them.

use super::registers::R;
use crate::typed::fixed::{Base, Operand, Values, Writeback};
use core::ops::BitOr;

impl Operand for R {
    type Key = R;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        values.push(self.code().into());
    }
}

impl Base for R {
    type Key = R;

    #[inline(always)]
    fn base(self) -> i64 {
        self.code().into()
    }
}

impl R {
    /// `rN!`: with the address written back, in `ldm` and `stm`.
    pub const fn writeback(self) -> Writeback<R> {
        Writeback(self)
    }
}

/// A set of registers: `{r0-r3, lr}` is `RegisterList::range(R0, R3) | LR`. An array of registers is one, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RegisterList(u16);

impl RegisterList {
    /// These registers. Their order does not matter, lower numbers come at lower addresses.
    pub fn new(registers: &[R]) -> RegisterList {
        registers.iter().fold(RegisterList(0), |list, register| list | *register)
    }

    /// All registers from `first` to `last`; none if `last` comes before `first`.
    pub fn range(first: R, last: R) -> RegisterList {
        (first.code()..=last.code()).fold(RegisterList(0), |list, number| RegisterList(list.0 | bit(number)))
    }

    /// The set as a mask: bit n is register n.
    pub const fn mask(self) -> u16 {
        self.0
    }
}

const fn bit(number: u8) -> u16 {
    1u16.wrapping_shl(number as u32)
}

impl BitOr<R> for RegisterList {
    type Output = RegisterList;

    fn bitor(self, register: R) -> RegisterList {
        RegisterList(self.0 | bit(register.code()))
    }
}

impl BitOr for RegisterList {
    type Output = RegisterList;

    fn bitor(self, other: RegisterList) -> RegisterList {
        RegisterList(self.0 | other.0)
    }
}

impl Operand for RegisterList {
    type Key = RegisterList;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        values.push(self.0.into());
    }
}

impl<const N: usize> Operand for [R; N] {
    type Key = RegisterList;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        RegisterList::new(&self).put(values);
    }
}
