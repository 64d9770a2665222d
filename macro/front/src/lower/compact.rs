//! Calls of shared routines for a plan: the smallest code.
//!
//! A segment becomes: operands to variables, and one call with a constant plan and the values. What has to happen
//! between the test of the values and the stores, which is the label table's part, comes between the halves of that call.
//! An operand that several instructions share is passed once.

use super::plan::{Conversion, Operand, Segment, Unit};
use super::stores::Code;
use super::tokens::{bytes, ours, variable};
use super::Paths;
use crate::ir::ValueKind;
use bareasm_isa::compact::{travel, write, Travel, LAST_SHARED};
use bareasm_isa::field::Field;
use proc_macro2::{Ident, Span, TokenStream};
use std::collections::hash_map::{Entry, HashMap};

/// Up to so many words travel in registers.
const FEW: usize = 4;

/// The code of a segment. `labels`: there is something to do between test and store. `None` if a plan cannot hold it.
pub(super) fn code(segment: &Segment<'_>, labels: bool, p: &Paths) -> Option<Code> {
    let template: Vec<u8> = segment.units.iter().flat_map(|unit| unit.code.iter().copied()).collect();
    let empty = TokenStream::new;
    let mut code = Code { prepare: empty(), test: empty(), store: empty() };
    if template.is_empty() {
        return Some(code);
    }
    let units: Vec<&Unit<'_>> = segment.units.iter().filter(|unit| !unit.slots.is_empty()).collect();
    if units.is_empty() {
        let template = bytes(&template);
        code.store = ours!(asm.put_slice(#template););
        return Some(code);
    }
    let mut words = Words::new(segment, p);
    let fields: Vec<Vec<&Field>> = units.iter().map(|unit| unit.slots.iter().map(|slot| &slot.field).collect()).collect();
    let again: Vec<Vec<Option<u8>>> =
        units.iter().zip(&fields).map(|(unit, fields)| words.unit(unit, &packed(unit, fields, &[]))).collect();
    let packed: Vec<_> =
        units.iter().zip(&fields).zip(&again).map(|((unit, fields), again)| packed(unit, fields, again)).collect();
    let plan = bytes(&write(&template, &packed)?);
    let Words { words, tests, values, .. } = words;

    let ty = p.item("Plan");
    code.prepare = ours!(let plan = const { &#ty(#plan) };);
    if !tests.is_empty() {
        code.test = ours!(if #(#tests)|* { asm.refuse_values(plan, &[#(#values),*]); });
    }
    if labels {
        code.prepare.extend(ours!(let words = &[#(#words),*];));
        code.test.extend(ours!(asm.check(plan, words);));
        code.store = ours!(asm.place(plan, words););
    } else if (1..=FEW).contains(&words.len()) {
        let method = Ident::new(&format!("put_compact{}", words.len()), Span::mixed_site());
        code.store = ours!(asm.#method(plan, #(#words),*););
    } else {
        code.store = ours!(asm.put_compact(plan, &[#(#words),*]););
    }
    Some(code)
}

fn packed<'u>(unit: &'u Unit<'_>, fields: &'u [&'u Field], again: &'u [Option<u8>]) -> bareasm_isa::compact::Unit<'u> {
    let (at, len, form) = (unit.at, unit.code.len(), unit.form);
    bareasm_isa::compact::Unit { at, len, form, fields, again, derived: unit.derived, relations: unit.relations }
}

/// The values of a segment as words.
struct Words<'w> {
    segment: &'w Segment<'w>,
    p: &'w Paths,
    /// The first word of each operand, and whether it has a second one.
    known: HashMap<(usize, bool), u8>,
    /// All words, as Rust expressions.
    words: Vec<TokenStream>,
    /// Tests that find values without a word.
    tests: Vec<TokenStream>,
    /// The variables of the values, one for each field.
    values: Vec<Ident>,
}

impl<'w> Words<'w> {
    fn new(segment: &'w Segment<'w>, p: &'w Paths) -> Words<'w> {
        Words { segment, p, known: HashMap::new(), words: Vec::new(), tests: Vec::new(), values: Vec::new() }
    }

    /// Adds the values of a unit; returns which are there already, and where.
    fn unit(&mut self, unit: &Unit<'_>, packed: &bareasm_isa::compact::Unit<'_>) -> Vec<Option<u8>> {
        unit.slots.iter().zip(travel(packed)).map(|(slot, travel)| self.value(slot.operand, travel)).collect()
    }

    fn value(&mut self, operand: usize, travel: Travel) -> Option<u8> {
        let value = variable("v", operand);
        self.values.push(value.clone());
        let Some(Operand { conversion: Conversion::Number(kind), .. }) = self.segment.operands.get(operand) else {
            return None;
        };
        match travel {
            _ if *kind == ValueKind::Register => {} // eight bits
            Travel::Bits => self.tests.push(test("beyond", &value, self.p)),
            Travel::Signed => self.tests.push(test("long", &value, self.p)),
            Travel::Pair => {}
        }
        let wide = travel == Travel::Pair;
        let at = u8::try_from(self.words.len()).unwrap_or(u8::MAX);
        match self.known.entry((operand, wide)) {
            Entry::Occupied(known) => return Some(*known.get()),
            Entry::Vacant(new) if at <= LAST_SHARED => {
                new.insert(at);
            }
            Entry::Vacant(_) => {}
        }
        self.words.push(ours!(#value as u32));
        if wide {
            let high = self.p.item("high");
            self.words.push(ours!(#high(#value)));
        }
        None
    }
}

fn test(helper: &str, value: &Ident, p: &Paths) -> TokenStream {
    let helper = p.item(helper);
    ours!(#helper(#value))
}
