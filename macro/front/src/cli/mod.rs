//! The `bareasm` command: the macro's parser and tables at the terminal.

mod asm;
mod forms;

use clap::{Parser, Subcommand};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// Assembles single instructions, and lists what a mnemonic takes.
#[derive(Debug, Parser)]
#[command(name = "bareasm", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Assembles standard input: one instruction a line, one line of hexadecimal bytes (or `error: ...`) for each
    Asm {
        /// aarch64, thumb, x64, x86
        #[arg(long)]
        arch: String,
    },
    /// Lists the forms of a mnemonic: operands, encoding, features, ranges
    Forms {
        /// aarch64, thumb, x64, x86
        #[arg(long)]
        arch: String,
        /// As in assembly: `add`, `b.eq`, `vpaddd`
        mnemonic: String,
    },
}

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = BufWriter::new(io::stdout().lock());
    let done = match arguments.command {
        Command::Asm { arch } => asm::run(&arch, io::stdin().lock(), &mut output),
        Command::Forms { arch, mnemonic } => forms::run(&arch, &mnemonic, &mut output),
    };
    match done.and_then(|failed| output.flush().map(|()| failed)) {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::FAILURE,
        // Whoever reads the output has heard enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
