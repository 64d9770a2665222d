//! The operands of an instruction by what they need: registers with their places, memory, prefixes.

use super::address::{Address, Base};
use super::encoded::Refusal;
use super::form::{Attributes, Code, Form, Role, MAX_OPERANDS};
use super::operand::{Memory, Mode, Number, Operand, Prefix, Register, Request};
use super::register::Class;
use super::shape::{Memory as MemoryKind, Shape};
use super::table::Table;

/// An operand with the place that its form gives it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub shape: Shape,
    pub role: Role,
    pub operand: Operand,
    /// Index in the source.
    pub at: u8,
}

/// The operands of a form with those of the source; shapes that may be left out are skipped if that fits.
pub(super) fn bind(table: &Table<'_>, form: Form, operands: &[Operand]) -> Result<[Option<Bound>; MAX_OPERANDS], Refusal> {
    let signature = table.signature(form);
    let all = signature.operands().count();
    let optional = signature.operands().filter(|(shape, _)| table.shape(*shape).optional).count();
    let skip = if operands.len() == all {
        false
    } else if operands.len() == all.saturating_sub(optional) {
        true
    } else {
        return Err(Refusal::Kind(operands.len().min(all) as u8));
    };
    let shapes =
        signature.operands().map(|(shape, role)| (table.shape(shape), role)).filter(|(shape, _)| !(skip && shape.optional));
    let mut out = [None; MAX_OPERANDS];
    for ((slot, (shape, role)), (at, operand)) in out.iter_mut().zip(shapes).zip((0u8..).zip(operands)) {
        *slot = Some(Bound { shape, role, operand: *operand, at });
    }
    Ok(out)
}

/// Number of ds.
const DS: u8 = 3;

/// A register, the size of its block, and the index of its operand in the source.
pub(super) type Part = (Register, u8, u8);

/// Operands by role.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    pub(super) reg: Option<Part>,
    pub(super) rm: Option<Part>,
    pub(super) vvvv: Option<Part>,
    pub(super) opcode: Option<Part>,
    pub(super) is4: Option<Part>,
    pub(super) both: bool,
    pub(super) memory: Option<(Memory, Shape, u8)>,
    /// Operand, segment and address size of a string instruction; 0: the operands differ in size.
    pub(super) string: Option<(u8, Option<u8>, u8)>,
    pub(super) segment: Option<u8>,
    pub(super) address_size: Option<u8>,
    pub(super) high_byte: Option<u8>,
    pub(super) low_byte: bool,
    pub(super) any_memory: bool,
    pub(super) dfv: Option<u8>,
    pub(super) sib_only: bool,
}

impl Parts {
    pub(super) fn of(bound: &[Option<Bound>]) -> Parts {
        let mut parts = Parts::default();
        for Bound { shape, role, operand, at } in bound.iter().flatten() {
            match operand {
                Operand::Register(register) => parts.register(*register, shape, *role, *at),
                Operand::Memory(memory) => {
                    parts.any_memory = true;
                    match shape.memory {
                        MemoryKind::Offset => parts.segment = memory.segment,
                        MemoryKind::Source | MemoryKind::Destination => {
                            let size = memory.base.and_then(|base| base.class.gpr_bits()).unwrap_or(0) as u8;
                            // ds is where it reads anyway.
                            let segment = memory.segment.filter(|n| shape.memory == MemoryKind::Source && *n != DS);
                            let (before, other) = parts.string.map_or((None, size), |(_, segment, size)| (segment, size));
                            parts.string = Some((*at, segment.or(before), if size == other { size } else { 0 }));
                        }
                        _ => {
                            parts.segment = memory.segment;
                            parts.sib_only = shape.memory == MemoryKind::Sib;
                            parts.memory = Some((*memory, *shape, *at));
                        }
                    }
                }
                Operand::Dfv(flags) => parts.dfv = Some(*flags),
                _ => {}
            }
        }
        parts
    }

    fn register(&mut self, register: Register, shape: &Shape, role: Role, at: u8) {
        match register.class {
            Class::High => self.high_byte = Some(at),
            // spl to dil need REX; a run-time number may be one of them.
            Class::R8 => self.low_byte |= !matches!(register.number, Number::Known(0..=3) | Number::Known(8..)),
            _ => {}
        }
        let part = Some((register, shape.block, at));
        match role {
            Role::Reg => self.reg = part,
            Role::Rm => self.rm = part,
            Role::Vvvv => self.vvvv = part,
            Role::Opcode => self.opcode = part,
            Role::Is4 => self.is4 = part,
            Role::Both => {
                self.reg = part;
                self.both = true;
            }
            Role::Fixed | Role::Immediate | Role::Displacement => {}
        }
    }

    /// Registers that an extension bit may be needed for: reg first, then rm, opcode, base, index.
    pub(super) fn extensible(&self, address: Option<&Address>) -> [Option<Register>; 5] {
        let base = match address.map(|address| address.base) {
            Some(Base::Register(base)) => Some(base),
            _ => None,
        };
        let index = address.and_then(|address| address.index).map(|(register, _)| register);
        let register = |part: Option<Part>| part.map(|(register, ..)| register);
        let rm = if self.both { register(self.reg) } else { register(self.rm) };
        [register(self.reg), rm, register(self.opcode), base, index]
    }
}

/// Whether a register sets, or may set, this bit (8 or 16) of its number.
pub(super) fn sets(register: Register, bit: u8, mode: Mode) -> bool {
    match register.number {
        Number::Known(n) => n & bit != 0,
        Number::Value(_) => bit == 8 && mode == Mode::Long && register.class.number_bits() > 3,
    }
}

/// Whether REX2 may stand in front of this form.
pub(super) fn takes_rex2(code: &Code, attributes: Attributes) -> bool {
    let row = code.opcode >> 4;
    !attributes.has(Attributes::NOREX2)
        && match code.map {
            0 => !matches!(row, 4 | 7 | 0xa | 0xe),
            1 => !matches!(row, 3 | 8),
            _ => false,
        }
}

impl Parts {
    /// The first operand with a number above 15.
    pub(super) fn first_extended(&self) -> u8 {
        let parts = [self.reg, self.rm, self.opcode];
        let large = |part: &Part| matches!(part.0.number, Number::Known(16..));
        parts.into_iter().flatten().find(large).map_or(self.memory.map_or(0, |(.., at)| at), |(.., at)| at)
    }

    /// A vector register above 15: REX2 extends general-purpose registers only.
    pub(super) fn extended_vector(&self) -> Option<u8> {
        let parts = [self.reg, self.rm, self.opcode];
        let vector = |part: &Part| part.0.class.is_vector() && matches!(part.0.number, Number::Known(16..));
        parts.into_iter().flatten().find(vector).map(|(.., at)| at)
    }
}

/// Prefixes that the user wrote, against the attributes of the form.
pub(super) fn admitted(attributes: Attributes, parts: &Parts, request: &Request<'_>) -> Result<(), Refusal> {
    for prefix in request.prefixes {
        let admitted = match prefix {
            Prefix::Lock => attributes.has(Attributes::LOCK) && parts.any_memory,
            Prefix::Rep => attributes.has(Attributes::REP) || attributes.has(Attributes::REPZ),
            // F2 in front of a branch is `bnd`, by whatever name.
            Prefix::Repne => attributes.has(Attributes::REPZ) || attributes.has(Attributes::BND),
            Prefix::Xacquire => attributes.has(Attributes::HLE) && parts.any_memory,
            Prefix::Xrelease => (attributes.has(Attributes::HLE) || attributes.has(Attributes::XREL)) && parts.any_memory,
            Prefix::Bnd => attributes.has(Attributes::BND),
            Prefix::Notrack => attributes.has(Attributes::NOTRACK),
            Prefix::Segment(_) => attributes.has(Attributes::REP) || attributes.has(Attributes::REPZ) || parts.any_memory,
            _ => true,
        };
        if !admitted {
            return Err(Refusal::Prefix(*prefix));
        }
    }
    Ok(())
}
