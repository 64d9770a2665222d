//! Names of generated items.

use std::collections::BTreeMap;

/// Keywords of Rust that are, or may become, mnemonics.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
    "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Methods that the assembler has for other purposes.
const METHODS: [&str; 12] =
    ["align", "base", "begin", "bind", "code", "encode", "extend", "fault", "finish", "global", "put", "reset"];

/// The method of a mnemonic: `b.eq` is `b_eq`, `in` is `in_`.
pub fn method(mnemonic: &str) -> String {
    let name = mnemonic.replace(['.', ' '], "_");
    if KEYWORDS.contains(&name.as_str()) || METHODS.contains(&name.as_str()) {
        name + "_"
    } else {
        name
    }
}

/// A type: `sysm_read` is `SysmRead`.
pub fn camel(name: &str) -> String {
    let mut out = String::new();
    for part in name.split('_') {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// A constant or unit type: `pldl1keep` is `PLDL1KEEP`, the empty word `NONE`. Empty for what cannot be one.
pub fn constant(word: &str) -> String {
    if word.is_empty() {
        return "NONE".into();
    }
    let good = word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if good {
        word.to_uppercase()
    } else {
        String::new()
    }
}

/// Texts that occur often, numbered.
#[derive(Default)]
pub struct Interned(BTreeMap<String, usize>);

impl Interned {
    /// The number of a text.
    pub fn number(&mut self, text: String) -> usize {
        let next = self.0.len();
        *self.0.entry(text).or_insert(next)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&String, &usize)> {
        self.0.iter()
    }
}
