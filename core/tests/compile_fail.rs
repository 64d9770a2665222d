//! What rustc prints for wrong assembly: every class of message, its text and the place that it points at.
//!
//! One file of `ui` is one class, and every line of it that is wrong has one message in the `.stderr` file beside it. After a
//! change of a message, `TRYBUILD=overwrite cargo test -p bareasm-core --all-features --test compile_fail` writes them anew.
#![cfg(all(feature = "macro", feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

use std::process::Command;

/// The compiler whose way to print messages the files show; others draw the frames differently.
const PINNED: &str = "rustc 1.95.";

#[test]
fn messages() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc starts").stdout;
    if !version.starts_with(PINNED.as_bytes()) {
        eprintln!("skipped: the messages are those of {PINNED}, this is {}", String::from_utf8_lossy(&version));
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
