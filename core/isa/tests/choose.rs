//! Choosing a form: run-time values, references, features, IT blocks, widths, and the messages of what fails.
#![cfg(all(feature = "matching", feature = "aarch64", feature = "thumb"))]

mod common;

use bareasm_isa::choice::{Choice, Mismatch, Problem};
use bareasm_isa::encoding::Encoding;
use bareasm_isa::fixed::{aarch64, thumb, Context, Features, Table, Width};
use bareasm_isa::relocation::Relocation;

const ALL: Features = Features::ALL;
const PLAIN: Context<'static> = Context { features: &ALL, width: Width::Any, it: None };

fn choose(table: &Table<'_>, text: &str, context: &Context<'_>) -> Result<Choice, Mismatch> {
    let (mnemonic, tokens) = common::tokens(text);
    table.choose(mnemonic, &tokens, context)
}

/// Encodes with these values for `$0`, `$1`, ..
fn with(table: &Table<'_>, text: &str, values: &[i64]) -> Result<Vec<u8>, String> {
    let choice = choose(table, text, &PLAIN).map_err(|error| format!("{}: {}", error.token, error.problem))?;
    let instruction = choice.instruction;
    let fields: Vec<_> = instruction.pending.iter().map(|pending| &pending.field).collect();
    let values: Vec<i64> = instruction.pending.iter().map(|pending| values[usize::from(pending.value)]).collect();
    let template = &instruction.code[..usize::from(instruction.len)];
    let encoding = Encoding {
        form: instruction.form,
        template,
        fields: &fields,
        derived: &instruction.derived,
        relations: &instruction.relations,
    };
    let mut code = template.to_vec();
    encoding.encode(&values, &mut code).map_err(|fault| format!("{}: {:?}", fault.operand, fault.reason))?;
    Ok(code)
}

/// The same as a text with the numbers written out.
fn same(table: &Table<'_>, text: &str, values: &[i64], written: &str) {
    assert_eq!(with(table, text, values), common::take(table, written, &PLAIN), "{text} {values:?} / {written}");
}

#[test]
fn run_time_values_give_the_same_bytes() {
    let table = aarch64();
    same(table, "add x($0), x($1), x($2), lsl #3", &[1, 31, 3], "add x1, xzr, x3, lsl #3");
    same(table, "add x($0), xsp($1), $2", &[1, 31, 4095], "add x1, sp, #4095");
    same(table, "lsl x($0), x1, $1", &[5, 13], "lsl x5, x1, #13");
    same(table, "lsl w($0), w1, $1", &[5, 31], "lsl w5, w1, #31");
    same(table, "ubfx x1, x($0), $1, $2", &[9, 3, 61], "ubfx x1, x9, #3, #61");
    same(table, "bfi w1, w($0), $1, $2", &[9, 3, 29], "bfi w1, w9, #3, #29");
    same(table, "and x1, x2, $0", &[0x00ff_00ff_00ff_00ff], "and x1, x2, #0x00ff00ff00ff00ff");
    same(table, "ldr x1, [x2, $0]", &[32760], "ldr x1, [x2, #32760]");
    same(table, "ldp x1, x2, [x3, $0]!", &[-512], "ldp x1, x2, [x3, #-512]!");
    same(table, "tbz x1, $0, 16", &[63], "tbz x1, #63, #16");
    same(table, "sshr v0.8h, v1.8h, $0", &[16], "sshr v0.8h, v1.8h, #16");
    same(table, "shl d0, d1, $0", &[63], "shl d0, d1, #63");
    same(table, "mov v($0).s[$1], w2", &[7, 3], "mov v7.s[3], w2");
    same(table, "ld1 {v($0).b16 * 4}, [xsp($1)]", &[30, 31], "ld1 {v30.16b, v31.16b, v0.16b, v1.16b}, [sp]");
    same(table, "st2 {v($0).h * 2}[$1], [x1], x2", &[30, 7], "st2 {v30.h, v31.h}[7], [x1], x2");
    same(table, "fmov d0, $0", &[1.5f64.to_bits() as i64], "fmov d0, #1.5");
    same(table, "csel x($0), x($1), x($2), ne", &[1, 2, 3], "csel x1, x2, x3, ne");
    same(table, "cinc x($0), x($1), eq", &[1, 2], "cinc x1, x2, eq");
    same(table, "movk x1, $0, lsl $1", &[7, 48], "movk x1, #7, lsl #48");
    same(table, "b $0", &[-4096], "b #-4096");
    let table = thumb();
    same(table, "add r($0), r($1), r($2)", &[8, 9, 10], "add r8, r9, r10");
    same(table, "ldr r0, [r1, $0]", &[124], "ldr.w r0, [r1, #124]");
    same(table, "movw r($0), $1", &[8, 0xffff], "movw r8, #65535");
    same(table, "adds r($0), r1", &[3], "adds.w r3, r3, r1");
}

#[test]
fn run_time_values_out_of_range_are_faults() {
    let table = aarch64();
    let fault = |text, values: &[i64]| with(table, text, values).unwrap_err();
    assert_eq!(fault("add x($0), x1, x2", &[32]), "0: RegisterRange");
    assert_eq!(fault("add x($0), x1, 1", &[31]), "0: RegisterRange"); // would be sp
    assert_eq!(fault("add x1, x1, $0", &[4096]), "0: ImmediateRange");
    assert_eq!(fault("ldr x1, [x2, $0]", &[4]), "0: ImmediateAlignment");
    assert_eq!(fault("and x1, x2, $0", &[0]), "0: ImmediateEncoding");
    assert_eq!(fault("ubfx x1, x2, $0, $1", &[60, 5]), "1: OperandConflict");
    assert_eq!(fault("ldr x($0), [x($1)], 8", &[3, 3]), "1: OperandConflict");
    assert_eq!(fault("sshr v0.8h, v1.8h, $0", &[17]), "0: ImmediateRange");
    assert_eq!(fault("sshr v0.8h, v1.8h, $0", &[0]), "0: ImmediateRange");
    assert_eq!(with(thumb(), "mov.w r($0), $1", &[13, 1]).unwrap_err(), "0: OperandConflict");
    // sp
}

#[test]
fn references_and_reaches() {
    let reference = |table, text: &str| {
        let choice = choose(table, text, &PLAIN).unwrap();
        let kind = |instruction: &bareasm_isa::choice::Instruction| instruction.reference.unwrap().relocation;
        (kind(&choice.instruction), choice.shorter.iter().map(kind).collect::<Vec<_>>())
    };
    assert_eq!(reference(aarch64(), "b @0"), (Relocation::A64Branch26, vec![]));
    assert_eq!(reference(aarch64(), "b.ne @0"), (Relocation::A64Branch19, vec![]));
    assert_eq!(reference(aarch64(), "tbnz w1, #3, @0"), (Relocation::A64Branch14, vec![]));
    assert_eq!(reference(aarch64(), "adrp x1, @0"), (Relocation::A64Adrp, vec![]));
    assert_eq!(reference(aarch64(), "adr x1, @0"), (Relocation::A64Adr, vec![]));
    assert_eq!(reference(aarch64(), "ldr d1, @0"), (Relocation::A64Branch19, vec![]));
    assert_eq!(reference(thumb(), "b @0"), (Relocation::T32Branch24, vec![Relocation::T32Branch11]));
    assert_eq!(reference(thumb(), "b.w @0"), (Relocation::T32Branch24, vec![]));
    assert_eq!(reference(thumb(), "beq @0"), (Relocation::T32Branch20, vec![Relocation::T32Branch8]));
    assert_eq!(reference(thumb(), "bl @0"), (Relocation::T32Branch24, vec![]));
    assert_eq!(reference(thumb(), "cbz r1, @0"), (Relocation::T32CompareBranch, vec![]));
    assert_eq!(reference(thumb(), "ldr r1, @0"), (Relocation::T32Literal12, vec![Relocation::T32Literal8]));
    assert_eq!(reference(thumb(), "ldr r9, @0"), (Relocation::T32Literal12, vec![]));
}

/// A reference patched to a distance is the instruction with this distance as a number.
#[test]
fn references_agree_with_distances() {
    let cases = [
        (thumb(), "b.n @0", "b.n #$", [-2048i64, -2, 0, 2, 2046].as_slice(), 4),
        (thumb(), "beq.n @0", "beq.n #$", &[-256, 254], 4),
        (thumb(), "b.w @0", "b.w #$", &[-16777216, -4194306, -2, 0, 2, 8388606, 16777214], 4),
        (thumb(), "beq.w @0", "beq.w #$", &[-1048576, -2, 0, 2, 1048574], 4),
        (thumb(), "bl @0", "bl #$", &[-16777216, 0, 16777214], 4),
        (thumb(), "cbz r1, @0", "cbz r1, #$", &[0, 2, 64, 126], 4),
        (thumb(), "ldr.n r1, @0", "ldr.n r1, #$", &[0, 4, 1020], 4),
        (thumb(), "ldr.w r1, @0", "ldr.w r1, #$", &[-4095, -1, 0, 1, 4095], 4),
        (aarch64(), "b @0", "b #$", &[-134217728, -4, 0, 134217724], 0),
        (aarch64(), "adr x1, @0", "adr x1, #$", &[-1048576, -1, 0, 1, 1048575], 0),
    ];
    for (table, reference, written, distances, origin) in cases {
        for distance in distances {
            let instruction = choose(table, reference, &PLAIN).unwrap().instruction;
            let mut code = instruction.code[..usize::from(instruction.len)].to_vec();
            let at = 0x1000_0000u64;
            let target = at.wrapping_add(origin).wrapping_add_signed(*distance);
            instruction.reference.unwrap().relocation.patch(&mut code, at, target).unwrap();
            let written = written.replace('$', &distance.to_string());
            assert_eq!(Ok(code), common::take(table, &written, &PLAIN), "{written}");
        }
    }
}

#[test]
fn it_blocks_and_widths() {
    let bytes = |text: &str, it| choose(thumb(), text, &Context { it, ..PLAIN }).map(|choice| choice.instruction.len);
    assert_eq!(bytes("adds r0, r1, r2", None), Ok(2));
    assert_eq!(bytes("add r0, r1, r2", None), Ok(4));
    assert_eq!(bytes("addeq r0, r1, r2", Some(0)), Ok(2));
    assert_eq!(bytes("addseq r0, r1, r2", Some(0)), Ok(4));
    assert_eq!(bytes("adds.w r0, r1, r2", None), Ok(4));
    let problem = |text: &str, it| bytes(text, it).unwrap_err().problem.to_string();
    assert_eq!(problem("addne r0, r1, r2", Some(0)), "the IT block says `eq` here, not `ne`");
    assert_eq!(problem("add r0, r1, r2", Some(0)), "in the IT block this instruction needs the suffix `eq`");
    assert_eq!(problem("addne r0, r1, r2", None), "a conditional instruction needs `it ne` in front");
    assert_eq!(problem("movs.n r8, #1", None), "this register cannot stand here, only registers 0 to 7");
}

#[test]
fn features_are_asked_for() {
    let mut features = Features::ALL;
    features.set(aarch64().feature("lse").unwrap(), false);
    let error = choose(aarch64(), "ldadd x1, x2, [x3]", &Context { features: &features, ..PLAIN }).unwrap_err();
    assert_eq!(error.problem.to_string(), "this form needs lse");
}

/// Encoded as written, with a warning; run-time registers are checked.
#[test]
fn unpredictable() {
    let warning = |text: &str| choose(aarch64(), text, &PLAIN).unwrap().warning;
    for (text, token, why) in [
        ("ldp x1, x1, [x2]", 2, "`Rt1` must not be `Rt2`"),
        ("ldr x0, [x0], #8", 3, "`Rt` must not be `Rn`, unless `Rn` is 31"),
        ("stlxr w1, w1, [x2]", 2, "`Rs` must not be `Rt`"),
    ] {
        assert_eq!(warning(text), Some(Mismatch { token, problem: Problem::Conflict(why.into()) }), "{text}");
    }
    assert_eq!(warning("ldp x1, x3, [x2]"), None);
    assert_eq!(warning("ldr xzr, [sp], #8"), None);
    let checked = choose(aarch64(), "ldp x($0), x1, [x2]", &PLAIN).unwrap();
    assert_eq!((checked.warning, checked.instruction.relations.len()), (None, 1));
}

/// dynasm-rs: behind a run-time register of a pair the zero register stands for the other one.
#[test]
fn placeholder_of_a_pair() {
    for text in ["casp w($0), wzr, w2, w3, [x4]", "casp w($0), w($1), w2, w3, [x4]"] {
        assert!(choose(aarch64(), text, &PLAIN).is_ok(), "{text}");
    }
    let free = choose(aarch64(), "casp w($0), wzr, w2, w3, [x4]", &PLAIN).unwrap().instruction;
    assert_eq!((free.pending.len(), free.pending[0].field.encode(28).is_ok()), (1, true));
    assert!(choose(aarch64(), "casp w4, wzr, w2, w3, [x4]", &PLAIN).is_err());
}

#[test]
fn messages() {
    let message = |text: &str| {
        let error = choose(aarch64(), text, &PLAIN).unwrap_err();
        format!("{}: {}", error.token, error.problem)
    };
    assert_eq!(message("ad x0, x1, x2"), "0: unknown mnemonic; did you mean adc, add, adr, and, at?");
    assert_eq!(message("add x0, x1, #5000"), "5: 5000 does not fit: this operand takes 0 to 4095; or a multiple of 4096 from 0 to 16773120; or -4095 to 0; or a multiple of 4096 from -16773120 to 0");
    assert_eq!(
        message("ldr x0, [x1, #32768]"),
        "6: 32768 does not fit: this operand takes a multiple of 8 from 0 to 32760; or -256 to 255"
    );
    assert_eq!(message("sshr v0.8h, v1.8h, #17"), "9: 17 does not fit: this operand takes 1 to 16");
    assert_eq!(
        message("add x0, w1, x2"),
        "2: expected a 64-bit register (x0 to x30, sp) or a 64-bit register (x0 to x30, xzr) or `sp`"
    );
    assert_eq!(message("swpp xzr, x1, [x2]"), "0: `Rt1` must not be 31");
    assert_eq!(message("ret x0, x1"), "1: expected end of the instruction");
}
