//! A64 pointer authentication, landing pads, memory tags, the matrix extension, and hints.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::{dynasm, AssemblyOffset};
use bareasm_qemu_tests::{call, make, rows, skip, table, with, Kind, Pair, Room};

macro_rules! emit {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch aarch64
        // The registers of the line may be those of other operands.
        ; mov x9, x0 ; mov X($n), x1 ; mov X($d), x9
        ; $($line)*
        ; mov x0, X($d)
        ; ret
    ) };
}

macro_rules! check {
    ($($rows:tt)*) => { table::integers(rows!(emit GENERAL: $($rows)*)) };
}

#[test]
fn pointers() {
    /// Bits of addresses of programs on Linux.
    const ADDRESS: u64 = (1 << 47) - 1;
    with!(
        "paca",
        "pointer authentication",
        check! {
            // Signed and authenticated, a pointer is what it was; stripped, too.
            [and x0, x0, #0x7fffffffffff ; pacia x0, x1 ; autia x0, x1] |a, _, _| a & ADDRESS;
            [and x0, x0, #0x7fffffffffff ; pacib x0, x1 ; autib x0, x1] |a, _, _| a & ADDRESS;
            [and x0, x0, #0x7fffffffffff ; pacda x0, x1 ; autda x0, x1] |a, _, _| a & ADDRESS;
            [and x0, x0, #0x7fffffffffff ; pacdb x0, sp ; autdb x0, sp] |a, _, _| a & ADDRESS;
            [and x0, x0, #0x7fffffffffff ; paciza x0 ; autiza x0] |a, _, _| a & ADDRESS;
            [and x0, x0, #0x7fffffffffff ; pacizb x0 ; autizb x0] |a, _, _| a & ADDRESS;
            [and x0, x0, #0x7fffffffffff ; pacdza x0 ; autdza x0] |a, _, _| a & ADDRESS;
            [and x0, x0, #0x7fffffffffff ; pacdzb x0 ; autdzb x0] |a, _, _| a & ADDRESS;
            (d n m) [and X(d), X(d), ADDRESS >> (n - n + m - m) ; pacia X(d), XSP(n) ; xpaci X(d)] |a, _, _| a & ADDRESS;
            [and x0, x0, #0x7fffffffffff ; pacdb x0, x1 ; xpacd x0] |a, _, _| a & ADDRESS;
            [and x17, x0, #0x7fffffffffff ; mov x16, x1 ; pacia1716 ; autia1716 ; mov x0, x17] |a, _, _| a & ADDRESS;
            [and x17, x0, #0x7fffffffffff ; mov x16, x1 ; pacib1716 ; autib x17, x16 ; mov x0, x17] |a, _, _| a & ADDRESS;
            [mov x9, x30 ; paciasp ; autiasp ; sub x0, x30, x9 ; mov x30, x9] |_, _, _| 0;
            [mov x9, x30 ; pacibz ; autibz ; sub x0, x30, x9 ; mov x30, x9] |_, _, _| 0;
            [mov x9, x30 ; paciasp ; xpaclri ; sub x0, x30, x9 ; mov x30, x9] |_, _, _| 0;
            // A code is a function of pointer, modifier and key: signed again, it is the same.
            [and x0, x0, #0x7fffffffffff ; mov x9, x0 ; pacia x0, x1 ; pacia x9, x1 ; sub x0, x0, x9] |_, _, _| 0;
            // Returns and calls that authenticate.
            [adr x10, >over ; pacia x10, sp ; mov x9, x30 ; mov x30, x10 ; retaa ; brk #1 ; over: ; mov x30, x9 ; mov x0, #1] |_, _, _| 1;
            [adr x10, >over ; pacib x10, sp ; mov x9, x30 ; mov x30, x10 ; retab ; brk #1 ; over: ; mov x30, x9 ; mov x0, #1] |_, _, _| 1;
            [adr x10, >over ; pacia x10, x1 ; braa x10, x1 ; brk #1 ; over: ; mov x0, #1] |_, _, _| 1;
            [adr x10, >over ; pacizb x10 ; mov x9, x30 ; blrabz x10 ; brk #1 ; over: ; mov x30, x9 ; mov x0, #1] |_, _, _| 1;
            [sub sp, sp, #16 ; str x1, [sp] ; mov x9, sp ; pacda x9, x1 ; mov x10, x9 ; autda x10, x1 ; ldr x0, [x10] ; add sp, sp, #16] |_, b, _| b;
            [sub sp, sp, #16 ; str x1, [sp, #8] ; mov x9, sp ; pacdza x9 ; ldraa x0, [x9, #8] ; add sp, sp, #16] |_, b, _| b;
            [sub sp, sp, #16 ; str x1, [sp] ; mov x10, sp ; mov x9, sp ; add x9, x9, #8 ; pacdzb x9 ; ldrab x0, [x9, #-8]! ; add sp, sp, #16] |_, b, _| b;
        }
    );
    with!(
        "pacg",
        "authentication codes of data",
        check! {
            [pacga x0, x0, x1 ; and x0, x0, #0xffffffff] |_, _, _| 0;
            [pacga x9, x0, x1 ; pacga x10, x0, x1 ; sub x0, x9, x10] |_, _, _| 0;
        }
    );
}

/// With another modifier the address that comes back is none, but for one code of many thousands, unless the processor ends the
/// program at once (FPAC).
#[test]
fn wrong_modifiers() {
    with!("paca", "failing authentication",
        let code = make(|ops| dynasm!(ops ; .arch aarch64 ; mrs x0, id_aa64isar1_el1 ; mrs x1, id_aa64isar2_el1 ; ret));
        // SAFETY: Linux lets programs read these registers.
        let Pair(first, second) = unsafe { call(&code, AssemblyOffset(0), 0, 0, 0) };
        if [first >> 4, first >> 8, second >> 12].iter().any(|field| field & 15 >= 4) {
            skip("failing authentication", "it ends the program here");
            return;
        }
        let code = make(|ops| dynasm!(ops ; .arch aarch64 ; pacia x0, x1 ; autia x0, x2 ; lsr x0, x0, #47 ; ret));
        let wrong = (1..64).filter(|modifier| {
            // SAFETY: the code computes with its operands only.
            let Pair(high, _) = unsafe { call(&code, AssemblyOffset(0), 0x1234_5678, 0, *modifier) };
            high != 0
        });
        assert!(wrong.count() >= 60, "authentication with wrong modifiers")
    );
}

#[test]
fn landing_pads_and_hints() {
    // Hints of versions that the processor does not have do nothing.
    check! {
        [bti ; bti c ; bti j ; bti jc] |a, _, _| a;
        [adr x9, >pad ; br x9 ; brk #1 ; pad: ; bti j] |a, _, _| a;
        [mov x10, x30 ; adr x9, >pad ; blr x9 ; brk #1 ; pad: ; bti c ; mov x30, x10] |a, _, _| a;
        [nop ; yield ; sev ; sevl ; wfe ; csdb ; esb ; psb csync ; dgh ; hint #6] |a, _, _| a;
        [dmb ish ; dsb sy ; isb ; ssbb ; pssbb ; dmb ishld ; dmb oshst] |a, _, _| a;
        [mrs x9, tpidr_el0 ; mrs x10, s3_3_c13_c0_2 ; sub x9, x9, x10 ; add x0, x0, x9] |a, _, _| a;
        [mrs x9, cntvct_el0 ; isb ; mrs x10, cntvct_el0 ; cmp x9, x10 ; cset x0, ls] |_, _, _| 1;
        [mrs x9, ctr_el0 ; ubfx x9, x9, #16, #4 ; mov x10, #4 ; lsl x10, x10, x9 ; cmp x10, #16 ; cset x0, hs] |_, _, _| 1;
        [sub sp, sp, #64 ; mov x9, sp ; dc cvac, x9 ; dc civac, x9 ; add sp, sp, #64] |a, _, _| a;
    }
}

/// A page in which memory has tags, and checks of them that are not made.
fn tagged_page() -> Option<u64> {
    // Linux: prctl(PR_SET_TAGGED_ADDR_CTRL, tagged addresses, tags 0 to 15 by IRG), mmap(.., PROT_READ | PROT_WRITE | PROT_MTE, private, anonymous).
    let code = make(|ops| {
        dynasm!(ops
            ; .arch aarch64
            ; mov x8, #167 ; mov x0, #55 ; mov x1, #0xfff9 ; movk x1, #7, lsl #16
            ; mov x2, #0 ; mov x3, #0 ; mov x4, #0 ; svc #0
            ; cbnz x0, ->out
            ; mov x8, #222 ; mov x0, #0 ; mov x1, #4096 ; mov x2, #0x23 ; mov x3, #0x22 ; movn x4, #0 ; mov x5, #0 ; svc #0
            ; ->out: ; ret
        )
    });
    // SAFETY: the code makes two system calls, which change how this thread sees tags and map a new page.
    let Pair(page, _) = unsafe { call(&code, AssemblyOffset(0), 0, 0, 0) };
    (page as i64 > 0).then_some(page)
}

/// A row with the page in `x0`.
macro_rules! tags {
    ($page:ident: $([$($line:tt)*] $expected:expr;)*) => { $(
        let code = make(|ops| dynasm!(ops ; .arch aarch64 ; $($line)* ; ret));
        for (a, b) in [(0u64, 1u64), (5, 9), (15, 14)] {
            // SAFETY: the line works within the page.
            let Pair(result, _) = unsafe { call(&code, AssemblyOffset(0), $page, a, b) };
            let expected: fn(u64, u64, u64) -> u64 = $expected;
            assert_eq!(result, expected($page, a, b), "{} with {:#x}, {a}, {b}", stringify!($($line)*), $page);
        }
    )* };
}

#[test]
fn memory_tags() {
    with!("mte", "memory tags",
        let Some(page) = tagged_page() else {
            skip("memory tags", "the system has no such memory");
            return;
        };
        tags! { page:
            [irg x0, x0 ; and x0, x0, #0xf0ffffffffffffff] |p, _, _| p;
            // Of sixteen tags all but one are excluded.
            [mov x9, #0xffff ; mov x10, #1 ; lsl x10, x10, x1 ; bic x9, x9, x10 ; irg x0, x0, x9] |p, a, _| p | a << 56;
            [addg x0, x0, #48, #1] |p, _, _| (p + 48) | (1 << 56);
            [subg x0, x0, #1008, #0] |p, _, _| p - 1008;
            [orr x9, x0, x1, lsl #56 ; gmi x0, x9, xzr] |_, a, _| 1 << a;
            [orr x9, x0, x1, lsl #56 ; stg x9, [x9] ; ldg x0, [x0]] |p, a, _| p | a << 56;
            [orr x9, x0, x1, lsl #56 ; stg x9, [x9, #256]! ; ldg x0, [x0, #256] ; sub x9, x9, x0 ; add x0, x0, x9] |p, a, _| (p + 256) | (a << 56);
            [orr x9, x0, x1, lsl #56 ; st2g x9, [x9] ; add x0, x0, #16 ; ldg x0, [x0]] |p, a, _| (p + 16) | (a << 56);
            [orr x9, x0, x1, lsl #56 ; str x2, [x0] ; stzg x9, [x9] ; ldr x0, [x9]] |_, _, _| 0;
            [orr x9, x0, x1, lsl #56 ; stz2g x9, [x9], #32 ; ldr x0, [x9, #-8]] |_, _, _| 0;
            [orr x9, x0, x1, lsl #56 ; stgp x2, x1, [x9] ; ldp x10, x11, [x9] ; ldg x0, [x0] ; lsr x0, x0, #56 ; add x0, x0, x10, lsl #8 ; add x0, x0, x11, lsl #16] |_, a, b| a | b << 8 | a << 16;
            [orr x9, x0, x1, lsl #56 ; orr x10, x0, x2, lsl #56 ; add x10, x10, #160 ; subp x0, x9, x10] |_, _, _| 160u64.wrapping_neg();
            [orr x9, x0, x1, lsl #56 ; orr x10, x0, x2, lsl #56 ; subps x0, x9, x10 ; cset x0, eq] |_, _, _| 1;
            [orr x9, x0, x1, lsl #56 ; cmpp x9, x0 ; cset x0, ne] |_, _, _| 0;
        }
    );
}

/// The streaming mode: vectors of its length, and the matrix. Registers that the caller owns are kept, since entering and
/// leaving clears all.
macro_rules! streaming {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch aarch64
        ; stp d8, d9, [sp, #-64]! ; stp d10, d11, [sp, #16] ; stp d12, d13, [sp, #32] ; stp d14, d15, [sp, #48]
        ; smstart
        ; add x9, x0, #256 ; add x10, x0, #512 ; add x11, x0, #1024
        ; ptrue p1.b ; ldr z0, [x0] ; ldr z1, [x9] ; ldr z2, [x10] ; ldr p0, [x11] ; add x10, x0, #768
        ; mov w12, #0 ; zero {za}
        ; $($line)*
        ; str z0, [x10]
        ; smstop
        ; ldp d10, d11, [sp, #16] ; ldp d12, d13, [sp, #32] ; ldp d14, d15, [sp, #48] ; ldp d8, d9, [sp], #64
        ; ret
    ) };
}

/// Small integers of single precision, so that sums of products are exact.
fn small(o: &Room, which: usize, i: usize) -> f32 {
    f32::from(if which == 1 { o.n::<u8>(4 * i) } else { o.m::<u8>(4 * i) })
}

#[test]
fn matrices() {
    with!("sme", "the matrix extension",
        let code = make(|ops| dynasm!(ops ; .arch aarch64 ; rdsvl x0, #1 ; ret));
        // SAFETY: the code reads the length of streaming vectors.
        let width = unsafe { call(&code, AssemblyOffset(0), 0, 0, 0) }.0 as usize;
        table::vectors(width, Kind::Bits, rows!(streaming VECTORS:
            [mov za0h.s[w12, 1], p1/m, z1.s ; mov z0.s, p1/m, za0h.s[w12, 1]] |o| o.make::<u32>(|i| o.n(i));
            // A column of the row that has been written.
            [mov ZA(3)h.s[W(12), 2], P(1)/m, Z(1).s ; mov Z(0).s, P(1)/m, ZA(3)v.s[W(12), 3]] |o| o.make::<u32>(|i| if i == 2 { o.n(3) } else { 0 });
            [mov za1v.d[w12, 0], p0/m, z1.d ; mov z0.d, p1/m, za1v.d[w12, 0]] |o| o.make::<u64>(|i| if o.bit(8 * i) { o.n(i) } else { 0 });
            [mov za0h.b[w12, 15], p1/m, z2.b ; mov z0.b, p0/m, za0h.b[w12, 15]] |o| o.make::<u8>(|i| if o.bit(i) { o.m(i) } else { o.d(i) });
            [mov za1h.h[w12, 7], p1/m, z2.h ; zero {za1.h} ; mov z0.h, p1/m, za1h.h[w12, 7]] |o| o.make::<u16>(|_| 0);
            [ldr za[w12, 3], [x9, #3, mul vl] ; str za[w12, 3], [x10, #3, mul vl] ; ldr z0, [x10, #3, mul vl]] |o| o.make::<u8>(|i| o.n(3 * o.width + i));
            [ld1w {za2h.s[w12, 0]}, p0/z, [x9] ; st1w {za2h.s[w12, 0]}, p1, [x10] ; ldr z0, [x10]] |o| o.make::<u32>(|i| if o.bit(4 * i) { o.n(i) } else { 0 });
            [and z1.s, z1.s, #0xff ; and z2.s, z2.s, #0xff ; ucvtf z1.s, p1/m, z1.s ; ucvtf z2.s, p1/m, z2.s
                ; fmopa za0.s, p1/m, p0/m, z1.s, z2.s ; fmopa za0.s, p1/m, p0/m, z1.s, z2.s ; mov z0.s, p1/m, za0h.s[w12, 2]
            ] |o| o.make::<f32>(|i| if o.bit(4 * i) { 2.0 * small(o, 1, 2) * small(o, 2, i) } else { 0.0 });
            [and z1.s, z1.s, #0xff ; and z2.s, z2.s, #0xff ; ucvtf z1.s, p1/m, z1.s ; ucvtf z2.s, p1/m, z2.s
                ; fmops ZA(1).s, P(0)/m, P(1)/m, Z(1).s, Z(2).s ; mov z0.s, p1/m, za1h.s[w12, 1]
            ] |o| o.make::<f32>(|i| if o.bit(4) { 0.0 - small(o, 1, 1) * small(o, 2, i) } else { 0.0 });
            // qemu before 9.1 computes the odd rows and columns of these wrongly: an even row, of which the odd columns are cleared.
            [smopa za3.s, p1/m, p1/m, z1.b, z2.b ; mov z0.s, p1/m, za3h.s[w12, 2] ; uxtw z0.d, p1/m, z0.d] |o| o.make::<i32>(|i| {
                if i % 2 == 0 { (0..4).map(|k| i32::from(o.n::<i8>(8 + k)) * i32::from(o.m::<i8>(4 * i + k))).sum() } else { 0 }
            });
            [umopa za0.s, p1/m, p1/m, z1.b, z2.b ; usmopa za0.s, p1/m, p1/m, z1.b, z2.b ; mov z0.s, p1/m, za0h.s[w12, 0] ; uxtw z0.d, p1/m, z0.d] |o| o.make::<i32>(|i| {
                if i % 2 == 0 { (0..4).map(|k| i32::from(o.n::<u8>(k)) * (i32::from(o.m::<u8>(4 * i + k)) + i32::from(o.m::<i8>(4 * i + k)))).sum() } else { 0 }
            });
            [addha za0.s, p1/m, p1/m, z1.s ; addva za0.s, p1/m, p1/m, z2.s ; mov z0.s, p1/m, za0h.s[w12, 1]] |o| o.make::<u32>(|i| o.n::<u32>(i).wrapping_add(o.m(1)));
            [mrs x9, svcr ; dup z0.d, x9] |o| o.make::<u64>(|_| 3);
            [rdsvl x9, #1 ; rdvl x11, #1 ; sub x9, x9, x11 ; addsvl x9, x9, #2 ; addspl x9, x9, #-8 ; dup z0.d, x9] |o| o.make::<u64>(|_| o.width as u64);
            [sclamp z0.s, z1.s, z2.s] |o| o.each::<i32>(|d, n, m| d.max(n).min(m));
            [revd z0.q, p0/m, z1.q] |o| o.make::<u64>(|i| if o.bit(i / 2 * 16) { o.n(i ^ 1) } else { o.d(i) });
        ));
    );
}
