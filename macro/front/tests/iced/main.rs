//! A third opinion on x86: iced-x86 disassembles the bytes of every vector to the instruction that its text says, and reads
//! programs as the decoder does.
//!
//! Spaces, the order of address terms, spellings of one mnemonic and how a number of some width is written do not count.
//! Whatever else differs has to be one of the differences in `DIFFERENCES`, with its reason.
#![cfg(all(feature = "cli", feature = "x64", feature = "x86"))]

#[path = "../vectors/command.rs"]
mod command;
mod compare;
mod compat;
#[path = "../vectors/file.rs"]
mod file;
mod instruction;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod sweep;

use bareasm_isa::x86::Mode;
use compare::{Spellings, Verdict};
use file::vectors;
use std::collections::BTreeMap;

/// Differences that a failure prints.
const SHOWN: usize = 20;

fn check(arch: &str, mode: Mode) {
    let spellings = Spellings::new();
    let mut explained: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let vectors = vectors(arch);
    for vector in &vectors {
        match spellings.compare(vector, mode) {
            Verdict::Same => {}
            Verdict::Explained(reason) => *explained.entry(reason).or_default() += 1,
            Verdict::Different(theirs) => {
                wrong.push(format!("{}\n    {} `{}`: {theirs:?}", vector.row, vector.bytes, vector.text))
            }
        }
    }
    println!("{arch}: {} vectors, explained differences: {explained:#?}", vectors.len());
    let shown = wrong[..wrong.len().min(SHOWN)].join("\n");
    assert!(wrong.is_empty(), "{arch}: {} of {} vectors differ:\n{shown}", wrong.len(), vectors.len());
}

#[test]
fn x64() {
    check("x64", Mode::Long);
}

#[test]
fn x86() {
    check("x86", Mode::Protected);
}
