//! Instructions as the macro sees them: run-time operands, labels, aliases, features, messages.
#![cfg(all(feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

use bareasm_front::ir::{Instruction, Invocation, Label, StatementKind, ValueKind};
use bareasm_front::parse;

fn read(arch: &str, body: &str) -> Result<Invocation, Vec<String>> {
    let text = format!("[krate] [{arch}] ops ; {body}");
    parse(text.parse().expect("tokens")).map_err(|errors| errors.into_iter().map(|error| error.message).collect())
}

fn instructions(arch: &str, body: &str) -> Vec<Instruction> {
    let invocation = read(arch, body).unwrap_or_else(|errors| panic!("{body}: {errors:?}"));
    let instruction = |kind| match kind {
        StatementKind::Instruction(instruction) => Some(instruction),
        _ => None,
    };
    invocation.statements.into_iter().filter_map(|statement| instruction(statement.kind)).collect()
}

fn one(arch: &str, body: &str) -> Instruction {
    let mut all = instructions(arch, body);
    assert_eq!(all.len(), 1, "{body}");
    all.remove(0)
}

fn error(arch: &str, body: &str) -> String {
    let errors = read(arch, body).map(|_| ()).expect_err(body);
    assert_eq!(errors.len(), 1, "{body}: {errors:?}");
    errors.concat()
}

fn hex(instruction: &Instruction) -> String {
    let chosen = &instruction.choice.instruction;
    chosen.code.iter().take(chosen.len.into()).map(|byte| format!("{byte:02x}")).collect()
}

/// Expressions with the kind of conversion.
fn values(instruction: &Instruction) -> Vec<String> {
    instruction.values.iter().map(|value| format!("{} {:?}", value.expr, value.kind)).collect()
}

#[test]
fn dialects_of_registers_and_lanes() {
    for (ours, vendor) in [
        ("add v0.b16, v1.b16, v2.b16", "add v0.16b, v1.16b, v2.16b"),
        ("ld1 {v0.b16 * 2}, [x0]", "ld1 {v0.16b, v1.16b}, [x0]"),
        ("ld1 {v0.16b-v1.16b}, [x0]", "ld1 {v0.16b, v1.16b}, [x0]"),
        ("add x0, x1, x2, LSL 3", "add x0, x1, x2, lsl #3"),
        ("add x0, x1, 2 * 4", "add x0, x1, #8"),
        (".alias acc, x0 ; add acc, x1, #8", "add x0, x1, #8"),
        ("MOV X0, X1", "mov x0, x1"),
        ("b.eq 8", "b.eq #8"),
    ] {
        assert_eq!(hex(&one("aarch64", ours)), hex(&one("aarch64", vendor)), "{ours}");
    }
    for (ours, vendor) in [
        ("mov DWORD [rbx + rcx * 4], 1", "mov dword ptr [rbx + rcx*4], 1"),
        ("fs mov rax, [rbx]", "mov rax, fs:[rbx]"),
        ("mov rax, [fs:rbx]", "mov rax, fs:[rbx]"),
        ("mov r0, r1", "mov rax, rcx"),
        ("in al, dx", "in al, dx"),
        ("loop -2", "loop -2"),
        ("mov rax, 'a'", "mov rax, 97"),
    ] {
        assert_eq!(hex(&one("x64", ours)), hex(&one("x64", vendor)), "{ours}");
    }
}

#[test]
fn values_are_numbered_in_source_order() {
    let add = one("aarch64", "add X(a), X(b + 1), imm as _");
    assert_eq!(values(&add), ["a Register", "b + 1 Register", "imm as i64 Integer"]);
    let numbers: Vec<u16> = add.choice.instruction.pending.iter().map(|pending| pending.value).collect();
    assert_eq!(numbers, [0, 1, 2]);
    let mov = one("x64", "mov QWORD [Rq(b) + off + 4 + Rq(i) * 8], value");
    assert_eq!(values(&mov), ["b Register", "off Integer", "i Register", "value Pattern"]);
    let displacement = mov.choice.instruction.pending.iter().find(|pending| pending.value == 1).expect("displacement");
    assert_eq!(displacement.field.encode(6), Ok(10), "the literal part is added by the field");
    assert!(displacement.field.encode(i64::from(i32::MAX)).is_err());
}

#[test]
fn words_of_the_form_are_not_variables() {
    assert_eq!(values(&one("aarch64", "csel x0, x1, x2, eq")), [""; 0]);
    assert_eq!(values(&one("aarch64", "add x0, x1, eq")), ["eq Integer"]);
    assert_eq!(values(&one("aarch64", "fmov d0, x as f64")), ["x as f64 Float"]);
    assert_eq!(values(&one("aarch64", "and x0, x1, mask")), ["mask Pattern"]);
    assert_eq!(values(&one("aarch64", "and w0, w1, mask")), ["mask Integer"]);
}

#[test]
fn any_value_can_be_moved() {
    let mov = one("aarch64", "mov X(d), self.value(1)");
    let load = mov.load_immediate.as_ref().expect("load");
    assert_eq!((load.wide, &load.register, load.value), (true, &Err(0), 1));
    assert_eq!(values(&mov), ["d Register", "self . value (1) Pattern"]);
    let mov = one("aarch64", "mov w3, n");
    let load = mov.load_immediate.as_ref().expect("load");
    assert_eq!((load.wide, &load.register, load.value), (false, &Ok(3), 0));
    assert!(one("aarch64", "mov x0, #0x1_0000").load_immediate.is_none());
    assert!(error("aarch64", "mov x0, #0x1_0001").contains("movz x0, #0x1; movk x0, #0x1, lsl #16"));
    assert!(error("aarch64", "mov x0, #-0x1_2345_6789").contains("movk"));
}

#[test]
fn labels_and_their_addends() {
    let branch = one("aarch64", "b =>l + 8");
    let reference = branch.choice.instruction.reference.expect("reference");
    assert_eq!(branch.choice.instruction.code[0], 2, "the addend is in the field");
    assert!(matches!(&branch.targets[usize::from(reference.target)].label, Label::Global(name) if name.text == "l"));
    assert!(branch.targets[0].addend.is_none());
    let branch = one("aarch64", "b =>(l) + n");
    assert_eq!(branch.targets[0].addend.as_ref().expect("addend").to_string(), "n");
    // Not a multiple of four: the field cannot hold it.
    assert!(one("aarch64", "b ->l + 2").targets[0].addend.is_some());
    let jump = one("x64", "jmp ->l + 200");
    assert!(jump.choice.shorter.is_empty(), "200 does not fit rel8");
    assert_eq!(one("x64", "jmp ->l").choice.shorter.len(), 1);
    assert_eq!(one("x64", "jmp BYTE ->l").choice.instruction.len, 2);
    let lea = one("x64", "lea rax, [rip + ->l]");
    assert_eq!(hex(&lea), hex(&one("x64", "lea rax, [->l]")));
    assert!(lea.choice.instruction.reference.is_some());
    assert!(matches!(&one("x64", "call extern f as usize").targets[0].label, Label::Extern(_)));
}

#[test]
fn members_of_types() {
    let mov = one("x64", "mov rax, rbx => Point.y");
    assert_eq!(mov.values.len(), 1);
    assert!(mov.values[0].expr.to_string().contains("offset_of"));
    let mov = one("x64", "mov eax, rbx => Point[rcx].y");
    assert_eq!(mov.values.len(), 2);
    let scale = mov.choice.instruction.pending.last().expect("scale");
    let mut code = mov.choice.instruction.code;
    scale.field.place(8, &mut code).expect("a power of two");
    let literal = one("x64", "mov eax, [rbx + rcx * 8 + DWORD 0]");
    assert_eq!(code, literal.choice.instruction.code);
    assert!(scale.field.encode(12).is_err());
    assert_eq!(mov.values[0].kind, ValueKind::Integer);
}

#[test]
fn it_blocks() {
    assert_eq!(instructions("thumb", "itte eq ; addeq r0, r0, #1 ; moveq r1, r2 ; movne r1, r3").len(), 4);
    assert!(error("thumb", "it eq ; addne r0, r0, #1").contains("eq"));
    assert!(error("thumb", "it eq ; add r0, r0, #1").contains("eq"));
    assert!(error("thumb", "addeq r0, r0, #1").contains("it eq"));
    assert!(error("thumb", "itt eq ; bxeq lr ; moveq r0, r1").contains("last"));
    assert!(error("thumb", "itt eq ; it ne ; movne r0, r1").contains("IT block"));
    // A label ends what is known about the block.
    assert!(read("thumb", "itt eq ; moveq r0, r1 ; ->l: ; mov r0, r1").is_ok());
    // The flag-setting form is not a choice inside a block.
    let block = instructions("thumb", "it eq ; addeq r0, r1, r2 ; adds r0, r1, r2");
    assert_eq!(block.iter().map(|instruction| instruction.choice.instruction.len).collect::<Vec<_>>(), [2, 2, 2]);
}

#[test]
fn widths_of_thumb() {
    assert_eq!(one("thumb", "adds r0, r0, #1").choice.instruction.len, 2);
    assert_eq!(one("thumb", "adds.w r0, r0, #1").choice.instruction.len, 4);
    assert!(error("thumb", "movw.n r0, #1").contains("16"));
}

#[test]
fn machines() {
    assert!(error("x64", ".feature -avx512f ; vaddps zmm0, zmm1, zmm2").contains("avx512f"));
    assert!(error("x64", ".feature sse, sse2 ; vaddps ymm0, ymm1, ymm2").contains("avx"));
    assert!(read("x64", ".feature sse, sse2, avx ; vaddps ymm0, ymm1, ymm2").is_ok());
    assert!(read("x64", ".feature -avx512f ; .feature +avx512f ; vaddps zmm0, zmm1, zmm2").is_ok());
    assert!(error("x64", ".feature avx513f").contains("avx512f"));
    assert!(error("aarch64", ".feature -lse ; ldadd x0, x1, [x2]").contains("lse"));
}

#[test]
fn messages() {
    for (arch, body, parts) in [
        ("aarch64", "mvo x0, x1", &["unknown mnemonic `mvo`", "did you mean", "`mov`"][..]),
        ("aarch64", "vaddps zmm0, zmm1, zmm2", &["x64", ".arch"]),
        ("aarch64", "add x0, x1, #5000", &["5000", "4095", "nearest form: ADD <Xd|SP>"]),
        ("aarch64", "mrs x0, nzvc", &["did you mean `nzcv`"]),
        ("aarch64", "add X(32), x1, x2", &["32", "0 to 31"]),
        ("x64", "add eax, 0x1_0000_0000", &["4294967296"]),
        ("x64", "mov [rax], 1", &["width", "dword ptr"]),
        ("x64", "mov eax, rbx", &["`eax` has 32", "nearest form: MOV r/m32, r32"]),
        ("x64", "addd eax, ebx", &["`add`"]),
        ("thumb", "movs r0, #257", &["257", "nearest form: MOV{S} <Rd>, #<imm8>"]),
    ] {
        let message = error(arch, body);
        for part in parts {
            assert!(message.contains(part), "{body}: {message}");
        }
    }
}
