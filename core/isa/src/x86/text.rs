//! Instructions and forms in words: Intel syntax for operands, the manual's notation for forms.

use super::decode::Decoded;
use super::form::{Attributes, Code, Form, Immediate as ImmediateWord, ModRm, Plus, Role, Second, Space, Wide, MAP_3DNOW};
use super::notation::Syntax;
use super::operand::{Decorations, Displacement, Immediate, Memory, Mode, Number, Operand, Prefix, Register, Rounding};
use super::register::{Class, Named, SEGMENTS};
use super::shape::{Immediate as ImmediateKind, Memory as MemoryKind, RoundingKind, Shape};
use super::table::{Name, Table};
use core::fmt::{Display, Formatter, Result};

/// The word for a memory width in front of an operand; empty for widths without one.
pub const fn size_word(bits: u16) -> &'static str {
    match bits {
        8 => "byte ptr ",
        16 => "word ptr ",
        32 => "dword ptr ",
        48 => "fword ptr ",
        64 => "qword ptr ",
        80 => "tbyte ptr ",
        128 => "xmmword ptr ",
        256 => "ymmword ptr ",
        512 => "zmmword ptr ",
        _ => "",
    }
}

impl Display for Register {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.number {
            Number::Known(n) => Named(self.class, n).fmt(f),
            Number::Value(value) => write!(f, "{}(value {value})", self.class.word()),
        }
    }
}

impl Display for Memory {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.write(f, None)
    }
}

impl Memory {
    /// With a name in place of the displacement, if there is one.
    fn write(&self, f: &mut Formatter<'_>, name: Option<&str>) -> Result {
        f.write_str(size_word(self.size.unwrap_or(0)))?;
        if let Some(name) = self.segment.and_then(|segment| SEGMENTS.get(usize::from(segment))) {
            write!(f, "{name}:")?;
        }
        f.write_str("[")?;
        let mut first = true;
        if let Some(base) = self.base {
            base.fmt(f)?;
            first = false;
        }
        match self.index {
            Some((index, 1)) if !first => write!(f, " + {index}")?,
            Some((index, scale)) => {
                write!(f, "{}{scale}*{index}", if first { "" } else { " + " })?;
                first = false;
            }
            None => {}
        }
        match self.displacement {
            Displacement::None | Displacement::Known(_) if name.is_some() => {
                write!(f, "{}{}", if first { "" } else { " + " }, name.unwrap_or_default())?;
            }
            Displacement::None if first => f.write_str("0")?,
            Displacement::None => {}
            Displacement::Known(value) if first => write!(f, "{value}")?,
            Displacement::Known(value) if value < 0 => write!(f, " - {}", value.unsigned_abs())?,
            Displacement::Known(value) => write!(f, " + {value}")?,
            Displacement::Value(value) => write!(f, "{}value {value}", if first { "" } else { " + " })?,
            Displacement::Target(target) => write!(f, "{}label {target}", if first { "" } else { " + " })?,
        }
        f.write_str("]")?;
        match self.broadcast {
            Some(count) => write!(f, "{{1to{count}}}"),
            None => Ok(()),
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Operand::Register(register) => register.fmt(f),
            Operand::Immediate { value: Immediate::Known(value), .. } => write!(f, "{value}"),
            Operand::Immediate { value: Immediate::Value(value), .. } => write!(f, "value {value}"),
            Operand::Memory(memory) => memory.fmt(f),
            Operand::Target { target, .. } => write!(f, "label {target}"),
            Operand::Far { selector, offset: Immediate::Known(offset) } => write!(f, "{selector}:{offset}"),
            Operand::Far { selector, offset: Immediate::Value(value) } => write!(f, "{selector}:value {value}"),
            Operand::Dfv(flags) => {
                f.write_str("{dfv=")?;
                let mut comma = "";
                for (bit, name) in [(8, "of"), (4, "sf"), (2, "zf"), (1, "cf")] {
                    if flags & bit != 0 {
                        write!(f, "{}{name}", core::mem::replace(&mut comma, ","))?;
                    }
                }
                f.write_str("}")
            }
        }
    }
}

impl Rounding {
    /// Its spelling.
    pub const fn text(self) -> &'static str {
        match self {
            Rounding::Nearest => "{rn-sae}",
            Rounding::Down => "{rd-sae}",
            Rounding::Up => "{ru-sae}",
            Rounding::Zero => "{rz-sae}",
            Rounding::Suppress => "{sae}",
        }
    }
}

/// An instruction in Intel syntax.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Spelling of the mnemonic.
    pub mnemonic: &'a str,
    /// Prefixes and hints.
    pub prefixes: &'a [Prefix],
    /// Operands.
    pub operands: &'a [Operand],
    /// Decorations.
    pub decorations: Decorations,
    /// The operand behind which rounding is written.
    pub rounding_at: u8,
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.write(f, None)
    }
}

impl Line<'_> {
    /// With a name in place of the distance that an operand says, if there is one.
    fn write(&self, f: &mut Formatter<'_>, name: Option<(u8, &str)>) -> Result {
        for prefix in self.prefixes {
            write!(f, "{} ", prefix.text())?;
        }
        f.write_str(self.mnemonic)?;
        let mut separator = " ";
        for (at, operand) in (0u8..).zip(self.operands) {
            f.write_str(separator)?;
            match (operand, name) {
                (Operand::Memory(memory), Some((named, name))) if named == at => memory.write(f, Some(name))?,
                (_, Some((named, name))) if named == at => f.write_str(name)?,
                _ => operand.fmt(f)?,
            }
            separator = if matches!(operand, Operand::Dfv(_)) { " " } else { ", " };
            if let Some((number, _)) = self.decorations.mask.filter(|(_, masked)| *masked == at) {
                write!(f, " {{{}}}", Register { class: Class::K, number })?;
                if self.decorations.zeroing {
                    f.write_str("{z}")?;
                }
            }
            if let Some(rounding) = self.decorations.rounding.filter(|_| self.rounding_at == at) {
                write!(f, ", {}", rounding.text())?;
            }
        }
        Ok(())
    }
}

/// A line in which a name stands for a distance.
#[derive(Clone, Copy, Debug)]
pub struct NamedLine<'a> {
    /// The line.
    pub line: Line<'a>,
    /// The operand that says the distance.
    pub at: u8,
    /// What is written instead.
    pub name: &'a str,
}

impl Display for NamedLine<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.line.write(f, Some((self.at, self.name)))
    }
}

impl Table<'_> {
    /// The operand of a decoded instruction that says a distance from its end, and the distance: of a branch, or of memory
    /// relative to the instruction.
    pub fn distance(&self, decoded: &Decoded) -> Option<(u8, i64)> {
        let signature = self.signature(self.form(decoded.form)?);
        let shapes = signature.operands().map(|(shape, _)| self.shape(shape));
        let mut operands = (0u8..).zip(decoded.operands()).zip(shapes);
        operands.find_map(|((at, operand), shape)| match operand {
            Operand::Immediate { value: Immediate::Known(distance), .. } if shape.immediate.is_relative() => {
                Some((at, i64::try_from(*distance).ok()?))
            }
            Operand::Memory(Memory { base: Some(Register { class: Class::Ip, .. }), displacement, .. }) => match displacement {
                Displacement::None => Some((at, 0)),
                Displacement::Known(distance) => Some((at, *distance)),
                _ => None,
            },
            _ => None,
        })
    }

    /// The operand of a form behind which rounding is written.
    pub fn rounding_at(&self, form: Form) -> u8 {
        let signature = self.signature(form);
        let at = signature.operands().position(|(shape, _)| self.shape(shape).rounding != RoundingKind::No);
        at.unwrap_or(0) as u8
    }

    /// A decoded instruction in Intel syntax.
    pub fn line<'d>(&'d self, decoded: &'d Decoded) -> Line<'d> {
        let form = self.form(decoded.form);
        Line {
            mnemonic: form.map_or("?", |form| self.mnemonic(form)),
            prefixes: decoded.prefixes(),
            operands: decoded.operands(),
            decorations: decoded.decorations,
            rounding_at: form.map_or(0, |form| self.rounding_at(form)),
        }
    }

    /// A form as rows write it.
    pub fn describe(&self, form: Form) -> Description<'_> {
        Description { table: self, form, name: None }
    }

    /// A form under one of its spellings.
    pub(super) fn describe_as(&self, form: Form, name: Name) -> Description<'_> {
        Description { table: self, form, name: Some(name) }
    }

    /// Every form of a mnemonic, in the order in which they are tried.
    pub fn forms<'t>(&'t self, mnemonic: &str) -> impl Iterator<Item = Description<'t>> + 't {
        self.entries(mnemonic).iter().flat_map(|name| self.forms_of(name).map(|(_, form)| self.describe_as(form, *name)))
    }
}

/// A form in words. Displays as `operands | encoding | roles attributes | features`, as its row does after expansion.
#[derive(Clone, Copy, Debug)]
pub struct Description<'t> {
    table: &'t Table<'t>,
    form: Form,
    name: Option<Name>,
}

/// The encoding column.
#[derive(Clone, Copy, Debug)]
pub struct Notation(Form);

impl<'t> Description<'t> {
    /// Mnemonic and operands, as the manual writes them.
    pub fn syntax(self) -> Syntax<'t> {
        Syntax(self)
    }

    /// The spelling that it was found by, else the preferred one.
    pub fn mnemonic(self) -> &'t str {
        self.name.map_or_else(|| self.table.mnemonic(self.form), |name| self.table.text_of(&name))
    }

    /// Whether the spelling says the last immediate (`vcmpeqps`), so that it is not written.
    pub(super) fn says_immediate(self) -> bool {
        self.name.is_some_and(|name| name.fixed != Name::NOT_FIXED)
    }

    /// The encoding in the manual's notation.
    pub fn encoding(self) -> Notation {
        Notation(self.form)
    }

    /// Features that it needs.
    pub fn features(self) -> impl Iterator<Item = &'t str> {
        self.table.features_of(self.form)
    }

    /// The section title above its row.
    pub fn section(self) -> &'t str {
        self.table.source(self.form).map_or("", |(_, section, _)| section)
    }

    /// File and line of its row.
    pub fn source(self) -> Option<(&'t str, u16)> {
        self.table.source(self.form).map(|(row, _, file)| (file, row.line))
    }

    /// Whether the form exists in this mode.
    pub fn exists_in(self, mode: Mode) -> bool {
        !self.form.attributes().has(mode.lacks())
    }

    /// The form.
    pub fn form(self) -> Form {
        self.form
    }

    /// Shape and role of each operand.
    pub fn operands(self) -> impl Iterator<Item = (Shape, Role)> + 't {
        let table = self.table;
        let signature = table.signature(self.form);
        signature
            .shapes
            .into_iter()
            .zip(signature.roles)
            .filter(|(shape, _)| *shape != super::form::Signature::ABSENT)
            .map(move |(shape, role)| (table.shape(shape), Role::ALL.get(usize::from(role)).copied().unwrap_or(Role::Fixed)))
    }
}

impl Display for Notation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let code = self.0.code();
        match code.space {
            Space::Legacy | Space::Rex2 => legacy(&code, f)?,
            _ => vector(&code, f)?,
        }
        match code.modrm {
            ModRm::None => {}
            ModRm::Register => f.write_str(" /r")?,
            ModRm::Low(low) => write!(f, " 11:rrr:{low:03b}")?,
            ModRm::Digit(digit) => write!(f, " /{digit}")?,
        }
        for immediate in code.immediates.into_iter().filter(|immediate| *immediate != ImmediateWord::None) {
            write!(f, " {}", immediate.text())?;
        }
        if code.is4 {
            f.write_str(" /is4")?;
        }
        if let Second::Suffix(byte) = code.second {
            write!(f, " {byte:02X}")?;
        }
        Ok(())
    }
}

/// The opcode byte with `+r`, or with a fixed second byte.
fn opcode(code: &Code, f: &mut Formatter<'_>) -> Result {
    write!(f, "{:02X}", code.opcode)?;
    if let Second::Fixed(byte) = code.second {
        write!(f, " {byte:02X}")?;
    }
    f.write_str(match code.plus {
        Plus::None => "",
        Plus::R => "+r",
        Plus::I => "+i",
    })
}

fn legacy(code: &Code, f: &mut Formatter<'_>) -> Result {
    if code.operand_size != 0 {
        write!(f, "o{} ", code.operand_size)?;
    }
    if code.address_size != 0 {
        write!(f, "a{} ", code.address_size)?;
    }
    if code.wait {
        f.write_str("9B ")?;
    }
    if !code.prefix.text().is_empty() {
        write!(f, "{} ", code.prefix.text())?;
    }
    f.write_str(match (code.space, code.wide) {
        (Space::Rex2, Wide::W1) => "REX2.W ",
        (Space::Rex2, _) => "REX2 ",
        (_, Wide::W1) => "REX.W ",
        _ => "",
    })?;
    f.write_str(match code.map {
        1 | MAP_3DNOW => "0F ",
        2 => "0F 38 ",
        3 => "0F 3A ",
        _ => "",
    })?;
    opcode(code, f)
}

fn vector(code: &Code, f: &mut Formatter<'_>) -> Result {
    let space = match code.space {
        Space::Vex => "VEX",
        Space::Xop => "XOP",
        _ => "EVEX",
    };
    const MAPS: [&str; 11] = ["", "0F", "0F38", "0F3A", "MAP4", "MAP5", "MAP6", "MAP7", "MAP8", "MAP9", "MAPA"];
    let map = MAPS.get(usize::from(code.map)).copied().unwrap_or("");
    let wide = match code.wide {
        Wide::W0 => "W0",
        Wide::W1 => "W1",
        Wide::Ignored => "WIG",
    };
    write!(f, "{space}.{}.{}.{map}.{wide}", code.length.text(), code.prefix.text())?;
    for (flag, text) in [(code.nd, ".ND"), (code.zu, ".ZU"), (code.nf, ".NF")] {
        if flag {
            f.write_str(text)?;
        }
    }
    if let Some(scc) = code.scc {
        write!(f, ".SCC{scc:X}")?;
    }
    f.write_str(" ")?;
    opcode(code, f)
}

impl Display for Description<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if self.form.code().nf_free {
            f.write_str("{nf} ")?;
        }
        f.write_str(self.table.mnemonic(self.form))?;
        let mut separator = " ";
        for (shape, _) in self.operands() {
            write!(f, "{}{shape}", core::mem::replace(&mut separator, ", "))?;
        }
        write!(f, " | {} |", self.encoding())?;
        let mut separator = " ";
        for (_, role) in self.operands() {
            if role != Role::Fixed {
                write!(f, "{}{}", core::mem::take(&mut separator), role.letter())?;
            }
        }
        for (bit, text) in Attributes::ALL {
            if self.form.attributes().has(*bit) {
                write!(f, " {text}")?;
            }
        }
        let natural =
            self.operands().filter(|(shape, _)| shape.has_memory()).map(|(shape, _)| shape.width / 8).max().unwrap_or(1);
        let unit = 1u16 << self.form.disp8_shift();
        if self.form.code().space == Space::Evex && unit != natural.max(1) && !self.form.attributes().has(Attributes::APX) {
            write!(f, " disp8*{unit}")?;
        }
        let mut separator = " | ";
        for feature in self.features() {
            write!(f, "{}{feature}", core::mem::replace(&mut separator, " "))?;
        }
        Ok(())
    }
}

/// Whether an operand of this shape is written with its width.
pub(super) fn memory_size(shape: &Shape, broadcast: bool) -> Option<u16> {
    let width = if broadcast { shape.broadcast } else { shape.width };
    let sized = !matches!(shape.memory, MemoryKind::Any | MemoryKind::Sib | MemoryKind::Mib) && width != 0;
    sized.then_some(width)
}

/// Whether a known immediate of this kind reads best as a signed number.
pub(super) const fn reads_signed(kind: ImmediateKind) -> bool {
    matches!(kind, ImmediateKind::Imm8s | ImmediateKind::Imm32s) || kind.is_relative()
}
