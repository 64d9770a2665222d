//! Layout of hand-built statements.

use super::*;
use crate::ir::{Arch, Label, Name};
use bareasm_isa::choice::{Choice, Reference};
use bareasm_isa::encoding::MAX_LEN;
use proc_macro2::Span;

pub(crate) fn statement(arch: Arch, kind: StatementKind) -> Statement {
    Statement { span: Span::call_site(), text: String::new(), arch, kind }
}

pub(crate) fn name(text: &str) -> Name {
    Name { text: text.into(), span: Span::call_site() }
}

pub(crate) fn target(label: Label) -> Target {
    Target { label, addend: None, before: 0, span: Span::call_site() }
}

/// An instruction of these bytes.
pub(crate) fn form(code: &[u8], reference: Option<(Relocation, u8)>) -> choice::Instruction {
    let mut padded = [0; MAX_LEN];
    padded[..code.len()].copy_from_slice(code);
    choice::Instruction {
        form: 1,
        len: code.len() as u8,
        code: padded,
        pending: Vec::new(),
        derived: Vec::new(),
        relations: Vec::new(),
        reference: reference.map(|(relocation, at)| Reference { target: 0, relocation, at }),
    }
}

pub(crate) fn instruction(forms: &[choice::Instruction], targets: Vec<Target>) -> StatementKind {
    let (last, shorter) = forms.split_last().expect("a form");
    let choice = Choice { instruction: last.clone(), shorter: shorter.to_vec(), warning: None };
    StatementKind::Instruction(Instruction {
        span: Span::call_site(),
        choice,
        values: Vec::new(),
        targets,
        load_immediate: None,
        warning: None,
    })
}

/// x64 `jmp`.
pub(crate) fn jmp(label: Label) -> Statement {
    let forms = [form(&[0xeb, 0], Some((Relocation::X86Rel8, 1))), form(&[0xe9, 0, 0, 0, 0], Some((Relocation::X86Rel32, 1)))];
    statement(Arch::X64, instruction(&forms, vec![target(label)]))
}

fn data(len: usize) -> Statement {
    statement(Arch::X64, StatementKind::Data(vec![0x90; len]))
}

fn define(label: Label) -> Statement {
    statement(Arch::X64, StatementKind::Label(label))
}

fn local(text: &str) -> Label {
    Label::Local(name(text))
}

fn rust() -> Statement {
    statement(Arch::X64, StatementKind::Rust(TokenStream::new()))
}

fn code(layout: &Layout<'_>) -> Vec<u8> {
    layout.items.iter().flat_map(|item| item.code.iter().copied()).collect()
}

fn messages(result: Result<Layout<'_>, Vec<Diagnostic>>) -> Vec<String> {
    result.expect_err("should fail").into_iter().map(|d| d.message).collect()
}

#[test]
fn short_jumps_where_they_reach() {
    let statements = [define(local("a")), jmp(local("b")), data(2), jmp(local("a")), define(local("b"))];
    let layout = layout(&statements, Start::Anywhere).expect("lays out");
    assert_eq!(code(&layout), [0xeb, 4, 0x90, 0x90, 0xeb, 0xfa]);
    assert!(layout.items.iter().all(|item| item.link == Link::Done));
}

#[test]
fn long_jumps_where_they_must() {
    let statements = [jmp(local("b")), data(128), define(local("b")), data(126), jmp(local("b"))];
    let layout = layout(&statements, Start::Anywhere).expect("lays out");
    let bytes = code(&layout);
    assert_eq!(bytes[..5], [0xe9, 128, 0, 0, 0]);
    assert_eq!(bytes[bytes.len() - 2..], [0xeb, 0x80]);
}

#[test]
fn a_rust_statement_leaves_the_distance_open() {
    let statements = [jmp(local("b")), rust(), define(local("b")), jmp(local("b"))];
    let layout = layout(&statements, Start::Anywhere).expect("lays out");
    assert_eq!(layout.items[0].code, [0xe9, 0, 0, 0, 0]);
    assert_eq!(layout.items[0].link, Link::Here { group: 1, offset: 0 });
    assert_eq!(layout.items[3].code, [0xeb, 0xfe]);
    assert_eq!(layout.groups, [Group { len: 5, alignment: 1 }, Group { len: 2, alignment: 1 }]);
}

#[test]
fn reusable_labels_mean_the_nearest_definition() {
    let next = |text| define(Label::Next(name(text)));
    let statements = [
        next("a"),
        jmp(Label::Forward(name("a"))),
        next("a"),
        jmp(Label::Backward(name("a"))),
        jmp(Label::Forward(name("a"))),
        jmp(Label::Backward(name("b"))),
    ];
    let layout = layout(&statements, Start::Anywhere).expect("lays out");
    assert_eq!(layout.items[1].code, [0xeb, 0], "forward to the second definition");
    assert_eq!(layout.items[3].code, [0xeb, 0xfe], "backward to the second, not the first");
    assert_eq!(layout.items[4].link, Link::Table, "no definition follows");
    assert_eq!(layout.items[4].code.len(), 5);
    assert_eq!(layout.items[5].link, Link::Table);
}

#[test]
fn a_reusable_label_beyond_a_rust_statement_goes_through_the_table() {
    // The statement may define the same name once more.
    let statements = [jmp(Label::Forward(name("a"))), rust(), define(Label::Next(name("a")))];
    let layout = layout(&statements, Start::Anywhere).expect("lays out");
    assert_eq!(layout.items[0].link, Link::Table);
}

#[test]
fn bad_local_labels() {
    assert_eq!(
        messages(layout(&[jmp(local("x")), define(local("y"))], Start::Anywhere)),
        ["local label `->x` is not defined in this invocation\ndefined here: `->y`"]
    );
    let twice = messages(layout(&[define(local("x")), define(local("x"))], Start::Anywhere));
    assert_eq!(twice.len(), 2, "one message at each definition");
}

/// A64 `tbz`, which has one length.
fn tbz(label: Label) -> Statement {
    let forms = [form(&[0, 0, 0, 0x36], Some((Relocation::A64Branch14, 0)))];
    statement(Arch::Aarch64, instruction(&forms, vec![target(label)]))
}

#[test]
fn out_of_reach() {
    let far = |gap| [tbz(local("x")), data(gap), define(local("x"))];
    assert!(layout(&far(0x7ffc - 4), Start::Anywhere).is_ok());
    assert_eq!(
        messages(layout(&far(0x8000 - 4), Start::Anywhere)),
        ["the label is out of reach of this instruction: its distance is 32768, the instruction takes a multiple of 4 from -32768 to 32764"]
    );
    assert_eq!(
        messages(layout(&far(2), Start::Anywhere)),
        ["the label is not aligned as this instruction requires: its distance is 6, the instruction takes a multiple of 4 from -32768 to 32764"]
    );
}

#[test]
fn addresses_are_left_to_run_time() {
    let reference = statement(Arch::X64, StatementKind::Reference(target(local("x")), Relocation::Abs64));
    let distance = statement(Arch::X64, StatementKind::Reference(target(local("x")), Relocation::Data32));
    let statements = [reference, distance, define(local("x"))];
    let layout = layout(&statements, Start::Anywhere).expect("lays out");
    assert_eq!(layout.items[0].link, Link::Here { group: 0, offset: 12 });
    assert_eq!(layout.items[1].code, [4, 0, 0, 0]);
}

#[test]
fn literal_addends_of_data_are_part_of_it() {
    let with = |relocation, addend: &str| {
        let target = Target { addend: Some(addend.parse().expect("tokens")), ..target(local("x")) };
        statement(Arch::X64, StatementKind::Reference(target, relocation))
    };
    let statements =
        [with(Relocation::Data32, "- 8"), with(Relocation::Abs64, "3"), define(local("x")), with(Relocation::Data8, "n")];
    let placed = layout(&statements, Start::Anywhere).expect("lays out");
    assert_eq!(placed.items[0].code, [4, 0, 0, 0]);
    assert_eq!(placed.items[1].code, [3, 0, 0, 0, 0, 0, 0, 0], "the base is added at run time");
    assert_eq!(placed.items[3].link, Link::Here { group: 0, offset: 12 });
    assert!(layout(&[with(Relocation::Data8, "200"), define(local("x"))], Start::Anywhere).is_err());
}

#[test]
fn alignment_is_code_when_the_start_is_known() {
    let align = |to: u32| {
        statement(
            Arch::X64,
            StatementKind::Align { to: TokenStream::new(), known: Some(to), fill: Some("0xcc".parse().expect("tokens")) },
        )
    };
    let statements = [data(3), align(4), data(1)];
    let layout_at_zero = layout(&statements, Start::Zero).expect("lays out");
    assert_eq!(code(&layout_at_zero), [0x90, 0x90, 0x90, 0xcc, 0x90]);
    let statements = [data(3), align(8), data(1), align(16)];
    let somewhere = layout(&statements, Start::Anywhere).expect("lays out");
    assert_eq!(somewhere.groups, [Group { len: 3, alignment: 1 }, Group { len: 1, alignment: 8 }]);
}
