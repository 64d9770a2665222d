//! Writes random instructions of a table for the oracle (`tests/x86_vectors.py` runs this).
#![cfg(feature = "rows")]

mod x86_support;

use bareasm_isa::x86::{Mode, Table};
use std::fmt::Write as _;
use x86_support::generate::{exists, sample, Rng};
use x86_support::{differences, undecodable};

/// Calls `test` with the table of the rows in the file or directory `X86_ROWS`.
fn rows<R>(test: impl FnOnce(&Table<'_>) -> R) -> R {
    let rows = std::env::var("X86_ROWS").expect("X86_ROWS");
    let mut files: Vec<std::path::PathBuf> = match std::fs::read_dir(&rows) {
        Ok(entries) => entries
            .map(|entry| entry.expect("entry").path())
            .filter(|path| path.extension().is_some_and(|e| e == "isa"))
            .collect(),
        Err(_) => vec![rows.clone().into()],
    };
    files.sort();
    let texts: Vec<(String, String)> =
        files.iter().map(|path| (path.display().to_string(), std::fs::read_to_string(path).expect("rows"))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    x86_support::with_rows(&texts, test)
}

/// Compares the choice for the lines of `X86_VECTORS` with the oracle's bytes, and decodes what every form encodes.
#[test]
#[ignore = "a tool: needs X86_ROWS and X86_VECTORS"]
fn compare() {
    let vectors = std::fs::read_to_string(std::env::var("X86_VECTORS").expect("X86_VECTORS")).expect("vectors");
    rows(|table| {
        let found = differences(table, &vectors);
        let (count, bad) = undecodable(table, 4);
        println!(
            "{} forms; {} of {} differ; {} of {count} do not decode",
            table.forms.len(),
            found.len(),
            vectors.lines().count(),
            bad.len()
        );
        assert!(found.is_empty() && bad.is_empty(), "{}\n{}", found.join("\n"), bad.join("\n"));
    });
}

/// Prints `mode TAB text` lines to the file named by `X86_LINES`; takes `X86_COUNT` samples a form and `X86_SEED`.
#[test]
#[ignore = "a tool: run by tests/x86_vectors.py"]
fn lines() {
    let variable = |name: &str| std::env::var(name).ok();
    let number = |name: &str, default| variable(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (count, seed) = (number("X86_COUNT", 3), number("X86_SEED", 1));
    let out = rows(|table| {
        let mut out = String::new();
        let mut rng = Rng(0x9e37_79b9_7f4a_7c15 ^ (seed << 32 | 0x1234_5678));
        for (mode, name) in [(Mode::Long, "64"), (Mode::Protected, "32")] {
            for (index, form) in (0u16..).zip(table.forms).filter(|(_, form)| exists(**form, mode)) {
                for _ in 0..count {
                    let sample = sample(table, *form, mode, &mut rng);
                    let _ = writeln!(out, "{name}\t{index}\t{}", sample.text(table, *form, table.mnemonic(*form)));
                }
            }
        }
        out
    });
    std::fs::write(variable("X86_LINES").expect("X86_LINES"), out).expect("writing");
}

/// Compares the choice with a list `architecture TAB text TAB bytes` of another assembler, `X86_LIST`.
#[test]
#[ignore = "a tool: needs X86_ROWS and X86_LIST"]
fn list() {
    let list = std::fs::read_to_string(std::env::var("X86_LIST").expect("X86_LIST")).expect("list");
    let vectors: String =
        list.lines().filter_map(|line| line.strip_prefix("x64\t")).map(|line| format!("64\t{line}\n")).collect();
    rows(|table| {
        let found = differences(table, &vectors);
        println!("{} of {} differ", found.len(), vectors.lines().count());
        assert!(found.is_empty(), "{}", found.join("\n"));
    });
}
