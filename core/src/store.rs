//! Words from values, and bytes from words. Everything here is total, and folds to a few machine instructions when its
//! constant arguments are known.
//!
//! Values are checked before they come here; `cut` keeps the sign of a negative one from spilling into its neighbours.

/// `bits` bits of a value from bit `from` upwards.
#[inline(always)]
pub const fn cut(x: i64, bits: u32, from: u32) -> i64 {
    x.wrapping_shr(from) & bareasm_isa::field::ones(bits as u8) as i64
}

/// A template with one value at a bit.
#[inline(always)]
pub const fn p1(c: u32, a: i64, s: u32) -> u32 {
    c ^ (a as u32).wrapping_shl(s)
}

/// A template with two values.
#[inline(always)]
pub const fn p2(c: u32, a: i64, s: u32, b: i64, t: u32) -> u32 {
    p1(p1(c, a, s), b, t)
}

/// A template with three values.
#[inline(always)]
pub const fn p3(c: u32, a: i64, s: u32, b: i64, t: u32, d: i64, u: u32) -> u32 {
    p1(p2(c, a, s, b, t), d, u)
}

/// A template with four values.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub const fn p4(c: u32, a: i64, s: u32, b: i64, t: u32, d: i64, u: u32, e: i64, v: u32) -> u32 {
    p2(p2(c, a, s, b, t), d, u, e, v)
}

/// As `p1`, in 64 bits.
#[inline(always)]
pub const fn q1(c: u64, a: i64, s: u32) -> u64 {
    c ^ (a as u64).wrapping_shl(s)
}

/// As `p2`, in 64 bits.
#[inline(always)]
pub const fn q2(c: u64, a: i64, s: u32, b: i64, t: u32) -> u64 {
    q1(q1(c, a, s), b, t)
}

/// As `p3`, in 64 bits.
#[inline(always)]
pub const fn q3(c: u64, a: i64, s: u32, b: i64, t: u32, d: i64, u: u32) -> u64 {
    q1(q2(c, a, s, b, t), d, u)
}

/// As `p4`, in 64 bits.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub const fn q4(c: u64, a: i64, s: u32, b: i64, t: u32, d: i64, u: u32, e: i64, v: u32) -> u64 {
    q2(q2(c, a, s, b, t), d, u, e, v)
}

/// x86 register number in ModRM.reg (ModRM at bit `at`), its bit 3 in REX.R (REX at bit 0).
#[inline(always)]
pub const fn xg(n: i64, at: u32) -> u64 {
    (n as u64 & 7).wrapping_shl(at.wrapping_add(3)) | (n as u64 >> 3) << 2
}

/// x86 register number in the three bits at `at` (ModRM.rm, SIB.base, opcode), its bit 3 in REX.B.
#[inline(always)]
pub const fn xb(n: i64, at: u32) -> u64 {
    (n as u64 & 7).wrapping_shl(at) | n as u64 >> 3
}

/// x86 register number in SIB.index (the three bits at `at`), its bit 3 in REX.X.
#[inline(always)]
pub const fn xx(n: i64, at: u32) -> u64 {
    (n as u64 & 7).wrapping_shl(at) | (n as u64 >> 3) << 1
}

/// The low 8 bits of a value at bit `at`.
#[inline(always)]
pub const fn d8(x: i64, at: u32) -> u64 {
    (x as u8 as u64).wrapping_shl(at)
}

/// The low 32 bits of a value at bit `at`.
#[inline(always)]
pub const fn d32(x: i64, at: u32) -> u64 {
    (x as u32 as u64).wrapping_shl(at)
}

/// x86 register form: REX, opcode, ModRM at bit `at` with reg `g` and rm `b`.
#[inline(always)]
pub const fn xrr(c: u64, g: i64, b: i64, at: u32) -> u64 {
    c ^ xg(g, at) ^ xb(b, at)
}

/// x86 `[base + disp]` with SIB: ModRM at bit `at` with reg `g`, SIB after it with base `b`.
#[inline(always)]
pub const fn xm(c: u64, g: i64, b: i64, at: u32) -> u64 {
    c ^ xg(g, at) ^ xb(b, at.wrapping_add(8))
}

/// x86 `[base + index * scale + disp]`: as `xm`, with index `i` in the SIB.
#[inline(always)]
pub const fn xmi(c: u64, g: i64, b: i64, i: i64, at: u32) -> u64 {
    xm(c, g, b, at) ^ xx(i, at.wrapping_add(11))
}

/// Stores a word of 16 bits, little endian, at byte `at`.
#[inline(always)]
pub fn st16(d: &mut [u8], at: usize, w: u16) {
    if let Some(d) = d.get_mut(at..).and_then(|d| d.first_chunk_mut()) {
        *d = w.to_le_bytes();
    }
}

/// Stores a word of 32 bits, little endian, at byte `at`.
#[inline(always)]
pub fn st32(d: &mut [u8], at: usize, w: u32) {
    if let Some(d) = d.get_mut(at..).and_then(|d| d.first_chunk_mut()) {
        *d = w.to_le_bytes();
    }
}

/// Stores a word of 64 bits, little endian, at byte `at`.
#[inline(always)]
pub fn st64(d: &mut [u8], at: usize, w: u64) {
    if let Some(d) = d.get_mut(at..).and_then(|d| d.first_chunk_mut()) {
        *d = w.to_le_bytes();
    }
}

/// Stores the low `n` bytes of a word, `n` up to 8, at byte `at`, and no byte more.
#[inline(always)]
pub fn stn(d: &mut [u8], at: usize, n: usize, w: u64) {
    if n == 8 {
        return st64(d, at, w);
    }
    let (mut at, mut w) = (at, w);
    if n & 4 != 0 {
        st32(d, at, w as u32);
        at = at.wrapping_add(4);
        w >>= 32;
    }
    if n & 2 != 0 {
        st16(d, at, w as u16);
        at = at.wrapping_add(2);
        w >>= 16;
    }
    if n & 1 != 0 {
        if let Some(d) = d.get_mut(at) {
            *d = w as u8;
        }
    }
}
