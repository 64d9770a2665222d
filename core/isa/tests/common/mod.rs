//! What the tests of the fixed-width tables share: a small tokeniser, and the round trip of a table.
#![allow(dead_code, unreachable_pub)] // each test uses a part

use bareasm_isa::fixed::table::{Form, SlotKind, When, ASM, BLOCK, NO_IT};
use bareasm_isa::fixed::{Context, Features, Set, Table, Token, Width};
use fastrand::Rng;

/// Splits `mnemonic operands` (lower case) into the mnemonic and tokens. `$3` is a run-time value, `@3` a target, `X($3)` a
/// run-time register.
pub fn tokens(text: &str) -> (&str, Vec<Token<'_>>) {
    let (mnemonic, mut rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let mut out = Vec::new();
    loop {
        rest = rest.trim_start();
        let Some(c) = rest.chars().next() else { return (mnemonic, out) };
        let word = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if c == '$' || c == '@' {
            let digits = rest[1..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| end + 1);
            let number = rest[1..digits].parse().unwrap();
            out.push(if c == '$' { Token::Value(number) } else { Token::Target(number) });
            rest = &rest[digits..];
        } else if word == 0 {
            out.push(Token::Punct(c));
            rest = &rest[c.len_utf8()..];
        } else if rest[word..].starts_with("($") {
            let (number, tail) = rest[word + 2..].split_once(')').unwrap();
            out.push(Token::Register { class: &rest[..word], value: number.parse().unwrap() });
            rest = tail;
        } else {
            let float = rest[word..].strip_prefix('.').filter(|tail| {
                rest[..word].bytes().all(|c| c.is_ascii_digit()) && tail.starts_with(|c: char| c.is_ascii_digit())
            });
            let mut end = word;
            if let Some(tail) = float {
                end += 1 + tail.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tail.len());
                if rest[..end].ends_with('e') {
                    end += 1 + rest[end + 1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - end - 1);
                }
            }
            let text = &rest[..end];
            out.push(
                match (
                    text.parse::<i128>(),
                    text.strip_prefix("0x").map(|hex| i128::from_str_radix(hex, 16)),
                    text.parse::<f64>(),
                ) {
                    (Ok(number), ..) | (_, Some(Ok(number)), _) => Token::Number(number),
                    (.., Ok(number)) if c.is_ascii_digit() => Token::Float(number),
                    _ => Token::Word { text, value: None },
                },
            );
            rest = &rest[end..];
        }
    }
}

/// Words of a form: all fields zero, all ones, and mixtures of zero, ones and random fields, drawn from the form's tables
/// where it has some. Not every word is an instruction.
pub fn words(table: &Table<'_>, form: &Form, random: &mut Rng) -> u32 {
    let slots = form.slots.of(table.slots);
    let keywords = form.keywords.of(table.keywords);
    let mut values: Vec<u64> = Vec::new();
    for slot in slots {
        let all = if slot.kind == SlotKind::Field { slot.placed } else { 0 };
        values.push(match random.usize(..6) {
            0 => 0,
            1 => all,
            _ => random.u64(..) & all,
        });
    }
    for keywords in keywords {
        let entries = keywords.entries.of(table.entries);
        if random.usize(..10) < 7 && !entries.is_empty() {
            let entry = entries[random.usize(..entries.len())];
            let mut code = u64::from(entry.bits) | random.u64(..) & !u64::from(entry.mask);
            for part in keywords.parts.of(table.parts).iter().rev() {
                let slot = &slots[usize::from(*part)];
                if slot.kind == SlotKind::Field {
                    values[usize::from(*part)] = code & bareasm_isa::field::ones(slot.width);
                }
                code >>= slot.width;
            }
        }
    }
    let mut word = form.bits | form.should;
    for (slot, value) in slots.iter().zip(&values) {
        for piece in slot.pieces.of(table.pieces) {
            word |= ((value >> piece.from & bareasm_isa::field::ones(piece.width)) as u32) << piece.to;
        }
    }
    // Derived fields: any value, so that some are right.
    for equation in form.equations.of(table.equations) {
        for piece in equation.pieces.of(table.pieces) {
            word |= ((random.u64(..) & bareasm_isa::field::ones(piece.width)) as u32) << piece.to;
        }
    }
    word
}

/// What a round trip found.
#[derive(Default)]
pub struct Report {
    pub texts: usize,
    pub rows: usize,
    pub silent: Vec<String>,
    pub wrong: Vec<String>,
}

impl Report {
    pub fn assert(&self) {
        println!("{} rows, {} texts; without any text: {:?}", self.rows, self.texts, self.silent);
        assert!(
            self.wrong.is_empty(),
            "{} of {} texts are wrong:\n{}",
            self.wrong.len(),
            self.texts,
            self.wrong[..self.wrong.len().min(200)].join("\n")
        );
        assert!(self.silent.is_empty(), "rows that never printed: {:#?}", self.silent);
    }
}

/// Prints words of every form, and takes the texts back.
pub fn round_trip(table: &Table<'_>, report: &mut Report) {
    let features = Features::ALL;
    let mut random = Rng::with_seed(0x1234_5678_9abc_def1);
    for (number, form) in (0u16..).zip(table.forms) {
        let its: &[Option<u8>] =
            if table.set == Set::T32 && form.flags & (NO_IT | BLOCK) == 0 { &[None, Some(0)] } else { &[None] };
        let mut seen: Vec<String> = Vec::new();
        report.rows += 1;
        for tries in 0..4000 {
            if seen.len() >= 14 || tries > 400 && seen.len() > 3 {
                break;
            }
            let word = words(table, form, &mut random);
            let context = Context { features: &features, width: Width::Any, it: its[tries % its.len()] };
            let code = &word.to_le_bytes()[..usize::from(form.size)];
            let Some(text) = table.print(number, code, &context) else { continue };
            if seen.contains(&text) {
                continue;
            }
            seen.push(text.clone());
            report.texts += 1;
            let row = table.str(form.syntax);
            match take(table, &text, &context) {
                Err(error) => report.wrong.push(format!("{row}: `{text}` is refused: {error}")),
                Ok(bytes) if same(table, &bytes, code, &context) => {}
                Ok(bytes) if form.flags & ASM == 0 => {
                    report.wrong.push(format!("{row}: `{text}` is {bytes:02x?}, not {code:02x?}"))
                }
                Ok(_) => {}
            }
            match table.decode(code, &context) {
                None if form.flags & ASM != 0 => {}
                None => report.wrong.push(format!("{row}: `{text}` does not decode ({code:02x?})")),
                Some((_, again)) => match take(table, &again, &context) {
                    Ok(bytes) if same(table, &bytes, code, &context) => {}
                    other => {
                        report.wrong.push(format!("{row}: `{text}` decodes to `{again}`, which is {other:02x?}, not {code:02x?}"))
                    }
                },
            }
        }
        // A constraint for decoding may keep a row from ever being printed.
        let decoding = form.constraints.of(table.constraints).iter().any(|constraint| constraint.when == When::Decoding);
        if seen.is_empty() && !decoding {
            report.silent.push(format!("{}:{}: {}", table.str(form.file), form.line, table.str(form.syntax)));
        }
    }
}

/// The same bytes; in an IT block also another encoding of the same text (T16 has two of `add` with low registers).
fn same(table: &Table<'_>, a: &[u8], b: &[u8], context: &Context<'_>) -> bool {
    a == b
        || context.it.is_some()
            && table.decode(a, context).map(|(_, text)| text) == table.decode(b, context).map(|(_, text)| text)
}

/// The bytes of a text without run-time values.
pub fn take(table: &Table<'_>, text: &str, context: &Context<'_>) -> Result<Vec<u8>, String> {
    let (mnemonic, operands) = tokens(text);
    match table.choose(mnemonic, &operands, context) {
        Ok(choice) => Ok(choice.instruction.code[..usize::from(choice.instruction.len)].to_vec()),
        Err(error) => Err(format!("{error:?}")),
    }
}
