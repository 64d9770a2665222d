//! What to say when no form takes an instruction, and the forms of a mnemonic for such messages.

use super::choose::Rejected;
use super::encode::operand_size;
use super::encoded::Refusal;
use super::operand::{Displacement, Immediate, Mode, Number, Operand, Register, Request};
use super::parts::bind;
use super::place::immediate_field;
use super::register::{Class, Named};
use super::shape::{Immediate as ImmediateKind, Shape};
use super::table::Table;
use super::text::Description;
use crate::choice::{Mismatch, Problem};
use crate::field::{Field, Kind, Reason};
use crate::rule::Rule;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The most useful of the reasons why the forms of a mnemonic were refused.
pub(super) fn mismatch(table: &Table<'_>, request: &Request<'_>, rejected: &[Rejected]) -> Mismatch {
    if let Some(found) = rejected.iter().find(|rejected| rejected.feature) {
        let needs: Vec<&str> = table.features_of(found.form).collect();
        return Mismatch { token: 0, problem: Problem::MissingFeature(needs.join(" ")) };
    }
    let best = rejected
        .iter()
        .filter(|rejected| !matches!(rejected.refusal, Refusal::Kind(_) | Refusal::Mode))
        .max_by_key(|rejected| rank(&rejected.refusal));
    if let Some(best) = best {
        return refused(request, &best.refusal);
    }
    if !rejected.is_empty() && rejected.iter().all(|rejected| rejected.refusal == Refusal::Mode) {
        let mode = if request.mode == Mode::Long { "64-bit" } else { "32-bit" };
        return Mismatch { token: 0, problem: Problem::Other(format!("this instruction does not exist in {mode} mode")) };
    }
    kinds(table, request, rejected)
}

/// Which refusal says most. Of values out of range, the one with the widest field.
fn rank(refusal: &Refusal) -> (u8, u8) {
    match refusal {
        Refusal::HighByte(_) | Refusal::Distinct(_) => (9, 0),
        Refusal::StackIndex(_) | Refusal::Scale(_) | Refusal::AddressSize(_) | Refusal::Address16(_) => (8, 0),
        Refusal::LabelWithRegister(_) | Refusal::InstructionPointer(_) => (8, 0),
        Refusal::Value(_, _, field) => (7, field.width),
        Refusal::Prefix(_) => (6, 0),
        Refusal::Mask | Refusal::Rounding => (5, 0),
        Refusal::Extended(_) => (4, 0),
        Refusal::Register(..) => (3, 0),
        Refusal::TooLong | Refusal::Kind(_) | Refusal::Mode => (0, 0),
    }
}

fn refused(request: &Request<'_>, refusal: &Refusal) -> Mismatch {
    let conflict = |at: u8, text: &str| (at, Problem::Conflict(text.to_owned()));
    let (at, problem) = match refusal {
        Refusal::HighByte(at) => {
            conflict(*at, "ah to bh cannot be used with r8 to r15, spl to dil, or a form that needs REX, VEX or EVEX")
        }
        Refusal::Extended(at) => conflict(*at, "r16 to r31 cannot be used in this instruction"),
        Refusal::StackIndex(at) => (*at, Problem::Register("esp and rsp cannot be an index".to_owned())),
        Refusal::Scale(at) => conflict(*at, "the scale of an index is 1, 2, 4 or 8; 3, 5 and 9 only without another base"),
        Refusal::AddressSize(at) => {
            conflict(*at, "the registers of an address have all 64 or all 32 bits in 64-bit mode, 32 bits in 32-bit mode")
        }
        Refusal::Address16(at) => conflict(*at, "16-bit addressing is not supported"),
        Refusal::LabelWithRegister(at) => {
            conflict(*at, "in 64-bit mode a label is addressed relative to rip, without other registers")
        }
        Refusal::InstructionPointer(at) => conflict(*at, "rip is a base in 64-bit mode only, without index"),
        Refusal::Distinct(at) => conflict(*at, "the registers of this instruction must differ from each other"),
        Refusal::Value(at, reason, field) => (*at, value(request, *at, *reason, field)),
        Refusal::Register(at, _) => (*at, Problem::Register(register(request, *at))),
        Refusal::Prefix(prefix) => (0, Problem::Other(format!("`{}` is not allowed with this instruction", prefix.text()))),
        Refusal::Mask => {
            let at = request.decorations.mask.map_or(0, |(_, at)| at);
            conflict(at, "no form takes this write mask: {k1} to {k7} and {z} stand where the form has them, gathers need one")
        }
        Refusal::Rounding => conflict(0, "rounding and {sae} need a form that has them, with register operands"),
        Refusal::TooLong => conflict(0, "the instruction would be longer than 15 bytes"),
        Refusal::Kind(at) => (*at, Problem::UnexpectedOperand(Vec::new())),
        Refusal::Mode => (0, Problem::Other("this instruction does not exist in this mode".to_owned())),
    };
    Mismatch { token: at.into(), problem }
}

/// The registers of an operand.
fn registers(operand: &Operand) -> impl Iterator<Item = Register> {
    let list = match operand {
        Operand::Register(register) => [Some(*register), None],
        Operand::Memory(memory) => [memory.base, memory.index.map(|(register, _)| register)],
        _ => [None, None],
    };
    list.into_iter().flatten()
}

fn register(request: &Request<'_>, at: u8) -> String {
    let Some(operand) = request.operands.get(usize::from(at)) else { return "this register cannot be used here".to_owned() };
    let named = |register: Register| match register.number {
        Number::Known(n) => Some((register.class, n)),
        Number::Value(_) => None,
    };
    for (class, n) in registers(operand).filter_map(named) {
        let name = Named(class, n);
        if request.mode == Mode::Protected && (n > 7 || class == Class::R8 && n > 3) {
            return format!("{name} exists in 64-bit mode only");
        }
        if class.is_vector() && n > 15 {
            return format!("{name} needs a form with EVEX");
        }
        if class.gpr_bits().is_some() && n > 15 {
            return format!("{name} needs a form with REX2 or EVEX");
        }
    }
    "this register cannot be used here".to_owned()
}

fn value(request: &Request<'_>, at: u8, reason: Reason, field: &Field) -> Problem {
    let known = match request.operands.get(usize::from(at)) {
        Some(Operand::Immediate { value: Immediate::Known(value), .. }) => value.to_string(),
        Some(Operand::Memory(memory)) => match memory.displacement {
            Displacement::Known(value) => value.to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let _ = reason;
    Problem::ImmediateRange { value: known, takes: range(field) }
}

/// What a field takes, in words.
fn range(field: &Field) -> String {
    let size = match field.rule {
        Rule::Extended16 => Some(16),
        Rule::Extended32 => Some(32),
        _ => None,
    };
    match (field.range(), size) {
        // The upper end of the operand size counts too: 0xffffff80 is -128 of 32 bits.
        (Some(range), Some(size)) => {
            let top = 1i128 << size;
            if range.max.saturating_mul(2) >= top.saturating_sub(2) {
                return format!("{} to {}", range.min, top.saturating_sub(1));
            }
            format!("{} to {}, or {} to {}", range.min, range.max, top.saturating_add(range.min), top.saturating_sub(1))
        }
        (Some(range), None) if range.step > 1 => format!("a multiple of {} from {} to {}", range.step, range.min, range.max),
        (Some(range), None) => {
            let what = if field.kind == Kind::Target { "a distance from " } else { "" };
            format!("{what}{} to {}", range.min, range.max)
        }
        (None, _) => "a value that its field can hold".to_owned(),
    }
}

impl Description<'_> {
    /// What the immediates and distances of the form take in this mode, in words: `imm8u 0 to 255`.
    pub fn ranges(self, mode: Mode) -> Vec<String> {
        let size = operand_size(&self.form().code(), self.operands().map(|(shape, _)| shape), mode);
        let kinds = self
            .operands()
            .map(|(shape, _)| shape.immediate)
            .filter(|kind| kind.bits() != 0 && !matches!(kind, ImmediateKind::Ptr16 | ImmediateKind::Ptr32));
        kinds.map(|kind| format!("{} {}", kind.word(), range(&immediate_field(0, kind, size)))).collect()
    }
}

/// No form takes the kinds of operands: what the forms that got farthest would take there.
fn kinds(table: &Table<'_>, request: &Request<'_>, rejected: &[Rejected]) -> Mismatch {
    let at = |rejected: &Rejected| match rejected.refusal {
        Refusal::Kind(at) => Some(at),
        _ => None,
    };
    let same_count = |rejected: &&Rejected| bind(table, rejected.form, request.operands).is_ok();
    // Forms with as many operands know better what is meant.
    let fitting: Vec<&Rejected> = rejected.iter().filter(same_count).collect();
    let pool: Vec<&Rejected> = if fitting.is_empty() { rejected.iter().collect() } else { fitting };
    let farthest = pool.iter().filter_map(|rejected| at(rejected)).max().unwrap_or(0);
    let mut texts: Vec<String> = Vec::new();
    for rejected in pool.into_iter().filter(|rejected| at(rejected) == Some(farthest)) {
        let signature = table.signature(rejected.form);
        let shape = signature.operands().nth(farthest.into()).map(|(shape, _)| table.shape(shape));
        let text = shape.map_or_else(|| "nothing more".to_owned(), |shape| plain(&shape));
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    if let Some(text) = width(request, farthest.into(), &texts) {
        return Mismatch { token: farthest.into(), problem: Problem::Conflict(text) };
    }
    let missing = usize::from(farthest) >= request.operands.len();
    let problem = if missing { Problem::MissingOperand(texts) } else { Problem::UnexpectedOperand(texts) };
    Mismatch { token: farthest.into(), problem }
}

fn plain(shape: &Shape) -> String {
    let text = shape.to_string();
    if text == "m" {
        "memory of any size".to_owned()
    } else {
        text
    }
}

/// A general register that is not as wide as the one in front of it, where some form takes it with its width.
fn width(request: &Request<'_>, at: usize, texts: &[String]) -> Option<String> {
    let bits = |operand: &Operand| match operand {
        Operand::Register(Register { class, number: Number::Known(n) }) => {
            class.gpr_bits().map(|bits| (Named(*class, *n).to_string(), bits))
        }
        _ => None,
    };
    let (name, own) = bits(request.operands.get(at)?)?;
    let (first, wanted) = request.operands.get(..at)?.iter().rev().find_map(bits)?;
    let fits = texts.iter().any(|text| text.split(['/', ' ']).any(|part| part == format!("r{wanted}")));
    (own != wanted && fits).then(|| format!("`{name}` has {own} bits, but `{first}` has {wanted}"))
}

impl Table<'_> {
    /// Up to three spellings that are most like this one, the nearest first.
    pub fn nearest(&self, mnemonic: &str) -> Vec<String> {
        let limit = 1 + mnemonic.len() / 4;
        let mut found: Vec<(usize, &str)> = self
            .mnemonics()
            .map(|known| (distance(mnemonic, known, limit), known))
            .filter(|(distance, _)| *distance <= limit)
            .collect();
        found.sort();
        found.into_iter().take(3).map(|(_, known)| known.to_owned()).collect()
    }
}

/// Edits (insert, delete, replace, exchange neighbours) between two words; more than `limit` if it is more.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    if a.len().abs_diff(b.len()) > limit {
        return limit.saturating_add(1);
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = alloc::vec![i.saturating_add(1)];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], n: usize| row.get(n).copied().unwrap_or(usize::MAX / 2);
            let mut cost = at(&last, j).saturating_add(usize::from(x != y));
            cost = cost.min(at(&last, j.saturating_add(1)).saturating_add(1)).min(at(&row, j).saturating_add(1));
            let swapped = i > 0 && j > 0 && a.get(i.wrapping_sub(1)) == Some(y) && b.get(j.wrapping_sub(1)) == Some(x);
            if swapped {
                cost = cost.min(at(&before, j.wrapping_sub(1)).saturating_add(1));
            }
            row.push(cost);
        }
        before = core::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}
