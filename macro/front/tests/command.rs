//! The `bareasm` command.
#![cfg(all(feature = "cli", feature = "aarch64", feature = "thumb", feature = "x64"))]

use std::io::Write;
use std::process::{Command, Stdio};

/// Output and whether the command was content.
fn bareasm(arguments: &[&str], input: &str) -> (String, bool) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bareasm"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // An unknown architecture is reported before anything is read.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    (String::from_utf8(output.stdout).expect("text"), output.status.success())
}

#[test]
fn a_line_for_each_line() {
    let input = "add x0, x1, #4 // four\n\n# nothing\n.feature -lse\nldadd x0, x1, [x2]\nadd x0, x1, x2,lsl#3\nb.eq #8\nadd X(3), x1, #1\n.u16 1, 2\n";
    let (output, good) = bareasm(&["asm", "--arch", "aarch64"], input);
    let lines: Vec<&str> = output.lines().collect();
    assert!(!good);
    assert_eq!(lines.len(), 9, "{output}");
    assert!(lines[4].starts_with("error: ") && lines[4].contains("lse"), "{output}");
    assert_eq!([lines[0], lines[1], lines[2], lines[3]], ["20100091", "", "", ""]);
    assert_eq!(&lines[5..], ["200c028b", "40000054", "23040091", "01000200"]);
}

#[test]
fn blocks_run_over_lines() {
    let (output, good) = bareasm(&["asm", "--arch", "thumb"], "it eq\naddeq r0, #1 @ comment\nadds r0, #1; and another\n");
    assert!(good, "{output}");
    assert_eq!(output, "08bf\n0130\n0130\n");
}

#[test]
fn what_is_not_known_on_a_single_line() {
    for (line, part) in [("mov rax, value", "`value`"), ("jmp ->l", "labels"), ("add eax, (", "brackets"), (".align 4", "address")] {
        let (output, good) = bareasm(&["asm", "--arch", "x64"], line);
        assert!(!good && output.starts_with("error: ") && output.contains(part), "{line}: {output}");
    }
    for arch in ["arm", "riscv64", "riscv32", "pdp11"] {
        let (output, good) = bareasm(&["asm", "--arch", arch], "nop\n");
        assert!(!good && output.starts_with("error: ") && output.contains(arch), "{output}");
    }
}

#[test]
fn forms() {
    let (output, good) = bareasm(&["forms", "--arch", "x64", "vaddps"], "");
    assert!(good && output.lines().all(|line| line.starts_with("vaddps ")), "{output}");
    assert!(output.contains("avx512f"));
    let (output, good) = bareasm(&["forms", "--arch", "aarch64", "add"], "");
    assert!(good && output.contains("0 to 4095"), "{output}");
    let (output, good) = bareasm(&["forms", "--arch", "aarch64", "mvo"], "");
    assert!(!good && output.contains("mov"), "{output}");
}
