//! Typed encoders of T32: uses by hand, and every one of them against the choice among text.
#![cfg(all(feature = "thumb", feature = "typed"))]

#[path = "typed_support/emit.rs"]
mod emit;
#[path = "typed_support/mod.rs"]
mod support;

use bareasm_core::thumb::{self, *};
use bareasm_core::{Labels, Reason};
use emit::{assemble, check};

#[test]
fn operands_of_every_kind() {
    check! { Thumb:
        nop () => 0x00 0xbf;
        bx (LR,) => 0x70 0x47;
        movs (R0, 42) => 0x2a 0x20;
        movs (R0, 42u8) => 0x2a 0x20;
        movs (R8, 42) => 0x5f 0xf0 0x2a 0x08;
        movs_w (R0, 42) => 0x5f 0xf0 0x2a 0x00;
        mov (R0, 0xff00_ff00u32) => 0x4f 0xf0 0xff 0x20;
        mov (R0, SP) => 0x68 0x46;
        add (R0, SP, 8) => 0x02 0xa8;
        add (SP, SP, 8) => 0x02 0xb0;
        adds (R1, R2, R3) => 0xd1 0x18;
        adds (R1, R2, R3, Lsl(2)) => 0x12 0xeb 0x83 0x01;
        adds (R1, R2, R3, Lsr(32)) => 0x12 0xeb 0x13 0x01;
        orr (R1, R2, R3, RRX) => 0x42 0xea 0x33 0x01;
        ldr (R0, mem(R1)) => 0x08 0x68;
        ldr (R0, mem((R1, 4))) => 0x48 0x68;
        ldr (R0, mem((R1, -4))) => 0x51 0xf8 0x04 0x0c;
        ldr (R0, mem((R1, 4)).pre()) => 0x51 0xf8 0x04 0x0f;
        ldr (R0, mem(R1), 4) => 0x51 0xf8 0x04 0x0b;
        ldr (R0, mem((R1, R2))) => 0x88 0x58;
        ldr (R0, mem((R1, R2, Lsl(2)))) => 0x51 0xf8 0x22 0x00;
        push ([R4, R5, LR],) => 0x30 0xb5;
        pop (RegisterList::range(R4, R7) | PC,) => 0xf0 0xbd;
        push ([R8, R9],) => 0x2d 0xe9 0x00 0x03;
        push ([R8],) => 0x4d 0xf8 0x04 0x8d;
        ldm (R0.writeback(), [R1, R2]) => 0x06 0xc8;
        ldm (R0, [R1, R2]) => 0x90 0xe8 0x06 0x00;
        itte (Cond::EQ,) => 0x06 0xbf;
        dsb (Barrier::SY,) => 0xbf 0xf3 0x4f 0x8f;
        dsb () => 0xbf 0xf3 0x4f 0x8f;
        mrs (R0, SysmRead::PRIMASK) => 0xef 0xf3 0x10 0x80;
        ubfx (R0, R1, 4, 8) => 0xc1 0xf3 0x07 0x10;
        beq (-4,) => 0xfe 0xd0;
    }
}

#[test]
fn labels() {
    let code = assemble::<Thumb>(|asm| {
        let (back, ahead) = (asm.new_dynamic_label(), asm.new_dynamic_label());
        asm.bind_here(back);
        asm.cbz((R0, ahead))?;
        asm.b_n((back,))?;
        asm.b((ahead,))?;
        asm.bne((back,))?;
        asm.bind_here(ahead);
        asm.bl((back,))
    });
    #[rustfmt::skip]
    let expected = [0x20, 0xb1, 0xfd, 0xe7, 0x00, 0xf0, 0x02, 0xb8, 0x7f, 0xf4, 0xfa, 0xaf, 0xff, 0xf7, 0xf8, 0xff];
    assert_eq!(code.unwrap(), expected);
}

#[test]
fn failures_are_returned_and_latched() {
    let mut code = [0; 16];
    let mut labels = Labels::<1, 1>::new();
    let mut asm = thumb::Assembler::new(&mut code, &mut labels);
    asm.movs((R0, 1)).unwrap();
    let error = asm.ldr((R0, mem((R1, 5000)))).unwrap_err();
    assert_eq!((error.offset(), error.operand(), error.reason()), (2, Some(2), Reason::ImmediateRange));
    assert_eq!(asm.nop(()), Err(error));
    assert_eq!(asm.finish(), Err(error));
    assert_eq!(code[2..], [0; 14]);
}

#[test]
fn a_full_buffer_counts_on() {
    let mut labels = Labels::<1, 1>::new();
    let mut asm = thumb::Assembler::new(&mut [], &mut labels);
    asm.movs((R0, 1)).unwrap();
    asm.movs((R8, 1)).unwrap();
    let error = asm.finish().unwrap_err();
    assert_eq!((error.offset(), error.reason()), (6, Reason::BufferFull));
}

mod cases {
    use super::support::Case;
    use bareasm_core::isa::fixed::Token::*;
    use bareasm_core::thumb::*;
    use bareasm_core::typed::fixed::{Accepts, Label, Mem, Pre, Writeback};
    use bareasm_core::typed::Imm;

    include!(concat!(env!("OUT_DIR"), "/thumb_cases.rs"));
}

#[test]
fn every_encoder_agrees_with_the_choice_among_text() {
    let counts = support::compare(bareasm_core::isa::fixed::thumb(), cases::CASES);
    println!("{counts:?}");
    assert!(counts.cases > 1000 && counts.encoded > 10_000 && counts.refused > 1000, "{counts:?}");
}
