//! The assembler whose code ends up executable.

use crate::error::{DynasmError, FinalizeError};
use crate::executor::{ExecutableBuffer, Executor};
use crate::modifier::{CopySink, Labels, Modifier};
use crate::sink::MappedSink;
use crate::AssemblyOffset;
use bareasm_alloc::{DynasmApi, DynasmLabelApi, ListingText};
use bareasm_core::Arch;
use bareasm_core::AsAssembler;
use bareasm_core::Sink;
use std::ops::{Deref, DerefMut, Range};

/// Bytes that [`Assembler::new`] reserves: within the reach of every AArch64 branch, and of address space only until
/// they are written.
#[cfg(all(target_pointer_width = "64", not(windows)))]
pub const DEFAULT_CAPACITY: usize = 64 << 20;
/// Bytes that [`Assembler::new`] reserves.
#[cfg(not(all(target_pointer_width = "64", not(windows))))]
pub const DEFAULT_CAPACITY: usize = 4 << 20;

/// Assembles into memory that becomes executable.
///
/// Dereferences to [`bareasm_core::Assembler`], which has the typed encoders and labels. Code is written where it will
/// run, so absolute addresses (`extern`) can be referred to, and addresses never change as more code is added.
///
/// ```
/// # #[cfg(target_arch = "x86_64")] fn main() -> Result<(), bareasm_exec::DynasmError> {
/// use bareasm_exec::{dynasm, x64, AssemblyOffset};
///
/// let mut ops = x64::Assembler::new()?;
/// dynasm!(ops ; .arch x64 ; lea rax, [rdi + rsi] ; ret);
/// let code = ops.finalize()?;
/// // SAFETY: the code above is a function of this type, and `code` stays alive.
/// let add: extern "sysv64" fn(u64, u64) -> u64 = unsafe { std::mem::transmute(code.ptr(AssemblyOffset(0))) };
/// assert_eq!(add(2, 3), 5);
/// # Ok(()) }
/// # #[cfg(not(target_arch = "x86_64"))] fn main() {}
/// ```
#[derive(Debug)]
pub struct Assembler<A: Arch> {
    inner: bareasm_core::Assembler<A, MappedSink, Labels>,
}

impl<A: Arch> Assembler<A> {
    /// An assembler with [`DEFAULT_CAPACITY`] reserved.
    pub fn new() -> Result<Assembler<A>, DynasmError> {
        Assembler::with_capacity(DEFAULT_CAPACITY)
    }

    /// An assembler with room for `bytes` of code, rounded up to whole pages. More is a
    /// [`BufferFull`](bareasm_core::Reason::BufferFull) error.
    pub fn with_capacity(bytes: usize) -> Result<Assembler<A>, DynasmError> {
        Assembler::make(bytes, false)
    }

    /// As [`Assembler::new`], and takes the source text of what the macro assembles down, for [`Assembler::listing`].
    pub fn with_listing() -> Result<Assembler<A>, DynasmError> {
        Assembler::make(DEFAULT_CAPACITY, true)
    }

    fn make(bytes: usize, listing: bool) -> Result<Assembler<A>, DynasmError> {
        let sink = MappedSink::new(bytes, listing)?;
        let base = sink.published().start() as u64;
        Ok(Assembler { inner: bareasm_core::Assembler::from_parts(sink, Labels::new()).with_base(base) })
    }

    /// Where the next byte goes.
    #[inline]
    pub fn offset(&self) -> AssemblyOffset {
        AssemblyOffset(self.inner.offset())
    }

    /// What was assembled since the last commit: offset, bytes, and source text where it was taken down, in columns.
    pub fn listing(&self) -> ListingText<'_> {
        let sink = self.inner.sink();
        ListingText { code: sink.bytes(), start: sink.published().len(), lines: sink.notes() }
    }

    /// What was assembled since the last commit, disassembled, with the labels of the table; after [`Assembler::with_listing`] also
    /// those that only source text knows.
    ///
    /// ```
    /// # fn main() -> Result<(), bareasm_exec::DynasmError> {
    /// use bareasm_exec::{dynasm, x64};
    ///
    /// let mut ops = x64::Assembler::new()?;
    /// dynasm!(ops ; .arch x64 ; =>entry: test rdi, rdi ; jz =>entry ; ret);
    /// assert_eq!(ops.disassembly().map(|listing| listing.to_string()).unwrap_or_default(), "\
    /// 00000000                           =>entry:
    /// 00000000  48 85 ff                     test rdi, rdi
    /// 00000003  0f 84 f7 ff ff ff            je =>entry
    /// 00000009  c3                           ret
    /// ");
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "decode")]
    pub fn disassembly(&self) -> Option<bareasm_alloc::Disassembly<'_>> {
        let sink = self.inner.sink();
        let mut disassembly = bareasm_alloc::Disassembly::of::<A>(sink.bytes(), sink.published().len())?;
        disassembly.add_notes(sink.notes());
        disassembly.add_labels(self.inner.labels());
        Some(disassembly)
    }

    /// Makes what was assembled so far executable, for [`Assembler::reader`].
    ///
    /// Executable pages are never written again, so the rest of the last page is filled with no-ops: [`Assembler::offset`]
    /// is then a multiple of the page size, and falling through works. Threads that execute earlier code are not
    /// disturbed, and this does not wait for them.
    ///
    /// # Errors
    ///
    /// When an operand was refused, a label was not bound, the capacity exceeded or the memory refused. Nothing is
    /// lost: bind the missing label and commit again, or [`reset`](bareasm_core::Assembler::reset) what is not committed.
    pub fn commit(&mut self) -> Result<(), DynasmError> {
        self.inner.finish()?;
        if self.inner.offset() != self.inner.sink().published().len() {
            let page = self.inner.sink().page();
            self.inner.align(u32::try_from(page).unwrap_or(u32::MAX), None);
            let len = self.inner.finish()?;
            self.inner.sink_mut().publish(len)?;
        }
        Ok(())
    }

    /// Gives access to what is committed, now and later, to this and other threads.
    pub fn reader(&self) -> Executor {
        Executor::new(self.inner.sink().published().clone())
    }

    /// Makes everything executable and ends assembling. Readers stay valid.
    ///
    /// # Errors
    ///
    /// As [`Assembler::commit`]; the error holds the assembler, so nothing is lost.
    pub fn finalize(mut self) -> Result<ExecutableBuffer, FinalizeError<A>> {
        match self.publish_rest() {
            Ok(()) => Ok(ExecutableBuffer::new(self.inner.sink().published().clone())),
            Err(error) => Err(FinalizeError { error, assembler: Box::new(self) }),
        }
    }

    fn publish_rest(&mut self) -> Result<(), DynasmError> {
        let len = self.inner.finish()?;
        Ok(self.inner.sink_mut().publish(len)?)
    }

    /// Commits, then lets `edit` assemble over committed code, and replaces that in one go when all of it is right.
    ///
    /// Waits until no [`ExecutionGuard`](crate::ExecutionGuard) is held. While the bytes are exchanged, their pages are
    /// not executable: code there must run under a guard only.
    ///
    /// # Errors
    ///
    /// When something is wrong with the edit (an operand, a label, a failed `check`), code, labels and addresses are as
    /// they were before.
    pub fn alter<F, O>(&mut self, edit: F) -> Result<O, DynasmError>
    where
        F: FnOnce(&mut Modifier<A>) -> O,
    {
        self.commit()?;
        let published = self.inner.sink().published().clone();
        let copy = CopySink::new(published.code().to_vec());
        let inner = bareasm_core::Assembler::from_parts(copy, self.inner.labels().clone()).with_base(published.start() as u64);
        let mut modifier = Modifier { inner, wrong: None };
        let output = edit(&mut modifier);
        if let Some(error) = modifier.wrong {
            return Err(error);
        }
        modifier.inner.finish()?;
        let (sink, labels) = modifier.inner.into_parts();
        if let Some(range) = difference(published.code(), sink.bytes()) {
            published.replace(range, sink.bytes())?;
        }
        *self.inner.labels_mut() = labels;
        Ok(output)
    }
}

/// The range outside of which two slices of one length are the same; `None` if they are.
fn difference(old: &[u8], new: &[u8]) -> Option<Range<usize>> {
    let differs = |(old, new): (&u8, &u8)| old != new;
    let start = old.iter().zip(new).position(differs)?;
    let end = old.iter().zip(new).rposition(differs)?;
    Some(start..end.saturating_add(1))
}

impl<A: Arch> Deref for Assembler<A> {
    type Target = bareasm_core::Assembler<A, MappedSink, Labels>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<A: Arch> DerefMut for Assembler<A> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl<A: Arch> AsAssembler for Assembler<A> {
    type Arch = A;
    type Sink = MappedSink;
    type Table = Labels;

    #[inline(always)]
    fn bareasm_target(&mut self) -> &mut bareasm_core::Assembler<A, MappedSink, Labels> {
        &mut self.inner
    }
}

impl<A: Arch> DynasmApi for Assembler<A> {}
impl<A: Arch> DynasmLabelApi for Assembler<A> {}
