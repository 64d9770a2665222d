//! Arithmetic of operands that is more than a shift: sums, tests of constraints, irregular forms.
//!
//! The macro writes calls of these instead of trees of operators: a call of a function with concrete types is checked
//! faster by the compiler than an operator on untyped literals, and folds to the same code. Everything is total.

use crate::value::Integer;
use bareasm_isa::encoding::{Encoding, Fault, Order};
use bareasm_isa::field::{ones, Field, Kind, Piece, MAX_PIECES};
use bareasm_isa::rule::{Misfit, Rule};
use bareasm_isa::split::split;

/// An x86 instruction word with a register number that was checked: its low three bits at bit `low`, the rest at bit
/// `high`.
#[inline(always)]
pub fn xr(word: u64, n: i64, low: u32, high: u32) -> u64 {
    word ^ split(n as u64, low, high)
}

/// As [`xr`], for a word of up to four bytes.
#[inline(always)]
pub fn xs(word: u32, n: i64, low: u32, high: u32) -> u32 {
    word ^ split(n as u64, low, high) as u32
}

/// A word with `bits` bits of a value, from bit `from` upwards, at bit `to`.
#[inline(always)]
pub const fn xf(word: u64, x: i64, from: u32, bits: u32, to: u32) -> u64 {
    word ^ ((x as u64).wrapping_shr(from) & ones(bits as u8)).wrapping_shl(to)
}

/// Stores bytes at byte `at`.
#[inline(always)]
pub fn sta<const N: usize>(d: &mut [u8], at: usize, bytes: &[u8; N]) {
    if let Some(d) = d.get_mut(at..).and_then(|d| d.first_chunk_mut()) {
        *d = *bytes;
    }
}

/// `sum + x * factor`. Wraps: what it is made of has been checked, or is going to be.
#[inline(always)]
pub const fn add(sum: i64, x: i64, factor: i64) -> i64 {
    sum.wrapping_add(x.wrapping_mul(factor))
}

/// A value with some bits inverted.
#[inline(always)]
pub const fn flip(x: i64, bits: i64) -> i64 {
    x ^ bits
}

/// 1 if a value is below or above its limits.
#[inline(always)]
pub const fn lbad(x: i64, min: i64, max: i64) -> u64 {
    (x < min || x > max) as u64
}

/// 1 if a rule has no code of `width` bits for a value.
#[inline(always)]
pub const fn misfit(rule: Rule, x: i64, width: u8) -> u64 {
    rule.encode(x, width).is_err() as u64
}

/// The code that the rule with this number has for a value, in less than 64 bits; negative if it has none ([`Misfit::code`]). Out
/// of line, once for each rule that is used: the irregular ones take 20 to 60 machine instructions.
#[inline(never)]
pub fn code<const RULE: u8, const WIDTH: u8>(x: i64) -> i64 {
    const { Rule::ALL[RULE as usize] }.encode(x, WIDTH).map_or_else(Misfit::code, |raw| raw as i64)
}

/// 1 if a rule has no code for a value: what `code` returned is negative.
#[inline(always)]
pub const fn uncoded(raw: i64) -> u64 {
    raw as u64 >> 63
}

/// 1 if a sum does not compare with 0 as it should.
#[inline(always)]
pub const fn breaks(order: Order, left: i64) -> u64 {
    !order.holds(left) as u64
}

/// 1 if bit `bit` of a list is set.
#[inline(always)]
pub const fn listed(bit: i64, list: i64) -> u64 {
    (bit >= 0 && bit < 64 && list.wrapping_shr(bit as u32) & 1 != 0) as u64
}

/// A field, in a constant. Pieces are (lowest raw bit, number of bits, lowest bit of the instruction).
#[allow(clippy::too_many_arguments)]
pub const fn field(
    kind: Kind,
    rule: Rule,
    width: u8,
    mul: i32,
    add: i32,
    min: i64,
    max: i64,
    mut parts: &[(u8, u8, u8)],
) -> Field {
    let mut pieces = [Piece { from: 0, width: 0, to: 0 }; MAX_PIECES];
    let len = parts.len() as u8;
    let mut rest: &mut [Piece] = &mut pieces; // `as_mut_slice` is not const in 1.88
    while let ([piece, pieces @ ..], [(from, width, to), tail @ ..]) = (rest, parts) {
        *piece = Piece { from: *from, width: *width, to: *to };
        rest = pieces;
        parts = tail;
    }
    Field { kind, rule, width, len, mul, add, min, max, pieces }
}

/// The instruction of an irregular form for these values, and 0; or the number of the fault.
#[inline]
pub fn encode<const N: usize>(encoding: &'static Encoding<'static>, values: &[i64]) -> ([u8; N], i64) {
    let mut code = [0; N];
    let fault = encode_into(encoding, values, &mut code).map_or_else(Fault::number, |()| 0);
    (code, fault)
}

/// [`Encoding::encode`], out of line: the instruction for these values.
#[inline(never)]
fn encode_into(encoding: &'static Encoding<'static>, values: &[i64], code: &mut [u8]) -> Result<(), Fault> {
    encoding.encode(values, code)
}

/// What may stand for an absolute address, `extern expr`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an address",
    note = "an address is an integer of up to 64 bits, or a pointer"
)]
pub trait Address {
    /// The address.
    fn address(self) -> u64;
}

macro_rules! addresses {
    ($($type:ty)*) => { $(
        impl Address for $type {
            #[inline(always)]
            fn address(self) -> u64 {
                self as u64
            }
        }
    )* };
}

addresses! { i32 i64 isize u32 u64 usize }

impl<T> Address for *const T {
    #[inline(always)]
    fn address(self) -> u64 {
        self as usize as u64
    }
}

impl<T> Address for *mut T {
    #[inline(always)]
    fn address(self) -> u64 {
        self as usize as u64
    }
}

/// An absolute address.
#[inline(always)]
pub fn address(x: impl Address) -> u64 {
    x.address()
}

/// The boundary of `.align expr`. What is no boundary becomes one that no buffer has room for.
#[inline]
pub fn boundary(x: impl Integer) -> u32 {
    u32::try_from(x.integer()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bareasm_isa::encoding::{Compare, Sum};

    #[test]
    fn words_hold_what_they_should() {
        assert_eq!(xr(0x48, 13, 16, 0), 0x0005_0049);
        assert_eq!(xs(0x48, 13, 16, 0), 0x0005_0049);
        assert_eq!(xr(0x20, 13, 0, 5), 5, "a high bit that is stored inverted");
        assert_eq!(xf(0, -1, 0, 32, 32), 0xffff_ffff_0000_0000);
        assert_eq!(xf(1, i64::MIN, 63, 1, 4), 0x11);
        assert_eq!(xf(0, -2, 0, 64, 0), u64::MAX - 1);
        let mut code = [0; 4];
        sta(&mut code, 1, &[1, 2]);
        sta(&mut code, 3, &[9, 9]);
        assert_eq!(code, [0, 1, 2, 0], "what does not fit is not stored");
    }

    #[test]
    fn comparisons_are_those_of_the_table() {
        let orders = [Order::Less, Order::LessOrEqual, Order::Greater, Order::GreaterOrEqual, Order::Equal, Order::NotEqual];
        for order in orders {
            for left in [-1, 0, 1, i64::MIN, i64::MAX] {
                let compare = Compare { left: Sum { terms: [(0, 1), (0, 0), (0, 0), (0, 0)], constant: 0 }, order };
                assert_eq!(breaks(order, left), u64::from(!compare.holds(&[left])), "{order:?} {left}");
            }
        }
        for bit in [-1, 0, 3, 63, 64, i64::MIN, i64::MAX] {
            for list in [0, 8, -1, i64::MIN] {
                let left = Sum { terms: [(0, 1), (1, 1), (0, 0), (0, 0)], constant: 0 };
                let compare = Compare { left, order: Order::NotIn };
                assert_eq!(listed(bit, list), u64::from(!compare.holds(&[bit, list])), "{bit} {list}");
            }
        }
    }

    #[test]
    fn fields_in_constants() {
        let plain = Field::new(Kind::Register, Rule::Unsigned, 5, 16);
        assert_eq!(field(Kind::Register, Rule::Unsigned, 5, 1, 0, i64::MIN, i64::MAX, &[(0, 5, 16)]), plain);
        let many = [(0, 1, 0); 12];
        assert_eq!(field(Kind::Register, Rule::Unsigned, 5, 1, 0, 0, 1, &many).pieces().len(), MAX_PIECES);
    }
}
