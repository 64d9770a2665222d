//! Every typed encoder of a mode of x86, compared with the choice among all forms of its mnemonic.

use bareasm_core::isa::x86::typed::{best, Row};
use bareasm_core::isa::x86::{self, Class, Decorations, Displacement, Memory, Mode, Operand, Request, Rounding};

/// What the build script wrote about one list of operand types.
pub struct Case {
    pub mnemonic: &'static str,
    pub key: &'static str,
    pub rows: &'static [Row],
}

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Counts {
    pub cases: usize,
    pub encoded: usize,
    pub refused: usize,
}

/// Compares every case with `Table::choose`, for operands of each of its types.
pub fn compare(mode: Mode, cases: &[Case]) -> Counts {
    let table = x86::table();
    let features = x86::Features::ALL;
    let mut counts = Counts { cases: cases.len(), ..Counts::default() };
    let mut wrong = Vec::new();
    for case in cases {
        let keys: Vec<&str> = case.key.trim_matches(['(', ')']).split(',').filter(|key| !key.is_empty()).collect();
        for given in vectors(&keys, mode) {
            let operands: Vec<Operand> = given
                .iter()
                .filter_map(|given| if let Given::Operand(operand) = given { Some(*operand) } else { None })
                .collect();
            let rounding =
                given.iter().find_map(|given| if let Given::Rounding(rounding) = given { Some(*rounding) } else { None });
            let gather = operands.iter().any(
                |operand| matches!(operand, Operand::Memory(Memory { index: Some((index, _)), .. }) if index.class.is_vector()),
            );
            let mask = gather.then_some((x86::Number::Known(1), 0));
            for mask in if gather { vec![None, mask] } else { vec![None] } {
                let decorations = Decorations { rounding, mask, ..Decorations::default() };
                let request = Request { prefixes: &[], operands: &operands, decorations, mode };
                let typed = best(case.rows, &request).ok().map(|(_, encoded)| encoded);
                let typed =
                    typed.as_ref().map(|encoded| (encoded.bytes(), encoded.label.map(|label| (label.relocation, label.at))));
                let chosen = table
                    .choose(case.mnemonic, &[], &operands, decorations, mode, &features)
                    .ok()
                    .map(|choice| choice.instruction);
                let expected = chosen.as_ref().map(|chosen| {
                    (&chosen.code[..chosen.len.into()], chosen.reference.map(|reference| (reference.relocation, reference.at)))
                });
                match typed {
                    Some(_) => counts.encoded += 1,
                    None => counts.refused += 1,
                }
                if typed != expected && wrong.len() < 40 {
                    wrong
                        .push(format!("{} {} {operands:?}: typed {typed:02x?}, chosen {expected:02x?}", case.mnemonic, case.key));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    counts
}

/// An operand, or a rounding.
#[derive(Clone, Copy, Debug)]
enum Given {
    Operand(Operand),
    Rounding(Rounding),
}

/// Operands of a key.
fn samples(key: &str, place: usize, mode: Mode) -> Vec<Given> {
    let of =
        |class: Class, numbers: &[u8]| numbers.iter().map(|n| Given::Operand(Operand::register(class, *n))).collect::<Vec<_>>();
    let first = place as u8; // not all the same
    match key {
        "Rb" => [of(Class::R8, &[first, 0, 1, 5, 9, 17]), of(Class::High, &[4])].concat(),
        "Rw" => of(Class::R16, &[first, 0, 2, 5, 9, 17]),
        "Rd" => of(Class::R32, &[first, 0, 5, 9, 17]),
        "Rq" => of(Class::R64, &[first, 0, 4, 9, 17]),
        "Rm" => of(Class::Mm, &[first, 7]),
        "Rx" => of(Class::Xmm, &[first, 0, 9, 17]),
        "Ry" => of(Class::Ymm, &[first, 9, 17]),
        "Rz" => of(Class::Zmm, &[first, 9, 17]),
        "Rk" => of(Class::K, &[first, 7]),
        "Rt" => of(Class::Tmm, &[first, 7]),
        "Rs" => of(Class::Segment, &[first, 1, 5]),
        "RC" => of(Class::Control, &[first, 8]),
        "RD" => of(Class::Debug, &[first, 7]),
        "RB" => of(Class::Bound, &[first, 3]),
        "Rf" => of(Class::St, &[first, 0, 7]),
        "Imm" => [
            0,
            1,
            3,
            -1,
            127,
            128,
            -128,
            -129,
            255,
            256,
            65535,
            65536,
            -32769,
            1 << 31,
            (1 << 31) - 1,
            1 << 32,
            u64::MAX.into(),
            1 << 64,
        ]
        .map(|n| Given::Operand(Operand::number(n)))
        .to_vec(),
        "Far" => vec![Given::Operand(Operand::Far { selector: 8, offset: x86::Immediate::Known(0x1234) })],
        "Label" => vec![Given::Operand(Operand::Target { target: 0, size: None })],
        "Dfv" => vec![Given::Operand(Operand::Dfv(5))],
        "Rounding" => [Rounding::Down, Rounding::Suppress].map(Given::Rounding).to_vec(),
        "Mem" => memories(mode),
        other => panic!("no samples of {other}"),
    }
}

fn memories(mode: Mode) -> Vec<Given> {
    let (address, extended) = if mode == Mode::Long { (Class::R64, 13) } else { (Class::R32, 5) };
    let rax = Some(x86::Register::known(address, 0));
    let plain = Memory { base: rax, ..Memory::EMPTY };
    let index = |class| Some((x86::Register::known(class, 2), 4));
    let mut out = vec![
        plain,
        Memory {
            base: Some(x86::Register::known(address, extended)),
            index: index(address),
            displacement: Displacement::Known(64),
            ..plain
        },
        Memory { displacement: Displacement::Known(0x1234), base: None, ..plain },
        Memory { displacement: Displacement::Target(0), base: None, ..plain },
        Memory { base: Some(x86::Register::known(address, 6)), ..plain },
        Memory { base: Some(x86::Register::known(address, 7)), ..plain },
    ];
    out.extend([Class::Xmm, Class::Ymm, Class::Zmm].map(|class| Memory { index: index(class), ..plain }));
    out.extend([2, 4, 8, 16, 32].map(|count| Memory { broadcast: Some(count), ..plain }));
    out.extend([8, 16, 32, 48, 64, 80, 128, 256, 512].map(|bits| Memory { size: Some(bits), ..plain }));
    out.into_iter().map(|memory| Given::Operand(Operand::Memory(memory))).collect()
}

/// The usual operands with each sample of one of them in turn, and the first and the last ones of all.
fn vectors(keys: &[&str], mode: Mode) -> Vec<Vec<Given>> {
    let all: Vec<Vec<Given>> = keys.iter().enumerate().map(|(place, key)| samples(key, place, mode)).collect();
    let usual: Vec<Given> = all.iter().map(|samples| samples[0]).collect();
    let mut out = vec![usual.clone(), all.iter().map(|samples| samples[samples.len() - 1]).collect()];
    for (place, samples) in all.iter().enumerate() {
        for sample in samples {
            let mut given = usual.clone();
            given[place] = *sample;
            out.push(given);
        }
    }
    // Memory and immediate decide together.
    if let Some((a, b)) = keys.iter().position(|key| *key == "Mem").zip(keys.iter().position(|key| matches!(*key, "Imm" | "Rb")))
    {
        for memory in &all[a] {
            for other in &all[b] {
                let mut given = usual.clone();
                (given[a], given[b]) = (*memory, *other);
                out.push(given);
            }
        }
    }
    out
}
