//! How the bodies are driven, compiled twice like them.

use super::bodies;
use super::{Blocks, LabelledA64, LabelledX64, A64, X64};
use crate::case::{Cases, Restart};
use crate::workload::{brainfuck, operands, BLOCK, BLOCKS, BODY};

/// Calls a body so many times, each with its number.
fn repeat<A: Restart>(mut asm: A, times: usize, body: impl Fn(&mut A, usize)) -> impl FnMut(Option<&mut Vec<u8>>) -> usize {
    move |out| {
        asm.restart();
        for k in 0..times {
            body(&mut asm, k);
        }
        asm.complete(out)
    }
}

/// Makes so many units of code, each from its start; the length of all.
fn units<A: Restart>(mut asm: A, times: usize, mut unit: impl FnMut(&mut A)) -> impl FnMut(Option<&mut Vec<u8>>) -> usize {
    move |mut out| {
        let mut total = 0;
        for _ in 0..times {
            asm.restart();
            unit(&mut asm);
            total += asm.complete(out.as_deref_mut());
        }
        total
    }
}

macro_rules! drive {
    ($plain:ident $A:ident $whole:ident $split:ident $dynamic:ident $dynamic_split:ident
     $labelled:ident $Labelled:ident $blocks:ident $local:ident $crossing:ident $Brainfuck:ident $arch:ident) => {
        /// W1 and W2. `make` makes an assembler; each case has its own.
        pub fn $plain<A: $A + 'static>(cases: &mut Cases<'_>, make: fn(usize) -> A) {
            let (times, sets) = (cases.workload.bodies, &cases.workload.$arch);
            let instructions = times * BODY;
            cases.add("w1", instructions, move || repeat(make(0), times, |asm, _| bodies::$whole(asm)));
            cases.add("w1-split", instructions, move || repeat(make(0), times, |asm, _| bodies::$split(asm)));
            cases.add("w2", instructions, move || repeat(make(0), times, |asm, k| bodies::$dynamic(asm, operands(sets, k))));
            cases.add("w2-split", instructions, move || {
                repeat(make(0), times, |asm, k| bodies::$dynamic_split(asm, operands(sets, k)))
            });
        }

        /// W3, local labels, W4. `make` makes an assembler with room for so many labels, up to `most`.
        pub fn $labelled<A: $Labelled + 'static>(cases: &mut Cases<'_>, most: usize, make: fn(usize) -> A) {
            let workload = cases.workload;
            for ((name, times, blocks), targets) in
                BLOCKS.into_iter().zip(&workload.targets).filter(|((.., blocks), _)| *blocks <= most)
            {
                cases.add(name, times * blocks * BLOCK, move || {
                    let mut labels = Blocks::default();
                    units(make(blocks), times, move |asm| bodies::$blocks(asm, &mut labels, targets))
                });
            }
            let loops = workload.loops;
            cases.add("local", loops * BLOCK, move || repeat(make(loops), loops, |asm, _| super::$local(asm)));
            cases.add("crossing", loops * BLOCK, move || repeat(make(loops), loops, |asm, _| bodies::$crossing(asm)));
            let times = workload.compilations;
            cases.add("w4", times * workload.program_instructions.$arch, move || {
                let mut open = Vec::new();
                let compile = move |asm: &mut A| brainfuck::compile(&mut bodies::$Brainfuck(asm, &mut open), &workload.program);
                units(make(workload.program.len() / 4), times, compile)
            });
        }
    };
}

drive! { x64_plain X64 x64_static x64_static_split x64_dynamic x64_dynamic_split
x64_labelled LabelledX64 x64_blocks x64_local x64_crossing BrainfuckX64 x64 }
drive! { a64_plain A64 a64_static a64_static_split a64_dynamic a64_dynamic_split
a64_labelled LabelledA64 a64_blocks a64_local a64_crossing BrainfuckA64 a64 }
