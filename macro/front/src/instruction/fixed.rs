//! Instructions of AArch64 and Thumb.

use super::known::{known, Known};
use super::{finish, mnemonic};
use crate::cpu::{self, Features, Set};
use crate::cursor::Cursor;
use crate::diagnose::{self, Subject};
use crate::ir::{Arch, Diagnostic, Instruction, LoadImmediate};
use crate::operands::fixed::{self, Operands, Piece, Vocabulary};
use crate::session::Session;
use bareasm_isa::choice::{Choice, Mismatch, Problem};
use bareasm_isa::fixed::register::classes;
use bareasm_isa::fixed::{Context, Table, Token, Width};
use proc_macro2::Span;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What a choice depends on besides mnemonic and operands: the condition is that of an IT block.
type Rest = (Arch, bareasm_isa::fixed::Features, Option<u8>);

thread_local! {
    static KNOWN: RefCell<Known<Piece, Rest>> = RefCell::default();
}

/// The words of a table, and the names that `.alias` gave.
struct Words<'a> {
    table: &'a Table<'a>,
    aliases: &'a BTreeMap<String, String>,
}

impl Vocabulary for Words<'_> {
    fn is_register(&self, word: &str) -> bool {
        fixed::is_register(self.table, word)
    }

    fn is_word(&self, word: &str) -> bool {
        self.table.is_word(word)
    }

    fn is_class(&self, name: &str) -> bool {
        let upper = name.bytes().all(|byte| byte.is_ascii_uppercase());
        let class = name.strip_suffix("SP").unwrap_or(name).to_ascii_lowercase();
        upper && classes(self.table.set).iter().any(|known| known.prefix() == class)
    }

    fn alias(&self, word: &str) -> Option<&str> {
        self.aliases.get(word).map(String::as_str)
    }
}

/// What an instruction is chosen by, besides its operands.
struct Request<'a> {
    arch: Arch,
    table: &'a Table<'a>,
    name: &'a str,
    span: Span,
    features: bareasm_isa::fixed::Features,
    /// The condition that an IT block asks for.
    condition: Option<u8>,
}

/// Reads an instruction to the end of the cursor.
pub(super) fn parse(session: &mut Session, arch: Arch, cursor: &mut Cursor) -> Result<Instruction, Diagnostic> {
    let (name, span) = mnemonic(cursor)?;
    let (Some(Set::Fixed(table)), Features::Fixed(features)) = (cpu::set(arch), session.features(arch)) else {
        return Err(Diagnostic { span, message: format!("architecture `{}` is not compiled in", cpu::arch_name(arch)) });
    };
    let words = Words { table, aliases: session.aliases() };
    let operands = fixed::parse(&words, cursor)?;
    let thumb = arch == Arch::Thumb;
    let request = Request { arch, table, name: &name, span, features, condition: session.block().expected() };
    let result = known(&KNOWN, &name, &operands.pieces, (arch, features, request.condition), || choose(&request, &operands));
    if thumb {
        session.block().follow(&name, &operands.pieces, span)?;
    }
    let load_immediate = if thumb { None } else { load_immediate(&name, &operands) };
    let choice = match (result, &load_immediate) {
        (Ok(choice), _) => choice,
        // Every value is possible, whether or not one form takes them all.
        (Err(_), Some(_)) => Choice { instruction: empty(), shorter: Vec::new(), warning: None },
        (Err(error), None) => return Err(error),
    };
    let warning = choice.warning.as_ref().and_then(|mismatch| {
        let Problem::Conflict(why) = &mismatch.problem else { return None };
        let message = format!("what `{name}` does with these operands is constrained unpredictable: {why}");
        Some(Diagnostic { span: operands.spans.get(mismatch.token).copied().unwrap_or(span), message })
    });
    Ok(Instruction { warning, ..finish(choice, operands.captures, span, load_immediate)? })
}

fn choose(request: &Request, operands: &Operands) -> Result<Choice, Diagnostic> {
    let (table, name) = (request.table, request.name);
    let tokens: Vec<Token> = operands.pieces.iter().map(Piece::token).collect();
    let context = Context { features: &request.features, width: Width::Any, it: request.condition };
    table.choose(name, &tokens, &context).map_err(|mismatch| {
        let operand = operands.spans.get(mismatch.token).or(operands.spans.last()).copied().unwrap_or(request.span);
        let other = thirty_one(table, name, &tokens, &context);
        let meant = other.as_ref().map_or(&tokens, |(_, meant)| meant);
        let forms = || table.nearest_forms(name, meant, &context).iter().map(ToString::to_string).collect();
        let takes = match &mismatch.problem {
            Problem::UnexpectedOperand(takes) => takes.as_slice(),
            _ => &[],
        };
        let hint = operands.pieces.get(mismatch.token).and_then(|piece| hint(table, piece, takes));
        let has = |features: &bareasm_isa::fixed::Features| table.choose(name, &tokens, &Context { features, ..context }).is_ok();
        let machines = || cpu::cpus(request.arch).into_iter().filter(|name| table.cpu(name).as_ref().is_some_and(has)).collect();
        let subject =
            Subject { arch: request.arch, mnemonic: name, span: request.span, operand, hint, forms: &forms, machines: &machines };
        if let Some((at, _)) = other {
            let span = operands.spans.get(at).copied().unwrap_or(operand);
            let Some(Token::Word { text, .. }) = tokens.get(at) else { return diagnose::mismatch(&subject, &mismatch) };
            let problem = Problem::Register(format!(
                "`{text}` cannot stand here: register number 31 of this operand is `{}`",
                other_31(text).unwrap_or_default()
            ));
            return diagnose::mismatch(&Subject { operand: span, hint: None, ..subject }, &Mismatch { token: at, problem });
        }
        diagnose::mismatch(&subject, &with_advice(name, operands, mismatch))
    })
}

/// What else number 31 means.
fn other_31(word: &str) -> Option<&'static str> {
    match word {
        "sp" => Some("xzr"),
        "xzr" => Some("sp"),
        "wsp" => Some("wzr"),
        "wzr" => Some("wsp"),
        _ => None,
    }
}

/// The stack pointer or zero register that must be the other one for the operands to be taken, and what they are then.
fn thirty_one<'t>(table: &Table, name: &str, tokens: &[Token<'t>], context: &Context) -> Option<(usize, Vec<Token<'t>>)> {
    (0..tokens.len()).find_map(|at| {
        let mut tokens = tokens.to_vec();
        let Token::Word { text, .. } = tokens.get_mut(at)? else { return None };
        *text = other_31(text)?;
        let taken = table.set == bareasm_isa::fixed::Set::A64 && table.choose(name, &tokens, context).is_ok();
        taken.then_some((at, tokens))
    })
}

/// What to say about a word or expression that no form takes here.
fn hint(table: &Table, piece: &Piece, takes: &[String]) -> Option<String> {
    if let Piece::Word(text, Some(_)) = piece {
        match text.as_str() {
            "x31" => return Some("number 31 is `sp` or `xzr`, as the instruction has it".into()),
            "w31" => return Some("number 31 is `wsp` or `wzr`, as the instruction has it".into()),
            _ => {}
        }
    }
    if let Piece::Word(text, Some(_)) = piece {
        let class = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
        if class.len() < text.len() && classes(table.set).iter().any(|known| known.prefix() == class) {
            return Some(format!("there is no register `{text}`"));
        }
    }
    if let Some(near) = misspelled(table, piece) {
        return Some(format!("did you mean `{near}`?"));
    }
    match piece {
        Piece::Word(text, Some(_)) if !table.is_word(text) => {}
        Piece::Value(_) => {}
        _ => return None,
    }
    let register = |words: &str| takes.iter().any(|take| take.starts_with(words));
    let class = [("a 64-bit register", "X"), ("a 32-bit register", "W"), ("a vector register", "V"), ("a register (r0", "R")];
    match class.iter().find(|(words, _)| register(words)) {
        Some((_, class)) => Some(format!("a register whose number is known at run time is written `{class}(expr)`")),
        None => Some("an expression of Rust cannot stand here".into()),
    }
}

/// The keyword that an unknown word is nearest to.
fn misspelled<'a>(table: &Table<'a>, piece: &Piece) -> Option<&'a str> {
    let Piece::Word(text, Some(_)) = piece else { return None };
    let words = table.vocabulary.iter().map(|word| table.str(*word)).filter(|word| word.len() > 2);
    if table.is_word(text) {
        None
    } else {
        diagnose::nearest(text, words)
    }
}

/// A literal that no `mov` takes: what to write instead.
fn with_advice(name: &str, operands: &Operands, mismatch: Mismatch) -> Mismatch {
    let [Piece::Word(register, _), Piece::Punct(','), .., Piece::Number(value)] = operands.pieces.as_slice() else {
        return mismatch;
    };
    let wide = register.starts_with('x');
    if name != "mov" || !(wide || register.starts_with('w')) {
        return mismatch;
    }
    let negative = matches!(operands.pieces.iter().rev().nth(1), Some(Piece::Punct('-')));
    let value = if negative { value.wrapping_neg() } else { *value };
    let limit = if wide { 1i128 << 64 } else { 1 << 32 };
    if value >= limit || value < -(limit / 2) {
        return mismatch;
    }
    let bits = if wide { value as u64 } else { u64::from(value as u32) };
    let parts: Vec<u64> = (0..if wide { 4 } else { 2 }).map(|n| bits >> (16 * n) & 0xffff).collect();
    let count = |rest: u64| parts.iter().filter(|part| **part == rest).count();
    // MOVN sets the parts that are not named to ones, MOVZ to zeros.
    let (start, rest) = if count(0xffff) > count(0) { ("movn", 0xffff) } else { ("movz", 0) };
    let mut lines = Vec::new();
    for (n, part) in parts.iter().enumerate().filter(|(_, part)| **part != rest) {
        let (mnemonic, part) = if lines.is_empty() { (start, part ^ rest) } else { ("movk", *part) };
        let shift = if n == 0 { String::new() } else { format!(", lsl #{}", 16 * n) };
        lines.push(format!("{mnemonic} {register}, #{part:#x}{shift}"));
    }
    let message = format!("one instruction cannot hold {bits:#x}; write `{}`", lines.join("; "));
    Mismatch { problem: Problem::Other(message), ..mismatch }
}

/// `mov Xd|Wd, value` with a value that is known at run time.
fn load_immediate(name: &str, operands: &Operands) -> Option<LoadImmediate> {
    if name != "mov" {
        return None;
    }
    let (destination, source) = match operands.pieces.as_slice() {
        [destination, Piece::Punct(','), source] | [destination, Piece::Punct(','), Piece::Punct('#'), source] => {
            (destination, source)
        }
        _ => return None,
    };
    let value = match source {
        Piece::Value(value) | Piece::Word(_, Some(value)) => *value,
        _ => return None,
    };
    let (wide, register) = match destination {
        Piece::Register(class, number) if class == "x" => (true, Err(*number)),
        Piece::Register(class, number) if class == "w" => (false, Err(*number)),
        Piece::Word(text, None) => {
            let (class, number) = text.split_at_checked(1)?;
            let number = match number {
                "zr" => 31,
                _ => number.parse().ok().filter(|n| *n < 31)?,
            };
            (
                match class {
                    "x" => true,
                    "w" => false,
                    _ => return None,
                },
                Ok(number),
            )
        }
        _ => return None,
    };
    Some(LoadImmediate { wide, register, value })
}

/// Stands where the form follows from the value at run time.
fn empty() -> bareasm_isa::choice::Instruction {
    bareasm_isa::choice::Instruction {
        form: 0,
        len: 0,
        code: [0; bareasm_isa::encoding::MAX_LEN],
        pending: Vec::new(),
        derived: Vec::new(),
        relations: Vec::new(),
        reference: None,
    }
}
