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
