//! A field as one number, so that a function can have it as a parameter known at compile time.
//!
//! The fast lowering of a single instruction is a call of a function with the shapes of its operands. Where speed counts the
//! compiler expands it in place; where size counts all instructions with the same operands share it.

use crate::field::{ones, Field, Linear, Piece};
use crate::rule::Rule;
use crate::split::split;

/// The most pieces that a shape has.
const PIECES: usize = 4;

/// A field that is plain arithmetic: numbers in a range, some of them excluded, cut to at most four pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What keeps a value in range. The scale is below 16.
    pub check: Linear,
    /// The numbers below 32 that are excluded; 0 unless the check keeps values below 32.
    pub barred: u32,
    /// The pieces, in bits of the value; those that are not used have no width.
    pub pieces: [Piece; PIECES],
}

impl Shape {
    /// The shape of a field with this check, whose values are scaled by `shift` bits; `None` if it has too many pieces.
    pub fn new(field: &Field, check: Linear, shift: u8, barred: u32) -> Option<Shape> {
        let mut pieces = [Piece::default(); PIECES];
        if field.pieces().len() > PIECES || check.scale > 15 {
            return None;
        }
        for (to, from) in pieces.iter_mut().zip(field.pieces()) {
            *to = Piece { from: from.from.checked_add(shift)?, ..*from };
            if to.from.checked_add(to.width)? > 64 || to.to > 127 {
                return None;
            }
        }
        Some(Shape { check, barred, pieces })
    }

    /// The shape of a value that both fields take; `None` if they differ in what they take, or have too many pieces.
    pub fn and(self, other: Shape) -> Option<Shape> {
        let mut both = Shape { barred: self.barred | other.barred, ..self };
        let mut free = both.pieces.iter_mut().filter(|piece| piece.width == 0);
        for piece in other.pieces.iter().filter(|piece| piece.width != 0) {
            *free.next()? = *piece;
        }
        (self.check == other.check).then_some(both)
    }

    /// The shape as a number.
    pub const fn pack(self) -> u128 {
        let rule = match self.check.rule {
            Rule::Signed => 1,
            Rule::Pattern => 2,
            _ => 0,
        };
        let mut all = rule | (self.check.bits as u128) << 2 | (self.check.scale as u128) << 9 | (self.barred as u128) << 13;
        let (mut rest, mut at) = (self.pieces.as_slice(), 45u32);
        while let [piece, tail @ ..] = rest {
            all |= (piece.from as u128 | (piece.width as u128) << 6 | (piece.to as u128) << 13).wrapping_shl(at);
            (rest, at) = (tail, at.wrapping_add(20));
        }
        all
    }

    /// The shape of a number.
    pub const fn unpack(all: u128) -> Shape {
        let rule = match all & 3 {
            1 => Rule::Signed,
            2 => Rule::Pattern,
            _ => Rule::Unsigned,
        };
        let check = Linear { rule, bits: (all >> 2) as u8 & 127, scale: (all >> 9) as u8 & 15 };
        let pieces = [piece(all, 45), piece(all, 65), piece(all, 85), piece(all, 105)];
        Shape { check, barred: (all >> 13) as u32, pieces }
    }

    /// 0 if the value fits.
    #[inline(always)]
    pub const fn bad(self, value: i64) -> u64 {
        self.check.bad(value) | barred(self.barred, value)
    }

    /// An instruction word with a value that fits. The word has zeros where the value goes.
    #[inline(always)]
    pub fn place(self, word: u64, value: i64) -> u64 {
        let [a, b, c, d] = self.pieces;
        let word = word.wrapping_add(self.pair(a, b, value) as u64);
        word.wrapping_add(self.pair(c, d, value) as u64)
    }

    /// As [`Shape::place`], for instructions of up to four bytes.
    #[inline(always)]
    pub fn place_short(self, word: u32, value: i64) -> u32 {
        let [a, b, c, d] = self.pieces;
        let word = word.wrapping_add(self.pair(a, b, value) as u32);
        word.wrapping_add(self.pair(c, d, value) as u32)
    }

    /// As [`Shape::place`], for instructions of more than eight bytes.
    #[inline(always)]
    pub fn place_wide(self, word: u128, value: i64) -> u128 {
        let [a, b, c, d] = self.pieces;
        word.wrapping_add(self.pair(a, b, value)).wrapping_add(self.pair(c, d, value))
    }

    /// If an instruction of so many bytes ends in the value as it is, in 4 or 8 bytes (an immediate or a displacement of x86): how
    /// many these are; else 0.
    pub const fn tail(self, len: usize) -> usize {
        match self.pieces {
            [Piece { from: 0, width: width @ (32 | 64), to }, Piece { width: 0, .. }, ..]
                if self.check.scale == 0 && to as usize + width as usize == len.saturating_mul(8) =>
            {
                width as usize / 8
            }
            _ => 0,
        }
    }

    /// The bits of two pieces where they belong.
    #[inline(always)]
    fn pair(self, first: Piece, second: Piece, value: i64) -> u128 {
        match (self.check.scale, self.check.bits, first, second) {
            (0, 4, Piece { from: 0, width: 3, to: low }, Piece { from: 3, width: 1, to: high }) => {
                split(value as u64, low as u32, high as u32) as u128
            }
            _ => self.moved(first, value).wrapping_add(self.moved(second, value)),
        }
    }

    /// The bits of a piece where they belong.
    #[inline(always)]
    const fn moved(self, piece: Piece, value: i64) -> u128 {
        if piece.width == 0 {
            return 0;
        }
        let (from, to, value) = (piece.from as u32, piece.to as u32, value as u64 as u128);
        // One shift where the bits below the piece are zero.
        let moved = if from > self.check.scale as u32 {
            value.wrapping_shr(from).wrapping_shl(to)
        } else if to >= from {
            value.wrapping_shl(to.wrapping_sub(from))
        } else {
            value.wrapping_shr(from.wrapping_sub(to))
        };
        let end = self.check.bits.saturating_add(self.check.scale);
        if matches!(self.check.rule, Rule::Unsigned) && piece.from.saturating_add(piece.width) >= end {
            return moved; // there are no bits above the piece
        }
        moved & (ones(piece.width) as u128).wrapping_shl(to)
    }
}

/// 1 if a number below 32 is in a set of such numbers.
#[inline(always)]
pub const fn barred(set: u32, n: i64) -> u64 {
    if set.is_power_of_two() {
        (n == set.trailing_zeros() as i64) as u64
    } else {
        (set.wrapping_shr(n as u32) & 1) as u64
    }
}

const fn piece(all: u128, at: u32) -> Piece {
    let bits = all.wrapping_shr(at);
    Piece { from: bits as u8 & 63, width: (bits >> 6) as u8 & 127, to: (bits >> 13) as u8 & 127 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Kind;

    #[test]
    fn shapes_do_what_fields_do() {
        let piece = |from, width, to| Piece { from, width, to };
        let register = Field::new(Kind::Register, Rule::Unsigned, 4, 0);
        let mut x86 = Field { len: 2, ..register };
        (x86.pieces[0], x86.pieces[1]) = (piece(0, 3, 19), piece(3, 1, 2));
        let mut split = Field { len: 3, ..Field::new(Kind::Immediate, Rule::Unsigned, 12, 0) };
        (split.pieces[0], split.pieces[1], split.pieces[2]) = (piece(0, 8, 16), piece(8, 3, 28), piece(11, 1, 10));
        let immediate = |rule, width, to| Field::new(Kind::Immediate, rule, width, to);
        let fields = [
            Field::new(Kind::Register, Rule::Unsigned, 5, 16),
            x86,
            split,
            Field { mul: 8, ..immediate(Rule::Unsigned, 12, 10) },
            Field { mul: 8, ..immediate(Rule::Unsigned, 12, 1) },
            Field { mul: 16, ..immediate(Rule::Signed, 7, 15) },
            immediate(Rule::Signed, 32, 32),
            immediate(Rule::Signed, 32, 40),
            immediate(Rule::Pattern, 8, 24),
            immediate(Rule::Unsigned, 64, 16),
        ];
        for field in fields {
            let check = field.linear().expect("linear");
            let shape = Shape::new(&field, check, field.mul.trailing_zeros() as u8, 0).expect("few pieces");
            assert_eq!(Shape::unpack(shape.pack()), shape);
            for value in
                (0..64).flat_map(|n| (-3..4).map(move |d| (1i64 << n).wrapping_add(d))).flat_map(|x| [x, x.wrapping_neg()])
            {
                let mut code = [0; 16];
                let good = field.place(value, &mut code).is_ok();
                assert_eq!(shape.bad(value) == 0, good, "{value} {field:?}");
                if good {
                    let expected = u128::from_le_bytes(code);
                    assert_eq!(shape.place_wide(0, value), expected, "{value} {field:?}");
                    let tails = (0..16).filter(|len| shape.tail(*len) != 0);
                    for (len, tail) in tails.map(|len| (len, shape.tail(len))) {
                        assert_eq!(code[len - tail..len], value.to_le_bytes()[..tail], "{value} {field:?}");
                        assert!(code[..len - tail].iter().all(|byte| *byte == 0));
                    }
                    let within = |bits| field.pieces().iter().all(|piece| piece.to + piece.width <= bits);
                    assert!(!within(64) || shape.place(0, value) == expected as u64, "{value} {field:?}");
                    assert!(!within(32) || shape.place_short(0, value) == expected as u32, "{value} {field:?}");
                }
            }
        }
    }

    #[test]
    fn excluded_numbers() {
        let field = Field::new(Kind::Register, Rule::Unsigned, 5, 0);
        let shape = Shape::new(&field, field.linear().expect("linear"), 0, 1 << 31 | 1 << 13).expect("a shape");
        assert_eq!(Shape::unpack(shape.pack()), shape);
        for value in -70..70 {
            assert_eq!(shape.bad(value) == 0, (0..31).contains(&value) && value != 13, "{value}");
        }
    }

    #[test]
    fn what_is_no_shape() {
        let field = Field { len: 5, ..Field::new(Kind::Register, Rule::Unsigned, 5, 0) };
        let check = Linear { rule: Rule::Unsigned, bits: 5, scale: 0 };
        assert_eq!(Shape::new(&field, check, 0, 0), None);
        assert_eq!(Shape::new(&Field { len: 1, ..field }, check, 60, 0), None);
    }
}
