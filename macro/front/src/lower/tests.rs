//! The shape of expansions. What they do is tested where they can be compiled, by `macro/tests`.

use super::*;
use crate::ir::{Arch, Label, Statement, StatementKind, Value, ValueKind};
use crate::layout::tests::{form, instruction, jmp, name, statement, target};
use bareasm_isa::choice::Pending;
use bareasm_isa::encoding::{Compare, Derived, Order, Relation, Sum};
use bareasm_isa::field::{Field, Kind, Piece};
use bareasm_isa::relocation::Relocation;
use bareasm_isa::rule::Rule;
use bareasm_isa::shape::Shape;

fn value(expr: &str, kind: ValueKind) -> Value {
    Value { expr: expr.parse().expect("tokens"), span: Span::call_site(), kind }
}

fn register(value: u16, to: u8) -> Pending {
    Pending { value, field: Field::new(Kind::Register, Rule::Unsigned, 5, to) }
}

fn with_values(mut kind: StatementKind, values: Vec<Value>, pending: Vec<Pending>) -> StatementKind {
    if let StatementKind::Instruction(instruction) = &mut kind {
        instruction.values = values;
        instruction.choice.instruction.pending = pending;
    }
    kind
}

/// `add X(a), x1, imm`.
fn add(rd: &str, imm: &str) -> Statement {
    let pending = vec![register(0, 0), Pending { value: 1, field: Field::new(Kind::Immediate, Rule::Unsigned, 12, 10) }];
    let kind = instruction(&[form(&[0x20, 0, 0, 0x91], None)], vec![]);
    statement(Arch::Aarch64, with_values(kind, vec![value(rd, ValueKind::Register), value(imm, ValueKind::Integer)], pending))
}

fn expand(target: &str, statements: Vec<Statement>) -> String {
    expand_as(Lowering::Fast, target, statements)
}

fn expand_as(lowering: Lowering, target: &str, statements: Vec<Statement>) -> String {
    let invocation = Invocation { target: target.parse().expect("tokens"), root: "krate".parse().expect("tokens"), statements };
    let text = lower(&invocation, lowering).expect("lowers").to_string();
    // One spelling for all versions of the token printer; with feature `listing` or without.
    let text = text.split_whitespace().collect::<String>().replace("krate::__private::", "p::");
    let is_note = |statement: &&str| !statement.trim_start_matches(['{', '}']).starts_with("asm.note(");
    text.split_inclusive(';').filter(is_note).collect()
}

fn x86_register(value: u16, low: u8, high: u8) -> Pending {
    let mut field = Field { len: 2, ..Field::new(Kind::Register, Rule::Unsigned, 4, low) };
    field.pieces[0] = Piece { from: 0, width: 3, to: low };
    field.pieces[1] = Piece { from: 3, width: 1, to: high };
    Pending { value, field }
}

/// `mov Rq(a), [Rq(b) + disp]`.
fn load(a: &str, b: &str, disp: &str) -> Statement {
    let pending = vec![
        x86_register(0, 19, 2),
        x86_register(1, 24, 0),
        Pending { value: 2, field: Field::new(Kind::Immediate, Rule::Signed, 32, 32) },
    ];
    let kind = instruction(&[form(&[0x48, 0x8b, 0x84, 0x20, 0, 0, 0, 0], None)], vec![]);
    let values = vec![value(a, ValueKind::Register), value(b, ValueKind::Register), value(disp, ValueKind::Integer)];
    statement(Arch::X64, with_values(kind, values, pending))
}

/// `lsl X(rd), x1, shift`: two fields follow from the shift.
fn lsl(rd: &str, shift: &str) -> Statement {
    let mut range = Field { max: 63, ..Field::new(Kind::Immediate, Rule::Unsigned, 6, 200) };
    range.len = 1;
    let pending = vec![register(0, 0), Pending { value: 1, field: range }];
    let mut kind = instruction(&[form(&[0x20, 0, 0x40, 0xd3], None)], vec![]);
    if let StatementKind::Instruction(instruction) = &mut kind {
        let sum = |factor, constant| Sum { terms: [(1, factor), (0, 0), (0, 0), (0, 0)], constant };
        instruction.choice.instruction.derived = vec![
            Derived { sum: sum(-1, 64), flip: 0, field: Field::new(Kind::Immediate, Rule::Unsigned, 6, 16) },
            Derived { sum: sum(1, 0), flip: 63, field: Field::new(Kind::Immediate, Rule::Unsigned, 6, 10) },
        ];
    }
    statement(Arch::Aarch64, with_values(kind, vec![value(rd, ValueKind::Register), value(shift, ValueKind::Integer)], pending))
}

/// `and X(rd), x1, mask`.
fn and(rd: &str, mask: &str) -> Statement {
    let mut field = Field { len: 3, ..Field::new(Kind::Immediate, Rule::Logical64, 13, 10) };
    field.pieces[0] = Piece { from: 0, width: 6, to: 10 };
    field.pieces[1] = Piece { from: 6, width: 6, to: 16 };
    field.pieces[2] = Piece { from: 12, width: 1, to: 22 };
    let kind = instruction(&[form(&[0x20, 0, 0, 0x92], None)], vec![]);
    statement(
        Arch::Aarch64,
        with_values(
            kind,
            vec![value(rd, ValueKind::Register), value(mask, ValueKind::Pattern)],
            vec![register(0, 0), Pending { value: 1, field }],
        ),
    )
}

/// `ldp X(a), X(b), [x1], offset` with a != b.
fn ldp(a: &str, b: &str, offset: &str) -> Statement {
    let offset_field = Field { mul: 8, ..Field::new(Kind::Immediate, Rule::Signed, 7, 15) };
    let mut kind = instruction(&[form(&[0x20, 0, 0xc0, 0xa8], None)], vec![]);
    if let StatementKind::Instruction(instruction) = &mut kind {
        let left = Sum { terms: [(0, 1), (1, -1), (0, 0), (0, 0)], constant: 0 };
        instruction.choice.instruction.relations =
            vec![Relation { any: [Some(Compare { left, order: Order::NotEqual }), None, None, None], blame: 1 }];
    }
    let values = vec![value(a, ValueKind::Register), value(b, ValueKind::Register), value(offset, ValueKind::Integer)];
    statement(
        Arch::Aarch64,
        with_values(kind, values, vec![register(0, 0), register(1, 10), Pending { value: 2, field: offset_field }]),
    )
}

/// What stands between the first `from` and the next `to`.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    let len = text[start..].find(to).unwrap_or_else(|| panic!("no {to} in {text}"));
    &text[start..start + len]
}

/// The call that puts constant code. What makes listings notes the text in front of it.
fn put(arch: &str, code: &str) -> String {
    match cfg!(feature = "listing") {
        true => format!("{{letasm=ops.bareasm_for::<p::{arch}>();asm.put({code});}}"),
        false => format!("ops.bareasm_put::<p::{arch},_>({code});"),
    }
}

#[test]
fn constant_code_is_one_put() {
    let b = |label| {
        statement(Arch::Aarch64, instruction(&[form(&[1, 0, 0, 0x54], Some((Relocation::A64Branch19, 0)))], vec![target(label)]))
    };
    let again = || Label::Local(name("again"));
    let statements = vec![
        statement(Arch::Aarch64, StatementKind::Label(again())),
        statement(Arch::Aarch64, StatementKind::Data(vec![0, 0, 1, 0x8b])),
        b(again()),
    ];
    assert_eq!(expand("ops", statements), format!("{{{}}}", put("Aarch64", r#"b"\0\0\x01\x8B\xE1\xFF\xFFT""#)));
}

/// `count` statements with operands of different names.
fn adds(count: usize) -> Vec<Statement> {
    (0..count).map(|n| add(&format!("a{n}"), &format!("i{n}"))).collect()
}

#[test]
fn one_instruction() {
    let text = expand("ops", vec![add("a", "i")]);
    let (operands, call) = text.split_once(";asm").expect("a call");
    assert_eq!(operands, "{{letv0=p::register(a);letv1=p::integer(i);letasm=ops.bareasm_for::<p::Aarch64>()");
    let register = shape(&Field::new(Kind::Register, Rule::Unsigned, 5, 0), 0);
    let immediate = shape(&Field::new(Kind::Immediate, Rule::Unsigned, 12, 10), 0);
    let zeros = r"\0".repeat(20);
    let checks = format!(r#"b"\x04\0\x01\0\x01m\xA2\x01{zeros}""#);
    assert_eq!(call, format!(".put2::<4,{register:#x},{immediate:#x}>({checks},0x91000020,v0,v1);}}}}"));
    assert!(expand("ops", vec![load("a", "b", "i")]).contains("asm.put3::<8,"));
}

/// The number of a shape.
fn shape(field: &Field, barred: u32) -> u128 {
    Shape::new(field, field.linear().expect("linear"), 0, barred).expect("few pieces").pack()
}

#[test]
fn a_place_is_read_tested_and_passed_once() {
    let text = expand("ops", vec![load("a", "a", "i")]);
    assert!(text.contains("letv0=p::register(a);letv1=p::integer(i);letasm=") && text.contains(",v0,v1);}}"), "{text}");
    let text = expand("ops", vec![add("a", "i"), add("s.b", "i"), add("a", "f(b)"), add("s.b", "i")]);
    assert!(text.contains("letv0=p::register(a);letv1=p::integer(i);letv2=p::register(s.b);letv3=p::integer(f(b));letv4=p::register(s.b);letasm="), "what `f(b)` may change is read again: {text}");
    assert!(text.contains("p::rbad(v0|v2|v4,31)|p::rbad(v1|v3,4095)==0"), "{text}");
    assert!(text.contains(",&[v0,v1,v2,v3,v4]);"), "{text}");
    // A macro may know a variable by another name.
    let text = expand("ops", vec![add("a", "i"), add("a", "m!()")]);
    assert!(text.contains("letv2=p::register(a);letv3=p::integer(m!());"), "{text}");
    // One name as a register and as a number.
    assert!(expand("ops", vec![add("a", "a")]).contains("letv0=p::register(a);letv1=p::integer(a);"));
}

#[test]
fn what_is_no_shape_is_stored_in_place() {
    // An inverted field has ones in the template.
    let mut inverted = add("a", "i");
    if let StatementKind::Instruction(instruction) = &mut inverted.kind {
        instruction.choice.instruction.code[0] = 0x3f;
    }
    let text = expand("ops", vec![inverted]);
    assert!(
        text.contains(
            "asm.open::<4>(at){p::st32(d,0,p::p2(0x9100003f,v0,0,v1,10));asm.seal_near(at,4);break'put;}}asm.skip2(b\""
        ),
        "{text}"
    );
}

#[test]
fn many_instructions_have_one_test_and_one_claim() {
    let text = expand("ops", adds(10));
    assert_eq!(text.matches("==0").count(), 1);
    assert_eq!(text.matches(".open::").count(), 1);
    assert!(
        text.contains(r#"asm.skip(b"(\0\x01\0\x01m\xA2\x01\x01\x04\x01m\xA2\x01"#) && text.contains(",&[v0,v1,v2,"),
        "{text}"
    );
    assert!(text.contains("asm.open::<40>(at){p::st32(d,0,p::p2(0x91000020,v0,0,v1,10));p::st32(d,4,p::p2("), "{text}");
}

#[test]
fn odd_lengths_are_stored_in_overlapping_words() {
    let text = expand("ops", vec![load("a", "b", "i"), jmp(Label::Global(name("x"))), load("c", "e", "j")]);
    let stores = between(&text, "break'done0;}1};", "asm.seal_near");
    assert_eq!(
        stores,
        concat!(
            "p::st32(d,0,p::xs(p::xs(0x20848b48,v0,19,2),v1,24,0));p::st32(d,4,p::p1(0x0,v2,0));p::st64(d,8,0xe9);",
            "p::st32(d,13,p::xs(p::xs(0x20848b48,v3,19,2),v4,24,0));p::st32(d,17,p::p1(0x0,v5,0));"
        )
    );
    assert!(
        text.contains(
            "iflet::core::option::Option::Some((d,t))=asm.claim::<21>(at){letdone='done:{if!p::try_refer::<7,_>(t,l0,at,9){"
        ),
        "{text}"
    );
    assert!(text.contains("ifdone==1{break'put;}break'stepsdone;}}asm.skip(b"), "{text}");
    assert!(text.ends_with(",v5]);0};asm.label_steps(done,&[(l0,7,12)]);}}}"), "{text}");
    let text = expand("ops", vec![load("a", "b", "i"), jmp(Label::Global(name("x")))]);
    assert!(text.contains("p::stn(d,8,5,0xe9)"), "nothing behind the claim is written: {text}");
}

#[test]
fn fields_that_follow_and_constraints() {
    let text = expand("ops", vec![lsl("a", "i"), ldp("b", "c", "j"), add("e", "k")]);
    assert!(text.contains("letf0_0=p::add(64,v1,-1);letf0_1=p::flip(p::add(0,v1,1),63);"), "{text}");
    assert!(text.contains("p::p3(0xd3400020,v0,0,p::cut(f0_0,6,0),16,p::cut(f0_1,6,0),10)"), "{text}");
    assert!(text.contains("|p::sbad(v4,7,3)|p::breaks(p::Order::NotEqual,p::add(p::add(0,v2,1),v3,-1))==0"), "{text}");
    assert!(text.contains("p::p3(0xa8c00020,v2,0,v3,10,p::cut(v4,7,3),15)"), "{text}");
}

#[test]
fn irregular_values_are_encoded_out_of_line() {
    let text = expand("ops", vec![and("a", "m")]);
    let rule = bareasm_isa::rule::Rule::Logical64 as u8;
    assert!(text.contains(&format!("letv1=p::pattern(m);letr0_1=p::code::<{rule},13>(v1);")), "{text}");
    assert!(text.contains("ifp::rbad(v0,31)|p::uncoded(r0_1)==0{"), "{text}");
    assert!(text.contains("p::p4(0x92000020,v0,0,p::cut(r0_1,6,0),10,p::cut(r0_1,6,6),16,p::cut(r0_1,1,12),22)"), "{text}");
}

#[test]
fn the_assembler_expression_is_bound_unless_it_is_a_place() {
    assert!(expand("self.ops", vec![add("a", "i")]).contains("=(self.ops).bareasm_for::<"));
    let text = expand("ops()", vec![add("a", "i")]);
    assert!(text.contains("match&mut(ops()){target=>{") && text.contains("=target.bareasm_for::<"), "{text}");
}

#[test]
fn labels_beyond_a_rust_statement_use_variables() {
    let local = || Label::Local(name("out"));
    let statements = vec![
        jmp(local()),
        statement(Arch::X64, StatementKind::Rust("f()?".parse().expect("tokens"))),
        statement(Arch::X64, StatementKind::Label(local())),
    ];
    let text = expand("ops", statements);
    let (borrow, jump) = ("ops.bareasm_for::<p::X64>()", put("X64", r#"b"\xE9\0\0\0\0""#));
    assert_eq!(
        text,
        format!(
            "{{letstart0={borrow}.offset()asu32;{jump}f()?;letstart1={borrow}.offset()asu32;{borrow}.patch_here(start0.wrapping_add(1),p::Relocation::X86Rel32,start1.wrapping_add(0));}}"
        )
    );
}

#[test]
fn labels_of_the_table_are_looked_up_in_source_order() {
    let next = |text| statement(Arch::X64, StatementKind::Label(Label::Next(name(text))));
    let statements = vec![
        jmp(Label::Backward(name("a"))),
        next("a"),
        jmp(Label::Forward(name("a"))),
        jmp(Label::Global(name("g"))),
        jmp(Label::Global(name("g"))),
    ];
    let text = expand("ops", statements);
    let (first, rest) = text.split_once("asm.named_steps").expect("two segments");
    let a = r#"const{p::name(&"a")}"#;
    assert!(
        first.contains(&format!("letmutd0=0;letdone='done:{{if!p::try_previous::<7,_>(t,{a},at,1,&mutd0){{break'done0;}}1}};")),
        "{text}"
    );
    assert!(first.contains("p::st32(d,1,p::p1(0x0,d0,0));"), "{text}");
    assert_eq!(between(rest, "bareasm_for::<p::X64>();", "'put"), r#"letl2=asm.global(const{p::name(&"g")});"#);
    assert_eq!(
        between(rest, "'done:{", "p::sta"),
        format!(
            "if!p::try_define(t,{a},at,0,&mutc0){{break'done0;}}if!p::try_next::<7,_>(t,{a},at,1){{break'done1;}}\
             if!p::try_refer::<7,_>(t,l2,at,6){{break'done2;}}if!p::try_refer::<7,_>(t,l2,at,11){{break'done3;}}4}};"
        )
    );
    assert!(
        rest.contains(
            "asm.seal_near(at,15);ifdone==4{asm.patch_waiting(c0,at,0,15);break'put;}asm.patch_all(c0,at,0);break'stepsdone;"
        ),
        "{text}"
    );
}

#[test]
fn large_invocations_are_cut() {
    let text = expand("ops", adds(200));
    assert_eq!(text.matches("==0").count(), 4, "128 operands each");
    let data = || statement(Arch::Aarch64, StatementKind::Data(vec![0; 0x3000]));
    let text = expand("ops", vec![data(), data(), data(), add("a", "i")]);
    assert!(text.contains("p::st32(d,12288,"), "an offset that fits 16 bits: {}", &text[text.len() - 800..]);
}

#[test]
fn compact_code_is_one_call() {
    let text = expand_as(Lowering::Compact, "ops", vec![add("a", "i")]);
    // The second byte of the template is a blank, which this test removes.
    assert_eq!(
        text,
        r#"{{letv0=p::register(a);letv1=p::integer(i);letplan=const{&p::Plan(b"\x04\0\0\x91\x08\x04\x01\x80D\x05\x8A")};letasm=ops.bareasm_for::<p::Aarch64>();ifp::beyond(v1){asm.refuse_values(plan,&[v0,v1]);}asm.put_compact2(plan,v0asu32,v1asu32);}}"#
    );
    let text = expand_as(Lowering::Compact, "ops", vec![load("a", "b", "i"), load("c", "d", "j")]);
    assert!(
        text.contains("ifp::long(v2)|p::long(v5){asm.refuse_values(plan,&[v0,v1,v2,v3,v4,v5]);}asm.put_compact(plan,&[v0asu32,"),
        "{text}"
    );
    let text = expand_as(Lowering::Compact, "ops", vec![and("a", "m")]);
    assert!(text.ends_with("asm.put_compact4(plan,v0asu32,p::high(v0),v1asu32,p::high(v1));}}"), "{text}");
    let data = statement(Arch::Aarch64, StatementKind::Data(vec![1, 2]));
    assert!(expand_as(Lowering::Compact, "ops", vec![data]).ends_with(r#"asm.put_slice(b"\x01\x02");}}"#));
}

#[test]
fn compact_code_passes_a_place_once() {
    let words = |statements| {
        let text = expand_as(Lowering::Compact, "ops", statements);
        text.split_once("asm.put_compact").expect("a call").1.to_string()
    };
    assert_eq!(words(vec![add("a", "i"), add("a", "i")]), "2(plan,v0asu32,v1asu32);}}");
    assert_eq!(words(vec![add("s.a", "s.i[0]"), add("s.a", "s.i[0]")]), "2(plan,v0asu32,v1asu32);}}");
    assert_eq!(words(vec![add("a", "i"), add("b", "i")]), "3(plan,v0asu32,v1asu32,v2asu32);}}");
    // One name as register and as number.
    assert_eq!(words(vec![add("a", "a"), add("a", "a")]), "2(plan,v0asu32,v1asu32);}}");
    // What is evaluated between two uses may change the first.
    for between in ["{ a += 1; 5 }", "f(&mut (a))", "step!()"] {
        let text = words(vec![add("a", "i"), add("b", between), add("a", "i")]);
        assert!(text.contains("v0asu32") && text.contains("v4asu32"), "{text}");
    }
    assert_eq!(words(vec![add("f()", "i"), add("f()", "i")]), "3(plan,v0asu32,v1asu32,v2asu32);}}");
}

#[test]
fn compact_code_checks_before_it_binds() {
    let here = statement(Arch::Aarch64, StatementKind::Label(Label::Global(name("here"))));
    let text = expand_as(Lowering::Compact, "ops", vec![add("a", "i"), here]);
    assert!(
        text.ends_with(
            r#"asm.check(plan,words);letl0=asm.global(const{p::name(&"here")});asm.bind(l0,4);asm.place(plan,words);}}"#
        ),
        "{text}"
    );
}

/// For code that moves: only what spans a branch of the table is told, and only a length that was written.
#[test]
fn references_over_branches_of_the_table() {
    let local = || Label::Local(name("l"));
    let global = || Label::Global(name("g"));
    let define = || statement(Arch::X64, StatementKind::Label(local()));
    let told = |statements| expand("ops", statements).matches("asm.refer_within(").count();
    assert_eq!(told(vec![define(), jmp(global()), jmp(local())]), 1);
    assert_eq!(told(vec![jmp(local()), jmp(global()), define()]), 1);
    assert_eq!(told(vec![jmp(global()), jmp(local()), define(), jmp(local()), jmp(global())]), 0);
    // What is told may change its length, too.
    let other = || Label::Local(name("m"));
    let far = || statement(Arch::X64, StatementKind::Data(vec![0x90; 200]));
    let end = || statement(Arch::X64, StatementKind::Label(other()));
    assert_eq!(told(vec![define(), jmp(other()), jmp(local()), jmp(global()), far(), end()]), 2);
    assert_eq!(told(vec![define(), jmp(other()), jmp(local()), far(), end(), jmp(global())]), 0);
    let align = || statement(Arch::X64, StatementKind::Align { to: "16".parse().expect("tokens"), known: Some(16), fill: None });
    assert_eq!(told(vec![define(), jmp(other()), jmp(local()), align(), end()]), 1, "over one that is resolved at run time");
    let call = |label| {
        let form = form(&[0xe8, 0, 0, 0, 0], Some((Relocation::X86Rel32, 1)));
        statement(Arch::X64, instruction(&[form], vec![target(label)]))
    };
    assert_eq!(told(vec![define(), call(global()), jmp(local())]), 0, "a call of a label has one length");
    assert_eq!(told(vec![define(), call(Label::Extern("f".parse().expect("tokens"))), jmp(local())]), 1);

    let long = || {
        let form = form(&[0xe9, 0, 0, 0, 0], Some((Relocation::X86Rel32, 1)));
        statement(Arch::X64, instruction(&[form], vec![target(global())]))
    };
    let kept = |statements| expand("ops", statements).matches("asm.keep_length(4)").count();
    assert_eq!((kept(vec![long()]), kept(vec![jmp(global())]), kept(vec![call(global())])), (1, 0, 0));
}
