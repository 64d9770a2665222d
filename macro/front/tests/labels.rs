//! Random programs of labels as source text, through parser and layout, against a model: what `->name` and `name:` with
//! `<name` and `>name` become, and that branches are as short as they can be.
#![cfg(all(feature = "x64", feature = "aarch64"))]

use bareasm_front::{code::assemble, parse_code};
use fastrand::Rng;

/// A line of a program.
#[derive(Debug)]
enum Line {
    /// So many bytes.
    Fill(usize),
    /// The definition with this number: of a `->` label, or the next one of a local name.
    Define(usize),
    /// A branch to a definition.
    Branch(&'static str, usize),
}

/// How a definition is written, and how it is referred to from before and from behind.
struct Name {
    definition: String,
    before: String,
    behind: String,
}

const X64: [&str; 4] = ["jmp", "jz", "call", "lea"];
const A64: [&str; 6] = ["b", "bl", "b.ne", "cbz x1,", "tbz x1, #40,", "adr x1,"];

/// Definitions in the order of the code; every third one is the local name `here`, which is defined again and again.
fn program(random: &mut Rng, branches: &[&'static str]) -> (Vec<Line>, Vec<Name>) {
    let count = 1 + random.usize(..8);
    let name = |n: usize| match n % 3 {
        2 => Name { definition: "here:".into(), before: ">here".into(), behind: "<here".into() },
        _ => Name { definition: format!("->l{n}:"), before: format!("->l{n}"), behind: format!("->l{n}") },
    };
    let mut lines = Vec::new();
    for n in 0..=count {
        for _ in 0..random.usize(..8) {
            let size = [4, 12, 60, 140][random.usize(..4)];
            if random.usize(..2) == 0 {
                lines.push(Line::Fill(random.usize(..size)));
                continue;
            }
            let to = random.usize(..count);
            // Of the local name only the nearest definitions can be referred to.
            let nearest = to + 3 > n && to < n + 3;
            if to % 3 != 2 || nearest {
                lines.push(Line::Branch(branches[random.usize(..branches.len())], to));
            }
        }
        if n < count {
            lines.push(Line::Define(n));
        }
    }
    (lines, (0..count).map(name).collect())
}

/// The source: `fill` is what one unit of filling is.
fn text(lines: &[Line], names: &[Name], arch: &str, fill: &str) -> String {
    let mut text = format!("[bareasm] [{arch}] ");
    let mut defined = 0;
    for line in lines {
        text += &match line {
            Line::Fill(n) => fill.repeat((*n).max(1)),
            Line::Define(n) => {
                defined = n + 1;
                format!("{} ;", names[*n].definition)
            }
            Line::Branch(mnemonic, to) => {
                let to = if *to < defined { &names[*to].behind } else { &names[*to].before };
                if *mnemonic == "lea" {
                    format!("lea rax, [{to}] ;")
                } else {
                    format!("{mnemonic} {to} ;")
                }
            }
        };
    }
    text
}

/// Opcode bytes and displacement bytes of a branch as it stands in the code.
fn shape(mnemonic: &str, code: &[u8]) -> (usize, usize) {
    match (mnemonic, code[0]) {
        ("jmp", 0xeb) | ("jz", 0x74) => (1, 1),
        ("jmp", 0xe9) | ("call", 0xe8) => (1, 4),
        ("jz", 0x0f) if code[1] == 0x84 => (2, 4),
        ("lea", 0x48) if code[1..3] == [0x8d, 0x05] => (3, 4),
        _ => panic!("{mnemonic}: {code:02x?}"),
    }
}

#[test]
fn random_x64_programs() {
    let mut random = Rng::with_seed(0x9e37_79b9_7f4a_7c15);
    let (mut short, mut near) = (0, 0);
    for round in 0..1_500 {
        let (lines, names) = program(&mut random, &X64);
        let source = text(&lines, &names, "x64", "nop ;");
        let parsed = parse_code(source.parse().expect("tokens")).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
        let code = assemble(&parsed.statements).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
        // Where everything is, as the code itself says.
        let mut at = 0;
        let mut bound = vec![0; names.len()];
        let mut branches = Vec::new();
        for line in &lines {
            match line {
                Line::Fill(n) => {
                    assert!(code[at..at + (*n).max(1)].iter().all(|byte| *byte == 0x90), "round {round}: {source}");
                    at += (*n).max(1);
                }
                Line::Define(n) => bound[*n] = at,
                Line::Branch(mnemonic, to) => {
                    let (opcode, width) = shape(mnemonic, &code[at..]);
                    branches.push((*mnemonic, *to, at + opcode, width));
                    at += opcode + width;
                }
            }
        }
        assert_eq!(at, code.len(), "round {round}: {source}");
        for (mnemonic, to, field, width) in branches {
            let field_end = field + width;
            let distance = bound[to] as i64 - field_end as i64;
            let says = match width {
                1 => i64::from(code[field] as i8),
                _ => i64::from(i32::from_le_bytes(code[field..field_end].try_into().expect("4 bytes"))),
            };
            assert_eq!(says, distance, "round {round}: {source}");
            if width == 1 {
                short += 1;
            } else if matches!(mnemonic, "jmp" | "jz") {
                near += 1;
                // Were this one short: a forward target is as far from its end as before, a backward one nearer by what
                // the instruction shrinks.
                let shrinks = if mnemonic == "jmp" { 3 } else { 4 };
                let alone = if distance < 0 { distance + shrinks } else { distance };
                assert!(!(-128..=127).contains(&alone), "round {round}: {mnemonic} over {alone} could be short: {source}");
            }
        }
    }
    assert!(short > 1_000 && near > 1_000, "{short} {near}");
}

/// The distance that an A64 branch or `adr` says.
fn a64_distance(mnemonic: &str, word: u32) -> i64 {
    let signed = |low: u32, bits: u32, scale: i64| i64::from((word << (32 - low - bits)) as i32 >> (32 - bits)) * scale;
    match mnemonic {
        "b" | "bl" => signed(0, 26, 4),
        "b.ne" | "cbz x1," => signed(5, 19, 4),
        "tbz x1, #40," => signed(5, 14, 4),
        _ => signed(5, 19, 4) + i64::from(word >> 29 & 3),
    }
}

#[test]
fn random_a64_programs() {
    let mut random = Rng::with_seed(0x2545_f491_4f6c_dd1d);
    for round in 0..1_500 {
        let (lines, names) = program(&mut random, &A64);
        let source = text(&lines, &names, "aarch64", "nop ;");
        let parsed = parse_code(source.parse().expect("tokens")).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
        let code = assemble(&parsed.statements).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
        let words: Vec<u32> = code.chunks(4).map(|word| u32::from_le_bytes(word.try_into().expect("4 bytes"))).collect();
        // Every instruction is one word, so the model knows where everything is.
        let (mut at, mut bound, mut branches) = (0, vec![0; names.len()], Vec::new());
        for line in &lines {
            match line {
                Line::Fill(n) => at += (*n).max(1),
                Line::Define(n) => bound[*n] = at,
                Line::Branch(mnemonic, to) => {
                    branches.push((*mnemonic, *to, at));
                    at += 1;
                }
            }
        }
        assert_eq!(at, words.len(), "round {round}: {source}");
        for (mnemonic, to, at) in branches {
            let distance = (bound[to] as i64 - at as i64) * 4;
            assert_eq!(a64_distance(mnemonic, words[at]), distance, "round {round}: {mnemonic} in {source}");
        }
    }
}

#[test]
fn undefined_and_defined_twice() {
    let errors = |body: &str| {
        let parsed = parse_code(format!("[bareasm] [x64] {body}").parse().expect("tokens")).expect("statements");
        let errors = assemble(&parsed.statements).expect_err(body);
        errors.into_iter().map(|error| error.message).collect::<Vec<_>>()
    };
    for body in ["jmp ->a", "->b: ; jz ->a", "lea rax, [->a]"] {
        assert!(errors(body)[0].contains("`->a` is not defined"), "{body}: {:?}", errors(body));
    }
    let twice = errors("->a: ; nop ; ->a:");
    assert!(twice.iter().any(|message| message.contains("`->a:` is defined twice")), "{twice:?}");
    assert!(errors("jmp <a ; a:")[0].contains('a'));
    assert!(errors("a: ; jmp >a")[0].contains('a'));
}
