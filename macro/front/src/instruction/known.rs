//! Forms that have been chosen before.
//!
//! The lines of an assembler are few and occur often: `add X(a), X(b), X(c)` is the same choice whatever the expressions
//! are. Choices are kept as long as the compiler keeps the macro, which is for one crate.

use bareasm_isa::choice::Choice;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::thread::LocalKey;

/// Choices by mnemonic, operands `O`, and everything else that they depend on, `C`.
#[derive(Debug)]
pub(super) struct Known<O, C>(Map<String, Map<Vec<O>, Choices<C>>>);

type Map<K, V> = HashMap<K, V, BuildHasherDefault<Steps>>;

/// There is rarely more than one.
type Choices<C> = Vec<(C, Choice)>;

impl<O, C> Default for Known<O, C> {
    fn default() -> Self {
        Known(Map::default())
    }
}

/// The choice for a line, which `choose` makes if it is new.
pub(super) fn known<O: Clone + Eq + Hash, C: PartialEq, E>(
    known: &'static LocalKey<RefCell<Known<O, C>>>,
    mnemonic: &str,
    operands: &[O],
    rest: C,
    choose: impl FnOnce() -> Result<Choice, E>,
) -> Result<Choice, E> {
    let found = known.with_borrow(|Known(known)| {
        let choices = known.get(mnemonic)?.get(operands)?;
        choices.iter().find(|(other, _)| *other == rest).map(|(_, choice)| choice.clone())
    });
    if let Some(choice) = found {
        return Ok(choice);
    }
    let choice = choose()?;
    known.with_borrow_mut(|Known(known)| {
        let choices = known.entry(mnemonic.to_owned()).or_default().entry(operands.to_vec()).or_default();
        choices.push((rest, choice.clone()));
    });
    Ok(choice)
}

/// A hash in few steps: the standard one takes an unoptimised build longer than all else that is done to find a choice.
#[derive(Debug, Default)]
struct Steps(u64);

impl Steps {
    fn step(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Steps {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step((*byte).into());
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.step(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.step(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.step(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.step(number as u64);
    }

    fn write_u128(&mut self, number: u128) {
        self.step(number as u64);
        self.step((number >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        // The upper bits are mixed best; tables take the lower ones.
        self.0.rotate_left(26)
    }
}
