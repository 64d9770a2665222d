//! Which features of the instruction set may be used.

use super::form::Form;
use super::table::{Table, MAX_FEATURES};
use crate::fixed::Features as Numbers;

/// A set of features of the x86 table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features(pub Numbers);

impl Features {
    /// Everything that the table has.
    pub const ALL: Features = Features(Numbers::ALL);
    /// The baseline only.
    pub const NONE: Features = Features(Numbers::NONE);

    /// Adds (`on`) or removes a feature by name; false if the table has none of this name.
    #[must_use]
    pub fn set(&mut self, table: &Table<'_>, name: &str, on: bool) -> bool {
        let Some(number) = table.features.iter().position(|known| *known == name) else { return false };
        self.0.set(u16::try_from(number).unwrap_or(u16::MAX), on);
        true
    }

    /// Whether a feature of the table is not in the set, by name.
    pub fn lacks(&self, table: &Table<'_>, name: &str) -> bool {
        table.features.iter().position(|known| *known == name).is_some_and(|number| !self.0.has(number as u16))
    }
}

/// The feature of r16 to r31, which no row names, since any instruction may have them.
#[cfg(feature = "matching")]
pub(super) const APX: &str = "apx_f";

impl<'a> Table<'a> {
    /// Names of the processors.
    pub fn cpus(&self) -> impl Iterator<Item = &'a str> {
        self.cpus.iter().map(|cpu| cpu.name)
    }

    /// The features of a processor.
    pub fn cpu(&self, name: &str) -> Option<Features> {
        self.cpus.iter().find(|cpu| cpu.name == name).map(|cpu| Features(cpu.features))
    }

    /// Whether a machine with these features has the form.
    pub fn available(&self, form: Form, features: &Features) -> bool {
        let set = self.feature_sets.get(usize::from(form.links().features)).copied().unwrap_or([255; MAX_FEATURES]);
        set.into_iter().filter(|number| *number != 255).all(|number| features.0.has(number.into()))
    }
}
