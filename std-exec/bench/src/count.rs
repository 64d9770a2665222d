//! Runs for callgrind: `scripts/counts.py` subtracts a run with one call from one with three.

use crate::case;
use std::process::ExitCode;

/// Prints the cases.
pub fn list() -> ExitCode {
    for case in case::all() {
        println!("{}\t{}\t{}", case.workload, case.arch, case.assembler);
    }
    ExitCode::SUCCESS
}

/// Emits a workload so many times, and prints the instructions that a call emits.
pub fn run(workload: &str, arch: &str, assembler: &str, calls: usize) -> ExitCode {
    let mut all = case::all();
    let Some(case) = all.iter_mut().find(|case| (case.workload, case.arch, case.assembler) == (workload, arch, assembler)) else {
        eprintln!("there is no such case; `list` shows them");
        return ExitCode::FAILURE;
    };
    for _ in 0..calls {
        std::hint::black_box((case.emit)(None));
    }
    println!("{}", case.instructions);
    ExitCode::SUCCESS
}
