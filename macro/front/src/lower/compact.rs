//! Calls of shared routines for a plan: the smallest code.
//!
//! A segment becomes: operands to variables, and one call with a constant plan and the values. What has to happen
//! between the test of the values and the stores, which is the label table's part, comes between the halves of that call.
//! All operands are evaluated as ever, but a place that is an operand several times is passed once.

use super::plan::{Conversion, Operand, Segment, Unit};
use super::stores::Code;
use super::target::is_place;
use super::tokens::{bytes, ours, variable};
use super::Paths;
use crate::ir::ValueKind;
use bareasm_isa::compact::{travel, write, Travel, LAST_SHARED};
use bareasm_isa::field::Field;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use std::collections::hash_map::{Entry, HashMap};
use std::collections::HashSet;

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

pub(super) fn packed<'u>(unit: &'u Unit<'_>, fields: &'u [&'u Field], again: &'u [Option<u8>]) -> bareasm_isa::compact::Unit<'u> {
    let (at, len, form) = (unit.at, unit.code.len(), unit.form);
    bareasm_isa::compact::Unit { at, len, form, fields, again, derived: unit.derived, relations: unit.relations }
}

/// The values of a segment as words.
struct Words<'w> {
    segment: &'w Segment<'w>,
    p: &'w Paths,
    /// The places that have the same value in every operand.
    steady: HashSet<String>,
    /// The first word of each of them, by how it is converted and whether it has a second one.
    known: HashMap<(String, ValueKind, bool), u8>,
    /// All words, as Rust expressions.
    words: Vec<TokenStream>,
    /// Tests that find values without a word.
    tests: Vec<TokenStream>,
    /// The variables of the values, one for each field.
    values: Vec<Ident>,
}

impl<'w> Words<'w> {
    fn new(segment: &'w Segment<'w>, p: &'w Paths) -> Words<'w> {
        let (steady, known) = (steady(segment), HashMap::new());
        Words { segment, p, steady, known, words: Vec::new(), tests: Vec::new(), values: Vec::new() }
    }

    /// Adds the values of a unit; returns which are there already, and where.
    fn unit(&mut self, unit: &Unit<'_>, packed: &bareasm_isa::compact::Unit<'_>) -> Vec<Option<u8>> {
        unit.slots.iter().zip(travel(packed)).map(|(slot, travel)| self.value(slot.operand, travel)).collect()
    }

    fn value(&mut self, operand: usize, travel: Travel) -> Option<u8> {
        let value = variable("v", operand);
        self.values.push(value.clone());
        let Some(Operand { expr, conversion: Conversion::Number(kind), .. }) = self.segment.operands.get(operand) else {
            return None;
        };
        match travel {
            _ if *kind == ValueKind::Register => {} // eight bits
            Travel::Bits => self.tests.push(test("beyond", &value, self.p)),
            Travel::Signed => self.tests.push(test("long", &value, self.p)),
            Travel::Pair => {}
        }
        let wide = travel == Travel::Pair;
        if let Some(name) = place(expr).filter(|name| self.steady.contains(name)) {
            let at = u8::try_from(self.words.len()).unwrap_or(u8::MAX);
            match self.known.entry((name, *kind, wide)) {
                Entry::Occupied(known) => return Some(*known.get()),
                Entry::Vacant(new) if at <= LAST_SHARED => {
                    new.insert(at);
                }
                Entry::Vacant(_) => {}
            }
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

/// The text of an expression that only names a place, with the hygiene of its names: whatever its value is, it is the
/// same a moment later.
fn place(expr: &TokenStream) -> Option<String> {
    if !is_place(expr) {
        return None;
    }
    let mut text = expr.to_string();
    hygiene(expr, &mut text)?;
    Some(text)
}

/// Appends which macro each name comes from: names of two macros may look alike and be two variables. Spans cannot be
/// compared for that; but they show it, as `#7 bytes(..)`. (Outside of the compiler there is nothing to tell apart.)
/// `None` if they do not.
fn hygiene(expr: &TokenStream, out: &mut String) -> Option<()> {
    for tree in expr.clone() {
        match tree {
            TokenTree::Ident(name) => {
                let span = format!("{:?}", name.span());
                let (context, _) = span.split_once("bytes(")?;
                if !context.is_empty() && !context.starts_with('#') {
                    return None;
                }
                out.push_str(context);
            }
            TokenTree::Group(group) => hygiene(&group.stream(), out)?,
            _ => {}
        }
    }
    Some(())
}

/// The places whose value nothing can change between two operands: no other operand has a name of theirs in it. None
/// where an operand calls a macro, which may know a variable by another name.
fn steady(segment: &Segment<'_>) -> HashSet<String> {
    let (places, others): (Vec<_>, Vec<_>) = segment.operands.iter().map(|operand| operand.expr).partition(|expr| is_place(expr));
    if others.iter().any(|expr| calls_macro(expr)) {
        return HashSet::new();
    }
    let named = |all: &[&TokenStream]| {
        let mut out = HashSet::new();
        all.iter().for_each(|expr| names(expr, &mut out));
        out
    };
    let others = named(&others);
    places.into_iter().filter(|expr| named(&[expr]).is_disjoint(&others)).filter_map(place).collect()
}

/// All names in an expression.
fn names(expr: &TokenStream, out: &mut HashSet<String>) {
    for tree in expr.clone() {
        match tree {
            TokenTree::Ident(name) => {
                out.insert(name.to_string());
            }
            TokenTree::Group(group) => names(&group.stream(), out),
            _ => {}
        }
    }
}

/// Whether there is a macro call in an expression, or what looks like one.
fn calls_macro(expr: &TokenStream) -> bool {
    let mut after_mark = false;
    expr.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(group) => core::mem::take(&mut after_mark) || calls_macro(&group.stream()),
        tree => {
            after_mark = matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '!');
            false
        }
    })
}
