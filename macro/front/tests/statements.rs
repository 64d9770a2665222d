//! Labels, directives, statements of Rust, and how the input is split.

use bareasm_front::ir::{Arch, Invocation, Label, StatementKind, ValueKind};
use bareasm_front::parse;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

fn read(body: &str) -> Result<Invocation, Vec<String>> {
    let text = format!("[crate_root] [x64] {body}");
    parse(text.parse().expect("tokens")).map_err(|errors| errors.into_iter().map(|error| error.message).collect())
}

/// Statements in short.
fn show(body: &str) -> Vec<String> {
    let invocation = read(body).expect(body);
    invocation
        .statements
        .iter()
        .map(|statement| match &statement.kind {
            StatementKind::Label(label) => match label {
                Label::Local(name) => format!("->{}", name.text),
                Label::Global(name) => format!("=>{}", name.text),
                Label::Dynamic(expr) => format!("=>({expr})"),
                Label::Next(name) => format!("{}:", name.text),
                other => format!("{other:?}"),
            },
            StatementKind::Data(bytes) => format!("{bytes:02x?}"),
            StatementKind::Value { size, value, .. } => format!("{size} {} {:?}", value.expr, value.kind),
            StatementKind::Bytes(expr) => format!("bytes {expr}"),
            StatementKind::Reference(target, relocation) => {
                format!("{relocation:?} {}", target.addend.as_ref().map_or(String::new(), TokenStream::to_string))
            }
            StatementKind::Align { to, known, fill } => format!("align {to} {known:?} {}", fill.is_some()),
            StatementKind::Rust(tokens) => format!("rust {tokens}"),
            StatementKind::Instruction(_) => statement.text.clone(),
        })
        .collect()
}

fn errors(body: &str) -> Vec<String> {
    read(body).expect_err(body)
}

#[test]
fn target_and_root() {
    let invocation = read("self.asm.inner ; ->a:").unwrap();
    assert_eq!(invocation.target.to_string(), "self . asm . inner");
    assert_eq!(invocation.root.to_string(), "crate_root");
    assert_eq!(invocation.statements.first().map(|statement| statement.arch), Some(Arch::X64));
    assert!(read("ops").unwrap().statements.is_empty());
    assert!(errors("").concat().contains("expected the assembler"));
    assert!(errors("ops, ret").concat().contains("expected `;`"));
    assert!(parse("ops ; ret".parse().unwrap()).is_err());
}

#[test]
fn label_definitions() {
    assert_eq!(
        show("ops ; ->top: ; =>done: ; =>end ; =>(self.exit) ; =>labels[n]: ; next:"),
        ["->top", "=>done", "=>end", "=>(self . exit)", "=>(labels [n])", "next:",]
    );
    assert_eq!(show("ops ; ->a: ->b: .u8 1"), ["->a", "->b", "[01]"]);
    assert!(errors("ops ; ->top nop").concat().contains("expected `:`"));
}

#[test]
fn semicolons() {
    assert_eq!(show("ops ;; self.n += 1 ; ->a: ;; let x = f(1, 2) ;"), ["rust self . n += 1", "->a", "rust let x = f (1 , 2)"]);
    assert_eq!(show("ops ; ->a: ; ; "), ["->a"]);
    assert_eq!(show("ops ;"), [""; 0]);
}

#[test]
fn data() {
    assert_eq!(
        show("ops ; .u8 1, 255 ; .i16 -2 ; .u32 1 << 31 ; .u64 0xffff_ffff_ffff_ffff ; .f32 1.0 ; .f64 -0.5"),
        [
            "[01, ff]",
            "[fe, ff]",
            "[00, 00, 00, 80]",
            "[ff, ff, ff, ff, ff, ff, ff, ff]",
            "[00, 00, 80, 3f]",
            "[00, 00, 00, 00, 00, 00, e0, bf]",
        ]
    );
    assert_eq!(show("ops ; .u8 1, n, 2 ; .i64 x as _"), ["[01]", "1 n Integer", "[02]", "8 x as i64 Pattern"]);
    assert_eq!(show("ops ; .f32 x"), [format!("4 :: core :: primitive :: f32 :: to_bits (x) {:?}", ValueKind::Integer)]);
    assert_eq!(
        show("ops ; .bytes b\"a\\x00\" ; .bytes 1, 2 ; .bytes [3, 4] ; .bytes code.iter()"),
        ["[61, 00]", "[01, 02]", "[03, 04]", "bytes code . iter ()",]
    );
    assert!(errors("ops ; .u8 256").concat().contains("0 to 255"));
    assert!(errors("ops ; .i8 -129").concat().contains("-128 to 127"));
    assert!(errors("ops ; .f32 1").concat().contains("1.0"));
    assert!(errors("ops ; .qword 1").concat().contains(".u64"));
    assert!(errors("ops ; .alig 4").concat().contains(".align"));
}

#[test]
fn references_and_alignment() {
    assert_eq!(show("ops ; .abs64 =>l, ->m - 4 ; .rel8 <n"), ["Abs64 ", "Abs64 - 4", "Data8 "]);
    assert_eq!(show("ops ; .align 16 ; .align n, 0x90"), ["align 16 Some(16) false", "align n None true"]);
    assert!(errors("ops ; .align 3").concat().contains("power of two"));
    assert!(errors("ops ; .rel32 5").concat().contains("label"));
}

#[test]
fn directives_of_the_machine() {
    assert_eq!(
        read("ops ; .arch aarch64 ; ->a:").unwrap().statements.first().map(|statement| statement.arch),
        Some(Arch::Aarch64)
    );
    assert!(errors("ops ; .arch riscv64").concat().contains("no instruction tables"));
    assert!(errors("ops ; .arch aarch46").concat().contains("aarch64"));
    assert!(errors("ops ; .alias acc, banana").concat().contains("not a register"));
    assert!(errors("ops ; .feature nonsense_feature").concat().contains("unknown feature"));
    assert!(errors("ops ; .cpu cortex-m99").concat().contains("unknown processor"));
    assert!(parse("[root] [] ops ; ->a:".parse().unwrap()).is_err());
}

#[test]
fn features_of_aarch64() {
    let add = "add z0.s, p0/m, z0.s, z1.s";
    let refused = |machine: &str, instruction: &str| read(&format!("ops ; .arch aarch64 ; {machine} ; {instruction}")).is_err();
    assert!(refused(".cpu cortex-a53", add) && !refused(".cpu cortex-a53+sve2", add));
    assert!(!refused(".cpu neoverse-v2", add) && refused(".cpu neoverse-v2+nosve", add));
    assert!(refused(".cpu armv9.2-a ; .feature +nosve", add) && refused(".cpu armv9.2-a ; .feature -sve", add));
    assert!(!refused(".cpu apple-m4", add) && refused(".cpu apple-m4", "adr z0.s, [z1.s, z2.s]"));
    assert!(!refused(".cpu generic+sve2-aes", "aese z0.b, z0.b, z1.b"));
    assert!(refused(".cpu generic", "aese v0.16b, v1.16b") && !refused(".cpu generic+crypto", "aese v0.16b, v1.16b"));
    assert!(
        !refused(".cpu generic", "bti c") && !refused(".cpu generic", "paciasp") && refused(".cpu generic", "pacga x0, x1, x2")
    );
    assert!(errors("ops ; .arch aarch64 ; .cpu cortex-a53+svee").concat().contains("did you mean `sve`"));
}

#[test]
fn several_errors_at_once() {
    assert_eq!(errors("ops ; .u8 256 ; ->a: ; .u8 257 ; .nonsense").len(), 3);
}

/// `$e:expr` of a wrapper macro arrives in an invisible group.
#[test]
fn invisible_groups() {
    let hidden = |text: &str| TokenTree::Group(Group::new(Delimiter::None, text.parse().unwrap()));
    let mut tokens: Vec<TokenTree> = "[root] [x64] ops ; . u8".parse::<TokenStream>().unwrap().into_iter().collect();
    tokens.push(hidden("7"));
    tokens.extend("; =>".parse::<TokenStream>().unwrap());
    tokens.push(hidden("exit"));
    tokens.extend(";".parse::<TokenStream>().unwrap());
    tokens.push(hidden("-> a : ; . u8 1"));
    let invocation = parse(tokens.into_iter().collect()).unwrap();
    let kinds: Vec<&StatementKind> = invocation.statements.iter().map(|statement| &statement.kind).collect();
    assert!(
        matches!(kinds.as_slice(), [
        StatementKind::Data(seven),
        StatementKind::Label(Label::Dynamic(_)), // an expression, not the name of a global label
        StatementKind::Label(Label::Local(_)),
        StatementKind::Data(one),
    ] if seven == &[7] && one == &[1]),
        "{kinds:?}"
    );
}
