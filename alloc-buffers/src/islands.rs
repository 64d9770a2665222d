//! The memory of [islands](bareasm_core::island), on the heap.

use crate::{GrowBuffer, GrowLabels};
use alloc::vec::Vec;
use bareasm_core::island::{IslandMemory, IslandTable, List, Literal, Waiting};
use bareasm_core::Assembler;

/// Assembles into memory that grows, with islands: veneers for branches that do not reach, and literals.
///
/// ```
/// # #[cfg(all(feature = "aarch64", feature = "macro"))] {
/// use bareasm_alloc::{bareasm_core::aarch64::Aarch64, dynasm, IslandAssembler};
///
/// let mut asm = IslandAssembler::<Aarch64>::default();
/// let far = asm.new_dynamic_label();
/// dynasm!(asm ; .arch aarch64 ; tbz x0, #1, =>(far));
/// for n in 0..10_000 {
///     asm.island_before(4);
///     dynasm!(asm ; .arch aarch64 ; add x0, x0, n & 0xfff);
/// }
/// dynasm!(asm ; .arch aarch64 ; =>(far) ; ret);
/// asm.island_here();
/// assert!(asm.finish().is_ok()); // 32 KiB would have been the end for a `tbz`
/// # }
/// ```
pub type IslandAssembler<A> = Assembler<A, GrowBuffer, IslandTable<A, GrowLabels, GrowIslands>>;

/// A list that grows.
#[derive(Clone, Debug)]
pub struct GrowList<T>(Vec<T>);

impl<T> List<T> for GrowList<T> {
    fn elements(&self) -> &[T] {
        &self.0
    }
    fn elements_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
    fn push(&mut self, element: T) -> bool {
        let room = self.0.try_reserve(1).is_ok();
        if room {
            self.0.push(element);
        }
        room
    }
    fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }
}

/// References that wait and literals, on the heap.
#[derive(Clone, Debug)]
pub struct GrowIslands {
    waiting: GrowList<Waiting>,
    literals: GrowList<Literal>,
    bytes: GrowList<u8>,
}

impl GrowIslands {
    /// Nothing waits, and nothing is allocated yet.
    pub const fn new() -> GrowIslands {
        GrowIslands { waiting: GrowList(Vec::new()), literals: GrowList(Vec::new()), bytes: GrowList(Vec::new()) }
    }
}

impl Default for GrowIslands {
    fn default() -> Self {
        GrowIslands::new()
    }
}

impl IslandMemory for GrowIslands {
    type Waiting = GrowList<Waiting>;
    type Literals = GrowList<Literal>;
    type Bytes = GrowList<u8>;

    fn lists(&self) -> (&GrowList<Waiting>, &GrowList<Literal>, &GrowList<u8>) {
        (&self.waiting, &self.literals, &self.bytes)
    }

    fn lists_mut(&mut self) -> (&mut GrowList<Waiting>, &mut GrowList<Literal>, &mut GrowList<u8>) {
        (&mut self.waiting, &mut self.literals, &mut self.bytes)
    }
}
