//! The `bareasm` command.

fn main() -> std::process::ExitCode {
    bareasm_front::cli::run()
}
