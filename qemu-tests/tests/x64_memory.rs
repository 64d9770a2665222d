//! x86-64 addressing modes: base in `rdi`, index in `rsi`, value in and out in `rdx`.
#![cfg(target_arch = "x86_64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::{memory, rows, table};

macro_rules! emit {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops ; .arch x64 ; mov r8, rdi ; $($line)* ; mov rax, rdx ; mov rdx, rdi ; sub rdx, r8 ; ret) };
}

macro_rules! check {
    ($($rows:tt)*) => { table::memory(rows!(emit GENERAL: $($rows)*)) };
}

#[test]
fn addressing_modes() {
    check! {
        [mov rdx, [rdi]] |m, _, _| (m.u64(0), 0);
        [mov rdx, [rdi - 128]] |m, _, _| (m.u64(-128), 0);
        [mov rdx, [rdi + 127]] |m, _, _| (m.u64(127), 0);
        [mov edx, [rdi + 128]] |m, _, _| (m.u32(128).into(), 0);
        [mov rdx, [rdi - 0x1000]] |m, _, _| (m.u64(-0x1000), 0);
        [mov rdx, qword ptr [rdi + rsi]] |m, i, _| (m.u64(i), 0);
        [mov rdx, [rdi + rsi*2 + 3]] |m, i, _| (m.u64(i * 2 + 3), 0);
        [mov edx, dword ptr [rdi + rsi*4 - 0x200]] |m, i, _| (m.u32(i * 4 - 0x200).into(), 0);
        [mov rdx, [rdi + rsi*8]] |m, i, _| (m.u64(i * 8), 0);
        [mov r9, r12 ; mov r12, rdi ; mov rdx, [r12] ; mov r12, r9] |m, _, _| (m.u64(0), 0);
        [mov r9, r13 ; mov r13, rdi ; mov rdx, [r13] ; mov r13, r9] |m, _, _| (m.u64(0), 0);
        [mov r9, rdi ; mov r10, rsi ; mov rdx, [r9 + r10*8 + 8]] |m, i, _| (m.u64(i * 8 + 8), 0);
        [movzx edx, BYTE [rdi + 1]] |m, _, _| (m.u8(1).into(), 0);
        [movsx rdx, word ptr [rdi + 2]] |m, _, _| (m.u16(2) as i16 as u64, 0);
        [movsxd rdx, DWORD [rdi + rsi]] |m, i, _| (m.u32(i) as i32 as u64, 0);
        [mov BYTE [rdi + 5], -1] |m, _, v| { m.store(5, &[255]); (v, 0) };
        [mov WORD [rdi + rsi], 0x1234] |m, i, v| { m.store(i, &[0x34, 0x12]); (v, 0) };
        [mov QWORD [rdi], -2] |m, _, v| { m.store(0, &(-2i64).to_le_bytes()); (v, 0) };
        [mov [rdi + rsi*8 + 64], rdx] |m, i, v| { m.store(i * 8 + 64, &v.to_le_bytes()); (v, 0) };
        [mov [rdi], dh] |m, _, v| { m.store(0, &[(v >> 8) as u8]); (v, 0) };
        [add [rdi], rdx] |m, _, v| { m.store(0, &m.u64(0).wrapping_add(v).to_le_bytes()); (v, 0) };
        [inc DWORD [rdi + 4]] |m, _, v| { m.store(4, &m.u32(4).wrapping_add(1).to_le_bytes()); (v, 0) };
        [lock xadd [rdi], rdx] |m, _, v| { let old = m.u64(0); m.store(0, &old.wrapping_add(v).to_le_bytes()); (old, 0) };
        [xchg [rdi - 8], edx] |m, _, v| { let old = m.u32(-8); m.store(-8, &(v as u32).to_le_bytes()); (old.into(), 0) };
        [mov rax, [rdi] ; lock cmpxchg [rdi], rdx] |m, _, v| { m.store(0, &v.to_le_bytes()); (v, 0) };
        [mov rsi, rdi ; lea rdi, [rdi + 64] ; mov ecx, 5 ; rep movsq] |m, _, v| { let bytes: [u8; 40] = m.load(0); m.store(64, &bytes); (v, 104) };
        [mov eax, 0x5a ; mov ecx, 19 ; rep stosb] |m, _, v| { m.store(0, &[0x5a; 19]); (v, 19) };
        [movzx edx, BYTE [rdi] ; inc rdi] |m, _, _| (m.u8(0).into(), 1);
        [push QWORD [rdi + 8] ; pop QWORD [rdi + 16]] |m, _, v| { let n = m.u64(8); m.store(16, &n.to_le_bytes()); (v, 0) };
    }
}

/// Displacements, bases, indices and scales known at run time.
#[test]
fn known_at_run_time() {
    for displacement in [-0x1000i32, -129, -128, -1, 0, 1, 127, 128, 0x1000] {
        memory(
            "mov rax, [rdi + displacement]",
            |ops| dynasm!(ops ; .arch x64 ; mov rax, [rdi + displacement] ; xor edx, edx ; ret),
            |m, _, _| (m.u64(displacement.into()), 0),
        );
        memory(
            "mov rax, [Rq(7) + Rq(6) * 8 + displacement]",
            |ops| dynasm!(ops ; .arch x64 ; mov rax, [Rq(7u8) + Rq(6u8) * 8 + displacement] ; xor edx, edx ; ret),
            |m, i, _| (m.u64(i * 8 + i64::from(displacement)), 0),
        );
    }
    for base in [0u8, 1, 2, 8, 9, 10, 11] {
        memory(
            "mov rax, [Rq(base)]",
            |ops| dynasm!(ops ; .arch x64 ; mov Rq(base), rdi ; mov rax, [Rq(base)] ; xor edx, edx ; ret),
            |m, _, _| (m.u64(0), 0),
        );
    }
}
