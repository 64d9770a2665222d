//! Fields that are plain arithmetic: which they are, and what has to be tested.
//!
//! The inline code of an expansion handles fields whose raw bits are `(value - add) >> scale`, or the code that a rule has
//! for the value (bitmask immediates), cut to pieces. All others (odd scales) go through `Encoding::encode` out of line.

use bareasm_isa::field::{ones, Field, Linear as Check};
use bareasm_isa::rule::Rule;

/// What keeps the raw value within its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// The linear check of `value - add`.
    Check(Check),
    /// The rule has a code for the value, in so many bits; the raw value is the value.
    Rule(Rule, u8),
    /// As [`Test::Rule`], and the raw value is that code.
    Code(Rule, u8),
}

/// A field that is plain arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Linear {
    /// The raw value is `(value - add) >> shift`, or `(add - value) >> shift`.
    pub(super) add: i64,
    /// Whether the value counts down.
    pub(super) negative: bool,
    /// Scale of the raw value, as a power of two.
    pub(super) shift: u8,
    /// What has to be tested.
    pub(super) test: Test,
    /// Limits of the value itself, when they are narrower than what the test allows.
    pub(super) limits: Option<(i64, i64)>,
}

impl Linear {
    /// The arithmetic of a field, if it is plain.
    pub(super) fn of(field: &Field) -> Option<Linear> {
        let factor = i32::try_from(field.mul.unsigned_abs()).ok().filter(|factor| factor.count_ones() == 1)?;
        let shift = factor.trailing_zeros() as u8;
        let placed = field.placed();
        let mut plain = Field { mul: factor, add: 0, min: i64::MIN, max: i64::MAX, ..*field };
        match field.rule {
            // High bits that no piece takes must be zero: the field is narrower than its raw value.
            Rule::Unsigned => plain.width = 64 - placed.leading_zeros() as u8,
            Rule::Extended64 => plain.rule = Rule::Signed,
            _ => {}
        }
        let direct = field.mul > 0 && field.add == 0;
        let test = match (plain.linear(), field.rule) {
            // `value - add` may wrap; what it wraps to is out of range as long as the range is smaller than that.
            (Some(check), _) if direct || check.bits + check.scale < 62 => Test::Check(check),
            (None, Rule::Extended16 | Rule::Extended32) if direct && shift == 0 && placed == ones(field.width) => {
                Test::Rule(field.rule, field.width)
            }
            (None, rule) if direct && shift == 0 && field.width < 64 && placed == ones(field.width) => {
                Test::Code(rule, field.width)
            }
            _ => return None,
        };
        Some(Linear { add: field.add.into(), negative: field.mul < 0, shift, test, limits: limits(field) })
    }

    /// Whether the raw value is the value itself, but for its scale.
    pub(super) fn is_direct(&self) -> bool {
        self.add == 0 && !self.negative && !matches!(self.test, Test::Code(..))
    }

    /// For a field that takes 0 to 2^n - 2 as they are (registers but for the last): 2^n - 1.
    pub(super) fn mask_but_last(&self) -> Option<i64> {
        let free = Linear { limits: None, ..*self };
        free.mask().filter(|mask| self.limits == Some((0, mask - 1)))
    }

    /// Whether every value within the limits passes the test.
    pub(super) fn limits_suffice(&self) -> bool {
        let Some((low, high)) = self.limits else { return false };
        let Test::Check(check) = self.test else { return false };
        // Ranges without gaps: both ends passing is enough.
        self.is_direct() && check.scale == 0 && check.bad(low) == 0 && check.bad(high) == 0
    }

    /// For a field that takes 2^n numbers from another than 0 upwards: the lowest, and 2^n - 1.
    pub(super) fn mask_from(&self) -> Option<(i64, i64)> {
        let (low, high) = self.limits.filter(|_| self.limits_suffice())?;
        let mask = high.checked_sub(low)?;
        (low != 0 && mask & mask.wrapping_add(1) == 0).then_some((low, mask))
    }

    /// For a field that takes the multiples of 2^s from 0 to (2^n - 1) * 2^s: `(n, s)`.
    pub(super) fn scaled(&self) -> Option<(u8, u8)> {
        match self.test {
            Test::Check(Check { rule: Rule::Unsigned, bits, scale: scale @ 1.. })
                if bits + scale < 64 && self.is_direct() && self.limits.is_none() =>
            {
                Some((bits, scale))
            }
            _ => None,
        }
    }

    /// For a field that takes 0 to 2^n - 1, as they are or counted down from the last: that maximum. Values of such fields can be
    /// tested together.
    pub(super) fn mask(&self) -> Option<i64> {
        if let Some((0, most)) = self.limits.filter(|_| self.limits_suffice()) {
            return Some(most).filter(|most| most & most.wrapping_add(1) == 0);
        }
        let Test::Check(Check { rule: Rule::Unsigned, bits, scale: 0 }) = self.test else { return None };
        let mask = ones(bits) as i64;
        (bits < 64 && self.limits.is_none() && (self.is_direct() || self.negative && self.add == mask)).then_some(mask)
    }
}

/// The limits of a field where they are narrower than what its width allows.
fn limits(field: &Field) -> Option<(i64, i64)> {
    let free = Field { min: i64::MIN, max: i64::MAX, ..*field };
    match free.range() {
        Some(range) if i128::from(field.min) <= range.min && i128::from(field.max) >= range.max => None,
        _ if field.min == i64::MIN && field.max == i64::MAX => None,
        Some(range) => {
            let within = |limit: i64| i128::from(limit).clamp(range.min, range.max) as i64;
            Some((within(field.min), within(field.max)))
        }
        None => Some((field.min, field.max)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bareasm_isa::checks::{write, Unit};
    use bareasm_isa::field::{Kind, Piece};

    fn field(rule: Rule, width: u8) -> Field {
        Field::new(Kind::Immediate, rule, width, 0)
    }

    /// What the run-time helpers compute.
    fn passes(linear: &Linear, value: i64) -> bool {
        if let Some(mask) = linear.mask_but_last() {
            return (value | value.wrapping_add(1)) & !mask == 0;
        }
        if let Some((low, mask)) = linear.mask_from() {
            return value.wrapping_sub(low) & !mask == 0;
        }
        if linear.limits_suffice() {
            return linear.limits.is_some_and(|(low, high)| low <= value && value <= high);
        }
        if linear.limits.is_some_and(|(low, high)| value < low || value > high) {
            return false;
        }
        let raw = if linear.negative { linear.add.wrapping_sub(value) } else { value.wrapping_sub(linear.add) };
        match linear.test {
            Test::Check(check) => check.bad(raw) == 0,
            Test::Rule(rule, width) | Test::Code(rule, width) => rule.encode(value, width).is_ok(),
        }
    }

    fn agrees(field: Field) {
        let linear = Linear::of(&field).unwrap_or_else(|| panic!("{field:?} is linear"));
        let unit = Unit { at: 0, form: 1, fields: &[&field], relations: &[], encoded: false };
        assert!(write(&[unit], |_, _| 0).is_some(), "the cold path has tests for {field:?}");
        let edges = (0..63).flat_map(|n| [1i64 << n, -(1i64 << n)]).chain([0, 31, 32, i64::MIN, i64::MAX]);
        for edge in edges {
            for value in (-70..70).map(|d| edge.wrapping_add(d)) {
                assert_eq!(passes(&linear, value), field.encode(value).is_ok(), "{value} in {field:?} as {linear:?}");
            }
        }
    }

    #[test]
    fn tests_agree_with_the_field() {
        agrees(field(Rule::Unsigned, 5));
        agrees(field(Rule::Unsigned, 64));
        agrees(field(Rule::Signed, 32));
        agrees(field(Rule::Pattern, 32));
        agrees(field(Rule::Pattern, 8));
        agrees(field(Rule::Extended32, 8));
        agrees(field(Rule::Extended16, 8));
        agrees(field(Rule::Extended64, 8));
        agrees(field(Rule::Logical64, 13));
        agrees(field(Rule::Log2, 3));
        agrees(Field { max: 1 << 20, ..field(Rule::T32Immediate, 12) });
        agrees(Field { mul: 8, ..field(Rule::Unsigned, 12) });
        agrees(Field { mul: 8, ..field(Rule::Signed, 7) });
        agrees(Field { mul: -1, add: 64, ..field(Rule::Unsigned, 6) });
        agrees(Field { mul: -1, add: 63, ..field(Rule::Unsigned, 6) });
        agrees(Field { add: 1, ..field(Rule::Unsigned, 5) });
        agrees(Field { min: 1, max: 30, ..field(Rule::Unsigned, 5) });
        agrees(Field { min: 1, max: 64, ..field(Rule::Unsigned, 7) });
        agrees(Field { max: 30, ..field(Rule::Unsigned, 5) });
        agrees(Field { max: 14, ..field(Rule::Unsigned, 5) });
        agrees(Field { min: -5, max: 5, ..field(Rule::Signed, 5) });
        agrees(Field { min: 5, max: i64::MAX, mul: 4, ..field(Rule::Unsigned, 5) });
        agrees(Field { min: 16, ..field(Rule::Unsigned, 5) });
        // Only the upper four of five bits are placed: even numbers.
        let mut even = field(Rule::Unsigned, 5);
        even.pieces[0] = Piece { from: 1, width: 4, to: 0 };
        agrees(even);
    }

    #[test]
    fn irregular_fields_are_left_to_the_encoding() {
        for field in [Field { mul: 4, ..field(Rule::Logical64, 13) }, Field { mul: 3, ..field(Rule::Unsigned, 5) }] {
            assert_eq!(Linear::of(&field), None, "{field:?}");
        }
    }
}
