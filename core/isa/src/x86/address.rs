//! A memory operand as ModRM, SIB and displacement: what to emit, before any byte is written.

use super::encoded::Refusal;
use super::form::Code;
use super::operand::{Displacement, Memory, Mode, Number, Prefix, Register, Request};
use super::register::Class;
use super::shape::{Memory as MemoryKind, Shape};

/// Where an address begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// No base: an absolute address, or an index alone.
    None,
    /// The end of the instruction.
    Ip,
    /// A general-purpose register.
    Register(Register),
}

/// Bytes of displacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    None,
    Byte,
    /// Two bytes: 16-bit addresses only.
    Word,
    Long,
}

/// What to emit for a memory operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub base: Base,
    /// Register and log2 of the scale.
    pub index: Option<(Register, u8)>,
    pub displacement: Displacement,
    pub width: Width,
    /// ModRM.mod.
    pub mode: u8,
    /// There is a SIB byte.
    pub sib: bool,
    /// ModRM.rm of a 16-bit address, which says all about its registers.
    pub word: Option<u8>,
    /// Address size in bits.
    pub size: u8,
}

/// Size of an address in bits.
fn size(memory: &Memory, code: &Code, mode: Mode, operand: u8) -> Result<u8, Refusal> {
    let bits = |register: Register| match (register.class, register.number) {
        (Class::Ip, Number::Known(1)) => Some(32),
        (Class::Ip, _) => Some(64),
        (class, _) => class.gpr_bits().map(|bits| bits as u8),
    };
    let base = memory.base.and_then(bits);
    let index = memory.index.and_then(|(register, _)| bits(register));
    let no_index = |(register, _): (Register, u8)| register.class.gpr_bits().is_none() && !register.class.is_vector();
    if base.is_none() && memory.base.is_some() || memory.index.is_some_and(no_index) {
        return Err(Refusal::AddressSize(operand));
    }
    let size = match (base, index) {
        (Some(a), Some(b)) if a != b => return Err(Refusal::AddressSize(operand)),
        (Some(size), _) | (None, Some(size)) => size,
        (None, None) if code.address_size != 0 => code.address_size,
        (None, None) => mode.bits(),
    };
    let possible = matches!((mode, size), (Mode::Long, 32 | 64) | (Mode::Protected, 16 | 32));
    if !possible || code.address_size != 0 && size != code.address_size {
        return Err(Refusal::AddressSize(operand));
    }
    Ok(size)
}

/// Base, and index with its scale.
type Registers = (Option<Register>, Option<(Register, u8)>);

/// A lone scaled index of run time serves as base too, which is shorter; LLVM and GNU leave a known one alone.
/// rsp cannot be an index, but may change places with the base.
fn split(memory: &Memory, shape: &Shape, operand: u8) -> Result<Registers, Refusal> {
    let apart = memory.nosplit || shape.memory == MemoryKind::Mib;
    let (mut base, mut index) = (memory.base, memory.index);
    if let (None, Some((register, scale)), false) = (base, index, apart || shape.vector_index().is_some()) {
        match (scale, register.number) {
            (1 | 2, Number::Known(_)) => {}
            (1, _) => (base, index) = (Some(register), None),
            (2 | 3 | 5 | 9, _) => (base, index) = (Some(register), Some((register, scale.wrapping_sub(1)))),
            _ => {}
        }
    }
    let is_stack = |register: Register| !register.class.is_vector() && register.number == Number::Known(4);
    if let (Some(from), Some((register, 1)), false) = (base, index, shape.memory == MemoryKind::Mib) {
        if is_stack(register) && !is_stack(from) && from.class != Class::Ip {
            (base, index) = (Some(register), Some((from, 1)));
        }
    }
    match index {
        Some((register, _)) if is_stack(register) => Err(Refusal::StackIndex(operand)),
        _ => Ok((base, index)),
    }
}

/// ModRM.rm of a 16-bit address: bx or bp with si or di, one of these alone, or none.
fn word(memory: &Memory, shape: &Shape, operand: u8) -> Result<u8, Refusal> {
    let refused = Refusal::Address16(operand);
    if matches!(shape.memory, MemoryKind::Sib | MemoryKind::Mib) {
        return Err(refused);
    }
    let number = |register: Register| match register.number {
        Number::Known(n) => Ok(n),
        Number::Value(_) => Err(refused),
    };
    let (first, second) = match (memory.base, memory.index) {
        (Some(base), Some((index, 1))) => (number(base)?, Some(number(index)?)),
        (Some(register), None) | (None, Some((register, 1))) => (number(register)?, None),
        (None, None) => return Ok(6),
        _ => return Err(refused),
    };
    match (first, second) {
        (3, Some(6)) | (6, Some(3)) => Ok(0),
        (3, Some(7)) | (7, Some(3)) => Ok(1),
        (5, Some(6)) | (6, Some(5)) => Ok(2),
        (5, Some(7)) | (7, Some(5)) => Ok(3),
        (6, None) => Ok(4),
        (7, None) => Ok(5),
        (5, None) => Ok(6),
        (3, None) => Ok(7),
        _ => Err(refused),
    }
}

impl Address {
    /// Plans a memory operand. `unit` is the scale of an 8-bit displacement.
    pub(super) fn plan(
        memory: &Memory,
        shape: &Shape,
        code: &Code,
        unit: u8,
        request: &Request<'_>,
        operand: u8,
    ) -> Result<Address, Refusal> {
        let size = size(memory, code, request.mode, operand)?;
        if size == 16 {
            return Address::plan_word(memory, shape, unit, request, operand);
        }
        let (base, index) = split(memory, shape, operand)?;
        let index = match index {
            None => None,
            Some((register, scale @ (1 | 2 | 4 | 8))) => Some((register, scale.trailing_zeros() as u8)),
            Some(_) => return Err(Refusal::Scale(operand)),
        };
        let has_sib = shape.memory == MemoryKind::Sib;
        let displacement = wrapped(memory.displacement, size);
        let label = matches!(displacement, Displacement::Target(_));
        let address = Address { base: Base::None, index, displacement, width: Width::Long, mode: 0, sib: true, word: None, size };
        let Some(base) = base else {
            if label && request.mode == Mode::Long {
                // Without registers a label is relative to the end of the instruction.
                return if index.is_some() || has_sib {
                    Err(Refusal::LabelWithRegister(operand))
                } else {
                    Ok(Address { base: Base::Ip, sib: false, ..address })
                };
            }
            return Ok(Address { sib: index.is_some() || has_sib || request.mode == Mode::Long, ..address });
        };
        if base.class == Class::Ip {
            return if index.is_some() || has_sib || request.mode == Mode::Protected {
                Err(Refusal::InstructionPointer(operand))
            } else {
                Ok(Address { base: Base::Ip, sib: false, ..address })
            };
        }
        if label && request.mode == Mode::Long {
            return Err(Refusal::LabelWithRegister(operand));
        }
        let must = !matches!(base.number, Number::Known(n) if n & 7 != 5);
        let width = displacement_width(memory, displacement, must, unit, request, Width::Long);
        let mode = width.mode();
        let sib = has_sib
            || index.is_some()
            || match base.number {
                // Any register is legal as a base behind SIB with a displacement.
                Number::Value(_) => true,
                Number::Known(n) => n & 7 == 4,
            };
        Ok(Address { base: Base::Register(base), width, mode, sib, ..address })
    }

    /// A 16-bit address.
    fn plan_word(memory: &Memory, shape: &Shape, unit: u8, request: &Request<'_>, operand: u8) -> Result<Address, Refusal> {
        let rm = word(memory, shape, operand)?;
        let bare = memory.base.is_none() && memory.index.is_none();
        if matches!(memory.displacement, Displacement::Target(_)) {
            return Err(Refusal::Address16(operand));
        }
        let displacement = wrapped(memory.displacement, 16);
        let width =
            if bare { Width::Word } else { displacement_width(memory, displacement, rm == 6, unit, request, Width::Word) };
        let mode = if bare { 0 } else { width.mode() };
        Ok(Address { base: Base::None, index: None, displacement, width, mode, sib: false, word: Some(rm), size: 16 })
    }
}

impl Width {
    /// ModRM.mod beside a base.
    const fn mode(self) -> u8 {
        match self {
            Width::None => 0,
            Width::Byte => 1,
            Width::Word | Width::Long => 2,
        }
    }

    /// Bytes of the displacement.
    pub(super) const fn bytes(self) -> u8 {
        match self {
            Width::None => 0,
            Width::Byte => 1,
            Width::Word => 2,
            Width::Long => 4,
        }
    }
}

/// A known displacement as the number that its pattern is, where addresses are shorter than 64 bits and so wrap.
fn wrapped(displacement: Displacement, size: u8) -> Displacement {
    let Displacement::Known(value) = displacement else { return displacement };
    Displacement::Known(match size {
        16 => u16::try_from(value).map_or(value, |pattern| i64::from(pattern as i16)),
        32 => u32::try_from(value).map_or(value, |pattern| i64::from(pattern as i32)),
        _ => value,
    })
}

/// The displacement beside a base. `must`: the base has no encoding without one; `long`: the wide one.
fn displacement_width(
    memory: &Memory,
    displacement: Displacement,
    must: bool,
    unit: u8,
    request: &Request<'_>,
    long: Width,
) -> Width {
    match memory.displacement_size {
        Some(8) => return Width::Byte,
        Some(_) => return long,
        None => {}
    }
    // What braces ask for is a wish, as for LLVM and GNU: a displacement that is too large takes all its bytes.
    let (brief, least) = (request.has(Prefix::Disp8), if request.has(Prefix::Disp32) { long } else { Width::Byte });
    match displacement {
        Displacement::None | Displacement::Known(0) if !must && !brief && least == Width::Byte => Width::None,
        Displacement::None => least,
        Displacement::Known(value) => {
            let unit = i64::from(unit.max(1));
            let short = value.checked_rem(unit) == Some(0) && (-128 * unit..128 * unit).contains(&value);
            if short {
                least
            } else {
                long
            }
        }
        Displacement::Value(_) if brief => Width::Byte,
        Displacement::Value(_) | Displacement::Target(_) => long,
    }
}
