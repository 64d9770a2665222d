//! The assemblers that ours is measured beside, each in its fastest documented usage.

mod asmkit;
mod cranelift;
mod dynasm_rs;
mod iced;

use crate::case::Case;
use crate::workload::Workload;

/// Adds all cases of the peers.
pub fn cases(all: &mut Vec<Case>, workload: &'static Workload) {
    dynasm_rs::cases(all, workload);
    asmkit::cases(all, workload);
    iced::cases(all, workload);
    cranelift::cases(all, workload);
}
