//! The kinds of reference that code makes to a label or an address.
//!
//! A kind is data: the [`Field`] that receives the distance, and the [`Origin`] from which the distance counts. A row
//! with a `rel(..)` operand must have the shape of one of these kinds; the build script says so when it has not.
//!
//! Addends are implicit, as in ELF `REL`: what the field holds before it is patched is added to the distance.

use crate::field::{Field, Kind, Reason};
use crate::rule::Rule;

/// From where a distance counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Origin {
    /// The start of the relocated unit (A64, RISC-V).
    Start,
    /// The start plus 4 (T32 branches).
    StartPlus4,
    /// The start plus 4, rounded down to a multiple of 4 (T32 literals, ADR).
    AlignedPlus4,
    /// The start plus 8 (A32).
    StartPlus8,
    /// The end of the relocated unit (x86: the unit is the displacement).
    End,
    /// The 4 KiB page of the start; the target counts by its page too (ADRP).
    Page,
    /// Nothing is subtracted: the address itself (data directives, absolute displacements).
    Absolute,
}

/// What a [`Relocation`] is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Name, for messages.
    pub name: &'static str,
    /// Receives the distance, in bits of the relocated unit.
    pub field: Field,
    /// Where the distance counts from.
    pub origin: Origin,
    /// Bytes of the relocated unit: the instruction, or the displacement of an x86 instruction.
    pub size: u8,
}

macro_rules! relocations {
    ($($(#[$doc:meta])* $name:ident = $field:expr, $origin:ident, $size:literal;)*) => {
        /// A kind of reference. The number is stable: fixups store it in six bits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Relocation { $($(#[$doc])* $name),* }

        impl Relocation {
            /// Every kind, in numerical order.
            pub const ALL: &'static [Relocation] = &[$(Relocation::$name),*];

            /// The kind with this number.
            pub const fn from_number(number: u8) -> Option<Relocation> {
                $(if number == Relocation::$name as u8 { return Some(Relocation::$name); })*
                None
            }

            /// Field, origin and size.
            pub const fn shape(self) -> &'static Shape {
                match self {
                    $(Relocation::$name => {
                        const SHAPE: Shape = Shape { name: stringify!($name), field: $field, origin: Origin::$origin, size: $size };
                        &SHAPE
                    })*
                }
            }
        }
    };
}

/// A signed distance of `width` bits at `to`, in units of `mul` bytes.
const fn signed(width: u8, to: u8, mul: i32) -> Field {
    Field { mul, ..Field::new(Kind::Target, Rule::Signed, width, to) }
}

/// As `signed`, in pieces `(from, width, to)`.
const fn scattered(rule: Rule, width: u8, mul: i32, parts: &[(u8, u8, u8)]) -> Field {
    let mut field = Field { mul, len: parts.len() as u8, ..Field::new(Kind::Target, rule, width, 0) };
    let mut n = 0;
    while n < parts.len() {
        field.pieces[n] = crate::field::Piece { from: parts[n].0, width: parts[n].1, to: parts[n].2 };
        n += 1;
    }
    field
}

relocations! {
    /// A64 `b`, `bl`: +-128 MiB.
    A64Branch26 = signed(26, 0, 4), Start, 4;
    /// A64 `b.cond`, `cbz`, `cbnz`, literal loads: +-1 MiB.
    A64Branch19 = signed(19, 5, 4), Start, 4;
    /// A64 `tbz`, `tbnz`: +-32 KiB.
    A64Branch14 = signed(14, 5, 4), Start, 4;
    /// A64 `adr`: +-1 MiB, any byte.
    A64Adr = scattered(Rule::Signed, 21, 1, &[(2, 19, 5), (0, 2, 29)]), Start, 4;
    /// A64 `adrp`: +-4 GiB, in pages of 4 KiB.
    A64Adrp = scattered(Rule::Signed, 21, 4096, &[(2, 19, 5), (0, 2, 29)]), Page, 4;
    /// x86 8-bit displacement of a branch.
    X86Rel8 = signed(8, 0, 1), End, 1;
    /// x86 16-bit displacement of a branch (operand-size prefix).
    X86Rel16 = signed(16, 0, 1), End, 2;
    /// x86 32-bit displacement of a branch or a `[rip + ..]` operand.
    X86Rel32 = signed(32, 0, 1), End, 4;
    /// An absolute address of 32 bits, little endian.
    Abs32 = Field::new(Kind::Target, Rule::Pattern, 32, 0), Absolute, 4;
    /// An absolute address of 64 bits, little endian.
    Abs64 = Field::new(Kind::Target, Rule::Pattern, 64, 0), Absolute, 8;
    /// A distance of 8 bits from the start of the datum.
    Data8 = signed(8, 0, 1), Start, 1;
    /// A distance of 16 bits from the start of the datum.
    Data16 = signed(16, 0, 1), Start, 2;
    /// A distance of 32 bits from the start of the datum.
    Data32 = signed(32, 0, 1), Start, 4;
    /// A distance of 64 bits from the start of the datum.
    Data64 = signed(64, 0, 1), Start, 8;
}

impl Relocation {
    /// The distance from a reference at `at` to `target`, both addresses or both offsets (in 64 bits, wrapping).
    pub const fn distance(self, at: u64, target: u64) -> i64 {
        let shape = self.shape();
        let origin = match shape.origin {
            Origin::Start => at,
            Origin::StartPlus4 => at.wrapping_add(4),
            Origin::AlignedPlus4 => at.wrapping_add(4) & !3,
            Origin::StartPlus8 => at.wrapping_add(8),
            Origin::End => at.wrapping_add(shape.size as u64),
            Origin::Page => return (target & !0xfff).wrapping_sub(at & !0xfff) as i64,
            Origin::Absolute => 0,
        };
        target.wrapping_sub(origin) as i64
    }

    /// Patches the relocated unit `code`, which lies at `at`, to refer to `target`; adds what the field holds already.
    pub fn patch(self, code: &mut [u8], at: u64, target: u64) -> Result<(), Reason> {
        let field = &self.shape().field;
        let old = field.gather(code);
        let addend = field.decode(old).unwrap_or(0);
        let Some(distance) = self.distance(at, target).checked_add(addend) else { return Err(Reason::TargetRange) };
        let new = field.encode(distance)?;
        field.patch(old ^ new, code);
        Ok(())
    }
}
