//! A64 SVE loads and stores: contiguous, gathering, scattering, replicating, of structures. `x9` is the address of 256 bytes
//! that are the first source, `x10` that of the result, `z2` the second source, `p0` the predicate.
#![cfg(target_arch = "aarch64")]

use bareasm_qemu_tests::{dynasm, make, rows, skip, sve, table, with, Kind, Lane, Room};

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(table::vector_length(), Kind::Bits, rows!(sve VECTORS: $($rows)*)) };
}

/// Four vectors of memory: what `z24` to `z27` hold, which is also in the result before.
macro_rules! four {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch aarch64
        ; add x9, x0, #256 ; add x10, x0, #1024 ; ldr p0, [x10] ; add x10, x0, #768
        ; mov x11, #0
        ; ldr z24, [x0] ; ldr z25, [x0, #1, mul vl] ; ldr z26, [x0, #2, mul vl] ; ldr z27, [x0, #3, mul vl]
        ; str z24, [x10] ; str z25, [x10, #1, mul vl] ; str z26, [x10, #2, mul vl] ; str z27, [x10, #3, mul vl]
        ; $($line)*
        ; ret
    ) };
}

/// Loads of elements of one size to lanes of the same or a greater one.
macro_rules! loads {
    ($($ld:ident $ldnf:ident $ldff:ident $m:ident $lane:ident $v:ident ($($shift:tt)*);)*) => { $( check! {
        [$ld {z0.$v}, p0/z, [x9]] |o| loaded::<$m, $lane>(o, 0, |x| x as $lane);
        (d n m) [mov X(11), 3 ; $ld {Z(d).$v}, P(0)/z, [X(9), X(11) $($shift)*] ; mov Z(n).d, Z(m).d] |o| loaded::<$m, $lane>(o, 3, |x| x as $lane);
        [$ld {z0.$v}, p0/z, [x9, #1, mul vl]] |o| loaded::<$m, $lane>(o, o.count::<$lane>(), |x| x as $lane);
        // What may fault stops anywhere behind the first lane, and FFR says where. qemu 7.2 goes wrong where the predicate begins late.
        [ptrue p1.b ; setffr ; $ldnf {z0.$v}, p1/z, [x9] ; rdffr p2.b ; not p3.b, p1/z, p2.b ; $ld {z3.$v}, p3/z, [x9] ; sel z0.$v, p2, z0.$v, z3.$v] |o| o.make::<$lane>(|i| o.n::<$m>(i) as $lane);
        [ptrue p1.b ; setffr ; mov x11, #1 ; $ldff {z0.$v}, p1/z, [x9, x11 $($shift)*] ; rdffr p2.b ; not p3.b, p1/z, p2.b ; $ld {z3.$v}, p3/z, [x9, x11 $($shift)*] ; sel z0.$v, p2, z0.$v, z3.$v] |o| {
            o.make::<$lane>(|i| o.n::<$m>(i + 1) as $lane)
        };
    } )* };
}

fn loaded<M: Lane, L: Lane + Default>(o: &Room, from: usize, extend: fn(M) -> L) -> Vec<u8> {
    o.make(|i| if o.bit(i * L::SIZE) { extend(o.n(i + from)) } else { L::default() })
}

macro_rules! stores {
    ($($st:ident $m:ident $lane:ident $v:ident ($($shift:tt)*);)*) => { table::vectors(table::vector_length(), Kind::Bits, rows!(four VECTORS: $(
        [ldr z3, [x9] ; $st {z3.$v}, p0, [x10]] |o| stored::<$m, $lane>(o, |x| x as $m);
        [ldr z3, [x9] ; $st {Z(3).$v}, P(0), [X(10), X(11) $($shift)*]] |o| stored::<$m, $lane>(o, |x| x as $m);
    )*)) };
}

fn stored<M: Lane, L: Lane>(o: &Room, narrow: fn(L) -> M) -> Vec<u8> {
    let mut out = o.make::<u8>(|i| o.d(i));
    for i in (0..o.count::<L>()).filter(|i| o.bit(i * L::SIZE)) {
        narrow(o.n(i)).write(&mut out[i * M::SIZE..][..M::SIZE]);
    }
    out
}

#[test]
fn contiguous_lanes() {
    with!("sve", "loads and stores of scalable vectors",
        loads! {
            ld1b ldnf1b ldff1b u8 u8 b ();
            ld1b ldnf1b ldff1b u8 u16 h ();
            ld1b ldnf1b ldff1b u8 u32 s ();
            ld1b ldnf1b ldff1b u8 u64 d ();
            ld1sb ldnf1sb ldff1sb i8 i16 h ();
            ld1sb ldnf1sb ldff1sb i8 i32 s ();
            ld1sb ldnf1sb ldff1sb i8 i64 d ();
            ld1h ldnf1h ldff1h u16 u16 h (, lsl #1);
            ld1h ldnf1h ldff1h u16 u64 d (, lsl #1);
            ld1sh ldnf1sh ldff1sh i16 i32 s (, lsl #1);
            ld1sh ldnf1sh ldff1sh i16 i64 d (, lsl #1);
            ld1w ldnf1w ldff1w u32 u32 s (, lsl #2);
            ld1w ldnf1w ldff1w u32 u64 d (, lsl #2);
            ld1sw ldnf1sw ldff1sw i32 i64 d (, lsl #2);
            ld1d ldnf1d ldff1d u64 u64 d (, lsl #3);
        }
        stores! {
            st1b u8 u8 b ();
            st1b u8 u16 h ();
            st1b u8 u64 d ();
            st1h u16 u16 h (, lsl #1);
            st1h u16 u32 s (, lsl #1);
            st1w u32 u32 s (, lsl #2);
            st1w u32 u64 d (, lsl #2);
            st1d u64 u64 d (, lsl #3);
            stnt1b u8 u8 b ();
            stnt1h u16 u16 h (, lsl #1);
            stnt1w u32 u32 s (, lsl #2);
            stnt1d u64 u64 d (, lsl #3);
        }
        check! {
            [ldnt1b {z0.b}, p0/z, [x9]] |o| loaded::<u8, u8>(o, 0, |x| x);
            [ldnt1h {z0.h}, p0/z, [x9, #1, mul vl]] |o| loaded::<u16, u16>(o, o.count::<u16>(), |x| x);
            [mov x11, #2 ; ldnt1d {z0.d}, p0/z, [x9, x11, lsl #3]] |o| loaded::<u64, u64>(o, 2, |x| x);
            [ld1rqh {z0.h}, p0/z, [x9, #-16] ; ld1rqh {z0.h}, p0/z, [x9]] make!(u16, |o, i| if o.bit(i % 8 * 2) { o.n(i % 8) } else { 0 });
            [mov x11, #4 ; ld1rqw {Z(0).s}, P(0)/z, [X(9), X(11), lsl 2]] make!(u32, |o, i| if o.bit(i % 4 * 4) { o.n(4 + i % 4) } else { 0 });
            [ld1rh {z0.d}, p0/z, [x9, #126]] make!(u64, |o, i| if o.bit(8 * i) { o.n::<u16>(63).into() } else { 0 });
            [ld1rsb {z0.h}, p0/z, [x9, #5]] make!(i16, |o, i| if o.bit(2 * i) { o.n::<i8>(5).into() } else { 0 });
            [ld1rw {z0.d}, p0/z, [x9, #4]] make!(u64, |o, i| if o.bit(8 * i) { o.n::<u32>(1).into() } else { 0 });
            [ld1rsw {z0.d}, p0/z, [x9, #252]] make!(i64, |o, i| if o.bit(8 * i) { o.n::<i32>(63).into() } else { 0 });
            [prfb pldl1keep, p0, [x9] ; prfh pstl2strm, p0, [x9, #3, mul vl] ; prfd pldl3keep, p0, [x9, x11, lsl #3] ; prfw pldl1keep, p0, [x9, z2.s, uxtw #2]] make!(u8, |o, i| o.d(i));
            [ldnt1w {z0.s}, p0/z, [x9]] |o| loaded::<u32, u32>(o, 0, |x| x);
            [ld1rqb {z0.b}, p0/z, [x9, #16]] make!(u8, |o, i| if o.bit(i % 16) { o.n(16 + i % 16) } else { 0 });
            [ld1rqd {z0.d}, p0/z, [x9]] make!(u64, |o, i| if o.bit(i % 2 * 8) { o.n(i % 2) } else { 0 });
            [ld1rb {z0.b}, p0/z, [x9, #63]] make!(u8, |o, i| if o.bit(i) { o.n(63) } else { 0 });
            [ld1rsh {z0.s}, p0/z, [x9, #2]] make!(i32, |o, i| if o.bit(4 * i) { o.n::<i16>(1).into() } else { 0 });
            [ld1rd {Z(0).d}, P(0)/z, [X(9), 8]] make!(u64, |o, i| if o.bit(8 * i) { o.n(1) } else { 0 });
            [prfw pldl1keep, p0, [x9] ; ldr z0, [x9, #1, mul vl]] make!(u8, |o, i| o.n(o.width + i));
            [ptrue p1.b ; str p0, [x10] ; ldr p1, [x10] ; mov z0.b, p1/z, #-1] make!(u8, |o, i| if o.bit(i) { 255 } else { 0 });
        }
    );
}

/// An index from the second source that stays in 256 bytes.
fn index<L: Lane + Into<u64>>(o: &Room, i: usize, below: u64) -> usize {
    (o.m::<L>(i).into() & (below - 1)) as usize
}

#[test]
fn gathering_and_scattering() {
    with!("sve", "gathering loads and scattering stores",
        check! {
            [and z2.s, z2.s, #0x3f ; ld1w {z0.s}, p0/z, [x9, z2.s, uxtw #2]] make!(u32, |o, i| if o.bit(4 * i) { o.n(index::<u32>(o, i, 64)) } else { 0 });
            [and z2.s, z2.s, #0x7f ; ld1b {z0.s}, p0/z, [x9, z2.s, sxtw]] make!(u32, |o, i| if o.bit(4 * i) { o.n::<u8>(index::<u32>(o, i, 128)).into() } else { 0 });
            [and z2.s, z2.s, #0x7f ; ld1sh {z0.s}, p0/z, [x9, z2.s, uxtw #1]] make!(i32, |o, i| if o.bit(4 * i) { o.n::<i16>(index::<u32>(o, i, 128)).into() } else { 0 });
            [and z2.d, z2.d, #0x1f ; ld1d {z0.d}, p0/z, [x9, z2.d, lsl #3]] make!(u64, |o, i| if o.bit(8 * i) { o.n(index::<u64>(o, i, 32)) } else { 0 });
            (d n m) [and Z(m).d, Z(m).d, #0x7f ; ld1sb {Z(d).d}, P(0)/z, [X(9), Z(m).d] ; mov Z(n).d, Z(m).d] make!(i64, |o, i| if o.bit(8 * i) { o.n::<i8>(index::<u64>(o, i, 128)).into() } else { 0 });
            [and z2.d, z2.d, #0x3f ; ld1sw {z0.d}, p0/z, [x9, z2.d, uxtw #2]] make!(i64, |o, i| if o.bit(8 * i) { o.n::<i32>(index::<u64>(o, i, 64)).into() } else { 0 });
            [and z2.d, z2.d, #0x7f ; dup z3.d, x9 ; add z2.d, z2.d, z3.d ; ld1h {z0.d}, p0/z, [z2.d, #62]] make!(u64, |o, i| {
                let at = index::<u64>(o, i, 128) + 62;
                if o.bit(8 * i) { u64::from(u16::from_le_bytes([o.n(at), o.n(at + 1)])) } else { 0 }
            });
            [setffr ; and z2.d, z2.d, #0x1f ; ldff1d {z0.d}, p0/z, [x9, z2.d, lsl #3] ; rdffr p2.b ; bic p3.b, p0/z, p0.b, p2.b ; ld1d {z3.d}, p3/z, [x9, z2.d, lsl #3] ; sel z0.d, p2, z0.d, z3.d] make!(u64, |o, i| if o.bit(8 * i) { o.n(index::<u64>(o, i, 32)) } else { 0 });
        }
        table::vectors(table::vector_length(), Kind::Bits, rows!(four VECTORS:
            // Every lane to another place: the first source, backwards.
            [ldr z3, [x9] ; cntw x12 ; sub x12, x12, #1 ; index z4.s, w12, #-1 ; st1w {z3.s}, p0, [x10, z4.s, uxtw #2]] make!(u32, |o, i| {
                let from = o.count::<u32>() - 1 - i;
                if o.bit(4 * from) { o.n(from) } else { o.d(i) }
            });
            [ldr z3, [x9] ; cntd x12 ; sub x12, x12, #1 ; index z4.d, x12, #-1 ; st1d {Z(3).d}, P(0), [X(10), Z(4).d, lsl 3]] make!(u64, |o, i| {
                let from = o.count::<u64>() - 1 - i;
                if o.bit(8 * from) { o.n(from) } else { o.d(i) }
            });
            [ldr z3, [x9] ; index z4.d, x10, #8 ; st1h {z3.d}, p0, [z4.d, #2]] |o| {
                let mut out = o.make::<u8>(|i| o.d(i));
                (0..o.count::<u64>()).filter(|i| o.bit(8 * i)).for_each(|i| o.n::<u16>(4 * i).write(&mut out[8 * i + 2..][..2]));
                out
            };
        ))
    );
}

/// What SVE2 has: the address is a vector, the index a register.
#[test]
fn gathering_without_traces() {
    with!(
        "sve2",
        "gathering loads that leave no traces",
        check! {
            [and z2.d, z2.d, #0x7f ; ldnt1sb {z0.d}, p0/z, [z2.d, x9]] make!(i64, |o, i| if o.bit(8 * i) { o.n::<i8>(index::<u64>(o, i, 128)).into() } else { 0 });
            (d n m) [and Z(m).d, Z(m).d, #0x78 ; ldnt1d {Z(d).d}, P(0)/z, [Z(m).d, X(9)] ; mov Z(n).d, Z(m).d] make!(u64, |o, i| if o.bit(8 * i) { o.n(index::<u64>(o, i, 128) / 8) } else { 0 });
        }
    );
    with!(
        "svef64mm",
        "loads of 32 bytes for every 32",
        check! {
            [ld1rob {z0.b}, p0/z, [x9, #32]] make!(u8, |o, i| if o.bit(i % 32) { o.n(32 + i % 32) } else { 0 });
            [ld1row {z0.s}, p0/z, [x9]] make!(u32, |o, i| if o.bit(i % 8 * 4) { o.n(i % 8) } else { 0 });
        }
    );
}

/// Structures of `of` elements in memory become vectors; lanes without predicate are zero.
fn apart<T: Lane + Default>(o: &Room, of: usize) -> Vec<u8> {
    let lanes = o.width / 4 / T::SIZE;
    o.make::<T>(|i| match (i / lanes < of, o.bit(i % lanes * T::SIZE)) {
        (false, _) => o.d(i),
        (true, false) => T::default(),
        (true, true) => o.n(i % lanes * of + i / lanes),
    })
}

/// Vectors become structures in memory, where the predicate holds.
fn together<T: Lane>(o: &Room, of: usize) -> Vec<u8> {
    let lanes = o.width / 4 / T::SIZE;
    o.make::<T>(|i| if i < of * lanes && o.bit(i / of * T::SIZE) { o.n(i % of * lanes + i / of) } else { o.d(i) })
}

macro_rules! structures {
    ($u:ident $v:ident $ld2:ident $ld3:ident $ld4:ident $st2:ident $st3:ident $st4:ident) => {
        table::vectors(4 * table::vector_length(), Kind::Bits, rows!(four VECTORS:
            [$ld2 {z24.$v, z25.$v}, p0/z, [x9] ; str z24, [x10] ; str z25, [x10, #1, mul vl]] |o| apart::<$u>(o, 2);
            [$ld3 {z24.$v-z26.$v}, p0/z, [x9] ; str z24, [x10] ; str z25, [x10, #1, mul vl] ; str z26, [x10, #2, mul vl]] |o| apart::<$u>(o, 3);
            [$ld4 {Z(24).$v * 4}, P(0)/z, [X(9)] ; str z24, [x10] ; str z25, [x10, #1, mul vl] ; str z26, [x10, #2, mul vl] ; str Z(27), [X(10), 3, mul vl]] |o| apart::<$u>(o, 4);
            [$ld2 {z31.$v, z0.$v}, p0/z, [x9, #0, mul vl] ; str z31, [x10] ; str z0, [x10, #1, mul vl]] |o| apart::<$u>(o, 2);
            [ldr z4, [x9] ; ldr z5, [x9, #1, mul vl] ; $st2 {z4.$v, z5.$v}, p0, [x10]] |o| together::<$u>(o, 2);
            [ldr z4, [x9] ; ldr z5, [x9, #1, mul vl] ; ldr z6, [x9, #2, mul vl] ; $st3 {z4.$v-z6.$v}, p0, [x10]] |o| together::<$u>(o, 3);
            [ldr z4, [x9] ; ldr z5, [x9, #1, mul vl] ; ldr z6, [x9, #2, mul vl] ; ldr z7, [x9, #3, mul vl] ; $st4 {Z(4).$v * 4}, P(0), [X(10), 0, mul vl]] |o| together::<$u>(o, 4);
        ))
    };
}

#[test]
fn structures_of_lanes() {
    with!("sve", "structures of scalable vectors",
        if table::vector_length() > 64 {
            skip("structures of scalable vectors", "vectors of more than 512 bits");
            return;
        }
        structures!(u8 b ld2b ld3b ld4b st2b st3b st4b);
        structures!(u16 h ld2h ld3h ld4h st2h st3h st4h);
        structures!(u32 s ld2w ld3w ld4w st2w st3w st4w);
        structures!(u64 d ld2d ld3d ld4d st2d st3d st4d)
    );
}
