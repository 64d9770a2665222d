//! Files, lines and columns of `.isa` text, and the lines that both dialects share.
//!
//! ```text
//! # comment                      (also behind a row: `row # comment`)
//! ## Section of the manual       rows below belong to it
//! .arch a64                      architecture of the rows below
//! .feature sve2: FEAT_SVE2       declares a feature; `.feature rv64 (not rv32): ..` names one that excludes it
//! .feature sve2 (with sve): ..    ... that no machine has without `sve`
//! .group crypto: aes sha2         a name for several features
//! .cpu cortex-m4: thumb2 dsp      declares a processor as a set of features, groups and earlier processors
//! ```

use std::borrow::ToOwned;
use std::string::{String, ToString};
use std::vec::Vec;

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Index into [`Source::files`].
    pub file: u16,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Name of the file, as given to the reader.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong, in words.
    pub message: String,
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for Error {}

/// A declared feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Name, as in tags and in `.feature` of the macro.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Features that no machine has together with this one.
    pub excludes: Vec<String>,
    /// Features that every machine with this one has. When the source is read, all of them, and this one first.
    pub with: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// A declared group of features, or a processor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Name, as in `.cpu` or `.feature` of the macro.
    pub name: String,
    /// What it stands for. When the source is read, these are names of features.
    pub words: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// A line that is neither empty nor a comment nor one of the shared directives.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The text without comment and without blanks at the ends.
    pub text: &'a str,
    /// Where `text` begins.
    pub place: Place,
    /// The section (`##`) that it stands in.
    pub section: &'a str,
    /// The `.arch` in force.
    pub arch: &'a str,
}

/// Text of one or more files, read into lines.
#[derive(Clone, Debug, Default)]
pub struct Source<'a> {
    /// Names of the files.
    pub files: Vec<String>,
    /// The rows and tables.
    pub lines: Vec<Line<'a>>,
    /// Declared features, in order.
    pub features: Vec<Feature>,
    /// Declared groups of features, in order.
    pub groups: Vec<Set>,
    /// Declared processors, in order.
    pub cpus: Vec<Set>,
    /// What went wrong so far.
    pub errors: Vec<Error>,
}

impl<'a> Source<'a> {
    /// Reads files, given as name and text, in order. Features and processors hold for all of them.
    pub fn read(files: &[(&str, &'a str)]) -> Source<'a> {
        let mut source = Source::default();
        for (name, text) in files {
            source.add(name, text);
        }
        super::features::resolve(&mut source);
        source
    }

    /// Notes an error.
    pub fn error(&mut self, place: Place, message: impl ToString) {
        let file = self.files.get(usize::from(place.file)).cloned().unwrap_or_default();
        self.errors.push(Error { file, line: place.line, column: place.column, message: message.to_string() });
    }

    fn add(&mut self, name: &str, text: &'a str) {
        let file = u16::try_from(self.files.len()).unwrap_or(u16::MAX);
        self.files.push(name.to_owned());
        let (mut section, mut arch) = ("", "");
        for (line, whole) in (1u32..).zip(text.lines()) {
            if let Some(title) = whole.strip_prefix("## ") {
                section = title.trim();
                continue;
            }
            let used = if whole.starts_with('#') { "" } else { whole.split(" # ").next().unwrap_or("") };
            let text = used.trim();
            let column = used.len() as u32 - used.trim_start().len() as u32 + 1;
            let place = Place { file, line, column };
            if text.is_empty() {
                continue;
            }
            match text.split_once(' ') {
                Some((".arch", name)) => arch = name.trim(),
                Some((".feature", rest)) => self.feature(rest, place),
                Some((".group", rest)) => {
                    let group = self.set("group", rest, place);
                    self.groups.extend(group);
                }
                Some((".cpu", rest)) => {
                    let cpu = self.set("cpu", rest, place);
                    self.cpus.extend(cpu);
                }
                _ if text.starts_with('.') => self.error(place, std::format!("unknown directive `{text}`")),
                _ => self.lines.push(Line { text, place, section, arch }),
            }
        }
    }

    fn feature(&mut self, rest: &str, place: Place) {
        let Some((head, description)) = rest.split_once(':') else {
            return self.error(place, "expected `.feature name: description`");
        };
        let list = |key: &str| -> Vec<String> {
            let list = head.split_once(key).and_then(|(_, rest)| rest.split_once(')'));
            list.map_or("", |(list, _)| list).split_whitespace().map(str::to_owned).collect()
        };
        let name = head.split('(').next().unwrap_or("").trim();
        if self.features.iter().any(|known| known.name == name) {
            return; // every file may say what it uses
        }
        let (excludes, with) = (list("(not "), list("(with "));
        self.features.push(Feature { name: name.to_owned(), description: description.trim().to_owned(), excludes, with, place });
    }

    /// `name: word word ..`
    fn set(&mut self, what: &str, rest: &str, place: Place) -> Option<Set> {
        let Some((name, words)) = rest.split_once(':') else {
            self.error(place, std::format!("expected `.{what} name: feature feature ..`"));
            return None;
        };
        Some(Set { name: name.trim().to_owned(), words: words.split_whitespace().map(str::to_owned).collect(), place })
    }
}

impl<'a> Line<'a> {
    /// The columns of the line, split at ` | `, each with its place.
    pub fn columns(&self) -> Vec<(&'a str, Place)> {
        let mut rest = self.text;
        let mut out = Vec::new();
        loop {
            let (cell, tail) = match rest.find(" | ") {
                Some(at) => (rest.get(..at).unwrap_or(""), rest.get(at + 3..)),
                None => (rest, None),
            };
            out.push((cell.trim(), self.place_of(cell.trim_start())));
            let Some(tail) = tail else { return out };
            rest = tail;
        }
    }

    /// The place of a part of [`Line::text`] (the start of the line if `part` is not one).
    pub fn place_of(&self, part: &str) -> Place {
        let offset = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let column = self.text.get(..offset).map_or(0, |before| before.chars().count() as u32);
        Place { column: self.place.column + column, ..self.place }
    }
}
