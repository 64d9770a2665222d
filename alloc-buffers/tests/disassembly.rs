//! Listings with instructions in words, for every architecture.
#![cfg(all(feature = "decode", feature = "macro", feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

use bareasm_alloc::{dynasm, Disassembly, SimpleAssembler, VecAssembler};
use bareasm_core::arch::{Aarch64, Any, Thumb, X64, X86};
use bareasm_core::isa::disassembly::Language;

fn text(disassembly: Option<Disassembly<'_>>) -> String {
    disassembly.map(|disassembly| disassembly.to_string()).unwrap_or_default()
}

#[test]
fn x64() {
    let mut ops = VecAssembler::<X64>::new(0);
    let label = ops.new_dynamic_label();
    dynasm!(ops
        ; .arch x64
        ; =>start:
        ; lea rax, [rip + =>table + 4]
        ; test rdi, rdi
        ; jz =>(label)
        ; cmp dword ptr [rip + =>table], 7
        ; ->here: jmp ->here
        ; mov rax, QWORD 0x1122_3344_5566_7788
        ; =>(label): call =>start
        ; jmp >next
        ;; let six = 6
        ; next: ret
        ; =>table:
        ; .u64 0x0606_0606_0606_0606
        ; .u8 six
    );
    ops.commit().unwrap();
    let expected = "\
00000000                           =>start:
00000000  48 8d 05 2b 00 00 00         lea rax, [rip + 43]
00000007  48 85 ff                     test rdi, rdi
0000000a  0f 84 13 00 00 00            je =>(0)
00000010  83 3d 17 00 00 00 07         cmp dword ptr [rip + =>table], 7
00000017                           ->at_17:
00000017  eb fe                        jmp ->at_17
00000019  48 b8 88 77 66 55 44 33      mov rax, 1234605616436508552
00000021  22 11
00000023                           =>(0):
00000023  e8 d8 ff ff ff               call =>start
00000028  e9 00 00 00 00               jmp next
0000002d                           next:
0000002d  c3                           ret
0000002e                           =>table:
0000002e  06 06 06 06 06 06 06 06      .byte 0x06, 0x06, 0x06, 0x06, 0x06, 0x06, 0x06, 0x06
00000036  06                           .byte 0x06
";
    assert_eq!(text(ops.disassembly()), expected);
}

/// In 32-bit mode the same bytes are other instructions. References that wait are shown with their labels.
#[test]
fn x86_before_labels_are_bound() {
    let mut ops = VecAssembler::<X86>::new(0);
    let label = ops.new_dynamic_label();
    dynasm!(ops ; .arch x86 ; inc eax ; jne =>exit ; push es ; call =>(label) ; jmp BYTE =>exit);
    let expected = "\
00000000  40                           inc eax
00000001  0f 85 00 00 00 00            jne =>exit
00000007  06                           push es
00000008  e8 00 00 00 00               call =>(0)
0000000d  eb 00                        jmp =>exit
";
    assert_eq!(text(ops.disassembly()), expected);
    dynasm!(ops ; .arch x86 ; =>exit: ; =>(label): ret);
    assert!(text(ops.disassembly()).ends_with("=>exit:\n0000000f  c3                           ret\n"));
}

#[test]
fn thumb_in_blocks() {
    let mut ops = VecAssembler::<Thumb>::new(0);
    dynasm!(ops
        ; .arch thumb
        ; =>top: ite eq
        ; addeq r0, r0, #1
        ; subne r0, r0, #1
        ; cbz r0, =>end
        ; bne.w =>top
        ; ldr r1, =>pool
        ; =>end: bx lr
        ; .align 4
        ; =>pool: .u32 7
    );
    ops.commit().unwrap();
    let out = text(ops.disassembly());
    for line in [
        "00000000  0c bf                        ite eq\n",
        "00000002  40 1c                        addeq r0, r0, #1\n",
        "00000004  40 1e                        subne r0, r0, #1\n",
        "cbz r0, =>end\n",
        "bne.w =>top\n",
        "ldr.w r1, =>pool\n",
    ] {
        assert!(out.contains(line), "{line}{out}");
    }
}

/// With source text the labels of the macro have their names, and data is known to be data.
#[test]
fn with_source_text() {
    let mut ops = VecAssembler::<Aarch64>::with_listing(0);
    for (at, note) in
        [(0, "->again:"), (0, "subs x0, x0, n"), (4, "b.ne ->again"), (8, ".u32 n"), (12, ".align 8"), (16, "=>(end):")]
    {
        ops.note(at, note);
    }
    let end = ops.new_dynamic_label();
    ops.bind(end, 16);
    for word in [0xf100_0400u32, 0x54ff_ffe1, 0xd65f_03c0, 0xd503_201f, 0xd65f_03c0] {
        ops.put(&word.to_le_bytes());
    }
    let expected = "\
00000000                           ->again:
00000000  00 04 00 f1                  subs x0, x0, #1
00000004  e1 ff ff 54                  b.ne ->again
00000008  c0 03 5f d6                  .byte 0xc0, 0x03, 0x5f, 0xd6
0000000c  1f 20 03 d5                  nop
00000010                           =>(end):
00000010  c0 03 5f d6                  ret
";
    assert_eq!(text(ops.disassembly()), expected);
}

/// Any bytes, at any offset, with labels anywhere: every byte is shown once, in order.
#[test]
fn arbitrary_bytes() {
    let mut random = fastrand::Rng::with_seed(1);
    for language in [Language::Aarch64, Language::Thumb, Language::X64, Language::X86] {
        for _ in 0..40 {
            let code: Vec<u8> = (0..random.usize(..60)).map(|_| random.u8(..)).collect();
            let start = random.usize(..3) * 8;
            let mut disassembly = Disassembly::new(language, &code, start);
            for _ in 0..random.usize(..4) {
                disassembly.add_label(random.usize(..90), "l");
            }
            let out = disassembly.to_string();
            let mut shown = Vec::new();
            for line in out.lines() {
                let (at, rest) = line.split_at(8);
                let bytes = rest.get(2..25.min(rest.len())).unwrap_or("").trim();
                if !bytes.is_empty() {
                    assert_eq!(usize::from_str_radix(at, 16), Ok(start + shown.len()), "{out}");
                }
                shown.extend(bytes.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()));
            }
            assert_eq!(shown, code, "{language:?}\n{out}");
        }
    }
}

#[test]
fn no_language() {
    assert_eq!(Language::named("any"), None);
    assert!(Disassembly::of::<Any>(&[1, 2, 3], 0).is_none());
    let mut ops = SimpleAssembler::new();
    ops.put(&[1]);
    assert_eq!(Disassembly::new(Language::X64, ops.code(), 0).to_string(), "00000000  01                           .byte 0x01\n");
}
