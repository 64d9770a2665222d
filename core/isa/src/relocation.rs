//! The kinds of reference that code makes to a label or an address.
//!
//! A kind is data: the [`Field`] that receives the distance, and the [`Origin`] from which the distance counts. A row
//! with a `rel(..)` operand must have the shape of one of these kinds; the build script says so when it has not.
//!
//! Addends are implicit, as in ELF `REL`: what the field holds before it is patched is added to the distance.

use crate::field::{ones, Field, Kind, Linear, Reason};
use crate::rule::{Rule, IRREGULAR};

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
    /// The origin as arithmetic.
    masks: Masks,
    /// The field's check and its lowest bit in the unit, if it is a plain number in one piece.
    simple: Option<(Linear, u8)>,
}

/// An [`Origin`] as arithmetic: less code than a choice, where the kind is not known at compile time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Masks {
    /// What is added to the place.
    add: u8,
    /// The bits of the place that count then, with the sign repeated.
    at: i16,
    /// The bits of the target that count.
    target: i16,
}

/// See [`Shape::masks`].
const fn masks(origin: Origin, size: u8) -> Masks {
    let (add, at, target) = match origin {
        Origin::Start => (0, -1, -1),
        Origin::StartPlus4 => (4, -1, -1),
        Origin::AlignedPlus4 => (4, !3, -1),
        Origin::StartPlus8 => (8, -1, -1),
        Origin::End => (size, -1, -1),
        Origin::Page => (0, !0xfff, !0xfff),
        Origin::Absolute => (0, 0, -1),
    };
    Masks { add, at, target }
}

/// See [`Shape::simple`].
const fn simple(field: &Field) -> Option<(Linear, u8)> {
    match (field.linear(), field.pieces()) {
        (Some(linear), [piece]) => Some((linear, piece.to)),
        _ => None,
    }
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
                        const FIELD: Field = $field;
                        const SHAPE: Shape = Shape {
                            name: stringify!($name),
                            field: FIELD,
                            origin: Origin::$origin,
                            size: $size,
                            masks: masks(Origin::$origin, $size),
                            simple: simple(&FIELD),
                        };
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
    /// A64 `b.cond`, `cbz`, `cbnz`, literal loads: +-1 MiB.
    A64Branch19 = signed(19, 5, 4), Start, 4;
    /// A64 `b`, `bl`: +-128 MiB.
    A64Branch26 = signed(26, 0, 4), Start, 4;
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
    /// A64 compare and branch (FEAT_CMPBR): +-1 KiB.
    A64Branch9 = signed(9, 5, 4), Start, 4;
    /// A64 `retaasppc`, `autiasppc`: -256 KiB to 0 bytes.
    A64Backward16 = scattered(Rule::Unsigned, 16, -4, &[(0, 16, 5)]), Start, 4;
    /// T32 16-bit `b<c>`: -256 to +254 bytes.
    T32Branch8 = signed(8, 0, 2), StartPlus4, 2;
    /// T32 16-bit `b`: +-2 KiB.
    T32Branch11 = signed(11, 0, 2), StartPlus4, 2;
    /// T32 `cbz`, `cbnz`: 0 to +126 bytes.
    T32CompareBranch = scattered(Rule::Unsigned, 6, 2, &[(0, 5, 3), (5, 1, 9)]), StartPlus4, 2;
    /// T32 32-bit `b<c>`: +-1 MiB.
    T32Branch20 = scattered(Rule::Signed, 20, 2, &[(0, 11, 16), (11, 6, 0), (17, 1, 29), (18, 1, 27), (19, 1, 10)]), StartPlus4, 4;
    /// T32 32-bit `b`, `bl`: +-16 MiB.
    T32Branch24 = scattered(Rule::T32Branch, 24, 2, &[(0, 11, 16), (11, 1, 27), (12, 1, 29), (13, 10, 0), (23, 1, 10)]), StartPlus4, 4;
    /// T32 `blx` to ARM code: +-16 MiB, multiples of 4.
    T32BranchExchange = scattered(Rule::T32Branch, 24, 2, &[(1, 10, 17), (11, 1, 27), (12, 1, 29), (13, 10, 0), (23, 1, 10)]), AlignedPlus4, 4;
    /// T32 16-bit `ldr` literal, `adr`: 0 to +1020 bytes.
    T32Literal8 = scattered(Rule::Unsigned, 8, 4, &[(0, 8, 0)]), AlignedPlus4, 2;
    /// T32 32-bit literal loads: +-4095 bytes.
    T32Literal12 = scattered(Rule::SignMagnitude, 13, 1, &[(0, 12, 16), (12, 1, 7)]), AlignedPlus4, 4;
    /// T32 `ldrd` literal, `vldr` of 32 and 64 bits: +-1020 bytes.
    T32LiteralWords = scattered(Rule::SignMagnitude, 9, 4, &[(0, 8, 16), (8, 1, 7)]), AlignedPlus4, 4;
    /// T32 `vldr` of 16 bits: +-510 bytes.
    T32LiteralHalfwords = scattered(Rule::SignMagnitude, 9, 2, &[(0, 8, 16), (8, 1, 7)]), AlignedPlus4, 4;
    /// T32 32-bit `adr` forward: 0 to +4095 bytes.
    T32AdrAdd = scattered(Rule::Unsigned, 12, 1, &[(0, 8, 16), (8, 3, 28), (11, 1, 10)]), AlignedPlus4, 4;
    /// T32 32-bit `adr` backward: -4095 to 0 bytes.
    T32AdrSub = scattered(Rule::Unsigned, 12, -1, &[(0, 8, 16), (8, 3, 28), (11, 1, 10)]), AlignedPlus4, 4;
    /// T32 `wls`: 0 to +4094 bytes.
    T32LoopForward = scattered(Rule::Unsigned, 11, 2, &[(0, 1, 27), (1, 10, 17)]), StartPlus4, 4;
    /// T32 `le`: -4094 to 0 bytes.
    T32LoopBackward = scattered(Rule::Unsigned, 11, -2, &[(0, 1, 27), (1, 10, 17)]), StartPlus4, 4;
}

impl Relocation {
    /// The distance from a reference at `at` to `target`, both addresses or both offsets (in 64 bits, wrapping).
    #[inline(always)]
    pub const fn distance(self, at: u64, target: u64) -> i64 {
        let masks = &self.shape().masks;
        let origin = at.wrapping_add(masks.add as u64) & masks.at as u64;
        (target & masks.target as u64).wrapping_sub(origin) as i64
    }

    /// Whether a reference of this kind can have this distance in bytes, as [`Relocation::distance`] counts it.
    ///
    /// ```
    /// # use bareasm_isa::relocation::Relocation;
    /// assert!(Relocation::A64Branch19.reaches(-(1 << 20)) && !Relocation::A64Branch19.reaches(1 << 20));
    /// ```
    #[inline]
    pub const fn reaches(self, distance: i64) -> bool {
        self.shape().field.encode(distance).is_ok()
    }

    /// Whether the distance depends on the address where the code will run, and not only on distances within it.
    #[inline]
    pub const fn needs_address(self) -> bool {
        matches!(self.shape().origin, Origin::Page | Origin::Absolute)
    }

    /// Whether the field is one number and the distance depends on the two places alone, whatever the address of the code:
    /// then [`Relocation::bits`] says all.
    pub const fn is_plain(self) -> bool {
        let shape = self.shape();
        shape.simple.is_some() && matches!(shape.origin, Origin::Start | Origin::StartPlus4 | Origin::StartPlus8 | Origin::End)
    }

    /// The bits of the relocated unit, little endian, that say a distance in bytes; for a plain kind, and a field that
    /// holds 0. `None` if the distance does not fit; [`Relocation::add`] says why.
    #[inline(always)]
    pub const fn bits(self, distance: i64) -> Option<u64> {
        let Some((check, to)) = self.shape().simple else { return None };
        if check.bad(distance) != 0 {
            return None;
        }
        let raw = (distance as u64).wrapping_shr(check.scale as u32) & ones(check.bits);
        Some(raw.wrapping_shl(to as u32))
    }

    /// Sets [`Relocation::bits`] in the relocated unit at the start of `code`, whose field holds 0.
    #[inline(always)]
    pub fn set(self, code: &mut [u8], bits: u64) -> Result<(), Reason> {
        let shape = self.shape();
        shape.store(code, shape.load(code)? | bits)
    }

    /// The farthest that a target may lie after the start of the unit, in bytes, wherever the unit lies.
    pub const fn reach(self) -> u64 {
        let shape = self.shape();
        let farthest = match shape.field.range() {
            Some(range) if range.max > 0 => range.max as u64,
            _ => 0,
        };
        match shape.origin {
            Origin::Start | Origin::Page | Origin::Absolute => farthest,
            Origin::End => farthest.saturating_add(shape.size as u64),
            Origin::StartPlus4 => farthest.saturating_add(4),
            Origin::StartPlus8 => farthest.saturating_add(8),
            Origin::AlignedPlus4 => farthest.saturating_add(2), // at a halfword, rounding down takes 2 off
        }
    }

    /// Takes the addend out of the field of the relocated unit `code`, which says 0 then.
    pub fn take_addend(self, code: &mut [u8]) -> i64 {
        let field = &self.shape().field;
        let held = field.gather(code);
        field.patch(held ^ field.encode(0).unwrap_or(0), code);
        field.decode(held).unwrap_or(0)
    }

    /// Patches the relocated unit `code`, which lies at `at`, to refer to `target`; adds what the field holds already.
    ///
    /// What a field of a bit pattern holds ([`Relocation::Abs32`], [`Relocation::Abs64`]) counts as signed, so that -4
    /// may be added to an address; the sum is taken modulo 2^64.
    #[inline(always)]
    pub fn patch(self, code: &mut [u8], at: u64, target: u64) -> Result<(), Reason> {
        self.add(code, self.distance(at, target))
    }

    /// Adds a distance in bytes to what the field of the relocated unit `code` holds.
    #[inline(always)]
    pub fn add(self, code: &mut [u8], distance: i64) -> Result<(), Reason> {
        let shape = self.shape();
        match shape.simple {
            Some((check, to)) if IRREGULAR || check.scale | to == 0 => shape.add_simple(check, to, code, distance),
            _ if IRREGULAR => shape.add_scattered(code, distance),
            _ => Err(Reason::TargetRange),
        }
    }
}

impl Linear {
    /// The number at the top of a word, with so many bits to the end of it: extended with its sign, unless it has none.
    #[inline(always)]
    const fn read(self, top: u64, above: u32) -> i64 {
        if IRREGULAR && matches!(self.rule, Rule::Unsigned) {
            top.wrapping_shr(above) as i64
        } else {
            (top as i64).wrapping_shr(above)
        }
    }
}

impl Shape {
    /// A number in one piece, in the unit as one word. What does not read back as it was written does not fit: for a check that
    /// is not known at compile time that is less code than [`Linear::bad`].
    #[inline(always)]
    fn add_simple(&self, check: Linear, to: u8, code: &mut [u8], distance: i64) -> Result<(), Reason> {
        // The shifts are in range by construction of the shapes.
        let (scale, to, above) = match IRREGULAR {
            true => (u32::from(check.scale), u32::from(to), 64 - u32::from(check.bits)),
            false => (0, 0, 64 - u32::from(check.bits)),
        };
        let word = self.load(code)?;
        // The addend and the sum as they are held, at the top of a word.
        let old = word.wrapping_shr(to).wrapping_shl(above);
        let (sum, over) = distance.overflowing_add(check.read(old, above).wrapping_shl(scale));
        let new = (sum as u64).wrapping_shr(scale).wrapping_shl(above);
        let same = check.read(new, above).wrapping_shl(scale) == sum;
        let fits = same || matches!(check.rule, Rule::Pattern) && new.wrapping_shr(above) == sum as u64;
        if !fits || over && above != 0 {
            // Fields of this kind have no limits of their own, so that the scale comes first.
            let aligned = over || (sum as u64).trailing_zeros() >= scale;
            return Err(if aligned { Reason::TargetRange } else { Reason::TargetAlignment });
        }
        self.store(code, word ^ (old ^ new).wrapping_shr(above).wrapping_shl(to))
    }

    /// The relocated unit at the start of `code`, as one word.
    #[inline(always)]
    fn load(&self, code: &[u8]) -> Result<u64, Reason> {
        let word = match self.size {
            1 => code.first_chunk().map(|bytes| u8::from_le_bytes(*bytes).into()),
            2 => code.first_chunk().map(|bytes| u16::from_le_bytes(*bytes).into()),
            4 => code.first_chunk().map(|bytes| u32::from_le_bytes(*bytes).into()),
            _ => code.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)),
        };
        word.ok_or(Reason::BufferFull)
    }

    /// The opposite of [`Shape::load`].
    #[inline(always)]
    fn store(&self, code: &mut [u8], word: u64) -> Result<(), Reason> {
        match self.size {
            1 => store(code, (word as u8).to_le_bytes()),
            2 => store(code, (word as u16).to_le_bytes()),
            4 => store(code, (word as u32).to_le_bytes()),
            _ => store(code, word.to_le_bytes()),
        }
    }

    /// Any other field.
    fn add_scattered(&self, code: &mut [u8], distance: i64) -> Result<(), Reason> {
        let old = self.field.gather(code);
        let addend = self.field.decode(old).unwrap_or(0);
        let Some(sum) = distance.checked_add(addend) else { return Err(Reason::TargetRange) };
        let new = self.field.encode(sum)?;
        self.field.patch(old ^ new, code);
        Ok(())
    }
}

/// Replaces the first bytes of a unit; it is never shorter than its shape says.
#[inline(always)]
fn store<const N: usize>(code: &mut [u8], bytes: [u8; N]) -> Result<(), Reason> {
    *code.first_chunk_mut().ok_or(Reason::BufferFull)? = bytes;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The distance that a unit says, read by the general routine.
    fn says(kind: Relocation, code: &[u8]) -> i64 {
        let shape = kind.shape();
        shape.field.decode(shape.field.gather(code)).unwrap()
    }

    #[test]
    fn numbers_invert() {
        for (number, kind) in Relocation::ALL.iter().enumerate() {
            assert_eq!(Relocation::from_number(number as u8), Some(*kind));
            assert!(number < 63, "fixups keep six bits, and one number means none");
        }
        assert_eq!(Relocation::from_number(Relocation::ALL.len() as u8), None);
    }

    #[test]
    fn every_kind_to_its_limits() {
        for kind in Relocation::ALL {
            let shape = kind.shape();
            let Some(range) = shape.field.range() else { continue };
            let step = i128::from(range.step);
            for (distance, fits) in
                [(range.min, true), (range.min - step, false), (range.max, true), (range.max + step, false), (0, true)]
            {
                let Ok(distance) = i64::try_from(distance) else { continue };
                for noise in [0u8, 0xff] {
                    // The field itself is zero, all around it is noise.
                    let mut code = [noise; 12];
                    let held = shape.field.gather(&code[..shape.size.into()]);
                    shape.field.patch(held, &mut code);
                    let before = code;
                    let result = kind.add(&mut code, distance);
                    assert_eq!(result.is_ok(), fits || shape.field.width == 64, "{kind:?} {distance} {result:?}");
                    if result.is_ok() {
                        let mask = ones(shape.field.width);
                        assert_eq!(says(*kind, &code) as u64 & mask, distance as u64 & mask, "{kind:?} {distance}");
                        // Nothing else has changed.
                        shape.field.patch(shape.field.gather(&code[..shape.size.into()]), &mut code);
                    } else {
                        assert_eq!(result, Err(Reason::TargetRange));
                    }
                    assert_eq!(code, before, "{kind:?} {distance}");
                }
                if shape.field.rule == Rule::Pattern {
                    continue; // what it holds counts as signed
                }
                // The same distance in two halves: the addend, then the rest.
                let half = distance / 2 / range.step as i64 * range.step as i64;
                let mut code = [0u8; 12];
                let result = kind.add(&mut code, half).and_then(|()| kind.add(&mut code, distance.wrapping_sub(half)));
                assert_eq!(result.is_ok(), fits || shape.field.width == 64, "{kind:?} {distance} in halves");
            }
            if range.step > 1 {
                let mut code = [0u8; 12];
                assert_eq!(kind.add(&mut code, 1), Err(Reason::TargetAlignment), "{kind:?}");
                assert_eq!(code, [0; 12]);
            }
        }
    }

    #[test]
    fn bits_of_plain_kinds_are_what_patching_writes() {
        let plain = Relocation::ALL.iter().filter(|kind| kind.is_plain());
        assert!(plain.clone().count() > 10);
        for kind in plain {
            for distance in (0..34).flat_map(|n| [1i64 << n, -(1 << n), (1 << n) - 4, 4 - (1 << n)]) {
                let mut code = [0; 8];
                let patched = kind.add(&mut code, distance);
                assert_eq!(kind.bits(distance), patched.ok().map(|()| u64::from_le_bytes(code)), "{kind:?} {distance}");
            }
        }
    }

    #[test]
    fn addends_of_addresses_are_signed() {
        let mut code = (-4i32).to_le_bytes();
        assert_eq!(Relocation::Abs32.patch(&mut code, 0, 0x9000_0000), Ok(()));
        assert_eq!(u32::from_le_bytes(code), 0x8fff_fffc);
        let mut code = (-4i64).to_le_bytes();
        assert_eq!(Relocation::Abs64.patch(&mut code, 0, 1 << 63), Ok(()));
        assert_eq!(u64::from_le_bytes(code), (1 << 63) - 4);
        let mut code = 4u64.to_le_bytes();
        assert_eq!(Relocation::Abs64.patch(&mut code, 0, i64::MAX as u64), Ok(()));
        assert_eq!(u64::from_le_bytes(code), i64::MAX as u64 + 4);
    }

    #[test]
    fn short_units_are_refused() {
        for kind in Relocation::ALL {
            let _ = kind.patch(&mut [], 0, 0);
        }
        assert_eq!(Relocation::X86Rel32.patch(&mut [0; 3], 0, 0), Err(Reason::BufferFull));
    }
}
