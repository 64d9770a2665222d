//! What stands between the brackets of an x86 address: registers with scales, a displacement, a label, in any order.

use super::x86::Reader;
use crate::cursor::{flatten, is_joint, is_punct, word, Cursor};
use crate::expression::{fold_integer, generics};
use crate::ir::Diagnostic;
use crate::label;
use bareasm_isa::x86::{Class, Displacement, Memory, Mode, Number, Register};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// A width as a word: `BYTE`, `dword ptr`.
#[derive(Clone, Copy)]
pub(crate) struct SizeHint {
    /// Width in bits; `None` for `near`, which says nothing.
    pub(crate) bits: Option<u16>,
}

impl SizeHint {
    /// The width that is next, if the word cannot be a variable there.
    pub(crate) fn at(cursor: &Cursor, mode: Mode) -> Option<SizeHint> {
        let ident = cursor.ident(0)?;
        let bits = match word(ident).as_str() {
            "byte" | "short" => Some(8),
            "word" => Some(16),
            "dword" => Some(32),
            "fword" | "pword" => Some(48),
            "qword" | "mmword" => Some(64),
            "tbyte" | "tword" => Some(80),
            "oword" | "dqword" | "xmmword" => Some(128),
            "yword" | "hword" | "ymmword" => Some(256),
            "zword" | "zmmword" => Some(512),
            "aword" => Some(mode.bits().into()),
            "near" => None,
            _ => return None,
        };
        let upper = !ident.to_string().contains(|c: char| c.is_ascii_lowercase());
        let clear = match cursor.peek(1)? {
            TokenTree::Ident(next) => next != "as",
            TokenTree::Literal(_) => true,
            TokenTree::Group(group) => upper || group.delimiter() == Delimiter::Bracket,
            TokenTree::Punct(_) => upper && !cursor.is_punct(1, '.') && !cursor.is_joint(1, ':', ':') || is_label(cursor),
        };
        clear.then_some(SizeHint { bits })
    }
}

fn is_label(cursor: &Cursor) -> bool {
    cursor.is_joint(1, '-', '>') || cursor.is_joint(1, '=', '>')
}

/// A summand.
struct Term<'a> {
    negative: bool,
    tokens: &'a [TokenTree],
}

/// A register of the address.
#[derive(Clone, Copy)]
struct Part {
    register: Register,
    scale: i128,
    /// Written once, without a scale.
    plain: bool,
    span: Span,
}

/// The summands by kind.
#[derive(Default)]
struct Sum {
    parts: Vec<Part>,
    known: i128,
    /// Expressions with their signs.
    unknown: Vec<(bool, Vec<TokenTree>)>,
    /// The number of their sum: taken where the first of them stands, since operands are evaluated in that order.
    number: Option<u16>,
}

/// Groups nested deeper than this are taken as expressions.
const MAX_DEPTH: usize = 8;

/// Reads the tokens of a memory operand, and the place of its end: what stands in brackets. Several brackets are added up
/// (`[rbx][rcx * 4]`), and a number in front of them (`8[rbx]`); behind a segment there may be none (`fs:0x28`).
pub(crate) fn terms(cursor: &mut Cursor, segment: bool) -> Option<(Vec<TokenTree>, Span)> {
    let bracket = |cursor: &Cursor, n: usize| cursor.group(n, Delimiter::Bracket).is_some();
    let sign = usize::from(cursor.is_punct(0, '-'));
    let number = matches!(cursor.peek(sign), Some(TokenTree::Literal(_))) && bracket(cursor, sign + 1);
    let mut span = cursor.span();
    if !number && !bracket(cursor, 0) {
        let brace = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let end = cursor.rest().iter().position(brace).unwrap_or(cursor.rest().len());
        return (segment && end > 0).then(|| (cursor.skip(end).to_vec(), span));
    }
    let mut terms = if number { cursor.skip(sign + 1).to_vec() } else { Vec::new() };
    while let Some(group) = cursor.group(0, Delimiter::Bracket) {
        if !terms.is_empty() {
            terms.push(TokenTree::Punct(proc_macro2::Punct::new('+', proc_macro2::Spacing::Alone)));
        }
        terms.extend(flatten(group.stream()));
        span = group.span_close();
        cursor.skip(1);
    }
    Some((terms, span))
}

/// Reads an address to the end of the cursor; the width of the operand is the caller's.
pub(crate) fn read(reader: &mut Reader, cursor: &mut Cursor) -> Result<Memory, Diagnostic> {
    let whole = cursor.span();
    let mut memory = Memory::EMPTY;
    if cursor.ident(0).is_some_and(|ident| word(ident) == "nosplit") && cursor.peek(1).is_some() {
        cursor.skip(1);
        memory.nosplit = true;
    }
    let arrow = (1..cursor.rest().len()).find(|n| {
        let behind_sign = n.checked_sub(1).is_some_and(|before| is_sign(cursor.rest(), before));
        cursor.is_joint(*n, '=', '>') && !behind_sign
    });
    let mut sum = Sum::default();
    let tokens = cursor.skip(arrow.unwrap_or(cursor.rest().len()));
    let mut address = Cursor::new(tokens, whole);
    memory.displacement_size = displacement_size(&mut address, reader.mode)?;
    if address.is_empty() {
        return Err(Diagnostic { span: whole, message: "expected an address".into() });
    }
    let target = read_terms(reader, &mut address, &mut memory, &mut sum, 0)?;
    if cursor.eat_joint('=', '>') {
        let field = super::x86_typemap::field_offset(cursor)?;
        sum.unknown.push((false, vec![grouped(field)]));
    }
    registers(&mut memory, sum.parts.as_slice())?;
    match target {
        Some(mut reference) => {
            if !sum.unknown.is_empty() {
                let tokens = summed(core::mem::take(&mut sum.unknown));
                let known = proc_macro2::Literal::i128_unsuffixed(sum.known);
                reference.addend = label::Addend::Expression(match sum.known {
                    0 => tokens.into_iter().collect(),
                    _ => {
                        let tokens: TokenStream = tokens.into_iter().collect();
                        quote::quote!(#tokens + #known)
                    }
                });
            } else {
                reference.addend = label::Addend::Known(sum.known);
            }
            memory.displacement = Displacement::Target(reader.list.captures.target(reference)?);
        }
        None => displacement(reader, &mut memory, sum, whole)?,
    }
    Ok(memory)
}

/// `[BYTE rax + 5]`: the width of the displacement in bits.
fn displacement_size(cursor: &mut Cursor, mode: Mode) -> Result<Option<u8>, Diagnostic> {
    let Some(hint) = SizeHint::at(cursor, mode) else { return Ok(None) };
    let span = cursor.span();
    cursor.skip(1);
    match hint.bits.and_then(|bits| u8::try_from(bits).ok()) {
        Some(bits @ (8 | 16 | 32 | 64)) => Ok(Some(bits)),
        _ => Err(Diagnostic { span, message: "a displacement is BYTE or DWORD".into() }),
    }
}

/// Sorts summands; returns the label among them.
fn read_terms(
    reader: &mut Reader,
    cursor: &mut Cursor,
    memory: &mut Memory,
    sum: &mut Sum,
    depth: usize,
) -> Result<Option<label::Reference>, Diagnostic> {
    let mut target = None;
    let mut many = false;
    while !cursor.is_empty() {
        let mut negative = false;
        while is_sign(cursor.rest(), 0) {
            negative ^= cursor.is_punct(0, '-');
            cursor.skip(1);
        }
        let span = cursor.span();
        if label::is_reference(cursor) {
            let tokens = cursor.skip(label_length(cursor));
            if negative || target.is_some() {
                return Err(Diagnostic { span, message: "an address has at most one label, and it cannot be subtracted".into() });
            }
            target = Some(label::reference(&mut Cursor::new(tokens, span))?);
            many = true;
            continue;
        }
        if memory.displacement_size.is_none() {
            memory.displacement_size = displacement_size(cursor, reader.mode)?;
        }
        let tokens = cursor.skip(term_length(cursor.rest()));
        if tokens.is_empty() {
            return Err(Diagnostic { span, message: "expected a register or a displacement".into() });
        }
        many |= !cursor.is_empty();
        let inner = term(reader, &Term { negative, tokens }, memory, sum, many, depth)?;
        if inner.is_some() {
            target = inner;
        }
        many = true;
    }
    Ok(target)
}

/// Puts a summand where it belongs.
fn term(
    reader: &mut Reader,
    term: &Term,
    memory: &mut Memory,
    sum: &mut Sum,
    many: bool,
    depth: usize,
) -> Result<Option<label::Reference>, Diagnostic> {
    let span = term.tokens.first().map_or_else(Span::call_site, TokenTree::span);
    if let Some((register, scale)) = scaled(reader, term.tokens)? {
        if term.negative {
            return Err(Diagnostic { span, message: "a register cannot be subtracted in an address".into() });
        }
        sum.parts.push(Part { register, scale: scale.unwrap_or(1), plain: scale.is_none(), span });
        return Ok(None);
    }
    if let [TokenTree::Group(group)] = term.tokens {
        if !term.negative && depth < MAX_DEPTH && holds_address(reader, group) {
            let inner = flatten(group.stream());
            return read_terms(reader, &mut Cursor::new(&inner, span), memory, sum, depth + 1);
        }
    }
    if has_register(reader, term.tokens) {
        let message = "a register in an address is added, or multiplied by a literal: [base + index * 8 + displacement]";
        return Err(Diagnostic { span, message: message.into() });
    }
    if many && has_loose_operator(term.tokens) {
        let message = "parentheses are needed: this operator binds less tightly than the `+` of the address";
        return Err(Diagnostic { span, message: message.into() });
    }
    match fold_integer(term.tokens) {
        Some(value) => {
            let signed = if term.negative { value.checked_neg() } else { Some(value) };
            sum.known = signed
                .and_then(|value| sum.known.checked_add(value))
                .ok_or_else(|| Diagnostic { span, message: "the displacement is too large".into() })?;
        }
        None => {
            if sum.number.is_none() {
                sum.number = Some(reader.list.captures.value(&[], span, false)?);
            }
            sum.unknown.push((term.negative, term.tokens.to_vec()));
        }
    }
    Ok(None)
}

/// A register, or the product of one and a literal.
fn scaled(reader: &mut Reader, tokens: &[TokenTree]) -> Result<Option<(Register, Option<i128>)>, Diagnostic> {
    let end = tokens.first().map_or_else(Span::call_site, TokenTree::span);
    let star = tokens.iter().position(|token| is_punct(Some(token), '*'));
    let Some((left, right)) = star.map(|n| (tokens.get(..n).unwrap_or(&[]), tokens.get(n + 1..).unwrap_or(&[]))) else {
        if !starts_register(reader, tokens) {
            return Ok(None);
        }
        let mut cursor = Cursor::new(tokens, end);
        let before = reader.list.captures.values.len();
        let register = reader.register(&mut cursor)?;
        if cursor.is_empty() {
            return Ok(register.map(|register| (register, None)));
        }
        reader.list.captures.values.truncate(before);
        return Ok(None);
    };
    for (register, factor) in [(left, right), (right, left)] {
        if !starts_register(reader, register) {
            continue;
        }
        let Some(scale) = fold_integer(factor) else { continue };
        let mut cursor = Cursor::new(register, end);
        if let Some(register) = reader.register(&mut cursor)? {
            if !cursor.is_empty() {
                let message = "expected one literal beside the register, as in `rcx * 4`";
                return Err(Diagnostic { span: cursor.span(), message: message.into() });
            }
            return Ok(Some((register, Some(scale))));
        }
    }
    Ok(None)
}

/// Whether the first token is a register; without numbering the expression of a dynamic one.
fn starts_register(reader: &Reader, tokens: &[TokenTree]) -> bool {
    let [TokenTree::Ident(ident), rest @ ..] = tokens else { return false };
    let dynamic = matches!(rest, [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Parenthesis)
        && bareasm_isa::x86::dynamic_class(&ident.to_string()).is_some();
    let follows = rest.first();
    dynamic || reader.register_named(ident).is_some() && !is_punct(follows, '.') && !is_joint(rest, 0, ':', ':')
}

/// Whether a parenthesised group has registers of its own, so that it is part of the address.
fn holds_address(reader: &Reader, group: &Group) -> bool {
    matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::None) && has_register(reader, &flatten(group.stream()))
}

fn has_register(reader: &Reader, tokens: &[TokenTree]) -> bool {
    (0..tokens.len()).any(|n| {
        let member = n.checked_sub(1).is_some_and(|before| {
            is_punct(tokens.get(before), '.') || before.checked_sub(1).is_some_and(|colon| is_joint(tokens, colon, ':', ':'))
        });
        let rest = tokens.get(n..).unwrap_or(&[]);
        let nested =
            matches!(rest.first(), Some(TokenTree::Group(group)) if n == 0 && tokens.len() > 1 && holds_address(reader, group));
        !member && (starts_register(reader, rest) || nested)
    })
}

/// Operators that would take the `+` of the address into their operands.
fn has_loose_operator(tokens: &[TokenTree]) -> bool {
    (0..tokens.len()).any(|n| {
        let loose = is_joint(tokens, n, '<', '<')
            || is_joint(tokens, n, '>', '>') && generics_end(tokens, n)
            || is_punct(tokens.get(n), '|')
            || is_punct(tokens.get(n), '^')
            || is_punct(tokens.get(n), '&');
        n > 0 && loose && !is_punct(tokens.get(n - 1), '*')
    })
}

/// Whether the `>` here is an operator, and not the end of generic arguments.
fn generics_end(tokens: &[TokenTree], at: usize) -> bool {
    !(0..at).any(|n| generics(tokens, n).is_some_and(|end| end > at))
}

fn is_sign(tokens: &[TokenTree], n: usize) -> bool {
    (is_punct(tokens.get(n), '+') || is_punct(tokens.get(n), '-')) && !is_joint(tokens, n, '-', '>')
}

/// Tokens up to the next `+` or `-` that has an operand on its left.
fn term_length(tokens: &[TokenTree]) -> usize {
    let mut n = 0;
    while n < tokens.len() {
        if let Some(end) = generics(tokens, n) {
            n = end;
            continue;
        }
        let operand = n.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|token| match token {
            TokenTree::Punct(punct) => matches!(punct.as_char(), '?' | '>'),
            TokenTree::Ident(ident) => ident != "as",
            _ => true,
        });
        if operand && is_sign(tokens, n) {
            return n;
        }
        n += 1;
    }
    n
}

/// Tokens of a label, without what is added to it.
fn label_length(cursor: &Cursor) -> usize {
    let sigil = if cursor.is_joint(0, '-', '>') || cursor.is_joint(0, '=', '>') { 2 } else { 1 };
    let rest = cursor.rest();
    let external = cursor.ident(0).is_some();
    match (sigil..rest.len()).find(|n| is_sign(rest, *n)) {
        Some(end) if !external => end,
        _ => rest.len(),
    }
}

/// Chooses base and index. Registers that were written more than once are added up if that is the only way.
fn registers(memory: &mut Memory, parts: &[Part]) -> Result<(), Diagnostic> {
    arrange(memory, parts).or_else(|error| match merged(parts) {
        fewer if fewer.len() < parts.len() => arrange(memory, &fewer),
        _ => Err(error),
    })
}

/// The parts with each register once: `rax + rax*3` is `rax*4`.
fn merged(parts: &[Part]) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for part in parts {
        let same = |known: &&mut Part| known.register == part.register && matches!(part.register.number, Number::Known(_));
        match out.iter_mut().find(same) {
            Some(known) => {
                known.scale = known.scale.saturating_add(part.scale);
                known.plain = false;
            }
            None => out.push(*part),
        }
    }
    out
}

fn arrange(memory: &mut Memory, parts: &[Part]) -> Result<(), Diagnostic> {
    let address = |part: &Part| part.register.class.gpr_bits().is_some() || part.register.class == Class::Ip;
    let once = |part: &Part| part.scale == 1 && parts.len() > 1 && address(part);
    let base = parts.iter().position(|part| part.plain && address(part)).or_else(|| parts.iter().position(once));
    let mut index = None;
    memory.base = None;
    for (n, part) in parts.iter().enumerate() {
        if Some(n) == base {
            memory.base = Some(part.register);
            continue;
        }
        if index.is_some() {
            return Err(Diagnostic { span: part.span, message: "an address has at most two registers".into() });
        }
        let scale = match part.scale {
            scale @ (1 | 2 | 4 | 8) => scale as u8,
            scale @ (3 | 5 | 9) if parts.len() == 1 => scale as u8,
            scale => {
                let message = format!("scale {scale} is not possible; an index is multiplied by 1, 2, 4 or 8");
                return Err(Diagnostic { span: part.span, message });
            }
        };
        index = Some((part.register, scale));
    }
    // The stack pointer cannot be an index: it has to be the base where order leaves the choice.
    let stack = |register: Register| matches!(register.class, Class::R64 | Class::R32) && register.number == Number::Known(4);
    match (memory.base, index) {
        (Some(base), Some((register, 1))) if stack(register) && !stack(base) => {
            memory.base = Some(register);
            memory.index = Some((base, 1));
        }
        _ => memory.index = index,
    }
    Ok(())
}

/// Turns the numbers of the sum into a displacement.
fn displacement(reader: &mut Reader, memory: &mut Memory, sum: Sum, span: Span) -> Result<(), Diagnostic> {
    if sum.unknown.is_empty() {
        if sum.known != 0 || sum.parts.is_empty() || memory.displacement_size.is_some() {
            let bits = i64::try_from(sum.known).or_else(|_| u64::try_from(sum.known).map(|bits| bits as i64));
            let message = || format!("displacement {} is out of range", sum.known);
            memory.displacement = Displacement::Known(bits.map_err(|_| Diagnostic { span, message: message() })?);
        }
        return Ok(());
    }
    let number = match sum.number {
        Some(number) => number,
        None => reader.list.captures.value(&[], span, false)?,
    };
    if let Some(value) = reader.list.captures.values.get_mut(usize::from(number)) {
        value.tokens = summed(sum.unknown);
        // The literal part goes into the field's bias, so that no addition at run time can overflow.
        value.bias = i32::try_from(sum.known)
            .map_err(|_| Diagnostic { span, message: format!("displacement {} is out of range", sum.known) })?;
    }
    memory.displacement = Displacement::Value(number);
    Ok(())
}

/// Expressions joined by their signs. A sign that is not the first token's own needs brackets around its operand.
fn summed(terms: Vec<(bool, Vec<TokenTree>)>) -> Vec<TokenTree> {
    let mut tokens = Vec::new();
    for (negative, term) in terms {
        let sign = if negative { '-' } else { '+' };
        let first = tokens.is_empty();
        if !first || negative {
            tokens.push(TokenTree::Punct(proc_macro2::Punct::new(sign, proc_macro2::Spacing::Alone)));
        }
        if first && negative && term.len() > 1 {
            tokens.push(grouped(term.into_iter().collect()));
        } else {
            tokens.extend(term);
        }
    }
    tokens
}

fn grouped(tokens: TokenStream) -> TokenTree {
    TokenTree::Group(Group::new(Delimiter::Parenthesis, tokens))
}
