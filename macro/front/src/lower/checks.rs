//! The tests of all run-time values of a segment, and the cold path that finds the culprit.
//!
//! Each test is a number that is zero when the value is legal; they are OR-ed, and branched on once. The hot path does
//! not know which value failed: the cold path gets all values and asks the fields themselves again.

use super::constants;
use super::linear::{Linear, Test};
use super::plan::Unit;
use super::tokens::{hex32, number, ours};
use super::words::sum;
use super::Paths;
use bareasm_isa::encoding::{Compare, Order, Relation, Sum};
use bareasm_isa::rule::Rule;
use proc_macro2::{Ident, TokenStream};
use std::collections::BTreeMap;

/// Collects the tests of a segment.
#[derive(Default)]
pub(super) struct Tests {
    /// By mask: the numbers that must have no other bits.
    masked: BTreeMap<i64, Vec<TokenStream>>,
    /// By operand: that it is a multiple of a power of two, in so many bits.
    scaled: BTreeMap<usize, (Ident, u8, u8)>,
    others: Vec<TokenStream>,
    /// What operands are tested for already.
    known: Vec<(usize, Linear)>,
    /// The numbers that operands are tested not to be.
    barred: Vec<(usize, u32)>,
}

impl Tests {
    /// Adds a test that is already an expression of type `u64`.
    pub(super) fn push(&mut self, test: TokenStream) {
        self.others.push(test);
    }

    /// Adds the test of the value of an operand. `raw` is the variable with `value - add`.
    pub(super) fn value(&mut self, operand: usize, linear: &Linear, value: &Ident, raw: &Ident, p: &Paths) {
        if self.known.contains(&(operand, *linear)) {
            return;
        }
        self.known.push((operand, *linear));
        if let Some(mask) = linear.mask() {
            self.masked.entry(mask).or_default().push(ours!(#value));
            return;
        }
        if let Some(mask) = linear.mask_but_last() {
            // The one value too many has a successor with one bit too many.
            let next = p.item("add");
            self.masked.entry(mask).or_default().push(ours!(#value | #next(#value, 1, 1)));
            return;
        }
        if let Some((low, mask)) = linear.mask_from() {
            let (helper, low) = (p.item("add"), number(-low));
            self.masked.entry(mask).or_default().push(ours!(#helper(#low, #value, 1)));
            return;
        }
        if let Some((bits, scale)) = linear.scaled() {
            // Two such tests are one: for what both allow.
            let (_, all_bits, all_scale) = self.scaled.entry(operand).or_insert_with(|| (value.clone(), bits, scale));
            let most = (*all_scale).max(scale);
            *all_bits = (*all_bits + *all_scale).min(bits + scale).saturating_sub(most);
            *all_scale = most;
            return;
        }
        if let Some((low, high)) = linear.limits {
            let (helper, low, high) = (p.item("lbad"), number(low), number(high));
            self.push(ours!(#helper(#value, #low, #high)));
            if linear.limits_suffice() {
                return;
            }
        }
        match linear.test {
            Test::Check(check) if check.bits >= 64 => {}
            Test::Check(check) => {
                let (bits, scale) = (number(check.bits), number(check.scale));
                self.push(match check.rule {
                    Rule::Signed => {
                        let helper = p.item("sbad");
                        ours!(#helper(#raw, #bits, #scale))
                    }
                    Rule::Pattern => {
                        let helper = p.item("pbad");
                        ours!(#helper(#raw, #bits))
                    }
                    _ => {
                        let helper = p.item("ubad");
                        ours!(#helper(#raw, #bits, #scale))
                    }
                });
            }
            Test::Rule(rule, width) => {
                let (helper, rule, width) = (p.item("misfit"), constants::rule(rule, p), number(width));
                self.push(ours!(#helper(#rule, #value, #width)));
            }
            Test::Code(..) => {
                let helper = p.item("uncoded");
                self.push(ours!(#helper(#raw)));
            }
        }
    }

    /// Adds the tests of the constraints between the values of a unit.
    pub(super) fn relations(&mut self, unit: &Unit<'_>, values: &[Ident], p: &Paths) {
        let mut barred = vec![0u32; values.len()];
        for relation in unit.relations {
            if let Some((set, number)) = excluded(relation, unit).and_then(|(operand, n)| Some((barred.get_mut(operand)?, n))) {
                *set |= 1 << number;
            } else if let Some((above, mask)) = above_least(relation, unit) {
                self.masked.entry(mask).or_default().push(sum(&above, values, p));
            } else {
                self.push(broken(relation, values, p));
            }
        }
        for ((slot, value), set) in unit.slots.iter().zip(values).zip(barred).filter(|(_, set)| *set != 0) {
            if !self.barred.contains(&(slot.operand, set)) {
                self.barred.push((slot.operand, set));
                let (helper, set) = (p.item("barred"), hex32(set));
                self.push(ours!(#helper(#set, #value)));
            }
        }
    }

    /// All tests as one number, which is 0 if all values fit; `None` when nothing can fail.
    pub(super) fn all(&self, p: &Paths) -> Option<TokenStream> {
        let masked = self.masked.iter().map(|(mask, values)| {
            let (helper, mask) = (p.item("rbad"), number(*mask));
            ours!(#helper(#(#values)|*, #mask))
        });
        let scaled = self.scaled.values().map(|(value, bits, scale)| {
            let (helper, bits, scale) = (p.item("ubad"), number(*bits), number(*scale));
            ours!(#helper(#value, #bits, #scale))
        });
        let tests: Vec<TokenStream> = masked.chain(scaled).chain(self.others.iter().cloned()).collect();
        if tests.is_empty() {
            None
        } else {
            Some(ours!(#(#tests)|*))
        }
    }
}

/// The operand and the number of a constraint `operand != number`, if the operand is tested to be below 32 otherwise.
pub(super) fn excluded(relation: &Relation, unit: &Unit<'_>) -> Option<(usize, u32)> {
    let [Some(Compare { left, order: Order::NotEqual }), None, ..] = relation.any else { return None };
    let [(operand, 1), (_, 0), ..] = left.terms else { return None };
    let linear = Linear::of(&unit.slots.get(usize::from(operand))?.field)?;
    let most = linear.mask().or_else(|| linear.mask_but_last())?;
    let number = u32::try_from(left.constant.checked_neg()?).ok()?;
    (most < 32 && number < 32).then_some((operand.into(), number))
}

/// For a constraint that a sum is at most 0: by how much it is above the least that it can be, and the most that this may be, if
/// that is 2^n - 1. A sum of operands that are out of their ranges may pass; they do not.
fn above_least(relation: &Relation, unit: &Unit<'_>) -> Option<(Sum, i64)> {
    let [Some(Compare { left, order: Order::LessOrEqual }), None, ..] = relation.any else { return None };
    let mut least = i128::from(left.constant);
    for (operand, factor) in left.terms.iter().take_while(|(_, factor)| *factor != 0) {
        let range = unit.slots.get(usize::from(*operand))?.field.range()?;
        least += i128::from(*factor) * if *factor > 0 { range.min } else { range.max };
    }
    let most = i64::try_from(-least).ok().filter(|most| *most >= 0 && most & most.wrapping_add(1) == 0)?;
    Some((Sum { constant: left.constant.checked_add(most)?, ..left }, most))
}

/// 1 when no alternative of a constraint holds.
fn broken(relation: &Relation, values: &[Ident], p: &Paths) -> TokenStream {
    let alternatives: Vec<TokenStream> = relation.any.iter().flatten().map(|compare| comparison(compare, values, p)).collect();
    if alternatives.is_empty() {
        ours!(1)
    } else {
        ours!(#(#alternatives)&*)
    }
}

/// 1 when a comparison does not hold.
fn comparison(compare: &Compare, values: &[Ident], p: &Paths) -> TokenStream {
    let left = &compare.left;
    if let Order::NotIn = compare.order {
        let [bit, list, ..] = left.terms;
        let bit = sum(&bareasm_isa::encoding::Sum { terms: [bit, (0, 0), (0, 0), (0, 0)], constant: 0 }, values, p);
        let list = sum(&bareasm_isa::encoding::Sum { terms: [list, (0, 0), (0, 0), (0, 0)], constant: left.constant }, values, p);
        let helper = p.item("listed");
        return ours!(#helper(#bit, #list));
    }
    let (helper, left) = (p.item("breaks"), sum(left, values, p));
    let order = constants::order(compare.order, p);
    ours!(#helper(#order, #left))
}
