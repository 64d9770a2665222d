//! Tiles of the matrix register ZA as masks: ZERO has a bit for each 64-bit element tile, and a tile of smaller elements
//! consists of some of these.

/// The mask of tile `number` of elements of `bytes` bytes: bit n is set if tile `za<n>.d` is part of it. `None` if there is no
/// such tile: of elements of n bytes there are n tiles, n being 1, 2, 4 or 8.
///
/// ```
/// # use bareasm_isa::rule::tile_mask;
/// assert_eq!(tile_mask(4, 1), Some(0b0010_0010)); // za1.s is za1.d and za5.d
/// assert_eq!(tile_mask(4, 4), None);
/// ```
pub const fn tile_mask(bytes: u8, number: u8) -> Option<u8> {
    let every = match bytes {
        1 => 0xff,
        2 => 0x55,
        4 => 0x11,
        8 => 0x01,
        _ => return None,
    };
    if number < bytes {
        Some(every << number)
    } else {
        None
    }
}

/// The tiles that a mask consists of, as they are preferably written: the size in bytes of the elements, the largest tiles that
/// say it all, and their numbers, one bit each. All of ZA is tile 0 of bytes; 16-bit element tiles stand alone.
///
/// ```
/// # use bareasm_isa::rule::from_tile_mask;
/// assert_eq!(from_tile_mask(0x55), (2, 0b01)); // {za0.h}
/// assert_eq!(from_tile_mask(0x33), (4, 0b0011)); // {za0.s, za1.s}
/// assert_eq!(from_tile_mask(0x06), (8, 0b0000_0110)); // {za1.d, za2.d}
/// ```
pub const fn from_tile_mask(mask: u8) -> (u8, u8) {
    match mask {
        0 => (8, 0),
        0xff => (1, 1),
        0x55 => (2, 1),
        0xaa => (2, 2),
        _ if mask >> 4 == mask & 15 => (4, mask & 15),
        _ => (8, mask),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_is_the_union_of_its_tiles() {
        for mask in 0..=255 {
            let (bytes, numbers) = from_tile_mask(mask);
            let tiles = (0..8).filter(|n| numbers >> n & 1 != 0).map(|n| tile_mask(bytes, n).unwrap());
            assert_eq!(tiles.fold(0, |all, tile| all | tile), mask);
        }
    }

    #[test]
    fn every_tile_is_written_as_itself() {
        for bytes in 0..=16 {
            for number in 0..=255 {
                let mask = tile_mask(bytes, number);
                assert_eq!(mask.is_some(), matches!(bytes, 1 | 2 | 4 | 8) && number < bytes);
                assert!(mask.is_none_or(|mask| from_tile_mask(mask) == (bytes, 1 << number)));
            }
        }
    }
}
