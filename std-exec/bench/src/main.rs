//! Emission speed of bareasm beside its peers. See `README.md`.
#![allow(clippy::duplicate_mod)] // the bodies are compiled with two macros

mod case;
#[cfg(feature = "peers")]
mod chart;
#[cfg(feature = "peers")]
mod check;
mod count;
#[cfg(feature = "peers")]
mod limits;
#[cfg(feature = "peers")]
mod measure;
mod ours;
#[cfg(feature = "peers")]
mod peers;
#[cfg(feature = "peers")]
mod report;
#[cfg(feature = "peers")]
mod run;
#[cfg(feature = "peers")]
mod summary;
mod workload;

use clap::{Parser, Subcommand};
#[cfg(feature = "peers")]
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures how fast assemblers emit code.
#[derive(Debug, Parser)]
#[command(name = "bareasm-bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compares the code of all assemblers: bytes, and where they differ, the instructions
    #[cfg(feature = "peers")]
    Check {
        /// Part of `workload arch`, such as `w2 x64`
        #[arg(default_value = "")]
        filter: String,
    },
    /// Measures, and prints tables
    #[cfg(feature = "peers")]
    Bench {
        /// Part of `workload arch`, such as `w2 x64`
        #[arg(default_value = "")]
        filter: String,
        /// Samples of each assembler
        #[arg(long, default_value_t = 21)]
        samples: usize,
    },
    /// Measures everything, and writes tables and a chart
    #[cfg(feature = "peers")]
    Report {
        /// Samples of each assembler
        #[arg(long, default_value_t = 21)]
        samples: usize,
        /// Where to
        #[arg(long, default_value = "results")]
        directory: PathBuf,
        /// The file with the short table
        #[arg(long, default_value = "../../README.md")]
        readme: PathBuf,
    },
    /// Lists the cases: workload, architecture, assembler
    List,
    /// Emits a workload so many times and prints the instructions of one call: for callgrind, which counts what that takes
    Count {
        /// `w1`, `w1-split`, `w2`, ...
        workload: String,
        /// `x64` or `a64`
        arch: String,
        /// `ours`, `dynasm-rs`, ...
        assembler: String,
        /// How many times
        calls: usize,
    },
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        #[cfg(feature = "peers")]
        Command::Check { filter } => check::run(&filter),
        #[cfg(feature = "peers")]
        Command::Bench { filter, samples } => run::bench(&filter, samples),
        #[cfg(feature = "peers")]
        Command::Report { samples, directory, readme } => run::report(samples, &directory, &readme),
        Command::List => count::list(),
        Command::Count { workload, arch, assembler, calls } => count::run(&workload, &arch, &assembler, calls),
    }
}
