//! The example rows against llvm-mc, against themselves, and with run-time registers.

mod x86_support;

use x86_support::{differences, undecodable, with_examples};

#[test]
fn chosen_bytes_equal_llvm() {
    let vectors = include_str!("examples/x86.tsv");
    with_examples(|table| {
        let found = differences(table, vectors);
        assert!(found.is_empty(), "{} of {} differ:\n{}", found.len(), vectors.lines().count(), found.join("\n"));
    });
}

/// Encoding with a form, decoding, and encoding what was decoded give the same bytes.
#[test]
fn decoding_inverts_encoding() {
    with_examples(|table| {
        let (count, bad) = undecodable(table, 8);
        assert!(bad.is_empty(), "{} of {count}:\n{}", bad.len(), bad.join("\n"));
        assert!(count > 8000, "{count}");
    });
}
