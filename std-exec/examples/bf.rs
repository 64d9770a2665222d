//! Compiles a Brainfuck program to machine code and runs it.
//!
//! ```text
//! cargo run --release -p bareasm-exec --example bf -- std-exec/examples/bf/programs/hello.bf
//! echo drawer | cargo run --release -p bareasm-exec --example bf -- std-exec/examples/bf/programs/reverse.bf
//! ```
//! The tape has 30,000 cells of a byte, which wrap; leaving it is an error, found by the generated code. At the end of
//! the input `,` stores 0. A bracket without its partner is shown with its line and column.

#[path = "bf/parse.rs"]
mod parse;

#[cfg(target_arch = "aarch64")]
#[path = "bf/aarch64.rs"]
mod compile;
#[cfg(target_arch = "x86_64")]
#[path = "bf/x64.rs"]
mod compile;

use clap::Parser;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Cells of the tape.
const TAPE: usize = 30_000;

/// Compiles a Brainfuck program to machine code and runs it.
#[derive(Parser)]
struct Arguments {
    /// The program.
    file: PathBuf,
    /// Show the code that was made instead of running it.
    #[arg(long)]
    listing: bool,
}

/// What the generated code calls back for. Its methods are called through `put` and `get`.
#[derive(Debug)]
pub struct Console {
    input: std::io::Stdin,
    output: std::io::Stdout,
    failure: Option<std::io::Error>,
}

/// The calling convention of the generated code: on x86-64 always that of System V, so that it is one on every system.
macro_rules! callback {
    ($(fn $name:ident($($argument:tt)*) -> $result:ty $body:block)*) => {$(
        #[cfg(target_arch = "x86_64")]
        extern "sysv64" fn $name($($argument)*) -> $result $body
        #[cfg(not(target_arch = "x86_64"))]
        extern "C" fn $name($($argument)*) -> $result $body
    )*};
}

callback! {
    fn put(console: &mut Console, byte: u8) -> u32 {
        match console.output.write_all(&[byte]) {
            Ok(()) => 0,
            Err(error) => { console.failure = Some(error); 2 }
        }
    }
    fn get(console: &mut Console) -> u32 {
        let _ = console.output.flush();
        let mut byte = [0];
        match console.input.read_exact(&mut byte) {
            Ok(()) => u32::from(byte[0]),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => 0,
            Err(error) => { console.failure = Some(error); 0 }
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let name = arguments.file.display();
    let source = std::fs::read(&arguments.file).map_err(|error| format!("error: {name}: {error}"))?;
    let program = parse::parse(&source).map_err(|mistake| format!("error: {name}:{mistake}"))?;
    let function = compile::compile(&program, put as *const () as usize as u64, get as *const () as usize as u64)
        .map_err(|error| format!("error: {error}"))?;
    if arguments.listing {
        print!("{}", function.listing());
        return Ok(());
    }
    let mut tape = vec![0u8; TAPE];
    let mut console = Console { input: std::io::stdin(), output: std::io::stdout(), failure: None };
    let status = function.call(&mut tape, &mut console);
    let _ = console.output.flush();
    if let Some(error) = console.failure {
        return Err(format!("error: {error}"));
    }
    match status {
        0 => Ok(()),
        _ => Err(format!("error: {name}: the pointer left the tape of {TAPE} cells")),
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
