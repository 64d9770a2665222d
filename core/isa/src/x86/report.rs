//! What to say when no form takes an instruction: what is wrong with the operands for the form that is nearest.

use super::choose::Rejected;
use super::encode::operand_size;
use super::encoded::Refusal;
use super::features::{Features, APX};
use super::form::Attributes;
use super::nearest::{difference, operand_cost, shapes};
use super::notation::{manual_word, OperandSyntax};
use super::operand::{Displacement, Immediate, Mode, Number, Operand, Prefix, Register, Request, Rounding};
use super::place::immediate_field;
use super::register::{Class, Named};
use super::shape::{Immediate as ImmediateKind, Masking, Memory as MemoryKind, RoundingKind, Shape};
use super::table::Table;
use super::text::{size_word, Description};
use crate::choice::{Decoration, Mismatch, Problem};
use crate::field::{Field, Kind};
use crate::rule::Rule;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The reason why the nearest of the forms was refused.
pub(super) fn mismatch(table: &Table<'_>, request: &Request<'_>, features: &Features, rejected: &[Rejected]) -> Mismatch {
    if let Some(found) = rejected.iter().find(|rejected| rejected.feature) {
        let registers = request.is_apx().then_some(APX);
        let mut needs: Vec<&str> = table.features_of(found.form).chain(registers).collect();
        needs.retain(|name| features.lacks(table, name));
        needs.dedup();
        return Mismatch { token: 0, problem: Problem::MissingFeature(needs.join(" ")) };
    }
    let mode = if request.mode == Mode::Long { "64-bit" } else { "32-bit" };
    if !rejected.is_empty() && rejected.iter().all(|rejected| rejected.refusal == Refusal::Mode) {
        return whole(format!("this instruction does not exist in {mode} mode"));
    }
    if let Some((at, name)) = (0..request.operands.len()).find_map(|at| Some((at, not_in_mode(request, at)?))) {
        return Mismatch { token: at, problem: Problem::Register(format!("{name} exists in 64-bit mode only")) };
    }
    match rejected.iter().min_by_key(|rejected| difference(table, rejected.form, &rejected.name, request)) {
        Some(nearest) => Report { table, request, rejected, nearest }.mismatch(),
        None => whole("`.cpu` and `.feature` leave out all forms of this instruction".to_owned()),
    }
}

/// That a prefix is written which none of the forms that take the operands has.
pub(super) fn prefix(request: &Request<'_>, prefix: Prefix) -> Mismatch {
    let at = request.prefixes.iter().position(|written| *written == prefix).unwrap_or_default();
    let text = format!("`{}` is not allowed with this instruction", prefix.text());
    Mismatch { token: 0, problem: Problem::Decoration(Decoration::Prefix(at), text) }
}

fn whole(text: String) -> Mismatch {
    Mismatch { token: 0, problem: Problem::Other(text) }
}

/// The name of a register of an operand that 32-bit mode does not have.
fn not_in_mode(request: &Request<'_>, at: usize) -> Option<String> {
    let missing = |(class, n): &(Class, u8)| matches!(class, Class::R64 | Class::Ip) || *n > 7 || *class == Class::R8 && *n > 3;
    let found = registers(request.operands.get(at)?).find(missing).filter(|_| request.mode == Mode::Protected);
    found.map(|(class, n)| Named(class, n).to_string())
}

/// The registers of an operand that are known.
fn registers(operand: &Operand) -> impl Iterator<Item = (Class, u8)> {
    let list = match operand {
        Operand::Register(register) => [Some(*register), None],
        Operand::Memory(memory) => [memory.base, memory.index.map(|(register, _)| register)],
        _ => [None, None],
    };
    list.into_iter().flatten().filter_map(|register| match register.number {
        Number::Known(n) => Some((register.class, n)),
        Number::Value(_) => None,
    })
}

/// A request that no form takes.
struct Report<'r> {
    table: &'r Table<'r>,
    request: &'r Request<'r>,
    rejected: &'r [Rejected],
    nearest: &'r Rejected,
}

impl Report<'_> {
    fn mismatch(&self) -> Mismatch {
        let conflict = |at: u8, text: &str| (at, Problem::Conflict(text.to_owned()));
        let (at, problem) = match &self.nearest.refusal {
            Refusal::HighByte(at) => {
                conflict(*at, "ah to bh cannot be used with r8 to r15, spl to dil, or a form that needs REX, VEX or EVEX")
            }
            Refusal::Extended(at) => conflict(*at, "r16 to r31 cannot be used in this instruction"),
            Refusal::StackIndex(at) => (*at, Problem::Register("esp and rsp cannot be an index".to_owned())),
            Refusal::Scale(at) => conflict(*at, "the scale of an index is 1, 2, 4 or 8; 3, 5 and 9 only without another base"),
            Refusal::AddressSize(at) => conflict(
                *at,
                "the registers of an address have all 64 or all 32 bits in 64-bit mode, 32 or 16 bits in 32-bit mode",
            ),
            Refusal::Address16(at) => conflict(
                *at,
                "a 16-bit address is bx or bp, plus si or di, or one of these, and a number; without a label or scale",
            ),
            Refusal::LabelWithRegister(at) => {
                conflict(*at, "in 64-bit mode a label is addressed relative to rip, without other registers")
            }
            Refusal::InstructionPointer(at) => conflict(*at, "rip is a base in 64-bit mode only, without index"),
            Refusal::Distinct(at) => conflict(*at, "the registers of this instruction must differ from each other"),
            Refusal::Value(at, _, field) => (*at, self.value(*at, field)),
            Refusal::Register(at, _) => (*at, Problem::Register(self.register(*at))),
            Refusal::Prefix(prefix) => {
                let at = self.request.prefixes.iter().position(|written| written == prefix);
                let text = self.prefix(*prefix, at.is_some());
                (0, at.map_or(Problem::Other(text.clone()), |at| Problem::Decoration(Decoration::Prefix(at), text)))
            }
            Refusal::Mask => self.mask(),
            Refusal::Rounding => (0, Problem::Decoration(Decoration::Rounding, self.rounding())),
            Refusal::TooLong => conflict(0, "the instruction would be longer than 15 bytes"),
            Refusal::Mode => {
                let other = if self.request.mode == Mode::Long { "32-bit" } else { "64-bit" };
                let form = self.table.describe_as(self.nearest.form, self.nearest.name);
                (0, Problem::Other(format!("`{}` exists in {other} mode only", form.syntax())))
            }
            Refusal::Kind(_) => return self.kinds(),
        };
        Mismatch { token: at.into(), problem }
    }

    /// The operands of a form as they should be written.
    fn shapes(&self, rejected: &Rejected) -> Vec<Shape> {
        shapes(self.table, rejected.form, &rejected.name, self.request.operands.len())
    }

    fn register(&self, at: u8) -> String {
        let operand = self.request.operands.get(usize::from(at));
        for (class, n) in operand.into_iter().flat_map(registers).filter(|(_, n)| *n > 15) {
            if class.is_vector() {
                return format!("{} needs a form with EVEX", Named(class, n));
            }
            if class.gpr_bits().is_some() {
                return format!("{} needs a form with REX2 or EVEX", Named(class, n));
            }
        }
        "this register cannot be used here".to_owned()
    }

    fn value(&self, at: u8, field: &Field) -> Problem {
        let known = match self.request.operands.get(usize::from(at)) {
            Some(Operand::Immediate { value: Immediate::Known(value), .. }) => value.to_string(),
            Some(Operand::Memory(memory)) => match memory.displacement {
                Displacement::Known(value) => value.to_string(),
                _ => String::new(),
            },
            _ => String::new(),
        };
        Problem::ImmediateRange { value: known, takes: range(field) }
    }

    /// What is wrong with a prefix or hint, or with its absence.
    fn prefix(&self, prefix: Prefix, written: bool) -> String {
        let text = prefix.text();
        let memory = matches!(self.request.operands.first(), Some(Operand::Memory(_)));
        match prefix {
            // VEX forms that came after the EVEX ones.
            _ if !written => format!("the form with these operands needs `{text}` in front"),
            Prefix::Lock if !memory && self.rejected.iter().any(|other| other.form.attributes().has(Attributes::LOCK)) => {
                format!("`{text}` needs a result in memory")
            }
            Prefix::Vex | Prefix::Vex2 | Prefix::Vex3 | Prefix::Evex | Prefix::Rex | Prefix::Rex2 | Prefix::Nf => {
                format!("no form with these operands has the encoding that `{text}` asks for")
            }
            _ => format!("`{text}` is not allowed with this instruction"),
        }
    }

    /// The first form with this property, as the manual writes it.
    fn form_with(&self, has: impl Fn(&Shape) -> bool) -> Option<String> {
        let found = self.rejected.iter().find(|rejected| self.shapes(rejected).iter().any(&has));
        found.map(|found| self.table.describe_as(found.form, found.name).syntax().to_string())
    }

    /// What is wrong with a mask, or with its absence.
    fn mask(&self) -> (u8, Problem) {
        let decorations = &self.request.decorations;
        let shapes = self.shapes(self.nearest);
        let masked = shapes.iter().position(|shape| shape.masking != Masking::No);
        let mask = |text: &str| (0, Problem::Decoration(Decoration::Mask, text.to_owned()));
        let other = || match self.form_with(|shape| shape.masking != Masking::No) {
            Some(form) => format!("the form with these operands has no write mask; `{form}` has one"),
            None => "this instruction has no form with a write mask".to_owned(),
        };
        let zeroing = |text: &str| (0, Problem::Decoration(Decoration::Zeroing, text.to_owned()));
        match (decorations.mask, masked) {
            (Some((Number::Known(0), _)), _) => {
                mask("k0 cannot be a write mask, since 0 stands for none; there are {k1} to {k7}")
            }
            (Some(_), None) => mask(&other()),
            (Some((_, at)), Some(place)) if usize::from(at) != place => mask("the write mask stands behind the result"),
            (None, _) if decorations.zeroing => zeroing("{z} needs a write mask in front of it: `{k1}{z}`"),
            (None, Some(place)) => {
                let text = "gathers and scatters need a write mask here, such as `{k1}`";
                (place as u8, Problem::Conflict(text.to_owned()))
            }
            (_, Some(place)) if matches!(self.request.operands.get(place), Some(Operand::Memory(_))) => {
                zeroing("{z} cannot be used with a result in memory: what the mask leaves out stays as it is")
            }
            _ => zeroing("this form has no {z}: what the mask leaves out stays as it is"),
        }
    }

    fn rounding(&self) -> String {
        let Some(rounding) = self.request.decorations.rounding else { return String::new() };
        let text = rounding.text();
        let wanted = if rounding == Rounding::Suppress { RoundingKind::Suppress } else { RoundingKind::Embedded };
        let shapes = self.shapes(self.nearest);
        let has = |kind: RoundingKind| shapes.iter().any(|shape| shape.rounding == kind);
        if has(wanted) {
            return format!("`{text}` needs register operands: with memory there are no bits for it");
        }
        match self.form_with(|shape| shape.rounding == wanted) {
            Some(form) => format!("the form with these operands has no `{text}`; `{form}` has it"),
            None if has(RoundingKind::Suppress) => "this instruction takes `{sae}`, but no rounding".to_owned(),
            None if has(RoundingKind::Embedded) => "this instruction takes a rounding such as `{rn-sae}`, not `{sae}`".to_owned(),
            None => format!("this instruction has no form with `{text}`"),
        }
    }

    /// The kind of an operand is wrong, or their number.
    fn kinds(&self) -> Mismatch {
        let request = self.request;
        let cost = |rejected: &Rejected, at: usize, shape: &Shape| match request.operands.get(at) {
            Some(operand) => operand_cost(rejected.form, shape, operand, request),
            None => u16::MAX,
        };
        let nearest = self.shapes(self.nearest);
        let fitting = nearest.iter().enumerate().take_while(|(at, shape)| cost(self.nearest, *at, shape) == 0).count();
        let (at, count) = (fitting, request.operands.len());
        if let (Some(shape), Some(operand)) = (nearest.get(at), request.operands.get(at)) {
            let text = self.width(at, shape).or_else(|| self.memory(at, shape));
            if let Some(text) = text.or_else(|| label(shape, operand)) {
                return Mismatch { token: at, problem: Problem::Conflict(text) };
            }
        }
        // What the forms take here that agree with all other operands, else with those in front of this one.
        let expected = |all: bool| {
            let mut found: Vec<Shape> = Vec::new();
            for rejected in self.rejected.iter().filter(|rejected| !matches!(rejected.refusal, Refusal::Mode)) {
                let shapes = self.shapes(rejected);
                let end = if all { count } else { at };
                let agrees =
                    (0..end).filter(|n| *n != at).all(|n| shapes.get(n).is_some_and(|shape| cost(rejected, n, shape) == 0));
                let same = shapes.len() == nearest.len() && (!all || shapes.len() == count);
                found.extend(shapes.get(at).filter(|_| agrees && same));
            }
            found
        };
        let missing = at >= count;
        let mut found = if missing { Vec::new() } else { expected(true) };
        if found.is_empty() {
            found = expected(false);
        }
        if let Some(text) = request.operands.get(at).and_then(|operand| size(operand, &found)) {
            return Mismatch { token: at, problem: Problem::Conflict(text) };
        }
        let texts = if at >= nearest.len() { alloc::vec!["nothing more".to_owned()] } else { distinct(found.iter().map(plain)) };
        // `r/m64` says what `r64` would.
        let either: Vec<String> = texts.iter().filter_map(|text| Some(format!("r{}", text.strip_prefix("r/m")?))).collect();
        let texts = texts.into_iter().filter(|text| !either.contains(text)).collect();
        let problem = if missing { Problem::MissingOperand(texts) } else { Problem::UnexpectedOperand(texts) };
        Mismatch { token: at, problem }
    }

    /// An operand of another width than a form with one of the other operands takes.
    fn width(&self, at: usize, shape: &Shape) -> Option<String> {
        let operands = self.request.operands;
        let (name, own, group) = width_of(operands.get(at)?)?;
        let wanted = match (group, shape.register) {
            (Group::General, Some(class)) => class.gpr_bits()?,
            (Group::Vector, Some(class)) => vector_bits(class)?,
            (Group::Memory, _) if shape.has_memory() => shape.width,
            _ => return None,
        };
        let others = operands.get(..at)?.iter().rev().chain(operands.get(at.saturating_add(1)..)?);
        let (other, ..) = others.filter_map(width_of).find(|(_, bits, _)| *bits == wanted)?;
        (own != wanted).then(|| format!("`{name}` has {own} bits, but `{other}` has {wanted}"))
    }

    /// What is wrong with memory where the form takes memory of another kind, or none beside the memory that there is.
    fn memory(&self, at: usize, shape: &Shape) -> Option<String> {
        let Some(Operand::Memory(memory)) = self.request.operands.get(at) else { return None };
        let others = self.request.operands.iter().enumerate().filter(|(n, _)| *n != at);
        if !shape.has_memory() {
            let both = others.map(|(_, operand)| operand).any(|operand| matches!(operand, Operand::Memory(_)));
            return both.then(|| "only one operand of this instruction can be in memory".to_owned());
        }
        let vector = memory.index.map(|(index, _)| index.class).filter(|class| class.is_vector());
        match (shape.vector_index(), vector) {
            (Some(wanted), _) if memory.broadcast.is_none() && Some(wanted) != vector => {
                let word = wanted.word();
                let article = if wanted == Class::Xmm { "an" } else { "a" };
                return Some(format!("the index of this address must be {article} {word} register: `[rax + {word}1 * 4]`"));
            }
            (None, Some(_)) => return Some("only gathers and scatters take a vector register in an address".to_owned()),
            _ => {}
        }
        let count = memory.broadcast?;
        let Some(wanted) = shape.width.checked_div(shape.broadcast) else {
            return Some(format!("this form has no broadcast: `{{1to{count}}}` is not possible"));
        };
        if wanted != count.into() {
            return Some(format!("`{{1to{count}}}` is not possible here: this form broadcasts by `{{1to{wanted}}}`"));
        }
        let word = size_word(shape.broadcast).trim_end();
        Some(format!("the width in front of a broadcast is that of one element: `{word}`"))
    }
}

/// What operands may be that have a width by themselves.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    General,
    Vector,
    Memory,
}

/// The text and width in bits of an operand that has one by itself.
fn width_of(operand: &Operand) -> Option<(String, u16, Group)> {
    match operand {
        Operand::Register(Register { class, number: Number::Known(n) }) => {
            let (bits, group) = match class.gpr_bits() {
                Some(bits) => (bits, Group::General),
                None => (vector_bits(*class)?, Group::Vector),
            };
            Some((Named(*class, *n).to_string(), bits, group))
        }
        Operand::Memory(memory) if memory.broadcast.is_none() => {
            let size = memory.size?;
            Some((size_word(size).trim_end().to_owned(), size, Group::Memory))
        }
        _ => None,
    }
}

fn vector_bits(class: Class) -> Option<u16> {
    match class {
        Class::Xmm => Some(128),
        Class::Ymm => Some(256),
        Class::Zmm => Some(512),
        _ => None,
    }
}

/// A label where no form has a branch target.
fn label(shape: &Shape, operand: &Operand) -> Option<String> {
    let wrong = matches!(operand, Operand::Target { .. }) && !shape.immediate.is_relative();
    wrong.then(|| "a label by itself is the target of a branch; as an address it stands in brackets: `[->label]`".to_owned())
}

/// A number or label whose size, as written, no form has.
fn size(operand: &Operand, shapes: &[Shape]) -> Option<String> {
    let (Operand::Immediate { size: Some(size), .. } | Operand::Target { size: Some(size), .. }) = operand else { return None };
    let mut sizes: Vec<u16> = shapes.iter().map(|shape| shape.immediate.bits()).filter(|bits| *bits != 0).collect();
    sizes.sort();
    let sizes = distinct(sizes.iter().map(ToString::to_string)).join(" or ");
    let text = format!("no form with these operands has {size} bits for this value; there are forms with {sizes}");
    (!sizes.is_empty()).then_some(text)
}

/// The texts, each once.
fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

fn plain(shape: &Shape) -> String {
    // Masks and rounding are not what the operand is.
    let bare = Shape { masking: Masking::No, rounding: RoundingKind::No, optional: false, ..*shape };
    if let Some(class) = bare.vector_index() {
        return format!("{} (memory with an index in {} registers)", OperandSyntax::of(bare), class.word());
    }
    match (bare.memory, bare.register, bare.immediate) {
        (MemoryKind::Any, None, ImmediateKind::No) => "memory of any size".to_owned(),
        (_, _, kind) if kind.is_relative() => "a label or a distance".to_owned(),
        _ => OperandSyntax::of(bare).to_string(),
    }
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
    /// What the immediates and distances of the form take in this mode, in words: `imm8 0 to 255`.
    pub fn ranges(self, mode: Mode) -> Vec<String> {
        let size = operand_size(&self.form().code(), self.operands().map(|(shape, _)| shape), mode);
        let kinds = self
            .operands()
            .map(|(shape, _)| shape.immediate)
            .filter(|kind| kind.bits() != 0 && !matches!(kind, ImmediateKind::Ptr16 | ImmediateKind::Ptr32));
        kinds.map(|kind| format!("{} {}", manual_word(kind), range(&immediate_field(0, kind, size)))).collect()
    }
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
