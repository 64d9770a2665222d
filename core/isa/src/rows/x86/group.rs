//! Groups: one row for several operand sizes, vector lengths or conditions becomes plain rows.

use super::{Fault, RawRow, Word};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// Condition codes with their synonyms, the preferred one first.
const CONDITIONS: [&str; 16] = [
    "o", "no", "b|c|nae", "ae|nb|nc", "e|z", "ne|nz", "be|na", "a|nbe", "s", "ns", "p|pe", "np|po", "l|nge", "ge|nl", "le|ng",
    "g|nle",
];

/// Source conditions of ccmp and ctest: 10 is true, 11 is false, and there is no parity.
const SOURCE_CONDITIONS: [&str; 16] =
    ["o", "no", "b|c|nae", "ae|nb|nc", "e|z", "ne|nz", "be|na", "a|nbe", "s", "ns", "t", "f", "l|nge", "ge|nl", "le|ng", "g|nle"];

/// The plain rows of a row. Sizes come smallest first.
pub fn expand(row: &RawRow) -> Result<Vec<RawRow>, Fault> {
    let mut out = Vec::new();
    for row in sizes(row)? {
        for row in lengths(&row) {
            conditions(&row, &mut out)?;
        }
    }
    Ok(out)
}

fn has_kind(row: &RawRow, kinds: &[&str]) -> bool {
    row.operands.iter().flat_map(|operand| &operand.kinds).any(|kind| kinds.contains(&kind.text.as_str()))
}

/// The word of an encoding that starts with `VEX.`, `XOP.` or `EVEX.`.
pub fn is_vector(word: &Word) -> bool {
    ["VEX.", "XOP.", "EVEX."].iter().any(|space| word.text.starts_with(space))
}

fn has_field(row: &RawRow, field: &str) -> bool {
    row.encoding.iter().any(|word| is_vector(word) && word.text.split('.').any(|part| part == field))
}

/// Groups `v` and `y`.
fn sizes(row: &RawRow) -> Result<Vec<RawRow>, Fault> {
    let v = has_kind(row, &["rv", "rmv", "mv", "axv", "immv", "moffsv"]) || has_field(row, "Wv");
    let y = has_kind(row, &["ry", "rmy", "my"]) || has_field(row, "Wy");
    let only_immz = !v && !y && has_kind(row, &["immz"]);
    if v && y {
        return Err((row.encoding_place, "a row has one group of operand sizes, `v` or `y`".to_string()));
    }
    let sizes: &[u32] = if v || only_immz {
        &[16, 32, 64]
    } else if y {
        &[32, 64]
    } else {
        return Ok(std::vec![row.clone()]);
    };
    let group = if y { "Wy" } else { "Wv" };
    if row.encoding.first().is_some_and(is_vector) && !has_field(row, group) {
        return Err((row.encoding_place, format!("the group needs `.{group}`")));
    }
    Ok(sizes.iter().map(|size| sized(row, *size)).collect())
}

fn sized(row: &RawRow, size: u32) -> RawRow {
    let mut row = row.clone();
    for kind in row.operands.iter_mut().flat_map(|operand| &mut operand.kinds) {
        let text: String = match kind.text.as_str() {
            "rv" | "ry" => format!("r{size}"),
            "rmv" | "rmy" => format!("rm{size}"),
            "mv" | "my" => format!("m{size}"),
            "axv" => ["ax", "eax", "rax"][size as usize / 32].to_string(),
            "immz" => ["imm16", "imm32", "imm32s"][size as usize / 32].to_string(),
            "immv" => format!("imm{size}"),
            "moffsv" => format!("moffs{size}"),
            _ => continue,
        };
        kind.text = text;
    }
    let vector = row.encoding.first().is_some_and(is_vector);
    for word in &mut row.encoding {
        match word.text.as_str() {
            "iz" => word.text = ["iw", "id", "id"][size as usize / 32].to_string(),
            "iv" => word.text = ["iw", "id", "io"][size as usize / 32].to_string(),
            _ => {}
        }
    }
    if vector {
        if let Some(word) = row.encoding.first_mut() {
            let wide_v = ["WIG", "W0", "W1"][size as usize / 32];
            let wide_y = if size == 64 { "W1" } else { "W0" };
            let parts: Vec<&str> = word
                .text
                .split('.')
                .map(|part| match part {
                    "Pv" => {
                        if size == 16 {
                            "66"
                        } else {
                            "NP"
                        }
                    }
                    "Wv" => wide_v,
                    "Wy" => wide_y,
                    other => other,
                })
                .collect();
            word.text = parts.join(".");
        }
    } else if size != 32 {
        let place = row.encoding_place;
        if size == 16 {
            row.encoding.insert(0, Word { text: "o16".to_string(), place });
        } else {
            let at = opcode_start(&row.encoding);
            row.encoding.insert(at, Word { text: "REX.W".to_string(), place });
        }
    }
    row
}

/// Index of the first word of a legacy encoding that is not a prefix.
pub fn opcode_start(encoding: &[Word]) -> usize {
    let is_prefix = |at: usize, word: &Word| match word.text.as_str() {
        "o16" | "o32" | "o64" | "a16" | "a32" | "a64" | "NP" => true,
        // These are prefixes when an opcode byte, or REX, follows.
        "9B" | "66" | "F2" | "F3" => encoding.get(at + 1).is_some_and(|next| {
            next.text.starts_with("REX") || next.text.get(..2).is_some_and(|hex| u8::from_str_radix(hex, 16).is_ok())
        }),
        _ => false,
    };
    encoding.iter().enumerate().take_while(|(at, word)| is_prefix(*at, word)).count()
}

/// Groups `xy`, `xyz`, `yz`.
fn lengths(row: &RawRow) -> Vec<RawRow> {
    let Some(group) = ["xyz", "xy", "yz"].into_iter().find(|group| has_field(row, group)) else {
        return std::vec![row.clone()];
    };
    group.chars().map(|letter| of_length(row, group, letter)).collect()
}

fn of_length(row: &RawRow, group: &str, letter: char) -> RawRow {
    let bits = match letter {
        'x' => "128",
        'y' => "256",
        _ => "512",
    };
    let mut row = row.clone();
    let memory = format!("m{group}");
    for operand in &mut row.operands {
        let mut grouped = false;
        for kind in &mut operand.kinds {
            if kind.text == group {
                kind.text = format!("{letter}mm");
                grouped = true;
            } else if kind.text == memory || grouped && kind.text == "m" {
                kind.text = format!("m{bits}");
            }
        }
        if letter != 'z' {
            operand.decorations.retain(|word| word.text != "er" && word.text != "sae");
        }
    }
    if let Some(word) = row.encoding.first_mut() {
        word.text = word.text.split('.').map(|part| if part == group { bits } else { part }).collect::<Vec<_>>().join(".");
    }
    for word in &mut row.features {
        if word.text == "vl" && letter != 'z' {
            word.text = "avx512vl".to_string();
        }
    }
    row.features.retain(|word| word.text != "vl");
    row
}

/// `CC` in the mnemonic with `+cc`, and `SCC` with `.SCC`.
fn conditions(row: &RawRow, out: &mut Vec<RawRow>) -> Result<(), Fault> {
    let Some(name) = row.names.first() else { return Ok(()) };
    let (mark, conditions) = if name.text.contains("SCC") {
        ("SCC", &SOURCE_CONDITIONS)
    } else if name.text.contains("CC") {
        ("CC", &CONDITIONS)
    } else {
        out.push(row.clone());
        return Ok(());
    };
    let mut found = false;
    for (number, synonyms) in (0u8..).zip(conditions) {
        let mut row = row.clone();
        row.names = synonyms.split('|').map(|condition| name.with(name.text.replacen(mark, condition, 1))).collect();
        for word in &mut row.encoding {
            if mark == "SCC" && is_vector(word) {
                found |= word.text.ends_with(".SCC");
                word.text = word.text.replace(".SCC", &format!(".SCC{number:X}"));
            } else if let Some(base) = word.text.strip_suffix("+cc").and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                word.text = format!("{:02X}", base.wrapping_add(number));
                found = true;
            }
        }
        out.push(row);
    }
    if found {
        return Ok(());
    }
    let needs = if mark == "SCC" { "`SCC` in the mnemonic needs `.SCC`" } else { "`CC` in the mnemonic needs `+cc`" };
    Err((row.encoding_place, needs.to_string()))
}
