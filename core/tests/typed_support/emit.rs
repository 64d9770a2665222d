//! Assembling with typed encoders, and lines of them with their bytes.
#![allow(unused_macros, unused_imports)] // each test uses a part

use bareasm_core::{Arch, Assembler, CodeBuffer, Error, FixedLabels, Labels};

/// An assembler as the architectures have it.
pub type OnSlice<'a, A> = Assembler<A, CodeBuffer<'a>, FixedLabels<'a>>;

/// The code that `emit` puts into an assembler.
pub fn assemble<A: Arch>(emit: impl FnOnce(&mut OnSlice<'_, A>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let mut code = [0; 64];
    let mut labels = Labels::<4, 4>::new();
    let mut asm = Assembler::new(&mut code, &mut labels);
    emit(&mut asm)?;
    let len = asm.finish()?;
    Ok(code[..len].to_vec())
}

/// Lines of an architecture, `mnemonic (operands) => bytes`.
macro_rules! check {
    ($arch:ty: $($mnemonic:ident $operands:expr => $($byte:literal)+;)*) => { $(
        let code = $crate::emit::assemble::<$arch>(|asm| asm.$mnemonic($operands)).unwrap();
        assert_eq!(code, [$($byte),+], stringify!($mnemonic $operands));
    )* };
}
pub(crate) use check;
