//! Lines that are nearly right: whatever one wrong token does, parsing answers in time and never panics.
//!
//! `random.rs` beside this file writes nonsense; here valid lines of each architecture are changed token by token, which
//! gets much deeper into the choice of forms and into its messages.
#![cfg(all(feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

use bareasm_front::{code, lower, parse, parse_code};
use proc_macro2::TokenStream;
use std::time::{Duration, Instant};

/// Architecture and valid lines.
const SEEDS: &[(&str, &[&str])] = &[
    (
        "aarch64",
        &[
            "add x0, x1, x2, lsl #3",
            "add sp, sp, #16",
            "adds w3, w4, w5, uxtb #2",
            "sub X(n), XSP(2), #4095, lsl #12",
            "mov x7, #0xffff0000",
            "mov x1, value",
            "mov sp, x1",
            "movk x3, #0x1234, lsl #48",
            "and x0, x1, #0xff00ff00ff00ff00",
            "orr w0, wzr, #1",
            "bfi x1, x2, #3, #5",
            "ldr x0, [x1, x2, lsl #3]",
            "ldr w0, [sp, #-8]!",
            "str d1, [x2], #8",
            "ldr x0, [x1, w2, sxtw #3]",
            "ldp q0, q1, [x3, #-64]!",
            "ldr x0, ->here",
            "ldrsw x1, [x2, #4]",
            "ldaxr x0, [x1]",
            "stlxp w0, x1, x2, [sp]",
            "casal x1, x2, [x3]",
            "ldadd w1, w2, [x3]",
            "cbz x1, 8",
            "tbnz w3, #31, -4",
            "b.ne ->here",
            "bl =>exit",
            "blr x9",
            "ret",
            "adrp x0, extern 4096",
            "csel x0, x1, x2, eq",
            "ccmp w1, #3, #15, ne",
            "mrs x0, nzcv",
            "msr daifset, #3",
            "dmb ish",
            "dc civac, x1",
            "tlbi vae1, x3",
            "fmov d0, #1.5",
            "fadd s0, s1, s2",
            "fcvtzs x0, d1",
            "fmadd d0, d1, d2, d3",
            "add v0.16b, v1.16b, v2.16b",
            "fmla v0.4s, v1.4s, v2.s[3]",
            "ld1 {v0.4s, v1.4s}, [x0], #32",
            "ld4 {v0.b - v3.b}[15], [x1], x2",
            "tbl v0.8b, {v1.16b * 2}, v3.8b",
            "movi v0.2d, #0xff00ff00ff00ff00",
            "dup v1.2d, x3",
            "umov w0, v1.b[7]",
            "sshll2 v0.8h, v1.16b, #3",
        ],
    ),
    (
        "thumb",
        &[
            "movs r0, #255",
            "adds r0, r1, #7",
            "add.w r8, r9, #0xff00ff00",
            "addw r1, r2, #4095",
            "mov r8, sp",
            "add sp, #508",
            "sub sp, sp, #16",
            "ldr r0, [r1, #124]",
            "ldr r0, [pc, #1020]",
            "ldr r0, [sp, #4]",
            "ldr.w r0, [r1, #-255]!",
            "ldr r0, [r1], #4",
            "str r0, [r1, r2, lsl #2]",
            "ldrd r0, r1, [r2, #-1020]",
            "push {r0-r7, lr}",
            "pop {r4, pc}",
            "ldmia r0!, {r1, r2}",
            "stmdb sp!, {r4-r11, lr}",
            "b ->here",
            "beq 8",
            "bl =>exit",
            "bx lr",
            "blx r3",
            "cbz r0, 4",
            "it eq",
            "itte ne",
            "moveq r0, r1",
            "lsls r0, r1, #31",
            "asr.w r0, r1, r2",
            "tbb [pc, r0]",
            "ubfx r0, r1, #3, #5",
            "bfc r0, #1, #2",
            "umull r0, r1, r2, r3",
            "sdiv r0, r1, r2",
            "movw r0, #65535",
            "movt r0, #1",
            "ldrex r0, [r1, #4]",
            "strex r0, r1, [r2]",
            "cpsid i",
            "mrs r0, primask",
            "msr basepri, r1",
            "dmb sy",
            "svc #255",
            "R(n)",
            "adds R(n), R(2), R(3)",
            "nop.w",
        ],
    ),
    (
        "x64",
        &[
            "mov rax, rbx",
            "mov rax, 0x123456789abc",
            "mov dword ptr [rax + rcx*4 + 8], 1",
            "mov BYTE [rbp - 1], al",
            "lea rdi, [rip + ->here]",
            "add rax, -128",
            "add Rq(a), Rq(b)",
            "mov [Rq(a) + Rq(b) * 8 + off], Rd(c)",
            "lock cmpxchg qword ptr [rdi], rsi",
            "rep movsb",
            "push 0x7fffffff",
            "jmp ->here",
            "jne BYTE ->here",
            "call extern 0x1000",
            "call rax",
            "imul eax, [rbx], 100",
            "shl qword ptr [rsp], cl",
            "movzx eax, byte ptr [rsi]",
            "xchg ah, bl",
            "bt ax, 15",
            "cmovne r8d, r9d",
            "setg al",
            "in al, dx",
            "int 3",
            "enter 16, 2",
            "fld tword ptr [rax]",
            "fadd st(0), st(3)",
            "movaps xmm0, [rax + 16]",
            "pshufd xmm1, xmm2, 0x1b",
            "cvtsi2sd xmm0, rax",
            "vaddps ymm0, ymm1, [rax + rbx*2]",
            "vfmadd231sd xmm0, xmm1, xmm2",
            "vgatherdps xmm0, [rax + xmm1*4], xmm2",
            "vaddps zmm1 {k2}{z}, zmm2, [rax]{1to16}",
            "vaddpd zmm0, zmm1, zmm2, {rn-sae}",
            "vpternlogd zmm0, zmm1, zmm2, 0xff",
            "kmovw k1, eax",
            "vpcmpeqd k1 {k2}, zmm0, zmm1",
            "bextr rax, [rbx], rcx",
            "mov rax, fs:[0x28]",
            "mov rax, rbx => Point.x",
            "tdpbssd tmm0, tmm1, tmm2",
            "add r16, r17, r18",
            "ccmpne {dfv=of} rax, rbx",
            "mov cr0, rax",
        ],
    ),
    (
        "x86",
        &[
            "mov eax, [ebx + esi*4]",
            "push es",
            "aam 10",
            "jmp 0x10:0x200",
            "pushad",
            "lea eax, [->here]",
            "mov [0x1000], al",
            "les eax, [ebx]",
            "into",
            "inc ecx",
        ],
    ),
    (
        "x64",
        &[
            ".align 16, 0x90",
            ".u32 1, 2, value",
            ".bytes b\"abc\"",
            ".f64 1.5",
            ".abs64 =>exit + 8",
            ".feature -avx512f",
            ".cpu x86-64-v3",
            ".alias acc, rax",
            ".arch thumb",
            "->here:",
            "=>exit:",
            "next: jmp <next",
            "=>(labels[n]):",
            ".rel32 ->here - 4",
        ],
    ),
];

/// What stands in for a token besides the tokens of all lines.
const STRAY: &[&str] = &[
    "0",
    "1",
    "-1",
    "31",
    "32",
    "64",
    "255",
    "256",
    "4095",
    "4096",
    "65536",
    "0x7fffffff",
    "0x80000000",
    "0xffffffff",
    "0x1_0000_0000",
    "0x7fff_ffff_ffff_ffff",
    "0xffff_ffff_ffff_ffff",
    "18446744073709551616",
    "-9223372036854775809",
    "340282366920938463463374607431768211455",
    "0.0",
    "1e300",
    "'a'",
    "\"s\"",
    "4s",
    ",",
    "#",
    "!",
    "-",
    "+",
    "*",
    ":",
    ".",
    "/",
    "->",
    "=>",
    "<",
    ">",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "n",
    "self.x",
    "f(1)",
    "X(40)",
    "Rq(n)",
    "xzr",
    "sp",
    "rsp",
    "k0",
];

/// Words, numbers and single signs, with the blanks in front of them.
fn tokens(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c != ' ') {
        let word = rest[start..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len() - start);
        let (token, tail) = rest.split_at(start + word.max(1));
        out.push(token);
        rest = tail;
    }
    out
}

/// One to three changes: a token replaced, removed, doubled, put in, or exchanged with another.
fn mutate<'a>(random: &mut fastrand::Rng, line: &'a str, pool: &[&'a str]) -> String {
    let mut line = tokens(line);
    for _ in 0..1 + random.usize(..3) {
        let at = random.usize(..line.len().max(1));
        let other = if random.usize(..3) == 0 { STRAY[random.usize(..STRAY.len())] } else { pool[random.usize(..pool.len())] };
        match random.usize(..5) {
            _ if line.is_empty() => line.push(other),
            0 => drop(line.remove(at)),
            1 => line.insert(at, line[at]),
            2 => line.insert(at, other),
            3 => {
                let with = random.usize(..line.len().max(1));
                line.swap(at, with);
            }
            _ => line[at] = other,
        }
    }
    line.concat()
}

/// Threads that share the work.
const THREADS: usize = 4;

#[test]
fn wrong_tokens_are_answered() {
    // A tenth of a millisecond each when optimised, a millisecond when not.
    let rounds = if cfg!(debug_assertions) { 5_000 } else { 100_000 };
    std::thread::scope(|scope| {
        for thread in 1..=THREADS as u64 {
            scope.spawn(move || answers(fastrand::Rng::with_seed(thread.wrapping_mul(0x0123_4567_89AB_CDEF)), rounds / THREADS));
        }
    });
}

/// Reads this many changed lines.
fn answers(mut random: fastrand::Rng, rounds: usize) {
    let started = Instant::now();
    let (mut slowest, mut read, mut refused) = (Duration::ZERO, 0, 0);
    let pools: Vec<Vec<&str>> = SEEDS.iter().map(|(_, lines)| lines.iter().flat_map(|line| tokens(line)).collect()).collect();
    for round in 0..rounds {
        let set = random.usize(..SEEDS.len());
        let (arch, lines) = SEEDS[set];
        let seed = lines[random.usize(..lines.len())];
        let line = mutate(&mut random, seed, &pools[set]);
        let constant = round % 2 == 0;
        let text = format!("[root] [{arch}] {} {line}", if constant { "" } else { "ops ;" });
        // Brackets that do not match never reach a macro.
        let Ok(input) = text.parse::<TokenStream>() else { continue };
        let begun = Instant::now();
        let result = if constant {
            parse_code(input).and_then(|parsed| code::code(&parsed))
        } else {
            parse(input).and_then(|parsed| lower::lower(&parsed, lower::Lowering::Fast))
        };
        slowest = slowest.max(begun.elapsed());
        match result {
            Ok(_) => read += 1,
            Err(errors) => {
                refused += 1;
                assert!(!errors.is_empty(), "an error without a message: {text}");
                assert!(
                    errors.iter().all(|error| !error.message.is_empty() && error.message.len() < 20_000),
                    "{text}: {errors:?}"
                );
            }
        }
        if round % 256 == 255 {
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    }
    eprintln!("{read} accepted, {refused} refused in {:?}, slowest {slowest:?}", started.elapsed());
    assert!(
        read > rounds / 20 && refused > rounds / 5,
        "the changes are too harmless or too violent: {read} accepted, {refused} refused"
    );
    assert!(slowest < Duration::from_secs(5), "one line took {slowest:?}");
}
