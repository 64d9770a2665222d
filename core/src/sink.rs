//! Where bytes go: the one trait between the instructions and the memory that holds them.
//!
//! A sink has a *position*: the number of bytes that were put or would have been put. It goes on counting when nothing
//! can be written any more, so that the size of the code is known in the end. Bit 31 of the position is set by the
//! first failed operand; it puts the position out of every buffer's reach, which refuses all later writes at no cost.

use crate::error::Error;

/// Bit 31 of a position: nothing is written any more.
pub(crate) const REFUSED: u32 = 1 << 31;

/// The largest code in bytes, and the value at which positions stop being exact.
pub const MAX_CODE: u32 = REFUSED - 1;

/// Memory that code is written to.
///
/// A caller takes the position ([`Sink::mark`]), asks for room there ([`Sink::begin`]), stores if there is some, and
/// counts the bytes in any case ([`Sink::seal`]).
pub trait Sink {
    /// The raw position. Bit 31 is set when an operand has failed (or 2^31 bytes were exceeded).
    fn mark(&self) -> u32;

    /// `n` bytes at the position `at`, or `None` when they do not fit. A growable sink grows here.
    fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]>;

    /// Counts `n` bytes after `at`, written or not. To be called after the stores: they may alias the position for all
    /// the compiler knows, which would have to be loaded again. To be called the same way whether they were written or not:
    /// the next position then does not wait for that to be known.
    fn seal(&mut self, at: u32, n: usize);

    /// As [`Sink::seal`], for bytes that room was found for ([`Sink::begin`]): their end is a position, which need not be
    /// tested.
    #[inline(always)]
    fn seal_near(&mut self, at: u32, n: usize) {
        self.seal(at, n);
    }

    /// Latches a failure. The first one wins; nothing is written any more.
    fn fail(&mut self, error: Error);

    /// `n` bytes at `at` that were written earlier; `None` as soon as anything is missing in the sink.
    fn window(&mut self, at: u32, n: usize) -> Option<&mut [u8]>;

    /// All bytes that were written and can still be changed, with the position of the first; `None` as soon as anything is missing
    /// in the sink.
    #[inline]
    fn written(&mut self) -> Option<(u32, &mut [u8])> {
        let length = self.offset() as usize;
        Some((0, self.window(0, length)?))
    }

    /// The number of bytes put, or the latched failure, or [`Reason::BufferFull`](crate::Reason::BufferFull).
    fn status(&self) -> Result<usize, Error>;

    /// What has been written.
    fn bytes(&self) -> &[u8];

    /// Starts again at 0, without failure. Growable sinks keep their memory.
    fn clear(&mut self);

    /// Takes note of the source text of the statement whose code starts at `at`; for listings.
    #[inline(always)]
    fn note(&mut self, at: u32, text: &'static str) {
        let _ = (at, text);
    }

    /// Bytes put or counted so far.
    #[inline(always)]
    fn offset(&self) -> u32 {
        self.mark() & MAX_CODE
    }

    /// As [`Sink::begin`], for a number of bytes known at compile time.
    #[inline(always)]
    fn open<const N: usize>(&mut self, at: u32) -> Option<&mut [u8; N]> {
        self.begin(at, N)?.first_chunk_mut()
    }

    /// Puts bytes that are known at compile time.
    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: &[u8; N]) {
        let at = self.mark();
        if let Some(room) = self.open::<N>(at) {
            *room = *bytes;
        }
        self.seal(at, N);
    }

    /// Puts bytes.
    #[inline]
    fn put_slice(&mut self, bytes: &[u8]) {
        let at = self.mark();
        if let Some(room) = self.begin(at, bytes.len()) {
            // `room` is as long as `bytes`; `copy_from_slice` would check it with a panic.
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
        }
        self.seal(at, bytes.len());
    }
}

/// The position `n` bytes after `at`. Never falls below `at`: past 2^31 it has bit 31, and it stops at the end.
#[inline(always)]
pub const fn advance(at: u32, n: usize) -> u32 {
    if n > u32::MAX as usize {
        u32::MAX
    } else {
        at.saturating_add(n as u32)
    }
}

/// The range of `n` bytes at `at` as indices; empty or reversed (so that `get` refuses it) where `usize` is too small.
#[inline(always)]
pub const fn range(at: u32, n: usize) -> core::ops::Range<usize> {
    // On hosts of 32 and 64 bits the comparison is known at compile time.
    let start = if size_of::<usize>() < 4 && at > usize::MAX as u32 { usize::MAX } else { at as usize };
    start..start.wrapping_add(n)
}

/// What a sink remembers besides its memory: position and failure. Its transitions are written once, here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Latch {
    position: u32,
    error: Option<Error>,
}

impl Latch {
    /// At the start, without failure.
    pub const fn new() -> Latch {
        Latch { position: 0, error: None }
    }

    /// See [`Sink::mark`].
    #[inline(always)]
    pub const fn mark(&self) -> u32 {
        self.position
    }

    /// See [`Sink::seal`].
    #[inline(always)]
    pub const fn seal(&mut self, at: u32, n: usize) {
        self.position = advance(at, n);
    }

    /// See [`Sink::seal_near`].
    #[inline(always)]
    pub const fn seal_near(&mut self, at: u32, n: usize) {
        self.position = at.wrapping_add(n as u32);
    }

    /// See [`Sink::fail`].
    #[inline(always)]
    pub fn fail(&mut self, error: Error) {
        // By value, so that the address of a sink in a local variable does not escape.
        *self = latch(*self, error);
    }

    /// Whether `length` bytes of memory hold all that was put.
    #[inline(always)]
    pub const fn complete(&self, length: usize) -> bool {
        // The smaller one first: the length of most sinks is known to be below 2^31.
        let most = if length as u64 > MAX_CODE as u64 { MAX_CODE as u64 } else { length as u64 };
        self.position as u64 <= most
    }

    /// See [`Sink::status`], for `length` bytes of memory.
    pub const fn status(&self, length: usize) -> Result<usize, Error> {
        match self.error {
            Some(error) => Err(error),
            None if self.complete(length) => Ok(self.position as usize),
            None => Err(full(self.position)),
        }
    }
}

#[cold]
#[inline(never)]
fn latch(old: Latch, error: Error) -> Latch {
    let error = match old.error {
        Some(first) => first,
        // Bit 31 without an error: the position ran past its end, which is an earlier failure than this one.
        None if old.position & REFUSED != 0 => full(old.position),
        None => error,
    };
    Latch { position: old.position | REFUSED, error: Some(error) }
}

const fn full(position: u32) -> Error {
    let needed = if position > MAX_CODE { MAX_CODE } else { position };
    Error::at(needed, crate::error::Reason::BufferFull)
}

impl<S: Sink + ?Sized> Sink for &mut S {
    #[inline(always)]
    fn mark(&self) -> u32 {
        (**self).mark()
    }
    #[inline(always)]
    fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        (**self).begin(at, n)
    }
    #[inline(always)]
    fn seal(&mut self, at: u32, n: usize) {
        (**self).seal(at, n);
    }
    #[inline(always)]
    fn seal_near(&mut self, at: u32, n: usize) {
        (**self).seal_near(at, n);
    }
    #[inline(always)]
    fn fail(&mut self, error: Error) {
        (**self).fail(error);
    }
    #[inline(always)]
    fn window(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        (**self).window(at, n)
    }
    fn written(&mut self) -> Option<(u32, &mut [u8])> {
        (**self).written()
    }
    fn status(&self) -> Result<usize, Error> {
        (**self).status()
    }
    fn bytes(&self) -> &[u8] {
        (**self).bytes()
    }
    fn clear(&mut self) {
        (**self).clear();
    }
    #[inline(always)]
    fn note(&mut self, at: u32, text: &'static str) {
        (**self).note(at, text);
    }
    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: &[u8; N]) {
        (**self).put(bytes);
    }
}
