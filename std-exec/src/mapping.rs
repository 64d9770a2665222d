//! Memory that is first written and then executed, never both, at addresses that never change.
//!
//! A [`Mapping`] reserves its whole range when it is made, so code that is already published stays where it is while
//! more is added. It has two parts: published pages (readable and executable) in front, and pending pages (readable and
//! writable) behind them. Publishing moves whole pages from one part to the other, so no page is ever in both, and a
//! thread that executes published code never finds its page writable.

use crate::MapError;
use mmap_rs::{Mmap, MmapFlags, MmapMut, MmapOptions};

/// Reserved address space: published pages, then pending ones.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// Executable pages, adjacent and in order.
    published: Vec<Mmap>,
    /// Writable pages after them; `None` once all are published.
    pending: Option<MmapMut>,
    start: usize,
    published_len: usize,
    page: usize,
}

impl Mapping {
    /// Reserves `capacity` bytes, rounded up to whole pages. No memory is used before it is written.
    pub(crate) fn new(capacity: usize) -> Result<Mapping, MapError> {
        let page = MmapOptions::page_size();
        let capacity = capacity.max(1).checked_next_multiple_of(page).ok_or(MapError::TooLarge)?;
        let pending = MmapOptions::new(capacity)?.with_flags(MmapFlags::NO_RESERVE).map_mut()?;
        let start = pending.start();
        Ok(Mapping { published: Vec::new(), pending: Some(pending), start, published_len: 0, page })
    }

    /// Address of the first byte.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Bytes that are published: a multiple of the page size.
    pub(crate) fn published_len(&self) -> usize {
        self.published_len
    }

    /// The size of a page in bytes.
    pub(crate) fn page(&self) -> usize {
        self.page
    }

    /// The writable bytes; the first one lies at `start() + published_len()`.
    #[inline]
    pub(crate) fn pending(&mut self) -> &mut [u8] {
        self.pending.as_mut().map(|pages| pages.as_mut_slice()).unwrap_or_default()
    }

    /// Makes the first `len` pending bytes executable, rounded up to whole pages. On failure they stay pending.
    pub(crate) fn publish(&mut self, len: usize) -> Result<(), MapError> {
        let len = len.checked_next_multiple_of(self.page).ok_or(MapError::TooLarge)?;
        if len == 0 {
            return Ok(());
        }
        let mut pages = self.pending.take().ok_or(MapError::TooLarge)?;
        let first = if len < pages.size() {
            match pages.split_to(len) {
                Ok(first) => {
                    self.pending = Some(pages);
                    first
                }
                Err(error) => {
                    self.pending = Some(pages);
                    return Err(error.into());
                }
            }
        } else {
            pages
        };
        match first.make_exec() {
            Ok(pages) => {
                self.published_len = self.published_len.saturating_add(pages.size());
                self.published.push(pages);
                Ok(())
            }
            Err((first, error)) => {
                self.give_back(first);
                Err(error.into())
            }
        }
    }

    /// Puts pages that could not be made executable in front of the pending ones again.
    fn give_back(&mut self, mut first: MmapMut) {
        if let Some(rest) = self.pending.take() {
            if let Err((_, rest)) = first.merge(rest) {
                // They are adjacent and of one kind, so this does not happen; if it did, the rest is the smaller loss.
                drop(rest);
            }
        }
        self.pending = Some(first);
    }

    /// Gives up the pending pages: nothing can be added any more.
    pub(crate) fn close(&mut self) {
        self.pending = None;
    }

    /// Replaces published bytes: `edit` gets each run of pages in turn, writable, with its offset. Nobody may execute
    /// them meanwhile. The pages are executable again afterwards; if the system refuses that, the error says so and the
    /// pages stay readable.
    pub(crate) fn rewrite(&mut self, mut edit: impl FnMut(usize, &mut [u8])) -> Result<(), MapError> {
        let mut failure = None;
        let mut offset = 0usize;
        let mut done = Vec::with_capacity(self.published.len());
        for pages in self.published.drain(..) {
            let size = pages.size();
            let pages = match pages.make_mut() {
                Ok(mut writable) => {
                    edit(offset, writable.as_mut_slice());
                    match writable.make_exec() {
                        Ok(pages) => Some(pages),
                        Err((writable, error)) => {
                            failure = Some(error);
                            writable.make_read_only().ok()
                        }
                    }
                }
                Err((pages, error)) => {
                    failure = Some(error);
                    Some(pages)
                }
            };
            done.extend(pages);
            offset = offset.saturating_add(size);
        }
        self.published = done;
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    /// The published bytes.
    pub(crate) fn code(&self) -> &[u8] {
        if self.published.is_empty() {
            return &[];
        }
        // SAFETY: `published` covers exactly start .. start + published_len without gaps: pages are only ever split off
        // the front of `pending`, which follows the published part directly, and `rewrite` keeps the order. They are
        // readable as long as `self` lives, and written only through `&mut self`.
        unsafe { std::slice::from_raw_parts(self.start as *const u8, self.published_len) }
    }
}
