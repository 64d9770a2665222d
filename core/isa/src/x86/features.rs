//! Which features of the instruction set may be used: sets as in [`fixed`](crate::fixed), of this table's features.

use super::form::Form;
use super::table::{Table, MAX_FEATURES};
use crate::fixed::Features;

impl Table<'_> {
    /// The number of a feature.
    pub fn feature(&self, name: &str) -> Option<u16> {
        self.features.iter().position(|known| *known == name).and_then(|number| u16::try_from(number).ok())
    }

    /// The features of a processor.
    pub fn cpu(&self, name: &str) -> Option<Features> {
        self.cpus.iter().find(|cpu| cpu.name == name).map(|cpu| cpu.features)
    }

    /// Whether a machine with these features has the form.
    pub fn available(&self, form: Form, features: &Features) -> bool {
        let set = self.feature_sets.get(usize::from(form.links().features)).copied().unwrap_or([255; MAX_FEATURES]);
        set.into_iter().filter(|number| *number != 255).all(|number| features.has(number.into()))
    }
}
