//! A64 SVE: predicates that break, count and set flags, and floating-point instructions that widen, narrow or estimate. Predicates
//! are shown as bytes in `z0`; `p0` is given, `p1` holds where bytes of `z1` are negative, `p3` everywhere.
#![cfg(target_arch = "aarch64")]

use bareasm_qemu_tests::float::{max, min_number};
use bareasm_qemu_tests::{dynasm, make, rows, sve, table, with, Kind, Room, F16};

/// The functions of this file: operands as in `sve`, and the predicates.
macro_rules! predicates {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { dynasm!($ops
        ; .arch aarch64
        ; ldr z0, [x0] ; add x9, x0, #512 ; ldr z2, [x9] ; add x9, x0, #256 ; ldr z1, [x9] ; add x10, x0, #1024 ; ldr p0, [x10]
        ; ptrue p3.b ; cmplt p1.b, p3/z, z1.b, #0
        ; $($line)*
        ; add x10, x0, #768 ; str z0, [x10]
        ; ret
    ) };
}

macro_rules! check {
    ($($rows:tt)*) => { table::vectors(table::vector_length(), Kind::Bits, rows!(predicates VECTORS: $($rows)*)) };
}

/// A predicate as bytes.
fn shown(o: &Room, f: impl Fn(usize) -> bool) -> Vec<u8> {
    o.make::<u8>(|i| if f(i) { 255 } else { 0 })
}

/// Whether the second predicate holds.
fn p1(o: &Room, i: usize) -> bool {
    o.n::<i8>(i) < 0
}

/// Flags as predicates set them: first (N), none (Z), not last (C).
fn flags(o: &Room, f: impl Fn(usize) -> bool) -> Vec<u8> {
    let (first, none, last) = (f(0), !(0..o.width).any(&f), f(o.width - 1));
    o.make::<u64>(|_| u64::from(first) << 31 | u64::from(none) << 30 | u64::from(!last) << 29)
}

/// The same logic without and with flags.
macro_rules! logic {
    ($($name:ident $names:ident |$a:ident, $b:ident| $value:expr;)*) => { check! { $(
        [$name p2.b, p3/z, p0.b, p1.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| { let ($a, $b) = (o.bit(i), p1(o, i)); $value });
        [$names P(13).b, P(3)/z, P(0).b, P(1).b ; mov z0.b, p13/z, #-1] |o| shown(o, |i| { let ($a, $b) = (o.bit(i), p1(o, i)); $value });
        [$names p2.b, p3/z, p0.b, p1.b ; mrs x9, nzcv ; dup z0.d, x9] |o| flags(o, |i| { let ($a, $b) = (o.bit(i), p1(o, i)); $value });
        // Only where the governing predicate holds.
        [$name p2.b, p1/z, p0.b, p1.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| { let ($a, $b) = (o.bit(i), p1(o, i)); $b && $value });
    )* } };
}

/// Counts of elements of one size, added to general registers and vectors, wrapping and saturating.
macro_rules! counts {
    ($($size:literal $v:ident: $cnt:ident $inc:ident $dec:ident $sqinc:ident $sqdec:ident $uqinc:ident $uqdec:ident;)*) => { $( check! {
        [$cnt x9, pow2, mul #3 ; dup z0.d, x9] |o| o.make::<u64>(|_| 3 * (o.width as u64 / $size));
        [mov x9, #-5 ; $inc x9, all, mul #2 ; dup z0.d, x9] |o| o.make::<i64>(|_| 2 * (o.width as i64 / $size) - 5);
        [mov X(9), 7 ; $dec X(9), vl2 ; dup z0.d, x9] |o| o.make::<i64>(|_| 5);
        [movn x9, #0x8000, lsl #48 ; $sqinc x9 ; dup z0.d, x9] |o| o.make::<i64>(|_| i64::MAX);
        [mov w9, #0x80000000 ; $sqdec x9, w9, all, mul #16 ; dup z0.d, x9] |o| o.make::<i64>(|_| i32::MIN.into());
        [mov w9, #-2 ; $uqinc w9, all ; dup z0.d, x9] |o| o.make::<u64>(|_| u32::MAX.into());
        [mov x9, #3 ; $uqdec x9, vl4, mul #2 ; dup z0.d, x9] |o| o.make::<u64>(|_| if o.width / $size < 4 { 3 } else { 0 });
    } )* };
}

/// While a count is below, or above, a limit, with and without signs.
macro_rules! whiles {
    ($($name:ident $from:literal $to:literal $down:literal |$a:ident, $b:ident| $holds:expr;)*) => { check! { $(
        [mov x9, #$from ; mov x11, #$to ; $name p2.b, x9, x11 ; mov z0.b, p2/z, #-1] |o| shown(o, |i| {
            let i = if $down { o.width - 1 - i } else { i };
            (0..=i as i64).all(|k| { let ($a, $b) = (if $down { $from as i64 - k } else { $from as i64 + k }, $to as i64); $holds })
        });
        [mov w9, #$from ; mov w11, #$to ; $name p2.b, W(9), W(11) ; mov z0.b, p2/z, #-1] |o| shown(o, |i| {
            let i = if $down { o.width - 1 - i } else { i };
            (0..=i as i64).all(|k| { let ($a, $b) = (if $down { $from as i64 - k } else { $from as i64 + k }, $to as i64); $holds })
        });
    )* } };
}

#[test]
fn predicates() {
    with!("sve", "predicates",
        logic! {
            and ands |a, b| a && b;
            bic bics |a, b| a && !b;
            orr orrs |a, b| a || b;
            orn orns |a, b| a || !b;
            eor eors |a, b| a != b;
            nor nors |a, b| !(a || b);
            nand nands |a, b| !(a && b);
        }
        counts! {
            1 b: cntb incb decb sqincb sqdecb uqincb uqdecb;
            2 h: cnth inch dech sqinch sqdech uqinch uqdech;
            4 s: cntw incw decw sqincw sqdecw uqincw uqdecw;
            8 d: cntd incd decd sqincd sqdecd uqincd uqdecd;
        }
        whiles! {
            whilelt -5 6 false |a, b| a < b;
            whilele -5 6 false |a, b| a <= b;
            whilelo 3 12 false |a, b| a < b;
            whilels 3 12 false |a, b| a <= b;
        }
        check! {
            // Governed by themselves: their last element is the last one that counts.
            [movs p2.b, p0.b ; mrs x9, nzcv ; dup z0.d, x9] |o| { let any = (0..o.width).any(|i| o.bit(i)); o.make::<u64>(|_| if any { 1 << 31 } else { 3 << 29 }) };
            [nots p2.b, p3/z, p0.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| !o.bit(i));
            [mov p2.b, p1/z, p0.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| p1(o, i) && o.bit(i));
            [mov p2.b, p3.b ; mov p2.b, p1/m, p0.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| !p1(o, i) || o.bit(i));
            [ptrues p2.h ; mrs x9, nzcv ; dup z0.d, x9] |o| o.make::<u64>(|_| 1 << 31);
            // Breaks: within p1, after or before the first element of p0; and where another predicate ends.
            [brka p2.b, p1/z, p0.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| p1(o, i) && !(0..i).any(|k| p1(o, k) && o.bit(k)));
            [brkb p2.b, p1/z, p0.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| p1(o, i) && !(0..=i).any(|k| p1(o, k) && o.bit(k)));
            [mov p2.b, p3.b ; brkb p2.b, p1/m, p0.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| !p1(o, i) || !(0..=i).any(|k| p1(o, k) && o.bit(k)));
            [brkas p2.b, p3/z, p0.b ; mrs x9, nzcv ; dup z0.d, x9] |o| flags(o, |i| !(0..i).any(|k| o.bit(k)));
            [brkbs p2.b, p3/z, p0.b ; mrs x9, nzcv ; dup z0.d, x9] |o| flags(o, |i| !(0..=i).any(|k| o.bit(k)));
            [brkpa P(2).b, P(3)/z, P(0).b, P(1).b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| o.bit(o.width - 1) && !(0..i).any(|k| p1(o, k)));
            [brkpb p2.b, p3/z, p0.b, p1.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| o.bit(o.width - 1) && !(0..=i).any(|k| p1(o, k)));
            [brkpas p2.b, p3/z, p0.b, p1.b ; mrs x9, nzcv ; dup z0.d, x9] |o| flags(o, |i| o.bit(o.width - 1) && !(0..i).any(|k| p1(o, k)));
            [brkpbs p2.b, p3/z, p0.b, p1.b ; mrs x9, nzcv ; dup z0.d, x9] |o| flags(o, |i| o.bit(o.width - 1) && !(0..=i).any(|k| p1(o, k)));
            [mov p2.b, p1.b ; brkn p2.b, p3/z, p0.b, p2.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| o.bit(o.width - 1) && p1(o, i));
            [mov p2.b, p1.b ; brkns p2.b, p3/z, p0.b, p2.b ; mrs x9, nzcv ; dup z0.d, x9] |o| flags(o, |i| o.bit(o.width - 1) && p1(o, i));
            [pfalse p2.b ; pfirst p2.b, p0, p2.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| o.bit(i) && !(0..i).any(|k| o.bit(k)));
            [mov w9, #5 ; mov w11, #5 ; cmp w9, #9 ; ctermeq w9, w11 ; cset x9, lt ; dup z0.d, x9] |o| o.make::<u64>(|_| 1);
            [mov x9, #5 ; mov x11, #6 ; cmp xzr, xzr ; ctermne X(9), X(11) ; mrs x9, nzcv ; ubfx x9, x9, #31, #1 ; dup z0.d, x9] |o| o.make::<u64>(|_| 1);
            [mov x9, #1000 ; decp x9, p0.h ; dup z0.d, x9] |o| o.make::<u64>(|_| 1000 - o.chosen::<u16>().count() as u64);
            [incp z0.s, p0.s] |o| o.make::<u32>(|i| o.d::<u32>(i).wrapping_add(o.chosen::<u32>().count() as u32));
            [mov x9, #1 ; uqdecp x9, p0.b ; dup z0.d, x9] |o| o.make::<u64>(|_| 1u64.saturating_sub(o.chosen::<u8>().count() as u64));
            [mov w9, #0x7ffffff0 ; sqincp x9, p0.b, w9 ; dup z0.d, x9] |o| o.make::<i64>(|_| (0x7fff_fff0 + o.chosen::<u8>().count() as i64).min(i32::MAX.into()));
            [mov w9, #-9 ; uqincp w9, p0.b ; dup z0.d, x9] |o| o.make::<u64>(|_| (0xffff_fff7 + o.chosen::<u8>().count() as u64).min(u32::MAX.into()));
            [sqdecp z0.d, p0.d] |o| o.make::<i64>(|i| o.d::<i64>(i).saturating_sub(o.chosen::<u64>().count() as i64));
            [uqinch z0.h, vl2, mul #5] |o| o.make::<u16>(|i| o.d::<u16>(i).saturating_add(10));
            [sqdecw z0.s, vl4] |o| o.make::<i32>(|i| o.d::<i32>(i).saturating_sub(4));
            [wrffr p0.b ; rdffr p2.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| o.bit(i));
            [wrffr p0.b ; rdffrs p2.b, p1/z ; mov z0.b, p2/z, #-1] |o| shown(o, |i| o.bit(i) && p1(o, i));
            [cntp x9, p1, p0.b ; dup z0.d, x9] |o| o.make::<u64>(|_| (0..o.width).filter(|i| o.bit(*i) && p1(o, *i)).count() as u64);
            [zip2 p2.b, p0.b, p1.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| { let at = (i + o.width) / 2; if i % 2 == 0 { o.bit(at) } else { p1(o, at) } });
            [uzp1 p2.b, p0.b, p1.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| if 2 * i < o.width { o.bit(2 * i) } else { p1(o, 2 * i - o.width) });
            [uzp2 p2.b, p0.b, p1.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| if 2 * i < o.width { o.bit(2 * i + 1) } else { p1(o, 2 * i + 1 - o.width) });
            [trn1 p2.b, p0.b, p1.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| if i % 2 == 0 { o.bit(i) } else { p1(o, i - 1) });
            [trn2 p2.b, p0.b, p1.b ; mov z0.b, p2/z, #-1] |o| shown(o, |i| if i % 2 == 0 { o.bit(i + 1) } else { p1(o, i) });
        }
    );
    with!("sve2", "SVE2, predicates of decreasing counts",
        whiles! {
            whilege 6 -5 true |a, b| a >= b;
            whilegt 6 -5 true |a, b| a > b;
            whilehi 12 3 true |a, b| a > b;
            whilehs 12 3 true |a, b| a >= b;
        }
        check! {
            [mov x9, #83 ; mov x11, #64 ; whilerw p2.b, x9, x11 ; mov z0.b, p2/z, #-1] |o| shown(o, |i| i < 19);
            [mov x9, #83 ; mov x11, #64 ; whilewr p2.b, x9, x11 ; mov z0.b, p2/z, #-1] |o| shown(o, |_| true);
        }
    );
}

macro_rules! floats {
    ($inputs:ident $results:ident: $($rows:tt)*) => { table::mixed(table::vector_length(), Kind::$inputs, Kind::$results, rows!(sve VECTORS: $($rows)*)) };
}

fn f(half: F16) -> f32 {
    half.value() as f32
}

#[test]
fn floating_point() {
    with!("sve", "SVE, conversions and sums",
        floats! { Half Single: [fcvt z0.s, p0/m, z1.h] make!(f32, |o, i| if o.bit(4 * i) { f(o.n(2 * i)) } else { o.d(i) }); }
        floats! { Half Double: [fcvt z0.d, p0/m, z1.h] make!(f64, |o, i| if o.bit(8 * i) { o.n::<F16>(4 * i).value() } else { o.d(i) }); }
        floats! { Single Bits:
            [fcvtzs z0.d, p0/m, z1.s] make!(i64, |o, i| if o.bit(8 * i) { o.n::<f32>(2 * i) as i64 } else { o.d(i) });
            [fcvtzu z0.d, p0/m, z1.s] make!(u64, |o, i| if o.bit(8 * i) { o.n::<f32>(2 * i) as u64 } else { o.d(i) });
        }
        floats! { Double Bits: [fcvtzs z0.s, p0/m, z1.d] make!(i64, |o, i| if o.bit(8 * i) { (o.n::<f64>(i) as i32).into() } else { o.d(i) }); }
        floats! { Bits Double: [scvtf z0.d, p0/m, z1.s] make!(f64, |o, i| if o.bit(8 * i) { o.n::<i32>(2 * i).into() } else { o.d(i) }); }
        floats! { Single Single:
            [fmaxv s0, p0, z1.s] |o| o.first(o.chosen::<f32>().fold(f64::NEG_INFINITY, |a, b| max(a, b.into())) as f32);
            [fminnmv s0, p0, z1.s] |o| o.first(o.chosen::<f32>().fold(f64::NAN, |a, b| min_number(a, b.into())) as f32);
            [fnmad z0.s, p0/m, z1.s, z2.s] make!(f32, |o, i| if o.bit(4 * i) { (-o.d::<f32>(i)).mul_add(o.n(i), -o.m::<f32>(i)) } else { o.d(i) });
            [fnmsb z0.s, p0/m, z1.s, z2.s] make!(f32, |o, i| if o.bit(4 * i) { o.d::<f32>(i).mul_add(o.n(i), -o.m::<f32>(i)) } else { o.d(i) });
            [fmls z0.s, z1.s, z2.s[2]] make!(f32, |o, i| (-o.n::<f32>(i)).mul_add(o.m(i / 4 * 4 + 2), o.d(i)));
            [fmul z0.s, z1.s, z2.s[3]] make!(f32, |o, i| o.n::<f32>(i) * o.m::<f32>(i / 4 * 4 + 3));
            [frintx z0.s, p0/m, z1.s] make!(f32, |o, i| if o.bit(4 * i) { o.n::<f32>(i).round_ties_even() } else { o.d(i) });
            [frinti z0.s, p0/m, z1.s] make!(f32, |o, i| if o.bit(4 * i) { o.n::<f32>(i).round_ties_even() } else { o.d(i) });
            [fscale z0.s, p0/m, z0.s, z1.s] make!(f32, |o, i| match o.bit(4 * i) {
                true => (f64::from(o.d::<f32>(i)) * 2f64.powi(o.n::<i32>(i).clamp(-600, 600))) as f32,
                false => o.d(i),
            });
            [fmulx z0.s, p0/m, z0.s, z1.s] make!(f32, |o, i| match (o.d::<f32>(i), o.n::<f32>(i)) {
                (d, _) if !o.bit(4 * i) => d,
                (d, n) if d.is_infinite() && n == 0.0 || d == 0.0 && n.is_infinite() => 2.0 * d.signum() * n.signum(),
                (d, n) => d * n,
            });
            [ftssel z0.s, z1.s, z2.s] make!(f32, |o, i| {
                let value = if o.m::<u32>(i) & 1 == 1 { 1.0 } else { o.n::<f32>(i) };
                f32::from_bits(value.to_bits() ^ (o.m::<u32>(i) & 2) << 30)
            });
        }
        // Each number a product of eight bits, estimated: the estimate is exact in its upper bits.
        floats! { Single Bits: [frecpe z0.s, z1.s ; lsr z0.s, z0.s, #31] make!(u32, |o, i| match o.n::<f32>(i) { n if n.is_nan() => o.n::<u32>(i) >> 31, n => (n.is_sign_negative()).into() }); }
    );
    with!("sve2", "SVE2, precisions and logarithms",
        floats! { Half Single:
            [fcvtlt z0.s, p0/m, z1.h] make!(f32, |o, i| if o.bit(4 * i) { f(o.n(2 * i + 1)) } else { o.d(i) });
            [fmlalb z0.s, z1.h, z2.h] make!(f32, |o, i| f(o.n(2 * i)).mul_add(f(o.m(2 * i)), o.d(i)));
            (d n m) [fmlalt Z(d).s, Z(n).h, Z(m).h] make!(f32, |o, i| f(o.n(2 * i + 1)).mul_add(f(o.m(2 * i + 1)), o.d(i)));
            [fmlslb z0.s, z1.h, z2.h] make!(f32, |o, i| (-f(o.n(2 * i))).mul_add(f(o.m(2 * i)), o.d(i)));
            [fmlslt z0.s, z1.h, z2.h[3]] make!(f32, |o, i| (-f(o.n(2 * i + 1))).mul_add(f(o.m(i / 4 * 8 + 3)), o.d(i)));
        }
        floats! { Single Half: [fcvtnt z0.h, p0/m, z1.s] make!(F16, |o, i| if i % 2 == 1 && o.bit(i / 2 * 4) { F16::new(o.n::<f32>(i / 2).into()) } else { o.d(i) }); }
        floats! { Double Single:
            [fcvtnt z0.s, p0/m, z1.d] make!(f32, |o, i| if i % 2 == 1 && o.bit(i / 2 * 8) { o.n::<f64>(i / 2) as f32 } else { o.d(i) });
        }
        floats! { Single Double: [fcvtlt z0.d, p0/m, z1.s] make!(f64, |o, i| if o.bit(8 * i) { o.n::<f32>(2 * i + 1).into() } else { o.d(i) }); }
        floats! { Double Bits: [flogb z0.d, p0/m, z1.d] make!(i64, |o, i| match o.n::<f64>(i).abs() {
            _ if !o.bit(8 * i) => o.d(i),
            x if x == 0.0 || x.is_nan() => i64::MIN,
            f64::INFINITY => i64::MAX,
            x if x.is_subnormal() => ((x * 2f64.powi(64)).to_bits() >> 52) as i64 - 1023 - 64,
            x => (x.to_bits() >> 52) as i64 - 1023,
        }); }
        floats! { Single Single: [faddp z0.s, p0/m, z0.s, z1.s] make!(f32, |o, i| match (o.bit(4 * i), i % 2) {
            (false, _) => o.d(i),
            (_, 0) => o.d::<f32>(i) + o.d::<f32>(i + 1),
            _ => o.n::<f32>(i - 1) + o.n::<f32>(i),
        }); }
    );
    with!(
        "svebf16",
        "SVE, BF16",
        floats! { Single Single:
            [bfmlalb z0.s, z1.h, z2.h] make!(f32, |o, i| bf16(o.n(2 * i)).mul_add(bf16(o.m(2 * i)), o.d(i)));
            [bfmlalt z0.s, z1.h, z2.h[6]] make!(f32, |o, i| bf16(o.n(2 * i + 1)).mul_add(bf16(o.m(i / 4 * 8 + 6)), o.d(i)));
        }
    );
}

/// A number of the format that is the upper half of single precision.
fn bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}
