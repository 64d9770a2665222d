//! How the macro finds the assembler in the expression that the user gives it.

use crate::arch::{Arch, Same};
use crate::assembler::Assembler;
use crate::label::LabelTable;
use crate::sink::Sink;

/// Something that holds an [`Assembler`]: the assembler itself, or a type of a crate above that wraps one.
pub trait AsAssembler {
    /// Its architecture.
    type Arch: Arch;
    /// Its sink.
    type Sink: Sink;
    /// Its label table.
    type Table: LabelTable;

    /// The assembler inside.
    fn bareasm_target(&mut self) -> &mut Assembler<Self::Arch, Self::Sink, Self::Table>;
}

impl<A: Arch, S: Sink, T: LabelTable> AsAssembler for Assembler<A, S, T> {
    type Arch = A;
    type Sink = S;
    type Table = T;

    #[inline(always)]
    fn bareasm_target(&mut self) -> &mut Assembler<A, S, T> {
        self
    }
}

impl<T: AsAssembler + ?Sized> AsAssembler for &mut T {
    type Arch = T::Arch;
    type Sink = T::Sink;
    type Table = T::Table;

    #[inline(always)]
    fn bareasm_target(&mut self) -> &mut Assembler<T::Arch, T::Sink, T::Table> {
        (**self).bareasm_target()
    }
}

/// Passes an assembler through if it is one for the architecture `W` of the code.
#[inline(always)]
pub fn for_arch<W: Arch, A: Arch + Same<W>, S: Sink, T: LabelTable>(asm: &mut Assembler<A, S, T>) -> &mut Assembler<A, S, T> {
    asm
}
