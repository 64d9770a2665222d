//! x86-64 vectors, an instruction in all its encodings: SSE, AVX and AVX2 with 128 and 256 bits, AVX-512 with masks, zeroing,
//! broadcast and memory. What the processor lacks is left out, and said.
#![cfg(target_arch = "x86_64")]

use bareasm_qemu_tests::{avx, avx512, each, float, make, ones, rows, sat, sse, table, w, with, wrap, Float, Kind, Lane, Room};
use std::cmp::Ordering;

/// An instruction of two sources in every encoding, where its first source is the destination of the old one.
macro_rules! encodings {
    ($kind:ident $lane:ident, $sse:literal $avx:literal: $($old:ident $new:ident $model:expr;)*) => {
        with!($sse, "vectors of 128 bits", table::vectors(16, Kind::$kind, rows!(sse VECTORS: $(
            (d n m) [movaps Rx(d), Rx(n) ; $old Rx(d), Rx(m)] $model;
            [movaps xmm0, xmm1 ; $old xmm0, [rdi + 512]] $model;
        )*)));
        with!($avx, "vectors of 256 bits", table::vectors(32, Kind::$kind, rows!(avx VECTORS: $(
            (d n m) [$new Ry(d), Ry(n), Ry(m)] $model;
            [$new ymm0, ymm1, [rdi + 512]] $model;
            [$new xmm0, xmm1, xmm2] |o| o.lower(($model)(o));
        )*)));
    };
}

/// The same of AVX-512: the number of lanes that have bits in the mask.
macro_rules! masks {
    ($kind:ident $lane:ident, $($feature:literal)*: $($new:ident $model:expr;)*) => {
        with!($($feature)*, "vectors of 512 bits", table::vectors(64, Kind::$kind, rows!(avx512 ALL_VECTORS: $(
            (d n m) [$new Rz(d), Rz(n), Rz(m)] $model;
            (d n m) [$new Rz(d) {k1}, Rz(n), Rz(m)] |o| o.masked::<$lane>(($model)(o), false);
            [$new zmm0 {k1}{z}, zmm1, [rdi + 512]] |o| o.masked::<$lane>(($model)(o), true);
        )*)));
    };
}

/// The same, with one element of memory for all lanes.
macro_rules! broadcasts {
    ($kind:ident $lane:ident $size:ident $count:tt: $($new:ident $model:expr;)*) => {
        with!("avx512f", "broadcast of elements", table::vectors(64, Kind::$kind, rows!(avx512 ALL_VECTORS: $(
            [$new zmm0, zmm1, $size [rdi + 520] $count] |o| ($model)(&spread::<$lane>(o, 8));
            (d n m) [mov eax, 512 ; $new Rz(d) {Rk(m - m + 1)}, Rz(n), $size [rdi + rax] $count] |o| o.masked::<$lane>(($model)(&spread::<$lane>(o, 0)), false);
        )*)));
    };
}

/// Operands as if all lanes of the second source were the one at so many bytes.
fn spread<T: Lane>(o: &Room, at: usize) -> Room {
    let mut other = o.clone();
    let lane = o.operands[2][at..at + T::SIZE].to_vec();
    other.operands[2].chunks_exact_mut(T::SIZE).for_each(|out| out.copy_from_slice(&lane));
    other
}

/// What has old encodings and new ones, the latter with masks.
macro_rules! all {
    ($kind:ident $lane:ident, $sse:literal $avx:literal $avx512:literal: $($old:ident $new:ident $model:expr;)*) => {
        encodings!($kind $lane, $sse $avx: $($old $new $model;)*);
        masks!($kind $lane, $avx512 "avx512bw": $($new $model;)*);
    };
}

/// What has broadcasts as well.
macro_rules! words {
    ($kind:ident $lane:ident $size:ident $count:tt, $sse:literal $avx:literal $avx512:literal: $($old:ident $new:ident $model:expr;)*) => {
        all!($kind $lane, $sse $avx $avx512: $($old $new $model;)*);
        broadcasts!($kind $lane $size $count: $($new $model;)*);
    };
}

#[test]
fn bytes_and_words() {
    all! { Bits u8, "ssse3" "avx2" "avx512bw":
        paddb vpaddb each!(u8, |_, n, m| n.wrapping_add(m));
        psubb vpsubb each!(u8, |_, n, m| n.wrapping_sub(m));
        paddsb vpaddsb each!(i8, |_, n, m| n.saturating_add(m));
        paddusb vpaddusb each!(u8, |_, n, m| n.saturating_add(m));
        psubsb vpsubsb each!(i8, |_, n, m| n.saturating_sub(m));
        psubusb vpsubusb each!(u8, |_, n, m| n.saturating_sub(m));
        pavgb vpavgb each!(u8, |_, n, m| wrap((w(n) + w(m) + 1) >> 1));
        pminub vpminub each!(u8, |_, n, m| n.min(m));
        pmaxub vpmaxub each!(u8, |_, n, m| n.max(m));
        pshufb vpshufb make!(u8, |o, i| { let index = o.m::<u8>(i); if index > 127 { 0 } else { o.n(i / 16 * 16 + usize::from(index & 15)) } });
        punpcklbw vpunpcklbw make!(u8, |o, i| { let at = i / 16 * 16 + i % 16 / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
        punpckhbw vpunpckhbw make!(u8, |o, i| { let at = i / 16 * 16 + 8 + i % 16 / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
        packsswb vpacksswb make!(i8, |o, i| { let at = i / 16 * 8 + i % 8; sat(w(if i % 16 < 8 { o.n::<i16>(at) } else { o.m(at) })) });
        packuswb vpackuswb make!(u8, |o, i| { let at = i / 16 * 8 + i % 8; sat(w(if i % 16 < 8 { o.n::<i16>(at) } else { o.m(at) })) });
    }
    all! { Bits u8, "sse4.1" "avx2" "avx512bw":
        pminsb vpminsb each!(i8, |_, n, m| n.min(m));
        pmaxsb vpmaxsb each!(i8, |_, n, m| n.max(m));
    }
    all! { Bits u16, "ssse3" "avx2" "avx512bw":
        paddw vpaddw each!(u16, |_, n, m| n.wrapping_add(m));
        psubw vpsubw each!(u16, |_, n, m| n.wrapping_sub(m));
        paddsw vpaddsw each!(i16, |_, n, m| n.saturating_add(m));
        paddusw vpaddusw each!(u16, |_, n, m| n.saturating_add(m));
        psubsw vpsubsw each!(i16, |_, n, m| n.saturating_sub(m));
        psubusw vpsubusw each!(u16, |_, n, m| n.saturating_sub(m));
        pmullw vpmullw each!(u16, |_, n, m| n.wrapping_mul(m));
        pmulhw vpmulhw each!(i16, |_, n, m| wrap((w(n) * w(m)) >> 16));
        pmulhuw vpmulhuw each!(u16, |_, n, m| wrap((w(n) * w(m)) >> 16));
        pmulhrsw vpmulhrsw each!(i16, |_, n, m| wrap((((w(n) * w(m)) >> 14) + 1) >> 1));
        pmaddubsw vpmaddubsw make!(i16, |o, i| sat(w(o.n::<u8>(2 * i)) * w(o.m::<i8>(2 * i)) + w(o.n::<u8>(2 * i + 1)) * w(o.m::<i8>(2 * i + 1))));
        pavgw vpavgw each!(u16, |_, n, m| wrap((w(n) + w(m) + 1) >> 1));
        pminsw vpminsw each!(i16, |_, n, m| n.min(m));
        pmaxsw vpmaxsw each!(i16, |_, n, m| n.max(m));
        punpcklwd vpunpcklwd make!(u16, |o, i| { let at = i / 8 * 8 + i % 8 / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
        punpckhwd vpunpckhwd make!(u16, |o, i| { let at = i / 8 * 8 + 4 + i % 8 / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
        packssdw vpackssdw make!(i16, |o, i| { let at = i / 8 * 4 + i % 4; sat(w(if i % 8 < 4 { o.n::<i32>(at) } else { o.m(at) })) });
    }
    all! { Bits u16, "sse4.1" "avx2" "avx512bw":
        pminuw vpminuw each!(u16, |_, n, m| n.min(m));
        pmaxuw vpmaxuw each!(u16, |_, n, m| n.max(m));
        packusdw vpackusdw make!(u16, |o, i| { let at = i / 8 * 4 + i % 4; sat(w(if i % 8 < 4 { o.n::<i32>(at) } else { o.m(at) })) });
    }
    all! { Bits u32, "ssse3" "avx2" "avx512bw":
        pmaddwd vpmaddwd make!(i32, |o, i| wrap(w(o.n::<i16>(2 * i)) * w(o.m::<i16>(2 * i)) + w(o.n::<i16>(2 * i + 1)) * w(o.m::<i16>(2 * i + 1))));
    }
    // These have no masks, or none with this meaning.
    encodings! { Bits u16, "sse4.1" "avx2":
        psadbw vpsadbw make!(u64, |o, i| (0..8).map(|k| u64::from(o.n::<u8>(8 * i + k).abs_diff(o.m(8 * i + k)))).sum());
        phaddw vphaddw make!(u16, |o, i| { let f = |at: usize| if i % 8 < 4 { o.n::<u16>(at) } else { o.m(at) }; let at = i / 8 * 8 + i % 4 * 2; f(at).wrapping_add(f(at + 1)) });
        phsubsw vphsubsw make!(i16, |o, i| { let f = |at: usize| if i % 8 < 4 { o.n::<i16>(at) } else { o.m(at) }; let at = i / 8 * 8 + i % 4 * 2; f(at).saturating_sub(f(at + 1)) });
        phaddd vphaddd make!(u32, |o, i| { let f = |at: usize| if i % 4 < 2 { o.n::<u32>(at) } else { o.m(at) }; let at = i / 4 * 4 + i % 2 * 2; f(at).wrapping_add(f(at + 1)) });
        psignb vpsignb each!(i8, |_, n, m| n.wrapping_mul(m.signum()));
        psignw vpsignw each!(i16, |_, n, m| n.wrapping_mul(m.signum()));
        psignd vpsignd each!(i32, |_, n, m| n.wrapping_mul(m.signum()));
        pcmpeqb vpcmpeqb each!(u8, |_, n, m| ones(n == m));
        pcmpeqw vpcmpeqw each!(u16, |_, n, m| ones(n == m));
        pcmpeqd vpcmpeqd each!(u32, |_, n, m| ones(n == m));
        pcmpeqq vpcmpeqq each!(u64, |_, n, m| ones(n == m));
        pcmpgtb vpcmpgtb each!(i8, |_, n, m| ones(n > m));
        pcmpgtw vpcmpgtw each!(i16, |_, n, m| ones(n > m));
        pcmpgtd vpcmpgtd each!(i32, |_, n, m| ones(n > m));
        pcmpgtq vpcmpgtq each!(i64, |_, n, m| ones(n > m));
        pand vpand each!(u64, |_, n, m| n & m);
        pandn vpandn each!(u64, |_, n, m| !n & m);
        por vpor each!(u64, |_, n, m| n | m);
        pxor vpxor each!(u64, |_, n, m| n ^ m);
    }
}

/// Shifts: the number of places in a register of 128 bits whatever the vector has, or a byte.
macro_rules! shifts {
    ($($old:ident $new:ident $model:expr;)*) => {
        with!("sse3", "shifts of 128 bits", table::vectors(16, Kind::Bits, rows!(sse VECTORS: $(
            (d n m) [movaps Rx(d), Rx(n) ; $old Rx(d), Rx(m)] $model;
            [movaps xmm0, xmm1 ; $old xmm0, [rdi + 512]] $model;
            [movaps xmm0, xmm1 ; $old xmm0, 5] |o| ($model)(&five(o));
            (d n m) [movaps Rx(m), Rx(n) ; movaps Rx(d), Rx(m) ; $old Rx(d), 5 + (m - m) as i8] |o| ($model)(&five(o));
        )*)));
        with!("avx2", "shifts of 256 bits", table::vectors(32, Kind::Bits, rows!(avx VECTORS: $(
            (d n m) [$new Ry(d), Ry(n), Rx(m)] $model;
            [$new ymm0, ymm1, 5] |o| ($model)(&five(o));
        )*)));
        with!("avx512bw", "shifts of 512 bits", table::vectors(64, Kind::Bits, rows!(avx512 ALL_VECTORS: $(
            (d n m) [$new Rz(d), Rz(n), Rx(m)] $model;
            [$new zmm0, [rdi + 256], 5] |o| ($model)(&five(o));
        )*)));
    };
}

/// Operands as if the second source were a five.
fn five(o: &Room) -> Room {
    let mut other = o.clone();
    5u64.write(&mut other.operands[2][..8]);
    other
}

/// All lanes shifted by the lower 64 bits of the second source.
fn shifted<T: Lane>(o: &Room, f: fn(T, u64) -> T) -> Vec<u8> {
    o.make(|i| f(o.n(i), o.m(0)))
}

#[test]
fn shifts() {
    shifts! {
        psllw vpsllw |o| shifted::<u16>(o, |n, by| if by < 16 { n << by } else { 0 });
        pslld vpslld |o| shifted::<u32>(o, |n, by| if by < 32 { n << by } else { 0 });
        psllq vpsllq |o| shifted::<u64>(o, |n, by| if by < 64 { n << by } else { 0 });
        psrlw vpsrlw |o| shifted::<u16>(o, |n, by| if by < 16 { n >> by } else { 0 });
        psrlq vpsrlq |o| shifted::<u64>(o, |n, by| if by < 64 { n >> by } else { 0 });
        psraw vpsraw |o| shifted::<i16>(o, |n, by| n >> by.min(15));
        psrad vpsrad |o| shifted::<i32>(o, |n, by| n >> by.min(31));
    }
}

#[test]
fn double_and_quad_words() {
    words! { Bits u32 dword {1to16}, "sse4.1" "avx2" "avx512f":
        paddd vpaddd each!(u32, |_, n, m| n.wrapping_add(m));
        psubd vpsubd each!(u32, |_, n, m| n.wrapping_sub(m));
        pmulld vpmulld each!(u32, |_, n, m| n.wrapping_mul(m));
        pminsd vpminsd each!(i32, |_, n, m| n.min(m));
        pmaxsd vpmaxsd each!(i32, |_, n, m| n.max(m));
        pminud vpminud each!(u32, |_, n, m| n.min(m));
        pmaxud vpmaxud each!(u32, |_, n, m| n.max(m));
        punpckldq vpunpckldq make!(u32, |o, i| { let at = i / 4 * 4 + i % 4 / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
        punpckhdq vpunpckhdq make!(u32, |o, i| { let at = i / 4 * 4 + 2 + i % 4 / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
    }
    words! { Bits u64 qword {1to8}, "sse4.1" "avx2" "avx512f":
        paddq vpaddq each!(u64, |_, n, m| n.wrapping_add(m));
        psubq vpsubq each!(u64, |_, n, m| n.wrapping_sub(m));
        pmuludq vpmuludq each!(u64, |_, n, m| u64::from(n as u32) * u64::from(m as u32));
        pmuldq vpmuldq each!(i64, |_, n, m| i64::from(n as i32) * i64::from(m as i32));
        punpcklqdq vpunpcklqdq make!(u64, |o, i| if i % 2 == 0 { o.n(i) } else { o.m(i - 1) });
        punpckhqdq vpunpckhqdq make!(u64, |o, i| if i % 2 == 0 { o.n(i + 1) } else { o.m(i) });
    }
    masks! { Bits u32, "avx512f":
        vpandd each!(u32, |_, n, m| n & m);
        vpandnd each!(u32, |_, n, m| !n & m);
        vpord each!(u32, |_, n, m| n | m);
        vpxord each!(u32, |_, n, m| n ^ m);
        vpsllvd each!(u32, |_, n, m| if m < 32 { n << m } else { 0 });
        vpsrlvd each!(u32, |_, n, m| if m < 32 { n >> m } else { 0 });
        vpsravd each!(u32, |_, n, m| (n as i32 >> m.min(31)) as u32);
        vprolvd each!(u32, |_, n, m| n.rotate_left(m % 32));
        vprorvd each!(u32, |_, n, m| n.rotate_right(m % 32));
        vpermd make!(u32, |o, i| o.m(o.n::<u32>(i) as usize % 16));
    }
    broadcasts! { Bits u64 qword {1to8}:
        vpandq each!(u64, |_, n, m| n & m);
        vpandnq each!(u64, |_, n, m| !n & m);
        vporq each!(u64, |_, n, m| n | m);
        vpxorq each!(u64, |_, n, m| n ^ m);
        vpsllvq each!(u64, |_, n, m| if m < 64 { n << m } else { 0 });
        vpsrlvq each!(u64, |_, n, m| if m < 64 { n >> m } else { 0 });
        vpsravq each!(u64, |_, n, m| (n as i64 >> m.min(63)) as u64);
        vprolvq each!(u64, |_, n, m| n.rotate_left((m % 64) as u32));
        vprorvq each!(u64, |_, n, m| n.rotate_right((m % 64) as u32));
        vpminsq each!(i64, |_, n, m| n.min(m));
        vpmaxuq each!(u64, |_, n, m| n.max(m));
        vpermq make!(u64, |o, i| o.m(o.n::<u64>(i) as usize % 8));
    }
    masks! { Bits u64, "avx512dq":
        vpmullq each!(u64, |_, n, m| n.wrapping_mul(m));
    }
    masks! { Bits u16, "avx512bw":
        vpermw make!(u16, |o, i| o.m(o.n::<u16>(i) as usize % 32));
        vpsllvw each!(u16, |_, n, m| if m < 16 { n << m } else { 0 });
        vpsravw each!(i16, |_, n, m| n >> (m as u16).min(15));
    }
}

/// The lesser one; the second where they do not compare.
fn least(n: f64, m: f64) -> f64 {
    if n < m {
        n
    } else {
        m
    }
}

/// The greater one; the second where they do not compare.
fn greatest(n: f64, m: f64) -> f64 {
    if n > m {
        n
    } else {
        m
    }
}

macro_rules! precision {
    ($kind:ident $f:ident $u:ident $size:ident $count:tt, $per:literal:
        $add:ident $sub:ident $mul:ident $div:ident $min:ident $max:ident $unpckl:ident $unpckh:ident $and:ident $andn:ident $or:ident $xor:ident,
        $vadd:ident $vsub:ident $vmul:ident $vdiv:ident $vmin:ident $vmax:ident $vunpckl:ident $vunpckh:ident $vand:ident $vandn:ident $vor:ident $vxor:ident,
        $hadd:ident $vhadd:ident $hsub:ident $vhsub:ident $addsub:ident $vaddsub:ident $cmp:ident $vcmp:ident $sqrt:ident $vsqrt:ident $round:ident $vround:ident) => {
        words! { $kind $f $size $count, "sse3" "avx" "avx512f":
            $add $vadd float!($f, |_, n, m| n + m);
            $sub $vsub float!($f, |_, n, m| n - m);
            $mul $vmul float!($f, |_, n, m| n * m);
            $div $vdiv float!($f, |_, n, m| n / m);
            $min $vmin float!($f, |_, n, m| least(n, m));
            $max $vmax float!($f, |_, n, m| greatest(n, m));
        }
        all! { Bits $u, "sse3" "avx" "avx512dq":
            $and $vand each!($u, |_, n, m| n & m);
            $andn $vandn each!($u, |_, n, m| !n & m);
            $or $vor each!($u, |_, n, m| n | m);
            $xor $vxor each!($u, |_, n, m| n ^ m);
            $unpckl $vunpckl make!($u, |o, i| { let at = i / $per * $per + i % $per / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
            $unpckh $vunpckh make!($u, |o, i| { let at = i / $per * $per + $per / 2 + i % $per / 2; if i % 2 == 0 { o.n(at) } else { o.m(at) } });
        }
        encodings! { $kind $f, "sse3" "avx":
            $hadd $vhadd |o| horizontal::<$f>(o, |a, b| a + b);
            $hsub $vhsub |o| horizontal::<$f>(o, |a, b| a - b);
            $addsub $vaddsub make!($f, |o, i| { let (n, m) = (o.n::<$f>(i), o.m::<$f>(i)); if i % 2 == 0 { n - m } else { n + m } });
        }
        with!("avx" "sse4.1", "comparisons and rounding",
            table::mixed(16, Kind::$kind, Kind::Bits, rows!(sse VECTORS:
                (d n m) [movaps Rx(d), Rx(n) ; $cmp Rx(d), Rx(m), 0] make!($u, |o, i| ones(o.n::<$f>(i) == o.m(i)));
                [movaps xmm0, xmm1 ; $cmp xmm0, xmm2, 1] make!($u, |o, i| ones(o.n::<$f>(i) < o.m(i)));
                [movaps xmm0, xmm1 ; $cmp xmm0, xmm2, 2] make!($u, |o, i| ones(o.n::<$f>(i) <= o.m(i)));
                [movaps xmm0, xmm1 ; $cmp xmm0, xmm2, 3] make!($u, |o, i| ones(o.n::<$f>(i).is_nan() || o.m::<$f>(i).is_nan()));
                [movaps xmm0, xmm1 ; $cmp xmm0, [rdi + 512], 5] make!($u, |o, i| ones(o.n::<$f>(i).partial_cmp(&o.m(i)) != Some(Ordering::Less)));
            ));
            table::mixed(32, Kind::$kind, Kind::Bits, rows!(avx VECTORS:
                (d n m) [$vcmp Ry(d), Ry(n), Ry(m), 14] make!($u, |o, i| ones(o.n::<$f>(i) > o.m(i)));
                [$vcmp ymm0, ymm1, ymm2, 12] make!($u, |o, i| ones(o.n::<$f>(i) < o.m(i) || o.n::<$f>(i) > o.m(i)));
                [$vcmp ymm0, ymm1, [rdi + 512], 8] make!($u, |o, i| ones(!(o.n::<$f>(i) < o.m(i) || o.n::<$f>(i) > o.m(i)))); // equal, or not comparable
                [$vcmp ymm0, ymm1, ymm2, 15] make!($u, |_o, _| ones(true));
            ));
            table::vectors(16, Kind::$kind, rows!(sse VECTORS:
                [$sqrt xmm0, xmm1] float!($f, |_, n, _| n.sqrt());
                (d n m) [mov eax, 0 ; $sqrt Rx(d), [rdi + 512] ; movaps Rx(n), Rx(m)] float!($f, |_, _, m| m.sqrt());
                [$round xmm0, xmm1, 0] float!($f, |_, n, _| n.round_ties_even());
                [$round xmm0, xmm1, 1] float!($f, |_, n, _| n.floor());
                [$round xmm0, xmm1, 2] float!($f, |_, n, _| n.ceil());
                (d n m) [$round Rx(d), Rx(n), 3 + (m - m) as i8] float!($f, |_, n, _| n.trunc());
            ));
            table::vectors(32, Kind::$kind, rows!(avx VECTORS:
                [$vsqrt ymm0, ymm1] float!($f, |_, n, _| n.sqrt());
                (d n m) [vmovaps Ry(m), Ry(n) ; $vround Ry(d), Ry(m), 9] float!($f, |_, n, _| n.floor());
            ))
        );
    };
}

/// Sums of neighbours within 128 bits: of the first source, then of the second.
fn horizontal<T: Float>(o: &Room, f: fn(f64, f64) -> f64) -> Vec<u8> {
    let lanes = 16 / T::SIZE;
    o.make(|i| {
        let at = i / lanes * lanes + i % (lanes / 2) * 2;
        let (a, b) = if i % lanes < lanes / 2 { (o.n::<T>(at), o.n::<T>(at + 1)) } else { (o.m(at), o.m(at + 1)) };
        T::nearest(f(a.get(), b.get()))
    })
}

#[test]
fn floating_point() {
    precision!(Single f32 u32 dword {1to16}, 4: addps subps mulps divps minps maxps unpcklps unpckhps andps andnps orps xorps,
        vaddps vsubps vmulps vdivps vminps vmaxps vunpcklps vunpckhps vandps vandnps vorps vxorps,
        haddps vhaddps hsubps vhsubps addsubps vaddsubps cmpps vcmpps sqrtps vsqrtps roundps vroundps);
    precision!(Double f64 u64 qword {1to8}, 2: addpd subpd mulpd divpd minpd maxpd unpcklpd unpckhpd andpd andnpd orpd xorpd,
        vaddpd vsubpd vmulpd vdivpd vminpd vmaxpd vunpcklpd vunpckhpd vandpd vandnpd vorpd vxorpd,
        haddpd vhaddpd hsubpd vhsubpd addsubpd vaddsubpd cmppd vcmppd sqrtpd vsqrtpd roundpd vroundpd);
}
