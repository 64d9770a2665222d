//! Typed encoders of A64: uses by hand, and every one of them against the choice among text.
#![cfg(all(feature = "aarch64", feature = "typed"))]

#[path = "typed_support/emit.rs"]
mod emit;
#[path = "typed_support/mod.rs"]
mod support;

use bareasm_core::aarch64::{self, *};
use bareasm_core::{Error, Reason};
use emit::assemble;

macro_rules! check {
    ($($mnemonic:ident $operands:expr => $word:literal;)*) => { $(
        let code = assemble::<Aarch64>(|asm| asm.$mnemonic($operands)).map(|code| u32::from_le_bytes(code.try_into().unwrap()));
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
fn vectors_and_predicates() {
    check! {
        add (Z0.b(), P7.m(), Z0.b(), Z31.b()) => 0x04001fe0;
        add (Z1.h(), Z1.h(), 256) => 0x2560e021;
        add (Z1.h(), Z1.h(), 0, Lsl(8)) => 0x2560e001;
        and (Z1.b(), Z1.b(), 0xf0) => 0x05802661;
        mov (Z1.d(), u64::MAX) => 0x25f8dfe1;
        mov (Z1.d(), 0xff00_ff00_ff00_ff00u64) => 0x05c044e1;
        mov (Z1.s(), P3.z(), -256) => 0x05933fe1;
        fmov (Z1.d(), 1.0) => 0x25f9ce01;
        mov (Z1.q(), Z2.q().lane(3)) => 0x05f02041;
        mov (Z1.s(), WSP) => 0x05a03be1;
        lsr (Z1.s(), P3.m(), Z1.s(), 32) => 0x04418c01;
        tbl (Z1.b(), [Z31.b(), Z0.b()], Z3.b()) => 0x05232be1;
        pmov (Z1.lane(7), P3.d()) => 0x05ef3861;
        cmphi (P1.h(), P2.z(), Z3.h(), 127) => 0x247fc871;
        ptrue (P1.b(),) => 0x2518e3e1;
        ptrue (P1.b(), Pattern::VL64) => 0x2518e161;
        incd (X1, Pattern::ALL, Mul(16)) => 0x04ffe3e1;
        sqincb (X1, W1, Pattern::POW2) => 0x0420f001;
        pext ([P15.b(), P0.b()], PN8.lane(1)) => 0x2520751f;
        whilelt (PN15.d(), X1, X2, Vl::VLX4) => 0x25e26437;
        psel (P1, P2, P3.h().at(W13, 5)) => 0x25b94861;
        adr (Z1.d(), mem((Z2.d(), Z3.d(), Sxtw(2)))) => 0x0423a841;
        ld1d ([Z1.d()], P2.z(), mem((Z3.d(), 8))) => 0xc5a1c861;
        ld2w ([Z1.s(), Z2.s()], P2.z(), mem((SP, -16, Mul(VL)))) => 0xa528ebe1;
    }
}

#[test]
fn matrix_operands() {
    check! {
        fmopa (ZA1.s(), P0.m(), P1.m(), Z2.s(), Z3.s()) => 0x80832041;
        mova (ZA1.s().v(W13, 2), P3.m(), Z4.s()) => 0xc080ac86;
        mova (ZA0.b().h(W12, 15), P0.m(), Z1.b()) => 0xc000002f;
        mova ([Z2.s(), Z3.s()], ZA3.s().h(W15, 2).x2()) => 0xc08660e2;
        movaz ([Z4.d(), Z5.d(), Z6.d(), Z7.d()], ZA7.d().v(W12, 0).x4()) => 0xc0c686e4;
        ld1w (ZA1.s().h(W12, 3), P7.z(), mem((X0, X1, Lsl(2)))) => 0xe0811c07;
        st1b (ZA0.b().v(W13, 0), P7, mem(SP)) => 0xe03fbfe0;
        ldr (ZA.at(W12, 3), mem((X0, 3, Mul(VL)))) => 0xe1000003;
        fmla (ZA.s().at(W8, 7), [Z0.s(), Z1.s()], Z2.s()) => 0xc1221807;
        fmlal (ZA.s().at(W9, 2).x2(), Z0.h(), Z1.h().lane(5)) => 0xc181b401;
        smlall (ZA.d().at(W10, 4).x4(), [Z0.h(), Z1.h(), Z2.h(), Z3.h()], [Z4.h(), Z5.h(), Z6.h(), Z7.h()]) => 0xc1e54001;
        zero (Tiles::ALL,) => 0xc00800ff;
        zero (Tiles::NONE,) => 0xc0080000;
        zero (Tiles::from(ZA0.s()) | ZA1.s().into(),) => 0xc0080033;
        zero (ZA.d().at(W8, 2).x2().vgx4(),) => 0xc00d8001;
        zero (ZT0,) => 0xc0480001;
        movt (X0, ZT0.at(56)) => 0xc04c73e0;
        movt (ZT0.part(3), Z1) => 0xc04f33e1;
        luti2 (Z0.b(), ZT0, Z1.lane(15)) => 0xc0cfc020;
        luti2 (strided([Z1.h(), Z9.h()]), ZT0, Z1.lane(7)) => 0xc09fd021;
        luti4 ([Z0.b(), Z1.b(), Z2.b(), Z3.b()], ZT0, [Z2, Z3]) => 0xc08b0040;
        ld1w ([Z0.s(), Z1.s()], PN8.z(), mem((X0, 2, Mul(VL)))) => 0xa0414000;
        ld1w (strided([Z16.s(), Z24.s()]), PN9.z(), mem((X0, X1, Lsl(2)))) => 0xa1014410;
    }
}

#[test]
fn matrix_numbers_are_checked() {
    let refused = |emit: fn(&mut aarch64::Assembler<'_>) -> Result<(), Error>| emit_error(emit);
    assert_eq!(refused(|asm| asm.mova((ZA4.s().h(W12, 0), P0.m(), Z1.s()))), Reason::RegisterRange);
    assert_eq!(refused(|asm| asm.mova((ZA1.b().h(W12, 0), P0.m(), Z1.b()))), Reason::ImmediateRange);
    assert_eq!(refused(|asm| asm.mova((ZA0.s().h(W11, 0), P0.m(), Z1.s()))), Reason::RegisterRange);
    assert_eq!(refused(|asm| asm.mova((ZA0.s().h(W12, 4), P0.m(), Z1.s()))), Reason::ImmediateRange);
    assert_eq!(refused(|asm| asm.fmla((ZA.s().at(W12, 0), [Z0.s(), Z1.s()], Z2.s()))), Reason::RegisterRange);
    assert_eq!(refused(|asm| asm.fmla((ZA.s().at(W8, 8), [Z0.s(), Z1.s()], Z2.s()))), Reason::ImmediateRange);
    assert_eq!(refused(|asm| asm.fmlal((ZA.s().at(W8, 1).x2(), Z0.h(), Z1.h()))), Reason::ImmediateAlignment);
    assert_eq!(refused(|asm| asm.sclamp(([Z1.s(), Z2.s()], Z0.s(), Z1.s()))), Reason::RegisterExcluded);
    assert_eq!(refused(|asm| asm.ld1w((strided([Z8.s(), Z16.s()]), PN8.z(), mem(X0)))), Reason::RegisterExcluded);
    assert_eq!(refused(|asm| asm.zero((Tiles::from(ZA2.h()),))), Reason::ImmediateRange);
    assert_eq!(refused(|asm| asm.movt((X0, ZT0.at(4)))), Reason::ImmediateAlignment);
}

fn emit_error(emit: impl FnOnce(&mut aarch64::Assembler<'_>) -> Result<(), Error>) -> Reason {
    assemble::<Aarch64>(emit).unwrap_err().reason()
}

#[test]
fn scalable_operands() {
    check! {
        ld1w ([Z0.s()], P1.z(), mem((X2, X3, Lsl(2)))) => 0xa5434440;
        ld1b ([Z0.b()], P1.z(), mem(X2)) => 0xa400a440;
        ld1b ([Z0.b()], P1.z(), mem((X2, -1, Mul(VL)))) => 0xa40fa440;
        ld1h ([Z1.s()], P7.z(), mem((SP, Z2.s(), Sxtw(1)))) => 0x84e25fe1;
        ld1b ([Z1.d()], P7.z(), mem((X0, Z2.d()))) => 0xc442dc01;
        ld1d ([Z1.d()], P0.z(), mem((Z2.d(), 8))) => 0xc5a1c041;
        ld3h ([Z30.h(), Z31.h(), Z0.h()], P0.z(), mem((X0, -3, Mul(VL)))) => 0xa4cfe01e;
        st1q ([Z0.q()], P0, mem((Z1.d(), X2))) => 0xe4222020;
        ldr (Z0, mem((X1, 255, Mul(VL)))) => 0x859f5c20;
        str (P0, mem(X1)) => 0xe5800020;
        prfd (Svprfop::PSTL2KEEP, P0, mem(X0)) => 0x85c0600a;
        fadd (Z0.s(), P1.m(), Z0.s(), 0.5) => 0x65988400;
        fmax (Z0.d(), P1.m(), Z0.d(), 0.0) => 0x65de8400;
        fcmla (Z0.h(), Z1.h(), Z2.h().lane(3), 270) => 0x64ba1c20;
        faddqv (V0.s4(), P0, Z1.s()) => 0x6490a020;
        fmaxv (S0, P0, Z1.s()) => 0x65862020;
        fcmge (P0.s(), P1.z(), Z2.s(), 0.0) => 0x65902440;
    }
}

#[test]
fn labels() {
    let code = assemble::<Aarch64>(|asm| {
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
        let error = assemble::<Aarch64>(emit).unwrap_err();
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
