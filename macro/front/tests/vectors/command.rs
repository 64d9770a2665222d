//! The `bareasm` command in tests.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;

/// What `bareasm asm` makes of lines: hexadecimal bytes or an error each.
pub fn assemble(arch: &str, lines: &[&str]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bareasm"));
    command.args(["asm", "--arch", arch]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("bareasm");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = String::new();
    thread::scope(|scope| {
        scope.spawn(move || input.write_all((lines.join("\n") + "\n").as_bytes()).expect("bareasm reads"));
        child.stdout.take().expect("a pipe").read_to_string(&mut output).expect("text");
    });
    child.wait().expect("bareasm ends");
    let found: Vec<String> = output.lines().map(str::to_string).collect();
    assert_eq!(found.len(), lines.len(), "one line of output each");
    found
}
