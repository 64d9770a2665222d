//! Both lowerings of the macro in one program: the same bytes, and the same failures, for the same operands.
#![cfg(all(feature = "macro", feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

use bareasm_core::{Error, Labels};

/// What an emitter leaves behind: the code or the failure, and the buffer as it is.
type Left = (Result<usize, Error>, Vec<u8>);

/// Emits behind two bytes, with room for the code or without.
macro_rules! emitted {
    ($arch:ident, $room:expr, $emit:expr, $($value:expr),*) => {{
        let mut code = vec![0xee; $room];
        let mut labels = Labels::<4, 4>::new();
        let mut asm = bareasm_core::$arch::Assembler::new(&mut code, &mut labels);
        asm.put(&[1, 2]);
        $emit(&mut asm $(, $value)*);
        let result = asm.finish();
        (result, code)
    }};
}

/// Numbers at the ends of fields and of words.
fn numbers() -> Vec<i64> {
    let mut out: Vec<i64> = (-5..34).collect();
    for bit in [6, 7, 8, 9, 12, 15, 16, 21, 31, 32, 63] {
        for d in [-4, -1, 0, 1, 4] {
            out.push((1i64 << bit).wrapping_add(d));
            out.push((1i64 << bit).wrapping_neg().wrapping_add(d));
        }
    }
    out.extend([0xff00_ff00, 0x00ff_00ff, 0x5555_5555, 0x3fc0_0000, -0x1000_0000, 0x0123_4567_89ab_cdef, 4095 << 12, 252, 1020]);
    out
}

/// Compares each text in braces, with the variables it names for two registers and a number.
macro_rules! compare {
    ($arch:ident $name:ident [$r:ident $s:ident $n:ident]; $({ $($text:tt)* })*) => {
        #[test]
        fn $name() {
            use super::*;
            let mut encoded = 0;
            let mut refused = 0;
            $({
                #[allow(unused_variables)]
                fn fast(asm: &mut bareasm_core::$arch::Assembler<'_>, $r: u8, $s: u8, $n: i64) {
                    bareasm_core::__private::dynasm_fast! { [bareasm_core] [$arch] asm ; $($text)* }
                }
                #[allow(unused_variables)]
                fn compact(asm: &mut bareasm_core::$arch::Assembler<'_>, $r: u8, $s: u8, $n: i64) {
                    bareasm_core::__private::dynasm_compact! { [bareasm_core] [$arch] asm ; $($text)* }
                }
                let mut both = |one: Left, other: Left, what: &str| {
                    assert_eq!(one, other, "{} with {what}", stringify!($($text)*));
                    if one.0.is_ok() { encoded += 1 } else { refused += 1 }
                };
                for (r, s) in REGISTERS {
                    for n in numbers() {
                        let what = format!("{r} {s} {n:#x}");
                        both(emitted!($arch, 24, fast, r, s, n), emitted!($arch, 24, compact, r, s, n), &what);
                    }
                    let full = |room, n: i64| {
                        assert_eq!(emitted!($arch, room, fast, r, s, n), emitted!($arch, room, compact, r, s, n));
                    };
                    full(2, 1);
                    full(3, -1 << 40);
                }
            })*
            println!("{encoded} encoded, {refused} refused");
            assert!(encoded > 1000 && refused > 1000, "{encoded} {refused}");
        }
    };
}

const REGISTERS: [(u8, u8); 8] = [(0, 1), (3, 2), (1, 0), (4, 5), (7, 13), (15, 4), (31, 16), (255, 32)];

/// Two statements by both lowerings, which must agree; returns the words.
macro_rules! words {
    ($($text:tt)*) => {{
        #[allow(unused_mut)]
        let mut emit_fast = |asm: &mut bareasm_core::aarch64::Assembler<'_>| {
            bareasm_core::__private::dynasm_fast! { [bareasm_core] [aarch64] asm ; $($text)* }
        };
        let fast = emitted!(aarch64, 32, emit_fast,);
        #[allow(unused_mut)]
        let mut emit_compact = |asm: &mut bareasm_core::aarch64::Assembler<'_>| {
            bareasm_core::__private::dynasm_compact! { [bareasm_core] [aarch64] asm ; $($text)* }
        };
        let compact = emitted!(aarch64, 32, emit_compact,);
        assert_eq!(fast, compact, stringify!($($text)*));
        let (length, code) = fast;
        let words = |code: &[u8]| code.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect::<Vec<u32>>();
        words(&code[2..length.unwrap()])
    }};
}

#[test]
fn places_that_are_several_operands() {
    let (a, i) = (7u8, 12);
    assert_eq!(words!(add X(a), X(a), i ; sub X(a), X(a), i), [0x91003000 | 7 << 5 | 7, 0xd1003000 | 7 << 5 | 7]);
    // As a register and as a number.
    assert_eq!(words!(add X(a), X(a), a), [0x91001c00 | 7 << 5 | 7]);
    struct Pair(u8, [u8; 2]);
    let p = Pair(3, [4, 5]);
    assert_eq!(words!(add X(p.0), X(p.1[0]), X(p.1[1]) ; add X(p.0), X(p.1[0]), X(p.1[1])), [0x8b050083, 0x8b050083]);
}

#[test]
fn places_that_change_between_operands() {
    let changing = |lowering: fn(&mut bareasm_core::aarch64::Assembler<'_>)| emitted!(aarch64, 8, lowering,);
    let fast = changing(|asm| {
        let mut a = 1u8;
        bareasm_core::__private::dynasm_fast! { [bareasm_core] [aarch64] asm ; add X(a), X({ a += 1; a }), X(a) }
    });
    let compact = changing(|asm| {
        let mut a = 1u8;
        bareasm_core::__private::dynasm_compact! { [bareasm_core] [aarch64] asm ; add X(a), X({ a += 1; a }), X(a) }
    });
    assert_eq!(fast, compact);
    assert_eq!(fast.1[2..6], 0x8b020041u32.to_le_bytes());
}

#[test]
fn names_of_two_macros_are_two_variables() {
    macro_rules! with_own_variable {
        ($asm:ident $lowering:ident $theirs:ident $also:expr) => {{
            let a = 1u8;
            bareasm_core::__private::$lowering! { [bareasm_core] [aarch64] $asm ; add X(a), X($theirs), X($also) }
        }};
    }
    let a = 2u8;
    let fast = emitted!(aarch64, 8, |asm: &mut bareasm_core::aarch64::Assembler<'_>| with_own_variable!(asm dynasm_fast a a),);
    let compact =
        emitted!(aarch64, 8, |asm: &mut bareasm_core::aarch64::Assembler<'_>| with_own_variable!(asm dynasm_compact a a),);
    assert_eq!(fast, compact);
    assert_eq!(compact.1[2..6], 0x8b020041u32.to_le_bytes());
}

#[path = "lowerings/aarch64.rs"]
mod aarch64;
#[path = "lowerings/thumb.rs"]
mod thumb;
#[path = "lowerings/x64.rs"]
mod x64;
#[path = "lowerings/x86.rs"]
mod x86;
