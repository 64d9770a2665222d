//! The example rows: they parse, validate, print, encode and decode to themselves.
#![cfg(feature = "rows")]

use bareasm_isa::fixed::table::BLOCK;
use bareasm_isa::fixed::{Context, Features, Width};
use bareasm_isa::rows::fixed;

const EXAMPLES: &str = include_str!("examples/fixed.isa");
const VECTORS: &str = include_str!("examples/fixed.tsv");

#[test]
fn examples_are_valid() {
    match fixed::read(&[("fixed.isa", EXAMPLES)]) {
        Ok(sets) => assert_eq!(sets.iter().map(|set| set.forms.len()).sum::<usize>(), 299),
        Err(errors) => panic!("{}", errors.iter().map(|error| format!("{error}\n")).collect::<String>()),
    }
}

mod common;

/// Every row, with boundary and pseudo-random field values: its text is taken again and gives the same bytes, and the
/// decoder's text of these bytes does too.
#[test]
fn examples_round_trip() {
    let sets = fixed::read(&[("fixed.isa", EXAMPLES)]).unwrap();
    let mut report = common::Report::default();
    for set in &sets {
        common::round_trip(&set.table(), &mut report);
    }
    report.assert();
}

/// Texts of every row, for `make-vectors.py`: instruction set, features of the row, whether it opens a block, text.
#[test]
#[ignore = "prints the input of make-vectors.py"]
fn print_texts() {
    let features = Features::ALL;
    let context = Context { features: &features, width: Width::Any, it: None };
    for set in fixed::read(&[("fixed.isa", EXAMPLES)]).unwrap() {
        let table = set.table();
        let mut random = fastrand::Rng::with_seed(99);
        for (number, form) in (0u16..).zip(table.forms) {
            let mut texts: Vec<String> = Vec::new();
            for _ in 0..3000 {
                let word = common::words(&table, form, &mut random).to_le_bytes();
                let text = table.print(number, &word[..usize::from(form.size)], &context);
                texts.extend(text.filter(|text| !texts.contains(text)));
                if texts.len() == 6 {
                    break;
                }
            }
            let needs = table.form_text(number).unwrap().features;
            let block = if form.flags & BLOCK != 0 { "block" } else { "" };
            texts.iter().for_each(|text| println!("\t{:?}\t{}\t{needs}\t{block}\t{text}", set.set, form.size));
        }
    }
}

/// The bytes that llvm-mc gives for the texts are ours too.
#[test]
fn vectors_agree() {
    let sets = fixed::read(&[("fixed.isa", EXAMPLES)]).unwrap();
    let features = Features::ALL;
    let context = Context { features: &features, width: Width::Any, it: None };
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [set, text, hex] = columns[..] else { panic!("{line}") };
        let table = sets.iter().find(|packed| format!("{:?}", packed.set) == set).unwrap().table();
        count += 1;
        match common::take(&table, text, &context) {
            Ok(code) if code.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == hex => {}
            other => wrong.push(format!("{set} `{text}`: {other:02x?}, not {hex}")),
        }
    }
    assert!(count > 1700, "only {count} vectors");
    // The manual's order prefers the modified immediate, llvm-mc takes MOVW for 256 to 65535.
    wrong.retain(|line| !(line.starts_with("T32 `mov r") || line.starts_with("T32 `mov lr") || line.starts_with("T32 `mov.w ")));
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}
