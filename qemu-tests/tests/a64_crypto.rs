//! A64 cryptography: AES, SHA, SM3, SM4, and CRC32, with the algorithms as their standards define them.
#![cfg(target_arch = "aarch64")]

use bareasm_exec::dynasm;
use bareasm_qemu_tests::crypto::{aes_inverse_mix, aes_mix, aes_substitute, aes_unsubstitute, crc32, sm4_substitute};
use bareasm_qemu_tests::{each, make, neon, rows, table, with, Kind, Room};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(16, Kind::Bits, rows!(neon VECTORS: $($rows)*)) };
}

#[test]
fn aes() {
    with!(
        "aes",
        "AES",
        check! {
            (d n m) [aese V(d).16b, V(n).16b] make!(u8, |o, i| { let at = (i + i % 4 * 4) % 16; aes_substitute(o.d::<u8>(at) ^ o.n::<u8>(at)) });
            [aesd v0.16b, v1.16b] make!(u8, |o, i| { let at = (i + 16 - i % 4 * 4) % 16; aes_unsubstitute(o.d::<u8>(at) ^ o.n::<u8>(at)) });
            (d n m) [aesmc V(d).16b, V(n).16b] each!(u32, |_, n, _| aes_mix(n));
            [aesimc v0.16b, v1.16b] each!(u32, |_, n, _| aes_inverse_mix(n));
        }
    );
}

/// Four words.
fn words(bytes: &[u8]) -> [u32; 4] {
    std::array::from_fn(|i| u32::from_le_bytes(bytes[4 * i..][..4].try_into().expect("a word")))
}

fn operands(o: &Room) -> [[u32; 4]; 3] {
    [0, 1, 2].map(|at| words(&o.operands[at]))
}

fn bytes(words: [u32; 4]) -> Vec<u8> {
    words.map(u32::to_le_bytes).concat()
}

fn choose(x: u32, y: u32, z: u32) -> u32 {
    x & y | !x & z
}

fn majority(x: u32, y: u32, z: u32) -> u32 {
    x & y | x & z | y & z
}

/// Four rounds of SHA-1.
fn sha1(o: &Room, f: fn(u32, u32, u32) -> u32) -> Vec<u8> {
    let [[mut a, mut b, mut c, mut d], [mut e, ..], m] = operands(o);
    for word in m {
        let sum = a.rotate_left(5).wrapping_add(f(b, c, d)).wrapping_add(e).wrapping_add(word);
        (a, b, c, d, e) = (sum, a, b.rotate_left(30), c, d);
    }
    bytes([a, b, c, d])
}

/// Four rounds of SHA-256; the first or the second half of the state.
fn sha256(mut x: [u32; 4], mut y: [u32; 4], m: [u32; 4], half: usize) -> Vec<u8> {
    for word in m {
        let s1 = y[0].rotate_right(6) ^ y[0].rotate_right(11) ^ y[0].rotate_right(25);
        let s0 = x[0].rotate_right(2) ^ x[0].rotate_right(13) ^ x[0].rotate_right(22);
        let t = y[3].wrapping_add(s1).wrapping_add(choose(y[0], y[1], y[2])).wrapping_add(word);
        let top = t.wrapping_add(s0).wrapping_add(majority(x[0], x[1], x[2]));
        y = [t.wrapping_add(x[3]), y[0], y[1], y[2]];
        x = [top, x[0], x[1], x[2]];
    }
    bytes([x, y][half])
}

fn small_0(x: u32) -> u32 {
    x.rotate_right(7) ^ x.rotate_right(18) ^ x >> 3
}

fn small_1(x: u32) -> u32 {
    x.rotate_right(17) ^ x.rotate_right(19) ^ x >> 10
}

#[test]
fn sha() {
    with!("sha1" "sha2", "SHA-1 and SHA-256", check! {
        (d n m) [sha1c Q(d), S(n), V(m).4s] |o| sha1(o, choose);
        [sha1p q0, s1, v2.4s] |o| sha1(o, |x, y, z| x ^ y ^ z);
        [sha1m q0, s1, v2.4s] |o| sha1(o, majority);
        [sha1h s0, s1] |o| o.first(o.n::<u32>(0).rotate_left(30));
        [sha1su0 v0.4s, v1.4s, v2.4s] |o| { let [d, n, m] = operands(o); bytes([d[0] ^ d[2] ^ m[0], d[1] ^ d[3] ^ m[1], d[2] ^ n[0] ^ m[2], d[3] ^ n[1] ^ m[3]]) };
        [sha1su1 v0.4s, v1.4s] |o| {
            let [d, n, _] = operands(o);
            let first = (d[0] ^ n[1]).rotate_left(1);
            bytes([first, (d[1] ^ n[2]).rotate_left(1), (d[2] ^ n[3]).rotate_left(1), (d[3] ^ first).rotate_left(1)])
        };
        (d n m) [sha256h Q(d), Q(n), V(m).4s] |o| { let [d, n, m] = operands(o); sha256(d, n, m, 0) };
        [sha256h2 q0, q1, v2.4s] |o| { let [d, n, m] = operands(o); sha256(n, d, m, 1) };
        [sha256su0 v0.4s, v1.4s] |o| { let [d, n, _] = operands(o); bytes([0, 1, 2, 3].map(|i| d[i].wrapping_add(small_0(if i < 3 { d[i + 1] } else { n[0] })))) };
        (d n m) [sha256su1 V(d).4s, V(n).4s, V(m).4s] |o| {
            let [d, n, m] = operands(o);
            let mut out = [0u32; 4];
            for i in 0..4 {
                let two_before = if i < 2 { m[i + 2] } else { out[i - 2] };
                out[i] = d[i].wrapping_add(small_1(two_before)).wrapping_add(if i < 3 { n[i + 1] } else { m[0] });
            }
            bytes(out)
        };
    });
    with!("sha3" "sha512", "SHA-3 and SHA-512", check! {
        (d n m) [eor3 V(d).16b, V(n).16b, V(m).16b, V(d).16b] each!(u64, |d, n, m| n ^ m ^ d);
        [bcax v0.16b, v1.16b, v2.16b, v0.16b] each!(u64, |d, n, m| n ^ (m & !d));
        [rax1 v0.2d, v1.2d, v2.2d] each!(u64, |_, n, m| n ^ m.rotate_left(1));
        [xar v0.2d, v1.2d, v2.2d, #41] each!(u64, |_, n, m| (n ^ m).rotate_right(41));
        (d n m) [sha512h Q(d), Q(n), V(m).2d] |o| {
            let [[w0, w1], [x0, x1], [y0, y1]] = [[o.d::<u64>(0), o.d(1)], [o.n(0), o.n(1)], [o.m(0), o.m(1)]];
            let big_1 = |x: u64| x.rotate_right(14) ^ x.rotate_right(18) ^ x.rotate_right(41);
            let sum = (y1 & x0 ^ !y1 & x1).wrapping_add(big_1(y1)).wrapping_add(w1);
            let next = sum.wrapping_add(y0);
            let low = (next & y1 ^ !next & x0).wrapping_add(big_1(next)).wrapping_add(w0);
            [low.to_le_bytes(), sum.to_le_bytes()].concat()
        };
        [sha512h2 q0, q1, v2.2d] |o| {
            let ((w0, w1), x0, (y0, y1)) = ((o.d::<u64>(0), o.d::<u64>(1)), o.n::<u64>(0), (o.m::<u64>(0), o.m::<u64>(1)));
            let big_0 = |x: u64| x.rotate_right(28) ^ x.rotate_right(34) ^ x.rotate_right(39);
            let high = (x0 & y1 ^ x0 & y0 ^ y1 & y0).wrapping_add(big_0(y0)).wrapping_add(w1);
            let low = (high & y0 ^ high & y1 ^ y1 & y0).wrapping_add(big_0(high)).wrapping_add(w0);
            [low.to_le_bytes(), high.to_le_bytes()].concat()
        };
        [sha512su0 v0.2d, v1.2d] make!(u64, |o, i| {
            let x: u64 = if i == 0 { o.d(1) } else { o.n(0) };
            o.d::<u64>(i).wrapping_add(x.rotate_right(1) ^ x.rotate_right(8) ^ x >> 7)
        });
        [sha512su1 v0.2d, v1.2d, v2.2d] each!(u64, |d, n, m| d.wrapping_add(n.rotate_right(19) ^ n.rotate_right(61) ^ n >> 6).wrapping_add(m));
    });
}

/// One step of SM3, on the first half of its state.
fn sm3_first(o: &Room, lane: usize, f: fn(u32, u32, u32) -> u32) -> Vec<u8> {
    let [d, n, m] = operands(o);
    let sum = f(d[3], d[2], d[1]).wrapping_add(d[0]).wrapping_add(n[3] ^ d[3].rotate_left(12)).wrapping_add(m[lane]);
    bytes([d[1], d[2].rotate_left(9), d[3], sum])
}

/// One step of SM3, on the second half of its state.
fn sm3_second(o: &Room, lane: usize, f: fn(u32, u32, u32) -> u32) -> Vec<u8> {
    let [d, n, m] = operands(o);
    let sum = f(d[3], d[2], d[1]).wrapping_add(d[0]).wrapping_add(n[3]).wrapping_add(m[lane]);
    bytes([d[1], d[2].rotate_left(19), d[3], sum ^ sum.rotate_left(9) ^ sum.rotate_left(17)])
}

#[test]
fn shang_mi() {
    with!("sm3" "sm4", "SM3 and SM4", check! {
        [sm3ss1 v0.4s, v1.4s, v2.4s, v0.4s] |o| {
            let [d, n, m] = operands(o);
            bytes([0, 0, 0, n[3].rotate_left(12).wrapping_add(m[3]).wrapping_add(d[3]).rotate_left(7)])
        };
        (d n m) [sm4e V(d).4s, V(n).4s] |o| {
            let [mut state, keys, _] = operands(o);
            for key in keys {
                let x = sm4_substitute(state[1] ^ state[2] ^ state[3] ^ key);
                state = [state[1], state[2], state[3], state[0] ^ x ^ x.rotate_left(2) ^ x.rotate_left(10) ^ x.rotate_left(18) ^ x.rotate_left(24)];
            }
            bytes(state)
        };
        [sm4ekey v0.4s, v1.4s, v2.4s] |o| {
            let [_, mut state, constants] = operands(o);
            for constant in constants {
                let x = sm4_substitute(state[1] ^ state[2] ^ state[3] ^ constant);
                state = [state[1], state[2], state[3], state[0] ^ x ^ x.rotate_left(13) ^ x.rotate_left(23)];
            }
            bytes(state)
        };
        [sm3tt1a v0.4s, v1.4s, v2.s[1]] |o| sm3_first(o, 1, |x, y, z| x ^ y ^ z);
        [sm3tt1b v0.4s, v1.4s, v2.s[3]] |o| sm3_first(o, 3, majority);
        [sm3tt2a v0.4s, v1.4s, v2.s[0]] |o| sm3_second(o, 0, |x, y, z| x ^ y ^ z);
        [sm3tt2b v0.4s, v1.4s, v2.s[2]] |o| sm3_second(o, 2, choose);
        [sm3partw1 v0.4s, v1.4s, v2.4s] |o| {
            let [d, n, m] = operands(o);
            let mut out = [0u32; 4];
            for i in 0..4 {
                let x = d[i] ^ n[i] ^ if i < 3 { m[i + 1].rotate_left(15) } else { out[0].rotate_left(15) };
                out[i] = x ^ x.rotate_left(15) ^ x.rotate_left(23);
            }
            bytes(out)
        };
        [sm3partw2 v0.4s, v1.4s, v2.4s] |o| {
            let [d, n, m] = operands(o);
            let temporary: [u32; 4] = std::array::from_fn(|i| n[i] ^ m[i].rotate_left(7));
            let mut out: [u32; 4] = std::array::from_fn(|i| d[i] ^ temporary[i]);
            let x = temporary[0].rotate_left(15);
            out[3] ^= x ^ x.rotate_left(15) ^ x.rotate_left(23);
            bytes(out)
        };
    });
}

macro_rules! number {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops ; .arch aarch64 ; mov x9, x0 ; mov X($n), x1 ; mov X($d), x9 ; $($line)* ; mov x0, X($d) ; ret) };
}

#[test]
fn checksums() {
    const IEEE: u32 = 0xedb8_8320;
    const CASTAGNOLI: u32 = 0x82f6_3b78;
    with!(
        "crc32",
        "CRC32",
        table::integers(rows!(number GENERAL:
            [crc32b w0, w0, w1] |a, b, _| crc32(IEEE, a as u32, b, 1);
            [crc32h w0, w0, w1] |a, b, _| crc32(IEEE, a as u32, b, 2);
            (d n m) [crc32w W(d), W(d), W(n)] |a, b, _| crc32(IEEE, a as u32, b, 4);
            [crc32x w0, w0, x1] |a, b, _| crc32(IEEE, a as u32, b, 8);
            [crc32cb w0, w0, w1] |a, b, _| crc32(CASTAGNOLI, a as u32, b, 1);
            [crc32ch w0, w0, w1] |a, b, _| crc32(CASTAGNOLI, a as u32, b, 2);
            [crc32cw w0, w0, w1] |a, b, _| crc32(CASTAGNOLI, a as u32, b, 4);
            (d n m) [crc32cx W(d), W(d), X(n)] |a, b, _| crc32(CASTAGNOLI, a as u32, b, 8);
        ))
    );
}
