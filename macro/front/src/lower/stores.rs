//! The code of a segment: tests, words, and stores in address order.
//!
//! A word of an odd length is stored as two, four or eight bytes as long as these lie in the claim: what spills over its end is
//! overwritten by the next. Only the last words of a claim are stored exactly, so the buffer needs no slack.

use super::checks::Tests;
use super::constants::{self, part, Tested};
use super::labels::{steps, Link, Quick, Steps};
use super::linear::{Linear, Test};
use super::plan::{Segment, Unit};
use super::single;
use super::tokens::{bytes, number, ours, variable};
use super::words::{derived, words, Names, Word};
use super::Paths;
use crate::ir::Arch;
use bareasm_isa::checks::Checks;
use proc_macro2::{Ident, Span, TokenStream};

/// Up to so many bytes of constant code are copied in place, which takes pieces of what compilers copy without a call. That is as
/// fast as it gets; what is longer is left to `memcpy`, for its size.
const IN_PLACE: usize = 4 * IN_PIECES;
const IN_PIECES: usize = 128;

/// The code of a segment in three parts.
pub(super) struct Code {
    /// Before the assembler is borrowed: values that several parts use.
    pub(super) prepare: TokenStream,
    /// The test and the cold path.
    pub(super) test: TokenStream,
    /// The claim, the stores, the new position.
    pub(super) store: TokenStream,
}

impl Code {
    pub(super) fn new(segment: &Segment<'_>, links: &[Link], quick: &[Quick], p: &Paths) -> Code {
        if let (true, Some(code)) = (links.is_empty() && quick.is_empty(), constant(segment)) {
            let bytes = bytes(&code);
            let store = if code.is_empty() { TokenStream::new() } else { ours!(asm.put(#bytes);) };
            return Code { prepare: TokenStream::new(), test: TokenStream::new(), store };
        }
        if let Some(code) = single::code(segment) {
            return code;
        }
        let mut builder = Builder {
            p,
            len: segment.len,
            odd: matches!(segment.arch, Arch::X64 | Arch::X86),
            tests: Tests::default(),
            encoded: Vec::new(),
            run: Vec::new(),
            run_at: 0,
            over: Vec::new(),
            prepare: TokenStream::new(),
            stores: TokenStream::new(),
        };
        for (n, unit) in segment.units.iter().enumerate() {
            let links = links.iter().filter(|link| link.is_in(unit.at, unit.code.len() as u32));
            if unit.slots.is_empty() {
                builder.constant(unit);
                builder.over.extend(links.map(|link| Word::linked(link, unit_bytes(unit, link))));
            } else {
                builder.flush();
                builder.unit(n, unit, &links.collect::<Vec<_>>());
            }
        }
        builder.flush();
        builder.finish(segment, quick)
    }
}

/// The bytes of a segment without run-time values, if they are copied in one go.
pub(super) fn constant(segment: &Segment<'_>) -> Option<Vec<u8>> {
    if (IN_PIECES + 1..=IN_PLACE).contains(&(segment.len as usize)) {
        return None;
    }
    let mut code = Vec::with_capacity(segment.len as usize);
    for unit in &segment.units {
        if !unit.slots.is_empty() {
            return None;
        }
        code.extend_from_slice(&unit.code);
    }
    Some(code)
}

struct Builder<'b> {
    p: &'b Paths,
    /// Bytes of the segment.
    len: u32,
    /// Whether instructions have odd lengths.
    odd: bool,
    tests: Tests,
    /// The units that are encoded out of line.
    encoded: Vec<usize>,
    /// Constant code that is not stored yet, and where it starts.
    run: Vec<u8>,
    run_at: u32,
    /// Relocated units of that code, to be stored over it.
    over: Vec<Word>,
    prepare: TokenStream,
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
        match run.len() {
            0 => {}
            1..=8 => self.store(&Word::fixed(self.run_at, &run)),
            len => {
                let piece = if len <= IN_PLACE { IN_PIECES } else { len };
                for (part, at) in run.chunks(piece).zip((self.run_at..).step_by(piece)) {
                    let (helper, at, part) = (self.p.item("sta"), number(at), bytes(part));
                    self.stores.extend(ours!(#helper(d, #at, #part);));
                }
            }
        }
        for word in core::mem::take(&mut self.over) {
            self.store_bytes(&word, word.len);
        }
    }

    /// Code with run-time values.
    fn unit(&mut self, n: usize, unit: &Unit<'_>, links: &[&Link]) {
        let values: Vec<Ident> = unit.slots.iter().map(|slot| variable("v", slot.operand)).collect();
        if self.inline(n, unit, &values, links).is_none() {
            self.out_of_line(n, unit, &values);
        }
    }

    /// Plain arithmetic; `None`, and nothing done, if this unit takes more.
    fn inline(&mut self, n: usize, unit: &Unit<'_>, values: &[Ident], links: &[&Link]) -> Option<()> {
        let linear: Vec<Linear> = unit.slots.iter().map(|slot| Linear::of(&slot.field)).collect::<Option<_>>()?;
        let raw: Vec<Ident> = linear
            .iter()
            .zip(values)
            .enumerate()
            .map(|(k, (linear, value))| if linear.is_direct() { value.clone() } else { part("r", n, k) })
            .collect();
        let follow: Vec<Ident> = (0..unit.derived.len()).map(|k| part("f", n, k)).collect();
        let words = words(unit, &Names { slots: &raw, derived: &follow, links }, self.odd)?;

        for (((slot, linear), value), raw) in unit.slots.iter().zip(&linear).zip(values).zip(&raw) {
            if let Test::Code(rule, width) = linear.test {
                let (helper, rule, width) = (self.p.item("code"), number(rule as u8), number(width));
                self.prepare.extend(ours!(let #raw = #helper::<#rule, #width>(#value);));
            } else if !linear.is_direct() {
                let helper = self.p.item("add");
                let (start, factor) = if linear.negative { (linear.add, -1) } else { (-linear.add, 1) };
                let (start, factor) = (number(start), number(factor));
                self.prepare.extend(ours!(let #raw = #helper(#start, #value, #factor);));
            }
            self.tests.value(slot.operand, linear, value, raw, self.p);
        }
        self.tests.relations(unit, values, self.p);
        for (one, name) in unit.derived.iter().zip(&follow) {
            let value = derived(one, values, self.p);
            self.stores.extend(ours!(let #name = #value;));
        }
        for word in &words {
            self.store(word);
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
        self.tests.push(ours!(#bad as u64));
        self.encoded.push(n);
        self.stores.extend(ours!(#store(d, #at, &#code);));
    }

    /// Stores a word: as many bytes as the host stores at once, if the claim has room for them.
    fn store(&mut self, word: &Word) {
        let spilling = word.len.next_power_of_two();
        self.store_bytes(word, if word.at + spilling <= self.len { spilling } else { word.len });
    }

    /// Stores so many bytes of a word, and no more.
    fn store_bytes(&mut self, word: &Word, count: u32) {
        let (at, expression) = (number(word.at), word.expression(self.p));
        let helper = self.p.item(match count {
            2 => "st16",
            4 => "st32",
            8 => "st64",
            _ => "stn",
        });
        self.stores.extend(match count {
            2 => ours!(#helper(d, #at, #expression as u16);),
            4 | 8 => ours!(#helper(d, #at, #expression);),
            _ => {
                let (count, expression) = (number(count), if word.len > 4 { expression } else { ours!(#expression as u64) });
                ours!(#helper(d, #at, #count, #expression);)
            }
        });
    }

    fn finish(self, segment: &Segment<'_>, quick: &[Quick]) -> Code {
        let Builder { p, prepare, stores, tests, encoded, .. } = self;
        let len = number(segment.len);
        let units = segment.units.iter().enumerate().filter(|(_, unit)| !unit.slots.is_empty());
        let units: Vec<_> = units.map(|(number, unit)| Tested { number, unit, encoded: encoded.contains(&number) }).collect();
        let bad = tests.all(p);
        let skip = match &bad {
            // What is longer is a segment of its own, without values.
            Some(_) => cold_path(&units, u16::try_from(segment.len).unwrap_or(u16::MAX)),
            None => ours!(asm.seal(at, #len);),
        };
        let tested = |claim: TokenStream| match &bad {
            Some(bad) => ours!(if #bad == 0 { #claim }),
            None => claim,
        };
        let store = if quick.is_empty() && bad.is_none() {
            // Counted in one way, whether there is room or not: the next position does not wait for that to be known.
            ours!(
                let at = asm.mark();
                if let ::core::option::Option::Some(d) = asm.open::<#len>(at) { #stores }
                #skip
            )
        } else if quick.is_empty() {
            let claim = tested(ours!(if let ::core::option::Option::Some(d) = asm.open::<#len>(at) {
                #stores
                asm.seal_near(at, #len);
                break 'put;
            }));
            ours!('put: { let at = asm.mark(); #claim #skip })
        } else {
            let Steps { begin, end, later } = steps(quick, segment.len, p);
            let claim = tested(ours!(if let ::core::option::Option::Some((d, t)) = asm.claim::<#len>(at) {
                #begin
                #stores
                asm.seal_near(at, #len);
                #end
            }));
            ours!('put: {
                let at = asm.mark();
                let done: usize = 'steps: { #claim #skip 0 };
                #later
            })
        };
        Code { prepare, test: TokenStream::new(), store }
    }
}

/// What is done instead of the stores when a value is refused or there is no room. A few values travel in registers.
fn cold_path(units: &[Tested<'_>], skipped: u16) -> TokenStream {
    match single::few(units, skipped) {
        Some((checks, skip, values)) => ours!(asm.#skip(#checks, #(#values),*);),
        None => cold(units, skipped),
    }
}

/// The call of a cold path with any number of values. Without tests, the failure names no operand.
fn cold(units: &[Tested<'_>], skipped: u16) -> TokenStream {
    let (Checks { bytes: checks, plain }, values) = constants::checks(units, skipped)
        .unwrap_or_else(|| (Checks { bytes: skipped.to_le_bytes().to_vec(), plain: true }, Vec::new()));
    let skip = Ident::new(if plain { "skip" } else { "skip_any" }, Span::mixed_site());
    let checks = bytes(&checks);
    ours!(asm.#skip(#checks, &[#(#values),*]);)
}

/// The relocated unit of a link, without its bits.
fn unit_bytes<'u>(unit: &'u Unit<'_>, link: &Link) -> &'u [u8] {
    unit.code.get((link.at - unit.at) as usize..).and_then(|code| code.get(..link.size as usize)).unwrap_or_default()
}
