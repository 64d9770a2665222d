//! A tour: small programs assembled, shown and run, on the machine this is built for.
//!
//! ```text
//! cargo run --release -p bareasm-exec --example tour
//! cargo run --release -p bareasm-exec --example tour -- '2 * (3 + 4) - 1'
//! ```
//! With an argument, only that expression is compiled: 32-bit integers with `+ - *`, wrapping.

#[path = "tour/programs.rs"]
mod programs;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let made = match arguments.next() {
        Some(text) => programs::expression(&text).map(|program| vec![program]),
        None => programs::all(),
    };
    let list = match made {
        Ok(list) => list,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let mut good = true;
    for program in &list {
        println!("== {}\n{}-> {}\n", program.title, program.listing, program.result);
        if program.result != program.expected {
            eprintln!("wrong: expected {}\n", program.expected);
            good = false;
        }
    }
    println!("{} programs, {}", list.len(), if good { "every result right" } else { "some results wrong" });
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
