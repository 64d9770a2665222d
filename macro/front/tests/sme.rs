//! SME instructions whose tiles, slices, lists and offsets are known at run time only: the numbers give the word that the same
//! text with literals gives, and numbers that the instruction does not take are refused.
#![cfg(feature = "aarch64")]

mod run_time;

use bareasm_isa::field::Reason;
use run_time::{instruction, word};

/// Texts with `n`, the numbers that it may be, and the same text for one of them.
const TEXTS: &[(&str, &[i64], i64, &str)] = &[
    // Tiles and slices.
    ("fmopa ZA(n).s, p0/m, p1/m, z2.s, z3.s", &[0, 1, 2, 3], 3, "fmopa za3.s, p0/m, p1/m, z2.s, z3.s"),
    ("fmopa ZA(n).d, p0/m, p1/m, z2.d, z3.d", &[0, 1, 2, 3, 4, 5, 6, 7], 7, "fmopa za7.d, p0/m, p1/m, z2.d, z3.d"),
    ("mova ZA(n)h.h[w12, 5], p0/m, z1.h", &[0, 1], 1, "mova za1h.h[w12, 5], p0/m, z1.h"),
    ("mova ZA(n)v.s[w12, 1], p0/m, z1.s", &[0, 1, 2, 3], 2, "mova za2v.s[w12, 1], p0/m, z1.s"),
    ("mova z1.d, p0/m, ZA(n)v.d[w12, 1]", &[0, 1, 2, 3, 4, 5, 6, 7], 6, "mova z1.d, p0/m, za6v.d[w12, 1]"),
    ("mova za0h.b[W(n), 1], p0/m, z1.b", &[12, 13, 14, 15], 14, "mova za0h.b[w14, 1], p0/m, z1.b"),
    ("mova za0h.s[w12, n], p0/m, z1.s", &[0, 1, 2, 3], 3, "mova za0h.s[w12, 3], p0/m, z1.s"),
    ("mova za1h.s[w12, n:n + 1], {z2.s, z3.s}", &[0, 2], 2, "mova za1h.s[w12, 2:3], {z2.s, z3.s}"),
    ("movaz {z4.b-z7.b}, za0h.b[w12, n:n + 3]", &[0, 4, 8, 12], 8, "movaz {z4.b-z7.b}, za0h.b[w12, 8:11]"),
    ("ld1w {ZA(n)h.s[w12, 0]}, p0/z, [x0]", &[0, 1, 2, 3], 1, "ld1w {za1h.s[w12, 0]}, p0/z, [x0]"),
    (
        "ldr za[w12, n], [x0, n, mul vl]",
        &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        9,
        "ldr za[w12, 9], [x0, #9, mul vl]",
    ),
    // The array.
    ("fmla za.s[W(n), 7, vgx2], {z0.s, z1.s}, z2.s", &[8, 9, 10, 11], 10, "fmla za.s[w10, 7], {z0.s, z1.s}, z2.s"),
    ("fmla za.s[w8, n], {z0.s, z1.s}, z2.s", &[0, 1, 2, 3, 4, 5, 6, 7], 7, "fmla za.s[w8, 7, vgx2], {z0.s, z1.s}, z2.s"),
    ("smlal za.s[w8, n:n + 1, vgx4], {z0.h-z3.h}, z2.h", &[0, 2, 4, 6], 4, "smlal za.s[w8, 4:5], {z0.h-z3.h}, z2.h"),
    ("zero za.d[w8, n:n + 3]", &[0, 4, 8, 12], 12, "zero za.d[w8, 12:15]"),
    // Lists.
    ("fmla za.s[w8, 0], {Z(n).s * 2}, {z2.s, z3.s}", &EVEN, 30, "fmla za.s[w8, 0], {z30.s, z31.s}, {z2.s, z3.s}"),
    ("sclamp {Z(n).s * 4}, z0.s, z1.s", &[0, 4, 8, 12, 16, 20, 24, 28], 12, "sclamp {z12.s-z15.s}, z0.s, z1.s"),
    ("ld1w {Z(n).s * 2}, pn8/z, [x0]", &EVEN, 6, "ld1w {z6.s, z7.s}, pn8/z, [x0]"),
    (
        "ld1w {Z(n).s * 2 / 8}, pn8/z, [x0]",
        &[0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
        17,
        "ld1w {z17.s, z25.s}, pn8/z, [x0]",
    ),
    ("ld1w {Z(n).s * 4 / 4}, pn8/z, [x0]", &[0, 1, 2, 3, 16, 17, 18, 19], 18, "ld1w {z18.s, z22.s, z26.s, z30.s}, pn8/z, [x0]"),
    ("luti4 {z0.b-z3.b}, zt0, {Z(n) * 2}", &EVEN, 8, "luti4 {z0.b-z3.b}, zt0, {z8, z9}"),
    (
        "ftmopa za0.s, {z0.h, z1.h}, z2.h, Z(n)[1]",
        &[20, 21, 22, 23, 28, 29, 30, 31],
        29,
        "ftmopa za0.s, {z0.h, z1.h}, z2.h, z29[1]",
    ),
    ("fmop4a za0.s, z0.s, Z(n).s", &[16, 18, 20, 22, 24, 26, 28, 30], 30, "fmop4a za0.s, z0.s, z30.s"),
    // Masks and the lookup table.
    ("zero {ZA(n).h}", &[0, 1], 1, "zero {za1.h}"),
    ("zero {ZA(n).s}", &[0, 1, 2, 3], 2, "zero {za2.s}"),
    ("zero {ZA(n).d}", &[0, 1, 2, 3, 4, 5, 6, 7], 7, "zero {za7.d}"),
    ("movt x0, zt0[n]", &[0, 8, 16, 24, 32, 40, 48, 56], 48, "movt x0, zt0[48]"),
    ("movt zt0[n, mul vl], z1", &[0, 1, 2, 3], 3, "movt zt0[3, mul vl], z1"),
    ("luti2 z0.b, zt0, z1[n]", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], 13, "luti2 z0.b, zt0, z1[13]"),
];

const EVEN: [i64; 16] = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30];

#[test]
fn run_time_numbers() {
    for (body, takes, one, text) in TEXTS {
        for n in -1..64 {
            let word = word(body, |_| n);
            assert_eq!(word.is_ok(), takes.contains(&n), "{body}: {n}");
        }
        assert_eq!(word(body, |_| *one), word(text, |_| 0), "{body}: {one}");
    }
}

#[test]
fn related_numbers() {
    let reason = |body: &str, numbers: &[(&str, i64)]| {
        let number = |expression: &str| numbers.iter().find(|(name, _)| *name == expression).expect("a name").1;
        word(body, number).map_err(|fault| fault.reason)
    };
    let slices = "mova za1h.s[w12, a:b], {z2.s, z3.s}";
    assert!(reason(slices, &[("a", 2), ("b", 3)]).is_ok());
    assert_eq!(reason(slices, &[("a", 0), ("b", 3)]), Err(Reason::OperandConflict));
    assert_eq!(reason("ldr za[w12, a], [x0, b, mul vl]", &[("a", 1), ("b", 2)]), Err(Reason::OperandConflict));
}

#[test]
fn messages() {
    for (body, message) in [
        ("zero {za0.h, ZA(n).s}", "a list of one tile, if its number is known at run time only"),
        ("zero {za2.h}", "a list of tiles in braces, such as `{za0.s, za1.s}` or `{za}`"),
        ("mova za0h.s[w11, 0], p0/m, z1.s", "only registers 12 to 15"),
        ("fmla za.s[w12, 0], {z0.s, z1.s}, z2.s", "only registers 8 to 11"),
        ("fmla za.s[w8, 8], {z0.s, z1.s}, z2.s", "takes 0 to 7"),
        ("smlal za.s[w8, 1:2], z0.h, z1.h", "a multiple of 2 from 0 to 14"),
        ("sclamp {z1.s, z2.s}, z0.s, z1.s", "only registers 0 to 30 in steps of 2"),
        ("ld1w {z0.s, z4.s}, pn8/z, [x0]", "here must stand the first plus 8"),
        ("ld1w {z0.s, z8.s}, pn7/z, [x0]", "only registers 8 to 15"),
        ("ftmopa za0.s, {z0.h, z1.h}, z2.h, z24[1]", "only registers 20 to 23, 28 to 31"),
        ("fmla za.s[w8, 0, vgx4], {z0.s, z1.s}, z2.s", "a list of 4 registers"),
    ] {
        let found = instruction(body).err().unwrap_or_default();
        assert!(found.contains(message), "{body}: {found}");
    }
}
