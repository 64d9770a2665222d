//! A64 instructions that llvm-mc 22 does not know, as the main branch of LLVM assembles them in 2026.
#![cfg(all(feature = "matching", feature = "aarch64"))]

mod common;

use bareasm_isa::fixed::{aarch64, Context, Features, Width};

const CONTEXT: Context<'static> = Context { features: &Features::ALL, width: Width::Any, it: None };

#[test]
fn words() {
    let lines = [
        ("flt.hs #2", 0xd4200052),
        ("flt.cs #2", 0xd4200052),
        ("flt.al #65535", 0xd43ffffe),
        ("cflteq #0, w0, #1", 0x76800020),
        ("cfltne #3, x3, #-1", 0xf6bf0de3),
        ("cfltgt #0, w4, #-256", 0x76100004),
        ("cfltlt #3, x7, #0", 0xf6200c07),
        ("cflthi #1, x9, #511", 0xf65f05e9),
        ("cfltlo #2, w10, #1", 0x7660082a),
        ("cfltge #1, x13, #256", 0xf60f05ed),
        ("cflths #2, w14, #1", 0x7640080e),
        ("cfltle #0, w16, #-257", 0x76300010),
        ("cfltls #3, x19, #510", 0xf67f0df3),
        ("cflteq #0, w0, wsp", 0x76df0200),
        ("cfltne #3, x3, x4", 0xf6e40e03),
        ("cfltge #3, x7, x8", 0xf6280e07),
        ("cflthi #0, w8, w9", 0x76490208),
        ("cflths #3, x11, x12", 0xf66c0e0b),
        ("cfltle #0, w13, w14", 0x762d020e),
        ("cfltlo #3, x16, x17", 0xf6500e11),
        ("cfltls #0, w17, w18", 0x76710212),
        ("cfltlt #3, x20, x21", 0xf6140e15),
        ("cfltz #0, w21", 0x76800015),
        ("cfltnz #3, xzr", 0xf6a00c1f),
        ("tfltz #0, x0, #0", 0x76000240),
        ("tfltz #3, wzr, #31", 0x76f80e5f),
        ("tfltnz #3, x4, #63", 0xf6f80e64),
        ("lda64b x2, [x13, #0]", 0xf8bfd1a2),
        ("stl64b x14, [sp]", 0xf87f93ee),
        ("stl64bv x1, x20, [x13]", 0xf861b1b4),
        ("stl64bv0 x1, x22, [sp]", 0xf861a3f6),
    ];
    for (text, word) in lines {
        assert_eq!(common::take(aarch64(), text, &CONTEXT), Ok(u32::to_le_bytes(word).to_vec()), "{text}");
    }
}

#[test]
fn refused() {
    let lines = [
        "flt.eq #65536",
        "flt.nlast #0",
        "cflteq #4, w0, #1",
        "cflteq #0, wsp, #0",
        "cfltgt #0, w0, #256",
        "cflthi #0, w0, #-1",
        "cfltge #0, w0, #-256",
        "cflths #0, w0, #0",
        "cfltle #0, w0, #255",
        "cfltls #0, w0, #511",
        "cflteq #0, wzr, w0",
        "cflthi #0, x0, xzr",
        "cfltz #0, wsp",
        "tfltz #0, w0, #32",
        "tfltnz #0, x0, #64",
        "lda64b x23, [x13]",
        "stl64b x14, [x13, #8]",
        "stl64bv w1, x20, [x13]",
    ];
    for text in lines {
        assert!(common::take(aarch64(), text, &CONTEXT).is_err(), "{text}");
    }
}
