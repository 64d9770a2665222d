//! The x86 dialect: `operands | encoding | Op/En attributes | features`, one form or small group of forms a line.
//!
//! | room | what it is for |
//! |---|---|
//! | this one | a line into words, each with its place; tables and aliases |
//! | [`group`] | the groups `v`, `y`, `xyz` and the conditions `CC`, `SCC`, into plain rows |
//! | [`parse`] | a plain row's words into shapes, encoding, roles and attributes |
//! | [`check`] | what a row must satisfy alone |
//! | `collide` | what all rows together must satisfy (feature `rows`) |
//! | [`mod@pack`] | the packed table, owned or as Rust text |

use super::source::{Line, Place, Source};
use crate::x86::form::{Attributes, Code, Role};
use crate::x86::shape::Shape;
pub mod check;
#[cfg(feature = "rows")]
pub mod collide;
pub mod group;
pub mod pack;
pub mod parse;

use std::borrow::ToOwned;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// A word of a row and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text, after expansion of groups.
    pub text: String,
    /// The place of the source text.
    pub place: Place,
}

impl Word {
    /// The same place with another text.
    #[must_use]
    pub fn with(&self, text: impl Into<String>) -> Word {
        Word { text: text.into(), place: self.place }
    }
}

/// An error: the place and what is wrong.
pub type Fault = (Place, String);

/// An operand of a row in words.
#[derive(Clone, Debug)]
pub struct RawOperand {
    /// Alternatives, separated by `/` in the source.
    pub kinds: Vec<Word>,
    /// `k`, `kz`, `er`, `sae`.
    pub decorations: Vec<Word>,
    /// In `<>`.
    pub optional: bool,
}

/// A row in words.
#[derive(Clone, Debug)]
pub struct RawRow {
    /// `{nf}` in front.
    pub nf_free: bool,
    /// Mnemonic; after expansion of conditions, all synonyms with the preferred one first.
    pub names: Vec<Word>,
    /// Operands.
    pub operands: Vec<RawOperand>,
    /// Words of the encoding.
    pub encoding: Vec<Word>,
    /// Op/En and attributes.
    pub attributes: Vec<Word>,
    /// Features.
    pub features: Vec<Word>,
    /// Section title.
    pub section: String,
    /// Start of the encoding column.
    pub encoding_place: Place,
}

/// A plain form, parsed and checked.
#[derive(Clone, Debug)]
pub struct Row {
    /// Spellings, preferred one first.
    pub names: Vec<String>,
    /// Operands.
    pub operands: Vec<(Shape, Role)>,
    /// Encoding.
    pub code: Code,
    /// Attributes, with the derived `64`.
    pub attributes: Attributes,
    /// Features.
    pub features: Vec<Word>,
    /// Unit of an 8-bit displacement in bytes; a power of two.
    pub disp8: u8,
    /// Section title.
    pub section: String,
    /// Start of the row.
    pub place: Place,
}

/// `alias new = old`, with `{table}` in the new name expanded.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The new spelling.
    pub name: String,
    /// The spelling that it stands for.
    pub target: String,
    /// What the last immediate is.
    pub fixed: Option<u16>,
    /// Where it stands.
    pub place: Place,
}

/// Everything that x86 rows say.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Names of the files.
    pub files: Vec<String>,
    /// Declared features, in order; others follow as rows name them.
    pub features: Vec<String>,
    /// Declared processors with the names of their features.
    pub cpus: Vec<(String, Vec<String>)>,
    /// The plain forms in source order.
    pub rows: Vec<Row>,
    /// The aliases in source order.
    pub aliases: Vec<Alias>,
}

struct NamedTable {
    name: String,
    entries: Vec<(Vec<String>, u16)>,
}

/// Reads x86 rows, notes everything that is wrong in `source.errors`, and returns what is right.
pub fn read(source: &mut Source<'_>) -> Rows {
    let mut out = Rows {
        files: source.files.clone(),
        features: source.features.iter().map(|feature| feature.name.clone()).collect(),
        cpus: source.cpus.iter().map(|cpu| (cpu.name.clone(), cpu.words.clone())).collect(),
        ..Rows::default()
    };
    let mut tables: Vec<NamedTable> = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    for line in &source.lines {
        let outcome = if let Some(rest) = line.text.strip_prefix("table ") {
            table(line, rest).map(|table| tables.push(table))
        } else if let Some(rest) = line.text.strip_prefix("alias ") {
            alias(line, rest, &tables).map(|mut found| out.aliases.append(&mut found))
        } else {
            row(line).map(|mut found| out.rows.append(&mut found))
        };
        if let Err(fault) = outcome {
            faults.push(fault);
        }
    }
    if !source.features.is_empty() {
        for word in out.rows.iter().flat_map(|row| &row.features) {
            if !source.features.iter().any(|feature| feature.name == word.text) {
                faults.push((word.place, format!("unknown feature `{}`", word.text)));
            }
        }
    }
    #[cfg(feature = "rows")]
    collide::check(&out, &mut faults);
    faults.dedup();
    for (place, message) in faults {
        source.error(place, message);
    }
    out
}

/// Reads and packs; `None` after errors, which are in `source.errors`.
pub fn pack(source: &mut Source<'_>) -> Option<pack::Packed> {
    let rows = read(source);
    if !source.errors.is_empty() {
        return None;
    }
    match pack::pack(&rows) {
        Ok(packed) => Some(packed),
        Err((place, message)) => {
            source.error(place, message);
            None
        }
    }
}

fn row(line: &Line<'_>) -> Result<Vec<Row>, Fault> {
    group::expand(&words(line)?)?.iter().map(|raw| check::row(parse::row(raw, line.place)?)).collect()
}

/// Splits a line into its columns and words.
fn words(line: &Line<'_>) -> Result<RawRow, Fault> {
    let columns: Vec<&str> = line.text.split('|').collect();
    let (form, encoding, attributes, features) = match columns.as_slice() {
        [form, encoding] => (*form, *encoding, "", ""),
        [form, encoding, attributes] => (*form, *encoding, *attributes, ""),
        [form, encoding, attributes, features] => (*form, *encoding, *attributes, *features),
        _ => return Err((line.place, "expected `operands | encoding | roles and attributes | features`".to_owned())),
    };
    let (nf_free, form) = match form.strip_prefix("{nf} ") {
        Some(rest) => (true, rest),
        None => (false, form),
    };
    let form = form.trim();
    let (mnemonic, rest) = form.split_once(' ').unwrap_or((form, ""));
    if mnemonic.is_empty() || !mnemonic.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err((line.place_of(form), format!("`{mnemonic}` is not a mnemonic")));
    }
    Ok(RawRow {
        nf_free,
        names: std::vec![Word { text: mnemonic.to_owned(), place: line.place_of(form) }],
        operands: operands(line, rest.trim())?,
        encoding: split(line, encoding),
        attributes: split(line, attributes),
        features: split(line, features),
        section: line.section.to_owned(),
        encoding_place: line.place_of(encoding.trim_start()),
    })
}

fn split(line: &Line<'_>, text: &str) -> Vec<Word> {
    text.split_whitespace().map(|word| Word { text: word.to_owned(), place: line.place_of(word) }).collect()
}

fn operands(line: &Line<'_>, text: &str) -> Result<Vec<RawOperand>, Fault> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(|part| operand(line, part.trim())).collect()
}

fn operand(line: &Line<'_>, text: &str) -> Result<RawOperand, Fault> {
    let mut decorations = Vec::new();
    let kinds = match text.split_once(' ') {
        None => text,
        Some((kinds, rest)) => {
            for word in rest.split_whitespace() {
                let inner = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
                match inner {
                    Some(inner @ ("k" | "kz" | "er" | "sae")) => {
                        decorations.push(Word { text: inner.to_owned(), place: line.place_of(word) });
                    }
                    _ => return Err((line.place_of(word), format!("unknown decoration `{word}`"))),
                }
            }
            kinds
        }
    };
    let inner = kinds.strip_prefix('<').and_then(|kinds| kinds.strip_suffix('>'));
    let optional = inner.is_some();
    let kinds = inner.unwrap_or(kinds);
    if kinds.is_empty() {
        return Err((line.place_of(text), "an operand is missing".to_owned()));
    }
    let kinds = kinds.split('/').map(|kind| Word { text: kind.to_owned(), place: line.place_of(kind) }).collect();
    Ok(RawOperand { kinds, decorations, optional })
}

/// `name = entry entry:value - ..`
fn table(line: &Line<'_>, rest: &str) -> Result<NamedTable, Fault> {
    let (name, list) = rest.split_once('=').ok_or_else(|| (line.place, "expected `table name = entry ..`".to_owned()))?;
    let mut entries = Vec::new();
    for (count, word) in (0u16..).zip(list.split_whitespace()) {
        let (names, value) = match word.split_once(':') {
            None => (word, Some(count)),
            Some((names, value)) => (names, number(value)),
        };
        let value = value.ok_or_else(|| (line.place_of(word), format!("`{word}` has no number after `:`")))?;
        if names != "-" {
            entries.push((names.split('|').map(ToString::to_string).collect(), value));
        }
    }
    Ok(NamedTable { name: name.trim().to_owned(), entries })
}

fn number(text: &str) -> Option<u16> {
    match text.strip_prefix("0x") {
        Some(hex) => u16::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// `new = old`, with `{table}` in the new name.
fn alias(line: &Line<'_>, rest: &str, tables: &[NamedTable]) -> Result<Vec<Alias>, Fault> {
    let (name, target) = rest.split_once('=').ok_or_else(|| (line.place, "expected `alias new = old`".to_owned()))?;
    let (name, target) = (name.trim(), target.trim());
    let make = |name: String, fixed| Alias { name, target: target.to_owned(), fixed, place: line.place_of(target) };
    let Some((front, (table, back))) = name.split_once('{').and_then(|(a, b)| Some((a, b.split_once('}')?))) else {
        return Ok(std::vec![make(name.to_owned(), None)]);
    };
    let Some(found) = tables.iter().find(|known| known.name == table) else {
        return Err((line.place_of(table), format!("unknown table `{table}`")));
    };
    Ok(found
        .entries
        .iter()
        .flat_map(|(names, value)| names.iter().map(|entry| make(format!("{front}{entry}{back}"), Some(*value))))
        .collect())
}
