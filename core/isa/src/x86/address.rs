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
    let size = match (base, index) {
        (Some(a), Some(b)) if a != b => return Err(Refusal::AddressSize(operand)),
        (Some(size), _) | (None, Some(size)) => size,
        (None, None) if code.address_size != 0 => code.address_size,
        (None, None) => mode.bits(),
    };
    let possible = match (mode, size) {
        (Mode::Long, 32 | 64) | (Mode::Protected, 32) => true,
        (Mode::Protected, 16) if base.is_some() || index.is_some() => return Err(Refusal::Address16(operand)),
        _ => false,
    };
    if !possible || code.address_size != 0 && size != code.address_size {
        return Err(Refusal::AddressSize(operand));
    }
    Ok(size)
}

/// Base, and index with its scale.
type Registers = (Option<Register>, Option<(Register, u8)>);

/// A lone scaled index serves as base too; rsp cannot be an index, but may change places with the base.
fn split(memory: &Memory, shape: &Shape, operand: u8) -> Result<Registers, Refusal> {
    let apart = memory.nosplit || shape.memory == MemoryKind::Mib;
    let (mut base, mut index) = (memory.base, memory.index);
    if let (None, Some((register, scale)), false) = (base, index, apart || shape.vector_index().is_some()) {
        match scale {
            1 => (base, index) = (Some(register), None),
            2 | 3 | 5 | 9 => (base, index) = (Some(register), Some((register, scale.wrapping_sub(1)))),
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
        let (base, index) = split(memory, shape, operand)?;
        let index = match index {
            None => None,
            Some((register, scale @ (1 | 2 | 4 | 8))) => Some((register, scale.trailing_zeros() as u8)),
            Some(_) => return Err(Refusal::Scale(operand)),
        };
        let has_sib = shape.memory == MemoryKind::Sib;
        let displacement = memory.displacement;
        let label = matches!(displacement, Displacement::Target(_));
        let address = Address { base: Base::None, index, displacement, width: Width::Long, mode: 0, sib: true, size };
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
        let width = displacement_width(memory, base, unit, request);
        let mode = match width {
            Width::None => 0,
            Width::Byte => 1,
            Width::Long => 2,
        };
        let sib = has_sib
            || index.is_some()
            || match base.number {
                // Any register is legal as a base behind SIB with a displacement.
                Number::Value(_) => true,
                Number::Known(n) => n & 7 == 4,
            };
        Ok(Address { base: Base::Register(base), width, mode, sib, ..address })
    }
}

fn displacement_width(memory: &Memory, base: Register, unit: u8, request: &Request<'_>) -> Width {
    let written = match memory.displacement_size {
        Some(8) => Some(Width::Byte),
        Some(_) => Some(Width::Long),
        None if request.has(Prefix::Disp8) => Some(Width::Byte),
        None if request.has(Prefix::Disp32) => Some(Width::Long),
        None => None,
    };
    let shortest = match memory.displacement {
        Displacement::None | Displacement::Known(0) => match base.number {
            Number::Known(n) if n & 7 != 5 => Width::None,
            _ => Width::Byte,
        },
        Displacement::Known(value) => {
            let unit = i64::from(unit.max(1));
            let short = value.checked_rem(unit) == Some(0) && (-128 * unit..128 * unit).contains(&value);
            if short {
                Width::Byte
            } else {
                Width::Long
            }
        }
        Displacement::Value(_) => Width::Long,
        Displacement::Target(_) => return Width::Long,
    };
    written.unwrap_or(shortest)
}
