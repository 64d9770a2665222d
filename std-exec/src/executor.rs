//! Code that can be run: while more is added ([`Executor`]), and when nothing more is ([`ExecutableBuffer`]).

use crate::error::DynasmError;
use crate::mapping::Mapping;
use crate::published::Published;
use crate::AssemblyOffset;
use bareasm_alloc::{Places, Relax, RelaxingAssembler};
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

    /// Relaxes branches for the place where the code is going to be, and makes it executable. The assembler starts again, empty.
    ///
    /// ```
    /// # #[cfg(target_arch = "x86_64")] fn main() -> Result<(), bareasm_exec::DynasmError> {
    /// use bareasm_exec::{dynasm, x64::X64, ExecutableBuffer, RelaxingAssembler};
    ///
    /// extern "sysv64" fn triple(number: u64) -> u64 {
    ///     number * 3
    /// }
    ///
    /// let mut ops = RelaxingAssembler::<X64>::new();
    /// let (entry, done) = (ops.new_dynamic_label(), ops.new_dynamic_label());
    /// dynasm!(ops ; .arch x64 ; =>(entry): test rdi, rdi ; jz =>(done)); // a short branch in the end
    /// // However far away this is:
    /// dynasm!(ops ; .arch x64 ; push rax ; call extern triple as usize ; pop rcx ; ret);
    /// dynasm!(ops ; .arch x64 ; =>(done): mov eax, 1 ; ret);
    /// let (code, places) = ExecutableBuffer::relaxed(&mut ops)?;
    /// let entry = places.label(entry).unwrap_or_default();
    /// // SAFETY: the code above is a function of this type, and `code` stays alive.
    /// let function: extern "sysv64" fn(u64) -> u64 = unsafe { std::mem::transmute(code.ptr(entry)) };
    /// assert_eq!((function(0), function(5)), (1, 15));
    /// # Ok(()) }
    /// # #[cfg(not(target_arch = "x86_64"))] fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// As [`RelaxingAssembler::finalize`], or the system refuses memory. The assembler is as it was then.
    pub fn relaxed<A: Relax>(ops: &mut RelaxingAssembler<A>) -> Result<(ExecutableBuffer, Places), DynasmError> {
        let before = ops.base();
        let result = place(ops);
        ops.set_base(before);
        if result.is_ok() {
            ops.reset();
        }
        result
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

/// The code of an assembler, made executable.
fn place<A: Relax>(ops: &mut RelaxingAssembler<A>) -> Result<(ExecutableBuffer, Places), DynasmError> {
    let mut mapping = Mapping::new(ops.most())?;
    ops.set_base(Some(mapping.published().start() as u64));
    let relaxed = ops.relax()?;
    for (to, from) in mapping.pending_mut().iter_mut().zip(&relaxed.code) {
        *to = *from;
    }
    mapping.publish(relaxed.code.len())?;
    Ok((ExecutableBuffer::new(mapping.published().clone()), relaxed.places))
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
