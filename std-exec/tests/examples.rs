//! The examples as commands: what they print for good and for wrong input, to the letter.
//!
//! `cargo test` builds the examples beside the tests. Where the test itself runs in an emulator, so must they: by the
//! runner that cargo was told of in the environment.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a command answers.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    success: bool,
    output: String,
    errors: String,
}

fn good(output: &str) -> Answer {
    Answer { success: true, output: output.into(), errors: String::new() }
}

fn bad(errors: &str) -> Answer {
    Answer { success: false, output: String::new(), errors: errors.into() }
}

/// `target/<profile>/examples/<name>`, for a test in `target/<profile>/deps`.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let path = profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not there: run the tests of the whole package, or `cargo build --examples` before",
        path.display()
    );
    path
}

fn command(name: &str) -> Command {
    let runner = if cfg!(all(target_arch = "aarch64", target_os = "linux")) {
        std::env::var("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER").unwrap_or_default()
    } else {
        String::new()
    };
    let mut words = runner.split_whitespace();
    match words.next() {
        None => Command::new(example(name)),
        Some(emulator) => {
            let mut command = Command::new(emulator);
            command.args(words).arg(example(name));
            command
        }
    }
}

fn run(name: &str, arguments: &[&str], input: &[u8]) -> Answer {
    let mut child =
        command(name).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input); // it may end without reading
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Answer { success: output.status.success(), output: text(output.stdout), errors: text(output.stderr) }
}

fn calc(expression: &str) -> Answer {
    // An argument has at most 128 KiB on Linux.
    if expression.len() < 1000 {
        run("calc", &[expression], b"")
    } else {
        run("calc", &[], expression.as_bytes())
    }
}

const MIN: &str = "-9223372036854775808";
const TOO_LARGE: &str = "error: line 1: the result does not fit 64 bits\n";
const BY_ZERO: &str = "error: line 1: division by zero\n";

#[test]
fn calc_computes() {
    for (expression, value) in [
        ("2 * (3 + 4) - -1", "15"),
        ("7 / 2", "3"),
        ("-7 / 2", "-3"),
        ("7 / -2", "-3"),
        ("7 % -2", "1"),
        ("-7 % 2", "-1"),
        ("10 - 4 - 3", "3"),
        ("100 / 5 / 2", "10"),
        ("2 + 3 * 4 % 5", "4"),
        ("--5", "5"),
        ("-(2 - 5)", "3"),
        ("-1", "-1"),
        (" 0 ", "0"),
        (MIN, MIN),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775807 - 1", MIN),
        ("3037000499 * 3037000499", "9223372030926249001"),
        ("-9223372036854775808 * 1", MIN),
        ("4611686018427387904 * -2", MIN),
        ("-9223372036854775808 % -1 * 0 + 5", ""),
        ("5 % -1", "0"),
        ("5 / -1", "-5"),
        ("-9223372036854775808 / 1", MIN),
        ("-9223372036854775808 / -9223372036854775808", "1"),
    ] {
        if value.is_empty() {
            assert_eq!(calc(expression), bad(TOO_LARGE), "{expression}");
        } else {
            assert_eq!(calc(expression), good(&format!("{value}\n")), "{expression}");
        }
    }
}

#[test]
fn calc_finds_what_does_not_fit_and_what_divides_by_zero() {
    for expression in [
        "9223372036854775807 + 1",
        "-9223372036854775808 - 1",
        "-9223372036854775808 + -1",
        "--9223372036854775808",
        "-9223372036854775808 / -1",
        "-9223372036854775808 % -1",
        "3037000500 * 3037000500",
        "4611686018427387904 * 2",
        "-9223372036854775808 * -1",
        "1 + (2 * (9223372036854775807 + 1))",
    ] {
        assert_eq!(calc(expression), bad(TOO_LARGE), "{expression}");
    }
    for expression in ["1 / 0", "1 % 0", "0 / 0", "-9223372036854775808 / 0", "5 + 1 / (3 - 3)", "(((1 / 0)))"] {
        assert_eq!(calc(expression), bad(BY_ZERO), "{expression}");
    }
}

#[test]
fn calc_says_where_a_mistake_is() {
    let expected = "expected a number, `-` or `(`, found";
    for (expression, column, message) in [
        ("1 +", 4, format!("{expected} the end")),
        ("1 + * 2", 5, format!("{expected} `*`")),
        ("1 2", 3, "expected an operator or the end, found `2`".into()),
        ("(1 + 2", 7, "expected `)` for the `(` in column 1".into()),
        ("3 * (1 + (2)", 13, "expected `)` for the `(` in column 5".into()),
        ("1)", 2, "expected an operator or the end, found `)`".into()),
        ("2 ^ 3", 3, "expected an operator or the end, found `^`".into()),
        ("x", 1, format!("{expected} `x`")),
        ("äö", 1, format!("{expected} `ä`")),
        ("1 + ü", 5, format!("{expected} `ü`")),
        ("()", 2, format!("{expected} `)`")),
        ("1 + 9223372036854775808", 5, "9223372036854775808 does not fit 64 bits".into()),
        ("-9223372036854775809", 2, "-9223372036854775809 does not fit 64 bits".into()),
        ("99999999999999999999999999", 1, "99999999999999999999999999 does not fit 64 bits".into()),
    ] {
        let mark = " ".repeat(column - 1);
        let text = format!("error: line 1, column {column}: {message}\n  {expression}\n  {mark}^\n");
        assert_eq!(calc(expression), bad(&text), "{expression}");
    }
}

#[test]
fn calc_nests_so_deep_and_no_deeper() {
    let nested = |depth: usize| format!("{}7{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(calc(&nested(499)), good("7\n"));
    let answer = calc(&nested(500));
    assert!(!answer.success);
    assert!(answer.errors.starts_with("error: line 1, column 501: nested more than 500 deep\n"), "{}", answer.errors);
    assert!(!calc(&nested(100_000)).success);
    assert!(!calc(&format!("{}1", "-".repeat(100_000))).success);
    // Long sums do not nest.
    let right = format!("{}1{}", "1+(".repeat(400), ")".repeat(400));
    assert_eq!(calc(&right), good("401\n"));
    let long = vec!["1"; 30_000].join("+");
    assert_eq!(calc(&long), good("30000\n"));
}

#[test]
fn calc_reads_lines() {
    let answer = run("calc", &[], b"1 + 1\n\n2 / 0\n  \n3 *\n4 % 3\n");
    assert_eq!(
        answer,
        Answer {
            success: false,
            output: "2\n1\n".into(),
            errors: "error: line 3: division by zero\n\
                     error: line 5, column 4: expected a number, `-` or `(`, found the end\n  3 *\n     ^\n"
                .into(),
        }
    );
    assert_eq!(run("calc", &[], b""), good(""));
    assert_eq!(run("calc", &[], b"\xff\n"), bad("error: standard input: stream did not contain valid UTF-8\n"));
    let listing = run("calc", &["--listing", "6 * 7"], b"");
    assert!(listing.success && listing.output.ends_with("\n42\n") && listing.output.contains("mul"), "{listing:?}");
}

fn program(name: &str) -> String {
    format!("{}/examples/bf/programs/{name}.bf", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn bf_runs_its_programs() {
    let bf = |name: &str, input: &[u8]| run("bf", &[&program(name)], input);
    assert_eq!(bf("hello", b""), good("Hello, world!\n"));
    assert_eq!(bf("reverse", b"drawer"), good("reward"));
    assert_eq!(bf("reverse", b""), good(""));
    let triangle: String = (1..=8).map(|stars| "*".repeat(stars) + "\n").collect();
    assert_eq!(bf("triangle", b""), good(&triangle));
}

/// Runs a program that is written to a file of its own.
fn bf(name: &str, source: &str, input: &[u8]) -> (Answer, String) {
    let file = std::env::temp_dir().join(format!("bareasm-{}-{name}.bf", std::process::id()));
    std::fs::write(&file, source).unwrap();
    let path = file.to_str().unwrap().to_owned();
    let answer = run("bf", &[&path], input);
    std::fs::remove_file(&file).unwrap();
    (answer, path)
}

#[test]
fn bf_knows_the_edges_of_its_tape() {
    for (name, source) in
        [("left", "<".to_owned()), ("right", ">".repeat(30_000)), ("far", ">".repeat(100_000)), ("run", "+[>+]".to_owned())]
    {
        let (answer, path) = bf(name, &source, b"");
        assert_eq!(answer, bad(&format!("error: {path}: the pointer left the tape of 30000 cells\n")), "{name}");
    }
    // The last cell, and back.
    let source = format!("{}{}.{}+.", ">".repeat(29_999), "+".repeat(65), "<".repeat(29_999));
    assert_eq!(bf("last", &source, b"").0, good("A\u{1}"));
    // Cells wrap, in runs of any length; input that has ended is 0.
    assert_eq!(bf("wrap", &format!("-{}.", "+".repeat(256 + 66)), b"").0, good("A"));
    assert_eq!(bf("input", ",.,.,+.", b"xy").0, good("xy\u{1}"));
    assert_eq!(bf("empty", "no instruction at all", b"").0, good(""));
}

#[test]
fn bf_says_where_a_bracket_is_alone() {
    for (name, source, place, message) in [
        ("open", "+[\n [-]\n  [", "3:3", "`[` without a `]` after it"),
        ("outer", "[[]", "1:1", "`[` without a `]` after it"),
        ("close", "+\n ]", "2:2", "`]` without a `[` before it"),
        ("second", "[]]", "1:3", "`]` without a `[` before it"),
    ] {
        let (answer, path) = bf(name, source, b"");
        assert_eq!(answer, bad(&format!("error: {path}:{place}: {message}\n")), "{name}");
    }
    let missing = run("bf", &["/nowhere/at all.bf"], b"");
    assert_eq!(missing, bad("error: /nowhere/at all.bf: No such file or directory (os error 2)\n"));
}

#[test]
fn bf_loops_over_far_code() {
    // The body of the outer loop is longer than the reach of short branches: 3,000 times "move and come back".
    let source = format!("+++[{}-{}.{}]", "><".repeat(3_000), ">+", "<");
    assert_eq!(bf("far-loop", &source, b"").0, good("\u{1}\u{2}\u{3}"));
}

#[test]
fn tour_is_right() {
    let answer = run("tour", &[], b"");
    assert!(answer.success && answer.errors.is_empty(), "{answer:?}");
    assert!(answer.output.ends_with("\n11 programs, every result right\n"), "{}", answer.output);
    let answer = run("tour", &["2 * (3 + 4) - 1"], b"");
    assert!(answer.success && answer.output.ends_with("-> 13\n\n1 programs, every result right\n"), "{answer:?}");
    let answer = run("tour", &["2 *"], b"");
    assert_eq!(answer, bad("error: line 1, column 4: expected a number, `-` or `(`, found the end\n  2 *\n     ^\n"));
}
