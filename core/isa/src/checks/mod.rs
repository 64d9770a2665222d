//! What finds the operand that an instruction refuses: the tests of many operands as a string of bytes.
//!
//! The code that the macro writes tests all operands of an invocation at once. When that fails, which is rare, the values are
//! tested again one by one, for the first failure that [`Encoding::encode`](crate::encoding::Encoding::encode) would find. A test
//! that does not know its field needs nothing of what fields can be: [`check`] is all that is linked, and it is small. The
//! tests are derived from the fields (feature `matching`).
//!
//! ```text
//! checks   = test..               an end of zeros may follow
//! test     = 0                    the end
//!            1 at form            the tests of an instruction follow, so many bytes behind the one before
//!            2                    the value is 0, or else the number of a fault
//!            3 count sum..        of these comparisons of sums with 0 one holds
//!            0x10 + o             the next test is of operand o, not of the next one
//!            0x20 + r low end     the value is at least low, and below end
//!            0x28 + r bias mask   value - bias has no bit of the mask
//!            0x30 + r set         the value, below 32, is not in the set
//!            0x40 + w * 8 + r     the value has w bits, unsigned
//!            0x240 + v            the next test is of value v, not of the next one
//! sum      = o * 8 + count constant (v factor)..
//! ```
//!
//! `r` is the reason ([`Reason::number`]); `o` is how a sum compares: less (bit 0), equal (bit 1), greater (bit 2) or, if 0, not in.
//! Values count from 0 in the order of their first use. Numbers are in groups of seven bits, lowest first, as in LEB128. Limits,
//! masks, sets, constants and factors are signed: a folded number (zigzag) times a power of two, whose exponent is in the lowest
//! six bits.

#[cfg(all(test, feature = "matching"))]
mod tests;
#[cfg(feature = "matching")]
mod write;
#[cfg(feature = "matching")]
pub use write::{write, Checks, Source, Unit};

use crate::encoding::{Failure, Fault};
use crate::field::Reason;
use crate::rule::IRREGULAR;

const UNIT: usize = 1;
const FAULT: usize = 2;
const RELATION: usize = 3;
const OPERAND: usize = 0x10;
const RANGE: usize = 0x20;
const MASK: usize = 0x28;
const SET: usize = 0x30;
const BITS: usize = 0x40;
const VALUE: usize = 0x240;

/// The first test that fails for these values, of tests all of which are plain. Missing values are 0.
#[inline] // few routines call it
pub fn check(checks: &[u8], values: &[i64]) -> Option<Failure> {
    let mut state = State::new(checks);
    match state.run(values) {
        Stop::Failed(fault) => Some(state.failure(fault)),
        Stop::Other(_) => None,
    }
}

/// As [`check`], for any tests.
pub fn check_any(checks: &[u8], values: &[i64]) -> Option<Failure> {
    let mut state = State::new(checks);
    loop {
        match state.run(values) {
            Stop::Failed(fault) => return Some(state.failure(fault)),
            Stop::Other(RELATION) => {
                if !state.rest.any_holds(values) {
                    return Some(state.failure(Fault { operand: state.operand, reason: Reason::OperandConflict }));
                }
            }
            Stop::Other(FAULT) => match value(values, state.value) {
                0 => {}
                number => return Some(state.failure(Fault::from_number(number))),
            },
            Stop::Other(_) => return None,
        }
        state.step();
    }
}

/// Where the reading of tests has come to.
struct State<'a> {
    rest: Reader<'a>,
    at: u32,
    form: u16,
    /// The operand and the value that the next test is of if nothing else is said.
    operand: u8,
    value: usize,
}

/// Why the reading of tests has stopped.
enum Stop {
    Failed(Fault),
    /// The end, or a test that is not plain.
    Other(usize),
}

impl<'a> State<'a> {
    fn new(checks: &'a [u8]) -> State<'a> {
        State { rest: Reader(checks), at: 0, form: 0, operand: 0, value: 0 }
    }

    fn failure(&self, fault: Fault) -> Failure {
        Failure { at: self.at, form: self.form, fault }
    }

    /// Goes on to the next operand and value.
    fn step(&mut self) {
        self.value = self.value.wrapping_add(1);
        self.operand = self.operand.wrapping_add(1);
    }

    /// Tests values as long as the tests are plain and hold.
    fn run(&mut self, values: &[i64]) -> Stop {
        loop {
            let rest = &mut self.rest;
            let head = rest.size();
            match head {
                UNIT => {
                    self.at = self.at.wrapping_add(rest.size() as u32);
                    self.form = rest.size() as u16;
                    self.operand = 0;
                }
                ..OPERAND => return Stop::Other(head),
                OPERAND..RANGE => self.operand = head as u8 & 15,
                VALUE.. => self.value = head.wrapping_sub(VALUE),
                _ => {
                    let value = value(values, self.value);
                    let good = match head {
                        RANGE..MASK => rest.signed() <= value && value <= rest.signed().wrapping_sub(1),
                        MASK..SET => value.wrapping_sub(rest.signed()) & rest.signed() == 0,
                        SET..BITS => rest.signed().wrapping_shr(value as u32) & 1 == 0,
                        _ => (value as u64).wrapping_shr((head.wrapping_sub(BITS) >> 3) as u32) == 0,
                    };
                    if !good {
                        return Stop::Failed(Fault { operand: self.operand, reason: Reason::from_number(head as u8) });
                    }
                    self.step();
                }
            }
        }
    }
}

/// A value, or 0 for one that is missing.
fn value(values: &[i64], n: usize) -> i64 {
    values.get(n).copied().unwrap_or(0)
}

/// What is left of the tests. Behind their end there are zeros.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    #[inline(never)]
    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0u32);
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            number |= u64::from(byte & 0x7f).wrapping_shl(shift);
            shift = shift.wrapping_add(7);
            if *byte < 0x80 {
                break;
            }
        }
        number
    }

    fn size(&mut self) -> usize {
        self.number() as usize
    }

    #[inline(never)]
    fn signed(&mut self) -> i64 {
        let number = self.number();
        ((number >> 7) as i64 ^ -((number >> 6 & 1) as i64)).wrapping_shl(number as u32)
    }

    /// Whether one of some comparisons holds. All of them are read.
    fn any_holds(&mut self, values: &[i64]) -> bool {
        let mut holds = 0;
        for _ in 0..self.size() as u8 {
            let head = self.size();
            let (mut sum, mut bit) = (self.signed(), None);
            for _ in 0..head & 7 {
                let product = value(values, self.size()).wrapping_mul(self.signed());
                if IRREGULAR && head < 8 && bit.is_none() {
                    bit = Some(product);
                } else {
                    sum = sum.wrapping_add(product);
                }
            }
            holds |= match bit {
                Some(bit) => usize::from(!(0..64).contains(&bit) || sum >> bit & 1 == 0),
                None => head >> sum.signum().wrapping_add(4),
            };
        }
        holds & 1 != 0
    }
}
