//! Branch relaxation: which of several lengths each instruction takes.
//!
//! Everything starts as short as it can be; what does not reach grows; growth moves labels apart, so this repeats until
//! nothing grows any more. Lengths never shrink again, hence it ends. For plain branches, whose distance can only
//! grow with the code between, the result is the shortest code there is.

/// How long an item can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size<'a> {
    /// Always so many bytes.
    Fixed(u32),
    /// One of these lengths, in the order in which they are to be tried: the last one reaches farthest.
    OneOf(&'a [u32]),
    /// So many bytes that the next item starts at a multiple of this.
    Align(u32),
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placement {
    /// For each item, the index of its length (0 where there is no choice).
    pub(crate) chosen: Vec<usize>,
    /// For each item, where it starts; one more entry says where the last one ends.
    pub(crate) offsets: Vec<u32>,
}

impl Placement {
    /// The length of an item.
    pub(crate) fn len(&self, item: usize) -> u32 {
        let start = self.offsets.get(item).copied().unwrap_or(0);
        self.offsets.get(item + 1).map_or(0, |end| end.saturating_sub(start))
    }
}

/// Chooses lengths. `fits(item, choice, offsets)` says whether the choice reaches with the items at these offsets; it
/// is not asked about the last choice of an item, which is taken whether it reaches or not.
pub(crate) fn relax(sizes: &[Size<'_>], mut fits: impl FnMut(usize, usize, &[u32]) -> bool) -> Placement {
    let mut chosen = vec![0; sizes.len()];
    loop {
        let offsets = place(sizes, &chosen);
        let mut grown = false;
        for (item, (size, choice)) in sizes.iter().zip(&mut chosen).enumerate() {
            let Size::OneOf(lengths) = size else { continue };
            if *choice + 1 < lengths.len() && !fits(item, *choice, &offsets) {
                *choice += 1;
                grown = true;
            }
        }
        if !grown {
            return Placement { chosen, offsets };
        }
    }
}

/// Where the items start with these choices, and where the last one ends.
fn place(sizes: &[Size<'_>], chosen: &[usize]) -> Vec<u32> {
    let mut offsets = Vec::with_capacity(sizes.len() + 1);
    let mut at = 0u32;
    for (size, choice) in sizes.iter().zip(chosen) {
        offsets.push(at);
        let len = match size {
            Size::Fixed(len) => *len,
            Size::OneOf(lengths) => lengths.get(*choice).copied().unwrap_or(0),
            Size::Align(to) => at.checked_next_multiple_of(*to).map_or(0, |end| end - at),
        };
        at = at.saturating_add(len);
    }
    offsets.push(at);
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A branch of 2 bytes reaching -128..=127 from its end, or of 5 bytes reaching anything, as on x86.
    const BRANCH: &[u32] = &[2, 5];

    #[derive(Clone, Copy, Debug)]
    enum Thing {
        Branch(usize),
        Bytes(u32),
    }

    fn sizes(things: &[Thing]) -> Vec<Size<'static>> {
        let size = |thing: &Thing| match thing {
            Thing::Branch(_) => Size::OneOf(BRANCH),
            Thing::Bytes(len) => Size::Fixed(*len),
        };
        things.iter().map(size).collect()
    }

    fn reaches(things: &[Thing], item: usize, choice: usize, offsets: &[u32]) -> bool {
        let Thing::Branch(target) = things[item] else { return true };
        let distance = i64::from(offsets[target]) - i64::from(offsets[item] + BRANCH[choice]);
        choice == 1 || (-128..=127).contains(&distance)
    }

    #[test]
    fn both_ends_of_the_short_reach() {
        for (gap, len) in [(127, 2), (128, 5)] {
            let things = [Thing::Branch(2), Thing::Bytes(gap)];
            let placed = relax(&sizes(&things), |i, c, o| reaches(&things, i, c, o));
            assert_eq!((placed.len(0), placed.offsets[2]), (len, len + gap), "forward over {gap}");
        }
        for (gap, len) in [(126, 2), (127, 5)] {
            let things = [Thing::Bytes(gap), Thing::Branch(0)];
            let placed = relax(&sizes(&things), |i, c, o| reaches(&things, i, c, o));
            assert_eq!(placed.len(1), len, "backward over {gap}");
        }
    }

    #[test]
    fn growth_spreads() {
        // Each branch leaps over the next; only the innermost gap is too wide, and it makes all of them long.
        let things: Vec<Thing> = (0..40)
            .map(|n| Thing::Branch(n + 41))
            .chain([Thing::Bytes(127 - 38)])
            .chain((0..40).map(|_| Thing::Bytes(1)))
            .collect();
        let placed = relax(&sizes(&things), |i, c, o| reaches(&things, i, c, o));
        assert!(placed.chosen[..40].iter().all(|c| *c == 1), "{placed:?}");
    }

    #[test]
    fn alignment_follows_growth() {
        let sizes = [Size::OneOf(BRANCH), Size::Align(4), Size::Fixed(1)];
        let short = relax(&sizes, |_, _, _| true);
        assert_eq!(short.offsets, [0, 2, 4, 5]);
        let long = relax(&sizes, |_, _, _| false);
        assert_eq!(long.offsets, [0, 5, 8, 9]);
    }

    #[test]
    fn as_short_as_brute_force() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut mixed = 0;
        for round in 0..400 {
            let count = 4 + random.usize(..12);
            let things: Vec<Thing> = (0..count)
                .map(|_| match random.u8(..2) {
                    0 => Thing::Branch(random.usize(..=count)),
                    _ => Thing::Bytes(random.u32(..120)),
                })
                .collect();
            let sizes = sizes(&things);
            let placed = relax(&sizes, |i, c, o| reaches(&things, i, c, o));
            for item in 0..count {
                assert!(reaches(&things, item, placed.chosen[item], &placed.offsets), "round {round}: {things:?}");
            }
            let branches: Vec<usize> = (0..count).filter(|n| matches!(things[*n], Thing::Branch(_))).collect();
            let best = (0..1usize << branches.len())
                .filter_map(|bits| {
                    let mut chosen = vec![0; count];
                    for (n, item) in branches.iter().enumerate() {
                        chosen[*item] = bits >> n & 1;
                    }
                    let offsets = place(&sizes, &chosen);
                    (0..count).all(|n| reaches(&things, n, chosen[n], &offsets)).then(|| offsets[count])
                })
                .min();
            assert_eq!(best, Some(placed.offsets[count]), "round {round}: {things:?}");
            let long = branches.iter().filter(|n| placed.chosen[**n] == 1).count();
            mixed += usize::from(long > 0 && long < branches.len());
        }
        assert!(mixed > 50, "the rounds are too uniform to prove much: {mixed}");
    }
}
