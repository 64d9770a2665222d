//! Mnemonics, words and registers that a table knows, and the nearest mnemonics to a misspelled one.

use super::register;
use super::table::{Mnemonic, Set, Table};
use alloc::{string::String, vec, vec::Vec};

impl<'a> Table<'a> {
    /// Every mnemonic, sorted.
    pub fn mnemonics(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.mnemonics.iter().map(|mnemonic| self.str(mnemonic.name))
    }

    /// The record of a mnemonic.
    pub fn mnemonic(&self, name: &str) -> Option<&'a Mnemonic> {
        let at = self.mnemonics.binary_search_by(|mnemonic| self.str(mnemonic.name).cmp(name)).ok()?;
        self.mnemonics.get(at)
    }

    /// The mnemonics that differ from `name` in the fewest letters, nearest first; at most five, and none that differs in
    /// more than a third of its letters.
    pub fn nearest(&self, name: &str) -> Vec<String> {
        let limit = 1 + name.len() / 4;
        let mut near: Vec<(usize, &str)> = self.mnemonics().map(|known| (distance(name, known), known)).collect();
        near.retain(|(distance, _)| *distance <= limit);
        near.sort();
        near.into_iter().take(5).map(|(_, known)| String::from(known)).collect()
    }

    /// Whether a word (lower case) is literal text or a table word of some form: then it is not a Rust expression.
    pub fn is_word(&self, word: &str) -> bool {
        self.vocabulary.binary_search_by(|known| self.str(*known).cmp(word)).is_ok()
    }

    /// Whether a word (lower case) is the name of a register.
    pub fn is_register(&self, word: &str) -> bool {
        // Names other than class and number are looked for in every class.
        let letters = word.bytes().position(|byte| byte.is_ascii_digit()).filter(|_| self.set != Set::Riscv);
        let prefix = letters.and_then(|letters| word.get(..letters));
        register::classes(self.set).iter().filter(|class| prefix.is_none_or(|prefix| class.prefix() == prefix)).any(|class| {
            [0, super::table::SP, super::table::ZR].iter().any(|extra| register::number(self.set, *class, word, *extra).is_some())
        })
    }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        let mut left = None;
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut best = (get(&row, j) + usize::from(x != y)).min(get(&row, j + 1) + 1).min(get(&next, j) + 1);
            if i > 0 && j > 0 && last == Some(y) && left == Some(x) {
                best = best.min(get(&before, j - 1) + 1);
            }
            next.push(best);
            left = Some(y);
        }
        last = Some(x);
        before = core::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}
