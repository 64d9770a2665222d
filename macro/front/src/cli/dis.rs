//! `bareasm dis`: bytes in, a line for each instruction out: address, bytes, text.
//!
//! The text is what `bareasm asm` reads, with distances as numbers. Bytes that are no instruction are `.byte` or `.inst`.

use crate::cpu::{self, Set};
use crate::ir::Arch;
#[cfg(any(feature = "aarch64", feature = "thumb"))]
use bareasm_isa::fixed::{Context, Features, Width};
#[cfg(any(feature = "x64", feature = "x86"))]
use bareasm_isa::x86::Mode;
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
    let arch = match cpu::arch_named(arch) {
        Ok(arch) => arch,
        Err(message) => {
            writeln!(output, "error: {message}")?;
            return Ok(true);
        }
    };
    let mut listing = Listing { arch, address, it: 0, hex: String::new() };
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

/// The state from instruction to instruction.
struct Listing {
    arch: Arch,
    address: u64,
    /// ITSTATE of T32: the condition of the next instruction and what is left of the block; 0 outside of one.
    it: u8,
    hex: String,
}

impl Listing {
    /// A line for each instruction of `code`.
    fn write(&mut self, mut code: &[u8], output: &mut impl Write) -> io::Result<()> {
        while !code.is_empty() {
            let (length, text) = self.decode(code).unwrap_or_else(|| self.data(code));
            let (bytes, rest) = code.split_at(length.clamp(1, code.len()));
            self.hex.clear();
            for byte in bytes {
                let _ = write!(self.hex, "{byte:02x}");
            }
            let width = if matches!(self.arch, Arch::X64 | Arch::X86) { 20 } else { 8 };
            writeln!(output, "{:8x}  {:width$}  {text}", self.address, self.hex)?;
            self.advance(bytes);
            code = rest;
        }
        Ok(())
    }

    /// The length and the text of the first instruction.
    fn decode(&self, code: &[u8]) -> Option<(usize, String)> {
        match cpu::set(self.arch)? {
            #[cfg(any(feature = "aarch64", feature = "thumb"))]
            Set::Fixed(table) => {
                let it = (self.it != 0).then_some(self.it >> 4);
                let context = Context { features: &Features::ALL, width: Width::Any, it };
                Some((table.length(code)?, table.decode(code, &context)?.1))
            }
            #[cfg(any(feature = "x64", feature = "x86"))]
            Set::X86(table) => {
                let mode = if self.arch == Arch::X86 { Mode::Protected } else { Mode::Long };
                let decoded = table.decode(code, mode)?;
                Some((decoded.len.into(), table.line(&decoded).to_string()))
            }
        }
    }

    /// What stands for bytes that are no instruction: as many as an instruction has at least.
    fn data(&self, code: &[u8]) -> (usize, String) {
        let unit = match self.arch {
            Arch::X64 | Arch::X86 => 1,
            Arch::Thumb => 2,
            _ => 4,
        };
        match code.get(..unit) {
            Some(bytes) if unit > 1 => {
                let word = bytes.iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
                (unit, format!(".inst {word:#0width$x}", width = 2 + 2 * unit))
            }
            _ => (1, format!(".byte {:#04x}", code.first().unwrap_or(&0))),
        }
    }

    fn advance(&mut self, bytes: &[u8]) {
        self.address = self.address.wrapping_add(bytes.len() as u64);
        self.it = match (self.arch, bytes) {
            (Arch::Thumb, [state, 0xbf]) if state & 15 != 0 => *state,
            _ if self.it & 7 == 0 => 0,
            _ => self.it & 0xe0 | self.it << 1 & 0x1f,
        };
    }
}
