//! AVX-512 instructions that every element size has: comparisons into masks, tests, compression, expansion, permutations of two
//! tables, blends, funnel shifts, counts; and the parts of vectors, gathers and scatters of every kind. `zmm0` is the destination,
//! `zmm1` and `zmm2` the sources, `k1` the mask; the operands are at `rdi`, `rdi + 256`, `rdi + 512`.
#![cfg(target_arch = "x86_64")]

use bareasm_qemu_tests::{avx512, each, make, rows, table, with, Kind, Lane, Room};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(64, Kind::Bits, rows!(avx512 ALL_VECTORS: $($rows)*)) };
}

/// Lanes of which the bits of a mask register say whether something holds.
fn bits<T: Lane>(o: &Room, holds: impl Fn(usize) -> bool) -> Vec<u8> {
    o.first((0..o.count::<T>()).fold(0u64, |mask, i| mask | u64::from(holds(i)) << i))
}

/// The lanes that the mask chooses, from the first; then the others.
fn compressed<T: Lane>(o: &Room, zeroing: bool) -> Vec<u8> {
    let mut chosen = (0..o.count::<T>()).filter(|i| o.bit(*i)).map(|i| o.n::<T>(i)).collect::<Vec<_>>().into_iter();
    let mut out = if zeroing { vec![0; o.width] } else { o.make::<T>(|i| o.d(i)) };
    out.chunks_exact_mut(T::SIZE).zip(&mut chosen).for_each(|(out, lane)| lane.write(out));
    out
}

/// The lanes from the first, where the mask chooses.
fn expanded<T: Lane>(o: &Room, zeroing: bool) -> Vec<u8> {
    let mut next = 0..;
    let spread = o.make::<T>(|i| if o.bit(i) { o.n(next.next().unwrap_or(0)) } else { o.d(i) });
    o.masked::<T>(spread, zeroing)
}

/// Comparisons, tests and masks of one size.
macro_rules! masks {
    ($u:ident $i:ident: $cmp:ident $cmpu:ident $test:ident $testn:ident $to:ident $from:ident $blend:ident $compress:ident $expand:ident) => { check! {
        (d n m) [$cmp k2, Rz(n), Rz(m), 1 ; kmovq rax, k2 ; {evex} vmovq Rx(d), rax] |o| bits::<$u>(o, |i| o.n::<$i>(i) < o.m(i));
        [$cmp k2 {k1}, zmm1, [rdi + 512], 2 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits::<$u>(o, |i| o.bit(i) && o.n::<$i>(i) <= o.m(i));
        [$cmp k2, zmm1, zmm1, 0 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits::<$u>(o, |_| true);
        (d n m) [$cmpu Rk(d - d + 5), Rz(n), Rz(m), 6 ; kmovq rax, k5 ; {evex} vmovq Rx(d), rax] |o| bits::<$u>(o, |i| o.n::<$u>(i) > o.m(i));
        [$cmpu k2 {k1}, zmm1, zmm2, 5 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits::<$u>(o, |i| o.bit(i) && o.n::<$u>(i) >= o.m(i));
        (d n m) [$test k2 {k1}, Rz(n), Rz(m) ; kmovq rax, k2 ; {evex} vmovq Rx(d), rax] |o| bits::<$u>(o, |i| o.bit(i) && o.n::<$u>(i) & o.m::<$u>(i) != 0);
        [$testn k2, zmm1, [rdi + 512] ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits::<$u>(o, |i| o.n::<$u>(i) & o.m::<$u>(i) == 0);
        [$to k2, zmm1 ; kmovq rax, k2 ; vmovq xmm0, rax] |o| bits::<$u>(o, |i| o.n::<$i>(i) < 0);
        [$from zmm0, k1] make!($i, |o, i| if o.bit(i) { -1 } else { 0 });
        (d n m) [$blend Rz(d) {k1}, Rz(n), Rz(m)] make!($u, |o, i| if o.bit(i) { o.m(i) } else { o.n(i) });
        [$blend zmm0 {k1}{z}, zmm1, [rdi + 512]] make!($u, |o, i| if o.bit(i) { o.m(i) } else { 0 });
        (d n m) [vmovaps Rz(m), Rz(n) ; $compress Rz(d) {k1}, Rz(m)] |o| compressed::<$u>(o, false);
        [$compress zmm0 {k1}{z}, zmm1] |o| compressed::<$u>(o, true);
        [$compress [rdi] {k1}, zmm1 ; vmovups zmm0, [rdi]] |o| compressed::<$u>(o, false);
        (d n m) [vmovaps Rz(m), Rz(n) ; $expand Rz(d) {k1}, Rz(m)] |o| expanded::<$u>(o, false);
        [$expand zmm0 {k1}{z}, [rdi + 256]] |o| expanded::<$u>(o, true);
    } };
}

/// Permutations of two vectors.
macro_rules! tables {
    ($($u:ident $i2:ident $t2:ident;)*) => { check! { $(
        (d n m) [$i2 Rz(d), Rz(n), Rz(m)] make!($u, |o, i| { let count = o.count::<$u>(); let at = o.d::<$u>(i) as usize % (2 * count); if at < count { o.n(at) } else { o.m(at - count) } });
        [$i2 zmm0 {k1}, zmm1, [rdi + 512]] |o| o.masked::<$u>(o.make::<$u>(|i| { let count = o.count::<$u>(); let at = o.d::<$u>(i) as usize % (2 * count); if at < count { o.n(at) } else { o.m(at - count) } }), false);
        (d n m) [$t2 Rz(d) {k1}{z}, Rz(n), Rz(m)] |o| o.masked::<$u>(o.make::<$u>(|i| { let count = o.count::<$u>(); let at = o.n::<$u>(i) as usize % (2 * count); if at < count { o.d(at) } else { o.m(at - count) } }), true);
    )* } };
}

/// Shifts of two lanes together.
macro_rules! funnels {
    ($($u:ident $double:ident: $left:ident $right:ident $leftv:ident $rightv:ident;)*) => { check! { $(
        (d n m) [$left Rz(d), Rz(n), Rz(m), 5] each!($u, |_, n, m| n << 5 | m >> ($u::BITS - 5));
        [$right zmm0 {k1}, zmm1, [rdi + 512], 7] |o| o.masked::<$u>(each!($u, |_, n, m| n >> 7 | m << ($u::BITS - 7))(o), false);
        (d n m) [$leftv Rz(d), Rz(n), Rz(m)] each!($u, |d, n, m| ((($double::from(d) << $u::BITS | $double::from(n)) << (m % $u::BITS as $u)) >> $u::BITS) as $u);
        [$rightv zmm0 {k1}{z}, zmm1, zmm2] |o| o.masked::<$u>(each!($u, |d, n, m| (($double::from(n) << $u::BITS | $double::from(d)) >> (m % $u::BITS as $u)) as $u)(o), true);
    )* } };
}

#[test]
fn sizes() {
    with!("avx512vbmi2" "avx512bw" "avx512dq", "comparisons, compression and blends of every size",
        masks!(u8 i8: vpcmpb vpcmpub vptestmb vptestnmb vpmovb2m vpmovm2b vpblendmb vpcompressb vpexpandb);
        masks!(u16 i16: vpcmpw vpcmpuw vptestmw vptestnmw vpmovw2m vpmovm2w vpblendmw vpcompressw vpexpandw);
        masks!(u32 i32: vpcmpd vpcmpud vptestmd vptestnmd vpmovd2m vpmovm2d vpblendmd vpcompressd vpexpandd);
        masks!(u64 i64: vpcmpq vpcmpuq vptestmq vptestnmq vpmovq2m vpmovm2q vpblendmq vpcompressq vpexpandq);
        masks!(u32 i32: vpcmpd vpcmpud vptestmd vptestnmd vpmovd2m vpmovm2d vblendmps vcompressps vexpandps);
        masks!(u64 i64: vpcmpq vpcmpuq vptestmq vptestnmq vpmovq2m vpmovm2q vblendmpd vcompresspd vexpandpd);
    );
    with!("avx512vbmi" "avx512bw", "permutations of two vectors", tables! {
        u8 vpermi2b vpermt2b;
        u16 vpermi2w vpermt2w;
        u32 vpermi2d vpermt2d;
        u64 vpermi2q vpermt2q;
        u32 vpermi2ps vpermt2ps;
        u64 vpermi2pd vpermt2pd;
    });
    with!("avx512vbmi2" "avx512bw", "funnel shifts", funnels! {
        u16 u32: vpshldw vpshrdw vpshldvw vpshrdvw;
        u32 u64: vpshldd vpshrdd vpshldvd vpshrdvd;
        u64 u128: vpshldq vpshrdq vpshldvq vpshrdvq;
    });
    with!("avx512cd" "avx512bw", "conflicts and absolute values", check! {
        [vpconflictq zmm0 {k1}, zmm1] |o| o.masked::<u64>(o.make::<u64>(|i| (0..i).fold(0, |out, k| out | u64::from(o.n::<u64>(k) == o.n(i)) << k)), false);
        [vpbroadcastmb2q zmm0, k1] make!(u64, |o, _| o.mask() & 0xff);
        [vpabsw zmm0 {k1}, zmm1] |o| o.masked::<i16>(each!(i16, |_, n, _| n.wrapping_abs())(o), false);
        [vpabsd zmm0, dword [rdi + 260] {1to16}] make!(i32, |o, _| o.n::<i32>(1).wrapping_abs());
        [vpsraq zmm0, zmm1, xmm2] make!(i64, |o, i| o.n::<i64>(i) >> o.m::<u64>(0).min(63));
        [vpsraq zmm0 {k1}, zmm1, 33] |o| o.masked::<i64>(each!(i64, |_, n, _| n >> 33)(o), false);
        [vpsrlvw zmm0, zmm1, zmm2] each!(u16, |_, n, m| if m < 16 { n >> m } else { 0 });
        [vprolq zmm0, zmm1, 17] each!(u64, |_, n, _| n.rotate_left(17));
        [vprord zmm0 {k1}, zmm1, 17] |o| o.masked::<u32>(each!(u32, |_, n, _| n.rotate_right(17))(o), false);
        [vpshufhw zmm0, zmm1, 0b00_01_10_11] make!(u16, |o, i| if i % 8 < 4 { o.n(i) } else { o.n(i ^ 3) });
        [vdbpsadbw zmm0, zmm1, zmm2, 0b11_10_01_00] make!(u16, |o, i| {
            // The control leaves the second source as it is: four sums per 64 bits, at distances 0, 1, 2, 3.
            let (block, k) = (i / 4 * 8, i % 4);
            (0..4).map(|j| u16::from(o.n::<u8>(block + k / 2 * 4 + j).abs_diff(o.m(block + k + j)))).sum()
        });
    });
}

/// Parts of vectors put in and taken out: 128 bits (or 256) of 32 or 64 bits each.
macro_rules! parts {
    ($($insert:ident $extract:ident $r:ident $lanes:literal $u:ident;)*) => { check! { $(
        (d n m) [$insert Rz(d), Rz(n), $r(m), 1] make!($u, |o, i| if i / $lanes == 1 { o.m(i % $lanes) } else { o.n(i) });
        [$insert zmm0 {k1}, zmm1, [rdi + 512], 0] |o| o.masked::<$u>(o.make::<$u>(|i| if i / $lanes == 0 { o.m(i) } else { o.n(i) }), false);
        (d n m) [vmovaps Rz(m), Rz(n) ; $extract $r(d), Rz(m), 1] make!($u, |o, i| if i < $lanes { o.n(i + $lanes) } else { 0 });
        [$extract [rdi] {k1}, zmm1, 1 ; vmovups zmm0, [rdi]] make!($u, |o, i| if i < $lanes && o.bit(i) { o.n(i + $lanes) } else { o.d(i) });
    )* } };
}

#[test]
fn parts() {
    with!("avx512f" "avx512dq" "avx512bw", "parts of vectors",
        parts! {
            vinsertf32x4 vextractf32x4 Rx 4 u32;
            vinsertf64x2 vextractf64x2 Rx 2 u64;
            vinsertf32x8 vextractf32x8 Ry 8 u32;
            vinsertf64x4 vextractf64x4 Ry 4 u64;
            vinserti32x4 vextracti32x4 Rx 4 u32;
            vinserti64x2 vextracti64x2 Rx 2 u64;
            vinserti32x8 vextracti32x8 Ry 8 u32;
            vinserti64x4 vextracti64x4 Ry 4 u64;
        }
        check! {
            (d n m) [vshuff32x4 Rz(d), Rz(n), Rz(m), 0b11_00_10_01] make!(u32, |o, i| { let at = [1, 2, 0, 3][i / 4] * 4 + i % 4; if i < 8 { o.n(at) } else { o.m(at) } });
            [vshuff64x2 zmm0 {k1}, zmm1, zmm2, 0b11_00_10_01] |o| o.masked::<u64>(o.make::<u64>(|i| { let at = [1, 2, 0, 3][i / 2] * 2 + i % 2; if i < 4 { o.n(at) } else { o.m(at) } }), false);
            [vshufi64x2 zmm0, zmm1, [rdi + 512], 0b11_00_10_01] make!(u64, |o, i| { let at = [1, 2, 0, 3][i / 2] * 2 + i % 2; if i < 4 { o.n(at) } else { o.m(at) } });
            [vshufpd zmm0, zmm1, zmm2, 0b1100_0110] make!(u64, |o, i| { let at = i / 2 * 2 + (0b1100_0110 >> i & 1); if i % 2 == 0 { o.n(at) } else { o.m(at) } });
            [vpermps zmm0 {k1}, zmm1, zmm2] |o| o.masked::<u32>(o.make::<u32>(|i| o.m(o.n::<u32>(i) as usize % 16)), false);
            [vpermpd zmm0, zmm1, 0b01_11_00_10] make!(u64, |o, i| o.n(i / 4 * 4 + [2, 0, 3, 1][i % 4]));
            [vbroadcastf32x2 zmm0, xmm1] make!(u32, |o, i| o.n(i % 2));
            [vbroadcasti32x2 zmm0 {k1}, [rdi + 264]] |o| o.masked::<u32>(o.make::<u32>(|i| o.n(2 + i % 2)), false);
            [vbroadcastf32x4 zmm0, [rdi + 272]] make!(u32, |o, i| o.n(4 + i % 4));
            [vbroadcastf64x2 zmm0, [rdi + 272]] make!(u64, |o, i| o.n(2 + i % 2));
            [vbroadcasti64x2 zmm0 {k1}{z}, [rdi + 256]] |o| o.masked::<u64>(o.make::<u64>(|i| o.n(i % 2)), true);
            [vbroadcastf32x8 zmm0, [rdi + 256]] make!(u32, |o, i| o.n(i % 8));
            [vbroadcasti32x8 zmm0, [rdi + 288]] make!(u32, |o, i| o.n(8 + i % 8));
            [vbroadcastf64x4 zmm0 {k1}, [rdi + 256]] |o| o.masked::<u64>(o.make::<u64>(|i| o.n(i % 4)), false);
            [vmovntdq [rdi], zmm1 ; vmovntps [rdi + 64], zmm2 ; sfence ; vmovntdqa zmm0, [rdi] ; vpxorq zmm0, zmm0, [rdi + 64]] make!(u64, |o, i| o.n::<u64>(i) ^ o.m::<u64>(i));
            [vmovdqu64 zmm0 {k1}, [rdi + 261]] |o| o.masked::<u64>(o.make::<u64>(|i| u64::read(&o.operands[1][8 * i + 5..][..8])), false);
            [vmovupd [rdi] {k1}, zmm1 ; vmovups zmm0, [rdi]] |o| o.masked::<u64>(o.make::<u64>(|i| o.n(i)), false);
        }
    );
}

/// The index of a lane, 0 to 31.
fn index<T: Lane + Into<u64>>(o: &Room, i: usize) -> usize {
    (o.m::<T>(i).into() & 31) as usize
}

/// Gathers of elements by indices of the same or another size, of the first source; `zmm3` holds the indices, 0 to 31.
macro_rules! gathers {
    ($($name:ident $r:ident $index:ident $x:ident $and:ident $spread:ident $scale:literal $element:ident $count:literal;)*) => { check! { $(
        [mov eax, 31 ; $spread zmm4, $x ; $and zmm3, zmm2, zmm4 ; kmovw k2, k1 ; $name $r(0) {k2}, [rdi + $index(3) * $scale + 256]] |o| {
            o.make::<$element>(|i| if i >= $count { 0 } else if o.bit(i) { o.n(index::<gathers!(@ $x)>(o, i)) } else { o.d(i) })
        };
    )* } };
    (@ eax) => { u32 };
    (@ rax) => { u64 };
}

/// Scatters of the first source to what the destination holds; of lanes with the same index the last one counts.
macro_rules! scatters {
    ($($name:ident $r:ident $index:ident $x:ident $and:ident $spread:ident $scale:literal $element:ident $count:literal;)*) => { check! { $(
        [mov eax, 7 ; $spread zmm4, $x ; $and zmm19, zmm2, zmm4 ; kmovw k2, k1 ; $name [rdi + $index(19) * $scale] {k2}, $r(1) ; vmovups zmm0, [rdi]] |o| {
            let mut out = o.make::<$element>(|i| o.d(i));
            for i in (0..$count).filter(|i| o.bit(*i)) {
                let at = index::<gathers!(@ $x)>(o, i) & 7;
                o.n::<$element>(i).write(&mut out[at * $scale..][..$scale]);
            }
            out
        };
    )* } };
}

#[test]
fn gathers_and_scatters() {
    with!("avx512f" "avx512bw", "gathers and scatters of every kind",
        gathers! {
            vpgatherdd Rz Rz eax vpandd vpbroadcastd 4 u32 16;
            vpgatherdq Rz Ry eax vpandd vpbroadcastd 8 u64 8;
            vpgatherqd Ry Rz rax vpandq vpbroadcastq 4 u32 8;
            vpgatherqq Rz Rz rax vpandq vpbroadcastq 8 u64 8;
            vgatherdps Rz Rz eax vpandd vpbroadcastd 4 u32 16;
            vgatherdpd Rz Ry eax vpandd vpbroadcastd 8 u64 8;
            vgatherqps Ry Rz rax vpandq vpbroadcastq 4 u32 8;
            vgatherqpd Rz Rz rax vpandq vpbroadcastq 8 u64 8;
        }
        scatters! {
            vpscatterdd Rz Rz eax vpandd vpbroadcastd 4 u32 16;
            vpscatterdq Rz Ry eax vpandd vpbroadcastd 8 u64 8;
            vpscatterqd Ry Rz rax vpandq vpbroadcastq 4 u32 8;
            vpscatterqq Rz Rz rax vpandq vpbroadcastq 8 u64 8;
            vscatterdps Rz Rz eax vpandd vpbroadcastd 4 u32 16;
            vscatterdpd Rz Ry eax vpandd vpbroadcastd 8 u64 8;
            vscatterqps Ry Rz rax vpandq vpbroadcastq 4 u32 8;
            vscatterqpd Rz Rz rax vpandq vpbroadcastq 8 u64 8;
        }
    );
}
