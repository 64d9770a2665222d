//! The number of an x86 register in two pieces: three bits in the opcode, ModRM or SIB, the fourth in REX or VEX.
//!
//! Bits of an instruction are counted as those of a [`Piece`](crate::field::Piece).

/// The row of [`SPLIT`] for these places, counted from the byte that has the other bit.
#[inline(always)] // at opt-level z, too: its arguments are known
const fn split_row(low: u32, high: u32) -> Option<usize> {
    match (low, high) {
        (8, 0) => Some(0),
        (16, 0) => Some(1),
        (19, 2) => Some(2),
        (24, 0) => Some(3),
        (27, 1) => Some(4),
        (27, 2) => Some(5),
        (24, 5) => Some(6),
        (27, 7) => Some(7),
        _ => None,
    }
}

/// Numbers below 16, split. A load takes the place of two shifts, a copy, a mask and an addition.
static SPLIT: [[u32; 16]; 8] = {
    let mut all = [[0; 16]; 8];
    let mut place = 0u32;
    while place < 256 {
        let (low, high) = (place >> 3, place & 7);
        if let Some(row) = split_row(low, high) {
            let rest: &mut [u32] = &mut all[row];
            let (mut rest, mut n) = (rest, 0u32);
            while let [cell, cells @ ..] = rest {
                *cell = (n & 7).wrapping_shl(low) | (n >> 3).wrapping_shl(high);
                (rest, n) = (cells, n.wrapping_add(1));
            }
        }
        place = place.wrapping_add(1);
    }
    all
};

/// A number below 16 in two pieces (an x86 register): its low three bits at bit `low`, the other one at bit `high`.
#[inline(always)]
pub fn split(n: u64, low: u32, high: u32) -> u64 {
    let first = high & !7;
    let row = split_row(low.wrapping_sub(first), high & 7).and_then(|row| SPLIT.get(row));
    match row.and_then(|row| row.get((n & 15) as usize)) {
        Some(bits) => u64::from(*bits).wrapping_shl(first),
        None => (n & 7).wrapping_shl(low) ^ (n >> 3).wrapping_shl(high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(SPLIT.iter().all(|row| row.iter().skip(1).all(|bits| *bits != 0)));
    }
}
