//! How the decoder writes numbers: in the base and with the sign that disassemblers of the architecture use.

use crate::rule::{Numbers, Rule};
use alloc::{format, string::String};

/// The text of a number that follows `rule`; `hex` is what the row asks for.
pub(super) fn text(rule: Rule, hex: bool, number: i64) -> String {
    match rule {
        Rule::Logical8 | Rule::Logical16 | Rule::Logical32 | Rule::Logical64 => format!("{number:#x}"),
        Rule::Not8 | Rule::Not16 | Rule::Not32 | Rule::Not64 => format!("{number:#x}"),
        Rule::Wide32 | Rule::NotWide32 | Rule::Mask32 => format!("{}", number as i32),
        Rule::Wide64 | Rule::NotWide64 | Rule::Mask64 | Rule::Dup64 => format!("{number}"),
        Rule::Dupm16 => element(number, number as i16 as i64),
        Rule::Dupm32 => element(number, number as i32 as i64),
        Rule::Dupm64 => element(number, number),
        // All of its bytes but one digit; zero has no prefix.
        Rule::ByteMask if number == 0 => String::from("0000000000000000"),
        Rule::ByteMask => format!("{number:#016x}"),
        Rule::Fp8 => format!("{:.8}", f64::from_bits(number as u64)),
        rule => match rule.numbers(0) {
            Numbers::Float => float(f64::from_bits(number as u64)),
            Numbers::Pattern => format!("{}", number as u64),
            Numbers::Integer if hex && number != 0 => format!("{number:#x}"),
            Numbers::Integer => format!("{number}"),
        },
    }
}

/// A pattern of a vector element: decimal where 16 bits hold it, signed or not.
fn element(pattern: i64, signed: i64) -> String {
    if i16::try_from(signed).is_ok() || u16::try_from(signed).is_ok() {
        format!("{signed}")
    } else {
        format!("{pattern:#x}")
    }
}

/// A float as a literal with fraction.
fn float(value: f64) -> String {
    if value == f64::INFINITY {
        return String::from("inf");
    }
    if value.is_nan() {
        return String::from("nan");
    }
    if value == f64::MIN_POSITIVE {
        return String::from("min");
    }
    let text = format!("{value}");
    if text.contains('.') {
        text
    } else {
        format!("{text}.0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_and_signs() {
        let mask = |mask: u64| text(Rule::ByteMask, false, mask as i64);
        assert_eq!((mask(0), mask(0xff)), ("0000000000000000".into(), "0x000000000000ff".into()));
        assert_eq!(mask(0xff00_0000_0000_0000), "0xff00000000000000");
        assert_eq!(text(Rule::Wide32, false, 0xffff_0000), "-65536");
        assert_eq!(text(Rule::Unsigned, true, 62383), "0xf3af");
        assert_eq!(text(Rule::Fp8, false, 2.875f64.to_bits() as i64), "2.87500000");
        assert_eq!(text(Rule::Fli, false, 2f64.to_bits() as i64), "2.0");
        assert_eq!(text(Rule::Dupm32, false, 0xffff_81ff), "-32257");
        assert_eq!(text(Rule::Dupm32, false, 0xfffc_03ff), "0xfffc03ff");
        assert_eq!(text(Rule::Dupm32, false, 0xff00), "65280");
    }
}
