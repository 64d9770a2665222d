//! Forms as Intel's manual writes them: `VADDPS zmm1 {k1}{z}, zmm2, zmm3/m512/m32bcst{er}`.
//!
//! Registers of classes that an instruction often has several of are numbered by their place; general-purpose registers and memory
//! of one width are `r/m32`. What the rows say beyond that (how an immediate is extended, which register is excluded) is not here,
//! but in `Description::ranges` and in the row.

use super::register::{Class, Named};
use super::shape::{Immediate, Masking, Memory, RoundingKind, Shape};
use super::text::Description;
use core::fmt::{Display, Formatter, Result, Write};

/// Mnemonic and operands of a form.
#[derive(Clone, Copy, Debug)]
pub struct Syntax<'t>(pub(super) Description<'t>);

/// An operand as the manual writes it.
#[derive(Clone, Copy, Debug)]
pub struct OperandSyntax {
    shape: Shape,
    /// Number of its register; 0: none.
    number: u8,
    /// Number of its mask register.
    mask: u8,
}

/// Text in upper case.
struct Upper<'f, 'w>(&'f mut Formatter<'w>);

impl Write for Upper<'_, '_> {
    fn write_str(&mut self, text: &str) -> Result {
        text.chars().try_for_each(|letter| self.0.write_char(letter.to_ascii_uppercase()))
    }
}

/// Whether registers of the class are numbered in the manual.
const fn numbered(class: Class) -> bool {
    matches!(class, Class::Mm | Class::K | Class::Tmm | Class::Bound) || class.is_vector()
}

/// The manual's word for an immediate, which does not say how it is extended.
pub(super) const fn manual_word(kind: Immediate) -> &'static str {
    match kind {
        Immediate::No | Immediate::Literal => "",
        Immediate::Imm8s | Immediate::Imm8u => "imm8",
        Immediate::Imm16u => "imm16",
        Immediate::Imm32s => "imm32",
        Immediate::Dfv => "{dfv=}",
        kind => kind.word(),
    }
}

impl<'t> Description<'t> {
    /// The operands as the manual writes them.
    pub fn operand_syntax(self) -> impl Iterator<Item = OperandSyntax> + 't {
        let mut number = 0u8;
        let shown = self.operands().count().saturating_sub(self.says_immediate().into());
        // The masks of results in mask registers are numbered behind them.
        let mask = self.operands().next().is_some_and(|(shape, _)| shape.register == Some(Class::K));
        self.operands().take(shown).map(move |(shape, _)| {
            let counts = shape.fixed.is_none() && shape.register.is_some_and(numbered);
            number = number.saturating_add(counts.into());
            OperandSyntax { shape, number: if counts { number } else { 0 }, mask: 1 + u8::from(mask) }
        })
    }
}

impl Display for Syntax<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if self.0.form().code().nf_free {
            f.write_str("{nf} ")?;
        }
        Upper(f).write_str(self.0.mnemonic())?;
        let mut separator = " ";
        for operand in self.0.operand_syntax() {
            f.write_str(separator)?;
            operand.fmt(f)?;
            // The default flags of ccmp stand in front of the operands.
            separator = if operand.shape.immediate == Immediate::Dfv { " " } else { ", " };
        }
        Ok(())
    }
}

impl OperandSyntax {
    /// An operand by itself, for messages about it: without numbers.
    pub fn of(shape: Shape) -> OperandSyntax {
        OperandSyntax { shape, number: 0, mask: 1 }
    }

    /// `r/m32`: a general-purpose register, or memory of its width.
    fn is_either(&self) -> bool {
        let Shape { register, fixed, memory, width, .. } = self.shape;
        memory == Memory::Sized && fixed.is_none() && register.and_then(Class::gpr_bits) == Some(width)
    }

    fn register(&self, class: Class, f: &mut Formatter<'_>) -> Result {
        if let Some(fixed) = self.shape.fixed {
            return write!(Upper(f), "{}", Named(class, fixed));
        }
        match class {
            Class::Segment => f.write_str("Sreg"),
            Class::Control => f.write_str("CRn"),
            Class::Debug => f.write_str("DRn"),
            Class::St => f.write_str("ST(i)"),
            class => f.write_str(class.word()),
        }?;
        if self.number != 0 {
            write!(f, "{}", self.number)?;
        }
        match self.shape.block.saturating_sub(1) {
            0 => Ok(()),
            more => write!(f, "+{more}"),
        }
    }

    fn memory(&self, f: &mut Formatter<'_>) -> Result {
        let width = self.shape.width;
        let letter = |class: Class| class.word().chars().next().unwrap_or('?');
        match self.shape.memory {
            Memory::No => Ok(()),
            Memory::Sized | Memory::Source | Memory::Destination => write!(f, "m{width}"),
            Memory::Float => write!(f, "m{width}fp"),
            Memory::Integer => write!(f, "m{width}int"),
            Memory::Decimal => write!(f, "m{width}bcd"),
            Memory::Bytes => write!(f, "m{width}byte"),
            Memory::Far => write!(f, "m16:{}", width.saturating_sub(16)),
            Memory::Pair => write!(f, "m{0}&{0}", width / 2),
            Memory::Any => f.write_str("m"),
            Memory::Sib => f.write_str("sibmem"),
            Memory::Mib => f.write_str("mib"),
            Memory::Vector32(class) => write!(f, "vm32{}", letter(class)),
            Memory::Vector64(class) => write!(f, "vm64{}", letter(class)),
            Memory::Offset => write!(f, "moffs{width}"),
        }
    }
}

impl Display for OperandSyntax {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let shape = &self.shape;
        if shape.optional {
            f.write_str("<")?;
        }
        let mut slash = "";
        if self.is_either() {
            write!(f, "r/m{}", shape.width)?;
            slash = "/";
        } else if let Some(class) = shape.register {
            self.register(class, f)?;
            slash = "/";
        }
        let immediate = manual_word(shape.immediate);
        if !immediate.is_empty() {
            write!(f, "{slash}{immediate}")?;
            slash = "/";
        }
        if let (Immediate::Literal, Some(number)) = (shape.immediate, shape.fixed) {
            write!(f, "{number}")?;
        }
        if shape.memory != Memory::No && !self.is_either() {
            f.write_str(slash)?;
            self.memory(f)?;
        }
        if shape.broadcast != 0 {
            write!(f, "/m{}bcst", shape.broadcast)?;
        }
        if shape.optional {
            f.write_str(">")?;
        }
        match shape.masking {
            Masking::No => {}
            Masking::Merge => write!(f, " {{k{}}}", self.mask)?,
            Masking::Zero => write!(f, " {{k{}}}{{z}}", self.mask)?,
        }
        f.write_str(match shape.rounding {
            RoundingKind::No => "",
            RoundingKind::Embedded => "{er}",
            RoundingKind::Suppress => "{sae}",
        })
    }
}
