//! Expressions: what an operand's number is in terms of fields, and the sums of derived fields and constraints.

use super::bits::{is_name, is_name_char};
use super::model::{Fail, Row, Slot, Value};
use crate::field::Kind;
use crate::fixed::table::{SlotKind, Term, NONE};
use crate::relocation::Origin;
use crate::rows::source::Line;
use crate::rule::Rule;
use std::format;
use std::string::ToString;
use std::vec::Vec;

/// Names that stand in front of `(` in a value.
const RULES: [(&str, Rule); 34] = [
    ("logical8", Rule::Logical8),
    ("logical16", Rule::Logical16),
    ("logical32", Rule::Logical32),
    ("logical64", Rule::Logical64),
    ("not8", Rule::Not8),
    ("not16", Rule::Not16),
    ("not32", Rule::Not32),
    ("not64", Rule::Not64),
    ("wide", Rule::Wide64),
    ("wide32", Rule::Wide32),
    ("wide64", Rule::Wide64),
    ("notwide32", Rule::NotWide32),
    ("notwide64", Rule::NotWide64),
    ("mask32", Rule::Mask32),
    ("mask64", Rule::Mask64),
    ("wide8", Rule::Wide8),
    ("dup8", Rule::Dup8),
    ("dup16", Rule::Dup16),
    ("dup32", Rule::Dup32),
    ("dup64", Rule::Dup64),
    ("dupm16", Rule::Dupm16),
    ("dupm32", Rule::Dupm32),
    ("dupm64", Rule::Dupm64),
    ("bytemask", Rule::ByteMask),
    ("fp8", Rule::Fp8),
    ("a32imm", Rule::A32Immediate),
    ("t32imm", Rule::T32Immediate),
    ("t32b", Rule::T32Branch),
    ("u20", Rule::Upper20),
    ("fli", Rule::Fli),
    ("log2", Rule::Log2),
    ("magnitude", Rule::SignMagnitude),
    ("imm", Rule::Unsigned),
    ("hex", Rule::Unsigned),
];

const ORIGINS: [(&str, Origin); 5] = [
    ("rel", Origin::Start),
    ("rel8", Origin::StartPlus8),
    ("rel4", Origin::StartPlus4),
    ("rel4a", Origin::AlignedPlus4),
    ("page", Origin::Page),
];

/// Whether `name(` begins a value.
pub fn is_rule(name: &str) -> bool {
    RULES.iter().any(|(known, _)| *known == name) || ORIGINS.iter().any(|(known, _)| *known == name)
}

/// The length of the value at the start of `text`: up to the first character that cannot belong to one.
pub fn extent(text: &str) -> usize {
    let mut depth = 0i32;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        match c {
            '(' if is_rule(text.get(..at).unwrap_or("").rsplit(['(', '-']).next().unwrap_or("")) => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '*' | '-' => {}
            ':' | '+' if next.is_some_and(is_name_char) => {}
            _ if is_name_char(c) => {}
            _ => return at,
        }
    }
    text.len()
}

/// Reads a value.
pub fn value(row: &Row, line: &Line<'_>, text: &str) -> Result<Value, Fail> {
    let fail = |message: &str| Fail::at(line, text, message);
    let Some((name, rest)) = text.split_once('(') else { return linear(row, line, text) };
    let Some((inner, scale)) = rest.rsplit_once(')') else { return Err(fail("`)` is missing")) };
    let mut value = value(row, line, inner)?;
    if let Some((_, origin)) = ORIGINS.iter().find(|(known, _)| *known == name) {
        value.origin = Some(*origin);
        value.kind = Kind::Target;
    } else if let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == name) {
        if !matches!(name, "imm" | "hex") {
            if value.rule != Rule::Unsigned || value.mul != 1 || value.add != 0 || value.table != NONE {
                return Err(fail(&format!("`{name}(..)` takes fields only")));
            }
            value.rule = match (*rule, row.width(&value.parts)) {
                (Rule::Wide64, 17) if name == "wide" => Rule::Wide32,
                (rule, _) => rule,
            };
        }
    } else {
        return Err(fail(&format!("unknown rule `{name}`")));
    }
    if !scale.is_empty() {
        let factor = scale.strip_prefix('*').and_then(|digits| digits.parse::<i32>().ok());
        let Some(factor) = factor.filter(|factor| *factor != 0) else { return Err(fail("expected `*` and a number behind `)`")) };
        value.mul *= factor;
        value.add *= factor;
    }
    Ok(value)
}

fn linear(row: &Row, line: &Line<'_>, text: &str) -> Result<Value, Fail> {
    let mut value = Value {
        kind: Kind::Immediate,
        rule: Rule::Unsigned,
        origin: None,
        mul: 1,
        add: 0,
        table: NONE,
        factor: 0,
        parts: Vec::new(),
    };
    for (sign, term) in terms(text) {
        let fail = |message: &str| Fail::at(line, term, message);
        if let Ok(number) = term.parse::<i32>() {
            value.add += sign * number;
            continue;
        }
        let (left, right) = term.split_once('*').unwrap_or((term, "1"));
        let (name, digits) = if left.bytes().all(|c| c.is_ascii_digit()) { (right, left) } else { (left, right) };
        let Ok(factor) = digits.parse::<i32>() else { return Err(fail(&format!("cannot read `{term}`"))) };
        let table = row.keywords.iter().position(|keywords| keywords.table.name == name);
        if let (None, Some(table)) = (row.slot(name), table) {
            value.table = table as u8;
            value.factor = (sign * factor) as i8;
            continue;
        }
        if !value.parts.is_empty() {
            return Err(fail("a value has one field or one concatenation of fields"));
        }
        value.mul = sign * factor;
        for part in name.split(':') {
            let Some(slot) = row.slot(part) else { return Err(fail(&format!("no field `{part}`"))) };
            value.parts.push(slot);
        }
    }
    if value.parts.is_empty() && value.table == NONE {
        return Err(Fail::at(line, text, format!("`{text}` names no field")));
    }
    if value.mul == 0 {
        return Err(Fail::at(line, text, "a factor of 0"));
    }
    if value.parts.first().and_then(|slot| row.at(*slot)).is_some_and(Slot::signed) {
        value.rule = Rule::Signed;
    }
    if row.width(&value.parts) > 64 && value.parts.len() > 1 {
        return Err(Fail::at(line, text, "a concatenation of more than 64 bits"));
    }
    Ok(value)
}

/// Splits `a-b+2*c` into signs and terms.
fn terms(text: &str) -> Vec<(i32, &str)> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut sign = 1;
    loop {
        let body = rest.trim_start_matches('+');
        let body = match body.strip_prefix('-') {
            Some(body) => {
                sign = -sign;
                body
            }
            None => body,
        };
        let end = body.find(['+', '-']).unwrap_or(body.len());
        let (term, tail) = body.split_at(end);
        if !term.is_empty() {
            out.push((sign, term));
        }
        if tail.is_empty() {
            return out;
        }
        sign = 1;
        rest = tail;
    }
}

/// Reads a sum of slots and numbers, with `^ number` behind it: summands, constant, bits to invert. With `free`, a name
/// that is no slot becomes a free value.
pub fn sum(row: &mut Row, line: &Line<'_>, text: &str, free: bool) -> Result<(Vec<Term>, i32, u32), Fail> {
    let (sum, flip) = match text.split_once('^') {
        Some((sum, digits)) => match digits.parse::<u32>() {
            Ok(flip) => (sum, flip),
            Err(_) => return Err(Fail::at(line, text, format!("expected a number behind `^` in `{text}`"))),
        },
        None => (text, 0),
    };
    let mut out: Vec<Term> = Vec::new();
    let mut constant = 0i32;
    for (sign, term) in terms(sum) {
        if let Ok(number) = term.parse::<i32>() {
            constant += sign * number;
            continue;
        }
        let (left, right) = term.split_once('*').unwrap_or((term, "1"));
        let (name, digits) = if left.bytes().all(|c| c.is_ascii_digit()) { (right, left) } else { (left, right) };
        let (Ok(factor), true) = (digits.parse::<i16>(), is_name(name)) else {
            return Err(Fail::at(line, text, format!("cannot read `{term}`")));
        };
        let slot = match row.slot(name) {
            Some(slot) => slot,
            None if free => {
                row.slots.push(Slot { name: name.to_string(), kind: SlotKind::Free, width: 32, spots: Vec::new() });
                (row.slots.len() - 1) as u8
            }
            None => return Err(Fail::at(line, text, format!("no field `{name}`"))),
        };
        out.push(Term { slot, factor: factor * sign as i16 });
    }
    if out.is_empty() && constant == 0 && sum != "0" {
        return Err(Fail::at(line, text, format!("cannot read `{text}`")));
    }
    Ok((out, constant, flip))
}
