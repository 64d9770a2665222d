//! One instruction in an invocation by itself, as match arms of code generators have it.
//!
//! The shapes of its operands are constant parameters. Where the compiler goes for speed it expands the call in place;
//! where it goes for size all instructions with the same kinds of operands share one routine.

use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::Reason;
use crate::label::LabelTable;
use crate::sink::Sink;
use crate::store::{st32, st64, stn};
use bareasm_isa::checks::{check, check_any};
use bareasm_isa::encoding::Failure;
use bareasm_isa::shape::Shape;

/// What [`Assembler::skip`] takes, with zeros at the end: an array, so that one pointer is passed.
pub type Checks = [u8; 28];

macro_rules! puts {
    ($($put:ident $skip:ident $($SHAPE:ident $value:ident)*;)*) => { $(
        /// Puts an instruction of `LEN` bytes, up to 16, with values in registers, unless one of them is refused: that is
        /// latched, and nothing written. `word` has the bytes that are known, of which those from the ninth on are 0.
        pub fn $put<const LEN: usize, $(const $SHAPE: u128),*>(&mut self, checks: &'static Checks, word: u64, $($value: i64),*) {
            let at = self.sink.mark();
            // A value at the end is stored by itself, over what the word before it may have spilled.
            let head = const { LEN.saturating_sub(0 $(+ Shape::unpack($SHAPE).tail(LEN))*) };
            // Words first, fit or not: what is moved to the same place for other instructions, too, need not be moved anew, as long
            // as that is not within a condition. Each in its own width, since constants are part of an instruction of the host only
            // if they have 32 bits.
            let (mut short, mut word, mut wide) = (word as u32, word, u128::from(word));
            $(if const { Shape::unpack($SHAPE).tail(LEN) == 0 } {
                let shape = const { Shape::unpack($SHAPE) };
                match head {
                    ..=4 => short = shape.place_short(short, $value),
                    5..=8 => word = shape.place(word, $value),
                    _ => wide = shape.place_wide(wide, $value),
                }
            })*
            if $(const { Shape::unpack($SHAPE) }.bad($value))|* == 0 {
                if let Some(room) = self.open::<LEN>(at) {
                    match head {
                        ..=4 if LEN >= 4 => st32(room, 0, short),
                        ..=4 => stn(room, 0, head, short.into()),
                        5..=8 => stn(room, 0, if LEN >= 8 { 8 } else { head }, word),
                        _ => {
                            st64(room, 0, wide as u64);
                            stn(room, 8, head.saturating_sub(8), (wide >> 64) as u64);
                        }
                    }
                    $(if const { Shape::unpack($SHAPE).tail(LEN) != 0 } {
                        stn(room, head, const { Shape::unpack($SHAPE).tail(LEN) }, $value as u64);
                    })*
                    return self.sink.seal_near(at, LEN);
                }
            }
            self.$skip(checks, $($value),*);
        }

        /// As [`Assembler::skip`], for values in registers. It is not said to be cold: the compiler would keep nothing that is
        /// alive across this call in registers that survive it, and its code far away, for twice the bytes and no speed.
        #[inline(never)]
        pub fn $skip(&mut self, checks: &'static Checks, $($value: i64),*) {
            self.skip_values(checks, &[$($value),*]);
        }
    )* };
}

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    puts! {
        put1 skip1 V a;
        put2 skip2 V a W b;
        put3 skip3 V a W b X c;
        put4 skip4 V a W b X c Y d;
    }

    /// Latches the failure of a value that is refused; counts the code that is not written, for that or for want of room.
    ///
    /// `checks` is the number of bytes of that code, in two bytes, little endian, and [plain tests](bareasm_isa::checks) of what the
    /// operands have to fit.
    #[cold]
    #[inline(never)]
    pub fn skip(&mut self, checks: &'static [u8], values: &[i64]) {
        self.skip_values(checks, values);
    }

    /// As [`Assembler::skip`], for any tests.
    #[cold]
    #[inline(never)]
    pub fn skip_any(&mut self, checks: &'static [u8], values: &[i64]) {
        let (n, tests) = parts(checks);
        self.skip_for(n, check_any(tests, values));
    }

    #[inline(never)]
    fn skip_values(&mut self, checks: &'static [u8], values: &[i64]) {
        let (n, tests) = parts(checks);
        self.skip_for(n, check(tests, values));
    }

    #[inline]
    fn skip_for(&mut self, n: usize, failure: Option<Failure>) {
        let at = self.sink.mark();
        match failure {
            Some(failure) => self.refuse(failure),
            None if self.sink.begin(at, n).is_none() => {}
            // The tests are those of the fields, so this is not reached; but what was called bad must not get through.
            None => self.fail_at(at, Reason::OperandConflict),
        }
        self.sink.seal(self.sink.mark(), n);
    }
}

/// The number of bytes that are skipped, and the tests.
fn parts(checks: &[u8]) -> (usize, &[u8]) {
    let (n, tests) = checks.split_first_chunk().unwrap_or((&[0; 2], &[]));
    (u16::from_le_bytes(*n).into(), tests)
}
