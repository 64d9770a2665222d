//! The example rows against llvm-mc, against themselves, and with run-time registers.
#![cfg(feature = "rows")]

mod x86_support;

use x86_support::{differences, undecodable, with_examples};

#[test]
fn chosen_bytes_equal_llvm() {
    let vectors = include_str!("examples/x86.tsv");
    with_examples(|table| {
        let found = differences(table, vectors);
        assert!(found.is_empty(), "{} of {} differ:\n{}", found.len(), vectors.lines().count(), found.join("\n"));
    });
}

/// Encoding with a form, decoding, and encoding what was decoded give the same bytes.
#[test]
fn decoding_inverts_encoding() {
    with_examples(|table| {
        let (count, bad) = undecodable(table, 8);
        assert!(bad.is_empty(), "{} of {count}:\n{}", bad.len(), bad.join("\n"));
        assert!(count > 8000, "{count}");
    });
}

/// Arbitrary bytes decode to nothing or to something that can be shown and encoded; never a panic.
#[test]
fn arbitrary_bytes() {
    use bareasm_isa::x86::{Mode, Request};
    with_examples(|table| {
        let mut rng = x86_support::generate::Rng(0xfeed_beef_1234_5677);
        let mut decoded_count = 0;
        for round in 0..200_000u64 {
            let mut bytes = [0u8; 16];
            for chunk in bytes.chunks_mut(8) {
                chunk.copy_from_slice(&rng.next().to_le_bytes());
            }
            // Half of them begin like a vector instruction.
            if round % 2 == 0 {
                bytes[0] = rng.pick(&[0x62, 0xc4, 0xc5, 0x8f, 0xd5, 0x0f, 0x66]);
            }
            let len = rng.below(17) as usize;
            for mode in [Mode::Long, Mode::Protected] {
                let Some(decoded) = table.decode(&bytes[..len], mode) else { continue };
                decoded_count += 1;
                assert!(usize::from(decoded.len) <= len);
                assert!(!table.line(&decoded).to_string().is_empty());
                let request = Request {
                    prefixes: decoded.prefixes(),
                    operands: decoded.operands(),
                    decorations: decoded.decorations,
                    mode,
                };
                let _ = table.encode(decoded.form, &request);
            }
        }
        assert!(decoded_count > 10_000, "{decoded_count}");
    });
}

/// The packed form gives back what its row says.
#[test]
fn forms_read_like_their_rows() {
    with_examples(|table| {
        let texts = |mnemonic: &str| table.forms(mnemonic).map(|form| form.to_string()).collect::<Vec<_>>();
        assert_eq!(texts("cmpxchg16b"), ["cmpxchg16b m128 | REX.W 0F C7 /1 | M 64 lock | cx16"]);
        assert_eq!(
            texts("vp2intersectd"),
            ["vp2intersectd k+1, zmm, zmm/m512/b32 | EVEX.512.F2.0F38.W0 68 /r | RVM | avx512_vp2intersect"]
        );
        assert_eq!(
            texts("vpexpandd")[0],
            "vpexpandd xmm {kz}, xmm/m128 | EVEX.128.66.0F38.W0 89 /r | RM disp8*4 | avx512f avx512vl"
        );
        assert_eq!(texts("tilezero"), ["tilezero tmm | VEX.128.F2.0F38.W0 49 11:rrr:000 | R 64 | amx_tile"]);
        assert_eq!(texts("pavgusb"), ["pavgusb mm, mm/m64 | 0F 0F /r BF | RM | 3dnow"]);
        assert_eq!(texts("fnstsw"), ["fnstsw ax | DF E0 | | fpu"]);
        assert_eq!(texts("sal"), texts("shl"));
        let form = table.forms("blendvps").next().expect("a form");
        assert_eq!(form.syntax().to_string(), "BLENDVPS xmm1, xmm2/m128, <XMM0>");
        assert_eq!((form.section(), form.source().map(|(file, _)| file)), ("x87, MMX, 3DNow!, SSE", Some("x86.isa")));
    });
}

/// All forms printed as rows are rows, and print the same again.
#[test]
fn printed_forms_are_rows() {
    let print = |table: &bareasm_isa::x86::Table<'_>| {
        let mut lines: Vec<String> = table.forms.iter().map(|form| table.describe(*form).to_string()).collect();
        lines.sort();
        lines.join("\n")
    };
    let first = with_examples(print);
    let second = x86_support::with_rows(&[("printed", &first)], print);
    assert_eq!(first, second);
}
