//! The memory of islands: what waits, and the literals that have not been put yet.

use crate::label::DynamicLabel;
use bareasm_isa::relocation::Relocation;
use heapless::vec::{Vec, VecView};

/// What a reference refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A label that was open when it was referred to.
    Label(u32),
    /// An offset in the code that the reference does not reach.
    Offset(u32),
    /// An address that the reference does not reach, or of which the distance is not known.
    Address(u64),
}

impl Target {
    /// Whether it lies at a multiple of this many bytes, if it is known.
    pub(crate) fn is_multiple_of(self, step: u32) -> bool {
        match self {
            Target::Label(_) => true,
            Target::Offset(offset) => offset.is_multiple_of(step),
            Target::Address(address) => address.is_multiple_of(step.into()),
        }
    }
}

/// A reference that may need a veneer.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// Offset of the relocated unit.
    pub at: u32,
    /// Its kind.
    pub relocation: Relocation,
    /// What it refers to.
    pub target: Target,
}

/// In the offset of a reference: an island has served it, and the lower bits are the offset of its veneer.
pub(super) const SERVED: u32 = 1 << 31;
/// Served, and the veneer is for no other reference.
pub(super) const ALONE: u32 = u32::MAX;

impl Waiting {
    /// Whether it only tells others where a veneer is.
    pub(super) fn is_served(&self) -> bool {
        self.at & SERVED != 0
    }
}

/// A constant that waits for an island.
#[derive(Clone, Copy, Debug)]
pub struct Literal {
    /// Bound where the constant will be.
    pub label: DynamicLabel,
    /// Where its bytes start in the memory of literals.
    pub start: u32,
    /// Number of bytes.
    pub length: u16,
    /// It will be at a multiple of this, a power of two.
    pub alignment: u16,
}

/// A list in somebody's memory.
pub trait List<T> {
    /// The elements.
    fn elements(&self) -> &[T];
    /// The elements, to be changed.
    fn elements_mut(&mut self) -> &mut [T];
    /// Adds one at the end; `false` if there is no room.
    fn push(&mut self, element: T) -> bool;
    /// Removes all but the first `length`.
    fn truncate(&mut self, length: usize);
}

impl<T> List<T> for &mut VecView<T> {
    fn elements(&self) -> &[T] {
        self
    }
    fn elements_mut(&mut self) -> &mut [T] {
        self
    }
    fn push(&mut self, element: T) -> bool {
        (**self).push(element).is_ok()
    }
    fn truncate(&mut self, length: usize) {
        (**self).truncate(length);
    }
}

/// The lists that islands need.
pub trait IslandMemory {
    /// References that wait, in the order in which they were made.
    type Waiting: List<Waiting>;
    /// Constants that wait.
    type Literals: List<Literal>;
    /// Their bytes.
    type Bytes: List<u8>;

    /// The lists.
    fn lists(&self) -> (&Self::Waiting, &Self::Literals, &Self::Bytes);

    /// The lists, to be changed.
    fn lists_mut(&mut self) -> (&mut Self::Waiting, &mut Self::Literals, &mut Self::Bytes);
}

/// Room for `R` references that may need a veneer, and `L` constants of `B` bytes together.
///
/// A reference takes 24 bytes. A branch to a label that is not bound yet is one until its label is bound, or rather until
/// somebody looks: bound ones are thrown out when the memory is full, and before an island is made.
#[derive(Debug, Default)]
pub struct Islands<const R: usize, const L: usize, const B: usize> {
    waiting: Vec<Waiting, R>,
    literals: Vec<Literal, L>,
    bytes: Vec<u8, B>,
}

impl<const R: usize, const L: usize, const B: usize> Islands<R, L, B> {
    /// Nothing waits.
    pub const fn new() -> Islands<R, L, B> {
        Islands { waiting: Vec::new(), literals: Vec::new(), bytes: Vec::new() }
    }

    /// The memory with its capacity erased, emptied.
    pub fn view(&mut self) -> FixedIslands<'_> {
        self.waiting.clear();
        self.literals.clear();
        self.bytes.clear();
        FixedIslands {
            waiting: self.waiting.as_mut_view(),
            literals: self.literals.as_mut_view(),
            bytes: self.bytes.as_mut_view(),
        }
    }
}

/// [`Islands`] of any capacity.
#[derive(Debug)]
pub struct FixedIslands<'a> {
    waiting: &'a mut VecView<Waiting>,
    literals: &'a mut VecView<Literal>,
    bytes: &'a mut VecView<u8>,
}

impl<'a> IslandMemory for FixedIslands<'a> {
    type Waiting = &'a mut VecView<Waiting>;
    type Literals = &'a mut VecView<Literal>;
    type Bytes = &'a mut VecView<u8>;

    fn lists(&self) -> (&Self::Waiting, &Self::Literals, &Self::Bytes) {
        (&self.waiting, &self.literals, &self.bytes)
    }

    fn lists_mut(&mut self) -> (&mut Self::Waiting, &mut Self::Literals, &mut Self::Bytes) {
        (&mut self.waiting, &mut self.literals, &mut self.bytes)
    }
}
