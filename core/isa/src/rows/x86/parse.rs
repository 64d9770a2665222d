//! A plain row's words into shapes, encoding, roles and attributes.

use super::super::source::Place;
use super::group::{is_vector, opcode_start};
use super::{Fault, RawOperand, RawRow, Row, Word};
use crate::x86::form::{
    Attributes, Code, Immediate as ImmediateWord, Length, Mandatory, ModRm, Plus, Role, Second, Space, Wide, MAP_3DNOW,
    MAX_OPERANDS,
};
use crate::x86::register::{register, Class};
use crate::x86::shape::{Immediate, Masking, Memory, RoundingKind, Shape};
use std::format;
use std::string::ToString;
use std::vec::Vec;

fn fault<T>(word: &Word, message: impl ToString) -> Result<T, Fault> {
    Err((word.place, message.to_string()))
}

/// Parses a plain row. `place` is where its source line begins.
pub fn row(raw: &RawRow, place: Place) -> Result<Row, Fault> {
    if raw.operands.len() > MAX_OPERANDS {
        return Err((place, format!("a form has at most {MAX_OPERANDS} operands")));
    }
    let shapes = raw.operands.iter().map(shape).collect::<Result<Vec<_>, _>>()?;
    let mut code = encoding(&raw.encoding, raw.encoding_place)?;
    code.nf_free = raw.nf_free;
    let (letters, attributes, disp8) = attributes(&raw.attributes)?;
    let operands = roles(&shapes, letters.as_ref(), raw)?;
    Ok(Row {
        names: raw.names.iter().map(|name| name.text.clone()).collect(),
        operands,
        code,
        attributes,
        features: raw.features.clone(),
        disp8,
        section: raw.section.clone(),
        place,
    })
}

/// Widths that a plain memory operand may have.
const WIDTHS: [u16; 11] = [8, 16, 32, 48, 64, 80, 128, 256, 384, 512, 1024];

fn shape(operand: &RawOperand) -> Result<Shape, Fault> {
    let mut shape = Shape { optional: operand.optional, ..Shape::EMPTY };
    for word in &operand.kinds {
        kind(word, &mut shape)?;
    }
    for word in &operand.decorations {
        match word.text.as_str() {
            "k" => shape.masking = Masking::Merge,
            "kz" => shape.masking = Masking::Zero,
            "er" => shape.rounding = RoundingKind::Embedded,
            _ => shape.rounding = RoundingKind::Suppress,
        }
    }
    Ok(shape)
}

fn class(text: &str) -> Option<Class> {
    Class::ALL.into_iter().find(|class| class.word() == text && !matches!(class, Class::High | Class::Ip))
}

/// Adds one alternative to a shape.
fn kind(word: &Word, shape: &mut Shape) -> Result<(), Fault> {
    let text = word.text.as_str();
    if let Some(bits) = text.strip_prefix("rm").and_then(width) {
        kind(&word.with(format!("r{bits}")), shape)?;
        return kind(&word.with(format!("m{bits}")), shape);
    }
    if let Some((class_text, fixed)) = text.split_once('!') {
        let excluded = register(fixed);
        let Some(class) = class(class_text).filter(|class| excluded.is_some_and(|(of, _)| of == *class)) else {
            return fault(word, format!("`{fixed}` is no register of `{class_text}`"));
        };
        shape.excluded = excluded.map(|(_, n)| n);
        return add_register(word, shape, class);
    }
    if let Some(class) = class(text) {
        return add_register(word, shape, class);
    }
    let block = match text {
        "k+1" => Some((Class::K, 2)),
        "xmm+3" => Some((Class::Xmm, 4)),
        "zmm+3" => Some((Class::Zmm, 4)),
        _ => None,
    };
    if let Some((class, count)) = block {
        shape.block = count;
        return add_register(word, shape, class);
    }
    if let Some((class, n)) = register(text) {
        shape.fixed = Some(n);
        return add_register(word, shape, class);
    }
    if let Ok(n) = text.parse::<u8>() {
        if n < 32 {
            shape.fixed = Some(n);
            return add_immediate(word, shape, Immediate::Literal);
        }
    }
    if let Some(bits) = text.strip_prefix('b').and_then(width).filter(|bits| [16, 32, 64].contains(bits)) {
        if shape.broadcast != 0 {
            return fault(word, "an operand has one broadcast");
        }
        shape.broadcast = bits;
        return Ok(());
    }
    if let Some(immediate) = Immediate::ALL.into_iter().find(|immediate| !text.is_empty() && immediate.word() == text) {
        return add_immediate(word, shape, immediate);
    }
    let Some((memory, bits)) = memory(text) else {
        return fault(word, format!("unknown operand kind `{text}`"));
    };
    if shape.memory != Memory::No {
        return fault(word, "an operand has one kind of memory");
    }
    (shape.memory, shape.width) = (memory, bits);
    Ok(())
}

fn add_register(word: &Word, shape: &mut Shape, class: Class) -> Result<(), Fault> {
    if shape.register.replace(class).is_some() {
        return fault(word, "an operand has one kind of register");
    }
    Ok(())
}

fn add_immediate(word: &Word, shape: &mut Shape, immediate: Immediate) -> Result<(), Fault> {
    if core::mem::replace(&mut shape.immediate, immediate) != Immediate::No {
        return fault(word, "an operand has one kind of immediate");
    }
    Ok(())
}

fn width(text: &str) -> Option<u16> {
    text.parse().ok().filter(|bits| WIDTHS.contains(bits))
}

fn memory(text: &str) -> Option<(Memory, u16)> {
    for (prefix, kind) in [("src", Memory::Source), ("dst", Memory::Destination), ("moffs", Memory::Offset)] {
        if let Some(rest) = text.strip_prefix(prefix) {
            return Some((kind, width(rest).filter(|bits| *bits <= 64)?));
        }
    }
    for (prefix, wide) in [("vm32", false), ("vm64", true)] {
        if let Some(letter) = text.strip_prefix(prefix) {
            let class = match letter {
                "x" => Class::Xmm,
                "y" => Class::Ymm,
                "z" => Class::Zmm,
                _ => return None,
            };
            return Some((if wide { Memory::Vector64(class) } else { Memory::Vector32(class) }, 0));
        }
    }
    match text {
        "m" => return Some((Memory::Any, 0)),
        "sibmem" => return Some((Memory::Sib, 0)),
        "mib" => return Some((Memory::Mib, 0)),
        _ => {}
    }
    let rest = text.strip_prefix('m')?;
    if let Some(offset) = rest.strip_prefix("16:") {
        return Some((Memory::Far, 16 + width(offset).filter(|bits| [16, 32, 64].contains(bits))?));
    }
    if let Some((a, b)) = rest.split_once('&') {
        return Some((Memory::Pair, 2 * width(a).filter(|bits| a == b && [16, 32].contains(bits))?));
    }
    for (suffix, kind) in
        [("fp", Memory::Float), ("int", Memory::Integer), ("bcd", Memory::Decimal), ("byte", Memory::Bytes), ("", Memory::Sized)]
    {
        if let Some(bits) = rest.strip_suffix(suffix).and_then(width) {
            return Some((kind, bits));
        }
    }
    None
}

const EMPTY: Code = Code {
    space: Space::Legacy,
    map: 0,
    prefix: Mandatory::Free,
    length: Length::Lig,
    wide: Wide::Ignored,
    operand_size: 0,
    address_size: 0,
    wait: false,
    opcode: 0,
    plus: Plus::None,
    modrm: ModRm::None,
    second: Second::None,
    immediates: [ImmediateWord::None; 2],
    is4: false,
    nd: false,
    zu: false,
    nf: false,
    nf_free: false,
    scc: None,
};

fn encoding(words: &[Word], place: Place) -> Result<Code, Fault> {
    let mut code = EMPTY;
    if words.is_empty() {
        return Err((place, "the encoding is missing".to_string()));
    }
    let rest = match words {
        [first, rest @ ..] if is_vector(first) => {
            vector_prefix(first, &mut code)?;
            rest
        }
        [size, second, rest @ ..] if is_vector(second) && address_size(size).is_some() => {
            code.address_size = address_size(size).unwrap_or(0);
            vector_prefix(second, &mut code)?;
            rest
        }
        _ => legacy_prefix(words, &mut code)?,
    };
    let rest = opcode(rest, place, &mut code)?;
    tail(rest, &mut code)?;
    if code.map == MAP_3DNOW && !matches!(code.second, Second::Suffix(_)) {
        return Err((place, "0F 0F needs a last opcode byte".to_string()));
    }
    Ok(code)
}

/// `a32`: the size of an address in bits.
fn address_size(word: &Word) -> Option<u8> {
    match word.text.as_str() {
        "a16" => Some(16),
        "a32" => Some(32),
        "a64" => Some(64),
        _ => None,
    }
}

fn vector_prefix(word: &Word, code: &mut Code) -> Result<(), Fault> {
    let mut fields = word.text.split('.');
    let space = fields.next().unwrap_or("");
    code.space = match space {
        "VEX" => Space::Vex,
        "XOP" => Space::Xop,
        _ => Space::Evex,
    };
    let (Some(l), Some(pp), Some(map), Some(w)) = (fields.next(), fields.next(), fields.next(), fields.next()) else {
        return fault(word, format!("{space} needs .L.pp.map.W"));
    };
    code.length = match Length::from_text(l) {
        Some(length) => length,
        None => return fault(word, format!("unknown length `{l}`")),
    };
    code.prefix = match pp {
        "NP" => Mandatory::None,
        "66" => Mandatory::P66,
        "F2" => Mandatory::PF2,
        "F3" => Mandatory::PF3,
        _ => return fault(word, format!("unknown prefix `{pp}`")),
    };
    const MAPS: [&str; 10] = ["0F", "0F38", "0F3A", "MAP4", "MAP5", "MAP6", "MAP7", "MAP8", "MAP9", "MAPA"];
    code.map = match MAPS.iter().position(|known| *known == map) {
        Some(n) => n as u8 + 1,
        None => return fault(word, format!("unknown map `{map}`")),
    };
    code.wide = match w {
        "W0" => Wide::W0,
        "W1" => Wide::W1,
        "WIG" => Wide::Ignored,
        _ => return fault(word, format!("unknown W `{w}`")),
    };
    for field in fields {
        match field {
            "ND" => code.nd = true,
            "ZU" => code.zu = true,
            "NF" => code.nf = true,
            _ => match field.strip_prefix("SCC").filter(|hex| hex.len() == 1).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(scc) => code.scc = Some(scc),
                None => return fault(word, format!("unknown field `.{field}`")),
            },
        }
    }
    Ok(())
}

fn legacy_prefix<'w>(words: &'w [Word], code: &mut Code) -> Result<&'w [Word], Fault> {
    let (prefixes, mut rest) = words.split_at(opcode_start(words));
    for word in prefixes {
        let mandatory = match word.text.as_str() {
            "o16" => {
                code.operand_size = 16;
                continue;
            }
            "o32" => {
                code.operand_size = 32;
                continue;
            }
            "o64" => {
                code.operand_size = 64;
                continue;
            }
            "a16" | "a32" | "a64" => {
                code.address_size = address_size(word).unwrap_or(0);
                continue;
            }
            "9B" => {
                code.wait = true;
                continue;
            }
            "NP" => Mandatory::None,
            "66" => Mandatory::P66,
            "F2" => Mandatory::PF2,
            _ => Mandatory::PF3,
        };
        if code.prefix != Mandatory::Free {
            return fault(word, "a second mandatory prefix (operand size is `o16`)");
        }
        code.prefix = mandatory;
    }
    if let [first, after @ ..] = rest {
        match first.text.as_str() {
            "REX.W" => (code.wide, rest) = (Wide::W1, after),
            "REX2" => (code.space, rest) = (Space::Rex2, after),
            "REX2.W" => (code.space, code.wide, rest) = (Space::Rex2, Wide::W1, after),
            _ => {}
        }
    }
    Ok(rest)
}

fn opcode<'w>(words: &'w [Word], place: Place, code: &mut Code) -> Result<&'w [Word], Fault> {
    let mut bytes = Vec::new();
    let mut used = 0;
    for word in words {
        let (hex, plus) = match word.text.split_once('+') {
            None => (word.text.as_str(), Plus::None),
            Some((hex, "r")) => (hex, Plus::R),
            Some((hex, "i")) => (hex, Plus::I),
            Some(_) => break,
        };
        let Some(byte) = byte(hex) else { break };
        bytes.push(byte);
        used += 1;
        if plus != Plus::None {
            code.plus = plus;
            break;
        }
    }
    let mut bytes = bytes.as_slice();
    if matches!(code.space, Space::Legacy | Space::Rex2) {
        (code.map, bytes) = match bytes {
            [0x0f, 0x0f] => (MAP_3DNOW, &bytes[1..]),
            [0x0f, 0x38, _, ..] => (2, &bytes[2..]),
            [0x0f, 0x3a, _, ..] => (3, &bytes[2..]),
            [0x0f, _, ..] => (1, &bytes[1..]),
            _ => (0, bytes),
        };
    }
    match bytes {
        [only] => code.opcode = *only,
        [first, second] => (code.opcode, code.second) = (*first, Second::Fixed(*second)),
        [] => return Err((place, "the opcode byte is missing".to_string())),
        _ => return Err((place, "too many opcode bytes".to_string())),
    }
    Ok(words.get(used..).unwrap_or(&[]))
}

fn byte(hex: &str) -> Option<u8> {
    let upper = hex.len() == 2 && hex.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    u8::from_str_radix(hex, 16).ok().filter(|_| upper)
}

fn tail(words: &[Word], code: &mut Code) -> Result<(), Fault> {
    let mut immediates = 0;
    for word in words {
        let text = word.text.as_str();
        let digit = text.strip_prefix('/').and_then(|digit| digit.parse::<u8>().ok()).filter(|digit| *digit < 8);
        let low = text.strip_prefix("11:rrr:").filter(|bits| bits.len() == 3).and_then(|bits| u8::from_str_radix(bits, 2).ok());
        let modrm = match (text, digit, low) {
            ("/r", ..) => ModRm::Register,
            (_, Some(digit), _) => ModRm::Digit(digit),
            (_, _, Some(low)) => ModRm::Low(low),
            ("/is4", ..) => {
                code.is4 = true;
                continue;
            }
            _ => {
                if let Some(immediate) = ImmediateWord::ALL.into_iter().find(|known| !text.is_empty() && known.text() == text) {
                    match code.immediates.get_mut(immediates) {
                        Some(slot) => *slot = immediate,
                        None => return fault(word, "a form has at most two immediates"),
                    }
                    immediates += 1;
                } else if let (Some(suffix), true) = (byte(text), code.modrm != ModRm::None) {
                    code.second = Second::Suffix(suffix);
                } else {
                    return fault(word, format!("unknown word `{text}` in an encoding"));
                }
                continue;
            }
        };
        if code.modrm != ModRm::None || code.second != Second::None {
            return fault(word, "a second ModRM byte");
        }
        code.modrm = modrm;
    }
    Ok(())
}

fn attributes(words: &[Word]) -> Result<(Option<Word>, Attributes, u8), Fault> {
    let mut out = Attributes::default();
    let mut disp8 = 0;
    let (letters, rest) = match words {
        [first, rest @ ..] if first.text.bytes().all(|b| b"RMVOIDB".contains(&b)) => (Some(first.clone()), rest),
        _ => (None, words),
    };
    for word in rest {
        if let Some(unit) = word.text.strip_prefix("disp8*") {
            disp8 = match unit.parse::<u8>() {
                Ok(unit) if unit.is_power_of_two() && unit <= 64 => unit,
                _ => return fault(word, "the unit of a displacement is a power of two up to 64"),
            };
        } else if let Some((bit, _)) = Attributes::ALL.iter().find(|(_, text)| *text == word.text) {
            out = out.with(*bit);
        } else {
            return fault(word, format!("unknown attribute `{}`", word.text));
        }
    }
    Ok((letters, out, disp8))
}

/// Gives each operand that is not fixed its letter, in order.
fn roles(shapes: &[Shape], letters: Option<&Word>, raw: &RawRow) -> Result<Vec<(Shape, Role)>, Fault> {
    let mut rest = letters.map_or("", |word| word.text.as_str()).chars();
    let mut seen_reg = false;
    let mut out = Vec::new();
    for (shape, operand) in shapes.iter().zip(&raw.operands) {
        if shape.is_fixed() {
            out.push((*shape, Role::Fixed));
            continue;
        }
        let role = match rest.next() {
            Some('R') if core::mem::replace(&mut seen_reg, true) => Role::Is4,
            Some('R') => Role::Reg,
            Some('M') => Role::Rm,
            Some('V') => Role::Vvvv,
            Some('O') => Role::Opcode,
            Some('I') => Role::Immediate,
            Some('D') => Role::Displacement,
            Some(_) => Role::Both,
            None => {
                let place = operand.kinds.first().map_or(raw.encoding_place, |word| word.place);
                return Err((place, "the operand has no role".to_string()));
            }
        };
        out.push((*shape, role));
    }
    match (letters, rest.count()) {
        (Some(word), extra) if extra > 0 => fault(word, format!("{extra} roles without operand")),
        _ => Ok(out),
    }
}
