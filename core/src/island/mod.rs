//! Islands: veneers for branches that do not reach their targets, and literals, in the middle of the code.
//!
//! An A64 `b.cond` reaches 1 MiB, `tbz` 32 KiB, `bl` 128 MiB, and so does a load of a literal. An assembler with
//! an [`IslandTable`] takes note of each reference whose reach is limited, and emits an *island* before it is too late: a
//! veneer for each branch, which goes on to the target, and the literals that were asked for. All of it is opt-in, and in
//! memory that the caller owns.
//!
//! ```
//! # #[cfg(all(feature = "aarch64", feature = "typed"))] {
//! use bareasm_core::aarch64::{self, X0};
//! use bareasm_core::island::Islands;
//! use bareasm_core::Labels;
//!
//! let mut code = [0; 1024];
//! let mut labels = Labels::<8, 8>::new();
//! let mut islands = Islands::<8, 4, 32>::new(); // references, literals, bytes of literals
//! let mut asm = aarch64::IslandAssembler::with_islands(&mut code, &mut labels, &mut islands);
//! let answer = asm.literal_u64(0x1234_5678_9abc_def0);
//! asm.ldr((X0, answer))?;
//! for _ in 0..10 {
//!     asm.island_before(8);       // 8 bytes follow without an island in them
//!     asm.add((X0, X0, 1))?;
//!     asm.add((X0, X0, 2))?;
//! }
//! asm.ret(())?;
//! asm.island_here();              // the literal, here at the latest
//! let length = asm.finish()?;
//! assert_eq!(code[length - 8..length], 0x1234_5678_9abc_def0u64.to_le_bytes());
//! # }
//! # Ok::<(), bareasm_core::Error>(())
//! ```
//!
//! | | |
//! |---|---|
//! | [`island_before`](crate::Assembler::island_before), `island_between` | an island if one is due |
//! | [`island_here`](crate::Assembler::island_here) | all that is left, in the end |
//! | [`literal`](crate::Assembler::literal), `literal_u32`, `literal_u64` | constants |
//! | [`Islands`], [`IslandTable`] | the memory, and the label table that watches |
//!
//! # What is carried on
//!
//! * branches to labels that are not bound by the time they must be,
//! * branches back to labels that are too far away already,
//! * branches and calls to addresses (`extern`) that are too far away, or when the assembler's own address is not known.
//!
//! On A64, a veneer is a `b`, and a `b` or `bl` of more than 128 MiB goes through `x16` and `x17`, as linkers do; so calls
//! to addresses are always possible. Where branch target identification is on, what is branched to through a register must
//! start with `bti`. On T32, a veneer is a `b.w`, and farther ones go through `r12`. x86 needs none of this: its branches reach all code.
//!
//! | room | what it is for |
//! |---|---|
//! | `deadline` | the arithmetic: when an island is due |
//! | `table` | the label table that takes note |
//! | `memory` | the lists, in the caller's memory |
//! | `veneer` | veneers as data |
//! | `emit` | making islands |

mod deadline;
mod emit;
mod memory;
mod table;
mod veneer;

pub use memory::{FixedIslands, IslandMemory, Islands, List, Literal, Target, Waiting};
pub use table::IslandTable;
pub use veneer::{Veneer, Veneers, Watched, MAX_KINDS};
