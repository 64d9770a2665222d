//! The dialect of fixed- and mixed-width instruction sets: `syntax | bits | tags`.
//!
//! | room | what it is for |
//! |---|---|
//! | [`model`] | a row as read |
//! | [`bits`] [`tags`] [`syntax`] [`tables`] [`value`] | reading the columns |
//! | [`validate`] | what must hold for a row by itself |
//! | `collide` | what must hold between rows (feature `rows`) |
//! | [`pack`] | rows to the packed table |
//! | [`emit`] | the packed table as Rust source |

pub mod bits;
#[cfg(feature = "rows")]
pub mod collide;
pub mod emit;
pub mod model;
pub mod pack;
pub mod syntax;
pub mod tables;
pub mod tags;
pub mod validate;
pub mod value;

use crate::fixed::table::Set;
use crate::rows::source::{Error, Line, Source};
use model::{Fail, Names, Row, WordTable};
use pack::Packed;
use std::format;
use std::rc::Rc;
use std::string::ToString;
use std::vec::Vec;

/// Rows of one instruction set, read and validated one by one.
#[derive(Debug)]
pub struct Rows {
    /// The instruction set.
    pub set: Set,
    /// In order of the files.
    pub rows: Vec<Row>,
    tables: Vec<Rc<WordTable>>,
}

/// Reads files (name and text, in order), validates every row and (with feature `rows`) every pair of rows, and packs each
/// instruction set. All errors are reported, in order of the text.
pub fn read(files: &[(&str, &str)]) -> Result<Vec<Packed>, Vec<Error>> {
    let mut source = Source::read(files);
    let mut names = Names::default();
    let mut fails = Vec::new();
    let sets = rows(&source, &mut names, &mut fails);
    #[cfg(feature = "rows")]
    for set in &sets {
        collide::check(&set.rows, &source.features, &mut fails);
    }
    let packed = if fails.is_empty() && source.errors.is_empty() {
        sets.iter().filter_map(|set| pack::pack(set, &source, &names).map_err(|fail| fails.push(fail)).ok()).collect()
    } else {
        Vec::new()
    };
    fails.sort_by_key(|fail| fail.place);
    for fail in fails {
        source.error(fail.place, fail.message);
    }
    if source.errors.is_empty() {
        Ok(packed)
    } else {
        Err(source.errors)
    }
}

/// Reads the rows of all instruction sets; each row is validated by itself.
pub fn rows(source: &Source<'_>, names: &mut Names, fails: &mut Vec<Fail>) -> Vec<Rows> {
    let mut sets: Vec<Rows> = Vec::new();
    for line in &source.lines {
        let set = match line.arch {
            "a64" => Set::A64,
            "a32" => Set::A32,
            "t32" => Set::T32,
            "rv" => Set::Riscv,
            "" => {
                fails.push(Fail::at(line, line.text, "no `.arch` above this line"));
                continue;
            }
            other => {
                fails.push(Fail::at(line, line.text, format!("unknown `.arch {other}`")));
                continue;
            }
        };
        let index = sets.iter().position(|rows| rows.set == set).unwrap_or_else(|| {
            sets.push(Rows { set, rows: Vec::new(), tables: Vec::new() });
            sets.len() - 1
        });
        let Some(rows) = sets.get_mut(index) else { continue };
        if let Some(text) = line.text.strip_prefix("table ") {
            match tables::read(line, text, ' ') {
                Ok(table) => match rows.tables.iter_mut().find(|known| known.name == table.name) {
                    Some(known) if table.more => Rc::make_mut(known).entries.extend(table.entries),
                    None if table.more => fails.push(Fail::at(line, text, format!("no table `{}` to continue", table.name))),
                    Some(_) => fails.push(Fail::at(line, text, format!("table `{}` is declared twice", table.name))),
                    None => rows.tables.push(Rc::new(table)),
                },
                Err(fail) => fails.push(fail),
            }
            continue;
        }
        match row(set, line, source, &rows.tables, names) {
            Ok(row) => {
                validate::check(&row, line, names, fails);
                rows.rows.push(row);
            }
            Err(fail) => fails.push(fail),
        }
    }
    sets
}

fn row(set: Set, line: &Line<'_>, source: &Source<'_>, tables: &[Rc<WordTable>], names: &mut Names) -> Result<Row, Fail> {
    let columns = line.columns();
    let (syntax, bits, tags) = match columns.as_slice() {
        [(syntax, _), (bits, _)] => (*syntax, *bits, ""),
        [(syntax, _), (bits, _), (tags, _)] => (*syntax, *bits, *tags),
        _ => return Err(Fail::at(line, line.text, "a row is `syntax | bits` or `syntax | bits | tags`")),
    };
    let mut row = Row {
        set,
        place: line.place,
        section: line.section.to_string(),
        syntax: syntax.to_string(),
        encoding: bits.to_string(),
        size: 0,
        bits: 0,
        mask: 0,
        should: 0,
        flags: 0,
        needs: Vec::new(),
        mnemonic: Vec::new(),
        operands: Vec::new(),
        slots: Vec::new(),
        keywords: Vec::new(),
        values: Vec::new(),
        equations: Vec::new(),
        constraints: Vec::new(),
    };
    bits::read(&mut row, line, bits)?;
    let mut tables = tables.to_vec();
    let constraints = tags::read(&mut row, line, tags, &mut tables, &source.features)?;
    syntax::read(&mut row, line, syntax, &tables, names)?;
    tags::constraints(&mut row, line, &constraints)?;
    Ok(row)
}
