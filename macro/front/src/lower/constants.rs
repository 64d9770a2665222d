//! Tables of the expansion as Rust constants: fields, encodings, relocations, names.

use super::plan::Unit;
use super::tokens::{bytes, number, ours, string};
use super::Paths;
use bareasm_isa::encoding::{Compare, Derived, Order, Relation, Sum};
use bareasm_isa::field::{Field, Piece, MAX_PIECES};
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
    ours!(const { #helper(#text) })
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

/// The field as far as it matters for what it takes: where its bits go does not. Makes most fields equal.
fn unplaced(field: &Field) -> Field {
    let placed = field.placed();
    let (low, high) = (placed.trailing_zeros() as u8 & 63, 64 - placed.leading_zeros() as u8);
    let mut pieces = [Piece::default(); MAX_PIECES];
    pieces[0] = Piece { from: low, width: high.saturating_sub(low), to: 0 };
    let one = Field { len: 1, pieces, ..*field };
    if one.placed() == placed {
        one
    } else {
        *field
    }
}

/// The name of a common field in the crate that exports the macro; `None` for one that is not common.
fn common(field: &Field, p: &Paths) -> Option<TokenStream> {
    let plain = Field { mul: field.mul, ..Field::new(field.kind, field.rule, field.width, 0) };
    if *field != plain || field.mul < 1 || !matches!(field.rule, Rule::Unsigned | Rule::Signed | Rule::Pattern) {
        return None;
    }
    let ty = p.item("Takes");
    let (kind, rule, width, mul) = (number(field.kind as u8), number(field.rule as u8), number(field.width), number(field.mul));
    Some(ours!(#ty::<#kind, #rule, #width, #mul>::FIELD))
}

/// What the cold path needs to find the culprit in these units: their fields and constraints, with equal fields
/// written once.
pub(super) fn checks(units: &[&Unit<'_>], p: &Paths) -> TokenStream {
    let mut fields: Vec<Field> = Vec::new();
    let mut written = |wanted: &Field| {
        let wanted = unplaced(wanted);
        if let Some(common) = common(&wanted, p) {
            return common;
        }
        let known = fields.iter().position(|field| *field == wanted);
        let name = constant(known.unwrap_or(fields.len()));
        if known.is_none() {
            fields.push(wanted);
        }
        ours!(&#name)
    };
    let ty = p.item("Check");
    let checks: Vec<TokenStream> = units
        .iter()
        .map(|unit| {
            let (at, form) = (number(unit.at), number(unit.form));
            let fields = unit.slots.iter().map(|slot| written(&slot.field));
            let relations = unit.relations.iter().map(|one| relation(one, p));
            ours!(#ty { at: #at, form: #form, fields: &[#(#fields),*], relations: &[#(#relations),*] })
        })
        .collect();
    let ty = p.item("Field");
    let fields = fields.iter().enumerate().map(|(n, one)| {
        let (name, value) = (constant(n), field(one, p));
        ours!(const #name: #ty = #value;)
    });
    ours!(const { #(#fields)* &[#(#checks),*] })
}

fn constant(number: usize) -> Ident {
    Ident::new(&format!("F{number}"), Span::mixed_site())
}
