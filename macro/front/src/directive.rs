//! Directives: what begins with a dot.

use crate::cursor::{first_span, stream, Cursor};
use crate::expression::{fold, fold_integer, split_commas, typed, Constant};
use crate::ir::{Diagnostic, StatementKind, Target, Value, ValueKind};
use crate::label::{self, Addend};
use crate::literal;
use crate::session::Session;
use bareasm_isa::field::{Field, Kind};
use bareasm_isa::relocation::Relocation;
use bareasm_isa::rule::Rule;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// What a data directive stores.
#[derive(Clone, Copy)]
enum Datum {
    Integer { signed: bool, bits: u8 },
    Float { bits: u8 },
}

/// Directives of dynasm-rs before 5.0, and what they are called now.
const RENAMED: &[(&str, &str)] =
    &[("byte", ".u8 or .i8"), ("word", ".u16 or .i16"), ("dword", ".u32 or .i32"), ("qword", ".u64 or .i64")];

/// All directives, for messages.
const NAMES: &[&str] = &[
    "arch", "feature", "cpu", "alias", "align", "bytes", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64",
    "abs32", "abs64", "rel8", "rel16", "rel32", "rel64",
];

/// Reads the directive behind the dot; what it emits is added to `out`.
pub(crate) fn parse(session: &mut Session, cursor: &mut Cursor, out: &mut Vec<StatementKind>) -> Result<(), Diagnostic> {
    let span = cursor.span();
    let Some(name) = cursor.eat_ident() else {
        return Err(Diagnostic { span, message: "expected the name of a directive behind `.`".into() });
    };
    let arguments = cursor.skip(cursor.rest().len());
    let text = name.to_string();
    match text.as_str() {
        "arch" => session.set_arch(&joined(arguments), first_span(arguments, span)),
        "cpu" => session.set_cpu(&joined(arguments), first_span(arguments, span)),
        "feature" => session.set_features(&feature_names(arguments, span)?),
        "alias" => alias(session, arguments, span),
        "align" => align(arguments, span, out),
        "bytes" => bytes(arguments, span, out),
        "f32" => data(Datum::Float { bits: 32 }, arguments, span, out),
        "f64" => data(Datum::Float { bits: 64 }, arguments, span, out),
        "abs32" => reference(Relocation::Abs32, arguments, span, out),
        "abs64" => reference(Relocation::Abs64, arguments, span, out),
        "rel8" => reference(Relocation::Data8, arguments, span, out),
        "rel16" => reference(Relocation::Data16, arguments, span, out),
        "rel32" => reference(Relocation::Data32, arguments, span, out),
        "rel64" => reference(Relocation::Data64, arguments, span, out),
        other => match literal::type_named(other) {
            Some(literal::Type::Integer { signed, bits }) if bits <= 64 => {
                data(Datum::Integer { signed, bits }, arguments, span, out)
            }
            _ => Err(unknown(name)),
        },
    }
}

fn unknown(name: &Ident) -> Diagnostic {
    let text = name.to_string();
    let message = match RENAMED.iter().find(|(old, _)| *old == text) {
        Some((old, new)) => format!(".{old} depends on the architecture and is not supported; write {new}"),
        None => match crate::diagnose::nearest(&text, NAMES.iter().copied()) {
            Some(near) => format!("unknown directive .{text}; did you mean .{near}?"),
            None => format!("unknown directive .{text}; there are .{}", NAMES.join(", .")),
        },
    };
    Diagnostic { span: name.span(), message }
}

/// A name that is not a Rust identifier (`cortex-m0`, `sve2.1`).
fn joined(tokens: &[TokenTree]) -> String {
    tokens.iter().map(TokenTree::to_string).collect::<String>().to_ascii_lowercase()
}

fn feature_names(arguments: &[TokenTree], span: Span) -> Result<Vec<(String, Span)>, Diagnostic> {
    if arguments.is_empty() {
        return Err(Diagnostic { span, message: "expected features, like `.feature avx2, -avx512f`".into() });
    }
    Ok(split_commas(arguments).into_iter().map(|part| (joined(part), first_span(part, span))).collect())
}

fn alias(session: &mut Session, arguments: &[TokenTree], span: Span) -> Result<(), Diagnostic> {
    match split_commas(arguments).as_slice() {
        [[TokenTree::Ident(name)], [TokenTree::Ident(register)]] => session.set_alias(name, register),
        _ => Err(Diagnostic { span, message: "expected `.alias name, register`".into() }),
    }
}

fn align(arguments: &[TokenTree], span: Span, out: &mut Vec<StatementKind>) -> Result<(), Diagnostic> {
    let parts = split_commas(arguments);
    let (to, fill) = match parts.as_slice() {
        [to] if !to.is_empty() => (*to, None),
        [to, fill] => (*to, Some(*fill)),
        _ => return Err(Diagnostic { span, message: "expected `.align boundary` or `.align boundary, fill byte`".into() }),
    };
    let known = match fold_integer(to) {
        None => None,
        Some(value) => match u32::try_from(value) {
            Ok(value) if value.is_power_of_two() => Some(value),
            _ => {
                let message = format!("cannot align to {value}; the boundary is a power of two in bytes");
                return Err(Diagnostic { span: first_span(to, span), message });
            }
        },
    };
    if let Some(value) = fill.and_then(fold_integer) {
        if !(-128..=255).contains(&value) {
            let place = fill.map_or(span, |tokens| first_span(tokens, span));
            return Err(Diagnostic { span: place, message: format!("fill {value} is out of range: 0 to 255") });
        }
    }
    let fill = fill.map(|tokens| typed(tokens, ValueKind::Register));
    out.push(StatementKind::Align { to: typed(to, ValueKind::Integer), known, fill });
    Ok(())
}

fn bytes(arguments: &[TokenTree], span: Span, out: &mut Vec<StatementKind>) -> Result<(), Diagnostic> {
    if let [TokenTree::Literal(literal)] = arguments {
        if let Some(bytes) = literal::byte_string(literal) {
            out.push(StatementKind::Data(bytes));
            return Ok(());
        }
    }
    let array = match arguments {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            Some(group.stream().into_iter().collect::<Vec<_>>())
        }
        _ => None,
    };
    let parts = split_commas(array.as_deref().unwrap_or(arguments));
    let known: Option<Vec<i128>> = parts.iter().map(|part| fold_integer(part)).collect();
    match known {
        Some(values) => {
            let mut data = Vec::new();
            for (value, part) in values.into_iter().zip(&parts) {
                let byte = u8::try_from(value).map_err(|_| Diagnostic {
                    span: first_span(part, span),
                    message: format!("byte {value} is out of range: 0 to 255"),
                })?;
                data.push(byte);
            }
            out.push(StatementKind::Data(data));
            Ok(())
        }
        None if parts.len() == 1 || array.is_some() => {
            out.push(StatementKind::Bytes(stream(arguments)));
            Ok(())
        }
        None => {
            let message = "expected bytes known now, or one expression that gives bytes; `.u8` takes several expressions";
            Err(Diagnostic { span: first_span(arguments, span), message: message.into() })
        }
    }
}

fn data(datum: Datum, arguments: &[TokenTree], span: Span, out: &mut Vec<StatementKind>) -> Result<(), Diagnostic> {
    for part in split_commas(arguments) {
        let place = first_span(part, span);
        if part.is_empty() {
            return Err(Diagnostic { span: place, message: "expected a value".into() });
        }
        let (signed, bits) = match datum {
            Datum::Integer { signed, bits } => (signed, bits),
            Datum::Float { bits } => (false, bits),
        };
        let size = bits / 8;
        match (fold(part), datum) {
            (Some(Constant::Integer(value)), Datum::Integer { .. }) => {
                let (low, high) =
                    if signed { (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1) } else { (0, (1i128 << bits) - 1) };
                if value < low || value > high {
                    return Err(Diagnostic { span: place, message: format!("value {value} is out of range: {low} to {high}") });
                }
                push_data(out, &value.to_le_bytes(), size);
            }
            (Some(Constant::Float(value)), Datum::Float { bits: 32 }) => push_data(out, &(value as f32).to_le_bytes(), size),
            (Some(Constant::Float(value)), Datum::Float { .. }) => push_data(out, &value.to_le_bytes(), size),
            (Some(_), _) => {
                let message = match datum {
                    Datum::Integer { .. } => "expected an integer",
                    Datum::Float { .. } => "expected a floating-point number, like 1.0",
                };
                return Err(Diagnostic { span: place, message: message.into() });
            }
            (None, _) => out.push(run_time(datum, signed, bits, part, place)),
        }
    }
    Ok(())
}

/// Neighbouring data are one statement's bytes.
fn push_data(out: &mut Vec<StatementKind>, bytes: &[u8], size: u8) {
    let bytes = bytes.get(..size.into()).unwrap_or(bytes);
    match out.last_mut() {
        Some(StatementKind::Data(data)) => data.extend_from_slice(bytes),
        _ => out.push(StatementKind::Data(bytes.to_vec())),
    }
}

fn run_time(datum: Datum, signed: bool, bits: u8, part: &[TokenTree], span: Span) -> StatementKind {
    let kind = if bits == 64 { ValueKind::Pattern } else { ValueKind::Integer };
    let expr: TokenStream = match datum {
        Datum::Integer { .. } => typed(part, kind),
        Datum::Float { bits } => {
            let value = typed(part, ValueKind::Float);
            let float = Ident::new(if bits == 32 { "f32" } else { "f64" }, span);
            quote_spanned!(span=> ::core::primitive::#float::to_bits(#value))
        }
    };
    let rule = match (bits, signed) {
        (64, _) => Rule::Pattern,
        (_, true) => Rule::Signed,
        (_, false) => Rule::Unsigned,
    };
    StatementKind::Value { field: Field::new(Kind::Immediate, rule, bits, 0), size: bits / 8, value: Value { expr, span, kind } }
}

fn reference(
    relocation: Relocation,
    arguments: &[TokenTree],
    span: Span,
    out: &mut Vec<StatementKind>,
) -> Result<(), Diagnostic> {
    for part in split_commas(arguments) {
        let mut cursor = Cursor::new(part, span);
        if !label::is_reference(&cursor) {
            let message = "expected a label: `->local`, `=>global`, `=>(dynamic)`, `>next`, `<previous` or `extern address`";
            return Err(Diagnostic { span: cursor.span(), message: message.into() });
        }
        let reference = label::reference(&mut cursor)?;
        let addend = match reference.addend {
            Addend::Known(0) => None,
            Addend::Known(value) => {
                let literal = proc_macro2::Literal::u128_unsuffixed(value.unsigned_abs());
                Some(if value < 0 { quote_spanned!(span=> -#literal) } else { quote_spanned!(span=> #literal) })
            }
            Addend::Expression(expr) => Some(expr),
        };
        let target = Target { label: reference.label, addend, before: 0, span: reference.span };
        out.push(StatementKind::Reference(target, relocation));
    }
    Ok(())
}
