//! Islands: every branch gets to its target, at the limits and in random programs.
#![cfg(all(feature = "aarch64", feature = "thumb"))]

use bareasm_core::__private as p;
use bareasm_core::island::Islands;
use bareasm_core::{aarch64, thumb, Error, Labels, Reason, Relocation};
use fastrand::Rng;
use p::DynamicLabel;

type Asm<'a> = aarch64::IslandAssembler<'a>;

/// A branch of each kind that is watched: its instruction, relocation, and reach.
const BRANCHES: [(u32, Relocation, u32); 6] = [
    (0x7400_0000, Relocation::A64Branch9, 1 << 10),  // cbgt w0, w0
    (0x3600_0000, Relocation::A64Branch14, 1 << 15), // tbz
    (0x5400_0000, Relocation::A64Branch19, 1 << 20), // b.eq
    (0xb400_0000, Relocation::A64Branch19, 1 << 20), // cbz
    (0x1400_0000, Relocation::A64Branch26, 1 << 27), // b
    (0x9400_0000, Relocation::A64Branch26, 1 << 27), // bl
];

const NOP: [u8; 4] = 0xd503_201fu32.to_le_bytes();

/// Code that is not looked at: the memory is zero there.
fn skip(asm: &mut Asm<'_>, n: usize) {
    let at = asm.mark();
    asm.seal(at, n);
}

fn branch(asm: &mut Asm<'_>, kind: usize, label: DynamicLabel) -> usize {
    let at = asm.offset();
    asm.put(&BRANCHES[kind].0.to_le_bytes());
    asm.refer(label, BRANCHES[kind].1, 4);
    at
}

fn word(code: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(code[at..at + 4].try_into().unwrap())
}

/// Where the branch or veneer at `at` goes, through further veneers; an address where one is left.
fn target(code: &[u8], at: usize) -> Result<usize, u64> {
    let first = word(code, at);
    let kind = BRANCHES.iter().find(|(template, relocation, _)| {
        let field = &relocation.shape().field;
        let mut bits = [0; 4];
        field.patch(bareasm_core::isa::field::ones(field.width), &mut bits);
        first & !u32::from_le_bytes(bits) == *template
    });
    let (_, relocation, _) = kind.unwrap_or_else(|| panic!("{first:#x} at {at:#x} is no branch"));
    let mut unit = first.to_le_bytes();
    let to = at.wrapping_add(relocation.take_addend(&mut unit) as usize);
    through(code, to)
}

/// Where control gets that arrives at `at`.
fn through(code: &[u8], at: usize) -> Result<usize, u64> {
    match word(code, at) {
        word if word >> 26 == 5 => target(code, at), // b
        0x9800_0090 => {
            assert_eq!([word(code, at + 4), word(code, at + 8), word(code, at + 12)], [0x1000_0071, 0x8b11_0210, 0xd61f_0200]);
            Ok((at + 16).wrapping_add(word(code, at + 16) as i32 as usize))
        }
        0x5800_0050 => {
            assert_eq!(word(code, at + 4), 0xd61f_0200);
            Err(u64::from_le_bytes(code[at + 8..at + 16].try_into().unwrap()))
        }
        _ => Ok(at),
    }
}

/// For every kind and distance around its limit: a branch forward, one instruction at a time before the limit.
#[test]
fn forward_at_the_limits() {
    for (kind, (_, _, reach)) in BRANCHES.into_iter().enumerate() {
        let reach = reach as usize;
        for near in (0..64).step_by(4) {
            for run in [4, 8, 32] {
                let mut code = vec![0; reach + 4096];
                let (mut labels, mut islands) = (Labels::<1, 1>::new(), Islands::<1, 0, 0>::new());
                let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
                let label = asm.new_dynamic_label();
                let at = branch(&mut asm, kind, label);
                skip(&mut asm, reach - 4 - 128);
                while asm.offset() + run <= reach + near {
                    asm.island_before(run);
                    for _ in 0..run / 4 {
                        asm.put(&NOP);
                    }
                }
                asm.bind_here(label);
                let bound = asm.label_offset(label).unwrap();
                asm.put(&NOP);
                asm.finish().unwrap_or_else(|error| panic!("{kind} {near} {run}: {error}"));
                assert_eq!(target(&code, at), Ok(bound), "{kind} {near} {run}");
                check_around(&code[..bound + 4], at, bound);
            }
        }
    }
}

/// Control that comes from above runs over the island: from every no-op, the next is reached.
fn check_around(code: &[u8], first: usize, last: usize) {
    let mut at = last - 4;
    while at > first + 4 && word(code, at) != 0 {
        if word(code, at) >> 26 == 5 && word(code, at - 4) == u32::from_le_bytes(NOP) {
            let around = at.wrapping_add(word(code, at).wrapping_shl(6) as i32 as usize >> 4);
            assert!(around > at && around <= last, "{at:#x} {around:#x}");
            assert_eq!(word(code, around), u32::from_le_bytes(NOP));
        }
        at -= 4;
    }
}

#[test]
fn no_island_without_need() {
    let mut code = vec![0; 1 << 21];
    let (mut labels, mut islands) = (Labels::<200, 1>::new(), Islands::<2, 0, 0>::new());
    let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
    for _ in 0..200 {
        let label = asm.new_dynamic_label();
        asm.island_before(8192);
        branch(&mut asm, 2, label);
        skip(&mut asm, 8188);
        asm.bind_here(label);
    }
    asm.put(&NOP);
    assert_eq!(asm.finish(), Ok(200 * 8192 + 4));
}

#[test]
fn backward_and_addresses() {
    let size = (1 << 27) + 65536;
    let mut code = vec![0; size];
    let (mut labels, mut islands) = (Labels::<4, 4>::new(), Islands::<16, 0, 0>::new());
    let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands).with_base(0x10_0000_0000);
    let start = asm.new_dynamic_label();
    asm.bind_here(start);
    asm.put(&NOP);
    skip(&mut asm, (1 << 27) + 8);
    let sites: Vec<usize> = (0..6).map(|kind| branch(&mut asm, kind, start)).collect();
    let near = asm.offset();
    asm.put(&0x9400_0000u32.to_le_bytes());
    asm.refer_address(0x10_0000_0000 + 4096 * 4, Relocation::A64Branch26, 4);
    let far: Vec<usize> = [0xffff_8000_0000_1234u64, 0x1000, 0x20_0000_0000]
        .map(|address| {
            let at = asm.offset();
            asm.put(&0x9400_0000u32.to_le_bytes());
            asm.refer_address(address, Relocation::A64Branch26, 4);
            at
        })
        .into();
    let conditional = asm.offset();
    asm.put(&0x5400_0000u32.to_le_bytes());
    asm.refer_address(0x7fff_0000_0000, Relocation::A64Branch19, 4);
    assert_eq!(asm.finish().map_err(Error::reason), Err(Reason::TargetRange), "nothing is forgotten");
    asm.island_here();
    asm.finish().unwrap();
    for at in sites {
        assert_eq!(target(&code, at), Ok(0), "{at:#x}");
    }
    assert_eq!(target(&code, near), Ok(4096 * 4));
    for (at, address) in far.into_iter().zip([0xffff_8000_0000_1234u64, 0x1000, 0x20_0000_0000]) {
        assert_eq!(target(&code, at), Err(address));
    }
    assert_eq!(target(&code, conditional), Err(0x7fff_0000_0000));
}

#[test]
fn calls_without_a_base() {
    let mut code = [0; 64];
    let (mut labels, mut islands) = (Labels::<1, 1>::new(), Islands::<4, 0, 0>::new());
    let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
    for _ in 0..2 {
        asm.put(&0x9400_0000u32.to_le_bytes());
        asm.refer_address(0x1234_5678, Relocation::A64Branch26, 4);
    }
    asm.island_here();
    assert_eq!(asm.finish(), Ok(24), "one veneer for both");
    assert_eq!((target(&code, 0), target(&code, 4)), (Err(0x1234_5678), Err(0x1234_5678)));
}

#[test]
fn addends_go_along() {
    let mut code = vec![0; 1 << 20];
    let (mut labels, mut islands) = (Labels::<2, 4>::new(), Islands::<4, 0, 0>::new());
    let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
    let label = asm.new_dynamic_label();
    for addend in [0, 8, -8, 0] {
        asm.put(&0x3600_0000u32.to_le_bytes());
        asm.add_addend(Relocation::A64Branch14, 4, addend);
        asm.refer(label, Relocation::A64Branch14, 4);
    }
    skip(&mut asm, 32000);
    asm.island_before(4000);
    skip(&mut asm, 4000);
    asm.bind_here(label);
    let bound = asm.label_offset(label).unwrap();
    skip(&mut asm, 64);
    asm.finish().unwrap();
    assert_eq!([0, 4, 8, 12].map(|at| target(&code, at)), [bound, bound + 8, bound - 8, bound].map(Ok));
}

#[test]
fn literals() {
    let mut code = vec![0; 3 << 20];
    let (mut labels, mut islands) = (Labels::<8, 8>::new(), Islands::<8, 3, 32>::new());
    let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
    let load = |asm: &mut Asm<'_>, label| {
        let at = asm.offset();
        asm.put(&0x5800_0000u32.to_le_bytes());
        asm.refer(label, Relocation::A64Branch19, 4);
        at
    };
    let (a, b) = (asm.literal_u64(u64::MAX), asm.literal_u32(7));
    assert_eq!(asm.literal_u64(u64::MAX), a);
    let sites = [load(&mut asm, a), load(&mut asm, b)];
    for _ in 0..1000 {
        asm.island_before(2048);
        skip(&mut asm, 2048);
    }
    // The island has emptied the memory.
    let c = asm.literal(&[1; 32], 16);
    let last = load(&mut asm, c);
    asm.put(&NOP);
    asm.island_here();
    asm.finish().unwrap();
    let loaded = |at: usize| at + (word(&code, at) << 8 >> 13) as usize * 4;
    assert_eq!(code[loaded(sites[0])..][..8], [0xff; 8]);
    assert_eq!((loaded(sites[0]) % 8, word(&code, loaded(sites[1]))), (0, 7));
    assert!(loaded(sites[1]) < 1 << 20);
    assert_eq!((loaded(last) % 16, &code[loaded(last)..][..32]), (0, &[1; 32][..]));
}

#[test]
fn failures() {
    let run = |program: &dyn Fn(&mut Asm<'_>)| {
        let mut code = vec![0; 1 << 16];
        let (mut labels, mut islands) = (Labels::<4, 8>::new(), Islands::<2, 2, 16>::new());
        let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
        program(&mut asm);
        asm.finish().map_err(|error| (error.reason(), error.offset()))
    };
    let full = |asm: &mut Asm<'_>| {
        let label = asm.new_dynamic_label();
        for _ in 0..3 {
            branch(asm, 1, label);
        }
        asm.bind_here(label);
    };
    assert_eq!(run(&full), Err((Reason::FixupsFull, 8)), "two references can wait");
    let bound = |asm: &mut Asm<'_>| {
        for _ in 0..3 {
            let label = asm.new_dynamic_label();
            branch(asm, 1, label);
            asm.bind_here(label);
        }
    };
    assert_eq!(run(&bound), Ok(12), "bound ones make room");
    let unbound = |asm: &mut Asm<'_>| {
        let label = asm.new_dynamic_label();
        branch(asm, 1, label);
        asm.island_here();
    };
    assert_eq!(run(&unbound), Err((Reason::LabelUnbound, 0)));
    let late = |asm: &mut Asm<'_>| {
        let label = asm.new_dynamic_label();
        branch(asm, 1, label);
        skip(asm, 40000);
        asm.bind_here(label);
    };
    assert_eq!(run(&late), Err((Reason::TargetRange, 0)), "nobody asked for an island");
    let literals = |asm: &mut Asm<'_>| {
        for n in 0..3 {
            asm.literal_u64(n);
        }
    };
    assert_eq!(run(&literals), Err((Reason::LabelsFull, 0)));
    assert_eq!(run(&|asm| _ = asm.literal(&[0; 17], 1)), Err((Reason::LabelsFull, 0)));
    assert_eq!(run(&|asm| _ = asm.literal(&[0; 1], 8192)), Err((Reason::LabelsFull, 0)));
    let short = {
        let mut code = [0; 8];
        let (mut labels, mut islands) = (Labels::<4, 8>::new(), Islands::<4, 0, 0>::new());
        let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
        let label = asm.new_dynamic_label();
        branch(&mut asm, 1, label);
        skip(&mut asm, 32000);
        asm.island_before(4000);
        skip(&mut asm, 4000);
        asm.bind_here(label);
        asm.put(&NOP);
        asm.finish().map_err(|error| (error.reason(), error.offset()))
    };
    assert_eq!(short, Err((Reason::BufferFull, 4 + 32000 + 8 + 4000 + 4)), "a dry run counts islands");
}

/// Programs of blocks with branches of all kinds, forward and backward, near and far.
#[test]
fn random_programs() {
    let mut random = Rng::with_seed(0x15_1a_4d);
    let mut islands_made = 0;
    for round in 0..60 {
        let mut code = vec![0; 48 << 20];
        let (mut labels, mut islands) = (Box::new(Labels::<400, 4000>::new()), Box::new(Islands::<2000, 64, 512>::new()));
        let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
        let labels: Vec<DynamicLabel> = (0..200).map(|_| asm.new_dynamic_label()).collect();
        let mut sites = Vec::new();
        let mut loads = Vec::new();
        let most = [2_000, 8_000, 40_000, 200_000][round % 4];
        let mut blocks = 0;
        for block in 0..200 {
            asm.bind_here(labels[block]);
            asm.put(&NOP);
            for _ in 0..random.usize(..6) {
                // Short kinds are for runs that fit them.
                let kind = 1 + random.usize(..5);
                let to = if random.usize(..3) == 0 { random.usize(..200) } else { (block + random.usize(..16)).min(199) };
                asm.island_before(8);
                sites.push((branch(&mut asm, kind, labels[to]), labels[to]));
                asm.put(&NOP);
            }
            if random.usize(..4) == 0 {
                asm.island_before(8);
                let value = random.usize(..64) as u64;
                let label = asm.literal_u64(value);
                let at = asm.offset();
                asm.put(&0x5800_0000u32.to_le_bytes());
                asm.refer(label, Relocation::A64Branch19, 4);
                asm.put(&NOP);
                loads.push((at, value));
            }
            let mut size = random.usize(..most) & !3;
            blocks += size;
            while size > 0 {
                let run = size.min(2048);
                let before = asm.offset();
                if random.usize(..2) == 0 {
                    asm.island_before(run);
                } else {
                    asm.island_between(run);
                }
                islands_made += usize::from(asm.offset() > before);
                skip(&mut asm, run);
                size -= run;
            }
        }
        asm.island_here();
        let offsets: Vec<_> = sites.iter().map(|(at, label)| (*at, asm.label_offset(*label).unwrap())).collect();
        asm.finish().unwrap_or_else(|error| panic!("round {round}, {blocks} bytes: {error}"));
        for (at, offset) in offsets {
            assert_eq!(target(&code, at), Ok(offset), "round {round}, branch at {at:#x}");
        }
        for (at, value) in loads {
            let from = at + ((word(&code, at) << 8) as i32 >> 13) as usize * 4;
            assert_eq!(code[from..from + 8], value.to_le_bytes(), "round {round}, load at {at:#x}");
        }
    }
    assert!(islands_made > 100, "{islands_made}");
}

/// The veneers of T32, from branches of every kind.
#[test]
fn thumb_veneers() {
    let mut code = vec![0; (1 << 24) + 65536];
    let (mut labels, mut islands) = (Labels::<4, 16>::new(), Islands::<16, 2, 16>::new());
    let mut asm = thumb::IslandAssembler::with_islands(&mut code, &mut labels, &mut islands);
    let far = asm.new_dynamic_label();
    let kinds: [(&[u8], Relocation); 5] = [
        (&[0x00, 0xb1], Relocation::T32CompareBranch),
        (&[0x00, 0xd0], Relocation::T32Branch8),
        (&[0x00, 0xe0], Relocation::T32Branch11),
        (&[0x00, 0xf0, 0x00, 0x80], Relocation::T32Branch20),
        (&[0x00, 0xf0, 0x00, 0xf8], Relocation::T32Branch24),
    ];
    let mut sites = Vec::new();
    for (template, relocation) in kinds {
        asm.island_before(16);
        sites.push((asm.offset(), relocation));
        asm.put_slice(template);
        asm.refer(far, relocation, template.len() as u32);
    }
    for _ in 0..((1 << 24) + 32768) / 32 {
        asm.island_before(32);
        let at = asm.mark();
        asm.seal(at, 32);
    }
    asm.bind_here(far);
    asm.put(&[0x00, 0xbf]);
    let bound = asm.label_offset(far).unwrap();
    asm.island_here();
    asm.finish().unwrap();
    for (site, relocation) in sites {
        let mut at = site;
        let mut relocation = relocation;
        loop {
            let size = usize::from(relocation.shape().size);
            let mut unit = code[at..at + size].to_vec();
            at = (at + 4).wrapping_add(relocation.take_addend(&mut unit) as usize);
            if at == bound {
                break;
            }
            relocation = Relocation::T32Branch24;
            if code[at..at + 2] == [0xdf, 0xf8] {
                assert_eq!(at % 4, 0);
                assert_eq!(code[at + 2..at + 8], [0x04, 0xc0, 0xfc, 0x44, 0x60, 0x47]);
                // `add r12, pc` reads the address of the distance.
                let distance = i32::from_le_bytes(code[at + 8..at + 12].try_into().unwrap());
                assert_eq!(distance & 1, 1);
                assert_eq!((at + 8).wrapping_add(distance as usize), bound + 1);
                break;
            }
        }
    }
}

/// What no veneer carries on fails as it does without islands: nothing is dropped.
#[test]
fn loads_out_of_reach() {
    const LOAD: [u8; 4] = 0x5800_0000u32.to_le_bytes(); // ldr x0
    let mut code = vec![0; 2 << 20];
    let (mut labels, mut islands) = (Labels::<4, 4>::new(), Islands::<16, 0, 0>::new());
    let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
    let back = asm.new_dynamic_label();
    asm.bind_here(back);
    skip(&mut asm, (1 << 20) + 4);
    asm.put(&LOAD);
    asm.refer(back, Relocation::A64Branch19, 4);
    asm.island_here();
    assert_eq!(asm.finish(), Err(Error::at((1 << 20) + 4, Reason::TargetRange)));

    for (base, address, reason) in
        [(None, 0x1000, Some(Reason::NoBase)), (Some(0), 1 << 20, Some(Reason::TargetRange)), (Some(0x1000), 0x2000, None)]
    {
        asm.reset();
        asm.set_base(base);
        asm.put(&LOAD);
        asm.refer_address(address, Relocation::A64Branch19, 4);
        asm.island_here();
        assert_eq!(asm.finish().map_err(Error::reason).err(), reason, "{base:?} {address:#x}");
    }

    let (mut labels, mut islands) = (Labels::<4, 4>::new(), Islands::<16, 0, 0>::new());
    let mut asm = thumb::IslandAssembler::with_islands(&mut code, &mut labels, &mut islands);
    let back = asm.new_dynamic_label();
    asm.bind_here(back);
    let at = asm.mark();
    asm.seal(at, 8192);
    asm.put(&[0x5f, 0xf8, 0x00, 0x00]); // ldr.w r0
    asm.refer(back, Relocation::T32Literal12, 4);
    asm.island_here();
    assert_eq!(asm.finish(), Err(Error::at(8192, Reason::TargetRange)));
}

/// A veneer goes where an instruction can be, and in T32 to Thumb code, as the branch that it serves would.
#[test]
fn addresses_of_instructions() {
    let mut code = [0; 64];
    let (mut labels, mut islands) = (Labels::<1, 1>::new(), Islands::<4, 0, 0>::new());
    let mut asm = Asm::with_islands(&mut code, &mut labels, &mut islands);
    asm.put(&0x9400_0000u32.to_le_bytes());
    asm.refer_address(0x1234_5679, Relocation::A64Branch26, 4);
    assert_eq!(asm.finish(), Err(Error::at(0, Reason::TargetAlignment)));

    let mut asm = thumb::IslandAssembler::with_islands(&mut code, &mut labels, &mut islands);
    asm.put(&[0x00, 0xf0, 0x00, 0xf8]); // bl
    asm.refer_address(0x2000_0100, Relocation::T32Branch24, 4);
    asm.island_here();
    assert_eq!(asm.finish(), Ok(12));
    assert_eq!(code[4..12], [0xdf, 0xf8, 0x00, 0xf0, 0x01, 0x01, 0x00, 0x20]); // ldr.w pc, [pc]; .word 0x20000101
}
