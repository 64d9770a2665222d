//! Values that are known only at run time: template and fields mean the same as the known numbers.
#![cfg(feature = "rows")]

mod x86_support;

use bareasm_isa::choice::Choice;
use bareasm_isa::field::{Kind, Reason};
use bareasm_isa::relocation::Relocation;
use bareasm_isa::x86::{
    register, Class, Decorations, Displacement, Encoded, Features, Immediate, Memory, Mode, Number, Operand, Register, Request,
    Table,
};
use x86_support::generate::{exists, sample, Rng, Sample};
use x86_support::{code, hex, with_examples};

/// Replaces numbers of registers by run-time values, and says which class each value has.
fn open(sample: &Sample) -> (Sample, Vec<Class>) {
    let mut out = sample.clone();
    let mut classes = Vec::new();
    let mut late = |register: &mut Register| {
        if register.class != Class::Ip {
            classes.push(register.class);
            register.number = Number::Value(classes.len() as u16 - 1);
        }
    };
    for operand in &mut out.operands {
        match operand {
            Operand::Register(register) => late(register),
            Operand::Memory(memory) => {
                memory.base.iter_mut().for_each(&mut late);
                memory.index.iter_mut().for_each(|(register, _)| late(register));
            }
            _ => {}
        }
    }
    (out, classes)
}

/// Puts numbers in the place of run-time values.
fn close(sample: &Sample, numbers: &[u8]) -> Sample {
    let mut out = sample.clone();
    let fix = |register: &mut Register| {
        if let Number::Value(value) = register.number {
            register.number = Number::Known(numbers[usize::from(value)]);
        }
    };
    for operand in &mut out.operands {
        match operand {
            Operand::Register(register) => fix(register),
            Operand::Memory(memory) => {
                memory.base.iter_mut().for_each(fix);
                memory.index.iter_mut().for_each(|(register, _)| fix(register));
            }
            _ => {}
        }
    }
    out
}

fn encode(table: &Table<'_>, index: u16, sample: &Sample, mode: Mode) -> Option<Encoded> {
    let request = Request { prefixes: &sample.prefixes, operands: &sample.operands, decorations: sample.decorations, mode };
    table.encode(index, &request).ok()
}

/// The bytes with these values in the fields, or why not.
fn fill(encoded: &Encoded, numbers: &[u8]) -> Result<Vec<u8>, Reason> {
    let mut code = encoded.bytes().to_vec();
    for slot in encoded.slots.iter().flatten() {
        slot.field.place(numbers[usize::from(slot.value)].into(), &mut code)?;
    }
    let number = |number: Number| match number {
        Number::Known(n) => n,
        Number::Value(value) => numbers[usize::from(value)],
    };
    if encoded.unequal.iter().flatten().any(|(a, b)| number(*a) == number(*b)) {
        return Err(Reason::OperandConflict);
    }
    Ok(code)
}

#[test]
fn all_run_time_registers_mean_what_known_ones_mean() {
    with_examples(|table| {
        let mut rng = Rng(0x0dd0_1234_5678_9abd);
        let (mut compared, mut refused) = (0, 0);
        for mode in [Mode::Long, Mode::Protected] {
            for (index, form) in (0u16..).zip(table.forms).filter(|(_, form)| exists(**form, mode)) {
                for _ in 0..3 {
                    let (late, classes) = open(&sample(table, *form, mode, &mut rng));
                    // A fixed register is not a value; no form takes ah to bh and r8 alike.
                    let Some(template) = encode(table, index, &late, mode) else { continue };
                    for n in 0..16u8 {
                        let step = rng.below(16) as u8;
                        let numbers: Vec<u8> = (0..classes.len() as u8).map(|at| (n + at * step) % 16).collect();
                        let known = encode(table, index, &close(&late, &numbers), mode);
                        // 9b in front is an instruction of its own.
                        let start = usize::from(form.code().wait);
                        let text =
                            |bytes: &[u8]| table.decode(&bytes[start..], mode).map(|decoded| table.line(&decoded).to_string());
                        match (fill(&template, &numbers), known) {
                            (Ok(late), Some(known)) => {
                                compared += 1;
                                let (late_text, known_text) = (text(&late), text(known.bytes()));
                                assert_eq!(
                                    late_text,
                                    known_text,
                                    "{} {numbers:?} {} {}",
                                    table.describe(*form),
                                    hex(&late),
                                    hex(known.bytes())
                                );
                                assert!(late_text.is_some());
                            }
                            (Err(_), None) => refused += 1,
                            // rsp as an index changes places with the base where both are known.
                            (Err(Reason::OperandConflict), Some(_)) if numbers.contains(&4) => refused += 1,
                            (late, known) => panic!("{} {numbers:?} {late:02x?} {known:?}", table.describe(*form)),
                        }
                    }
                }
            }
        }
        assert!(compared > 20_000 && refused > 1000, "{compared} {refused}");
    });
}

fn named(name: &str) -> Operand {
    let (class, n) = register(name).expect("a register");
    Operand::register(class, n)
}

fn late(class: Class, value: u16) -> Operand {
    Operand::Register(Register { class, number: Number::Value(value) })
}

fn immediate(value: u16, size: Option<u16>) -> Operand {
    Operand::Immediate { value: Immediate::Value(value), size }
}

fn memory(base: Option<u16>, index: Option<(u16, u8)>, displacement: Displacement) -> Memory {
    let register = |value| Register { class: Class::R64, number: Number::Value(value) };
    Memory {
        base: base.map(register),
        index: index.map(|(value, scale)| (register(value), scale)),
        displacement,
        ..Memory::EMPTY
    }
}

fn choose(mnemonic: &str, operands: &[Operand], mode: Mode) -> Choice {
    with_examples(|table| table.choose(mnemonic, &[], operands, Decorations::default(), mode, &Features::ALL)).expect("a form")
}

fn bytes(mnemonic: &str, operands: &[Operand]) -> String {
    hex(code(&choose(mnemonic, operands, Mode::Long).instruction))
}

/// The worst-case templates of `shared/lowering`: REX, SIB and displacement are always there.
#[test]
fn templates() {
    let (a, b) = (late(Class::R64, 0), late(Class::R64, 1));
    assert_eq!(bytes("mov", &[a, b]), "4889c0");
    assert_eq!(bytes("mov", &[late(Class::R32, 0), late(Class::R32, 1)]), "4089c0");
    assert_eq!(bytes("mov", &[late(Class::R8, 0), late(Class::R8, 1)]), "4088c0");
    let at = |displacement| Operand::Memory(memory(Some(1), None, displacement));
    assert_eq!(bytes("mov", &[a, at(Displacement::Value(2))]), "488b842000000000");
    assert_eq!(bytes("mov", &[a, at(Displacement::Known(8))]), "488b442008");
    assert_eq!(bytes("mov", &[a, at(Displacement::None)]), "488b442000");
    assert_eq!(bytes("mov", &[a, at(Displacement::Known(1000))]), "488b8420e8030000");
    let both = Operand::Memory(memory(Some(1), Some((2, 4)), Displacement::None));
    assert_eq!(bytes("mov", &[a, both]), "488b448000");
    assert_eq!(bytes("push", &[a]), "4050");
    let x = |value| late(Class::Xmm, value);
    assert_eq!(bytes("addps", &[x(0), x(1)]), "400f58c0");
    // vvvv and reg are in the short VEX prefix too.
    assert_eq!(bytes("vaddps", &[x(0), x(1), named("xmm2")]), "c5f858c2");
    assert_eq!(bytes("vaddps", &[x(0), x(1), x(2)]), "c4e17858c0");
}

#[test]
fn an_index_that_is_a_value_is_not_rsp() {
    let choice = choose("mov", &[named("rax"), Operand::Memory(memory(Some(0), Some((1, 8)), Displacement::None))], Mode::Long);
    let [relation] = choice.instruction.relations.as_slice() else { panic!("{choice:?}") };
    assert!(relation.holds(&[4, 5]) && !relation.holds(&[5, 4]));
    assert_eq!(choice.instruction.pending[usize::from(relation.blame)].value, 1);
}

/// `[Rq(a) * 2]` is base and index: one value, one field, in both places.
#[test]
fn a_lone_scaled_index_is_base_too() {
    let choice = choose("mov", &[named("rax"), Operand::Memory(memory(None, Some((0, 2)), Displacement::None))], Mode::Long);
    let mut code = code(&choice.instruction).to_vec();
    let [pending] = choice.instruction.pending.as_slice() else { panic!("{choice:?}") };
    assert_eq!(hex(&code), "488b440000");
    pending.field.place(13, &mut code).expect("r13");
    assert_eq!(hex(&code), "4b8b442d00");
}

/// Run-time immediates take 32 bits where the instruction has them, and the size that is written.
#[test]
fn run_time_immediates() {
    let rax = named("rax");
    assert_eq!(bytes("add", &[rax, immediate(0, None)]), "480500000000");
    assert_eq!(bytes("add", &[named("rcx"), immediate(0, None)]), "4881c100000000");
    assert_eq!(bytes("add", &[named("rcx"), immediate(0, Some(8))]), "4883c100");
    assert_eq!(bytes("add", &[named("cl"), immediate(0, None)]), "80c100");
    assert_eq!(bytes("add", &[named("cx"), immediate(0, None)]), "6681c10000");
    assert_eq!(bytes("mov", &[rax, immediate(0, None)]), "48c7c000000000");
    assert_eq!(bytes("mov", &[rax, immediate(0, Some(64))]), "48b80000000000000000");
    assert_eq!(bytes("mov", &[rax, immediate(0, Some(32))]), "48c7c000000000");
    assert_eq!(bytes("mov", &[named("eax"), immediate(0, None)]), "b800000000");
    assert_eq!(bytes("push", &[immediate(0, None)]), "6800000000");
    assert_eq!(bytes("push", &[immediate(0, Some(8))]), "6a00");
    assert_eq!(bytes("shl", &[rax, immediate(0, None)]), "48c1e000");
    assert_eq!(bytes("jmp", &[immediate(0, None)]), "e900000000");
    // add ecx, value: sign-extended to 32 bits, so 0xffffff80 is -128.
    let choice = choose("add", &[named("ecx"), immediate(0, Some(8))], Mode::Long);
    let field = choice.instruction.pending[0].field;
    assert_eq!((field.encode(0xffff_ff80), field.encode(-128), field.encode(127)), (Ok(0x80), Ok(0x80), Ok(0x7f)));
    assert_eq!(field.encode(128), Err(Reason::ImmediateRange));
    assert_eq!(field.kind, Kind::Immediate);
}

#[test]
fn labels() {
    let target = |size| Operand::Target { target: 7, size };
    let choice = choose("jmp", &[target(None)], Mode::Long);
    assert_eq!(hex(code(&choice.instruction)), "e900000000");
    let reference = choice.instruction.reference.expect("a label");
    assert_eq!((reference.target, reference.relocation, reference.at), (7, Relocation::X86Rel32, 1));
    let [short] = choice.shorter.as_slice() else { panic!("{choice:?}") };
    assert_eq!((hex(code(short)), short.reference.expect("a label").relocation), ("eb00".to_string(), Relocation::X86Rel8));
    assert_eq!(bytes("jmp", &[target(Some(8))]), "eb00");
    assert_eq!(choose("jmp", &[target(Some(32))], Mode::Long).shorter, []);
    assert_eq!(bytes("je", &[target(None)]), "0f8400000000");
    assert_eq!(bytes("loop", &[target(None)]), "e200");
    assert_eq!(bytes("jecxz", &[target(None)]), "67e300");
    assert_eq!(bytes("jmp", &[Operand::number(5)]), "eb05");

    // Behind the displacement are the bytes of the immediate, which rip is past.
    let label = Operand::Memory(Memory { size: Some(32), displacement: Displacement::Target(3), ..Memory::EMPTY });
    let choice = choose("mov", &[label, Operand::number(1)], Mode::Long);
    assert_eq!(hex(code(&choice.instruction)), "c705fcffffff01000000");
    let reference = choice.instruction.reference.expect("a label");
    assert_eq!((reference.target, reference.relocation, reference.at), (3, Relocation::X86Rel32, 2));
    let choice = choose("mov", &[label, Operand::number(1)], Mode::Protected);
    assert_eq!(hex(code(&choice.instruction)), "c7050000000001000000");
    assert_eq!(choice.instruction.reference.expect("a label").relocation, Relocation::Abs32);
}

#[test]
fn masks() {
    let decorations = Decorations { mask: Some((Number::Value(0), 0)), zeroing: true, rounding: None };
    let operands = [named("zmm1"), named("zmm2"), named("zmm3")];
    let choice =
        with_examples(|table| table.choose("vaddps", &[], &operands, decorations, Mode::Long, &Features::ALL)).expect("a form");
    let mut code = code(&choice.instruction).to_vec();
    assert_eq!(hex(&code), "62f16cc858cb");
    let field = choice.instruction.pending[0].field;
    assert_eq!(field.encode(0), Err(Reason::RegisterRange));
    field.place(5, &mut code).expect("k5");
    assert_eq!(hex(&code), "62f16ccd58cb");
}
