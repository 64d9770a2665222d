//! Tables of instructions: the line, and what it computes. All lines of a table are one program; every one is called with
//! all inputs. A table fails with the first difference of every line that has one.

use crate::{call, Assembler, Lane, Memory, Pair, Random, DOUBLES, EDGES, F16};
use std::fmt::Debug;

/// Registers for the lines that take them at run time: destination and two sources, with every bit of a number set
/// somewhere, among those that a function may change.
#[cfg(target_arch = "aarch64")]
pub const GENERAL: [[u8; 3]; 3] = [[17, 10, 5], [6, 17, 12], [9, 4, 16]];
/// The same of vector registers.
#[cfg(target_arch = "aarch64")]
pub const VECTORS: [[u8; 3]; 3] = [[31, 21, 2], [5, 26, 31], [16, 7, 24]];
/// Registers for the lines that take them at run time: destination and two sources.
#[cfg(target_arch = "x86_64")]
pub const GENERAL: [[u8; 3]; 3] = [[0, 9, 7], [11, 2, 6], [8, 10, 0]];
/// The same of vector registers that every encoding has.
#[cfg(target_arch = "x86_64")]
pub const VECTORS: [[u8; 3]; 3] = [[15, 10, 5], [6, 15, 12], [9, 4, 8]];

/// The same of vector registers that AVX-512 has.
#[cfg(target_arch = "x86_64")]
pub const ALL_VECTORS: [[u8; 3]; 3] = [[31, 21, 2], [5, 26, 31], [16, 7, 24]];

/// The same of tiles.
#[cfg(target_arch = "x86_64")]
pub const TILES: [[u8; 3]; 3] = [[7, 4, 2], [1, 6, 5], [2, 3, 7]];

/// A line of a table.
#[derive(Clone, Copy, Debug)]
pub struct Row<M> {
    /// Its text.
    pub line: &'static str,
    /// Emits a function around it; gets the registers to use.
    pub emit: fn(&mut Assembler, [u8; 3]),
    /// Registers to try. Lines without run-time registers have one set.
    pub registers: &'static [[u8; 3]],
    /// What it computes.
    pub model: M,
}

/// The rows of a table: `rows!(emit SETS: [line] model; (d n m) [line] model; ..)`. The macro `emit` gets the name of the
/// assembler, of three register numbers, and the line, and puts a function around it. A line in front of which there are
/// names takes its registers at run time, and is tried with each of the `SETS`; the others take the registers 0, 1 and 2.
#[macro_export]
macro_rules! rows {
    ($emit:ident $sets:ident: $($(($($name:ident)*))? [$($line:tt)*] $model:expr;)*) => {
        &[$($crate::rows!(@ $emit $sets ($($($name)*)?) [$($line)*] $model)),*]
    };
    (@ $emit:ident $sets:ident () $line:tt $model:expr) => { $crate::rows!(@@ $emit [[0, 1, 2]], (d n m) $line $model) };
    (@ $emit:ident $sets:ident $names:tt $line:tt $model:expr) => { $crate::rows!(@@ $emit $crate::$sets, $names $line $model) };
    (@@ $emit:ident $sets:expr, ($d:ident $n:ident $m:ident) [$($line:tt)*] $model:expr) => {
        $crate::Row {
            line: stringify!($($line)*),
            emit: |ops, [$d, $n, $m]| { let _ = ($d, $n, $m); $emit!(ops $d $n $m $($line)*) },
            registers: &$sets,
            model: $model,
        }
    };
}

/// Runs all rows on all inputs.
///
/// # Panics
///
/// With every row that fails: line, registers, input, what was expected, and what came instead.
pub fn run<M, I: Debug, O: Debug>(
    rows: &[Row<M>],
    inputs: &[I],
    apply: impl Fn(&M, &I) -> O,
    invoke: impl Fn(&dyn Fn(u64, u64, u64) -> Pair, &I) -> O,
    same: impl Fn(&O, &O) -> bool,
) {
    let mut ops = Assembler::with_capacity(1 << 20).expect("memory");
    let mut functions = Vec::new();
    for row in rows {
        for registers in row.registers {
            functions.push((row, registers, ops.offset()));
            (row.emit)(&mut ops, *registers);
            assert_eq!(ops.status(), Ok(()), "{} is not assembled", row.line);
        }
    }
    let code = ops.finalize().expect("code");
    let mut failures = Vec::new();
    for (row, registers, offset) in functions {
        // SAFETY: the lines of tables compute with their operands only, within the memory that they get.
        let entry = |a, b, c| unsafe { call(&code, offset, a, b, c) };
        failures.extend(inputs.iter().find_map(|input| {
            let (got, expected) = (invoke(&entry, input), apply(&row.model, input));
            let at = || {
                format!(
                    "{} (registers {registers:?})\n  input    {input:x?}\n  expected {expected:x?}\n  got      {got:x?}",
                    row.line
                )
            };
            (!same(&expected, &got)).then(at)
        }));
    }
    assert!(failures.is_empty(), "{} rows differ:\n{}", failures.len(), failures.join("\n"));
}

/// What a line computes from three integers.
pub type Integers = fn(u64, u64, u64) -> u64;
/// What a line computes from three integers in two registers.
pub type Pairs = fn(u64, u64, u64) -> Pair;
/// What a line computes from vectors.
pub type Vectors = fn(&Room) -> Vec<u8>;

/// Triples of integers, at their edges and elsewhere.
fn triples() -> Vec<[u64; 3]> {
    let mut random = Random::default();
    let mut inputs = Vec::new();
    for a in EDGES {
        for b in EDGES {
            inputs.push([a, b, random.of(&EDGES)]);
        }
    }
    inputs.extend((0..64).map(|_| [random.bits(), random.bits(), random.bits()]));
    // Small numbers, and numbers that differ little.
    inputs.extend((0..64).map(|_| [random.bits() >> 58, random.bits() >> 60, random.bits() >> 57]));
    inputs.extend((0..32).map(|n| [n, n ^ (random.bits() % 4), 1 << n]));
    inputs
}

/// Runs rows of three integers with one result.
///
/// # Panics
///
/// If a result differs.
pub fn integers(rows: &[Row<Integers>]) {
    run(rows, &triples(), |model, [a, b, c]| model(*a, *b, *c), |entry, [a, b, c]| entry(*a, *b, *c).0, u64::eq);
}

/// Runs rows of three integers with two results.
///
/// # Panics
///
/// If a result differs.
pub fn pairs(rows: &[Row<Pairs>]) {
    run(rows, &triples(), |model, [a, b, c]| model(*a, *b, *c), |entry, [a, b, c]| entry(*a, *b, *c), Pair::eq);
}

/// What a line does to memory, with an index and a value: a value, and how far it moves the base.
pub type Memories = fn(&mut Memory, i64, u64) -> (u64, i64);

/// Runs rows that get the middle of a memory, an index and a value, and return a value and how far they have moved the base.
/// Both are compared, and the memory.
///
/// # Panics
///
/// If anything differs.
pub fn memory(rows: &[Row<Memories>]) {
    let memory = Memory::new();
    let inputs = [(0, 0), (3, u64::MAX), (16, 0x0123_4567_89ab_cdef), (-5, 0x8000_0000), (-64, 0xf0e1_d2c3_b4a5_9687)];
    let apply = |model: &Memories, (index, value): &(i64, u64)| {
        let mut memory = memory.clone();
        (model(&mut memory, *index, *value), memory)
    };
    let invoke = |entry: &dyn Fn(u64, u64, u64) -> Pair, (index, value): &(i64, u64)| {
        let mut memory = memory.clone();
        let Pair(result, moved) = entry(memory.0.as_mut_ptr().wrapping_add(Memory::MIDDLE) as u64, *index as u64, *value);
        ((result, moved as i64), memory)
    };
    run(rows, &inputs, apply, invoke, |expected, got| expected == got);
}

/// What lanes are filled with, and how results are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bits.
    Bits,
    /// Numbers of half precision; all NaNs are one.
    Half,
    /// Numbers of single precision; all NaNs are one.
    Single,
    /// Numbers of double precision; all NaNs are one.
    Double,
}

/// The memory that functions of vectors work on.
#[derive(Clone, PartialEq, Eq)]
#[repr(C, align(256))]
pub struct Room {
    /// What the destination holds before; then two sources.
    pub operands: [[u8; Room::WIDEST]; 3],
    /// What the function leaves.
    pub result: [u8; Room::WIDEST],
    /// A mask or predicate.
    pub mask: [u8; 64],
    /// The bytes of a vector.
    pub width: usize,
}

impl Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [d, n, m] = &self.operands;
        write!(
            f,
            "d {:02x?}\n           n {:02x?}\n           m {:02x?}\n           mask {:02x?}",
            &d[..self.width],
            &n[..self.width],
            &m[..self.width],
            &self.mask[..self.width.div_ceil(8)]
        )
    }
}

impl Room {
    /// Bytes of the widest vectors that there are.
    pub const WIDEST: usize = 256;

    fn lane<T: Lane>(&self, of: usize, n: usize) -> T {
        T::read(&self.operands[of][n * T::SIZE..][..T::SIZE])
    }
    /// A lane of what the destination holds before.
    pub fn d<T: Lane>(&self, n: usize) -> T {
        self.lane(0, n)
    }
    /// A lane of the first source.
    pub fn n<T: Lane>(&self, n: usize) -> T {
        self.lane(1, n)
    }
    /// A lane of the second source.
    pub fn m<T: Lane>(&self, n: usize) -> T {
        self.lane(2, n)
    }
    /// How many lanes there are.
    pub fn count<T: Lane>(&self) -> usize {
        self.width / T::SIZE
    }
    /// All lanes of the first source.
    pub fn all<T: Lane>(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.count::<T>()).map(|n| self.n(n))
    }
    /// The mask as a number.
    pub fn mask(&self) -> u64 {
        u64::read(&self.mask[..8])
    }
    /// A bit of the mask.
    pub fn bit(&self, n: usize) -> bool {
        self.mask[n / 8] >> (n % 8) & 1 == 1
    }

    /// A vector whose lanes are computed from their numbers.
    pub fn make<T: Lane>(&self, mut f: impl FnMut(usize) -> T) -> Vec<u8> {
        let mut out = vec![0; self.width];
        for (n, out) in out.chunks_exact_mut(T::SIZE).enumerate() {
            f(n).write(out);
        }
        out
    }
    /// A vector whose lanes are computed from the same lanes of destination and sources.
    pub fn each<T: Lane>(&self, f: fn(T, T, T) -> T) -> Vec<u8> {
        self.make(|n| f(self.d(n), self.n(n), self.m(n)))
    }
    /// As [`Room::each`] where the predicate holds; else the destination stays.
    pub fn active<T: Lane>(&self, f: fn(T, T, T) -> T) -> Vec<u8> {
        self.make(|n| if self.bit(n * T::SIZE) { f(self.d(n), self.n(n), self.m(n)) } else { self.d(n) })
    }
    /// A result where the mask has ones, a bit for each lane; elsewhere the destination stays, or is zero.
    pub fn masked<T: Lane>(&self, mut out: Vec<u8>, zeroing: bool) -> Vec<u8> {
        for (n, out) in out.chunks_exact_mut(T::SIZE).enumerate().filter(|(n, _)| !self.bit(*n)) {
            match zeroing {
                true => out.fill(0),
                false => self.d::<T>(n).write(out),
            }
        }
        out
    }
    /// Bytes of ones for the predicate that holds where the mask and the condition do.
    pub fn holds<T: Lane>(&self, f: fn(T, T) -> bool) -> Vec<u8> {
        self.make(|n| if n % T::SIZE == 0 && self.bit(n) && f(self.n(n / T::SIZE), self.m(n / T::SIZE)) { 0xffu8 } else { 0 })
    }
    /// The lanes of the first source for which the predicate holds.
    pub fn chosen<T: Lane>(&self) -> impl Iterator<Item = T> + '_ {
        self.all().enumerate().filter(|(n, _)| self.bit(n * T::SIZE)).map(|(_, lane)| lane)
    }
    /// A vector with one lane, and zeros.
    pub fn first<T: Lane>(&self, value: T) -> Vec<u8> {
        let mut out = vec![0; self.width];
        value.write(&mut out[..T::SIZE]);
        out
    }
    /// The first lane of a vector, in every lane.
    pub fn splat<T: Lane>(&self, out: Vec<u8>) -> Vec<u8> {
        self.make(|_| T::read(&out[..T::SIZE]))
    }
    /// The first lane of a vector, and zeros.
    pub fn only<T: Lane>(&self, mut out: Vec<u8>) -> Vec<u8> {
        out[T::SIZE..].fill(0);
        out
    }
    /// A vector of which the upper half is zero.
    pub fn lower(&self, mut out: Vec<u8>) -> Vec<u8> {
        out[self.width / 2..].fill(0);
        out
    }
}

/// Lanes of these kinds, at their edges.
fn fill(random: &mut Random, kind: Kind, bytes: &mut [u8]) {
    const SMALL: [f64; 6] = [1.0, -1.0, 0.5, 2.5, -3.5, 1e3];
    for chunk in bytes.chunks_exact_mut(8) {
        let choice = random.bits() % 4;
        let mut number = || match choice {
            0 => random.of(&DOUBLES),
            1 => random.of(&SMALL),
            _ => (random.bits() as i64 >> (random.bits() % 64)) as f64 / 256.0,
        };
        match kind {
            Kind::Bits if choice == 0 => random.of(&EDGES).write(chunk),
            Kind::Bits if choice == 1 => (0..8).for_each(|n| chunk[n] = random.of(&[0, 1, 2, 0x7f, 0x80, 0x81, 0xff])),
            Kind::Bits if choice == 2 => {
                (0..4).for_each(|n| random.of(&[0u16, 1, 0x7fff, 0x8000, 0xffff, 0xff80, 31]).write(&mut chunk[2 * n..][..2]))
            }
            Kind::Bits => random.bits().write(chunk),
            Kind::Half => (0..4).for_each(|n| F16::new(number()).write(&mut chunk[2 * n..][..2])),
            Kind::Single => (0..2).for_each(|n| (number() as f32).write(&mut chunk[4 * n..][..4])),
            Kind::Double => number().write(chunk),
        }
    }
}

/// Whether two results are the same.
fn same(kind: Kind, expected: &[u8], got: &[u8]) -> bool {
    fn nan<T: Lane>(a: &[u8], b: &[u8], is: fn(T) -> bool) -> bool {
        a.chunks_exact(T::SIZE).zip(b.chunks_exact(T::SIZE)).all(|(a, b)| a == b || is(T::read(a)) && is(T::read(b)))
    }
    match kind {
        Kind::Bits => expected == got,
        Kind::Half => nan::<F16>(expected, got, |x| x.value().is_nan()),
        Kind::Single => nan::<f32>(expected, got, f32::is_nan),
        Kind::Double => nan::<f64>(expected, got, f64::is_nan),
    }
}

/// Runs rows of vectors of `width` bytes: functions that get the address of a [`Room`].
///
/// # Panics
///
/// If a result differs.
pub fn vectors(width: usize, kind: Kind, rows: &[Row<Vectors>]) {
    mixed(width, kind, kind, rows);
}

/// The same, with results of another kind than the inputs.
///
/// # Panics
///
/// If a result differs.
pub fn mixed(width: usize, inputs: Kind, results: Kind, rows: &[Row<Vectors>]) {
    let mut random = Random::default();
    let rooms = Vec::from_iter((0..48u64).map(|n| {
        let mut room = Room { operands: [[0; Room::WIDEST]; 3], result: [0x55; Room::WIDEST], mask: [0; 64], width };
        room.operands.iter_mut().for_each(|operand| fill(&mut random, inputs, operand));
        match n {
            0 => {}
            1 => room.mask.fill(0xff),
            _ => fill(&mut random, Kind::Bits, &mut room.mask),
        }
        room
    }));
    let invoke = |entry: &dyn Fn(u64, u64, u64) -> Pair, room: &Room| {
        let mut room = room.clone();
        entry(&raw mut room as u64, 0, 0);
        room.result[..width].to_vec()
    };
    run(rows, &rooms, |model, room| model(room), invoke, |expected, got| same(results, expected, got));
}

/// Bytes of a scalable vector.
#[cfg(target_arch = "aarch64")]
pub fn vector_length() -> usize {
    let code = crate::make(|ops| crate::dynasm!(ops ; .arch aarch64 ; rdvl x0, #1 ; ret));
    // SAFETY: the caller has seen that there are scalable vectors.
    unsafe { call(&code, bareasm_exec::AssemblyOffset(0), 0, 0, 0) }.0 as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_arch = "aarch64")]
    macro_rules! first {
        ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { crate::dynasm!($ops ; .arch aarch64 ; mov X($d), x0 ; $($line)* ; mov x0, X($d) ; ret) };
    }
    #[cfg(target_arch = "x86_64")]
    macro_rules! first {
        ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { crate::dynasm!($ops ; .arch x64 ; mov Rq($d), rdi ; $($line)* ; mov rax, Rq($d) ; ret) };
    }

    #[test]
    fn right_models_pass() {
        #[cfg(target_arch = "aarch64")]
        integers(rows!(first GENERAL: (d n m) [add X(d), X(d), 1] |a, _, _| a.wrapping_add(1); [nop] |a, _, _| a;));
        #[cfg(target_arch = "x86_64")]
        integers(rows!(first GENERAL: (d n m) [add Rq(d), 1] |a, _, _| a.wrapping_add(1); [nop] |a, _, _| a;));
    }

    /// The difference is in one of some hundred inputs, and reported with the line.
    #[test]
    #[should_panic(expected = "nop (registers [0, 1, 2])")]
    fn a_wrong_model_fails() {
        integers(rows!(first GENERAL: [nop] |a, _, _| if a == 1 << 63 { 0 } else { a };));
    }

    #[test]
    fn results_are_compared_by_kind() {
        let [quiet, other] = [f32::NAN.to_le_bytes(), 0xffc0_0001u32.to_le_bytes()];
        assert!(same(Kind::Single, &quiet, &other) && !same(Kind::Bits, &quiet, &other));
        assert!(!same(Kind::Single, &0f32.to_le_bytes(), &(-0f32).to_le_bytes()));
    }
}
