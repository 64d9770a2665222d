//! Tables of the expansion as Rust constants: fields, encodings, relocations, names.

use super::plan::Unit;
use super::tokens::{bytes, number, ours, string, variable};
use super::Paths;
use bareasm_isa::checks::{self, Checks, Source};
use bareasm_isa::encoding::{Compare, Derived, Order, Relation, Sum};
use bareasm_isa::field::Field;
use bareasm_isa::relocation::Relocation;
use bareasm_isa::rule::Rule;
use proc_macro2::{Ident, Span, TokenStream};

/// `Enum::Variant` for a fieldless variant, by its `Debug` name.
fn variant(kind: &str, value: &dyn core::fmt::Debug, p: &Paths) -> TokenStream {
    let (kind, value) = (p.item(kind), Ident::new(&format!("{value:?}"), Span::mixed_site()));
    ours!(#kind::#value)
}

/// A comparison operator.
pub(super) fn order(order: Order, p: &Paths) -> TokenStream {
    variant("Order", &order, p)
}

/// A kind of reference.
pub(super) fn relocation(relocation: Relocation, p: &Paths) -> TokenStream {
    variant("Relocation", &relocation, p)
}

/// A rule.
pub(super) fn rule(rule: Rule, p: &Paths) -> TokenStream {
    variant("Rule", &rule, p)
}

/// A label name.
pub(super) fn name(text: &str, p: &Paths) -> TokenStream {
    let (helper, text) = (p.item("name"), string(text));
    ours!(const { #helper(&#text) })
}

/// A field, as a constant expression.
fn field(field: &Field, p: &Paths) -> TokenStream {
    let (kind, rule, width) = (variant("Kind", &field.kind, p), rule(field.rule, p), number(field.width));
    let to = field.pieces[0].to;
    if *field == Field::new(field.kind, field.rule, field.width, to) {
        let (ty, to) = (p.item("Field"), number(to));
        return ours!(#ty::new(#kind, #rule, #width, #to));
    }
    let helper = p.item("field");
    let (mul, add, min, max) = (number(field.mul), number(field.add), number(field.min), number(field.max));
    let pieces = field.pieces().iter().map(|piece| {
        let (from, width, to) = (number(piece.from), number(piece.width), number(piece.to));
        ours!((#from, #width, #to))
    });
    ours!(#helper(#kind, #rule, #width, #mul, #add, #min, #max, &[#(#pieces),*]))
}

fn sum(sum: &Sum, p: &Paths) -> TokenStream {
    let ty = p.item("Sum");
    let constant = number(sum.constant);
    let terms = sum.terms.iter().map(|(operand, factor)| {
        let (operand, factor) = (number(*operand), number(*factor));
        ours!((#operand, #factor))
    });
    ours!(#ty { terms: [#(#terms),*], constant: #constant })
}

fn derived(derived: &Derived, p: &Paths) -> TokenStream {
    let (ty, sum, flip, field) = (p.item("Derived"), sum(&derived.sum, p), number(derived.flip), field(&derived.field, p));
    ours!(#ty { sum: #sum, flip: #flip, field: #field })
}

fn compare(compare: &Option<Compare>, p: &Paths) -> TokenStream {
    match compare {
        None => ours!(::core::option::Option::None),
        Some(compare) => {
            let (ty, left, order) = (p.item("Compare"), sum(&compare.left, p), order(compare.order, p));
            ours!(::core::option::Option::Some(#ty { left: #left, order: #order }))
        }
    }
}

fn relation(relation: &Relation, p: &Paths) -> TokenStream {
    let (ty, blame) = (p.item("Relation"), number(relation.blame));
    let any = relation.any.iter().map(|one| compare(one, p));
    ours!(#ty { any: [#(#any),*], blame: #blame })
}

/// A unit as an `Encoding`, as a constant expression.
pub(super) fn encoding(unit: &Unit<'_>, p: &Paths) -> TokenStream {
    let ty = p.item("Encoding");
    let (form, template) = (number(unit.form), bytes(&unit.code));
    let fields = unit.slots.iter().map(|slot| field(&slot.field, p));
    let derived = unit.derived.iter().map(|one| derived(one, p));
    let relations = unit.relations.iter().map(|one| relation(one, p));
    ours!(#ty { form: #form, template: #template, fields: &[#(&#fields),*], derived: &[#(#derived),*], relations: &[#(#relations),*] })
}

/// An instruction with run-time values whose tests the cold path needs.
pub(super) struct Tested<'t> {
    /// Index in the segment.
    pub(super) number: usize,
    pub(super) unit: &'t Unit<'t>,
    /// Whether it is encoded out of line.
    pub(super) encoded: bool,
}

impl Tested<'_> {
    /// The variable with a value.
    fn value(&self, source: Source) -> Option<Ident> {
        match source {
            Source::Operand(n) => Some(variable("v", self.unit.slots.get(n)?.operand)),
            Source::Code(n) => Some(part("r", self.number, n)),
            Source::Fault => Some(variable("e", self.number)),
        }
    }
}

/// A variable of a part of a unit.
pub(super) fn part(prefix: &str, unit: usize, part: usize) -> Ident {
    Ident::new(&format!("{prefix}{unit}_{part}"), Span::mixed_site())
}

/// What the cold path needs to find the culprit in these units: the number of bytes to skip, and the tests; and the values that
/// these are of. `None` if there are no such tests.
pub(super) fn checks(units: &[Tested<'_>], skipped: u16) -> Option<(Checks, Vec<Ident>)> {
    let mut values: Vec<Option<Ident>> = Vec::new();
    let fields: Vec<Vec<&Field>> = units.iter().map(|one| one.unit.slots.iter().map(|slot| &slot.field).collect()).collect();
    let packed = units.iter().zip(&fields).map(|(Tested { unit, encoded, .. }, fields)| checks::Unit {
        at: unit.at,
        form: unit.form,
        fields,
        relations: unit.relations,
        encoded: *encoded,
    });
    let place = |unit: usize, source| {
        let value = units.get(unit).and_then(|unit| unit.value(source));
        values.iter().position(|known| *known == value).unwrap_or_else(|| {
            values.push(value);
            values.len() - 1
        })
    };
    let tests = checks::write(&packed.collect::<Vec<_>>(), place)?;
    let bytes = [&skipped.to_le_bytes(), tests.bytes.as_slice()].concat();
    Some((Checks { bytes, ..tests }, values.into_iter().collect::<Option<_>>()?))
}
