//! Whether an operand is of a kind that a form takes. Numbers are not looked at here: their fields say whether they fit.

use super::encode::emit;
use super::encoded::{Encoded, Refusal};
use super::form::{Attributes, Form, Space, Wide, MAX_OPERANDS};
use super::operand::{Displacement, Immediate, Memory, Mode, Number, Operand, Prefix, Request, Rounding};
use super::parts::{bind, Bound};
use super::register::Class;
use super::shape::{Immediate as ImmediateKind, Masking, Memory as MemoryKind, RoundingKind, Shape};
use super::table::Table;

impl Table<'_> {
    /// Encodes operands with this form and no other: what typed encoders and tests do.
    ///
    /// Fails if the form does not take these operands, or if a number does not fit. Needs no more of the table than
    /// `forms`, `signatures` and `shapes`; the other lists may be empty.
    pub fn encode(&self, index: u16, request: &Request<'_>) -> Result<Encoded, Refusal> {
        let form = self.form(index).ok_or(Refusal::Mode)?;
        let bound = self.bind(form, request)?;
        emit(index, form, &bound, request)
    }

    /// The operands at their places in the form, if their kinds match and mode and hints allow the form.
    pub(super) fn bind(&self, form: Form, request: &Request<'_>) -> Result<[Option<Bound>; MAX_OPERANDS], Refusal> {
        allowed(form, request)?;
        let bound = bind(self, form, request.operands)?;
        for bound in bound.iter().flatten() {
            if !takes(form, &bound.shape, &bound.operand, request.mode) {
                return Err(Refusal::Kind(bound.at));
            }
        }
        takes_mask(&bound, request)?;
        if let Some(rounding) = request.decorations.rounding {
            takes_rounding(&bound, rounding)?;
        }
        Ok(bound)
    }
}

/// Mode and hints.
fn allowed(form: Form, request: &Request<'_>) -> Result<(), Refusal> {
    let attributes = form.attributes();
    if attributes.has(request.mode.lacks()) {
        return Err(Refusal::Mode);
    }
    let code = form.code();
    let vex = [Prefix::Vex, Prefix::Vex2, Prefix::Vex3].into_iter().find(|hint| request.has(*hint));
    if attributes.has(Attributes::HINT) && vex.is_none() {
        return Err(Refusal::Prefix(Prefix::Vex));
    }
    for prefix in request.prefixes {
        let allowed = match prefix {
            Prefix::Vex | Prefix::Vex2 | Prefix::Vex3 => code.space == Space::Vex,
            Prefix::Evex => code.space == Space::Evex,
            Prefix::Rex | Prefix::Rex2 => matches!(code.space, Space::Legacy | Space::Rex2),
            Prefix::Nf => code.nf_free || code.nf,
            _ => true,
        };
        if !allowed {
            return Err(Refusal::Prefix(*prefix));
        }
    }
    Ok(())
}

/// Whether a shape takes an operand.
pub(super) fn takes(form: Form, shape: &Shape, operand: &Operand, mode: Mode) -> bool {
    match operand {
        Operand::Register(register) => {
            let class = match (shape.register, register.class) {
                // What `pinsrb` in map 0F 3A takes by an 8-bit name is the 32-bit register, which ah to bh are not the low part of.
                (Some(Class::R8), Class::High) => {
                    shape.fixed.is_none() && form.code().space == Space::Legacy && form.code().map < 3
                }
                (Some(wanted), found) => wanted == found,
                (None, _) => false,
            };
            class
                && match (shape.fixed, shape.excluded) {
                    (Some(n), _) => register.number == Number::Known(n),
                    (_, Some(n)) => matches!(register.number, Number::Known(known) if known != n),
                    _ => true,
                }
        }
        Operand::Immediate { value, size } => match shape.immediate {
            ImmediateKind::No | ImmediateKind::Dfv | ImmediateKind::Ptr16 | ImmediateKind::Ptr32 => false,
            ImmediateKind::Literal => size.is_none() && shape.fixed.is_some_and(|fixed| *value == Immediate::Known(fixed.into())),
            ImmediateKind::Imm4 => matches!(size, None | Some(8)),
            kind => size.is_none_or(|bits| bits == kind.bits()),
        },
        Operand::Target { size, .. } => shape.immediate.is_relative() && size.is_none_or(|bits| bits == shape.immediate.bits()),
        Operand::Far { .. } => matches!(shape.immediate, ImmediateKind::Ptr16 | ImmediateKind::Ptr32),
        Operand::Dfv(_) => shape.immediate == ImmediateKind::Dfv,
        Operand::Memory(memory) => takes_memory(form, shape, memory, mode),
    }
}

fn takes_memory(form: Form, shape: &Shape, memory: &Memory, mode: Mode) -> bool {
    let width = |bits: u16| memory.size.is_none_or(|size| size == bits);
    let registers = memory.base.is_some() || memory.index.is_some();
    let vector = memory.index.map(|(register, _)| register.class).filter(|class| class.is_vector());
    if vector != shape.vector_index() {
        return false;
    }
    if let Some(count) = memory.broadcast {
        return shape.broadcast != 0 && width(shape.broadcast) && shape.width.checked_div(shape.broadcast) == Some(count.into());
    }
    match shape.memory {
        MemoryKind::No => false,
        MemoryKind::Source | MemoryKind::Destination => width(shape.width) && is_string(shape, memory, mode),
        MemoryKind::Offset => !registers && width(shape.width),
        // The width of an element, which W says.
        MemoryKind::Vector32(_) | MemoryKind::Vector64(_) => width(if form.code().wide == Wide::W1 { 64 } else { 32 }),
        MemoryKind::Any | MemoryKind::Sib | MemoryKind::Mib => true,
        _ => width(shape.width),
    }
}

/// `[rsi]` or `es:[rdi]`.
fn is_string(shape: &Shape, memory: &Memory, mode: Mode) -> bool {
    let (number, segment) = match shape.memory {
        MemoryKind::Source => (6, true),
        _ => (7, matches!(memory.segment, None | Some(0))),
    };
    let base = memory.base.is_some_and(|base| {
        let class = matches!((base.class, mode), (Class::R32, _) | (Class::R64, Mode::Long) | (Class::R16, Mode::Protected));
        class && base.number == Number::Known(number)
    });
    base && segment && memory.index.is_none() && matches!(memory.displacement, Displacement::None | Displacement::Known(0))
}

/// Whether the form takes the write mask that was written, and has one where it must.
pub(super) fn takes_mask(bound: &[Option<Bound>], request: &Request<'_>) -> Result<(), Refusal> {
    let decorations = &request.decorations;
    let masked = bound.iter().flatten().find(|bound| bound.shape.masking != Masking::No);
    let Some((_, at)) = decorations.mask else {
        // Gathers and scatters have no unmasked form.
        let vector = bound.iter().flatten().any(|bound| bound.shape.vector_index().is_some());
        return if decorations.zeroing || masked.is_some() && vector { Err(Refusal::Mask) } else { Ok(()) };
    };
    let Some(masked) = masked.filter(|masked| masked.at == at) else { return Err(Refusal::Mask) };
    let zero = masked.shape.masking == Masking::Zero && !matches!(masked.operand, Operand::Memory(_));
    if decorations.zeroing && !zero {
        Err(Refusal::Mask)
    } else {
        Ok(())
    }
}

/// Whether the form takes this rounding, which it does with register operands only.
pub(super) fn takes_rounding(bound: &[Option<Bound>], rounding: Rounding) -> Result<(), Refusal> {
    let wanted = if rounding == Rounding::Suppress { RoundingKind::Suppress } else { RoundingKind::Embedded };
    let here = bound.iter().flatten().any(|bound| bound.shape.rounding == wanted);
    let memory = bound.iter().flatten().any(|bound| matches!(bound.operand, Operand::Memory(_)));
    if here && !memory {
        Ok(())
    } else {
        Err(Refusal::Rounding)
    }
}
