//! The short table in the project's README.

use crate::chart::{COLUMNS, WORKLOADS};
use crate::measure::Measured;
use std::error::Error;
use std::path::Path;

const BEGIN: &str = "<!-- speed: written by `cargo run --release -- report` in std-exec/bench -->\n";
const END: &str = "<!-- end of speed -->";

/// Replaces what stands between the marks in a file.
pub fn write(measured: &[Measured], file: &Path) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(file)?;
    let (head, rest) = text.split_once(BEGIN).ok_or("the README has no mark where the table begins")?;
    let (_, tail) = rest.split_once(END).ok_or("the README has no mark where the table ends")?;
    std::fs::write(file, format!("{head}{BEGIN}{}{END}{tail}", table(measured)))?;
    Ok(())
}

fn table(measured: &[Measured]) -> String {
    let mut text = String::from("| ns per instruction (times as long: dynasm-rs, the fastest other) |");
    text += &COLUMNS.map(|(_, name)| format!(" {name} |")).concat();
    text += "\n|---|---:|---:|\n";
    for (workload, name) in WORKLOADS {
        let cells = COLUMNS.map(|(arch, _)| {
            let group = measured.iter().find(|group| (group.workload, group.arch) == (workload, arch));
            format!(" {} |", group.and_then(cell).unwrap_or_default())
        });
        text += &format!("| {name} |{}\n", cells.concat());
    }
    text
}

/// Ours over the caller's buffer, and how many times as long others take.
fn cell(group: &Measured) -> Option<String> {
    let ours = group.of("ours")?;
    let times = |other| format!("{:.1}", 1.0 / ours.ratio(other).median);
    let peers = ["cranelift-assembler-x64", "iced-x86, Encoder", "iced-x86, code_asm", "asmkit-rs"];
    let fastest = peers.iter().filter_map(|name| group.of(name)).min_by(|a, b| a.time().median.total_cmp(&b.time().median));
    let others: Vec<String> = group.reference().into_iter().chain(fastest).map(times).collect();
    Some(format!("{:.2} ({})", ours.time().median, others.join(", ")))
}
