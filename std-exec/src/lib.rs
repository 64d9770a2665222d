//! Executable memory for bareasm: assemble, and call what you have assembled.
//!
//! ```
//! # #[cfg(target_arch = "aarch64")] fn main() -> Result<(), bareasm_exec::DynasmError> {
//! use bareasm_exec::{aarch64, dynasm, AssemblyOffset};
//!
//! let mut ops = aarch64::Assembler::new()?;
//! dynasm!(ops ; .arch aarch64 ; add x0, x0, x1 ; ret);
//! let code = ops.finalize()?;
//! // SAFETY: the code above is a function of this type, and `code` stays alive.
//! let add: extern "C" fn(u64, u64) -> u64 = unsafe { std::mem::transmute(code.ptr(AssemblyOffset(0))) };
//! assert_eq!(add(2, 3), 5);
//! # Ok(()) }
//! # #[cfg(not(target_arch = "aarch64"))] fn main() {}
//! ```
//!
//! | type | what it is for |
//! |---|---|
//! | [`Assembler`], as `aarch64::Assembler`, `x64::Assembler`, ... | code that becomes executable where it was written |
//! | [`ExecutableBuffer`] | finished code |
//! | [`Executor`] | code that runs while more is added |
//! | [`VecAssembler`], [`SimpleAssembler`] | code as bytes |
//! | [`RelaxingAssembler`], with [`ExecutableBuffer::relaxed`] | x86 code with the shortest branches, and calls at any distance |
//!
//! Memory is writable or executable, never both; published pages are not touched when code is added. Names and shapes are
//! those that users of dynasm-rs know: `dynasmrt = { package = "bareasm-exec", ... }` in a manifest makes code written
//! in its style compile.
//!
//! # What it does not do
//!
//! It does not know whether your code keeps the calling convention: calling it is `unsafe`, and the proof is yours.

mod assembler;
mod error;
mod executor;
mod mapping;
mod modifier;
mod published;
mod sink;

pub use assembler::{Assembler, DEFAULT_CAPACITY};
#[cfg(feature = "decode")]
pub use bareasm_alloc::Disassembly;
pub use bareasm_alloc::{
    AssemblyOffset, DynasmApi, DynasmLabelApi, IslandAssembler, ListingText, Places, Relax, Relaxed, RelaxingAssembler,
    SimpleAssembler, VecAssembler,
};
#[doc(hidden)]
pub use bareasm_core::__private;
pub use bareasm_core::{cache, code, dynasm, AsAssembler, DynamicLabel, Error, Reason};
pub use error::{DynasmError, FinalizeError, MapError};
pub use executor::{ExecutableBuffer, ExecutionGuard, Executor};
pub use modifier::{CopySink, Modifier};
pub use sink::MappedSink;

/// Defines the module of an architecture: everything of the core's, and the executable assembler.
macro_rules! architecture {
    ($($feature:literal $module:ident $arch:ident $relocation:ident $name:literal;)*) => { $(
        #[doc = concat!($name, ": registers, operands, and the executable assembler.")]
        #[cfg(feature = $feature)]
        pub mod $module {
            pub use bareasm_core::$module::*;
            #[doc = concat!("Assembles ", $name, " code into executable memory.")]
            pub type Assembler = crate::Assembler<bareasm_core::$module::$arch>;
            #[doc = concat!("The name by which users of dynasm-rs know [`", stringify!($arch), "`].")]
            pub type $relocation = bareasm_core::$module::$arch;
        }
    )* };
}

architecture! {
    "aarch64" aarch64 Aarch64 Aarch64Relocation "AArch64";
    "x64" x64 X64 X64Relocation "x86-64";
    "x86" x86 X86 X86Relocation "32-bit x86";
    "thumb" thumb Thumb ThumbRelocation "T32";
}

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
