//! Tests of fields and constraints, as bytes.

use super::{BITS, FAULT, MASK, OPERAND, RANGE, RELATION, SET, UNIT, VALUE};
use crate::encoding::{Compare, Order, Relation};
use crate::field::{ones, Field, Reason};
use crate::rule::Rule;
use alloc::vec::Vec;

/// The most operands of an instruction.
const MAX_OPERANDS: usize = 16;

/// An instruction whose operands are tested.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Offset in the code of the invocation.
    pub at: u32,
    /// Its form.
    pub form: u16,
    /// One field for each operand.
    pub fields: &'a [&'a Field],
    /// Constraints between operands.
    pub relations: &'a [Relation],
    /// Nothing is tested: the operands are encoded already ([`Encoding::encode`](crate::encoding::Encoding::encode)), and there is
    /// a value that says with what result.
    pub encoded: bool,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// That of an operand.
    Operand(usize),
    /// The code that its rule has for an operand, or [`Misfit::code`](crate::rule::Misfit::code).
    Code(usize),
    /// For operands that are encoded already: 0, or [`Fault::number`](crate::encoding::Fault::number).
    Fault,
}

/// Tests of operands, as bytes.
#[derive(Clone, Debug)]
pub struct Checks {
    /// The tests.
    pub bytes: Vec<u8>,
    /// Whether [`check`](super::check) knows all of them; else [`check_any`](super::check_any) does.
    pub plain: bool,
}

/// The tests of these instructions, which are in order. `place` says at which place the value is that an instruction, by its
/// index, needs; it may take it up. `None` if an instruction has too many operands, or a field no tests.
pub fn write(units: &[Unit<'_>], mut place: impl FnMut(usize, Source) -> usize) -> Option<Checks> {
    let mut out = Writer { bytes: Vec::new(), operand: 0, place: 0, plain: true };
    let mut at = 0u32;
    for (n, unit) in units.iter().enumerate() {
        let mut place = |source| place(n, source);
        out.number(UNIT as u64);
        out.number(unit.at.checked_sub(at)?.into());
        out.number(unit.form.into());
        (at, out.operand) = (unit.at, 0);
        if unit.encoded {
            out.start(place(Source::Fault), 0, FAULT);
            continue;
        }
        if unit.fields.len() > MAX_OPERANDS {
            return None;
        }
        for (field, operand) in unit.fields.iter().zip(0u8..) {
            let tests = tests(field)?;
            if tests.is_empty() {
                place(Source::Operand(operand.into())); // every operand has one
            }
            for Test { of, want, reason } in tests {
                out.test(place(of(operand.into())), operand, want, reason)?;
            }
        }
        out.relations(unit, |operand| place(Source::Operand(operand)))?;
    }
    Some(Checks { bytes: out.bytes, plain: out.plain })
}

/// A test of a value.
struct Test {
    of: fn(usize) -> Source,
    want: Want,
    /// Why it fails.
    reason: Reason,
}

/// What a value is tested for.
#[derive(Clone, Copy)]
enum Want {
    /// It is within these limits.
    Range(i64, i64),
    /// Minus the first number, it has no bit of the second one.
    Mask(i64, i64),
}

/// What [`Field::encode`] tests, in its order. `None` for what takes more than comparisons of the value or of its code.
fn tests(field: &Field) -> Option<Vec<Test>> {
    let (outside, between) = (field.out_of_range(), field.misaligned());
    let operand = |want, reason| Test { of: Source::Operand, want, reason };
    let (scale, width) = (field.mul.unsigned_abs(), field.width);
    if !scale.is_power_of_two() || width == 0 || width > 64 || width == 64 && (field.mul, field.add) != (1, 0) {
        return None;
    }
    let missing = !field.placed() & ones(width);
    let limits = (field.min, field.max);
    let linear = matches!(field.rule, Rule::Unsigned | Rule::Signed | Rule::Pattern | Rule::Extended64);
    if !linear {
        let plain = field.mul == 1 && field.add == 0 && missing == 0 && width < 64;
        let limits = (limits != UNLIMITED).then_some(operand(Want::Range(limits.0, limits.1), outside));
        return plain.then(|| limits.into_iter().chain(irregular(field)).collect());
    }
    let range = linear_range(field);
    let mut out = Vec::new();
    // Without a scale the limits and the range of the width are one test.
    let first = if scale == 1 { meet(limits, range) } else { limits };
    if first != UNLIMITED {
        out.push(operand(Want::Range(first.0, first.1), outside));
    }
    if scale > 1 {
        out.push(operand(Want::Mask(field.add.into(), i64::from(scale - 1)), between));
        if meet(first, range) != first {
            // Up to the next multiple: a shorter number.
            out.push(operand(Want::Range(range.0, range.1.checked_add(i64::from(scale - 1))?), outside));
        }
    }
    if missing != 0 {
        // Counted down, a number has the same lowest bits.
        if field.mul < 0 && !(missing + 1).is_power_of_two() {
            return None;
        }
        out.push(operand(Want::Mask(field.add.into(), (missing as i64).checked_mul(scale.into())?), between));
    }
    Some(out)
}

/// No limits.
const UNLIMITED: (i64, i64) = (i64::MIN, i64::MAX);

/// What is within both limits.
fn meet(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.max(b.0), a.1.min(b.1))
}

/// The values of a linear field that its width allows, wherever its pieces are.
fn linear_range(field: &Field) -> (i64, i64) {
    let (Some((low, high)), true) = (field.rule.bounds(field.width), field.width < 64) else { return UNLIMITED };
    let value = |raw: i128| raw * i128::from(field.mul) + i128::from(field.add);
    let within = |value: i128| value.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
    let (a, b) = (within(value(low)), within(value(high)));
    (a.min(b), a.max(b))
}

/// The tests of a rule that is not linear, behind the limits of the field.
fn irregular(field: &Field) -> Vec<Test> {
    let outside = field.out_of_range();
    let size = match field.rule {
        Rule::Extended16 => 16,
        Rule::Extended32 => 32,
        _ => {
            let code = |least, reason| Test { of: Source::Code, want: Want::Range(least, i64::MAX), reason };
            return [code(-1, Reason::ImmediateEncoding), code(0, outside)].into();
        }
    };
    let test = |want| Test { of: Source::Operand, want, reason: outside };
    let mut out = Vec::from([test(Want::Range(-1 << (size - 1), ones(size) as i64))]);
    if field.width < size {
        // The sign of the immediate is all that is above it in the operand.
        out.push(test(Want::Mask(-1 << (field.width - 1), (ones(size) & !ones(field.width)) as i64)));
    }
    out
}

struct Writer {
    bytes: Vec<u8>,
    /// The operand and the value that the next test is of if nothing else is said.
    operand: u8,
    place: usize,
    plain: bool,
}

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// A signed number; `None` if it is too long with its trailing zeros taken off.
    fn signed(&mut self, number: i64) -> Option<()> {
        let exponent = if number == 0 { 0 } else { number.trailing_zeros() };
        let odd = number >> exponent;
        let folded = (odd << 1 ^ odd >> 63) as u64;
        self.number((folded <= ones(58)).then_some(folded << 6 | u64::from(exponent))?);
        Some(())
    }

    /// Starts a test of the value at a place, for an operand.
    fn start(&mut self, place: usize, operand: u8, head: usize) {
        if operand != self.operand {
            self.number(OPERAND as u64 | u64::from(operand));
        }
        if place != self.place {
            self.number((VALUE + place) as u64);
        }
        self.number(head as u64);
        self.plain &= head >= OPERAND;
        (self.operand, self.place) = (operand.wrapping_add(1), place.wrapping_add(1));
    }

    fn test(&mut self, place: usize, operand: u8, want: Want, reason: Reason) -> Option<()> {
        let (head, a, b) = match want {
            Want::Range(0, high) if high != i64::MAX && high & (high + 1) == 0 => {
                let bits = high.trailing_ones() as usize;
                self.start(place, operand, BITS + bits * 8 + usize::from(reason.number()));
                return Some(());
            }
            Want::Range(low, high) => (RANGE, low, high.wrapping_add(1)),
            Want::Mask(bias, mask) => (MASK, bias, mask),
        };
        self.start(place, operand, head | usize::from(reason.number()));
        self.signed(a)?;
        self.signed(b)
    }

    /// The constraints of an instruction. What one operand must not be is a set, if nothing else comes between.
    fn relations(&mut self, unit: &Unit<'_>, mut place: impl FnMut(usize) -> usize) -> Option<()> {
        let mut rest = unit.relations.iter().peekable();
        while let Some(relation) = rest.next() {
            let blame = relation.blame;
            let Some(excluded) = excluded(relation, unit.fields) else {
                self.start(self.place, blame, RELATION);
                self.relation(relation, &mut place)?;
                continue;
            };
            let mut set = 1u32 << excluded;
            while let Some(excluded) =
                rest.peek().filter(|next| next.blame == blame).and_then(|next| self::excluded(next, unit.fields))
            {
                set |= 1 << excluded;
                rest.next();
            }
            self.start(place(blame.into()), blame, SET | usize::from(Reason::OperandConflict.number()));
            self.signed(set.into())?;
        }
        Some(())
    }

    fn relation(&mut self, relation: &Relation, place: &mut impl FnMut(usize) -> usize) -> Option<()> {
        let any: Vec<&Compare> = relation.any.iter().flatten().collect();
        self.number(any.len() as u64);
        for Compare { left, order } in any {
            let orders = match order {
                Order::Less => 1,
                Order::LessOrEqual => 3,
                Order::Greater => 4,
                Order::GreaterOrEqual => 6,
                Order::Equal => 2,
                Order::NotEqual => 5,
                Order::NotIn => 0,
            };
            let count = match order {
                Order::NotIn => 2,
                _ => left.terms.iter().rposition(|(_, factor)| *factor != 0).map_or(0, |last| last + 1),
            };
            self.number(orders << 3 | count as u64);
            self.signed(left.constant)?;
            for (operand, factor) in left.terms.iter().take(count) {
                self.number(place((*operand).into()) as u64);
                self.signed((*factor).into())?;
            }
        }
        Some(())
    }
}

/// The number below 32 that an operand, which is below 32, must not be.
fn excluded(relation: &Relation, fields: &[&Field]) -> Option<u32> {
    let [Some(Compare { left, order: Order::NotEqual }), None, ..] = relation.any else { return None };
    let [(operand, 1), (_, 0), ..] = left.terms else { return None };
    let range = fields.get(usize::from(operand))?.range()?;
    let number = u32::try_from(left.constant.checked_neg()?).ok()?;
    (operand == relation.blame && range.min >= 0 && range.max < 32 && number < 32).then_some(number)
}
