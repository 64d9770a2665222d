//! What is said about instructions that no form takes.
#![cfg(feature = "rows")]

mod x86_support;

use bareasm_isa::choice::{Decoration, Mismatch, Problem};
use bareasm_isa::x86::{Features, Mode, Request};
use x86_support::line::parse;
use x86_support::with_examples;

fn problem_with(text: &str, mode: Mode, without: &str) -> (usize, Problem) {
    with_examples(|table| {
        let parsed = parse(text).unwrap_or_else(|| panic!("cannot read {text}"));
        let mut features = Features::ALL;
        assert!(without.is_empty() || features.set(table, without, false), "{without}");
        let choice = table.choose(&parsed.mnemonic, &parsed.prefixes, &parsed.operands, parsed.decorations, mode, &features);
        let Mismatch { token, problem } = choice.expect_err(text);
        (token, problem)
    })
}

fn problem(text: &str) -> (usize, Problem) {
    problem_with(text, Mode::Long, "")
}

fn conflict(text: &str) -> String {
    match problem(text).1 {
        Problem::Conflict(message) | Problem::Register(message) | Problem::Decoration(_, message) | Problem::Other(message) => {
            message
        }
        other => panic!("{text}: {other:?}"),
    }
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

#[test]
fn mnemonics() {
    assert_eq!(problem("movx eax, 1").1, Problem::UnknownMnemonic(strings(&["mov", "movd", "movq"])));
    assert_eq!(problem("vadps xmm0, xmm1, xmm2").1, Problem::UnknownMnemonic(strings(&["vaddps", "addps", "vaddpd"])));
    assert_eq!(problem("qqqqqq").1, Problem::UnknownMnemonic(Vec::new()));
}

#[test]
fn kinds() {
    assert_eq!(problem("lea eax, ecx"), (1, Problem::UnexpectedOperand(strings(&["memory of any size"]))));
    assert_eq!(problem("lea eax"), (1, Problem::MissingOperand(strings(&["memory of any size"]))));
    assert_eq!(problem("syscall eax"), (0, Problem::UnexpectedOperand(strings(&["nothing more"]))));
    assert_eq!(problem("movzx eax, ecx"), (1, Problem::UnexpectedOperand(strings(&["r/m8", "r/m16"]))));
    assert_eq!(problem("mov dword ptr [rax], cl").0, 1);
}

#[test]
fn values() {
    let range = |value: &str, takes: &str| Problem::ImmediateRange { value: value.into(), takes: takes.into() };
    assert_eq!(problem("add al, 300"), (1, range("300", "-128 to 255")));
    assert_eq!(problem("int 256"), (0, range("256", "0 to 255")));
    assert_eq!(problem("add rax, 0x80000000"), (1, range("2147483648", "-2147483648 to 2147483647")));
    assert_eq!(problem("mov eax, 0x100000000"), (1, range("4294967296", "-2147483648 to 4294967295")));
    assert_eq!(problem("mov eax, dword ptr [rax + 0x80000000]"), (1, range("2147483648", "-2147483648 to 2147483647")));
    assert_eq!(problem("add cx, byte 128"), (1, range("128", "-128 to 127, or 65408 to 65535")));
}

#[test]
fn registers() {
    assert!(conflict("add ah, r9b").starts_with("ah to bh cannot be used with r8 to r15"));
    assert_eq!(conflict("mov eax, dword ptr [rax + 2*rsp]"), "esp and rsp cannot be an index");
    assert_eq!(conflict("vmovmskps eax, xmm17"), "xmm17 needs a form with EVEX");
    assert_eq!(problem_with("mov r9d, 1", Mode::Protected, "").1, Problem::Register("r9d exists in 64-bit mode only".into()));
    assert_eq!(conflict("xsave [r17]"), "r16 to r31 cannot be used in this instruction");
    assert_eq!(
        conflict("vgatherdps xmm0, [rax + 4*xmm1], xmm1"),
        "the registers of this instruction must differ from each other"
    );
    assert_eq!(
        conflict("mov eax, dword ptr [rax + 3*rcx]"),
        "the scale of an index is 1, 2, 4 or 8; 3, 5 and 9 only without another base"
    );
    assert_eq!(
        conflict("mov eax, dword ptr [rax + 4*ecx]"),
        "the registers of an address have all 64 or all 32 bits in 64-bit mode, 32 or 16 bits in 32-bit mode"
    );
    for text in ["[ax]", "[bx + bp]", "[si + di]", "[bx + 2*si]", "[sp + si]"] {
        let (at, problem) = problem_with(&format!("mov eax, dword ptr {text}"), Mode::Protected, "");
        let words = matches!(&problem, Problem::Conflict(words) if words.starts_with("a 16-bit address is bx or bp"));
        assert!(at == 1 && words, "{text}: {problem:?}");
    }
    for text in ["mov eax, dword ptr [rax + rip]", "mov eax, dword ptr [rax + cr0]", "movs byte ptr es:[edi], byte ptr [rsi]"] {
        assert!(conflict(text).starts_with("the registers of an address"), "{text}");
    }
    assert!(conflict("mov eax, dword ptr [bx]").starts_with("the registers of an address"));
}

#[test]
fn sizes_features_modes_prefixes() {
    assert_eq!(problem("add [rax], 1"), (0, Problem::AmbiguousSize));
    assert_eq!(problem("test [rax], 0xffffffff"), (0, Problem::AmbiguousSize));
    assert_eq!(problem_with("vaddps zmm0, zmm1, zmm2", Mode::Long, "avx512f").1, Problem::MissingFeature("avx512f".into()));
    assert_eq!(
        problem_with("swapgs", Mode::Protected, "").1,
        Problem::Other("this instruction does not exist in 32-bit mode".into())
    );
    assert_eq!(conflict("lock add eax, ecx"), "`lock` needs a result in memory");
    assert_eq!(conflict("rep mov eax, ecx"), "`rep` is not allowed with this instruction");
    assert_eq!(conflict("{evex} vmovmskps eax, xmm1"), "no form with these operands has the encoding that `{evex}` asks for");
}

/// What is said of masks, broadcasts and rounding, and at which of them.
#[test]
fn decorations() {
    let at = |text: &str| match problem(text).1 {
        Problem::Decoration(which, message) => (which, message),
        other => panic!("{text}: {other:?}"),
    };
    let (which, message) = at("vmovmskps eax, xmm1 {k1}");
    assert_eq!((which, message.as_str()), (Decoration::Mask, "this instruction has no form with a write mask"));
    let (which, message) = at("vaddps zmm1 {k0}, zmm2, zmm3");
    assert_eq!(which, Decoration::Mask);
    assert!(message.starts_with("k0 cannot be a write mask"), "{message}");
    let (which, message) = at("vaddps zmm1 {z}, zmm2, zmm3");
    assert_eq!((which, message.as_str()), (Decoration::Zeroing, "{z} needs a write mask in front of it: `{k1}{z}`"));
    let (which, message) = at("vaddps zmm1, zmm2, zmmword ptr [rax], {rn-sae}");
    assert_eq!(which, Decoration::Rounding);
    assert!(message.starts_with("`{rn-sae}` needs register operands"), "{message}");
    let (which, message) = at("vaddps ymm1, ymm2, ymm3, {rz-sae}");
    assert_eq!(which, Decoration::Rounding);
    assert!(message.ends_with("`VADDPS zmm1 {k1}{z}, zmm2, zmm3/m512/m32bcst{er}` has it"), "{message}");
    assert_eq!(at("rep lock mov eax, ecx").0, Decoration::Prefix(0));
    assert_eq!(
        conflict("vaddps zmm1, zmm2, dword ptr [rax]{1to8}"),
        "`{1to8}` is not possible here: this form broadcasts by `{1to16}`"
    );
    assert_eq!(
        conflict("vaddps zmm1, zmm2, zmmword ptr [rax]{1to16}"),
        "the width in front of a broadcast is that of one element: `dword ptr`"
    );
}

/// Operands that have a width by themselves, and memory of the wrong kind.
#[test]
fn widths_and_memory() {
    assert_eq!(conflict("mov eax, rbx"), "`rbx` has 64 bits, but `eax` has 32");
    assert_eq!(conflict("mov eax, qword ptr [rbx]"), "`qword ptr` has 64 bits, but `eax` has 32");
    assert_eq!(conflict("vaddps zmm0, zmm1, ymm2"), "`ymm2` has 256 bits, but `zmm1` has 512");
    assert_eq!(conflict("mov dword ptr [rax], dword ptr [rbx]"), "only one operand of this instruction can be in memory");
    assert_eq!(conflict("mov eax, dword ptr [rax + 4*xmm1]"), "only gathers and scatters take a vector register in an address");
}

/// Registers of APX are in any instruction, and only with its feature.
#[cfg(feature = "x64")]
#[test]
fn registers_of_apx() {
    let table = bareasm_isa::x86::table();
    let mut features = Features::ALL;
    assert!(features.set(table, "apx_f", false));
    for (text, good) in [
        ("mov r16, 1", false),
        ("mov eax, dword ptr [rax + r31]", false),
        ("vaddps zmm0, zmm1, zmmword ptr [r20]", false),
        ("{rex2} mov eax, ecx", false),
        ("mov r15, 1", true),
        ("vaddps zmm0, zmm1, zmm16", true),
    ] {
        let line = parse(text).expect("readable");
        let choose = |features: &Features| {
            table.choose(&line.mnemonic, &line.prefixes, &line.operands, line.decorations, Mode::Long, features)
        };
        let needs = Problem::MissingFeature("apx_f".into());
        assert_eq!(
            choose(&features).map(drop).map_err(|mismatch| mismatch.problem),
            if good { Ok(()) } else { Err(needs) },
            "{text}"
        );
        assert!(choose(&Features::ALL).is_ok(), "{text}");
    }
}

/// The forms that messages list, the nearest first.
#[test]
fn nearest_forms() {
    let nearest = |text: &str| {
        with_examples(|table| {
            let parsed = parse(text).expect("readable");
            let request = Request {
                prefixes: &parsed.prefixes,
                operands: &parsed.operands,
                decorations: parsed.decorations,
                mode: Mode::Long,
            };
            let form = table.nearest_forms(&parsed.mnemonic, &request, &Features::ALL).next().expect("a form");
            form.syntax().to_string()
        })
    };
    for (text, form) in [
        ("mov eax, rbx", "MOV r/m32, r32"),
        ("mov rax, xmm1", "MOV r/m64, r64"),
        ("add ax, 65536", "ADD AX, imm16"),
        ("vaddps zmm0, zmm1, 5", "VADDPS zmm1 {k1}{z}, zmm2, zmm3/m512/m32bcst{er}"),
        ("vaddps xmm0, ymm1, ymm2", "VADDPS ymm1, ymm2, ymm3/m256"),
        ("lock mov dword ptr [rax], ebx", "MOV r/m32, r32"),
        ("lea eax, 5", "LEA r32, m"),
    ] {
        assert_eq!(nearest(text), form, "{text}");
    }
}

/// Hints and features choose between forms of the same operands.
#[test]
fn hints() {
    let bytes = |text: &str| {
        with_examples(|table| {
            let choice = parse(text)
                .expect("readable")
                .choose(table, Mode::Long)
                .unwrap_or_else(|mismatch| panic!("{text}: {mismatch:?}"));
            x86_support::hex(x86_support::code(&choice.instruction))
        })
    };
    assert_eq!(bytes("vaddps xmm0, xmm1, xmm2"), "c5f058c2");
    assert_eq!(bytes("{vex2} vaddps xmm0, xmm1, xmm2"), "c5f058c2");
    assert_eq!(bytes("{vex3} vaddps xmm0, xmm1, xmm2"), "c4e17058c2");
    assert_eq!(bytes("{evex} vaddps xmm0, xmm1, xmm2"), "62f1740858c2");
    assert_eq!(bytes("{rex} add eax, ecx"), "4001c8");
    assert_eq!(bytes("{rex2} add eax, ecx"), "d50001c8");
    assert_eq!(bytes("{disp8} mov eax, dword ptr [rcx]"), "8b4100");
    assert_eq!(bytes("{disp32} mov eax, dword ptr [rcx + 1]"), "8b8101000000");
    assert_eq!(bytes("{nf} add eax, ecx"), "62f47c0c01c8");
    assert_eq!(bytes("{vex} vpdpbusd xmm0, xmm1, xmm2"), "c4e27150c2");
    assert_eq!(bytes("vpdpbusd xmm0, xmm1, xmm2"), "62f2750850c2");
    assert_eq!(bytes("lock add dword ptr [rax], ecx"), "f00108");
    assert_eq!(bytes("add rax, byte 1"), "4883c001");
    assert_eq!(bytes("add rax, dword 1"), "480501000000");
    assert_eq!(bytes("mov rax, qword 1"), "48b80100000000000000");
    assert_eq!(bytes("jmp [rax]"), "ff20");
    assert_eq!(bytes("mov eax, dword ptr [rsp + rcx]"), "8b040c");
    assert_eq!(bytes("mov eax, dword ptr [rcx + rsp]"), "8b040c");
    assert_eq!(bytes("mov eax, dword ptr [2*rcx]"), "8b044d00000000");
    assert_eq!(bytes("mov eax, dword ptr [nosplit 2*rcx]"), "8b044d00000000");
    assert_eq!(bytes("mov eax, dword ptr [9*rcx]"), "8b04c9");
    assert_eq!(bytes("{disp8} mov eax, dword ptr [rcx + 128]"), "8b8180000000");
    assert_eq!(bytes("mov eax, dword ptr [ecx + 0xffffffff]"), "678b41ff");
}

/// Whatever the operands are, there is a choice or a message; never a panic.
#[test]
fn arbitrary_operands() {
    use bareasm_isa::x86::{Class, Decorations, Displacement, Immediate, Memory, Number, Operand, Prefix, Register, Rounding};
    use x86_support::generate::Rng;
    let mut rng = Rng(0x0bad_cafe_0bad_cafd);
    let number = |rng: &mut Rng| {
        if rng.one_in(4) {
            Number::Value(rng.below(4) as u16)
        } else {
            Number::Known(rng.pick(&[0, 1, 4, 5, 8, 15, 16, 31, 32, 255]))
        }
    };
    let register = |rng: &mut Rng| Register { class: rng.pick(&Class::ALL), number: number(rng) };
    let value = |rng: &mut Rng| match rng.below(4) {
        0 => Immediate::Value(rng.below(4) as u16),
        1 => Immediate::Known(rng.pick(&[i128::MIN, i128::MAX, i64::MIN.into(), u64::MAX.into(), 0])),
        _ => Immediate::Known(i128::from(rng.next() as i64) >> rng.below(64)),
    };
    let size = |rng: &mut Rng| rng.pick(&[None, None, Some(0), Some(8), Some(32), Some(64), Some(128), Some(65535)]);
    with_examples(|table| {
        let mnemonics: Vec<&str> = table.mnemonics().collect();
        let mut good = 0;
        for _ in 0..60_000 {
            let mut operands = Vec::new();
            for _ in 0..rng.below(6) {
                operands.push(match rng.below(8) {
                    0 => Operand::Immediate { value: value(&mut rng), size: size(&mut rng) },
                    1 => Operand::Target { target: 1, size: size(&mut rng) },
                    2 => Operand::Far { selector: 9, offset: value(&mut rng) },
                    3 => Operand::Dfv(rng.next() as u8),
                    4 | 5 => Operand::Memory(Memory {
                        size: size(&mut rng),
                        segment: rng.pick(&[None, None, Some(4), Some(200)]),
                        base: if rng.one_in(3) { None } else { Some(register(&mut rng)) },
                        index: if rng.one_in(2) {
                            None
                        } else {
                            Some((register(&mut rng), rng.pick(&[0, 1, 2, 3, 4, 5, 8, 9, 255])))
                        },
                        displacement: match rng.below(4) {
                            0 => Displacement::None,
                            1 => Displacement::Value(1),
                            2 => Displacement::Target(1),
                            _ => Displacement::Known(rng.pick(&[0, i64::MIN, i64::MAX, 127, -129])),
                        },
                        displacement_size: rng.pick(&[None, Some(8), Some(32), Some(77)]),
                        nosplit: rng.one_in(2),
                        broadcast: rng.pick(&[None, None, Some(0), Some(4), Some(255)]),
                    }),
                    _ => Operand::Register(register(&mut rng)),
                });
            }
            let decorations = Decorations {
                mask: if rng.one_in(4) { Some((number(&mut rng), rng.below(3) as u8)) } else { None },
                zeroing: rng.one_in(8),
                rounding: if rng.one_in(8) { Some(rng.pick(&[Rounding::Up, Rounding::Suppress])) } else { None },
            };
            let prefix = rng.pick(&[Prefix::Lock, Prefix::Evex, Prefix::Segment(77), Prefix::Rex, Prefix::Disp8, Prefix::Nf]);
            let prefixes: &[Prefix] = if rng.one_in(4) { &[prefix] } else { &[] };
            let mode = rng.pick(&[Mode::Long, Mode::Protected]);
            let mnemonic = rng.pick(&mnemonics);
            let choice = table.choose(mnemonic, prefixes, &operands, decorations, mode, &Features::ALL);
            good += usize::from(choice.is_ok());
            let request = Request { prefixes, operands: &operands, decorations, mode };
            table.nearest_forms(mnemonic, &request, &Features::ALL).for_each(|form| drop(form.syntax().to_string()));
        }
        assert!(good > 100, "{good}");
    });
}
