//! Every kind of reference through the assembler, at the two ends of its reach and one step beyond.
#![cfg(feature = "aarch64")]

mod common;

use bareasm_core::__private::arch::Aarch64;
use bareasm_core::isa::relocation::Origin;
use bareasm_core::isa::rule::Rule;
use bareasm_core::{Assembler, Error, Labels, Reason, Relocation, MAX_CODE};
use common::Sparse;

/// The code lies here.
const BASE: u64 = 0x10_0000_0000;

/// Puts a unit at `at` that refers to a label at `target`, with an addend in the field; returns what the unit says
/// afterwards. The reference is backward or forward as the offsets are.
fn refer(kind: Relocation, at: u32, target: u32, addend: i64) -> Result<i64, Error> {
    let shape = kind.shape();
    let size = usize::from(shape.size);
    let mut labels = Labels::<1, 1>::new();
    let mut asm = Assembler::<Aarch64, _, _>::from_parts(Sparse::new([at, at, at, at]), labels.view()).with_base(BASE);
    let label = asm.new_dynamic_label();
    if target <= at {
        asm.seal(0, target as usize);
        asm.bind_here(label);
    }
    asm.seal(0, at as usize + size);
    let mut unit = [0; 8];
    shape.field.patch(shape.field.encode(addend).map_err(|reason| Error::at(at, reason))?, &mut unit);
    asm.sink_mut().sites.iter_mut().for_each(|(_, memory)| *memory = unit);
    if target > at && target < at + size as u32 {
        asm.patch_here(at, kind, target); // no label can be bound there
    } else {
        asm.refer(label, kind, size as u32);
    }
    if target >= at + size as u32 {
        asm.seal(0, target as usize);
        asm.bind_here(label);
    }
    asm.finish()?;
    let field = &shape.field;
    let raw = field.gather(&asm.sink().sites[0].1[..size]);
    Ok(field.decode(raw).unwrap())
}

/// Smallest and largest distance, and the step.
fn limits(kind: Relocation) -> (i128, i128, i128) {
    let field = &kind.shape().field;
    match (field.range(), field.rule) {
        (Some(range), _) => (range.min, range.max, range.step.into()),
        (None, Rule::T32Branch) => {
            let step = i128::from(field.mul) << field.placed().trailing_zeros();
            (-(1 << 24), (1 << 24) - step, step)
        }
        (None, Rule::SignMagnitude) => {
            let step = i128::from(field.mul);
            let most = ((1 << (field.width - 1)) - 1) * step;
            (-most, most, step)
        }
        (None, rule) => panic!("what are the limits of {rule:?}?"),
    }
}

#[test]
fn both_ends_of_every_kind() {
    let mut swept = 0;
    for kind in Relocation::ALL.iter().copied() {
        let shape = kind.shape();
        if matches!(shape.origin, Origin::Absolute) {
            continue;
        }
        let (min, max, step) = limits(kind);
        for (distance, fits) in
            [(min, true), (min - step, false), (min + step, true), (max, true), (max + step, false), (max - step, true)]
        {
            for addend in [0, step as i64, -step as i64] {
                if shape.field.encode(addend).is_err() {
                    continue; // a reference in one direction only
                }
                // Distance 0 is at the origin of the relocation: find offsets that give this distance.
                let wanted = distance - i128::from(addend);
                let at = if wanted < 0 { 0x3fff_f000u32 } else { 0x1000 };
                let zero = kind.distance(BASE + u64::from(at), BASE + u64::from(at));
                let Ok(target) = u32::try_from(i128::from(at) + wanted - i128::from(zero)) else { continue };
                if target > MAX_CODE - 16 || kind.distance(BASE + u64::from(at), BASE + u64::from(target)) as i128 != wanted {
                    continue;
                }
                swept += 1;
                let got = refer(kind, at, target, addend);
                let expected = if fits { Ok(distance as i64) } else { Err(Error::at(at, Reason::TargetRange)) };
                assert_eq!(got, expected, "{kind:?} {distance} with {addend}");
            }
        }
    }
    assert!(swept > 100, "{swept}");
}

#[test]
fn misaligned_targets() {
    for kind in Relocation::ALL.iter().copied() {
        let shape = kind.shape();
        let Some(range) = shape.field.range() else { continue };
        if range.step > 1 && shape.origin != Origin::Page {
            for (at, target) in [(0x1000, 0x1021), (0x1000, 0x0fe1)] {
                assert_eq!(refer(kind, at, target, 0), Err(Error::at(at, Reason::TargetAlignment)), "{kind:?}");
            }
        }
    }
}

#[test]
fn absolute_addresses() {
    // The base is above 32 bits.
    assert_eq!(refer(Relocation::Abs32, 0, 16, 0), Err(Error::at(0, Reason::TargetRange)));
    for (at, target) in [(0, 16), (16, 0)] {
        for addend in [0, 3, -3] {
            assert_eq!(refer(Relocation::Abs64, at, target, addend), Ok((BASE as i64 + i64::from(target)).wrapping_add(addend)));
        }
    }
}

#[test]
fn the_last_offsets() {
    // A reference from the last bytes of the largest code to its first, and the other way round.
    assert_eq!(refer(Relocation::Data32, MAX_CODE - 4, 0, 0), Ok(-i64::from(MAX_CODE - 4)));
    assert_eq!(refer(Relocation::Data32, 0, MAX_CODE, 0), Ok(i64::from(MAX_CODE)));
    // Labels beyond the end do not wrap round.
    let mut labels = Labels::<1, 1>::new();
    let mut asm = Assembler::<Aarch64, _, _>::from_parts(Sparse::new([0; 4]), labels.view());
    asm.seal(0, MAX_CODE as usize);
    let label = asm.new_dynamic_label();
    asm.bind(label, u32::MAX);
    assert_eq!(asm.label_offset(label), Some(MAX_CODE as usize));
    asm.put(&[0; 4]);
    assert_eq!(asm.finish(), Err(Error::at(MAX_CODE, Reason::BufferFull)));
}

#[test]
fn pages_count_from_the_run_address() {
    let run = |base: u64, target: u64| {
        let mut labels = Labels::<1, 1>::new();
        let sink = Sparse::new([0; 4]);
        let mut asm = Assembler::<Aarch64, _, _>::from_parts(sink, labels.view()).with_base(base);
        asm.seal(0, 4);
        asm.refer_address(target, Relocation::A64Adrp, 4);
        asm.finish()?;
        let field = &Relocation::A64Adrp.shape().field;
        Ok(field.decode(field.gather(&asm.sink().sites[0].1[..4])).unwrap())
    };
    assert_eq!(run(0x1ffc, 0x2000), Ok(0x1000));
    assert_eq!(run(0x1000, 0x1fff), Ok(0));
    assert_eq!(run(0x1ffc, 0x0fff), Ok(-0x1000));
    let four = 1u64 << 32;
    assert_eq!(run(0x1000, 0xfff + four), Ok(four as i64 - 0x1000));
    assert_eq!(run(0x1000, 0x1000 + four), Err(Error::at(0, Reason::TargetRange)));
    assert_eq!(run(four + 0xabc, 0), Ok(-(four as i64)));
    assert_eq!(run(four + 0x1abc, 0), Err(Error::at(0, Reason::TargetRange)));
}
