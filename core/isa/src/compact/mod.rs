//! Instructions with run-time values as a string of bytes, for one routine that encodes them all.
//!
//! Where code size counts more than speed, an invocation of the macro is one call: a *plan*, which is constant, and the
//! values. The plan holds the bytes of all instructions, and for each that takes values what an
//! [`Encoding`](crate::encoding::Encoding) holds, packed. [`encode`] reads it and does the same arithmetic, by the same
//! functions, in the same order.
//!
//! ```text
//! plan     = length template instruction..
//! instruction
//!          = count*4+wide*2+more  skip*16+length  form  field..  [count relation.. count derived..]
//! field    = [001wwwww]                    its value is that of word w, not of the next word
//!            1ccttttt                      register of 5, 4 or 3 bits at bit t (c = 0, 1, 2)
//!          | 111hhhhh hlllllll             x86 register: bits 0 to 2 at bit l, bit 3 at bit h
//!          | 00010000 field                ... but for the last register
//!          | 01...... ........ ........    linear field in one piece without bias; its limits follow
//!          | 0000.... ..                   any field
//! relation = vvvccccc                      value v is not c
//!          | 11111111 ..                   any other
//! ```
//!
//! Numbers are in groups of seven bits, lowest first, as in LEB128; signed ones are folded to unsigned ones (zigzag).
//! Positions in fields count bits of the instruction, `skip` counts bytes from the end of the instruction before.

#[cfg(all(test, feature = "matching"))]
mod tests;
#[cfg(feature = "matching")]
mod write;
#[cfg(feature = "matching")]
pub use write::{travel, write, Travel, Unit, LAST_SHARED};

use crate::encoding::{Compare, Derived, Failure, Fault, Order, Sum};
use crate::field::{ones, Field, Kind, Piece, Reason};
use crate::rule::Rule;

/// The most values that an instruction of a plan has.
pub const MAX_VALUES: usize = 16;

/// The values of a plan, in the order of its fields.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// As words of 32 bits, which are extended with their sign; instructions that the plan calls wide have two words for
    /// each value, the lower one first. A value that is there already need not come again.
    Words(&'a [u32]),
    /// As they are, one for each field.
    Exact(&'a [i64]),
}

/// The number of bytes that the code of a plan has.
pub fn length(plan: &[u8]) -> usize {
    Reader(plan).size()
}

/// Writes the code of a plan with these values into `code`; returns the first failure, and leaves `code` unspecified in
/// case of one. What does not fit into `code` is checked as well, and dropped.
pub fn encode(plan: &[u8], values: Values<'_>, code: &mut [u8]) -> Result<(), Failure> {
    let mut plan = Reader(plan);
    let length = plan.size();
    for (byte, template) in code.iter_mut().zip(plan.take(length)) {
        *byte = *template;
    }
    plan.units(values, code)
}

impl Values<'_> {
    /// The value at `next`, or again the one of an earlier word. What is missing is 0.
    fn take(self, again: Option<u8>, wide: bool, next: &mut usize) -> i64 {
        let (words, at) = match (self, again) {
            (Values::Words(words), Some(word)) => (words, word.into()),
            (Values::Words(words), None) => {
                let at = *next;
                *next = at.wrapping_add(1).wrapping_add(wide.into());
                (words, at)
            }
            (Values::Exact(values), _) => {
                let value = values.get(*next).copied();
                *next = next.wrapping_add(1);
                return value.unwrap_or(0);
            }
        };
        let low = words.get(at).copied().unwrap_or(0);
        if wide {
            let high = words.get(at.wrapping_add(1)).copied().unwrap_or(0);
            (u64::from(low) | u64::from(high) << 32) as i64
        } else {
            (low as i32).into()
        }
    }
}

/// What is left of a plan. Behind its end there are zeros.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(n).unwrap_or((self.0, &[]));
        self.0 = rest;
        taken
    }

    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0u32);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f).wrapping_shl(shift);
            shift = shift.wrapping_add(7);
            if byte < 0x80 {
                return number;
            }
        }
    }

    fn size(&mut self) -> usize {
        self.number() as usize
    }

    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    /// All instructions.
    fn units(&mut self, values: Values<'_>, code: &mut [u8]) -> Result<(), Failure> {
        let (mut next, mut end) = (0, 0usize);
        while !self.0.is_empty() {
            let (head, place) = (self.size(), self.size());
            let at = end.wrapping_add(place >> 4);
            end = at.wrapping_add(place & 15);
            let form = self.number() as u16;
            let unit = code.get_mut(at..end).unwrap_or_default();
            self.unit(head, &mut next, values, unit).map_err(|fault| Failure { at: at as u32, form, fault })?;
        }
        Ok(())
    }

    /// An instruction, from its fields on: see [`Encoding::encode`](crate::encoding::Encoding::encode).
    fn unit(&mut self, head: usize, next: &mut usize, values: Values<'_>, code: &mut [u8]) -> Result<(), Fault> {
        let (count, wide, more) = (head >> 2, head & 2 != 0, head & 1 != 0);
        let mut known = [0; MAX_VALUES];
        for (operand, known) in (0..count).zip(&mut known) {
            let again = self.again();
            *known = values.take(again, wide, next);
            let field = self.field();
            let raw = field.encode(*known).map_err(|reason| Fault { operand: operand as u8, reason })?;
            field.patch(raw, code);
        }
        if more {
            for _ in 0..self.byte() {
                if let Some(operand) = self.broken(&known) {
                    return Err(Fault { operand, reason: Reason::OperandConflict });
                }
            }
            for _ in 0..self.byte() {
                self.derived().patch(&known, code);
            }
        }
        Ok(())
    }

    /// The word that the value of a field comes from, unless it is the next one.
    fn again(&mut self) -> Option<u8> {
        let [head @ 0x20..=0x3f, rest @ ..] = self.0 else { return None };
        self.0 = rest;
        Some(head & 31)
    }

    #[inline(never)]
    fn field(&mut self) -> Field {
        let mut field = Field::new(Kind::Register, Rule::Unsigned, 0, 0);
        let [first, second, ..] = &mut field.pieces;
        let mut head = self.byte();
        let but_last = head == BUT_LAST;
        if but_last {
            head = self.byte();
        }
        match head {
            X86_REGISTER.. => {
                let place = self.byte();
                let high = (head & 31) << 1 | place >> 7;
                (field.width, field.len) = (4, 2);
                *first = Piece { from: 0, width: 3, to: place & 127 };
                *second = Piece { from: 3, width: 1, to: high };
            }
            0x80.. => {
                field.width = 5u8.wrapping_sub(head >> 5 & 3);
                *first = Piece { from: 0, width: field.width, to: head & 31 };
            }
            0x40.. => {
                let (middle, low) = (self.byte(), self.byte());
                (field.kind, field.rule) = (kind(head >> 2 & 3), rule(head & 3));
                field.width = (middle & 31) << 1 | low >> 7;
                field.width = field.width.wrapping_add(1);
                field.mul = 1 << (middle >> 5);
                *first = Piece { from: 0, width: field.width, to: low & 127 };
                self.limits(head >> 2, &mut field);
            }
            _ => {
                let sort = self.byte();
                (field.kind, field.rule) = (kind(sort >> 6), rule(sort & 63));
                field.width = self.byte();
                if head & 1 != 0 {
                    field.mul = self.signed() as i32;
                }
                if head & 2 != 0 {
                    field.add = self.signed() as i32;
                }
                self.limits(head, &mut field);
                field.len = self.byte();
                for piece in field.pieces.iter_mut().take(field.len.into()) {
                    *piece = Piece { from: self.byte(), width: self.byte(), to: self.byte() };
                }
            }
        }
        if but_last {
            field.max = (ones(field.width) as i64).wrapping_sub(1);
        }
        field
    }

    /// The limits of a field: bit 2 of `has` says that there is a smallest value, bit 3 that there is a largest one.
    fn limits(&mut self, has: u8, field: &mut Field) {
        if has & 4 != 0 {
            field.min = self.signed();
        }
        if has & 8 != 0 {
            field.max = self.signed();
        }
    }

    /// A sum, and the upper half of its first byte.
    fn sum(&mut self) -> (Sum, u8) {
        let head = self.byte();
        let mut sum = Sum { constant: self.signed(), ..Sum::default() };
        for term in sum.terms.iter_mut().take(usize::from(head & 7)) {
            *term = (self.byte(), self.signed() as i16);
        }
        (sum, head >> 4)
    }

    /// A constraint: the operand to blame, if these values break it.
    #[inline(never)]
    fn broken(&mut self, values: &[i64]) -> Option<u8> {
        let head = self.byte();
        let (blame, holds) = if head == ANY_RELATION {
            let (blame, mut holds) = (self.byte(), false);
            for _ in 0..self.byte() {
                let (left, order) = self.sum();
                let order = Order::ALL.get(usize::from(order)).copied().unwrap_or(Order::NotEqual);
                holds |= Compare { left, order }.holds(values);
            }
            (blame, holds)
        } else {
            let value = head >> 5;
            (value, values.get(usize::from(value)).is_some_and(|value| *value != (head & 31).into()))
        };
        (!holds).then_some(blame)
    }

    fn derived(&mut self) -> Derived {
        let (sum, _) = self.sum();
        Derived { sum, flip: self.number() as u32, field: self.field() }
    }
}

/// A relation that needs more than one byte follows.
const ANY_RELATION: u8 = 0xff;
/// A register follows, the last of which is excluded.
const BUT_LAST: u8 = 0x10;
/// The first byte of an x86 register, at least.
const X86_REGISTER: u8 = 0xe0;

fn kind(number: u8) -> Kind {
    match number {
        0 => Kind::Register,
        1 => Kind::Immediate,
        _ => Kind::Target,
    }
}

fn rule(number: u8) -> Rule {
    Rule::ALL.get(usize::from(number)).copied().unwrap_or(Rule::Unsigned)
}
