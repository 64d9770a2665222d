//! The packed table: forms, and the lists that they refer to by index.
//!
//! A table is either static (written by the build script) or borrows from lists that the row reader made.

use super::form::{Form, Signature};
use super::shape::{PackedShape, Shape};
use crate::fixed::table::Features;

/// A mnemonic, or a spelling of one, with the forms it stands for. A spelling with forms in several places has several
/// entries, in the order in which its forms are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// Byte offset of the text in the table's text.
    pub at: u32,
    /// Bytes of the text.
    pub len: u8,
    /// First form.
    pub first: u16,
    /// Number of forms.
    pub count: u16,
    /// The spelling fixes the last immediate to this value; [`Name::NOT_FIXED`]: it does not.
    pub fixed: u16,
}

impl Name {
    /// Value of `fixed` for a spelling that fixes nothing.
    pub const NOT_FIXED: u16 = u16::MAX;
}

/// Where a row stands in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Index of the file.
    pub file: u8,
    /// Line, from 1.
    pub line: u16,
    /// Index of the section title.
    pub section: u16,
}

/// Most features of a form.
pub const MAX_FEATURES: usize = 4;

/// A processor: a named set of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpu<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its features.
    pub features: Features,
}

/// The forms of the instruction set.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The forms: together by mnemonic, in row order within each.
    pub forms: &'a [Form],
    /// Lists of operands.
    pub signatures: &'a [Signature],
    /// What operands may be.
    pub shapes: &'a [PackedShape],
    /// Spellings, sorted by their text.
    pub names: &'a [Name],
    /// Text of all spellings.
    pub text: &'a str,
    /// Index into `names` of the preferred spelling of each mnemonic; what [`Links::mnemonic`](super::form::Links) counts.
    pub mnemonics: &'a [u16],
    /// Feature names.
    pub features: &'a [&'a str],
    /// Named processors.
    pub cpus: &'a [Cpu<'a>],
    /// Sets of indices into `features`, filled up with 255.
    pub feature_sets: &'a [[u8; MAX_FEATURES]],
    /// Form indices sorted by [`Form::bucket`].
    pub by_opcode: &'a [u16],
    /// Where each row stands.
    pub rows: &'a [Row],
    /// Section titles.
    pub sections: &'a [&'a str],
    /// File names.
    pub files: &'a [&'a str],
}

impl<'a> Table<'a> {
    /// The form with this index.
    pub fn form(&self, index: u16) -> Option<Form> {
        self.forms.get(usize::from(index)).copied()
    }

    /// The shape with this index.
    pub fn shape(&self, index: u8) -> Shape {
        self.shapes.get(usize::from(index)).map_or(Shape::EMPTY, |packed| packed.shape())
    }

    /// The operands of a form.
    pub fn signature(&self, form: Form) -> Signature {
        const NONE: Signature = Signature { shapes: [Signature::ABSENT; 5], roles: [0; 5] };
        self.signatures.get(usize::from(form.links().signature)).copied().unwrap_or(NONE)
    }

    /// The text of a spelling.
    pub fn text_of(&self, name: &Name) -> &'a str {
        let start = name.at as usize;
        self.text.get(start..start.saturating_add(name.len.into())).unwrap_or("")
    }

    /// The preferred spelling of a form's mnemonic.
    pub fn mnemonic(&self, form: Form) -> &'a str {
        self.mnemonics
            .get(usize::from(form.links().mnemonic))
            .and_then(|index| self.names.get(usize::from(*index)))
            .map_or("", |name| self.text_of(name))
    }

    /// The entries of a spelling, in the order in which their forms are tried; empty if it is unknown.
    pub fn entries(&self, spelling: &str) -> &'a [Name] {
        let start = self.names.partition_point(|name| self.text_of(name) < spelling);
        let rest = self.names.get(start..).unwrap_or(&[]);
        let count = rest.partition_point(|name| self.text_of(name) == spelling);
        rest.get(..count).unwrap_or(&[])
    }

    /// Index and form of each form of an entry.
    pub fn forms_of(&self, name: &Name) -> impl Iterator<Item = (u16, Form)> + 'a {
        let start = usize::from(name.first);
        let forms = self.forms.get(start..start.saturating_add(name.count.into())).unwrap_or(&[]);
        (name.first..).zip(forms.iter().copied())
    }

    /// Every spelling, sorted, each once.
    pub fn mnemonics(&self) -> impl Iterator<Item = &'a str> + '_ {
        let mut last = "";
        self.names.iter().map(|name| self.text_of(name)).filter(move |text| core::mem::replace(&mut last, text) != *text)
    }

    /// Names of the features that a form needs; none for the baseline.
    pub fn features_of(&self, form: Form) -> impl Iterator<Item = &'a str> + '_ {
        let set = self.feature_sets.get(usize::from(form.links().features)).copied().unwrap_or([255; MAX_FEATURES]);
        set.into_iter().filter_map(|index| self.features.get(usize::from(index)).copied())
    }

    /// Whether a form needs this feature.
    pub fn needs(&self, form: Form, feature: &str) -> bool {
        self.features_of(form).any(|name| name == feature)
    }

    /// Form indices whose rows name this prefix kind, map and opcode.
    pub fn bucket(&self, key: (u8, u8, u8)) -> impl Iterator<Item = (u16, Form)> + 'a {
        let forms = self.forms;
        let bucket_of = move |index: &u16| forms.get(usize::from(*index)).map(|form| form.bucket());
        let start = self.by_opcode.partition_point(|index| bucket_of(index) < Some(key));
        let rest = self.by_opcode.get(start..).unwrap_or(&[]);
        rest.iter()
            .take_while(move |index| bucket_of(index) == Some(key))
            .filter_map(move |index| Some((*index, *forms.get(usize::from(*index))?)))
    }

    /// Row, section title and file of a form.
    pub fn source(&self, form: Form) -> Option<(Row, &'a str, &'a str)> {
        let row = *self.rows.get(usize::from(form.links().row))?;
        let section = self.sections.get(usize::from(row.section)).copied().unwrap_or("");
        Some((row, section, self.files.get(usize::from(row.file)).copied().unwrap_or("")))
    }
}
