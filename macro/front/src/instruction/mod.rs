//! Instructions: mnemonic and operands, the chosen form, and what its numbers stand for.

#[cfg(any(feature = "aarch64", feature = "thumb"))]
mod fixed;
#[cfg(any(feature = "aarch64", feature = "thumb"))]
mod it_block;
#[cfg(any(feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]
mod known;
#[cfg(any(feature = "x64", feature = "x86"))]
mod x86;

#[cfg(any(feature = "aarch64", feature = "thumb"))]
pub(crate) use it_block::ItBlock;

use crate::cpu;
use crate::cursor::{word, Cursor};
use crate::expression::{fold_integer, typed};
use crate::ir::{Arch, Diagnostic, Instruction, LoadImmediate, Target, Value, ValueKind};
use crate::label::Addend;
use crate::operands::Captures;
use crate::session::Session;
use bareasm_isa::choice::{self, Choice};
use bareasm_isa::rule::{Numbers, Rule};
use proc_macro2::{Span, TokenTree};

/// Reads an instruction to the end of the cursor.
pub(crate) fn parse(session: &mut Session, cursor: &mut Cursor) -> Result<Instruction, Diagnostic> {
    let arch = session.arch(cursor.span())?;
    match arch {
        #[cfg(any(feature = "aarch64", feature = "thumb"))]
        Arch::Aarch64 | Arch::Thumb => fixed::parse(session, arch, cursor),
        #[cfg(any(feature = "x64", feature = "x86"))]
        Arch::X64 | Arch::X86 => x86::parse(session, arch, cursor),
        #[allow(unreachable_patterns)] // all architectures are compiled in
        _ => Err(Diagnostic { span: cursor.span(), message: cpu::not_compiled_in(cpu::arch_name(arch)) }),
    }
}

/// A mnemonic: a word with suffixes behind dots (`b.eq`, `vcvt.f32.s32`, `vld1.32`). Rust's keywords are words too.
fn mnemonic(cursor: &mut Cursor) -> Result<(String, Span), Diagnostic> {
    let span = cursor.span();
    let Some(ident) = cursor.eat_ident() else {
        let message = "expected an instruction, a label or a directive";
        return Err(Diagnostic { span, message: message.into() });
    };
    let mut text = word(ident);
    while cursor.is_punct(0, '.') {
        let suffix = match cursor.peek(1) {
            Some(TokenTree::Ident(ident)) => word(ident),
            Some(TokenTree::Literal(literal)) => literal.to_string().to_ascii_lowercase(),
            _ => break,
        };
        cursor.skip(2);
        text.push('.');
        text.push_str(&suffix);
    }
    Ok((text, span))
}

/// Puts a chosen form and the expressions of its operands together. Only expressions that the form uses stay.
fn finish(
    mut choice: Choice,
    captures: Captures,
    span: Span,
    load_immediate: Option<LoadImmediate>,
) -> Result<Instruction, Diagnostic> {
    let mut load_immediate = load_immediate;
    let mut kinds: Vec<Option<ValueKind>> = vec![None; captures.values.len()];
    let mut note = |number: u16, kind: ValueKind| {
        if let Some(slot) = kinds.get_mut(usize::from(number)) {
            slot.get_or_insert(kind);
        }
    };
    if let Some(load) = &load_immediate {
        if let Err(number) = load.register {
            note(number, ValueKind::Register);
        }
        note(load.value, ValueKind::Pattern);
    }
    for pending in instructions(&mut choice).flat_map(|instruction| &instruction.pending) {
        note(pending.value, kind_of(pending.field.rule, pending.field.width));
    }
    check_registers(&choice.instruction, &captures)?;
    let mut numbers: Vec<u16> = Vec::new();
    let mut values = Vec::new();
    let mut biases = Vec::new();
    for (expression, kind) in captures.values.iter().zip(&kinds) {
        numbers.push(u16::try_from(values.len()).unwrap_or(u16::MAX));
        let Some(kind) = *kind else { continue };
        let kind = if expression.register { ValueKind::Register } else { kind };
        values.push(Value { expr: typed(&expression.tokens, kind), span: expression.span, kind });
        biases.push(expression.bias);
    }
    let renumber = |number: &mut u16| *number = numbers.get(usize::from(*number)).copied().unwrap_or(u16::MAX);
    for pending in instructions(&mut choice).flat_map(|instruction| &mut instruction.pending) {
        renumber(&mut pending.value);
        let bias = biases.get(usize::from(pending.value)).copied().unwrap_or(0);
        shift(pending, bias, span)?;
    }
    if let Some(load) = &mut load_immediate {
        if let Err(number) = &mut load.register {
            renumber(number);
        }
        renumber(&mut load.value);
    }
    let mut targets = Vec::new();
    for (number, (reference, before)) in captures.targets.into_iter().enumerate() {
        let addend = match reference.addend {
            Addend::Known(0) => None,
            Addend::Known(value) => add_known(&mut choice, number, value, reference.span),
            Addend::Expression(expr) => Some(expr),
        };
        let before = numbers.get(before).copied().unwrap_or(u16::try_from(values.len()).unwrap_or(u16::MAX));
        targets.push(Target { label: reference.label, addend, before, span: reference.span });
    }
    Ok(Instruction { span, choice, values, targets, load_immediate, warning: None })
}

/// `X(40)`: a literal register number is checked now.
fn check_registers(instruction: &choice::Instruction, captures: &Captures) -> Result<(), Diagnostic> {
    for pending in &instruction.pending {
        let Some(expression) = captures.values.get(usize::from(pending.value)).filter(|expression| expression.register) else {
            continue;
        };
        let Some(number) = fold_integer(&expression.tokens) else { continue };
        let fits = i64::try_from(number).is_ok_and(|number| pending.field.encode(number).is_ok());
        if !fits {
            let takes = match pending.field.range() {
                Some(range) => format!("; this operand takes {} to {}", range.min, range.max),
                None => String::new(),
            };
            return Err(Diagnostic {
                span: expression.span,
                message: format!("there is no register number {number} here{takes}"),
            });
        }
    }
    Ok(())
}

fn instructions(choice: &mut Choice) -> impl Iterator<Item = &mut choice::Instruction> {
    core::iter::once(&mut choice.instruction).chain(&mut choice.shorter)
}

/// How an expression becomes a number, by the rule of its field.
fn kind_of(rule: Rule, width: u8) -> ValueKind {
    match rule.numbers(width) {
        Numbers::Integer => ValueKind::Integer,
        Numbers::Pattern => ValueKind::Pattern,
        Numbers::Float => ValueKind::Float,
    }
}

/// Lets the field add `bias` to its value.
fn shift(pending: &mut choice::Pending, bias: i32, span: Span) -> Result<(), Diagnostic> {
    if bias == 0 {
        return Ok(());
    }
    let field = &mut pending.field;
    let Some(add) = field.add.checked_sub(bias) else {
        return Err(Diagnostic { span, message: format!("displacement {bias} is out of range") });
    };
    field.add = add;
    if field.min != i64::MIN {
        field.min = field.min.saturating_sub(bias.into());
    }
    if field.max != i64::MAX {
        field.max = field.max.saturating_sub(bias.into());
    }
    Ok(())
}

/// Adds a literal to what the reference's field holds; returns it as an expression where the field cannot hold it.
fn add_known(choice: &mut Choice, number: usize, value: i128, span: Span) -> Option<proc_macro2::TokenStream> {
    let add = |instruction: &mut choice::Instruction| -> Option<()> {
        let reference = instruction.reference?;
        if usize::from(reference.target) != number {
            return Some(());
        }
        let field = &reference.relocation.shape().field;
        let unit = instruction.code.get_mut(reference.at.into()..)?;
        let old = field.gather(unit);
        let sum = field.decode(old)?.checked_add(i64::try_from(value).ok()?)?;
        let new = field.encode(sum).ok()?;
        field.patch(old ^ new, unit);
        Some(())
    };
    let mut longest = choice.instruction.clone();
    match add(&mut longest) {
        Some(()) => {
            choice.instruction = longest;
            choice.shorter.retain_mut(|instruction| add(instruction).is_some());
            None
        }
        None => {
            let literal = proc_macro2::Literal::u128_unsuffixed(value.unsigned_abs());
            Some(if value < 0 { quote::quote_spanned!(span=> -#literal) } else { quote::quote_spanned!(span=> #literal) })
        }
    }
}
