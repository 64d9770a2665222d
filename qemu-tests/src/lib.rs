//! What the tests that execute instructions share: a function around the line that is tested, operands that are at the
//! edges of everything, and a comparison with plain Rust.
//!
//! A test is a table of rows: the line in brackets, and what it computes. The harness of the architecture says in which
//! registers operands and result are.

pub mod crypto;
mod features;
pub mod float;
mod functions;
mod lane;
mod memory;
mod random;
pub mod table;

pub use bareasm_exec::dynasm;
pub use features::{has, skip};
pub use float::{integral, rounded, Float, Rounding};
pub use lane::{ones, round_shift, sat, shift, w, wrap, Int, Lane, F16};
pub use memory::Memory;
pub use random::Random;
pub use table::{Kind, Room, Row, GENERAL, VECTORS};
#[cfg(target_arch = "x86_64")]
pub use table::{ALL_VECTORS, TILES};

use bareasm_exec::{AssemblyOffset, ExecutableBuffer};

/// The architecture that runs.
#[cfg(target_arch = "aarch64")]
pub use bareasm_exec::aarch64::Aarch64 as Machine;
#[cfg(target_arch = "x86_64")]
pub use bareasm_exec::x64::X64 as Machine;

/// Its executable assembler.
pub type Assembler = bareasm_exec::Assembler<Machine>;

/// Two numbers, returned in two registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Pair(pub u64, pub u64);

/// Finishes code of at most a page or two that `emit` makes.
///
/// # Panics
///
/// If something is wrong with the code.
pub fn make(emit: impl FnOnce(&mut Assembler)) -> ExecutableBuffer {
    make_large(8192, emit)
}

/// As [`make()`], of code of `size` bytes.
///
/// # Panics
///
/// If something is wrong with the code.
pub fn make_large(size: usize, emit: impl FnOnce(&mut Assembler)) -> ExecutableBuffer {
    let mut ops = Assembler::with_capacity(size).expect("memory");
    emit(&mut ops);
    ops.finalize().expect("code")
}

/// Calls code of three numbers that returns two; AAPCS64, or System V on x86-64.
///
/// # Safety
///
/// There must be such a function at the offset, and what it does with its operands must be sound.
pub unsafe fn call(code: &ExecutableBuffer, at: AssemblyOffset, a: u64, b: u64, c: u64) -> Pair {
    #[cfg(target_arch = "x86_64")]
    type Entry = extern "sysv64" fn(u64, u64, u64) -> Pair;
    #[cfg(not(target_arch = "x86_64"))]
    type Entry = extern "C" fn(u64, u64, u64) -> Pair;
    // SAFETY: the caller knows that there is a function of this type; the buffer is alive.
    let entry = unsafe { std::mem::transmute::<*const u8, Entry>(code.ptr(at)) };
    entry(a, b, c)
}

/// Numbers at the edges of widths and signs, and two in between.
pub const EDGES: [u64; 14] = [
    0,
    1,
    u64::MAX,
    i64::MAX as u64,
    i64::MIN as u64,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    0xffff_ffff_8000_0000,
    0x7fff_8000_ff7f_80fe,
    63,
    0x0123_4567_89ab_cdef,
    0xf0e1_d2c3_b4a5_9687,
];

/// Doubles at the edges.
pub const DOUBLES: [f64; 14] = [
    0.0,
    -0.0,
    1.0,
    -1.5,
    2.5,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    f64::MAX,
    f64::MIN_POSITIVE,
    5e-324,
    std::f64::consts::PI,
    -1e300,
    9_007_199_254_740_993.0,
];

/// Runs code of three integers against a computation, on all triples of edges (fewer for the third).
///
/// # Panics
///
/// If a result differs.
pub fn integers(line: &str, emit: impl FnOnce(&mut Assembler), model: impl Fn(u64, u64, u64) -> u64) {
    let code = make(emit);
    for a in EDGES {
        for b in EDGES {
            for c in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef] {
                // SAFETY: the line computes with its operands only.
                let Pair(result, _) = unsafe { call(&code, AssemblyOffset(0), a, b, c) };
                let expected = model(a, b, c);
                assert_eq!(result, expected, "{line} with {a:#x}, {b:#x}, {c:#x}: {result:#x} instead of {expected:#x}");
            }
        }
    }
}

/// Runs code of three doubles, passed and returned as bits, against a computation. All NaNs count as one.
///
/// # Panics
///
/// If a result differs.
pub fn doubles(line: &str, emit: impl FnOnce(&mut Assembler), model: impl Fn(f64, f64, f64) -> f64) {
    let code = make(emit);
    for a in DOUBLES {
        for b in DOUBLES {
            for c in [0.0f64, -1.0, 3e10] {
                // SAFETY: the line computes with its operands only.
                let Pair(bits, _) = unsafe { call(&code, AssemblyOffset(0), a.to_bits(), b.to_bits(), c.to_bits()) };
                let (result, expected) = (f64::from_bits(bits), model(a, b, c));
                let same = bits == expected.to_bits() || result.is_nan() && expected.is_nan();
                assert!(same, "{line} with {a}, {b}, {c}: {result} instead of {expected}");
            }
        }
    }
}

/// As [`doubles`], with single precision: the operands rounded, the result in the lower half.
///
/// # Panics
///
/// If a result differs.
pub fn singles(line: &str, emit: impl FnOnce(&mut Assembler), model: impl Fn(f32, f32, f32) -> f32) {
    let code = make(emit);
    for a in DOUBLES.map(|a| a as f32) {
        for b in DOUBLES.map(|b| b as f32) {
            for c in [0.0, -1.0, 3e10] {
                let [x, y, z] = [a, b, c].map(|value: f32| value.to_bits().into());
                // SAFETY: the line computes with its operands only.
                let Pair(bits, _) = unsafe { call(&code, AssemblyOffset(0), x, y, z) };
                let (result, expected) = (f32::from_bits(bits as u32), model(a, b, c));
                let same = result.to_bits() == expected.to_bits() || result.is_nan() && expected.is_nan();
                assert!(same, "{line} with {a}, {b}, {c}: {result} instead of {expected}");
            }
        }
    }
}

/// Runs code that gets the middle of the memory, an index and a value, and returns a value and how far it has moved the
/// base; compares both, and the memory, with a model that works on a copy.
///
/// # Panics
///
/// If anything differs.
pub fn memory(line: &str, emit: impl FnOnce(&mut Assembler), model: impl Fn(&mut Memory, i64, u64) -> (u64, i64)) {
    let code = make(emit);
    for (index, value) in [(0, 0), (3, u64::MAX), (16, 0x0123_4567_89ab_cdef), (-5, 0x8000_0000), (-64, 0xf0e1_d2c3_b4a5_9687)] {
        let mut real = Memory::new();
        let mut expected = real.clone();
        let base = real.0.as_mut_ptr().wrapping_add(Memory::MIDDLE);
        // SAFETY: the lines stay within the memory, whose middle they get.
        let Pair(result, moved) = unsafe { call(&code, AssemblyOffset(0), base as u64, index as u64, value) };
        let (right, by) = model(&mut expected, index, value);
        assert_eq!(result, right, "{line} with {index}, {value:#x}: {result:#x} instead of {right:#x}");
        assert_eq!(moved as i64, by, "{line} with {index}: the base has moved");
        assert!(real == expected, "{line} with {index}, {value:#x}: the memory differs");
    }
}

/// A vector of 16 bytes.
pub type Vector = [u8; 16];

/// Runs code that gets a pointer to three vectors and stores a fourth one behind them, against a computation.
///
/// # Panics
///
/// If a result differs.
pub fn vectors(line: &str, emit: impl FnOnce(&mut Assembler), model: impl Fn(Vector, Vector, Vector) -> Vector) {
    let code = make(emit);
    let vector = |low: u64, high: u64| -> Vector { (u128::from(high) << 64 | u128::from(low)).to_le_bytes() };
    for (n, a) in EDGES.into_iter().enumerate() {
        for (m, b) in EDGES.into_iter().enumerate() {
            let (x, y) = (EDGES[(n + 5) % EDGES.len()], EDGES[(m + 9) % EDGES.len()]);
            let mut room = [vector(a, x), vector(b, y), vector(a ^ b, y), [0x55; 16]];
            // SAFETY: the code reads three vectors and writes the fourth.
            unsafe { call(&code, AssemblyOffset(0), room.as_mut_ptr() as u64, 0, 0) };
            let expected = model(room[0], room[1], room[2]);
            assert_eq!(room[3], expected, "{line} with {:x?}, {:x?}, {:x?}", room[0], room[1], room[2]);
        }
    }
}

/// Splits vectors into lanes, computes lane by lane, and joins them.
#[macro_export]
macro_rules! lanes {
    ($type:ty, |$($name:ident),*| $body:expr) => {
        |a: $crate::Vector, b: $crate::Vector, c: $crate::Vector| -> $crate::Vector {
            const N: usize = size_of::<$type>();
            let mut out = [0u8; 16];
            for (n, out) in out.chunks_exact_mut(N).enumerate() {
                let lane = |of: &$crate::Vector| <$type>::from_le_bytes(of[n * N..][..N].try_into().expect("a lane"));
                let compute = |$($name: $type),*| -> $type { $body };
                out.copy_from_slice(&$crate::lanes!(@ compute lane (a b c) $($name)*).to_le_bytes());
            }
            let _ = (b, c);
            out
        }
    };
    (@ $f:ident $lane:ident ($a:ident $b:ident $c:ident) $x:ident) => { $f($lane(&$a)) };
    (@ $f:ident $lane:ident ($a:ident $b:ident $c:ident) $x:ident $y:ident) => { $f($lane(&$a), $lane(&$b)) };
    (@ $f:ident $lane:ident ($a:ident $b:ident $c:ident) $x:ident $y:ident $z:ident) => { $f($lane(&$a), $lane(&$b), $lane(&$c)) };
}

/// A model of vectors that computes lane by lane: destination before, first source, second source.
#[macro_export]
macro_rules! each {
    ($type:ty, |$d:pat_param, $n:pat_param, $m:pat_param| $body:expr) => {
        |room: &$crate::Room| room.each::<$type>(|$d, $n, $m| $body)
    };
}

/// A model of vectors that computes a lane from its number.
#[macro_export]
macro_rules! make {
    ($type:ty, |$room:ident, $n:pat_param| $body:expr) => {
        |$room: &$crate::Room| $room.make::<$type>(|$n| $body)
    };
}

/// A model of vectors that computes with values of floating-point lanes, and rounds.
#[macro_export]
macro_rules! float {
    ($type:ty, |$d:pat_param, $n:pat_param, $m:pat_param| $body:expr) => {
        |room: &$crate::Room| {
            let f: fn(f64, f64, f64) -> f64 = |$d, $n, $m| $body;
            room.make::<$type>(|i| {
                $crate::Float::nearest(f(room.d::<$type>(i).get(), room.n::<$type>(i).get(), room.m::<$type>(i).get()))
            })
        }
    };
}

/// A model of vectors that computes lane by lane where the predicate holds.
#[macro_export]
macro_rules! active {
    ($type:ty, |$d:pat_param, $n:pat_param, $m:pat_param| $body:expr) => {
        |room: &$crate::Room| room.active::<$type>(|$d, $n, $m| $body)
    };
}
