//! Registers: their classes, names and numbers.

/// A register class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// al, cl, dl, bl, spl, bpl, sil, dil, r8b to r31b.
    R8,
    /// ax to di, r8w to r31w.
    R16,
    /// eax to edi, r8d to r31d.
    R32,
    /// rax to rdi, r8 to r31.
    R64,
    /// mm0 to mm7.
    Mm,
    /// xmm0 to xmm31.
    Xmm,
    /// ymm0 to ymm31.
    Ymm,
    /// zmm0 to zmm31.
    Zmm,
    /// k0 to k7.
    K,
    /// tmm0 to tmm7.
    Tmm,
    /// es, cs, ss, ds, fs, gs.
    Segment,
    /// cr0 to cr15.
    Control,
    /// dr0 to dr15.
    Debug,
    /// bnd0 to bnd3.
    Bound,
    /// st(0) to st(7).
    St,
    /// ah, ch, dh, bh: numbers 4 to 7. Takes the place of `R8` in rows; not encodable together with REX.
    High,
    /// rip, eip: only as the base of an address.
    Ip,
    /// bsr0: the block scale register of ACE.
    Scale,
}

impl Class {
    /// All, in numerical order.
    pub const ALL: [Class; 18] = [
        Class::R8,
        Class::R16,
        Class::R32,
        Class::R64,
        Class::Mm,
        Class::Xmm,
        Class::Ymm,
        Class::Zmm,
        Class::K,
        Class::Tmm,
        Class::Segment,
        Class::Control,
        Class::Debug,
        Class::Bound,
        Class::St,
        Class::High,
        Class::Ip,
        Class::Scale,
    ];

    /// The word for the class in rows and messages.
    pub const fn word(self) -> &'static str {
        [
            "r8", "r16", "r32", "r64", "mm", "xmm", "ymm", "zmm", "k", "tmm", "sreg", "creg", "dreg", "bnd", "st(i)", "r8h",
            "ip", "bsr",
        ][self as usize]
    }

    /// Width in bits of a general-purpose register; `None` for other classes.
    pub const fn gpr_bits(self) -> Option<u16> {
        match self {
            Class::R8 | Class::High => Some(8),
            Class::R16 => Some(16),
            Class::R32 => Some(32),
            Class::R64 => Some(64),
            _ => None,
        }
    }

    /// xmm, ymm or zmm.
    pub const fn is_vector(self) -> bool {
        matches!(self, Class::Xmm | Class::Ymm | Class::Zmm)
    }

    /// Bits of a register number of this class that an encoding without limits of its own holds.
    pub const fn number_bits(self) -> u8 {
        match self {
            Class::Mm | Class::K | Class::Tmm | Class::Segment | Class::St | Class::High => 3,
            Class::Bound => 2,
            Class::Control | Class::Debug => 4,
            _ => 5,
        }
    }

    /// Largest number of the class.
    pub const fn max(self) -> u8 {
        match self {
            Class::Segment => 5,
            Class::Ip | Class::Scale => 0,
            class => (1 << class.number_bits()) - 1,
        }
    }
}

const LOW: [&str; 8] = ["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"];
const WORD: [&str; 8] = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
const HIGH: [&str; 4] = ["ah", "ch", "dh", "bh"];
/// Segment register names by number.
pub const SEGMENTS: [&str; 6] = ["es", "cs", "ss", "ds", "fs", "gs"];

fn at(names: &[&str], name: &str) -> Option<u8> {
    names.iter().position(|known| *known == name).map(|n| n as u8)
}

/// A decimal number without leading zeros that is at most `max`.
fn number(text: &str, max: u8) -> Option<u8> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if !plain {
        return None;
    }
    text.parse::<u8>().ok().filter(|n| *n <= max)
}

/// The register of this name, in lower case: its class and number.
pub fn register(name: &str) -> Option<(Class, u8)> {
    if let Some(n) = at(&LOW, name) {
        return Some((Class::R8, n));
    }
    if let Some(n) = at(&HIGH, name) {
        return Some((Class::High, n + 4));
    }
    if let Some(n) = at(&WORD, name) {
        return Some((Class::R16, n));
    }
    if let Some(n) = at(&SEGMENTS, name) {
        return Some((Class::Segment, n));
    }
    match name {
        "st" => return Some((Class::St, 0)),
        "rip" => return Some((Class::Ip, 0)),
        "eip" => return Some((Class::Ip, 1)),
        _ => {}
    }
    for (prefix, class) in [("r", Class::R64), ("e", Class::R32)] {
        if let Some(n) = name.strip_prefix(prefix).and_then(|rest| at(&WORD, rest)) {
            return Some((class, n));
        }
    }
    if let Some(inside) = name.strip_prefix("st(").and_then(|rest| rest.strip_suffix(')')) {
        return Some((Class::St, number(inside, 7)?));
    }
    // Longer prefixes first where one begins another.
    const NUMBERED: [(&str, Class); 11] = [
        ("xmm", Class::Xmm),
        ("ymm", Class::Ymm),
        ("zmm", Class::Zmm),
        ("tmm", Class::Tmm),
        ("bnd", Class::Bound),
        ("mm", Class::Mm),
        ("cr", Class::Control),
        ("dr", Class::Debug),
        ("st", Class::St),
        ("k", Class::K),
        ("bsr", Class::Scale),
    ];
    for (prefix, class) in NUMBERED {
        if let Some(n) = name.strip_prefix(prefix).and_then(|rest| number(rest, class.max())) {
            return Some((class, n));
        }
    }
    let rest = name.strip_prefix('r')?;
    for (suffix, class) in [("b", Class::R8), ("w", Class::R16), ("d", Class::R32), ("", Class::R64)] {
        if let Some(n) = rest.strip_suffix(suffix).and_then(|rest| number(rest, 31)) {
            return (n >= 8).then_some((class, n));
        }
    }
    None
}

/// The class of dynasm-rs's run-time register families (`Rq(expr)`): the number is given by an expression.
pub fn dynamic_class(name: &str) -> Option<Class> {
    Some(match name {
        "Rb" => Class::R8,
        "Rh" => Class::High,
        "Rw" => Class::R16,
        "Rd" => Class::R32,
        "Rq" => Class::R64,
        "Rf" => Class::St,
        "Rm" => Class::Mm,
        "Rx" => Class::Xmm,
        "Ry" => Class::Ymm,
        "Rz" => Class::Zmm,
        "Rk" => Class::K,
        "Rt" => Class::Tmm,
        "Rs" => Class::Segment,
        "RC" => Class::Control,
        "RD" => Class::Debug,
        "RB" => Class::Bound,
        _ => return None,
    })
}

/// A register, which displays as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named(pub Class, pub u8);

impl core::fmt::Display for Named {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Named(class, n) = *self;
        let low = |names: &[&'static str; 8]| names.get(usize::from(n)).copied();
        match class {
            Class::R8 => match low(&LOW) {
                Some(name) => f.write_str(name),
                None => write!(f, "r{n}b"),
            },
            Class::R16 => match low(&WORD) {
                Some(name) => f.write_str(name),
                None => write!(f, "r{n}w"),
            },
            Class::R32 => match low(&WORD) {
                Some(name) => write!(f, "e{name}"),
                None => write!(f, "r{n}d"),
            },
            Class::R64 => match low(&WORD) {
                Some(name) => write!(f, "r{name}"),
                None => write!(f, "r{n}"),
            },
            Class::High => f.write_str(HIGH.get(usize::from(n).wrapping_sub(4)).copied().unwrap_or("?h")),
            Class::Segment => f.write_str(SEGMENTS.get(usize::from(n)).copied().unwrap_or("?s")),
            Class::Control => write!(f, "cr{n}"),
            Class::Debug => write!(f, "dr{n}"),
            Class::St => write!(f, "st({n})"),
            Class::Ip => f.write_str(if n == 0 { "rip" } else { "eip" }),
            class => write!(f, "{}{n}", class.word()),
        }
    }
}
