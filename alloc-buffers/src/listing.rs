//! Listings: offset, bytes and source text side by side.

use crate::{GrowBuffer, Growing};
use alloc::vec::Vec;
use bareasm_core::{Error, Sink};
use core::fmt;

/// A growing sink that remembers the source text of each statement. Its `Display` is the listing of the code so far:
///
/// ```text
/// 00000000  20 04 00 91              add x0, x1, #1
/// 00000004                           =>done:
/// 00000004  c0 03 5f d6              ret
/// ```
///
/// The macro passes the text if the crate is built with the feature `listing`. By hand: `asm.note(0, "text")` before the bytes.
/// Lines are left out when there is no memory for them.
#[derive(Debug, Default)]
pub struct Listing {
    code: GrowBuffer,
    notes: Vec<(u32, &'static str)>,
}

impl Listing {
    /// Nothing allocated yet.
    pub const fn new() -> Listing {
        Listing { code: GrowBuffer::new(), notes: Vec::new() }
    }

    /// The source lines: offset in the code, and text.
    pub fn lines(&self) -> &[(u32, &'static str)] {
        &self.notes
    }
}

/// Bytes in one line.
pub(crate) const COLUMNS: usize = 8;

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ListingText { code: self.code.bytes(), start: 0, lines: &self.notes }.fmt(f)
    }
}

/// The listing of some code with its source lines, for sinks that keep these themselves.
#[derive(Clone, Copy, Debug)]
pub struct ListingText<'a> {
    /// The bytes.
    pub code: &'a [u8],
    /// Offset of the first byte.
    pub start: usize,
    /// Source lines with the offsets of their first bytes, in order; those before `start` are left out.
    pub lines: &'a [(u32, &'static str)],
}

impl fmt::Display for ListingText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.start.saturating_add(self.code.len());
        let skipped = self.lines.partition_point(|(at, _)| (*at as usize) < self.start);
        let lines = self.lines.get(skipped..).unwrap_or_default();
        let offset = |n: usize| lines.get(n).map_or(end, |(at, _)| *at as usize);
        self.rows(f, self.start..offset(0), "")?;
        for (n, (at, text)) in lines.iter().enumerate() {
            self.rows(f, *at as usize..offset(n.wrapping_add(1)), text)?;
        }
        Ok(())
    }
}

impl ListingText<'_> {
    /// The bytes of a statement, with its text in the first line.
    fn rows(&self, f: &mut fmt::Formatter<'_>, range: core::ops::Range<usize>, text: &str) -> fmt::Result {
        let local = range.start.saturating_sub(self.start)..range.end.saturating_sub(self.start);
        rows(f, range.start, self.code.get(local).unwrap_or_default(), text)
    }
}

/// Bytes from the offset `at` on, with a text in the first line; a line if there is a text, and no bytes.
pub(crate) fn rows(f: &mut fmt::Formatter<'_>, mut at: usize, bytes: &[u8], mut text: &str) -> fmt::Result {
    if bytes.is_empty() && !text.is_empty() {
        writeln!(f, "{at:08x}  {:24} {text}", "")?;
    }
    for row in bytes.chunks(COLUMNS) {
        write!(f, "{at:08x} ")?;
        for byte in row {
            write!(f, " {byte:02x}")?;
        }
        if !text.is_empty() {
            for _ in row.len()..COLUMNS {
                f.write_str("   ")?;
            }
            write!(f, "  {text}")?;
        }
        f.write_str("\n")?;
        text = "";
        at = at.saturating_add(COLUMNS);
    }
    Ok(())
}

impl Sink for Listing {
    #[inline(always)]
    fn mark(&self) -> u32 {
        self.code.mark()
    }

    #[inline(always)]
    fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        self.code.begin(at, n)
    }

    #[inline(always)]
    fn seal(&mut self, at: u32, n: usize) {
        self.code.seal(at, n);
    }

    #[inline(always)]
    fn fail(&mut self, error: Error) {
        self.code.fail(error);
    }

    #[inline(always)]
    fn window(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        self.code.window(at, n)
    }

    fn status(&self) -> Result<usize, Error> {
        self.code.status()
    }

    fn bytes(&self) -> &[u8] {
        self.code.bytes()
    }

    fn clear(&mut self) {
        self.code.clear();
        self.notes.clear();
    }

    fn note(&mut self, at: u32, text: &'static str) {
        if self.notes.try_reserve(1).is_ok() {
            self.notes.push((at, text));
        }
    }
}

impl Growing for Listing {
    fn notes(&self) -> &[(u32, &'static str)] {
        &self.notes
    }

    fn take(&mut self) -> Vec<u8> {
        self.notes.clear();
        self.code.take()
    }
}
