//! The assembler: a sink for bytes, a table for labels, and the address where the code will run.
//!
//! There is one type for all layers and architectures. Aliases choose the parts: `thumb::Assembler<'a>` writes to the
//! caller's slice, the growable ones of the crates above own their memory.

use crate::arch::Arch;
use crate::buffer::CodeBuffer;
use crate::error::{Error, Reason};
use crate::island::{FixedIslands, IslandTable, Islands};
use crate::label::{DynamicLabel, DynamicLabels, FixedLabels, LabelTable, Labels};
use crate::sink::Sink;
use core::marker::PhantomData;

/// Assembles code of the architecture `A` into the sink `S` with the label table `T`.
///
/// The first failure, of whatever kind, is kept ([`Assembler::status`]); after it nothing is written any more, but
/// positions go on counting. [`Assembler::finish`] returns it.
#[derive(Debug)]
#[repr(C)] // what each invocation uses comes first: small displacements, on most hosts shorter instructions
pub struct Assembler<A, S, T> {
    pub(crate) sink: S,
    pub(crate) labels: T,
    pub(crate) base: Option<u64>,
    arch: PhantomData<fn() -> A>,
}

impl<A: Arch, S: Sink + Default, T: LabelTable + Default> Default for Assembler<A, S, T> {
    /// An assembler of empty parts.
    fn default() -> Self {
        Assembler::from_parts(S::default(), T::default())
    }
}

impl<'a, A: Arch> Assembler<A, CodeBuffer<'a>, FixedLabels<'a>> {
    /// Assembles into `code`, from its first byte, with an empty label table. On an empty slice nothing is written, and
    /// `finish` says how many bytes the code needs.
    pub fn new<const L: usize, const F: usize>(code: &'a mut [u8], labels: &'a mut Labels<L, F>) -> Self {
        Assembler::from_parts(CodeBuffer::new(code), labels.view())
    }
}

impl<'a, A: Arch> Assembler<A, CodeBuffer<'a>, IslandTable<A, FixedLabels<'a>, FixedIslands<'a>>> {
    /// As [`Assembler::new`], with [islands](crate::island).
    pub fn with_islands<const L: usize, const F: usize, const R: usize, const C: usize, const B: usize>(
        code: &'a mut [u8],
        labels: &'a mut Labels<L, F>,
        islands: &'a mut Islands<R, C, B>,
    ) -> Self {
        Assembler::from_parts(CodeBuffer::new(code), IslandTable::new(labels.view(), islands.view()))
    }
}

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// An assembler of these parts.
    pub const fn from_parts(sink: S, labels: T) -> Self {
        Assembler { sink, labels, base: None, arch: PhantomData }
    }

    /// Gives the parts back.
    pub fn into_parts(self) -> (S, T) {
        (self.sink, self.labels)
    }

    /// Says at which address the first byte of the code will run. Needed for absolute addresses and for references to
    /// them, for A64 `adrp`, and for alignment if the code does not start at a boundary; distances within the code do
    /// not depend on it. T32 code without a base is taken to start at a multiple of 4.
    pub fn with_base(mut self, address: u64) -> Self {
        self.base = Some(address);
        self
    }

    /// As [`Assembler::with_base`], later; `None` forgets the address. References that were patched before keep their values.
    pub fn set_base(&mut self, address: Option<u64>) {
        self.base = address;
    }

    /// The address where the first byte of the code will run, if it is known.
    pub fn base(&self) -> Option<u64> {
        self.base
    }

    /// Offset of the next byte from the start of the code.
    #[inline(always)]
    pub fn offset(&self) -> usize {
        self.sink.offset() as usize
    }

    /// A new label, not bound yet. When the table is full, that is latched, and the label returned cannot be used.
    #[inline]
    pub fn new_dynamic_label(&mut self) -> DynamicLabel {
        self.new_dynamic_labels(1).at(0)
    }

    /// So many new labels with consecutive numbers, not bound yet. When the table has no room for all of them, that is latched, and
    /// there are none.
    #[inline]
    pub fn new_dynamic_labels(&mut self, count: usize) -> DynamicLabels {
        let labels = u32::try_from(count).ok().and_then(|count| Some(DynamicLabels::new(self.labels.create(count)?, count)));
        labels.unwrap_or_else(|| {
            self.fail_at(self.sink.offset(), Reason::LabelsFull);
            DynamicLabels::NONE
        })
    }

    /// Binds a label to the next byte.
    pub fn bind_here(&mut self, label: DynamicLabel) {
        self.bind(label, 0);
    }

    /// The offset that a label is bound to; `None` if it is open or unknown.
    pub fn label_offset(&self, label: DynamicLabel) -> Option<usize> {
        self.labels.position(label.0).ok().flatten().map(|at| at as usize)
    }

    /// Whether everything up to here was written: the first failure, or [`Reason::BufferFull`].
    pub fn status(&self) -> Result<(), Error> {
        self.sink.status().map(|_| ())
    }

    /// Patches what is outstanding and checks that nothing is missing; returns the length of the code.
    ///
    /// Fails with the first failure of all; then with [`Reason::BufferFull`] and the number of bytes needed; then with
    /// [`Reason::LabelUnbound`] at the reference. The assembler can be used further in any case: after an unbound
    /// label, bind it and finish again; after other failures, [`Assembler::reset`].
    pub fn finish(&mut self) -> Result<usize, Error> {
        self.sink.status()?;
        let unbound = self.patch_bound_references();
        // A reference before the unbound one may just have failed.
        let length = self.sink.status()?;
        match unbound {
            None => self.labels.complete().map(|()| length),
            Some(at) => Err(Error::at(at, Reason::LabelUnbound)),
        }
    }

    /// Forgets code, labels, names and failure, and starts again at offset 0 in the same memory. The base is kept.
    pub fn reset(&mut self) {
        self.sink.clear();
        self.labels.clear();
    }

    /// What has been written; nothing after a failure. References to labels, bound ones too, may be patched by
    /// [`Assembler::finish`] only: before that their fields may hold 0.
    pub fn code(&self) -> &[u8] {
        self.sink.bytes()
    }

    /// The sink.
    pub fn sink(&self) -> &S {
        &self.sink
    }

    /// The sink, to be changed.
    pub fn sink_mut(&mut self) -> &mut S {
        &mut self.sink
    }

    /// The label table.
    pub fn labels(&self) -> &T {
        &self.labels
    }

    /// The label table, to be changed.
    pub fn labels_mut(&mut self) -> &mut T {
        &mut self.labels
    }

    /// Latches a failure that belongs to no operand.
    #[cold]
    #[inline(never)]
    pub(crate) fn fail_at(&mut self, at: u32, reason: Reason) {
        self.sink.fail(Error::at(at, reason));
    }
}
