//! From code in long forms to code in its final place.

use super::layout::{Branch, Kind, Layout, Piece, SHORT};
use super::table::RelaxLabels;
use alloc::vec::Vec;
use bareasm_core::isa::relocation::Origin;
use bareasm_core::island::{Target, Waiting};
use bareasm_core::{Error, LabelTable, Reason, Relocation, MAX_CODE};

/// Code that is to be relaxed.
pub(super) struct Relaxation<'a> {
    /// The code in long forms.
    pub(super) code: &'a [u8],
    /// In the order of the code.
    pub(super) table: &'a RelaxLabels,
    /// Where it will run.
    pub(super) base: Option<u64>,
    /// Whether an address out of reach can be had from memory beside the code.
    pub(super) slots: bool,
    /// Fills with no-ops.
    pub(super) pad: fn(&mut [u8], u64),
}

/// What becomes of it.
pub(super) struct Written {
    pub(super) code: Vec<u8>,
    pub(super) layout: Layout,
    /// Where the addresses behind the code start.
    pub(super) addresses: usize,
}

/// What is behind the code: addresses out of reach, and jumps there for `jcc`.
#[derive(Default)]
struct Tail {
    /// In order, each once.
    stubs: Vec<u64>,
    /// In order, each once.
    slots: Vec<u64>,
    /// Where the stubs start.
    at: i64,
}

/// Bytes of `jmp [rip + slot]`.
const STUB: i64 = 6;
/// Bytes of an address.
const SLOT: i64 = 8;

impl Tail {
    fn slots_at(&self) -> i64 {
        let end = self.at.saturating_add(STUB.saturating_mul(self.stubs.len() as i64));
        if self.slots.is_empty() {
            end
        } else {
            end.saturating_add(SLOT.saturating_sub(1)) & !SLOT.saturating_sub(1)
        }
    }

    fn end(&self) -> i64 {
        self.slots_at().saturating_add(SLOT.saturating_mul(self.slots.len() as i64))
    }

    fn slot(&self, address: u64) -> i64 {
        let n = self.slots.binary_search(&address).unwrap_or(0) as i64;
        self.slots_at().saturating_add(SLOT.saturating_mul(n))
    }

    fn stub(&self, address: u64) -> i64 {
        let n = self.stubs.binary_search(&address).unwrap_or(0) as i64;
        self.at.saturating_add(STUB.saturating_mul(n))
    }
}

fn full(at: i64) -> Error {
    Error::at(u32::try_from(at).unwrap_or(MAX_CODE).min(MAX_CODE), Reason::BufferFull)
}

/// The branch that a relocated unit belongs to, and where that starts.
fn branch(code: &[u8], at: u32, relocation: Relocation) -> Option<(Branch, u32)> {
    let byte = |back: u32| code.get(at.checked_sub(back)? as usize).copied();
    let (branch, back) = match (relocation, byte(1)?) {
        (Relocation::X86Rel32, 0xe8) => (Branch::Call, 1),
        (Relocation::X86Rel32, 0xe9) | (Relocation::X86Rel8, 0xeb) => (Branch::Jump, 1),
        // In front of an operand in memory is a ModRM byte, which is none of these.
        (Relocation::X86Rel32, opcode @ 0x80..=0x8f) if byte(2) == Some(0x0f) => (Branch::Condition(opcode & 15), 2),
        (Relocation::X86Rel8, opcode @ 0x70..=0x7f) => (Branch::Condition(opcode & 15), 1),
        _ => return None,
    };
    Some((branch, at.checked_sub(back)?))
}

impl Relaxation<'_> {
    /// The code in its final form, and where everything is in it.
    pub(super) fn run(&self) -> Result<Written, Error> {
        let mut tail = Tail::default();
        let pieces = self.pieces(&mut tail)?;
        let mut layout = Layout::new(pieces).map_err(|at| Error::at(at, Reason::OperandConflict))?;
        layout.relax(self.base.unwrap_or(0));
        let end = layout.moved(u32::try_from(self.code.len()).unwrap_or(MAX_CODE));
        tail.at = end;
        let length = usize::try_from(tail.end()).ok().filter(|length| *length <= MAX_CODE as usize).ok_or(full(tail.end()))?;
        let mut out = Vec::new();
        out.try_reserve_exact(length).map_err(|_| full(tail.end()))?;
        self.copy(&layout, &tail, &mut out)?;
        self.patch(&layout, &mut out)?;
        self.append(&tail, &mut out);
        Ok(Written { code: out, layout, addresses: tail.slots_at() as usize })
    }

    /// The most bytes that the code may get.
    pub(super) fn most(&self) -> u64 {
        // A reference grows by 4 at most, and has a stub and a slot at most.
        let references = (self.table.references.len() as u64).saturating_mul(4 + STUB as u64 + SLOT as u64);
        let padding = self.table.padding.iter().fold(SLOT as u64, |sum, padding| sum.saturating_add(padding.to.into()));
        (self.code.len() as u64).saturating_add(references).saturating_add(padding)
    }

    /// The offset, before anything moves, that a reference refers to.
    fn target(&self, reference: &Waiting) -> Result<u32, Error> {
        match reference.target {
            Target::Offset(offset) => Ok(offset),
            Target::Label(label) => match self.table.position(label) {
                Ok(Some(offset)) => Ok(offset),
                Ok(None) => Err(Error::at(reference.at, Reason::LabelUnbound)),
                Err(reason) => Err(Error::at(reference.at, reason)),
            },
            Target::Address(_) => Err(Error::at(reference.at, Reason::NoBase)),
        }
    }

    /// What the field of a reference holds.
    fn addend(&self, reference: &Waiting) -> i64 {
        let mut unit = [0; 8];
        let held = self.code.get(reference.at as usize..).unwrap_or_default();
        let size = usize::from(reference.relocation.shape().size);
        unit.iter_mut().zip(held).take(size).for_each(|(to, from)| *to = *from);
        reference.relocation.take_addend(&mut unit)
    }

    /// Everything whose length changes.
    fn pieces(&self, tail: &mut Tail) -> Result<Vec<Piece>, Error> {
        let most = self.most();
        let mut pieces = Vec::new();
        let count = self.table.references.len().saturating_add(self.table.padding.len());
        pieces.try_reserve_exact(count).map_err(|_| full(most as i64))?;
        for reference in &self.table.references {
            let Some((branch, at)) = branch(self.code, reference.at, reference.relocation) else { continue };
            let short = reference.relocation == Relocation::X86Rel8;
            let length = if short { SHORT } else { branch.long() };
            let addend = self.addend(reference);
            match reference.target {
                Target::Address(address) if !short && self.slots => {
                    let base = self.base.ok_or(Error::at(reference.at, Reason::NoBase))?;
                    let address = address.wrapping_add_signed(addend);
                    // Near if that is so wherever the branch lands.
                    let reaches =
                        |at: u64| Relocation::X86Rel32.reaches(Relocation::X86Rel32.distance(base.wrapping_add(at), address));
                    if reaches(0) && reaches(most) {
                        continue;
                    }
                    let list = if matches!(branch, Branch::Condition(_)) { &mut tail.stubs } else { &mut tail.slots };
                    list.try_reserve(1).map_err(|_| full(most as i64))?;
                    list.push(address);
                    pieces.push(Piece::new(at, length, 6, Kind::Far { branch, address }));
                }
                Target::Address(_) => {}
                _ if branch == Branch::Call || self.table.rigid.binary_search(&reference.at).is_ok() => {}
                // A short branch to a label of the table was written so.
                Target::Label(_) if short => {}
                _ => {
                    let target = self.target(reference)?;
                    let kind = Kind::Jump { branch, target, addend, before: 0, distance: 0 };
                    pieces.push(Piece::new(at, length, SHORT, kind));
                }
            }
        }
        for padding in &self.table.padding {
            let kind = Kind::Padding { to: padding.to, fill: padding.fill };
            pieces.push(Piece::new(padding.at, padding.length, padding.length, kind));
        }
        tail.slots.try_reserve(tail.stubs.len()).map_err(|_| full(most as i64))?;
        tail.slots.extend_from_slice(&tail.stubs);
        for list in [&mut tail.slots, &mut tail.stubs] {
            list.sort_unstable();
            list.dedup();
        }
        Ok(pieces)
    }

    /// Writes the code with its pieces. There is room for all of it.
    fn copy(&self, layout: &Layout, tail: &Tail, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut from = 0;
        for piece in &layout.pieces {
            out.extend_from_slice(self.code.get(from..piece.at as usize).unwrap_or_default());
            from = (piece.at as usize).saturating_add(piece.length as usize);
            let end = (out.len() as i64).saturating_add(piece.size.into());
            let far =
                |target: i64| i32::try_from(target.saturating_sub(end)).map_err(|_| Error::at(piece.at, Reason::TargetRange));
            match piece.kind {
                Kind::Jump { branch: Branch::Condition(condition), distance, .. } if piece.size == SHORT => {
                    out.extend_from_slice(&[0x70 | condition, distance as u8]);
                }
                Kind::Jump { distance, .. } if piece.size == SHORT => out.extend_from_slice(&[0xeb, distance as u8]),
                Kind::Jump { branch, target, addend, .. } => {
                    long(out, branch, far(layout.moved(target).saturating_add(addend))?);
                }
                Kind::Far { branch: branch @ Branch::Condition(_), address } => long(out, branch, far(tail.stub(address))?),
                Kind::Far { branch, address } => {
                    through(out, if branch == Branch::Call { 0x15 } else { 0x25 }, far(tail.slot(address))?);
                }
                Kind::Padding { fill, .. } => {
                    let at = out.len();
                    out.resize(at.saturating_add(piece.size as usize), fill.unwrap_or(0));
                    if let (Some(room), None) = (out.get_mut(at..), fill) {
                        (self.pad)(room, self.base.unwrap_or(0).wrapping_add(at as u64));
                    }
                }
            }
        }
        out.extend_from_slice(self.code.get(from..).unwrap_or_default());
        Ok(())
    }

    /// Makes the references that are not in a piece.
    fn patch(&self, layout: &Layout, out: &mut [u8]) -> Result<(), Error> {
        let mut pieces = layout.pieces.iter().peekable();
        for reference in &self.table.references {
            let relocation = reference.relocation;
            // Pieces and references are in order.
            while pieces.next_if(|piece| piece.at.saturating_add(piece.length) <= reference.at).is_some() {}
            if pieces.peek().is_some_and(|piece| piece.at <= reference.at) {
                continue;
            }
            let base = match (self.base, relocation.shape().origin, reference.target) {
                (Some(base), ..) => base,
                (None, Origin::Absolute, Target::Address(_)) => 0,
                (None, _, Target::Address(_)) => return Err(Error::at(reference.at, Reason::NoBase)),
                _ if relocation.needs_address() => return Err(Error::at(reference.at, Reason::NoBase)),
                _ => 0,
            };
            let at = layout.moved(reference.at);
            let address = match reference.target {
                // With 32 bits of address, distances wrap.
                Target::Address(address) if !self.slots && relocation == Relocation::X86Rel32 => {
                    let end = base.wrapping_add_signed(at).wrapping_add(4);
                    end.wrapping_add_signed((address.wrapping_sub(end) as i32).into())
                }
                Target::Address(address) => address,
                _ => base.wrapping_add_signed(layout.moved(self.target(reference)?)),
            };
            let unit = usize::try_from(at).ok().and_then(|at| out.get_mut(at..)).unwrap_or_default();
            relocation.patch(unit, base.wrapping_add_signed(at), address).map_err(|reason| Error::at(reference.at, reason))?;
        }
        Ok(())
    }

    /// Writes what is behind the code.
    fn append(&self, tail: &Tail, out: &mut Vec<u8>) {
        for address in &tail.stubs {
            let end = (out.len() as i64).saturating_add(STUB);
            // Both are behind the code, which is below 2^31 bytes.
            through(out, 0x25, tail.slot(*address).saturating_sub(end) as i32);
        }
        out.resize(usize::try_from(tail.slots_at()).unwrap_or(0).max(out.len()), 0xcc); // int3
        for address in &tail.slots {
            out.extend_from_slice(&address.to_le_bytes());
        }
    }
}

/// A branch with a distance of 32 bits.
fn long(out: &mut Vec<u8>, branch: Branch, distance: i32) {
    match branch {
        Branch::Jump => out.push(0xe9),
        Branch::Call => out.push(0xe8),
        Branch::Condition(condition) => out.extend_from_slice(&[0x0f, 0x80 | condition]),
    }
    out.extend_from_slice(&distance.to_le_bytes());
}

/// `jmp` or `call` to an address in memory at a distance: the ModRM byte tells which.
fn through(out: &mut Vec<u8>, modrm: u8, distance: i32) {
    out.extend_from_slice(&[0xff, modrm]);
    out.extend_from_slice(&distance.to_le_bytes());
}
