//! The `bareasm` command.
fn main() {}
