//! How the macro finds the assembler in the expression that the user gives it.
//!
//! By a method call: it takes what holds an assembler, what refers to one and what dereferences to one. The methods of
//! [`AsAssembler`] are methods of [`Assembler`] as well, so that an expansion need not import the trait: that would
//! take the compiler nearly as long as a call with constant code.

use crate::arch::{Arch, Same};
use crate::assembler::Assembler;
use crate::label::LabelTable;
use crate::sink::Sink;

/// Something that holds an [`Assembler`]: the assembler itself, or a type that wraps one.
///
/// `dynasm!` takes the assembler, types that dereference to it, and type parameters with this bound; other types where this trait
/// is imported.
pub trait AsAssembler {
    /// Its architecture.
    type Arch: Arch;
    /// Its sink.
    type Sink: Sink;
    /// Its label table.
    type Table: LabelTable;

    /// The assembler inside.
    fn bareasm_target(&mut self) -> &mut Assembler<Self::Arch, Self::Sink, Self::Table>;

    /// The assembler inside, if it is one for the architecture `W` of the code.
    #[inline(always)]
    fn bareasm_for<W>(&mut self) -> &mut Assembler<Self::Arch, Self::Sink, Self::Table>
    where
        Self::Arch: Same<W>,
    {
        self.bareasm_target()
    }

    /// Puts constant code of the architecture `W`. For the compiler half the work of [`AsAssembler::bareasm_for`] and a
    /// call of what that returns.
    #[inline(always)]
    fn bareasm_put<W, const N: usize>(&mut self, code: &[u8; N])
    where
        Self::Arch: Same<W>,
    {
        self.bareasm_target().put(code);
    }
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

/// As the methods of [`AsAssembler`].
impl<A: Arch, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// See [`AsAssembler::bareasm_for`].
    #[doc(hidden)]
    #[inline(always)]
    pub fn bareasm_for<W>(&mut self) -> &mut Self
    where
        A: Same<W>,
    {
        self
    }

    /// See [`AsAssembler::bareasm_put`].
    #[doc(hidden)]
    #[inline(always)]
    pub fn bareasm_put<W, const N: usize>(&mut self, code: &[u8; N])
    where
        A: Same<W>,
    {
        self.put(code);
    }
}
