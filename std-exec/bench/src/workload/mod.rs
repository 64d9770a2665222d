//! What is assembled: operand values, branch targets, and how often. The same for all assemblers.

pub mod brainfuck;
mod random;

use random::Random;

/// Operands of a body of W1 and W2.
#[derive(Clone, Copy, Debug)]
pub struct Operands {
    /// General registers, all different.
    pub r: [u8; 8],
    /// Vector registers.
    pub v: [u8; 4],
    /// Immediates and displacements of 8 bits.
    pub b: [i8; 4],
    /// Wider ones. A64: pair offset, scaled offset, 12 bits, 16 bits, 16 bits, logical mask.
    pub i: [i32; 6],
    /// An immediate of 64 bits.
    pub q: i64,
}

/// The operands that the static x64 body has as literals.
#[cfg(feature = "peers")]
pub const STATIC_X64: Operands = Operands {
    r: [5, 7, 3, 12, 1, 0, 2, 8],
    v: [0, 1, 2, 3],
    b: [3, 5, 0x20, 0x18],
    i: [0x1234, 0x1234_5678, 0x220, 0x330, 0x440, 0x550],
    q: 0x1122_3344_5566_7788,
};

/// The operands that the static A64 body has as literals.
#[cfg(feature = "peers")]
pub const STATIC_A64: Operands = Operands {
    r: [20, 21, 19, 22, 0, 1, 2, 3],
    v: [0, 1, 2, 3],
    b: [3, 5, 8, 16],
    i: [-32, 0x40, 0x21, 0x1234, 0x5678, 0xff0],
    q: 0,
};

/// Instructions of a body of W1 and W2.
pub const BODY: usize = 40;
/// Instructions of a block of W3, and of a loop of `local` and `crossing`.
pub const BLOCK: usize = 8;
/// Operand sets that W2 cycles through; a power of two.
const SETS: usize = 64;
/// Bytes that every buffer has room for.
pub const CAPACITY: usize = 8 << 20;

/// Workloads with labels: name, how often per call, blocks.
pub const BLOCKS: [(&str, usize, usize); 3] = [("w3-1k", 40, 1_000), ("w3-10k", 4, 10_000), ("w3-100k", 1, 100_000)];

/// Everything that an assembler needs. Repetitions are such that a call emits 0.6 to 3.2 MB.
#[derive(Debug)]
pub struct Workload {
    /// Bodies of W1 and W2 per call.
    pub bodies: usize,
    /// Operands of W2.
    pub x64: Vec<Operands>,
    /// Operands of W2.
    pub a64: Vec<Operands>,
    /// For each of [`BLOCKS`], the block that each block branches to.
    pub targets: [Vec<u32>; 3],
    /// Loops of `local` and `crossing` per call.
    pub loops: usize,
    /// The program of W4.
    pub program: Vec<u8>,
    /// How often W4 compiles it per call.
    pub compilations: usize,
    /// Instructions that it becomes.
    pub program_instructions: brainfuck::Count,
}

impl Workload {
    /// The same one every time.
    pub fn new() -> Workload {
        let program = brainfuck::program();
        let mut program_instructions = brainfuck::Count::default();
        brainfuck::compile(&mut program_instructions, &program);
        Workload {
            bodies: 8192,
            x64: x64_operands(),
            a64: a64_operands(),
            targets: BLOCKS.map(|(_, _, blocks)| targets(blocks)),
            loops: 40_000,
            program,
            compilations: 8,
            program_instructions,
        }
    }
}

/// The operands of the `k`-th body, hidden from the optimiser.
#[inline(always)]
pub fn operands(sets: &[Operands], k: usize) -> &Operands {
    std::hint::black_box(&sets[k & (SETS - 1)])
}

fn x64_operands() -> Vec<Operands> {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    let set = |_| {
        let r = random.distinct((0..16).filter(|n| *n != 4)); // rsp cannot be an index
        let i = std::array::from_fn(|_| 0x200 + random.below(0x10_0000) as i32);
        let v = std::array::from_fn(|_| random.below(16) as u8);
        let b = std::array::from_fn(|_| 2 + random.below(28) as i8);
        Operands { r, v, b, i, q: (1 << 62) | (random.next() as i64 >> 1) }
    };
    (0..SETS).map(set).collect()
}

fn a64_operands() -> Vec<Operands> {
    let mut random = Random::new(0xd1b5_4a32_d192_ed03);
    let set = |_| {
        let r = random.distinct(0..29);
        let v = std::array::from_fn(|_| random.below(32) as u8);
        let mut upto = |n| 1 + random.below(n) as i8;
        let b = [upto(30), upto(30), upto(16), upto(16)];
        let mut below = |n| random.below(n) as i32;
        let i = [
            (below(60) - 30) * 16,
            below(200) * 16,
            1 + below(4000),
            below(65536),
            below(65536),
            ((1 << (1 + below(8))) - 1) << below(8),
        ];
        Operands { r, v, b, i, q: 0 }
    };
    (0..SETS).map(set).collect()
}

/// For each block one at most 16,000 blocks away, which A64 conditional branches reach.
fn targets(blocks: usize) -> Vec<u32> {
    let mut random = Random::new(0x2545_f491_4f6c_dd1d);
    let target = |block: usize| {
        let (low, high) = (block.saturating_sub(16_000), (block + 16_000).min(blocks));
        low as u32 + random.below((high - low) as u64) as u32
    };
    (0..blocks).map(target).collect()
}
