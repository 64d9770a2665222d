//! The code of a segment: tests, words, and stores in address order.
//!
//! Where words have odd lengths (x86), each is stored as eight bytes as long as these lie in the claim: what spills
//! over its end is overwritten by the next. Only the last words of a claim are stored exactly, so the buffer needs
//! no slack.

use super::checks::Tests;
use super::constants;
use super::linear::Linear;
use super::plan::{Segment, Unit};
use super::tokens::{bytes, number, ours, variable};
use super::words::{derived, words, Names, Word};
use super::Paths;
use crate::ir::Arch;
use proc_macro2::{Ident, Span, TokenStream};

/// Words are computed before space is claimed for at most this many instructions; more of them would spill.
const FEW: usize = 2;

/// The code of a segment in four parts.
pub(super) struct Code {
    /// Before the assembler is borrowed: values that several parts use.
    pub(super) prepare: TokenStream,
    /// The test and the cold path.
    pub(super) test: TokenStream,
    /// Words that are computed before the claim.
    pub(super) early: TokenStream,
    /// The claim, the stores, the new position.
    pub(super) store: TokenStream,
}

impl Code {
    pub(super) fn new(segment: &Segment<'_>, p: &Paths) -> Code {
        if segment.units.iter().all(|unit| unit.slots.is_empty()) {
            return Code {
                prepare: TokenStream::new(),
                test: TokenStream::new(),
                early: TokenStream::new(),
                store: constant(segment),
            };
        }
        let mut builder = Builder {
            p,
            len: segment.len,
            wide: matches!(segment.arch, Arch::X64 | Arch::X86),
            few: segment.units.len() <= FEW,
            tests: Tests::default(),
            run: Vec::new(),
            run_at: 0,
            prepare: TokenStream::new(),
            early: TokenStream::new(),
            stores: TokenStream::new(),
        };
        for (n, unit) in segment.units.iter().enumerate() {
            if unit.slots.is_empty() {
                builder.constant(unit);
            } else {
                builder.flush();
                builder.unit(n, unit);
            }
        }
        builder.flush();
        builder.finish(segment)
    }
}

/// A segment without run-time values.
fn constant(segment: &Segment<'_>) -> TokenStream {
    let code: Vec<u8> = segment.units.iter().flat_map(|unit| unit.code.iter().copied()).collect();
    if code.is_empty() {
        return TokenStream::new();
    }
    let code = bytes(&code);
    ours!(asm.put(#code);)
}

struct Builder<'b> {
    p: &'b Paths,
    /// Bytes of the segment.
    len: u32,
    /// Whether words are 64 bits wide, of odd lengths.
    wide: bool,
    /// Whether words are computed before the claim.
    few: bool,
    tests: Tests,
    /// Constant code that is not stored yet, and where it starts.
    run: Vec<u8>,
    run_at: u32,
    prepare: TokenStream,
    early: TokenStream,
    stores: TokenStream,
}

impl Builder<'_> {
    fn constant(&mut self, unit: &Unit<'_>) {
        if self.run.is_empty() {
            self.run_at = unit.at;
        }
        self.run.extend_from_slice(&unit.code);
    }

    /// Stores the constant code that has gathered.
    fn flush(&mut self) {
        let run = core::mem::take(&mut self.run);
        match (run.len(), self.wide) {
            (0, _) => {}
            (1..=8, true) | (1 | 2 | 4, false) => {
                let word = Word::fixed(self.run_at, &run);
                self.store(&word, word.expression(self.wide, self.p));
            }
            _ => {
                let (helper, at, run) = (self.p.item("sta"), number(self.run_at), bytes(&run));
                self.stores.extend(ours!(#helper(d, #at, #run);));
            }
        }
    }

    /// Code with run-time values.
    fn unit(&mut self, n: usize, unit: &Unit<'_>) {
        let values: Vec<Ident> = unit.slots.iter().map(|slot| variable("v", slot.operand)).collect();
        if self.inline(n, unit, &values).is_none() {
            self.out_of_line(n, unit, &values);
        }
    }

    /// Plain arithmetic; `None`, and nothing done, if this unit takes more.
    fn inline(&mut self, n: usize, unit: &Unit<'_>, values: &[Ident]) -> Option<()> {
        let linear: Vec<Linear> = unit.slots.iter().map(|slot| Linear::of(&slot.field)).collect::<Option<_>>()?;
        let raw: Vec<Ident> = linear
            .iter()
            .zip(values)
            .enumerate()
            .map(|(k, (linear, value))| if linear.is_direct() { value.clone() } else { part("r", n, k) })
            .collect();
        let follow: Vec<Ident> = (0..unit.derived.len()).map(|k| part("f", n, k)).collect();
        let words = words(unit, &Names { slots: &raw, derived: &follow })?;

        for ((linear, value), raw) in linear.iter().zip(values).zip(&raw) {
            if !linear.is_direct() {
                let helper = self.p.item("add");
                let (start, factor) = if linear.negative { (linear.add, -1) } else { (-linear.add, 1) };
                let (start, factor) = (number(start), number(factor));
                self.prepare.extend(ours!(let #raw = #helper(#start, #value, #factor);));
            }
            self.tests.value(linear, value, raw, self.p);
        }
        self.tests.relations(unit, values, self.p);
        for (one, name) in unit.derived.iter().zip(&follow) {
            let value = derived(one, values, self.p);
            let statement = ours!(let #name = #value;);
            if self.few {
                self.early.extend(statement)
            } else {
                self.stores.extend(statement)
            }
        }
        for (k, word) in words.iter().enumerate() {
            let mut expression = word.expression(self.wide, self.p);
            if self.few {
                let name = part("w", n, k);
                self.early.extend(ours!(let #name = #expression;));
                expression = ours!(#name);
            }
            self.store(word, expression);
        }
        Some(())
    }

    /// Irregular values: the shared routine encodes into an array of its own.
    fn out_of_line(&mut self, n: usize, unit: &Unit<'_>, values: &[Ident]) {
        let (code, bad) = (variable("b", n), variable("e", n));
        let (helper, store, len, at) =
            (self.p.item("encode"), self.p.item("sta"), number(unit.code.len() as i64), number(unit.at));
        let encoding = constants::encoding(unit, self.p);
        self.prepare.extend(ours!(let (#code, #bad) = #helper::<#len>(const { &#encoding }, &[#(#values),*]);));
        self.tests.push(ours!(#bad));
        self.stores.extend(ours!(#store(d, #at, &#code);));
    }

    fn store(&mut self, word: &Word, expression: TokenStream) {
        let at = number(word.at);
        // Without wide words there are no shifts across words, and a word of four bytes is an u32.
        let narrow = !self.wide && word.len <= 4;
        let statement = match (narrow, word.len) {
            (true, 4) => {
                let helper = self.p.item("st32");
                ours!(#helper(d, #at, #expression);)
            }
            (true, 2) => {
                let helper = self.p.item("st16");
                ours!(#helper(d, #at, #expression as u16);)
            }
            (true, len) => {
                let (helper, len) = (self.p.item("stn"), number(len));
                ours!(#helper(d, #at, #len, #expression as u64);)
            }
            (false, len) if len == 8 || word.at + 8 <= self.len => {
                let helper = self.p.item("st64");
                ours!(#helper(d, #at, #expression);)
            }
            (false, len) => {
                let (helper, len) = (self.p.item("stn"), number(len));
                ours!(#helper(d, #at, #len, #expression);)
            }
        };
        self.stores.extend(statement);
    }

    fn finish(self, segment: &Segment<'_>) -> Code {
        let Builder { p, prepare, early, stores, tests, .. } = self;
        let test = match tests.condition(p) {
            None => TokenStream::new(),
            Some(condition) => {
                let units: Vec<&Unit<'_>> = segment.units.iter().filter(|unit| !unit.slots.is_empty()).collect();
                let checks = constants::checks(&units, p);
                let values: Vec<Ident> =
                    units.iter().flat_map(|unit| &unit.slots).map(|slot| variable("v", slot.operand)).collect();
                // A few values travel in registers.
                match values.len() {
                    n @ 1..=4 => {
                        let fail = Ident::new(&format!("fail{n}"), Span::mixed_site());
                        ours!(if #condition { asm.#fail(#checks, #(#values),*); })
                    }
                    _ => ours!(if #condition { asm.fail_fields(#checks, &[#(#values),*]); }),
                }
            }
        };
        let len = number(segment.len);
        let store = ours!(
            let at = asm.mark();
            if let ::core::option::Option::Some(d) = asm.open::<#len>(at) { #stores }
            asm.seal(at, #len);
        );
        Code { prepare, test, early, store }
    }
}

fn part(prefix: &str, unit: usize, part: usize) -> Ident {
    Ident::new(&format!("{prefix}{unit}_{part}"), Span::mixed_site())
}
