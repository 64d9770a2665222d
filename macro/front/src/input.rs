//! The header that the exported macros prepend, and the split of the input at semicolons.

use crate::cursor::{first_span, flattened, is_punct, stream, word, Cursor};
use crate::expression::split_commas;
use crate::ir::{Diagnostic, Invocation, Statement};
use crate::session::Session;
use crate::statement;
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// Reads `[root] [default architecture] target ; statements`; without a target for `code!`.
pub(crate) fn parse(tokens: TokenStream, has_target: bool) -> Result<Invocation, Vec<Diagnostic>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut cursor = Cursor::new(&tokens, Span::call_site());
    let mut session = Session::default();
    let root = header(&mut cursor, &mut session).map_err(|error| vec![error])?;
    let target = if has_target { target(&mut cursor).map_err(|error| vec![error])? } else { TokenStream::new() };
    let body = flattened(cursor.rest().iter().cloned());
    let (statements, errors) = statements(&mut session, &body, has_target);
    if errors.is_empty() {
        Ok(Invocation { target, root, statements })
    } else {
        Err(errors)
    }
}

/// The header: two bracketed groups that no user writes.
fn header(cursor: &mut Cursor, session: &mut Session) -> Result<TokenStream, Diagnostic> {
    let broken = |cursor: &Cursor| Diagnostic {
        span: cursor.span(),
        message: "expected `[root] [architecture]`: call the macro through the crate that exports it".into(),
    };
    let Some(root) = cursor.group(0, Delimiter::Bracket) else { return Err(broken(cursor)) };
    let Some(arch) = cursor.group(1, Delimiter::Bracket) else { return Err(broken(cursor)) };
    cursor.skip(2);
    if let Some(TokenTree::Ident(name)) = arch.stream().into_iter().next() {
        // An unknown default is reported where an architecture is first needed, since `.arch` may still follow.
        let _ = session.set_arch(&word(&name), name.span());
    }
    Ok(root.stream())
}

/// The assembler: everything up to the first semicolon.
fn target(cursor: &mut Cursor) -> Result<TokenStream, Diagnostic> {
    let end = cursor.rest().iter().position(|token| is_punct(Some(token), ';')).unwrap_or(cursor.rest().len());
    let target = cursor.skip(end);
    cursor.skip(1);
    match target {
        [] => Err(Diagnostic { span: cursor.span(), message: "expected the assembler, as in `dynasm!(ops ; ret)`".into() }),
        _ => match split_commas(target).as_slice() {
            [_] => Ok(stream(target)),
            [.., last] => {
                Err(Diagnostic { span: first_span(last, cursor.span()), message: "expected `;` behind the assembler".into() })
            }
            [] => Ok(TokenStream::new()),
        },
    }
}

/// Reads all statements. `;;` introduces one of Rust (`follows`: a semicolon stands in front of the first); empty ones
/// at the end are nothing.
fn statements(session: &mut Session, tokens: &[TokenTree], follows: bool) -> (Vec<Statement>, Vec<Diagnostic>) {
    let mut statements = Vec::new();
    let mut errors = Vec::new();
    let mut rust = false;
    let mut lines = tokens.split(|token| is_punct(Some(token), ';')).peekable();
    let mut follows = follows;
    while let Some(line) = lines.next() {
        let double = core::mem::replace(&mut follows, true);
        if line.is_empty() {
            rust = !rust && double && lines.peek().is_some();
        } else if core::mem::replace(&mut rust, false) {
            session.forget_block();
            statement::push_rust(session, line, &mut statements);
        } else if let Err(error) = statement::parse(session, line, Span::call_site(), &mut statements) {
            errors.push(error);
        }
    }
    (statements, errors)
}
