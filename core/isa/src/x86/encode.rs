//! The encoder: a form and its operands into bytes.
//!
//! One routine writes every instruction. It first settles everything that decides where bytes stand (prefixes, the
//! kind of REX or VEX, SIB, displacement), writes the template, and then puts every register number, immediate and
//! displacement into place through a [`Field`]: known numbers at once, run-time ones become a [`Slot`]. A run-time
//! register gets the template in which every register of its class is legal: REX or the long VEX prefix is always
//! there, a base has SIB and a displacement.

use super::address::{Address, Base};
use super::encoded::{Encoded, LabelSlot, Refusal, Slot, MAX_SLOTS};
use super::form::{
    Attributes, Code, Form, Immediate as ImmediateWord, ModRm, Plus, Role, Second, Space, Wide, MAP_3DNOW, MAX_OPERANDS,
};
use super::operand::{Displacement, Immediate, Memory, Mode, Number, Operand, Prefix, Register, Request, Rounding};
use super::parts::{admitted, sets, takes_rex2, Bound, Part, Parts};
use super::place::{disp_field, immediate_field, mask_field, Places, RegisterPlace};
use super::register::Class;
use super::shape::{Immediate as ImmediateKind, Shape};
use crate::encoding::MAX_LEN;
use crate::field::{Field, Reason};
use crate::relocation::Relocation;
use crate::rule::Rule;

/// Encodes a form whose operand kinds match.
pub(super) fn emit(
    index: u16,
    form: Form,
    bound: &[Option<Bound>; MAX_OPERANDS],
    request: &Request<'_>,
) -> Result<Encoded, Refusal> {
    let code = form.code();
    let mut parts = Parts::of(bound);
    let apx = form.attributes().has(Attributes::APX);
    let unit = match parts.memory {
        Some((Memory { broadcast: Some(_), .. }, shape, _)) if !apx => (shape.broadcast / 8) as u8,
        _ => 1 << form.disp8_shift(),
    };
    let address = match &parts.memory {
        Some((memory, shape, at)) => Some(Address::plan(memory, shape, &code, unit, request, *at)?),
        None => None,
    };
    if let Some((at, string_segment, size)) = parts.string {
        if size == 0 {
            return Err(Refusal::AddressSize(at));
        }
        parts.segment = parts.segment.or(string_segment);
        parts.address_size = Some(size);
    }
    for prefix in request.prefixes {
        if let Prefix::Segment(n) = prefix {
            parts.segment = Some(*n);
        }
    }
    let mut emitter = Emitter::new(index, request.mode);
    emitter.prefixes(&code, form.attributes(), &parts, address.as_ref(), request)?;
    let places = emitter.extension(&code, form.attributes(), &parts, address.as_ref(), request, apx)?;
    let places = emitter.opcode(&code, &parts, address.as_ref(), places, unit)?;
    emitter.immediates(&code, bound, request)?;
    emitter.registers(&code, &parts, address.as_ref(), &places)?;
    emitter.decorations(&code, bound, &parts, request, &places)?;
    if form.attributes().has(Attributes::DISTINCT) {
        emitter.distinct(bound)?;
    }
    // rip counts from the end of the instruction, but a reference from the end of the displacement.
    emitter.trailing();
    Ok(emitter.out)
}

struct Emitter {
    out: Encoded,
    mode: Mode,
    slots: usize,
    unequal: usize,
    /// Where a rip-relative displacement stands.
    rip: Option<usize>,
}

impl Emitter {
    fn new(form: u16, mode: Mode) -> Emitter {
        let out = Encoded {
            form,
            code: [0; MAX_LEN],
            len: 0,
            slots: [None; MAX_SLOTS],
            unequal: [None; MAX_SLOTS],
            label: None,
            relative: 0,
        };
        Emitter { out, mode, slots: 0, unequal: 0, rip: None }
    }

    /// Bit position of the next byte.
    fn here(&self) -> u8 {
        self.out.len.saturating_mul(8)
    }

    fn push(&mut self, byte: u8) -> Result<(), Refusal> {
        let slot = self.out.code.get_mut(usize::from(self.out.len)).filter(|_| self.out.len < 15).ok_or(Refusal::TooLong)?;
        *slot = byte;
        self.out.len = self.out.len.saturating_add(1);
        Ok(())
    }

    fn skip(&mut self, bytes: u8) -> Result<(), Refusal> {
        (0..bytes).try_for_each(|_| self.push(0))
    }

    fn prefixes(
        &mut self,
        code: &Code,
        attributes: Attributes,
        parts: &Parts,
        address: Option<&Address>,
        request: &Request<'_>,
    ) -> Result<(), Refusal> {
        admitted(attributes, parts, request)?;
        if code.wait {
            self.push(0x9b)?;
        }
        let list: [(&[Prefix], u8); 2] = [(&[Prefix::Xacquire, Prefix::Repne], 0xf2), (&[Prefix::Xrelease, Prefix::Rep], 0xf3)];
        // `rep montmul`: the byte is part of the instruction.
        list.iter().filter(|(_, byte)| code.prefix.byte() != Some(*byte)).try_for_each(|one| self.written(request, &[*one]))?;
        if let Some(segment) = parts.segment {
            let byte = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65].get(usize::from(segment)).copied();
            self.push(byte.ok_or(Refusal::Prefix(Prefix::Segment(segment)))?)?;
        }
        let size = address.map(|address| address.size).or(parts.address_size);
        let size = size.unwrap_or(if code.address_size == 0 { self.mode.bits() } else { code.address_size });
        if size != self.mode.bits() {
            self.push(0x67)?;
        }
        let legacy = matches!(code.space, Space::Legacy | Space::Rex2);
        if legacy && (code.operand_size == 16 || code.prefix.byte() == Some(0x66)) {
            self.push(0x66)?;
        }
        self.written(request, &[(&[Prefix::Bnd], 0xf2), (&[Prefix::Lock], 0xf0), (&[Prefix::Notrack], 0x3e)])?;
        match code.prefix.byte() {
            Some(byte) if legacy && byte != 0x66 => self.push(byte),
            _ => Ok(()),
        }
    }

    /// The bytes of prefixes that the line has.
    fn written(&mut self, request: &Request<'_>, list: &[(&[Prefix], u8)]) -> Result<(), Refusal> {
        let found = list.iter().filter(|(prefixes, _)| prefixes.iter().any(|prefix| request.has(*prefix)));
        found.map(|(_, byte)| *byte).try_for_each(|byte| self.push(byte))
    }

    /// REX, REX2, VEX, XOP or EVEX.
    fn extension(
        &mut self,
        code: &Code,
        attributes: Attributes,
        parts: &Parts,
        address: Option<&Address>,
        request: &Request<'_>,
        apx: bool,
    ) -> Result<Places, Refusal> {
        let registers = parts.extensible(address);
        let any =
            |registers: &[Option<Register>], bit| registers.iter().flatten().any(|register| sets(*register, bit, self.mode));
        let wide = code.wide == Wide::W1;
        let at = self.here();
        match code.space {
            Space::Legacy | Space::Rex2 => {
                let high = any(&registers, 16);
                if let Some(operand) = parts.extended_vector() {
                    return Err(Refusal::Register(operand, Reason::RegisterRange));
                }
                let rex2 = code.space == Space::Rex2 || high || request.has(Prefix::Rex2);
                let rex = wide || parts.low_byte || any(&registers, 8) || request.has(Prefix::Rex);
                if (rex || rex2) && self.mode == Mode::Protected {
                    // spl to dil, r8 and up: the register's field says so below; a hint has nobody else to say it.
                    return if parts.low_byte || any(&registers, 8) { Ok(Places::none(self.mode)) } else { Err(Refusal::Mode) };
                }
                if let (true, Some(operand)) = (rex || rex2, parts.high_byte) {
                    return Err(Refusal::HighByte(operand));
                }
                if rex2 {
                    if code.space != Space::Rex2 && !takes_rex2(code, attributes) {
                        return Err(Refusal::Extended(parts.first_extended()));
                    }
                    self.push(0xd5)?;
                    let map = if code.map == 1 { 0x80 } else { 0 };
                    self.push(map | u8::from(wide) << 3)?;
                    return Ok(Places::rex2(at.saturating_add(8), self.mode));
                }
                if rex {
                    self.push(0x40 | u8::from(wide) << 3)?;
                    return Ok(Places::rex(at, self.mode));
                }
                Ok(Places::none(self.mode))
            }
            _ if parts.high_byte.is_some() => Err(Refusal::HighByte(parts.high_byte.unwrap_or(0))),
            Space::Vex | Space::Xop => {
                let [_, rest @ ..] = &registers;
                let length = code.length.bits().unwrap_or(0) << 2 | code.prefix.bits();
                let short = code.space == Space::Vex && code.map == 1 && !wide && !any(rest, 8) && !request.has(Prefix::Vex3);
                if short {
                    self.push(0xc5)?;
                    self.push(0xf8 | length)?;
                    return Ok(Places::vex2(at.saturating_add(8), self.mode));
                }
                if request.has(Prefix::Vex2) {
                    return Err(Refusal::Prefix(Prefix::Vex2));
                }
                self.push(if code.space == Space::Vex { 0xc4 } else { 0x8f })?;
                self.push(0xe0 | code.map)?;
                self.push(u8::from(wide) << 7 | 0x78 | length)?;
                Ok(Places::vex3(at.saturating_add(8), self.mode))
            }
            Space::Evex => {
                self.push(0x62)?;
                self.push(0xf0 | code.map)?;
                let v = parts.dfv.map_or(0x78, |flags| (flags & 15) << 3);
                self.push(u8::from(wide) << 7 | v | 4 | code.prefix.bits())?;
                let last = match code.scc {
                    // The condition takes the place of V' and the mask.
                    Some(scc) => scc,
                    None => {
                        let nf = code.nf || request.has(Prefix::Nf);
                        let length = if request.decorations.rounding.is_some() { 0 } else { code.length.bits().unwrap_or(0) };
                        8 | length << 5 | u8::from(code.nd || code.zu) << 4 | u8::from(nf) << 2
                    }
                };
                self.push(last)?;
                Ok(Places::evex(at.saturating_add(8), self.mode, apx))
            }
        }
    }

    /// Opcode, ModRM, SIB and displacement.
    fn opcode(
        &mut self,
        code: &Code,
        parts: &Parts,
        address: Option<&Address>,
        mut places: Places,
        unit: u8,
    ) -> Result<Places, Refusal> {
        if code.space == Space::Legacy && !places.is_rex2() {
            let escape: &[u8] = match code.map {
                1 | MAP_3DNOW => &[0x0f],
                2 => &[0x0f, 0x38],
                3 => &[0x0f, 0x3a],
                _ => &[],
            };
            escape.iter().try_for_each(|byte| self.push(*byte))?;
        }
        places.opcode = self.here();
        self.push(code.opcode)?;
        if let Second::Fixed(byte) = code.second {
            places.opcode = self.here();
            return self.push(byte).map(|()| places);
        }
        let digit = match code.modrm {
            ModRm::None => return Ok(places),
            ModRm::Register => 0,
            ModRm::Low(low) => low,
            ModRm::Digit(digit) => digit << 3,
        };
        places.modrm = self.here();
        let Some(address) = address else {
            return self.push(0xc0 | digit).map(|()| places);
        };
        let direct = matches!(address.base, Base::Ip) || !address.sib && matches!(address.base, Base::None);
        let rm = if let Some(word) = address.word {
            word
        } else if address.sib {
            4
        } else if direct {
            5
        } else {
            0
        };
        self.push(address.mode << 6 | digit | rm)?;
        if address.sib {
            places.sib = self.here();
            let scale = address.index.map_or(0, |(_, scale)| scale);
            let index = if address.index.is_none() { 4 << 3 } else { 0 };
            let base = if matches!(address.base, Base::None) { 5 } else { 0 };
            self.push(scale << 6 | index | base)?;
        }
        let operand = parts.memory.map_or(0, |(.., at)| at);
        self.displacement(address, unit, operand)?;
        Ok(places)
    }

    fn displacement(&mut self, address: &Address, unit: u8, operand: u8) -> Result<(), Refusal> {
        let at = self.here();
        let bytes = address.width.bytes();
        if matches!(address.base, Base::Ip) {
            self.rip = Some(usize::from(self.out.len));
        }
        self.skip(bytes)?;
        let field = disp_field(at, bytes, unit, address.size);
        match address.displacement {
            Displacement::None => Ok(()),
            Displacement::Known(value) => self.number(&field, value, operand),
            Displacement::Value(value) => self.slot(value, field),
            Displacement::Target(target) => {
                let relocation = if matches!(address.base, Base::Ip) { Relocation::X86Rel32 } else { Relocation::Abs32 };
                self.label(target, relocation, at / 8)
            }
        }
    }

    fn immediates(&mut self, code: &Code, bound: &[Option<Bound>], request: &Request<'_>) -> Result<(), Refusal> {
        let operands = bound.iter().flatten();
        let mut placed = operands.clone().filter(|bound| {
            matches!(bound.role, Role::Immediate | Role::Displacement) && bound.shape.immediate != ImmediateKind::Imm4
        });
        let address = match (code.address_size, request.mode) {
            (32, _) | (0, Mode::Protected) => 4,
            (16, _) => 2,
            _ => 8,
        };
        for word in code.immediates.into_iter().filter(|word| *word != ImmediateWord::None) {
            let at = self.here();
            self.skip(word.size(address))?;
            if let Some(bound) = placed.next() {
                self.immediate(at, word.size(address), code, operands.clone(), bound)?;
            }
        }
        if code.is4 {
            let at = self.here();
            self.push(0)?;
            if let Some(bound) = operands.clone().find(|bound| bound.shape.immediate == ImmediateKind::Imm4) {
                self.immediate(at, 1, code, operands, bound)?;
            }
        }
        match code.second {
            Second::Suffix(byte) => self.push(byte),
            _ => Ok(()),
        }
    }

    fn immediate<'b>(
        &mut self,
        at: u8,
        bytes: u8,
        code: &Code,
        all: impl Iterator<Item = &'b Bound>,
        bound: &Bound,
    ) -> Result<(), Refusal> {
        let kind = bound.shape.immediate;
        if kind.is_relative() {
            self.out.relative = kind.bits() as u8;
        }
        match bound.operand {
            Operand::Target { target, .. } => {
                let relocation = match bytes {
                    1 => Relocation::X86Rel8,
                    2 => Relocation::X86Rel16,
                    _ => Relocation::X86Rel32,
                };
                self.label(target, relocation, at / 8)
            }
            Operand::Immediate { value, .. } => {
                let field = immediate_field(at, kind, operand_size(code, all.map(|bound| bound.shape), self.mode));
                self.value(&field, value, bound.at)
            }
            Operand::Far { selector, offset } => {
                let offset_bits = bytes.saturating_sub(2).saturating_mul(8);
                let kind = if offset_bits == 16 { ImmediateKind::Imm16 } else { ImmediateKind::Imm32 };
                self.value(&immediate_field(at, kind, 0), offset, bound.at)?;
                let field = immediate_field(at.saturating_add(offset_bits), ImmediateKind::Imm16u, 0);
                self.number(&field, selector.into(), bound.at)
            }
            Operand::Memory(memory) => {
                let field = immediate_field(at, if bytes == 8 { ImmediateKind::Imm64 } else { ImmediateKind::Imm32 }, 0);
                match memory.displacement {
                    Displacement::None => Ok(()),
                    Displacement::Known(value) => self.number(&field, value, bound.at),
                    Displacement::Value(value) => self.slot(value, field),
                    Displacement::Target(target) => {
                        let relocation = if bytes == 8 { Relocation::Abs64 } else { Relocation::Abs32 };
                        self.label(target, relocation, at / 8)
                    }
                }
            }
            _ => Ok(()),
        }
    }

    fn value(&mut self, field: &Field, value: Immediate, operand: u8) -> Result<(), Refusal> {
        match value {
            Immediate::Value(value) => self.slot(value, *field),
            Immediate::Known(value) => {
                // A 64-bit field takes a pattern: numbers of u64 are as good as those of i64.
                let pattern = if takes_pattern64(field) { u64::try_from(value).ok().map(|value| value as i64) } else { None };
                match i64::try_from(value).ok().or(pattern) {
                    Some(value) => self.number(field, value, operand),
                    None => Err(Refusal::Value(operand, Reason::ImmediateRange, *field)),
                }
            }
        }
    }

    fn number(&mut self, field: &Field, value: i64, operand: u8) -> Result<(), Refusal> {
        field.place(value, &mut self.out.code).map_err(|reason| Refusal::Value(operand, reason, *field))
    }

    fn label(&mut self, target: u16, relocation: Relocation, at: u8) -> Result<(), Refusal> {
        self.out.label = Some(LabelSlot { target, relocation, at });
        Ok(())
    }

    /// A run-time value. One that stands in two places (base and index of a lone scaled index) has one field with both.
    fn slot(&mut self, value: u16, field: Field) -> Result<(), Refusal> {
        if let Some(slot) = self.out.slots.iter_mut().flatten().find(|slot| slot.value == value) {
            slot.field.width = slot.field.width.min(field.width);
            for piece in field.pieces() {
                if let Some(free) = slot.field.pieces.get_mut(usize::from(slot.field.len)) {
                    *free = *piece;
                    slot.field.len = slot.field.len.saturating_add(1);
                }
            }
            return Ok(());
        }
        let slot = self.out.slots.get_mut(self.slots).ok_or(Refusal::TooLong)?;
        *slot = Some(Slot { value, field });
        self.slots = self.slots.saturating_add(1);
        Ok(())
    }

    fn register(&mut self, place: RegisterPlace, part: Option<Part>) -> Result<(), Refusal> {
        let Some((register, block, operand)) = part else { return Ok(()) };
        let field = place.field(register.class, block, matches!(register.number, Number::Value(_)));
        match register.number {
            Number::Value(value) => self.slot(value, field),
            Number::Known(n) => field.place(n.into(), &mut self.out.code).map_err(|reason| Refusal::Register(operand, reason)),
        }
    }

    fn registers(&mut self, code: &Code, parts: &Parts, address: Option<&Address>, places: &Places) -> Result<(), Refusal> {
        self.register(if parts.both { places.both() } else { places.reg() }, parts.reg)?;
        self.register(places.rm(parts.rm.is_some_and(|(register, ..)| register.class.is_vector())), parts.rm)?;
        self.register(places.vvvv(), parts.vvvv)?;
        if code.plus != Plus::None {
            self.register(places.opcode(), parts.opcode)?;
        }
        self.register(places.is4(self.here().saturating_sub(8)), parts.is4)?;
        let Some(address) = address else { return Ok(()) };
        let operand = parts.memory.map_or(0, |(.., at)| at);
        if let Base::Register(base) = address.base {
            self.register(places.base(address.sib), Some((base, 1, operand)))?;
        }
        if let Some((index, _)) = address.index {
            self.register(places.index(index.class.is_vector()), Some((index, 1, operand)))?;
            if !index.class.is_vector() {
                self.differ(index.number, Number::Known(4), operand)?;
            }
        }
        Ok(())
    }

    fn differ(&mut self, a: Number, b: Number, operand: u8) -> Result<(), Refusal> {
        if let (Number::Known(a), Number::Known(b)) = (a, b) {
            return if a == b { Err(Refusal::Distinct(operand)) } else { Ok(()) };
        }
        let slot = self.out.unequal.get_mut(self.unequal).ok_or(Refusal::TooLong)?;
        *slot = Some((a, b));
        self.unequal = self.unequal.saturating_add(1);
        Ok(())
    }

    /// All vector and tile registers, an index included, differ.
    fn distinct(&mut self, bound: &[Option<Bound>]) -> Result<(), Refusal> {
        let register = |bound: &Bound| match bound.operand {
            Operand::Register(register) if register.class.is_vector() || register.class == Class::Tmm => {
                Some((register.number, bound.at))
            }
            Operand::Memory(Memory { index: Some((register, _)), .. }) if register.class.is_vector() => {
                Some((register.number, bound.at))
            }
            _ => None,
        };
        for (n, (later, operand)) in bound.iter().flatten().filter_map(register).enumerate() {
            for (earlier, _) in bound.iter().flatten().filter_map(register).take(n) {
                self.differ(earlier, later, operand)?;
            }
        }
        Ok(())
    }

    fn decorations(
        &mut self,
        code: &Code,
        bound: &[Option<Bound>],
        parts: &Parts,
        request: &Request<'_>,
        places: &Places,
    ) -> Result<(), Refusal> {
        let mut bits = 0u8;
        if let Some((Memory { broadcast: Some(_), .. }, ..)) = parts.memory {
            bits |= 0x10;
        }
        if let Some(rounding) = request.decorations.rounding {
            super::matching::takes_rounding(bound, rounding)?;
            bits |= 0x10
                | match rounding {
                    Rounding::Nearest | Rounding::Suppress => 0,
                    Rounding::Down => 0x20,
                    Rounding::Up => 0x40,
                    Rounding::Zero => 0x60,
                };
        }
        if request.decorations.zeroing {
            bits |= 0x80;
        }
        if code.space == Space::Evex {
            if let Some(byte) = self.out.code.get_mut(usize::from(places.last / 8)) {
                *byte ^= bits;
            }
        }
        super::matching::takes_mask(bound, request)?;
        match request.decorations.mask {
            Some((Number::Value(value), _)) => self.slot(value, mask_field(places.last)),
            Some((Number::Known(n), _)) => mask_field(places.last).place(n.into(), &mut self.out.code).map_err(|_| Refusal::Mask),
            None => Ok(()),
        }
    }

    /// Subtracts the bytes behind a rip-relative displacement of a label.
    fn trailing(&mut self) {
        let (Some(at), Some(label)) = (self.rip, self.out.label) else { return };
        let behind = i64::from(self.out.len).saturating_sub(at as i64).saturating_sub(4);
        let field = label.relocation.shape().field;
        if let (Ok(raw), Some(unit)) = (field.encode(behind.saturating_neg()), self.out.code.get_mut(at..)) {
            field.patch(raw, unit);
        }
    }
}

/// Whether a field takes any pattern of 64 bits.
fn takes_pattern64(field: &Field) -> bool {
    field.rule == Rule::Extended64 || field.rule == Rule::Pattern && field.width == 64
}

/// The size that a sign-extended immediate is extended to.
pub(super) fn operand_size(code: &Code, mut all: impl Iterator<Item = Shape>, mode: Mode) -> u16 {
    let mut memory = None;
    let register = all.find_map(|shape| {
        if let (None, 8 | 16 | 32 | 64) = (memory, shape.width) {
            memory = Some(shape.width);
        }
        shape.register.and_then(Class::gpr_bits)
    });
    register.or(memory).unwrap_or(if code.operand_size == 16 { 16 } else { mode.bits().into() })
}
