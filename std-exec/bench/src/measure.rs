//! Sampling: all assemblers of a workload in turn, again and again, so that a change of the machine's clock meets all of them.
//!
//! Time is that of the processor, without what it spends on other threads.

use crate::case::{self, Case};
use cpu_time::ThreadTime;
use std::hint::black_box;
use std::time::Duration;

/// A sample takes at least so long.
const SAMPLE: Duration = Duration::from_millis(3);
/// The name of the copy of finished code, which is the least that emission can cost.
pub const COPY: &str = "memcpy";

/// The cases of one workload on one architecture.
pub struct Group {
    /// Name of the workload.
    pub workload: &'static str,
    /// Name of the architecture.
    pub arch: &'static str,
    /// One for each assembler.
    pub cases: Vec<Case>,
}

/// All cases, those that are compared with each other together; only those whose `workload arch` contains `filter`.
pub fn groups(filter: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for case in case::all() {
        let (workload, arch) = (case.workload, case.arch);
        if !format!("{workload} {arch}").contains(filter) {
            continue;
        }
        match groups.iter_mut().find(|group| (group.workload, group.arch) == (workload, arch)) {
            Some(group) => group.cases.push(case),
            None => groups.push(Group { workload, arch, cases: vec![case] }),
        }
    }
    groups
}

impl Group {
    /// The assembler that the others are compared with: the first of dynasm-rs.
    pub fn reference(&mut self) -> Option<&mut Case> {
        self.cases.iter_mut().find(|case| case.assembler.starts_with("dynasm-rs"))
    }

    /// The finished code of the reference, copied as often as an assembler emits it.
    fn copy(&mut self) -> Option<Case> {
        let (workload, arch) = (self.workload, self.arch);
        let reference = self.reference()?;
        let instructions = reference.instructions;
        let (code, times) = reference.code();
        let mut to = vec![0; code.len()];
        let copy = move |_: Option<&mut Vec<u8>>| {
            for _ in 0..times {
                black_box(&mut to).copy_from_slice(black_box(&code));
            }
            times * to.len()
        };
        Some(Case { workload, arch, assembler: COPY, instructions, emit: Box::new(copy) })
    }

    /// Takes samples.
    pub fn measure(mut self, samples: usize) -> Measured {
        let copy = self.copy();
        self.cases.extend(copy);
        let repetitions: Vec<usize> = self.cases.iter_mut().map(calibrate).collect();
        let mut results: Vec<Samples> = self.cases.iter_mut().map(Samples::new).collect();
        for _ in 0..samples {
            for ((case, times), result) in self.cases.iter_mut().zip(&repetitions).zip(&mut results) {
                (case.emit)(None); // the one before had the caches
                let start = ThreadTime::now();
                for _ in 0..*times {
                    black_box((case.emit)(None));
                }
                let time = start.elapsed().as_secs_f64() * 1e9;
                result.times.push(time / (times * case.instructions) as f64);
            }
        }
        Measured { workload: self.workload, arch: self.arch, results }
    }
}

/// How many calls a sample takes.
fn calibrate(case: &mut Case) -> usize {
    (case.emit)(None);
    (case.emit)(None);
    let start = ThreadTime::now();
    (case.emit)(None);
    let once = start.elapsed().max(Duration::from_nanos(1));
    (SAMPLE.as_secs_f64() / once.as_secs_f64()).ceil().clamp(1.0, 200.0) as usize
}

/// The samples of a workload on an architecture.
pub struct Measured {
    /// Name of the workload.
    pub workload: &'static str,
    /// Name of the architecture.
    pub arch: &'static str,
    /// One for each assembler.
    pub results: Vec<Samples>,
}

impl Measured {
    /// Those of an assembler.
    pub fn of(&self, assembler: &str) -> Option<&Samples> {
        self.results.iter().find(|result| result.assembler == assembler)
    }

    /// Those of the assembler that others are compared with.
    pub fn reference(&self) -> Option<&Samples> {
        self.results.iter().find(|result| result.assembler.starts_with("dynasm-rs"))
    }
}

/// The samples of an assembler, in the order in which they were taken.
pub struct Samples {
    /// Its name.
    pub assembler: &'static str,
    /// Nanoseconds per emitted instruction.
    pub times: Vec<f64>,
    /// Bytes of code per instruction.
    pub bytes: f64,
}

impl Samples {
    fn new(case: &mut Case) -> Samples {
        let bytes = (case.emit)(None) as f64 / case.instructions as f64;
        Samples { assembler: case.assembler, times: Vec::new(), bytes }
    }

    /// Nanoseconds per emitted instruction.
    pub fn time(&self) -> Spread {
        Spread::of(self.times.clone())
    }

    /// Time divided by that of another, of samples that were taken next to each other.
    pub fn ratio(&self, other: &Samples) -> Spread {
        Spread::of(self.times.iter().zip(&other.times).map(|(a, b)| a / b).collect())
    }
}

/// The middle of a set of numbers, and the range that eight of ten are in.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// Median.
    pub median: f64,
    /// 10th percentile.
    pub low: f64,
    /// 90th percentile.
    pub high: f64,
}

impl Spread {
    fn of(mut numbers: Vec<f64>) -> Spread {
        numbers.sort_by(f64::total_cmp);
        let at = |tenths: usize| numbers.get(numbers.len() * tenths / 10).copied().unwrap_or(f64::NAN);
        Spread { median: at(5), low: at(1), high: at(9) }
    }
}
