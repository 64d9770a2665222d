//! The second column: fixed bits, fields and derived fields, most significant first.

use super::model::{Equation, Fail, Row, Slot, Spot};
use super::value::sum;
use crate::fixed::table::SlotKind;
use crate::rows::source::Line;
use std::format;
use std::string::ToString;
use std::vec::Vec;

/// A derived field whose expression is still text: its slots are known when all of the column is read.
struct Pending<'a> {
    token: &'a str,
    name: &'a str,
    width: u8,
    expr: &'a str,
    end: u32,
}

/// Reads the column into the row: bits, slots, equations.
pub fn read<'a>(row: &mut Row, line: &Line<'a>, column: &'a str) -> Result<(), Fail> {
    let mut at = 0u32;
    let mut pending = Vec::new();
    let mut raised: Vec<(usize, Spot)> = Vec::new(); // slot, with `to` counted from the top for now
    for token in column.split_whitespace() {
        let fail = |message: &str| Fail::at(line, token, message);
        if token == "/" {
            if at != 16 {
                return Err(fail(&format!("`/` stands after bit {at}, not after bit 16")));
            }
            continue;
        }
        if token.bytes().all(|c| matches!(c, b'0' | b'1')) {
            at += literal(row, token, true);
        } else if matches!(token, "(0)" | "(1)") {
            at += literal(row, token.trim_matches(['(', ')']), false);
        } else if let Some((name, slices)) = token.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            let slot = field(row, name, 0);
            for slice in slices.split('|') {
                let (high, low) = slice.split_once(':').unwrap_or((slice, slice));
                let (Ok(high), Ok(low)) = (high.parse::<u8>(), low.parse::<u8>()) else {
                    return Err(fail(&format!("bad slice `{slice}`")));
                };
                if high < low || high > 31 {
                    return Err(fail(&format!("bad slice `{slice}`")));
                }
                let width = high - low + 1;
                let spot = Spot { from: low, width, to: 0 };
                if row.slots.get(slot).is_some_and(|slot| slot.placed() & (crate::field::ones(width) << low) != 0) {
                    return Err(fail(&format!("a bit of field `{name}` is placed twice")));
                }
                place(row, slot, spot);
                at += u32::from(width);
                raised.push((slot, Spot { to: at.min(255) as u8, ..spot }));
            }
        } else if let Some((name, rest)) = token.split_once(':') {
            let (digits, expr) = rest.split_once('=').map_or((rest, None), |(digits, expr)| (digits, Some(expr)));
            let width = match digits.parse::<u8>() {
                Ok(width @ 1..=32) => width,
                _ => return Err(fail(&format!("bad width in `{token}`"))),
            };
            at += u32::from(width);
            if let Some(expr) = expr {
                shift(row, u32::from(width));
                pending.push(Pending { token, name, width, expr, end: at });
                continue;
            }
            if !is_name(name) {
                return Err(fail(&format!("bad field name in `{token}`")));
            }
            if row.slot(name).is_some() {
                return Err(fail(&format!("field `{name}` is placed twice")));
            }
            let slot = field(row, name, width);
            let spot = Spot { from: 0, width, to: 0 };
            place(row, slot, spot);
            raised.push((slot, Spot { to: at.min(255) as u8, ..spot }));
        } else if let Some((name, bits)) = token.split_once('=') {
            if !is_name(name) || bits.is_empty() || !bits.bytes().all(|c| matches!(c, b'0' | b'1')) {
                return Err(fail(&format!("cannot read `{token}`")));
            }
            if row.slot(name).is_some() {
                return Err(fail(&format!("field `{name}` is placed twice")));
            }
            at += literal(row, bits, true);
            let value = u32::from_str_radix(bits, 2).unwrap_or(0);
            row.slots.push(Slot {
                name: name.to_string(),
                kind: SlotKind::Constant(value),
                width: bits.len() as u8,
                spots: Vec::new(),
            });
        } else {
            return Err(fail(&format!("cannot read `{token}`")));
        }
        if at > 32 {
            return Err(fail("the bits are more than 32"));
        }
    }
    if at != 16 && at != 32 {
        return Err(Fail::at(line, column, format!("the bits are {at}, not 16 or 32")));
    }
    row.size = at as u8;
    // Until here bits were counted from the top.
    for (slot, spot) in raised {
        if let Some(place) = row.slots.get_mut(slot).and_then(|slot| slot.spots.iter_mut().find(|s| s.from == spot.from)) {
            place.to = row.size - spot.to;
        }
    }
    for item in pending {
        let (terms, constant, flip) = sum(row, line, item.expr, true)?;
        let spot = Spot { from: 0, width: item.width, to: row.size - item.end as u8 };
        let place = line.place_of(item.token);
        row.equations.push(Equation { name: item.name.to_string(), terms, constant, flip, width: item.width, spot, place });
    }
    Ok(())
}

/// Shifts literal bits in; `fixed` bits are checked by the decoder.
fn literal(row: &mut Row, digits: &str, fixed: bool) -> u32 {
    for digit in digits.bytes() {
        shift(row, 1);
        let bit = u32::from(digit == b'1');
        row.bits |= if fixed { bit } else { 0 };
        row.should |= if fixed { 0 } else { bit };
        row.mask |= u32::from(fixed);
    }
    digits.len() as u32
}

fn shift(row: &mut Row, by: u32) {
    for word in [&mut row.bits, &mut row.mask, &mut row.should] {
        *word = word.checked_shl(by).unwrap_or(0);
    }
}

fn place(row: &mut Row, slot: usize, spot: Spot) {
    shift(row, u32::from(spot.width));
    if let Some(slot) = row.slots.get_mut(slot) {
        slot.width = slot.width.max(spot.from + spot.width);
        slot.spots.push(spot);
    }
}

fn field(row: &mut Row, name: &str, width: u8) -> usize {
    if let Some(known) = row.slots.iter().position(|slot| slot.name == name) {
        return known;
    }
    row.slots.push(Slot { name: name.to_string(), kind: SlotKind::Field, width, spots: Vec::new() });
    row.slots.len() - 1
}

/// Letters, digits, `_` and `'`, not beginning with a digit.
pub fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && chars.all(is_name_char)
}

/// Whether names may contain it.
pub fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '\''
}
