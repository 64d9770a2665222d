//! Forms as the manuals of Intel and Arm write them.
#![cfg(all(feature = "matching", feature = "aarch64", feature = "thumb", feature = "x64"))]

use bareasm_isa::fixed::{aarch64, thumb, Table};

/// Whether a mnemonic of a fixed-width set has these lines.
fn has(table: &Table<'_>, mnemonic: &str, lines: &[&str]) {
    let found: Vec<String> = table.forms(mnemonic).flat_map(|form| form.syntax).collect();
    for line in lines {
        assert!(found.iter().any(|found| found == line), "{line}: {found:#?}");
    }
}

#[test]
fn arm() {
    let a64 = aarch64();
    has(a64, "svc", &["SVC #<imm16>"]);
    has(
        a64,
        "add",
        &[
            "ADD <Wd|WSP>, <Wn|WSP>, #<imm12>{, LSL #<0|12>}",
            "ADD <Xd|SP>, <Xn|SP>, #<imm12>{, LSL #<0|12>}",
            "ADD <Xd>, <Xn>, <Xm>{, <LSL|LSR|ASR> #<imm6>}",
            "ADD <Vd>.<T>, <Vn>.<T>, <Vm>.<T>",
        ],
    );
    has(a64, "b.eq", &["B.<cond> <label>"]);
    has(a64, "ldp", &["LDP <Xt1>, <Xt2>, [<Xn|SP>, #<simm7>]!", "LDP <Xt1>, <Xt2>, [<Xn|SP>], #<simm7>"]);
    has(a64, "ld2", &["LD2 { <Vt>.<T>, <Vt2>.<T> }, [<Xn|SP>]"]);
    has(a64, "ld4", &["LD4 { <Vt>.<T>-<Vt4>.<T> }, [<Xn|SP>]"]);
    has(a64, "fadd", &["FADD <Hd>, <Hn>, <Hm>", "FADD <Zdn>.<H|S|D>, <Pg>/M, <Zdn>.<H|S|D>, <Zm>.<H|S|D>"]);
    has(a64, "mova", &["MOVA <ZAd><H|V>.S[<Ws>, <off2>], <Pg>/M, <Zn>.S"]);
    has(thumb(), "add", &["ADD{S} <Rd>, <Rn>, #<imm3>", "ADD{S} {<Rd>,} <Rn>, <Rm>{, <LSL|ROR> #<imm>}"]);
    has(thumb(), "push", &["PUSH <registers>"]);
}

/// What an immediate takes that a table's word limits: the word decides, whatever other bits it has.
#[test]
fn ranges() {
    let shift = aarch64().forms("sshr").next().expect("a form");
    let range = shift.operands.iter().find(|text| text.starts_with("imm: ")).expect("a range");
    assert!(range.starts_with("imm: 1 to 8 with 8b, 1 to 8 with 16b, 1 to 16 with 4h"), "{range}");
}

#[test]
fn intel() {
    let table = bareasm_isa::x86::table();
    for (mnemonic, line) in [
        ("add", "ADD r/m64, imm8"),
        ("add", "ADD AL, imm8"),
        ("movzx", "MOVZX r32, r/m16"),
        ("vaddps", "VADDPS zmm1 {k1}{z}, zmm2, zmm3/m512/m32bcst{er}"),
        ("vaddps", "VADDPS ymm1, ymm2, ymm3/m256"),
        ("vcmpps", "VCMPPS k1 {k2}, zmm2, zmm3/m512/m32bcst{sae}, imm8"),
        ("vpgatherdd", "VPGATHERDD zmm1 {k1}, vm32z"),
        ("vmovdqu8", "VMOVDQU8 zmm1/m512 {k1}{z}, zmm2"),
        ("blendvps", "BLENDVPS xmm1, xmm2/m128, <XMM0>"),
        ("mov", "MOV r64, CRn"),
        ("shl", "SHL r/m32, CL"),
        ("fadd", "FADD ST(0), ST(i)"),
        ("jmp", "JMP m16:32"),
        ("vp2intersectd", "VP2INTERSECTD k1+1, zmm2, zmm3/m512/m32bcst"),
        ("ccmpz", "CCMPZ {dfv=} r/m64, r64"),
        // A spelling that says the predicate.
        ("vcmpeqps", "VCMPEQPS k1 {k2}, zmm2, zmm3/m512/m32bcst{sae}"),
    ] {
        let found: Vec<String> = table.forms(mnemonic).map(|form| form.syntax().to_string()).collect();
        assert!(found.iter().any(|found| found == line), "{line}: {found:#?}");
    }
}
