//! `bareasm dis`: bytes in, a line for each instruction out: address, bytes, text.
//!
//! The text is what `bareasm asm` reads, with distances as numbers. Bytes that are no instruction are `.byte` or `.inst`.

use crate::cpu;
use bareasm_isa::disassembly::{Disassembler, Language};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

/// A part of a file that holds code, not text.
pub(super) struct Part {
    /// The file.
    pub(super) file: PathBuf,
    /// Bytes in front of the code.
    pub(super) offset: usize,
    /// Bytes of code; none: up to the end of the file.
    pub(super) length: Option<usize>,
}

/// Disassembles a part of a file, or the lines of `input`: hexadecimal bytes. Returns whether any line was not.
pub(super) fn run(
    arch: &str,
    part: Option<Part>,
    address: u64,
    input: impl BufRead,
    output: &mut impl Write,
) -> io::Result<bool> {
    let language =
        cpu::arch_named(arch).and_then(|known| Language::named(cpu::arch_name(known)).ok_or_else(|| cpu::not_compiled_in(arch)));
    let language = match language {
        Ok(language) => language,
        Err(message) => {
            writeln!(output, "error: {message}")?;
            return Ok(true);
        }
    };
    let (disassembler, unit) = (Disassembler::new(language, 0), language.unit());
    let mut listing = Listing { disassembler, address, unit, hex: String::new() };
    if let Some(Part { file, offset, length }) = part {
        let bytes = fs::read(file)?;
        let end = length.map_or(bytes.len(), |length| offset.saturating_add(length).min(bytes.len()));
        listing.write(bytes.get(offset..end).unwrap_or(&[]), output)?;
        return Ok(false);
    }
    let mut failed = false;
    for line in input.lines() {
        match unhex(&line?) {
            Some(bytes) => listing.write(&bytes, output)?,
            None => {
                failed = true;
                writeln!(output, "error: not an even number of hexadecimal digits")?;
            }
        }
    }
    Ok(failed)
}

/// The bytes of hexadecimal text, with or without spaces.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16)).collect::<Option<Vec<u32>>>()?;
    let bytes = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    });
    bytes.collect()
}

/// Writes the lines of code that follows what it was given before.
struct Listing {
    disassembler: Disassembler,
    address: u64,
    unit: usize,
    hex: String,
}

impl Listing {
    /// A line for each instruction of `code`.
    fn write(&mut self, mut code: &[u8], output: &mut impl Write) -> io::Result<()> {
        while let Some(line) = self.disassembler.line(code, &|_| None) {
            let (bytes, rest) = code.split_at(line.length.min(code.len()));
            self.hex.clear();
            for byte in bytes {
                let _ = write!(self.hex, "{byte:02x}");
            }
            let width = if self.unit == 1 { 20 } else { 8 };
            let text = line.text.unwrap_or_else(|| data(bytes));
            writeln!(output, "{:8x}  {:width$}  {text}", self.address, self.hex)?;
            self.address = self.address.wrapping_add(bytes.len() as u64);
            code = rest;
        }
        Ok(())
    }
}

/// What stands for bytes that are no instruction.
fn data(bytes: &[u8]) -> String {
    match bytes {
        [byte] => format!(".byte {byte:#04x}"),
        _ => {
            let word = bytes.iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
            format!(".inst {word:#0width$x}", width = 2 + 2 * bytes.len())
        }
    }
}
