//! Memory that loads, stores and atomic operations work on.

use crate::Random;
use std::fmt;

/// Memory that loads and stores work on; displacements count from its middle.
#[derive(Clone, PartialEq, Eq)]
#[repr(align(64))]
pub struct Memory(pub [u8; Memory::SIZE]);

impl Memory {
    /// Bytes.
    pub const SIZE: usize = 2 << 15;
    /// The middle.
    pub const MIDDLE: usize = Memory::SIZE / 2;

    /// Bytes of which no eight are like any other eight nearby.
    pub fn new() -> Box<Memory> {
        let mut memory = Box::new(Memory([0; Memory::SIZE]));
        let mut random = Random::default();
        memory.0.fill_with(|| random.bits() as u8);
        memory
    }

    /// `N` bytes at a displacement.
    pub fn load<const N: usize>(&self, at: i64) -> [u8; N] {
        let start = (Memory::MIDDLE as i64 + at) as usize;
        self.0[start..start + N].try_into().expect("N bytes")
    }

    /// Replaces bytes at a displacement.
    pub fn store(&mut self, at: i64, bytes: &[u8]) {
        let start = (Memory::MIDDLE as i64 + at) as usize;
        self.0[start..start + bytes.len()].copy_from_slice(bytes);
    }

    /// The number of 8 bytes at a displacement.
    pub fn u64(&self, at: i64) -> u64 {
        u64::from_le_bytes(self.load(at))
    }

    /// The number of 4 bytes at a displacement.
    pub fn u32(&self, at: i64) -> u32 {
        u32::from_le_bytes(self.load(at))
    }

    /// The number of 2 bytes at a displacement.
    pub fn u16(&self, at: i64) -> u16 {
        u16::from_le_bytes(self.load(at))
    }

    /// The byte at a displacement.
    pub fn u8(&self, at: i64) -> u8 {
        self.load::<1>(at)[0]
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[.. {:02x?} ..]", &self.0[Memory::MIDDLE - 32..Memory::MIDDLE + 64])
    }
}
