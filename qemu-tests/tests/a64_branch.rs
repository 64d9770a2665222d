//! A64 branches: every condition, every kind, at both ends of its reach and one step beyond.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::{dynasm, AssemblyOffset, DynamicLabel, DynasmError, Reason};
use bareasm_qemu_tests::{call, integers, Assembler};

/// Returns 1 if the branch is taken, else 0.
macro_rules! taken {
    ($([$($line:tt)*] $model:expr;)*) => { $(
        integers(
            stringify!($($line)*),
            |ops| dynasm!(ops ; .arch aarch64 ; $($line)* ->yes ; mov x0, #0 ; ret ; ->yes: ; mov x0, #1 ; ret),
            |a, b, c| u64::from($model(a, b, c)),
        );
    )* };
}

#[test]
fn conditions() {
    taken! {
        [cmp x0, x1 ; b.eq] |a, b, _| a == b;
        [cmp x0, x1 ; b.ne] |a, b, _| a != b;
        [cmp x0, x1 ; b.hs] |a, b, _| a >= b;
        [cmp x0, x1 ; b.cs] |a, b, _| a >= b;
        [cmp x0, x1 ; b.lo] |a, b, _| a < b;
        [cmp x0, x1 ; b.cc] |a, b, _| a < b;
        [cmp x0, x1 ; b.hi] |a, b, _| a > b;
        [cmp x0, x1 ; b.ls] |a, b, _| a <= b;
        [cmp x0, x1 ; b.ge] |a, b, _| a as i64 >= b as i64;
        [cmp x0, x1 ; b.lt] |a: u64, b, _| (a as i64) < b as i64;
        [cmp x0, x1 ; b.gt] |a, b, _| a as i64 > b as i64;
        [cmp x0, x1 ; b.le] |a, b, _| a as i64 <= b as i64;
        [cmp x0, x1 ; b.mi] |a: u64, b, _| (a.wrapping_sub(b) as i64) < 0;
        [cmp x0, x1 ; b.pl] |a: u64, b, _| a.wrapping_sub(b) as i64 >= 0;
        [cmp x0, x1 ; b.vs] |a, b, _| (a as i64).checked_sub(b as i64).is_none();
        [cmp x0, x1 ; b.vc] |a, b, _| (a as i64).checked_sub(b as i64).is_some();
        [cmp x0, x1 ; b.al] |_, _, _| true;
        [cmp w0, w1 ; beq] |a, b, _| a as u32 == b as u32;
        [cbz x0,] |a, _, _| a == 0;
        [cbnz x0,] |a, _, _| a != 0;
        [cbz w1,] |_, b, _| b as u32 == 0;
        [cbnz w1,] |_, b, _| b as u32 != 0;
        [tbz x0, #63,] |a: u64, _, _| a >> 63 == 0;
        [tbnz x0, #32,] |a: u64, _, _| a >> 32 & 1 != 0;
        [tbz w0, #31,] |a: u64, _, _| a >> 31 & 1 == 0;
        [tbnz w1, #0,] |_, b, _| b & 1 != 0;
        [b] |_, _, _| true;
    }
}

#[test]
fn every_bit() {
    for bit in 0..64u32 {
        integers(
            "tbnz x0, bit",
            |ops| dynasm!(ops ; .arch aarch64 ; tbnz x0, bit, ->yes ; mov x0, #0 ; ret ; ->yes: ; mov x0, #1 ; ret),
            |a, _, _| a >> bit & 1,
        );
    }
}

#[test]
fn by_register() {
    integers(
        "br, blr, ret",
        |ops| {
            dynasm!(ops
                ; .arch aarch64
                ; mov x9, x30
                ; adr x3, ->one
                ; br x3
                ; brk #1
                ; ->two:
                ; add x0, x0, #2
                ; ret
                ; ->one:
                ; add x0, x0, #1
                ; adr x4, ->two
                ; blr x4
                ; bl ->two
                ; ret x9
            );
        },
        |a, _, _| a.wrapping_add(5),
    );
}

/// A kind of branch that is taken with these operands, and its reach in bytes.
struct Kind {
    name: &'static str,
    emit: fn(&mut Assembler, DynamicLabel),
    backward: i64,
    forward: i64,
}

const KINDS: &[Kind] = &[
    Kind { name: "tbz", emit: |ops, to| dynasm!(ops ; .arch aarch64 ; tbz x0, #5, =>(to)), backward: -32768, forward: 32764 },
    Kind { name: "tbnz", emit: |ops, to| dynasm!(ops ; .arch aarch64 ; tbnz x1, #63, =>(to)), backward: -32768, forward: 32764 },
    Kind {
        name: "cbz",
        emit: |ops, to| dynasm!(ops ; .arch aarch64 ; cbz w0, =>(to)),
        backward: -(1 << 20),
        forward: (1 << 20) - 4,
    },
    Kind {
        name: "cbnz",
        emit: |ops, to| dynasm!(ops ; .arch aarch64 ; cbnz x1, =>(to)),
        backward: -(1 << 20),
        forward: (1 << 20) - 4,
    },
    Kind {
        name: "b.cond",
        emit: |ops, to| dynasm!(ops ; .arch aarch64 ; cmp x0, x1 ; b.lo =>(to)),
        backward: -(1 << 20),
        forward: (1 << 20) - 4,
    },
    Kind {
        name: "adr",
        emit: |ops, to| dynasm!(ops ; .arch aarch64 ; nop ; adr x3, =>(to) ; br x3),
        backward: -(1 << 20),
        forward: (1 << 20) - 4,
    },
    Kind { name: "b", emit: |ops, to| dynasm!(ops ; .arch aarch64 ; b =>(to)), backward: -(1 << 27), forward: (1 << 27) - 4 },
    Kind {
        name: "bl",
        emit: |ops, to| dynasm!(ops ; .arch aarch64 ; mov x9, x30 ; bl =>(to)),
        backward: -(1 << 27),
        forward: (1 << 27) - 4,
    },
];

/// Bytes between the start of what a kind emits and its branch.
fn lead(kind: &Kind) -> i64 {
    if matches!(kind.name, "b.cond" | "adr" | "bl") {
        4
    } else {
        0
    }
}

/// Makes code whose branch reaches `distance` bytes, and runs it: 1 if it arrives. In between is nothing that could be
/// executed: arriving elsewhere is a fault.
fn reach(kind: &Kind, distance: i64) -> Result<u64, DynasmError> {
    let size = distance.unsigned_abs() as usize + 8192;
    let mut ops = Assembler::with_capacity(size).expect("memory");
    let to = ops.new_dynamic_label();
    // The memory is zero, and zeros are no instruction.
    let gap = |ops: &mut Assembler, bytes: i64| {
        let at = ops.mark();
        ops.seal(at, bytes as usize);
    };
    let arrive = |ops: &mut Assembler| {
        dynasm!(ops ; .arch aarch64 ; =>(to) ; mov x0, #1);
        if kind.name == "bl" {
            dynasm!(ops ; .arch aarch64 ; mov x30, x9);
        }
        dynasm!(ops ; .arch aarch64 ; ret);
    };
    let start = if distance > 0 {
        let start = ops.offset();
        (kind.emit)(&mut ops, to);
        dynasm!(ops ; .arch aarch64 ; mov x0, #0 ; ret);
        let here = ops.offset().0 as i64 - lead(kind);
        gap(&mut ops, distance - here);
        arrive(&mut ops);
        start
    } else {
        arrive(&mut ops);
        let here = ops.offset().0 as i64 + lead(kind);
        gap(&mut ops, -distance - here);
        let start = ops.offset();
        (kind.emit)(&mut ops, to);
        dynasm!(ops ; .arch aarch64 ; mov x0, #0 ; ret);
        start
    };
    let code = ops.finalize()?;
    // SAFETY: a function of this type that computes with its operands only.
    Ok(unsafe { call(&code, start, 0, u64::MAX, 0) }.0)
}

#[test]
fn both_ends_of_every_reach() {
    for kind in KINDS {
        for distance in [kind.forward, kind.backward, 64, -64] {
            assert_eq!(reach(kind, distance).expect("in reach"), 1, "{} by {distance}", kind.name);
        }
        for distance in [kind.forward + 4, kind.backward - 4] {
            match reach(kind, distance) {
                Err(DynasmError::Assembly(error)) => {
                    assert_eq!(error.reason(), Reason::TargetRange, "{} by {distance}", kind.name)
                }
                other => panic!("{} by {distance}: {other:?}", kind.name),
            }
        }
    }
}

/// The reach of local labels is settled by the macro; a program that does not fit is a compile error there.
#[test]
fn over_no_ops() {
    for distance in [2i64, 100, 8190] {
        let mut ops = Assembler::with_capacity(1 << 16).expect("memory");
        let (out, back) = (ops.new_dynamic_label(), ops.new_dynamic_label());
        dynasm!(ops ; .arch aarch64 ; tbz x0, #0, =>(out) ; =>(back) ; mov x0, #7 ; ret);
        for _ in 3..distance {
            dynasm!(ops ; .arch aarch64 ; nop);
        }
        dynasm!(ops ; .arch aarch64 ; =>(out) ; cbnz x1, =>(back) ; mov x0, #9 ; ret);
        let code = ops.finalize().expect("code");
        for (a, b, expected) in [(0, 0, 9), (0, 1, 7), (1, 0, 7)] {
            // SAFETY: a function of this type that computes with its operands only.
            assert_eq!(unsafe { call(&code, AssemblyOffset(0), a, b, 0) }.0, expected);
        }
    }
}
