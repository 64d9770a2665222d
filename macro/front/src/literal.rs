//! Literals of Rust as numbers, and those that only assembly knows (`4s`, `1to16`).

use proc_macro2::Literal;

/// The type that a suffix or a cast names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A type of known width.
    Integer {
        /// Two's complement?
        signed: bool,
        /// Width, 8 to 128.
        bits: u8,
    },
    /// `usize`, `isize`: the width is the target's.
    Size,
}

/// What a literal stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Number {
    /// An integer, a character or a byte.
    Integer(u128, Option<Type>),
    /// A floating-point number.
    Float(f64),
    /// Digits with letters behind them, in lower case.
    Word(String),
    /// A string or something else that is no operand.
    Other,
}

/// Reads a type name.
pub(crate) fn type_named(name: &str) -> Option<Type> {
    if matches!(name, "usize" | "isize") {
        return Some(Type::Size);
    }
    let signed = name.starts_with('i');
    let bits = match name.strip_prefix(['i', 'u'])? {
        "8" => 8,
        "16" => 16,
        "32" => 32,
        "64" => 64,
        "128" => 128,
        _ => return None,
    };
    Some(Type::Integer { signed, bits })
}

/// Reads a literal.
pub(crate) fn parse(literal: &Literal) -> Number {
    parse_text(&literal.to_string())
}

fn parse_text(text: &str) -> Number {
    if let Some(quoted) = text.strip_prefix("b'").or_else(|| text.strip_prefix('\'')) {
        let suffix = if text.starts_with('b') { type_named("u8") } else { None };
        return match quoted.strip_suffix('\'').and_then(character) {
            Some(value) => Number::Integer(u128::from(value), suffix),
            None => Number::Other,
        };
    }
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return Number::Other;
    }
    let (radix, digits) = match text.get(..2) {
        Some("0x" | "0X") => (16, text.get(2..).unwrap_or("")),
        Some("0o") => (8, text.get(2..).unwrap_or("")),
        Some("0b" | "0B") => (2, text.get(2..).unwrap_or("")),
        _ => (10, text),
    };
    let end = digits.find(|c: char| c != '_' && !c.is_digit(radix)).unwrap_or(digits.len());
    let (number, suffix) = digits.split_at(end);
    let number: String = number.chars().filter(|c| *c != '_').collect();
    let word = || Number::Word(text.to_ascii_lowercase());
    if radix == 10 && (suffix.starts_with('.') || suffix.starts_with(['e', 'E'])) || matches!(suffix, "f32" | "f64") {
        return float(text).map_or_else(word, Number::Float);
    }
    let Ok(value) = u128::from_str_radix(&number, radix) else { return word() };
    match suffix {
        "" => Number::Integer(value, None),
        _ => match type_named(suffix) {
            Some(named) => Number::Integer(value, Some(named)),
            None => word(),
        },
    }
}

fn float(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    match plain.strip_suffix("f32") {
        Some(single) => single.parse::<f32>().ok().map(f64::from),
        None => plain.strip_suffix("f64").unwrap_or(&plain).parse().ok(),
    }
}

/// The bytes of a byte string literal (`b"..."`).
pub(crate) fn byte_string(literal: &Literal) -> Option<Vec<u8>> {
    let text = literal.to_string();
    if let Some(raw) = text.strip_prefix("br") {
        let hashes = raw.find('"')?;
        let inner = raw.get(hashes..)?.strip_prefix('"')?;
        return Some(inner.get(..inner.len().checked_sub(hashes + 1)?)?.as_bytes().to_vec());
    }
    let mut rest = text.strip_prefix("b\"")?.strip_suffix('"')?;
    let mut bytes = Vec::new();
    while let Some(first) = rest.chars().next() {
        if let Some(continued) = rest.strip_prefix("\\\n").or_else(|| rest.strip_prefix("\\\r\n")) {
            rest = continued.trim_start();
            continue;
        }
        let length = match (first, rest.as_bytes().get(1)) {
            ('\\', Some(b'x')) => 4,
            ('\\', _) => 2,
            _ => first.len_utf8(),
        };
        let (one, tail) = rest.split_at_checked(length)?;
        bytes.push(u8::try_from(character(one)?).ok()?);
        rest = tail;
    }
    Some(bytes)
}

/// The value of what stands between single quotes.
fn character(text: &str) -> Option<u32> {
    let Some(escape) = text.strip_prefix('\\') else {
        let mut characters = text.chars();
        let only = characters.next()?;
        return if characters.next().is_none() { Some(only.into()) } else { None };
    };
    match escape {
        "n" => Some(10),
        "r" => Some(13),
        "t" => Some(9),
        "0" => Some(0),
        "\\" | "'" | "\"" => escape.chars().next().map(u32::from),
        _ => match escape.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => {
                let digits: String = escape.strip_prefix("u{")?.strip_suffix('}')?.chars().filter(|c| *c != '_').collect();
                u32::from_str_radix(&digits, 16).ok()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_every_base_and_suffix() {
        let i32_type = Some(Type::Integer { signed: true, bits: 32 });
        assert_eq!(parse_text("1_000"), Number::Integer(1000, None));
        assert_eq!(parse_text("0xFFi32"), Number::Integer(255, i32_type));
        assert_eq!(parse_text("0b101"), Number::Integer(5, None));
        assert_eq!((parse_text("0XfF"), parse_text("0B11")), (Number::Integer(255, None), Number::Integer(3, None)));
        assert_eq!(parse_text("0o17u8"), Number::Integer(15, Some(Type::Integer { signed: false, bits: 8 })));
        assert_eq!(parse_text("7usize"), Number::Integer(7, Some(Type::Size)));
    }

    #[test]
    fn characters_and_bytes() {
        assert_eq!(parse_text("'a'"), Number::Integer(97, None));
        assert_eq!(parse_text("b'\\n'"), Number::Integer(10, Some(Type::Integer { signed: false, bits: 8 })));
        assert_eq!(parse_text("'\\u{1F600}'"), Number::Integer(0x1F600, None));
        assert_eq!(parse_text("\"text\""), Number::Other);
    }

    #[test]
    fn floats_and_words() {
        assert_eq!(parse_text("1.5"), Number::Float(1.5));
        assert_eq!(parse_text("2e3"), Number::Float(2000.0));
        assert_eq!(parse_text("1f32"), Number::Float(1.0));
        assert_eq!(parse_text("16B"), Number::Word("16b".into()));
        assert_eq!(parse_text("1to16"), Number::Word("1to16".into()));
    }

    #[test]
    fn byte_strings() {
        let bytes = |text: &str| byte_string(&text.parse().unwrap());
        assert_eq!(bytes(r#"b"a\x00\n""#), Some(vec![b'a', 0, b'\n']));
        assert_eq!(bytes(r##"br#"a\"#"##), Some(b"a\\".to_vec()));
        assert_eq!(bytes("\"a\""), None);
    }
}
