//! Typed encoders of a mode of x86, as Rust source.
//!
//! ```text
//! static SHAPES0: [PackedShape; 2] = ..;                       // operand shapes, shared by rows
//! pub mod mnemonic { pub enum add {} .. }
//! impl Accepts<(Rq, Imm)> for mnemonic::add { const ROWS: &'static [Row] = &[..]; }
//! impl<S: Sink, T: LabelTable> Assembler<X64, S, T> { pub fn add<O: Operands>(..) where mnemonic::add: Accepts<O::Keys> .. }
//! ```

use crate::names::{method, Interned};
use bareasm_isa::x86::form::Attributes;
use bareasm_isa::x86::shape::{Immediate, Memory, RoundingKind, Shape};
use bareasm_isa::x86::table::Table;
use bareasm_isa::x86::typed::Row;
use bareasm_isa::x86::{Class, Form, Mode};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What is generated for one mode.
pub struct Output {
    /// The module's source.
    pub source: String,
    /// Every impl, for the tests of this crate.
    pub index: String,
}

/// Generates the encoders of a mode for the architecture whose marker type is `marker`.
pub fn generate(table: &Table<'_>, mode: Mode, marker: &str) -> Output {
    let mode_name = if mode == Mode::Long { "Mode::Long" } else { "Mode::Protected" };
    let absent = if mode == Mode::Long { Attributes::ONLY32 } else { Attributes::ONLY64 };
    let mut shapes = Interned::default();
    let (mut mnemonics, mut methods, mut impls) = (String::new(), String::new(), String::new());
    let mut index = String::from("pub(super) const CASES: &[Case] = &[\n");
    for name in table.mnemonics() {
        let entries = table.entries(name).iter();
        let forms = entries.flat_map(|entry| table.forms_of(entry).map(|(number, form)| (number, form, entry.fixed)));
        // bsr0 has no type: its instructions have no typed encoder.
        let here = |form: &Form, fixed: u16| !form.attributes().has(absent) && !keys(table, *form, fixed).is_empty();
        let forms: Vec<(u16, Form, u16)> = forms.filter(|(_, form, fixed)| here(form, *fixed)).collect();
        let rust = method(name);
        if forms.is_empty() || !rust.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let _ = writeln!(mnemonics, "    /// `{name}`\n    pub enum {rust} {{}}");
        method_source(&mut methods, table, name, &rust, &forms, mode_name);
        let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (number, form, fixed) in forms {
            let Some(row) = row(table, &mut shapes, number, fixed) else { continue };
            for key in keys(table, form, fixed) {
                by_key.entry(key).or_default().push(row.clone());
            }
        }
        for (key, rows) in by_key {
            let _ = writeln!(
                impls,
                "impl Accepts<{key}> for mnemonic::{rust} {{ const ROWS: &'static [Row] = &[{}]; }}",
                rows.join(", ")
            );
            let _ =
                writeln!(index, "Case {{ mnemonic: {name:?}, key: {key:?}, rows: <mnemonic::{rust} as Accepts<{key}>>::ROWS }},");
        }
    }
    index.push_str("];\n");
    let mut source = String::from("// Written by core/build.rs from the tables of bareasm-isa.\n");
    for (list, number) in shapes.all() {
        let _ = writeln!(source, "static SHAPES{number}: [PackedShape; {}] = [{list}];", list.matches("PackedShape(").count());
    }
    let _ = writeln!(source, "/// A type for each mnemonic; the methods of the assembler have its operands.\n#[allow(non_camel_case_types, missing_debug_implementations)]\npub mod mnemonic {{\n{mnemonics}}}");
    source.push_str(&impls);
    let _ = writeln!(source, "/// # Instructions\nimpl<S: Sink, T: LabelTable> Assembler<{marker}, S, T> {{\n{methods}}}");
    Output { source, index }
}

/// The method of a mnemonic, with its forms as documentation.
fn method_source(out: &mut String, table: &Table<'_>, name: &str, rust: &str, forms: &[(u16, Form, u16)], mode: &str) {
    let _ = writeln!(out, "    /// `{name}`\n    ///");
    let mut seen = BTreeSet::new();
    for (_, form, _) in forms {
        let description = table.describe(*form);
        let needs: Vec<&str> = description.features().collect();
        let needs = if needs.is_empty() { String::new() } else { format!("; needs {}", needs.join(", ")) };
        let line = format!(
            "* `{}`: `{}` ({}{needs})",
            description.syntax(),
            description.encoding(),
            description.section().replace('[', "\\[")
        );
        if seen.insert(line.clone()) {
            let _ = writeln!(out, "    /// {line}");
        }
    }
    let _ = writeln!(
        out,
        "    #[inline]\n    pub fn {rust}<O: Operands>(&mut self, operands: O) -> Result<(), Error> where mnemonic::{rust}: Accepts<O::Keys> {{\n        \
         self.encode_rows(<mnemonic::{rust} as Accepts<O::Keys>>::ROWS, &operands.values(), {mode})\n    }}"
    );
}

/// A row as a constant. Only literals, so that everything that it refers to lives as long as the program.
fn row(table: &Table<'_>, lists: &mut Interned, number: u16, fixed: u16) -> Option<String> {
    let (form, signature, shapes) = Row::parts(table, number)?;
    let list: Vec<String> = shapes.iter().map(|shape| format!("PackedShape({:#x})", shape.0)).collect();
    let shapes = if list.is_empty() { "&[]".into() } else { format!("&SHAPES{}", lists.number(list.join(", "))) };
    Some(format!(
        "Row {{ number: {number}, fixed: {fixed}, form: Form({:#x}), signature: {signature:?}, shapes: {shapes} }}",
        form.0
    ))
}

/// The tuples of keys that a form takes.
fn keys(table: &Table<'_>, form: Form, fixed: u16) -> BTreeSet<String> {
    let signature = table.signature(form);
    let mut all: Vec<Shape> = signature.operands().map(|(shape, _)| table.shape(shape)).collect();
    if fixed != bareasm_isa::x86::table::Name::NOT_FIXED {
        all.pop(); // the spelling says it
    }
    let mut out = BTreeSet::new();
    for skip in [false, true] {
        let shapes: Vec<&Shape> = all.iter().filter(|shape| !(skip && shape.optional)).collect();
        let mut tuples: Vec<Vec<&str>> = vec![vec![]];
        for shape in &shapes {
            tuples = tuples
                .iter()
                .flat_map(|tuple| of_shape(shape).into_iter().map(move |key| [tuple.as_slice(), &[key]].concat()))
                .collect();
        }
        let rounding = shapes.iter().any(|shape| shape.rounding != RoundingKind::No);
        for tuple in tuples {
            let text = |tuple: &[&str]| format!("({})", tuple.iter().map(|key| format!("{key},")).collect::<String>());
            if rounding && !tuple.contains(&"Mem") {
                out.insert(text(&[tuple.as_slice(), &["Rounding"]].concat()));
            }
            out.insert(text(&tuple));
        }
    }
    out
}

/// The keys of an operand.
fn of_shape(shape: &Shape) -> Vec<&'static str> {
    let register = shape.register.and_then(|class| {
        Some(match class {
            Class::R8 | Class::High => "Rb",
            Class::R16 => "Rw",
            Class::R32 => "Rd",
            Class::R64 => "Rq",
            Class::Mm => "Rm",
            Class::Xmm => "Rx",
            Class::Ymm => "Ry",
            Class::Zmm => "Rz",
            Class::K => "Rk",
            Class::Tmm => "Rt",
            Class::Segment => "Rs",
            Class::Control => "RC",
            Class::Debug => "RD",
            Class::Bound => "RB",
            Class::St => "Rf",
            Class::Ip | Class::Scale => return None,
        })
    });
    let immediate: &[&str] = match shape.immediate {
        Immediate::No => &[],
        Immediate::Rel8 | Immediate::Rel16 | Immediate::Rel32 => &["Imm", "Label"],
        Immediate::Ptr16 | Immediate::Ptr32 => &["Far"],
        Immediate::Dfv => &["Dfv"],
        _ => &["Imm"],
    };
    let memory = (shape.memory != Memory::No).then_some("Mem");
    register.into_iter().chain(memory).chain(immediate.iter().copied()).collect()
}
