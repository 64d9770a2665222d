//! Instructions in Intel syntax, ours and those of iced-x86, in a form that can be compared.

use iced_x86::{Decoder, Formatter, IntelFormatter, MemorySizeOptions, NumberBase, OpKind};

/// An instruction taken apart.
#[derive(Clone)]
pub struct Instruction {
    /// As it was written.
    pub text: String,
    /// Prefixes in front, without hints for the encoding, and rounding; in alphabetical order.
    pub prefixes: Vec<String>,
    /// The mnemonic.
    pub mnemonic: String,
    /// The operands, each in a normal form.
    pub operands: Vec<String>,
    /// Widths of the numbers among the operands, where known.
    pub widths: Vec<u32>,
}

const PREFIXES: &[&str] = &["lock", "rep", "repne", "xacquire", "xrelease", "bnd", "notrack", "es", "cs", "ss", "ds", "fs", "gs"];

impl Instruction {
    /// Takes text apart.
    pub fn read(text: &str) -> Instruction {
        let mut rest = text.trim();
        let mut prefixes = Vec::new();
        let mnemonic = loop {
            let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
            rest = behind.trim_start();
            match word {
                "{evex}" | "{vex}" | "{vex2}" | "{vex3}" => {}
                "repe" => prefixes.push("rep".to_string()),
                word if PREFIXES.contains(&word) || word == "{nf}" => prefixes.push(word.to_string()),
                word => break word.to_string(),
            }
        };
        let mut operands: Vec<String> = Vec::new();
        for operand in split(rest) {
            let (operand, rounding) = without_rounding(&normal(&operand));
            prefixes.extend(rounding);
            let mask = operand.starts_with('k') && (mnemonic.contains("gather") || mnemonic.contains("scatter"));
            match operands.last_mut() {
                // iced-x86 writes the mask of a gather as an operand.
                Some(last) if mask => last.push_str(&format!("{{{operand}}}")),
                _ if operand.is_empty() => {}
                _ => operands.push(operand),
            }
        }
        prefixes.sort_unstable();
        Instruction { text: text.to_string(), prefixes, mnemonic, operands, widths: Vec::new() }
    }

    /// The same with other operands.
    pub fn with_operands(&self, operands: Vec<String>) -> Instruction {
        Instruction { operands, ..self.clone() }
    }

    /// Whether prefixes and operands are the same; `other` knows the widths of numbers.
    pub fn same_operands(&self, other: &Instruction) -> bool {
        let mut widths = other.widths.iter();
        self.prefixes == other.prefixes
            && self.operands.len() == other.operands.len()
            && self.operands.iter().zip(&other.operands).all(|(ours, theirs)| match (ours.parse(), theirs.parse()) {
                (Ok(ours), Ok(theirs)) => equal(ours, theirs, widths.next().copied().unwrap_or(64)),
                _ => ours == theirs || ours == unsized_part(theirs) || theirs == unsized_part(ours),
            })
    }
}

/// What iced-x86 calls otherwise: beginnings of its text, and ours.
const SPELLINGS: &[(&str, &str)] = &[
    ("call far ", "lcall "),
    ("jmp far ", "ljmp "),
    ("data64 ret far", "retfq"),
    ("data16 ret far", "retfw"),
    ("ret far", "retf"),
    ("data16 push ", "pushw "),
    ("data16 call far ", "lcall "),
    ("data16 jmp far ", "ljmp "),
    ("data16 ", ""),
    ("addr16 ", ""),
    ("addr32 ", ""),
    ("prefetch_exclusive ", "prefetch "),
    ("prefetch_reserved ", "prefetch "),
    ("prefetchw_reserved ", "prefetchw "),
    ("pcmpestri64 ", "pcmpestriq "),
    ("pcmpestrm64 ", "pcmpestrmq "),
    ("vpcmpestri64 ", "vpcmpestriq "),
    ("vpcmpestrm64 ", "vpcmpestrmq "),
    ("rep xcrypt", "xcrypt"),
    ("rep xsha", "xsha"),
    ("rep montmul", "montmul"),
    ("rep ccs_", "ccs_"),
];

/// iced-x86's text in our spelling.
fn respell(text: &str) -> String {
    let text = text.replace("{rne-sae}", "{rn-sae}");
    let found = SPELLINGS.iter().find_map(|(theirs, ours)| text.strip_prefix(theirs).map(|rest| format!("{ours}{rest}")));
    found.unwrap_or(text)
}

/// A memory operand without its width, which need not be written.
fn unsized_part(operand: &str) -> &str {
    let sizes = ["byte", "word", "dword", "fword", "qword", "tbyte", "xmmword", "ymmword", "zmmword", "mem384", "mem512"];
    sizes.iter().find_map(|size| operand.strip_prefix(size)).unwrap_or(operand)
}

/// Whether numbers are the same in the lowest bits.
fn equal(a: i128, b: i128, bits: u32) -> bool {
    (a - b) & ((1 << bits) - 1) == 0
}

/// Operands: what commas separate outside brackets. Flags to compare with have no comma behind them.
fn split(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut depth = 0;
    for c in text.chars() {
        depth += i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}'));
        match c {
            ',' if depth == 0 => out.push(String::new()),
            c => out.last_mut().expect("never empty").push(c),
        }
    }
    out.retain(|operand| !operand.trim().is_empty());
    out
}

/// Takes `{sae}` and the like away.
fn without_rounding(operand: &str) -> (String, Option<String>) {
    let Some((front, rest)) = operand.split_once("sae}") else { return (operand.to_string(), None) };
    let (front, mode) = front.rsplit_once('{').unwrap_or((front, ""));
    (format!("{front}{rest}"), Some(format!("{mode}sae")))
}

/// `width segment:[sorted terms]decorations`, without spaces.
fn normal(operand: &str) -> String {
    let text: String = operand.replace(" - ", "+-").replace("ptr", "").split_whitespace().collect();
    let text = text.replace("st(0)", "st").replace("-", "+-").replace("++", "+").replace("[+", "[");
    let Some((front, rest)) = text.split_once('[') else { return operand.trim().replace("st(0)", "st").replace(' ', "") };
    let (inside, behind) = rest.split_once(']').unwrap_or((rest, ""));
    // A displacement is a 64-bit pattern.
    let signed = |term: &str| term.parse::<u64>().map_or(term.to_string(), |number| (number as i64).to_string());
    let mut terms: Vec<String> =
        inside.split('+').filter(|term| *term != "0").map(|term| term.trim_start_matches("1*")).map(signed).collect();
    terms.sort_unstable();
    format!("{front}[{}]{behind}", terms.join("+"))
}

/// What iced-x86 makes of bytes that are one instruction.
pub fn iced(bytes: &[u8], bits: u32, options: u32) -> Option<Instruction> {
    // Behind the instruction is address 0, so that targets are distances.
    let start = 0u64.wrapping_sub(bytes.len() as u64);
    let mut decoder = Decoder::with_ip(bits, bytes, start, options);
    let found = decoder.decode();
    if found.is_invalid() || found.len() != bytes.len() {
        return None;
    }
    let mut formatter = IntelFormatter::new();
    let format = formatter.options_mut();
    format.set_number_base(NumberBase::Decimal);
    format.set_memory_size_options(MemorySizeOptions::Always);
    format.set_rip_relative_addresses(true);
    format.set_scale_before_index(true);
    format.set_always_show_scale(true);
    format.set_use_pseudo_ops(false);
    format.set_show_branch_size(false);
    format.set_show_useless_prefixes(false);
    let mut text = String::new();
    formatter.format(&found, &mut text);
    let widths = found.op_kinds().filter_map(width).collect();
    Some(Instruction { widths, ..Instruction::read(&respell(&text)) })
}

/// Bits of an immediate operand.
fn width(kind: OpKind) -> Option<u32> {
    match kind {
        OpKind::Immediate8 | OpKind::Immediate8_2nd => Some(8),
        OpKind::Immediate16 | OpKind::Immediate8to16 | OpKind::NearBranch16 => Some(16),
        OpKind::Immediate32 | OpKind::Immediate8to32 | OpKind::NearBranch32 => Some(32),
        OpKind::Immediate64 | OpKind::Immediate8to64 | OpKind::Immediate32to64 | OpKind::NearBranch64 => Some(64),
        _ => None,
    }
}
