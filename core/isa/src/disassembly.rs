//! Bytes to text, instruction by instruction: what the `bareasm` command and listings share.
// Without any architecture there is no language.
#![cfg_attr(
    not(any(feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86")),
    allow(unused_variables, unreachable_code)
)]

#[cfg(any(feature = "aarch64", feature = "thumb"))]
use crate::fixed::{self, Context, Features, Width};
#[cfg(any(feature = "x64", feature = "x86"))]
use crate::x86::{self, text::NamedLine, Mode};
use alloc::string::String;
#[cfg(any(feature = "x64", feature = "x86"))]
use alloc::string::ToString;

/// A set of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// AArch64.
    #[cfg(feature = "aarch64")]
    Aarch64,
    /// T32, 16- and 32-bit instructions.
    #[cfg(feature = "thumb")]
    Thumb,
    /// x86 in 64-bit mode.
    #[cfg(feature = "x64")]
    X64,
    /// x86 in 32-bit mode.
    #[cfg(feature = "x86")]
    X86,
}

impl Language {
    /// By its name in `.arch`; `None` if there is no such table, or it is not compiled in.
    pub fn named(name: &str) -> Option<Language> {
        match name {
            #[cfg(feature = "aarch64")]
            "aarch64" => Some(Language::Aarch64),
            #[cfg(feature = "thumb")]
            "thumb" => Some(Language::Thumb),
            #[cfg(feature = "x64")]
            "x64" => Some(Language::X64),
            #[cfg(feature = "x86")]
            "x86" => Some(Language::X86),
            _ => None,
        }
    }

    /// The bytes of the shortest instruction, and the unit of what is none.
    pub const fn unit(self) -> usize {
        match self {
            #[cfg(feature = "aarch64")]
            Language::Aarch64 => 4,
            #[cfg(feature = "thumb")]
            Language::Thumb => 2,
            #[cfg(feature = "x64")]
            Language::X64 => 1,
            #[cfg(feature = "x86")]
            Language::X86 => 1,
        }
    }
}

/// Names for what instructions refer to, by its offset in the code; it may lie outside.
pub type Names<'n> = dyn Fn(i64) -> Option<String> + 'n;

/// One line: an instruction, or bytes that are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Bytes; not 0.
    pub length: usize,
    /// The text of the instruction; `None` for bytes that are none.
    pub text: Option<String>,
}

/// Reads code from its start. What an instruction means may depend on those before it (T32 IT blocks).
#[derive(Clone, Debug)]
pub struct Disassembler {
    language: Language,
    /// ITSTATE of T32: the condition of the next instruction and what is left of the block; 0 outside of one.
    it: u8,
    at: i64,
}

impl Disassembler {
    /// Starts at an offset.
    pub const fn new(language: Language, offset: i64) -> Disassembler {
        Disassembler { language, it: 0, at: offset }
    }

    /// The offset of the next instruction.
    pub const fn offset(&self) -> i64 {
        self.at
    }

    /// The instruction at the start of `code`, which is what follows the one before; `None` when that is empty.
    ///
    /// What it refers to is written by its name if `names` has one, else as a distance. What is no instruction is taken unit by
    /// unit.
    ///
    /// ```
    /// # #[cfg(feature = "aarch64")] {
    /// use bareasm_isa::disassembly::{Disassembler, Language};
    ///
    /// let code = [0x40, 0x00, 0x00, 0x54, 0x20, 0x04, 0x00, 0x91];
    /// let line = Disassembler::new(Language::Aarch64, 0).line(&code, &|_| None);
    /// assert_eq!(line.and_then(|line| line.text).as_deref(), Some("b.eq #8"));
    /// let line = Disassembler::new(Language::Aarch64, 0).line(&code, &|at| (at == 8).then(|| "->end".into()));
    /// assert_eq!(line.and_then(|line| line.text).as_deref(), Some("b.eq ->end"));
    /// # }
    /// ```
    pub fn line(&mut self, code: &[u8], names: &Names<'_>) -> Option<Line> {
        let unit = self.language.unit();
        let (length, text) = match self.instruction(code, names) {
            Some((length, text)) => (length, Some(text)),
            None => (if code.len() < unit { 1 } else { unit }, None),
        };
        let bytes = code.get(..length).filter(|bytes| !bytes.is_empty())?;
        self.advance(bytes);
        Some(Line { length, text })
    }

    fn instruction(&self, code: &[u8], names: &Names<'_>) -> Option<(usize, String)> {
        match self.language {
            #[cfg(feature = "aarch64")]
            Language::Aarch64 => self.fixed(fixed::aarch64(), code, names),
            #[cfg(feature = "thumb")]
            Language::Thumb => self.fixed(fixed::thumb(), code, names),
            #[cfg(feature = "x64")]
            Language::X64 => self.x86(Mode::Long, code, names),
            #[cfg(feature = "x86")]
            Language::X86 => self.x86(Mode::Protected, code, names),
        }
    }

    #[cfg(any(feature = "aarch64", feature = "thumb"))]
    fn fixed(&self, table: &fixed::Table<'_>, code: &[u8], names: &Names<'_>) -> Option<(usize, String)> {
        let it = (self.it != 0).then_some(self.it >> 4);
        let context = Context { features: &Features::ALL, width: Width::Any, it };
        let name = |relocation: crate::relocation::Relocation, distance: i64| {
            if relocation.needs_address() {
                return None;
            }
            let origin = relocation.distance(self.at as u64, 0).wrapping_neg();
            names(origin.wrapping_add(distance))
        };
        Some((table.length(code)?, table.decode_naming(code, &context, &name)?.1))
    }

    #[cfg(any(feature = "x64", feature = "x86"))]
    fn x86(&self, mode: Mode, code: &[u8], names: &Names<'_>) -> Option<(usize, String)> {
        let table = x86::table();
        let decoded = table.decode(code, mode)?;
        let line = table.line(&decoded);
        let end = self.at.wrapping_add(decoded.len.into());
        let named = table.distance(&decoded).and_then(|(at, distance)| Some((at, names(end.wrapping_add(distance))?)));
        let text = match &named {
            Some((at, name)) => NamedLine { line, at: *at, name }.to_string(),
            None => line.to_string(),
        };
        Some((decoded.len.into(), text))
    }

    fn advance(&mut self, bytes: &[u8]) {
        self.at = self.at.wrapping_add(bytes.len() as i64);
        self.it = match (self.language, bytes) {
            #[cfg(feature = "thumb")]
            (Language::Thumb, [state, 0xbf]) if state & 15 != 0 => *state,
            _ if self.it & 7 == 0 => 0,
            _ => self.it & 0xe0 | self.it << 1 & 0x1f,
        };
    }
}
