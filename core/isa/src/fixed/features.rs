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

    /// Puts all features of the other set into this one.
    pub fn extend(&mut self, other: &Features) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
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

    /// Puts what a name stands for into a set, or takes it out; false if nothing has this name. What comes with a feature
    /// comes in with it, and what cannot be without it goes out with it. The name is that of a feature or a group, with `-`
    /// or `_` between its words; with `no` in front it is taken out.
    pub fn change(&self, features: &mut Features, name: &str, on: bool) -> bool {
        let Some(named) = self.named(name) else {
            let without = name.strip_prefix("no").filter(|_| on);
            return without.is_some_and(|name| self.named(name).is_some() && self.change(features, name, false));
        };
        for (number, feature) in (0u16..).zip(self.features) {
            if on && named.has(number) {
                features.extend(&feature.with);
            } else if !on && feature.with.meets(&named) {
                features.set(number, false);
            }
        }
        true
    }

    /// The feature or the group of this name.
    fn named(&self, name: &str) -> Option<Features> {
        let fold = |byte: u8| if byte == b'-' { b'_' } else { byte };
        let same = |known: Text| self.str(known).bytes().map(fold).eq(name.bytes().map(fold));
        if let Some(group) = self.groups.iter().find(|group| same(group.name)) {
            return Some(group.features);
        }
        let number = self.features.iter().position(|feature| same(feature.name)).and_then(|number| u16::try_from(number).ok())?;
        let mut one = Features::NONE;
        one.set(number, true);
        Some(one)
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
