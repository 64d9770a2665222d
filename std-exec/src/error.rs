//! What can go wrong on the way from code to a callable function.

use crate::assembler::Assembler;
use bareasm_core::Arch;
use bareasm_core::Error;
use std::fmt;

/// The operating system refused memory.
#[derive(Debug)]
#[non_exhaustive]
pub enum MapError {
    /// More was asked for than there are addresses, or than was reserved.
    TooLarge,
    /// The system's own error. Where it is about permission, this process may not generate code: interpret instead.
    System(mmap_rs::Error),
}

impl From<mmap_rs::Error> for MapError {
    fn from(error: mmap_rs::Error) -> MapError {
        MapError::System(error)
    }
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MapError::TooLarge => f.write_str("more executable memory than was reserved"),
            MapError::System(error) => write!(f, "no executable memory: {error}"),
        }
    }
}

impl std::error::Error for MapError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            MapError::TooLarge => None,
            MapError::System(error) => Some(error),
        }
    }
}

/// Assembling failed, or publishing what was assembled.
#[derive(Debug)]
#[non_exhaustive]
pub enum DynasmError {
    /// The code is not right: an operand out of range, a label that was never bound, the buffer full, ...
    Assembly(Error),
    /// The memory for it could not be had.
    Memory(MapError),
    /// `check` or `check_exact` found the position elsewhere: the position and what it should have been.
    Position {
        /// Where the modifier is.
        offset: usize,
        /// Where it should have been, at most or exactly.
        expected: usize,
    },
}

impl From<Error> for DynasmError {
    fn from(error: Error) -> DynasmError {
        DynasmError::Assembly(error)
    }
}

impl From<MapError> for DynasmError {
    fn from(error: MapError) -> DynasmError {
        DynasmError::Memory(error)
    }
}

impl fmt::Display for DynasmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DynasmError::Assembly(error) => error.fmt(f),
            DynasmError::Memory(error) => error.fmt(f),
            DynasmError::Position { offset, expected } => {
                write!(f, "the replacement ends at offset {offset:#x}, not at {expected:#x}")
            }
        }
    }
}

impl std::error::Error for DynasmError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DynasmError::Assembly(error) => Some(error),
            DynasmError::Memory(error) => Some(error),
            DynasmError::Position { .. } => None,
        }
    }
}

/// [`Assembler::finalize`](crate::Assembler::finalize) failed. The assembler is still there: mend it and try again.
pub struct FinalizeError<A: Arch> {
    /// What is wrong.
    pub error: DynasmError,
    /// The assembler, as it was.
    pub assembler: Box<Assembler<A>>,
}

impl<A: Arch> fmt::Debug for FinalizeError<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinalizeError").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<A: Arch> fmt::Display for FinalizeError<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<A: Arch> std::error::Error for FinalizeError<A> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl<A: Arch> From<FinalizeError<A>> for DynasmError {
    fn from(failed: FinalizeError<A>) -> DynasmError {
        failed.error
    }
}
