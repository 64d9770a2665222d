//! Numbers that look random and are the same every time (Marsaglia's xorshift).

/// A generator.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts with a seed that is not 0.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }

    /// Different ones of these numbers.
    pub fn distinct<const N: usize>(&mut self, numbers: impl Iterator<Item = u8>) -> [u8; N] {
        let mut pool: Vec<u8> = numbers.collect();
        std::array::from_fn(|_| pool.swap_remove(self.below(pool.len() as u64) as usize))
    }
}
