//! What a line is: a label, a directive, an instruction.

use crate::cursor::{is_colon, Cursor};
use crate::ir::{Arch, Diagnostic, Label, Statement, StatementKind};
use crate::session::Session;
use crate::{directive, instruction, label};
use proc_macro2::{Span, TokenTree};

/// Reads a line; its statements are added to `out`. A label may stand in front of anything else.
pub(crate) fn parse(session: &mut Session, tokens: &[TokenTree], end: Span, out: &mut Vec<Statement>) -> Result<(), Diagnostic> {
    let mut cursor = Cursor::new(tokens, end);
    while let Some((label, length)) = definition(&cursor)? {
        let written = cursor.skip(length);
        session.forget_block();
        push(session, written, StatementKind::Label(label), out)?;
    }
    if cursor.is_empty() {
        return Ok(());
    }
    let written = cursor.rest();
    if cursor.eat('.') {
        let mut kinds = Vec::new();
        directive::parse(session, &mut cursor, &mut kinds)?;
        for kind in kinds {
            push(session, written, kind, out)?;
        }
        return Ok(());
    }
    let instruction = instruction::parse(session, &mut cursor)?;
    push(session, written, StatementKind::Instruction(instruction), out)
}

/// Adds a statement of Rust.
pub(crate) fn push_rust(session: &Session, tokens: &[TokenTree], out: &mut Vec<Statement>) {
    let Some(first) = tokens.first() else { return };
    let kind = StatementKind::Rust(crate::cursor::stream(tokens));
    // A Rust statement is of no architecture; in front of any `.arch` this one does as well as another.
    let arch = session.arch(first.span()).unwrap_or(Arch::Aarch64);
    out.push(Statement { span: first.span(), text: text(tokens), arch, kind });
}

fn push(session: &Session, tokens: &[TokenTree], kind: StatementKind, out: &mut Vec<Statement>) -> Result<(), Diagnostic> {
    let span = tokens.first().map_or_else(Span::call_site, TokenTree::span);
    let arch = session.arch(span)?;
    out.push(Statement { span, text: text(tokens), arch, kind });
    Ok(())
}

/// The source text, where somebody asks for it.
fn text(tokens: &[TokenTree]) -> String {
    if cfg!(any(feature = "listing", feature = "cli")) {
        crate::text::render(tokens)
    } else {
        String::new()
    }
}

/// The label that is defined here, and the length of its definition in tokens.
fn definition(cursor: &Cursor) -> Result<Option<(Label, usize)>, Diagnostic> {
    let tokens = cursor.rest();
    if cursor.is_joint(0, '-', '>') {
        let Some(name) = cursor.ident(2) else {
            return Err(Diagnostic { span: cursor.span(), message: "expected the name of a label behind `->`".into() });
        };
        let length = if is_colon(tokens, 3) { 4 } else { 3 };
        if length == 3 && tokens.len() > 3 {
            let message = format!("expected `:` behind the label `->{name}`");
            return Err(Diagnostic { span: name.span(), message });
        }
        return Ok(Some((Label::Local(label::name(name)), length)));
    }
    if cursor.is_joint(0, '=', '>') {
        // The colon is optional at the end of the line; in front of an instruction it must follow a name or brackets.
        let simple = is_colon(tokens, 3);
        let last = tokens.len().saturating_sub(1);
        let (end, length) = match (simple, is_colon(tokens, last)) {
            (true, _) => (3, 4),
            (false, true) => (last, tokens.len()),
            (false, false) => (tokens.len(), tokens.len()),
        };
        let label = label::global(tokens.get(2..end).unwrap_or(&[]), cursor.span())?;
        return Ok(Some((label, length)));
    }
    match cursor.ident(0) {
        Some(name) if is_colon(tokens, 1) => Ok(Some((Label::Next(label::name(name)), 2))),
        _ => Ok(None),
    }
}
