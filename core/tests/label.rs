//! Labels: every failure, the life of fixups, names, and random programs against a model.
#![cfg(feature = "x64")]

use bareasm_core::__private as p;
use bareasm_core::{x64, Error, Labels, Reason, Relocation};

const REL32: Relocation = Relocation::X86Rel32;

/// `jmp =>label`.
fn jump(asm: &mut x64::Assembler<'_>, label: p::DynamicLabel) {
    asm.put(&[0xe9, 0, 0, 0, 0]);
    asm.refer(label, REL32, 4);
}

fn displacement(code: &[u8], at: usize) -> i32 {
    i32::from_le_bytes(code[at + 1..at + 5].try_into().unwrap())
}

#[test]
fn forward_and_backward() {
    let mut code = [0; 64];
    let mut labels = Labels::<2, 3>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    let (a, b) = (asm.new_dynamic_label(), asm.new_dynamic_label());
    asm.bind_here(a);
    jump(&mut asm, b); // 0
    jump(&mut asm, a); // 5
    jump(&mut asm, b); // 10
    assert_eq!((asm.label_offset(a), asm.label_offset(b)), (Some(0), None));
    asm.bind(b, 5); // after the next jump
    jump(&mut asm, b); // 15
    assert_eq!(asm.label_offset(b), Some(20));
    assert_eq!(asm.finish(), Ok(20));
    assert_eq!([0, 5, 10, 15].map(|at| displacement(&code, at)), [15, -10, 5, 0]);
}

#[test]
fn slots_are_freed_when_a_label_is_bound() {
    let mut code = [0; 512];
    let mut labels = Labels::<30, 2>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    for _ in 0..30 {
        let label = asm.new_dynamic_label();
        jump(&mut asm, label);
        jump(&mut asm, label);
        asm.bind_here(label);
    }
    assert_eq!(asm.finish(), Ok(300));
    for n in 0..30 {
        assert_eq!((displacement(&code, n * 10), displacement(&code, n * 10 + 5)), (5, 0));
    }
}

#[test]
fn addends_are_what_the_field_holds() {
    let mut code = [0; 64];
    let mut labels = Labels::<2, 3>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    let (a, b) = (asm.new_dynamic_label(), asm.new_dynamic_label());
    asm.bind_here(a);
    asm.put(&[0xe9, 0xfe, 0xff, 0xff, 0xff]);
    asm.refer(a, REL32, 4);
    asm.put(&[0xe9, 3, 0, 0, 0]);
    asm.refer(b, REL32, 4);
    asm.put(&[0xe9, 1, 0, 0, 0]);
    asm.add_addend(REL32, 4, -9);
    asm.refer(b, REL32, 4);
    asm.bind_here(b);
    assert_eq!(asm.finish(), Ok(15));
    assert_eq!([0, 5, 10].map(|at| displacement(&code, at)), [-7, 8, -8]);
}

#[test]
fn failures() {
    type Asm<'a> = x64::Assembler<'a>;
    let run = |program: &dyn Fn(&mut Asm<'_>)| {
        let mut code = [0; 512];
        let mut labels = Labels::<2, 3>::new();
        let mut asm = x64::Assembler::new(&mut code, &mut labels);
        program(&mut asm);
        let result = asm.finish();
        assert_eq!(result, asm.finish(), "finishing again says the same");
        result
    };
    let fails = |at, reason| Err(Error::at(at, reason));
    assert_eq!(
        run(&|asm| {
            asm.new_dynamic_label();
            asm.new_dynamic_label();
        }),
        Ok(0)
    );
    // A full label table; the label that could not be made cannot be used, but the first failure stays.
    assert_eq!(
        run(&|asm| {
            asm.put(&[0; 7]);
            let labels = [(); 3].map(|()| asm.new_dynamic_label());
            asm.bind_here(labels[2]);
            jump(asm, labels[2]);
        }),
        fails(7, Reason::LabelsFull)
    );
    assert_eq!(
        run(&|asm| {
            let label = asm.new_dynamic_label();
            for _ in 0..4 {
                jump(asm, label);
            }
        }),
        fails(16, Reason::FixupsFull)
    );
    assert_eq!(
        run(&|asm| {
            let (a, b) = (asm.new_dynamic_label(), asm.new_dynamic_label());
            jump(asm, a);
            jump(asm, b);
            asm.bind_here(a);
        }),
        fails(6, Reason::LabelUnbound)
    );
    assert_eq!(
        run(&|asm| {
            let label = asm.new_dynamic_label();
            asm.bind_here(label);
            asm.put(&[0; 3]);
            asm.bind_here(label);
        }),
        fails(3, Reason::LabelRebound)
    );
    let stranger = {
        let mut labels = Labels::<9, 0>::new();
        let mut other = x64::Assembler::new(&mut [], &mut labels);
        [(); 9].map(|()| other.new_dynamic_label())[8]
    };
    assert_eq!(run(&|asm| jump(asm, stranger)), fails(1, Reason::LabelUnknown));
    assert_eq!(run(&|asm| asm.bind(stranger, 2)), fails(2, Reason::LabelUnknown));
    // Out of reach, backward and forward.
    for (distance, fits) in [(126, true), (127, false)] {
        let backward = run(&|asm| {
            let label = asm.new_dynamic_label();
            asm.bind_here(label);
            asm.extend(core::iter::repeat_n(0, distance));
            asm.put(&[0xeb, 0]);
            asm.refer(label, Relocation::X86Rel8, 1);
        });
        assert_eq!(backward, if fits { Ok(distance + 2) } else { fails(distance as u32 + 1, Reason::TargetRange) });
        let forward = run(&|asm| {
            let label = asm.new_dynamic_label();
            asm.put(&[0xeb, 0]);
            asm.refer(label, Relocation::X86Rel8, 1);
            asm.extend(core::iter::repeat_n(0, distance + 1));
            asm.bind_here(label);
        });
        assert_eq!(forward, if fits { Ok(distance + 3) } else { fails(1, Reason::TargetRange) });
    }
    // Not at a multiple of four.
    assert_eq!(
        run(&|asm| {
            let label = asm.new_dynamic_label();
            asm.put(&[0; 4]);
            asm.refer(label, Relocation::A64Branch26, 4);
            asm.put(&[0; 1]);
            asm.bind_here(label);
        }),
        fails(0, Reason::TargetAlignment)
    );
}

#[test]
fn unbound_can_be_mended() {
    let mut code = [0; 16];
    let mut labels = Labels::<1, 1>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    let label = asm.new_dynamic_label();
    jump(&mut asm, label);
    assert_eq!(asm.finish(), Err(Error::at(1, Reason::LabelUnbound)));
    asm.bind_here(label);
    assert_eq!(asm.finish(), Ok(5));
}

#[test]
fn dry_run_counts_and_does_not_look_at_bytes() {
    // Old contents must not be taken for addends, which would be out of reach.
    let program = |asm: &mut x64::Assembler<'_>| {
        let (a, b) = (asm.new_dynamic_label(), asm.new_dynamic_label());
        asm.bind_here(a);
        for _ in 0..3 {
            asm.put(&[0xeb, 0]);
            asm.refer(a, Relocation::X86Rel8, 1);
            asm.put(&[0xeb, 0]);
            asm.refer(b, Relocation::X86Rel8, 1);
        }
        asm.bind_here(b);
    };
    for room in 0..=12 {
        let mut code = [0x7f; 12];
        let mut labels = Labels::<2, 3>::new();
        let mut asm = x64::Assembler::new(&mut code[..room], &mut labels);
        program(&mut asm);
        assert_eq!(asm.finish(), if room < 12 { Err(Error::at(12, Reason::BufferFull)) } else { Ok(12) });
        assert!(code[room..].iter().all(|byte| *byte == 0x7f));
    }
}

#[test]
fn global_names() {
    let mut code = [0; 64];
    let mut labels = Labels::<3, 3>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    let exit = asm.global(p::name(&"exit"));
    jump(&mut asm, exit);
    let entry = asm.global(p::name(&"entry"));
    asm.bind(entry, 0);
    let text = String::from("exit"); // the same name at another address
    let again = asm.global(p::Name::new(String::leak(text)));
    assert_eq!(again, exit);
    jump(&mut asm, entry);
    asm.bind(again, 0);
    assert_eq!(asm.finish(), Ok(10));
    // A local name of the same text is something else, and takes no label.
    asm.local_forward(p::Name::new("exit"));
    assert_eq!(asm.new_dynamic_label().get_id(), 2);
    assert_eq!(asm.status(), Ok(()));
    asm.local_forward(p::name(&"fourth"));
    assert_eq!(asm.status(), Ok(()), "there is room elsewhere for a few constants");
    asm.local_forward(p::Name::new("fifth"));
    assert_eq!(asm.status(), Err(Error::at(10, Reason::LabelsFull)));
    assert_eq!(displacement(&code, 0), 5);
    assert_eq!(displacement(&code, 5), -5);
}

#[test]
fn names_with_equal_numbers_differ() {
    let (a, b) = (p::Name { id: 7, ..p::name(&"a") }, p::Name { id: 7, ..p::name(&"b") });
    assert_ne!(a, b);
    let mut labels = Labels::<3, 3>::new();
    let mut asm = x64::Assembler::new(&mut [], &mut labels);
    assert_ne!(asm.global(a), asm.global(b));
    assert_eq!(asm.global(p::name(&"")).get_id(), 2);
}

#[test]
fn local_names_are_defined_again_and_again() {
    const NAME: p::Name = p::name(&"again");
    let mut code = [0; 128];
    let mut labels = Labels::<2, 2>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    for _ in 0..4 {
        let next = asm.local_forward(NAME);
        jump(&mut asm, next); // over the next jump
        let next = asm.local_forward(NAME);
        jump(&mut asm, next); // to the next byte
        asm.local_define(NAME, 0);
        asm.put(&[0x90]);
        let previous = asm.local_backward(NAME);
        jump(&mut asm, previous); // to the no-op
    }
    assert_eq!(asm.finish(), Ok(64));
    for n in 0..4 {
        assert_eq!([0, 5, 11].map(|at| displacement(&code, n * 16 + at)), [5, 0, -6]);
    }
    // No definition yet; and none that follows.
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    asm.put(&[0; 3]);
    let label = asm.local_backward(NAME);
    jump(&mut asm, label);
    assert_eq!(asm.finish(), Err(Error::at(3, Reason::LabelUnbound)));
    asm.reset();
    let label = asm.local_forward(NAME);
    jump(&mut asm, label);
    assert_eq!(asm.finish(), Err(Error::at(1, Reason::LabelUnbound)));
}

#[test]
fn local_names_that_are_looked_for_at_one_place() {
    let constants = [p::name(&"a"), p::name(&"b"), p::name(&"c")].map(|name| p::Name { id: 3, ..name });
    let mut code = [0; 64];
    let mut labels = Labels::<2, 4>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    for (name, text) in constants.into_iter().zip(["a", "b", "c"]) {
        // With the constant and without it is the same name.
        for name in [name, p::Name { id: 3, ..p::Name::new(String::leak(text.into())) }] {
            let next = asm.local_forward(name);
            jump(&mut asm, next);
        }
    }
    for name in constants {
        asm.local_define(name, 0);
        asm.put(&[0x90]);
    }
    assert_eq!(asm.finish(), Ok(33));
    let previous = constants.map(|name| asm.local_backward(name));
    for label in previous {
        jump(&mut asm, label);
    }
    assert_eq!(asm.finish(), Ok(48));
    assert_eq!([0, 5, 10, 15, 20, 25].map(|at| displacement(&code, at)), [25, 20, 16, 11, 7, 2]);
    assert_eq!([33, 38, 43].map(|at| displacement(&code, at)), [-8, -12, -16]);
}

#[test]
fn labels_of_local_names_of_another_assembler_are_unknown() {
    let mut labels = [Labels::<2, 2>::new(), Labels::<2, 2>::new()];
    let [one, other] = &mut labels;
    let mut one = x64::Assembler::new(&mut [], one);
    let constant = one.local_forward(p::name(&"a"));
    let text = one.local_forward(p::Name::new("b"));
    for label in [constant, text] {
        let mut code = [0; 8];
        let mut asm = x64::Assembler::new(&mut code, other);
        assert_eq!(asm.label_offset(label), None);
        jump(&mut asm, label);
        assert_eq!(asm.status(), Err(Error::at(1, Reason::LabelUnknown)));
    }
}

#[test]
fn the_first_unbound_reference_is_reported() {
    let mut code = [0; 64];
    let mut labels = Labels::<2, 4>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    let (early, late) = (asm.new_dynamic_label(), p::name(&"late"));
    for _ in 0..3 {
        let next = asm.local_forward(late);
        jump(&mut asm, next);
    }
    jump(&mut asm, early);
    for at in [1, 1] {
        assert_eq!(asm.finish(), Err(Error::at(at, Reason::LabelUnbound)));
    }
    asm.local_define(late, 0);
    assert_eq!(asm.finish(), Err(Error::at(16, Reason::LabelUnbound)));
    asm.bind_here(early);
    assert_eq!(asm.finish(), Ok(20));
    assert_eq!([0, 5, 10, 15].map(|at| displacement(&code, at)), [15, 10, 5, 0]);
}

#[test]
fn a_table_can_be_static_and_used_again() {
    let mut code = [0; 16];
    let mut labels = const { Labels::<1, 1>::new() };
    for _ in 0..3 {
        let mut asm = x64::Assembler::new(&mut code, &mut labels);
        let label = asm.new_dynamic_label();
        jump(&mut asm, label); // never bound: the table is not clean afterwards
        assert!(asm.finish().is_err());
        asm.reset();
        let label = asm.new_dynamic_label();
        jump(&mut asm, label);
        asm.bind_here(label);
        assert_eq!(asm.finish(), Ok(5));
    }
}

#[test]
fn many_labels_at_once() {
    let mut code = [0; 64];
    let mut labels = Labels::<8, 4>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    let blocks = asm.new_dynamic_labels(6);
    assert_eq!((blocks.len(), blocks.iter().len(), blocks.is_empty()), (6, 6, false));
    assert!(blocks.iter().enumerate().all(|(n, label)| blocks.get(n) == Some(label) && blocks.at(n).get_id() == n));
    jump(&mut asm, blocks.at(5));
    asm.bind_here(blocks.at(5));
    assert_eq!(asm.finish(), Ok(5));
    assert!(asm.new_dynamic_labels(0).is_empty());
    // More than there is room for: none is made.
    assert!(asm.new_dynamic_labels(3).is_empty());
    assert_eq!(asm.status(), Err(Error::at(5, Reason::LabelsFull)));
    asm.reset();
    assert_eq!(asm.new_dynamic_labels(8).len(), 8);
    assert_eq!(asm.status(), Ok(()));
    assert_eq!(blocks.get(6), None);
    asm.bind_here(blocks.at(6));
    assert_eq!(asm.finish(), Err(Error::at(0, Reason::LabelUnknown)));
}

/// A jump as `dynasm!` makes it: listed while there is room in both buffer and table, and else afterwards.
fn jump_at_once(asm: &mut x64::Assembler<'_>, label: p::DynamicLabel) -> bool {
    const KIND: u8 = REL32 as u8;
    let at = asm.mark();
    let mut done = 0;
    match asm.claim::<5>(at) {
        Some((room, table)) => {
            done = usize::from(p::try_refer::<KIND, _>(table, label, at, 1));
            *room = [0xe9, 0, 0, 0, 0];
            asm.seal_near(at, 5);
        }
        None => asm.seal(at, 5),
    }
    asm.label_steps(done, &[(label, KIND, 4)]);
    done == 1
}

/// A list of references that is full is gone through, and what comes then has to wait until nothing is open any more.
#[test]
fn a_full_list_is_gone_through() {
    let mut code = [0; 64];
    let mut labels = Labels::<2, 2>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    let (a, b) = (asm.new_dynamic_label(), asm.new_dynamic_label());
    assert!(jump_at_once(&mut asm, a)); // 0
    asm.bind(a, 10);
    assert!(jump_at_once(&mut asm, a)); // 5
    assert!(!jump_at_once(&mut asm, b)); // 10: room is made of the first
    asm.bind_here(b);
    assert_eq!(asm.finish(), Ok(15));
    assert_eq!([0, 5, 10].map(|at| displacement(asm.code(), at)), [10, 5, 0]);
    // The same in a table that is used again, where the failure is that of the label that nobody binds.
    asm.reset();
    let (a, b) = (asm.new_dynamic_label(), asm.new_dynamic_label());
    assert!(jump_at_once(&mut asm, a) && jump_at_once(&mut asm, b) && !jump_at_once(&mut asm, a));
    assert_eq!(asm.status(), Err(Error::at(11, Reason::FixupsFull)));
}

#[test]
fn what_the_table_refuses_at_once_fails_afterwards() {
    let mut code = [0; 8];
    let mut labels = Labels::<2, 2>::new();
    let mut asm = x64::Assembler::new(&mut code, &mut labels);
    let label = asm.new_dynamic_labels(3).at(0); // there is no such label
    asm.reset();
    assert!(!jump_at_once(&mut asm, label));
    assert_eq!(asm.status(), Err(Error::at(1, Reason::LabelUnknown)));
    asm.reset();
    let label = asm.new_dynamic_label();
    let at = asm.mark();
    let (_, table) = asm.claim::<4>(at).expect("there is room");
    assert!(p::try_bind(table, label, at, 1) && !p::try_bind(table, label, at, 1));
    asm.seal_near(at, 4);
    asm.label_steps(1, &[3, 2].map(|back| (label, p::BIND, back)));
    assert_eq!((asm.status(), asm.label_offset(label)), (Err(Error::at(2, Reason::LabelRebound)), Some(1)));
    // No room: the code is counted, and its labels are bound.
    asm.reset();
    let label = asm.new_dynamic_label();
    asm.put(&[0; 6]);
    assert!(!jump_at_once(&mut asm, label));
    asm.bind_here(label);
    assert_eq!((asm.finish(), asm.label_offset(label)), (Err(Error::at(11, Reason::BufferFull)), Some(11)));
}

/// Random programs of 32 labels: jumps and bindings in any order, against a list of what must come out.
#[test]
fn random_programs() {
    const LABELS: usize = 32;
    let mut random = fastrand::Rng::with_seed(0x2545_f491_4f6c_dd1d);
    for round in 0..400 {
        let mut code = [0; 4096];
        let mut labels = Labels::<LABELS, 24>::new();
        let mut asm = x64::Assembler::new(&mut code, &mut labels);
        let handles = [(); LABELS].map(|()| asm.new_dynamic_label());
        let mut bound = [None; LABELS];
        let mut jumps = [(0usize, 0usize, 0i32); 600];
        let mut waiting = 0;
        let mut count = 0;
        for _ in 0..random.usize(..600) {
            let label = random.usize(..LABELS);
            match random.usize(..6) {
                0 if bound[label].is_none() => {
                    asm.bind(handles[label], 0);
                    bound[label] = Some(asm.offset());
                    waiting -= jumps[..count].iter().filter(|(_, to, _)| *to == label).count();
                }
                1 => asm.put(&[0x90]),
                _ => {
                    if bound[label].is_none() {
                        if waiting == 24 {
                            continue;
                        }
                        waiting += 1;
                    }
                    // With an addend, or at once.
                    let addend = i32::from(random.bool()) * random.i32(-50..50);
                    jumps[count] = (asm.offset(), label, addend);
                    count += 1;
                    if addend == 0 {
                        jump_at_once(&mut asm, handles[label]);
                    } else {
                        let [a, b, c, d] = addend.to_le_bytes();
                        asm.put(&[0xe9, a, b, c, d]);
                        asm.refer(handles[label], REL32, 4);
                    }
                }
            }
        }
        for label in 0..LABELS {
            if bound[label].is_none() {
                asm.bind_here(handles[label]);
                bound[label] = Some(asm.offset());
            }
        }
        let length = asm.finish().unwrap();
        for (at, label, addend) in &jumps[..count] {
            let expected = bound[*label].unwrap() as i32 - (*at as i32 + 5) + addend;
            assert_eq!(displacement(&code[..length], *at), expected, "round {round}");
        }
    }
}
