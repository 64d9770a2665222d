//! Register names and numbers.

use super::table::{Class, Set, PC, SP, ZR};
use alloc::{format, string::String};

/// RISC-V names of the integer registers.
const RISCV: [&str; 32] = [
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3",
    "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
];

impl Class {
    /// The class that a word of a class table names.
    pub fn named(letter: &str) -> Option<Class> {
        Some(match letter {
            "w" => Class::W,
            "x" => Class::X,
            "b" => Class::B,
            "h" => Class::H,
            "s" => Class::S,
            "d" => Class::D,
            "q" => Class::Q,
            "v" => Class::V,
            "z" => Class::Z,
            "p" => Class::P,
            "pn" => Class::Pn,
            "za" => Class::Za,
            "r" => Class::R,
            _ => return None,
        })
    }

    /// What stands in front of the number.
    pub fn prefix(self) -> &'static str {
        match self {
            Class::W => "w",
            Class::X => "x",
            Class::B => "b",
            Class::H => "h",
            Class::S => "s",
            Class::D => "d",
            Class::Q => "q",
            Class::V | Class::RvVector => "v",
            Class::Z => "z",
            Class::P => "p",
            Class::Pn => "pn",
            Class::Za => "za",
            Class::R => "r",
            Class::RvInteger => "x",
            Class::RvFloat => "f",
        }
    }
}

/// The name of a register; `None` for numbers that the operand excludes.
pub fn name(set: Set, class: Class, number: i64, extra: u8) -> Option<String> {
    if number < 0 || number >= class.count() || excluded(set, class, number, extra) {
        return None;
    }
    let fixed = match (class, number) {
        (Class::W, 31) => {
            if extra & SP != 0 {
                "wsp"
            } else {
                "wzr"
            }
        }
        (Class::X, 31) => {
            if extra & SP != 0 {
                "sp"
            } else {
                "xzr"
            }
        }
        (Class::R, 13) => "sp",
        (Class::R, 14) => "lr",
        (Class::R, 15) => {
            if extra & ZR != 0 {
                "zr"
            } else {
                "pc"
            }
        }
        _ => return Some(format!("{}{number}", class.prefix())),
    };
    Some(String::from(fixed))
}

/// Whether the operand excludes this register of its class.
pub fn excluded(set: Set, class: Class, number: i64, extra: u8) -> bool {
    class == Class::R && (number == 15 && extra & (PC | ZR) == 0 || number == 13 && set == Set::T32 && extra & SP == 0)
}

/// The number of the register that a word names, whatever the operand excludes; `sp` and `xzr` count as far as
/// `extra` says which of them 31 is.
pub fn number(set: Set, class: Class, word: &str, extra: u8) -> Option<i64> {
    let sp = extra & SP != 0;
    match (set, class, word) {
        (Set::A64, Class::X, "sp") | (Set::A64, Class::W, "wsp") => return sp.then_some(31),
        (Set::A64, Class::X, "xzr") | (Set::A64, Class::W, "wzr") => return (!sp).then_some(31),
        (Set::A64, Class::X, "lr") => return Some(30),
        (Set::A64, Class::X, "fp") => return Some(29),
        (Set::A32 | Set::T32, Class::R, "sp") => return Some(13),
        (Set::A32 | Set::T32, Class::R, "lr") => return Some(14),
        (Set::A32 | Set::T32, Class::R, "pc") => return (extra & ZR == 0).then_some(15),
        (Set::T32, Class::R, "zr") => return (extra & ZR != 0).then_some(15),
        (Set::A32 | Set::T32, Class::R, "ip") => return Some(12),
        (Set::A32 | Set::T32, Class::R, "fp") => return Some(11),
        (Set::A32 | Set::T32, Class::R, "sl") => return Some(10),
        (Set::A32 | Set::T32, Class::R, "sb") => return Some(9),
        (Set::Riscv, Class::RvInteger, "fp") => return Some(8),
        (Set::Riscv, Class::RvInteger, _) => {
            if let Some(number) = RISCV.iter().position(|name| *name == word) {
                return i64::try_from(number).ok();
            }
        }
        _ => {}
    }
    let digits = word.strip_prefix(class.prefix())?;
    if digits.is_empty()
        || digits.len() > 2
        || digits.len() == 2 && digits.starts_with('0')
        || !digits.bytes().all(|c| c.is_ascii_digit())
    {
        return None;
    }
    let number = digits.parse::<i64>().ok()?;
    let limit = if matches!(class, Class::W | Class::X) { 31 } else { class.count() };
    (number < limit).then_some(number)
}

/// The classes of an instruction set.
pub fn classes(set: Set) -> &'static [Class] {
    use Class::*;
    match set {
        Set::A64 => &[W, X, B, H, S, D, Q, V, Z, P, Pn, Za],
        Set::A32 | Set::T32 => &[R, S, D, Q],
        Set::Riscv => &[RvInteger, RvFloat, RvVector],
    }
}

/// The numbers that a run-time register of a class written as `X(..)`, `XSP(..)`, .. may have at this operand, if it is
/// of the operand's class. 31 is the zero register in `X`, which an operand that takes the stack pointer excludes; `XSP` goes
/// to such operands only.
pub fn dynamic(set: Set, class: Class, written: &str, extra: u8) -> Option<(i64, i64)> {
    if matches!(class, Class::W | Class::X) && set == Set::A64 {
        let (letter, sp) = written.strip_suffix("sp").map_or((written, false), |letter| (letter, true));
        let takes_sp = extra & SP != 0;
        let top = if takes_sp && !sp { 30 } else { 31 };
        return (letter == class.prefix() && (takes_sp || !sp)).then_some((0, top));
    }
    (written == class.prefix()).then_some((0, class.count() - 1))
}

/// The highest number of a class.
pub fn last(set: Set, class: Class) -> i64 {
    match (set, class) {
        (Set::A32 | Set::T32, Class::Q) => 15,
        _ => class.count() - 1,
    }
}
