//! x86-64 integer instructions: operands in `rax`, `rcx`, `rdx`, result in `rax`.
#![cfg(target_arch = "x86_64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::integers;

macro_rules! rows {
    ($([$($line:tt)*] $model:expr;)*) => { $(
        integers(
            stringify!($($line)*),
            |ops| dynasm!(ops ; .arch x64 ; mov rax, rdi ; mov rcx, rsi ; $($line)* ; ret),
            $model,
        );
    )* };
}

/// The lower half, extended with zeros as every 32-bit instruction does it.
fn low(value: u64) -> u64 {
    u64::from(value as u32)
}

#[test]
fn arithmetic() {
    rows! {
        [add rax, rcx] |a, b, _| a.wrapping_add(b);
        [add eax, ecx] |a, b, _| low(a.wrapping_add(b));
        [add ax, cx] |a, b, _| a & !0xffff | u64::from((a as u16).wrapping_add(b as u16));
        [add al, ch] |a, b, _| a & !0xff | u64::from((a as u8).wrapping_add((b >> 8) as u8));
        [add rax, 127] |a, _, _| a.wrapping_add(127);
        [add rax, 128] |a, _, _| a.wrapping_add(128);
        [add rax, -0x80000000] |a, _, _| a.wrapping_sub(0x8000_0000);
        [sub rax, rcx] |a, b, _| a.wrapping_sub(b);
        [lea rax, [rax + rcx*4 - 5]] |a, b, _| a.wrapping_add(b.wrapping_mul(4)).wrapping_sub(5);
        [lea eax, [rax + rax*8]] |a, _, _| low(a.wrapping_mul(9));
        [lea rax, [rcx*8 + 0x12345678]] |_, b, _| b.wrapping_mul(8).wrapping_add(0x1234_5678);
        [neg rax] |a, _, _| a.wrapping_neg();
        [inc ecx ; mov rax, rcx] |_, b, _| low(b.wrapping_add(1));
        [dec rax] |a, _, _| a.wrapping_sub(1);
        [cmp rax, rcx ; mov eax, 0 ; adc rax, rdx] |a, b, c| c.wrapping_add((a < b).into());
        [cmp rax, rcx ; sbb rax, rax] |a, b, _| if a < b { u64::MAX } else { 0 };
        [imul rax, rcx] |a, b, _| a.wrapping_mul(b);
        [imul eax, ecx, -7] |_, b, _| low(b.wrapping_mul(7).wrapping_neg());
        [imul rax, rcx, 100000] |_, b, _| b.wrapping_mul(100_000);
        [mul rcx ; mov rax, rdx] |a, b, _| ((u128::from(a) * u128::from(b)) >> 64) as u64;
        [imul rcx ; mov rax, rdx] |a, b, _| ((a as i64 as i128 * b as i64 as i128) >> 64) as u64;
        [xor edx, edx ; test rcx, rcx ; jz >skip ; div rcx ; skip:] |a, b, _| a.checked_div(b).unwrap_or(a);
        [or ecx, 1 ; and ecx, 0x7fffffff ; cdq ; idiv ecx ; mov eax, edx] |a, b, _| low((a as i32 % ((b as i32 | 1) & i32::MAX)) as u64);
        [xadd rcx, rax ; add rax, rcx] |a, b, _| a.wrapping_add(b).wrapping_add(b);
        [cmp rax, rcx ; cmovl rax, rcx] |a, b, _| (a as i64).max(b as i64) as u64;
        [xchg rax, rcx] |_, b, _| b;
        [cwde ; cdqe] |a, _, _| a as i16 as u64;
        [movsx rax, cl] |_, b, _| b as i8 as u64;
        [movzx eax, cx] |_, b, _| b & 0xffff;
        [movsxd rax, ecx] |_, b, _| b as i32 as u64;
        [mov al, cl ; mov ah, cl] |a, b, _| (a & !0xffff) | ((b & 0xff) * 0x101);
    }
}

#[test]
fn logic_and_bits() {
    rows! {
        [and rax, rcx] |a, b, _| a & b;
        [or eax, ecx] |a, b, _| low(a | b);
        [xor rax, -1] |a, _, _| !a;
        [not rax] |a, _, _| !a;
        [test al, 1 ; setnz al ; movzx eax, al] |a, _, _| a & 1;
        [shl rax, cl] |a, b, _| a << (b % 64);
        [shr eax, cl] |a, b, _| low(a) >> (b % 32);
        [sar rax, 63] |a, _, _| (a as i64 >> 63) as u64;
        [rol rax, 13] |a, _, _| a.rotate_left(13);
        [ror eax, 1] |a, _, _| low((a as u32).rotate_right(1).into());
        [shld rax, rcx, 20] |a, b, _| a << 20 | b >> 44;
        [shrd rax, rcx, 7] |a, b, _| a >> 7 | b << 57;
        [bswap rax] |a, _, _| a.swap_bytes();
        [bt rax, 63 ; setc al ; movzx eax, al] |a, _, _| a >> 63;
        [bts rax, rcx] |a, b, _| a | 1 << (b % 64);
        [btr eax, 31] |a, _, _| low(a) & 0x7fff_ffff;
        [btc rax, 0] |a, _, _| a ^ 1;
        [mov rax, -1 ; bsf rax, rcx ; jnz >found ; mov eax, 64 ; found:] |_, b, _| b.trailing_zeros().into();
        [bsr rax, rcx ; jnz >found ; mov eax, 99 ; found:] |_, b, _| b.checked_ilog2().unwrap_or(99).into();
        [xchg al, ah] |a, _, _| a & !0xffff | (a & 0xff) << 8 | a >> 8 & 0xff;
    }
    if std::arch::is_x86_feature_detected!("popcnt") {
        rows! { [popcnt rax, rcx] |_, b, _| b.count_ones().into(); }
    }
    if std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("lzcnt")
    {
        rows! {
            [andn rax, rax, rcx] |a, b, _| !a & b;
            [blsr rax, rcx] |_, b, _| b & b.wrapping_sub(1);
            [lzcnt rax, rcx] |_, b, _| b.leading_zeros().into();
            [tzcnt eax, ecx] |_, b, _| (b as u32).trailing_zeros().into();
            [shlx rax, rax, rcx] |a, b, _| a << (b % 64);
            [rorx rax, rcx, 33] |_, b, _| b.rotate_right(33);
            [mulx rax, rdx, rcx] |_, b, c| ((u128::from(b) * u128::from(c)) >> 64) as u64;
        }
    }
}

#[test]
fn constants_and_stack() {
    rows! {
        [mov rax, 0x123456789abcdef0] |_, _, _| 0x1234_5678_9abc_def0;
        [mov eax, 0xffffffff] |_, _, _| 0xffff_ffff;
        [mov rax, -1] |_, _, _| u64::MAX;
        [push rcx ; pop rax] |_, b, _| b;
        [push -128 ; pop rax] |_, _, _| -128i64 as u64;
        [push 0x12345 ; pop rax] |_, _, _| 0x12345;
        [push rax ; add [rsp], rcx ; pop rax] |a, b, _| a.wrapping_add(b);
        [push rcx ; mov rax, [rsp] ; add rsp, 8] |_, b, _| b;
        [lea rax, [->here] ; ->here: ; lea rcx, [->here] ; sub rax, rcx] |_, _, _| 0;
        [mov rax, [->datum] ; jmp ->over ; ->datum: ; .u64 0x1122334455667788 ; ->over:] |_, _, _| 0x1122_3344_5566_7788;
    }
    for value in bareasm_qemu_tests::EDGES {
        integers("mov rax, QWORD value", |ops| dynasm!(ops ; .arch x64 ; mov rax, QWORD value ; ret), |_, _, _| value);
        integers("mov eax, value", |ops| dynasm!(ops ; .arch x64 ; mov eax, value as i32 ; ret), |_, _, _| low(value));
    }
}

/// Registers known at run time: each as destination, base and index.
#[test]
fn every_register() {
    for n in (0..16u8).filter(|n| ![4, 5].contains(n)) {
        integers(
            "mov Rq(n), rdi",
            |ops| {
                dynasm!(ops
                    ; .arch x64
                    ; push rbx
                    ; push r12
                    ; push r13
                    ; push r14
                    ; push r15
                    ; mov Rq(n), rdi
                    ; lea Rq(n), [Rq(n) + 8]
                    ; lea rax, [Rq(n) * 2 + 0]
                    ; pop r15
                    ; pop r14
                    ; pop r13
                    ; pop r12
                    ; pop rbx
                    ; ret
                );
            },
            |a, _, _| a.wrapping_add(8).wrapping_mul(2),
        );
    }
}
