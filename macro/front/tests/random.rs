//! Random token streams: whatever is written, parsing answers and never panics.

use bareasm_front::{parse, parse_code};
use fastrand::Rng;
use proc_macro2::TokenStream;

/// Words that mean something somewhere.
const WORDS: &[&str] = &[
    "mov", "add", "ldr", "b", "jmp", "lea", "vaddps", "it", "ite", "addeq", "lock", "rep", "push", "cbz", "fs", "x0", "w1", "sp",
    "v0", "z1", "p0", "rax", "eax", "ah", "xmm1", "zmm2", "k1", "r0", "r13", "pc", "za0h", "lsl", "eq", "mul", "vl", "byte",
    "BYTE", "dword", "ptr", "NOSPLIT", "st", "X", "V", "Rq", "Rd", "R", "Type", "field", "value", "self", "as", "_", "i64",
    "extern", "if", "loop", "arch", "feature", "alias", "align", "bytes", "u8", "f32", "abs64", "rel32", "cpu", "x64", "aarch64",
    "thumb", "x86",
];
const LITERALS: &[&str] = &[
    "0",
    "1",
    "-1",
    "4",
    "255",
    "0x7fffffffffffffff",
    "0xffffffffffffffffffff",
    "340282366920938463463374607431768211455",
    "1.5",
    "1e400",
    "4s",
    "16b",
    "1to8",
    "'a'",
    "b\"x\"",
    "\"text\"",
    "1u8",
    "300i8",
    "0b1",
];
const SIGNS: &[&str] = &[
    ",", ";", ";;", ":", "::", ".", "#", "->", "=>", "<", ">", "<<", ">>", "+", "-", "*", "/", "%", "!", "~", "&", "|", "^", "=",
    "?", "@", "$",
];

fn pick<'a>(random: &mut Rng, words: &[&'a str]) -> &'a str {
    words[random.usize(..words.len())]
}

fn fragment(random: &mut Rng, depth: usize, out: &mut String) {
    for _ in 0..random.usize(..8) {
        match random.usize(..10) {
            0..=3 => out.push_str(pick(random, WORDS)),
            4 => out.push_str(pick(random, LITERALS)),
            5..=7 => out.push_str(pick(random, SIGNS)),
            _ if depth < 4 => {
                let (open, close) = [("(", ")"), ("[", "]"), ("{", "}")][random.usize(..3)];
                out.push_str(open);
                fragment(random, depth + 1, out);
                out.push_str(close);
            }
            _ => {}
        }
        out.push(' ');
    }
}

/// A line that begins like one.
fn line(random: &mut Rng) -> String {
    let mut text = match random.usize(..4) {
        0 => format!(". {} ", pick(random, WORDS)),
        1 => String::new(),
        _ => format!("{} ", pick(random, WORDS)),
    };
    fragment(random, 0, &mut text);
    if random.usize(..2) == 0 {
        text.push_str(", ");
        fragment(random, 0, &mut text);
    }
    text
}

#[test]
fn no_input_panics() {
    let mut random = Rng::with_seed(0x9E37_79B9_7F4A_7C15);
    for round in 0..2_000 {
        let arch = pick(&mut random, &["x64", "x86", "aarch64", "thumb", ""]);
        let lines: Vec<String> = (0..1 + random.usize(..3)).map(|_| line(&mut random)).collect();
        let text = format!("[root] [{arch}] ops ; {}", lines.join(" ; "));
        let Ok(tokens) = text.parse::<TokenStream>() else { continue };
        let read = if round % 2 == 0 { parse(tokens) } else { parse_code(tokens) };
        if let Err(errors) = read {
            assert!(!errors.is_empty(), "an error without a message: {text}");
            assert!(errors.iter().all(|error| !error.message.is_empty()));
        }
        if round % 256 == 255 {
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    }
}

#[test]
fn deep_nesting_is_refused_or_left_to_the_compiler() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
        let text = format!("[root] [x64] ops ; mov rax, {}rax{}", open.repeat(200), close.repeat(200));
        let _ = parse(text.parse().unwrap());
    }
}
