//! The decoder over the machine code of a real program, the test itself or the one that `BAREASM_SWEEP` names: instruction
//! boundaries are those of iced-x86, and so are mnemonic and operands, with few exceptions.

use super::compare::{Spellings, Verdict};
use super::file::Vector;
use bareasm_isa::x86::{self, Mode};
use iced_x86::{Decoder, DecoderOptions};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// Differences that a failure prints.
const SHOWN: usize = 30;

/// The bytes of section `.text` of a 64-bit ELF file.
fn text_section(file: &[u8]) -> Option<&[u8]> {
    let number = |at: usize, bytes: usize| {
        let bytes = file.get(at..at + bytes)?;
        Some(bytes.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte)) as usize)
    };
    let (table, size, count, names) = (number(0x28, 8)?, number(0x3a, 2)?, number(0x3c, 2)?, number(0x3e, 2)?);
    let header = |n: usize| table + n * size;
    let names = number(header(names) + 0x18, 8)?;
    let is_text = |n: &usize| number(header(*n), 4).and_then(|name| file.get(names + name..)?.get(..6)) == Some(b".text\0");
    let text = (0..count).find(is_text)?;
    let (start, length) = (number(header(text) + 0x18, 8)?, number(header(text) + 0x20, 8)?);
    file.get(start..start + length)
}

#[test]
fn a_program_is_read_as_by_iced() {
    let path = std::env::var_os("BAREASM_SWEEP").map_or_else(|| std::env::current_exe().expect("a program"), PathBuf::from);
    let file = std::fs::read(&path).expect("the program");
    let code = text_section(&file).expect("an ELF file with code");
    let table = x86::table();
    let spellings = Spellings::new();
    let (mut count, mut boundaries, mut known) = (0usize, Vec::new(), HashSet::new());
    let (mut explained, mut different): (BTreeMap<&str, usize>, BTreeMap<String, usize>) = Default::default();
    let mut at = 0;
    while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
        let theirs = Decoder::new(64, rest, DecoderOptions::NONE).decode();
        let decoded = table.decode(rest, Mode::Long);
        let length = if theirs.is_invalid() { None } else { Some(theirs.len()) };
        count += 1;
        if decoded.map(|decoded| usize::from(decoded.len)) != length {
            boundaries.push(format!(
                "{at:x}: {:02x?}: {length:?}, here {:?}",
                &rest[..rest.len().min(15)],
                decoded.map(|decoded| decoded.len)
            ));
        } else if let Some(decoded) = decoded {
            let bytes = &rest[..usize::from(decoded.len)];
            // Most instructions come more than once.
            if known.insert(bytes) {
                let row = table.form(decoded.form).map_or(String::new(), |form| table.describe(form).to_string());
                let text = table.line(&decoded).to_string();
                let bytes = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                let vector = Vector { row, text, bytes, oracle: "iced".to_string() };
                match spellings.compare(&vector, Mode::Long) {
                    Verdict::Same => {}
                    Verdict::Explained(reason) => *explained.entry(reason).or_default() += 1,
                    Verdict::Different(theirs) => {
                        *different.entry(format!("{} `{}`: {theirs:?}", vector.bytes, vector.text)).or_default() += 1;
                    }
                }
            }
        }
        at += length.unwrap_or(1);
    }
    println!(
        "{}: {} bytes, {count} instructions, {} of them different ones; explained differences: {explained:#?}",
        path.display(),
        code.len(),
        known.len()
    );
    let differences: usize = different.values().sum();
    let shown: Vec<&String> = different.keys().take(SHOWN).collect();
    println!("{differences} unexplained: {shown:#?}");
    assert!(
        boundaries.is_empty(),
        "{} boundaries differ:\n{}",
        boundaries.len(),
        boundaries[..boundaries.len().min(SHOWN)].join("\n")
    );
    assert!(differences * 1000 <= known.len(), "{differences} of {} instructions differ", known.len());
}
