//! Forms as text, for `bareasm forms`, messages and documentation.

use super::choose::{describe_register, needs};
use super::operand::{Operand, View};
use super::range::describe;
use super::register;
use super::table::{ClassOf, Count, Node, Table, Value, When, ALIAS, ASM, NONE, NO_IT, VPT};
use crate::choice::Problem;
use crate::rule::Rule;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// A form in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormText {
    /// Index of the form in its table.
    pub form: u16,
    /// Its syntax as the manual writes it, a line for each class of registers: `ADD <Xd|SP>, <Xn|SP>, #<imm12>{, LSL #<0|12>}`.
    pub syntax: Vec<String>,
    /// Its bits, as in the row, most significant first.
    pub encoding: String,
    /// What each operand takes: name and words (`imm12: 0 to 4095`), in the order of the text.
    pub operands: Vec<String>,
    /// Constraints between the operands, as in the row.
    pub constraints: Vec<String>,
    /// Features that it needs, in words; "" for none.
    pub features: String,
    /// Remarks: `alias`, `not in an IT block`, ..
    pub remarks: Vec<&'static str>,
    /// Title of its section in the manual.
    pub section: String,
    /// File and line of the row.
    pub place: String,
}

impl<'a> Table<'a> {
    /// The forms of a mnemonic in the order in which they are tried.
    pub fn forms(&self, mnemonic: &str) -> impl Iterator<Item = FormText> + use<'a> {
        let table = *self;
        let uses = self.mnemonic(mnemonic).map(|mnemonic| mnemonic.uses.of(table.uses)).unwrap_or(&[]);
        uses.iter().filter_map(move |used| table.form_text(used.form))
    }

    /// A form in words.
    pub fn form_text(&self, form: u16) -> Option<FormText> {
        let view = View::new(self, form)?;
        let record = view.form;
        let mut operands: Vec<String> = Vec::new();
        for node in view.operands {
            let text = operand(&view, node);
            operands.extend(text.filter(|text| !operands.contains(text)));
        }
        let constraints = record.constraints.of(self.constraints).iter().filter(|constraint| constraint.when != When::Decoding);
        let remarks = [
            (ALIAS, "alias"),
            (ASM, "another spelling, never printed"),
            (NO_IT, "not in an IT block"),
            (VPT, "may stand in a VPT block"),
        ];
        Some(FormText {
            form,
            syntax: self.syntax(form)?.variants().map(|variant| variant.to_string()).collect(),
            encoding: String::from(self.str(record.encoding)),
            operands,
            constraints: constraints.map(|constraint| String::from(self.str(constraint.text))).collect(),
            features: needs(self, &view),
            remarks: remarks.iter().filter(|(flag, _)| record.flags & flag != 0).map(|(_, text)| *text).collect(),
            section: String::from(self.str(record.section)),
            place: format!("{}:{}", self.str(record.file), record.line),
        })
    }
}

/// The name of a value in the form's syntax.
fn name(view: &View<'_>, value: &Value) -> String {
    let mut out = String::new();
    let _ = view.table.value_name(view.form, value, &mut out);
    out
}

fn operand(view: &View<'_>, node: &Node) -> Option<String> {
    match *node {
        Node::Register { class, value, extra, .. } => {
            let value = view.values.get(usize::from(value))?;
            let only = restricted(view, value, class).map_or(String::new(), |range| format!(", only {range}"));
            Some(format!("{}: {}{only}", name(view, value), describe_register(view, class, extra)))
        }
        Node::Immediate { value, .. } | Node::List { count: Count::Value(value), .. } => {
            let value = view.values.get(usize::from(value))?;
            Some(format!("{}: {}", name(view, value), takes(view, value)))
        }
        Node::Keyword { table, .. } => {
            let keywords = view.keywords.get(usize::from(table))?;
            let words =
                keywords.entries.of(view.table.entries).iter().filter_map(|entry| entry.words.of(view.table.words).first());
            let words: Vec<&str> =
                words.map(|word| view.table.str(*word)).map(|word| if word.is_empty() { "nothing" } else { word }).collect();
            let more = if keywords.open { ", or a number" } else { "" };
            let shown = words.get(..24).unwrap_or(&words).join(", ");
            let rest = if words.len() > 24 { ", .." } else { "" };
            let mut name = String::new();
            let _ = view.table.keyword_name(view.form, table, &mut name);
            Some(format!("{name}: {shown}{rest}{more}"))
        }
        Node::Mask { .. } => Some(String::from("list: registers in braces")),
        Node::Tiles { .. } => Some(String::from("tiles: tiles in braces, such as {za0.s, za1.s}; {za} is all of them")),
        _ => None,
    }
}

/// Which registers of its class a register operand takes, in words, if not all.
fn restricted(view: &View<'_>, value: &Value, class: ClassOf) -> Option<String> {
    let ClassOf::Fixed(class) = class else { return None };
    let field = Operand::of(view, value, Some(class), &[])?.checking(view)?;
    let all = (0..=register::last(view.table.set, class)).all(|number| field.encode(number).is_ok());
    (!all).then(|| describe(&field))
}

/// What a value takes, in words; where a table takes part, for each of its words.
fn takes(view: &View<'_>, value: &Value) -> String {
    let none: Vec<Option<u16>> = view.keywords.iter().map(|_| None).collect();
    let range = |entries: &[Option<u16>], within: Option<(i64, i64)>| {
        let operand = Operand::of(view, value, None, entries)?;
        let mut field = operand.checking(view)?;
        if let Some((low, high)) = within {
            field.min = field.min.max(low);
            field.max = field.max.min(high);
        }
        Some(describe(&field))
    };
    if value.table == NONE {
        if let Some(text) = range(&none, None) {
            return text;
        }
    }
    // Each word of the table that decides.
    let mut out: Vec<String> = Vec::new();
    for (number, keywords) in view.keywords.iter().enumerate() {
        if value.table != NONE && usize::from(value.table) != number {
            continue;
        }
        for (index, entry) in (0u16..).zip(keywords.entries.of(view.table.entries)) {
            let mut entries = none.clone();
            if let Some(place) = entries.get_mut(number) {
                *place = Some(index);
            }
            let within = limits(view, value, number, entry);
            if let Some(text) = range(&entries, within) {
                let word = entry.words.of(view.table.words).first().map_or("", |word| view.table.str(*word));
                out.push(format!("{text} with {word}"));
            }
        }
        if !out.is_empty() {
            break;
        }
    }
    out.join(", ")
}

/// The numbers for which the value's bits agree with the table's entry, where these are a range.
fn limits(view: &View<'_>, value: &Value, table: usize, entry: &super::table::Entry) -> Option<(i64, i64)> {
    if value.rule != Rule::Unsigned {
        return None;
    }
    let keywords = view.keywords.get(table)?;
    let code = view.places(keywords.parts.of(view.table.parts));
    let own = view.places(value.parts.of(view.table.parts));
    let (mut mask, mut bits) = (0u64, 0u64);
    for (n, place) in own.iter().enumerate() {
        // Bits that the table leaves to the operand may be either.
        let Some(at) = code.iter().position(|other| other == place) else { continue };
        mask |= u64::from(entry.mask >> at & 1) << n;
        bits |= u64::from(entry.bits >> at & 1) << n;
    }
    let all = crate::field::ones(own.len() as u8);
    let number = |raw: u64| {
        let add = i64::from(value.add) + i64::from(value.factor) * i64::from(entry.number);
        (raw as i64).checked_mul(value.mul.into())?.checked_add(add)
    };
    let (a, b) = (number(bits & mask)?, number(bits & mask | all & !mask)?);
    Some((a.min(b), a.max(b)))
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Problem::UnknownMnemonic(near) if near.is_empty() => f.write_str("unknown mnemonic"),
            Problem::UnknownMnemonic(near) => write!(f, "unknown mnemonic; did you mean {}?", near.join(", ")),
            Problem::UnexpectedOperand(expected) => write!(f, "expected {}", expected.join(" or ")),
            Problem::MissingOperand(expected) => write!(f, "operands are missing: expected {}", expected.join(" or ")),
            Problem::ImmediateRange { value, takes } => write!(f, "{value} does not fit: this operand takes {takes}"),
            Problem::MissingFeature(features) => write!(f, "this form needs {features}"),
            Problem::AmbiguousSize => f.write_str("the operand size cannot be told"),
            Problem::Register(why) | Problem::Conflict(why) | Problem::Decoration(_, why) | Problem::Other(why) => {
                f.write_str(why)
            }
        }
    }
}
