//! A sink over memory that the caller owns.

use crate::error::Error;
use crate::sink::{range, Latch, Sink, MAX_CODE};

/// Code goes to a slice. On an empty slice, only the size of the code is counted.
#[derive(Debug)]
pub struct CodeBuffer<'a> {
    memory: &'a mut [u8],
    latch: Latch,
}

impl<'a> CodeBuffer<'a> {
    /// Starts at the first byte of `memory`; at most 2^31 - 1 bytes of it are used.
    pub fn new(memory: &'a mut [u8]) -> CodeBuffer<'a> {
        let limit = memory.len().min(usize::try_from(MAX_CODE).unwrap_or(usize::MAX));
        CodeBuffer { memory: memory.get_mut(..limit).unwrap_or_default(), latch: Latch::new() }
    }
}

impl Sink for CodeBuffer<'_> {
    #[inline(always)]
    fn mark(&self) -> u32 {
        self.latch.mark()
    }

    #[inline(always)]
    fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        self.memory.get_mut(range(at, n))
    }

    #[inline(always)]
    fn seal(&mut self, at: u32, n: usize) {
        self.latch.seal(at, n);
    }

    #[inline(always)]
    fn seal_near(&mut self, at: u32, n: usize) {
        self.latch.seal_near(at, n);
    }

    #[inline(always)]
    fn fail(&mut self, error: Error) {
        self.latch.fail(error);
    }

    #[inline(always)]
    fn window(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        // The memory is not longer than `MAX_CODE`, so a failure puts the position behind its end, too.
        if self.latch.mark() as usize > self.memory.len() {
            return None;
        }
        self.memory.get_mut(range(at, n))
    }

    fn status(&self) -> Result<usize, Error> {
        self.latch.status(self.memory.len())
    }

    fn bytes(&self) -> &[u8] {
        if self.latch.complete(self.memory.len()) {
            self.memory.get(range(0, self.latch.mark() as usize)).unwrap_or_default()
        } else {
            &[]
        }
    }

    fn clear(&mut self) {
        self.latch = Latch::new();
    }
}
