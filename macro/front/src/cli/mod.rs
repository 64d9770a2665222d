//! The `bareasm` command: the macro's parser and tables at the terminal.

mod asm;
mod dis;
mod forms;

use clap::{Parser, Subcommand};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Assembles and disassembles instructions, and lists what a mnemonic takes.
#[derive(Debug, Parser)]
#[command(name = "bareasm", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Assembles standard input: one instruction a line, one line of hexadecimal bytes (or `error: ...`) for each; warnings go to standard error
    Asm {
        /// aarch64, thumb, x64, x86
        #[arg(long)]
        arch: String,
    },
    /// Disassembles hexadecimal lines of standard input, or a part of a file: address, bytes and text of each instruction
    Dis {
        /// aarch64, thumb, x64, x86
        #[arg(long)]
        arch: String,
        /// A file that holds code
        #[arg(long)]
        file: Option<PathBuf>,
        /// Where the code begins in the file
        #[arg(long, default_value = "0", value_parser = number, requires = "file")]
        offset: u64,
        /// How many bytes of the file are code; without it, all of the rest
        #[arg(long, value_parser = number, requires = "file")]
        length: Option<u64>,
        /// The address of the first byte
        #[arg(long, default_value = "0", value_parser = number)]
        address: u64,
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

/// A number as assembly has it, decimal or `0x` and hexadecimal.
fn number(text: &str) -> Result<u64, std::num::ParseIntError> {
    text.strip_prefix("0x").map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16))
}

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = BufWriter::new(io::stdout().lock());
    let done = match arguments.command {
        Command::Asm { arch } => asm::run(&arch, io::stdin().lock(), &mut output, &mut io::stderr().lock()),
        Command::Dis { arch, file, offset, length, address } => {
            let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            let part = file.map(|file| dis::Part { file, offset: size(offset), length: length.map(size) });
            dis::run(&arch, part, address, io::stdin().lock(), &mut output)
        }
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
