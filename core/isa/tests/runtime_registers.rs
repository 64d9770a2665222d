//! Every row with its registers known at run time only: the numbers give the bytes that the same text with literals gives.
#![cfg(all(feature = "matching", feature = "aarch64"))]

mod common;

use bareasm_isa::encoding::Encoding;
use bareasm_isa::field::{Field, Reason};
use bareasm_isa::fixed::{self, Context, Features, Token, Width};

/// The class and the number of a register word; `None` for names without a number (`sp`, `xzr`).
fn register(word: &str) -> Option<(&str, i64)> {
    let digits = word.find(|c: char| c.is_ascii_digit())?;
    let (class, number) = word.split_at(digits);
    let known = ["b", "h", "s", "d", "q", "v", "w", "x", "z", "p", "pn"].contains(&class);
    Some((class, number.parse().ok().filter(|_| known)?))
}

/// The tokens with run-time registers in place of the registers outside of lists, and their numbers. A register that the row
/// itself spells (`chkfeat X16`) stays.
fn dynamic<'t>(syntax: &str, tokens: &[Token<'t>]) -> (Vec<Token<'t>>, Vec<i64>) {
    let (mut numbers, mut out, mut depth) = (Vec::new(), Vec::new(), 0);
    for (n, token) in tokens.iter().enumerate() {
        depth += match token {
            Token::Punct('{') => 1,
            Token::Punct('}') => -1,
            _ => 0,
        };
        let behind_dot = n > 0 && matches!(tokens[n - 1], Token::Punct('.'));
        out.push(match token {
            Token::Word { text, .. } if depth == 0 && !behind_dot && !syntax.contains(text) => match register(text) {
                Some((class, number)) => {
                    numbers.push(number);
                    Token::Register { class, value: numbers.len() as u16 - 1 }
                }
                None => *token,
            },
            _ => *token,
        });
    }
    (out, numbers)
}

#[test]
fn every_row_takes_run_time_registers() {
    let table = fixed::aarch64();
    let features = Features::ALL;
    let context = Context { features: &features, width: Width::Any, it: None };
    let mut random = fastrand::Rng::with_seed(0x0123_4567_89ab_cdef);
    let (mut count, mut wrong) = (0, Vec::new());
    for (number, form) in (0u16..).zip(table.forms) {
        let mut texts: Vec<String> = Vec::new();
        for _ in 0..300 {
            let word = common::words(table, form, &mut random).to_le_bytes();
            texts.extend(table.print(number, &word, &context).filter(|text| !texts.contains(text)));
            if texts.len() == 3 {
                break;
            }
        }
        for text in texts {
            let (mnemonic, tokens) = common::tokens(&text);
            // What is a warning for literals is refused at run time.
            let warned = table.choose(mnemonic, &tokens, &context).is_ok_and(|choice| choice.warning.is_some());
            let (tokens, numbers) = dynamic(&table.str(form.syntax).to_ascii_lowercase(), &tokens);
            if numbers.is_empty() {
                continue;
            }
            count += 1;
            let literal = common::take(table, &text, &context);
            let choice = match table.choose(mnemonic, &tokens, &context) {
                Ok(choice) => choice,
                Err(error) => {
                    wrong.push(format!("`{text}` with run-time registers: {error:?}"));
                    continue;
                }
            };
            // Registers without a number are literals still.
            let warned = warned && choice.warning.is_none();
            let chosen = choice.instruction;
            let fields: Vec<&Field> = chosen.pending.iter().map(|pending| &pending.field).collect();
            let values: Vec<i64> = chosen.pending.iter().map(|pending| numbers[usize::from(pending.value)]).collect();
            let encoding = Encoding {
                form: chosen.form,
                template: &chosen.code[..4],
                fields: &fields,
                derived: &chosen.derived,
                relations: &chosen.relations,
            };
            let mut code = [0; 4];
            match encoding.encode(&values, &mut code) {
                Ok(_) if !warned && literal.as_deref() == Ok(&code[..]) => {}
                Err(fault) if warned && fault.reason == Reason::OperandConflict => {}
                other => wrong.push(format!("`{text}`: {code:02x?} ({other:?}), not {literal:02x?}")),
            }
        }
    }
    assert!(count > 9000, "{count}");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong[..wrong.len().min(100)].join("\n"));
}
