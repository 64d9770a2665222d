//! Operands of x86: registers, sized memory, immediates, labels, and the decorations of EVEX.
//!
//! The notation is Intel's, with the spellings of NASM and dynasm-rs beside those of MASM: `dword ptr [rax]`,
//! `DWORD [rax]` and `fs:[rax]`, `[fs:rax]`, `fs mov rax, [rax]` are all read.

use super::x86_address::{self, SizeHint};
use super::{x86_typemap, Captures};
use crate::cursor::{flatten, is_colon, word, Cursor};
use crate::expression::{fold, split_commas, Constant};
use crate::ir::Diagnostic;
use crate::label;
use crate::literal::{self, Number};
use bareasm_isa::choice::Decoration;
use bareasm_isa::x86::{self, Class, Decorations, Immediate, Memory, Mode, Operand, Prefix, Register, Rounding};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use std::collections::BTreeMap;

/// An operand list.
#[derive(Debug, Default)]
pub(crate) struct Operands {
    /// Operands in source order, without rounding.
    pub(crate) operands: Vec<Operand>,
    /// The place of each.
    pub(crate) spans: Vec<Span>,
    /// Mask, zeroing, rounding.
    pub(crate) decorations: Decorations,
    /// Their places.
    pub(crate) decoration_spans: Vec<(Decoration, Span)>,
    /// How many operands stand in front of the rounding.
    pub(crate) before_rounding: usize,
    /// What they refer to.
    pub(crate) captures: Captures,
    /// The scale of an index that is the size of a type, as an expression.
    pub(crate) scale: Option<TokenStream>,
}

/// Reads operands for one instruction.
pub(crate) struct Reader<'a> {
    /// 32 or 64 bits.
    pub(crate) mode: Mode,
    /// Names from `.alias`.
    pub(crate) aliases: &'a BTreeMap<String, String>,
    /// What has been read.
    pub(crate) list: Operands,
}

/// Prefixes in front of a mnemonic and their places; the mnemonic is next in the cursor afterwards.
pub(crate) fn prefixes(cursor: &mut Cursor) -> Vec<(Prefix, Span)> {
    let mut prefixes = Vec::new();
    loop {
        let found = match (cursor.peek(0), cursor.peek(1)) {
            (Some(TokenTree::Group(group)), Some(_)) if group.delimiter() == Delimiter::Brace => {
                Prefix::from_text(&format!("{{{}}}", joined(group)))
            }
            (Some(TokenTree::Ident(ident)), Some(TokenTree::Ident(_))) => Prefix::from_text(&word(ident)),
            _ => None,
        };
        let Some(prefix) = found else { return prefixes };
        prefixes.push((prefix, cursor.span()));
        cursor.skip(1);
    }
}

/// What stands in braces, without blanks and in lower case.
fn joined(group: &Group) -> String {
    group.stream().into_iter().map(|token| token.to_string()).collect::<String>().to_ascii_lowercase()
}

impl Reader<'_> {
    /// Reads all operands.
    pub(crate) fn read(&mut self, cursor: &mut Cursor) -> Result<(), Diagnostic> {
        let tokens = cursor.skip(cursor.rest().len());
        if tokens.is_empty() {
            return Ok(());
        }
        for part in split_commas(tokens) {
            let mut part = Cursor::new(part, cursor.span());
            if part.is_empty() {
                return Err(Diagnostic { span: part.span(), message: "expected an operand".into() });
            }
            self.part(&mut part)?;
        }
        Ok(())
    }

    fn push(&mut self, operand: Operand, span: Span) {
        self.list.operands.push(operand);
        self.list.spans.push(span);
    }

    /// What stands between two commas.
    fn part(&mut self, cursor: &mut Cursor) -> Result<(), Diagnostic> {
        let span = cursor.span();
        if let Some(group) = cursor.group(0, Delimiter::Brace) {
            let text = joined(group);
            if let Some(rounding) = rounding(&text) {
                self.list.decorations.rounding = Some(rounding);
                self.decoration(Decoration::Rounding, span)?;
                cursor.skip(1);
                return self.end(cursor);
            }
            if let Some(flags) = text.strip_prefix("dfv=") {
                cursor.skip(1);
                self.push(Operand::Dfv(default_flags(flags, span)?), span);
                return if cursor.is_empty() { Ok(()) } else { self.part(cursor) };
            }
        }
        let size = self.size(cursor);
        let operand = self.operand(cursor, size)?;
        self.push(operand, span);
        if matches!(operand, Operand::Register(_) | Operand::Memory(_)) {
            self.decorations(cursor)?;
        }
        self.end(cursor)
    }

    fn end(&self, cursor: &Cursor) -> Result<(), Diagnostic> {
        match cursor.peek(0) {
            None => Ok(()),
            Some(token) => Err(Diagnostic { span: token.span(), message: "expected `,` or the end of the instruction".into() }),
        }
    }

    fn operand(&mut self, cursor: &mut Cursor, size: Option<u16>) -> Result<Operand, Diagnostic> {
        let span = cursor.span();
        if let Some(memory) = self.memory(cursor)? {
            return Ok(Operand::Memory(Memory { size, ..memory }));
        }
        if label::is_reference(cursor) {
            let reference = label::reference(cursor)?;
            return Ok(Operand::Target { target: self.list.captures.target(reference)?, size });
        }
        let mut ahead = cursor.clone();
        if let Some(register) = self.register(&mut ahead)? {
            if ahead.eat_joint('=', '>') {
                *cursor = ahead;
                return Ok(Operand::Memory(Memory { size, ..x86_typemap::read(self, register, cursor)? }));
            }
            if ahead.is_empty() || ahead.group(0, Delimiter::Brace).is_some() {
                *cursor = ahead;
                if size.is_some() {
                    return Err(Diagnostic { span, message: "a register has its width by itself".into() });
                }
                return Ok(Operand::Register(register));
            }
            if !is_call_or_field(&ahead) {
                let message = "expected `,` behind the register; arithmetic on registers is only possible in an address";
                return Err(Diagnostic { span: ahead.span(), message: message.into() });
            }
        }
        if let Some(far) = self.far(cursor)? {
            return Ok(far);
        }
        let tokens = cursor.skip(cursor.rest().len());
        Ok(Operand::Immediate { value: self.immediate(tokens, span)?, size })
    }

    /// A number, known or not.
    pub(crate) fn immediate(&mut self, tokens: &[TokenTree], span: Span) -> Result<Immediate, Diagnostic> {
        let tokens = match tokens {
            // `#` has no meaning here, but does no harm in pasted code.
            [TokenTree::Punct(hash), rest @ ..] if hash.as_char() == '#' => rest,
            _ => tokens,
        };
        match fold(tokens) {
            Some(Constant::Integer(value)) => Ok(Immediate::Known(value)),
            Some(Constant::Float(_)) => {
                Err(Diagnostic { span, message: "expected an integer; x86 has no floating-point immediates".into() })
            }
            None if tokens.is_empty() => Err(Diagnostic { span, message: "expected an operand".into() }),
            None => Ok(Immediate::Value(self.list.captures.value(tokens, span, false)?)),
        }
    }

    /// `selector:offset`.
    fn far(&mut self, cursor: &mut Cursor) -> Result<Option<Operand>, Diagnostic> {
        let rest = cursor.rest();
        let Some(colon) = (0..rest.len()).find(|n| is_colon(rest, *n)) else { return Ok(None) };
        let span = cursor.span();
        let Some(Constant::Integer(selector)) = fold(cursor.skip(colon)) else {
            return Err(Diagnostic { span, message: "expected a literal selector in `selector:offset`".into() });
        };
        let selector = u16::try_from(selector)
            .map_err(|_| Diagnostic { span, message: format!("selector {selector} is out of range: 0 to 65535") })?;
        cursor.skip(1);
        let place = cursor.span();
        let offset = self.immediate(cursor.skip(cursor.rest().len()), place)?;
        Ok(Some(Operand::Far { selector, offset }))
    }

    /// A register, static or dynamic, if one is next.
    pub(crate) fn register(&mut self, cursor: &mut Cursor) -> Result<Option<Register>, Diagnostic> {
        let Some(ident) = cursor.ident(0) else { return Ok(None) };
        if let Some(group) = cursor.group(1, Delimiter::Parenthesis) {
            if let Some(class) = x86::dynamic_class(&ident.to_string()) {
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                if tokens.is_empty() {
                    let message = format!("expected the number of a register in `{ident}()`");
                    return Err(Diagnostic { span: group.span(), message });
                }
                cursor.skip(2);
                let value = self.list.captures.value(&tokens, ident.span(), true)?;
                return Ok(Some(Register { class, number: x86::Number::Value(value) }));
            }
            if word(ident) == "st" {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                if let Some(Constant::Integer(number @ 0..=7)) = fold(&inner) {
                    cursor.skip(2);
                    return Ok(Some(Register::known(Class::St, number as u8)));
                }
            }
        }
        let found = self.register_named(ident);
        if found.is_some() {
            cursor.skip(1);
        }
        Ok(found)
    }

    /// The register with this name or alias.
    pub(crate) fn register_named(&self, ident: &Ident) -> Option<Register> {
        let text = word(ident);
        let (class, number) = register_named(self.aliases.get(&text).unwrap_or(&text))?;
        Some(Register::known(class, number))
    }

    /// Memory with its segment, if that is next.
    fn memory(&mut self, cursor: &mut Cursor) -> Result<Option<Memory>, Diagnostic> {
        let segment = self.segment(cursor);
        let mut ahead = cursor.clone();
        ahead.skip(if segment.is_some() { 2 } else { 0 });
        let bare = ahead.clone();
        let Some((inner, span)) = x86_address::terms(&mut ahead, segment.is_some()) else { return Ok(None) };
        *cursor = ahead;
        // `[0; 4].len()` is an expression.
        if cursor.peek(0).is_some_and(|next| !matches!(next, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace)) {
            return Err(Diagnostic { span, message: "expected `,` behind the address".into() });
        }
        let mut inside = Cursor::new(&inner, span);
        let prefix = self.segment(&inside);
        if prefix.is_some() {
            inside.skip(2);
        }
        let memory = x86_address::read(self, &mut inside)?;
        let registers = memory.base.is_some() || memory.index.is_some();
        if registers
            && !bare.rest().iter().any(|token| matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Bracket))
        {
            return Err(Diagnostic { span, message: "an address with registers stands in brackets".into() });
        }
        Ok(Some(Memory { segment: segment.or(prefix), ..memory }))
    }

    /// The segment register in front of a colon.
    fn segment(&self, cursor: &Cursor) -> Option<u8> {
        let register = self.register_named(cursor.ident(0)?)?;
        match register.number {
            x86::Number::Known(number) if register.class == Class::Segment && is_colon(cursor.rest(), 1) => Some(number),
            _ => None,
        }
    }

    /// A width in front of an operand, in bits.
    fn size(&self, cursor: &mut Cursor) -> Option<u16> {
        let hint = SizeHint::at(cursor, self.mode)?;
        cursor.skip(1);
        let pointer = cursor.ident(0).is_some_and(|ident| word(ident) == "ptr");
        if pointer && cursor.peek(1).is_some() {
            cursor.skip(1);
        }
        hint.bits
    }

    /// Notes the place of a decoration, which may be written once.
    fn decoration(&mut self, decoration: Decoration, span: Span) -> Result<(), Diagnostic> {
        if self.list.decoration_spans.iter().any(|(known, _)| *known == decoration) {
            let what = match decoration {
                Decoration::Mask => "write mask",
                Decoration::Zeroing => "{z}",
                _ => "rounding",
            };
            return Err(Diagnostic { span, message: format!("there is one {what} already") });
        }
        self.list.decoration_spans.push((decoration, span));
        if decoration == Decoration::Rounding {
            self.list.before_rounding = self.list.operands.len();
        }
        Ok(())
    }

    /// `{k1}`, `{z}`, `{1to16}`, `{rn-sae}` behind a register or an address.
    fn decorations(&mut self, cursor: &mut Cursor) -> Result<(), Diagnostic> {
        let operand = u8::try_from(self.list.operands.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let mut zeroing = None;
        while let Some(group) = cursor.group(0, Delimiter::Brace) {
            cursor.skip(1);
            let (text, span) = (joined(group), group.span());
            let error = |message: String| Err(Diagnostic { span, message });
            let inner = flatten(group.stream());
            let mut inside = Cursor::new(&inner, group.span_close());
            if let Some(rounding) = rounding(&text) {
                self.list.decorations.rounding = Some(rounding);
                self.decoration(Decoration::Rounding, span)?;
            } else if text == "z" {
                self.list.decorations.zeroing = true;
                self.decoration(Decoration::Zeroing, span)?;
                zeroing = Some(span);
            } else if let Some(count) = broadcast(&inner) {
                match self.list.operands.last_mut() {
                    Some(Operand::Memory(memory)) if memory.broadcast.is_none() => memory.broadcast = Some(count),
                    Some(Operand::Memory(_)) => return error("there is one broadcast already".into()),
                    _ => return error(format!("only memory can be broadcast: `{{{text}}}` stands behind an address")),
                }
            } else if let Some(Register { class: Class::K, number }) = self.register(&mut inside)? {
                self.list.decorations.mask = Some((number, operand));
                self.decoration(Decoration::Mask, span)?;
            } else {
                return error(format!(
                    "unknown decoration {{{text}}}; there are {{k1}} to {{k7}}, {{z}}, {{1to8}}, {{rn-sae}}, {{sae}}"
                ));
            }
        }
        match (zeroing, self.list.decorations.mask) {
            (Some(span), Some((_, masked))) if masked != operand => {
                Err(Diagnostic { span, message: "{z} stands behind the write mask: `{k1}{z}`".into() })
            }
            _ => Ok(()),
        }
    }
}

/// Names that dynasm-rs has beside the manual's: `r0` to `r7` in all widths, `mmx0`.
pub(crate) fn register_named(name: &str) -> Option<(Class, u8)> {
    if let Some(found) = x86::register(name) {
        return Some(found);
    }
    if let Some(number) = name.strip_prefix("mmx") {
        return x86::register(&format!("mm{number}"));
    }
    let rest = name.strip_prefix('r')?;
    let (digit, suffix) = rest.split_at_checked(1)?;
    let number = digit.parse::<u8>().ok().filter(|n| *n < 8)?;
    let class = match suffix {
        "" => Class::R64,
        "d" => Class::R32,
        "w" => Class::R16,
        "b" => Class::R8,
        _ => return None,
    };
    Some((class, number))
}

/// Whether what follows makes the word before it part of an expression: a variable that is called as a register is.
fn is_call_or_field(cursor: &Cursor) -> bool {
    cursor.is_punct(0, '.') || cursor.is_joint(0, ':', ':') || cursor.is_punct(0, '!')
}

fn rounding(text: &str) -> Option<Rounding> {
    Some(match text {
        "rn-sae" => Rounding::Nearest,
        "rd-sae" => Rounding::Down,
        "ru-sae" => Rounding::Up,
        "rz-sae" => Rounding::Zero,
        "sae" => Rounding::Suppress,
        _ => return None,
    })
}

fn broadcast(tokens: &[TokenTree]) -> Option<u8> {
    let [TokenTree::Literal(literal)] = tokens else { return None };
    match literal::parse(literal) {
        Number::Word(text) => text.strip_prefix("1to")?.parse().ok(),
        _ => None,
    }
}

fn default_flags(text: &str, span: Span) -> Result<u8, Diagnostic> {
    let mut flags = 0;
    for name in text.split(',').filter(|name| !name.is_empty()) {
        flags |= match name {
            "of" => 8,
            "sf" => 4,
            "zf" => 2,
            "cf" => 1,
            _ => return Err(Diagnostic { span, message: format!("unknown flag {name}; there are of, sf, zf, cf") }),
        };
    }
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bareasm_isa::x86::{Displacement, Number as RegisterNumber};

    /// Operands in a notation of their own: what was understood, not what was written.
    fn read(text: &str) -> Result<String, String> {
        let tokens = flatten(text.parse().unwrap());
        let aliases = BTreeMap::from([("acc".to_string(), "rax".to_string())]);
        let mut reader = Reader { mode: Mode::Long, aliases: &aliases, list: Operands::default() };
        reader.read(&mut Cursor::new(&tokens, Span::call_site())).map_err(|error| error.message)?;
        let list = &reader.list;
        let expr = |value: u16| {
            let value = &list.captures.values[usize::from(value)];
            let text: String = value.tokens.iter().map(TokenTree::to_string).collect();
            if value.bias == 0 {
                format!("<{text}>")
            } else {
                format!("<{text}>{:+}", value.bias)
            }
        };
        let register = |register: Register| match register.number {
            RegisterNumber::Known(number) => x86::register::Named(register.class, number).to_string(),
            RegisterNumber::Value(value) => format!("{}{}", register.class.word(), expr(value)),
        };
        let sized = |size: Option<u16>| size.map_or(String::new(), |size| format!("{size} "));
        let memory = |memory: &Memory| {
            let mut parts = Vec::new();
            parts.extend(memory.base.map(register));
            parts.extend(memory.index.map(|(index, scale)| format!("{}*{scale}", register(index))));
            match memory.displacement {
                Displacement::None => {}
                Displacement::Known(value) => parts.push(value.to_string()),
                Displacement::Value(value) => parts.push(expr(value)),
                Displacement::Target(_) => parts.push("label".into()),
            }
            let segment = memory.segment.map_or(String::new(), |number| format!("s{number}:"));
            let size = memory.displacement_size.map_or(String::new(), |size| format!("d{size} "));
            let nosplit = if memory.nosplit { "nosplit " } else { "" };
            let broadcast = memory.broadcast.map_or(String::new(), |count| format!("x{count}"));
            format!("{}{segment}[{nosplit}{size}{}]{broadcast}", sized(memory.size), parts.join("+"))
        };
        let show = |operand: &Operand| match operand {
            Operand::Register(found) => register(*found),
            Operand::Immediate { value: Immediate::Known(value), size } => format!("{}{value}", sized(*size)),
            Operand::Immediate { value: Immediate::Value(value), size } => format!("{}{}", sized(*size), expr(*value)),
            Operand::Memory(found) => memory(found),
            Operand::Target { size, .. } => format!("{}label", sized(*size)),
            Operand::Far { selector, .. } => format!("far {selector}"),
            Operand::Dfv(flags) => format!("dfv{flags}"),
        };
        let mut text = list.operands.iter().map(show).collect::<Vec<_>>().join(", ");
        if let Some((RegisterNumber::Known(number), operand)) = list.decorations.mask {
            text.push_str(&format!(" k{number}@{operand}"));
        }
        if list.decorations.zeroing {
            text.push_str(" z");
        }
        if let Some(rounding) = list.decorations.rounding {
            text.push_str(&format!(" {rounding:?}"));
        }
        Ok(text)
    }

    #[test]
    fn notations_of_memory() {
        for (text, expected) in [
            ("rax, dword ptr [rbx + rcx*4 + 8]", "rax, 32 [rbx+rcx*4+8]"),
            ("BYTE [rax], 1", "8 [rax], 1"),
            ("[rax * 2 + rdx]", "[rdx+rax*2]"),
            ("[8 + 4 * rcx + rax - 2]", "[rax+rcx*4+6]"),
            ("[rax + (rbx + 4) + (rcx * 8)]", "too many"),
            ("[rax + (rcx * 8 + 4)]", "[rax+rcx*8+4]"),
            ("[rax * 1 + rbx]", "[rbx+rax*1]"),
            ("[rax + rsp]", "[rsp+rax*1]"),
            ("[rax * 2]", "[rax*2]"),
            ("[rax + rax * 4]", "[rax+rax*4]"),
            ("[rax + rax]", "[rax+rax*1]"),
            ("[rax + rax * 3]", "[rax*4]"),
            ("[rax * 1]", "[rax*1]"),
            ("[rbx][rcx * 4][8]", "[rbx+rcx*4+8]"),
            ("8[rbx][rcx * 4]", "[rbx+rcx*4+8]"),
            ("dword ptr -8[rbx]", "32 [rbx+-8]"),
            ("qword ptr fs:0x28", "64 s4:[40]"),
            ("gs:x + 8", "s5:[<x>+8]"),
            ("[NOSPLIT rax * 2]", "[nosplit rax*2]"),
            ("[NOSPLIT BYTE rax * 2 + 1]", "[nosplit d8 rax*2+1]"),
            ("[BYTE rax + 5]", "[d8 rax+5]"),
            ("[DWORD -4i32 + Rq(r)]", "[d32 r64<r>+-4]"),
            ("qword ptr fs:[0x28]", "64 s4:[40]"),
            ("[fs:rax]", "s4:[rax]"),
            ("[rip + 8]", "[rip+8]"),
            ("[rip + ->l]", "[rip+label]"),
            ("[->l + 4]", "[label]"),
            ("[extern f as usize]", "[label]"),
            ("[rbx + x - 4]", "[rbx+<x>-4]"),
            ("[rbx - x]", "[rbx+<-x>]"),
            ("[rbx - x as i32]", "[rbx+<-(x as i32)>]"),
            ("[rbx + self.off(a, b) as i32]", "[rbx+<self.off(a , b)asi32>]"),
            ("[x]", "[<x>]"),
            ("[x << 3]", "[<x<<3>]"),
            ("dword ptr [rax]{1to16}", "32 [rax]x16"),
            ("[rax + zmm3 * 4]", "[rax+zmm3*4]"),
            ("[acc]", "[rax]"),
            ("[Rq(b) + Rq(i) * 8]", "[r64<b>+r64<i>*8]"),
        ] {
            match read(text) {
                Ok(found) => assert_eq!(found, expected, "{text}"),
                Err(_) => assert_eq!(expected, "too many", "{text}"),
            }
        }
    }

    #[test]
    fn other_operands() {
        for (text, expected) in [
            ("acc, r7d, mmx3, st(2)", "rax, edi, mm3, st(2)"),
            ("rax, QWORD 0x1234", "rax, 64 4660"),
            ("DWORD x", "32 <x>"),
            ("eax, byte", "eax, <byte>"),
            ("eax, x as _", "eax, <xas_>"),
            ("eax, -1", "eax, -1"),
            ("BYTE =>l", "8 label"),
            ("short ->l", "8 label"),
            ("extern f as usize", "label"),
            ("Rq(n + 1), Rx(2)", "r64<n+1>, xmm<2>"),
            ("zmm1 {k2}{z}, zmm2, zmm3, {rn-sae}", "zmm1, zmm2, zmm3 k2@0 z Nearest"),
            ("zmm1, zmm2 {sae}", "zmm1, zmm2 Suppress"),
            ("{dfv=of,cf} rax, rbx", "dfv9, rax, rbx"),
            ("0x10:0x200", "far 16"),
            ("eax, {n += 1; n}", "eax, <{ n += 1 ; n }>"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn members_of_types() {
        for (text, expected) in [
            ("rax => Type.field", "[rax+<(:: core :: mem :: offset_of ! (Type , field) as i64)>]"),
            ("DWORD rax => m::Type.a.b", "32 [rax+<(:: core :: mem :: offset_of ! (m :: Type , a . b) as i64)>]"),
        ] {
            let squeeze = |text: &str| text.replace(' ', "");
            assert_eq!(read(text).map(|found| squeeze(&found)), Ok(squeeze(expected)), "{text}");
        }
        assert!(read("rax => Type[rbx].field").unwrap().starts_with("[rax+rbx*2+"));
        assert!(read("rax => Type[rbx]").unwrap().starts_with("[rax+rbx*2]"));
        assert!(read("rax => Type[2].field").unwrap().contains("saturating_mul"));
        assert!(read("[rax + rcx * 8 => Type.field]").unwrap().starts_with("[rax+rcx*8+"));
    }

    #[test]
    fn what_is_wrong() {
        for (text, part) in [
            ("[rax + rbx + rcx]", "two registers"),
            ("[rax * 6]", "scale 6"),
            ("[rbx - rax]", "subtracted"),
            ("[rax << 2]", "multiplied"),
            ("[rax + x << 2]", "parentheses"),
            ("[]", "address"),
            ("rax rbx", "`,`"),
            ("rax,, rbx", "operand"),
            ("zmm1 {q}", "decoration"),
            ("es:eax", "in brackets"),
            ("zmm1 {k1} {k2}", "one write mask already"),
            ("zmm1 {k1}, zmm2 {z}", "behind the write mask"),
            ("zmm1 {k1}{z}{z}", "already"),
            ("zmm1, zmm2 {1to16}", "only memory"),
            ("zmm1, [rax]{1to16}{1to16}", "one broadcast already"),
            ("zmm1, zmm2, {sae}, {sae}", "one rounding already"),
            ("dword ptr rax", "width"),
            ("rax => Type", "member"),
            ("1.5", "integer"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
