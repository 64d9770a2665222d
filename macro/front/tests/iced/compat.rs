//! Lines that dynasm-rs accepts, with its bytes: they give the same bytes here, or those that llvm-mc and GNU as prefer for the
//! instruction, which iced-x86 reads as the same one.
//!
//! Columns of `compat/x64-dynasmrs.tsv.gz`: the line, the bytes by dynasm-rs, and those here where they differ: 2-byte VEX by
//! exchanging the places of the registers of a move, and no REX.W that changes nothing. Of these 41 lines 33 are shorter here,
//! and 8, which need REX for another register, as long.

use super::compare::any_width_of;
use super::file::unhex;
use super::instruction::iced;
use iced_x86::DecoderOptions;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// Mnemonic and operands by iced-x86, without the widths of general registers.
fn reading(bytes: &str) -> Option<(String, Vec<String>)> {
    let instruction = iced(&unhex(bytes), 64, DecoderOptions::NONE)?;
    let operands = instruction.operands.iter().map(|operand| any_width_of(operand)).collect();
    Some((instruction.mnemonic, operands))
}

#[test]
fn dynasm_rs() {
    let packed = &include_bytes!("../compat/x64-dynasmrs.tsv.gz")[..];
    let mut table = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut table).expect("compressed text");
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let input: String = lines.iter().map(|line| format!("{}\n", line[0])).collect();

    let command = &mut Command::new(env!("CARGO_BIN_EXE_bareasm"));
    let mut child =
        command.args(["asm", "--arch", "x64"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bareasm starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("bareasm ends");
    writer.join().expect("no panic").expect("bareasm reads");
    let output = String::from_utf8(output.stdout).expect("text");

    let found: Vec<&str> = output.lines().collect();
    assert_eq!(found.len(), lines.len());
    let (mut other, mut wrong) = (0, Vec::new());
    for (line, found) in lines.iter().zip(found) {
        let same = match line[..] {
            [_, theirs] => found == theirs,
            [_, theirs, ours] => {
                other += 1;
                found == ours && ours.len() <= theirs.len() && reading(ours).is_some() && reading(ours) == reading(theirs)
            }
            _ => false,
        };
        if !same {
            wrong.push(format!("{}: {found}", line.join(" ")));
        }
    }
    println!("{} lines, {other} of them in another encoding", lines.len());
    assert!(wrong.is_empty(), "{} lines:\n{}", wrong.len(), wrong.join("\n"));
}
