//! Every row against other assemblers: the texts of `tests/vectors/*.tsv.gz` give their bytes through the `bareasm` command,
//! what the tables decode from the bytes assembles to the same bytes again, and every row has a vector.
//!
//! `tests/vectors/make.py` makes the files, and says in `*.refused.txt` what is not in them.
#![cfg(all(feature = "cli", feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

#[path = "vectors/command.rs"]
mod command;
#[path = "../../../core/isa/tests/common/mod.rs"]
mod common;
#[path = "vectors/file.rs"]
mod file;
#[path = "vectors/own.rs"]
mod own;

use bareasm_isa::fixed::{self, Context, Features, Width};
use bareasm_isa::x86::{self, form::Attributes, Mode};
use command::assemble;
use file::{unallocated, unhex, vectors, Vector};
use own::own_bytes;
use std::collections::{HashMap, HashSet};
use std::thread;

/// Differences that a failure prints.
const SHOWN: usize = 20;

/// Rows and where they stand, of those that exist for the architecture.
fn rows(arch: &str) -> HashMap<String, String> {
    let fixed = |table: &fixed::Table<'_>| {
        let row = |form: &fixed::table::Form| {
            let row = format!("{} | {}", table.str(form.syntax), table.str(form.encoding));
            (row, format!("{}:{}", table.str(form.file), form.line))
        };
        table.forms.iter().map(row).collect()
    };
    let table = x86::table();
    let x86 = |absent: Attributes| {
        let row = |form: &x86::form::Form| {
            let place = table.source(*form).map_or(String::new(), |(row, _, file)| format!("{file}:{}", row.line));
            (table.describe(*form).to_string(), place)
        };
        table.forms.iter().filter(|form| !form.attributes().has(absent)).map(row).collect()
    };
    match arch {
        "aarch64" => fixed(fixed::aarch64()),
        "thumb" => fixed(fixed::thumb()),
        "x64" => x86(Attributes::ONLY32),
        _ => x86(Attributes::ONLY64),
    }
}

/// Rows that only assemble: nothing decodes to them. Cyrix has bytes that later instructions use.
fn never_printed(arch: &str) -> HashSet<String> {
    let table = match arch {
        "aarch64" => fixed::aarch64(),
        "thumb" => fixed::thumb(),
        _ => {
            let table = x86::table();
            let forms = table.forms.iter().filter(|form| table.needs(**form, "cyrix"));
            return forms.map(|form| table.describe(*form).to_string()).collect();
        }
    };
    let forms = table.forms.iter().filter(|form| form.flags & fixed::table::ASM != 0);
    forms.map(|form| format!("{} | {}", table.str(form.syntax), table.str(form.encoding))).collect()
}

/// The decoder's text for bytes. `block`: the instruction stands behind `it eq`.
fn decode(arch: &str, bytes: &[u8], block: bool) -> Option<String> {
    let context = Context { features: &Features::ALL, width: Width::Any, it: block.then_some(0) };
    match arch {
        "aarch64" => fixed::aarch64().decode(bytes, &context).map(|(_, text)| text),
        "thumb" => fixed::thumb().decode(bytes, &context).map(|(_, text)| text),
        _ => {
            let table = x86::table();
            let decoded = table.decode(bytes, if arch == "x64" { Mode::Long } else { Mode::Protected })?;
            (usize::from(decoded.len) == bytes.len()).then(|| table.line(&decoded).to_string())
        }
    }
}

/// Texts give their bytes.
fn differences(arch: &str, vectors: &[Vector]) -> Vec<String> {
    let vectors: Vec<&Vector> = vectors.iter().filter(|vector| !vector.only_decodes()).collect();
    let texts: Vec<&str> = vectors.iter().map(|vector| vector.text.as_str()).collect();
    let found = assemble(arch, &texts);
    let wrong = vectors.iter().zip(&found).filter(|(vector, found)| vector.bytes != **found);
    wrong.map(|(vector, found)| format!("{}\t`{}` is {}, here {found}", vector.row, vector.text, vector.bytes)).collect()
}

/// Bytes decode to a text that gives these bytes.
fn undecoded(arch: &str, vectors: &[Vector]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    let mut checked: Vec<(&Vector, &str)> = Vec::new();
    let mut places = Vec::new();
    let mut before = "";
    let assembled_only = never_printed(arch);
    for vector in vectors {
        let block = before == "it eq";
        let inside = before.starts_with("it") && !block || vector.text.starts_with("nop") && vector.row.starts_with("it");
        before = &vector.text;
        // Blocks of several instructions are nothing that one instruction decodes to. Text that asks for a longer encoding than
        // necessary does not come back, 66 90 is a no-op, and `pinsrb` does not need the REX of spl.
        let longer = ["{evex} ", "{vex3} ", "movabs r"].iter().any(|hint| vector.text.starts_with(hint))
            || vector.bytes == "6690"
            || vector.row.starts_with("pinsrb xmm, r8,") && vector.bytes.starts_with("6640");
        // 9b is an instruction of its own.
        let bytes =
            vector.bytes.strip_prefix("9b").filter(|rest| !rest.is_empty() && arch.starts_with('x')).unwrap_or(&vector.bytes);
        if arch == "thumb" && (inside || vector.text.starts_with("it")) || longer {
            continue;
        }
        let unprinted = assembled_only.contains(&vector.row);
        match decode(arch, &unhex(bytes), block) {
            None if unprinted => {}
            Some(_) if unprinted && matches!(arch, "x64" | "x86") => {}
            None => wrong.push(format!("{}\t{} of `{}` does not decode", vector.row, vector.bytes, vector.text)),
            Some(text) if vector.only_decodes() => {
                if text != vector.text {
                    wrong.push(format!("{}\t{} decodes to `{text}`, not to `{}`", vector.row, vector.bytes, vector.text));
                }
            }
            Some(text) => {
                texts.extend(block.then(|| "it eq".to_string()));
                places.push(texts.len());
                texts.push(text);
                checked.push((vector, bytes));
            }
        }
    }
    let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = assemble(arch, &lines);
    for ((vector, bytes), place) in checked.iter().zip(places) {
        if found[place] != *bytes {
            wrong.push(format!(
                "{}\t{} of `{}` decodes to `{}`, which is {}",
                vector.row, vector.bytes, vector.text, texts[place], found[place]
            ));
        }
    }
    wrong
}

/// Splits at rows, so that blocks stay together, and runs `test` on two parts at a time.
fn in_parts(vectors: &[Vector], test: impl Fn(&[Vector]) -> Vec<String> + Sync) -> Vec<String> {
    let mut middle = vectors.len() / 2;
    while vectors.get(middle).is_some_and(|vector| vector.row == vectors[middle.saturating_sub(1)].row) {
        middle += 1;
    }
    let (front, back) = vectors.split_at(middle);
    thread::scope(|scope| {
        let front = scope.spawn(|| test(front));
        let back = test(back);
        let mut all = front.join().expect("no panic");
        all.extend(back);
        all
    })
}

fn report(what: &str, arch: &str, count: usize, wrong: &[String]) {
    let rows = rows(arch);
    let place = |line: &String| {
        let (row, rest) = line.split_once('\t').expect("row and text");
        format!("{}: {row}\n    {rest}", rows.get(row).map_or("no such row", String::as_str))
    };
    let shown: Vec<String> = wrong.iter().take(SHOWN).map(place).collect();
    assert!(wrong.is_empty(), "{arch}: {} of {count} {what}:\n{}", wrong.len(), shown.join("\n"));
}

fn check(arch: &str) {
    let vectors = vectors(arch);
    report("vectors differ", arch, vectors.len(), &in_parts(&vectors, |part| differences(arch, part)));
    report("vectors do not come back from the decoder", arch, vectors.len(), &in_parts(&vectors, |part| undecoded(arch, part)));
    let covered: HashSet<&str> = vectors.iter().map(|vector| vector.row.as_str()).collect();
    let rows = rows(arch);
    let mut missing: Vec<String> =
        rows.iter().filter(|(row, _)| !covered.contains(row.as_str())).map(|(row, place)| format!("{place}: {row}")).collect();
    missing.sort();
    assert!(
        missing.is_empty(),
        "{arch}: {} rows have no vector; run tests/vectors/make.py:\n{}",
        missing.len(),
        missing[..missing.len().min(SHOWN)].join("\n")
    );
}

#[test]
fn aarch64() {
    check("aarch64");
}

/// Also rows whose texts an earlier row takes give the bytes: they are chosen for run-time operands.
#[test]
fn aarch64_rows_alone() {
    let table = fixed::aarch64();
    let mut forms: HashMap<String, Vec<u16>> = HashMap::new();
    for (number, form) in (0u16..).zip(table.forms) {
        forms.entry(format!("{} | {}", table.str(form.syntax), table.str(form.encoding))).or_default().push(number);
    }
    let alone = |vector: &&Vector| {
        let bytes = Some(unhex(&vector.bytes));
        !forms.get(&vector.row).is_some_and(|same| same.iter().any(|form| own_bytes(table, *form, &vector.text) == bytes))
    };
    let vectors = vectors("aarch64");
    let wrong: Vec<String> =
        vectors.iter().filter(alone).map(|vector| format!("{}\t`{}` is {}", vector.row, vector.text, vector.bytes)).collect();
    report("vectors differ in their own row", "aarch64", vectors.len(), &wrong);
}

/// Words that no other disassembler knows are no instruction of any row: each is a vector with one bit changed.
#[test]
fn aarch64_unallocated() {
    let words = unallocated("aarch64");
    let decoded: Vec<String> =
        words.iter().filter_map(|word| Some(format!("{word:02x?}: {}", decode("aarch64", word, false)?))).collect();
    println!("{} words", words.len());
    assert!(words.len() > 10_000 && decoded.is_empty(), "{} of {}:\n{}", decoded.len(), words.len(), decoded.join("\n"));
}

#[test]
fn thumb() {
    check("thumb");
}

#[test]
fn x64() {
    check("x64");
}

#[test]
fn x86() {
    check("x86");
}
