//! Compiles arithmetic expressions to machine code and runs them.
//!
//! ```text
//! cargo run --release -p bareasm-exec --example calc -- '2 * (3 + 4) - -1'
//! echo '7 / 2' | cargo run --release -p bareasm-exec --example calc -- --listing
//! ```
//! Numbers are 64-bit signed integers; `+ - * / %`, unary minus and parentheses. Overflow and division by zero are
//! errors, found by the generated code. A mistake in the input is shown with its line and column.

#[path = "calc/parse.rs"]
mod parse;

#[cfg(target_arch = "aarch64")]
#[path = "calc/aarch64.rs"]
mod compile;
#[cfg(target_arch = "x86_64")]
#[path = "calc/x64.rs"]
mod compile;

use clap::Parser;
use std::io::Read;
use std::process::ExitCode;

/// Compiles an arithmetic expression to machine code and runs it.
#[derive(Parser)]
struct Arguments {
    /// The expression; without one, standard input is read, an expression a line.
    #[arg(allow_hyphen_values = true)]
    expression: Option<String>,
    /// Show the code that was made.
    #[arg(long)]
    listing: bool,
}

/// What the generated code reports beside its value.
fn outcome(status: u32, value: i64) -> Result<i64, &'static str> {
    match status {
        0 => Ok(value),
        1 => Err("division by zero"),
        _ => Err("the result does not fit 64 bits"),
    }
}

fn evaluate(text: &str, line: usize, listing: bool) -> Result<i64, String> {
    let expression = parse::parse(text).map_err(|mistake| mistake.show(text, line))?;
    let function = compile::compile(&expression).map_err(|error| format!("error: {error}"))?;
    if listing {
        print!("{}", function.listing());
    }
    let (status, value) = function.call();
    outcome(status, value).map_err(|what| format!("error: line {line}: {what}"))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let input = match arguments.expression {
        Some(text) => text,
        None => {
            let mut text = String::new();
            if let Err(error) = std::io::stdin().read_to_string(&mut text) {
                eprintln!("error: standard input: {error}");
                return ExitCode::FAILURE;
            }
            text
        }
    };
    let mut exit = ExitCode::SUCCESS;
    for (number, line) in input.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match evaluate(line, number + 1, arguments.listing) {
            Ok(value) => println!("{value}"),
            Err(message) => {
                eprintln!("{message}");
                exit = ExitCode::FAILURE;
            }
        }
    }
    exit
}
