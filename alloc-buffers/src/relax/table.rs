//! The label table of code that moves: it keeps every reference, and resolves none.

use crate::GrowLabels;
use alloc::vec::Vec;
use bareasm_core::island::{Target, Waiting};
use bareasm_core::{Chain, Error, Fixup, LabelTable, Name, Reason, Relocation};

/// Bytes up to a boundary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Padding {
    pub(super) at: u32,
    pub(super) length: u32,
    pub(super) to: u32,
    /// No-ops, if there is no byte.
    pub(super) fill: Option<u8>,
}

/// Labels, and all references and padding until the end.
#[derive(Clone, Debug, Default)]
pub struct RelaxLabels {
    pub(super) labels: GrowLabels,
    pub(super) references: Vec<Waiting>,
    pub(super) padding: Vec<Padding>,
    /// The relocated units of branches that keep their lengths.
    pub(super) rigid: Vec<u32>,
}

impl RelaxLabels {
    /// The labels. Their offsets are those before anything has moved.
    pub fn labels(&self) -> &GrowLabels {
        &self.labels
    }

    /// Brings everything into the order of the code.
    pub(super) fn sort(&mut self) {
        self.references.sort_unstable_by_key(|reference| reference.at);
        self.padding.sort_unstable_by_key(|padding| padding.at);
        self.rigid.sort_unstable();
    }
}

fn push<T>(list: &mut Vec<T>, one: T) -> Result<(), Reason> {
    list.try_reserve(1).map_err(|_| Reason::FixupsFull)?;
    list.push(one);
    Ok(())
}

impl LabelTable for RelaxLabels {
    const MOVES: bool = true;

    fn create(&mut self, count: u32) -> Option<u32> {
        self.labels.create(count)
    }

    fn position(&self, label: u32) -> Result<Option<u32>, Reason> {
        self.labels.position(label)
    }

    fn bind(&mut self, label: u32, at: u32) -> Result<Chain, Reason> {
        self.labels.bind(label, at)
    }

    fn take(&mut self, chain: &mut Chain) -> Option<Fixup> {
        self.labels.take(chain)
    }

    fn defer(&mut self, label: u32, at: u32, relocation: Relocation) -> Result<(), Reason> {
        self.keep(at, relocation, Target::Label(label))
    }

    fn withdraw(&mut self, _label: u32, _at: u32) -> bool {
        false
    }

    fn keep(&mut self, at: u32, relocation: Relocation, target: Target) -> Result<(), Reason> {
        if let Target::Label(label) = target {
            self.labels.position(label)?;
        }
        push(&mut self.references, Waiting { at, relocation, target })
    }

    fn keep_length(&mut self, at: u32) -> Result<(), Reason> {
        push(&mut self.rigid, at)
    }

    fn keep_padding(&mut self, at: u32, length: u32, to: u32, fill: Option<u8>) -> Result<(), Reason> {
        push(&mut self.padding, Padding { at, length, to, fill })
    }

    /// References are made when the code is relaxed, and not by a mere `finish`.
    fn complete(&self) -> Result<(), Error> {
        match self.references.first() {
            Some(reference) => Err(Error::at(reference.at, Reason::LabelUnbound)),
            None => Ok(()),
        }
    }

    fn references(&self) -> (&[Fixup], &[u32]) {
        (&[], &[])
    }

    fn settle(&mut self, _kept: usize, _end: u32) {}

    fn global(&mut self, name: Name) -> Result<u32, Reason> {
        self.labels.global(name)
    }

    fn local(&mut self, name: Name, _kept: bool) -> Result<(u32, u32), Reason> {
        self.labels.local(name, true) // references are made in the end
    }

    fn define(&mut self, name: Name, at: u32) -> Result<Chain, Reason> {
        self.labels.define(name, at)
    }

    fn clear(&mut self) {
        self.labels.clear();
        self.references.clear();
        self.padding.clear();
        self.rigid.clear();
    }
}
