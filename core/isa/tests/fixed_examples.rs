//! The example rows: they parse, validate, print, encode and decode to themselves.
#![cfg(feature = "rows")]

use bareasm_isa::rows::fixed;

const EXAMPLES: &str = include_str!("examples/fixed.isa");

#[test]
fn examples_are_valid() {
    match fixed::read(&[("fixed.isa", EXAMPLES)]) {
        Ok(sets) => assert_eq!(sets.iter().map(|set| set.forms.len()).sum::<usize>(), 293),
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
