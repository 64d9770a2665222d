//! An instruction in an invocation by itself: one call with the shapes of its operands.

use super::checks::excluded;
use super::constants::{self, Tested};
use super::linear::{Linear, Test};
use super::plan::{Segment, Unit};
use super::stores::Code;
use super::tokens::{self, hex64, literal, number, ours};
use bareasm_isa::checks::Checks;
use bareasm_isa::encoding::Sum;
use bareasm_isa::field::Field;
use bareasm_isa::shape::Shape;
use proc_macro2::{Ident, Literal, Span, TokenStream};

/// Up to so many values travel in registers.
const FEW: usize = 4;

/// What the known bytes of an instruction fit, and where the rest is 0.
const WORD: usize = 8;

/// The bytes of tests for the cold path (`core::single::Checks`).
const CHECKS: usize = 28;

/// The code of a segment of one instruction; `None` if there is more to do than a shape says.
pub(super) fn code(segment: &Segment<'_>) -> Option<Code> {
    let [unit] = segment.units.as_slice() else { return None };
    if !segment.labels.is_empty() || !(1..=FEW).contains(&unit.slots.len()) {
        return None;
    }
    let (known, rest) = unit.code.split_at(unit.code.len().min(WORD));
    if rest.len() > WORD || rest.iter().any(|byte| *byte != 0) {
        return None;
    }
    let (checks, _, values) = few(&[Tested { number: 0, unit, encoded: false }], unit.code.len() as u16)?;
    let word = known.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
    let shapes = shapes(unit)?;
    if shapes.len() != values.len() {
        return None;
    }
    let shapes = shapes.iter().map(|shape| literal(format!("{:#x}", shape.pack())));
    let put = Ident::new(&format!("put{}", values.len()), Span::mixed_site());
    let (len, checks, word) = (number(unit.code.len() as i64), checks, hex64(word));
    let empty = TokenStream::new;
    Some(Code { prepare: empty(), test: empty(), store: ours!(asm.#put::<#len, #(#shapes),*>(#checks, #word, #(#values),*);) })
}

/// The constant, the method and the values of a cold path with few values; `None` if they are too many, or what they have to
/// fit takes more than plain tests, or too many bytes.
pub(super) fn few(units: &[Tested<'_>], skipped: u16) -> Option<(Literal, Ident, Vec<Ident>)> {
    let (Checks { mut bytes, plain }, values) = constants::checks(units, skipped)?;
    if !plain || bytes.len() > CHECKS || !(1..=FEW).contains(&values.len()) {
        return None;
    }
    bytes.resize(CHECKS, 0);
    let skip = Ident::new(&format!("skip{}", values.len()), Span::mixed_site());
    Some((tokens::bytes(&bytes), skip, values))
}

/// The shapes of the values, with the constraints on each, in the order of their first use.
fn shapes(unit: &Unit<'_>) -> Option<Vec<Shape>> {
    let mut barred = vec![0u32; unit.slots.len()];
    for relation in unit.relations {
        let (operand, number) = excluded(relation, unit)?;
        *barred.get_mut(operand)? |= 1 << number;
    }
    let mut fields: Vec<Field> = unit.slots.iter().map(|slot| slot.field).collect();
    for derived in unit.derived {
        // A copy of the value is one more piece.
        let Sum { terms: [(operand, 1), (_, 0), ..], constant: 0 } = derived.sum else { return None };
        let ([copy], 0) = (derived.field.pieces(), derived.flip) else { return None };
        let field = fields.get_mut(usize::from(operand)).filter(|field| field.mul == 1)?;
        *field.pieces.get_mut(usize::from(field.len))? = *copy;
        field.len += 1;
    }
    let mut shapes: Vec<(usize, Shape)> = Vec::new();
    for ((slot, field), barred) in unit.slots.iter().zip(&fields).zip(barred) {
        let shape = shape(&slot.field, field, barred, &unit.code)?;
        match shapes.iter_mut().find(|(operand, _)| *operand == slot.operand) {
            Some((_, known)) => *known = known.and(shape)?,
            None => shapes.push((slot.operand, shape)),
        }
    }
    Some(shapes.into_iter().map(|(_, shape)| shape).collect())
}

/// The shape of a field; `placed` has all pieces that take its value. `None` unless these are zeros within the code.
fn shape(field: &Field, placed: &Field, barred: u32, code: &[u8]) -> Option<Shape> {
    let linear = Linear::of(field)?;
    let Test::Check(check) = linear.test else { return None };
    let last = match linear.mask_but_last() {
        Some(last) if last < 32 => 1 << last,
        _ if linear.limits.is_some() => return None,
        _ => 0,
    };
    let inside = placed.pieces().iter().all(|piece| usize::from(piece.to) + usize::from(piece.width) <= code.len() * 8);
    if !linear.is_direct() || !inside || placed.gather(code) != 0 {
        return None;
    }
    Shape::new(placed, check, linear.shift, barred | last)
}
