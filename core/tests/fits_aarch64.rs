//! The predicates of immediates against the tables: a number fits if and only if the instruction with it is one form.
#![cfg(feature = "aarch64")]

use bareasm_core::aarch64 as a64;
use bareasm_isa::fixed::{self, Context, Features, Token, Width};

/// Whether the table takes the instruction; `#` stands for the number.
fn takes(text: &str, number: i128) -> bool {
    let features = Features::ALL;
    let context = Context { features: &features, width: Width::Any, it: None };
    let (mnemonic, operands) = text.split_once(' ').unwrap();
    let mut tokens = Vec::new();
    for part in operands.split_inclusive([',', '[', ']', '.', '#', ' ', '/']) {
        let (word, punct) = part.split_at(part.trim_end_matches([',', '[', ']', '.', '#', ' ', '/']).len());
        match word.parse() {
            _ if word.is_empty() => {}
            Ok(number) => tokens.push(Token::Number(number)),
            Err(_) => tokens.push(Token::Word { text: word, value: None }),
        }
        for c in punct.chars().filter(|c| *c != ' ') {
            tokens.push(Token::Punct(c));
            if c == '#' {
                tokens.extend((number < 0).then_some(Token::Punct('-')));
                tokens.push(Token::Number(number.abs()));
            }
        }
    }
    fixed::aarch64().choose(mnemonic, &tokens, &context).is_ok()
}

/// Numbers around powers of two, patterns, and some others; with either sign.
fn numbers() -> Vec<i64> {
    let powers = (0..64).flat_map(|n| [-2, -1, 0, 1, 2, 3, 4].map(|d| (1i64 << n).wrapping_add(d)));
    let patterns = [0x00ff_00ff, 0x5555_5555, 0xab00, 0xabff, 0xab_ffff, 0xab_0000, 0x7f_f000, 0x1234, 0x1234_5678, 0xff00_ffff];
    let wide = patterns.map(|pattern: i64| pattern << 32 | pattern);
    let multiples = (0..64).flat_map(|n| [n * 4, n * 8 + 4096, n * 16 + 32700, n * 256, n * 4096 + 0xfff0]);
    let all = powers.chain(patterns).chain(wide).chain(multiples);
    all.flat_map(|number: i64| [number, number.wrapping_neg(), !number]).collect()
}

#[test]
fn numbers_of_general_instructions() {
    for number in numbers() {
        let value = i128::from(number);
        let (word, pattern) = (number as u32, number as u64);
        assert_eq!(a64::is_logical_immediate64(pattern), takes("and x0, x1, #", pattern.into()), "{number:#x}");
        assert_eq!(a64::is_logical_immediate32(word), takes("and w0, w1, #", word.into()), "{number:#x}");
        assert_eq!(a64::is_move_immediate64(pattern), takes("mov x0, #", pattern.into()), "{number:#x}");
        assert_eq!(a64::is_move_immediate32(word), takes("mov w0, #", word.into()), "{number:#x}");
        if number >= 0 {
            assert_eq!(a64::is_add_sub_immediate(pattern), takes("add x0, x1, #", value), "{number:#x}");
        }
        for (size, text) in [(1, "ldrb w0, [x1, #]"), (2, "ldrh w0, [x1, #]"), (4, "ldr w0, [x1, #]"), (8, "ldr x0, [x1, #]")] {
            let either = a64::is_scaled_offset(number, size) || a64::is_unscaled_offset(number);
            assert_eq!(either, takes(text, value), "{text} {number:#x}");
        }
        assert_eq!(a64::is_unscaled_offset(number), takes("ldur x0, [x1, #]", value), "{number:#x}");
        for (size, text) in [(4, "ldp w0, w1, [x2, #]"), (8, "ldp x0, x1, [x2, #]"), (16, "ldp q0, q1, [x2, #]")] {
            assert_eq!(a64::is_pair_offset(number, size), takes(text, value), "{text} {number:#x}");
        }
    }
}

#[test]
fn numbers_of_vectors() {
    for number in numbers() {
        let (half, word, pattern) = (number as u16, number as u32, number as u64);
        let shifted = |text: &str, value: u32, shifts: &[u32]| {
            shifts.iter().any(|shift| {
                takes(&text.replace('N', &shift.to_string()), (value >> shift).into()) && value >> shift << shift == value
            })
        };
        assert_eq!(a64::is_movi_immediate16(half), shifted("movi v0.8h, #, lsl N", half.into(), &[0, 8]), "{half:#x}");
        let ones = |shift: u32| {
            value_of_ones(word, shift).is_some_and(|value| takes(&format!("movi v0.4s, #, msl {shift}"), value.into()))
        };
        let lsl = shifted("movi v0.4s, #, lsl N", word, &[0, 8, 16, 24]);
        assert_eq!(a64::is_movi_immediate32(word), lsl || ones(8) || ones(16), "{word:#x}");
        assert_eq!(a64::is_movi_immediate64(pattern), takes("movi v0.2d, #", pattern.into()), "{number:#x}");
        for (bits, size) in [(8, "b"), (16, "h"), (32, "s"), (64, "d")] {
            let value = i128::from(number);
            // As text, a pattern may be written with more ones in front: `!0x80`.
            if value < -(1 << (bits - 1)) {
                assert!(!a64::is_sve_logical_immediate(number, bits) && !a64::is_sve_dup_immediate(number, bits));
                continue;
            }
            let text = format!("dupm z0.{size}, #");
            assert_eq!(a64::is_sve_logical_immediate(number, bits), takes(&text, value), "{text} {number:#x}");
            let text = format!("dup z0.{size}, #");
            assert_eq!(a64::is_sve_dup_immediate(number, bits), takes(&text, value), "{text} {number:#x}");
            let text = format!("add z0.{size}, z0.{size}, #");
            assert_eq!(a64::is_sve_add_immediate(number, bits), takes(&text, value), "{text} {number:#x}");
        }
    }
    for number in [0.0f64, 1.0, -1.0, 0.125, 0.12, 31.0, 32.0, f64::NAN, f64::INFINITY, 1.9375] {
        let features = Features::ALL;
        let context = Context { features: &features, width: Width::Any, it: None };
        let mut tokens = vec![Token::Word { text: "d0", value: None }, Token::Punct(','), Token::Punct('#')];
        tokens.extend((number < 0.0).then_some(Token::Punct('-')));
        tokens.push(Token::Float(number.abs()));
        let taken = fixed::aarch64().choose("fmov", &tokens, &context).is_ok();
        assert_eq!(a64::is_fmov_immediate(number), taken && number != 0.0, "{number}");
    }
}

/// The upper part of a number whose `shift` lowest bits are ones.
fn value_of_ones(word: u32, shift: u32) -> Option<u32> {
    (word & ((1 << shift) - 1) == (1 << shift) - 1).then_some(word >> shift)
}

#[test]
fn distances() {
    for number in numbers() {
        let value = i128::from(number);
        assert_eq!(a64::is_branch_offset(number), takes("b #", value), "{number:#x}");
        assert_eq!(a64::is_conditional_branch_offset(number), takes("cbz x0, #", value), "{number:#x}");
        assert_eq!(a64::is_test_branch_offset(number), takes("tbz x0, 3, #", value), "{number:#x}");
        assert_eq!(a64::is_compare_branch_offset(number), takes("cbgt x0, x1, #", value), "{number:#x}");
        assert_eq!(a64::is_adr_offset(number), takes("adr x0, #", value), "{number:#x}");
        let target = (number & !0xfff) as u64;
        assert_eq!(a64::is_adrp_target(0, target), takes("adrp x0, #", (number & !0xfff).into()), "{number:#x}");
    }
}
