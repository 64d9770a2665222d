//! `bareasm asm`: a line of assembly in, a line of hexadecimal out.

use crate::cursor::flatten;
use crate::expression::fold_integer;
use crate::ir::{Arch, Diagnostic, Instruction, Statement, StatementKind};
use crate::session::Session;
use crate::statement;
use bareasm_isa::encoding::Encoding;
use bareasm_isa::field::Field;
use proc_macro2::{Span, TokenStream};
use std::fmt::Write as _;
use std::io::{self, BufRead, Write};

/// Assembles each line of `input`; returns whether any failed. Warnings go to `notes`.
pub(super) fn run(arch: &str, input: impl BufRead, output: &mut impl Write, notes: &mut impl Write) -> io::Result<bool> {
    let mut session = Session::default();
    if let Err(error) = session.set_arch(arch, Span::call_site()) {
        writeln!(output, "error: {}", error.message)?;
        return Ok(true);
    }
    let mut failed = false;
    let mut lines = Lines::default();
    for (n, line) in input.split(b'\n').enumerate() {
        if n % 1024 == 1023 {
            // The lexer remembers the source of every token until told that none is needed any more.
            proc_macro2::extra::invalidate_current_thread_spans();
        }
        // What is no text cannot be read as tokens either, so that its line gets its message.
        match lines.assemble(&mut session, &String::from_utf8_lossy(&line?)) {
            Ok(()) => {
                writeln!(output, "{}", lines.hex)?;
                for warning in lines.warnings() {
                    writeln!(notes, "line {}: warning: {}", n + 1, warning.message)?;
                }
            }
            Err(message) => {
                failed = true;
                // Further lines list the forms: `bareasm forms` does that.
                writeln!(output, "error: {}", message.lines().next().unwrap_or_default())?;
            }
        }
    }
    Ok(failed)
}

/// Buffers that are used again for every line.
#[derive(Default)]
struct Lines {
    statements: Vec<Statement>,
    hex: String,
}

impl Lines {
    fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Instruction(instruction) => instruction.warning.as_ref(),
            _ => None,
        })
    }

    /// Leaves the bytes of a line in `hex`.
    fn assemble(&mut self, session: &mut Session, line: &str) -> Result<(), String> {
        self.hex.clear();
        self.statements.clear();
        let arch = session.arch(Span::call_site()).map_err(|error| error.message)?;
        let text = plain(line, arch);
        let tokens: TokenStream = text.parse().map_err(|_| {
            format!("cannot read `{}`: unbalanced brackets or quotes, or a character that no operand has", text.trim())
        })?;
        let tokens = flatten(tokens);
        if tokens.is_empty() {
            return Ok(());
        }
        statement::parse(session, &tokens, Span::call_site(), &mut self.statements).map_err(|error| error.message)?;
        for statement in &self.statements {
            bytes(&statement.kind, &mut self.hex)?;
        }
        Ok(())
    }
}

/// The line without its comment, and with the `#` of immediates apart from the word in front (`lsl#3`).
fn plain(line: &str, arch: Arch) -> String {
    let comment = match arch {
        Arch::X64 | Arch::X86 => &["//", ";", "#"][..],
        Arch::Thumb => &["//", ";", "@"][..],
        Arch::Aarch64 => &["//", ";"][..],
    };
    let end = comment.iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
    let line = line.get(..end).unwrap_or(line);
    if line.trim_start().starts_with('#') {
        return String::new();
    }
    line.replace('#', " #")
}

fn bytes(kind: &StatementKind, hex: &mut String) -> Result<(), String> {
    match kind {
        StatementKind::Instruction(instruction) => {
            let mut code = instruction.choice.instruction.code;
            write_hex(instruction_bytes(instruction, &mut code)?, hex);
        }
        StatementKind::Data(bytes) => write_hex(bytes, hex),
        StatementKind::Label(_) | StatementKind::Reference(..) => return Err(NO_LABELS.into()),
        StatementKind::Value { value, .. } => return Err(unknown(&value.expr)),
        StatementKind::Bytes(expr) => return Err(unknown(expr)),
        StatementKind::Align { .. } => return Err("a single line has no address to align".into()),
        StatementKind::Rust(_) => return Err("statements of Rust need the macro".into()),
    }
    Ok(())
}

const NO_LABELS: &str = "labels are not defined here; write the distance as a number";

fn unknown(expr: &TokenStream) -> String {
    format!("`{expr}` is not known here; write a number")
}

fn write_hex(bytes: &[u8], hex: &mut String) {
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
}

/// The instruction's bytes. Dynamic registers are encoded as at run time; their numbers must be literals.
fn instruction_bytes<'a>(instruction: &'a Instruction, code: &'a mut [u8]) -> Result<&'a [u8], String> {
    let chosen = &instruction.choice.instruction;
    if chosen.reference.is_some() {
        return Err(NO_LABELS.into());
    }
    let template = chosen.code.get(..chosen.len.into()).unwrap_or(&chosen.code);
    let code = code.get_mut(..template.len()).unwrap_or_default();
    let mut known = Vec::new();
    for value in &instruction.values {
        let tokens = flatten(value.expr.clone());
        let number = fold_integer(&tokens).and_then(|number| i64::try_from(number).ok());
        known.push(number.ok_or_else(|| unknown(&value.expr))?);
    }
    if instruction.load_immediate.is_some() {
        return Err("the length of this `mov` follows from its value at run time".into());
    }
    let numbers: Vec<i64> =
        chosen.pending.iter().map(|pending| known.get(usize::from(pending.value)).copied().unwrap_or(0)).collect();
    let fields: Vec<&Field> = chosen.pending.iter().map(|pending| &pending.field).collect();
    let encoding =
        Encoding { form: chosen.form, template, fields: &fields, derived: &chosen.derived, relations: &chosen.relations };
    encoding.encode(&numbers, code).map_err(|fault| format!("operand value {}: {:?}", fault.operand, fault.reason))?;
    Ok(code)
}
