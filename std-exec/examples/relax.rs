//! What relaxing x64 branches saves and costs: `cargo run --release -p bareasm-exec --example relax`.
//!
//! Programs of many jumps to dynamic labels: near ones at random; the same with padding in every tenth place; and a chain in which
//! each jump has to be long because the next one is, which takes quadratic time if one is not careful.

use bareasm_exec::x64::X64;
use bareasm_exec::{dynasm, DynamicLabel, Error, RelaxingAssembler};
use std::time::Instant;

/// A program of jumps: of each, how many bytes follow it, and the number of the one that it goes to.
struct Program {
    name: &'static str,
    jumps: Vec<(usize, usize)>,
    /// How many jumps there are from one padding to the next.
    padding: usize,
    /// Bytes in front of the last label.
    last: usize,
}

fn assemble(program: &Program) -> RelaxingAssembler<X64> {
    let filler = [0x90u8; 512];
    let mut ops = RelaxingAssembler::new();
    let labels: Vec<DynamicLabel> = (0..=program.jumps.len()).map(|_| ops.new_dynamic_label()).collect();
    let end = labels[program.jumps.len()];
    for (n, (bytes, to)) in program.jumps.iter().enumerate() {
        let (here, there) = (labels[n], labels.get(*to).copied().unwrap_or(end));
        dynasm!(ops ; .arch x64 ; =>(here): jne =>(there));
        ops.put_slice(&filler[..*bytes]);
        if n % program.padding == 0 {
            dynasm!(ops ; .arch x64 ; .align 16);
        }
    }
    ops.put_slice(&filler[..program.last]);
    dynasm!(ops ; .arch x64 ; =>(end): ret);
    ops
}

fn main() -> Result<(), Error> {
    println!("{:24} {:>10} {:>12} {:>12} {:>10} {:>10}", "program", "branches", "long bytes", "bytes", "ms", "ns/branch");
    for count in [10_000, 100_000, 1_000_000] {
        let mut random = fastrand::Rng::with_seed(1);
        let mut near = |n: usize| (random.usize(..8), (n + random.usize(..40)).saturating_sub(20));
        let near: Vec<(usize, usize)> = (0..count).map(&mut near).collect();
        let chain = (0..count).map(|n| (62, n + 2)).collect();
        for program in [
            Program { name: "near", jumps: near.clone(), padding: usize::MAX, last: 0 },
            Program { name: "near, with padding", jumps: near, padding: 10, last: 0 },
            Program { name: "each because of the next", jumps: chain, padding: usize::MAX, last: 200 },
        ] {
            let mut ops = assemble(&program);
            let long = ops.offset().0;
            let start = Instant::now();
            let relaxed = ops.relax()?;
            let time = start.elapsed().as_secs_f64();
            let bytes = relaxed.code.len();
            println!(
                "{:24} {count:>10} {long:>12} {bytes:>12} {:>10.2} {:>10.1}",
                program.name,
                time * 1e3,
                time * 1e9 / count as f64
            );
        }
    }
    Ok(())
}
