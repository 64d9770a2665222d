//! What the machine that runs the tests has. What it lacks is left out, and said.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;

#[cfg(target_arch = "aarch64")]
mod machine {
    /// Names of Linux for the bits of its two words of hardware capabilities (`AT_HWCAP`, `AT_HWCAP2`).
    const NAMES: [&[(&str, u32)]; 2] = [
        &[
            ("aes", 3),
            ("pmull", 4),
            ("sha1", 5),
            ("sha2", 6),
            ("crc32", 7),
            ("atomics", 8),
            ("fphp", 9),
            ("asimdhp", 10),
            ("asimdrdm", 12),
            ("jscvt", 13),
            ("fcma", 14),
            ("lrcpc", 15),
            ("sha3", 17),
            ("sm3", 18),
            ("sm4", 19),
            ("asimddp", 20),
            ("sha512", 21),
            ("sve", 22),
            ("asimdfhm", 23),
            ("ilrcpc", 26),
            ("flagm", 27),
            ("paca", 30),
            ("pacg", 31),
        ],
        &[
            ("sve2", 1),
            ("sveaes", 2),
            ("svepmull", 3),
            ("svebitperm", 4),
            ("svesha3", 5),
            ("svesm4", 6),
            ("flagm2", 7),
            ("frint", 8),
            ("svei8mm", 9),
            ("svef32mm", 10),
            ("svef64mm", 11),
            ("svebf16", 12),
            ("i8mm", 13),
            ("bf16", 14),
            ("bti", 17),
            ("mte", 18),
            ("sme", 23),
            ("smei16i64", 24),
            ("smef64f64", 25),
            ("cssc", 34),
            ("mops", 43),
            ("lrcpc3", 46),
            ("lse128", 47),
        ],
    ];

    /// Whether the kernel says that the processor has it.
    pub(super) fn has(name: &str) -> bool {
        let (word, bit) = (0..2)
            .find_map(|word| NAMES[word].iter().find(|known| known.0 == name).map(|known| (word, known.1)))
            .expect("a known name");
        // Pairs of words: what it is, and its value. Another system than Linux has no such file.
        let vector = std::fs::read("/proc/self/auxv").unwrap_or_default();
        let words = Vec::from_iter(vector.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().expect("8 bytes"))));
        let value = words.chunks_exact(2).find(|pair| pair[0] == [16, 26][word]).map_or(0, |pair| pair[1]);
        value >> bit & 1 == 1
    }
}

#[cfg(target_arch = "x86_64")]
mod machine {
    use crate::make;
    use bareasm_exec::{dynasm, AssemblyOffset};

    /// Names of Intel for bits that CPUID gives: leaf, subleaf, register (EAX is 0, EBX 1, ECX 2, EDX 3), bit, and the state that the
    /// system must save.
    const NAMES: &[(&str, u32, u32, usize, u32, State)] = &[
        ("mmx", 1, 0, 3, 23, State::Any),
        ("cx8", 1, 0, 3, 8, State::Any),
        ("sse3", 1, 0, 2, 0, State::Any),
        ("pclmul", 1, 0, 2, 1, State::Any),
        ("ssse3", 1, 0, 2, 9, State::Any),
        ("cx16", 1, 0, 2, 13, State::Any),
        ("sse4.1", 1, 0, 2, 19, State::Any),
        ("sse4.2", 1, 0, 2, 20, State::Any),
        ("movbe", 1, 0, 2, 22, State::Any),
        ("popcnt", 1, 0, 2, 23, State::Any),
        ("aes", 1, 0, 2, 25, State::Any),
        ("sse4a", 0x8000_0001, 0, 2, 6, State::Any),
        ("3dnow", 0x8000_0001, 0, 3, 31, State::Any),
        ("lzcnt", 0x8000_0001, 0, 2, 5, State::Any),
        ("xop", 0x8000_0001, 0, 2, 11, State::Avx),
        ("fma4", 0x8000_0001, 0, 2, 16, State::Avx),
        ("tbm", 0x8000_0001, 0, 2, 21, State::Any),
        ("avx", 1, 0, 2, 28, State::Avx),
        ("f16c", 1, 0, 2, 29, State::Avx),
        ("fma", 1, 0, 2, 12, State::Avx),
        ("rdrand", 1, 0, 2, 30, State::Any),
        ("bmi1", 7, 0, 1, 3, State::Any),
        ("bmi2", 7, 0, 1, 8, State::Any),
        ("avx2", 7, 0, 1, 5, State::Avx),
        ("adx", 7, 0, 1, 19, State::Any),
        ("sha", 7, 0, 1, 29, State::Any),
        ("gfni", 7, 0, 2, 8, State::Any),
        ("vaes", 7, 0, 2, 9, State::Avx),
        ("vpclmulqdq", 7, 0, 2, 10, State::Avx),
        ("movdiri", 7, 0, 2, 27, State::Any),
        ("movdir64b", 7, 0, 2, 28, State::Any),
        ("avx512f", 7, 0, 1, 16, State::Avx512),
        ("avx512dq", 7, 0, 1, 17, State::Avx512),
        ("avx512ifma", 7, 0, 1, 21, State::Avx512),
        ("avx512cd", 7, 0, 1, 28, State::Avx512),
        ("avx512bw", 7, 0, 1, 30, State::Avx512),
        ("avx512vl", 7, 0, 1, 31, State::Avx512),
        ("avx512vbmi", 7, 0, 2, 1, State::Avx512),
        ("avx512vbmi2", 7, 0, 2, 6, State::Avx512),
        ("avx512vnni", 7, 0, 2, 11, State::Avx512),
        ("avx512bitalg", 7, 0, 2, 12, State::Avx512),
        ("avx512vpopcntdq", 7, 0, 2, 14, State::Avx512),
        ("avx512vp2intersect", 7, 0, 3, 8, State::Avx512),
        ("avx512fp16", 7, 0, 3, 23, State::Avx512),
        ("avx512bf16", 7, 1, 0, 5, State::Avx512),
        ("avxvnni", 7, 1, 0, 4, State::Avx),
        ("avxifma", 7, 1, 0, 23, State::Avx),
        ("avxvnniint8", 7, 1, 3, 4, State::Avx),
        ("avxvnniint16", 7, 1, 3, 10, State::Avx),
        ("avxneconvert", 7, 1, 3, 5, State::Avx),
        ("sha512", 7, 1, 0, 0, State::Avx),
        ("sm3", 7, 1, 0, 1, State::Avx),
        ("sm4", 7, 1, 0, 2, State::Avx),
        ("cmpccxadd", 7, 1, 0, 7, State::Any),
        ("raoint", 7, 1, 0, 3, State::Any),
        ("apx", 7, 1, 3, 21, State::Apx),
        ("amxtile", 7, 0, 3, 24, State::Amx),
        ("amxint8", 7, 0, 3, 25, State::Amx),
        ("amxbf16", 7, 0, 3, 22, State::Amx),
        ("avx10", 7, 1, 3, 19, State::Avx512),
    ];

    /// Registers that the system must save, by bits of XCR0.
    #[derive(Clone, Copy)]
    enum State {
        Any = 0,
        Avx = 0b110,
        Avx512 = 0b1110_0110,
        Amx = 3 << 17,
        Apx = 1 << 19,
    }

    /// Whether the processor has it, and the system saves its registers.
    pub(super) fn has(name: &str) -> bool {
        let &(_, leaf, subleaf, register, bit, state) = NAMES.iter().find(|known| known.0 == name).expect("a known name");
        let state = state as u64;
        cpuid(leaf & 0x8000_0000, 0)[0] >= leaf
            && cpuid(leaf, subleaf)[register] >> bit & 1 == 1
            && (state == 0 || cpuid(1, 0)[2] >> 27 & 1 == 1 && saved() & state == state)
    }

    fn cpuid(leaf: u32, subleaf: u32) -> [u32; 4] {
        let code = make(|ops| {
            dynasm!(ops
                ; .arch x64
                ; mov r8, rbx ; mov r9, rdx ; mov eax, edi ; mov ecx, esi
                ; cpuid
                ; mov [r9], eax ; mov [r9 + 4], ebx ; mov [r9 + 8], ecx ; mov [r9 + 12], edx
                ; mov rbx, r8
                ; ret
            )
        });
        let mut out = [0; 4];
        // SAFETY: the code stores the four results; RBX is as before.
        unsafe { crate::call(&code, AssemblyOffset(0), leaf.into(), subleaf.into(), out.as_mut_ptr() as u64) };
        out
    }

    fn saved() -> u64 {
        let code = make(|ops| dynasm!(ops ; .arch x64 ; xor ecx, ecx ; xgetbv ; shl rdx, 32 ; or rax, rdx ; ret));
        // SAFETY: the caller has seen that XGETBV is there.
        unsafe { crate::call(&code, AssemblyOffset(0), 0, 0, 0) }.0
    }
}

/// Whether the machine has it, by the name of Linux (AArch64) or Intel (x86). If not, says what is left out.
///
/// # Panics
///
/// If no machine is known to have that.
pub fn has(name: &str, what: &str) -> bool {
    let has = machine::has(name);
    if !has {
        skip(what, &format!("no {name}"));
    }
    has
}

/// Says what is left out, and why: once, and even if the test passes.
pub fn skip(what: &str, why: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let line = format!("skipped: {what} ({why})\n");
    if SAID.lock().is_ok_and(|mut said| said.insert(line.clone())) {
        // Unlike what `eprintln!` prints, this is not kept back. If it cannot be said, the tests are right nevertheless.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

/// Tests of several tables, if the machine has the features: `with!("name" .., "what it is", statements)`.
#[macro_export]
macro_rules! with {
    ($($feature:literal)*, $what:expr, $($body:tt)*) => { if $($crate::has($feature, $what))&&* { $($body)*; } };
}
