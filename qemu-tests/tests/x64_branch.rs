//! x86-64 branches: every condition, short and near ones at both ends of their reach.
#![cfg(target_arch = "x86_64")]

use bareasm_exec::{dynasm, AssemblyOffset};
use bareasm_qemu_tests::{call, integers, Assembler};

macro_rules! taken {
    ($([$($line:tt)*] $model:expr;)*) => { $(
        integers(
            stringify!($($line)*),
            |ops| dynasm!(ops ; .arch x64 ; $($line)* ->yes ; xor eax, eax ; ret ; ->yes: ; mov eax, 1 ; ret),
            |a, b, c| u64::from($model(a, b, c)),
        );
    )* };
}

#[test]
fn conditions() {
    taken! {
        [cmp rdi, rsi ; je] |a, b, _| a == b;
        [cmp rdi, rsi ; jnz] |a, b, _| a != b;
        [cmp rdi, rsi ; jb] |a, b, _| a < b;
        [cmp rdi, rsi ; jnc] |a, b, _| a >= b;
        [cmp rdi, rsi ; ja] |a, b, _| a > b;
        [cmp rdi, rsi ; jbe] |a, b, _| a <= b;
        [cmp rdi, rsi ; jl] |a: u64, b, _| (a as i64) < b as i64;
        [cmp rdi, rsi ; jge] |a, b, _| a as i64 >= b as i64;
        [cmp rdi, rsi ; jg] |a, b, _| a as i64 > b as i64;
        [cmp rdi, rsi ; jle] |a, b, _| a as i64 <= b as i64;
        [cmp rdi, rsi ; js] |a: u64, b, _| (a.wrapping_sub(b) as i64) < 0;
        [cmp rdi, rsi ; jns] |a: u64, b, _| a.wrapping_sub(b) as i64 >= 0;
        [cmp rdi, rsi ; jo] |a, b, _| (a as i64).checked_sub(b as i64).is_none();
        [cmp rdi, rsi ; jno] |a, b, _| (a as i64).checked_sub(b as i64).is_some();
        [cmp rdi, rsi ; jpe] |a: u64, b, _| (a.wrapping_sub(b) as u8).count_ones().is_multiple_of(2);
        [cmp dil, sil ; jpo] |a: u64, b, _| (a.wrapping_sub(b) as u8).count_ones() % 2 == 1;
        [mov rcx, rdi ; jrcxz] |a, _, _| a == 0;
        [mov ecx, edi ; jecxz] |a, _, _| a as u32 == 0;
        [mov rcx, rdi ; loop] |a, _, _| a != 1;
        [mov rcx, rdi ; cmp rsi, rdx ; loope] |a, b, c| a != 1 && b == c;
        [jmp] |_, _, _| true;
    }
}

/// `fn(a, _, _)`: 1 if `a` is 0, through a branch over (or back over) `gap` bytes that are not to be executed.
fn reach(gap: usize, backward: bool, jump: bool) -> u64 {
    let mut ops = Assembler::with_capacity(gap + 8192).expect("memory");
    let to = ops.new_dynamic_label();
    let fill = |ops: &mut Assembler| {
        let at = ops.mark();
        ops.seal(at, gap); // zeros are `add [rax], al`, with 0 in `rax`
    };
    let arrive = |ops: &mut Assembler| dynasm!(ops ; .arch x64 ; =>(to) ; mov eax, 1 ; ret);
    let branch = |ops: &mut Assembler| {
        dynasm!(ops ; .arch x64 ; xor eax, eax ; test rdi, rdi);
        if jump {
            dynasm!(ops ; .arch x64 ; jnz ->not ; jmp =>(to) ; ->not: ; ret);
        } else {
            dynasm!(ops ; .arch x64 ; jz =>(to) ; ret);
        }
    };
    let mut start = AssemblyOffset(0);
    if backward {
        arrive(&mut ops);
        fill(&mut ops);
        start = ops.offset();
        branch(&mut ops);
    } else {
        branch(&mut ops);
        fill(&mut ops);
        arrive(&mut ops);
    }
    let code = ops.finalize().expect("code");
    // SAFETY: a function of this type that computes with its operands only.
    unsafe { call(&code, start, 0, 0, 0).0 + 2 * call(&code, start, 1, 0, 0).0 }
}

#[test]
fn near_branches_over_any_distance() {
    for gap in [0, 1, 100, 121, 122, 127, 128, 129, 255, 256, 32767, 32768, 1 << 20, 1 << 26] {
        for backward in [false, true] {
            for jump in [false, true] {
                assert_eq!(reach(gap, backward, jump), 1, "{gap} {backward} {jump}");
            }
        }
    }
}

/// Local labels: around the distance where the macro changes from the short to the near form.
#[test]
fn local_branches_grow_where_they_must() {
    macro_rules! over {
        ($($length:literal)*) => { $(
            let mut ops = Assembler::with_capacity(4096).expect("memory");
            dynasm!(ops
                ; .arch x64
                ; xor eax, eax
                ; test rdi, rdi
                ; jz ->done
                ; dec rdi
                ; .bytes const { [0x90; $length] }
                ; inc rax
                ; ->done:
                ; ret
            );
            // Where the length of what is between is not known at expansion, the near form is taken.
            let code = ops.finalize().expect("code");
            // SAFETY: a function of this type that computes with its operands only.
            assert_eq!(unsafe { call(&code, AssemblyOffset(0), 5, 0, 0) }.0, 1);
        )* };
    }
    over! { 0 110 118 119 120 121 122 123 130 }
    let mut ops = Assembler::with_capacity(4096).expect("memory");
    dynasm!(ops
        ; .arch x64
        ; xor eax, eax
        ; ->again:
        ; test rdi, rdi
        ; jz ->done
        ; dec rdi
        ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111
        ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111
        ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111
        ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111 ; add rax, 0x11111111
        ; jmp ->again
        ; ->done:
        ; ret
    );
    let code = ops.finalize().expect("code");
    // SAFETY: a function of this type that computes with its operands only.
    assert_eq!(unsafe { call(&code, AssemblyOffset(0), 5, 0, 0) }.0, 100 * 0x1111_1111);
}
