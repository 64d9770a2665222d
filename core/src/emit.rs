//! Emitting: the sink's primitives on an assembler, failures of operands, and directives.

use crate::arch::Arch;
use crate::assembler::Assembler;
use crate::error::Error;
use crate::label::LabelTable;
use crate::sink::{advance, Sink, MAX_CODE};
use bareasm_isa::encoding::Fault;
use core::borrow::Borrow;

impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// See [`Sink::mark`].
    #[inline(always)]
    pub fn mark(&self) -> u32 {
        self.sink.mark()
    }

    /// See [`Sink::begin`].
    #[inline(always)]
    pub fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        self.sink.begin(at, n)
    }

    /// See [`Sink::open`].
    #[inline(always)]
    pub fn open<const N: usize>(&mut self, at: u32) -> Option<&mut [u8; N]> {
        self.sink.open(at)
    }

    /// See [`Sink::seal`].
    #[inline(always)]
    pub fn seal(&mut self, at: u32, n: usize) {
        self.sink.seal(at, n);
    }

    /// See [`Sink::seal_near`].
    #[inline(always)]
    pub fn seal_near(&mut self, at: u32, n: usize) {
        self.sink.seal_near(at, n);
    }

    /// Puts bytes that are known at compile time.
    #[inline(always)]
    pub fn put<const N: usize>(&mut self, bytes: &[u8; N]) {
        self.sink.put(bytes);
    }

    /// Puts a slice of bytes, out of line: smaller than [`Assembler::put`], and slower.
    #[inline(never)]
    pub fn put_slice(&mut self, bytes: &[u8]) {
        self.sink.put_slice(bytes);
    }

    /// Puts bytes one by one (`.bytes expr`).
    pub fn extend<I>(&mut self, bytes: I)
    where
        I: IntoIterator,
        I::Item: Borrow<u8>,
    {
        for byte in bytes {
            self.put(&[*byte.borrow()]);
        }
    }

    /// Pads until the address of the next byte, or its offset when no base is known, is a multiple of `to`; with `fill`, or
    /// with no-ops of the architecture. 0 and 1 do nothing; `to` need not be a power of two.
    pub fn align(&mut self, to: u32, fill: Option<u8>) {
        let address = self.base.unwrap_or(0).wrapping_add(self.sink.offset().into());
        let padding = match address.checked_rem(to.into()) {
            None => return,
            // Where code moves, a label in front of padding and one behind it must not be at one place.
            Some(0) if !T::MOVES => return,
            Some(over) => u64::from(to).saturating_sub(over),
        };
        let n = usize::try_from(padding).unwrap_or(usize::MAX);
        let at = self.sink.mark();
        if let Some(room) = self.sink.begin(at, n) {
            match fill {
                Some(byte) => room.fill(byte),
                None => A::pad(room, address),
            }
        }
        self.sink.seal(at, n);
        if T::MOVES {
            let length = u32::try_from(n).unwrap_or(u32::MAX);
            if let Err(reason) = self.labels.keep_padding(at & MAX_CODE, length, to, fill) {
                self.fail_at(at & MAX_CODE, reason);
            }
        }
    }

    /// Takes note of the source text of the statement whose code starts `ahead` bytes after the next byte.
    #[inline(always)]
    pub fn note(&mut self, ahead: u32, text: &'static str) {
        let at = advance(self.sink.offset(), ahead as usize);
        self.sink.note(at, text);
    }

    /// Latches why an instruction of this form cannot be encoded, which was to be put at the next byte.
    #[cold]
    #[inline(never)]
    pub(crate) fn fault(&mut self, form: u16, fault: Fault) {
        self.sink.fail(Error::operand_at(self.sink.offset(), A::FORMS, form, fault.operand, fault.reason));
    }
}
