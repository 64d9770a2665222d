//! Writing plans, and how the values of an instruction travel to the routine that reads them.

use super::{Kind, Rule, ANY_RELATION, BUT_LAST, MAX_VALUES, X86_REGISTER};
use crate::encoding::{Compare, Derived, Order, Relation, Sum};
use crate::field::{ones, Field, Piece};
use crate::rule::Numbers;
use alloc::vec::Vec;

/// An instruction of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Offset in the code of the plan.
    pub at: u32,
    /// Bytes.
    pub len: usize,
    /// Its form.
    pub form: u16,
    /// One field for each value.
    pub fields: &'a [&'a Field],
    /// For each field whose value is not that of the next word, the word it is (up to [`LAST_SHARED`]).
    pub again: &'a [Option<u8>],
    /// Fields that follow from values.
    pub derived: &'a [Derived],
    /// Constraints between values.
    pub relations: &'a [Relation],
}

/// The last word that can be the value of more than one field.
pub const LAST_SHARED: u8 = 31;

/// How the values of a field fit into words of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
    /// In one word. Values from -2^31 to 2^31 - 1 are exact; those from there to 2^32 - 1 mean, or fail like, the one with
    /// the same 32 bits. All others are refused.
    Bits,
    /// In one word. Values beyond -2^31 to 2^31 - 1 are refused.
    Signed,
    /// In two words.
    Pair,
}

impl Unit<'_> {
    /// Whether values are two words each.
    fn is_wide(&self) -> bool {
        travel(self).contains(&Travel::Pair)
    }
}

/// How each value of an instruction travels. If one takes two words, all do.
pub fn travel(unit: &Unit<'_>) -> Vec<Travel> {
    let sums = unit.relations.iter().flat_map(|relation| relation.any.iter().flatten()).map(|compare| &compare.left);
    let sums: Vec<&Sum> = sums.chain(unit.derived.iter().map(|derived| &derived.sum)).collect();
    let counted =
        |n: usize| sums.iter().any(|sum| sum.terms.iter().any(|(operand, factor)| usize::from(*operand) == n && *factor != 0));
    let each: Vec<Travel> = unit.fields.iter().enumerate().map(|(n, field)| alone(field, counted(n))).collect();
    if each.contains(&Travel::Pair) {
        each.iter().map(|_| Travel::Pair).collect()
    } else {
        each
    }
}

/// How the values of a field travel; `counted`: other fields or constraints depend on them.
fn alone(field: &Field, counted: bool) -> Travel {
    let unlimited = field.min == i64::MIN && field.max == i64::MAX;
    let plain = field.mul == 1 && field.add == 0;
    match field.rule {
        rule if rule.numbers(field.width) != Numbers::Integer => Travel::Pair,
        rule if (rule.pattern_bits() == 32 || rule == Rule::Extended32) && plain && unlimited && !counted => Travel::Bits,
        Rule::Extended32 => Travel::Pair,
        Rule::Pattern if field.width == 32 && plain && unlimited && !counted => Travel::Bits,
        rule => {
            let narrow = |range: crate::field::Range| range.min >= i32::MIN.into() && range.max <= i32::MAX.into();
            // Without scale, or without limits, both values of the same 32 bits are refused for the same reason.
            let alike =
                rule == Rule::Unsigned && field.add == 0 && (unlimited && field.mul > 0 && is_power_of_two(field.mul) || plain);
            let full = i64::from(field.mul.unsigned_abs()).checked_mul(1 << field.width.min(32)).unwrap_or(i64::MAX);
            match field.range() {
                // The range of `Extended16` is that of what it decodes to; it takes all patterns of 16 bits.
                Some(range) if narrow(range) && alike && full <= 1 << 31 => Travel::Bits,
                Some(range) if narrow(range) => Travel::Signed,
                _ => Travel::Pair,
            }
        }
    }
}

fn is_power_of_two(number: i32) -> bool {
    number.count_ones() == 1
}

/// The plan of these instructions, which are in order and do not overlap, in the code that has `template` for all
/// bytes. `None` if an instruction has more values than a plan can have, or more bytes.
pub fn write(template: &[u8], units: &[Unit<'_>]) -> Option<Vec<u8>> {
    let mut out = Writer(Vec::new());
    out.number(template.len() as u64);
    out.0.extend_from_slice(template);
    let mut end = 0u32;
    for unit in units {
        if unit.fields.len() > MAX_VALUES || unit.len > 15 {
            return None;
        }
        let more = !unit.derived.is_empty() || !unit.relations.is_empty();
        out.number((unit.fields.len() as u64) << 2 | u64::from(unit.is_wide()) << 1 | u64::from(more));
        out.number(u64::from(unit.at.checked_sub(end)?) << 4 | unit.len as u64);
        end = unit.at.checked_add(unit.len as u32)?;
        out.number(unit.form.into());
        let again = unit.again.iter().copied().chain(core::iter::repeat(None));
        for (field, again) in unit.fields.iter().zip(again) {
            if let Some(word) = again {
                out.0.push(0x20 | (word <= LAST_SHARED).then_some(word)?);
            }
            out.field(field);
        }
        if more {
            out.list(unit.relations, Writer::relation)?;
            out.list(unit.derived, Writer::derived)?;
        }
    }
    Some(out.0)
}

/// The field without limits that its width implies. (With a scale, they may decide what is wrong with a value.)
fn within_limits(field: &Field) -> Field {
    let mut out = *field;
    let Some((low, high)) = field.rule.bounds(field.width) else { return out };
    let linear = matches!(field.rule, Rule::Unsigned | Rule::Signed | Rule::Pattern) && field.width < 63;
    if linear && field.mul == 1 && field.add == 0 {
        if i128::from(field.min) <= low {
            out.min = i64::MIN;
        }
        if i128::from(field.max) >= high {
            out.max = i64::MAX;
        }
    }
    out
}

/// 4 if a field has a smallest value, plus 8 if it has a largest one.
fn limited(field: &Field) -> u8 {
    u8::from(field.min != i64::MIN) << 2 | u8::from(field.max != i64::MAX) << 3
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    fn list<T>(&mut self, list: &[T], mut write: impl FnMut(&mut Writer, &T)) -> Option<()> {
        self.0.push(u8::try_from(list.len()).ok()?);
        list.iter().for_each(|one| write(self, one));
        Some(())
    }

    fn field(&mut self, field: &Field) {
        let field = &within_limits(field);
        let but_last = field.max == (ones(field.width) as i64).wrapping_sub(1);
        let all = if but_last { Field { max: i64::MAX, ..*field } } else { *field };
        if let Some(register) = Self::register(&all) {
            self.0.extend(but_last.then_some(BUT_LAST));
            self.0.extend(register);
        } else if self.linear(field).is_none() {
            self.any(field);
        }
    }

    /// A register without limits: one byte, or two.
    fn register(field: &Field) -> Option<Vec<u8>> {
        let plain = Field::new(Kind::Register, Rule::Unsigned, field.width, 0);
        if (Field { len: plain.len, pieces: plain.pieces, ..*field }) != plain {
            return None;
        }
        match (field.width, field.pieces()) {
            (3..=5, [Piece { from: 0, width, to: to @ 0..=31 }]) if *width == field.width => {
                Some([0x80 | (5 - field.width) << 5 | to].to_vec())
            }
            (4, [Piece { from: 0, width: 3, to: low @ 0..=127 }, Piece { from: 3, width: 1, to: high @ 0..=63 }]) => {
                Some((u16::from(X86_REGISTER) << 8 | u16::from(*high) << 7 | u16::from(*low)).to_be_bytes().to_vec())
            }
            _ => None,
        }
    }

    /// A linear field in one piece: three bytes, and its limits.
    fn linear(&mut self, field: &Field) -> Option<()> {
        let scale = field.mul.trailing_zeros();
        let [Piece { from: 0, width, to: to @ 0..=127 }] = field.pieces() else { return None };
        let fits =
            (1..=64).contains(width) && *width == field.width && field.add == 0 && field.mul > 0 && is_power_of_two(field.mul);
        if !fits || scale > 7 || field.rule as u32 > Rule::Pattern as u32 {
            return None;
        }
        let sort = (field.kind as u8) << 2 | field.rule as u8;
        let wide = width - 1;
        self.0.extend_from_slice(&[0x40 | limited(field) << 2 | sort, (scale as u8) << 5 | wide >> 1, wide << 7 | to]);
        self.limits(field);
        Some(())
    }

    fn limits(&mut self, field: &Field) {
        if field.min != i64::MIN {
            self.signed(field.min);
        }
        if field.max != i64::MAX {
            self.signed(field.max);
        }
    }

    fn any(&mut self, field: &Field) {
        let has = limited(field) | u8::from(field.mul != 1) | u8::from(field.add != 0) << 1;
        self.0.extend_from_slice(&[has, (field.kind as u8) << 6 | field.rule as u8, field.width]);
        if field.mul != 1 {
            self.signed(field.mul.into());
        }
        if field.add != 0 {
            self.signed(field.add.into());
        }
        self.limits(field);
        self.0.push(field.pieces().len() as u8);
        for piece in field.pieces() {
            self.0.extend_from_slice(&[piece.from, piece.width, piece.to]);
        }
    }

    fn sum(&mut self, sum: &Sum, upper: u8) {
        // Terms count by their place in some comparisons, so only those behind the last one are left out.
        let count = sum.terms.iter().rposition(|(_, factor)| *factor != 0).map_or(0, |last| last + 1);
        self.0.push(upper << 4 | count as u8);
        self.signed(sum.constant);
        for (operand, factor) in sum.terms.iter().take(count) {
            self.0.push(*operand);
            self.signed((*factor).into());
        }
    }

    fn relation(&mut self, relation: &Relation) {
        if let [Some(Compare { left, order: Order::NotEqual }), None, None, None] = relation.any {
            let [(value @ 0..=7, 1), (_, 0), (_, 0), (_, 0)] = left.terms else { return self.any_relation(relation) };
            let excluded @ 0..=31 = left.constant.wrapping_neg() else { return self.any_relation(relation) };
            let short = value << 5 | excluded as u8;
            if value == relation.blame && short != ANY_RELATION {
                return self.0.push(short);
            }
        }
        self.any_relation(relation);
    }

    fn any_relation(&mut self, relation: &Relation) {
        self.0.push(ANY_RELATION);
        let any = || relation.any.iter().flatten();
        self.0.extend_from_slice(&[relation.blame, any().count() as u8]);
        any().for_each(|Compare { left, order }| self.sum(left, *order as u8));
    }

    fn derived(&mut self, derived: &Derived) {
        self.sum(&derived.sum, 0);
        self.number(derived.flip.into());
        self.field(&derived.field);
    }
}
