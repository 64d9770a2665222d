//! The sink of executable assemblers: the pending pages of a mapping.

use crate::error::MapError;
use crate::mapping::Mapping;
use crate::published::Published;
use bareasm_core::Error;
use bareasm_core::{range, Latch, Sink};
use std::sync::Arc;

/// Writes into memory that will be executed at the same address. Its capacity is what was reserved.
#[derive(Debug)]
pub struct MappedSink {
    mapping: Mapping,
    /// Bytes published before: where the pending bytes start.
    published: u32,
    latch: Latch,
    /// Source lines with their offsets, when a listing was asked for.
    notes: Option<Vec<(u32, &'static str)>>,
}

impl MappedSink {
    /// Reserves `capacity` bytes.
    pub(crate) fn new(capacity: usize, listing: bool) -> Result<MappedSink, MapError> {
        // Offsets have 31 bits.
        let capacity = capacity.min(bareasm_core::MAX_CODE as usize & !0xffff);
        let mapping = Mapping::new(capacity)?;
        Ok(MappedSink { mapping, published: 0, latch: Latch::new(), notes: listing.then(Vec::new) })
    }

    /// The executable part.
    pub(crate) fn published(&self) -> &Arc<Published> {
        self.mapping.published()
    }

    /// The size of a page.
    pub(crate) fn page(&self) -> usize {
        self.mapping.page()
    }

    /// The source lines taken down.
    pub(crate) fn notes(&self) -> &[(u32, &'static str)] {
        self.notes.as_deref().unwrap_or_default()
    }

    /// Makes everything up to `len` executable.
    pub(crate) fn publish(&mut self, len: usize) -> Result<(), MapError> {
        self.mapping.publish(len.saturating_sub(self.published as usize))?;
        self.published = u32::try_from(len).unwrap_or(u32::MAX);
        Ok(())
    }

    /// Position within the pending bytes.
    #[inline(always)]
    fn local(&self, at: u32) -> Option<u32> {
        at.checked_sub(self.published)
    }
}

impl Sink for MappedSink {
    #[inline(always)]
    fn mark(&self) -> u32 {
        self.latch.mark()
    }

    #[inline(always)]
    fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        let at = self.local(at)?;
        self.mapping.pending_mut().get_mut(range(at, n))
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
        self.begin(at, n)
    }

    fn written(&mut self) -> Option<(u32, &mut [u8])> {
        let length = self.status().ok()?.checked_sub(self.published as usize)?;
        Some((self.published, self.mapping.pending_mut().get_mut(..length)?))
    }

    fn status(&self) -> Result<usize, Error> {
        self.latch.status((self.published as usize).saturating_add(self.mapping.pending().len()))
    }

    fn bytes(&self) -> &[u8] {
        let pending = self.mapping.pending();
        match self.latch.status(pending.len().saturating_add(self.published as usize)) {
            Ok(len) => pending.get(..len.saturating_sub(self.published as usize)).unwrap_or_default(),
            Err(_) => &[],
        }
    }

    /// Starts again after what is published.
    fn clear(&mut self) {
        self.latch = Latch::new();
        self.latch.seal(self.published, 0);
        if let Some(notes) = &mut self.notes {
            notes.clear();
        }
    }

    #[inline]
    fn note(&mut self, at: u32, text: &'static str) {
        if let Some(notes) = &mut self.notes {
            notes.push((at, text));
        }
    }
}
