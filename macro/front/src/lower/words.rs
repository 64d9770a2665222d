//! The arithmetic that builds instruction words: which store takes which bits of which value.

use super::labels::Link;
use super::linear::Linear;
use super::plan::Unit;
use super::tokens::{hex32, hex64, number, ours};
use super::Paths;
use bareasm_isa::encoding::Sum;
use bareasm_isa::field::{ones, Field, Piece};
use bareasm_isa::rule::Rule;
use core::ops::Range;
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

/// The words of a unit, in address order; `None` when a piece of a field fits no word. Those of instructions of odd lengths (x86) end
/// where that makes them cheap.
pub(super) fn words(unit: &Unit<'_>, names: &Names<'_>, odd: bool) -> Option<Vec<Word>> {
    let mut terms = Vec::new();
    for (slot, name) in unit.slots.iter().zip(names.slots) {
        terms.extend(field_terms(&slot.field, Linear::of(&slot.field)?, name, unit.code.len()));
    }
    for (derived, name) in unit.derived.iter().zip(names.derived) {
        terms.extend(pieces(&derived.field, unit.code.len()).map(|piece| term(piece, name, 0, false)));
    }
    terms.extend(names.links.iter().map(|link| link_term(link, unit.at)));
    let mut words = Vec::new();
    let mut start = 0;
    while start < unit.code.len() {
        let len = unit.code.len();
        let end = if odd { odd_word_end(start, len, &terms)? } else { word_end(start, len.min(start + 8), &terms)? };
        let mut constant = 0u64;
        for (n, byte) in unit.code.get(start..end)?.iter().enumerate() {
            constant |= u64::from(*byte) << (8 * n);
        }
        let inside = terms.iter().filter(|term| (start..end).contains(&term.bytes().start));
        let terms = inside.map(|term| Term { to: term.to - start as u8 * 8, ..term.clone() }).collect();
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
fn link_term(link: &Link, start: u32) -> Term {
    let piece = Piece { from: 0, width: 8 * link.size as u8, to: 8 * link.at.saturating_sub(start) as u8 };
    term(piece, &link.bits, 0, true)
}

fn term(piece: Piece, name: &Ident, shift: u8, top: bool) -> Term {
    Term { value: name.clone(), from: piece.from + shift, bits: piece.width, to: piece.to, top }
}

fn field_terms(field: &Field, linear: Linear, name: &Ident, len: usize) -> Vec<Term> {
    let placed = field.placed();
    pieces(field, len)
        .map(|piece| {
            let top = field.rule == Rule::Unsigned && placed.checked_shr((piece.from + piece.width).into()).unwrap_or(0) == 0;
            term(piece, name, linear.shift, top)
        })
        .collect()
}

impl Term {
    /// The bytes that it lies in.
    fn bytes(&self) -> Range<usize> {
        usize::from(self.to) / 8..usize::from(self.to + self.bits).div_ceil(8)
    }

    /// Whether it is the lowest bytes of its value, and these are a number of the host.
    fn is_whole(&self) -> bool {
        self.from == 0 && self.to.is_multiple_of(8) && matches!(self.bits, 8 | 16 | 32 | 64)
    }

    /// Whether it and the other one are an x86 register number in its two pieces.
    fn is_split(&self, high: &Term) -> bool {
        (self.from, self.bits, high.from) == (0, 3, 3) && high.top && high.value == self.value
    }
}

/// Where the word ends that begins at byte `start`: as far away as `most`, but not within a term.
fn word_end(start: usize, most: usize, terms: &[Term]) -> Option<usize> {
    let parted = |end| terms.iter().map(Term::bytes).find(|bytes| bytes.start >= start && bytes.start < end && bytes.end > end);
    let mut end = most;
    while let Some(bytes) = parted(end) {
        end = bytes.start;
    }
    (end > start).then_some(end)
}

/// As [`word_end`], for an instruction of `len` bytes. What is whole bytes is stored by itself, which takes no arithmetic. What is
/// left are the bits of registers: four bytes have room for most of them, and their constants are part of instructions of the
/// host; they begin at REX or VEX, from where `split` counts.
fn odd_word_end(start: usize, len: usize, terms: &[Term]) -> Option<usize> {
    let ahead = || terms.iter().filter(|term| term.bytes().start >= start);
    let Some(first) = ahead().min_by_key(|term| term.to) else { return Some(len.min(start + 8)) };
    let bytes = first.bytes();
    if first.is_whole() && bytes.start == start {
        return Some(bytes.end);
    }
    let whole = ahead().filter(|term| term.is_whole()).map(|term| term.bytes().start).min();
    let limit = whole.unwrap_or(len);
    let split = |low: &Term| terms.iter().find(|high| low.is_split(high)).map(Term::bytes);
    if bytes.start > start && (first.is_whole() || ahead().any(|term| split(term).is_some())) {
        return Some(bytes.start.min(start + 8));
    }
    let end = limit.min(start + 4);
    let parts = ahead().any(|low| split(low).is_some_and(|high| (low.bytes().start < end) != (high.start < end)));
    word_end(start, if parts { limit.min(start + 8) } else { end }, terms)
}

impl Word {
    /// A word whose bits are all known.
    pub(super) fn fixed(at: u32, bytes: &[u8]) -> Word {
        let constant = bytes.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
        Word { at, len: bytes.len() as u32, constant, terms: Vec::new() }
    }

    /// The relocated unit of a label reference whose bits are otherwise known.
    pub(super) fn linked(link: &Link, bytes: &[u8]) -> Word {
        let terms = vec![link_term(link, link.at)];
        Word { terms, ..Word::fixed(link.at, bytes) }
    }

    /// The word as a Rust expression of type `u32`, or `u64` when it has more than four bytes.
    pub(super) fn expression(&self, p: &Paths) -> TokenStream {
        let long = self.len > 4;
        let mut word = if long { hex64(self.constant) } else { hex32(self.constant as u32) };
        let (mut plain, mut rest) = (Vec::new(), self.terms.as_slice());
        while let [term, tail @ ..] = rest {
            rest = tail;
            match tail {
                [high, after @ ..] if term.is_split(high) => {
                    let (helper, value) = (p.item(if long { "xr" } else { "xs" }), &term.value);
                    let (low, high) = (number(term.to), number(high.to));
                    word = ours!(#helper(#word, #value, #low, #high));
                    rest = after;
                }
                _ => plain.push(term),
            }
        }
        if long {
            for term in plain {
                let (helper, value) = (p.item("xf"), &term.value);
                let (from, bits, to) = (number(term.from), number(term.bits), number(term.to));
                word = ours!(#helper(#word, #value, #from, #bits, #to));
            }
            return word;
        }
        for terms in plain.chunks(4) {
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
