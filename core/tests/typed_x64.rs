//! Typed encoders of x86-64: uses by hand, and every one of them against the choice among the same operands.
#![cfg(all(feature = "x64", feature = "typed"))]

#[path = "typed_support/emit.rs"]
mod emit;
#[path = "typed_support/x86.rs"]
mod support;

use bareasm_core::isa::x86::{Mode, Prefix, Rounding};
use bareasm_core::x64::{self, *};
use bareasm_core::{Error, Reason};
use emit::{assemble, check};

#[test]
fn operands_of_every_kind() {
    use {Rb::*, Rd::*, Rk::*, Rq::*, Rw::*, Rx::*, Ry::*, Rz::*};
    check! { X64:
        ret () => 0xc3;
        nop () => 0x90;
        push (RBP,) => 0x55;
        mov (RBP, RSP) => 0x48 0x89 0xe5;
        mov (EAX, 1) => 0xb8 0x01 0x00 0x00 0x00;
        mov (RAX, -1) => 0x48 0xc7 0xc0 0xff 0xff 0xff 0xff;
        mov (RAX, u64::MAX / 3) => 0x48 0xb8 0x55 0x55 0x55 0x55 0x55 0x55 0x55 0x55;
        add (RAX, 8) => 0x48 0x83 0xc0 0x08;
        add (RAX, 0x1000) => 0x48 0x05 0x00 0x10 0x00 0x00;
        add (R9D, ECX) => 0x41 0x01 0xc9;
        add (AX, 0x1234) => 0x66 0x05 0x34 0x12;
        mov (Rh::AH, CL) => 0x88 0xcc;
        mov (RAX, mem(RDI).disp(8)) => 0x48 0x8b 0x47 0x08;
        mov (dword(mem(RAX).index(RCX, 4).disp(8)), 7) => 0xc7 0x44 0x88 0x08 0x07 0x00 0x00 0x00;
        mov (byte(mem(R13)), 7) => 0x41 0xc6 0x45 0x00 0x07;
        mov (RAX, Mem::at(0x28).segment(Rs::FS)) => 0x64 0x48 0x8b 0x04 0x25 0x28 0x00 0x00 0x00;
        lea (RAX, ip(16)) => 0x48 0x8d 0x05 0x10 0x00 0x00 0x00;
        inc (qword(mem(RAX)),) => 0x48 0xff 0x00;
        shl (EAX, 1) => 0xd1 0xe0;
        shl (EAX, CL) => 0xd3 0xe0;
        jmp (-2,) => 0xeb 0xfe;
        in_ (AL, DX) => 0xec;
        addps (XMM1, XMM2) => 0x0f 0x58 0xca;
        vaddps (YMM1, YMM2, YMM3) => 0xc5 0xec 0x58 0xcb;
        vaddps (ZMM1, ZMM2, ZMM3) => 0x62 0xf1 0x6c 0x48 0x58 0xcb;
        vaddps (ZMM1.mask(K1).zeroing(), ZMM2, ZMM3) => 0x62 0xf1 0x6c 0xc9 0x58 0xcb;
        vaddps (ZMM1, ZMM2, mem(RAX).broadcast(16)) => 0x62 0xf1 0x6c 0x58 0x58 0x08;
        vaddps (ZMM1, ZMM2, ZMM3, Rounding::Zero) => 0x62 0xf1 0x6c 0x78 0x58 0xcb;
        add With(Prefix::Lock, (mem(RAX), ECX)) => 0xf0 0x01 0x08;
        movsb With(Prefix::Rep, ()) => 0xf3 0xa4;
    }
}

#[test]
fn labels() {
    let code = assemble::<X64>(|asm| {
        let (back, ahead) = (asm.new_dynamic_label(), asm.new_dynamic_label());
        asm.bind_here(back);
        asm.jne((ahead,))?;
        asm.jmp((back,))?;
        asm.loop_((back,))?;
        asm.lea((Rq::RAX, Mem::label(back)))?;
        asm.bind_here(ahead);
        asm.call((back,))
    });
    #[rustfmt::skip]
    let expected = [
        0x0f, 0x85, 14, 0, 0, 0, 0xe9, 0xf5, 0xff, 0xff, 0xff, 0xe2, 0xf3,
        0x48, 0x8d, 0x05, 0xec, 0xff, 0xff, 0xff, 0xe8, 0xe7, 0xff, 0xff, 0xff,
    ];
    assert_eq!(code.unwrap(), expected);
}

#[test]
fn values_are_checked() {
    let refused = |emit: fn(&mut x64::Assembler<'_>) -> Result<(), Error>| {
        let error = assemble::<X64>(emit).unwrap_err();
        (error.operand().unwrap(), error.reason())
    };
    assert_eq!(refused(|asm| asm.add((Rq::RAX, 1u64 << 40))), (1, Reason::ImmediateRange));
    assert_eq!(refused(|asm| asm.mov((Rh::AH, Rb::R8B))), (0, Reason::RegisterExcluded));
    assert_eq!(refused(|asm| asm.inc((mem(Rq::RAX),))), (0, Reason::OperandConflict));
    assert_eq!(refused(|asm| asm.mov((Rd::EAX, qword(mem(Rq::RAX))))), (1, Reason::OperandConflict));
    assert_eq!(refused(|asm| asm.mov((Rd::EAX, mem(Rq::RAX).index(Rq::RSP, 4)))), (1, Reason::RegisterExcluded));
}

mod cases {
    use super::support::Case;
    use bareasm_core::isa::x86::Rounding;
    use bareasm_core::typed::x86::{Accepts, Dfv, Label, Mem};
    use bareasm_core::typed::Imm;
    use bareasm_core::x64::*;

    include!(concat!(env!("OUT_DIR"), "/x64_cases.rs"));
}

#[test]
fn every_encoder_agrees_with_the_choice_among_all_forms() {
    let counts = support::compare(Mode::Long, cases::CASES);
    println!("{counts:?}");
    assert!(counts.cases > 10_000 && counts.encoded > 100_000 && counts.refused > 10_000, "{counts:?}");
}

#[test]
fn immediates_may_say_their_size() {
    assert_eq!(assemble::<X64>(|asm| asm.push((1,))).unwrap(), [0x6a, 1]);
    assert_eq!(assemble::<X64>(|asm| asm.push((dword(1),))).unwrap(), [0x68, 1, 0, 0, 0]);
}
