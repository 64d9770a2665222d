//! The rows that `ROWS.md` quotes are those of the tables.

use std::fs;
use std::path::Path;

/// A line with single blanks.
fn plain(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn quoted_rows_exist() {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = Vec::new();
    for directory in ["aarch64", "thumb", "x86"] {
        for entry in fs::read_dir(crate_root.join(directory)).expect("rows") {
            let text = fs::read_to_string(entry.expect("an entry").path()).expect("text");
            known.extend(text.lines().map(plain));
        }
    }
    let page = fs::read_to_string(crate_root.join("ROWS.md")).expect("ROWS.md");
    let mut inside = false;
    let mut count = 0;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```isa";
        } else if inside {
            assert!(known.contains(&plain(line)), "ROWS.md quotes a row that is not there: {line}");
            count += 1;
        }
    }
    assert!(count >= 10, "{count} rows");
}
