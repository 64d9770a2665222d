//! A mismatch as a message: what is wrong at the operand, what it takes, and the forms of the mnemonic.

use crate::cpu;
use crate::ir::{Arch, Diagnostic};
use bareasm_isa::choice::{Mismatch, Problem};
use proc_macro2::Span;

/// Forms listed under a message; `bareasm forms` lists them all.
const MAX_FORMS: usize = 16;

/// Alternatives named in a message.
const MAX_WORDS: usize = 12;

/// What a message is about.
pub(crate) struct Subject<'a> {
    /// The architecture in force.
    pub(crate) arch: Arch,
    /// The mnemonic, as written.
    pub(crate) mnemonic: &'a str,
    /// Its place.
    pub(crate) span: Span,
    /// The place of the operand to blame.
    pub(crate) operand: Span,
    /// A word that stands there and might be meant for one of these.
    pub(crate) misspelled: Option<&'a str>,
    /// Gives the mnemonic's forms, as the manual writes them.
    pub(crate) forms: &'a dyn Fn() -> Vec<String>,
}

/// The message for a mismatch.
pub(crate) fn mismatch(subject: &Subject, mismatch: &Mismatch) -> Diagnostic {
    let name = subject.mnemonic;
    let (span, text, list) = match &mismatch.problem {
        Problem::UnknownMnemonic(near) => (subject.span, unknown_mnemonic(subject, near), false),
        Problem::UnexpectedOperand(takes) => {
            let meant = subject.misspelled.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            (subject.operand, format!("`{name}` does not take this operand here{}{meant}", expected(takes)), true)
        }
        Problem::MissingOperand(takes) => (subject.operand, format!("`{name}` needs another operand{}", expected(takes)), true),
        Problem::ImmediateRange { value, takes } => {
            (subject.operand, format!("value {value} does not fit: this operand takes {takes}"), true)
        }
        Problem::Register(text) | Problem::Conflict(text) => (subject.operand, text.clone(), true),
        Problem::MissingFeature(features) => {
            (subject.span, format!("`{name}` with these operands needs {features}, which `.cpu` and `.feature` leave out"), false)
        }
        Problem::AmbiguousSize => {
            let message = "the width of this memory operand is not known; write `byte ptr`, `word ptr`, `dword ptr` or `qword ptr` in front";
            (subject.operand, message.into(), true)
        }
        Problem::Other(text) => (subject.operand, text.clone(), true),
        other => (subject.operand, format!("no form of `{name}` takes these operands: {other:?}"), true),
    };
    let message = if list { with_forms(text, subject) } else { text };
    Diagnostic { span, message }
}

/// What would be taken; long lists of keywords are cut.
fn expected(takes: &[String]) -> String {
    let mut items: Vec<&str> = Vec::new();
    for take in takes {
        // Keywords of one table come as one text.
        let parts: Vec<&str> = if take.starts_with('`') { take.split(", ").collect() } else { vec![take.as_str()] };
        for part in parts {
            if !items.contains(&part) {
                items.push(part);
            }
        }
    }
    if items.len() > MAX_WORDS {
        items.truncate(MAX_WORDS);
        items.push("others");
    }
    match items.as_slice() {
        [] => String::new(),
        [one] => format!("; expected {one}"),
        [first @ .., last] => format!("; expected {} or {last}", first.join(", ")),
    }
}

fn unknown_mnemonic(subject: &Subject, near: &[String]) -> String {
    let name = subject.mnemonic;
    let mut text = format!("unknown mnemonic `{name}`");
    let others: Vec<&str> = cpu::architectures()
        .filter(|arch| *arch != subject.arch && cpu::has_mnemonic(*arch, name))
        .map(cpu::arch_name)
        .collect();
    if !others.is_empty() {
        text.push_str(&format!(" in {}; {} has it: is `.arch` missing?", cpu::arch_name(subject.arch), others.join(" and ")));
    } else if !near.is_empty() {
        let names: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        text.push_str(&format!("; did you mean {}?", names.join(" or ")));
    }
    text
}

fn with_forms(mut text: String, subject: &Subject) -> String {
    let forms = (subject.forms)();
    if forms.is_empty() {
        return text;
    }
    text.push_str(&format!("\nforms of `{}`:", subject.mnemonic));
    for form in forms.iter().take(MAX_FORMS) {
        text.push_str("\n    ");
        text.push_str(form);
    }
    if let Some(more @ 1..) = forms.len().checked_sub(MAX_FORMS) {
        text.push_str(&format!("\n    and {more} more: `bareasm forms --arch {} {}`", cpu::arch_name(subject.arch), subject.mnemonic));
    }
    text
}

/// The name that differs least, if it differs little.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = 1 + name.len() / 4;
    names.map(|known| (distance(name, known), known)).filter(|(distance, _)| *distance <= allowed).min().map(|(_, known)| known)
}

/// Letters that have to be inserted, removed or replaced, or exchanged with a neighbour.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let width = right.len() + 1;
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..width).collect();
    let mut last = '\0';
    for (row, letter) in left.chars().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |list: &[usize], n: usize| list.get(n).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&above, column) + usize::from(letter != *other)).min(at(&above, column + 1) + 1).min(at(&line, column) + 1);
            let previous = column.checked_sub(1).and_then(|n| right.get(n));
            if row > 0 && previous == Some(&letter) && last == *other {
                best = best.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            line.push(best);
        }
        last = letter;
        before = core::mem::replace(&mut above, line);
    }
    above.last().copied().unwrap_or(0)
}
