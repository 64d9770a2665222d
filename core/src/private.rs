//! What expansions of the macro use. Not for people: it may change with any release.
//!
//! Operands first; then, for a single instruction, one call with the shapes of its operands:
//!
//! ```text
//! let v0 = p::register(rd);
//! let v1 = p::integer(imm);
//! let asm = ops.bareasm_for::<p::Aarch64>();
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
//! | `skip_any(&'static [u8], &[i64])` | as `skip`, where tests are not plain |
//! | `claim` | `open`, and the label table: for `try_bind`, `try_define`, `try_refer`, `try_next`, `try_previous` |
//! | `patch_waiting(chain, at, ahead, len)`, `patch_all(chain, at, ahead)` | after the bytes: what `try_define` has found |
//! | `label_steps(done, &[(label, kind, back)])`, `named_steps(done, &[(LabelRef, kind, back)])` | after the bytes: what the label table could not do at once; the kind is that of a relocation, or `BIND` |
//! | `bind(label, ahead)` | before the bytes, or after them with a label at the end (`ahead` 0) |
//! | `refer(label, relocation, back)`, `refer_address(address, relocation, back)` | after the bytes; addends are in the field |
//! | `add_addend(relocation, back, addend)` | before `refer`: addends known at run time |
//! | `patch_here(at, relocation, target)` | both ends by offset |
//! | `refer_within(relocation, back)`, `keep_length(back)` | for code that moves: what the macro has resolved over a branch, a size that was written |
//! | `global(name)`, `local_forward(name)`, `local_backward(name)`, `local_define(name, ahead)` | labels by name |
//! | `align(to, fill)`, `extend(bytes)`, `load_immediate(wide, rd, value)` | directives, A64 `mov` |
//! | `note(ahead, text)` | source text for listings |

pub use crate::arch::{self, *};
pub use crate::compact::{beyond, high, long, Plan};
use crate::label::{bound, LabelTable, OPEN};
pub use crate::label::{Chain, DynamicLabel, LabelRef, Name};
pub use crate::operand::{
    add, address, boundary, breaks, code, encode, field, flip, lbad, listed, misfit, sta, uncoded, xf, xr, xs, Address,
};
pub use crate::single::Checks;
pub use crate::sink::Sink;
pub use crate::store::{cut, p1, p2, p3, p4, st16, st32, st64, stn};
pub use crate::target::AsAssembler;
pub use crate::value::{float, integer, pattern, register, Float, Integer, Pattern, RegisterNumber};
pub use bareasm_isa::encoding::{Compare, Derived, Encoding, Fault, Order, Relation, Sum};
pub use bareasm_isa::field::{Field, Kind, Piece, Reason};
pub use bareasm_isa::relocation::Relocation;
pub use bareasm_isa::rule::{pbad, rbad, sbad, ubad, Misfit, Rule};
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
pub const fn name(text: &'static &'static str) -> Name {
    Name::of(text)
}

/// In place of the number of a relocation: the label is bound, or the name defined.
pub const BIND: u8 = u8::MAX;

// What a label asks for while there is room for the code at `at`, so that `at + ahead` is an offset: `false` if it is left to
// `label_steps`. The fields of references hold 0.

/// Binds a label `ahead` bytes after `at`.
#[inline(always)]
pub fn try_bind<T: LabelTable>(labels: &mut T, label: DynamicLabel, at: u32, ahead: u32) -> bool {
    labels.try_bind(label.0, at.wrapping_add(ahead))
}

/// Defines a local name `ahead` bytes after `at`; what waited for that is to be patched.
#[inline(always)]
pub fn try_define<T: LabelTable>(labels: &mut T, name: Name, at: u32, ahead: u32, waiting: &mut Chain) -> bool {
    labels.try_define(name, at.wrapping_add(ahead)).is_some_and(|chain| {
        *waiting = chain;
        true
    })
}

/// Refers to a label from the relocated unit `ahead` bytes after `at`.
#[inline(always)]
pub fn try_refer<const KIND: u8, T: LabelTable>(labels: &mut T, label: DynamicLabel, at: u32, ahead: u32) -> bool {
    const { Relocation::from_number(KIND) }.is_some_and(|kind| labels.try_refer(label.0, at.wrapping_add(ahead), kind))
}

/// Refers to the next definition of a local name from the relocated unit `ahead` bytes after `at`.
#[inline(always)]
pub fn try_next<const KIND: u8, T: LabelTable>(labels: &mut T, name: Name, at: u32, ahead: u32) -> bool {
    const { Relocation::from_number(KIND) }.is_some_and(|kind| labels.try_refer_next(name, at.wrapping_add(ahead), kind))
}

/// Refers to the previous definition of a local name from the relocated unit `ahead` bytes after `at`: by bits that are to be
/// exclusive-ored into the unit.
#[inline(always)]
pub fn try_previous<const KIND: u8, T: LabelTable>(labels: &mut T, name: Name, at: u32, ahead: u32, bits: &mut i64) -> bool {
    let found = labels.previous(name).zip(const { Relocation::from_number(KIND) }).and_then(|(target, kind)| {
        let target = if const { open_is_out_of_reach(KIND) } { target as i32 as u64 } else { bound(target)?.into() };
        kind.bits(kind.distance(u64::from(at).wrapping_add(ahead.into()), target))
    });
    found.is_some_and(|found| {
        *bits = found as i64;
        true
    })
}

/// Whether [`OPEN`] with its sign is so far before any code that no reference of a kind can say the distance.
const fn open_is_out_of_reach(kind: u8) -> bool {
    match Relocation::from_number(kind) {
        Some(kind) => kind.bits(kind.distance(0, OPEN as i32 as u64)).is_none(),
        None => false,
    }
}
