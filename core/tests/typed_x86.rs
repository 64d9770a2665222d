//! Typed encoders of 32-bit x86: uses by hand, and every one of them against the choice among the same operands.
#![cfg(all(feature = "x86", feature = "typed"))]

#[path = "typed_support/emit.rs"]
mod emit;
#[path = "typed_support/x86.rs"]
mod support;

use bareasm_core::isa::x86::Mode;
use bareasm_core::x86::*;
use emit::check;

#[test]
fn operands_of_every_kind() {
    use {Rb::*, Rd::*, Rx::*};
    check! { X86:
        ret () => 0xc3;
        inc (EAX,) => 0x40;
        mov (EBP, ESP) => 0x89 0xe5;
        mov (AH, CL) => 0x88 0xcc;
        mov (EAX, mem(EDI).disp(8)) => 0x8b 0x47 0x08;
        mov (dword(Mem::at(0x1000)), 7) => 0xc7 0x05 0x00 0x10 0x00 0x00 0x07 0x00 0x00 0x00;
        aaa () => 0x37;
        addps (XMM1, mem(EAX).index(ECX, 8)) => 0x0f 0x58 0x0c 0xc8;
        jmp (far(8, 0x1234),) => 0xea 0x34 0x12 0x00 0x00 0x08 0x00;
    }
}

mod cases {
    use super::support::Case;
    use bareasm_core::isa::x86::Rounding;
    use bareasm_core::typed::x86::{Accepts, Far, Label, Mem};
    use bareasm_core::typed::Imm;
    use bareasm_core::x86::*;

    include!(concat!(env!("OUT_DIR"), "/x86_cases.rs"));
}

#[test]
fn every_encoder_agrees_with_the_choice_among_all_forms() {
    let counts = support::compare(Mode::Protected, cases::CASES);
    println!("{counts:?}");
    assert!(counts.cases > 9000 && counts.encoded > 80_000 && counts.refused > 10_000, "{counts:?}");
}
