//! What an operand takes: the range of its field within what other operands have fixed, and the range in words.

use super::operand::Operand;
use crate::field::{ones, Field, Kind, Piece, Range};
use crate::rule::Rule;
use alloc::{format, string::String};

/// A field some of whose raw bits are known. Zeros are bits that must be clear; ones at the top are a range.
pub(super) fn limited(field: &Field, operand: &Operand, mask: u64, bits: u64) -> Option<Field> {
    let mut out = *field;
    if mask == 0 {
        return Some(out);
    }
    let top = ones(field.width) & !ones(field.width.checked_sub(mask.count_ones() as u8)?);
    if mask == top && operand.rule == Rule::Unsigned || mask == ones(field.width) {
        let first = bits & mask;
        let last = first | ones(field.width) & !mask;
        let value = |raw: u64| (raw as i64).checked_mul(operand.mul.into())?.checked_add(operand.add.into());
        let (a, b) = (value(first)?, value(last)?);
        out.min = out.min.max(a.min(b));
        out.max = out.max.min(a.max(b));
        return Some(out);
    }
    if bits & mask == 0 {
        return Some(without(field, mask));
    }
    // Ones at the bottom are a bias, and what is above them has a coarser scale.
    let low = mask.count_ones() as u8;
    if mask != ones(low) || operand.rule != Rule::Unsigned {
        return None;
    }
    out = without(field, mask);
    out.width -= low;
    out.add = out.add.checked_add(out.mul.checked_mul(i32::try_from(bits & mask).ok()?)?)?;
    out.mul = out.mul.checked_mul(1i32.checked_shl(low.into())?)?;
    for piece in out.pieces.iter_mut().take(out.len.into()) {
        piece.from -= low;
    }
    Some(out)
}

/// The field without the pieces for some raw bits, which must then be zero.
fn without(field: &Field, mask: u64) -> Field {
    let mut out = *field;
    out.len = 0;
    out.pieces = Default::default();
    for piece in field.pieces() {
        for bit in (0..piece.width).filter(|bit| mask >> (piece.from + bit) & 1 == 0) {
            let last = usize::from(out.len).checked_sub(1).and_then(|last| out.pieces.get_mut(last));
            match last {
                Some(last) if last.from + last.width == piece.from + bit && last.to + last.width == piece.to + bit => {
                    last.width += 1
                }
                _ => {
                    if let Some(place) = out.pieces.get_mut(usize::from(out.len)) {
                        *place = Piece { from: piece.from + bit, width: 1, to: piece.to + bit };
                        out.len += 1;
                    }
                }
            }
        }
    }
    out
}

/// The range of an operand in words, within what is known of its bits.
pub(super) fn takes(operand: &Operand, field: &Field, (mask, bits): (u64, u64)) -> String {
    match limited(field, operand, mask & ones(field.width), bits) {
        Some(field) => describe(&field),
        None => describe(field),
    }
}

/// What a field takes, in words.
pub fn describe(field: &Field) -> String {
    if let Some(Range { min, max, step }) = field.range() {
        return match step {
            _ if min == max => format!("{min}"),
            _ if field.kind == Kind::Register && step == 1 => runs(field),
            _ if field.kind == Kind::Register => format!("registers {min} to {max} in steps of {step}"),
            0 | 1 => format!("{min} to {max}"),
            _ if min % i128::from(step) == 0 => format!("a multiple of {step} from {min} to {max}"),
            _ => format!("{min} to {max} in steps of {step}"),
        };
    }
    String::from(match field.rule {
        Rule::Logical8 => "an 8-bit mask: a rotated run of ones, repeated every 2, 4 or 8 bits",
        Rule::Logical16 => "a 16-bit mask: a rotated run of ones, repeated every 2, 4, 8 or 16 bits",
        Rule::Not8 => "the complement of an 8-bit mask (a rotated run of ones, repeated)",
        Rule::Not16 => "the complement of a 16-bit mask (a rotated run of ones, repeated)",
        Rule::Dup8 => "an 8-bit number",
        Rule::Dup16 | Rule::Dup32 | Rule::Dup64 => "-128 to 127, or a multiple of 256 from -32768 to 32512",
        Rule::Dupm16 => "a 16-bit mask (a rotated run of ones, repeated) that is no number for DUP",
        Rule::Dupm32 => "a 32-bit mask (a rotated run of ones, repeated) that is no number for DUP",
        Rule::Dupm64 => "a 64-bit mask (a rotated run of ones, repeated) that is no number for DUP",
        Rule::Logical32 | Rule::Mask32 => "a 32-bit mask: a rotated run of ones, repeated every 2, 4, 8, 16 or 32 bits",
        Rule::Logical64 | Rule::Mask64 => "a 64-bit mask: a rotated run of ones, repeated every 2, 4, 8, 16, 32 or 64 bits",
        Rule::Not32 => "the complement of a 32-bit mask (a rotated run of ones, repeated)",
        Rule::Not64 => "the complement of a 64-bit mask (a rotated run of ones, repeated)",
        Rule::Wide32 => "a 16-bit number shifted left by 0 or 16",
        Rule::Wide64 => "a 16-bit number shifted left by 0, 16, 32 or 48",
        Rule::NotWide32 | Rule::NotWide64 => "the complement of a shifted 16-bit number",
        Rule::Wide8 => "an 8-bit number shifted left by a multiple of 8",
        Rule::ByteMask => "a 64-bit number of which each byte is 0x00 or 0xff",
        Rule::Fp8 => "a floating-point number +-n/16 * 2^r with n from 16 to 31 and r from -3 to 4",
        Rule::A32Immediate => "an 8-bit number rotated right by an even amount",
        Rule::T32Immediate => "an 8-bit number, alone, shifted, or repeated as 0x00XY00XY, 0xXY00XY00 or 0xXYXYXYXY",
        Rule::T32Branch => "an even number from -16777216 to 16777214",
        Rule::Upper20 => "0 to 31 or 0xfffe0 to 0xfffff",
        Rule::Fli => "one of the 32 constants of FLI",
        Rule::Log2 => "a power of two",
        Rule::TileMask16 => "tiles 0 and 1",
        Rule::TileMask32 => "tiles 0 to 3",
        Rule::TileMask64 => "tiles 0 to 7",
        _ => "another value",
    })
}

/// The numbers of the registers that a field takes, where some in between may be missing: `registers 0 to 7, 16 to 23`.
fn runs(field: &Field) -> String {
    let mut out = String::new();
    let mut first = None;
    for number in 0..=64i64 {
        match (field.encode(number).is_ok(), first) {
            (true, None) => first = Some(number),
            (false, Some(start)) => {
                out.push_str(if out.is_empty() { "registers " } else { ", " });
                out.push_str(&format!("{start} to {}", number - 1));
                first = None;
            }
            _ => {}
        }
    }
    out
}

pub(super) fn number_text(number: i64, rule: Rule) -> String {
    match rule {
        Rule::Fp8 | Rule::Fli => format!("{}", f64::from_bits(number as u64)),
        _ => format!("{number}"),
    }
}
