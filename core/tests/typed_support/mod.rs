//! Every typed encoder of a fixed-width set, compared with the choice among the same operands written as text.

use bareasm_core::isa::choice::Choice;
use bareasm_core::isa::encoding::MAX_LEN;
use bareasm_core::isa::field::{Field, Kind};
use bareasm_core::isa::fixed::operand::View;
use bareasm_core::isa::fixed::register;
use bareasm_core::isa::fixed::table::{Class, Features, Set, Table, ASM, PC, SP};
use bareasm_core::isa::fixed::{Context, Token, Width};
use bareasm_core::isa::rule::Rule;
use bareasm_core::typed::fixed::{select, Form, Values};

/// What the build script wrote about one list of operand types: the rows, and of each the operands as text with numbered
/// values, and the tables of its `Code` tokens ("": a register list).
pub struct Case {
    pub mnemonic: &'static str,
    pub forms: &'static [Form],
    pub texts: &'static [(&'static [Token<'static>], &'static [&'static str])],
}

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Counts {
    pub cases: usize,
    pub encoded: usize,
    pub refused: usize,
}

/// Compares every case with `Table::choose`, for boundary values of every field.
pub fn compare(table: &Table<'static>, cases: &[Case]) -> Counts {
    let features = Features([u64::MAX; 4]);
    let context = Context { features: &features, width: Width::Any, it: None };
    let mut counts = Counts { cases: cases.len(), ..Counts::default() };
    let mut wrong = Vec::new();
    for case in cases {
        for (form, (tokens, coded)) in case.forms.iter().zip(case.texts) {
            for numbers in vectors(form.fields()) {
                let Some(text) = written(table, form, tokens, coded, &numbers) else { continue };
                let mut values = Values::default();
                numbers.iter().for_each(|number| values.push(*number));
                let mut code = [0; MAX_LEN];
                let typed =
                    select(case.forms, &values, &mut code).ok().map(|form| (&code[..form.template().len()], form.reference()));
                let words: Vec<Token<'_>> = text.iter().map(Piece::token).collect();
                let choice = table.choose(case.mnemonic, &words, &context).ok();
                if typed.is_none() && choice.as_ref().is_some_and(|choice| only_as_text(table, choice, form, &numbers)) {
                    continue;
                }
                let chosen = choice.map(|choice| choice.instruction);
                let expected = chosen.as_ref().map(|chosen| {
                    (&chosen.code[..chosen.len.into()], chosen.reference.map(|reference| (reference.relocation, reference.at)))
                });
                match typed {
                    Some(_) => counts.encoded += 1,
                    None => counts.refused += 1,
                }
                // `XSp` register 1 is written `x1`, as `X` register 1 is; rows for `X` may then come first.
                if expected.is_some() && also_plain(tokens, &numbers) {
                    continue;
                }
                if typed != expected && wrong.len() < 40 {
                    wrong.push(format!("{} {text:?} {numbers:?}: typed {typed:02x?}, chosen {expected:02x?}", case.mnemonic));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    counts
}

/// Whether what typed encoders refuse may be written all the same: what is unpredictable, a pattern with more ones in front
/// (`!0x80`), and what rows for text alone take.
fn only_as_text(table: &Table<'_>, choice: &Choice, form: &Form, numbers: &[i64]) -> bool {
    let beyond = |(field, number): (&&Field, &i64)| {
        let bits = field.rule.pattern_bits();
        bits > 0 && *number < -1 << (bits - 1)
    };
    let for_text = View::new(table, choice.instruction.form).is_some_and(|view| view.form.flags & ASM != 0);
    for_text || choice.warning.is_some() || form.fields().iter().zip(numbers).any(beyond)
}

/// Whether a register that may be the stack pointer is none.
fn also_plain(tokens: &[Token<'_>], numbers: &[i64]) -> bool {
    tokens.iter().any(
        |token| matches!(token, Token::Register { class: "xsp" | "wsp", value } if numbers.get(usize::from(*value)) != Some(&31)),
    ) && !tokens.contains(&Token::Punct('['))
}

/// Lists of values: every field at each of its boundaries, the others at something ordinary.
fn vectors(fields: &[&Field]) -> Vec<Vec<i64>> {
    let usual: Vec<i64> = (1..).zip(fields).map(|(n, field)| ordinary(field, n)).collect();
    let mut out = vec![usual.clone()];
    for (n, field) in fields.iter().enumerate() {
        for value in boundaries(field) {
            let mut values = usual.clone();
            values[n] = value;
            out.push(values);
        }
    }
    let ends =
        |pick: fn(&Field) -> Option<i64>| fields.iter().zip(&usual).map(|(field, usual)| pick(field).unwrap_or(*usual)).collect();
    out.push(ends(|field| boundaries(field).into_iter().find(|value| field.encode(*value).is_ok())));
    out.push(ends(|field| boundaries(field).into_iter().rev().find(|value| field.encode(*value).is_ok())));
    out
}

/// A value that the field takes, another one for each `n` if there are so many.
fn ordinary(field: &Field, n: i64) -> i64 {
    if stated(field) {
        return field.min;
    }
    let good = |value: &i64| field.encode(*value).is_ok();
    let irregular = (0..1 << field.width.min(16)).filter_map(|raw| field.decode(raw)).filter(good);
    (n..n + 64).find(good).or_else(|| irregular.take(n as usize).last()).unwrap_or(0)
}

/// Whether the text states the value.
fn stated(field: &Field) -> bool {
    field.min == field.max
}

fn boundaries(field: &Field) -> Vec<i64> {
    if stated(field) {
        return vec![field.min];
    }
    let mut out = Vec::new();
    if let Some(range) = field.range() {
        let (min, max, step) = (range.min, range.max, i128::from(range.step.max(1)));
        let all = [min - step, min - 1, min, min + 1, min + step, (min + max) / 2, max - step, max - 1, max, max + 1, max + step];
        out.extend(all.into_iter().filter_map(|value| i64::try_from(value).ok()));
    } else {
        let raws = (0..20u32).flat_map(|n| [(1u64 << n) - 1, 1 << n, (1 << n) + 1]);
        out.extend(raws.filter_map(|raw| field.decode(raw)));
        out.extend(if float(field) { vec![] } else { vec![0, 1, -1, 0x1234_5678, 0x101, 0xff00] });
    }
    out.retain(|value| field.kind != Kind::Register || field.rule == Rule::Log2 || (0..32).contains(value)); // other numbers cannot be written
    out
}

fn float(field: &Field) -> bool {
    matches!(field.rule, Rule::Fp8 | Rule::Fli)
}

/// A token that owns its text.
#[derive(Clone, Debug)]
enum Piece {
    Word(String),
    Other(Token<'static>),
}

impl Piece {
    fn token(&self) -> Token<'_> {
        match self {
            Piece::Word(text) => Token::Word { text, value: None },
            Piece::Other(token) => *token,
        }
    }
}

/// The operands of a form with these values as literals; `None` if they cannot be written.
fn written(table: &Table<'_>, form: &Form, tokens: &[Token<'static>], coded: &[&str], numbers: &[i64]) -> Option<Vec<Piece>> {
    let number = |value: u16| numbers.get(usize::from(value)).copied();
    let mut coded = coded.iter();
    let mut out = Vec::new();
    for token in tokens {
        match *token {
            // A list of one register is a mask, too.
            Token::Register { class: class @ "r", value } if matches!(out.last(), Some(Piece::Other(Token::Punct('{')))) => {
                let mask = number(value)?;
                out.push(Piece::Word(name(table.set, class, mask.checked_ilog2().filter(|n| 1 << n == mask)?.into())?));
            }
            Token::Register { class, value } => out.push(Piece::Word(name(table.set, class, number(value)?)?)),
            Token::Value(value) if form.fields().get(usize::from(value)).is_some_and(|field| float(field)) => {
                let number = f64::from_bits(number(value)? as u64);
                out.extend((number.is_sign_negative()).then_some(Piece::Other(Token::Punct('-'))));
                out.push(Piece::Other(Token::Float(number.abs())));
            }
            Token::Value(value) => {
                let number = i128::from(number(value)?);
                out.extend((number < 0).then_some(Piece::Other(Token::Punct('-'))));
                out.push(Piece::Other(Token::Number(number.abs())));
            }
            Token::Code(value) => match *coded.next()? {
                "" if table.set == Set::A64 => out.extend(tiles(number(value)?)?),
                "" => out.extend(list(table.set, number(value)?)?),
                keywords => {
                    let code = u32::try_from(number(value)?).ok()?;
                    let (word, _) = table.keyword_codes(form.number(), keywords).into_iter().find(|(_, known)| *known == code)?;
                    match out.last_mut() {
                        // The direction of a slice belongs to the name of the tile.
                        Some(Piece::Word(tile)) if tile.starts_with("za") => tile.push_str(word),
                        Some(Piece::Other(Token::Word { text, .. })) if text.starts_with("za") => {
                            let tile = format!("{text}{word}");
                            out.pop();
                            out.push(Piece::Word(tile));
                        }
                        _ => out.extend((!word.is_empty()).then(|| Piece::Word(word.to_string()))),
                    }
                }
            },
            token => out.push(Piece::Other(token)),
        }
    }
    Some(out)
}

/// `{za0.d, za1.d}`.
fn tiles(mask: i64) -> Option<Vec<Piece>> {
    if !(0..=0xff).contains(&mask) {
        return None;
    }
    let mut out = vec![Piece::Other(Token::Punct('{'))];
    for number in (0..8).filter(|number| mask >> number & 1 != 0) {
        out.extend((out.len() > 1).then_some(Piece::Other(Token::Punct(','))));
        out.push(Piece::Word(format!("za{number}")));
        out.extend([Piece::Other(Token::Punct('.')), Piece::Word("d".to_string())]);
    }
    out.push(Piece::Other(Token::Punct('}')));
    Some(out)
}

fn name(set: Set, class: &str, number: i64) -> Option<String> {
    let (letter, extra) = match class.strip_suffix("sp") {
        Some(letter) => (letter, SP),
        None => (class, if class == "r" { SP | PC } else { 0 }),
    };
    register::name(set, Class::named(letter)?, number, extra)
}

/// `{r0, r1}`.
fn list(set: Set, mask: i64) -> Option<Vec<Piece>> {
    if !(0..=0xffff).contains(&mask) {
        return None;
    }
    let mut out = Vec::new();
    for number in (0..16).filter(|number| mask >> number & 1 != 0) {
        out.push(Piece::Other(Token::Punct(if out.is_empty() { '{' } else { ',' })));
        out.push(Piece::Word(name(set, "r", number)?));
    }
    if out.is_empty() {
        return None;
    }
    out.push(Piece::Other(Token::Punct('}')));
    Some(out)
}
