//! Typed encoders of a fixed-width instruction set, as Rust source.
//!
//! ```text
//! static FIELD0: Field = ..;                                      // fields, shared by all rows
//! pub mod mnemonic { pub enum movs {} .. }                     // a type for each mnemonic
//! impl Accepts<(R, Imm)> for mnemonic::movs { const FORMS: &'static [Form] = &[..]; }
//! impl<S: Sink, T: LabelTable> Assembler<Thumb, S, T> { pub fn movs<O: Operands>(..) where mnemonic::movs: Accepts<O::Keys> .. }
//! pub struct Cond(u16); impl Cond { pub const EQ: Cond = Cond(0); .. }     // keyword tables
//! pub struct Lsl<O>(pub O);  pub struct RRX;                   // words with and without something they apply to
//! ```

use crate::names::{camel, constant, method, Interned};
use bareasm_isa::choice::Instruction;
use bareasm_isa::fixed::typed::{OperandType, Typed};
use bareasm_isa::fixed::{Set, Table};
use bareasm_isa::relocation::Relocation;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What is generated for one architecture.
pub struct Output {
    /// The module's source.
    pub source: String,
    /// Every impl with the operands as text, for the tests of this crate.
    pub index: String,
}

/// Generates the encoders of a table for the architecture whose marker type is `marker`.
pub fn generate(table: &Table<'_>, marker: &str) -> Output {
    let mut generator = Generator::default();
    generator.name_keywords(table);
    let mut mnemonics = String::new();
    let mut methods = String::new();
    let mut impls = String::new();
    let mut index = String::from("pub(super) const CASES: &[Case] = &[\n");
    for mnemonic in table.mnemonics {
        let name = table.str(mnemonic.name);
        let forms = table.typed(mnemonic);
        let both = table.set == Set::T32 && [2, 4].iter().all(|len| forms.iter().any(|form| form.instruction.len == *len));
        let widths: &[(&str, u8)] = if both { &[("", 0), (".n", 2), (".w", 4)] } else { &[("", 0)] };
        for (suffix, len) in widths {
            let spelled = format!("{name}{suffix}");
            let forms: Vec<&Typed<'_>> = forms.iter().filter(|form| *len == 0 || form.instruction.len == *len).collect();
            let rust = method(&spelled);
            let _ = writeln!(mnemonics, "    /// `{spelled}`\n    pub enum {rust} {{}}");
            method_source(&mut methods, table, &spelled, &rust, &forms);
            for (key, forms) in by_key(&mut generator, table.set, &forms) {
                let list: Vec<String> = forms.iter().map(|form| generator.form(form)).collect();
                let _ = writeln!(
                    impls,
                    "impl Accepts<{key}> for mnemonic::{rust} {{ const FORMS: &'static [Form] = &[{}]; }}",
                    list.join(", ")
                );
                let texts =
                    forms.iter().map(|form| format!("(&{:?}, &{:?})", form.tokens, coded(&form.operands))).collect::<Vec<_>>();
                let _ = writeln!(
                    index,
                    "Case {{ mnemonic: {spelled:?}, forms: <mnemonic::{rust} as Accepts<{key}>>::FORMS, texts: &[{}] }},",
                    texts.join(", ")
                );
            }
        }
    }
    index.push_str("];\n");
    let mut source = String::from("// Written by core/build.rs from the tables of bareasm-isa.\n");
    generator.data(&mut source);
    generator.words(&mut source);
    let _ = writeln!(source, "/// A type for each mnemonic; the methods of the assembler have its operands.\n#[allow(non_camel_case_types, missing_debug_implementations)]\npub mod mnemonic {{\n{mnemonics}}}");
    source.push_str(&impls);
    let _ = writeln!(source, "/// # Instructions\nimpl<S: Sink, T: LabelTable> Assembler<{marker}, S, T> {{\n{methods}}}");
    Output { source, index }
}

/// The method of a mnemonic, with its forms as documentation.
fn method_source(out: &mut String, table: &Table<'_>, spelled: &str, rust: &str, forms: &[&Typed<'_>]) {
    let _ = writeln!(out, "    /// `{spelled}`\n    ///");
    let mut seen = BTreeSet::new();
    for form in forms.iter().map(|form| form.instruction.form) {
        let Some(text) = table.form_text(form).filter(|_| seen.insert(form)) else { continue };
        let needs = if text.features.is_empty() { String::new() } else { format!("; needs {}", text.features) };
        let constraints = text.constraints.iter().map(|constraint| format!(", `{constraint}`")).collect::<String>();
        let _ =
            writeln!(out, "    /// * `{}`{constraints} ({}{needs})", text.syntax.join("`, `"), text.section.replace('[', "\\["));
    }
    let _ = writeln!(
        out,
        "    #[inline]\n    pub fn {rust}<O: Operands>(&mut self, operands: O) -> Result<(), Error> where mnemonic::{rust}: Accepts<O::Keys> {{\n        \
         self.encode_typed(<mnemonic::{rust} as Accepts<O::Keys>>::FORMS, &operands.values())\n    }}"
    );
}

/// The forms for each list of keys, in order of preference. A label may be anywhere, so the form that reaches farthest comes
/// first there, as in `Table::choose`.
fn by_key<'f, 't>(generator: &mut Generator, set: Set, forms: &[&'f Typed<'t>]) -> Vec<(String, Vec<&'f Typed<'t>>)> {
    let mut out: Vec<(String, Vec<&Typed<'_>>)> = Vec::new();
    for form in forms {
        let key = generator.tuple(set, &form.operands);
        match out.iter_mut().find(|(known, _)| *known == key) {
            Some((_, list)) => list.push(form),
            None => out.push((key, vec![form])),
        }
    }
    for (_, list) in &mut out {
        let mut reaches: Vec<Relocation> = Vec::new();
        for reference in list.iter().filter_map(|form| form.instruction.reference) {
            if !reaches.contains(&reference.relocation) {
                reaches.push(reference.relocation);
            }
        }
        let place = |form: &&Typed<'_>| {
            form.instruction.reference.and_then(|reference| reaches.iter().position(|known| *known == reference.relocation))
        };
        list.sort_by_key(|form| std::cmp::Reverse(place(form)));
    }
    out
}

/// The keyword tables of the `Code` tokens, in order; "" for the mask of a register list.
fn coded(operands: &[OperandType]) -> Vec<&str> {
    operands
        .iter()
        .flat_map(|operand| match operand {
            OperandType::Keyword(table) => vec![table.as_str()],
            OperandType::Mask | OperandType::Tiles => vec![""],
            OperandType::Slice { direction, .. } => direction.iter().map(String::as_str).collect(),
            OperandType::Memory { operands, .. } => coded(operands),
            _ => vec![],
        })
        .collect()
}

/// A keyword table.
#[derive(Default)]
struct Codes {
    /// Its name.
    table: String,
    /// Codes without a word may be given, too.
    open: bool,
    /// Words and codes.
    words: Vec<(String, u32)>,
}

/// What the rows share.
#[derive(Default)]
struct Generator {
    fields: Interned,
    derived: Interned,
    relations: Interned,
    /// The type of each keyword table.
    keywords: BTreeMap<String, String>,
    /// What each of these types has.
    codes: BTreeMap<String, Codes>,
    /// The types of keyword tables that are operands.
    used: BTreeSet<String>,
    /// Words that apply to something, by type.
    applied: BTreeMap<String, String>,
    /// Words by themselves, by type.
    alone: BTreeMap<String, String>,
}

impl Generator {
    /// A type for each keyword table; tables of the same words and codes share the first one's.
    fn name_keywords(&mut self, table: &Table<'_>) {
        let mut tables: BTreeMap<&str, Codes> = BTreeMap::new();
        for keywords in table.keywords {
            let name = table.str(keywords.name);
            let codes = tables.entry(name).or_insert_with(|| Codes { table: name.to_string(), ..Codes::default() });
            codes.open |= keywords.open;
            for entry in keywords.entries.of(table.entries) {
                for word in entry.words.of(table.words) {
                    let word = (table.str(*word).to_string(), entry.bits);
                    if !codes.words.contains(&word) {
                        codes.words.push(word);
                    }
                }
            }
        }
        for (name, codes) in tables {
            let same = self.codes.iter().find(|(_, known)| known.words == codes.words && known.open == codes.open);
            let rust = same.map_or_else(|| camel(name), |(rust, _)| rust.clone());
            self.keywords.insert(name.to_string(), rust.clone());
            self.codes.entry(rust).or_insert(codes);
        }
    }

    fn tuple(&mut self, set: Set, operands: &[OperandType]) -> String {
        format!("({})", operands.iter().map(|operand| self.key(set, operand) + ",").collect::<String>())
    }

    /// The key of an operand, as a Rust type.
    fn key(&mut self, set: Set, operand: &OperandType) -> String {
        match operand {
            OperandType::Register { class, suffix, lane } => lane_of(register(class, suffix), *lane),
            OperandType::List { class, count, stride, suffix, lane } => {
                let list = if *stride > 1 { "Strided" } else { "List" };
                lane_of(format!("{list}<{}, {count}>", register(class, suffix)), *lane)
            }
            OperandType::Immediate => "Imm".into(),
            OperandType::Float => "Float".into(),
            OperandType::Label => "Label".into(),
            OperandType::Mask => "RegisterList".into(),
            OperandType::Tiles => "Tiles".into(),
            OperandType::Slice { direction, suffix, count, groups } => {
                let matrix = if direction.is_some() { "za" } else { "za." };
                direction.iter().for_each(|table| drop(self.keyword(table)));
                let slice = format!("Slice<{}, {count}>", register(matrix, suffix));
                if *groups > 0 {
                    format!("Grouped<{slice}, {groups}>")
                } else {
                    slice
                }
            }
            OperandType::Selected { class, suffix } => format!("Selected<{}>", register(class, suffix)),
            OperandType::Indexed { word, scaled } => {
                let table = self.key(set, &OperandType::Word(word.clone()));
                format!("{}<{table}>", if *scaled { "Part" } else { "Indexed" })
            }
            OperandType::Keyword(table) => self.keyword(table),
            OperandType::Word(word) => {
                let rust = constant(word);
                self.alone.insert(rust.clone(), word.clone());
                rust
            }
            OperandType::Applied { word, to } => {
                let (rust, to) = (camel(word), self.key(set, to));
                self.applied.insert(rust.clone(), word.clone());
                format!("{rust}<{to}>")
            }
            OperandType::Writeback(register) => format!("Writeback<{}>", self.key(set, register)),
            OperandType::Memory { operands, writeback } => {
                let mut keys: Vec<String> = operands.iter().map(|operand| self.key(set, operand)).collect();
                // A general register as a base address is one type, with or without the stack pointer.
                if let (Set::A64, Some(base)) = (set, keys.first_mut().filter(|base| *base == "X")) {
                    *base = "XSp".into();
                }
                format!("{}<({},)>", if *writeback { "Pre" } else { "Mem" }, keys.join(", "))
            }
        }
    }

    /// The type of a keyword table that an operand has.
    fn keyword(&mut self, table: &str) -> String {
        let rust = self.keywords.get(table).cloned().unwrap_or_default();
        self.used.insert(rust.clone());
        rust
    }

    /// A form as a constant. Only literals, so that everything that it refers to lives as long as the program.
    fn form(&mut self, form: &Typed<'_>) -> String {
        let Instruction { form: number, len, code, pending, derived, relations, reference } = &form.instruction;
        let template: Vec<String> = code.iter().take((*len).into()).map(u8::to_string).collect();
        let fields: Vec<String> =
            pending.iter().map(|pending| format!("&FIELD{}", self.fields.number(format!("{:?}", pending.field)))).collect();
        let derived =
            if derived.is_empty() { "&[]".into() } else { format!("&DERIVED{}", self.derived.number(format!("{derived:?}"))) };
        let relations = if relations.is_empty() {
            "&[]".into()
        } else {
            format!("&RELATIONS{}", self.relations.number(format!("{relations:?}")))
        };
        let reference = match reference {
            Some(reference) => format!("Some((Relocation::{:?}, {}))", reference.relocation, reference.at),
            None => "None".into(),
        };
        format!(
            "Form {{ encoding: Encoding {{ form: {number}, template: &[{}], fields: &[{}], derived: {derived}, relations: {relations} }}, reference: {reference}, patterns: {} }}",
            template.join(", "),
            fields.join(", "),
            form.patterns
        )
    }

    /// The statics that forms refer to: what `Debug` prints is Rust.
    fn data(&self, out: &mut String) {
        for (field, number) in self.fields.all() {
            let _ = writeln!(out, "static FIELD{number}: Field = {field};");
        }
        for (derived, number) in self.derived.all() {
            let _ = writeln!(out, "static DERIVED{number}: [Derived; {}] = {derived};", derived.matches("Derived {").count());
        }
        for (relations, number) in self.relations.all() {
            let _ =
                writeln!(out, "static RELATIONS{number}: [Relation; {}] = {relations};", relations.matches("Relation {").count());
        }
    }

    /// The types of keyword tables and of words.
    fn words(&self, out: &mut String) {
        for (rust, Codes { table, open, words }) in self.codes.iter().filter(|(rust, _)| self.used.contains(*rust)) {
            let consts: BTreeMap<String, &(String, u32)> = words.iter().map(|word| (constant(&word.0), word)).collect();
            let _ = writeln!(
                out,
                "/// A word of the table `{table}`.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub struct {rust}(u16);\nimpl {rust} {{"
            );
            for (name, (word, code)) in consts.iter().filter(|(name, _)| !name.is_empty()) {
                let word = if word.is_empty() { "Nothing written." } else { &format!("`{word}`") };
                let _ = writeln!(out, "    /// {word}\n    pub const {name}: {rust} = {rust}({code});");
            }
            if *open {
                let _ = writeln!(out, "    /// The operand with this code; what the field does not hold is refused when it is encoded.\n    pub const fn from_code(code: u16) -> {rust} {{\n        {rust}(code)\n    }}");
            }
            let _ = writeln!(
                out,
                "}}\nimpl Operand for {rust} {{\n    type Key = {rust};\n    #[inline(always)]\n    fn put(self, values: &mut Values) {{ values.push(self.0.into()); }}\n}}"
            );
        }
        for (rust, word) in &self.applied {
            let _ = writeln!(
                out,
                "/// `{word}` with what it applies to.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub struct {rust}<O>(pub O);\n\
                 impl<O: Operand> Operand for {rust}<O> {{\n    type Key = {rust}<O::Key>;\n    #[inline(always)]\n    fn put(self, values: &mut Values) {{ self.0.put(values); }}\n}}"
            );
        }
        for (rust, word) in &self.alone {
            let _ = writeln!(
                out,
                "/// `{word}`, by itself.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub struct {rust};\n\
                 impl Operand for {rust} {{\n    type Key = {rust};\n    #[inline(always)]\n    fn put(self, _: &mut Values) {{}}\n}}"
            );
        }
    }
}

fn lane_of(register: String, lane: bool) -> String {
    if lane {
        format!("Lane<{register}>")
    } else {
        register
    }
}

/// The type of a register class: `X`, `XSp`, `V4S`, `TileS`, `PredB`. (`PH` and `PM` are words.)
fn register(class: &str, suffix: &str) -> String {
    let suffix = suffix.trim_start_matches(['.', '/']).to_uppercase();
    match (class, class.strip_suffix("sp")) {
        ("za", _) => format!("Tile{suffix}"),
        ("za.", _) => format!("Array{suffix}"),
        ("p", _) if !suffix.is_empty() => format!("Pred{suffix}"),
        ("pn", _) if !suffix.is_empty() => format!("Counter{suffix}"),
        (_, Some(class)) => format!("{}Sp", class.to_uppercase()),
        (_, None) => format!("{}{suffix}", class.to_uppercase()),
    }
}
