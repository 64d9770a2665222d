//! Where everything lands: the pieces of code whose lengths change, and the fixed point of these.
//!
//! Jumps start short and grow when they do not reach; what has grown stays so. Starting short and not long matters: two jumps over each
//! other may both be short although neither can be shortened while the other is long. Without padding the result is the shortest
//! code that there is, since growth only moves places apart. Padding may absorb growth and give it back, so with padding a jump
//! may stay long that could have been short; it always reaches.

use alloc::vec::Vec;

/// Bytes of a short `jmp` or `jcc`.
pub(super) const SHORT: u32 = 2;

/// What a branch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Branch {
    Jump,
    /// `jcc`, with its condition.
    Condition(u8),
    Call,
}

impl Branch {
    /// Bytes with a distance of 32 bits.
    pub(super) const fn long(self) -> u32 {
        match self {
            Branch::Condition(_) => 6,
            Branch::Jump | Branch::Call => 5,
        }
    }
}

/// What a piece of code is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A `jmp` or `jcc` within the code.
    Jump {
        branch: Branch,
        /// The offset of the target before anything moves.
        target: u32,
        addend: i64,
        /// How many pieces end in front of the target.
        before: usize,
        /// From the end of the short form to the target.
        distance: i64,
    },
    /// A branch to an address that is out of reach.
    Far { branch: Branch, address: u64 },
    /// Up to a multiple of `to`.
    Padding { to: u32, fill: Option<u8> },
}

/// A piece of code whose length may change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Its offset before anything moves.
    pub(super) at: u32,
    /// Its length there.
    pub(super) length: u32,
    /// Its length now.
    pub(super) size: u32,
    /// How far it has moved.
    pub(super) shift: i64,
    /// The least offset that it may get.
    least: i64,
    pub(super) kind: Kind,
}

impl Piece {
    pub(super) fn new(at: u32, length: u32, size: u32, kind: Kind) -> Piece {
        Piece { at, length, size, shift: 0, least: 0, kind }
    }

    fn end(&self) -> u32 {
        self.at.saturating_add(self.length)
    }

    fn growth(&self) -> i64 {
        i64::from(self.size).saturating_sub(self.length.into())
    }

    /// Whether it is a short jump whose target is out of reach.
    fn overdue(&self) -> bool {
        matches!(self.kind, Kind::Jump { distance, .. } if self.size == SHORT && i8::try_from(distance).is_err())
    }
}

/// Pieces in the order of the code.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) pieces: Vec<Piece>,
    /// How far what is behind the last one has moved.
    total: i64,
}

impl Layout {
    /// Sorts pieces; those of two may not overlap: otherwise the offset where they do.
    pub(super) fn new(mut pieces: Vec<Piece>) -> Result<Layout, u32> {
        pieces.sort_unstable_by_key(|piece| piece.at);
        let overlap = pieces.windows(2).find_map(|pair| match pair {
            [first, second] if first.end() > second.at => Some(second.at),
            _ => None,
        });
        if let Some(at) = overlap {
            return Err(at);
        }
        let mut layout = Layout { pieces, total: 0 };
        let mut less = 0i64;
        for n in 0..layout.pieces.len() {
            let before = match layout.pieces.get(n).map(|piece| piece.kind) {
                Some(Kind::Jump { target, .. }) => layout.index(target),
                _ => 0,
            };
            let Some(piece) = layout.pieces.get_mut(n) else { break };
            piece.least = i64::from(piece.at).saturating_sub(less);
            match &mut piece.kind {
                Kind::Jump { before: slot, .. } => {
                    *slot = before;
                    less = less.saturating_add(i64::from(piece.length)).saturating_sub(SHORT.into());
                }
                Kind::Far { .. } => less = less.saturating_sub(piece.growth()),
                Kind::Padding { .. } => less = less.saturating_add(piece.length.into()),
            }
        }
        Ok(layout)
    }

    /// How many pieces end at or in front of an offset from before.
    fn index(&self, offset: u32) -> usize {
        self.pieces.partition_point(|piece| piece.end() <= offset)
    }

    /// Where the code is now that was at an offset before.
    pub(super) fn moved(&self, offset: u32) -> i64 {
        self.behind(self.index(offset), offset)
    }

    fn behind(&self, index: usize, offset: u32) -> i64 {
        i64::from(offset).saturating_add(self.pieces.get(index).map_or(self.total, |piece| piece.shift))
    }

    /// Chooses all lengths, for code that will run at `base`.
    ///
    /// Growth is handed on to the jumps that it may concern, which are near: they span the piece, and are short. So the time is
    /// linear; but for padding, which is looked at anew until nothing changes.
    pub(super) fn relax(&mut self, base: u64) {
        let mut stack = Vec::new();
        loop {
            self.place(base);
            let mut grown = false;
            for n in 0..self.pieces.len() {
                if self.pieces.get(n).is_some_and(Piece::overdue) {
                    grown = true;
                    self.grow(n, &mut stack);
                    while let Some(n) = stack.pop() {
                        self.grow(n, &mut stack);
                    }
                }
            }
            if !grown {
                return;
            }
        }
    }

    /// Moves everything to where it belongs with the lengths of now, and measures distances.
    fn place(&mut self, base: u64) {
        let mut shift = 0i64;
        for piece in &mut self.pieces {
            piece.shift = shift;
            if let Kind::Padding { to, .. } = piece.kind {
                let address = base.wrapping_add(i64::from(piece.at).saturating_add(shift) as u64);
                let over = address.checked_rem(to.into()).unwrap_or(0);
                piece.size = if over == 0 { 0 } else { to.saturating_sub(over as u32) };
            }
            shift = shift.saturating_add(piece.growth());
        }
        self.total = shift;
        for n in 0..self.pieces.len() {
            let Some(&Piece { at, shift, kind: Kind::Jump { target, before, addend, .. }, .. }) = self.pieces.get(n) else {
                continue;
            };
            let end = i64::from(at).saturating_add(shift).saturating_add(SHORT.into());
            let measured = self.behind(before, target).saturating_add(addend).saturating_sub(end);
            if let Some(Piece { kind: Kind::Jump { distance, .. }, .. }) = self.pieces.get_mut(n) {
                *distance = measured;
            }
        }
    }

    /// Makes a jump long, and moves the ends of the jumps apart that span it.
    fn grow(&mut self, n: usize, stack: &mut Vec<usize>) {
        let Some(piece) = self.pieces.get_mut(n) else { return };
        let Kind::Jump { branch, .. } = piece.kind else { return };
        if piece.size != SHORT {
            return;
        }
        piece.size = branch.long();
        let (least, growth) = (piece.least, i64::from(piece.size.saturating_sub(SHORT)));
        let farthest = i64::from(SHORT).saturating_add(128);
        let (front, back) = self.pieces.split_at_mut(n);
        for (at, piece) in front.iter_mut().enumerate().rev() {
            if least.saturating_sub(piece.least) > farthest {
                break;
            }
            piece.widen(growth, |before| before > n, at, stack);
        }
        for (at, piece) in (n..).zip(back).skip(1) {
            if piece.least.saturating_sub(least) > farthest {
                break;
            }
            piece.widen(growth.saturating_neg(), |before| before <= n, at, stack);
        }
    }
}

impl Piece {
    /// Adds to the distance of a jump that spans; it goes to the stack if its target is out of reach then.
    fn widen(&mut self, by: i64, spans: impl Fn(usize) -> bool, number: usize, stack: &mut Vec<usize>) {
        let Kind::Jump { before, distance, .. } = &mut self.kind else { return };
        if spans(*before) {
            *distance = distance.saturating_add(by);
            // Without memory for it, the next round finds it.
            if self.overdue() && stack.try_reserve(1).is_ok() {
                stack.push(number);
            }
        }
    }
}
