//! Executable code, shared by the assembler that adds to it and the threads that run it.

use crate::error::MapError;
use mmap_rs::{Mmap, MmapMut};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// Executable pages, adjacent and in order. They stay mapped at their address as long as anyone holds this.
#[derive(Debug)]
pub(crate) struct Published {
    start: usize,
    /// Bytes of code; grows only.
    len: AtomicUsize,
    pages: Mutex<Vec<Mmap>>,
    /// Held for reading while code runs, for writing while published code is replaced. Adding code needs neither.
    execution: RwLock<()>,
}

impl Published {
    /// Nothing yet, at an address.
    pub(crate) fn new(start: usize) -> Published {
        Published { start, len: AtomicUsize::new(0), pages: Mutex::new(Vec::new()), execution: RwLock::new(()) }
    }

    /// Address of the first byte.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Bytes of code.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    fn pages(&self) -> MutexGuard<'_, Vec<Mmap>> {
        // The list is never left half-changed, so a panic elsewhere while it was held does no harm.
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds pages that follow the last ones directly; `len` bytes of them are code.
    pub(crate) fn push(&self, pages: Mmap, len: usize) {
        let mut list = self.pages();
        list.push(pages);
        let before = self.len.load(Ordering::Relaxed);
        // Release: whoever sees the new length sees the pages executable.
        self.len.store(before.saturating_add(len), Ordering::Release);
    }

    /// Keeps published code from being replaced as long as the guard lives.
    pub(crate) fn lock(&self) -> RwLockReadGuard<'_, ()> {
        self.execution.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The code. Its bytes change only in `replace`, which waits for the guards of `lock`.
    pub(crate) fn code(&self) -> &[u8] {
        let len = self.len();
        if len == 0 {
            return &[];
        }
        // SAFETY: the pages cover start .. start + len without gaps, because they are split one by one off the front of
        // one mapping, and all but the last are full of code. They stay mapped and readable while `self` lives: they are
        // dropped with it, and `replace` puts each back. The callers hold `lock` or the only way to `replace`.
        unsafe { std::slice::from_raw_parts(self.start as *const u8, len) }
    }

    /// Replaces the bytes of `range` by those of `code`, which is the whole new code, once no thread executes. Pages
    /// outside the range are not touched. When the system refuses to make a page writable nothing is changed; when it
    /// refuses to make one executable again, the error says so, and that page stays readable.
    pub(crate) fn replace(&self, range: Range<usize>, code: &[u8]) -> Result<(), MapError> {
        let _nobody_executes = self.execution.write().unwrap_or_else(PoisonError::into_inner);
        let mut list = self.pages();
        let mut failure = Ok(());
        // First all pages become writable, or none.
        let mut opened = Vec::with_capacity(list.len());
        let mut first = 0usize;
        for pages in list.drain(..) {
            let here = first..first.saturating_add(pages.size());
            first = here.end;
            let touched = range.start < here.end && here.start < range.end;
            opened.push(if touched && failure.is_ok() { open(pages, here.start, &mut failure) } else { Opened::Closed(pages) });
        }
        let new = failure.is_ok().then_some(code);
        list.extend(opened.into_iter().filter_map(|pages| close(pages, new, &mut failure)));
        failure
    }
}

/// Pages during a replacement.
enum Opened {
    /// Executable as before.
    Closed(Mmap),
    /// Writable; the offset of the first byte.
    Writable(MmapMut, usize),
}

/// Makes pages writable.
fn open(pages: Mmap, first: usize, failure: &mut Result<(), MapError>) -> Opened {
    match pages.make_mut() {
        Ok(writable) => Opened::Writable(writable, first),
        Err((pages, error)) => {
            *failure = Err(error.into());
            Opened::Closed(pages)
        }
    }
}

/// Copies the new code into writable pages, if there is some, and makes them executable again.
fn close(pages: Opened, code: Option<&[u8]>, failure: &mut Result<(), MapError>) -> Option<Mmap> {
    let (mut writable, first) = match pages {
        Opened::Closed(pages) => return Some(pages),
        Opened::Writable(writable, first) => (writable, first),
    };
    let new = code.and_then(|code| code.get(first..)).unwrap_or_default();
    for (to, from) in writable.as_mut_slice().iter_mut().zip(new) {
        *to = *from;
    }
    match writable.make_exec() {
        Ok(pages) => Some(pages),
        Err((writable, error)) => {
            *failure = Err(error.into());
            writable.make_read_only().ok()
        }
    }
}
