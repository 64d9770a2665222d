//! Every form with its operands as run-time values: the plan of feature `compact` gives the bytes and the failures that
//! the form's own encoding gives, for values in and around every range; and so do the checks of the other lowering.
//!
//! The texts are those of the checked vectors, with Rust expressions in the places of registers and numbers.
#![cfg(all(feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

use bareasm_front::ir::{StatementKind, Value, ValueKind};
use bareasm_isa::checks::{self, check, check_any, Checks, Source};
use bareasm_isa::choice::Instruction;
use bareasm_isa::compact::{self, travel, write, Travel, Unit, Values};
use bareasm_isa::encoding::{Encoding, Failure, Fault};
use bareasm_isa::field::Field;
use bareasm_isa::rule::Misfit;
use fastrand::Rng;
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::Path;

/// Texts of a row that are tried.
const TEXTS: usize = 2;

/// The first texts of each row.
fn texts(arch: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(format!("{arch}.tsv.gz"));
    let mut text = String::new();
    let packed = std::fs::File::open(path).expect("vectors");
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("compressed text");
    let (mut out, mut count) = (Vec::new(), 0);
    for line in text.lines() {
        match line.split_once('\t').expect("two columns") {
            ("#", _) => count = 0,
            (text, _) => {
                count += 1;
                if count <= TEXTS {
                    out.push(text.rsplit('|').next().unwrap_or(text).trim().to_string());
                }
            }
        }
    }
    out
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && (word.starts_with("0x") || word.bytes().all(|b| b.is_ascii_digit()))
}

/// A register or a number of a text as a Rust expression.
fn dynamic(arch: &str, word: &str) -> Option<String> {
    let digits =
        |prefix: &str| word.strip_prefix(prefix).filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    let class = |prefix: &str| digits(prefix).map(|_| format!("{}(r)", prefix.to_uppercase()));
    let named = |names: &[&str], class: &str| names.contains(&word).then(|| format!("{class}(r)"));
    if is_number(word) {
        return Some("(n)".into());
    }
    match arch {
        "aarch64" => ["x", "w", "b", "h", "s", "d", "q", "v"].into_iter().find_map(class),
        "thumb" => ["r", "s", "d", "q"].into_iter().find_map(class),
        _ => {
            let low = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
            let of = |letter: &str, class: &str| {
                named(&low.map(|name| format!("{letter}{name}")).each_ref().map(String::as_str), class)
            };
            of("r", "Rq")
                .or_else(|| of("e", "Rd"))
                .or_else(|| named(&low, "Rw"))
                .or_else(|| named(&["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"], "Rb"))
                .or_else(|| digits("r").map(|_| "Rq(r)".into()))
                .or_else(|| digits("xmm").map(|_| "Rx(r)".into()))
                .or_else(|| digits("ymm").map(|_| "Ry(r)".into()))
                .or_else(|| digits("zmm").map(|_| "Rz(r)".into()))
        }
    }
}

/// The text with run-time operands: registers, numbers, or both.
fn rewritten(arch: &str, text: &str, registers: bool, numbers: bool) -> String {
    let (mnemonic, operands) = text.split_once(' ').unwrap_or((text, ""));
    let mut out = format!("{mnemonic} ");
    let mut word = String::new();
    for c in operands.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        let replaced = dynamic(arch, &word).filter(|new| if new == "(n)" { numbers } else { registers });
        // An arrangement, a fraction, or the scale of an index is no operand.
        let part = out.ends_with('.') || matches!(c, '.' | '*') && is_number(&word);
        out.push_str(&replaced.filter(|_| !part).unwrap_or(word));
        word = String::new();
        out.push(c);
    }
    out
}

/// The instructions of a text, with what their values are.
fn instructions(arch: &str, text: &str) -> Vec<(Instruction, Vec<Value>)> {
    let Ok(tokens) = format!("[krate] [{arch}] ops ; {text}").parse() else { return Vec::new() };
    let Ok(invocation) = bareasm_front::parse(tokens) else { return Vec::new() };
    let mut out = Vec::new();
    for statement in invocation.statements {
        if let StatementKind::Instruction(one) = statement.kind {
            for instruction in std::iter::once(one.choice.instruction).chain(one.choice.shorter) {
                out.push((instruction, one.values.clone()));
            }
        }
    }
    out
}

/// Values in and around what a field takes, and at the ends of all words.
fn values(field: &Field, kind: ValueKind, random: &mut Rng) -> Vec<i64> {
    let mut out: Vec<i64> = vec![0, 1, 2, 3, 4, 7, 8, 13, 14, 15, 16, 31, 32, 127, 128, 255];
    if kind == ValueKind::Register {
        return out;
    }
    if let Some(range) = field.range() {
        let step = i128::from(range.step.max(1));
        let near = |end: i128| [end - step, end - 1, end, end + 1, end + step];
        out.extend(
            [near(range.min), near(range.max), near((range.min + range.max) / 2)]
                .iter()
                .flatten()
                .filter_map(|x| i64::try_from(*x).ok()),
        );
    }
    for _ in 0..6 {
        out.extend(field.decode(random.u64(..) & bareasm_isa::field::ones(field.width)));
        out.push(random.u64(..) as i64 >> (random.u64(..) % 64));
    }
    for end in [15u32, 31, 32, 63] {
        let end = 1i64 << end;
        out.extend([-8, -4, -1, 0, 1, 4, 8].map(|d| end.wrapping_add(d)));
        out.extend([-8, -4, -1, 0, 1, 4, 8].map(|d| end.wrapping_neg().wrapping_add(d)));
    }
    out
}

/// What an expansion does with these values.
fn run(plan: &[u8], unit: &Unit<'_>, kinds: &[ValueKind], values: &[i64], code: &mut [u8]) -> Result<(), Failure> {
    let mut words = Vec::new();
    let mut wordless = false;
    for ((value, travel), kind) in values.iter().zip(travel(unit)).zip(kinds) {
        words.push(*value as u32);
        wordless |= *kind != ValueKind::Register
            && match travel {
                Travel::Bits => *value != i64::from(*value as i32) && *value != i64::from(*value as u32),
                Travel::Signed => *value != i64::from(*value as i32),
                Travel::Pair => false,
            };
        if travel == Travel::Pair {
            words.push((*value >> 32) as u32);
        }
    }
    if wordless {
        let result = compact::encode(plan, Values::Exact(values), &mut []);
        assert!(result.is_err(), "{values:?} are refused: {unit:?}");
        return result;
    }
    assert_eq!(compact::encode(plan, Values::Words(&words), &mut []), compact::encode(plan, Values::Exact(values), &mut []));
    compact::encode(plan, Values::Words(&words), code)
}

#[derive(Debug, Default)]
struct Counts {
    instructions: usize,
    values: usize,
    encoded: usize,
    refused: usize,
    plan_bytes: usize,
    two_words: usize,
    with_checks: usize,
    check_bytes: usize,
    plain_checks: usize,
}

/// The checks of an instruction, and where their values come from; `None` if it is one that the macro encodes out of line.
fn checks_of(unit: &Unit<'_>) -> Option<(Checks, Vec<Source>)> {
    let mut sources = Vec::new();
    let Unit { at, form, fields, relations, .. } = *unit;
    let checks = checks::write(&[checks::Unit { at, form, fields, relations, encoded: false }], |_, source| {
        sources.iter().position(|known| *known == source).unwrap_or_else(|| {
            sources.push(source);
            sources.len() - 1
        })
    })?;
    Some((checks, sources))
}

/// What the checks find, with the values as an expansion has them.
fn checked(unit: &Unit<'_>, checks: &Checks, sources: &[Source], values: &[i64]) -> Result<(), Failure> {
    let value = |source: &Source| match *source {
        Source::Operand(n) => values[n],
        Source::Code(n) => {
            unit.fields[n].rule.encode(values[n], unit.fields[n].width).map_or_else(Misfit::code, |code| code as i64)
        }
        Source::Fault => 0,
    };
    let values: Vec<i64> = sources.iter().map(value).collect();
    let found = check_any(&checks.bytes, &values);
    if checks.plain {
        assert_eq!(check(&checks.bytes, &values), found);
    }
    found.map_or(Ok(()), Err)
}

fn compare(instruction: &Instruction, all: &[Value], random: &mut Rng, counts: &mut Counts) {
    let kinds: Vec<ValueKind> = instruction.pending.iter().map(|pending| all[usize::from(pending.value)].kind).collect();
    let fields: Vec<&Field> = instruction.pending.iter().map(|pending| &pending.field).collect();
    let template = &instruction.code[..instruction.len.into()];
    let (derived, relations) = (&instruction.derived[..], &instruction.relations[..]);
    let encoding = Encoding { form: instruction.form, template, fields: &fields, derived, relations };
    // Behind four bytes, so that offsets count.
    let unit = Unit { at: 4, len: template.len(), form: instruction.form, fields: &fields, again: &[], derived, relations };
    let whole = [&[0xaa, 0xbb, 0xcc, 0xdd], template].concat();
    let plan = write(&whole, &[unit]).expect("a plan");
    counts.instructions += 1;
    counts.values += fields.len();
    counts.plan_bytes += plan.len() - whole.len() - 1;
    counts.two_words += usize::from(travel(&unit).contains(&Travel::Pair));
    assert_eq!(compact::length(&plan), whole.len());
    let checks = checks_of(&unit);
    if let Some((checks, _)) = &checks {
        counts.with_checks += 1;
        counts.check_bytes += checks.bytes.len();
        counts.plain_checks += usize::from(checks.plain);
    }

    let candidates: Vec<Vec<i64>> = fields.iter().zip(&kinds).map(|(field, kind)| values(field, *kind, random)).collect();
    let good = |n: usize, random: &mut Rng| {
        let start = random.u64(..) as usize;
        let list = &candidates[n];
        (0..list.len()).map(|k| list[(start + k) % list.len()]).find(|value| fields[n].encode(*value).is_ok()).unwrap_or(0)
    };
    let mut lists: Vec<Vec<i64>> = Vec::new();
    for n in 0..fields.len() {
        for value in &candidates[n] {
            let mut list: Vec<i64> = (0..fields.len()).map(|n| good(n, random)).collect();
            list[n] = *value;
            lists.push(list);
        }
    }
    for _ in 0..16 {
        lists.push(candidates.iter().map(|list| list[random.u64(..) as usize % list.len()]).collect());
        lists.push((0..fields.len()).map(|n| good(n, random)).collect());
    }
    for list in lists {
        let mut expected = whole.clone();
        let fault = encoding.encode(&list, &mut expected[4..]);
        let mut found = vec![0; whole.len()];
        if let Some((checks, sources)) = &checks {
            let expected = fault.map_err(|fault| Failure { at: 4, form: instruction.form, fault });
            assert_eq!(checked(&unit, checks, sources, &list), expected, "{list:?} in {encoding:?}");
        }
        match (fault, run(&plan, &unit, &kinds, &list, &mut found)) {
            (Ok(()), Ok(())) => {
                counts.encoded += 1;
                assert_eq!(found, expected, "{list:?} in {encoding:?}");
            }
            (Err(fault), Err(failure)) => {
                counts.refused += 1;
                let Fault { operand, reason } = fault;
                let expected = Failure { at: 4, form: instruction.form, fault: Fault { operand, reason } };
                assert_eq!(failure, expected, "{list:?} in {encoding:?}");
            }
            (a, b) => panic!("{a:?}, {b:?}: {list:?} in {encoding:?}"),
        }
    }
}

fn every_form(arch: &str) -> Counts {
    let mut random = Rng::with_seed(0x9e37_79b9_7f4a_7c15);
    let mut counts = Counts::default();
    let mut seen: HashMap<u16, HashSet<String>> = HashMap::new();
    for text in texts(arch) {
        for (registers, numbers) in [(true, true), (true, false), (false, true)] {
            for (instruction, values) in instructions(arch, &rewritten(arch, &text, registers, numbers)) {
                let shape = format!("{:?} {:?} {:?}", instruction.pending, instruction.derived, instruction.relations);
                if !instruction.pending.is_empty() && seen.entry(instruction.form).or_default().insert(shape) {
                    compare(&instruction, &values, &mut random, &mut counts);
                }
            }
        }
    }
    println!("{arch}: {} forms, {counts:?}", seen.len());
    counts
}

#[test]
fn every_form_of_a64() {
    let counts = every_form("aarch64");
    assert!(counts.instructions > 2000 && counts.encoded > 100_000 && counts.refused > 50_000, "{counts:?}");
}

#[test]
fn every_form_of_t32() {
    let counts = every_form("thumb");
    assert!(counts.instructions > 500 && counts.encoded > 20_000 && counts.refused > 20_000, "{counts:?}");
}

#[test]
fn every_form_of_x64() {
    let counts = every_form("x64");
    assert!(counts.instructions > 2000 && counts.encoded > 100_000 && counts.refused > 50_000, "{counts:?}");
}

#[test]
fn every_form_of_x86() {
    let counts = every_form("x86");
    assert!(counts.instructions > 2000 && counts.encoded > 100_000 && counts.refused > 50_000, "{counts:?}");
}
