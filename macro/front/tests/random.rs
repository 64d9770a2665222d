//! Random token streams: whatever is written, parsing answers and never panics.

use bareasm_front::{parse, parse_code};
use proc_macro2::TokenStream;

/// xorshift64*: reproducible, and no dependency.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

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

fn fragment(random: &mut Random, depth: usize, out: &mut String) {
    for _ in 0..random.below(8) {
        match random.below(10) {
            0..=3 => out.push_str(random.pick(WORDS)),
            4 => out.push_str(random.pick(LITERALS)),
            5..=7 => out.push_str(random.pick(SIGNS)),
            _ if depth < 4 => {
                let (open, close) = [("(", ")"), ("[", "]"), ("{", "}")][random.below(3)];
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
fn line(random: &mut Random) -> String {
    let mut text = match random.below(4) {
        0 => format!(". {} ", random.pick(WORDS)),
        1 => String::new(),
        _ => format!("{} ", random.pick(WORDS)),
    };
    fragment(random, 0, &mut text);
    if random.below(2) == 0 {
        text.push_str(", ");
        fragment(random, 0, &mut text);
    }
    text
}

#[test]
fn no_input_panics() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for round in 0..2_000 {
        let arch = random.pick(&["x64", "x86", "aarch64", "thumb", ""]);
        let lines: Vec<String> = (0..1 + random.below(3)).map(|_| line(&mut random)).collect();
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
