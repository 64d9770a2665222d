//! The number of an x86 register in two pieces: three bits in the opcode, ModRM or SIB, the fourth in REX or VEX.
//!
//! Bits of an instruction are counted as those of a [`Piece`](crate::field::Piece).

macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident $row:ident [$Word:ty; $count:literal]: $(($low:literal, $high:literal) = $n:literal,)*;)*) => { $(
        $(#[$doc])*
        static $table: [[$Word; 16]; $count] = {
            const fn numbers(low: u32, high: u32) -> [$Word; 16] {
                let mut all = [0; 16];
                let (mut rest, mut n): (&mut [$Word], $Word) = (&mut all, 0);
                while let [cell, cells @ ..] = rest {
                    *cell = (n & 7).wrapping_shl(low) | (n >> 3).wrapping_shl(high);
                    (rest, n) = (cells, n.wrapping_add(1));
                }
                all
            }
            [$(numbers($low, $high)),*]
        };

        /// The row for these places, counted from the byte that has the other bit.
        #[inline(always)] // at opt-level z, too: its arguments are known
        const fn $row(low: u32, high: u32) -> Option<usize> {
            match (low, high) {
                $(($low, $high) => Some($n),)*
                _ => None,
            }
        }
    )* };
}

tables! {
    /// Numbers below 16, split, both pieces within four bytes. A load takes the place of two shifts, a copy, a mask and an addition.
    SHORT short [u32; 8]:
        (8, 0) = 0, (16, 0) = 1, (19, 2) = 2, (24, 0) = 3, (27, 1) = 4, (27, 2) = 5, // REX
        (24, 5) = 6, (27, 7) = 7, // VEX
    ;
    /// The same within eight bytes: SIB.
    LONG long [u64; 4]:
        (32, 0) = 0, (35, 1) = 1, // REX
        (32, 5) = 2, (35, 6) = 3, // VEX
    ;
}

/// A number below 16 in two pieces (an x86 register): its low three bits at bit `low`, the other one at bit `high`.
#[inline(always)]
pub fn split(n: u64, low: u32, high: u32) -> u64 {
    let first = high & !7;
    let (below, other, number) = (low.wrapping_sub(first), high & 7, (n & 15) as usize);
    let found = match (short(below, other), long(below, other)) {
        (Some(row), _) => SHORT.get(row).and_then(|row| row.get(number)).map(|bits| u64::from(*bits)),
        (None, Some(row)) => LONG.get(row).and_then(|row| row.get(number)).copied(),
        (None, None) => None,
    };
    match found {
        Some(bits) => bits.wrapping_shl(first),
        None => (n & 7).wrapping_shl(low) ^ (n >> 3).wrapping_shl(high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn both_pieces_are_where_they_belong() {
        for (low, high) in (3..48).flat_map(|low| (0..16).map(move |high| (low, high))).filter(|(low, high)| low > high) {
            for n in 0..16 {
                assert_eq!(split(n, low, high), (n & 7) << low | (n >> 3) << high, "{n} at {low} and {high}");
            }
        }
        assert_eq!(split(13, 0, 5), 5 | 1 << 5, "the other piece above");
    }

    #[test]
    fn every_row_is_used() {
        let places = || (0..64).flat_map(|low| (0..8).map(move |high| (low, high)));
        for (rows, len) in [
            (places().map(|(low, high)| short(low, high)).collect::<Vec<_>>(), SHORT.len()),
            (places().map(|(low, high)| long(low, high)).collect(), LONG.len()),
        ] {
            let mut rows: Vec<usize> = rows.into_iter().flatten().collect();
            rows.sort_unstable();
            assert_eq!(rows, (0..len).collect::<Vec<_>>());
        }
    }
}
