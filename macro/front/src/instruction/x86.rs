//! Instructions of x86.

use super::{finish, mnemonic};
use crate::cpu::{self, Features, Set};
use crate::cursor::Cursor;
use crate::diagnose::{self, Subject};
use crate::ir::{Arch, Diagnostic, Instruction};
use crate::operands::x86::{prefixes, Operands, Reader};
use crate::session::Session;
use bareasm_isa::choice::{Choice, Instruction as Chosen, Pending};
use bareasm_isa::field::{Field, Kind};
use bareasm_isa::rule::Rule;
use bareasm_isa::x86::{self, Memory, Mode, Operand, Prefix, Table};
use proc_macro2::TokenTree;

/// Reads an instruction to the end of the cursor.
pub(super) fn parse(session: &mut Session, arch: Arch, cursor: &mut Cursor) -> Result<Instruction, Diagnostic> {
    let mut prefixes = prefixes(cursor);
    let (mnemonic, span) = mnemonic(cursor)?;
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
    let (spans, decorations) = (list.spans, list.decorations);
    let choose = |operands: &[Operand]| {
        let take = |operands: &[Operand]| table.choose(&mnemonic, &prefixes, operands, decorations, mode, &features);
        let again = |mismatch| {
            let choice = widened(operands).and_then(|wide| take(&wide).ok()).filter(|choice| is_early_sse(table, choice));
            choice.ok_or(mismatch)
        };
        take(operands).or_else(again).map_err(|mismatch| {
            let operand = spans.get(mismatch.token).or(spans.last()).copied().unwrap_or(span);
            let forms = || table.forms(&mnemonic).map(|form| form.syntax().to_string()).collect();
            let has =
                |features: &x86::Features| table.choose(&mnemonic, &prefixes, operands, decorations, mode, features).is_ok();
            let machines = || table.cpus().filter(|name| table.cpu(name).as_ref().is_some_and(has)).collect();
            diagnose::mismatch(
                &Subject { arch, mnemonic: &mnemonic, span, operand, hint: None, forms: &forms, machines: &machines },
                &mismatch,
            )
        })
    };
    let mut choice = choose(&list.operands)?;
    if let Some(scale) = list.scale.take() {
        let number = list.captures.value(&scale.into_iter().collect::<Vec<TokenTree>>(), span, false)?;
        let other = choose(&scaled_by_four(&list.operands))?;
        choice = run_time_scale(choice, &other, number)
            .ok_or_else(|| Diagnostic { span, message: "this instruction cannot take an index of a type".into() })?;
    }
    finish(choice, list.captures, span, None)
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
fn apply_segment(prefixes: &mut Vec<Prefix>, operands: &mut [Operand]) {
    let memory = operands.iter_mut().find_map(|operand| match operand {
        Operand::Memory(memory) if memory.segment.is_none() => Some(memory),
        _ => None,
    });
    let written = prefixes.iter().position(|prefix| matches!(prefix, Prefix::Segment(_)));
    if let (Some(memory), Some(at)) = (memory, written) {
        if let Prefix::Segment(number) = prefixes.remove(at) {
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
