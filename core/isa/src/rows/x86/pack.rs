//! The packed table, owned or as Rust text.

use super::{Fault, Row, Rows};
use crate::fixed::table::Features;
use crate::x86::form::{Form, Links, Signature, MAX_OPERANDS};
use crate::x86::shape::PackedShape;
use crate::x86::table::{Cpu, Name, Row as RowPlace, Table, MAX_FEATURES};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// The lists of a table.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    forms: Vec<Form>,
    signatures: Vec<Signature>,
    shapes: Vec<PackedShape>,
    names: Vec<Name>,
    text: String,
    mnemonics: Vec<u16>,
    features: Vec<String>,
    cpus: Vec<(String, Features)>,
    feature_sets: Vec<[u8; MAX_FEATURES]>,
    by_opcode: Vec<u16>,
    rows: Vec<RowPlace>,
    sections: Vec<String>,
    files: Vec<String>,
}

/// Index of `item` in `list`, where it is put if it is not there.
fn intern<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

/// An index in the bits it has.
fn index<T: TryFrom<usize>>(n: usize, row: &Row, what: &str) -> Result<T, Fault> {
    T::try_from(n).map_err(|_| (row.place, format!("too many {what} for the packed table")))
}

/// Packs rows.
pub fn pack(rows: &Rows) -> Result<Packed, Fault> {
    let mut out = Packed { files: rows.files.clone(), ..Packed::default() };
    out.features = rows.features.clone();
    // Forms of one preferred spelling lie together, in source order.
    let mut order: Vec<&Row> = rows.rows.iter().collect();
    order.sort_by(|a, b| a.names.first().cmp(&b.names.first()));
    let mut preferred: Vec<String> = Vec::new();
    let mut spellings: BTreeMap<&str, Vec<(u16, usize)>> = BTreeMap::new();
    for (at, row) in order.iter().enumerate() {
        let name = row.names.first().cloned().unwrap_or_default();
        if preferred.last() != Some(&name) {
            preferred.push(name);
        }
        let mnemonic = index(preferred.len() - 1, row, "mnemonics")?;
        out.add(row, mnemonic)?;
        let form: u16 = index(at, row, "forms")?;
        for name in &row.names {
            spellings.entry(name).or_default().push((form, source_order(rows, row)));
        }
    }
    out.name(rows, &mut spellings, &preferred)?;
    let mut by_opcode: Vec<u16> = (0..out.forms.len() as u16).collect();
    by_opcode.sort_by_key(|n| out.forms.get(usize::from(*n)).map(|form| form.bucket()));
    out.by_opcode = by_opcode;
    for (name, features) in &rows.cpus {
        let mut set = [0u64; 4];
        for at in features.iter().filter_map(|feature| out.features.iter().position(|known| known == feature)) {
            if let Some(word) = set.get_mut(at / 64) {
                *word |= 1 << (at % 64);
            }
        }
        out.cpus.push((name.clone(), Features(set)));
    }
    Ok(out)
}

fn source_order(rows: &Rows, row: &Row) -> usize {
    (row as *const Row as usize).wrapping_sub(rows.rows.as_ptr() as usize)
}

impl Packed {
    fn add(&mut self, row: &Row, mnemonic: u16) -> Result<(), Fault> {
        let mut signature = Signature { shapes: [Signature::ABSENT; MAX_OPERANDS], roles: [0; MAX_OPERANDS] };
        for (n, (shape, role)) in row.operands.iter().enumerate() {
            let packed = PackedShape::new(shape).ok_or_else(|| (row.place, format!("{shape} has a width without code")))?;
            let at: u8 = index(intern(&mut self.shapes, packed), row, "kinds of operand")?;
            if at == Signature::ABSENT {
                return Err((row.place, "too many kinds of operand for the packed table".to_string()));
            }
            signature.shapes[n] = at;
            signature.roles[n] = *role as u8;
        }
        let mut set = [255u8; MAX_FEATURES];
        for (n, feature) in row.features.iter().enumerate() {
            let Some(slot) = set.get_mut(n) else {
                return Err((feature.place, format!("a form has at most {MAX_FEATURES} features")));
            };
            *slot = index(intern(&mut self.features, feature.text.clone()), row, "features")?;
        }
        let place = RowPlace {
            file: index(row.place.file.into(), row, "files")?,
            line: index(row.place.line as usize, row, "lines")?,
            section: index(intern(&mut self.sections, row.section.clone()), row, "sections")?,
        };
        let links = Links {
            mnemonic,
            signature: index(intern(&mut self.signatures, signature), row, "signatures")?,
            features: index(intern(&mut self.feature_sets, set), row, "sets of features")?,
            row: index(intern(&mut self.rows, place), row, "rows")?,
        };
        let form = Form::new(links, &row.code, row.disp8.trailing_zeros() as u8, row.attributes).ok_or_else(|| {
            (row.place, "too many rows, or an immediate that cannot come second, for the packed form".to_string())
        })?;
        self.forms.push(form);
        Ok(())
    }

    /// Spellings: of the rows, then the aliases, which may add to them.
    fn name<'r>(
        &mut self,
        rows: &'r Rows,
        spellings: &mut BTreeMap<&'r str, Vec<(u16, usize)>>,
        preferred: &[String],
    ) -> Result<(), Fault> {
        // A spelling's forms in source order, as runs of neighbours.
        let mut entries: BTreeMap<&str, Vec<(u16, u16, u16)>> = BTreeMap::new();
        for (name, forms) in spellings {
            forms.sort_by_key(|(_, order)| *order);
            let runs = entries.entry(name).or_default();
            for (form, _) in forms.iter() {
                match runs.last_mut() {
                    Some((first, count, _)) if first.wrapping_add(*count) == *form => *count += 1,
                    _ => runs.push((*form, 1, Name::NOT_FIXED)),
                }
            }
        }
        for alias in &rows.aliases {
            let Some(target) = entries.get(alias.target.as_str()).cloned() else {
                return Err((alias.place, format!("alias of `{}`, which comes later or does not exist", alias.target)));
            };
            let fixed = alias.fixed.unwrap_or(Name::NOT_FIXED);
            let runs = entries.entry(alias.name.as_str()).or_default();
            // What only an alias fixes comes after real forms of the same spelling.
            runs.extend(
                target.into_iter().map(|(first, count, own)| (first, count, if fixed == Name::NOT_FIXED { own } else { fixed })),
            );
        }
        let mut first_entry: BTreeMap<&str, u16> = BTreeMap::new();
        for (name, runs) in &entries {
            let at = self.text.len() as u32;
            self.text.push_str(name);
            first_entry.insert(name, self.names.len() as u16);
            for (first, count, fixed) in runs {
                self.names.push(Name { at, len: name.len() as u8, first: *first, count: *count, fixed: *fixed });
            }
        }
        self.mnemonics = preferred.iter().map(|name| first_entry.get(name.as_str()).copied().unwrap_or(0)).collect();
        Ok(())
    }

    /// Calls `use_it` with the table. (It refers to lists of slices that are made here.)
    pub fn with_table<R>(&self, use_it: impl FnOnce(&Table<'_>) -> R) -> R {
        let features: Vec<&str> = self.features.iter().map(String::as_str).collect();
        let sections: Vec<&str> = self.sections.iter().map(String::as_str).collect();
        let files: Vec<&str> = self.files.iter().map(String::as_str).collect();
        let cpus: Vec<Cpu<'_>> = self.cpus.iter().map(|(name, features)| Cpu { name, features: *features }).collect();
        use_it(&Table {
            cpus: &cpus,
            forms: &self.forms,
            signatures: &self.signatures,
            shapes: &self.shapes,
            names: &self.names,
            text: &self.text,
            mnemonics: &self.mnemonics,
            features: &features,
            feature_sets: &self.feature_sets,
            by_opcode: &self.by_opcode,
            rows: &self.rows,
            sections: &sections,
            files: &files,
        })
    }

    /// The table as Rust items: `TABLE`, to be included in the module `x86`.
    pub fn rust(&self) -> String {
        let mut out = String::new();
        let mut list = |name: &str, kind: &str, items: Vec<String>| {
            let _ = write!(out, "static {name}: [{kind}; {}] = [", items.len());
            for chunk in items.chunks(8) {
                let _ = write!(out, "\n    {},", chunk.join(", "));
            }
            out.push_str("\n];\n");
        };
        let plain = |items: &[u16]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        let text = |items: &[String]| items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>();
        list("FORMS", "Form", self.forms.iter().map(|form| format!("Form({:#x})", form.0)).collect());
        list(
            "SIGNATURES",
            "Signature",
            self.signatures.iter().map(|s| format!("Signature {{ shapes: {:?}, roles: {:?} }}", s.shapes, s.roles)).collect(),
        );
        list("SHAPES", "PackedShape", self.shapes.iter().map(|shape| format!("PackedShape({:#x})", shape.0)).collect());
        let name = |n: &Name| {
            format!("Name {{ at: {}, len: {}, first: {}, count: {}, fixed: {} }}", n.at, n.len, n.first, n.count, n.fixed)
        };
        list("NAMES", "Name", self.names.iter().map(name).collect());
        list("MNEMONICS", "u16", plain(&self.mnemonics));
        list("BY_OPCODE", "u16", plain(&self.by_opcode));
        list("FEATURES", "&str", text(&self.features));
        let cpu =
            |(name, features): &(String, Features)| format!("Cpu {{ name: {name:?}, features: Features({:?}) }}", features.0);
        list("CPUS", "Cpu<'static>", self.cpus.iter().map(cpu).collect());
        list("FEATURE_SETS", "[u8; MAX_FEATURES]", self.feature_sets.iter().map(|set| format!("{set:?}")).collect());
        let row = |row: &RowPlace| format!("Row {{ file: {}, line: {}, section: {} }}", row.file, row.line, row.section);
        list("ROWS", "Row", self.rows.iter().map(row).collect());
        list("SECTIONS", "&str", text(&self.sections));
        list("FILES", "&str", text(&self.files));
        let _ = write!(
            out,
            "static TEXT: &str = {:?};\n\
             pub(super) static TABLE: Table<'static> = Table {{\n    forms: &FORMS, signatures: &SIGNATURES, shapes: &SHAPES, names: &NAMES, \
             text: TEXT, mnemonics: &MNEMONICS,\n    features: &FEATURES, cpus: &CPUS, feature_sets: &FEATURE_SETS, by_opcode: &BY_OPCODE, \
             rows: &ROWS, sections: &SECTIONS, files: &FILES,\n}};\n",
            self.text
        );
        out
    }
}
