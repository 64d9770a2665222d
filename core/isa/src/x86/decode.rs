//! The decoder: bytes to form and operands.
//!
//! Forms are looked up by (prefix kind, map, opcode). One matches if all bits that its row names agree; bits that it
//! does not name (66, F2, F3, W) are ignored. Of several that match, the most specific is taken, then one that is not an
//! `alias`, then the first row.

use super::form::{
    Attributes, Code, Form, Immediate as ImmediateWord, ModRm, Plus, Role, Second, Space, MAP_3DNOW, MAX_OPERANDS,
};
use super::header::{specificity, Header, Outline};
use super::operand::{Decorations, Displacement, Immediate, Memory, Mode, Number, Operand, Prefix, Register, Rounding};
use super::register::Class;
use super::shape::{Immediate as ImmediateKind, Masking, Memory as MemoryKind, RoundingKind, Shape};
use super::table::Table;
use super::text::{memory_size, reads_signed};

const MAX_PREFIXES: usize = 4;

/// A decoded instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Index of the form.
    pub form: u16,
    /// Bytes of the instruction.
    pub len: u8,
    /// EVEX decorations.
    pub decorations: Decorations,
    /// Mode.
    pub mode: Mode,
    operands: [Operand; MAX_OPERANDS],
    count: u8,
    prefixes: [Prefix; MAX_PREFIXES],
    prefix_count: u8,
}

impl Decoded {
    /// The operands. Distances of branches are numbers.
    pub fn operands(&self) -> &[Operand] {
        self.operands.get(..self.count.into()).unwrap_or(&[])
    }

    /// Prefixes that the form admits, and hints that it needs.
    pub fn prefixes(&self) -> &[Prefix] {
        self.prefixes.get(..self.prefix_count.into()).unwrap_or(&[])
    }

    fn push(&mut self, operand: Operand) {
        if let Some(slot) = self.operands.get_mut(usize::from(self.count)) {
            *slot = operand;
            self.count = self.count.saturating_add(1);
        }
    }

    fn prefix(&mut self, prefix: Prefix) {
        if let Some(slot) = self.prefixes.get_mut(usize::from(self.prefix_count)) {
            *slot = prefix;
            self.prefix_count = self.prefix_count.saturating_add(1);
        }
    }
}

/// Reads the bytes one after the other.
#[derive(Clone, Copy)]
struct Reader<'c> {
    code: &'c [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.code.get(self.at.checked_add(ahead)?).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek(0)?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    /// Little endian.
    fn number(&mut self, bytes: u8) -> Option<u64> {
        let mut out = 0u64;
        for n in 0..bytes {
            out |= u64::from(self.next()?).checked_shl(u32::from(n) * 8).unwrap_or(0);
        }
        Some(out)
    }

    fn signed(&mut self, bytes: u8) -> Option<i64> {
        let unused = 64u32.saturating_sub(u32::from(bytes) * 8);
        let raw = self.number(bytes)?;
        Some(raw.checked_shl(unused).unwrap_or(0) as i64 >> unused.min(63))
    }
}

/// The bit of a byte, inverted.
const fn not(byte: u8, bit: u8) -> u8 {
    !byte >> bit & 1
}

const fn bit(byte: u8, bit: u8) -> u8 {
    byte >> bit & 1
}

const fn is_rex(byte: u8) -> bool {
    byte & 0xf0 == 0x40
}

/// Whether the byte is a prefix in 64-bit mode.
const fn is_prefix(byte: u8) -> bool {
    matches!(byte, 0x66 | 0x67 | 0xf0 | 0xf2 | 0xf3 | 0x26 | 0x2e | 0x36 | 0x3e | 0x64 | 0x65) || is_rex(byte)
}

impl Header {
    /// Reads prefixes and opcode; looks at the byte behind it.
    fn read(reader: &mut Reader<'_>, mode: Mode) -> Option<Header> {
        let mut header = Header::default();
        loop {
            match reader.peek(0)? {
                0x66 => header.p66 = true,
                0x67 => header.p67 = true,
                0xf0 => header.lock = true,
                // The last of these two counts.
                0xf2 => (header.pf2, header.pf3) = (true, false),
                0xf3 => (header.pf2, header.pf3) = (false, true),
                0x26 => header.segment = Some(0),
                0x2e => header.segment = Some(1),
                0x36 => header.segment = Some(2),
                0x3e => header.segment = Some(3),
                0x64 => header.segment = Some(4),
                0x65 => header.segment = Some(5),
                // REX that does not stand directly in front of the opcode is ignored.
                byte if mode == Mode::Long && is_rex(byte) && reader.peek(1).is_some_and(is_prefix) => {}
                _ => break,
            }
            reader.next();
        }
        let first = reader.peek(0)?;
        let second = reader.peek(1).unwrap_or(0);
        // In 32-bit mode these are LES, LDS and BOUND unless a register form would follow.
        let free = mode == Mode::Long || second >= 0xc0;
        match first {
            0xc5 if free => header.vex2(reader)?,
            0xc4 if free => header.vex3(reader, Space::Vex)?,
            0x8f if second & 31 >= 8 => header.vex3(reader, Space::Xop)?,
            0x62 if free => header.evex(reader)?,
            0xd5 if mode == Mode::Long => header.rex2(reader)?,
            _ => header.legacy(reader, mode)?,
        }
        // VEX, XOP and EVEX contain these prefixes.
        if header.space != 0 && (header.p66 || header.pf2 || header.pf3 || header.lock) {
            return None;
        }
        header.modrm = reader.peek(0);
        Some(header)
    }

    fn vex2(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.next();
        let byte = reader.next()?;
        (self.space, self.map) = (Space::Vex as u8, 1);
        self.r = not(byte, 7) << 3;
        self.tail(byte);
        self.opcode = reader.next()?;
        Some(())
    }

    /// vvvv, L and pp, as in the last byte of VEX.
    fn tail(&mut self, byte: u8) {
        self.v = !byte >> 3 & 15;
        self.raw_v = byte >> 3 & 15;
        self.l = bit(byte, 2);
        self.pp = byte & 3;
    }

    fn vex3(&mut self, reader: &mut Reader<'_>, space: Space) -> Option<()> {
        reader.next();
        let (byte, last) = (reader.next()?, reader.next()?);
        (self.space, self.map) = (space as u8, byte & 31);
        (self.r, self.x, self.b) = (not(byte, 7) << 3, not(byte, 6) << 3, not(byte, 5) << 3);
        self.w = bit(last, 7) == 1;
        self.tail(last);
        self.opcode = reader.next()?;
        Some(())
    }

    fn evex(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.next();
        let (p0, p1, p2) = (reader.next()?, reader.next()?, reader.next()?);
        (self.space, self.map) = (Space::Evex as u8, p0 & 7);
        self.r = not(p0, 7) << 3 | not(p0, 4) << 4;
        self.x = not(p0, 6) << 3 | not(p1, 2) << 4;
        self.b = not(p0, 5) << 3 | bit(p0, 3) << 4;
        self.w = bit(p1, 7) == 1;
        self.tail(p1);
        self.l = p2 >> 5 & 3;
        self.v |= not(p2, 3) << 4;
        self.z = bit(p2, 7) == 1;
        self.broadcast = bit(p2, 4) == 1;
        self.mask = p2 & 7;
        self.scc = p2 & 15;
        self.opcode = reader.next()?;
        Some(())
    }

    fn rex2(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.next();
        let byte = reader.next()?;
        (self.rex, self.rex2, self.map) = (true, true, byte >> 7);
        self.w = bit(byte, 3) == 1;
        self.r = bit(byte, 2) << 3 | bit(byte, 6) << 4;
        self.x = bit(byte, 1) << 3 | bit(byte, 5) << 4;
        self.b = bit(byte, 0) << 3 | bit(byte, 4) << 4;
        self.opcode = reader.next()?;
        Some(())
    }

    fn legacy(&mut self, reader: &mut Reader<'_>, mode: Mode) -> Option<()> {
        let mut byte = reader.next()?;
        if mode == Mode::Long && is_rex(byte) {
            self.rex = true;
            self.w = bit(byte, 3) == 1;
            (self.r, self.x, self.b) = (bit(byte, 2) << 3, bit(byte, 1) << 3, bit(byte, 0) << 3);
            byte = reader.next()?;
        }
        if byte == 0x0f {
            self.map = 1;
            // A bare 0F 38 or 0F 3A at the end of the code is an opcode of its own on some processors.
            byte = reader.next()?;
            match byte {
                0x38 if reader.peek(0).is_some() => self.map = 2,
                0x3a if reader.peek(0).is_some() => self.map = 3,
                0x0f => self.map = MAP_3DNOW,
                _ => {}
            }
            if matches!(self.map, 2 | 3) {
                byte = reader.next()?;
            }
        }
        self.opcode = byte;
        Some(())
    }
}

impl Table<'_> {
    /// What the instruction's bytes may be, as far as its operands decide it.
    fn outline(&self, form: Form) -> Outline {
        let signature = self.signature(form);
        signature.operands().fold(Outline::default(), |outline, (shape, role)| outline.with(&self.shape(shape), role))
    }

    /// Decodes the first instruction of `code`; `None` if no form has these bytes, or if they end too early.
    pub fn decode(&self, code: &[u8], mode: Mode) -> Option<Decoded> {
        let mut reader = Reader { code: code.get(..code.len().min(15))?, at: 0 };
        let mut header = Header::read(&mut reader, mode)?;
        let mut known = None;
        loop {
            let found = self.select(&header, reader, mode, known).or_else(|| {
                // In 32-bit mode the W of VEX is ignored where it would select a 64-bit register.
                let again = mode == Mode::Protected && header.space != 0 && header.w;
                header.w &= !again;
                if again {
                    self.select(&header, reader, mode, None)
                } else {
                    None
                }
            })?;
            let (key, index, form) = found;
            // A form may turn out not to have the registers that its bytes name; then a less specific one is meant.
            let operands = Operands { table: self, header, reader, mode, form, code: form.code() };
            match operands.decode(index) {
                Some(decoded) => return Some(decoded),
                None => known = Some(key),
            }
        }
    }

    /// The most specific form for a header; with `below`, of those that are less specific than that.
    fn select(&self, header: &Header, reader: Reader<'_>, mode: Mode, below: Option<Rank>) -> Option<(Rank, u16, Form)> {
        let exact = (header.space, header.map, header.opcode);
        let low = (header.space, header.map, header.opcode & 0xf8);
        let plus = self.bucket(low).filter(move |(_, form)| low != exact && form.code().plus != Plus::None);
        let mut best: Option<(Rank, u16, Form)> = None;
        for (index, form) in self.bucket(exact).chain(plus) {
            let code = form.code();
            // The bytes of these rows mean something else today.
            if form.attributes().has(Attributes::ALIAS) && self.needs(form, "cyrix") {
                continue;
            }
            if !header.selects(&code, form.attributes(), &self.outline(form), mode) || !suffix_agrees(&code, reader, header, mode)
            {
                continue;
            }
            // REX.B makes 90 an exchange with r8, not the no-op.
            let loose = u8::from(header.b != 0 && code.modrm == ModRm::None && code.plus == Plus::None).saturating_mul(2);
            let row = u16::MAX.wrapping_sub(form.links().row);
            let rank = ((specificity(&code) + 2).saturating_sub(loose), !form.attributes().has(Attributes::ALIAS), row, index);
            if below.is_none_or(|below| rank < below) && best.is_none_or(|(known, ..)| rank > known) {
                best = Some((rank, index, form));
            }
        }
        best
    }
}

/// Specificity, not an alias, earlier row; the index tells forms of one row apart.
type Rank = (u8, bool, u16, u16);

/// 3DNow!: the opcode stands behind the operands.
fn suffix_agrees(code: &Code, mut reader: Reader<'_>, header: &Header, mode: Mode) -> bool {
    let Second::Suffix(suffix) = code.second else { return true };
    let Some(modrm) = reader.next() else { return false };
    let known = modrm >= 0xc0 || address(&mut reader, header, modrm, mode, 1, None).is_some();
    known && reader.peek(0) == Some(suffix)
}

/// The memory operand behind a ModRM byte. `unit`: of an 8-bit displacement; `vector`: class of a vector index.
fn address(reader: &mut Reader<'_>, header: &Header, modrm: u8, mode: Mode, unit: u8, vector: Option<Class>) -> Option<Memory> {
    let size = header.address_size(mode);
    let class = match size {
        64 => Class::R64,
        32 => Class::R32,
        _ => return address16(reader, header, modrm, unit, vector),
    };
    let mut memory = Memory { segment: header.segment, ..Memory::EMPTY };
    let (form, rm) = (modrm >> 6, modrm & 7);
    let mut width = [0u8, 1, 4].get(usize::from(form)).copied()?;
    if rm == 4 {
        let sib = reader.next()?;
        let low = sib >> 3 & 7;
        let scale = 1u8 << (sib >> 6);
        match vector {
            Some(vector) => {
                let n = low | header.x & 8 | header.v & 16;
                memory.index = Some((Register::known(vector, n), scale));
            }
            None if low | header.x != 4 => memory.index = Some((Register::known(class, low | header.x), scale)),
            None => {}
        }
        if sib & 7 == 5 && form == 0 {
            width = 4;
        } else {
            memory.base = Some(Register::known(class, sib & 7 | header.b));
        }
        // A lone index is itself: base and index are written apart.
        memory.nosplit = memory.base.is_none();
    } else if rm == 5 && form == 0 {
        width = 4;
        if mode == Mode::Long {
            memory.base = Some(Register::known(Class::Ip, u8::from(size == 32)));
        }
    } else {
        memory.base = Some(Register::known(class, rm | header.b));
    }
    if width != 0 {
        let scaled = if width == 1 { i64::from(unit) } else { 1 };
        let value = reader.signed(width)?.wrapping_mul(scaled);
        if value != 0 || memory.base.is_none() {
            memory.displacement = Displacement::Known(value);
        }
    }
    Some(memory)
}

/// A 16-bit address.
fn address16(reader: &mut Reader<'_>, header: &Header, modrm: u8, unit: u8, vector: Option<Class>) -> Option<Memory> {
    let (form, rm) = (modrm >> 6, modrm & 7);
    let register = |n| Register::known(Class::R16, n);
    let bare = form == 0 && rm == 6;
    let (base, index) = match rm {
        _ if vector.is_some() => return None,
        _ if bare => (None, None),
        0..=3 => (Some(if rm < 2 { 3 } else { 5 }), Some(6 + (rm & 1))),
        _ => (Some([6, 7, 5, 3].get(usize::from(rm & 3)).copied()?), None),
    };
    let mut memory = Memory { segment: header.segment, ..Memory::EMPTY };
    memory.base = base.map(register);
    memory.index = index.map(|n| (register(n), 1));
    let width = if bare { 2 } else { form };
    if width != 0 {
        let scaled = if width == 1 { i64::from(unit) } else { 1 };
        let value = reader.signed(width)?.wrapping_mul(scaled);
        if value != 0 || bare {
            memory.displacement = Displacement::Known(value);
        }
    }
    Some(memory)
}

/// Decoding the operands of a selected form.
struct Operands<'t> {
    table: &'t Table<'t>,
    header: Header,
    reader: Reader<'t>,
    mode: Mode,
    form: Form,
    code: Code,
}

impl Operands<'_> {
    fn decode(mut self, index: u16) -> Option<Decoded> {
        let mut out = Decoded {
            form: index,
            len: 0,
            decorations: Decorations::default(),
            mode: self.mode,
            operands: [Operand::Dfv(0); MAX_OPERANDS],
            count: 0,
            prefixes: [Prefix::Lock; MAX_PREFIXES],
            prefix_count: 0,
        };
        let table = self.table;
        let signature = table.signature(self.form);
        let shapes = || signature.operands().map(|(shape, role)| (table.shape(shape), role));
        let opcode_byte = match self.code.second {
            Second::Fixed(_) => self.reader.next()?,
            _ => self.header.opcode,
        };
        let modrm = if self.code.modrm == ModRm::None { None } else { Some(self.reader.next()?) };
        let mut memory = None;
        if let Some(modrm) = modrm.filter(|modrm| *modrm < 0xc0) {
            let vector = shapes().find_map(|(shape, _)| shape.vector_index());
            let element = shapes().map(|(shape, _)| shape.broadcast / 8).max().unwrap_or(0) as u8;
            let apx = self.form.attributes().has(Attributes::APX);
            let broadcast = self.broadcasts();
            let unit = if broadcast && !apx { element } else { 1 << self.form.disp8_shift() };
            memory = Some((address(&mut self.reader, &self.header, modrm, self.mode, unit, vector)?, broadcast));
        }
        let rest = self.reader;
        let mut last = None;
        if self.code.is4 {
            let mut behind = rest;
            for word in self.code.immediates {
                behind.number(word.size(0))?;
            }
            last = Some(behind.next()?);
        }
        let mut words = self.code.immediates.into_iter().filter(|word| *word != ImmediateWord::None);
        for (shape, role) in shapes() {
            let operand = self.operand(&shape, role, modrm, opcode_byte, memory, last, &mut words)?;
            if shape.masking != Masking::No && self.header.mask != 0 {
                out.decorations.mask = Some((Number::Known(self.header.mask), out.count));
                out.decorations.zeroing = self.header.z;
            }
            if shape.rounding != RoundingKind::No && self.header.broadcast && modrm >= Some(0xc0) {
                out.decorations.rounding = Some(match (shape.rounding, self.header.l) {
                    (RoundingKind::Suppress, _) => Rounding::Suppress,
                    (_, 0) => Rounding::Nearest,
                    (_, 1) => Rounding::Down,
                    (_, 2) => Rounding::Up,
                    _ => Rounding::Zero,
                });
            }
            out.push(operand);
        }
        if self.code.is4 || matches!(self.code.second, Second::Suffix(_)) {
            self.reader.next()?;
        }
        self.prefixes(&mut out);
        // Elsewhere `lock` is an invalid instruction.
        if self.header.lock && !out.prefixes().contains(&Prefix::Lock) {
            return None;
        }
        out.len = self.reader.at as u8;
        Some(out)
    }

    /// Memory with b set is a broadcast, outside of map 4.
    fn broadcasts(&self) -> bool {
        self.header.space == Space::Evex as u8 && self.header.broadcast && self.header.map != 4
    }

    #[allow(clippy::too_many_arguments)] // these are the parts of an instruction
    fn operand(
        &mut self,
        shape: &Shape,
        role: Role,
        modrm: Option<u8>,
        opcode: u8,
        memory: Option<(Memory, bool)>,
        last: Option<u8>,
        words: &mut impl Iterator<Item = ImmediateWord>,
    ) -> Option<Operand> {
        let header = &self.header;
        let rm = modrm.unwrap_or(0) & 7;
        Some(match role {
            Role::Fixed => self.fixed(shape)?,
            Role::Reg | Role::Both => self.register(shape, modrm.unwrap_or(0) >> 3 & 7 | header.r)?,
            Role::Vvvv => self.register(shape, header.v)?,
            Role::Opcode => self.register(shape, opcode & 7 | header.b)?,
            Role::Is4 => self.register(shape, last? >> 4)?,
            Role::Rm => match memory {
                None => {
                    let vector = shape.register.is_some_and(Class::is_vector) && header.space == Space::Evex as u8;
                    let high = if vector { header.b & 8 | (header.x & 8) << 1 } else { header.b };
                    self.register(shape, rm | high)?
                }
                Some((mut memory, broadcast)) => {
                    // 3E in front of an indirect branch is `notrack`, not a segment.
                    if self.form.attributes().has(Attributes::NOTRACK) && memory.segment == Some(3) {
                        memory.segment = None;
                    }
                    memory.size = memory_size(shape, broadcast);
                    if broadcast {
                        memory.broadcast = shape.width.checked_div(shape.broadcast).map(|count| count as u8);
                    }
                    Operand::Memory(memory)
                }
            },
            Role::Immediate if shape.immediate == ImmediateKind::Imm4 => Operand::number((last? & 15).into()),
            Role::Immediate | Role::Displacement => {
                let word = words.next()?;
                self.immediate(shape, word)?
            }
        })
    }

    /// A register; `None` if its class does not have the number.
    fn register(&self, shape: &Shape, number: u8) -> Option<Operand> {
        let class = shape.register.unwrap_or(Class::R8);
        let bits = if self.mode == Mode::Protected { class.number_bits().min(3) } else { class.number_bits() };
        // Extension bits mean nothing to classes of eight; others must exist.
        let number = if bits <= 3 && class != Class::Bound { number & 7 } else { number };
        // REX2 extends general-purpose registers only.
        if number > class.max() || shape.excluded == Some(number) || class.is_vector() && self.header.space == 0 && number > 15 {
            return None;
        }
        let high = class == Class::R8 && (4..8).contains(&number) && self.header.space == 0 && !self.header.rex;
        Some(Operand::register(if high { Class::High } else { class }, number))
    }

    fn fixed(&self, shape: &Shape) -> Option<Operand> {
        if shape.immediate == ImmediateKind::Dfv {
            return Some(Operand::Dfv(self.header.raw_v));
        }
        if let Some(n) = shape.fixed {
            return Some(match shape.register {
                Some(class) => Operand::register(class, n),
                None => Operand::number(n.into()),
            });
        }
        let class = match self.header.address_size(self.mode) {
            64 => Class::R64,
            32 => Class::R32,
            _ => Class::R16,
        };
        let (number, segment) = if shape.memory == MemoryKind::Source { (6, self.header.segment) } else { (7, Some(0)) };
        Some(Operand::Memory(Memory {
            size: Some(shape.width),
            segment,
            base: Some(Register::known(class, number)),
            ..Memory::EMPTY
        }))
    }

    fn immediate(&mut self, shape: &Shape, word: ImmediateWord) -> Option<Operand> {
        let bytes = word.size(self.header.address_size(self.mode) / 8);
        Some(match (word, shape.memory) {
            (ImmediateWord::Cp16 | ImmediateWord::Cp32, _) => {
                let offset = self.reader.number(bytes.saturating_sub(2))?;
                let selector = self.reader.number(2)? as u16;
                Operand::Far { selector, offset: Immediate::Known(offset.into()) }
            }
            (_, MemoryKind::Offset) => {
                let value = self.reader.number(bytes)? as i64;
                let displacement = Displacement::Known(value);
                Operand::Memory(Memory { size: Some(shape.width), segment: self.header.segment, displacement, ..Memory::EMPTY })
            }
            _ if reads_signed(shape.immediate) => Operand::number(self.reader.signed(bytes)?.into()),
            _ => Operand::number(self.reader.number(bytes)?.into()),
        })
    }

    /// Prefixes with a meaning for this form, in the order in which they are written.
    fn prefixes(&self, out: &mut Decoded) {
        let attributes = self.form.attributes();
        let has = |attribute| attributes.has(attribute);
        let header = &self.header;
        let memory = out.operands().iter().any(|operand| matches!(operand, Operand::Memory(_)));
        let free = |prefix: bool, byte: u8| prefix && self.code.prefix.byte() != Some(byte);
        let (f2, f3) = (free(header.pf2, 0xf2), free(header.pf3, 0xf3));
        let string = has(Attributes::REP) || has(Attributes::REPZ);
        // Without `lock`, only the exchange is locked.
        let hle = has(Attributes::HLE) && memory && (header.lock || self.code.opcode & 0xfe == 0x86);
        let list = [
            (has(Attributes::HINT), Prefix::Vex),
            (header.segment.is_some() && string && !memory, Prefix::Segment(header.segment.unwrap_or(3))),
            (header.lock && has(Attributes::LOCK) && memory, Prefix::Lock),
            (f2 && hle, Prefix::Xacquire),
            (f3 && (hle || has(Attributes::XREL) && memory), Prefix::Xrelease),
            (f2 && has(Attributes::BND), Prefix::Bnd),
            (f2 && has(Attributes::REPZ), Prefix::Repne),
            (f3 && string, Prefix::Rep),
            (header.segment == Some(3) && has(Attributes::NOTRACK), Prefix::Notrack),
            (self.code.nf_free && header.mask & 4 != 0 && header.space == Space::Evex as u8, Prefix::Nf),
        ];
        for (_, prefix) in list.into_iter().filter(|(present, _)| *present) {
            out.prefix(prefix);
        }
    }
}
