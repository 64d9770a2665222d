//! Relaxing: against a walk through the code that is made, against the shortest code that there is, and against time.
#![cfg(feature = "x64")]

use bareasm_alloc::{AssemblyOffset, LiteralPool, Relaxed, RelaxingAssembler, VecAssembler};
use bareasm_core::arch::X64;
use bareasm_core::{AsAssembler, DynamicLabel, Error, Reason, Relocation};
use fastrand::Rng;

/// A piece of a program. Labels are numbers.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Bytes(usize),
    Jump(usize),
    Branch(u8, usize),
    Call(usize),
    /// `loop`, which has no long form.
    Loop(usize),
    Load(usize),
    /// A distance and an address of 64 bits.
    Data(usize),
    Align(u32),
    Bind(usize),
    /// A call of an address.
    Extern(u64),
    /// A `jcc` to an address.
    Leave(u8, u64),
}

const BASE: u64 = 0x7000_0000_0010;
const NEAR: u64 = 0x7000_1234_0000;
const FAR: u64 = 0x1234_5678;

fn emit(asm: &mut impl AsAssembler, labels: &[DynamicLabel], thing: Thing) {
    let asm = asm.bareasm_target();
    let rel32 = Relocation::X86Rel32;
    match thing {
        Thing::Bytes(n) => (0..n).for_each(|_| asm.put(&[0x90])),
        Thing::Jump(label) => {
            asm.put(&[0xe9, 0, 0, 0, 0]);
            asm.refer(labels[label], rel32, 4);
        }
        Thing::Branch(condition, label) => {
            asm.put(&[0x0f, 0x80 | condition, 0, 0, 0, 0]);
            asm.refer(labels[label], rel32, 4);
        }
        Thing::Call(label) => {
            asm.put(&[0xe8, 0, 0, 0, 0]);
            asm.refer(labels[label], rel32, 4);
        }
        Thing::Loop(label) => {
            asm.put(&[0xe2, 0]);
            asm.refer(labels[label], Relocation::X86Rel8, 1);
        }
        Thing::Load(label) => {
            asm.put(&[0x48, 0x8d, 0x05, 0, 0, 0, 0]);
            asm.refer(labels[label], rel32, 4);
        }
        Thing::Data(label) => {
            asm.put(&[0; 8]);
            asm.refer(labels[label], Relocation::Data64, 8);
            asm.put(&[0; 8]);
            asm.refer(labels[label], Relocation::Abs64, 8);
        }
        Thing::Align(to) => asm.align(to, Some(0xcc)),
        Thing::Bind(label) => asm.bind_here(labels[label]),
        Thing::Extern(address) => {
            asm.put(&[0xe8, 0, 0, 0, 0]);
            asm.refer_address(address, rel32, 4);
        }
        Thing::Leave(condition, address) => {
            asm.put(&[0x0f, 0x80 | condition, 0, 0, 0, 0]);
            asm.refer_address(address, rel32, 4);
        }
    }
}

fn assemble(things: &[Thing], labels: usize) -> (RelaxingAssembler<X64>, Vec<DynamicLabel>) {
    let mut ops = RelaxingAssembler::<X64>::new();
    ops.set_base(Some(BASE));
    let labels: Vec<DynamicLabel> = (0..labels).map(|_| ops.new_dynamic_label()).collect();
    things.iter().for_each(|thing| emit(&mut ops, &labels, *thing));
    (ops, labels)
}

fn number(code: &[u8], at: usize, size: usize) -> i64 {
    let mut bytes = [if code[at + size - 1] & 0x80 != 0 { 0xff } else { 0 }; 8];
    bytes[..size].copy_from_slice(&code[at..at + size]);
    i64::from_le_bytes(bytes)
}

/// The address that `jmp [rip + n]` or `call [rip + n]` takes whose distance is at `at`.
fn slot(code: &[u8], at: usize) -> u64 {
    let slot = (at as i64 + 4 + number(code, at, 4)) as usize;
    assert_eq!((BASE + slot as u64) % 8, BASE % 8, "slots are aligned in the code");
    number(code, slot, 8) as u64
}

/// Walks through the code by its opcodes; checks every target. Returns where each thing is, and the end.
fn walk(things: &[Thing], relaxed: &Relaxed, labels: &[DynamicLabel]) -> Vec<usize> {
    let code = &relaxed.code;
    let place = |label: usize| relaxed.places.label(labels[label]).expect("it is bound").0 as i64;
    let mut starts = Vec::new();
    let mut at = 0;
    for thing in things {
        starts.push(at);
        let to = |from: usize, size: usize| (from + size) as i64 + number(code, from, size);
        match *thing {
            Thing::Bytes(n) => {
                assert!(code[at..at + n].iter().all(|byte| *byte == 0x90));
                at += n;
            }
            Thing::Jump(label) | Thing::Branch(_, label) => {
                let (distance, size) = match (*thing, code[at], code[at + 1]) {
                    (Thing::Jump(_), 0xeb, _) => (1, 1),
                    (Thing::Jump(_), 0xe9, _) => (1, 4),
                    (Thing::Branch(condition, _), opcode, _) if opcode == 0x70 | condition => (1, 1),
                    (Thing::Branch(condition, _), 0x0f, opcode) if opcode == 0x80 | condition => (2, 4),
                    other => panic!("{other:x?}"),
                };
                assert_eq!(to(at + distance, size), place(label), "{thing:?} at {at}");
                at += distance + size;
            }
            Thing::Call(label) => {
                assert_eq!((code[at], to(at + 1, 4)), (0xe8, place(label)));
                at += 5;
            }
            Thing::Loop(label) => {
                assert_eq!((code[at], to(at + 1, 1)), (0xe2, place(label)));
                at += 2;
            }
            Thing::Load(label) => {
                assert_eq!((&code[at..at + 3], to(at + 3, 4)), (&[0x48, 0x8d, 0x05][..], place(label)));
                at += 7;
            }
            Thing::Data(label) => {
                assert_eq!(at as i64 + number(code, at, 8), place(label));
                assert_eq!(number(code, at + 8, 8), BASE as i64 + place(label));
                at += 16;
            }
            Thing::Align(to) => {
                while !(BASE + at as u64).is_multiple_of(to.into()) {
                    assert_eq!(code[at], 0xcc);
                    at += 1;
                }
            }
            Thing::Bind(label) => assert_eq!(place(label), at as i64, "label {label}"),
            Thing::Extern(address) if code[at] == 0xe8 => {
                assert_eq!(BASE as i64 + to(at + 1, 4), address as i64);
                at += 5;
            }
            Thing::Extern(address) => {
                assert_eq!((&code[at..at + 2], slot(code, at + 2)), (&[0xff, 0x15][..], address));
                at += 6;
            }
            Thing::Leave(condition, address) => {
                assert_eq!(code[at..at + 2], [0x0f, 0x80 | condition]);
                let to = to(at + 2, 4);
                if BASE as i64 + to != address as i64 {
                    let stub = to as usize;
                    assert_eq!((&code[stub..stub + 2], slot(code, stub + 2)), (&[0xff, 0x25][..], address));
                }
                at += 6;
            }
        }
    }
    starts.push(at);
    starts
}

/// Length of the program when these of its jumps are long; `None` if a short one does not reach.
fn length(things: &[Thing], labels: usize, long: u32) -> Option<usize> {
    let (mut at, mut jumps, mut places, mut starts) = (0usize, 0, vec![0; labels], Vec::new());
    for thing in things {
        let mut jump = |bytes| {
            jumps += 1;
            if long >> (jumps - 1) & 1 != 0 {
                bytes
            } else {
                2
            }
        };
        let size = match *thing {
            Thing::Bytes(n) => n,
            Thing::Jump(_) => jump(5),
            Thing::Branch(..) => jump(6),
            Thing::Bind(label) => {
                places[label] = at;
                0
            }
            other => panic!("{other:?}"),
        };
        starts.push((at, size));
        at += size;
    }
    let reaches = |(thing, (at, size)): (&Thing, &(usize, usize))| match *thing {
        Thing::Jump(label) | Thing::Branch(_, label) if *size == 2 => {
            (-128..=127).contains(&(places[label] as i64 - (at + size) as i64))
        }
        _ => true,
    };
    things.iter().zip(&starts).all(reaches).then_some(at)
}

/// A program in which every label is bound once, somewhere.
fn program(random: &mut Rng, count: usize, labels: usize, mut thing: impl FnMut(&mut Rng) -> Thing) -> Vec<Thing> {
    let mut things: Vec<Thing> = (0..count).map(|_| thing(random)).collect();
    for label in 0..labels {
        things.insert(random.usize(..=things.len()), Thing::Bind(label));
    }
    things
}

#[test]
fn as_short_as_brute_force() {
    let mut random = Rng::with_seed(1);
    let mut mixed = 0;
    for _ in 0..600 {
        let labels = random.usize(1..6);
        let count = random.usize(2..18);
        let things = program(&mut random, count, labels, |random| match random.u8(..3) {
            0 => Thing::Bytes(random.usize(..120)),
            1 => Thing::Jump(random.usize(..labels)),
            _ => Thing::Branch(random.u8(..16), random.usize(..labels)),
        });
        let jumps = things.iter().filter(|thing| matches!(thing, Thing::Jump(_) | Thing::Branch(..))).count();
        if jumps > 11 {
            continue;
        }
        let (ops, names) = assemble(&things, labels);
        let relaxed = ops.finalize().unwrap();
        walk(&things, &relaxed, &names);
        let best = (0..1u32 << jumps).filter_map(|long| length(&things, labels, long)).min();
        assert_eq!(best, Some(relaxed.code.len()), "{things:?}");
        mixed += usize::from(length(&things, labels, 0).is_none() && length(&things, labels, u32::MAX) != best);
    }
    assert!(mixed > 100, "too uniform: {mixed}");
}

/// With everything that refers to something, padding and addresses; each end of each thing is found again.
#[test]
fn everything_follows() {
    let mut random = Rng::with_seed(2);
    let mut short = 0;
    for round in 0..400 {
        let labels = random.usize(1..12);
        let count = random.usize(2..120);
        let things = program(&mut random, count, labels, |random| {
            let label = random.usize(..labels);
            match random.u8(..16) {
                0..=3 => Thing::Bytes(random.usize(..40)),
                4..=6 => Thing::Jump(label),
                7..=9 => Thing::Branch(random.u8(..16), label),
                10 => Thing::Call(label),
                11 => Thing::Load(label),
                12 => Thing::Data(label),
                13 => Thing::Align([2, 3, 4, 16, 64][random.usize(..5)]),
                14 => Thing::Extern([NEAR, FAR, FAR + 1][random.usize(..3)]),
                _ => Thing::Leave(random.u8(..16), [NEAR, FAR, FAR + 2][random.usize(..3)]),
            }
        });
        let mut ops = RelaxingAssembler::<X64>::new();
        ops.set_base(Some(BASE));
        let names: Vec<DynamicLabel> = (0..labels).map(|_| ops.new_dynamic_label()).collect();
        let mut before = Vec::new();
        for thing in &things {
            before.push(ops.offset());
            emit(&mut ops, &names, *thing);
        }
        before.push(ops.offset());
        let most = ops.most();
        let relaxed = ops.finalize().unwrap();
        assert!(relaxed.code.len() <= most);
        let after = walk(&things, &relaxed, &names);
        for (n, (before, after)) in before.iter().zip(&after).enumerate() {
            assert_eq!(relaxed.places.offset(*before), AssemblyOffset(*after), "round {round}, thing {n} of {things:?}");
        }
        short += before.last().unwrap().0.saturating_sub(*after.last().unwrap());
    }
    assert!(short > 10_000, "{short}");
}

/// What the shortest form reaches, and one byte more, in both directions.
#[test]
fn both_ends_of_the_short_reach() {
    for (gap, long) in [(127, false), (128, true)] {
        for (thing, bytes) in [(Thing::Jump(0), 5), (Thing::Branch(4, 0), 6)] {
            let things = [thing, Thing::Bytes(gap), Thing::Bind(0)];
            let (ops, labels) = assemble(&things, 1);
            let relaxed = ops.finalize().unwrap();
            walk(&things, &relaxed, &labels);
            assert_eq!(relaxed.code.len() - gap, if long { bytes } else { 2 });
            let things = [Thing::Bind(0), Thing::Bytes(gap - 1), thing];
            let (ops, labels) = assemble(&things, 1);
            let relaxed = ops.finalize().unwrap();
            walk(&things, &relaxed, &labels);
            assert_eq!(relaxed.code.len() + 1 - gap, if long { bytes } else { 2 });
        }
    }
    // `loop` reaches only because a jump in front of its target is short.
    for (gap, reaches) in [(124, true), (125, false)] {
        let things = [Thing::Bind(0), Thing::Jump(0), Thing::Bytes(gap), Thing::Loop(0)];
        let (ops, labels) = assemble(&things, 1);
        match ops.finalize() {
            Ok(relaxed) => assert_eq!(walk(&things, &relaxed, &labels).last(), Some(&(gap + 4))),
            Err(error) => assert_eq!((error, reaches), (Error::at(5 + gap as u32 + 1, Reason::TargetRange), false)),
        }
    }
}

/// Two jumps over each other, which no shortening of long ones makes short.
#[test]
fn starting_short_matters() {
    let things = [Thing::Bind(0), Thing::Jump(1), Thing::Bytes(124), Thing::Jump(0), Thing::Bytes(1), Thing::Bind(1)];
    let (ops, labels) = assemble(&things, 2);
    let relaxed = ops.finalize().unwrap();
    walk(&things, &relaxed, &labels);
    assert_eq!(relaxed.code.len(), 2 + 124 + 2 + 1);
}

/// 100,000 branches: all short; each grows because of the next; random ones, with padding. Quadratic time would not end.
#[test]
fn many_branches() {
    const MANY: usize = 100_000;
    let chain = |last: usize| -> Vec<Thing> {
        // Each jumps over the next one, and reaches as long as that is short: 126 bytes.
        let one = |n: usize| [Thing::Bind(n), Thing::Jump((n + 2).min(MANY)), Thing::Bytes(62)];
        let mut things: Vec<Thing> = (0..MANY).flat_map(one).collect();
        things.extend([Thing::Bytes(last), Thing::Bind(MANY)]);
        things
    };
    for (last, grown) in [(0, false), (200, true)] {
        let things = chain(last);
        let (ops, labels) = assemble(&things, MANY + 1);
        let relaxed = ops.finalize().unwrap();
        walk(&things, &relaxed, &labels);
        assert_eq!(relaxed.code.len(), MANY * (62 + if grown { 5 } else { 2 }) + last, "{grown}");
    }
    let mut random = Rng::with_seed(3);
    let mut things: Vec<Thing> = Vec::new();
    for n in 0..MANY {
        let near = (n + random.usize(..40)).saturating_sub(20).min(MANY - 1);
        things.extend([Thing::Bind(n), Thing::Branch(random.u8(..16), near), Thing::Bytes(random.usize(..8))]);
        if n % 10 == 0 {
            things.push(Thing::Align(16));
        }
    }
    let (ops, labels) = assemble(&things, MANY);
    walk(&things, &ops.finalize().unwrap(), &labels);
}

#[test]
fn errors_lose_nothing() {
    let (mut ops, labels) = assemble(&[Thing::Bytes(3), Thing::Jump(0), Thing::Extern(FAR)], 1);
    assert_eq!(ops.take().unwrap_err(), Error::at(4, Reason::LabelUnbound));
    assert_eq!(ops.finish(), Err(Error::at(4, Reason::LabelUnbound)), "the long code alone is no code");
    ops.bind_here(labels[0]);
    ops.set_base(None);
    assert_eq!(ops.take().unwrap_err(), Error::at(9, Reason::NoBase));
    ops.set_base(Some(BASE));
    let first = ops.relax().unwrap();
    let second = ops.take().unwrap();
    assert_eq!(first.code, second.code);
    assert_eq!(second.places.label(labels[0]), Some(AssemblyOffset(11)));
    assert_eq!((ops.offset(), ops.take().unwrap().code.len()), (AssemblyOffset(0), 0));

    // A label that this assembler does not have, and one that is bound twice.
    let other = RelaxingAssembler::<X64>::new().new_dynamic_label();
    emit(&mut ops, &[other], Thing::Jump(0));
    assert_eq!(ops.take().unwrap_err().reason(), Reason::LabelUnknown);
    ops.reset();
    let label = ops.new_dynamic_label();
    ops.bind_here(label);
    ops.bind_here(label);
    assert_eq!(ops.take().unwrap_err().reason(), Reason::LabelRebound);
    // Two references in one instruction.
    ops.reset();
    let label = ops.new_dynamic_label();
    emit(&mut ops, &[label], Thing::Jump(0));
    ops.refer(label, Relocation::X86Rel32, 4);
    ops.bind_here(label);
    assert_eq!(ops.take().unwrap_err().reason(), Reason::OperandConflict);
}

/// Addends, 32-bit mode, literal pools; and the same program in an assembler that relaxes nothing.
#[test]
fn with_the_other_parts() {
    let mut ops = RelaxingAssembler::<X64>::new();
    let mut pool = LiteralPool::new();
    let answer = pool.push_u64(&mut ops, 42);
    let out = ops.new_dynamic_label();
    emit(&mut ops, &[out], Thing::Jump(0));
    emit(&mut ops, &[answer], Thing::Load(0));
    ops.bind_here(out);
    let asm = ops.bareasm_target();
    asm.put(&[0xe9, 0, 0, 0, 0]);
    asm.add_addend(Relocation::X86Rel32, 4, -2);
    asm.refer(out, Relocation::X86Rel32, 4);
    pool.flush(&mut ops);
    let relaxed = ops.finalize().unwrap();
    assert_eq!(relaxed.code[..11], [0xeb, 7, 0x48, 0x8d, 5, 7, 0, 0, 0, 0xeb, 0xfc]);
    assert_eq!(relaxed.code[16..], 42u64.to_le_bytes());

    let mut plain = VecAssembler::<X64>::new(BASE as usize);
    let labels: Vec<DynamicLabel> = (0..2).map(|_| plain.new_dynamic_label()).collect();
    let things = [Thing::Bind(0), Thing::Load(1), Thing::Call(0), Thing::Data(1), Thing::Align(8), Thing::Bind(1)];
    things.iter().for_each(|thing| emit(&mut plain, &labels, *thing));
    let (ops, _) = assemble(&things, 2);
    assert_eq!(plain.finalize(), ops.finalize().map(|relaxed| relaxed.code), "there is nothing to be shortened");
}

#[cfg(feature = "x86")]
#[test]
fn in_32_bit_mode() {
    let mut ops = RelaxingAssembler::<bareasm_core::arch::X86>::new();
    ops.set_base(Some(0x1000));
    let label = ops.new_dynamic_label();
    emit(&mut ops, &[label], Thing::Branch(5, 0));
    emit(&mut ops, &[], Thing::Extern(0x7000_0000));
    emit(&mut ops, &[], Thing::Extern(0xf700_0000));
    emit(&mut ops, &[label], Thing::Bind(0));
    assert_eq!(ops.finalize().unwrap().code, [0x75, 10, 0xe8, 0xf9, 0xef, 0xff, 0x6f, 0xe8, 0xf4, 0xef, 0xff, 0xf6]);
}

/// What the macro has resolved within an invocation follows when a branch of the table is shortened; sizes that are written stay.
#[cfg(feature = "macro")]
#[test]
fn within_invocations_of_the_macro() {
    let mut ops = RelaxingAssembler::<X64>::new();
    let label = ops.new_dynamic_label();
    bareasm_alloc::dynasm!(ops
        ; .arch x64
        ; ->top: jz =>(label)
        ; lea rax, [->data + 1]
        ; jnz ->top
        ; jmp DWORD ->top
        ; jmp DWORD =>(label)
        ; jmp BYTE =>(label)
        ; jmp =>name
        ; ->data: .rel8 ->top
        ; =>name:
        ; =>(label): ret
    );
    let code = ops.take().unwrap().code;
    let expected = [
        &[0x74, 0x18][..],                              // jz label
        &[0x48, 0x8d, 0x05, 0x11, 0, 0, 0],             // lea rax, [rip + data + 1]
        &[0x75, 0xf5],                                  // jnz top
        &[0xe9, 0xf0, 0xff, 0xff, 0xff],                // jmp top
        &[0xe9, 0x05, 0, 0, 0, 0xeb, 0x03, 0xeb, 0x01], // jmp label; jmp label; jmp name
        &[0xe7, 0xc3],                                  // top - data; ret
    ];
    assert_eq!(code, expected.concat(), "{code:02x?}");
    // Over jumps that are shortened because of others: one to a place that was far, one over padding.
    bareasm_alloc::dynasm!(ops
        ; .arch x64
        ; ->top: jmp ->far
        ; jz ->behind
        ; jnz ->top
        ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name
        ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name
        ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name ; jz =>name
        ; =>name:
        ; ->far: ret
        ; .align 16
        ; ->behind: ret
    );
    assert_eq!(ops.code()[..5], [0xe9, 0, 0, 0, 0]);
    let code = ops.take().unwrap().code;
    assert_eq!(code[..6], [0xeb, 58, 0x74, 60, 0x75, 0xfa]);
    assert_eq!((code[6..8].to_vec(), code[60], code.len()), (vec![0x74, 52], 0xc3, 65));
    // Nothing is lost when an operand is refused in such a segment.
    let register = 99u8;
    let label = ops.new_dynamic_label();
    bareasm_alloc::dynasm!(ops ; .arch x64 ; ->top: jz =>(label) ; mov Rq(register), 1 ; jnz ->top ; =>(label): ret);
    let error = ops.take().unwrap_err();
    assert_eq!((error.offset(), error.reason()), (6, Reason::RegisterRange));
}

#[cfg(feature = "decode")]
#[test]
fn listing_of_relaxed_code() {
    let things = [Thing::Branch(4, 0), Thing::Extern(FAR), Thing::Leave(5, FAR), Thing::Bind(0), Thing::Call(0)];
    let (ops, _) = assemble(&things, 1);
    let text = ops.finalize().unwrap().disassembly::<X64>().unwrap().to_string();
    let expected = "\
00000000  74 0c                        je =>(0)
00000002  ff 15 18 00 00 00            call qword ptr [rip + ->address_12345678]
00000008  0f 85 05 00 00 00            jne ->at_13
0000000e                           =>(0):
0000000e  e8 fb ff ff ff               call =>(0)
00000013                           ->at_13:
00000013  ff 25 07 00 00 00            jmp qword ptr [rip + ->address_12345678]
00000019  cc                           int3
0000001a  cc                           int3
0000001b  cc                           int3
0000001c  cc                           int3
0000001d  cc                           int3
0000001e  cc                           int3
0000001f  cc                           int3
00000020                           ->address_12345678:
00000020  78 56 34 12 00 00 00 00      .byte 0x78, 0x56, 0x34, 0x12, 0x00, 0x00, 0x00, 0x00
";
    assert_eq!(text, expected);
}
