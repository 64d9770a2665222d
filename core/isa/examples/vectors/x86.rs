//! Texts of x86: every operand of a form has a list of boundary choices, and the n-th text takes the n-th of each list, shifted
//! so that the operands of a text differ. Addresses go through one long list of shapes, on from form to form.
//!
//! A form that no text leads to, because another one is preferred, has bytes to decode instead.

use crate::memory::Addresses;
use bareasm_isa::choice::Instruction;
use bareasm_isa::x86::form::{Attributes, Form, Space};
use bareasm_isa::x86::shape::{Immediate as Kind, Masking, Memory as MemoryKind, RoundingKind, Shape};
use bareasm_isa::x86::table::Name;
use bareasm_isa::x86::text::Line;
use bareasm_isa::x86::{
    Class, Decorations, Features, Immediate, Memory, Mode, Number, Operand, Prefix, Register, Request, Rounding, Table,
};
use std::collections::HashSet;

/// Most texts of a form, without those for prefixes and other spellings.
const MOST: usize = 12;
const FEWEST: usize = 4;

/// The lines of the table in a mode. A second column `relative` marks distances; bytes there are to be decoded.
pub(crate) fn lines(table: &Table<'_>, mode: Mode) -> Vec<String> {
    let mut lines = Vec::new();
    let mut addresses = Addresses::default();
    for (index, form) in (0u16..).zip(table.forms) {
        if form.attributes().has(if mode == Mode::Long { Attributes::ONLY32 } else { Attributes::ONLY64 }) {
            continue;
        }
        let sampler = Sampler { table, form: *form, index, mode };
        lines.push(format!("#\t{}", table.describe(*form)));
        let relative = if sampler.shapes().iter().any(|shape| shape.immediate.is_relative()) { "\trelative" } else { "" };
        let mut seen = HashSet::new();
        let (texts, codes) = sampler.texts(&mut addresses);
        if codes.is_empty() {
            lines.extend(texts.into_iter().filter(|text| seen.insert(text.clone())).map(|text| format!("{text}{relative}")));
        }
        lines.extend(codes.into_iter().filter(|line| seen.insert(line.clone())));
    }
    lines
}

/// What an instruction is written with.
#[derive(Clone, Default)]
struct Sample {
    operands: Vec<Operand>,
    decorations: Decorations,
    prefixes: Vec<Prefix>,
}

struct Sampler<'t> {
    table: &'t Table<'t>,
    form: Form,
    index: u16,
    mode: Mode,
}

impl Sampler<'_> {
    fn shapes(&self) -> Vec<Shape> {
        self.table.signature(self.form).operands().map(|(shape, _)| self.table.shape(shape)).collect()
    }

    fn has(&self, attribute: Attributes) -> bool {
        self.form.attributes().has(attribute)
    }

    /// Texts; or, for a form that none of them leads to, what its bytes decode to with the bytes.
    fn texts(&self, addresses: &mut Addresses) -> (Vec<String>, Vec<String>) {
        let shapes = self.shapes();
        let lists: Vec<Vec<Operand>> = shapes.iter().enumerate().map(|(at, shape)| self.choices(shape, at, addresses)).collect();
        let longest = lists.iter().map(Vec::len).max().unwrap_or(1);
        let single = lists.iter().all(|list| list.len() == 1) && !self.form.code().nf_free;
        let count = if single { 1 } else { longest.clamp(FEWEST, MOST) };
        let mut samples: Vec<Sample> = (0..count).map(|n| self.sample(&shapes, &lists, n)).collect();
        samples.retain(|sample| self.encodable(sample));
        let mnemonic = self.table.mnemonic(self.form);
        if !self.reached(&samples) && self.form.code().space == Space::Evex {
            samples.iter_mut().for_each(|sample| sample.prefixes.insert(0, Prefix::Evex));
        }
        if !self.reached(&samples) {
            return (Vec::new(), samples.iter().filter_map(|sample| self.decoded(sample)).collect());
        }
        let mut texts: Vec<String> = samples.iter().map(|sample| self.text(sample, mnemonic)).collect();
        for name in self.table.names {
            let fits = name.fixed == Name::NOT_FIXED || shapes.last().is_some_and(|shape| shape.immediate != Kind::No);
            let other = fits && name.text_is_of(self.index) && self.table.text_of(name) != mnemonic;
            if let (true, Some(sample)) = (other, samples.get(usize::from(self.index) % samples.len().max(1))) {
                texts.push(self.text(&with_fixed(sample, name), self.table.text_of(name)));
            }
        }
        texts.extend(samples.iter().find_map(|sample| self.unsized_memory(sample, mnemonic)));
        texts.extend(self.prefixed(&samples).iter().map(|sample| self.text(sample, mnemonic)));
        if let Some(sample) = samples.first().filter(|_| shapes.iter().any(|shape| shape.optional)) {
            let mut short = sample.clone();
            let mut kept = shapes.iter().map(|shape| !shape.optional);
            short.operands.retain(|_| kept.next().unwrap_or(true));
            texts.push(self.text(&short, mnemonic));
        }
        (texts, Vec::new())
    }

    /// The bytes of the form itself.
    fn code(&self, sample: &Sample) -> Option<Vec<u8>> {
        let Sample { operands, decorations, prefixes } = sample;
        let request = Request { prefixes, operands, decorations: *decorations, mode: self.mode };
        self.table.encode(self.index, &request).ok().map(|encoded| encoded.bytes().to_vec())
    }

    /// The bytes of the form that is chosen for the text.
    fn chosen(&self, sample: &Sample) -> Option<Vec<u8>> {
        let Sample { operands, decorations, prefixes } = sample;
        let mnemonic = self.table.mnemonic(self.form);
        let choice = self.table.choose(mnemonic, prefixes, operands, *decorations, self.mode, &Features::ALL).ok()?;
        let Instruction { code, len, .. } = choice.shorter.first().unwrap_or(&choice.instruction);
        code.get(..usize::from(*len)).map(<[u8]>::to_vec)
    }

    /// Whether the form is chosen for any of the texts.
    fn reached(&self, samples: &[Sample]) -> bool {
        samples.iter().any(|sample| self.chosen(sample).is_some_and(|code| Some(code) == self.code(sample)))
    }

    /// What the bytes of the form decode to, and the bytes; none if that is another form.
    fn decoded(&self, sample: &Sample) -> Option<String> {
        let code = self.code(sample)?;
        let decoded =
            self.table.decode(&code, self.mode).filter(|found| found.form == self.index || self.has(Attributes::ALIAS))?;
        let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(format!("{}\t{hex}", self.table.line(&decoded)))
    }

    fn text(&self, sample: &Sample, mnemonic: &str) -> String {
        let Sample { operands, decorations, prefixes } = sample;
        let line =
            Line { mnemonic, prefixes, operands, decorations: *decorations, rounding_at: self.table.rounding_at(self.form) };
        line.to_string()
    }

    fn sample(&self, shapes: &[Shape], lists: &[Vec<Operand>], n: usize) -> Sample {
        let mut sample = Sample::default();
        for list in lists {
            sample.operands.extend(list.get(n % list.len().max(1)));
        }
        let memory = sample.operands.iter().any(|operand| matches!(operand, Operand::Memory(_)));
        for ((at, shape), operand) in (0u8..).zip(shapes).zip(&sample.operands) {
            let gather = shapes.iter().any(|shape| shape.vector_index().is_some());
            if shape.masking != Masking::No && (gather || !n.is_multiple_of(4)) {
                sample.decorations.mask = Some((Number::Known([1, 7, 2, 5][n % 4]), at));
                sample.decorations.zeroing =
                    shape.masking == Masking::Zero && !matches!(operand, Operand::Memory(_)) && n.is_multiple_of(2);
            }
            // Registers are every second or every third choice.
            if !memory && shape.rounding != RoundingKind::No && n % 4 >= 2 {
                let modes = [Rounding::Nearest, Rounding::Down, Rounding::Up, Rounding::Zero];
                sample.decorations.rounding =
                    Some(if shape.rounding == RoundingKind::Suppress { Rounding::Suppress } else { modes[(n + n / 4) % 4] });
            }
        }
        if self.has(Attributes::DISTINCT) {
            make_distinct(&mut sample.operands);
        }
        if self.has(Attributes::HINT) {
            sample.prefixes.push(Prefix::Vex);
        }
        if self.form.code().nf_free && n % 3 == 1 {
            sample.prefixes.push(Prefix::Nf);
        }
        sample
    }

    /// ah to bh cannot stand beside registers that need REX; other combinations are all meant to be possible.
    fn encodable(&self, sample: &Sample) -> bool {
        let high =
            sample.operands.iter().any(|operand| matches!(operand, Operand::Register(register) if register.class == Class::High));
        let request =
            Request { prefixes: &sample.prefixes, operands: &sample.operands, decorations: sample.decorations, mode: self.mode };
        !high || self.table.encode(self.index, &request).is_ok()
    }

    /// The choices for an operand, those of different kinds in turn.
    fn choices(&self, shape: &Shape, at: usize, addresses: &mut Addresses) -> Vec<Operand> {
        if shape.immediate == Kind::Dfv {
            return [0, 15, 8, 4, 2, 1].map(Operand::Dfv).to_vec();
        }
        if let Some(n) = shape.fixed {
            return vec![shape.register.map_or(Operand::number(n.into()), |class| Operand::register(class, n))];
        }
        if shape.immediate.bits() != 0 {
            return immediates(shape);
        }
        let mut registers = shape.register.map_or(Vec::new(), |class| self.registers(class, shape));
        let shift = at * 2 % registers.len().max(1);
        registers.rotate_left(shift);
        let mut memories: Vec<Operand> = Vec::new();
        let mut broadcasts: Vec<Operand> = Vec::new();
        if shape.memory != MemoryKind::No {
            let count = if registers.is_empty() { 8 } else { 5 };
            memories.extend((0..count).map(|_| Operand::Memory(self.address(addresses, shape))));
            if matches!(shape.memory, MemoryKind::Source | MemoryKind::Destination) {
                memories.truncate(1);
            }
        }
        if shape.broadcast != 0 {
            broadcasts.extend((0..3).map(|_| Operand::Memory(addresses.next(self.table, self.form, shape, self.mode, true))));
        }
        if !memories.is_empty() && !registers.is_empty() {
            registers.truncate(5);
        }
        let (mut registers, mut memories, mut broadcasts) = (registers.into_iter(), memories.into_iter(), broadcasts.into_iter());
        let mut out = Vec::new();
        loop {
            let before = out.len();
            out.extend(registers.next());
            out.extend(memories.next());
            out.extend(broadcasts.next());
            if out.len() == before {
                return out;
            }
        }
    }

    /// Whether the processors that have the instruction have no 64-bit mode. Without REX and rip they can still be asked.
    fn is_old(&self) -> bool {
        ["cyrix", "geode"].iter().any(|feature| self.table.needs(self.form, feature))
    }

    fn address(&self, addresses: &mut Addresses, shape: &Shape) -> Memory {
        loop {
            let memory = addresses.next(self.table, self.form, shape, self.mode, false);
            let registers = memory.base.into_iter().chain(memory.index.map(|(index, _)| index));
            let new = |register: Register| match register.number {
                Number::Known(n) => n >= 8 || register.class == Class::Ip || register.class == Class::R32,
                Number::Value(_) => false,
            };
            if !(self.is_old() && self.mode == Mode::Long && registers.into_iter().any(new)) {
                return memory;
            }
        }
    }

    fn registers(&self, class: Class, shape: &Shape) -> Vec<Operand> {
        let evex = self.form.code().space == Space::Evex;
        let long = self.mode == Mode::Long;
        let top: u8 = match class {
            Class::Segment => 6,
            Class::Bound => 4,
            Class::Control if long => 9,
            Class::Xmm | Class::Ymm | Class::Zmm if long => {
                if evex {
                    32
                } else {
                    16
                }
            }
            Class::R8 | Class::R16 | Class::R32 | Class::R64 if long && !self.is_old() => {
                if egpr(self.table, self.form) {
                    32
                } else {
                    16
                }
            }
            _ => 8,
        };
        let numbers: &[u8] = match class {
            Class::Control => &[0, 2, 8, 3, 4],
            Class::Segment => &[0, 2, 3, 4, 5],
            _ => &[1, top - 1, 0, 8, 15, 6, 12, 5, 16, 7, 4, 3, 2],
        };
        let fits = |n: &u8| *n < top && n.is_multiple_of(shape.block) && shape.excluded != Some(*n);
        let legacy = matches!(self.form.code().space, Space::Legacy | Space::Evex);
        let mut out = Vec::new();
        for n in numbers.iter().copied().filter(fits) {
            let high = class == Class::R8 && (4..8).contains(&n);
            if high && legacy && self.form.code().space == Space::Legacy {
                out.push(Operand::register(Class::High, n));
            }
            if !high || long {
                out.push(Operand::register(class, n));
            }
        }
        out
    }

    /// The text without a width in front of the memory operand, if that is enough.
    fn unsized_memory(&self, sample: &Sample, mnemonic: &str) -> Option<String> {
        let mut sample = sample.clone();
        let memory = sample.operands.iter_mut().find_map(|operand| match operand {
            Operand::Memory(memory) if memory.size.is_some() => Some(memory),
            _ => None,
        });
        memory?.size = None;
        let Sample { operands, decorations, prefixes } = &sample;
        self.table.choose(mnemonic, prefixes, operands, *decorations, self.mode, &Features::ALL).ok()?;
        Some(self.text(&sample, mnemonic))
    }

    /// Samples with each prefix that the form admits.
    fn prefixed(&self, samples: &[Sample]) -> Vec<Sample> {
        let is_memory = |operand: &Operand| matches!(operand, Operand::Memory(_));
        let memory = samples.iter().find(|sample| sample.operands.iter().any(is_memory));
        let register = samples.iter().find(|sample| !sample.operands.iter().any(is_memory));
        let code = self.form.code();
        let any = samples.first();
        let list = [
            (self.has(Attributes::LOCK), memory, &[Prefix::Lock][..]),
            (self.has(Attributes::HLE), memory, &[Prefix::Xacquire, Prefix::Lock]),
            (self.has(Attributes::HLE), memory, &[Prefix::Xrelease, Prefix::Lock]),
            (self.has(Attributes::XREL), memory, &[Prefix::Xrelease]),
            (self.has(Attributes::REP) || self.has(Attributes::REPZ), any, &[Prefix::Rep]),
            (self.has(Attributes::REPZ), any, &[Prefix::Repne]),
            (self.has(Attributes::BND), any, &[Prefix::Bnd]),
            (self.has(Attributes::NOTRACK), register, &[Prefix::Notrack]),
            (code.space == Space::Evex && code.map != 4, register, &[Prefix::Evex]),
            (code.space == Space::Vex && !self.has(Attributes::HINT), register, &[Prefix::Vex3]),
            (code.space == Space::Vex && !self.has(Attributes::HINT), memory, &[Prefix::Vex]),
        ];
        let chosen =
            list.into_iter().filter(|(admitted, ..)| *admitted).filter_map(|(_, sample, prefixes)| Some((sample?, prefixes)));
        let with = |(sample, prefixes): (&Sample, &[Prefix])| Sample {
            prefixes: prefixes.iter().chain(&sample.prefixes).copied().collect(),
            ..sample.clone()
        };
        chosen.map(with).collect()
    }
}

/// Whether r16 to r31 may be written, as registers and in addresses.
pub(crate) fn egpr(table: &Table<'_>, form: Form) -> bool {
    let code = form.code();
    let row = code.opcode >> 4;
    match code.space {
        Space::Evex => table.needs(form, "apx_f"),
        Space::Rex2 => true,
        Space::Legacy if form.attributes().has(Attributes::NOREX2) => false,
        Space::Legacy if code.map == 0 => !matches!(row, 4 | 7 | 0xa | 0xe),
        Space::Legacy if code.map == 1 => !matches!(row, 3 | 8),
        _ => false,
    }
}

trait Covers {
    fn text_is_of(&self, form: u16) -> bool;
}

impl Covers for Name {
    fn text_is_of(&self, form: u16) -> bool {
        (self.first..self.first.saturating_add(self.count)).contains(&form)
    }
}

/// The sample for a spelling that fixes the last immediate.
fn with_fixed(sample: &Sample, name: &Name) -> Sample {
    let mut sample = sample.clone();
    if name.fixed != Name::NOT_FIXED {
        sample.operands.pop();
    }
    sample
}

fn make_distinct(operands: &mut [Operand]) {
    let mut n = 0;
    for operand in operands {
        match operand {
            Operand::Register(register) if register.class.is_vector() || register.class == Class::Tmm => {
                register.number = Number::Known(n);
                n += 1;
            }
            Operand::Memory(Memory { index: Some((register, _)), .. }) if register.class.is_vector() => {
                *register = Register::known(register.class, 7 - n);
            }
            _ => {}
        }
    }
}

fn immediates(shape: &Shape) -> Vec<Operand> {
    let bits = shape.immediate.bits();
    let far = |selector, offset| Operand::Far { selector, offset: Immediate::Known(offset) };
    let half = 1i128 << (bits - 1);
    let numbers = match shape.immediate {
        Kind::Ptr16 => return vec![far(1, 2), far(0xffff, 0xffff), far(0, 0)],
        Kind::Ptr32 => return vec![far(1, 2), far(0xffff, 0xffff_ffff), far(0, 0x1_0000)],
        Kind::Rel8 => vec![5, 0, -5, half - 1, -half],
        Kind::Rel16 | Kind::Rel32 => vec![300, half - 1, -half, 128, -129],
        Kind::Imm8s | Kind::Imm32s => vec![2, 0, half - 1, -half, -1],
        Kind::Imm8u | Kind::Imm16u | Kind::Imm4 => vec![2, 0, 2 * half - 1, half, half - 1],
        Kind::Imm64 => vec![0x1122_3344_5566_7788, half - 1, -half, 1 << 31, 0xffff_ffff, 2 * half - 1],
        _ => vec![2, 0, 2 * half - 1, half, half - 1, -half],
    };
    numbers.into_iter().map(Operand::number).collect()
}
