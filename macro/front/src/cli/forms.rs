//! `bareasm forms`: what a mnemonic takes, one form a line: syntax as the manual writes it, encoding, features, and the range of
//! each operand that has one.

use crate::cpu::{self, Set};
#[cfg(any(feature = "x64", feature = "x86"))]
use crate::ir::Arch;
#[cfg(any(feature = "x64", feature = "x86"))]
use bareasm_isa::x86::Mode;
use std::io::{self, Write};

/// Lists the forms of a mnemonic; returns whether there are none.
pub(super) fn run(arch: &str, mnemonic: &str, output: &mut impl Write) -> io::Result<bool> {
    let arch = match cpu::arch_named(arch) {
        Ok(arch) => arch,
        Err(message) => {
            writeln!(output, "error: {message}")?;
            return Ok(true);
        }
    };
    let mnemonic = mnemonic.to_ascii_lowercase();
    let (rows, near) = match cpu::set(arch) {
        #[cfg(any(feature = "aarch64", feature = "thumb"))]
        Some(Set::Fixed(table)) => {
            let rows = table.forms(&mnemonic).flat_map(|form| {
                let mut takes = form.operands;
                takes.extend(form.constraints);
                takes.extend(form.remarks.into_iter().map(str::to_owned));
                let rest = [form.encoding, form.features, takes.join("; ")];
                form.syntax.into_iter().map(move |syntax| {
                    let [encoding, features, takes] = rest.clone();
                    [syntax, encoding, features, takes]
                })
            });
            (rows.collect(), table.nearest(&mnemonic))
        }
        #[cfg(any(feature = "x64", feature = "x86"))]
        Some(Set::X86(table)) => {
            let mode = if arch == Arch::X86 { Mode::Protected } else { Mode::Long };
            let rows = table.forms(&mnemonic).filter(|form| form.exists_in(mode)).map(|form| {
                let features: Vec<&str> = form.features().collect();
                [form.syntax().to_string(), form.encoding().to_string(), features.join(" "), form.ranges(mode).join("; ")]
            });
            (rows.collect::<Vec<_>>(), table.nearest(&mnemonic))
        }
        None => (Vec::new(), Vec::new()),
    };
    if rows.is_empty() {
        let advice = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
        writeln!(output, "error: unknown mnemonic `{mnemonic}`{advice}")?;
        return Ok(true);
    }
    columns(&rows, output)?;
    Ok(false)
}

/// Writes rows with their columns aligned.
fn columns<const N: usize>(rows: &[[String; N]], output: &mut impl Write) -> io::Result<()> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            line.push_str(&format!("{cell:width$}  "));
        }
        writeln!(output, "{}", line.trim_end())?;
    }
    Ok(())
}
