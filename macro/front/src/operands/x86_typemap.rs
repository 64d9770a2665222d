//! Addresses of members of Rust types: `rax => Type.field`, `rax => Type[rcx + 2].field`, `[rax + rcx * 8 => Type.field]`.

use super::x86::Reader;
use crate::cursor::{flatten, is_punct, stream, Cursor};
use crate::expression::generics;
use crate::ir::Diagnostic;
use bareasm_isa::x86::{Displacement, Memory, Register};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// Reads `Type.field`, `Type[index]` or `Type[index].field` behind `base =>`.
pub(crate) fn read(reader: &mut Reader, base: Register, cursor: &mut Cursor) -> Result<Memory, Diagnostic> {
    let span = cursor.span();
    let (path, index) = path(cursor)?;
    let mut memory = Memory { base: Some(base), ..Memory::EMPTY };
    let mut offset: Option<TokenStream> = None;
    if let Some(tokens) = index {
        let mut inside = Cursor::new(&tokens, span);
        if let Some(hint) = super::x86_address::SizeHint::at(&inside, reader.mode) {
            inside.skip(1);
            memory.displacement_size = hint.bits.and_then(|bits| u8::try_from(bits).ok());
        }
        for part in summands(inside.rest()) {
            let mut part = Cursor::new(part, span);
            if let Some(register) = reader.register(&mut part)? {
                if memory.index.is_some() || !part.is_empty() {
                    let message = "the index of a type is one register without a scale, and an expression";
                    return Err(Diagnostic { span: part.span(), message: message.into() });
                }
                // Two stands for the size of the type until the form is chosen.
                memory.index = Some((register, 2));
                reader.list.scale = Some(quote_spanned!(span=> ::core::mem::size_of::<#path>()));
            } else {
                let number = stream(part.rest());
                let bytes = quote_spanned!(span=>
                    ::core::primitive::i64::saturating_mul((#number) as i64, ::core::mem::size_of::<#path>() as i64));
                offset = Some(sum(offset, bytes, span));
            }
        }
    }
    if cursor.eat('.') {
        let member = member(cursor)?;
        let bytes = quote_spanned!(span=> (::core::mem::offset_of!(#path, #member) as i64));
        offset = Some(sum(offset, bytes, span));
    }
    if !is_end(cursor) {
        return Err(Diagnostic { span: cursor.span(), message: "expected `,` behind the member".into() });
    }
    if let Some(offset) = offset {
        let tokens: Vec<TokenTree> = offset.into_iter().collect();
        memory.displacement = Displacement::Value(reader.list.captures.value(&tokens, span, false)?);
    }
    Ok(memory)
}

/// Reads `Type.field` to the end of the cursor, as an expression that gives the offset in bytes.
pub(crate) fn field_offset(cursor: &mut Cursor) -> Result<TokenStream, Diagnostic> {
    let span = cursor.span();
    let (path, index) = path(cursor)?;
    if index.is_some() || !cursor.eat('.') {
        return Err(Diagnostic {
            span: cursor.span(),
            message: "expected a member, as in `[rax + rcx * 8 => Type.member]`".into(),
        });
    }
    let member = member(cursor)?;
    if !cursor.is_empty() {
        return Err(Diagnostic { span: cursor.span(), message: "expected `]` behind the member".into() });
    }
    Ok(quote_spanned!(span=> ::core::mem::offset_of!(#path, #member) as i64))
}

fn is_end(cursor: &Cursor) -> bool {
    cursor.is_empty() || cursor.group(0, Delimiter::Brace).is_some()
}

/// The type, and the tokens of its index.
fn path(cursor: &mut Cursor) -> Result<(TokenStream, Option<Vec<TokenTree>>), Diagnostic> {
    let rest = cursor.rest();
    let mut n = 0;
    let mut depth = 0usize;
    while let Some(token) = rest.get(n) {
        if let Some(end) = generics(rest, n) {
            n = end;
            continue;
        }
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Punct(punct) if punct.as_char() == '.' && depth == 0 => break,
            TokenTree::Group(_) if depth == 0 => break,
            _ => {}
        }
        n += 1;
    }
    let span = cursor.span();
    let path = cursor.skip(n);
    if path.is_empty() {
        return Err(Diagnostic { span, message: "expected a type behind `=>`, as in `rax => Type.member`".into() });
    }
    let index = cursor.group(0, Delimiter::Bracket).map(|group| flatten(group.stream()));
    if index.is_some() {
        cursor.skip(1);
    } else if !cursor.is_punct(0, '.') {
        let message = "expected `.member` or `[index]` behind the type";
        return Err(Diagnostic { span: cursor.span(), message: message.into() });
    }
    Ok((stream(path), index))
}

/// `field` or `field.inner`.
fn member(cursor: &mut Cursor) -> Result<TokenStream, Diagnostic> {
    let span = cursor.span();
    let end = cursor.rest().iter().position(|token| matches!(token, TokenTree::Group(_))).unwrap_or(cursor.rest().len());
    let tokens = cursor.skip(end);
    let well_formed = !tokens.is_empty()
        && tokens.iter().enumerate().all(|(n, token)| match token {
            TokenTree::Punct(_) => n % 2 == 1 && is_punct(Some(token), '.'),
            _ => n % 2 == 0,
        });
    if well_formed {
        Ok(stream(tokens))
    } else {
        Err(Diagnostic { span, message: "expected the name of a member".into() })
    }
}

/// The operands of a sum. A `-` stays with what it negates.
fn summands(tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    tokens.split(|token| is_punct(Some(token), '+')).filter(|part| !part.is_empty()).collect()
}

fn sum(left: Option<TokenStream>, right: TokenStream, span: Span) -> TokenStream {
    match left {
        Some(left) => quote_spanned!(span=> ::core::primitive::i64::saturating_add(#left, #right)),
        None => right,
    }
}
