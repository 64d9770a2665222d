//! Typed encoders of x86-64: uses by hand, and every one of them against the choice among the same operands.
#![cfg(all(feature = "x64", feature = "typed"))]

use bareasm_core::isa::x86::typed::{best, Row};
use bareasm_core::isa::x86::{
    self, Class, Decorations, Displacement, Memory, Mode, Operand, Prefix, Request, Rounding,
};
use bareasm_core::typed::x86::{byte, dword, ip, mem, qword, Mem, With};
use bareasm_core::x64::{self, *};
use bareasm_core::{Error, Labels, Reason};

fn assemble(emit: impl FnOnce(&mut x64::Assembler<'_>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let mut code = [0; 64];
    let mut labels = Labels::<4, 4>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    emit(&mut asm)?;
    let len = asm.finish()?;
    Ok(code[..len].to_vec())
}

macro_rules! check {
    ($($mnemonic:ident $operands:expr => $($byte:literal)+;)*) => { $(
        assert_eq!(assemble(|asm| asm.$mnemonic($operands)).unwrap(), [$($byte),+], stringify!($mnemonic $operands));
    )* };
}

#[test]
fn operands_of_every_kind() {
    use {Rb::*, Rd::*, Rk::*, Rq::*, Rw::*, Rx::*, Ry::*, Rz::*};
    // Bytes by llvm-mc 22, -triple=x86_64 -x86-asm-syntax=intel.
    check! {
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
    let code = assemble(|asm| {
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
        let error = assemble(emit).unwrap_err();
        (error.operand().unwrap(), error.reason())
    };
    assert_eq!(refused(|asm| asm.add((Rq::RAX, 1u64 << 40))), (1, Reason::ImmediateRange));
    assert_eq!(refused(|asm| asm.mov((Rh::AH, Rb::R8B))), (0, Reason::RegisterExcluded));
    assert_eq!(refused(|asm| asm.inc((mem(Rq::RAX),))), (0, Reason::OperandConflict));
    assert_eq!(refused(|asm| asm.mov((Rd::EAX, qword(mem(Rq::RAX))))), (1, Reason::OperandConflict));
    assert_eq!(refused(|asm| asm.mov((Rd::EAX, mem(Rq::RAX).index(Rq::RSP, 4)))), (1, Reason::RegisterExcluded));
}

/// What the build script wrote about one list of operand types.
struct Case {
    mnemonic: &'static str,
    key: &'static str,
    rows: &'static [Row],
}

mod cases {
    use super::Case;
    use bareasm_core::isa::x86::Rounding;
    use bareasm_core::typed::x86::{Accepts, Dfv, Label, Mem};
    use bareasm_core::typed::Imm;
    use bareasm_core::x64::*;

    include!(concat!(env!("OUT_DIR"), "/x64_cases.rs"));
}

/// An operand, or a rounding.
#[derive(Clone, Copy, Debug)]
enum Given {
    Operand(Operand),
    Rounding(Rounding),
}

/// Operands of a key.
fn samples(key: &str, place: usize) -> Vec<Given> {
    let of = |class: Class, numbers: &[u8]| numbers.iter().map(|n| Given::Operand(Operand::register(class, *n))).collect::<Vec<_>>();
    let first = place as u8; // not all the same
    match key {
        "Rb" => [of(Class::R8, &[first, 0, 1, 5, 9, 17]), of(Class::High, &[4])].concat(),
        "Rw" => of(Class::R16, &[first, 0, 2, 5, 9, 17]),
        "Rd" => of(Class::R32, &[first, 0, 5, 9, 17]),
        "Rq" => of(Class::R64, &[first, 0, 4, 9, 17]),
        "Rm" => of(Class::Mm, &[first, 7]),
        "Rx" => of(Class::Xmm, &[first, 0, 9, 17]),
        "Ry" => of(Class::Ymm, &[first, 9, 17]),
        "Rz" => of(Class::Zmm, &[first, 9, 17]),
        "Rk" => of(Class::K, &[first, 7]),
        "Rt" => of(Class::Tmm, &[first, 7]),
        "Rs" => of(Class::Segment, &[first, 1, 5]),
        "RC" => of(Class::Control, &[first, 8]),
        "RD" => of(Class::Debug, &[first, 7]),
        "RB" => of(Class::Bound, &[first, 3]),
        "Rf" => of(Class::St, &[first, 0, 7]),
        "Imm" => [0, 1, 3, -1, 127, 128, -128, -129, 255, 256, 65535, 65536, -32769, 1 << 31, (1 << 31) - 1, 1 << 32, u64::MAX.into(), 1 << 64]
            .map(|n| Given::Operand(Operand::number(n)))
            .to_vec(),
        "Label" => vec![Given::Operand(Operand::Target { target: 0, size: None })],
        "Dfv" => vec![Given::Operand(Operand::Dfv(5))],
        "Rounding" => [Rounding::Down, Rounding::Suppress].map(Given::Rounding).to_vec(),
        "Mem" => memories(),
        other => panic!("no samples of {other}"),
    }
}

fn memories() -> Vec<Given> {
    let rax = Some(x86::Register::known(Class::R64, 0));
    let plain = Memory { base: rax, ..Memory::EMPTY };
    let index = |class| Some((x86::Register::known(class, 2), 4));
    let mut out = vec![
        plain,
        Memory { base: Some(x86::Register::known(Class::R64, 13)), index: index(Class::R64), displacement: Displacement::Known(64), ..plain },
        Memory { displacement: Displacement::Known(0x1234), base: None, ..plain },
        Memory { displacement: Displacement::Target(0), base: None, ..plain },
        Memory { base: Some(x86::Register::known(Class::R64, 6)), ..plain },
        Memory { base: Some(x86::Register::known(Class::R64, 7)), ..plain },
    ];
    out.extend([Class::Xmm, Class::Ymm, Class::Zmm].map(|class| Memory { index: index(class), ..plain }));
    out.extend([2, 4, 8, 16, 32].map(|count| Memory { broadcast: Some(count), ..plain }));
    out.extend([8, 16, 32, 48, 64, 80, 128, 256, 512].map(|bits| Memory { size: Some(bits), ..plain }));
    out.into_iter().map(|memory| Given::Operand(Operand::Memory(memory))).collect()
}

/// The usual operands with each sample of one of them in turn, and the first and the last ones of all.
fn vectors(keys: &[&str]) -> Vec<Vec<Given>> {
    let all: Vec<Vec<Given>> = keys.iter().enumerate().map(|(place, key)| samples(key, place)).collect();
    let usual: Vec<Given> = all.iter().map(|samples| samples[0]).collect();
    let mut out = vec![usual.clone(), all.iter().map(|samples| samples[samples.len() - 1]).collect()];
    for (place, samples) in all.iter().enumerate() {
        for sample in samples {
            let mut given = usual.clone();
            given[place] = *sample;
            out.push(given);
        }
    }
    // Memory and immediate decide together.
    if let Some((a, b)) = keys.iter().position(|key| *key == "Mem").zip(keys.iter().position(|key| matches!(*key, "Imm" | "Rb"))) {
        for memory in &all[a] {
            for other in &all[b] {
                let mut given = usual.clone();
                (given[a], given[b]) = (*memory, *other);
                out.push(given);
            }
        }
    }
    out
}

#[test]
fn every_encoder_agrees_with_the_choice_among_all_forms() {
    let table = x86::table();
    let features = x86::Features::ALL;
    let (mut encoded, mut refused, mut wrong) = (0, 0, Vec::new());
    for case in cases::CASES {
        let keys: Vec<&str> = case.key.trim_matches(['(', ')']).split(',').filter(|key| !key.is_empty()).collect();
        for given in vectors(&keys) {
            let operands: Vec<Operand> = given.iter().filter_map(|given| if let Given::Operand(operand) = given { Some(*operand) } else { None }).collect();
            let rounding = given.iter().find_map(|given| if let Given::Rounding(rounding) = given { Some(*rounding) } else { None });
            let gather = operands.iter().any(|operand| matches!(operand, Operand::Memory(Memory { index: Some((index, _)), .. }) if index.class.is_vector()));
            let mask = gather.then_some((x86::Number::Known(1), 0));
            for mask in if gather { vec![None, mask] } else { vec![None] } {
                let decorations = Decorations { rounding, mask, ..Decorations::default() };
                let request = Request { prefixes: &[], operands: &operands, decorations, mode: Mode::Long };
                let typed = best(case.rows, &request).ok().map(|(_, encoded)| encoded);
                let typed = typed.as_ref().map(|encoded| (encoded.bytes(), encoded.label.map(|label| (label.relocation, label.at))));
                let chosen = table.choose(case.mnemonic, &[], &operands, decorations, Mode::Long, &features).ok().map(|choice| choice.instruction);
                let expected = chosen.as_ref().map(|chosen| {
                    (&chosen.code[..chosen.len.into()], chosen.reference.map(|reference| (reference.relocation, reference.at)))
                });
                if typed.is_some() { encoded += 1 } else { refused += 1 }
                if typed != expected && wrong.len() < 40 {
                    wrong.push(format!("{} {} {operands:?}: typed {typed:02x?}, chosen {expected:02x?}", case.mnemonic, case.key));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} cases, {encoded} encoded, {refused} refused", cases::CASES.len());
    assert!(cases::CASES.len() > 5000 && encoded > 30_000 && refused > 10_000, "{encoded} {refused}");
}

#[test]
fn immediates_may_say_their_size() {
    assert_eq!(assemble(|asm| asm.push((1,))).unwrap(), [0x6a, 1]);
    assert_eq!(assemble(|asm| asm.push((dword(1),))).unwrap(), [0x68, 1, 0, 0, 0]);
}
