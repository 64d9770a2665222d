//! Proves that all assemblers emit the same instructions: bytes, and where those differ, what they mean.

use crate::case::Case;
use crate::measure::{self, Group};
use iced_x86::{Decoder, DecoderOptions, FlowControl, Formatter, Instruction, IntelFormatter};
use std::collections::HashMap;
use std::process::ExitCode;

/// Instructions that an assembler cannot be made to emit: assembler, architecture, the instruction it should be, why.
const KNOWN: [(&str, &str, &str, &str); 2] = [
    ("asmkit-rs", "a64", "0x8b000800", "its typed API has no `add` with a shifted register"),
    ("cranelift-assembler-x64", "x64", "vaddps ymm", "its `vaddps` of this shape is that of xmm"),
];
/// The bits of an A64 word that are not registers in the form above.
const A64_ADD_SHIFTED: u32 = 0xffe0_fc00;

/// Compares all assemblers with the reference.
pub fn run(filter: &str) -> ExitCode {
    let mut wrong = false;
    for mut group in measure::groups(filter) {
        wrong |= !check(&mut group);
    }
    if wrong {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn check(group: &mut Group) -> bool {
    let Some(reference) = group.reference() else { return true };
    let (expected, _) = reference.code();
    let mut good = true;
    for case in &mut group.cases {
        let verdict = compare(case, &expected);
        good &= verdict.is_ok();
        let text = verdict.unwrap_or_else(|difference| format!("DIFFERENT: {difference}"));
        println!("{:9} {}  {:26} {text}", case.workload, case.arch, case.assembler);
    }
    good
}

/// What the same means here, or the first difference.
fn compare(case: &mut Case, expected: &[u8]) -> Result<String, String> {
    let (code, _) = case.code();
    // Some emit the same bodies fewer times.
    if expected.starts_with(&code) {
        return Ok(format!("{} bytes, the same", code.len()));
    }
    let (ours, theirs) = match case.arch {
        "x64" => (x64(&code), x64(expected)),
        _ => (a64(&code), a64(expected)),
    };
    let count = ours.len();
    if count > theirs.len() {
        return Err(format!("{count} instructions, not {}", theirs.len()));
    }
    let mut known = HashMap::new();
    for (n, (ours, theirs)) in ours.iter().zip(&theirs).enumerate().filter(|(_, (ours, theirs))| ours != theirs) {
        let reason = KNOWN.iter().find(|(assembler, arch, text, _)| {
            let this = if *arch == "a64" { is_add_shifted(theirs) } else { theirs.starts_with(text) };
            (*assembler, *arch) == (case.assembler, case.arch) && this
        });
        match reason {
            Some((.., why)) => *known.entry(*why).or_insert(0) += 1,
            None => return Err(format!("instruction {n} is `{ours}`, not `{theirs}`")),
        }
    }
    let same = format!("{} bytes; other bytes, but the same {count} instructions", code.len());
    Ok(known.iter().fold(same, |text, (why, times)| format!("{text}, except {times}: {why}")))
}

/// The words, in hexadecimal.
fn a64(code: &[u8]) -> Vec<String> {
    code.chunks_exact(4).map(|word| format!("{:#010x}", u32::from_le_bytes([word[0], word[1], word[2], word[3]]))).collect()
}

/// Whether a word is `add Xd, Xn, Xm, lsl #2`.
fn is_add_shifted(word: &str) -> bool {
    u32::from_str_radix(word.trim_start_matches("0x"), 16).is_ok_and(|word| word & A64_ADD_SHIFTED == 0x8b00_0800)
}

/// The instructions in text. A branch is shown with the number of the instruction that it goes to, since its own length may differ.
fn x64(code: &[u8]) -> Vec<String> {
    let instructions: Vec<Instruction> = Decoder::new(64, code, DecoderOptions::NONE).into_iter().collect();
    let numbers: HashMap<u64, usize> = instructions.iter().enumerate().map(|(n, instruction)| (instruction.ip(), n)).collect();
    let mut formatter = IntelFormatter::new();
    let mut text = |instruction: &Instruction| match (instruction.flow_control(), instruction.is_jcc_short_or_near()) {
        (FlowControl::ConditionalBranch, true) => {
            format!("{:?} to instruction {:?}", instruction.condition_code(), numbers.get(&instruction.near_branch_target()))
        }
        _ => {
            let mut text = String::new();
            formatter.format(instruction, &mut text);
            text
        }
    };
    instructions.iter().map(&mut text).collect()
}
