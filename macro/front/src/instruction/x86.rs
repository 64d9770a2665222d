//! Instructions of x86.

use super::known::{known, Known};
use super::{finish, mnemonic};
use crate::cpu::{self, Features, Set};
use crate::cursor::Cursor;
use crate::diagnose::{self, Subject};
use crate::ir::{Arch, Diagnostic, Instruction};
use crate::operands::x86::{prefixes, Operands, Reader};
use crate::operands::Captures;
use crate::session::Session;
use bareasm_isa::choice::{Choice, Decoration, Instruction as Chosen, Pending, Problem};
use bareasm_isa::field::{Field, Kind};
use bareasm_isa::rule::Rule;
use bareasm_isa::x86::register::Named;
use bareasm_isa::x86::{self, Class, Decorations, Immediate, Memory, Mode, Operand, Prefix, Table};
use proc_macro2::{Span, TokenTree};
use std::cell::RefCell;

/// What a choice depends on besides mnemonic and operands.
type Rest = (Mode, x86::Features, Decorations, Vec<Prefix>);

thread_local! {
    static KNOWN: RefCell<Known<Operand, Rest>> = RefCell::default();
}

/// Reads an instruction to the end of the cursor.
pub(super) fn parse(session: &mut Session, arch: Arch, cursor: &mut Cursor) -> Result<Instruction, Diagnostic> {
    let mut prefixes = prefixes(cursor);
    let (mut mnemonic, span) = mnemonic(cursor)?;
    while let Some((front, hint)) = mnemonic.rsplit_once('.').and_then(|(front, back)| Some((front, Prefix::from_suffix(back)?)))
    {
        prefixes.push((hint, span));
        mnemonic = front.to_string();
    }
    if cursor.is_empty() && Prefix::from_text(&mnemonic).is_some() {
        return Err(Diagnostic { span, message: format!("expected an instruction behind the prefix `{mnemonic}`") });
    }
    let mode = if arch == Arch::X64 { Mode::Long } else { Mode::Protected };
    let mut reader = Reader { mode, aliases: session.aliases(), list: Operands::default() };
    reader.read(cursor)?;
    let mut list = reader.list;
    apply_segment(&mut prefixes, &mut list.operands);
    let (Some(Set::X86(table)), Features::X86(features)) = (cpu::set(arch), session.features(arch)) else {
        return Err(Diagnostic { span, message: format!("architecture `{}` is not compiled in", cpu::arch_name(arch)) });
    };
    let (prefixes, prefix_spans): (Vec<Prefix>, Vec<Span>) = prefixes.into_iter().unzip();
    let (spans, decorations) = (list.spans, list.decorations);
    let captures = &list.captures;
    let choose = |operands: &[Operand]| {
        let take = |operands: &[Operand]| table.choose(&mnemonic, &prefixes, operands, decorations, mode, &features);
        let again = |mismatch| {
            let choice = widened(operands).and_then(|wide| take(&wide).ok()).filter(|choice| is_early_sse(table, choice));
            choice.or_else(|| take(&far(operands)?).ok()).ok_or(mismatch)
        };
        take(operands).or_else(again).map_err(|mismatch| {
            let place = match &mismatch.problem {
                Problem::Decoration(Decoration::Prefix(at), _) => prefix_spans.get(*at),
                Problem::Decoration(which, _) => {
                    list.decoration_spans.iter().find(|(known, _)| known == which).map(|(_, span)| span)
                }
                _ => spans.get(mismatch.token).or(spans.last()),
            };
            let operand = place.copied().unwrap_or(span);
            let hint = operands.get(mismatch.token).and_then(|operand| hint(operand, captures));
            let request = x86::Request { prefixes: &prefixes, operands, decorations, mode };
            let forms = || table.nearest_forms(&mnemonic, &request, &features).map(|form| form.syntax().to_string()).collect();
            let has =
                |features: &x86::Features| table.choose(&mnemonic, &prefixes, operands, decorations, mode, features).is_ok();
            let machines = || table.cpus().filter(|name| table.cpu(name).as_ref().is_some_and(has)).collect();
            diagnose::mismatch(
                &Subject { arch, mnemonic: &mnemonic, span, operand, hint, forms: &forms, machines: &machines },
                &mismatch,
            )
        })
    };
    let rest = (mode, features, decorations, prefixes.clone());
    let mut choice = known(&KNOWN, &mnemonic, &list.operands, rest, || choose(&list.operands))?;
    let rounding = list.decoration_spans.iter().find(|(known, _)| *known == Decoration::Rounding);
    if let Some((_, span)) = rounding.filter(|_| !rounding_stands(table, &choice, list.before_rounding)) {
        return Err(Diagnostic { span: *span, message: "rounding stands behind the last register".into() });
    }
    let by_four = list.scale.as_ref().map(|_| choose(&scaled_by_four(&list.operands))).transpose()?;
    if let (Some(scale), Some(other)) = (list.scale, by_four) {
        let number = list.captures.value(&scale.into_iter().collect::<Vec<TokenTree>>(), span, false)?;
        choice = run_time_scale(choice, &other, number)
            .ok_or_else(|| Diagnostic { span, message: "this instruction cannot take an index of a type".into() })?;
    }
    finish(choice, list.captures, span, None)
}

/// Whether rounding stands where the form has it: behind the last register, or in front of one that is general-purpose.
fn rounding_stands(table: &Table, choice: &Choice, before: usize) -> bool {
    let Some(form) = table.form(choice.instruction.form) else { return false };
    let at = usize::from(table.rounding_at(form));
    let general = table.describe(form).operands().nth(at).and_then(|(shape, _)| shape.register?.gpr_bits()).is_some();
    before == at + 1 || general && before == at
}

/// What to say about an expression where a register or memory is wanted: it may be a misspelled register.
fn hint(operand: &Operand, captures: &Captures) -> Option<String> {
    let Operand::Immediate { value: Immediate::Value(number), .. } = operand else { return None };
    let written = captures.values.get(usize::from(*number))?;
    if let [TokenTree::Ident(ident)] = written.tokens.as_slice() {
        if let Some(hint) = near_register(&ident.to_string().to_ascii_lowercase()) {
            return Some(hint);
        }
    }
    Some("an expression of Rust is an immediate; a register whose number is known at run time is written `Rq(expr)`".into())
}

/// What register a word that is none may be meant to be.
fn near_register(word: &str) -> Option<String> {
    let letters = |name: &str| name.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>();
    let (own, mut names) = (letters(word), Vec::new());
    for class in Class::ALL {
        let last = Named(class, class.max()).to_string();
        if own.len() < word.len() && letters(&last) == own {
            return Some(format!("the last register of this class is `{last}`"));
        }
        names.extend((0..=class.max()).map(|number| Named(class, number).to_string()));
    }
    names.retain(|name| x86::register(name).is_some());
    diagnose::nearest(word, names.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"))
}

/// `lcall 0x10, 0x200`: two numbers where a far address is taken.
fn far(operands: &[Operand]) -> Option<[Operand; 1]> {
    let [Operand::Immediate { value: Immediate::Known(selector), size: None }, Operand::Immediate { value: offset, size: None }] =
        operands
    else {
        return None;
    };
    let pattern = |number: &i128| i16::try_from(*number).map(|number| number as u16);
    let selector = u16::try_from(*selector).or_else(|_| pattern(selector)).ok()?;
    Some([Operand::Far { selector, offset: *offset }])
}

/// dynasm-rs knows the 128-bit memory operands of SSE3, SSSE3 and SSE4.1 as QWORD only: the operands with the true width.
fn widened(operands: &[Operand]) -> Option<Vec<Operand>> {
    let mut wide = operands.to_vec();
    let memory = wide.iter_mut().find_map(|operand| match operand {
        Operand::Memory(memory) if memory.size == Some(64) => Some(memory),
        _ => None,
    });
    memory?.size = Some(128);
    Some(wide)
}

/// Whether a form is one of those that [`widened`] is for.
fn is_early_sse(table: &Table, choice: &Choice) -> bool {
    let form = table.form(choice.instruction.form);
    form.is_some_and(|form| table.features_of(form).any(|feature| matches!(feature, "sse3" | "ssse3" | "sse41")))
}

/// A segment in front of the instruction belongs to its memory operand; string instructions have none.
fn apply_segment(prefixes: &mut Vec<(Prefix, Span)>, operands: &mut [Operand]) {
    let memory = operands.iter_mut().find_map(|operand| match operand {
        Operand::Memory(memory) if memory.segment.is_none() => Some(memory),
        _ => None,
    });
    let written = prefixes.iter().position(|(prefix, _)| matches!(prefix, Prefix::Segment(_)));
    if let (Some(memory), Some(at)) = (memory, written) {
        if let (Prefix::Segment(number), _) = prefixes.remove(at) {
            memory.segment = Some(number);
        }
    }
}

/// The operands with an index times 4 instead of 2.
fn scaled_by_four(operands: &[Operand]) -> Vec<Operand> {
    let rescaled = |operand: &Operand| match *operand {
        Operand::Memory(memory) => Operand::Memory(Memory { index: memory.index.map(|(register, _)| (register, 4)), ..memory }),
        other => other,
    };
    operands.iter().map(rescaled).collect()
}

/// Makes the scale of an index a value for run time: its two bits are those in which times 2 and times 4 differ.
fn run_time_scale(mut by_two: Choice, by_four: &Choice, number: u16) -> Option<Choice> {
    let rescale = |two: &mut Chosen, four: &Chosen| {
        let (at, differing) = two.code.iter().zip(&four.code).map(|(a, b)| a ^ b).enumerate().find(|(_, bits)| *bits != 0)?;
        if two.len != four.len || differing != 0b1100_0000 {
            return None;
        }
        *two.code.get_mut(at)? &= !differing;
        let to = u8::try_from(at * 8 + 6).ok()?;
        two.pending.push(Pending { value: number, field: Field::new(Kind::Immediate, Rule::Log2, 2, to) });
        Some(())
    };
    rescale(&mut by_two.instruction, &by_four.instruction)?;
    by_two.shorter.clear();
    Some(by_two)
}
