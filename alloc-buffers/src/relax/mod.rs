//! Relaxing x86 branches, across invocations of the macro.
//!
//! The macro chooses the shortest branch where it knows the distance: to local labels of an invocation. This assembler does so for all
//! others, once all code is there.
//!
//! | room | what it is for |
//! |---|---|
//! | `table` | keeps every reference until the end |
//! | `layout` | the least lengths, and where everything lands |
//! | `write` | the code with these lengths, references in place |

mod layout;
mod table;
mod write;

pub use table::RelaxLabels;

use crate::{AssemblyOffset, DynasmApi, DynasmLabelApi, GrowBuffer, GrowLabels};
use alloc::vec::Vec;
#[cfg(feature = "x64")]
use bareasm_core::arch::X64;
#[cfg(feature = "x86")]
use bareasm_core::arch::X86;
use bareasm_core::{Arch, AsAssembler, Assembler, DynamicLabel, Error, Name};
use core::ops::{Deref, DerefMut};
use layout::Layout;
use write::{Relaxation, Written};

/// An architecture whose branches can be relaxed.
pub trait Relax: Arch {
    /// Whether a branch to an address out of reach can take it from memory, relative to itself.
    const SLOTS: bool;
}

#[cfg(feature = "x64")]
impl Relax for X64 {
    const SLOTS: bool = true;
}

#[cfg(feature = "x86")]
impl Relax for X86 {
    const SLOTS: bool = false; // nothing is out of reach of 32 bits
}

/// Assembles x86 code in which every `jmp` and `jcc` to a label is as short as can be, and every branch to an address
/// (`extern`) reaches it.
///
/// ```
/// # #[cfg(all(feature = "x64", feature = "macro"))] {
/// use bareasm_alloc::{bareasm_core::x64::X64, dynasm, AssemblyOffset, RelaxingAssembler};
///
/// let mut ops = RelaxingAssembler::<X64>::new();
/// ops.set_base(Some(0x10_0000)); // where it will run
/// let far = 0x7fff_0000_0000u64;
/// let (top, exit) = (ops.new_dynamic_label(), ops.new_dynamic_label());
/// dynasm!(ops ; .arch x64 ; =>(top): test rdi, rdi ; jz =>(exit)); // six bytes for now
/// dynasm!(ops ; .arch x64 ; dec rdi ; call extern 0x20_0000 ; call extern far ; jmp =>(top));
/// let end = ops.offset();
/// dynasm!(ops ; .arch x64 ; =>(exit): ret);
/// let relaxed = ops.finalize()?;
/// assert_eq!(relaxed.code[..5], [0x48, 0x85, 0xff, 0x74, 0x10]); // test rdi, rdi; jz exit
/// assert_eq!(relaxed.code[8..13], [0xe8, 0xf3, 0xff, 0x0f, 0x00]); // call 0x200000
/// assert_eq!(relaxed.code[13..19], [0xff, 0x15, 0x05, 0x00, 0x00, 0x00]); // call [rip + 5]
/// assert_eq!(relaxed.code[24..], far.to_le_bytes());
/// assert_eq!(relaxed.places.offset(end), AssemblyOffset(21));
/// assert_eq!(relaxed.places.label(exit), Some(AssemblyOffset(21)));
/// # }
/// # Ok::<(), bareasm_alloc::bareasm_core::Error>(())
/// ```
///
/// Everything is assembled in long forms first. In the end branches are shortened, code moves together, and all references are made:
/// of labels, of padding (`.align`) and of what the macro has resolved within an invocation, too, where it spans a branch.
///
/// # What is where
///
/// Offsets that are taken while code is assembled ([`offset`](Assembler::offset), those in errors, those of bound labels) are those
/// before anything moves; [`Places`] knows where that is in the end. The same goes for `label + n`, which is `n` bytes behind the place
/// where the label ends up. A distance that is written as a number (`jmp 5`), or that you compute from such offsets, stays what it is.
/// The exception is a reference within an invocation that spans a branch: `->label + n` is then what is `n` bytes behind the label before
/// anything moves.
///
/// # Branches
///
/// * `jmp` and `jcc` take two bytes where they reach. A size that is written (`jmp DWORD =>label`) stays.
/// * `call` and `jmp` to an address out of reach of 32 bits go through memory behind the code (`call [rip + n]`), `jcc` through a
///   jump there; equal addresses are kept once. It is out of reach if it may be, wherever the branch lands. The base must be known in
///   the end. In 32-bit mode everything is in reach.
#[derive(Debug)]
pub struct RelaxingAssembler<A> {
    inner: Assembler<A, GrowBuffer, RelaxLabels>,
}

impl<A: Relax> RelaxingAssembler<A> {
    /// An empty assembler. [`Assembler::set_base`] says where the code will run, at the latest before it is finished; that is needed
    /// for addresses only.
    pub fn new() -> Self {
        RelaxingAssembler { inner: Assembler::default() }
    }

    /// Offset of the next byte, before anything moves.
    pub fn offset(&self) -> AssemblyOffset {
        AssemblyOffset(self.inner.offset())
    }

    /// The most bytes that the code may have in the end.
    pub fn most(&self) -> usize {
        usize::try_from(self.relaxation().most()).unwrap_or(usize::MAX)
    }

    /// Relaxes branches, resolves all references and returns the code.
    ///
    /// # Errors
    ///
    /// The first failure of all; a label that is not bound, a target out of reach of a branch that stays short (`loop`), an
    /// address without a base; no memory, as [`BufferFull`](bareasm_core::Reason::BufferFull).
    pub fn finalize(mut self) -> Result<Relaxed, Error> {
        self.take()
    }

    /// As [`RelaxingAssembler::finalize`], and starts again with the same base and no labels. After an error nothing is lost: it can be
    /// mended, or [`reset`](Assembler::reset).
    pub fn take(&mut self) -> Result<Relaxed, Error> {
        let relaxed = self.relax()?;
        self.inner.reset();
        Ok(relaxed)
    }

    /// As [`RelaxingAssembler::finalize`], and leaves everything as it is: the same can be relaxed for another base.
    pub fn relax(&mut self) -> Result<Relaxed, Error> {
        self.inner.status()?;
        self.inner.labels_mut().sort();
        let Written { code, layout, addresses } = self.relaxation().run()?;
        Ok(Relaxed { code, places: Places { layout, addresses, labels: self.inner.labels().labels().clone() } })
    }

    fn relaxation(&self) -> Relaxation<'_> {
        let asm = &self.inner;
        Relaxation { code: asm.code(), table: asm.labels(), base: asm.base(), slots: A::SLOTS, pad: A::pad }
    }
}

impl<A: Relax> Default for RelaxingAssembler<A> {
    fn default() -> Self {
        RelaxingAssembler::new()
    }
}

impl<A: Relax> AsAssembler for RelaxingAssembler<A> {
    type Arch = A;
    type Sink = GrowBuffer;
    type Table = RelaxLabels;

    #[inline(always)]
    fn bareasm_target(&mut self) -> &mut Assembler<A, GrowBuffer, RelaxLabels> {
        &mut self.inner
    }
}

impl<A: Relax> DynasmApi for RelaxingAssembler<A> {}
impl<A: Relax> DynasmLabelApi for RelaxingAssembler<A> {}

impl<A> Deref for RelaxingAssembler<A> {
    type Target = Assembler<A, GrowBuffer, RelaxLabels>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<A> DerefMut for RelaxingAssembler<A> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

/// What a [`RelaxingAssembler`] yields.
#[derive(Debug)]
pub struct Relaxed {
    /// The code, and behind it the addresses that are out of its reach.
    pub code: Vec<u8>,
    /// Where everything is.
    pub places: Places,
}

/// Where code and labels are after relaxing.
#[derive(Debug)]
pub struct Places {
    layout: Layout,
    addresses: usize,
    labels: GrowLabels,
}

impl Relaxed {
    /// The code disassembled, with the labels of the table, and what is behind the code; `A` is the architecture of the assembler.
    #[cfg(feature = "decode")]
    pub fn disassembly<A: Relax>(&self) -> Option<crate::Disassembly<'_>> {
        let mut disassembly = crate::Disassembly::of::<A>(&self.code, 0)?;
        disassembly.add_moved_labels(&self.places.labels, |offset| self.places.offset(AssemblyOffset(offset)).0);
        let addresses = self.code.get(self.places.addresses..).unwrap_or_default();
        for (at, address) in (self.places.addresses..).step_by(8).zip(addresses.chunks(8)) {
            let name = address.iter().rev().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
            disassembly.add_label(at, &alloc::format!("->address_{name:x}"));
            disassembly.add_data(at);
        }
        Some(disassembly)
    }
}

impl Places {
    /// Where that is which was at an offset while code was assembled.
    pub fn offset(&self, offset: AssemblyOffset) -> AssemblyOffset {
        let moved = u32::try_from(offset.0).map(|offset| self.layout.moved(offset));
        AssemblyOffset(moved.ok().and_then(|offset| usize::try_from(offset).ok()).unwrap_or(usize::MAX))
    }

    /// Where the addresses start that are behind the code.
    pub fn addresses(&self) -> AssemblyOffset {
        AssemblyOffset(self.addresses)
    }

    /// Where a dynamic label is; `None` if it was never bound.
    pub fn label(&self, label: DynamicLabel) -> Option<AssemblyOffset> {
        self.labels.resolve_dynamic(label).map(|offset| self.offset(offset))
    }

    /// Where a global name is; `None` if it was never bound.
    pub fn global(&self, name: Name) -> Option<AssemblyOffset> {
        self.labels.resolve_global(name).map(|offset| self.offset(offset))
    }
}
