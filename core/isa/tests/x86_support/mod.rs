//! What the x86 tests share: the example table, a reader of Intel syntax, and random operands for a form.
#![allow(dead_code, unreachable_pub)] // each test uses a part

pub mod generate;
pub mod line;

use bareasm_isa::choice::{Choice, Instruction};
use bareasm_isa::rows::source::Source;
use bareasm_isa::rows::x86;
use bareasm_isa::x86::{Mode, Request, Table};
use generate::{exists, sample, Rng};
use line::parse;

/// Calls `test` with the table of `tests/examples/x86.isa`.
pub fn with_examples<R>(test: impl FnOnce(&Table<'_>) -> R) -> R {
    with_rows(&[("x86.isa", include_str!("../examples/x86.isa"))], test)
}

/// Calls `test` with the table of these rows, which must be valid.
pub fn with_rows<R>(files: &[(&str, &str)], test: impl FnOnce(&Table<'_>) -> R) -> R {
    let mut source = Source::read(files);
    let packed = x86::pack(&mut source);
    let errors: Vec<String> = source.errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    packed.expect("no errors, so there is a table").with_table(test)
}

/// The messages for rows.
pub fn errors(text: &str) -> Vec<String> {
    let mut source = Source::read(&[("t.isa", text)]);
    let _ = x86::pack(&mut source);
    source.errors.iter().map(ToString::to_string).collect()
}

/// Bytes in hexadecimal, without blanks.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a hexadecimal text.
pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).expect("hexadecimal")).collect()
}

/// The bytes of an instruction.
pub fn code(instruction: &Instruction) -> &[u8] {
    &instruction.code[..instruction.len.into()]
}

/// Whether bytes equal those of the oracle, `..` standing for any.
pub fn same(bytes: &[u8], wanted: &str) -> bool {
    let found = hex(bytes);
    found.len() == wanted.len() && found.bytes().zip(wanted.bytes()).all(|(a, b)| b == b'.' || a == b)
}

fn any_same(choice: &Choice, wanted: &str) -> bool {
    same(code(&choice.instruction), wanted) || choice.shorter.iter().any(|shorter| same(code(shorter), wanted))
}

/// Lines of a vector file that come out differently.
pub fn differences(table: &Table<'_>, vectors: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in vectors.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let [mode, text, wanted] = parts.as_slice() else { panic!("{line}") };
        let mode = if *mode == "64" { Mode::Long } else { Mode::Protected };
        let parsed = parse(text).unwrap_or_else(|| panic!("cannot read {text}"));
        match parsed.choose(table, mode) {
            Ok(choice) if any_same(&choice, wanted) => {}
            Ok(choice) => out.push(format!("{line} found {}", hex(code(&choice.instruction)))),
            Err(mismatch) => out.push(format!("{line} found {mismatch:?}")),
        }
    }
    out
}

/// Samples of every form that do not come back from the decoder, and the number of samples. Prefixes that the decoded
/// form ignores may vanish (66 90 is `nop`).
pub fn undecodable(table: &Table<'_>, samples: usize) -> (usize, Vec<String>) {
    let mut rng = Rng(0x1234_5678_9abc_def1);
    let mut bad = Vec::new();
    let mut count = 0;
    for mode in [Mode::Long, Mode::Protected] {
        for (index, form) in (0u16..).zip(table.forms).filter(|(_, form)| exists(**form, mode)) {
            for _ in 0..samples {
                let sample = sample(table, *form, mode, &mut rng);
                let request =
                    Request { prefixes: &sample.prefixes, operands: &sample.operands, decorations: sample.decorations, mode };
                let Ok(encoded) = table.encode(index, &request) else { continue };
                count += 1;
                // 9b in front is an instruction of its own.
                let bytes = &encoded.bytes()[usize::from(form.code().wait)..];
                let text = format!("{mode:?} {}: {}", sample.text(table, *form, table.mnemonic(*form)), hex(bytes));
                let Some(decoded) = table.decode(bytes, mode) else {
                    bad.push(format!("{text} does not decode"));
                    continue;
                };
                let again = Request {
                    prefixes: decoded.prefixes(),
                    operands: decoded.operands(),
                    decorations: decoded.decorations,
                    mode,
                };
                let line = table.line(&decoded);
                match table.encode(decoded.form, &again) {
                    Ok(back) if bytes.strip_prefix(&[0x66]).unwrap_or(bytes).eq(back.bytes()) || back.bytes() == bytes => {
                        if usize::from(decoded.len) != bytes.len() {
                            bad.push(format!("{text} decodes as {line} of length {}", decoded.len));
                        }
                    }
                    Ok(back) => bad.push(format!("{text} decodes as {line}, {}", hex(back.bytes()))),
                    Err(refusal) => bad.push(format!("{text} decodes as {line}: {refusal:?}")),
                }
            }
        }
    }
    (count, bad)
}
