//! Listings with instructions in words: the decoder's text, with labels as targets.
// Without any architecture there is no language.
#![cfg_attr(
    not(any(feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86")),
    allow(unused_variables, unreachable_code)
)]

use crate::listing::{rows, COLUMNS};
use crate::GrowLabels;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::{format, string::String, vec::Vec};
use bareasm_core::{Arch, LabelTable};
use bareasm_isa::disassembly::{Disassembler, Language};
use core::cell::RefCell;
use core::fmt;

/// Code, and what is known of it. Its `Display` has offsets, bytes, definitions of labels, and instructions, in columns:
///
/// ```
/// # #[cfg(all(feature = "aarch64", feature = "macro"))] {
/// use bareasm_alloc::{bareasm_core::aarch64::Aarch64, dynasm, VecAssembler};
///
/// let mut ops = VecAssembler::<Aarch64>::new(0);
/// let (step, exit) = (2, ops.new_dynamic_label());
/// dynasm!(ops
///     ; .arch aarch64
///     ; ->again: cbz x1, =>(exit)
///     ; sub x1, x1, step
///     ; b ->again
///     ; =>(exit): bl =>helper
///     ; ret
///     ; =>helper: ret
///     ; .u32 0xffff_0007
/// );
/// ops.commit()?;
/// assert_eq!(ops.disassembly().map(|listing| listing.to_string()).unwrap_or_default(), "\
/// 00000000                           ->at_0:
/// 00000000  61 00 00 b4                  cbz x1, =>(0)
/// 00000004  21 08 00 d1                  sub x1, x1, #2
/// 00000008  fe ff ff 17                  b ->at_0
/// 0000000c                           =>(0):
/// 0000000c  02 00 00 94                  bl =>helper
/// 00000010  c0 03 5f d6                  ret
/// 00000014                           =>helper:
/// 00000014  c0 03 5f d6                  ret
/// 00000018  07 00 ff ff                  .byte 0x07, 0x00, 0xff, 0xff
/// ");
/// # }
/// # Ok::<(), bareasm_alloc::bareasm_core::Error>(())
/// ```
///
/// A dynamic label is shown by its number. What the macro has resolved has no name any more: such a target is `->at_` and its offset,
/// unless there is a [`Listing`](crate::Listing) with the source text. That tells as well which bytes are data.
/// Other data is shown as the instructions that it happens to look like, or as `.byte`; after each label, reading starts anew.
///
/// References that wait for their label are shown with it, although their code does not say so yet.
#[derive(Clone, Debug)]
pub struct Disassembly<'a> {
    language: Language,
    code: &'a [u8],
    start: usize,
    /// Names by offset, in order of preference.
    labels: BTreeMap<usize, Vec<String>>,
    /// Where reading starts anew, and whether data follows there.
    breaks: BTreeMap<usize, bool>,
    /// References that are not made yet: offset of the relocated unit, and name.
    open: BTreeMap<usize, String>,
}

impl<'a> Disassembly<'a> {
    /// Code whose first byte is at the offset `start`.
    pub const fn new(language: Language, code: &'a [u8], start: usize) -> Disassembly<'a> {
        Disassembly { language, code, start, labels: BTreeMap::new(), breaks: BTreeMap::new(), open: BTreeMap::new() }
    }

    /// As [`Disassembly::new`], for an architecture; `None` if its code has no tables ([`Any`](bareasm_core::arch::Any)).
    pub fn of<A: Arch>(code: &'a [u8], start: usize) -> Option<Disassembly<'a>> {
        Some(Disassembly::new(Language::named(A::NAME)?, code, start))
    }

    /// Gives an offset a name. The first one of an offset is shown in references.
    pub fn add_label(&mut self, offset: usize, name: &str) {
        let names = self.labels.entry(offset).or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.into());
        }
        self.breaks.entry(offset).or_insert(false);
    }

    /// What is at an offset, up to the next label, is data.
    pub fn add_data(&mut self, offset: usize) {
        self.breaks.insert(offset, true);
    }

    /// Takes labels and data from source text: statements with the offsets of their code, as a [`Listing`](crate::Listing) has them.
    pub fn add_notes(&mut self, notes: &[(u32, &'static str)]) {
        for (at, text) in notes {
            let at = *at as usize;
            let mut data = text.starts_with('.') && !text.starts_with(".align");
            if let Some(name) = text.strip_suffix(':') {
                self.add_label(at, name.trim_end());
                data = false;
            }
            self.breaks.insert(at, data);
        }
    }

    /// Takes the labels of a table that have a place and no name yet, and references that wait for theirs.
    pub fn add_labels(&mut self, table: &GrowLabels) {
        self.add_moved_labels(table, |offset| offset);
    }

    /// As [`Disassembly::add_labels`], for code that has moved.
    pub(crate) fn add_moved_labels(&mut self, table: &GrowLabels, moved: impl Fn(usize) -> usize) {
        let names: BTreeMap<u32, String> = table.named().collect();
        let name = |label: u32| names.get(&label).cloned().unwrap_or_else(|| format!("=>({label})"));
        for (label, offset) in (0u32..).zip(table.offsets()) {
            let Some(offset) = offset.map(|offset| moved(offset as usize)) else { continue };
            if names.contains_key(&label) || !self.labels.contains_key(&offset) {
                self.add_label(offset, &name(label));
            }
        }
        let references = table.references().0.iter().filter(|fixup| fixup.is_reference());
        self.open.extend(references.map(|fixup| (fixup.at() as usize, name(fixup.link()))));
    }

    /// The code, instruction by instruction; `names` are asked for the offsets that these refer to.
    fn read(&self, names: &dyn Fn(i64) -> Option<String>) -> Vec<Row> {
        let end = self.start.saturating_add(self.code.len());
        let mut out: Vec<Row> = Vec::new();
        let mut disassembler = Disassembler::new(self.language, self.start as i64);
        let mut at = self.start;
        while at < end {
            let data = self.breaks.range(..=at).next_back().is_some_and(|(_, data)| *data);
            let stop = self.breaks.range(at.saturating_add(1)..).next().map_or(end, |(stop, _)| end.min(*stop));
            let mut row = Row { at, length: stop.saturating_sub(at), text: None };
            if data {
                disassembler = Disassembler::new(self.language, stop as i64);
            } else {
                let code = self.bytes(&row);
                // A reference lies within its instruction: for most instructions there is none near.
                let near = self.open.range(at..at.saturating_add(LONGEST)).next();
                let mut ahead = disassembler.clone();
                let open = near
                    .filter(|(unit, _)| ahead.line(code, &|_| None).is_some_and(|line| **unit < at.saturating_add(line.length)));
                let line = match open {
                    Some((_, name)) => disassembler.line(code, &|_| Some(name.clone())),
                    None => disassembler.line(code, names),
                };
                let Some(line) = line else { break };
                (row.length, row.text) = (line.length, line.text);
            }
            at = at.saturating_add(row.length);
            match out.last_mut() {
                Some(last) if row.text.is_none() && last.text.is_none() && !self.labels.contains_key(&row.at) => {
                    last.length = last.length.saturating_add(row.length);
                }
                _ => out.push(row),
            }
        }
        out
    }

    fn bytes(&self, row: &Row) -> &'a [u8] {
        let local = row.at.saturating_sub(self.start);
        self.code.get(local..local.saturating_add(row.length)).unwrap_or_default()
    }
}

/// The most bytes that an instruction has, of any architecture.
const LONGEST: usize = 16;

/// An instruction, or data without text.
struct Row {
    at: usize,
    length: usize,
    text: Option<String>,
}

impl fmt::Display for Disassembly<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |target: i64| self.labels.get(&usize::try_from(target).ok()?)?.first().cloned();
        let targets = RefCell::new(BTreeSet::new());
        let instructions = self.read(&|target| {
            targets.borrow_mut().insert(target);
            None
        });
        // What is referred to and has no name gets one, if something starts there.
        let targets = targets.into_inner();
        let starts = instructions.iter().map(|row| row.at).filter(|at| targets.contains(&(*at as i64)));
        let invented: BTreeSet<usize> = starts.filter(|at| !self.labels.contains_key(at)).collect();
        let invent = |at: usize| format!("->at_{at:x}");
        let names =
            |target: i64| known(target).or_else(|| usize::try_from(target).ok().filter(|at| invented.contains(at)).map(invent));
        let mut defined = self.start;
        let mut define = |f: &mut fmt::Formatter<'_>, to: usize| {
            for (at, names) in self.labels.range(defined..to) {
                names.iter().try_for_each(|name| rows(f, *at, &[], &format!("{name}:")))?;
            }
            defined = defined.max(to);
            fmt::Result::Ok(())
        };
        for row in self.read(&names) {
            define(f, row.at.saturating_add(1))?;
            if invented.contains(&row.at) {
                rows(f, row.at, &[], &format!("{}:", invent(row.at)))?;
            }
            let bytes = self.bytes(&row);
            match row.text {
                Some(text) => rows(f, row.at, bytes, &format!("    {text}"))?,
                None => {
                    for (at, bytes) in (row.at..).step_by(COLUMNS).zip(bytes.chunks(COLUMNS)) {
                        let list: Vec<String> = bytes.iter().map(|byte| format!("{byte:#04x}")).collect();
                        rows(f, at, bytes, &format!("    .byte {}", list.join(", ")))?;
                    }
                }
            }
        }
        define(f, usize::MAX)
    }
}
