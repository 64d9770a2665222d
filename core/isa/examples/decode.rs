//! Decodes A64 words: `decode <words.txt`, one word of eight hexadecimal digits a line, prints the text of each, or `?`.
//! `tests/coverage.py` compares them with other disassemblers.

use bareasm_isa::fixed::{aarch64, Context, Features, Width};
use std::io::{self, BufWriter, Write};

fn main() -> io::Result<()> {
    let context = Context { features: &Features::ALL, width: Width::Any, it: None };
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lines() {
        let word = u32::from_str_radix(line?.trim(), 16).ok();
        let text = word.and_then(|word| aarch64().decode(&word.to_le_bytes(), &context));
        writeln!(out, "{}", text.map_or("?".into(), |(_, text)| text))?;
    }
    out.flush()
}
