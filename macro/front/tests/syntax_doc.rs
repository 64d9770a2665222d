//! The examples of `SYNTAX.md`: every line of a block marked `asm` is assembled.
//!
//! | mark behind `asm ARCH` | a line is | checked |
//! |---|---|---|
//! | none | a statement | the block is read and lowered; if every line says its bytes (`// 1f2003d5`), those as well |
//! | `same` | `ours // vendor's` | both give the same bytes |
//! | `error` | `line // part of the message` | the line is refused with this message |
#![cfg(all(feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

use bareasm_front::code::assemble;
use bareasm_front::ir::Diagnostic;
use bareasm_front::lower::{lower, Lowering};
use bareasm_front::{parse, parse_code};
use std::fmt::Write;

/// A fenced block: the words of its mark, its lines, and where it begins.
struct Block<'a> {
    marks: Vec<&'a str>,
    lines: Vec<(&'a str, Option<&'a str>)>,
    place: usize,
}

/// The blocks marked `asm`, their lines split at `//`.
fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut out = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (number, line) in (1..).zip(page.lines()) {
        match (line.strip_prefix("```"), &mut open) {
            (Some(mark), None) => {
                open = Some(Block { marks: mark.split_whitespace().collect(), lines: Vec::new(), place: number })
            }
            (Some(_), Some(_)) => out.extend(open.take()),
            (None, Some(block)) => {
                let (code, comment) = line.split_once("//").map_or((line, None), |(code, comment)| (code, Some(comment.trim())));
                if !code.trim().is_empty() {
                    block.lines.push((code.trim(), comment));
                }
            }
            (None, None) => {}
        }
    }
    out.retain(|block: &Block<'_>| block.marks.first() == Some(&"asm"));
    out
}

fn text(errors: Vec<Diagnostic>) -> String {
    errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("\n")
}

/// Reads and lowers statements as `dynasm!` does.
fn accepted(arch: &str, body: &str) -> Result<(), String> {
    let tokens = format!("[krate] [{arch}] ops ; {body}").parse().map_err(|error| format!("{error}"))?;
    parse(tokens).and_then(|invocation| lower(&invocation, Lowering::Fast)).map(|_| ()).map_err(text)
}

/// The bytes of statements, in hexadecimal.
fn bytes(arch: &str, body: &str) -> Result<String, String> {
    let tokens = format!("[krate] [{arch}] {body}").parse().map_err(|error| format!("{error}"))?;
    let code = parse_code(tokens).and_then(|invocation| assemble(&invocation.statements)).map_err(text)?;
    Ok(code.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

/// Lines as statements. One that begins with `;;` brings its semicolons along.
fn joined(lines: &[(&str, Option<&str>)]) -> String {
    lines.iter().fold(String::new(), |mut body, (line, _)| {
        if !body.is_empty() && !line.starts_with(';') {
            body.push_str(" ; ");
        }
        body.push_str(line);
        body
    })
}

fn hexadecimal(comment: Option<&str>) -> Option<&str> {
    comment.filter(|text| !text.is_empty() && text.bytes().all(|c| c.is_ascii_hexdigit()))
}

fn check(arch: &str, kind: Option<&str>, lines: &[(&str, Option<&str>)]) -> Result<(), String> {
    match kind {
        None => {
            let body = joined(lines);
            accepted(arch, &body)?;
            let wanted: Option<Vec<&str>> = lines.iter().map(|(_, comment)| hexadecimal(*comment)).collect();
            match wanted.map(|parts| parts.concat()) {
                Some(wanted) if bytes(arch, &body)? != wanted => Err(format!("gives {}", bytes(arch, &body)?)),
                _ => Ok(()),
            }
        }
        Some("same") => lines.iter().try_for_each(|(ours, vendor)| {
            let vendor = vendor.ok_or("two spellings are needed")?;
            let (a, b) = (bytes(arch, ours)?, bytes(arch, vendor)?);
            if a == b {
                Ok(())
            } else {
                Err(format!("`{ours}` gives {a}, `{vendor}` {b}"))
            }
        }),
        Some("error") => lines.iter().try_for_each(|(line, part)| match accepted(arch, line) {
            Ok(()) => Err(format!("`{line}` is accepted")),
            Err(message) if part.is_some_and(|part| message.contains(part)) => Ok(()),
            Err(message) => Err(format!("`{line}`: {message}")),
        }),
        Some(other) => Err(format!("unknown mark `{other}`")),
    }
}

#[test]
fn every_example_line() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../SYNTAX.md");
    let page = std::fs::read_to_string(path).expect("macro/SYNTAX.md");
    let mut count = 0;
    let mut failures = Vec::new();
    for block in blocks(&page) {
        count += block.lines.len();
        let arch = block.marks.get(1).copied().unwrap_or("");
        if let Err(message) = check(arch, block.marks.get(2).copied(), &block.lines) {
            failures.push(format!("SYNTAX.md:{}: {message}", block.place));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 100, "{count} lines");
}
