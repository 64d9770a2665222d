//! Growable sinks and label tables, the assemblers made of them, and running out of memory.
#![cfg(all(feature = "aarch64", feature = "x64"))]

use bareasm_alloc::{AssemblyOffset, DynasmApi, DynasmLabelApi, GrowBuffer, GrowLabels, SimpleAssembler, VecAssembler};
use bareasm_core::arch::{Aarch64, X64};
use bareasm_core::{AsAssembler, Assembler, DynamicLabel, Error, LabelTable, Name, Reason, Relocation, Sink};

fn jump(asm: &mut impl AsAssembler, label: DynamicLabel) {
    let asm = asm.bareasm_target();
    asm.put(&[0xe9, 0, 0, 0, 0]);
    asm.refer(label, Relocation::X86Rel32, 4);
}

fn displacement(code: &[u8], at: usize) -> i32 {
    i32::from_le_bytes(code[at + 1..at + 5].try_into().unwrap())
}

#[test]
fn growth_keeps_what_was_written() {
    let mut sink = GrowBuffer::new();
    let mut expected = Vec::new();
    for n in 0..5000u32 {
        sink.put(&n.to_le_bytes());
        expected.extend(n.to_le_bytes());
        if n % 97 == 0 {
            let at = sink.mark();
            let room = sink.begin(at, 1000).unwrap();
            assert!(room.iter().all(|byte| *byte == 0), "fresh memory is zero");
            room.fill(n as u8);
            sink.seal(at, 1000);
            expected.extend([n as u8; 1000]);
        }
    }
    assert_eq!(sink.status(), Ok(expected.len()));
    assert_eq!(sink.bytes(), expected);
    assert_eq!(sink.take(), expected);
    assert_eq!((sink.bytes(), sink.status()), (&[][..], Ok(0)));
}

#[test]
fn out_of_memory_is_a_full_buffer() {
    for limit in [0, 1, 4095, 4096, 5000, 10_000] {
        let mut sink = GrowBuffer::new().with_limit(limit);
        for _ in 0..limit / 3 {
            sink.put(&[1, 2, 3]);
        }
        let written = limit / 3 * 3;
        assert_eq!(sink.status(), Ok(written));
        sink.put(&[9; 4]);
        // A smaller piece would fit, but it would leave a hole.
        sink.put(&[1; 0]);
        sink.put(&[1]);
        assert_eq!(sink.status(), Err(Error::at(written as u32 + 5, Reason::BufferFull)));
        assert!(sink.bytes().is_empty());
        assert!(sink.window(0, 1).is_none());
        assert!(sink.take().is_empty());
    }
}

#[test]
fn a_refused_request_is_final() {
    // More than any machine has: the allocator says no, and the buffer stays closed.
    let mut sink = GrowBuffer::new();
    sink.put(&[1; 8]);
    let at = sink.mark();
    assert!(sink.begin(at, usize::MAX - 100).is_none());
    sink.seal(at, usize::MAX - 100);
    sink.put(&[1; 8]);
    assert!(matches!(sink.status(), Err(error) if error.reason() == Reason::BufferFull));
    // After an operand has failed, nothing grows.
    let mut sink = GrowBuffer::new().with_limit(0);
    sink.fail(Error::at(0, Reason::LabelUnbound));
    sink.put(&[1; 8]);
    assert_eq!(sink.status(), Err(Error::at(0, Reason::LabelUnbound)));
}

#[test]
fn vec_assembler() {
    let mut ops = VecAssembler::<X64>::new(0x1000);
    let (a, b) = (ops.new_dynamic_label(), ops.new_dynamic_label());
    assert_eq!(ops.offset(), AssemblyOffset(0));
    jump(&mut ops, b);
    ops.dynamic_label(a);
    ops.push_u64(0x0807_0605_0403_0201);
    jump(&mut ops, a);
    assert_eq!(ops.commit(), Err(Error::at(1, Reason::LabelUnbound)));
    ops.dynamic_label(b);
    assert_eq!(ops.commit(), Ok(()));
    assert_eq!(ops.labels().resolve_dynamic(b), Some(AssemblyOffset(18)));
    // References that were patched by a commit are not patched again.
    jump(&mut ops, b);
    ops.push_u64(0);
    ops.bareasm_target().refer(b, Relocation::Abs64, 8);
    DynasmApi::align(&mut ops, 16, 0x90);
    let code = ops.finalize().unwrap();
    assert_eq!(code.len(), 32);
    assert_eq!([0, 13, 18].map(|at| displacement(&code, at)), [13, -13, -5]);
    assert_eq!(code[23..31], 0x1012u64.to_le_bytes());
    assert_eq!(code[31], 0x90);
}

#[test]
fn taking_and_draining() {
    let mut ops = VecAssembler::<X64>::new_with_capacity(0, 100, 1, 1, 1, 1, 1);
    for round in 0..3 {
        let label = ops.new_dynamic_label();
        assert_eq!(label.get_id(), 0);
        ops.push(round);
        jump(&mut ops, label);
        let failed = ops.take();
        assert_eq!(failed, Err(Error::at(2, Reason::LabelUnbound)), "nothing is lost");
        ops.dynamic_label(label);
        let code = if round == 1 { ops.drain().unwrap().collect() } else { ops.take().unwrap() };
        assert_eq!(code, [round, 0xe9, 0, 0, 0, 0]);
        assert_eq!(ops.offset(), AssemblyOffset(0));
    }
}

#[test]
fn unbound_in_the_middle_then_mended() {
    // Commit resolves the first reference, stops at the second; its addend must not be added twice.
    let mut ops = VecAssembler::<X64>::new(0);
    let (a, b) = (ops.new_dynamic_label(), ops.new_dynamic_label());
    jump(&mut ops, a);
    jump(&mut ops, b);
    jump(&mut ops, a);
    ops.dynamic_label(a);
    for _ in 0..3 {
        assert_eq!(ops.commit(), Err(Error::at(6, Reason::LabelUnbound)));
    }
    ops.dynamic_label(b);
    let code = ops.finalize().unwrap();
    assert_eq!([0, 5, 10].map(|at| displacement(&code, at)), [10, 5, 0]);
}

#[test]
fn failures_are_latched() {
    let mut ops = VecAssembler::<X64>::new(0);
    let label = ops.new_dynamic_label();
    ops.push(1);
    ops.dynamic_label(label);
    ops.dynamic_label(label);
    ops.push(2);
    assert_eq!(ops.status(), Err(Error::at(1, Reason::LabelRebound)));
    assert_eq!(ops.take(), Err(Error::at(1, Reason::LabelRebound)));
    ops.reset();
    ops.push(2);
    assert_eq!(ops.finalize(), Ok(vec![2]));

    let mut ops = SimpleAssembler::new();
    ops.push(1);
    ops.push_i32(-2);
    assert_eq!(ops.offset(), AssemblyOffset(5));
    assert_eq!(ops.finalize(), [1, 0xfe, 0xff, 0xff, 0xff]);
    let mut ops = SimpleAssembler::<Aarch64>::typed();
    ops.load_immediate(true, 32, 0);
    assert!(ops.try_finalize().is_err());
}

#[test]
fn any_architecture() {
    let mut ops = SimpleAssembler::new();
    (ops).bareasm_for::<Aarch64>().load_immediate(false, 1, 2);
    (ops).bareasm_for::<X64>().put(&[0x90]);
    assert_eq!(ops.finalize(), [0x41, 0x00, 0x80, 0x52, 0x90]);
}

#[test]
fn many_names() {
    let mut labels = GrowLabels::new();
    let names: Vec<Name> = (0..3000).map(|n| Name::new(String::leak(format!("label{n}")))).collect();
    let numbers: Vec<u32> = names.iter().map(|name| labels.global(*name).unwrap()).collect();
    for (name, number) in names.iter().zip(&numbers) {
        assert_eq!(labels.global(*name), Ok(*number));
        assert_eq!(labels.resolve_global(*name), None);
        labels.bind(*number, *number * 2).unwrap();
        assert_eq!(labels.resolve_global(*name), Some(AssemblyOffset(*number as usize * 2)));
    }
    // Equal numbers, different texts; and local names of the same text.
    let (a, b) = (Name { id: 5, ..Name::new("a") }, Name { id: 5, ..Name::new("b") });
    assert_ne!(labels.global(a), labels.global(b));
    assert_ne!(labels.local(a, true).unwrap().0, labels.global(a).unwrap());
    assert_eq!(labels.resolve_global(Name::new("nowhere")), None);
    labels.clear();
    assert_eq!(labels.resolve_global(a), None);
    assert_eq!(labels.global(b), Ok(0));
}

#[test]
fn local_names_are_resolved_late() {
    const NAME: Name = Name::new("again");
    let mut ops = VecAssembler::<X64>::new(0);
    for _ in 0..50 {
        let next = ops.local_forward(NAME);
        jump(&mut ops, next); // over the next jump
        let next = ops.local_forward(NAME);
        jump(&mut ops, next);
        ops.local_label("again");
        ops.push(0x90);
        let previous = ops.local_backward(NAME);
        jump(&mut ops, previous);
    }
    let code = ops.finalize().unwrap();
    for n in 0..50 {
        assert_eq!([0, 5, 11].map(|at| displacement(&code, n * 16 + at)), [5, 0, -6]);
    }
    let mut ops = VecAssembler::<X64>::new(0);
    ops.local_backward(NAME);
    assert_eq!(ops.status(), Err(Error::at(0, Reason::LabelUnbound)));
}

/// The next definition of a name has a number, by which it can be bound; then it cannot be defined any more.
#[test]
fn a_definition_that_is_bound_is_not_bound_again() {
    const NAME: Name = Name::new("again");
    let mut ops = VecAssembler::<X64>::new(0);
    let next = ops.local_forward(NAME);
    ops.bind_here(next);
    ops.push(0x90);
    for _ in 0..2 {
        ops.local_label("again");
        assert_eq!(ops.status(), Err(Error::at(1, Reason::LabelRebound)));
    }
}

/// The same random programs on the fixed and the growable table give the same code.
#[test]
fn fixed_and_growable_agree() {
    const NAMES: [Name; 3] = [Name::new("a"), Name::new("b"), Name::new("c")];
    fn program<S: Sink, T: LabelTable>(asm: &mut Assembler<X64, S, T>, seed: u64) {
        let mut state = seed;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let labels = [(); 8].map(|()| asm.new_dynamic_label());
        let mut bound = [false; 8];
        let mut defined = [false; 3];
        for _ in 0..300 {
            let n = random(8) as usize;
            let name = NAMES[n % 3];
            match random(8) {
                0 if !bound[n] => {
                    bound[n] = true;
                    asm.bind_here(labels[n]);
                }
                1 => asm.put(&[0x90]),
                2 => {
                    asm.local_define(name, 0);
                    defined[n % 3] = true;
                }
                3 => {
                    let label = asm.local_forward(name);
                    jump(asm, label);
                }
                4 if defined[n % 3] => {
                    let label = asm.local_backward(name);
                    jump(asm, label);
                }
                5 => {
                    let label = asm.global(name);
                    jump(asm, label);
                }
                _ => jump(asm, labels[n]),
            }
        }
        for n in 0..8 {
            if !bound[n] {
                asm.bind_here(labels[n]);
            }
        }
        for name in NAMES {
            asm.local_define(name, 0);
            let label = asm.global(name);
            asm.bind_here(label);
        }
    }
    for seed in 0..200 {
        let mut memory = [0; 2000];
        let mut labels = bareasm_core::Labels::<17, 300>::new();
        let mut fixed = Assembler::new(&mut memory, &mut labels);
        program(&mut fixed, seed);
        let length = fixed.finish().unwrap();
        let mut growing = VecAssembler::<X64>::new(0);
        program(growing.bareasm_target(), seed);
        assert_eq!(growing.finalize().unwrap(), memory[..length], "seed {seed}");
    }
}

/// Labels and islands that grow, with code beyond the reach of `tbz` and of `b.cond`.
#[cfg(feature = "aarch64")]
#[test]
fn islands_grow() {
    use bareasm_alloc::IslandAssembler;
    use bareasm_core::{aarch64::Aarch64, Relocation};
    let mut asm = IslandAssembler::<Aarch64>::default();
    let far: Vec<_> = (0..3000).map(|_| asm.new_dynamic_label()).collect();
    for label in &far {
        asm.island_before(8);
        asm.put(&0x3600_0000u32.to_le_bytes());
        asm.refer(*label, Relocation::A64Branch14, 4);
        asm.put(&0x5400_0000u32.to_le_bytes());
        asm.refer(*label, Relocation::A64Branch19, 4);
    }
    for n in 0..0x10_0000u32 / 4 {
        asm.island_before(4);
        asm.put(&(n | 1 << 31).to_le_bytes()); // no branch
    }
    for label in &far {
        asm.bind_here(*label);
        asm.put(&0xd503_201fu32.to_le_bytes());
    }
    asm.finish().unwrap();
    let code = asm.code();
    let word = |at: usize| u32::from_le_bytes(code[at..at + 4].try_into().unwrap());
    let mut at = 0;
    for label in &far {
        while !matches!(word(at) >> 24, 0x36 | 0x54) {
            at += 4;
        }
        for bits in [14, 19] {
            let mut to = at + (((word(at) << (27 - bits)) as i32 >> (32 - bits)) * 4) as usize;
            while word(to) >> 26 == 5 {
                to = to.wrapping_add(((word(to) << 6) as i32 >> 6 << 2) as isize as usize);
            }
            assert_eq!(Some(to), asm.label_offset(*label), "from {at:#x}");
            at += 4;
        }
    }
}
