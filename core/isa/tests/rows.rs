//! The rows of the crate's own tables: every row prints, encodes and decodes to itself.
#![cfg(all(feature = "matching", any(feature = "aarch64", feature = "thumb")))]

mod common;

use bareasm_isa::fixed;

#[test]
#[cfg(feature = "aarch64")]
fn aarch64_round_trip() {
    let mut report = common::Report::default();
    common::round_trip(fixed::aarch64(), &mut report);
    report.assert();
}

#[test]
#[cfg(feature = "thumb")]
fn thumb_round_trip() {
    let mut report = common::Report::default();
    common::round_trip(fixed::thumb(), &mut report);
    report.assert();
}

/// The typed forms: a figure for orientation, and that values come in order.
#[test]
#[cfg(feature = "aarch64")]
fn aarch64_typed() {
    typed(fixed::aarch64(), 2000);
}

#[test]
#[cfg(feature = "thumb")]
fn thumb_typed() {
    typed(fixed::thumb(), 500);
}

fn typed(table: &fixed::Table<'_>, least: usize) {
    let mut count = 0;
    let mut missing = Vec::new();
    for mnemonic in table.mnemonics {
        let forms = table.typed(mnemonic);
        if forms.is_empty() {
            missing.push(table.str(mnemonic.name));
        }
        count += forms.len();
        for form in &forms {
            let values: Vec<u16> = form.instruction.pending.iter().map(|pending| pending.value).collect();
            assert_eq!(values, (0..values.len() as u16).collect::<Vec<u16>>(), "{form:?}");
        }
    }
    println!("{count} typed forms of {} mnemonics; none for {missing:?}", table.mnemonics.len());
    assert!(count >= least, "{count} typed forms");
}
