//! What a row says about several operands: equations, which become derived fields, and constraints, which become relations or
//! limits of a field.

use super::{clash, Conflict, Outcome, Solver, Unknown};
use crate::choice::Problem;
use crate::encoding::{Compare, Derived, Order, Relation, Sum};
use crate::field::{ones, Field, Kind};
use crate::fixed::operand::Place;
use crate::fixed::table::{self, Test, When};
use crate::rule::Rule;
use alloc::{format, string::String, vec::Vec};

/// A constraint of a row (`Rt!=Rn|Rn=31`, `s<64`) as a sentence.
fn in_words(text: &str) -> String {
    // A value of one letter has no name in the form's text.
    let named = |text: &str| match text.as_bytes() {
        [letter] if letter.is_ascii_lowercase() => String::from("this number"),
        digits if digits.iter().all(u8::is_ascii_digit) => String::from(text),
        _ => format!("`{text}`"),
    };
    let comparison = |text: &str| {
        for (sign, words) in [
            ("!=", "must not be"),
            ("<=", "must be at most"),
            (">=", "must be at least"),
            ("<", "must be less than"),
            (">", "must be more than"),
            ("=", "is"),
        ] {
            if let Some((left, right)) = text.split_once(sign) {
                return format!("{} {words} {}", named(left.trim()), named(right.trim()));
            }
        }
        format!("`{text}`")
    };
    let mut parts = text.split('|').map(comparison);
    let first = parts.next().unwrap_or_default();
    // Registers that must differ unless one of them is number 31, and the like.
    let others: Vec<String> = parts.collect();
    if others.is_empty() {
        first
    } else {
        format!("{first}, unless {}", others.join(" or "))
    }
}

impl Solver<'_, '_> {
    /// The sum of slots as a sum of run-time values; `None` if it is not one.
    fn sum(&self, terms: &[table::Term], constant: i64) -> Option<Sum> {
        let mut constant = constant;
        let mut open: Vec<table::Term> = Vec::new();
        for term in terms {
            match self.bits.value(self.view, term.slot) {
                Some(value) => {
                    let slot = self.view.slot(term.slot)?;
                    let value = if slot.signed { Rule::Signed.decode(value, slot.width)? } else { value as i64 };
                    constant = constant.checked_add(value.checked_mul(term.factor.into())?)?;
                }
                None => open.push(*term),
            }
        }
        let mut out = Sum { constant, ..Sum::default() };
        let mut used = 0;
        while let Some(term) = open.first().copied() {
            let owner = |unknown: &Unknown| unknown.operand.places.iter().any(|place| place.slot == term.slot);
            let number = self.unknown.iter().position(owner)?;
            let operand = &self.unknown.get(number)?.operand;
            if !matches!(operand.rule, Rule::Unsigned | Rule::Signed) {
                return None;
            }
            // The share of each slot in the raw value must be the same multiple of its weight there.
            let first = operand.places.iter().position(|place| *place == Place { slot: term.slot, bit: 0 })?;
            let factor =
                i64::from(term.factor).checked_shr(first as u32).filter(|factor| factor << first == i64::from(term.factor))?;
            let mut parts: Vec<u8> = Vec::new();
            for (weight, place) in operand.places.iter().enumerate() {
                if !parts.contains(&place.slot) {
                    parts.push(place.slot);
                    let share = open.iter().find(|other| other.slot == place.slot).map_or(0, |other| i64::from(other.factor));
                    if place.bit != 0 || share != factor << weight {
                        return None;
                    }
                }
            }
            open.retain(|other| !parts.contains(&other.slot));
            // raw = (value - add) / mul
            let mul = i64::from(operand.mul);
            if factor % mul != 0 {
                return None;
            }
            let factor = factor / mul;
            out.constant = out.constant.checked_sub(factor.checked_mul(operand.add.into())?)?;
            *out.terms.get_mut(used)? = (u8::try_from(number).ok()?, i16::try_from(factor).ok()?);
            used += 1;
        }
        Some(out)
    }

    pub(super) fn equations(&mut self) -> Outcome<()> {
        for equation in self.view.form.equations.of(self.view.table.equations) {
            let terms = equation.terms.of(self.view.table.terms);
            let Some(sum) = self.sum(terms, equation.constant.into()) else { return Err(clash(None)) };
            let mut field = Field::new(Kind::Immediate, Rule::Unsigned, equation.width, 0);
            let pieces = equation.pieces.of(self.view.table.pieces);
            field.len = pieces.len() as u8;
            for (place, piece) in field.pieces.iter_mut().zip(pieces) {
                *place = *piece;
            }
            if sum.terms.first().is_some_and(|(_, factor)| *factor != 0) {
                self.derived.push(Derived { sum, flip: equation.flip, field });
            } else {
                let raw = (sum.constant as u64 ^ u64::from(equation.flip)) & ones(equation.width);
                field.patch(raw, &mut self.code);
            }
        }
        Ok(())
    }

    pub(super) fn constraints(&mut self) -> Outcome<()> {
        let view = self.view;
        for constraint in
            view.form.constraints.of(view.table.constraints).iter().filter(|constraint| constraint.when != When::Decoding)
        {
            let mut any: [Option<Compare>; 4] = [None; 4];
            let mut used = 0;
            let mut holds = false;
            for test in constraint.any.of(view.table.tests) {
                match self.test(test) {
                    None => return Err(clash(None)),
                    Some(Ok(known)) => holds |= known,
                    Some(Err(compare)) => {
                        if let Some(place) = any.get_mut(used) {
                            *place = Some(compare);
                            used += 1;
                        }
                    }
                }
            }
            if holds {
                continue;
            }
            if used == 0 {
                let text = view.table.str(constraint.text);
                let tests = constraint.any.of(view.table.tests).iter();
                let slots: Vec<u8> = tests.flat_map(|test| test.terms.of(view.table.terms)).map(|term| term.slot).collect();
                let token = self.said.iter().filter(|(slot, _)| slots.contains(slot)).map(|(_, token)| *token).max();
                let conflict = Conflict { token, problem: Problem::Conflict(in_words(text)) };
                if constraint.when == When::Always {
                    return Err(conflict);
                }
                self.warning.get_or_insert(conflict);
                continue;
            }
            let last = |compare: &Compare| compare.left.terms.iter().filter(|(_, factor)| *factor != 0).map(|(n, _)| *n).max();
            let blame = any.iter().flatten().filter_map(last).max().unwrap_or(0);
            if let [Some(compare), None, ..] = any {
                if self.limit(&compare) {
                    continue;
                }
            }
            self.relations.push(Relation { any, blame });
        }
        Ok(())
    }

    /// A test: its truth where everything is known, else what is to be compared; `None` if that cannot be said.
    fn test(&self, test: &Test) -> Option<Result<bool, Compare>> {
        let terms = test.terms.of(self.view.table.terms);
        if test.order == Order::NotIn {
            let [bit, mask] = terms else { return None };
            let (bit, mask) = (self.sum(&[*bit], 0)?, self.sum(&[*mask], 0)?);
            let ([(_, bit_factor), ..], [(_, mask_factor), ..]) = (bit.terms, mask.terms);
            return match (bit_factor, mask_factor) {
                (0, 0) => Some(Ok(mask.constant.checked_shr(bit.constant as u32).unwrap_or(0) & 1 == 0)),
                // The bit number of a comparison has no constant part.
                (0, _) => None,
                _ if bit.constant != 0 => None,
                _ => {
                    let left = Sum { terms: [bit.terms[0], mask.terms[0], (0, 0), (0, 0)], constant: mask.constant };
                    Some(Err(Compare { left, order: Order::NotIn }))
                }
            };
        }
        let left = self.sum(terms, test.constant.into())?;
        let compare = Compare { left, order: test.order };
        Some(if left.terms.iter().all(|(_, factor)| *factor == 0) { Ok(compare.holds(&[])) } else { Err(compare) })
    }

    /// Folds a comparison of one value with a constant into the limits of its field.
    fn limit(&mut self, compare: &Compare) -> bool {
        let [(number, factor), (_, 0), ..] = compare.left.terms else { return false };
        let Some(unknown) = self.unknown.get_mut(usize::from(number)) else { return false };
        let (factor, constant) = (i64::from(factor), compare.left.constant);
        if factor.abs() != 1 {
            return false;
        }
        // factor * v + constant  order  0
        let bound = -constant * factor;
        let field = &mut unknown.field;
        let (at_most, at_least) = match (compare.order, factor > 0) {
            (Order::LessOrEqual, true) | (Order::GreaterOrEqual, false) => (Some(bound), None),
            (Order::Less, true) | (Order::Greater, false) => (Some(bound - 1), None),
            (Order::GreaterOrEqual, true) | (Order::LessOrEqual, false) => (None, Some(bound)),
            (Order::Greater, true) | (Order::Less, false) => (None, Some(bound + 1)),
            (Order::Equal, _) => (Some(bound), Some(bound)),
            (Order::NotEqual, _) => match field.range() {
                Some(range) if i128::from(bound) == range.max => (Some(bound - 1), None),
                Some(range) if i128::from(bound) == range.min => (None, Some(bound + 1)),
                Some(range) if i128::from(bound) > range.max || i128::from(bound) < range.min => (None, None),
                _ => return false,
            },
            (Order::NotIn, _) => return false,
        };
        field.max = field.max.min(at_most.unwrap_or(i64::MAX));
        field.min = field.min.max(at_least.unwrap_or(i64::MIN));
        true
    }
}
