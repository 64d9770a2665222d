//! The veneers of each architecture. They may change the registers that its calling convention leaves to linkers: x16 and
//! x17, or r12.

use crate::island::{Veneer, Veneers, Watched};
use bareasm_isa::relocation::Relocation;

/// A64: `b`; beyond 128 MiB a distance of 32 bits, or an address.
pub(super) const A64: Veneers = {
    /// `b target`
    const NEAR: Veneer = Veneer { code: &[0, 0, 0, 0x14], unit: 0, relocation: Relocation::A64Branch26, alignment: 4 };
    /// `ldrsw x16, distance; adr x17, distance; add x16, x16, x17; br x16; distance: .word target - distance`
    const FAR: Veneer = Veneer {
        code: &[0x90, 0x00, 0x00, 0x98, 0x71, 0x00, 0x00, 0x10, 0x10, 0x02, 0x11, 0x8b, 0x00, 0x02, 0x1f, 0xd6, 0, 0, 0, 0],
        unit: 16,
        relocation: Relocation::Data32,
        alignment: 4,
    };
    /// `ldr x16, address; br x16; address: .quad target`
    const ADDRESS: Veneer = Veneer {
        code: &[0x50, 0x00, 0x00, 0x58, 0x00, 0x02, 0x1f, 0xd6, 0, 0, 0, 0, 0, 0, 0, 0],
        unit: 8,
        relocation: Relocation::Abs64,
        alignment: 4,
    };
    /// Loads of literals (`ldr`, `ldrsw`, `prfm`) have the field of `b.cond`.
    fn is_branch(unit: &[u8]) -> bool {
        !matches!(unit, [.., top] if top & 0b0011_1011 == 0b0001_1000)
    }
    const fn branch(relocation: Relocation, veneer: Veneer) -> Watched {
        Watched { relocation, veneer: Some(veneer), loads: matches!(relocation, Relocation::A64Branch19) }
    }
    Veneers {
        kinds: &[
            branch(Relocation::A64Branch9, NEAR),
            branch(Relocation::A64Branch14, NEAR),
            branch(Relocation::A64Branch19, NEAR),
            branch(Relocation::A64Branch26, FAR),
        ],
        is_branch,
        around: NEAR,
        address: ADDRESS,
    }
};

/// T32: `b.w`; beyond 16 MiB a distance of 32 bits, or an address.
pub(super) const T32: Veneers = {
    /// `b.w target`; its template has the inverted bits of a distance of 0.
    const NEAR: Veneer = Veneer { code: &[0x00, 0xf0, 0x00, 0xb8], unit: 0, relocation: Relocation::T32Branch24, alignment: 2 };
    /// `ldr.w r12, distance; add r12, pc; bx r12; distance: .word target - distance + 1`
    const FAR: Veneer = Veneer {
        code: &[0xdf, 0xf8, 0x04, 0xc0, 0xfc, 0x44, 0x60, 0x47, 1, 0, 0, 0],
        unit: 8,
        relocation: Relocation::Data32,
        alignment: 4,
    };
    /// `ldr.w pc, address; address: .word target + 1`: bit 0 says that it is Thumb code, as `b.w` goes to.
    const ADDRESS: Veneer =
        Veneer { code: &[0xdf, 0xf8, 0x00, 0xf0, 1, 0, 0, 0], unit: 4, relocation: Relocation::Abs32, alignment: 4 };
    fn is_branch(_unit: &[u8]) -> bool {
        true // loads have kinds of their own
    }
    const fn branch(relocation: Relocation, veneer: Veneer) -> Watched {
        Watched { relocation, veneer: Some(veneer), loads: false }
    }
    const fn load(relocation: Relocation) -> Watched {
        Watched { relocation, veneer: None, loads: true }
    }
    Veneers {
        kinds: &[
            branch(Relocation::T32CompareBranch, NEAR),
            branch(Relocation::T32Branch8, NEAR),
            load(Relocation::T32Literal8),
            load(Relocation::T32LiteralWords),
            branch(Relocation::T32Branch11, NEAR),
            load(Relocation::T32Literal12),
            branch(Relocation::T32Branch20, NEAR),
            branch(Relocation::T32Branch24, FAR),
        ],
        is_branch,
        around: NEAR,
        address: ADDRESS,
    }
};
