//! The rows of the crate's own tables, with the checks between rows, which a user's build leaves out.
#![cfg(feature = "rows")]

use bareasm_isa::rows::{fixed, source::Source, x86};
use std::{fs, path::PathBuf};

/// The `.isa` files of a directory: names and texts.
fn files(directory: &str) -> Vec<(String, String)> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut paths: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn fixed() {
    for directory in ["aarch64", "thumb"] {
        let files = files(directory);
        let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let errors: Vec<String> = fixed::read(&texts).err().unwrap_or_default().iter().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

#[test]
fn x86() {
    let files = files("x86");
    let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut source = Source::read(&texts);
    let packed = x86::pack(&mut source);
    let errors: Vec<String> = source.errors.iter().map(ToString::to_string).collect();
    assert!(packed.is_some() && errors.is_empty(), "{}", errors.join("\n"));
}
