//! Each check of the x86 row reader, with a row that it refuses and the exact message.
#![cfg(feature = "rows")]

mod x86_support;

use x86_support::errors;

#[track_caller]
fn refused(rows: &str, message: &str) {
    assert_eq!(errors(rows), [message]);
}

#[test]
fn grammar() {
    refused("add r8, r8", "t.isa:1:1: expected `operands | encoding | roles and attributes | features`");
    refused("a+b r8 | 00 /r | MR", "t.isa:1:1: `a+b` is not a mnemonic");
    refused("add r8, q8 | 00 /r | MR", "t.isa:1:9: unknown operand kind `q8`");
    refused("add r8, r8 {x} | 00 /r | MR", "t.isa:1:12: unknown decoration `{x}`");
    refused("add r8, , r8 | 00 /r | MR", "t.isa:1:8: an operand is missing");
    refused("add r8/xmm, r8 | 00 /r | MR", "t.isa:1:8: an operand has one kind of register");
    refused("add m8/m16, r8 | 00 /r | MR", "t.isa:1:8: an operand has one kind of memory");
    refused("add imm8/imm16 | 00 ib | I", "t.isa:1:10: an operand has one kind of immediate");
    refused("add r32!xmm0, eax | 00+r | O", "t.isa:1:5: `xmm0` is no register of `r32`");
    refused("nop |  |", "t.isa:1:8: the encoding is missing");
    refused("nop | NP |", "t.isa:1:7: the opcode byte is missing");
    refused("nop | 01 02 03 |", "t.isa:1:7: too many opcode bytes");
    refused("nop | 90 zz |", "t.isa:1:10: unknown word `zz` in an encoding");
    refused("nop r32 | 0F 1F /0 /1 | M", "t.isa:1:20: a second ModRM byte");
    refused("nop | 66 F3 90 |", "t.isa:1:10: a second mandatory prefix (operand size is `o16`)");
    refused("pf mm, mm | 0F 0F /r | RM", "t.isa:1:13: 0F 0F needs a last opcode byte");
    refused("enter imm8, imm8, imm8 | C8 ib ib ib | III", "t.isa:1:35: a form has at most two immediates");
    refused("nop | 90 | fast", "t.isa:1:12: unknown attribute `fast`");
    refused("a r8, r8, r8, r8, r8, r8 | 90 |", "t.isa:1:1: a form has at most 5 operands");
    refused("nop | 90 | | a b c d e", "t.isa:1:22: a form has at most 4 features");
    refused(".feature sse: SSE\nnop | 90 | | mmx", "t.isa:2:14: unknown feature `mmx`");
}

#[test]
fn vector_prefixes() {
    refused("a xmm, xmm | VEX.128.0F.W0 58 /r | RM", "t.isa:1:14: VEX needs .L.pp.map.W");
    refused("a xmm, xmm | VEX.129.NP.0F.W0 58 /r | RM", "t.isa:1:14: unknown length `129`");
    refused("a xmm, xmm | VEX.128.67.0F.W0 58 /r | RM", "t.isa:1:14: unknown prefix `67`");
    refused("a xmm, xmm | VEX.128.NP.0E.W0 58 /r | RM", "t.isa:1:14: unknown map `0E`");
    refused("a xmm, xmm | VEX.128.NP.0F.W2 58 /r | RM", "t.isa:1:14: unknown W `W2`");
    refused("a xmm, xmm | EVEX.128.NP.0F.W0.QQ 58 /r | RM", "t.isa:1:14: unknown field `.QQ`");
    refused(
        "vgather zmm {k}, vm32z | EVEX.512.66.0F38.W0 90 /r | RM disp8*3",
        "t.isa:1:57: the unit of a displacement is a power of two up to 64",
    );
}

#[test]
fn groups() {
    refused("add rv, ry | 01 /r | MR", "t.isa:1:14: a row has one group of operand sizes, `v` or `y`");
    refused("add rv, rmv | EVEX.LLZ.NP.MAP4.W0 01 /r | RM", "t.isa:1:15: the group needs `.Wv`");
    refused("jCC rel8 | 70 cb | D", "t.isa:1:12: `CC` in the mnemonic needs `+cc`");
    refused("ccmpSCC dfv, r8, r8 | EVEX.LLZ.NP.MAP4.W0 38 /r | MR", "t.isa:1:23: `SCC` in the mnemonic needs `.SCC`");
}

#[test]
fn roles() {
    refused("add r8, r8 | 00 /r | M", "t.isa:1:9: the operand has no role");
    refused("add r8 | 00 /0 | MR", "t.isa:1:18: 1 roles without operand");
    refused("add r8, r8 | 00 /r | MM", "t.isa:1:1: role M twice");
    refused("add r8 | 00 /r | M", "t.isa:1:1: /r without R");
    refused("add r8 | 00 /r | R", "t.isa:1:1: /r without M");
    refused("add r8, r8 | 00 /0 | MR", "t.isa:1:1: /digit with R");
    refused("add imm8 | 00 /0 ib | I", "t.isa:1:1: /digit without M");
    refused("add r8 | 00 | M", "t.isa:1:1: R or M without /r or /digit");
    refused("tilezero tmm | VEX.128.F2.0F38.W0 49 11:rrr:000 | M 64", "t.isa:1:1: 11:rrr:bbb needs R and no M");
    refused("push r32 | 50 | O", "t.isa:1:1: O and +r disagree");
    refused("push | 50+r |", "t.isa:1:1: O and +r disagree");
    refused("a xmm, xmm, xmm | VEX.128.NP.0F.W0 58 /r | RMR", "t.isa:1:1: second R and /is4 disagree");
    refused("a xmm, xmm, xmm | 0F 58 /r | RVM", "t.isa:1:1: V needs VEX, XOP or EVEX");
    refused("add m8, r8 | 00 /r | RM", "t.isa:1:1: m8 with role R");
    refused("mov r8, imm8 | 00 /r | RM", "t.isa:1:1: imm8 with role M");
    refused("jmp rel8 | EB cb | I", "t.isa:1:1: rel8 with role I");
}

#[test]
fn immediates() {
    refused("add al, imm8 | 04 | I", "t.isa:1:1: 0 immediates in the encoding, 1 in the operands");
    refused("add al | 04 ib |", "t.isa:1:1: 1 immediates in the encoding, 0 in the operands");
    refused("add al, imm8 | 04 iw | I", "t.isa:1:1: imm8 placed by iw");
    refused("jmp rel32 | E9 cb | D", "t.isa:1:1: rel32 placed by cb");
    refused("mov al, moffs8 | A0 id | D", "t.isa:1:1: moffs8 placed by id");
    refused("a xmm, xmm, imm4 | VEX.128.NP.0F.W0 58 /r | RMI", "t.isa:1:1: imm4 needs /is4");
}

#[test]
fn prefixes_and_modes() {
    refused("a xmm, xmm/m128/b32 | VEX.128.NP.0F.W0 58 /r | RM", "t.isa:1:1: broadcast needs EVEX");
    refused("a xmm {k}, xmm | VEX.128.NP.0F.W0 58 /r | RM", "t.isa:1:1: decoration needs EVEX");
    refused("a xmm, xmm/b32 | EVEX.128.NP.0F.W0 58 /r | RM", "t.isa:1:1: broadcast needs memory of a known width beside it");
    refused("a xmm, xmm {er} | EVEX.128.NP.0F.W0 58 /r | RM", "t.isa:1:1: {er} and {sae} need 512 or LIG");
    refused("a r8, r8 | EVEX.128.NP.MAP4.W0 58 /r | RM", "t.isa:1:1: map 4 is LLZ");
    refused("a r8, r8, r8 | EVEX.128.NP.0F.W0.ND 58 /r | VRM", "t.isa:1:1: ND and ZU need map 4");
    refused("a r8 | EVEX.128.NP.0F.W0.ZU 58 /0 | M", "t.isa:1:1: ND and ZU need map 4");
    refused("a r8, r8 | EVEX.LLZ.NP.MAP4.W0.ND 58 /r | RM", "t.isa:1:1: ND without V");
    refused("a r8, r8 | EVEX.128.NP.0F.W0.SCC1 58 /r | RM", "t.isa:1:1: SCC needs map 4");
    refused("a dfv, r8, r8 | EVEX.LLZ.NP.MAP4.W0 58 /r | RM", "t.isa:1:1: dfv and SCC go together");
    refused("{nf} a r8, r8 | 58 /r | RM", "t.isa:1:1: NF needs EVEX");
    refused("a r8, r8 | 58 /r | RM lock", "t.isa:1:1: `lock` needs a memory operand");
    refused("a r64, r64 | REX.W 58 /r | RM 32", "t.isa:1:1: `32` on a row that only 64-bit mode has");
    refused("a zmm {k}, vm32z | EVEX.512.66.0F38.W0 90 /r | RM", "t.isa:1:1: VSIB needs disp8*N");
    refused("a xmm, m128 | VEX.128.NP.0F.W0 58 /r | RM disp8*4", "t.isa:1:1: disp8*N needs EVEX");
}

#[test]
fn the_table_as_a_whole() {
    refused("a r32, r32 | 58 /r | RM\nb r32, r32 | 58 /r | MR", "t.isa:2:1: decodes from the same bytes as `a` in line 1");
    refused("a r32, m32 | 58 /r | RM\nb xmm, m32 | 58 /r | RM", "t.isa:2:1: decodes from the same bytes as `a` in line 1");
    refused(
        "a xmm, xmm | VEX.128.NP.0F.WIG 58 /r | RM\nb xmm, xmm | VEX.LIG.NP.0F.W1 58 /r | RM",
        "t.isa:2:1: decodes from the same bytes as `a` in line 1",
    );
    // Register against memory, different digits, lengths and modes, aliases, more specific rows: all fine.
    let fine = "a r32, r32 | 58 /r | RM\nb r32, m32 | 58 /r | RM\nc m32 | 59 /0 | M\nd m32 | 59 /1 | M\n\
                e xmm, xmm | VEX.128.NP.0F.W0 58 /r | RM\nf ymm, ymm | VEX.256.NP.0F.W0 58 /r | RM\n\
                g eax | 60 | 32\nh eax | 60 | 64\ni r32, r32 | 58 /r | MR alias\nj | F3 90 |\nk | 90 |\nl eax, r32 | 90+r | O";
    assert_eq!(errors(fine), [""; 0]);
    refused("alias sal = shl", "t.isa:1:13: alias of `shl`, which does not exist");
    refused("nop | 90 |\nalias n{cc} = nop", "t.isa:2:9: unknown table `cc`");
    refused("table t = a:zz", "t.isa:1:11: `a:zz` has no number after `:`");
}

/// One run reports every bad line.
#[test]
fn every_line_is_reported() {
    let found = errors("a q8 | 00 /0 | M\nnop | 90 |\nb q9 | 00 /0 | M");
    assert_eq!(found, ["t.isa:1:3: unknown operand kind `q8`", "t.isa:3:3: unknown operand kind `q9`"]);
}
