//! SVE instructions whose registers, list starts and immediates are known at run time only: the
//! numbers give the word that the same text with literals gives, and numbers out of range are refused.
#![cfg(feature = "aarch64")]

mod run_time;

use bareasm_isa::encoding::Fault;
use bareasm_isa::field::Reason;

/// The word of the text when its run-time values are these.
fn word(body: &str, numbers: &[(&str, i64)]) -> Result<u32, Fault> {
    run_time::word(body, |name| numbers.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name}")).1)
}

/// The text with numbers in place of the run-time operands.
fn literal(body: &str, numbers: &[(&str, i64)]) -> String {
    numbers.iter().fold(body.to_string(), |text, (name, number)| {
        let register =
            |text: String, class: &str, prefix: &str| text.replace(&format!("{class}({name})"), &format!("{prefix}{number}"));
        let text =
            [("X", "x"), ("W", "w"), ("WSP", "w"), ("Z", "z"), ("P", "p"), ("PN", "pn"), ("V", "v"), ("S", "s"), ("D", "d")]
                .iter()
                .fold(text, |text, (class, prefix)| register(text, class, prefix));
        text.replace(&format!("#{name}"), &format!("#{number}"))
    })
}

#[test]
fn run_time_registers_and_immediates() {
    for body in [
        "ld1w {Z(t).s}, P(g)/z, [X(n), X(m), lsl 2]",
        "ld1w Z(t).s, P(g)/z, [X(n), X(m), lsl 2]",
        "ld1b {Z(t).b}, P(g)/z, [X(n)]",
        "ld1b {Z(t).b}, P(g)/z, [X(n), #i, mul vl]",
        "ld1sh {Z(t).d}, P(g)/z, [X(n), Z(m).d, sxtw #1]",
        "ld1w {Z(t).s}, P(g)/z, [X(n), Z(m).s, uxtw]",
        "ld1d {Z(t).d}, P(g)/z, [X(n), Z(m).d, lsl #3]",
        "ld1b {Z(t).d}, P(g)/z, [Z(m).d]",
        "ldff1b {Z(t).h}, P(g)/z, [X(n), X(m)]",
        "ldnt1d {Z(t).d}, P(g)/z, [Z(n).d, X(m)]",
        "ld1rqw {Z(t).s}, P(g)/z, [X(n), X(m), lsl #2]",
        "ld3h {Z(t).h * 3}, P(g)/z, [X(n), X(m), lsl #1]",
        "ld2q {Z(t).q * 2}, P(g)/z, [X(n), X(m), lsl #4]",
        "st1h {Z(t).s}, P(g), [X(n), X(m), lsl #1]",
        "st4d {Z(t).d * 4}, P(g), [X(n)]",
        "st1q {Z(t).q}, P(g), [Z(m).d, X(n)]",
        "ldr Z(t), [X(n), #i, mul vl]",
        "str P(g), [X(n), #i, mul vl]",
        "prfd pstl2keep, P(g), [X(n), #i, mul vl]",
        "fmla Z(t).d, P(g)/m, Z(n).d, Z(m).d",
        "fadd Z(t).s, P(g)/m, Z(t).s, Z(m).s",
        "fmul Z(t).h, Z(n).h, Z(g).h[i]",
        "fcmla Z(t).s, Z(n).s, Z(g).s[1], #270",
        "fcvtzs Z(t).s, P(g)/z, Z(n).d",
        "facge P(g).s, P(i)/z, Z(n).s, Z(m).s",
        "fmaxnmv S(t), P(g), Z(n).s",
        "faddqv V(t).4s, P(g), Z(n).s",
        "add Z(t).b, P(g)/m, Z(t).b, Z(m).b",
        "mov Z(t).d, Z(n).d",
        "mov Z(t).h, P(g)/m, Z(n).h",
        "mov Z(t).s, P(g)/z, #i",
        "mov Z(t).h, #i",
        "mov Z(t).b, WSP(n)",
        "mov Z(t).d, Z(n).d[i]",
        "mov Z(t).d, D(n)",
        "mov P(i).b, P(g)/z, P(i).b",
        "not P(g).b, P(i)/z, P(g).b",
        "and Z(t).d, Z(t).d, Z(m).d",
        "eor3 Z(t).h, Z(t).h, Z(n).h, Z(m).h",
        "add Z(t).h, Z(t).h, #i",
        "lsl Z(t).s, P(g)/m, Z(t).s, #i",
        "lsl Z(t).b, Z(n).b, #i",
        "index Z(t).d, X(n), #i",
        "adr Z(t).d, [Z(n).d, Z(m).d, sxtw #1]",
        "cmpgt P(g).s, P(i)/z, Z(n).s, #i",
        "sqincb X(n), W(n), pow2",
        "cmplt P(g).h, P(i)/z, Z(n).h, Z(m).h",
        "whilelo P(g).s, W(n), W(m)",
        "psel P(g), P(i), P(g).b[w13, #i]",
        "cntp X(n), PN(g).s, vlx4",
        "tbl Z(t).b, {Z(n).b * 2}, Z(m).b",
        "saddv D(t), P(g), Z(n).h",
        "pmov Z(n)[i], P(g).d",
    ] {
        for numbers in [[("t", 0), ("g", 0), ("n", 0), ("m", 0), ("i", 0)], [("t", 30), ("g", 7), ("n", 29), ("m", 21), ("i", 5)]]
        {
            let text = literal(body, &numbers).replace("[i]", &format!("[{}]", numbers[4].1));
            assert_eq!(word(body, &numbers), word(&text, &[]), "{body}: {text}");
        }
    }
}

#[test]
fn numbers_at_the_limits() {
    for (body, number, text) in [
        ("add z0.h, z0.h, #n", 0xff00, "add z0.h, z0.h, #0xff, lsl #8"),
        ("mov z0.h, #n", -32768, "mov z0.h, #-128, lsl #8"),
        ("mov z0.d, p1/m, #n", -256, "cpy z0.d, p1/m, #-1, lsl #8"),
        ("dup z0.s, #n", 127, "mov z0.s, #127"),
        ("and z0.b, z0.b, #n", -16, "and z0.d, z0.d, #0xf0f0f0f0f0f0f0f0"),
        ("bic z0.h, z0.h, #n", 0xff, "and z0.h, z0.h, #0xff00"),
        ("asr z0.b, z0.b, #n", 8, "asr z0.b, z0.b, #8"),
        ("incd x0, all, mul #n", 16, "incd x0, all, mul #16"),
        ("pext p0.b, PN(n)[0]", 15, "pext p0.b, pn15[0]"),
        ("ptrue PN(n).s", 8, "ptrue pn8.s"),
        ("whilelt {P(n).s * 2}, x0, x1", 14, "whilelt {p14.s, p15.s}, x0, x1"),
        ("pext {P(n).s * 2}, pn8[1]", 15, "pext {p15.s, p0.s}, pn8[1]"),
        ("psel p0, p1, p2.b[W(n), 0]", 15, "psel p0, p1, p2.b[w15, 0]"),
    ] {
        assert_eq!(word(body, &[("n", number)]), word(text, &[]), "{body} with {number}");
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    for (body, number) in [
        ("ld1b {z0.b}, P(n)/z, [x0]", 8),
        ("ld1b {Z(n).b}, p0/z, [x0]", 32),
        ("ld1b {z0.b}, p0/z, [X(n)]", 31),
        ("ld1b {z0.b}, p0/z, [x0, X(n)]", 31),
        ("ld1b {z0.b}, p0/z, [x0, #n, mul vl]", 8),
        ("ld3b {z0.b, z1.b, z2.b}, p0/z, [x0, #n, mul vl]", 4),
        ("ldr z0, [x0, #n, mul vl]", -257),
        ("ldr P(n), [x0]", 16),
        ("fmul z0.h, z1.h, Z(n).h[0]", 8),
        ("fmul z0.h, z1.h, z2.h[n]", 8),
        ("add z0.b, P(n)/m, z0.b, z1.b", 8),
        ("add z0.h, z0.h, #n", 257),
        ("mov z0.h, #n", 129),
        ("mov z0.s, #n", 0xff00),
        ("and z0.b, z0.b, #n", 0x1f0),
        ("lsl z0.b, z0.b, #n", 8),
        ("asr z0.b, z0.b, #n", 0),
        ("incd x0, all, mul #n", 17),
        ("mov z0.q, z1.q[n]", 4),
        ("pext p0.b, PN(n)[0]", 7),
        ("ptrue PN(n).s", 7),
        ("whilelt {P(n).s * 2}, x0, x1", 5),
        ("psel p0, p1, p2.b[W(n), 0]", 11),
    ] {
        assert!(word(body, &[("n", number)]).is_err(), "{body} with {number}");
    }
    // The same register twice, as the text says.
    let different = word("fadd Z(a).s, p0/m, Z(b).s, z0.s", &[("a", 1), ("b", 2)]);
    assert_eq!(different.map_err(|fault| fault.reason), Err(Reason::OperandConflict));
}

/// A list of one scalable vector may be written without braces; longer ones, and those of other vectors, may not.
#[test]
fn single_registers_need_no_braces() {
    for (plain, list) in [
        ("ld1w z1.s, p2/z, [x3]", "ld1w {z1.s}, p2/z, [x3]"),
        ("st1b Z(n).d, p2, [x3, z4.d]", "st1b {Z(n).d}, p2, [x3, z4.d]"),
        ("ld1rqd z1.d, p2/z, [x3, x4, lsl 3]", "ld1rqd {z1.d * 1}, p2/z, [x3, x4, lsl 3]"),
    ] {
        assert_eq!(word(plain, &[("n", 7)]), word(list, &[("n", 7)]), "{plain}");
    }
    for refused in ["ld2w z1.s, p2/z, [x3]", "ld1 v1.4s, [x3]"] {
        assert!(run_time::instruction(refused).is_err(), "{refused}");
    }
}
