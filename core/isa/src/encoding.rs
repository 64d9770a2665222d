//! A form with every choice made that does not depend on a number: what is left is arithmetic.

use crate::field::{Field, Reason};
use crate::rule::IRREGULAR;

/// The longest instruction in bytes, rounded up (x86 has 15).
pub const MAX_LEN: usize = 16;

/// Which operand failed, and why. Operands count from 0 in source order of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// Index into the values.
    pub operand: u8,
    /// What is wrong with it.
    pub reason: Reason,
}

impl Fault {
    /// The fault as a number, which is not 0.
    pub const fn number(self) -> i64 {
        (self.operand as i64 + 1) << 3 | self.reason.number() as i64
    }

    /// The fault with this number.
    pub const fn from_number(number: i64) -> Fault {
        Fault { operand: ((number >> 3) as u8).wrapping_sub(1), reason: Reason::from_number(number as u8) }
    }
}

/// What failed, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Offset of the instruction in the code that it is part of.
    pub at: u32,
    /// Its form.
    pub form: u16,
    /// The operand, and why.
    pub fault: Fault,
}

/// Comparison of a [`Compare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    /// Bit `terms[0]` of the number `terms[1]` is 0 (a base register that is not in its register list).
    NotIn,
}

impl Order {
    /// All of them, by number.
    pub const ALL: [Order; 7] =
        [Order::Less, Order::LessOrEqual, Order::Greater, Order::GreaterOrEqual, Order::Equal, Order::NotEqual, Order::NotIn];

    /// Whether a difference compares with 0 like this; for [`Order::NotIn`] whether it is not 0.
    #[inline(always)]
    pub const fn holds(self, difference: i64) -> bool {
        match self {
            Order::Less => difference < 0,
            Order::LessOrEqual => difference <= 0,
            Order::Greater => difference > 0,
            Order::GreaterOrEqual => difference >= 0,
            Order::Equal => difference == 0,
            Order::NotEqual | Order::NotIn => difference != 0,
        }
    }
}

/// The sum of some operand values times small factors.
///
/// Every expression that a row states about more than one operand (a derived field, a constraint) is of this shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Sum {
    /// Index of a run-time value and its factor; factor 0 ends the list.
    pub terms: [(u8, i16); 4],
    /// What is added.
    pub constant: i64,
}

impl Sum {
    /// The sum for these values; missing values count as 0. Wraps, so compare only checked values.
    pub const fn of(&self, values: &[i64]) -> i64 {
        let mut total = self.constant;
        let mut rest = self.terms.as_slice();
        while let [(operand, factor), tail @ ..] = rest {
            if let Some((_, [value, ..])) = values.split_at_checked(*operand as usize) {
                total = total.wrapping_add(value.wrapping_mul(*factor as i64));
            }
            rest = tail;
        }
        total
    }
}

/// `left` compared with 0 (for [`Order::NotIn`]: see there).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Compare {
    /// The difference of the two sides.
    pub left: Sum,
    /// How it must compare with 0.
    pub order: Order,
}

impl Compare {
    /// Whether it holds.
    pub const fn holds(&self, values: &[i64]) -> bool {
        if IRREGULAR && matches!(self.order, Order::NotIn) {
            let bit = Sum { terms: [self.left.terms[0], (0, 0), (0, 0), (0, 0)], constant: 0 }.of(values);
            let list = Sum { terms: [self.left.terms[1], (0, 0), (0, 0), (0, 0)], constant: self.left.constant }.of(values);
            return bit < 0 || bit > 63 || list >> bit & 1 == 0;
        }
        self.order.holds(self.left.of(values))
    }
}

/// A constraint between operands: at least one of up to four comparisons holds. Values are the operands' values as
/// written (register numbers, immediates), not raw bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Relation {
    /// The alternatives; `None` ends the list.
    pub any: [Option<Compare>; 4],
    /// The operand to name when it fails.
    pub blame: u8,
}

impl Relation {
    /// Whether it holds.
    pub const fn holds(&self, values: &[i64]) -> bool {
        let mut rest = self.any.as_slice();
        while let [first, tail @ ..] = rest {
            if let Some(compare) = first {
                if compare.holds(values) {
                    return true;
                }
            }
            rest = tail;
        }
        false
    }
}

/// A field that follows from operands (`imms = 63 - shift`): `(sum) ^ flip` modulo 2^width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Derived {
    /// What is placed, before `flip`.
    pub sum: Sum,
    /// Bits to invert afterwards.
    pub flip: u32,
    /// Where it goes; its rule is `Unsigned`, without scale.
    pub field: Field,
}

impl Derived {
    /// Exclusive-ors the field for these values into an instruction.
    pub fn patch(&self, values: &[i64], code: &mut [u8]) {
        let raw = (self.sum.of(values) as u64 ^ u64::from(self.flip)) & crate::field::ones(self.field.width);
        self.field.patch(raw, code);
    }
}

/// A form whose remaining operands are run-time values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Encoding<'a> {
    /// Index of the form in its architecture's table, for messages.
    pub form: u16,
    /// The instruction with zero in every run-time field.
    pub template: &'a [u8],
    /// One field for each value, in order of the values. A value that only appears in `derived` has a field without pieces.
    pub fields: &'a [&'a Field],
    /// Fields that follow from values.
    pub derived: &'a [Derived],
    /// Constraints between values; checked after the fields.
    pub relations: &'a [Relation],
}

impl Encoding<'_> {
    /// Writes the instruction for these values into `code`, which is `template.len()` bytes long; returns the first
    /// fault and leaves `code` unspecified in case of one.
    pub fn encode(&self, values: &[i64], code: &mut [u8]) -> Result<(), Fault> {
        for (byte, template) in code.iter_mut().zip(self.template) {
            *byte = *template;
        }
        let mut operand = 0u8;
        for (field, value) in self.fields.iter().zip(values) {
            field.place(*value, code).map_err(|reason| Fault { operand, reason })?;
            operand = operand.wrapping_add(1);
        }
        for relation in self.relations {
            if !relation.holds(values) {
                return Err(Fault { operand: relation.blame, reason: Reason::OperandConflict });
            }
        }
        for derived in self.derived {
            derived.patch(values, code);
        }
        Ok(())
    }
}
