//! Random operands for a form: boundary values more often than others.

use bareasm_isa::x86::form::{Form, Immediate as Word, Role, Space};
use bareasm_isa::x86::shape::{Immediate as Kind, Masking, Memory as MemoryKind, RoundingKind, Shape};
use bareasm_isa::x86::text::Line;
use bareasm_isa::x86::{Class, Decorations, Displacement, Memory, Mode, Number, Operand, Prefix, Register, Rounding, Table};

/// A small reproducible generator.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n.max(1)
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }
}

/// Operands for a form, with what goes with them.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    pub operands: Vec<Operand>,
    pub decorations: Decorations,
    pub prefixes: Vec<Prefix>,
}

impl Sample {
    /// The sample in Intel syntax, with a spelling.
    pub fn text(&self, table: &Table<'_>, form: Form, mnemonic: &str) -> String {
        Line {
            mnemonic,
            prefixes: &self.prefixes,
            operands: &self.operands,
            decorations: self.decorations,
            rounding_at: table.rounding_at(form),
        }
        .to_string()
        .replace("label 0", "foo")
    }
}

/// Whether the form exists in the mode.
pub fn exists(form: Form, mode: Mode) -> bool {
    use bareasm_isa::x86::form::Attributes;
    !form.attributes().has(if mode == Mode::Long { Attributes::ONLY32 } else { Attributes::ONLY64 })
}

/// Random operands. The alternative of each operand (register, memory, broadcast) is random too.
pub fn sample(table: &Table<'_>, form: Form, mode: Mode, rng: &mut Rng) -> Sample {
    let mut out = Sample::default();
    let code = form.code();
    let signature = table.signature(form);
    let shapes: Vec<(Shape, Role)> = signature.operands().map(|(shape, role)| (table.shape(shape), role)).collect();
    let mut rounding = None;
    for (shape, role) in &shapes {
        let operand = operand(table, form, shape, *role, mode, rng);
        let memory = matches!(operand, Operand::Memory(_));
        let vector = shapes.iter().any(|(shape, _)| shape.vector_index().is_some());
        if shape.masking != Masking::No && (vector || rng.below(5) < 3) {
            out.decorations.mask = Some((Number::Known(1 + rng.below(7) as u8), out.operands.len() as u8));
            out.decorations.zeroing = shape.masking == Masking::Zero && !memory && rng.one_in(2);
        }
        match shape.rounding {
            RoundingKind::No => {}
            RoundingKind::Suppress => rounding = Some(Rounding::Suppress),
            RoundingKind::Embedded => {
                rounding = Some(rng.pick(&[Rounding::Nearest, Rounding::Down, Rounding::Up, Rounding::Zero]))
            }
        }
        out.operands.push(operand);
    }
    if !out.operands.iter().any(|operand| matches!(operand, Operand::Memory(_))) && rng.one_in(2) {
        out.decorations.rounding = rounding;
    }
    if form.attributes().has(bareasm_isa::x86::form::Attributes::DISTINCT) {
        make_distinct(&mut out.operands);
    }
    if form.attributes().has(bareasm_isa::x86::form::Attributes::HINT) {
        out.prefixes.push(Prefix::Vex);
    }
    if code.nf_free && rng.one_in(3) {
        out.prefixes.push(Prefix::Nf);
    }
    out
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
                register.number = Number::Known(7 - n);
            }
            _ => {}
        }
    }
}

fn operand(table: &Table<'_>, form: Form, shape: &Shape, role: Role, mode: Mode, rng: &mut Rng) -> Operand {
    if shape.immediate == Kind::Dfv {
        return Operand::Dfv(rng.below(16) as u8);
    }
    if let Some(n) = shape.fixed {
        return match shape.register {
            Some(class) => Operand::register(class, n),
            None => Operand::number(n.into()),
        };
    }
    if shape.immediate.bits() != 0 {
        return immediate(form, shape, rng);
    }
    let mut choices = Vec::new();
    if shape.register.is_some() {
        choices.push(0);
    }
    if shape.memory != MemoryKind::No {
        choices.push(1);
    }
    if shape.broadcast != 0 {
        choices.push(2);
    }
    match rng.pick(&choices) {
        0 => register(table, form, shape, role, mode, rng),
        1 => Operand::Memory(memory(table, form, shape, mode, rng, false)),
        _ => Operand::Memory(memory(table, form, shape, mode, rng, true)),
    }
}

fn egpr(table: &Table<'_>, form: Form) -> bool {
    let code = form.code();
    let row = code.opcode >> 4;
    match code.space {
        Space::Evex => table.needs(form, "apx_f"),
        Space::Rex2 => true,
        Space::Legacy => {
            !form.attributes().has(bareasm_isa::x86::form::Attributes::NOREX2)
                && match code.map {
                    0 => !matches!(row, 4 | 7 | 0xa | 0xe),
                    1 => !matches!(row, 3 | 8),
                    _ => false,
                }
        }
        _ => false,
    }
}

fn register(table: &Table<'_>, form: Form, shape: &Shape, role: Role, mode: Mode, rng: &mut Rng) -> Operand {
    let _ = role;
    let class = shape.register.expect("asked for a register");
    let evex = form.code().space == Space::Evex;
    let top: u64 = match (class, mode) {
        (Class::Segment, _) => 6,
        (Class::Bound, _) => 4,
        (Class::Control, _) => {
            return Operand::register(class, rng.pick(if mode == Mode::Long { &[0, 2, 3, 4, 8] } else { &[0, 2, 3, 4] }))
        }
        (Class::Debug, _) => 8,
        (Class::Mm | Class::K | Class::Tmm | Class::St, _) => 8,
        (_, Mode::Protected) => 8,
        (Class::Xmm | Class::Ymm | Class::Zmm, _) => {
            if evex {
                32
            } else {
                16
            }
        }
        _ => {
            if egpr(table, form) {
                32
            } else {
                16
            }
        }
    };
    let mut n = match rng.below(6) {
        0 => 0,
        1 => top - 1,
        2 => rng.below(top.min(8)),
        3 => rng.below(top.min(16)),
        _ => rng.below(top),
    } as u8;
    if class == Class::Segment && n == 1 {
        n = 0;
    }
    n -= n % shape.block;
    if shape.excluded == Some(n) {
        n = 1;
    }
    if class == Class::R8 {
        let legacy = form.code().space == Space::Legacy;
        if mode == Mode::Protected && n > 3 || mode == Mode::Long && legacy && (4..8).contains(&n) && rng.one_in(3) {
            return Operand::register(Class::High, n);
        }
    }
    Operand::register(class, n)
}

/// A memory operand.
pub fn memory(table: &Table<'_>, form: Form, shape: &Shape, mode: Mode, rng: &mut Rng, broadcast: bool) -> Memory {
    let mut out = Memory { size: Some(shape.width).filter(|bits| *bits != 0), ..Memory::EMPTY };
    if matches!(shape.memory, MemoryKind::Any | MemoryKind::Sib | MemoryKind::Mib) || shape.width == 384 {
        out.size = None;
    }
    let mut unit = 1i64 << form.disp8_shift();
    if broadcast {
        out.size = Some(shape.broadcast);
        out.broadcast = Some((shape.width / shape.broadcast) as u8);
        if unit != 1 {
            unit = i64::from(shape.broadcast / 8);
        }
    }
    let fixed = form.code().address_size;
    let wide = mode == Mode::Long && if fixed == 0 { !rng.one_in(10) } else { fixed == 64 };
    let class = if wide { Class::R64 } else { Class::R32 };
    match shape.memory {
        MemoryKind::Offset => {
            out.displacement = Displacement::Known(rng.pick(&[0x1234, 0x7fff_ffff]));
            return out;
        }
        MemoryKind::Source | MemoryKind::Destination => {
            let class = if mode == Mode::Long { Class::R64 } else { Class::R32 };
            let source = shape.memory == MemoryKind::Source;
            out.base = Some(Register::known(class, if source { 6 } else { 7 }));
            out.segment = if source { None } else { Some(0) };
            return out;
        }
        _ => {}
    }
    let extended = mode == Mode::Long && wide && (egpr(table, form) || form.code().space == Space::Evex);
    let top = if mode == Mode::Protected {
        8
    } else if extended {
        32
    } else {
        16
    };
    let number = |rng: &mut Rng| {
        if mode == Mode::Long {
            let any = rng.below(top) as u8;
            rng.pick(&[0, 3, 4, 5, 12, 13, top as u8 - 1, any])
        } else {
            rng.below(8) as u8
        }
    };
    let vector = shape.vector_index();
    let shaped = vector.is_some() || matches!(shape.memory, MemoryKind::Sib | MemoryKind::Mib);
    let kind = rng.below(14);
    if kind == 0 && !shaped && (fixed == 0 || fixed == mode.bits()) {
        out.displacement = Displacement::Known(rng.pick(&[0x1000, 0x7fff_fff0]));
        if mode == Mode::Long && rng.one_in(2) {
            out.base = Some(Register::known(Class::Ip, 0));
        }
        return out;
    }
    if kind != 1 || matches!(shape.memory, MemoryKind::Sib | MemoryKind::Mib) || fixed != 0 {
        out.base = Some(Register::known(class, number(rng)));
    }
    if let Some(vector) = vector {
        let top = if mode == Mode::Protected {
            8
        } else if form.code().space == Space::Evex {
            32
        } else {
            16
        };
        out.index = Some((Register::known(vector, rng.below(top) as u8), rng.pick(&[1, 2, 4, 8])));
    } else if out.base.is_none() || rng.below(5) < 2 {
        let mut n = number(rng);
        while n == 4 {
            n = number(rng);
        }
        let scale = if out.base.is_some() { rng.pick(&[2, 4, 8]) } else { rng.pick(&[4, 8]) };
        out.index = Some((Register::known(class, n), scale));
    }
    let near = rng.below(2000) as i64 - 1000;
    let value = rng.pick(&[
        0,
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        unit,
        -unit,
        127 * unit,
        128 * unit,
        -128 * unit,
        -129 * unit,
        unit + 1,
        64 * unit - 1,
        i64::from(i32::MAX),
        i64::from(i32::MIN),
        near,
    ]);
    if value != 0 || out.base.is_none() {
        out.displacement = Displacement::Known(value);
    }
    if rng.one_in(10) {
        out.segment = Some(rng.pick(&[4, 5]));
    }
    out
}

fn immediate(form: Form, shape: &Shape, rng: &mut Rng) -> Operand {
    let bits = shape.immediate.bits();
    if shape.immediate.is_relative() {
        return Operand::Target { target: 0, size: None };
    }
    if let Kind::Ptr16 | Kind::Ptr32 = shape.immediate {
        let offset = rng.below(0x8000) as i128;
        return Operand::Far { selector: rng.below(0x8000) as u16, offset: bareasm_isa::x86::Immediate::Known(offset) };
    }
    let _ = (form, Word::Ib);
    let top = 1i128 << bits;
    let any = rng.below(1 << bits.min(31)) as i128;
    let value = match shape.immediate {
        Kind::Imm8s | Kind::Imm32s => rng.pick(&[-(top / 2), top / 2 - 1, 0, 1, -1]),
        Kind::Imm8 => rng.pick(&[0, 1, 5, 127, 128, 255]),
        Kind::Imm64 => rng.pick(&[1 << 31, i128::from(i64::MAX), i128::from(i64::MIN), 0x1122_3344_5566_7788]),
        Kind::Imm8u | Kind::Imm16u | Kind::Imm4 => rng.pick(&[0, top - 1, top / 2, any % top]),
        _ => rng.pick(&[-(top / 2), top - 1, top / 2, top / 2 - 1, any]),
    };
    Operand::number(value)
}
