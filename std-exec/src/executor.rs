//! Code that can be run: while more is added ([`Executor`]), and when nothing more is ([`ExecutableBuffer`]).

use crate::published::Published;
use crate::AssemblyOffset;
use std::ops::Deref;
use std::sync::{Arc, RwLockReadGuard};

/// Reads and runs what an assembler has committed, now and later. Cloning is cheap; may be sent to other threads.
///
/// Addresses never change: code may go on running while the assembler commits more. Only [`alter`] replaces code, and it
/// waits until every guard of [`Executor::lock`] is gone.
///
/// [`alter`]: crate::Assembler::alter
#[derive(Clone, Debug)]
pub struct Executor(Arc<Published>);

impl Executor {
    pub(crate) fn new(published: Arc<Published>) -> Executor {
        Executor(published)
    }

    /// Keeps the code as it is while the guard lives. Hold it while you run code that another thread might alter; never
    /// call `alter` of the same assembler while holding it.
    pub fn lock(&self) -> ExecutionGuard<'_> {
        ExecutionGuard { _held: self.0.lock(), published: &self.0 }
    }
}

/// Committed code that nobody alters. Dereferences to its bytes.
#[derive(Debug)]
pub struct ExecutionGuard<'a> {
    _held: RwLockReadGuard<'a, ()>,
    published: &'a Published,
}

impl ExecutionGuard<'_> {
    /// The address of an offset. To call what is there, turn it into a function pointer of the right type with
    /// `std::mem::transmute`; on Thumb set bit 0.
    pub fn ptr(&self, offset: AssemblyOffset) -> *const u8 {
        self.published.ptr(offset)
    }
}

impl Deref for ExecutionGuard<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.published.code()
    }
}

/// Finished code. Dereferences to its bytes; unmapped when it and all readers are gone.
#[derive(Clone, Debug)]
pub struct ExecutableBuffer(Arc<Published>);

impl ExecutableBuffer {
    pub(crate) fn new(published: Arc<Published>) -> ExecutableBuffer {
        ExecutableBuffer(published)
    }

    /// The address of an offset, for `std::mem::transmute` to a function pointer. The caller keeps the buffer alive as
    /// long as the code may run.
    ///
    /// An offset beyond the code gives the address of its end.
    pub fn ptr(&self, offset: AssemblyOffset) -> *const u8 {
        self.0.ptr(offset)
    }

    /// The code.
    pub fn as_slice(&self) -> &[u8] {
        self.0.code()
    }

    /// Number of bytes.
    pub fn size(&self) -> usize {
        self.as_slice().len()
    }
}

impl Deref for ExecutableBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl Published {
    fn ptr(&self, offset: AssemblyOffset) -> *const u8 {
        let code = self.code();
        let end = code.len();
        code.as_ptr().wrapping_add(offset.0.min(end))
    }
}
