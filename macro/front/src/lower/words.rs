//! The arithmetic that builds instruction words: which store takes which bits of which value.

use super::labels::Link;
use super::linear::Linear;
use super::plan::Unit;
use super::tokens::{hex32, hex64, number, ours};
use super::Paths;
use bareasm_isa::encoding::Sum;
use bareasm_isa::field::{ones, Field, Piece};
use bareasm_isa::rule::Rule;
use proc_macro2::{Ident, TokenStream};

/// Some bits of a value in a word.
#[derive(Clone, Debug)]
struct Term {
    /// The Rust variable that holds the raw value.
    value: Ident,
    /// Lowest bit taken.
    from: u8,
    /// Number of bits.
    bits: u8,
    /// Lowest bit of the word that receives them.
    to: u8,
    /// Whether the value, once tested, has no bits above these.
    top: bool,
}

/// One to eight bytes that are stored at once.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Offset in the segment.
    pub(super) at: u32,
    /// Bytes.
    pub(super) len: u32,
    /// The bits that are known.
    constant: u64,
    terms: Vec<Term>,
}

/// The run-time parts of a unit, as Rust variables.
pub(super) struct Names<'n> {
    /// For each slot, the variable with `value - add`.
    pub(super) slots: &'n [Ident],
    /// For each derived field, the variable with its raw bits.
    pub(super) derived: &'n [Ident],
    /// Label references.
    pub(super) links: &'n [&'n Link],
}

/// The words of a unit, in address order; `None` when a piece of a field fits no word.
pub(super) fn words(unit: &Unit<'_>, names: &Names<'_>) -> Option<Vec<Word>> {
    let mut terms = Vec::new();
    for (slot, name) in unit.slots.iter().zip(names.slots) {
        terms.extend(field_terms(&slot.field, Linear::of(&slot.field)?, name, unit.code.len()));
    }
    for (derived, name) in unit.derived.iter().zip(names.derived) {
        terms.extend(pieces(&derived.field, unit.code.len()).map(|piece| (piece, term(piece, name, 0, false))));
    }
    terms.extend(names.links.iter().map(|link| link_term(link, unit.at)));
    let mut words = Vec::new();
    let mut start = 0;
    while start < unit.code.len() {
        let end = word_end(start, unit.code.len(), terms.iter().map(|(piece, _)| piece))?;
        let mut constant = 0u64;
        for (n, byte) in unit.code.get(start..end)?.iter().enumerate() {
            constant |= u64::from(*byte) << (8 * n);
        }
        let inside = |piece: &Piece| (start * 8..end * 8).contains(&usize::from(piece.to));
        let terms = terms
            .iter()
            .filter(|(piece, _)| inside(piece))
            .map(|(_, term)| Term { to: (usize::from(term.to) - start * 8) as u8, ..term.clone() })
            .collect();
        words.push(Word { at: unit.at + start as u32, len: (end - start) as u32, constant, terms });
        start = end;
    }
    Some(words)
}

/// The pieces of a field that lie in the code; bits beyond it are dropped.
fn pieces(field: &Field, len: usize) -> impl Iterator<Item = Piece> + '_ {
    field.pieces().iter().copied().filter(move |piece| piece.width > 0 && usize::from(piece.to) < len * 8)
}

/// The bits of a label reference, in an instruction that starts at `start`: a relocated unit is whole bytes.
fn link_term(link: &Link, start: u32) -> (Piece, Term) {
    let piece = Piece { from: 0, width: 8 * link.size as u8, to: 8 * link.at.saturating_sub(start) as u8 };
    (piece, term(piece, &link.bits, 0, true))
}

fn term(piece: Piece, name: &Ident, shift: u8, top: bool) -> Term {
    Term { value: name.clone(), from: piece.from + shift, bits: piece.width, to: piece.to, top }
}

fn field_terms(field: &Field, linear: Linear, name: &Ident, len: usize) -> Vec<(Piece, Term)> {
    let placed = field.placed();
    pieces(field, len)
        .map(|piece| {
            let top = field.rule == Rule::Unsigned && placed.checked_shr((piece.from + piece.width).into()).unwrap_or(0) == 0;
            (piece, term(piece, name, linear.shift, top))
        })
        .collect()
}

/// Where the word ends that begins at byte `start`: as far away as 8 bytes, but not within a piece.
fn word_end<'t>(start: usize, len: usize, pieces: impl Iterator<Item = &'t Piece> + Clone) -> Option<usize> {
    let mut end = len.min(start + 8);
    loop {
        let split = pieces.clone().find(|piece| {
            let (first, last) = (usize::from(piece.to) / 8, usize::from(piece.to + piece.width - 1) / 8);
            first < end && last >= end && first >= start
        });
        match split {
            None => return (end > start).then_some(end),
            Some(piece) => end = usize::from(piece.to) / 8,
        }
    }
}

impl Word {
    /// A word whose bits are all known.
    pub(super) fn fixed(at: u32, bytes: &[u8]) -> Word {
        let constant = bytes.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
        Word { at, len: bytes.len() as u32, constant, terms: Vec::new() }
    }

    /// The relocated unit of a label reference whose bits are otherwise known.
    pub(super) fn linked(link: &Link, bytes: &[u8]) -> Word {
        let terms = vec![link_term(link, link.at).1];
        Word { terms, ..Word::fixed(link.at, bytes) }
    }

    /// The word as a Rust expression of type `u32`, or `u64` when it has more than four bytes or `wide` is set.
    pub(super) fn expression(&self, wide: bool, p: &Paths) -> TokenStream {
        if wide || self.len > 4 {
            self.wide(p)
        } else {
            self.narrow(p)
        }
    }

    fn narrow(&self, p: &Paths) -> TokenStream {
        let mut word = hex32(self.constant as u32);
        for terms in self.terms.chunks(4) {
            let helper = p.item(["p1", "p2", "p3", "p4"].get(terms.len() - 1).unwrap_or(&"p1"));
            let arguments = terms.iter().map(|term| {
                let (value, from, bits, to) = (&term.value, number(term.from), number(term.bits), number(term.to));
                if term.from == 0 && (term.top || term.to + term.bits == 32) {
                    ours!(, #value, #to)
                } else {
                    let cut = p.item("cut");
                    ours!(, #cut(#value, #bits, #from), #to)
                }
            });
            word = ours!(#helper(#word #(#arguments)*));
        }
        word
    }

    fn wide(&self, p: &Paths) -> TokenStream {
        let mut word = hex64(self.constant);
        let mut rest = self.terms.as_slice();
        while let [term, tail @ ..] = rest {
            let value = &term.value;
            let to = number(term.to);
            rest = tail;
            // The two halves of an x86 register number.
            if let (0, 3, [high, after @ ..]) = (term.from, term.bits, tail) {
                if high.value == *value && high.from == 3 && high.top {
                    let (helper, high) = (p.item("xr"), number(high.to));
                    word = ours!(#helper(#word, #value, #to, #high));
                    rest = after;
                    continue;
                }
            }
            let (helper, from, bits) = (p.item("xf"), number(term.from), number(term.bits));
            word = ours!(#helper(#word, #value, #from, #bits, #to));
        }
        word
    }
}

/// A sum over the values of a unit as a Rust expression of type `i64`.
pub(super) fn sum(sum: &Sum, values: &[Ident], p: &Paths) -> TokenStream {
    let mut total = {
        let constant = number(sum.constant);
        ours!(#constant)
    };
    for (operand, factor) in sum.terms.iter().take_while(|(_, factor)| *factor != 0) {
        if let Some(value) = values.get(usize::from(*operand)) {
            let (helper, factor) = (p.item("add"), number(*factor));
            total = ours!(#helper(#total, #value, #factor));
        }
    }
    total
}

/// The raw bits of a derived field as a Rust expression of type `i64`.
pub(super) fn derived(derived: &bareasm_isa::encoding::Derived, values: &[Ident], p: &Paths) -> TokenStream {
    let total = sum(&derived.sum, values, p);
    let flip = u64::from(derived.flip) & ones(derived.field.width);
    if flip == 0 {
        return total;
    }
    let (helper, flip) = (p.item("flip"), number(flip as i64));
    ours!(#helper(#total, #flip))
}
