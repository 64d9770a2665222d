//! Assemblers that own their memory.

use crate::{AssemblyOffset, GrowBuffer, GrowLabels, Listing};
use alloc::vec::Vec;
use bareasm_core::arch::Any;
use bareasm_core::{Arch, AsAssembler, Assembler, Error, Sink};
use core::ops::{Deref, DerefMut};

/// A sink on the heap whose code can be taken out.
pub trait Growing: Sink {
    /// The code; the sink starts again, empty.
    fn take(&mut self) -> Vec<u8>;

    /// The source text of statements, with the offsets of their code, where the sink remembers it.
    fn notes(&self) -> &[(u32, &'static str)] {
        &[]
    }
}

impl Growing for GrowBuffer {
    fn take(&mut self) -> Vec<u8> {
        GrowBuffer::take(self)
    }
}

/// Assembles into a `Vec<u8>`, for code of the architecture `A` that will run at a known address.
///
/// It is an [`Assembler`] with growable parts, and has all of its methods.
#[derive(Debug)]
pub struct VecAssembler<A, S = GrowBuffer> {
    inner: Assembler<A, S, GrowLabels>,
}

impl<A: Arch> VecAssembler<A> {
    /// An empty assembler; the code will run at the address `baseaddr`.
    pub fn new(baseaddr: usize) -> Self {
        VecAssembler::with_sink(GrowBuffer::new(), GrowLabels::new(), baseaddr)
    }

    /// As [`VecAssembler::new`], with memory for so many bytes, labels of each kind, and references of each kind.
    pub fn new_with_capacity(
        baseaddr: usize,
        ops_capacity: usize,
        local_labels: usize,
        global_labels: usize,
        dynamic_labels: usize,
        static_references: usize,
        dynamic_references: usize,
    ) -> Self {
        let labels = local_labels.saturating_add(global_labels).saturating_add(dynamic_labels);
        let references = static_references.saturating_add(dynamic_references);
        VecAssembler::with_sink(GrowBuffer::with_capacity(ops_capacity), GrowLabels::with_capacity(labels, references), baseaddr)
    }

    /// As [`VecAssembler::new`], with a listing of what is assembled; see [`Listing`].
    pub fn with_listing(baseaddr: usize) -> VecAssembler<A, Listing> {
        VecAssembler::with_sink(Listing::new(), GrowLabels::new(), baseaddr)
    }

    /// Makes room for `additional` more bytes, if it can be had.
    pub fn reserve_ops(&mut self, additional: usize) {
        self.inner.sink_mut().reserve(additional);
    }
}

impl<A: Arch> VecAssembler<A, Listing> {
    /// The listing so far.
    pub fn listing(&self) -> &Listing {
        self.inner.sink()
    }
}

impl<A: Arch, S: Growing> VecAssembler<A, S> {
    /// An assembler of these parts, for code that will run at the address `baseaddr`.
    pub fn with_sink(sink: S, labels: GrowLabels, baseaddr: usize) -> Self {
        VecAssembler { inner: Assembler::from_parts(sink, labels).with_base(baseaddr as u64) }
    }

    /// Offset of the next byte.
    pub fn offset(&self) -> AssemblyOffset {
        AssemblyOffset(self.inner.offset())
    }

    /// Resolves all references made so far. Labels that are referred to must be bound.
    pub fn commit(&mut self) -> Result<(), Error> {
        self.inner.finish().map(|_| ())
    }

    /// Resolves all references and returns the code.
    pub fn finalize(mut self) -> Result<Vec<u8>, Error> {
        self.inner.finish()?;
        Ok(self.inner.sink_mut().take())
    }

    /// As [`VecAssembler::finalize`], and starts again with the same address and no labels. After an error nothing is
    /// lost: it can be looked at, mended, or [`reset`](Assembler::reset).
    pub fn take(&mut self) -> Result<Vec<u8>, Error> {
        self.inner.finish()?;
        let code = self.inner.sink_mut().take();
        self.inner.reset();
        Ok(code)
    }

    /// As [`VecAssembler::take`], as an iterator.
    pub fn drain(&mut self) -> Result<impl Iterator<Item = u8>, Error> {
        Ok(self.take()?.into_iter())
    }

    /// What was assembled, disassembled, with the labels of the table; with a [`Listing`] also those that only source text knows.
    /// `None` for [`Any`] architecture.
    #[cfg(feature = "decode")]
    pub fn disassembly(&self) -> Option<crate::Disassembly<'_>> {
        let sink = self.inner.sink();
        let mut disassembly = crate::Disassembly::of::<A>(sink.bytes(), 0)?;
        disassembly.add_notes(sink.notes());
        disassembly.add_labels(self.inner.labels());
        Some(disassembly)
    }

    /// The label table, with the offsets of bound labels.
    pub fn labels(&self) -> &GrowLabels {
        self.inner.labels()
    }

    /// The label table, to be changed.
    pub fn labels_mut(&mut self) -> &mut GrowLabels {
        self.inner.labels_mut()
    }
}

impl<A: Arch, S: Sink> AsAssembler for VecAssembler<A, S> {
    type Arch = A;
    type Sink = S;
    type Table = GrowLabels;

    #[inline(always)]
    fn bareasm_target(&mut self) -> &mut Assembler<A, S, GrowLabels> {
        &mut self.inner
    }
}

impl<A, S> Deref for VecAssembler<A, S> {
    type Target = Assembler<A, S, GrowLabels>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<A, S> DerefMut for VecAssembler<A, S> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

/// Assembles into a `Vec<u8>` of which nothing else is known: for looking at code in tests.
///
/// [`SimpleAssembler::new`] takes code of any architecture. No address is known, and `.align` without a fill byte pads with
/// zeros unless the architecture is one ([`SimpleAssembler::typed`]).
#[derive(Debug)]
pub struct SimpleAssembler<A = Any> {
    inner: Assembler<A, GrowBuffer, GrowLabels>,
}

impl SimpleAssembler {
    /// An empty assembler for any architecture.
    pub fn new() -> SimpleAssembler {
        SimpleAssembler::typed()
    }
}

impl Default for SimpleAssembler {
    fn default() -> Self {
        SimpleAssembler::new()
    }
}

impl<A: Arch> SimpleAssembler<A> {
    /// An empty assembler for one architecture.
    pub fn typed() -> SimpleAssembler<A> {
        SimpleAssembler { inner: Assembler::from_parts(GrowBuffer::new(), GrowLabels::new()) }
    }

    /// Offset of the next byte.
    pub fn offset(&self) -> AssemblyOffset {
        AssemblyOffset(self.inner.offset())
    }

    /// The code. Empty if anything failed; `status` tells, or [`SimpleAssembler::try_finalize`].
    pub fn finalize(self) -> Vec<u8> {
        self.try_finalize().unwrap_or_default()
    }

    /// The code, or what failed.
    pub fn try_finalize(mut self) -> Result<Vec<u8>, Error> {
        self.inner.finish()?;
        Ok(self.inner.sink_mut().take())
    }
}

impl<A: Arch> AsAssembler for SimpleAssembler<A> {
    type Arch = A;
    type Sink = GrowBuffer;
    type Table = GrowLabels;

    #[inline(always)]
    fn bareasm_target(&mut self) -> &mut Assembler<A, GrowBuffer, GrowLabels> {
        &mut self.inner
    }
}

impl<A> Deref for SimpleAssembler<A> {
    type Target = Assembler<A, GrowBuffer, GrowLabels>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<A> DerefMut for SimpleAssembler<A> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}
