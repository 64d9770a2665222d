//! Operands as the user gives them: structured, with numbers known now or at run time.

use super::form::Attributes;
use super::register::Class;

/// 64-bit or 32-bit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// 64-bit mode (x64).
    Long,
    /// 32-bit mode (x86).
    Protected,
}

impl Mode {
    /// What says that a form does not exist in this mode.
    pub const fn lacks(self) -> Attributes {
        match self {
            Mode::Long => Attributes::ONLY32,
            Mode::Protected => Attributes::ONLY64,
        }
    }

    /// Address size in bits without a prefix.
    pub const fn bits(self) -> u8 {
        match self {
            Mode::Long => 64,
            Mode::Protected => 32,
        }
    }
}

/// A register number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Number {
    /// Known now.
    Known(u8),
    /// The caller's number of a value that is known at run time.
    Value(u16),
}

/// A register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Register {
    /// Its class.
    pub class: Class,
    /// Its number within the class.
    pub number: Number,
}

impl Register {
    /// A register whose number is known.
    pub const fn known(class: Class, number: u8) -> Register {
        Register { class, number: Number::Known(number) }
    }

    /// Whether it is exactly this register.
    pub fn is(self, class: Class, number: u8) -> bool {
        self == Register::known(class, number)
    }
}

/// An immediate value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Immediate {
    /// Known now.
    Known(i128),
    /// The caller's number of a value that is known at run time.
    Value(u16),
}

/// The constant part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Displacement {
    /// None written.
    None,
    /// Known now.
    Known(i64),
    /// The caller's number of a value that is known at run time.
    Value(u16),
    /// The caller's number of a label: relative to rip in 64-bit mode, absolute in 32-bit mode.
    Target(u16),
}

/// A memory operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Memory {
    /// Width in bits (`dword ptr`); `None`: not written. With a broadcast, the width of the element.
    pub size: Option<u16>,
    /// Segment register of an override.
    pub segment: Option<u8>,
    /// Base register; `Class::Ip` for rip-relative addresses.
    pub base: Option<Register>,
    /// Index register and its scale: 1, 2, 4, 8; 3, 5 and 9 where the register may serve as base too.
    pub index: Option<(Register, u8)>,
    /// Displacement.
    pub displacement: Displacement,
    /// Width of the displacement in bits as written (`[rax + BYTE 4]`); `None`: the shortest for a known one, 32 for others.
    pub displacement_size: Option<u8>,
    /// Do not turn a lone scaled index into base and index (`[NOSPLIT rax * 2]`).
    pub nosplit: bool,
    /// Number of elements of `{1toN}`.
    pub broadcast: Option<u8>,
}

impl Memory {
    /// No registers, no displacement.
    pub const EMPTY: Memory = Memory {
        size: None,
        segment: None,
        base: None,
        index: None,
        displacement: Displacement::None,
        displacement_size: None,
        nosplit: false,
        broadcast: None,
    };
}

/// An operand.
///
/// Each number of a run-time value stands for one expression of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// A register.
    Register(Register),
    /// A number; `size` is the width written in front (`BYTE 1`), in bits.
    Immediate {
        /// The number.
        value: Immediate,
        /// Width hint in bits.
        size: Option<u16>,
    },
    /// Memory.
    Memory(Memory),
    /// A label as branch target; `size` is the width of the displacement in bits, as written.
    Target {
        /// The caller's number of the label.
        target: u16,
        /// Width hint in bits.
        size: Option<u16>,
    },
    /// A far target `selector:offset`.
    Far {
        /// Selector.
        selector: u16,
        /// Offset.
        offset: Immediate,
    },
    /// `{dfv=of,sf,zf,cf}` as four bits OF SF ZF CF.
    Dfv(u8),
}

impl Operand {
    /// An immediate that is known, without a size.
    pub const fn number(value: i128) -> Operand {
        Operand::Immediate { value: Immediate::Known(value), size: None }
    }

    /// A register that is known.
    pub const fn register(class: Class, number: u8) -> Operand {
        Operand::Register(Register::known(class, number))
    }
}

/// `{rn-sae}` and its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// `{rn-sae}`
    Nearest,
    /// `{rd-sae}`
    Down,
    /// `{ru-sae}`
    Up,
    /// `{rz-sae}`
    Zero,
    /// `{sae}`: exceptions suppressed, rounding as in MXCSR.
    Suppress,
}

/// EVEX decorations of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Decorations {
    /// Write mask register and the operand that carries it.
    pub mask: Option<(Number, u8)>,
    /// `{z}`.
    pub zeroing: bool,
    /// `{rn-sae}`, `{sae}`, ...
    pub rounding: Option<Rounding>,
}

/// What stands in front of a mnemonic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Prefix {
    Lock,
    /// `rep`, `repe`, `repz` of a string instruction.
    Rep,
    /// `repne`, `repnz`.
    Repne,
    Xacquire,
    Xrelease,
    Bnd,
    Notrack,
    /// A segment override in front of a string instruction: the register number.
    Segment(u8),
    /// `{vex}`
    Vex,
    /// `{vex2}`
    Vex2,
    /// `{vex3}`
    Vex3,
    /// `{evex}`
    Evex,
    /// `{rex}`
    Rex,
    /// `{rex2}`
    Rex2,
    /// `{disp8}`
    Disp8,
    /// `{disp32}`
    Disp32,
    /// `{nf}`
    Nf,
    /// `.s` behind the mnemonic: the encoding with the registers in each other's places.
    Swap,
}

impl Prefix {
    /// The prefix of this spelling, in lower case, with its braces if it has any.
    pub fn from_text(text: &str) -> Option<Prefix> {
        Some(match text {
            "lock" => Prefix::Lock,
            "rep" | "repe" | "repz" => Prefix::Rep,
            "repne" | "repnz" => Prefix::Repne,
            "xacquire" => Prefix::Xacquire,
            "xrelease" => Prefix::Xrelease,
            "bnd" => Prefix::Bnd,
            "notrack" => Prefix::Notrack,
            "{vex}" => Prefix::Vex,
            "{vex2}" => Prefix::Vex2,
            "{vex3}" => Prefix::Vex3,
            "{evex}" => Prefix::Evex,
            "{rex}" => Prefix::Rex,
            "{rex2}" => Prefix::Rex2,
            "{disp8}" => Prefix::Disp8,
            "{disp32}" => Prefix::Disp32,
            "{nf}" => Prefix::Nf,
            other => Prefix::Segment(super::register::SEGMENTS.iter().position(|name| *name == other)? as u8),
        })
    }

    /// The hint behind a mnemonic: `s`, `d8` or `d32`.
    pub fn from_suffix(suffix: &str) -> Option<Prefix> {
        Some(match suffix {
            "s" => Prefix::Swap,
            "d8" => Prefix::Disp8,
            "d32" => Prefix::Disp32,
            _ => return None,
        })
    }

    /// Its spelling.
    pub fn text(self) -> &'static str {
        match self {
            Prefix::Lock => "lock",
            Prefix::Rep => "rep",
            Prefix::Repne => "repne",
            Prefix::Xacquire => "xacquire",
            Prefix::Xrelease => "xrelease",
            Prefix::Bnd => "bnd",
            Prefix::Notrack => "notrack",
            Prefix::Segment(n) => super::register::SEGMENTS.get(usize::from(n)).copied().unwrap_or("?s"),
            Prefix::Vex => "{vex}",
            Prefix::Vex2 => "{vex2}",
            Prefix::Vex3 => "{vex3}",
            Prefix::Evex => "{evex}",
            Prefix::Rex => "{rex}",
            Prefix::Rex2 => "{rex2}",
            Prefix::Disp8 => "{disp8}",
            Prefix::Disp32 => "{disp32}",
            Prefix::Nf => "{nf}",
            Prefix::Swap => ".s",
        }
    }
}

/// An instruction's operands with everything that goes with them.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Prefixes and hints.
    pub prefixes: &'a [Prefix],
    /// Operands in source order.
    pub operands: &'a [Operand],
    /// EVEX decorations.
    pub decorations: Decorations,
    /// Mode.
    pub mode: Mode,
}

impl Request<'_> {
    /// Whether it needs APX in whatever form: `{rex2}`, or a register from r16 to r31.
    pub fn is_apx(&self) -> bool {
        let apx = |register: Register| register.class.gpr_bits().is_some() && matches!(register.number, Number::Known(16..));
        self.has(Prefix::Rex2)
            || self.operands.iter().any(|operand| match operand {
                Operand::Register(register) => apx(*register),
                Operand::Memory(memory) => memory.base.is_some_and(apx) || memory.index.is_some_and(|(index, _)| apx(index)),
                _ => false,
            })
    }

    /// Whether a prefix or hint was written.
    pub fn has(&self, prefix: Prefix) -> bool {
        self.prefixes.contains(&prefix)
    }
}
