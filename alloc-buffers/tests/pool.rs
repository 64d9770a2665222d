//! Literal pools and listings.
#![cfg(feature = "aarch64")]

use bareasm_alloc::{AssemblyOffset, DynasmApi, LiteralPool, VecAssembler};
use bareasm_core::arch::Aarch64;
use bareasm_core::{aarch64, Error, Labels, Reason, Relocation};

#[test]
fn equal_constants_once_and_aligned() {
    let mut ops = VecAssembler::<Aarch64>::new(0x1_0000);
    let mut pool = LiteralPool::new();
    let byte = pool.push_u8(&mut ops, 7);
    let double = pool.push_u64(&mut ops, 0x1122_3344_5566_7788);
    let half = pool.push_u16(&mut ops, 0x0201);
    let word = pool.push_u32(&mut ops, 0xdead_beef);
    let text = pool.push_bytes(&mut ops, b"abcde", 3);
    assert_eq!(pool.push_u64(&mut ops, 0x1122_3344_5566_7788), double);
    assert_eq!(pool.push_u16(&mut ops, 0x0201), half);
    assert_eq!(pool.push_bytes(&mut ops, &[7], 8), byte, "the larger alignment counts");
    assert_ne!(pool.push_u16(&mut ops, 7), byte);
    // ldr x0, =double
    ops.put(&0x5800_0000u32.to_le_bytes());
    ops.refer(double, Relocation::A64Branch19, 4);
    let before = DynasmApi::offset(&mut ops).0;
    let most = pool.size();
    assert!(!pool.is_empty());
    pool.flush(&mut ops);
    assert!(pool.is_empty());
    assert!(DynasmApi::offset(&mut ops).0 - before <= most);
    let at = |label| ops.labels().resolve_dynamic(label).unwrap().0;
    for (label, alignment) in [(byte, 8), (double, 8), (half, 2), (word, 4), (text, 4)] {
        assert_eq!(at(label) % alignment, 0);
    }
    let places = [at(double), at(byte), at(word), at(text)];
    let code = ops.finalize().unwrap();
    assert_eq!(code[places[0]..][..8], 0x1122_3344_5566_7788u64.to_le_bytes());
    assert_eq!(code[places[1]], 7);
    assert_eq!(code[places[2]..][..4], 0xdead_beefu32.to_le_bytes());
    assert_eq!(&code[places[3]..][..5], b"abcde");
    assert_eq!(code[..4], (0x5800_0000u32 | (places[0] as u32 / 4) << 5).to_le_bytes());
}

#[test]
fn pools_for_buffers_of_the_caller() {
    let mut memory = [0; 32];
    let mut labels = Labels::<2, 2>::new();
    let mut asm = aarch64::Assembler::new(&mut memory, &mut labels);
    let mut pool = LiteralPool::new();
    for _ in 0..3 {
        pool.push_u32(&mut asm, 1);
        pool.push_u32(&mut asm, 2);
    }
    pool.flush(&mut asm);
    pool.flush(&mut asm);
    assert_eq!(asm.finish(), Ok(8));
    // A full label table is latched.
    pool.push_u32(&mut asm, 3);
    assert_eq!(asm.finish(), Err(Error::at(8, Reason::LabelsFull)));
}

#[test]
fn alignment_of_anything() {
    let mut ops = VecAssembler::<Aarch64>::new(0);
    let mut pool = LiteralPool::new();
    let label = pool.push_bytes(&mut ops, &[], 0);
    pool.flush(&mut ops);
    assert_eq!(ops.labels().resolve_dynamic(label), Some(AssemblyOffset(0)));
    pool.push_bytes(&mut ops, &[1], u32::MAX);
    ops.push(1);
    let mut capped = VecAssembler::<Aarch64>::with_sink(bareasm_alloc::GrowBuffer::new().with_limit(64), Default::default(), 0);
    let mut pool = LiteralPool::new();
    pool.push_bytes(&mut capped, &[1], u32::MAX);
    capped.push(1);
    pool.flush(&mut capped);
    assert_eq!(capped.finalize(), Err(Error::at(bareasm_core::MAX_CODE, Reason::BufferFull)));
}

#[test]
fn listings() {
    let mut ops = VecAssembler::<Aarch64>::with_listing(0);
    ops.push_u32(0xd503_201f);
    ops.note(0, "add x0, x1, #1");
    ops.note(4, "=>done:");
    ops.note(4, "ret");
    ops.put(&[0x20, 0x04, 0x00, 0x91, 0xc0, 0x03, 0x5f, 0xd6]);
    ops.note(0, ".bytes text");
    ops.extend(0..11u8);
    let expected = "\
00000000  1f 20 03 d5
00000004  20 04 00 91              add x0, x1, #1
00000008                           =>done:
00000008  c0 03 5f d6              ret
0000000c  00 01 02 03 04 05 06 07  .bytes text
00000014  08 09 0a
";
    assert_eq!(ops.listing().to_string(), expected);
    assert_eq!(ops.listing().lines().len(), 4);
    assert_eq!(ops.take().unwrap().len(), 23);
    assert_eq!(ops.listing().to_string(), "");
    // Notes cost nothing and do nothing elsewhere.
    let mut ops = VecAssembler::<Aarch64>::new(0);
    ops.note(0, "nop");
    assert_eq!(ops.finalize(), Ok(vec![]));
}
