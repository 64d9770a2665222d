//! Writes instruction texts with boundary operands for every form of a table, for comparison with other assemblers:
//! `cargo run -p bareasm-isa --all-features --example vectors -- aarch64|thumb|x64|x86`.
//!
//! The output is the same each time: a line `# TAB row` for each form, and behind it the form's texts. An instruction in an IT
//! block is `it eq | addeq r0, r1, r2`. The script `macro/front/tests/vectors/make.py` turns the lines into the checked vectors.

#[path = "../../tests/common/mod.rs"]
mod common;
mod fixed;
mod memory;
mod x86;

use bareasm_isa::x86::Mode;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arch = std::env::args().nth(1).unwrap_or_default();
    let lines = match arch.as_str() {
        "aarch64" => fixed::lines(bareasm_isa::fixed::aarch64()),
        "thumb" => fixed::lines(bareasm_isa::fixed::thumb()),
        "x64" => x86::lines(bareasm_isa::x86::table(), Mode::Long),
        "x86" => x86::lines(bareasm_isa::x86::table(), Mode::Protected),
        _ => {
            eprintln!("usage: vectors aarch64|thumb|x64|x86");
            return ExitCode::FAILURE;
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let done = lines.iter().try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
    if done.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
