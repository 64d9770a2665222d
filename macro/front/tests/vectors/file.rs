//! Reading the vector files; `make.py` describes them.
#![allow(dead_code)] // each test uses a part

use std::fs;
use std::io::Read;
use std::path::Path;

/// A line of a vector file.
pub struct Vector {
    /// The row it is for.
    pub row: String,
    /// The instruction.
    pub text: String,
    /// Its bytes in hexadecimal.
    pub bytes: String,
    /// Where the bytes are from, or who vouches for them.
    pub oracle: String,
}

impl Vector {
    /// Whether nobody but iced-x86 vouches for the vector.
    pub fn is_for_iced(&self) -> bool {
        ["iced", "decode"].contains(&self.oracle.as_str())
    }

    /// Whether the text only decodes: it assembles to other bytes.
    pub fn only_decodes(&self) -> bool {
        self.oracle.ends_with("decode")
    }
}

/// The text of a compressed file below `tests`.
pub fn unpacked(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
    let mut text = String::new();
    let packed = fs::File::open(path).expect("a file of the tests");
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("compressed text");
    text
}

/// The lines of an architecture's file.
pub fn vectors(arch: &str) -> Vec<Vector> {
    let text = unpacked(&format!("vectors/{arch}.tsv.gz"));
    let mut row = "";
    let mut out = Vec::new();
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            ["#", name] => row = name,
            [text, bytes, oracle, ..] => {
                let [row, text, bytes, oracle] = [row, text, bytes, oracle].map(str::to_string);
                out.push(Vector { row, text, bytes, oracle });
            }
            _ => panic!("{arch}: `{line}` is no vector"),
        }
    }
    out
}

/// Words that are no instructions, as bytes.
pub fn unallocated(arch: &str) -> Vec<Vec<u8>> {
    unpacked(&format!("vectors/{arch}.unallocated.gz")).lines().map(unhex).collect()
}

/// The bytes of hexadecimal text.
pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).expect("hexadecimal")).collect()
}
