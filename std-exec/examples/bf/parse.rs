//! Reads a Brainfuck program into runs of equal instructions and nested loops.

use std::fmt;

/// An instruction.
#[derive(Debug, PartialEq, Eq)]
pub enum Instruction {
    /// `+` and `-`: adds to the cell, wrapping.
    Add(u8),
    /// `>` and `<`: moves the pointer.
    Move(i32),
    /// `.`
    Put,
    /// `,`
    Get,
    /// `[...]`
    Loop(Vec<Instruction>),
}

/// A bracket without its partner.
#[derive(Debug)]
pub struct Mistake {
    line: usize,
    column: usize,
    what: &'static str,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.what)
    }
}

/// Reads a program; every byte that is not one of the eight instructions is a comment.
pub fn parse(source: &[u8]) -> Result<Vec<Instruction>, Mistake> {
    let mut open: Vec<(usize, usize, Vec<Instruction>)> = Vec::new();
    let mut now = Vec::new();
    let (mut line, mut column) = (1, 0);
    for byte in source {
        column += 1;
        match byte {
            b'+' => add(&mut now, 1),
            b'-' => add(&mut now, 255),
            b'>' => step(&mut now, 1),
            b'<' => step(&mut now, -1),
            b'.' => now.push(Instruction::Put),
            b',' => now.push(Instruction::Get),
            b'[' => open.push((line, column, std::mem::take(&mut now))),
            b']' => match open.pop() {
                Some((_, _, outer)) => {
                    let body = std::mem::replace(&mut now, outer);
                    now.push(Instruction::Loop(body));
                }
                None => return Err(Mistake { line, column, what: "`]` without a `[` before it" }),
            },
            b'\n' => (line, column) = (line + 1, 0),
            _ => {}
        }
    }
    match open.pop() {
        None => Ok(now),
        Some((line, column, _)) => Err(Mistake { line, column, what: "`[` without a `]` after it" }),
    }
}

fn add(now: &mut Vec<Instruction>, by: u8) {
    match now.last_mut() {
        Some(Instruction::Add(sum)) => *sum = sum.wrapping_add(by),
        _ => now.push(Instruction::Add(by)),
    }
}

fn step(now: &mut Vec<Instruction>, by: i32) {
    match now.last_mut() {
        // A run longer than the tape leaves it either way.
        Some(Instruction::Move(sum)) => *sum = sum.saturating_add(by),
        _ => now.push(Instruction::Move(by)),
    }
}
