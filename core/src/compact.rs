//! Instructions with run-time values through one shared routine: what the macro uses with feature `compact`.
//!
//! A call passes a plan, which is constant ([`bareasm_isa::compact`]), and the values, as words of 32 bits wherever
//! what an instruction takes fits them; the few values of a single instruction in registers. A value that its word
//! cannot tell from another one is found at the call ([`beyond`], [`long`]), where the compiler removes the test if the
//! type of the value leaves no doubt.

use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::{Error, Reason};
use crate::label::LabelTable;
use crate::sink::{advance, Sink};
use bareasm_isa::compact::{encode, length, Values};
use bareasm_isa::encoding::Failure;

/// A plan, so that a thin pointer to it can be passed.
#[derive(Clone, Copy, Debug)]
pub struct Plan(pub &'static [u8]);

/// Whether a value has no word of 32 bits, neither as a signed nor as an unsigned number.
#[inline(always)]
pub const fn beyond(x: i64) -> bool {
    x as i32 as i64 != x && x as u32 as i64 != x
}

/// Whether a value is not in a signed word of 32 bits.
#[inline(always)]
pub const fn long(x: i64) -> bool {
    x as i32 as i64 != x
}

/// The upper word of a value.
#[inline(always)]
pub const fn high(x: i64) -> u32 {
    (x >> 32) as u32
}

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// Puts the code of a plan with these values, unless one of them is refused: that is latched, and nothing written.
    #[inline(never)]
    pub fn put_compact(&mut self, plan: &'static Plan, words: &[u32]) -> &mut Self {
        self.check(plan, words);
        self.place(plan, words);
        self
    }

    /// As [`Assembler::put_compact`], for one word in a register.
    #[inline(never)]
    pub fn put_compact1(&mut self, plan: &'static Plan, a: u32) -> &mut Self {
        self.put_compact(plan, &[a])
    }

    /// As [`Assembler::put_compact`], for two words in registers.
    #[inline(never)]
    pub fn put_compact2(&mut self, plan: &'static Plan, a: u32, b: u32) -> &mut Self {
        self.put_compact(plan, &[a, b])
    }

    /// As [`Assembler::put_compact`], for three words in registers.
    #[inline(never)]
    pub fn put_compact3(&mut self, plan: &'static Plan, a: u32, b: u32, c: u32) -> &mut Self {
        self.put_compact(plan, &[a, b, c])
    }

    /// As [`Assembler::put_compact`], for four words in registers.
    #[inline(never)]
    pub fn put_compact4(&mut self, plan: &'static Plan, a: u32, b: u32, c: u32, d: u32) -> &mut Self {
        self.put_compact(plan, &[a, b, c, d])
    }

    /// The first half of [`Assembler::put_compact`]: checks the values, and latches the failure of one.
    #[inline(never)]
    pub fn check(&mut self, plan: &'static Plan, words: &[u32]) {
        if let Err(failure) = encode(plan.0, Values::Words(words), &mut []) {
            self.refuse(failure);
        }
    }

    /// The second half of [`Assembler::put_compact`]: puts the code, unless a failure has been latched.
    #[inline(never)]
    pub fn place(&mut self, plan: &'static Plan, words: &[u32]) {
        let (at, n) = (self.sink.mark(), length(plan.0));
        if let Some(room) = self.sink.begin(at, n) {
            let _ = encode(plan.0, Values::Words(words), room); // checked
        }
        self.sink.seal(at, n);
    }

    /// Latches the failure of values of which one has no word.
    #[cold]
    #[inline(never)]
    pub fn refuse_values(&mut self, plan: &'static Plan, values: &[i64]) {
        match encode(plan.0, Values::Exact(values), &mut []) {
            Err(failure) => self.refuse(failure),
            // Not reached, as values without a word are in no range; but they must not get through.
            Ok(()) => self.fail_at(self.sink.offset(), Reason::OperandConflict),
        }
    }

    #[cold]
    pub(crate) fn refuse(&mut self, Failure { at, form, fault }: Failure) {
        let at = advance(self.sink.offset(), at as usize);
        self.sink.fail(Error::operand_at(at, A::FORMS, form, fault.operand, fault.reason));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_what_is_beyond_them() {
        for (value, signed, unsigned) in [
            (0, true, true),
            (-1, true, false),
            (i32::MIN.into(), true, false),
            (i64::from(i32::MIN) - 1, false, false),
            (1 << 31, false, true),
            (u32::MAX.into(), false, true),
            (1 << 32, false, false),
            (i64::MAX, false, false),
        ] {
            assert_eq!(long(value), !signed, "{value}");
            assert_eq!(beyond(value), !signed && !unsigned, "{value}");
        }
    }
}
