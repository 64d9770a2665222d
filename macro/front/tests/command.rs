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
fn warnings_beside_the_bytes() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bareasm"));
    let mut child = command
        .args(["asm", "--arch", "aarch64"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bareasm");
    child.stdin.take().expect("a pipe").write_all(b"nop\nldp x0, x0, [x1]\n").expect("bareasm reads");
    let output = child.wait_with_output().expect("bareasm ends");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1f2003d5\n200040a9\n");
    let warning = "line 2: warning: what `ldp` does with these operands is constrained unpredictable: `Rt1` must not be `Rt2`\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), warning);
}

#[test]
fn blocks_run_over_lines() {
    let (output, good) = bareasm(&["asm", "--arch", "thumb"], "it eq\naddeq r0, #1 @ comment\nadds r0, #1; and another\n");
    assert!(good, "{output}");
    assert_eq!(output, "08bf\n0130\n0130\n");
}

#[test]
fn what_is_not_known_on_a_single_line() {
    for (line, part) in
        [("mov rax, value", "`value`"), ("jmp ->l", "labels"), ("add eax, (", "brackets"), (".align 4", "address")]
    {
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
    assert!(good && output.lines().all(|line| line.starts_with("VADDPS ")), "{output}");
    assert!(output.contains("avx512f"));
    let (output, good) = bareasm(&["forms", "--arch", "aarch64", "add"], "");
    assert!(good && output.contains("0 to 4095"), "{output}");
    let (output, good) = bareasm(&["forms", "--arch", "aarch64", "mvo"], "");
    assert!(!good && output.contains("mov"), "{output}");
}

/// One line of output for each line of input, whatever is in it; the rest of the input is still read.
#[test]
fn wrong_lines_of_every_kind() {
    for (arch, lines) in [
        (
            "aarch64",
            &[
                "mvo x0, x1",
                "add x0, x1, #5000",
                "swpp xzr, x0, [x1]",
                "add x0, x1, #010",
                "add x0, x1,",
                "add x0, xzr, #1",
                "mov x0, #0x1_0001",
                "bics x20, xzr, #18446744073709551616",
                "add x0, x1, x2 x3",
                "->",
                ".banana",
            ][..],
        ),
        ("thumb", &["adds.n r8, r1, #1", "push {r0, sp}", "addeq r0, r0, #1", "ldr r0, [r1, #4096]", "it xx"][..]),
        (
            "x64",
            &[
                "mov eax, rbx",
                "mov [rax], 1",
                "mov rax, [rbx + rsp*2]",
                "lock",
                "pusha",
                "mov rax, rbx, rcx",
                "vaddps zmm0 {k9}, zmm1, zmm2",
                "add al, 256",
            ][..],
        ),
        ("x86", &["mov r8d, eax", "swapgs", "mov eax, \"text\"", "mov eax, (", "mov eax, \u{1F600}"][..]),
    ] {
        let input: String = lines.iter().flat_map(|line| [*line, "\n", "nop\n"]).collect();
        let (output, good) = bareasm(&["asm", "--arch", arch], &input);
        let answers: Vec<&str> = output.lines().collect();
        assert!(!good);
        assert_eq!(answers.len(), 2 * lines.len(), "{arch}: {output}");
        for (line, answer) in lines.iter().zip(answers.chunks(2)) {
            assert!(answer[0].starts_with("error: ") && !answer[1].starts_with("error"), "{line}: {answer:?}");
        }
    }
}

#[test]
fn what_is_no_text() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bareasm"))
        .args(["asm", "--arch", "x64"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("a pipe").write_all(b"nop\r\n\xff\xfe\nnop").expect("written");
    let output = child.wait_with_output().expect("the command ends");
    let text = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    assert!(matches!(lines.as_slice(), ["90", error, "90"] if error.starts_with("error: ")), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn arguments_that_are_missing_or_wrong() {
    let status = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bareasm"));
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("the command starts")
            .code()
    };
    assert_eq!(status(&[]), Some(2));
    assert_eq!(status(&["asm"]), Some(2));
    assert_eq!(status(&["forms", "--arch", "x64"]), Some(2));
    assert_eq!(status(&["dis"]), Some(2));
    assert_eq!(status(&["dis", "--arch", "x64", "--length", "1"]), Some(2));
    assert_eq!(status(&["dis", "--arch", "x64", "--file", "/", "--offset", "x"]), Some(2));
    assert_eq!(status(&["--help"]), Some(0));
    assert_eq!(status(&["asm", "--arch", "x64"]), Some(0));
}

#[test]
fn columns_of_forms() {
    let (output, good) = bareasm(&["forms", "--arch", "aarch64", "ldp"], "");
    assert!(
        good && output.contains("a multiple of 8 from -512 to 504") && output.contains("10 101 0 010 1 simm7:7 Rt2:5 Rn:5 Rt1:5"),
        "{output}"
    );
    // The encodings stand below one another.
    let starts: Vec<Option<usize>> = output.lines().map(|line| line.find(" 101 ")).collect();
    assert!(starts.windows(2).all(|pair| pair[0].is_some() && pair[0] == pair[1]), "{output}");
    let (output, good) = bareasm(&["forms", "--arch", "x64", "VADDPS"], "");
    assert!(good && output.contains("EVEX.512") && output.contains("avx512f"), "{output}");
    for (arch, mnemonic, part) in [
        ("arm", "add", "no instruction tables yet"),
        ("x46", "add", "did you mean `x64`?"),
        ("thumb", "mvo", "mov"),
        ("x64", "zzzzzzz", "unknown mnemonic"),
    ] {
        let (output, good) = bareasm(&["forms", "--arch", arch, mnemonic], "");
        assert!(!good && output.lines().count() == 1 && output.contains(part), "{arch} {mnemonic}: {output}");
    }
}

#[test]
fn disassembly() {
    let (output, good) = bareasm(&["dis", "--arch", "x64", "--address", "0x1000"], "4889e5\n0f1f440000 c3\nd5\n");
    assert!(good, "{output}");
    let expected = [
        ["1000", "4889e5", "mov rbp, rsp"],
        ["1003", "0f1f440000", "nop dword ptr [rax + rax]"],
        ["1008", "c3", "ret"],
        ["1009", "d5", ".byte 0xd5"],
    ];
    let lines: Vec<Vec<&str>> = output.lines().map(|line| line.trim_start().splitn(3, "  ").map(str::trim).collect()).collect();
    assert_eq!(lines, expected);
    let (output, good) = bareasm(&["dis", "--arch", "thumb"], "08bf 0130 ff00\n");
    assert!(good && output.contains("addeq r0, #1") && output.contains("lsls r7"), "{output}");
    let (output, good) = bareasm(&["dis", "--arch", "aarch64"], "200001cb\nzz\n");
    assert!(!good && output.contains("sub x0, x1, x1") && output.contains("error: "), "{output}");
}

#[test]
fn disassembly_of_a_file() {
    let path = std::env::temp_dir().join(format!("bareasm-dis-{}", std::process::id()));
    std::fs::write(&path, [0xff, 0x90, 0xc3, 0xff]).expect("a file");
    let file = path.to_str().expect("a name in Unicode");
    let (output, good) = bareasm(&["dis", "--arch", "x86", "--file", file, "--offset", "1", "--length", "2"], "");
    std::fs::remove_file(&path).expect("the file is there");
    assert!(good, "{output}");
    let texts: Vec<&str> = output.lines().filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(texts, ["nop", "ret"]);
}
