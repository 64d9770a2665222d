//! With feature `tables`: reads, validates and packs the rows of each enabled architecture; the library includes the result
//! from `OUT_DIR`.
//!
//! The reader is part of the library (feature `rows`), so its sources are used here as modules, with what they need of
//! the rest of the crate; a dialect that no enabled architecture has is left out.
#![allow(dead_code, unused_imports, unreachable_pub, missing_docs)] // half of the shared sources is for the library

#[cfg(feature = "tables")]
#[path = "src"]
mod shared {
    pub mod encoding;
    pub mod field;
    pub mod relocation;
    pub mod rows;
    pub mod rule;
    pub mod fixed {
        pub mod table;
    }
    #[cfg(any(feature = "x64", feature = "x86"))]
    pub mod x86 {
        pub mod form;
        #[cfg(feature = "rows")]
        pub mod header;
        #[cfg(feature = "rows")]
        pub mod operand;
        pub mod register;
        pub mod shape;
        pub mod table;
    }
}
#[cfg(all(feature = "tables", any(feature = "x64", feature = "x86")))]
use shared::x86;
#[cfg(feature = "tables")]
use shared::{encoding, field, fixed, relocation, rows, rule};

#[cfg(feature = "tables")]
use fixed::table::Set;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    let done: &[bool] = &[
        #[cfg(all(feature = "tables", feature = "aarch64"))]
        fixed_set("AARCH64", "aarch64", Set::A64),
        #[cfg(all(feature = "tables", feature = "thumb"))]
        fixed_set("THUMB", "thumb", Set::T32),
        #[cfg(all(feature = "tables", any(feature = "x64", feature = "x86")))]
        x86_set(),
    ];
    if done.iter().all(|good| *good) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Packs the rows of a directory that are of the fixed-width dialect; `name` is that of the static.
#[cfg(all(feature = "tables", any(feature = "aarch64", feature = "thumb")))]
fn fixed_set(name: &str, directory: &str, set: Set) -> bool {
    let files = match files(directory) {
        Ok(files) => files,
        Err(error) => return complain(&format!("{directory}: {error}")),
    };
    let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    match rows::fixed::read(&texts) {
        Ok(packed) if packed.iter().any(|packed| packed.set != set) => complain(&format!("{directory}: rows of another `.arch`")),
        Ok(packed) => {
            let source = rows::fixed::emit::source(name, packed.first().unwrap_or(&rows::fixed::pack::Packed::empty(set)));
            write(&format!("{directory}.rs"), &source)
        }
        Err(errors) => {
            for error in errors {
                complain(&error.to_string());
            }
            false
        }
    }
}

/// Packs the rows of x86.
#[cfg(all(feature = "tables", any(feature = "x64", feature = "x86")))]
fn x86_set() -> bool {
    let files = match files("x86") {
        Ok(files) => files,
        Err(error) => return complain(&format!("x86: {error}")),
    };
    let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut source = rows::source::Source::read(&texts);
    let packed = rows::x86::pack(&mut source);
    for error in &source.errors {
        complain(&error.to_string());
    }
    packed.is_some_and(|packed| write("x86.rs", &packed.rust()))
}

/// The `.isa` files of a directory in order of their names: path for messages, and text.
fn files(directory: &str) -> io::Result<Vec<(String, String)>> {
    println!("cargo::rerun-if-changed={directory}");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "isa"));
    paths.sort();
    let name = |path: &Path| format!("core/isa/{}", path.display());
    paths.iter().map(|path| Ok((name(path), fs::read_to_string(path)?))).collect()
}

/// Writes a file of `OUT_DIR`.
fn write(name: &str, text: &str) -> bool {
    let Some(out) = env::var_os("OUT_DIR") else { return complain("OUT_DIR is not set") };
    match fs::write(Path::new(&out).join(name), text) {
        Ok(()) => true,
        Err(error) => complain(&format!("{name}: {error}")),
    }
}

fn complain(message: &str) -> bool {
    println!("cargo::error={message}");
    false
}
