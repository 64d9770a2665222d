//! The commands that measure.

use crate::measure::{self, Measured};
use crate::{chart, report, summary};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

fn measure(filter: &str, samples: usize) -> Vec<Measured> {
    let mut measured = Vec::new();
    for group in measure::groups(filter) {
        eprintln!("{} {}", group.workload, group.arch);
        measured.push(group.measure(samples.max(1)));
    }
    measured
}

/// Prints tables. Fails when a limit is exceeded.
pub fn bench(filter: &str, samples: usize) -> ExitCode {
    finish(print(&measure(filter, samples), samples))
}

/// Writes tables and a chart, too, and the short table of the README.
pub fn report(samples: usize, directory: &Path, readme: &Path) -> ExitCode {
    let measured = measure("", samples);
    finish(print(&measured, samples).and_then(|(text, good)| {
        std::fs::create_dir_all(directory)?;
        std::fs::write(directory.join("speed.md"), &text)?;
        chart::draw(&measured, &directory.join("speed.svg"))?;
        summary::write(&measured, readme)?;
        Ok((text, good))
    }))
}

/// The tables, and whether all limits hold.
fn print(measured: &[Measured], samples: usize) -> Result<(String, bool), Box<dyn Error>> {
    let verdicts = report::verdicts(measured);
    let text = report::markdown(measured, &verdicts, samples)?;
    println!("{text}");
    Ok((text, verdicts.iter().all(report::Verdict::holds)))
}

fn finish(result: Result<(String, bool), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok((_, true)) => ExitCode::SUCCESS,
        Ok((_, false)) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
