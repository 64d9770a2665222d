//! W4: a compiler, for a Brainfuck program of 50 KB.

use super::random::Random;

/// Code of the compiler's operations.
pub trait Emit {
    /// Saves registers, takes the tape and the table of functions from its arguments.
    fn prologue(&mut self);
    /// Restores registers and returns.
    fn epilogue(&mut self);
    /// Moves the tape by `n` cells.
    fn forward(&mut self, n: u32);
    /// Moves the tape back.
    fn back(&mut self, n: u32);
    /// Adds to the cell.
    fn add(&mut self, n: u32);
    /// Subtracts from the cell.
    fn subtract(&mut self, n: u32);
    /// Writes the cell.
    fn put(&mut self);
    /// Reads into the cell.
    fn get(&mut self);
    /// Begins a loop.
    fn open(&mut self);
    /// Ends a loop.
    fn close(&mut self);
}

/// Compiles a program whose brackets match.
#[inline(always)]
pub fn compile<E: Emit>(code: &mut E, program: &[u8]) {
    code.prologue();
    let mut rest = program;
    while let [first, ..] = *rest {
        let run = match first {
            b'>' | b'<' | b'+' | b'-' => rest.iter().take_while(|c| **c == first).count(),
            _ => 1,
        };
        let n = run as u32;
        match first {
            b'>' => code.forward(n),
            b'<' => code.back(n),
            b'+' => code.add(n),
            b'-' => code.subtract(n),
            b'.' => code.put(),
            b',' => code.get(),
            b'[' => code.open(),
            b']' => code.close(),
            _ => {}
        }
        rest = &rest[run..];
    }
    code.epilogue();
}

/// A program with nested loops.
pub fn program() -> Vec<u8> {
    let mut random = Random::new(0xa076_1d64_78bd_642f);
    let mut program = Vec::new();
    let mut depth = 0;
    let pick = |random: &mut Random, pair: [u8; 2]| pair[random.below(2) as usize];
    while program.len() < 50_000 {
        match random.below(16) {
            0..=4 => {
                let c = pick(&mut random, *b"+-");
                program.extend(std::iter::repeat_n(c, 1 + random.below(8) as usize));
            }
            5..=10 => {
                let c = pick(&mut random, *b"><");
                program.extend(std::iter::repeat_n(c, 1 + random.below(6) as usize));
            }
            11 => program.push(b'.'),
            12 if random.below(4) == 0 => program.push(b','),
            12 | 13 if depth < 40 => {
                program.push(b'[');
                depth += 1;
            }
            14 if depth > 0 => {
                program.push(b']');
                depth -= 1;
            }
            _ if depth > 0 && random.below(3) == 0 => {
                program.push(b']');
                depth -= 1;
            }
            _ => program.push(b'>'),
        }
    }
    program.extend(std::iter::repeat_n(b']', depth));
    program
}

/// Counts instructions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Of x64.
    pub x64: usize,
    /// Of A64.
    pub a64: usize,
}

impl Count {
    fn instructions(&mut self, x64: usize, a64: usize) {
        self.x64 += x64;
        self.a64 += a64;
    }
}

impl Emit for Count {
    fn prologue(&mut self) {
        self.instructions(4, 4);
    }
    fn epilogue(&mut self) {
        self.instructions(3, 3);
    }
    fn forward(&mut self, _: u32) {
        self.instructions(1, 1);
    }
    fn back(&mut self, _: u32) {
        self.instructions(1, 1);
    }
    fn add(&mut self, _: u32) {
        self.instructions(1, 3);
    }
    fn subtract(&mut self, _: u32) {
        self.instructions(1, 3);
    }
    fn put(&mut self) {
        self.instructions(2, 3);
    }
    fn get(&mut self) {
        self.instructions(2, 3);
    }
    fn open(&mut self) {
        self.instructions(2, 2);
    }
    fn close(&mut self) {
        self.instructions(2, 2);
    }
}
