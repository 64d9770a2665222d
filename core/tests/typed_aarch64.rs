//! Typed encoders of A64: uses by hand, and every one of them against the choice among text.
#![cfg(all(feature = "aarch64", feature = "typed"))]

#[path = "typed_support/mod.rs"]
mod support;

use bareasm_core::aarch64::{self, *};
use bareasm_core::{Error, Labels, Reason};

fn assemble(emit: impl FnOnce(&mut aarch64::Assembler<'_>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let mut code = [0; 64];
    let mut labels = Labels::<4, 4>::new();
    let mut asm = aarch64::Assembler::new(&mut code, &mut labels);
    emit(&mut asm)?;
    let len = asm.finish()?;
    Ok(code[..len].to_vec())
}

macro_rules! check {
    ($($mnemonic:ident $operands:expr => $word:literal;)*) => { $(
        let code = assemble(|asm| asm.$mnemonic($operands)).map(|code| u32::from_le_bytes(code.try_into().unwrap()));
        assert_eq!(code, Ok($word), stringify!($mnemonic $operands));
    )* };
}

#[test]
fn operands_of_every_kind() {
    check! {
        nop () => 0xd503201f;
        ret () => 0xd65f03c0;
        ret (X1,) => 0xd65f0020;
        add (X0, X1, X2) => 0x8b020020;
        add (X0, X1, 4095) => 0x913ffc20;
        add (X0, X1, 1u64 << 12) => 0x91400420;
        add (SP, SP, 16) => 0x910043ff;
        add (X0, X1, X2, Lsl(3)) => 0x8b020c20;
        add (X0, SP, W2, Uxtw(2)) => 0x8b224be0;
        cmp (W0, WZR) => 0x6b1f001f;
        and (X0, X1, 0xffff_0000_ffff_0000u64) => 0x92103c20;
        mov (X0, -1) => 0x92800000;
        mov (X0, u64::MAX) => 0x92800000;
        mov (X0, SP) => 0x910003e0;
        mov (W0, 0x1234_0000) => 0x52a24680;
        movz (X0, 1, Lsl(16)) => 0xd2a00020;
        csel (X0, X1, X2, Cond::EQ) => 0x9a820020;
        ubfx (X0, X1, 4, 8) => 0xd3442c20;
        ldr (X0, mem(X1)) => 0xf9400020;
        ldr (X0, mem((SP, 8))) => 0xf94007e0;
        ldr (X0, mem((X1, -8))) => 0xf85f8020;
        ldr (X0, mem((X1, 8)).pre()) => 0xf8408c20;
        ldr (X0, mem(X1), 8) => 0xf8408420;
        ldr (X0, mem((X1, X2, Lsl(3)))) => 0xf8627820;
        ldr (X0, mem((X1, W2, Sxtw(3)))) => 0xf862d820;
        ldp (X0, X1, mem((SP, -16)).pre()) => 0xa9ff07e0;
        prfm (Prfop::PLDL1KEEP, mem(X0)) => 0xf9800000;
        mrs (X0, Sysreg::TPIDR_EL0) => 0xd53bd040;
        dmb (Bar::ISH,) => 0xd5033bbf;
        fmov (D0, 1.0) => 0x1e6e1000;
        fcmp (D0, 0.0) => 0x1e602008;
        fadd (V0.s4(), V1.s4(), V2.s4()) => 0x4e22d420;
        fmla (V0.s4(), V1.s4(), V2.s(3)) => 0x4fa21820;
        sshr (V0.s4(), V1.s4(), 4) => 0x4f3c0420;
        ld1 ([V0.s4(), V1.s4()], mem(X0)) => 0x4c40a800;
        ld1 ([V31.b16(), V0.b16()], mem(X0), 32) => 0x4cdfa01f;
        ld2 ([V0.s(1), V1.s(1)], mem(X0)) => 0x0d609000;
        tbl (V0.b16(), [V1.b16(), V2.b16()], V3.b16()) => 0x4e032020;
        umov (W0, V1.b(15)) => 0x0e1f3c20;
        ins (V0.s(1), W2) => 0x4e0c1c40;
    }
}

#[test]
fn labels() {
    let code = assemble(|asm| {
        let (back, ahead) = (asm.new_dynamic_label(), asm.new_dynamic_label());
        asm.bind_here(back);
        asm.cbz((X0, ahead))?;
        asm.b_ne((back,))?;
        asm.adr((X1, back))?;
        asm.bind_here(ahead);
        asm.bl((back,))?;
        asm.tbz((X0, 33, back))
    });
    let words: Vec<u32> = code.unwrap().chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
    assert_eq!(words, [0xb4000060, 0x54ffffe1, 0x10ffffc1, 0x97fffffd, 0xb60fff80]);
}

#[test]
fn values_are_checked() {
    let refused = |emit: fn(&mut aarch64::Assembler<'_>) -> Result<(), Error>| {
        let error = assemble(emit).unwrap_err();
        (error.operand().unwrap(), error.reason())
    };
    assert_eq!(refused(|asm| asm.add((X0, X1, 4097))), (2, Reason::ImmediateAlignment));
    assert_eq!(refused(|asm| asm.add((X0, X1, 1 << 24))), (2, Reason::ImmediateRange));
    assert_eq!(refused(|asm| asm.add((X0, XZR, 1))), (1, Reason::RegisterRange));
    assert_eq!(refused(|asm| asm.ldr((X0, mem(XZR)))), (1, Reason::RegisterRange));
    assert_eq!(refused(|asm| asm.ldr((X0, mem((X1, 32768))))), (2, Reason::ImmediateRange));
    assert_eq!(refused(|asm| asm.and((X0, X1, 0))), (2, Reason::ImmediateEncoding));
    assert_eq!(refused(|asm| asm.add((X0, X1, u64::MAX))), (2, Reason::ImmediateRange));
    assert_eq!(refused(|asm| asm.ld1(([V0.s4(), V2.s4()], mem(X0)))), (0, Reason::RegisterRange));
    assert_eq!(refused(|asm| asm.ld2(([V0.s(1), V1.s(2)], mem(X0)))), (1, Reason::ImmediateRange));
}

mod cases {
    use super::support::Case;
    use bareasm_core::aarch64::*;
    use bareasm_core::isa::fixed::Token::*;
    use bareasm_core::typed::fixed::{Accepts, Float, Label, Lane, List, Mem, Pre, Writeback};
    use bareasm_core::typed::Imm;

    include!(concat!(env!("OUT_DIR"), "/aarch64_cases.rs"));
}

#[test]
fn every_encoder_agrees_with_the_choice_among_text() {
    let counts = support::compare(bareasm_core::isa::fixed::aarch64(), cases::CASES);
    println!("{counts:?}");
    assert!(counts.cases > 5000 && counts.encoded > 50_000 && counts.refused > 5000, "{counts:?}");
}
