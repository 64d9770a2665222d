//! A reader of Intel syntax for tests: what the front end does with tokens, on plain text.

use bareasm_isa::choice::{Choice, Mismatch};
use bareasm_isa::x86::{
    register, Class, Decorations, Displacement, Features, Immediate, Memory, Mode, Number, Operand, Prefix, Register, Rounding,
    Table,
};

/// A line, read.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    pub mnemonic: String,
    pub prefixes: Vec<Prefix>,
    pub operands: Vec<Operand>,
    pub decorations: Decorations,
}

impl Parsed {
    /// Chooses a form with all features.
    pub fn choose(&self, table: &Table<'_>, mode: Mode) -> Result<Choice, Mismatch> {
        table.choose(&self.mnemonic, &self.prefixes, &self.operands, self.decorations, mode, &Features::ALL)
    }
}

/// Reads a line of lower or upper case; `None` if it is not understood.
pub fn parse(text: &str) -> Option<Parsed> {
    let mut out = Parsed::default();
    let mut rest = text.trim();
    loop {
        let (word, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        match Prefix::from_text(&word.to_lowercase()) {
            Some(prefix) => out.prefixes.push(prefix),
            None => {
                out.mnemonic = word.to_lowercase();
                rest = tail.trim();
                break;
            }
        }
        rest = tail.trim();
    }
    if let Some(flags) = rest.strip_prefix("{dfv=") {
        let (flags, tail) = flags.split_once('}')?;
        let bit = |name: &str| match name {
            "of" => 8,
            "sf" => 4,
            "zf" => 2,
            "cf" => 1,
            _ => 0,
        };
        out.operands.push(Operand::Dfv(flags.split(',').map(bit).sum()));
        rest = tail.trim();
    }
    for part in split(rest, ',') {
        operand(part.trim(), &mut out)?;
    }
    Some(out)
}

/// Splits at a character that is in no bracket.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut depth, mut start, mut out) = (0, 0, Vec::new());
    for (n, c) in text.char_indices() {
        match c {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => depth -= 1,
            _ if c == at && depth == 0 => {
                out.push(&text[start..n]);
                start = n + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        out.push(&text[start..]);
    }
    out
}

fn size(word: &str) -> Option<u16> {
    Some(match word {
        "byte" => 8,
        "word" => 16,
        "dword" => 32,
        "fword" | "pword" => 48,
        "qword" => 64,
        "tbyte" | "tword" => 80,
        "xmmword" | "oword" => 128,
        "ymmword" | "yword" => 256,
        "zmmword" | "zword" => 512,
        _ => return None,
    })
}

pub fn number(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest.trim()),
        None => (1, text),
    };
    let value = match digits.strip_prefix("0x") {
        Some(hex) => i128::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some(sign * value)
}

fn operand(text: &str, out: &mut Parsed) -> Option<()> {
    let lower = text.to_lowercase();
    let mut text = lower.as_str();
    let rounding = match text {
        "{rn-sae}" => Some(Rounding::Nearest),
        "{rd-sae}" => Some(Rounding::Down),
        "{ru-sae}" => Some(Rounding::Up),
        "{rz-sae}" => Some(Rounding::Zero),
        "{sae}" => Some(Rounding::Suppress),
        _ => None,
    };
    if rounding.is_some() {
        out.decorations.rounding = rounding;
        return Some(());
    }
    let at = out.operands.len() as u8;
    let mut broadcast = None;
    while let Some((front, decoration)) = text.strip_suffix('}').and_then(|inner| inner.rsplit_once('{')) {
        text = front.trim();
        if decoration == "z" {
            out.decorations.zeroing = true;
        } else if let Some(count) = decoration.strip_prefix("1to") {
            broadcast = Some(count.parse().ok()?);
        } else {
            out.decorations.mask = Some((Number::Known(register(decoration)?.1), at));
        }
    }
    let mut hint = None;
    if let Some((word, rest)) = text.split_once(' ') {
        if let Some(bits) = size(word) {
            hint = Some(bits);
            text = rest.trim();
            text = text.strip_prefix("ptr ").unwrap_or(text).trim();
        }
    }
    if text.ends_with(']') {
        let mut memory = address(text)?;
        (memory.size, memory.broadcast) = (hint, broadcast);
        out.operands.push(Operand::Memory(memory));
    } else if let Some((class, n)) = register(text) {
        out.operands.push(Operand::register(class, n));
    } else if let Some(value) = number(text) {
        out.operands.push(Operand::Immediate { value: Immediate::Known(value), size: hint });
    } else if let Some((selector, offset)) = text.split_once(':') {
        let selector = number(selector)? as u16;
        out.operands.push(Operand::Far { selector, offset: Immediate::Known(number(offset)?) });
    } else if text == "foo" {
        out.operands.push(Operand::Target { target: 0, size: hint });
    } else {
        return None;
    }
    Some(())
}

fn address(text: &str) -> Option<Memory> {
    let (segment, inner) = text.strip_suffix(']')?.split_once('[')?;
    let mut memory = Memory::EMPTY;
    if let Some(name) = segment.trim().strip_suffix(':') {
        memory.segment = Some(register(name.trim())?.1);
    }
    let inner = inner.trim();
    let inner = match inner.strip_prefix("nosplit ") {
        Some(rest) => {
            memory.nosplit = true;
            rest
        }
        None => inner,
    };
    let marked = inner.replace('-', "+-");
    let mut displacement: Option<i128> = None;
    for term in marked.split('+').map(str::trim).filter(|term| !term.is_empty()) {
        let term = term.replace(' ', "");
        if let Some(value) = number(&term) {
            displacement = Some(displacement.unwrap_or(0) + value);
        } else if let Some((a, b)) = term.split_once('*') {
            let (name, scale) = if register(a).is_some() { (a, b) } else { (b, a) };
            let (class, n) = register(name)?;
            let index = Register::known(class, n);
            if class.is_vector() || memory.index.is_none() {
                memory.index = Some((index, scale.parse().ok()?));
            }
        } else {
            let (class, n) = register(&term)?;
            let register = Register::known(class, n);
            if memory.base.is_none() && !class.is_vector() {
                memory.base = Some(register);
            } else {
                memory.index = Some((register, 1));
            }
        }
    }
    if let Some(value) = displacement {
        memory.displacement = Displacement::Known(value as i64);
    }
    let _ = Class::R64;
    Some(memory)
}
