//! A64 atomic operations with every size and order, exclusive and ordered loads and stores, memory operations of later
//! versions. Address in `x0`, index in `x1`, value in and out in `x2`.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::{rows, table, with, Memory};

macro_rules! emit {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch aarch64
        ; mov x8, x0
        ; $($line)*
        ; sub x1, x0, x8 ; mov x0, x2
        ; ret
    ) };
}

macro_rules! check {
    ($($rows:tt)*) => { table::memory(rows!(emit GENERAL: $($rows)*)) };
}

/// Replaces the number of so many bytes at the base, and returns what was there.
fn update(memory: &mut Memory, bytes: usize, f: impl FnOnce(u64) -> u64) -> u64 {
    let mask = u64::MAX >> (64 - 8 * bytes);
    let old = memory.u64(0) & mask;
    memory.store(0, &f(old).to_le_bytes()[..bytes]);
    old
}

/// A number of so many bytes, with its sign.
fn signed(value: u64, bytes: usize) -> i64 {
    let unused = 64 - 8 * bytes;
    (value << unused) as i64 >> unused
}

/// A number of so many bytes.
fn unsigned(value: u64, bytes: usize) -> u64 {
    value & u64::MAX >> (64 - 8 * bytes)
}

/// One operation in each of its orders: result in a register of its own, and without one.
macro_rules! orders {
    ($bytes:literal $X:ident |$old:ident, $value:ident| $new:expr; $plain:ident $acquire:ident $release:ident $both:ident $($store:ident $store_release:ident)?) => { check! {
        [$plain $X(2), $X(3), [x0] ; mov x2, x3] |m, _, $value| (update(m, $bytes, |$old| $new), 0);
        [$acquire $X(2), $X(2), [x0]] |m, _, $value| (update(m, $bytes, |$old| $new), 0);
        [$release $X(2), $X(15), [x0] ; mov x2, x15] |m, _, $value| (update(m, $bytes, |$old| $new), 0);
        [mov x9, x0 ; mov x10, x2 ; $both $X(10), $X(2), [X(9)]] |m, _, $value| (update(m, $bytes, |$old| $new), 0);
        $([$store $X(2), [x0]] |m, _, $value| { update(m, $bytes, |$old| $new); ($value, 0) };
        [mov x16, x0 ; $store_release $X(2), [X(16)]] |m, _, $value| { update(m, $bytes, |$old| $new); ($value, 0) };)?
    } };
}

macro_rules! operation {
    (|$old:ident, $value:ident, $bytes:ident| $new:expr;
        $b:ident $ba:ident $bl:ident $bal:ident $($sb:ident $sbl:ident)?, $h:ident $ha:ident $hl:ident $hal:ident $($sh:ident $shl:ident)?,
        $w:ident $wa:ident $wl:ident $wal:ident $($sw:ident $swl:ident)?) => {
        orders!(1 W |$old, $value| { let $bytes = 1; let _ = $bytes; $new }; $b $ba $bl $bal $($sb $sbl)?);
        orders!(2 W |$old, $value| { let $bytes = 2; let _ = $bytes; $new }; $h $ha $hl $hal $($sh $shl)?);
        orders!(4 W |$old, $value| { let $bytes = 4; let _ = $bytes; $new }; $w $wa $wl $wal $($sw $swl)?);
        orders!(8 X |$old, $value| { let $bytes = 8; let _ = $bytes; $new }; $w $wa $wl $wal $($sw $swl)?);
    };
}

#[test]
fn read_modify_write() {
    with!("atomics", "atomic operations",
        operation!(|old, value, _n| old.wrapping_add(value);
            ldaddb ldaddab ldaddlb ldaddalb staddb staddlb, ldaddh ldaddah ldaddlh ldaddalh staddh staddlh, ldadd ldadda ldaddl ldaddal stadd staddl);
        operation!(|old, value, _n| old & !value;
            ldclrb ldclrab ldclrlb ldclralb stclrb stclrlb, ldclrh ldclrah ldclrlh ldclralh stclrh stclrlh, ldclr ldclra ldclrl ldclral stclr stclrl);
        operation!(|old, value, _n| old ^ value;
            ldeorb ldeorab ldeorlb ldeoralb steorb steorlb, ldeorh ldeorah ldeorlh ldeoralh steorh steorlh, ldeor ldeora ldeorl ldeoral steor steorl);
        operation!(|old, value, _n| old | value;
            ldsetb ldsetab ldsetlb ldsetalb stsetb stsetlb, ldseth ldsetah ldsetlh ldsetalh stseth stsetlh, ldset ldseta ldsetl ldsetal stset stsetl);
        operation!(|old, value, n| signed(old, n).max(signed(value, n)) as u64;
            ldsmaxb ldsmaxab ldsmaxlb ldsmaxalb stsmaxb stsmaxlb, ldsmaxh ldsmaxah ldsmaxlh ldsmaxalh stsmaxh stsmaxlh, ldsmax ldsmaxa ldsmaxl ldsmaxal stsmax stsmaxl);
        operation!(|old, value, n| signed(old, n).min(signed(value, n)) as u64;
            ldsminb ldsminab ldsminlb ldsminalb stsminb stsminlb, ldsminh ldsminah ldsminlh ldsminalh stsminh stsminlh, ldsmin ldsmina ldsminl ldsminal stsmin stsminl);
        operation!(|old, value, n| old.max(unsigned(value, n));
            ldumaxb ldumaxab ldumaxlb ldumaxalb stumaxb stumaxlb, ldumaxh ldumaxah ldumaxlh ldumaxalh stumaxh stumaxlh, ldumax ldumaxa ldumaxl ldumaxal stumax stumaxl);
        operation!(|old, value, n| old.min(unsigned(value, n));
            lduminb lduminab lduminlb lduminalb stuminb stuminlb, lduminh lduminah lduminlh lduminalh stuminh stuminlh, ldumin ldumina lduminl lduminal stumin stuminl);
        operation!(|_old, value, _n| value;
            swpb swpab swplb swpalb, swph swpah swplh swpalh, swp swpa swpl swpal)
    );
}

/// Compare and swap: with what memory holds, and with something else.
macro_rules! compare {
    ($($bytes:literal $X:ident $load:ident: $($cas:ident)*;)*) => { $($( check! {
        [$load $X(9), [x0] ; $cas $X(9), $X(2), [x0] ; mov x2, x9] |m, _, v| (update(m, $bytes, |_| v), 0);
        [$load $X(9), [x0] ; eor x9, x9, #0x80 ; $cas $X(9), $X(2), [X(8)] ; mov x2, x9] |m, _, _| (update(m, $bytes, |old| old), 0);
    } )*)* };
}

#[test]
fn compare_and_swap() {
    with!("atomics", "compare and swap",
        compare! {
            1 W ldrb: casb casab caslb casalb;
            2 W ldrh: cash casah caslh casalh;
            4 W ldr: cas casa casl casal;
            8 X ldr: cas casa casl casal;
        }
        check! {
            [ldp x10, x11, [x0] ; mov x4, x2 ; mov x5, x1 ; casp x10, x11, x4, x5, [x0] ; eor x2, x10, x11] |m, i, v| {
                let old = m.u64(0) ^ m.u64(8);
                m.store(0, &v.to_le_bytes());
                m.store(8, &i.to_le_bytes());
                (old, 0)
            };
            [ldp w10, w11, [x0] ; mov x4, x2 ; mov x5, x1 ; caspal W(10), W(11), W(4), W(5), [x0] ; sub w2, w10, w11] |m, i, v| {
                let old = m.u32(0).wrapping_sub(m.u32(4));
                m.store(0, &(v as u32).to_le_bytes());
                m.store(4, &(i as u32).to_le_bytes());
                (old.into(), 0)
            };
            [ldp x10, x11, [x0] ; mvn x11, x11 ; mov x4, x2 ; mov x5, x1 ; caspa x10, x11, x4, x5, [x0] ; eor x2, x10, x11] |m, _, _| (m.u64(0) ^ m.u64(8), 0);
            [ldp w10, w11, [x0] ; mvn w10, w10 ; caspl w10, w11, w4, w5, [x0] ; sub w2, w10, w11] |m, _, _| (m.u32(0).wrapping_sub(m.u32(4)).into(), 0);
        }
    );
}

#[test]
fn exclusive_and_ordered() {
    macro_rules! exclusive {
        ($($bytes:literal $X:ident: $ldxr:ident $stxr:ident $ldaxr:ident $stlxr:ident $ldar:ident $stlr:ident;)*) => { $( check! {
            [->again: ; $ldxr $X(9), [x0] ; add x10, x9, x2 ; $stxr w11, $X(10), [x0] ; cbnz w11, ->again ; mov x2, x9] |m, _, v| (update(m, $bytes, |old| old.wrapping_add(v)), 0);
            [->again: ; $ldaxr $X(9), [X(8)] ; eor x10, x9, x2 ; $stlxr W(11), $X(10), [X(8)] ; cbnz w11, ->again ; mov x2, x9] |m, _, v| (update(m, $bytes, |old| old ^ v), 0);
            // Without an exclusive load in front, nothing is stored.
            [clrex ; $stxr w9, $X(2), [x0] ; and x2, x9, #1] |_, _, _| (1, 0);
            [$ldar $X(2), [x0]] |m, _, _| (unsigned(m.u64(0), $bytes), 0);
            [$stlr $X(2), [x0]] |m, _, v| { update(m, $bytes, |_| v); (v, 0) };
        } )* };
    }
    exclusive! {
        1 W: ldxrb stxrb ldaxrb stlxrb ldarb stlrb;
        2 W: ldxrh stxrh ldaxrh stlxrh ldarh stlrh;
        4 W: ldxr stxr ldaxr stlxr ldar stlr;
        8 X: ldxr stxr ldaxr stlxr ldar stlr;
    }
    check! {
        [->again: ; ldxp x9, x10, [x0] ; stxp w11, x10, x9, [x0] ; cbnz w11, ->again] |m, _, v| { let (a, b) = (m.u64(0), m.u64(8)); m.store(0, &b.to_le_bytes()); m.store(8, &a.to_le_bytes()); (v, 0) };
        [->again: ; ldaxp w9, w10, [x0] ; stlxp w11, w10, w9, [x0] ; cbnz w11, ->again] |m, _, v| { let (a, b) = (m.u32(0), m.u32(4)); m.store(0, &b.to_le_bytes()); m.store(4, &a.to_le_bytes()); (v, 0) };
    }
    with!(
        "lrcpc",
        "acquire with release consistency",
        check! {
            [ldapr x2, [x0]] |m, _, _| (m.u64(0), 0);
            [ldapr W(2), [X(8)]] |m, _, _| (m.u32(0).into(), 0);
            [ldaprh w2, [x0]] |m, _, _| (m.u16(0).into(), 0);
            [ldaprb w2, [x0]] |m, _, _| (m.u8(0).into(), 0);
        }
    );
    with!(
        "ilrcpc",
        "ordered loads and stores with offsets",
        check! {
            [ldapur x2, [x0, #-256]] |m, _, _| (m.u64(-256), 0);
            [ldapur W(2), [X(8), 252]] |m, _, _| (m.u32(252).into(), 0);
            [ldapurb w2, [x0, #255]] |m, _, _| (m.u8(255).into(), 0);
            [ldapurh w2, [x0, #-2]] |m, _, _| (m.u16(-2).into(), 0);
            [ldapursb x2, [x0, #1]] |m, _, _| (m.u8(1) as i8 as u64, 0);
            [ldapursb w2, [x0, #2]] |m, _, _| (m.u8(2) as i8 as u32 as u64, 0);
            [ldapursh x2, [x0, #4]] |m, _, _| (m.u16(4) as i16 as u64, 0);
            [ldapursw x2, [x0, #-8]] |m, _, _| (m.u32(-8) as i32 as u64, 0);
            [stlur x2, [x0, #-24]] |m, _, v| { m.store(-24, &v.to_le_bytes()); (v, 0) };
            [stlur W(2), [X(8), 16]] |m, _, v| { m.store(16, &(v as u32).to_le_bytes()); (v, 0) };
            [stlurh w2, [x0, #254]] |m, _, v| { m.store(254, &(v as u16).to_le_bytes()); (v, 0) };
            [stlurb w2, [x0, #-256]] |m, _, v| { m.store(-256, &[v as u8]); (v, 0) };
        }
    );
    with!(
        "lse128",
        "atomic operations of 128 bits",
        check! {
            [mov x9, x2 ; ldclrp x9, x1, [x0] ; mov x2, x9] |m, i, v| { let (a, b) = (m.u64(0), m.u64(8)); m.store(0, &(a & !v).to_le_bytes()); m.store(8, &(b & !i as u64).to_le_bytes()); (a, 0) };
            [mov x9, x2 ; ldsetp x9, x1, [x0] ; mov x2, x9] |m, i, v| { let (a, b) = (m.u64(0), m.u64(8)); m.store(0, &(a | v).to_le_bytes()); m.store(8, &(b | i as u64).to_le_bytes()); (a, 0) };
            [mov x9, x2 ; swpp x9, x1, [x0] ; mov x2, x1] |m, i, v| { let b = m.u64(8); m.store(0, &v.to_le_bytes()); m.store(8, &i.to_le_bytes()); (b, 0) };
        }
    );
}

#[test]
fn copies_and_fills() {
    with!(
        "mops",
        "memory copy and set",
        check! {
            [mov x9, x0 ; add x10, x0, #1000 ; mov x11, #77 ; cpyfp [x9]!, [x10]!, x11! ; cpyfm [x9]!, [x10]!, x11! ; cpyfe [x9]!, [x10]!, x11! ; mov x2, x11] |m, _, _| {
                let bytes = m.load::<77>(1000);
                m.store(0, &bytes);
                (0, 0)
            };
            [add x9, x0, #3 ; mov x10, x0 ; mov x11, #300 ; cpyp [x9]!, [x10]!, x11! ; cpym [x9]!, [x10]!, x11! ; cpye [x9]!, [x10]!, x11! ; mov x2, x11] |m, _, _| {
                let bytes = m.load::<300>(0);
                m.store(3, &bytes);
                (0, 0)
            };
            [mov x9, x0 ; mov x11, #99 ; setp [x9]!, x11!, x2 ; setm [x9]!, x11!, x2 ; sete [x9]!, x11!, x2 ; mov x2, x11] |m, _, v| { m.store(0, &[v as u8; 99]); (0, 0) };
        }
    );
}
