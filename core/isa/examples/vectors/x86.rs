//! Texts of x86.
use bareasm_isa::x86::{Mode, Table};
pub(crate) fn lines(_table: &Table<'_>, _mode: Mode) -> Vec<String> { Vec::new() }
