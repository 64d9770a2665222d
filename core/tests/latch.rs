//! The latch: what fails first is what is reported, nothing is written after it, and positions go on counting.
#![cfg(feature = "aarch64")]

use bareasm_core::__private as p;
use bareasm_core::isa::checks::{write, Source, Unit};
use bareasm_core::isa::field::{Linear, Piece};
use bareasm_core::isa::shape::Shape;
use bareasm_core::{aarch64, CodeBuffer, Error, Forms, Labels, Reason, Relocation, Sink, MAX_CODE};
use p::{Field, Kind, Rule};

const REGISTER: Field = Field::new(Kind::Register, Rule::Unsigned, 5, 0);
const IMM12: Field = Field::new(Kind::Immediate, Rule::Unsigned, 12, 10);
const SCALED: Field = Field { mul: 8, ..IMM12 };
const MASK: Field = Field::new(Kind::Immediate, Rule::Logical64, 13, 10);

/// A field of so many bits, as the macro writes it.
const fn shape(bits: u8, to: u8) -> u128 {
    let none = Piece { from: 0, width: 0, to: 0 };
    let check = Linear { rule: Rule::Unsigned, bits, scale: 0 };
    Shape { check, barred: 0, pieces: [Piece { from: 0, width: bits, to }, none, none, none] }.pack()
}

/// `add X(rd), x1, #imm`, as the macro writes it.
fn add(asm: &mut aarch64::Assembler<'_>, rd: impl p::RegisterNumber, imm: impl p::Integer) {
    // 4 bytes; an instruction at 0, form 7: a register of 5 bits, an immediate of 12 bits.
    const CHECKS: &p::Checks = b"\x04\0\x01\0\x07\x6d\xa2\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let v0 = p::register(rd);
    let v1 = p::integer(imm);
    let asm = asm.bareasm_for::<p::Aarch64>();
    asm.put2::<4, { shape(5, 0) }, { shape(12, 10) }>(CHECKS, 0x9100_0020, v0, v1);
}

#[test]
fn good_operands() {
    let mut code = [0; 8];
    let mut labels = Labels::<0, 0>::new();
    let mut asm = aarch64::Assembler::new(&mut code, &mut labels);
    add(&mut asm, 3, 5);
    add(&mut asm, aarch64::X30, 4095u64);
    assert_eq!(asm.finish(), Ok(8));
    assert_eq!(code, [0x23, 0x14, 0x00, 0x91, 0x3e, 0xfc, 0x3f, 0x91]);
}

#[test]
fn first_operand_failure_wins_and_nothing_follows() {
    let mut code = [0xee; 64];
    let mut labels = Labels::<0, 0>::new();
    let mut asm = aarch64::Assembler::new(&mut code, &mut labels);
    add(&mut asm, 1, 1);
    add(&mut asm, 40, 1);
    add(&mut asm, 1, 4096);
    add(&mut asm, 1, 1);
    let error = asm.finish().unwrap_err();
    assert_eq!(error, Error::operand_at(4, Forms::Aarch64, 7, 0, Reason::RegisterRange));
    assert_eq!((error.offset(), error.form(), error.operand()), (4, Some(7), Some(0)));
    assert_eq!(asm.offset(), 16);
    assert_eq!(asm.status(), Err(error));
    assert!(asm.code().is_empty());
    // It can be used again, and then it works.
    asm.reset();
    add(&mut asm, 1, 1);
    assert_eq!(asm.finish(), Ok(4));
    assert!(code[4..].iter().all(|byte| *byte == 0xee));
}

#[test]
fn every_reason_of_an_operand() {
    const LESS: p::Relation = {
        let left = p::Sum { terms: [(0, 1), (1, -1), (0, 0), (0, 0)], constant: 0 };
        p::Relation { any: [Some(p::Compare { left, order: p::Order::Less }), None, None, None], blame: 1 }
    };
    // Two instructions: the values of the first one are good.
    let unit = |at, form, fields, relations| Unit { at, form, fields, relations, encoded: false };
    let units = [unit(0, 1, &[&REGISTER], &[]), unit(4, 2, &[&REGISTER, &IMM12, &SCALED, &MASK], &[LESS])];
    let checks = write(&units, |unit, source| match source {
        Source::Operand(n) | Source::Code(n) => unit + n,
        Source::Fault => unreachable!("nothing is encoded already"),
    });
    let checks: &'static [u8] = [8u16.to_le_bytes().to_vec(), checks.unwrap().bytes].concat().leak();
    // The last one is the code of a bitmask immediate.
    let failure = |values: [i64; 5]| {
        let mut code = [0; 16];
        let mut labels = Labels::<0, 0>::new();
        let mut asm = aarch64::Assembler::new(&mut code, &mut labels);
        asm.put(&[0; 4]);
        asm.skip_any(checks, &values);
        assert_eq!(asm.offset(), 12);
        asm.finish().unwrap_err()
    };
    let expect = |operand, reason| Error::operand_at(8, Forms::Aarch64, 2, operand, reason);
    assert_eq!(failure([31, 40, 2, 8, 1]), expect(0, Reason::RegisterRange));
    assert_eq!(failure([31, 1, -1, 8, 1]), expect(1, Reason::ImmediateRange));
    assert_eq!(failure([31, 1, 2, 12, 1]), expect(2, Reason::ImmediateAlignment));
    assert_eq!(failure([31, 1, 2, 8, p::Misfit::Value.code()]), expect(3, Reason::ImmediateEncoding));
    assert_eq!(failure([31, 2, 2, 8, 1]), expect(1, Reason::OperandConflict));
    assert_eq!(failure([32, 40, -1, 12, 0]), Error::operand_at(4, Forms::Aarch64, 1, 0, Reason::RegisterRange));
    // Operands that are called bad but are good must not get through either.
    assert_eq!(failure([31, 1, 2, 8, 1]), Error::at(4, Reason::OperandConflict));
    let odd = Field { pieces: [p::Piece { from: 1, width: 4, to: 0 }; 8], ..REGISTER };
    assert_eq!(odd.encode(3), Err(Reason::RegisterExcluded));
}

#[test]
fn irregular_forms() {
    const FIELDS: [&Field; 2] = [&REGISTER, &MASK];
    const AND: p::Encoding<'static> =
        p::Encoding { form: 9, template: &[0x00, 0x00, 0x00, 0x92], fields: &FIELDS, derived: &[], relations: &[] };
    const NEVER: p::Encoding<'static> = p::Encoding { relations: &[p::Relation { any: [None; 4], blame: 1 }], ..AND };
    let fault = |reason| p::Fault { operand: 1, reason }.number();
    let mask = p::pattern(0xffff_0000_0000_0000u64);
    assert_eq!(p::encode(&AND, &[1, mask]), ([0x01, 0x3c, 0x50, 0x92], 0)); // and x1, x0, #0xffff000000000000
    assert_eq!(p::encode::<4>(&AND, &[1, 5]).1, fault(Reason::ImmediateEncoding));
    assert_eq!(p::encode::<4>(&NEVER, &[1, 1]).1, fault(Reason::OperandConflict));
}

#[test]
fn full_buffer_counts_on() {
    let full = |needed| Err(Error::at(needed, Reason::BufferFull));
    for room in 0..12 {
        let mut code = [0xee; 12];
        let mut labels = Labels::<0, 0>::new();
        let mut asm = aarch64::Assembler::new(&mut code[..room], &mut labels);
        add(&mut asm, 1, 1);
        asm.put(&[1]);
        asm.put_slice(&[2, 3]);
        asm.extend([4u8, 5]);
        asm.align(4, Some(6));
        assert_eq!(asm.finish(), full(12));
        assert_eq!(asm.status(), full(12).map(|_: usize| ()));
        assert_eq!(asm.offset(), 12);
        assert!(code[room..].iter().all(|byte| *byte == 0xee));
    }
    let mut code = [0; 12];
    let mut labels = Labels::<0, 0>::new();
    let mut asm = aarch64::Assembler::new(&mut code, &mut labels);
    asm.put(&[0; 12]);
    assert_eq!(asm.finish(), Ok(12));
    asm.put(&[]);
    assert_eq!(asm.finish(), Ok(12));
    asm.put(&[0]);
    assert_eq!(asm.finish(), full(13));
}

#[test]
fn full_buffer_then_operand() {
    // The size was exceeded first, but only the operand can tell where; it is latched, the size is not.
    let mut labels = Labels::<0, 0>::new();
    let mut asm = aarch64::Assembler::new(&mut [], &mut labels);
    add(&mut asm, 1, 1);
    add(&mut asm, 32, 1);
    assert_eq!(asm.finish(), Err(Error::operand_at(4, Forms::Aarch64, 7, 0, Reason::RegisterRange)));
}

#[test]
fn positions_saturate() {
    let mut memory = [0xee; 8];
    let mut sink = CodeBuffer::new(&mut memory);
    sink.seal(0, MAX_CODE as usize);
    assert_eq!((sink.mark(), sink.offset()), (MAX_CODE, MAX_CODE));
    assert_eq!(sink.status(), Err(Error::at(MAX_CODE, Reason::BufferFull)));
    for step in [1, 4, 1 << 20, 1 << 30, (1 << 31) - 1, 1 << 31, usize::MAX, 8] {
        let at = sink.mark();
        assert!(sink.begin(at, 4).is_none());
        assert!(sink.window(0, 4).is_none());
        sink.seal(at, step);
        assert!(sink.mark() > at || sink.mark() == u32::MAX, "{step}");
        // Whatever the count is: it is not a small one.
        assert_eq!(sink.status(), Err(Error::at(MAX_CODE, Reason::BufferFull)));
        assert!(sink.bytes().is_empty());
    }
    assert_eq!(sink.mark(), u32::MAX);
    assert!(sink.begin(u32::MAX, 1).is_none());
    // The overflow was first.
    sink.fail(Error::at(0, Reason::LabelUnbound));
    assert_eq!(sink.status(), Err(Error::at(MAX_CODE, Reason::BufferFull)));
    sink.clear();
    sink.put(&[1, 2, 3]);
    assert_eq!(sink.bytes(), [1, 2, 3]);
}

#[test]
fn refused_positions_stay_refused() {
    let mut memory = [0xee; 8];
    let mut sink = CodeBuffer::new(&mut memory);
    sink.fail(Error::at(0, Reason::LabelUnbound));
    for _ in 0..5 {
        let at = sink.mark();
        sink.seal(at, 1 << 30);
        assert!(sink.mark() >= 1 << 31);
        let at = sink.mark();
        assert!(sink.begin(at, 0).is_none());
        sink.put(&[1]);
    }
    assert_eq!(sink.status(), Err(Error::at(0, Reason::LabelUnbound)));
    assert_eq!(memory, [0xee; 8]);
}

#[test]
fn no_base() {
    let mut code = [0; 64];
    let mut labels = Labels::<2, 2>::new();
    let mut asm = aarch64::Assembler::new(&mut code, &mut labels);
    for relocation in [Relocation::Abs64, Relocation::A64Adrp] {
        asm.reset();
        let label = asm.new_dynamic_label();
        asm.put(&[0; 8]);
        asm.bind_here(label);
        asm.put(&[0; 8]);
        asm.refer(label, relocation, 8);
        assert_eq!(asm.finish(), Err(Error::at(8, Reason::NoBase)));
        // The same, forward.
        asm.reset();
        let label = asm.new_dynamic_label();
        asm.put(&[0; 8]);
        asm.refer(label, relocation, 8);
        asm.bind_here(label);
        assert_eq!(asm.finish(), Err(Error::at(0, Reason::NoBase)));
    }
    // A distance to an address outside.
    asm.reset();
    asm.put(&[0; 4]);
    asm.refer_address(0x1000, Relocation::A64Branch26, 4);
    assert_eq!(asm.finish(), Err(Error::at(0, Reason::NoBase)));
    // An address outside, as it is.
    asm.reset();
    asm.put(&[0; 8]);
    asm.refer_address(0x1122_3344_5566_7788, Relocation::Abs64, 8);
    assert_eq!(asm.finish(), Ok(8));
    // With a base, all of it works.
    asm.reset();
    let mut asm = asm.with_base(0xffff_0000_0000_1004);
    let label = asm.new_dynamic_label();
    asm.put(&[0; 12]);
    asm.refer(label, Relocation::A64Adrp, 12);
    asm.refer(label, Relocation::Abs64, 8);
    asm.put(&[0; 4]);
    asm.refer_address(0xffff_0000_0000_2014, Relocation::A64Branch26, 4);
    asm.bind_here(label);
    assert_eq!(asm.base(), Some(0xffff_0000_0000_1004));
    assert_eq!(asm.finish(), Ok(16));
    assert_eq!(code[..4], [0; 4]); // the same page
    assert_eq!(code[4..12], 0xffff_0000_0000_1014u64.to_le_bytes());
    assert_eq!(code[12..16], (0x1004u32 / 4).to_le_bytes());
}

#[test]
fn eight_bytes_that_tell_everything() {
    assert_eq!(size_of::<Error>(), 8);
    assert_eq!(size_of::<Option<Error>>(), 8);
    fn is_error<E: core::error::Error + Copy + Send + Sync + 'static>() {}
    is_error::<Error>();
    let operand = Error::operand_at(64, Forms::Unknown, 17, 1, Reason::ImmediateRange);
    assert_eq!(operand.to_string(), "immediate out of range: operand 1 of form 17 at 0x40");
    assert_eq!(Error::at(12, Reason::BufferFull).to_string(), "buffer full: 12 bytes needed");
    for forms in [Forms::Aarch64, Forms::Thumb, Forms::X86, Forms::Unknown] {
        let error = Error::operand_at(64, forms, 0x3ffe, 1, Reason::ImmediateRange);
        assert_eq!((error.forms(), error.form()), (forms, Some(0x3ffe)));
        assert_eq!(error.to_string(), "immediate out of range: operand 1 of form 16382 at 0x40", "no table has so many");
    }
    assert_eq!((Error::at(1, Reason::BufferFull).form(), Error::at(1, Reason::BufferFull).operand()), (None, None));
    assert_eq!(format!("{:?}", Error::at(12, Reason::LabelUnbound)), "label never bound at 0xc");
}

#[cfg(all(feature = "names", feature = "thumb", feature = "x64"))]
#[test]
fn names_of_forms() {
    use bareasm_core::isa;
    let text = |forms, form| Error::operand_at(0, forms, form, 1, Reason::ImmediateRange).to_string();
    let row = isa::fixed::aarch64().forms.iter().position(|form| isa::fixed::aarch64().str(form.syntax).starts_with("adr "));
    assert_eq!(text(Forms::Aarch64, row.unwrap() as u16).split('`').nth(1).unwrap().split(' ').next(), Some("ADR"));
    let row = isa::fixed::thumb().forms.iter().position(|form| isa::fixed::thumb().str(form.syntax).starts_with("bkpt"));
    assert_eq!(text(Forms::Thumb, row.unwrap() as u16), "immediate out of range: operand 1 of `BKPT #<imm8>` at 0x0");
    let table = isa::x86::table();
    let row = (0..u16::MAX).find(|n| table.form(*n).is_some_and(|form| table.mnemonic(form) == "lea"));
    assert!(text(Forms::X86, row.unwrap()).starts_with("immediate out of range: operand 1 of `LEA r"));
}
