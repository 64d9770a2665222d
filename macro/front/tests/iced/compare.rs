//! Comparison of an instruction with what iced-x86 makes of its bytes, and the differences that have a reason.

use super::file::{unhex, Vector};
use super::instruction::{iced, Instruction};
use bareasm_isa::x86::{self, table::Name, Mode};
use iced_x86::DecoderOptions;
use std::collections::HashMap;

/// The result of a comparison.
pub enum Verdict {
    /// The same instruction.
    Same,
    /// A difference with a reason.
    Explained(&'static str),
    /// What iced-x86 says.
    Different(Option<String>),
}

/// For each row, the spellings of its mnemonic, each with the immediate that it fixes.
pub struct Spellings(HashMap<String, Vec<(&'static str, Option<u16>)>>);

impl Spellings {
    /// Those of the table.
    pub fn new() -> Spellings {
        let table = x86::table();
        let mut out: HashMap<String, Vec<(&str, Option<u16>)>> = HashMap::new();
        for name in table.names {
            for (_, form) in table.forms_of(name) {
                let fixed = (name.fixed != Name::NOT_FIXED).then_some(name.fixed);
                out.entry(table.describe(form).to_string()).or_default().push((table.text_of(name), fixed));
            }
        }
        Spellings(out)
    }

    /// Compares a vector with what iced-x86 makes of its bytes.
    pub fn compare(&self, vector: &Vector, mode: Mode) -> Verdict {
        let bits = if mode == Mode::Long { 64 } else { 32 };
        let table = x86::table();
        let names = &self.0[&vector.row];
        let bytes = unhex(&vector.bytes);
        let ours = with_fixed(Instruction::read(&vector.text), names);
        let theirs = iced(&bytes, bits, options(&vector.row));
        let mut same = theirs.as_ref().is_some_and(|theirs| agree(&ours, theirs, names));
        if !same && !vector.is_for_iced() {
            // The bytes are those of the text: other assemblers say so. What is left to compare is how they are read.
            let decoded = table.decode(&bytes, mode).map(|decoded| (table.line(&decoded).to_string(), table.form(decoded.form)));
            if let (Some((text, Some(form))), Some(theirs)) = (decoded, &theirs) {
                let names = &self.0[&table.describe(form).to_string()];
                same = agree(&with_fixed(Instruction::read(&text), names), theirs, names);
            }
        }
        if same {
            return Verdict::Same;
        }
        match DIFFERENCES.iter().find(|(_, explains)| explains(vector, &ours, theirs.as_ref())) {
            Some((reason, _)) => Verdict::Explained(reason),
            None => Verdict::Different(theirs.map(|theirs| theirs.text)),
        }
    }
}

/// What decides how iced-x86 reads the bytes.
fn options(row: &str) -> u32 {
    let feature = |name: &str| features(row).any(|feature| feature == name);
    let mut options = DecoderOptions::NONE;
    for (wanted, option) in [
        (feature("cyrix") || feature("geode"), DecoderOptions::CYRIX),
        (row.starts_with("rdm ") || row.starts_with("dmint "), DecoderOptions::CYRIX_DMI),
        (feature("mpx"), DecoderOptions::MPX),
        (row.starts_with("nop r") && row.contains(", r"), DecoderOptions::FORCE_RESERVED_NOP),
    ] {
        if wanted {
            options |= option;
        }
    }
    options
}

/// The instruction with the immediate that its spelling fixes.
fn with_fixed(mut instruction: Instruction, names: &[(&str, Option<u16>)]) -> Instruction {
    let fixed = names.iter().find(|(name, _)| *name == instruction.mnemonic).and_then(|(_, fixed)| *fixed);
    instruction.operands.extend(fixed.map(|fixed| fixed.to_string()));
    instruction
}

/// Whether mnemonic and operands are the same.
fn agree(ours: &Instruction, theirs: &Instruction, names: &[(&str, Option<u16>)]) -> bool {
    (theirs.mnemonic == ours.mnemonic || names.iter().any(|(name, _)| *name == theirs.mnemonic)) && ours.same_operands(theirs)
}

/// Why the instructions may differ: the reason, and whether it explains vector, our instruction and that of iced-x86 (none: it does
/// not decode the bytes).
type Difference = (&'static str, fn(&Vector, &Instruction, Option<&Instruction>) -> bool);

const DIFFERENCES: &[Difference] = &[
    ("iced-x86 1.22 does not know APX", |vector, _, theirs| {
        theirs.is_none()
            && !vector.is_for_iced()
            && (features(&vector.row).any(|feature| feature == "apx_f") || extended(&vector.text))
    }),
    ("iced-x86 1.22 does not know these extensions", |vector, _, theirs| {
        theirs.is_none_or(|theirs| theirs.mnemonic == "nop")
            && !vector.is_for_iced()
            && features(&vector.row).any(|feature| UNKNOWN.contains(&feature))
    }),
    ("9b is an instruction of its own: fwait", |vector, _, theirs| {
        let rest = |bits| iced(&unhex(&vector.bytes)[1..], bits, DecoderOptions::NONE);
        theirs.is_none() && vector.bytes.starts_with("9b") && (rest(64).is_some() || rest(32).is_some())
    }),
    ("66 90 is the two-byte no-op for llvm-mc, `xchg ax, ax` for iced-x86", |_, ours, theirs| {
        ours.mnemonic == "nop" && theirs.is_some_and(|theirs| theirs.text == "xchg ax,ax")
    }),
    ("other names", |_, ours, theirs| {
        let same = |(a, b): &(&str, &str), theirs: &Instruction| ours.mnemonic == *a && theirs.mnemonic == *b;
        theirs.is_some_and(|theirs| OTHER_NAMES.iter().any(|pair| same(pair, theirs)) && ours.same_operands(theirs))
    }),
    ("operands that go without saying", |vector, ours, theirs| theirs.is_some_and(|theirs| implied(vector, ours, theirs))),
    ("xchg has its operands in either order", |_, ours, theirs| {
        let reversed = |theirs: &Instruction| theirs.operands.iter().rev().cloned().collect();
        ours.mnemonic == "xchg" && theirs.is_some_and(|theirs| ours.same_operands(&theirs.with_operands(reversed(theirs))))
    }),
    ("the register is written narrower or wider, which changes nothing", |_, ours, theirs| {
        let any_width = ["vmovw", "pinsr", "vpinsr", "lar", "lsl", "lkgs", "mov", "vpextr", "pextr"];
        any_width.iter().any(|name| ours.mnemonic.starts_with(name))
            && theirs.is_some_and(|theirs| {
                let plain = |instruction: &Instruction| {
                    instruction.with_operands(instruction.operands.iter().map(|operand| any_width_of(operand)).collect())
                };
                plain(ours).same_operands(&plain(theirs))
            })
    }),
    ("64 bits of memory where the instruction reads 128 or 32, as dynasm-rs accepts", |vector, ours, theirs| {
        let unsized_part = |text: &String| text.replace("qword", "");
        vector.row.contains("m64")
            && vector.row.contains("alt alias")
            && theirs.is_some_and(|theirs| {
                let ours = ours.with_operands(ours.operands.iter().map(unsized_part).collect());
                ours.same_operands(theirs) || implied(vector, &ours, theirs)
            })
    }),
    ("iced-x86 does not write segments that have no effect in 64-bit mode; llvm-mc does", |_, ours, theirs| {
        let unsegmented =
            |text: &String| ["es:", "cs:", "ss:", "ds:"].iter().fold(text.clone(), |text, name| text.replace(name, ""));
        let mut ours = ours.with_operands(ours.operands.iter().map(unsegmented).collect());
        ours.prefixes.retain(|prefix| prefix.len() > 2);
        theirs.is_some_and(|theirs| theirs.mnemonic == ours.mnemonic && (ours.same_operands(theirs) || ours.operands.is_empty()))
    }),
    ("iced-x86 does not write the scale in an address of bndldx and bndstx, where it has no effect", |_, ours, theirs| {
        let unscaled = |text: &String| [2, 4, 8].iter().fold(text.clone(), |text, scale| text.replace(&format!("{scale}*"), ""));
        let sorted = |text: String| Instruction::read(&format!("x {text}")).operands.concat();
        let plain = |instruction: &Instruction| {
            instruction.with_operands(instruction.operands.iter().map(|operand| sorted(unscaled(operand))).collect())
        };
        ["bndldx", "bndstx"].contains(&&*ours.mnemonic) && theirs.is_some_and(|theirs| plain(ours).same_operands(&plain(theirs)))
    }),
    ("far pointers", |_, ours, theirs| {
        theirs.is_some_and(|theirs| ours.operands.concat() == theirs.operands.iter().rev().cloned().collect::<Vec<_>>().join(":"))
    }),
    ("iced-x86 leaves out a prefix without effect", |vector, ours, theirs| {
        let theirs = theirs.is_some_and(|theirs| theirs.mnemonic == ours.mnemonic);
        theirs && (ours.mnemonic == "lea" || ours.mnemonic.starts_with("bnd") || vector.bytes.starts_with("f2eb"))
    }),
    ("a destination that is a source is invalid on processors; assemblers warn", |vector, ours, theirs| {
        let complex = ["vfcmadd", "vfmaddc", "vfcmul", "vfmulc"].iter().any(|name| vector.text.starts_with(name));
        theirs.is_none() && complex && ours.operands[1..].iter().any(|source| ours.operands[0].split('{').next() == Some(source))
    }),
    ("for iced-x86 the processors of these instructions had no 64-bit mode", |vector, ours, _| {
        let of_32_bits = |text: &str| {
            ["ax", "bx", "cx", "dx", "si", "di", "sp", "bp"]
                .iter()
                .fold(text.to_string(), |text, name| text.replace(&format!("r{name}"), &format!("e{name}")))
        };
        let mut ours = ours.with_operands(ours.operands.iter().map(|operand| of_32_bits(operand)).collect());
        // It is part of the instruction, written or not.
        ours.prefixes.retain(|prefix| prefix != "rep");
        let theirs = iced(&unhex(&vector.bytes), 32, options(&vector.row));
        let known = features(&vector.row).any(|feature| ["cyrix", "geode", "padlock"].contains(&feature));
        let named = |theirs: &Instruction| {
            theirs.mnemonic == ours.mnemonic || ours.mnemonic == "pmulhrwc" && theirs.mnemonic == "pmulhrw"
        };
        known && theirs.is_some_and(|theirs| named(&theirs) && ours.same_operands(&theirs))
    }),
];

/// Mnemonics with the same operands: ours, and that of iced-x86.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("movabs", "mov"),
    ("nop", "xchg"),
    ("iret", "iretd"),
    ("iretw", "iret"),
    ("popfw", "popf"),
    ("popf", "popfq"),
    ("popf", "popfd"),
    ("pushfw", "pushf"),
    ("pushf", "pushfq"),
    ("pushf", "pushfd"),
    ("popaw", "popa"),
    ("pushaw", "pusha"),
    ("pmulhrwc", "pmulhrw"),
    ("lgdtw", "lgdt"),
    ("lidtw", "lidt"),
    ("sgdtw", "sgdt"),
    ("sidtw", "sidt"),
    ("lgdtd", "lgdt"),
    ("lidtd", "lidt"),
    ("sgdtd", "sgdt"),
    ("sidtd", "sidt"),
];

/// Registers and memory that instructions use without their being written.
const IMPLIED: &[&str] = &["st", "st(1)", "al", "ax", "eax", "rax", "ecx", "rcx", "cx", "edx", "dx", "xmm0", "10"];

/// Instructions that may be written with or without such operands.
const IMPLYING: &[&str] = &[
    "f",
    "ins",
    "outs",
    "lods",
    "stos",
    "scas",
    "cmps",
    "movs",
    "tpause",
    "umwait",
    "sha256rnds2",
    "loop",
    "monitor",
    "mwait",
    "invlpg",
    "vm",
    "clzero",
    "pvalidate",
    "skinit",
    "psmash",
    "rmp",
    "xlat",
    "aad",
    "aam",
    "blendv",
    "pblendv",
];

/// Whether the instructions are the same without operands that go without saying.
fn implied(vector: &Vector, ours: &Instruction, theirs: &Instruction) -> bool {
    let places = ["[rsi]", "[rdi]", "[rbx]", "[esi]", "[edi]", "[ebx]"];
    let string = |operand: &String| places.iter().any(|place| operand.contains(place));
    let written = |instruction: &Instruction| {
        let memory = instruction.mnemonic.len() <= 6 && !instruction.mnemonic.starts_with('f');
        let left =
            instruction.operands.iter().filter(|operand| !(IMPLIED.contains(&operand.as_str()) || memory && string(operand)));
        instruction.with_operands(left.cloned().collect())
    };
    IMPLYING.iter().any(|name| ours.mnemonic.starts_with(name))
        && (theirs.mnemonic.starts_with(&ours.mnemonic)
            || ours.mnemonic.starts_with(&theirs.mnemonic)
            || vector.row.starts_with(&theirs.mnemonic))
        && written(ours).same_operands(&written(theirs))
}

/// The number of a general register, whatever its width.
pub fn any_width_of(operand: &str) -> String {
    let names = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
    let plain = operand.trim_start_matches(['r', 'e']).trim_end_matches(['d', 'w', 'b']);
    let low = |name: &&str| name.trim_end_matches('x') == operand.trim_end_matches('l') && operand.ends_with('l');
    names.iter().position(|name| *name == plain || low(name)).map_or(plain.to_string(), |n| format!("r{n}"))
}

/// Extensions that iced-x86 1.22 lacks.
const UNKNOWN: &[&str] = &[
    "avx10_2",
    "user_msr",
    "msr_imm",
    "movrs",
    "amx_movrs",
    "amx_avx512",
    "amx_fp8",
    "amx_tf32",
    "amx_transpose",
    "ace_1",
    "avx10_v2_aux",
    "ibhf",
    "udb",
];

/// The features of a row.
fn features(row: &str) -> impl Iterator<Item = &str> {
    row.rsplit('|').next().unwrap_or_default().split_whitespace()
}

/// Whether r16 to r31 are among the registers.
fn extended(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let number = |word: &str| word.strip_prefix('r')?.trim_end_matches(['b', 'w', 'd']).parse::<u8>().ok();
    words.filter_map(number).any(|number| number >= 16)
}
