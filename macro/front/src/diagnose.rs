//! A mismatch as a message: what is wrong at the operand, what it takes, and the forms of the mnemonic.

use crate::cpu;
use crate::ir::{Arch, Diagnostic};
use bareasm_isa::choice::{Mismatch, Problem};
use proc_macro2::Span;

/// Forms listed under a message, the nearest first; `bareasm forms` lists them all.
const MAX_FORMS: usize = 4;

/// Alternatives named in a message.
const MAX_WORDS: usize = 12;

/// Mnemonics offered for one that does not exist.
const MAX_NEAR: usize = 3;

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
    /// What else is to be said about that operand.
    pub(crate) hint: Option<String>,
    /// Gives the processors that have the instruction.
    pub(crate) machines: &'a dyn Fn() -> Vec<&'static str>,
    /// Gives the mnemonic's forms, as the manual writes them, the nearest first.
    pub(crate) forms: &'a dyn Fn() -> Vec<String>,
}

/// The message for a mismatch.
pub(crate) fn mismatch(subject: &Subject, mismatch: &Mismatch) -> Diagnostic {
    let name = subject.mnemonic;
    let (span, text, list) = match &mismatch.problem {
        Problem::UnknownMnemonic(near) => (subject.span, unknown_mnemonic(subject, near), false),
        Problem::UnexpectedOperand(takes) => {
            let hint = subject.hint.as_ref().map_or(String::new(), |hint| format!("; {hint}"));
            let text = match takes.as_slice() {
                [nothing] if nothing == NOTHING => format!("there is one operand too many for `{name}`{hint}"),
                // What stands here may be right, but something is missing in front of it.
                [_, ..] if takes.iter().all(|take| is_between(take)) => format!("expected {} here", alternatives(takes)),
                _ => format!("`{name}` does not take this operand here{}{hint}", expected(takes)),
            };
            (subject.operand, text, true)
        }
        Problem::MissingOperand(takes) => {
            // That a comma would stand in front is no news.
            let takes = if takes.iter().all(|take| take == "`,`") { &[][..] } else { takes };
            (subject.operand, format!("`{name}` needs another operand{}", expected(takes)), true)
        }
        Problem::ImmediateRange { value, takes } => {
            (subject.operand, format!("value {value} does not fit: this operand takes {takes}"), true)
        }
        Problem::Register(text) | Problem::Conflict(text) | Problem::Decoration(_, text) => (subject.operand, text.clone(), true),
        Problem::MissingFeature(features) => {
            let machines = (subject.machines)();
            let mut text = format!(
                "`{name}` with these operands needs {features}, which `.cpu` or `.feature` leaves out; `.feature +{}` adds it",
                first(features)
            );
            if !machines.is_empty() {
                text.push_str(&format!("\nprocessors that have it: {}", crate::cpu::list(machines.into_iter())));
            }
            (subject.span, text, false)
        }
        Problem::AmbiguousSize => {
            let widths: Vec<String> = memory_widths(&(subject.forms)()).iter().map(|name| format!("`{name} ptr`")).collect();
            let message = format!("the width of this memory operand is not known; write {} in front", alternatives(&widths));
            (subject.operand, message, true)
        }
        // About the instruction as a whole.
        Problem::Other(text) if mismatch.token == 0 => (subject.span, text.clone(), false),
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
    if items.is_empty() {
        String::new()
    } else {
        format!("; expected {}", alternatives(&items))
    }
}

/// Whether this is not an operand, but what stands between them or behind the last.
fn is_between(take: &str) -> bool {
    let sign = take.trim_matches('`');
    take == END || sign.len() == 1 && sign.chars().all(|letter| letter.is_ascii_punctuation() && letter != '[' && letter != '{')
}

/// What sets of fixed width expect behind the last operand.
const END: &str = "end of the instruction";

/// What x86 expects behind the last operand.
const NOTHING: &str = "nothing more";

/// `a, b or c`.
fn alternatives<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The first of the features in a list in words.
fn first(features: &str) -> &str {
    features.split([' ', ',']).next().unwrap_or(features)
}

/// The words for the widths of memory that the forms have.
fn memory_widths(forms: &[String]) -> Vec<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("m8", "byte"),
        ("m16", "word"),
        ("m32", "dword"),
        ("m64", "qword"),
        ("m80", "tword"),
        ("m128", "xmmword"),
        ("m256", "ymmword"),
        ("m512", "zmmword"),
    ];
    let has = |width: &str| forms.iter().any(|form| form.split([' ', ',', '/']).any(|part| part.trim_end_matches("fp") == width));
    WORDS.iter().filter(|(width, _)| has(width)).map(|(_, word)| *word).collect()
}

fn unknown_mnemonic(subject: &Subject, near: &[String]) -> String {
    let name = subject.mnemonic;
    let mut text = format!("unknown mnemonic `{name}`");
    let others: Vec<&str> =
        cpu::architectures().filter(|arch| *arch != subject.arch && cpu::has_mnemonic(*arch, name)).map(cpu::arch_name).collect();
    if !others.is_empty() {
        let has = if others.len() == 1 { "has" } else { "have" };
        text.push_str(&format!(" in {}; {} {has} it: is `.arch` missing?", cpu::arch_name(subject.arch), others.join(" and ")));
    } else if !near.is_empty() && name.len() > 1 {
        let names: Vec<String> = near.iter().take(MAX_NEAR).map(|name| format!("`{name}`")).collect();
        text.push_str(&format!("; did you mean {}?", alternatives(&names)));
    }
    text
}

/// The message with the forms that are nearest to what was written.
fn with_forms(mut text: String, subject: &Subject) -> String {
    let mut forms: Vec<String> = Vec::new();
    for form in (subject.forms)() {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    let Some((nearest, others)) = forms.split_first() else { return text };
    text.push_str(&format!("\nnearest form: {nearest}"));
    for (number, form) in others.iter().take(MAX_FORMS - 1).enumerate() {
        text.push_str(if number == 0 { "\nothers:       " } else { "\n              " });
        text.push_str(form);
    }
    if forms.len() > MAX_FORMS {
        text.push_str(&format!(
            "\n`bareasm forms --arch {} {}` lists all {}",
            cpu::arch_name(subject.arch),
            subject.mnemonic,
            forms.len()
        ));
    }
    text
}

/// The name that differs least, if it differs little.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A name of one letter is near to every other.
    let allowed = (1 + name.len() / 4).min(name.len().saturating_sub(1));
    // The first letter is the one that is wrong least often.
    let key = |known: &'a str| (distance(name, known), known.get(..1) != name.get(..1), known);
    names.map(key).filter(|(distance, ..)| *distance <= allowed).min().map(|(.., known)| known)
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
            let mut best =
                (at(&above, column) + usize::from(letter != *other)).min(at(&above, column + 1) + 1).min(at(&line, column) + 1);
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
