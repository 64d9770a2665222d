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
    match n {
        8 => return st64(d, at, w),
        // Two words that overlap.
        5..=7 => {
            st32(d, at, w as u32);
            let last = n.wrapping_sub(4);
            return st32(d, at.wrapping_add(last), w.wrapping_shr((last as u32).wrapping_mul(8)) as u32);
        }
        _ => {}
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
