//! Keyword tables: `name(fields) open = word/synonym:pattern ..`, continued by `name + = ..`.

use super::model::{Entry, Fail, WordTable};
use crate::rows::source::Line;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// Reads a table from `name(fields) open = entries`; entries are separated by blanks, or by commas in a tag.
pub fn read(line: &Line<'_>, text: &str, separator: char) -> Result<WordTable, Fail> {
    let Some((head, body)) = text.split_once('=') else { return Err(Fail::at(line, text, "a table needs `=`")) };
    let (head, open) = match head.trim().strip_suffix(" open") {
        Some(head) => (head.trim(), true),
        None => (head.trim(), false),
    };
    let (head, more) = head.strip_suffix(" +").map_or((head, false), |head| (head.trim(), true));
    let (name, fields) = match head.split_once('(') {
        Some((name, rest)) => match rest.strip_suffix(')') {
            Some(fields) => (name, fields),
            None => return Err(Fail::at(line, text, "`)` is missing")),
        },
        None => (head, head),
    };
    if !super::bits::is_name(name) {
        return Err(Fail::at(line, text, format!("bad table name `{name}`")));
    }
    let mut entries = Vec::new();
    let mut rest = body.trim();
    while !rest.is_empty() {
        let (words, tail): (Vec<String>, &str) = match rest.strip_prefix('"') {
            Some(quoted) => match quoted.split_once('"') {
                Some((word, tail)) => (Vec::from([word.to_string()]), tail),
                None => return Err(Fail::at(line, rest, "`\"` is missing")),
            },
            None => {
                let end = rest.find(':').unwrap_or(rest.len());
                let (words, tail) = rest.split_at(end);
                let word = |word: &str| if word == "-" { String::new() } else { word.to_ascii_lowercase() };
                (words.split('/').map(word).collect(), tail)
            }
        };
        let end = tail.find(separator).unwrap_or(tail.len());
        let (pattern, next) = tail.split_at(end);
        let pattern = pattern.strip_prefix(':').unwrap_or("");
        let valid = |c: char| matches!(c, '0' | '1') || c.is_ascii_lowercase();
        if pattern.is_empty() || pattern.len() > 32 || !pattern.chars().all(valid) {
            return Err(Fail::at(line, rest, format!("table `{name}`: expected `word:pattern`")));
        }
        entries.push(Entry { words, pattern: pattern.to_string() });
        rest = next.trim_start_matches(separator).trim_start();
    }
    if entries.is_empty() {
        return Err(Fail::at(line, text, format!("table `{name}` is empty")));
    }
    let fields = fields.split(':').map(ToString::to_string).collect();
    Ok(WordTable { name: name.to_string(), fields, entries, open, more, place: line.place_of(text) })
}

/// Restricts a table to the entries with these words.
pub fn restrict(table: &WordTable, words: &str) -> Result<WordTable, String> {
    let mut entries = Vec::new();
    for word in words.split(',') {
        let lower = word.to_ascii_lowercase();
        if !table.entries.iter().any(|entry| entry.words.contains(&lower)) {
            return Err(format!("table `{}` has no word `{word}`", table.name));
        }
    }
    let wanted: Vec<String> = words.split(',').map(str::to_ascii_lowercase).collect();
    for entry in &table.entries {
        if entry.words.iter().any(|word| wanted.contains(word)) {
            entries.push(entry.clone());
        }
    }
    Ok(WordTable { entries, ..table.clone() })
}
