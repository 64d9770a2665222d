//! Sets of features, and the processors that are named sets.

use super::table::{Features, Form, Run, Table, Text};

impl Features {
    /// Every feature.
    pub const ALL: Features = Features([u64::MAX; 4]);
    /// No feature: the base instruction set.
    pub const NONE: Features = Features([0; 4]);

    /// Whether the feature with this number is in the set.
    pub fn has(&self, number: u16) -> bool {
        self.0.get(usize::from(number / 64)).is_some_and(|word| word >> (number % 64) & 1 != 0)
    }

    /// Puts the feature with this number into the set, or takes it out.
    pub fn set(&mut self, number: u16, present: bool) {
        if let Some(word) = self.0.get_mut(usize::from(number / 64)) {
            let bit = 1 << (number % 64);
            *word = if present { *word | bit } else { *word & !bit };
        }
    }

    /// Whether the sets have a feature in common.
    pub fn meets(&self, other: &Features) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }
}

impl<'a> Table<'a> {
    /// The text of a range ("" if it is none of this table).
    pub fn str(&self, text: Text) -> &'a str {
        let start = text.at as usize;
        self.text.get(start..start.saturating_add(text.len.into())).unwrap_or("")
    }

    /// The number of a feature.
    pub fn feature(&self, name: &str) -> Option<u16> {
        self.features.iter().position(|feature| self.str(feature.name) == name).and_then(|number| u16::try_from(number).ok())
    }

    /// The features of a processor.
    pub fn cpu(&self, name: &str) -> Option<Features> {
        self.cpus.iter().find(|cpu| self.str(cpu.name) == name).map(|cpu| cpu.features)
    }

    /// Whether a machine with these features has the form.
    pub fn available(&self, form: &Form, features: &Features) -> bool {
        self.needs(form.needs).iter().all(|any| any.meets(features))
    }

    /// The requirements of a form: one feature of each set.
    pub fn needs(&self, needs: Run) -> &'a [Features] {
        let start = needs.at as usize;
        self.needs.get(start..start.saturating_add(needs.len.into())).unwrap_or(&[])
    }
}
