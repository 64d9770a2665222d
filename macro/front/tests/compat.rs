//! A64 lines that dynasm-rs accepts give the bytes that it gives.
//!
//! Columns of `compat/aarch64-dynasmrs.tsv.gz`: the line, and the bytes by dynasm-rs. (x64 has encodings to choose from:
//! `iced/compat.rs`.)
#![cfg(all(feature = "cli", feature = "aarch64"))]

#[path = "vectors/command.rs"]
mod command;
#[path = "vectors/file.rs"]
mod file;

#[test]
fn dynasm_rs() {
    let table = file::unpacked("compat/aarch64-dynasmrs.tsv.gz");
    let lines: Vec<(&str, &str)> = table.lines().map(|line| line.split_once('\t').expect("two columns")).collect();
    let texts: Vec<&str> = lines.iter().map(|(text, _)| *text).collect();
    let found = command::assemble("aarch64", &texts);
    let wrong = lines.iter().zip(&found).filter(|((_, bytes), found)| bytes != found);
    let wrong: Vec<String> = wrong.map(|((text, bytes), found)| format!("{text}: {bytes}, here {found}")).collect();
    println!("{} lines", lines.len());
    assert!(wrong.is_empty(), "{} of {} lines:\n{}", wrong.len(), lines.len(), wrong.join("\n"));
}
