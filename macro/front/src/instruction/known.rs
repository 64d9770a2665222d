//! Forms that have been chosen before.
//!
//! The lines of an assembler are few and occur often: `add X(a), X(b), X(c)` is the same choice whatever the expressions
//! are. Choices are kept as long as the compiler keeps the macro, which is for one crate.

use super::fixed::Request;
use crate::operands::fixed::Piece;
use bareasm_isa::choice::Choice;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static KNOWN: RefCell<HashMap<Vec<u8>, Choice>> = RefCell::default();
}

/// The choice for a request, which `choose` makes if it is new.
pub(super) fn known<E>(request: &Request, pieces: &[Piece], choose: impl FnOnce() -> Result<Choice, E>) -> Result<Choice, E> {
    let key = key(request, pieces);
    if let Some(choice) = KNOWN.with_borrow(|known| known.get(&key).cloned()) {
        return Ok(choice);
    }
    let choice = choose()?;
    KNOWN.with_borrow_mut(|known| known.insert(key, choice.clone()));
    Ok(choice)
}

/// Everything that a choice depends on. Texts are in front of a byte that is in none.
fn key(request: &Request, pieces: &[Piece]) -> Vec<u8> {
    const END: u8 = 0xff;
    let mut key = vec![request.arch as u8, request.condition.unwrap_or(END)];
    for word in request.features.0 {
        key.extend(word.to_le_bytes());
    }
    let mut text = |tag: char, text: &str, number: &[u8]| {
        key.push(tag as u8);
        key.extend_from_slice(text.as_bytes());
        key.push(END);
        key.extend_from_slice(number);
    };
    text('m', request.name, &[]);
    for piece in pieces {
        match piece {
            Piece::Word(word, None) => text('w', word, &[]),
            Piece::Word(word, Some(value)) => text('e', word, &value.to_le_bytes()),
            Piece::Number(number) => text('n', "", &number.to_le_bytes()),
            Piece::Float(number) => text('f', "", &number.to_le_bytes()),
            Piece::Punct(character) => text('p', character.encode_utf8(&mut [0; 4]), &[]),
            Piece::Register(class, value) => text('r', class, &value.to_le_bytes()),
            Piece::Value(value) => text('v', "", &value.to_le_bytes()),
            Piece::Target(target) => text('t', "", &target.to_le_bytes()),
        }
    }
    key
}
