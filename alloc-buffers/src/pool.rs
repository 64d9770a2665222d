//! Literal pools: constants that the code refers to, gathered and emitted in one place.

use alloc::vec::Vec;
use bareasm_core::{Arch, AsAssembler, Assembler, DynamicLabel, Error, LabelTable, Reason, Sink};

/// One constant.
#[derive(Clone, Copy, Debug)]
struct Literal {
    /// Where its bytes are in the pool's own memory.
    start: usize,
    length: usize,
    /// A power of two.
    alignment: u32,
    label: DynamicLabel,
}

/// Constants that wait to be emitted. Equal ones are kept once.
///
/// Pushing returns a label for `ldr x0, =>(label)` or `[rip + =>(label)]`; [`LiteralPool::flush`] puts the constants where the next
/// byte of the code goes, which should not be reached by running into it, and close enough for its references.
#[derive(Debug, Default)]
pub struct LiteralPool {
    bytes: Vec<u8>,
    literals: Vec<Literal>,
    /// The literals in the order of their bytes, to find equal ones.
    order: Vec<usize>,
}

impl LiteralPool {
    /// An empty pool.
    pub const fn new() -> LiteralPool {
        LiteralPool { bytes: Vec::new(), literals: Vec::new(), order: Vec::new() }
    }

    /// Whether nothing waits to be emitted.
    pub fn is_empty(&self) -> bool {
        self.literals.is_empty()
    }

    /// The most bytes that a flush emits, padding included.
    pub fn size(&self) -> usize {
        let padding = self.literals.iter().map(|literal| literal.alignment as usize).max().unwrap_or(1).saturating_sub(1);
        self.literals.iter().fold(padding, |size, literal| {
            // Behind a literal whose length is no multiple of its alignment, there may be a gap.
            size.saturating_add(literal.length.checked_next_multiple_of(literal.alignment as usize).unwrap_or(usize::MAX))
        })
    }

    /// A byte.
    pub fn push_u8(&mut self, ops: &mut impl AsAssembler, value: u8) -> DynamicLabel {
        self.push_bytes(ops, &value.to_le_bytes(), 1)
    }

    /// 16 bits, at a multiple of 2.
    pub fn push_u16(&mut self, ops: &mut impl AsAssembler, value: u16) -> DynamicLabel {
        self.push_bytes(ops, &value.to_le_bytes(), 2)
    }

    /// 32 bits, at a multiple of 4.
    pub fn push_u32(&mut self, ops: &mut impl AsAssembler, value: u32) -> DynamicLabel {
        self.push_bytes(ops, &value.to_le_bytes(), 4)
    }

    /// 64 bits, at a multiple of 8.
    pub fn push_u64(&mut self, ops: &mut impl AsAssembler, value: u64) -> DynamicLabel {
        self.push_bytes(ops, &value.to_le_bytes(), 8)
    }

    /// Bytes, at a multiple of `alignment`, which is rounded up to a power of two. The label is one of the assembler's.
    ///
    /// When there is no memory, that is latched in the assembler as [`Reason::BufferFull`].
    pub fn push_bytes(&mut self, ops: &mut impl AsAssembler, bytes: &[u8], alignment: u32) -> DynamicLabel {
        let asm = ops.bareasm_target();
        let alignment = alignment.checked_next_power_of_two().unwrap_or(1 << 31);
        let place = self.order.partition_point(|n| self.contents(*n) < bytes);
        if let Some(n) = self.order.get(place).copied().filter(|n| self.contents(*n) == bytes) {
            if let Some(literal) = self.literals.get_mut(n) {
                literal.alignment = literal.alignment.max(alignment);
                return literal.label;
            }
        }
        let label = asm.new_dynamic_label();
        let room = self.bytes.try_reserve(bytes.len()).is_ok()
            && self.literals.try_reserve(1).is_ok()
            && self.order.try_reserve(1).is_ok();
        if !room {
            let error = Error::at(asm.sink().offset(), Reason::BufferFull);
            asm.sink_mut().fail(error);
            return label;
        }
        // `place` is at most the length: a search returned it.
        self.order.insert(place, self.literals.len());
        self.literals.push(Literal { start: self.bytes.len(), length: bytes.len(), alignment, label });
        self.bytes.extend_from_slice(bytes);
        label
    }

    /// Emits all constants, those of the largest alignment first, binds their labels, and empties the pool.
    pub fn flush(&mut self, ops: &mut impl AsAssembler) {
        let asm = ops.bareasm_target();
        // By start as well, because a stable sort would allocate.
        self.literals.sort_unstable_by_key(|literal| (core::cmp::Reverse(literal.alignment), literal.start));
        for literal in &self.literals {
            emit(asm, literal, bytes_of(&self.bytes, literal));
        }
        self.literals.clear();
        self.bytes.clear();
        self.order.clear();
    }

    fn contents(&self, n: usize) -> &[u8] {
        self.literals.get(n).map(|literal| bytes_of(&self.bytes, literal)).unwrap_or_default()
    }
}

fn bytes_of<'a>(bytes: &'a [u8], literal: &Literal) -> &'a [u8] {
    bytes.get(literal.start..literal.start.wrapping_add(literal.length)).unwrap_or_default()
}

fn emit<A, S, T>(asm: &mut Assembler<A, S, T>, literal: &Literal, bytes: &[u8])
where
    A: Arch,
    S: Sink,
    T: LabelTable,
{
    asm.align(literal.alignment, Some(0));
    asm.bind_here(literal.label);
    asm.put_slice(bytes);
}
