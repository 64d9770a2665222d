//! Memory that is first written and then executed, never both, at addresses that never change.
//!
//! The whole range is reserved when the assembler is made, so code that is published stays where it is while more is
//! added. It has two parts: published pages (readable and executable) in front, pending pages (readable and writable)
//! behind. Publishing moves whole pages from one part to the other: no page is ever in both, and a thread that executes
//! published code never finds its page writable.

use crate::error::MapError;
use crate::published::Published;
use mmap_rs::{MmapFlags, MmapMut, MmapOptions};
use std::sync::Arc;

/// The pending part, and the published part that it adds to.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// Writable pages; `None` once all are published.
    pending: Option<MmapMut>,
    published: Arc<Published>,
    page: usize,
}

impl Mapping {
    /// Reserves `capacity` bytes, rounded up to whole pages. No memory is used before it is written.
    pub(crate) fn new(capacity: usize) -> Result<Mapping, MapError> {
        let page = MmapOptions::page_size();
        let capacity = capacity.max(1).checked_next_multiple_of(page).ok_or(MapError::TooLarge)?;
        let pending = MmapOptions::new(capacity)?.with_flags(MmapFlags::NO_RESERVE).map_mut()?;
        let published = Arc::new(Published::new(pending.start()));
        Ok(Mapping { pending: Some(pending), published, page })
    }

    /// The published part.
    pub(crate) fn published(&self) -> &Arc<Published> {
        &self.published
    }

    /// The size of a page in bytes.
    pub(crate) fn page(&self) -> usize {
        self.page
    }

    /// The writable bytes; the first one follows the published part.
    #[inline]
    pub(crate) fn pending(&self) -> &[u8] {
        self.pending.as_ref().map(|pages| pages.as_slice()).unwrap_or_default()
    }

    /// The writable bytes, to be written.
    #[inline]
    pub(crate) fn pending_mut(&mut self) -> &mut [u8] {
        self.pending.as_mut().map(|pages| pages.as_mut_slice()).unwrap_or_default()
    }

    /// Makes the first `len` pending bytes executable, rounded up to whole pages. On failure they stay pending.
    pub(crate) fn publish(&mut self, len: usize) -> Result<(), MapError> {
        let size = len.checked_next_multiple_of(self.page).ok_or(MapError::TooLarge)?;
        if size == 0 {
            return Ok(());
        }
        let mut pages = self.pending.take().ok_or(MapError::TooLarge)?;
        if size < pages.size() {
            match pages.split_to(size) {
                Ok(first) => {
                    self.pending = Some(pages);
                    pages = first;
                }
                Err(error) => {
                    self.pending = Some(pages);
                    return Err(error.into());
                }
            }
        }
        match pages.make_exec() {
            Ok(pages) => {
                self.published.push(pages, len);
                Ok(())
            }
            Err((pages, error)) => {
                self.give_back(pages);
                Err(error.into())
            }
        }
    }

    /// Puts pages that could not be made executable in front of the pending ones again.
    fn give_back(&mut self, mut first: MmapMut) {
        if let Some(rest) = self.pending.take() {
            // They are adjacent and of one kind, so this succeeds; if it did not, less room would be left.
            drop(first.merge(rest));
        }
        self.pending = Some(first);
    }
}
