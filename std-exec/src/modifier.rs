//! Replacing committed code: edits go to a copy, which becomes the code only if all of it is right.

use crate::error::DynasmError;
use crate::AssemblyOffset;
use bareasm_alloc::{DynasmApi, DynasmLabelApi};
use bareasm_core::arch::Same;
use bareasm_core::Arch;
use bareasm_core::{range, Latch, Sink};
use bareasm_core::{AsAssembler, Error};

/// The label table while code is altered: a copy, too.
pub(crate) type Labels = bareasm_alloc::GrowLabels;

/// Assembles over committed code. Made by [`alter`](crate::Assembler::alter).
#[derive(Debug)]
pub struct Modifier<A> {
    pub(crate) inner: bareasm_core::Assembler<A, CopySink, Labels>,
    pub(crate) wrong: Option<DynasmError>,
}

impl<A: Arch> Modifier<A> {
    /// Goes to an offset: what is assembled next replaces the code there.
    pub fn goto(&mut self, offset: AssemblyOffset) {
        self.inner.sink_mut().goto(offset.0);
    }

    /// Where the next byte goes.
    pub fn offset(&self) -> AssemblyOffset {
        AssemblyOffset(self.inner.offset())
    }

    /// Checks that the replacement has not gone beyond `offset`. A failure makes `alter` fail, whatever else happens.
    pub fn check(&mut self, offset: AssemblyOffset) -> Result<(), DynasmError> {
        self.compare(offset, |here, there| here <= there)
    }

    /// Checks that the replacement ends exactly at `offset`. A failure makes `alter` fail, whatever else happens.
    pub fn check_exact(&mut self, offset: AssemblyOffset) -> Result<(), DynasmError> {
        self.compare(offset, |here, there| here == there)
    }

    fn compare(&mut self, there: AssemblyOffset, good: fn(usize, usize) -> bool) -> Result<(), DynasmError> {
        let here = self.inner.offset();
        if good(here, there.0) {
            return Ok(());
        }
        let position = || DynasmError::Position { offset: here, expected: there.0 };
        self.wrong.get_or_insert_with(position);
        Err(position())
    }
}

/// What `dynasm!` calls, where [`AsAssembler`] is not imported: a modifier does not dereference to its assembler.
impl<A: Arch> Modifier<A> {
    /// See [`AsAssembler::bareasm_for`].
    #[doc(hidden)]
    #[inline(always)]
    pub fn bareasm_for<W>(&mut self) -> &mut bareasm_core::Assembler<A, CopySink, Labels>
    where
        A: Same<W>,
    {
        &mut self.inner
    }

    /// See [`AsAssembler::bareasm_put`].
    #[doc(hidden)]
    #[inline(always)]
    pub fn bareasm_put<W, const N: usize>(&mut self, code: &[u8; N])
    where
        A: Same<W>,
    {
        self.inner.put(code);
    }
}

impl<A: Arch> AsAssembler for Modifier<A> {
    type Arch = A;
    type Sink = CopySink;
    type Table = Labels;

    fn bareasm_target(&mut self) -> &mut bareasm_core::Assembler<A, CopySink, Labels> {
        &mut self.inner
    }
}

/// A copy of the code, with a position that can be moved.
#[derive(Debug)]
pub struct CopySink {
    code: Vec<u8>,
    latch: Latch,
}

impl CopySink {
    pub(crate) fn new(code: Vec<u8>) -> CopySink {
        CopySink { code, latch: Latch::new() }
    }

    fn goto(&mut self, offset: usize) {
        if self.latch.mark() <= bareasm_core::MAX_CODE {
            self.latch.seal(0, offset);
        }
    }
}

impl Sink for CopySink {
    #[inline(always)]
    fn mark(&self) -> u32 {
        self.latch.mark()
    }

    fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        self.code.get_mut(range(at, n))
    }

    fn seal(&mut self, at: u32, n: usize) {
        // Code cannot grow here: running past its end is a full buffer, even if `goto` comes back afterwards.
        if at <= bareasm_core::MAX_CODE && (at as usize).saturating_add(n) > self.code.len() {
            self.latch.fail(Error::at(at, bareasm_core::Reason::BufferFull));
        }
        self.latch.seal(self.latch.mark() & !bareasm_core::MAX_CODE | at, n);
    }

    fn fail(&mut self, error: Error) {
        self.latch.fail(error);
    }

    fn window(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        self.begin(at, n)
    }

    fn status(&self) -> Result<usize, Error> {
        self.latch.status(self.code.len())
    }

    fn bytes(&self) -> &[u8] {
        &self.code
    }

    fn clear(&mut self) {
        self.latch = Latch::new();
    }
}

impl<A: Arch> DynasmApi for Modifier<A> {}
impl<A: Arch> DynasmLabelApi for Modifier<A> {}
