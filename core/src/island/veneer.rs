//! Veneers as data: code that carries a branch on to a target that it does not reach itself.

use bareasm_isa::relocation::Relocation;

/// A few instructions that go to a target from wherever they lie.
#[derive(Clone, Copy, Debug)]
pub struct Veneer {
    /// The code. What the relocated field holds is its addend.
    pub code: &'static [u8],
    /// Offset of the relocated unit in the code.
    pub unit: u32,
    /// How the target gets into it.
    pub relocation: Relocation,
    /// The code starts at a multiple of this many bytes, a power of two.
    pub alignment: u32,
}

impl Veneer {
    /// The most bytes that it takes, padding in front of it included.
    pub(super) const fn size(&self) -> u32 {
        (self.code.len() as u32).saturating_add(self.alignment).saturating_sub(1)
    }
}

/// A kind of reference whose reach is watched.
#[derive(Clone, Copy, Debug)]
pub struct Watched {
    /// How it is made.
    pub relocation: Relocation,
    /// What carries a branch of this kind on, with a longer reach; `None` if it is no kind of branch.
    pub veneer: Option<Veneer>,
    /// Whether literals are loaded by this kind.
    pub loads: bool,
}

/// The veneers of an architecture.
#[derive(Clone, Copy, Debug)]
pub struct Veneers {
    /// What is watched, the shortest reach first, at most [`MAX_KINDS`]. The veneer of the last kind has no reach to watch.
    pub kinds: &'static [Watched],
    /// Whether a unit is a branch, and not a load with the same field.
    pub is_branch: fn(&[u8]) -> bool,
    /// Goes around an island.
    pub around: Veneer,
    /// Goes to any address, by its absolute relocation: for branches of the last kind.
    pub address: Veneer,
}

/// The most kinds of reference in [`Veneers::kinds`].
pub const MAX_KINDS: usize = 8;

impl Veneers {
    /// For architectures whose branches reach everything.
    pub const NONE: Veneers = {
        let nothing = Veneer { code: &[], unit: 0, relocation: Relocation::Abs64, alignment: 1 };
        Veneers { kinds: &[], is_branch: |_| true, around: nothing, address: nothing }
    };

    /// The number of a kind that is watched.
    #[inline]
    pub(super) fn kind(&self, relocation: Relocation) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.relocation == relocation)
    }

    /// The most bytes that one reference of a kind takes in an island.
    pub(super) fn size(&self, kind: usize) -> u32 {
        let size = self.kinds.get(kind).and_then(|kind| kind.veneer.as_ref()).map_or(0, Veneer::size);
        if kind.wrapping_add(1) == self.kinds.len() {
            size.max(self.address.size())
        } else {
            size
        }
    }
}
