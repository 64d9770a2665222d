//! One thing to measure: a workload, done by one assembler.

use crate::workload::Workload;

/// Emits all the code of a workload once and returns its length. Hands a copy of (the last unit of) it out if asked.
pub type Emission = Box<dyn FnMut(Option<&mut Vec<u8>>) -> usize>;

/// A measurable case.
pub struct Case {
    /// Name of the workload: `w1`, `w2-split`, ...
    pub workload: &'static str,
    /// `x64` or `a64`.
    pub arch: &'static str,
    /// Name of the assembler: `ours`, `dynasm-rs`, ...
    pub assembler: &'static str,
    /// Instructions that a call emits.
    pub instructions: usize,
    /// A call.
    pub emit: Emission,
}

#[cfg(feature = "peers")]
impl Case {
    /// The bytes that a call emits, and how often.
    pub fn code(&mut self) -> (Vec<u8>, usize) {
        let mut code = Vec::new();
        let total = (self.emit)(Some(&mut code));
        let times = total / code.len().max(1);
        (code, times)
    }
}

/// Collects the cases of one assembler on one architecture.
pub struct Cases<'a> {
    /// Where to.
    pub all: &'a mut Vec<Case>,
    /// What is assembled.
    pub workload: &'static Workload,
    /// `x64` or `a64`.
    pub arch: &'static str,
    /// Name of the assembler.
    pub assembler: &'static str,
}

impl Cases<'_> {
    /// Adds a case. Its memory is made when it is first called.
    pub fn add<E>(&mut self, workload: &'static str, instructions: usize, start: impl Fn() -> E + 'static)
    where
        E: FnMut(Option<&mut Vec<u8>>) -> usize + 'static,
    {
        let Cases { arch, assembler, .. } = *self;
        let mut started = None;
        let emit = move |out: Option<&mut Vec<u8>>| started.get_or_insert_with(&start)(out);
        self.all.push(Case { workload, arch, assembler, instructions, emit: Box::new(emit) });
    }
}

/// An assembler whose memory can be used again.
pub trait Restart {
    /// Forgets code and labels, keeps the memory.
    fn restart(&mut self);
    /// Resolves references, copies the code to `out`, returns its length.
    fn complete(&mut self, out: Option<&mut Vec<u8>>) -> usize;
}

/// Copies code to where it is wanted.
pub fn hand_out(code: &[u8], out: Option<&mut Vec<u8>>) -> usize {
    if let Some(out) = out {
        out.clear();
        out.extend_from_slice(code);
    }
    code.len()
}

/// All cases of these architectures and assemblers that are compiled in, those of a workload and architecture in a row.
pub fn all() -> Vec<Case> {
    let workload: &'static Workload = Box::leak(Box::new(Workload::new()));
    let mut all = Vec::new();
    crate::ours::cases(&mut all, workload);
    #[cfg(feature = "peers")]
    crate::peers::cases(&mut all, workload);
    all
}
