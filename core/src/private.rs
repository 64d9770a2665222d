//! What expansions of the macro use. Not for people: it may change with any release.
//!
//! Operands first; then, for a single instruction, one call with the shapes of its operands:
//!
//! ```text
//! use p::AsAssembler as _;
//! let v0 = p::register(rd);
//! let v1 = p::integer(imm);
//! let asm = p::for_arch::<p::arch::Aarch64, _, _, _>((ops).bareasm_target());
//! asm.put2::<4, 0x..., 0x...>(b"\x04\0..", 0x9100_0020, v0, v1);
//! ```
//!
//! For several, one check and stores:
//!
//! ```text
//! 'put: {
//!     let at = asm.mark();
//!     if p::rbad(v0 | v2, 31) | p::rbad(v1, 4095) == 0 {
//!         if let Some(d) = asm.open::<8>(at) {
//!             p::st32(d, 0, p::p2(0x9100_0020, v0, 0, v1, 10));
//!             ..
//!             asm.seal_near(at, 8);
//!             break 'put;
//!         }
//!     }
//!     asm.skip3(b"\x08\0..", v0, v1, v2);
//! }
//! ```
//!
//! | on the assembler | does |
//! |---|---|
//! | `mark` `begin` `open` `seal` `seal_near` `put` | the sink's primitives |
//! | `put1` .. `put4` | an instruction with so many values: checks, stores and counts |
//! | `skip1` .. `skip4`, `skip(&'static [u8], &[i64])` | latch the operand that its instruction refuses, if there is one, and count |
//! | `put_slice(&[u8])` | out of line |
//! | `put_compact(&'static Plan, &[u32])`, `put_compact1` .. `put_compact4` | checks, stores and counts, out of line (feature `compact`) |
//! | `check(&'static Plan, &[u32])`, `place(&'static Plan, &[u32])` | its halves: labels are bound between them |
//! | `refuse_values(&'static Plan, &[i64])` | latches the failure of values that `u32` cannot tell apart |
//! | `reject(&'static [u8], &[i64])` | latches the operand that its instruction refuses, where labels are bound between test and stores |
//! | `encode(&Encoding, &[i64])` | irregular forms: encodes, puts, latches |
//! | `fault(ahead, form, Fault)` | latches what `encode_into` returned |
//! | `bind(label, ahead)` | before the bytes, or after them with a label at the end (`ahead` 0) |
//! | `distance::<KIND>(label, ahead)`, `distance_forward::<KIND>(name, ahead)`, `distance_backward::<KIND>(name, ahead)` | before the bytes: the bits of a plain reference |
//! | `refer(label, relocation, back)`, `refer_address(address, relocation, back)` | after the bytes; addends are in the field |
//! | `add_addend(relocation, back, addend)` | before `refer`: addends known at run time |
//! | `patch_here(at, relocation, target)` | both ends by offset |
//! | `refer_within(relocation, back)`, `keep_length(back)` | for code that moves: what the macro has resolved over a branch, a size that was written |
//! | `global(name)`, `local_forward(name)`, `local_backward(name)`, `local_define(name, ahead)` | labels by name |
//! | `align(to, fill)`, `extend(bytes)`, `load_immediate(wide, rd, value)` | directives, A64 `mov` |
//! | `note(ahead, text)` | source text for listings |

pub use crate::arch;
pub use crate::compact::{beyond, high, long, Plan};
pub use crate::label::{DynamicLabel, Name};
pub use crate::operand::{
    add, address, boundary, breaks, code, encode, field, flip, lbad, listed, misfit, sta, uncoded, xf, xr, Address,
};
pub use crate::single::Checks;
pub use crate::sink::Sink;
pub use crate::store::{cut, p1, p2, p3, p4, st16, st32, st64, stn};
pub use crate::target::{for_arch, AsAssembler};
pub use crate::value::{float, integer, pattern, register, Float, Integer, Pattern, RegisterNumber};
pub use bareasm_isa::encoding::{Compare, Derived, Encoding, Fault, Order, Relation, Sum};
pub use bareasm_isa::field::{Field, Kind, Piece, Reason};
pub use bareasm_isa::relocation::Relocation;
pub use bareasm_isa::rule::{pbad, rbad, sbad, ubad, Rule};
pub use bareasm_isa::shape::barred;

#[cfg(feature = "macro")]
pub use bareasm_macro::{code_impl, dynasm_compact, dynasm_fast};
/// What `dynasm!` is here.
#[cfg(all(feature = "macro", feature = "compact"))]
pub use dynasm_compact as dynasm_impl;
/// What `dynasm!` is here.
#[cfg(all(feature = "macro", not(feature = "compact")))]
pub use dynasm_fast as dynasm_impl;

/// The name of a label; in a constant.
pub const fn name(text: &'static str) -> Name {
    Name::new(text)
}

/// [`Encoding::encode`], out of line: the instruction for these values.
#[inline(never)]
pub fn encode_into(encoding: &'static Encoding<'static>, values: &[i64], code: &mut [u8]) -> Result<(), Fault> {
    encoding.encode(values, code)
}
