//! What the tests share: a sink of 2 GiB of which only a few bytes exist.

use bareasm_core::{range, Error, Latch, Sink};

/// Memory that is zero wherever nothing else was written, of which the 8 bytes at each of the sites exist.
#[derive(Debug)]
pub(crate) struct Sparse {
    pub(crate) latch: Latch,
    pub(crate) sites: [(u32, [u8; 8]); 4],
}

impl Sparse {
    pub(crate) fn new(sites: [u32; 4]) -> Sparse {
        Sparse { latch: Latch::new(), sites: sites.map(|at| (at, [0; 8])) }
    }
}

impl Sink for Sparse {
    fn mark(&self) -> u32 {
        self.latch.mark()
    }
    fn begin(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        let (_, memory) = self.sites.iter_mut().find(|(site, _)| *site == at)?;
        memory.get_mut(..n)
    }
    fn seal(&mut self, at: u32, n: usize) {
        self.latch.seal(at, n);
    }
    fn fail(&mut self, error: Error) {
        self.latch.fail(error);
    }
    fn window(&mut self, at: u32, n: usize) -> Option<&mut [u8]> {
        assert!(range(at, n).end as u64 <= u64::from(self.latch.mark()), "only what was written is patched");
        self.begin(at, n)
    }
    fn status(&self) -> Result<usize, Error> {
        self.latch.status(usize::MAX)
    }
    fn bytes(&self) -> &[u8] {
        &[]
    }
    fn clear(&mut self) {
        self.latch = Latch::new();
    }
}
