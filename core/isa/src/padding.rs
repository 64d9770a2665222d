//! No-ops, for the space in front of a boundary.

/// The no-ops that an instruction set is padded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoOps {
    /// Boundary that instructions stand on, in bytes.
    boundary: u64,
    /// One no-op of each length, the shortest first.
    codes: &'static [&'static [u8]],
}

impl NoOps {
    /// A64 `nop`.
    pub const A64: NoOps = NoOps { boundary: 4, codes: &[&[0x1f, 0x20, 0x03, 0xd5]] };
    /// T16 `nop`.
    pub const T32: NoOps = NoOps { boundary: 2, codes: &[&[0x00, 0xbf]] };
    /// The no-ops of one to nine bytes that the Intel manual recommends (SDM volume 2, NOP), for both modes.
    pub const X86: NoOps = NoOps {
        boundary: 1,
        codes: &[
            &[0x90],
            &[0x66, 0x90],
            &[0x0f, 0x1f, 0x00],
            &[0x0f, 0x1f, 0x40, 0x00],
            &[0x0f, 0x1f, 0x44, 0x00, 0x00],
            &[0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
            &[0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
            &[0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
            &[0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
        ],
    };

    /// Fills `room`, which will run at `address`, with as few no-ops as possible. Where no instruction can stand it
    /// becomes 0; returns how many bytes these are.
    pub fn fill(&self, room: &mut [u8], address: u64) -> usize {
        room.fill(0);
        let over = address.checked_rem(self.boundary).unwrap_or(0);
        let lead = if over == 0 { 0 } else { self.boundary.wrapping_sub(over) as usize };
        let mut bare = lead.min(room.len());
        let longest = self.codes.last().map_or(1, |code| code.len().max(1));
        for place in room.get_mut(lead..).unwrap_or_default().chunks_mut(longest) {
            let code = self.codes.iter().rev().find(|code| code.len() <= place.len()).copied().unwrap_or_default();
            place.iter_mut().zip(code).for_each(|(to, from)| *to = *from);
            bare = bare.saturating_add(place.len().saturating_sub(code.len()));
        }
        bare
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// Lengths that leave nothing over are whole no-ops; the rest is counted.
    #[test]
    fn room_is_filled() {
        for (no_ops, step) in [(NoOps::A64, 4), (NoOps::T32, 2), (NoOps::X86, 1)] {
            for len in 0..40usize {
                let mut room = Vec::from([0xcc; 40]);
                assert_eq!(no_ops.fill(&mut room[..len], 8), len % step, "{no_ops:?} {len}");
                let whole = len - len % step;
                let mut rest = &room[..whole];
                while !rest.is_empty() {
                    let code = no_ops.codes.iter().rev().find(|code| rest.starts_with(code)).expect("a no-op");
                    rest = &rest[code.len()..];
                }
                assert!(room[whole..len].iter().all(|byte| *byte == 0) && room[len..].iter().all(|byte| *byte == 0xcc));
            }
        }
    }

    #[test]
    fn instructions_stand_on_their_boundary() {
        let mut room = [0xcc; 9];
        assert_eq!(NoOps::A64.fill(&mut room, 0x1003), 1);
        assert_eq!(room, [0, 0x1f, 0x20, 0x03, 0xd5, 0x1f, 0x20, 0x03, 0xd5]);
        assert_eq!(NoOps::T32.fill(&mut room, 1), 1);
        assert_eq!(NoOps::A64.fill(&mut room[..2], 1), 2);
    }

    #[test]
    fn lengths_are_sorted() {
        for no_ops in [NoOps::A64, NoOps::T32, NoOps::X86] {
            assert!(no_ops.codes.windows(2).all(|pair| pair[0].len() < pair[1].len()));
        }
    }
}
