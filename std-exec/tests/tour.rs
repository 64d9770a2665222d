//! The programs of the example `tour`, with their results; and its expression compiler against an interpreter.

#[path = "../examples/tour/programs.rs"]
#[allow(dead_code)]
mod programs;

mod common;

use bareasm_exec::{dynasm, AssemblyOffset};
use common::{call, Assembler};
use fastrand::Rng;
use programs::{machine, Expr};

#[test]
fn every_program() {
    let list = programs::all().unwrap();
    let titles: Vec<_> = list.iter().map(|program| program.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "hello world through a Rust function",
            "add two numbers",
            "recursive factorial",
            "sum of an array, by a pointer",
            "add vectors with general registers",
            "add vectors with SIMD registers",
            "multiply by 8, known when the code is made",
            "multiply by 10, known when the code is made",
            "execute bytes that were assembled elsewhere",
            "global, local and dynamic labels",
            "an expression tree: (2147483647 + -5) * -2147483645",
        ]
    );
    for program in &list {
        assert_eq!(program.result, program.expected, "{}\n{}", program.title, program.listing);
        assert!(program.listing.contains("ret") || program.title.starts_with("execute bytes"), "{}", program.listing);
    }
}

#[test]
fn expressions_as_text() {
    for (text, result) in
        [("2 * (3 + 4) - 1", "13"), ("-2147483648", "-2147483648"), ("2147483647 + 1", "-2147483648"), ("-(1 - 2) * -3", "-3")]
    {
        let program = programs::expression(text).unwrap();
        assert_eq!((program.result.as_str(), program.expected.as_str()), (result, result), "{text}");
    }
    let message = |text| programs::expression(text).err().unwrap();
    assert_eq!(message("1 +"), "error: line 1, column 4: expected a number, `-` or `(`, found the end\n  1 +\n     ^");
    assert_eq!(message("2147483648"), "error: 2147483648 does not fit 32 bits");
    assert_eq!(message("1 / 2"), "error: only + - * here; see the example `calc`");
}

/// The labelled block of the tour, on both of its ways.
#[test]
fn a_call_over_a_local_label() {
    let code = machine::labels().unwrap();
    for number in [0, 1, 9, 1000] {
        assert_eq!(call!(code.buffer.as_ptr(), fn(u64) -> u64, number), number);
    }
}

fn tree(random: &mut Rng, depth: usize) -> Expr {
    if depth == 0 || random.usize(..8) == 0 {
        const EDGES: [i32; 8] = [0, 1, -1, i32::MAX, i32::MIN, 0x8000, 0xffff, -0x10000];
        return Expr::Const(match random.usize(..3) {
            0 => EDGES[random.usize(..EDGES.len())],
            _ => random.u64(..) as i32,
        });
    }
    let (left, right) = (Box::new(tree(random, depth - 1)), Box::new(tree(random, depth - 1)));
    if random.usize(..2) == 0 {
        Expr::Add(left, right)
    } else {
        Expr::Mul(left, right)
    }
}

#[test]
fn random_trees() {
    let mut random = Rng::with_seed(0x9e37_79b9_7f4a_7c15);
    let mut ops = Assembler::new().unwrap();
    let mut made: Vec<(AssemblyOffset, i32)> = Vec::new();
    for round in 0..10_000 {
        // Most are small; each hundredth may have up to 4095 nodes.
        let depth = if round % 100 == 0 { 12 } else { random.usize(..7) };
        let tree = tree(&mut random, depth);
        made.push((ops.offset(), tree.value()));
        machine::compile_expr(&tree, &mut ops);
        #[cfg(target_arch = "x86_64")]
        dynasm!(ops ; .arch x64 ; ret);
        #[cfg(target_arch = "aarch64")]
        dynasm!(ops ; .arch aarch64 ; ret);
    }
    let code = ops.finalize().unwrap();
    for (number, (start, expected)) in made.iter().enumerate() {
        assert_eq!(call!(code.ptr(*start), fn() -> i32), *expected, "tree {number}");
    }
}
