//! A64 islands, executed: far branches of every kind forward and back, calls to addresses, and literals.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::{dynasm, AssemblyOffset, IslandAssembler};
use bareasm_qemu_tests::{call, Machine, Pair};

extern "C" fn triple(n: u64) -> u64 {
    n.wrapping_mul(3)
}

/// Runs code of three integers, wherever it is copied to.
fn run(mut asm: IslandAssembler<Machine>, a: u64) -> u64 {
    asm.island_here();
    asm.finish().expect("code");
    let code = bareasm_qemu_tests::make_large(asm.code().len(), |ops| dynasm!(ops ; .arch aarch64 ; .bytes asm.code()));
    // SAFETY: the tests below make functions of this type.
    let Pair(result, _) = unsafe { call(&code, AssemblyOffset(0), a, 0, 0) };
    result
}

/// Adds 1 to x0 `n` times; control passes islands on the way.
fn count(asm: &mut IslandAssembler<Machine>, n: u32) {
    for _ in 0..n {
        asm.island_before(4);
        dynasm!(asm ; .arch aarch64 ; add x0, x0, #1);
    }
}

#[test]
fn control_runs_over_islands() {
    let mut asm = IslandAssembler::<Machine>::default();
    let end = asm.new_dynamic_label();
    dynasm!(asm ; .arch aarch64 ; tbnz x0, #63, =>(end) ; cmp x0, #77 ; b.eq =>(end) ; cbz x0, =>(end));
    count(&mut asm, 300_000); // beyond the reach of all three
    dynasm!(asm ; .arch aarch64 ; =>(end) ; ret);
    let code = |asm: &mut IslandAssembler<Machine>| asm.finish().expect("code");
    assert!(code(&mut asm) > 1_200_000);
    let function = bareasm_qemu_tests::make_large(asm.code().len(), |ops| dynasm!(ops ; .arch aarch64 ; .bytes asm.code()));
    for (a, expected) in [(0, 0), (77, 77), (1 << 63, 1 << 63), (5, 300_005)] {
        // SAFETY: a function of this type.
        let Pair(result, _) = unsafe { call(&function, AssemblyOffset(0), a, 0, 0) };
        assert_eq!(result, expected);
    }
}

#[test]
fn back_again() {
    let mut asm = IslandAssembler::<Machine>::default();
    let (start, end) = (asm.new_dynamic_label(), asm.new_dynamic_label());
    dynasm!(asm ; .arch aarch64 ; =>(start) ; tbnz x0, #20, =>(end));
    count(&mut asm, 20_000); // 80 KB: beyond tbz
    dynasm!(asm ; .arch aarch64 ; tbz x0, #21, =>(start));
    asm.island_before(64);
    dynasm!(asm ; .arch aarch64 ; =>(end) ; ret);
    let mut expected = 0u64;
    loop {
        if expected >> 20 & 1 == 1 {
            break;
        }
        expected += 20_000;
        if expected >> 21 & 1 == 1 {
            break;
        }
    }
    assert_eq!(run(asm, 0), expected);
}

#[test]
fn calls_and_literals() {
    let mut asm = IslandAssembler::<Machine>::default();
    let literal = asm.literal_u64(0x0123_4567_89ab_cdef);
    dynasm!(asm ; .arch aarch64
        ; stp x29, x30, [sp, #-16]!
        ; bl extern triple as *const () as u64
        ; ldr x1, =>(literal)
        ; eor x0, x0, x1
        ; ldp x29, x30, [sp], #16
        ; ret
    );
    assert_eq!(run(asm, 1000), 3000 ^ 0x0123_4567_89ab_cdef);
}
