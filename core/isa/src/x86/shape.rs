//! What one operand of a form may be.
//!
//! An operand has at most one register kind, one memory kind, one broadcast and one immediate kind; a [`Shape`] says
//! which. Forms share shapes: the full set has about 150.

use super::register::{Class, Named};

/// Kinds of memory operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Memory {
    /// None.
    No,
    /// `m8` to `m512`: memory of the shape's width.
    Sized,
    /// `m32fp`.
    Float,
    /// `m16int`.
    Integer,
    /// `m80bcd`.
    Decimal,
    /// `m512byte`.
    Bytes,
    /// `m16:32`: a far pointer; the width is the sum.
    Far,
    /// `m32&32`: a pair of bounds; the width is the sum.
    Pair,
    /// `m`: without width; every written width is accepted.
    Any,
    /// `sibmem`: must have a SIB byte.
    Sib,
    /// `mib`: base and index stay apart.
    Mib,
    /// `vm32x` to `vm32z`: index register of this class, 32-bit elements.
    Vector32(Class),
    /// `vm64x` to `vm64z`.
    Vector64(Class),
    /// `src8` to `src64`: `[rsi]`.
    Source,
    /// `dst8` to `dst64`: `es:[rdi]`.
    Destination,
    /// `moffs8` to `moffs64`: an address without registers, in the instruction.
    Offset,
}

/// Kinds of immediate and target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Immediate {
    No,
    /// Exactly the shape's `fixed` number.
    Literal,
    Imm8,
    Imm16,
    Imm32,
    Imm64,
    /// Sign-extended to the operand size.
    Imm8s,
    /// Sign-extended to the operand size.
    Imm32s,
    /// Zero-extended.
    Imm8u,
    /// Zero-extended.
    Imm16u,
    /// Low half of the `/is4` byte.
    Imm4,
    Rel8,
    Rel16,
    Rel32,
    /// Far target, 16:16.
    Ptr16,
    /// Far target, 16:32.
    Ptr32,
    /// Default flag values of ccmp and ctest.
    Dfv,
}

impl Immediate {
    /// All, in numerical order.
    pub const ALL: [Immediate; 17] = [
        Immediate::No,
        Immediate::Literal,
        Immediate::Imm8,
        Immediate::Imm16,
        Immediate::Imm32,
        Immediate::Imm64,
        Immediate::Imm8s,
        Immediate::Imm32s,
        Immediate::Imm8u,
        Immediate::Imm16u,
        Immediate::Imm4,
        Immediate::Rel8,
        Immediate::Rel16,
        Immediate::Rel32,
        Immediate::Ptr16,
        Immediate::Ptr32,
        Immediate::Dfv,
    ];

    /// The word for it in rows.
    pub const fn word(self) -> &'static str {
        [
            "", "", "imm8", "imm16", "imm32", "imm64", "imm8s", "imm32s", "imm8u", "imm16u", "imm4", "rel8", "rel16", "rel32",
            "ptr16:16", "ptr16:32", "dfv",
        ][self as usize]
    }

    /// Bits in the instruction; 0 for none.
    pub const fn bits(self) -> u16 {
        match self {
            Immediate::No | Immediate::Literal | Immediate::Dfv => 0,
            Immediate::Imm4 => 4,
            Immediate::Imm8 | Immediate::Imm8s | Immediate::Imm8u | Immediate::Rel8 => 8,
            Immediate::Imm16 | Immediate::Imm16u | Immediate::Rel16 => 16,
            Immediate::Imm32 | Immediate::Imm32s | Immediate::Rel32 | Immediate::Ptr16 => 32,
            Immediate::Ptr32 => 48,
            Immediate::Imm64 => 64,
        }
    }

    /// rel8, rel16, rel32.
    pub const fn is_relative(self) -> bool {
        matches!(self, Immediate::Rel8 | Immediate::Rel16 | Immediate::Rel32)
    }
}

/// `{k}` and `{kz}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Masking {
    No,
    Merge,
    Zero,
}

/// `{er}` and `{sae}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum RoundingKind {
    No,
    Embedded,
    Suppress,
}

/// One operand of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Register class.
    pub register: Option<Class>,
    /// The register is the first of an aligned block of this many (1, 2, 4).
    pub block: u8,
    /// Exactly this register of the class, or this number (with [`Immediate::Literal`]).
    pub fixed: Option<u8>,
    /// All of the class but this register.
    pub excluded: Option<u8>,
    /// Memory.
    pub memory: Memory,
    /// Width of the memory in bits; 0 where it has none.
    pub width: u16,
    /// Width of a broadcast element in bits; 0: no broadcast.
    pub broadcast: u16,
    /// Immediate or target.
    pub immediate: Immediate,
    /// May be left out in the source.
    pub optional: bool,
    /// Takes a write mask.
    pub masking: Masking,
    /// Takes embedded rounding or exception suppression.
    pub rounding: RoundingKind,
}

impl Shape {
    /// Nothing at all.
    pub const EMPTY: Shape = Shape {
        register: None,
        block: 1,
        fixed: None,
        excluded: None,
        memory: Memory::No,
        width: 0,
        broadcast: 0,
        immediate: Immediate::No,
        optional: false,
        masking: Masking::No,
        rounding: RoundingKind::No,
    };

    /// Occupies no field: a fixed register or number, a string operand, `dfv`.
    pub const fn is_fixed(&self) -> bool {
        self.fixed.is_some()
            || matches!(self.immediate, Immediate::Dfv)
            || matches!(self.memory, Memory::Source | Memory::Destination)
    }

    /// Memory in ModRM (not string operands and absolute offsets).
    pub const fn has_memory(&self) -> bool {
        !matches!(self.memory, Memory::No | Memory::Source | Memory::Destination | Memory::Offset)
    }

    /// Class of the index of vector-indexed memory.
    pub const fn vector_index(&self) -> Option<Class> {
        match self.memory {
            Memory::Vector32(class) | Memory::Vector64(class) => Some(class),
            _ => None,
        }
    }
}

const WIDTHS: [u16; 12] = [0, 8, 16, 32, 48, 64, 80, 128, 256, 384, 512, 1024];
const VECTORS: [Class; 3] = [Class::Xmm, Class::Ymm, Class::Zmm];

/// A shape in 40 bits of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PackedShape(pub u64);

impl PackedShape {
    /// Packs; `None` for a width that has no code.
    pub fn new(shape: &Shape) -> Option<PackedShape> {
        let memory: u64 = match shape.memory {
            Memory::No => 0,
            Memory::Sized => 1,
            Memory::Float => 2,
            Memory::Integer => 3,
            Memory::Decimal => 4,
            Memory::Bytes => 5,
            Memory::Far => 6,
            Memory::Pair => 7,
            Memory::Any => 8,
            Memory::Sib => 9,
            Memory::Mib => 10,
            Memory::Source => 11,
            Memory::Destination => 12,
            Memory::Offset => 13,
            Memory::Vector32(class) => 16 + VECTORS.iter().position(|c| *c == class)? as u64,
            Memory::Vector64(class) => 20 + VECTORS.iter().position(|c| *c == class)? as u64,
        };
        let width = WIDTHS.iter().position(|w| *w == shape.width)? as u64;
        let number = match (shape.fixed, shape.excluded) {
            (Some(n), _) => 1 | u64::from(n & 31) << 2,
            (_, Some(n)) => 2 | u64::from(n & 31) << 2,
            _ => 0,
        };
        Some(PackedShape(
            shape.register.map_or(0, |class| class as u64 + 1)
                | u64::from(shape.block.trailing_zeros()) << 5
                | number << 7
                | memory << 14
                | width << 19
                | u64::from(shape.broadcast / 16) << 23
                | (shape.immediate as u64) << 26
                | u64::from(shape.optional) << 31
                | (shape.masking as u64) << 32
                | (shape.rounding as u64) << 34,
        ))
    }

    /// Unpacks.
    pub const fn shape(self) -> Shape {
        let get = self.0;
        let number = (get >> 9) as u8 & 31;
        let class = (get & 31) as usize;
        let memory = (get >> 14) as u8 & 31;
        let vector = match memory & 3 {
            0 => Class::Xmm,
            1 => Class::Ymm,
            _ => Class::Zmm,
        };
        let width = (get >> 19) as usize & 15;
        let immediate = (get >> 26) as usize & 31;
        Shape {
            register: if class == 0 || class > Class::ALL.len() { None } else { Some(Class::ALL[class - 1]) },
            block: 1 << (get >> 5 & 3),
            fixed: if get >> 7 & 3 == 1 { Some(number) } else { None },
            excluded: if get >> 7 & 3 == 2 { Some(number) } else { None },
            memory: match memory {
                0 => Memory::No,
                1 => Memory::Sized,
                2 => Memory::Float,
                3 => Memory::Integer,
                4 => Memory::Decimal,
                5 => Memory::Bytes,
                6 => Memory::Far,
                7 => Memory::Pair,
                8 => Memory::Any,
                9 => Memory::Sib,
                10 => Memory::Mib,
                11 => Memory::Source,
                12 => Memory::Destination,
                13 => Memory::Offset,
                16..=19 => Memory::Vector32(vector),
                _ => Memory::Vector64(vector),
            },
            width: if width < WIDTHS.len() { WIDTHS[width] } else { 0 },
            broadcast: (get >> 23 & 7) as u16 * 16,
            immediate: if immediate < Immediate::ALL.len() { Immediate::ALL[immediate] } else { Immediate::No },
            optional: get >> 31 & 1 == 1,
            masking: match get >> 32 & 3 {
                0 => Masking::No,
                1 => Masking::Merge,
                _ => Masking::Zero,
            },
            rounding: match get >> 34 & 3 {
                0 => RoundingKind::No,
                1 => RoundingKind::Embedded,
                _ => RoundingKind::Suppress,
            },
        }
    }
}

/// Writes the shape as rows do.
impl core::fmt::Display for Shape {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.optional {
            f.write_str("<")?;
        }
        let mut first = true;
        let mut slash = |f: &mut core::fmt::Formatter<'_>| {
            if core::mem::take(&mut first) {
                Ok(())
            } else {
                f.write_str("/")
            }
        };
        let class = match self.register {
            Some(Class::Segment) => "sreg",
            Some(class) => class.word(),
            None => "",
        };
        match (self.register, self.fixed, self.excluded) {
            (Some(class), Some(n), _) => {
                slash(f)?;
                write!(f, "{}", Named(class, n))?;
            }
            (Some(of), None, Some(n)) => {
                slash(f)?;
                write!(f, "{class}!{}", Named(of, n))?;
            }
            (Some(_), None, None) if self.block > 1 => {
                slash(f)?;
                write!(f, "{class}+{}", self.block.wrapping_sub(1))?;
            }
            (Some(_), None, None) => {
                slash(f)?;
                f.write_str(class)?;
            }
            (None, Some(n), _) => write!(f, "{n}")?,
            (None, None, _) => {}
        }
        if self.immediate.bits() != 0 || matches!(self.immediate, Immediate::Dfv) {
            slash(f)?;
            f.write_str(self.immediate.word())?;
        }
        let width = self.width;
        if !matches!(self.memory, Memory::No) {
            slash(f)?;
            let letter = |class: Class| class.word().chars().next().unwrap_or('?');
            match self.memory {
                Memory::No => {}
                Memory::Sized => write!(f, "m{width}")?,
                Memory::Float => write!(f, "m{width}fp")?,
                Memory::Integer => write!(f, "m{width}int")?,
                Memory::Decimal => write!(f, "m{width}bcd")?,
                Memory::Bytes => write!(f, "m{width}byte")?,
                Memory::Far => write!(f, "m16:{}", width.saturating_sub(16))?,
                Memory::Pair => write!(f, "m{0}&{0}", width / 2)?,
                Memory::Any => f.write_str("m")?,
                Memory::Sib => f.write_str("sibmem")?,
                Memory::Mib => f.write_str("mib")?,
                Memory::Vector32(class) => write!(f, "vm32{}", letter(class))?,
                Memory::Vector64(class) => write!(f, "vm64{}", letter(class))?,
                Memory::Source => write!(f, "src{width}")?,
                Memory::Destination => write!(f, "dst{width}")?,
                Memory::Offset => write!(f, "moffs{width}")?,
            }
        }
        if self.broadcast != 0 {
            write!(f, "/b{}", self.broadcast)?;
        }
        if self.optional {
            f.write_str(">")?;
        }
        f.write_str(["", " {k}", " {kz}"][self.masking as usize])?;
        f.write_str(["", " {er}", " {sae}"][self.rounding as usize])
    }
}
