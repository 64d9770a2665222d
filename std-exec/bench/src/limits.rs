//! What ours must not exceed, from `limits.tsv`.

/// A limit.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What is limited: `time`, `bytes`, ...
    pub kind: &'static str,
    /// Name of the workload.
    pub workload: &'static str,
    /// Name of the architecture.
    pub arch: &'static str,
    /// Whose figure.
    pub assembler: &'static str,
    /// The one that it is divided by.
    pub against: &'static str,
    /// The highest value that is good.
    pub limit: f64,
}

/// All limits.
pub fn all() -> Vec<Limit> {
    let lines = include_str!("../limits.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(parse).collect()
}

fn parse(line: &'static str) -> Option<Limit> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    Some(Limit {
        kind: next()?,
        workload: next()?,
        arch: next()?,
        assembler: next()?,
        against: next()?,
        limit: next()?.parse().ok()?,
    })
}
