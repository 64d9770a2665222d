//! A sink that grows.

use alloc::vec::Vec;
use bareasm_core::sink::{range, Latch, Sink, MAX_CODE};
use bareasm_core::Error;

/// The least memory that is asked for, in bytes.
const FIRST: usize = 4096;

/// Code goes to memory on the heap that grows as needed, up to 2^31 - 1 bytes. Growing keeps what was written.
///
/// When memory cannot be had, that is [`Reason::BufferFull`](bareasm_core::Reason::BufferFull) in the end, as with a slice that is
/// too short; nothing aborts.
#[derive(Debug)]
pub struct GrowBuffer {
    /// Zero up to its length, which is what can be written; the position is in the latch.
    memory: Vec<u8>,
    latch: Latch,
    limit: usize,
}

impl GrowBuffer {
    /// Nothing allocated yet.
    pub const fn new() -> GrowBuffer {
        GrowBuffer { memory: Vec::new(), latch: Latch::new(), limit: MAX_CODE as usize }
    }

    /// With room for some bytes, if it can be had.
    pub fn with_capacity(bytes: usize) -> GrowBuffer {
        let mut buffer = GrowBuffer::new();
        buffer.reserve(bytes);
        buffer
    }

    /// Never takes more than `bytes` bytes of memory.
    pub fn with_limit(mut self, bytes: usize) -> GrowBuffer {
        self.limit = self.limit.min(bytes);
        self.memory.truncate(self.limit);
        self
    }

    /// Makes room for `bytes` more bytes, if it can be had.
    pub fn reserve(&mut self, bytes: usize) {
        let want = (self.latch.mark() as usize).saturating_add(bytes).min(self.limit);
        let _ = enlarge(&mut self.memory, want);
    }

    /// The code, and an empty buffer in its place. Empty as well if the code is not complete.
    pub fn take(&mut self) -> Vec<u8> {
        let length = self.length();
        let mut code = core::mem::take(&mut self.memory);
        code.truncate(length);
        self.latch = Latch::new();
        code
    }
}

impl Default for GrowBuffer {
    fn default() -> Self {
        GrowBuffer::new()
    }
}

/// Makes the memory `want` bytes long; `false` when it cannot be had.
fn enlarge(memory: &mut Vec<u8>, want: usize) -> bool {
    let more = want.saturating_sub(memory.len());
    if memory.try_reserve_exact(more).is_err() {
        return false;
    }
    if more > 0 {
        memory.resize(want, 0);
    }
    true
}

impl GrowBuffer {
    /// The bytes of the code; 0 if it is not complete.
    fn length(&self) -> usize {
        if self.latch.complete(self.memory.len()) {
            self.latch.mark() as usize
        } else {
            0
        }
    }

    /// Grows to twice its size or more and says whether `n` bytes fit at `at` now. When that fails for good, the limit becomes what
    /// there is: later, smaller requests must not succeed and leave a hole.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, at: u32, n: usize) -> bool {
        if at > MAX_CODE {
            return false;
        }
        let GrowBuffer { memory, limit, .. } = self;
        let need = (at as usize).saturating_add(n);
        let comfortable = need.max(memory.len().saturating_mul(2)).max(FIRST).min(*limit);
        let enough = need <= *limit && (enlarge(memory, comfortable) || enlarge(memory, need));
        if !enough {
            *limit = memory.len();
        }
        enough
    }

    /// Puts bytes for which there may be no room yet.
    #[cold]
    #[inline(never)]
    fn put_slowly(&mut self, bytes: &[u8]) {
        self.put_slice(bytes);
    }
}

impl Sink for GrowBuffer {
    #[inline(always)]
    fn mark(&self) -> u32 {
        self.latch.mark()
    }

    #[inline(always)]
    fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        let range = range(at, n);
        if range.end > self.memory.len() && !self.grow(at, n) {
            return None;
        }
        self.memory.get_mut(range)
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: &[u8; N]) {
        let at = self.mark();
        match self.memory.get_mut(range(at, N)).and_then(|room| room.first_chunk_mut()) {
            Some(room) => {
                *room = *bytes;
                self.latch.seal_near(at, N);
            }
            None => self.put_slowly(bytes),
        }
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
        self.memory.get(..self.length()).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.latch = Latch::new();
    }
}
