//! Lines that dynasm-rs accepts, with its bytes: they give the same bytes here, or those that llvm-mc and GNU as prefer for the
//! instruction, which iced-x86 reads as the same one.
//!
//! Columns of `compat/x64-dynasmrs.tsv.gz`: the line, the bytes by dynasm-rs, and those here where they differ: 2-byte VEX by
//! exchanging the places of the registers of a move, and no REX.W that changes nothing. Of these 41 lines 33 are shorter here,
//! and 8, which need REX for another register, as long.

use super::command::assemble;
use super::compare::any_width_of;
use super::file::{unhex, unpacked};
use super::instruction::iced;
use iced_x86::DecoderOptions;

/// Mnemonic and operands by iced-x86, without the widths of general registers.
fn reading(bytes: &str) -> Option<(String, Vec<String>)> {
    let instruction = iced(&unhex(bytes), 64, DecoderOptions::NONE)?;
    let operands = instruction.operands.iter().map(|operand| any_width_of(operand)).collect();
    Some((instruction.mnemonic, operands))
}

#[test]
fn dynasm_rs() {
    let table = unpacked("compat/x64-dynasmrs.tsv.gz");
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let texts: Vec<&str> = lines.iter().map(|line| line[0]).collect();
    let found = assemble("x64", &texts);
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
