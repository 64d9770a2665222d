//! `code!`: machine code as a constant.
//!
//! The same statements as in `dynasm!`, but nothing may be left for run time: no Rust expressions, no labels of an
//! assembler. The code starts at offset 0, which counts as aligned.

use crate::ir::{Arch, Diagnostic, Invocation, Label, Statement, StatementKind, Target};
use crate::layout::{layout, Item, Link, Start};
use bareasm_isa::padding::NoOps;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// Lowers an invocation of `code!` to an expression of type `[u8; N]`.
pub fn code(invocation: &Invocation) -> Result<TokenStream, Vec<Diagnostic>> {
    let bytes = assemble(&invocation.statements)?;
    let literal = TokenTree::from(Literal::byte_string(&bytes));
    Ok(quote_spanned!(Span::mixed_site()=> (*#literal)))
}

/// The bytes of statements that leave nothing for run time. Labels other than `->name` and `name:` do.
pub fn assemble(statements: &[Statement]) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let dynamic: Vec<Diagnostic> = statements.iter().filter_map(statement_problem).collect();
    if !dynamic.is_empty() {
        return Err(dynamic);
    }
    let layout = layout(statements, Start::Zero)?;
    let unresolved: Vec<Diagnostic> = layout.items.iter().filter_map(item_problem).collect();
    if !unresolved.is_empty() {
        return Err(unresolved);
    }
    Ok(layout.items.into_iter().flat_map(|item| item.code).collect())
}

/// Why a statement has no constant code.
fn statement_problem(statement: &Statement) -> Option<Diagnostic> {
    let problem =
        |span, what: &str| Some(Diagnostic { span, message: format!("{what} is known only at run time; `code!` is a constant") });
    match &statement.kind {
        StatementKind::Instruction(instruction) => {
            instruction.values.first().and_then(|value| problem(value.span, "the value of this expression"))
        }
        StatementKind::Value { value, .. } => problem(value.span, "the value of this expression"),
        StatementKind::Bytes(_) => problem(statement.span, "the length of these bytes"),
        StatementKind::Rust(_) => problem(statement.span, "what a Rust statement does"),
        StatementKind::Align { known: None, .. } => problem(statement.span, "this boundary"),
        StatementKind::Align { known: Some(to), .. } if !to.is_power_of_two() => {
            Some(Diagnostic { span: statement.span, message: format!("`.align {to}`: `code!` aligns to powers of two") })
        }
        StatementKind::Label(Label::Global(_) | Label::Dynamic(_)) => Some(Diagnostic {
            span: statement.span,
            message: "only `->name:` and `name:` can be defined in `code!`: it has no assembler that would know other labels"
                .into(),
        }),
        _ => None,
    }
}

/// Why the reference of an item has no constant value.
fn item_problem(item: &Item<'_>) -> Option<Diagnostic> {
    let (relocation, _, Target { label, span, .. }) = item.reference()?;
    if item.link == Link::Done {
        return None;
    }
    let message = match label {
        _ if item.late_addend().is_some() => "the addend is known only at run time; `code!` is a constant".into(),
        Label::Local(_) => {
            format!("`code!` does not know where it will run, and this operand needs the address ({})", relocation.shape().name)
        }
        Label::Forward(name) | Label::Backward(name) => format!("label `{}` is not defined in this `code!`", name.text),
        _ => "only `->name`, `>name` and `<name` can be referred to in `code!`: it has no assembler that would know other labels"
            .into(),
    };
    Some(Diagnostic { span: *span, message })
}

/// The bytes of `.align`, where the length is known: the fill byte, or no-ops.
pub(crate) fn padding(arch: Arch, fill: Option<&TokenStream>, len: u32) -> Result<Vec<u8>, String> {
    if let Some(fill) = fill {
        let byte = byte(fill).ok_or("the fill of `.align` must be a literal from 0 to 255 here")?;
        return Ok(vec![byte; len as usize]);
    }
    let no_ops = match arch {
        Arch::Aarch64 => NoOps::A64,
        Arch::Thumb => NoOps::T32,
        Arch::X64 | Arch::X86 => NoOps::X86,
    };
    let mut bytes = vec![0; len as usize];
    match no_ops.fill(&mut bytes, 0) {
        0 => Ok(bytes),
        _ => Err(format!("{len} bytes of padding cannot be made of no-ops; give a fill byte: `.align to, 0`")),
    }
}

fn byte(fill: &TokenStream) -> Option<u8> {
    let mut trees = fill.clone().into_iter();
    let (TokenTree::Literal(literal), None) = (trees.next()?, trees.next()) else { return None };
    let text = literal.to_string();
    let text = text.strip_suffix("u8").unwrap_or(&text).replace('_', "");
    match text.strip_prefix("0x") {
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
