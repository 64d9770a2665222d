//! A64 loads and stores in every addressing mode: base in `x0`, index in `x1`, value in and out in `x2`.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::{memory, rows, table, with};

macro_rules! emit {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops ; .arch aarch64 ; mov x8, x0 ; $($line)* ; sub x1, x0, x8 ; mov x0, x2 ; ret) };
}

macro_rules! check {
    ($($rows:tt)*) => { table::memory(rows!(emit GENERAL: $($rows)*)) };
}

#[test]
fn loads() {
    check! {
        [ldr x2, [x0]] |m, _, _| (m.u64(0), 0);
        [ldr x2, [x0, #16384]] |m, _, _| (m.u64(16384), 0);
        [ldr w2, [x0, #16380]] |m, _, _| (m.u32(16380).into(), 0);
        [ldrh w2, [x0, #8190]] |m, _, _| (m.u16(8190).into(), 0);
        [ldrb w2, [x0, #4095]] |m, _, _| (m.u8(4095).into(), 0);
        [ldrsb x2, [x0, #1]] |m, _, _| (m.u8(1) as i8 as u64, 0);
        [ldrsb w2, [x0, #2]] |m, _, _| ((m.u8(2) as i8 as u32).into(), 0);
        [ldrsh x2, [x0, #2]] |m, _, _| (m.u16(2) as i16 as u64, 0);
        [ldrsw x2, [x0, #4]] |m, _, _| (m.u32(4) as i32 as u64, 0);
        [ldur x2, [x0, #-256]] |m, _, _| (m.u64(-256), 0);
        [ldur w2, [x0, #255]] |m, _, _| (m.u32(255).into(), 0);
        [ldr x2, [x0, #-3]] |m, _, _| (m.u64(-3), 0);
        [ldr x2, [x0, #-256]!] |m, _, _| (m.u64(-256), -256);
        [ldr x2, [x0], #255] |m, _, _| (m.u64(0), 255);
        [ldrb w2, [x0, #1]!] |m, _, _| (m.u8(1).into(), 1);
        [ldrsh w2, [x0], #-2] |m, _, _| ((m.u16(0) as i16 as u32).into(), -2);
        [ldr x2, [x0, x1]] |m, i, _| (m.u64(i), 0);
        [ldr x2, [x0, x1, lsl #3]] |m, i, _| (m.u64(i * 8), 0);
        [ldr w2, [x0, w1, sxtw #2]] |m, i, _| (m.u32(i * 4).into(), 0);
        [ldrh w2, [x0, w1, sxtw]] |m, i, _| (m.u16(i).into(), 0);
        [and x1, x1, #0xff ; ldrb w2, [x0, w1, uxtw]] |m, i, _| (m.u8(i & 0xff).into(), 0);
        [ldrsb x2, [x0, x1, sxtx]] |m, i, _| (m.u8(i) as i8 as u64, 0);
        [ldp x2, x3, [x0, #-512] ; eor x2, x2, x3] |m, _, _| (m.u64(-512) ^ m.u64(-504), 0);
        [ldp w3, w2, [x0], #252 ; sub w2, w2, w3] |m, _, _| (m.u32(4).wrapping_sub(m.u32(0)).into(), 252);
        [ldpsw x2, x3, [x0, #-8]! ; add x2, x2, x3] |m, _, _| ((m.u32(-8) as i32 as u64).wrapping_add(m.u32(-4) as i32 as u64), -8);
        [ldnp x2, x3, [x0, #504] ; eor x2, x2, x3] |m, _, _| (m.u64(504) ^ m.u64(512), 0);
        [ldr x2, ->datum ; b ->over ; .align 8 ; ->datum: ; .u64 0x1122334455667788 ; ->over:] |_, _, _| (0x1122_3344_5566_7788, 0);
        [ldrsw x2, ->datum ; b ->over ; ->datum: ; .i32 -7 ; ->over:] |_, _, _| (-7i64 as u64, 0);
        [ldar x2, [x0]] |m, _, _| (m.u64(0), 0);
        [ldxr x2, [x0] ; clrex] |m, _, _| (m.u64(0), 0);
        [prfm pldl1keep, [x0, #64] ; ldr x2, [x0, #64]] |m, _, _| (m.u64(64), 0);
    }
}

#[test]
fn stores() {
    check! {
        [str x2, [x0]] |m, _, v| { m.store(0, &v.to_le_bytes()); (v, 0) };
        [str w2, [x0, #16380]] |m, _, v| { m.store(16380, &(v as u32).to_le_bytes()); (v, 0) };
        [strh w2, [x0, #-1]] |m, _, v| { m.store(-1, &(v as u16).to_le_bytes()); (v, 0) };
        [strb w2, [x0], #1] |m, _, v| { m.store(0, &[v as u8]); (v, 1) };
        [str x2, [x0, #-16]!] |m, _, v| { m.store(-16, &v.to_le_bytes()); (v, -16) };
        [str x2, [x0, x1, lsl #3]] |m, i, v| { m.store(i * 8, &v.to_le_bytes()); (v, 0) };
        [strh w2, [x0, w1, sxtw #1]] |m, i, v| { m.store(i * 2, &(v as u16).to_le_bytes()); (v, 0) };
        [stp x2, x1, [x0, #-512]!] |m, i, v| { m.store(-512, &v.to_le_bytes()); m.store(-504, &i.to_le_bytes()); (v, -512) };
        [stp w1, w2, [x0], #8] |m, i, v| { m.store(0, &(i as u32).to_le_bytes()); m.store(4, &(v as u32).to_le_bytes()); (v, 8) };
        [stnp xzr, x2, [x0, #16]] |m, _, v| { m.store(16, &[0; 8]); m.store(24, &v.to_le_bytes()); (v, 0) };
        [stlr x2, [x0]] |m, _, v| { m.store(0, &v.to_le_bytes()); (v, 0) };
        [->again: ; ldaxr x3, [x0] ; add x3, x3, x2 ; stlxr w4, x3, [x0] ; cbnz w4, ->again] |m, _, v| {
            let sum = m.u64(0).wrapping_add(v);
            m.store(0, &sum.to_le_bytes());
            (v, 0)
        };
        [ldadd x2, x2, [x0]] |m, _, v| { let old = m.u64(0); m.store(0, &old.wrapping_add(v).to_le_bytes()); (old, 0) };
        [swpb w2, w2, [x0]] |m, _, v| { let old = m.u8(0); m.store(0, &[v as u8]); (old.into(), 0) };
        [ldsmaxal x2, x2, [x0]] |m, _, v| { let old = m.u64(0); m.store(0, &(old as i64).max(v as i64).to_le_bytes()); (old, 0) };
        [ldr x3, [x0] ; cas x3, x2, [x0]] |m, _, v| { m.store(0, &v.to_le_bytes()); (v, 0) };
        [ldr x3, [x0] ; add x3, x3, #1 ; cas x3, x2, [x0] ; mov x2, x3] |m, _, _| (m.u64(0), 0);
        [ldr q0, [x0, #16] ; ldp d1, d2, [x0] ; stp q0, q0, [x0, #-32]! ; stur s1, [x0, #-4] ; str h2, [x0, #64]] |m, _, v| {
            let (q, d1, d2) = (m.load::<16>(16), m.load::<4>(0), m.load::<2>(8));
            m.store(-32, &q);
            m.store(-16, &q);
            m.store(-36, &d1);
            m.store(32, &d2);
            (v, -32)
        };
        [ldr b3, [x0, x1] ; str b3, [x0], #-9] |m, i, v| { let byte = m.u8(i); m.store(0, &[byte]); (v, -9) };
    }
}

/// Offsets known at run time take the form that holds them: scaled, or not scaled and signed.
#[test]
fn offsets_known_at_run_time() {
    for offset in [-256i32, -255, -8, -1, 0, 1, 7, 8, 255, 256, 4096, 16384] {
        memory(
            "ldr x2, [x0, offset]",
            |ops| dynasm!(ops ; .arch aarch64 ; mov x8, x0 ; ldur x2, [x0, offset.clamp(-256, 255)] ; mov x0, x2 ; mov x1, #0 ; ret),
            |m, _, _| (m.u64(offset.clamp(-256, 255).into()), 0),
        );
        if offset >= 0 && offset % 8 == 0 {
            memory(
                "str x2, [x0, offset]",
                |ops| dynasm!(ops ; .arch aarch64 ; str x2, [x0, offset as u32] ; mov x0, x2 ; mov x1, #0 ; ret),
                |m, _, v| {
                    m.store(offset.into(), &v.to_le_bytes());
                    (v, 0)
                },
            );
        }
    }
}

/// Without scaling, without privilege, and with limited order.
#[test]
fn other_kinds() {
    macro_rules! kinds {
        ($($load:ident $unprivileged:ident $X:ident |$m:ident, $at:ident| $value:expr;)*) => { check! { $(
            [$load $X(2), [x0, #-256]] |$m, _, _| { let $at = -256; ($value, 0) };
            (d n m) [mov X(n), x0 ; $load $X(d), [X(n), 255] ; mov x2, X(d) ; mov X(m), 0] |$m, _, _| { let $at = 255; ($value, 0) };
            [$unprivileged $X(2), [x0, #17]] |$m, _, _| { let $at = 17; ($value, 0) };
        )* } };
    }
    kinds! {
        ldur ldtr X |m, at| m.u64(at);
        ldur ldtr W |m, at| m.u32(at).into();
        ldurh ldtrh W |m, at| m.u16(at).into();
        ldurb ldtrb W |m, at| m.u8(at).into();
        ldursw ldtrsw X |m, at| m.u32(at) as i32 as u64;
        ldursh ldtrsh X |m, at| m.u16(at) as i16 as u64;
        ldursh ldtrsh W |m, at| (m.u16(at) as i16 as u32).into();
        ldursb ldtrsb X |m, at| m.u8(at) as i8 as u64;
        ldursb ldtrsb W |m, at| (m.u8(at) as i8 as u32).into();
    }
    check! {
        [stur x2, [x0, #-3]] |m, _, v| { m.store(-3, &v.to_le_bytes()); (v, 0) };
        [sturh w2, [x0, #-3]] |m, _, v| { m.store(-3, &v.to_le_bytes()[..2]); (v, 0) };
        [sturb W(2), [X(0), 255]] |m, _, v| { m.store(255, &[v as u8]); (v, 0) };
        [sttr x2, [x0, #-256]] |m, _, v| { m.store(-256, &v.to_le_bytes()); (v, 0) };
        [sttr w2, [x0, #9]] |m, _, v| { m.store(9, &v.to_le_bytes()[..4]); (v, 0) };
        [sttrh w2, [x0, #9]] |m, _, v| { m.store(9, &v.to_le_bytes()[..2]); (v, 0) };
        [sttrb w2, [x0, #9]] |m, _, v| { m.store(9, &[v as u8]); (v, 0) };
        [prfum pstl1strm, [x0, #-7] ; prfm plil3keep, [x0, x1] ; mov x2, #1] |_, _, _| (1, 0);
    }
    // Version 8.1 has these, of which there is no sign but other instructions of that version.
    with!(
        "atomics",
        "loads and stores of limited order",
        check! {
            [ldlar x2, [x0]] |m, _, _| (m.u64(0), 0);
            [ldlarb w2, [x0]] |m, _, _| (m.u8(0).into(), 0);
            [ldlarh w2, [x0]] |m, _, _| (m.u16(0).into(), 0);
            [stllr x2, [x0]] |m, _, v| { m.store(0, &v.to_le_bytes()); (v, 0) };
            [stllrb w2, [x0]] |m, _, v| { m.store(0, &[v as u8]); (v, 0) };
            [stllrh w2, [x0]] |m, _, v| { m.store(0, &v.to_le_bytes()[..2]); (v, 0) };
        }
    );
}
