//! Mistakes in rows are found: a bit, the width of a field or the places of two fields of any A64 row are changed, and the
//! reader refuses the row, or a vector of it fails, or words that are no instruction decode to it.
#![cfg(all(feature = "cli", feature = "aarch64"))]

#[path = "../../../core/isa/tests/common/mod.rs"]
mod common;
#[path = "vectors/file.rs"]
mod file;
#[path = "vectors/own.rs"]
mod own;

use bareasm_isa::fixed::table::Form;
use bareasm_isa::fixed::{Context, Features, Table, Width};
use bareasm_isa::rows::fixed::pack::Packed;
use bareasm_isa::rows::fixed::read;
use common::take;
use file::{unallocated, unhex, Vector};
use own::own_bytes;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

/// Changes of each kind; reading all rows takes ten times as long when not optimised.
const EACH: usize = if cfg!(debug_assertions) { 20 } else { 100 };

const CONTEXT: Context<'_> = Context { features: &Features::ALL, width: Width::Any, it: None };

/// A file of rows: its name and its lines.
type File = (String, Vec<String>);

/// A line: the number of its file, and its own.
type Place = (usize, usize);

fn files() -> Vec<File> {
    let rows = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/isa/aarch64");
    let mut paths: Vec<_> = fs::read_dir(rows).expect("the rows").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let lines = |path: &Path| fs::read_to_string(path).expect("text").lines().map(str::to_string).collect();
    paths.iter().map(|path| (path.display().to_string(), lines(path))).collect()
}

/// The columns of a line that is a row.
fn columns(line: &str) -> Option<Vec<&str>> {
    let row = !line.starts_with(['#', '.']) && !line.starts_with("table ");
    Some(line.split(" | ").map(str::trim).collect()).filter(|columns: &Vec<&str>| row && columns.len() > 1)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mistake {
    Bit,
    Width,
    Places,
}

/// The column of bits with a mistake in it, if the row has what it takes.
fn mistaken(bits: &str, mistake: Mistake, random: &mut fastrand::Rng) -> Option<String> {
    let mut parts: Vec<String> = bits.split_whitespace().map(str::to_string).collect();
    let fixed = |part: &String| part.bytes().all(|c| matches!(c, b'0' | b'1' | b'(' | b')'));
    let field = |part: &String| part.contains([':', '[']) && !part.contains('=');
    let any = |test: &dyn Fn(&String) -> bool, random: &mut fastrand::Rng| {
        let found: Vec<usize> = (0..parts.len()).filter(|n| test(&parts[*n])).collect();
        Some(found[random.usize(..found.len().max(1))..].first().copied()?).filter(|_| !found.is_empty())
    };
    match mistake {
        Mistake::Bit => {
            let part = any(&fixed, random)?;
            let digits: Vec<usize> = parts[part].match_indices(['0', '1']).map(|(at, _)| at).collect();
            let at = digits[random.usize(..digits.len())];
            let other = if &parts[part][at..=at] == "0" { "1" } else { "0" };
            parts[part].replace_range(at..=at, other);
        }
        Mistake::Width => {
            let part = any(&|part| part.contains(':') && !part.contains(['=', '[']), random)?;
            let (name, width) = parts[part].split_once(':')?;
            let (name, width): (String, u32) = (name.to_string(), width.parse().ok()?);
            let wider = random.bool();
            // The bit that it takes away or leaves stands before or behind it.
            let plain = |part: Option<&String>| part.is_some_and(|part| part.bytes().all(|c| matches!(c, b'0' | b'1')));
            let (before, behind) = (plain(part.checked_sub(1).and_then(|n| parts.get(n))), plain(parts.get(part + 1)));
            match (wider, before, behind) {
                (true, true, _) => {
                    parts[part] = format!("{name}:{}", width + 1);
                    parts[part - 1].pop();
                }
                (true, _, true) => {
                    parts[part] = format!("{name}:{}", width + 1);
                    parts[part + 1].remove(0);
                }
                (true, ..) => return None,
                _ if width == 1 => parts[part] = random.u8(..2).to_string(),
                _ if random.bool() => parts[part] = format!("{} {name}:{}", random.u8(..2), width - 1),
                _ => parts[part] = format!("{name}:{} {}", width - 1, random.u8(..2)),
            }
        }
        Mistake::Places => {
            let (one, other) = (any(&field, random)?, any(&field, random)?);
            parts.swap(one, other);
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(parts.join(" ")).filter(|changed| changed != &bits.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A changed row.
struct Change {
    mistake: Mistake,
    /// `syntax | bits`, as it was.
    row: String,
    line: String,
    vectors: Vec<Vector>,
}

/// Changes of different rows.
fn changes(files: &[File]) -> BTreeMap<Place, Change> {
    let mut vectors: HashMap<String, Vec<Vector>> = HashMap::new();
    for vector in file::vectors("aarch64") {
        vectors.entry(vector.row.clone()).or_default().push(vector);
    }
    let mut random = fastrand::Rng::with_seed(0x9e37_79b9_7f4a_7c15);
    let rows: Vec<Place> = files
        .iter()
        .enumerate()
        .flat_map(|(n, (_, lines))| (0..lines.len()).map(move |line| (n, line)))
        .filter(|(file, line)| columns(&files[*file].1[*line]).is_some())
        .collect();
    println!("{} rows", rows.len());
    let mut out = BTreeMap::new();
    for mistake in [Mistake::Bit, Mistake::Width, Mistake::Places] {
        let mut left = EACH;
        while left > 0 {
            let place = rows[random.usize(..rows.len())];
            let columns = columns(&files[place.0].1[place.1]).expect("a row");
            let Some(bits) = mistaken(columns[1], mistake, &mut random).filter(|_| !out.contains_key(&place)) else { continue };
            let row = format!("{} | {}", columns[0], columns[1]);
            let line = [&[columns[0], &bits], &columns[2..]].concat().join(" | ");
            // Rows that differ in their tags only share their vectors; one of them is changed.
            let Some(vectors) = vectors.remove(&row) else { continue };
            out.insert(place, Change { mistake, row, line, vectors });
            left -= 1;
        }
    }
    out
}

/// Reads the rows with these changes. If the reader refuses them: the changed rows that are at fault, with the message, and
/// without one those that may be.
fn read_changed(files: &[File], changes: &BTreeMap<Place, Change>) -> Result<Packed, Vec<(Place, Option<String>)>> {
    let mut lines: Vec<Vec<&str>> = files.iter().map(|(_, lines)| lines.iter().map(String::as_str).collect()).collect();
    for ((file, line), change) in changes {
        lines[*file][*line] = &change.line;
    }
    let texts: Vec<String> = lines.iter().map(|lines| lines.join("\n") + "\n").collect();
    let named: Vec<(&str, &str)> = files.iter().zip(&texts).map(|((name, _), text)| (name.as_str(), text.as_str())).collect();
    let errors = match read(&named) {
        Ok(mut packed) => return Ok(packed.remove(0)),
        Err(errors) => errors,
    };
    let fault = |error: &bareasm_isa::rows::source::Error| {
        let file = files.iter().position(|(name, _)| *name == error.file)?;
        let here = (file, error.line as usize - 1);
        if changes.len() == 1 {
            return changes.keys().next().map(|only| (*only, Some(error.message.clone())));
        }
        // `collides with `add ..` (line 8)`, `never reached: line 8 ..`: two rows of one mnemonic, or the other's syntax is said.
        let message = error.message.as_str();
        let line = |rest: &str| rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().unwrap_or(0);
        let other: usize = message.split_once("line ").map_or(0, |(_, rest)| line(rest));
        let first = |text: &str| text.split(' ').next().map(str::to_string);
        let named = |(place, change): &(&Place, &Change)| {
            let syntax = change.row.split(" | ").next().unwrap_or_default();
            let never = message.starts_with("never") && first(syntax) == first(&lines[here.0][here.1].replace(" |", ""));
            place.1 + 1 == other && (never || message.contains(&format!("`{syntax}`")))
        };
        let named = changes.iter().find(named).map(|(place, _)| *place);
        if changes.contains_key(&here) {
            return Some((here, named.is_none().then(|| error.message.clone())));
        }
        if let Some(place) = named {
            return Some((place, Some(error.message.clone())));
        }
        // An alias of which the ordinary row is no longer one stands near it.
        let distance = |place: &&Place| (place.0 != file, place.1.abs_diff(here.1));
        changes.keys().min_by_key(distance).map(|near| (*near, None))
    };
    Err(errors.iter().filter_map(fault).collect())
}

/// Whether a vector's text gives its bytes in this table, also in its row alone.
fn encodes(table: &Table<'_>, form: u16, vector: &Vector) -> bool {
    let bytes = unhex(&vector.bytes);
    take(table, &vector.text, &CONTEXT).is_ok_and(|found| found == bytes)
        && own_bytes(table, form, &vector.text).is_some_and(|found| found == bytes)
}

/// Whether the text that a vector's bytes decode to gives these bytes again.
fn comes_back(table: &Table<'_>, vector: &Vector) -> bool {
    let bytes = unhex(&vector.bytes);
    table.decode(&bytes, &CONTEXT).is_some_and(|(_, text)| take(table, &text, &CONTEXT).is_ok_and(|again| again == bytes))
}

/// What became of the changes.
#[derive(Default)]
struct Tally {
    unallocated: Vec<Vec<u8>>,
    found: BTreeMap<(Mistake, &'static str), usize>,
    missed: Vec<String>,
}

impl Tally {
    /// Looks at all changes at once; returns those that have to be looked at alone.
    fn look(&mut self, files: &[File], sound: &Table<'_>, mut changes: BTreeMap<Place, Change>) -> BTreeMap<Place, Change> {
        let mut alone = BTreeMap::new();
        let packed = loop {
            let faults = match read_changed(files, &changes) {
                Ok(packed) => break packed,
                Err(faults) => faults,
            };
            for (place, message) in faults {
                let Some(change) = changes.remove(&place) else { continue };
                if message.is_some() {
                    *self.found.entry((change.mistake, "reader")).or_default() += 1;
                } else {
                    alone.insert(place, change);
                }
            }
        };
        let table = packed.table();
        let wrong: Vec<u16> = self.unallocated.iter().filter_map(|word| Some(table.decode(word, &CONTEXT)?.0)).collect();
        for ((file, line), change) in changes {
            let here = |form: &Form| form.line as usize == line + 1 && table.str(form.file) == files[file].0;
            let form = table.forms.iter().position(here).expect("the row") as u16;
            let holds =
                |vector: &Vector| encodes(&table, form, vector) && comes_back(&table, vector) >= comes_back(sound, vector);
            if change.vectors.iter().all(holds) && !wrong.contains(&form) {
                self.missed.push(format!("{:?}: {}\n    was {}", change.mistake, change.line, change.row));
            } else {
                *self.found.entry((change.mistake, "vectors")).or_default() += 1;
            }
        }
        alone
    }
}

#[test]
fn mistakes_in_rows_are_found() {
    let files = files();
    let changes = changes(&files);
    let count = changes.len();
    let sound = read_changed(&files, &BTreeMap::new()).unwrap_or_else(|_| panic!("the rows are sound"));
    let sound = sound.table();
    let mut tally = Tally { unallocated: unallocated("aarch64"), ..Tally::default() };
    for (place, change) in tally.look(&files, &sound, changes) {
        let more = tally.look(&files, &sound, BTreeMap::from([(place, change)]));
        assert!(more.is_empty());
    }
    println!("{count} changes; found: {:?}", tally.found);
    assert!(tally.missed.is_empty(), "{} of {count} mistakes are not found:\n{}", tally.missed.len(), tally.missed.join("\n"));
}
