//! Tables of what was measured.

use crate::limits::{self, Limit};
use crate::measure::{Measured, Spread, COPY};
use std::fmt::{self, Write};

/// What the workloads are, for readers.
const WORKLOADS: [(&str, &str); 10] = [
    ("w1", "W1: 40 static instructions in one invocation"),
    ("w1-split", "W1, one instruction per invocation"),
    ("w2", "W2: 40 instructions with run-time registers and immediates in one invocation"),
    ("w2-split", "W2, one instruction per invocation"),
    ("w3-1k", "W3: 1,000 blocks of 8 instructions, each a label and a branch to a random one"),
    ("w3-10k", "W3: 10,000 blocks"),
    ("w3-100k", "W3: 100,000 blocks"),
    ("local", "Local labels inside one invocation (2 labels, 2 branches, 8 instructions)"),
    ("crossing", "The same labels, used in other invocations than they are defined in"),
    ("w4", "W4: a compiler for a Brainfuck program of 50 KB"),
];
const ARCHES: [&str; 2] = ["x64", "a64"];

/// A limit and what was measured.
pub struct Verdict {
    limit: Limit,
    value: Spread,
}

impl Verdict {
    /// Whether the limit holds.
    pub fn holds(&self) -> bool {
        self.value.median <= self.limit.limit
    }
}

/// Compares with the limits.
pub fn verdicts(measured: &[Measured]) -> Vec<Verdict> {
    let verdict = |limit: Limit| {
        let group = measured.iter().find(|group| (group.workload, group.arch) == (limit.workload, limit.arch))?;
        let (ours, other) = (group.of(limit.assembler)?, group.of(limit.against)?);
        let value = match limit.kind {
            "time" => ours.ratio(other),
            "bytes" => Spread { median: ours.bytes / other.bytes, low: f64::NAN, high: f64::NAN },
            _ => return None,
        };
        Some(Verdict { limit, value })
    };
    limits::all().into_iter().filter_map(verdict).collect()
}

/// All tables, in Markdown.
pub fn markdown(measured: &[Measured], verdicts: &[Verdict], samples: usize) -> Result<String, fmt::Error> {
    let mut out = String::new();
    writeln!(out, "# Emission speed\n")?;
    writeln!(out, "{}. Median of {samples} interleaved samples (10th..90th percentile).\n", machine())?;
    if !verdicts.is_empty() {
        limits_table(&mut out, verdicts)?;
    }
    for (workload, title) in WORKLOADS {
        let groups: Vec<&Measured> = measured.iter().filter(|group| group.workload == workload).collect();
        if !groups.is_empty() {
            writeln!(out, "## {title}\n")?;
            workload_table(&mut out, &groups)?;
        }
    }
    Ok(out)
}

fn limits_table(out: &mut String, verdicts: &[Verdict]) -> fmt::Result {
    writeln!(out, "## Limits\n\n| workload | | ours | divided by | is | at most | |\n|---|---|---|---|---:|---:|---|")?;
    for verdict in verdicts {
        let Verdict { limit, value } = verdict;
        let Limit { kind, workload, arch, assembler, against, .. } = limit;
        let spread = if value.low.is_nan() { String::new() } else { format!(" ({:.4}..{:.4})", value.low, value.high) };
        let result = if verdict.holds() { "ok" } else { "**over**" };
        let shown = format!("{:.4}{spread}", value.median);
        writeln!(out, "| {workload} {arch} | {kind} | {assembler} | {against} | {shown} | {} | {result} |", limit.limit)?;
    }
    writeln!(out)
}

fn workload_table(out: &mut String, groups: &[&Measured]) -> fmt::Result {
    let mut assemblers: Vec<&str> = Vec::new();
    for result in groups.iter().flat_map(|group| &group.results) {
        if !assemblers.contains(&result.assembler) {
            assemblers.push(result.assembler);
        }
    }
    let time =
        |assembler: &str| groups.iter().find_map(|group| group.of(assembler)).map_or(f64::NAN, |result| result.time().median);
    assemblers.sort_by(|a, b| time(a).total_cmp(&time(b)));
    let columns = ["ns/instruction", "/ dynasm-rs", "/ memcpy", "bytes"];
    write!(out, "| |")?;
    for arch in ARCHES {
        for column in columns {
            write!(out, " {arch}: {column} |")?;
        }
    }
    writeln!(out, "\n|---{}|", "|---:".repeat(ARCHES.len() * columns.len()))?;
    for assembler in assemblers {
        write!(out, "| {assembler} |")?;
        for arch in ARCHES {
            let group = groups.iter().find(|group| group.arch == arch);
            match group.and_then(|group| Some((group, group.of(assembler)?))) {
                Some((group, result)) => {
                    let Spread { median, low, high } = result.time();
                    let over =
                        |other: Option<&_>| other.map_or(String::new(), |other| format!("{:.3}", result.ratio(other).median));
                    let (dynasm_rs, copy) = (over(group.reference()), over(group.of(COPY)));
                    write!(out, " {median:.3} ({low:.3}..{high:.3}) | {dynasm_rs} | {copy} | {:.2} |", result.bytes)?;
                }
                None => write!(out, "{}", " |".repeat(columns.len()))?,
            }
        }
        writeln!(out)?;
    }
    writeln!(out)
}

/// The processor and the compiler, as far as they are known.
fn machine() -> String {
    let facts = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = facts.lines().find_map(|line| Some(line.strip_prefix("model name")?.trim_start_matches([' ', '\t', ':'])));
    model.unwrap_or("Unknown processor").to_string()
}
