//! What all x86 rows together must satisfy: no two rows of one mode decode from the same bytes unless one is `alias` or
//! `alt`, and every alias has a target.

use super::{Fault, Row, Rows};
use crate::x86::form::{Attributes, Code, ModRm, Plus, Second, Space, Wide};
use crate::x86::header::{specificity, Header, Outline};
use crate::x86::operand::Mode;
use std::collections::{BTreeMap, BTreeSet};
use std::format;
use std::string::String;
use std::vec::Vec;

/// Checks all rows together.
pub fn check(rows: &Rows, faults: &mut Vec<Fault>) {
    let names: BTreeSet<&str> = rows.rows.iter().flat_map(|row| row.names.iter().map(String::as_str)).collect();
    for alias in &rows.aliases {
        let known = names.contains(alias.target.as_str())
            || rows.aliases.iter().any(|other| other.name == alias.target && other.place != alias.place);
        if !known {
            faults.push((alias.place, format!("alias of `{}`, which does not exist", alias.target)));
        }
    }
    let mut buckets: BTreeMap<(u8, u8, u8, u8), Vec<&Row>> = BTreeMap::new();
    for row in &rows.rows {
        let code = &row.code;
        let space = if code.space == Space::Rex2 { Space::Legacy } else { code.space };
        // `+r` rows share a bucket with their like only: an exact opcode is more specific.
        let kind = if code.plus == Plus::None { 0 } else { 1 };
        buckets.entry((space as u8, code.map, code.opcode, kind)).or_default().push(row);
    }
    for bucket in buckets.values() {
        for (at, later) in bucket.iter().enumerate() {
            if let Some(earlier) = bucket.iter().take(at).find(|earlier| collide(earlier, later)) {
                let other = earlier.place.line;
                let name = earlier.names.first().map_or("", String::as_str);
                faults.push((later.place, format!("decodes from the same bytes as `{name}` in line {other}")));
            }
        }
    }
}

fn outline(row: &Row) -> Outline {
    row.operands.iter().fold(Outline::default(), |outline, (shape, role)| outline.with(shape, *role))
}

/// Whether the decoder could not tell two rows apart: both match some bytes, and neither is more specific.
fn collide(a: &Row, b: &Row) -> bool {
    let spare = Attributes::ALIAS.0 | Attributes::ALT.0;
    let same_suffix = match (a.code.second, b.code.second) {
        (Second::Suffix(a), Second::Suffix(b)) => a == b,
        _ => true,
    };
    let possible = (a.attributes.0 | b.attributes.0) & spare == 0
        && same_suffix
        && specificity(&a.code) == specificity(&b.code)
        && (matches!(a.code.space, Space::Legacy | Space::Rex2) || a.code.prefix.bits() == b.code.prefix.bits());
    possible && [Mode::Long, Mode::Protected].into_iter().any(|mode| overlap(a, b, mode))
}

/// Whether two rows differ in something that both name, so that nothing needs to be tried.
fn apart(a: &Code, b: &Code) -> bool {
    let wide = matches!((a.wide, b.wide), (Wide::W0, Wide::W1) | (Wide::W1, Wide::W0));
    let digit = matches!((a.modrm, b.modrm), (ModRm::Digit(a), ModRm::Digit(b)) if a != b);
    let scc = matches!((a.scc, b.scc), (Some(a), Some(b)) if a != b);
    wide && !matches!(a.space, Space::Legacy | Space::Rex2) || digit || scc || a.nd != b.nd && a.map == 4
}

fn overlap(a: &Row, b: &Row, mode: Mode) -> bool {
    let (outline_a, outline_b) = (outline(a), outline(b));
    let rounds = outline_a.rounding || outline_b.rounding;
    if let (Some(a), Some(b), false) = (a.code.length.bits(), b.code.length.bits(), rounds) {
        if a != b {
            return false;
        }
    }
    if apart(&a.code, &b.code) {
        return false;
    }
    let both = |header: &Header| {
        header.selects(&a.code, a.attributes, &outline_a, mode) && header.selects(&b.code, b.attributes, &outline_b, mode)
    };
    let legacy = matches!(a.code.space, Space::Legacy | Space::Rex2);
    let flag = [false, true];
    let base = Header {
        space: if legacy { 0 } else { a.code.space as u8 },
        map: a.code.map,
        opcode: a.code.opcode,
        pp: a.code.prefix.bits(),
        ..Header::default()
    };
    let bytes = modrm_candidates(&a.code, &b.code);
    let any_modrm = |header: Header| bytes.iter().any(|modrm| both(&Header { modrm: *modrm, ..header }));
    let registers: &[u8] = if a.code.plus == Plus::None { &[0] } else { &[0, 1] };
    for w in flag {
        if legacy {
            for bits in (0..32u8).filter(|bits| bits & 6 != 6) {
                for low in registers {
                    let header = Header {
                        w,
                        p66: bits & 1 != 0,
                        pf2: bits & 2 != 0,
                        pf3: bits & 4 != 0,
                        p67: bits & 8 != 0,
                        rex2: bits & 16 != 0,
                        opcode: base.opcode | low,
                        ..base
                    };
                    if any_modrm(header) {
                        return true;
                    }
                }
            }
        } else {
            let sized = a.code.address_size | b.code.address_size != 0;
            for (l, v, broadcast) in product(a.code.space) {
                for mask in if a.code.space == Space::Evex { 0..16u8 } else { 0..1 } {
                    for p67 in flag.into_iter().filter(|p67| sized || !p67) {
                        if any_modrm(Header { w, l, v, broadcast, p67, mask: mask & 7, scc: mask, ..base }) {
                            return true;
                        }
                    }
                }
            }
        }
    }
    false
}

/// Every length, used and unused vvvv, b.
fn product(space: Space) -> impl Iterator<Item = (u8, u8, bool)> {
    let evex = space == Space::Evex;
    (0..16u8).map(|n| (n & 3, n >> 2 & 1, n & 8 != 0)).filter(move |(l, _, broadcast)| evex || *l < 2 && !broadcast)
}

/// ModRM bytes that tell any two rows apart.
fn modrm_candidates(a: &Code, b: &Code) -> Vec<Option<u8>> {
    let mut out = std::vec![None];
    for mode in [0x00u8, 0xc0] {
        for digit in 0..8u8 {
            for low in [0, 4] {
                out.push(Some(mode | digit << 3 | low));
            }
        }
    }
    for code in [a, b] {
        if let Second::Fixed(byte) = code.second {
            out.push(Some(byte));
        }
        if let ModRm::Low(low) = code.modrm {
            out.extend((0..8u8).map(|digit| Some(0xc0 | digit << 3 | low)));
        }
    }
    out
}
