//! What the row reader refuses, with the exact messages.
#![cfg(feature = "rows")]

use bareasm_isa::rows::fixed::read;

const HEAD: &str = "\
.feature sve: vectors
.feature one (not two): one
.feature two: two
.arch a64
table R(sf) = W:0 X:1
table T(size:Q) = 8B:000 16B:001 4H:010
table cond = eq:0000 ne:0001
";

/// The messages for rows behind the head; places are relative to the first of them.
fn errors(rows: &str) -> Vec<String> {
    let text = format!("{HEAD}{rows}");
    let base = HEAD.lines().count() as u32;
    match read(&[("bad.isa", &text)]) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|error| format!("{}:{}: {}", error.line - base, error.column, error.message)).collect(),
    }
}

macro_rules! refused {
    ($($name:ident: $rows:expr => $($message:expr),+;)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(errors($rows), [$($message),+]);
        })*
    };
}

#[test]
fn the_head_is_valid() {
    assert_eq!(errors("add <R>d, Vn.T | sf:1 Q:1 size:2 00000000000000000 Rn:5 0 Rd:5 | sve\n"), [""; 0]);
}

refused! {
    // 1. Sizes.
    bits_do_not_sum: "nop | 0000\n" => "1:7: the bits are 4, not 16 or 32";
    too_many_bits: "nop | 00000000000000000000000000000000 1\n" => "1:40: the bits are more than 32";
    halfword_mark: "nop | 00000000 / 00000000\n" => "1:16: `/` stands after bit 8, not after bit 16";
    unreadable_bits: "nop | 0000x\n" => "1:7: cannot read `0000x`";
    // 2. Fields and operands.
    field_without_operand: "add Xd | 0000000000000000000000 Rm:5 Rd:5\n" => "1:1: field `Rm` has no operand";
    operand_without_field: "add Xd, #imm5 | 000000000000000000000000000 Rd:5\n" => "1:10: no field `imm5`";
    tiles_without_field: "zero { tiles } | 00000000000000000000000000000000\n" => "1:8: no field `tiles`";
    tiles_of_other_width: "zero { tiles } | 0000000000000000000000000 tiles:7\n" => "1:8: field `tiles` must have 8 bits";
    placed_twice: "add Xd | 0000000000000000000000 Rd:5 Rd:5\n" => "1:38: field `Rd` is placed twice";
    bit_placed_twice: "add Xd | 00000000000000000000000000 Rd[4:0] Rd[3]\n" => "1:45: a bit of field `Rd` is placed twice";
    width_of_name: "add Xd, #imm6 | 0000000000000000000000 imm6:5 Rd:5\n" => "1:1: field `imm6` has 5 bits";
    too_wide_register: "add Xd | 00000000000000000000000000 Rd:6\n" => "1:1: field `Rd` has more numbers than there are registers";
    // 3. Tables.
    pattern_width: "add Xd, <cond> | 000000000000000000000000 cond:3 Rd:5\n" => "1:1: table `cond`: pattern of `eq` has 4 bits, its fields have 3";
    table_without_field: "add Vd.T | 00000000000000000000000000 Q:1 Rd:5\n" => "1:1: table `T` needs field `size`";
    word_twice: "add Xd, <s> | 0000000000000000000000000 s:2 Rd:5 | s(s)=a:00,a:00\n" => "1:1: table `s` has the word `a` twice for the same bits";
    hidden_pattern: "add Xd, <s> | 0000000000000000000000000 s:2 Rd:5 | s(s)=a:0x,b:01\n" => "1:1: table `s`: `b` never prints, because `a` takes its bits";
    unknown_table: "add Xd, <t> | 000000000000000000000000000 Rd:5\n" => "1:10: unknown table `t`";
    unknown_word: "add Vd.T | 000000000000000000000000 size:2 Q:1 Rd:5 | T=2D\n" => "1:55: table `T` has no word `2D`";
    table_syntax: "table x = a:\n" => "1:11: table `x`: expected `word:pattern`";
    table_declared_twice: "table R(sf) = W:0 X:1\n" => "1:7: table `R` is declared twice";
    // 4. Two sources of one field.
    placed_and_derived: "add Xd, #s | 0000000000000000000000 Rd:5 Rd:5=s | s<32\n" => "1:1: field `Rd` is placed and derived";
    flag_twice: "add Xd{S?, a}{S?, b} | 00000000000000000000000000 S:1 Rd:5\n" => "1:1: flag `S` stands twice in the text";
    // 5. Free values.
    no_bound: "add Xd, #s | 0000000000000000000000 imm5:5=-s Rd:5\n" => "1:1: `s` has no upper bound";
    no_inverse: "add Xd, #s | 0000000000000000000000 imm5:5=2*s Rd:5 | s<16\n" => "1:1: `s` cannot be found from the derived fields";
    // 6. Optional text.
    empty_optional: "add Xd{} | 000000000000000000000000000 Rd:5\n" => "1:7: empty optional text";
    flag_with_operand: "add Xd{S?, #imm5} | 000000000000000000000 S:1 imm5:5 Rd:5\n" => "1:1: the text of a flag has an operand";
    bad_default: "add Xd{, #imm5=32} | 0000000000000000000000 imm5:5 Rd:5\n" => "1:1: the default 32 is not a value of its operand";
    default_out_of_range: "add Xd{, Xm=40} | 0000000000000000000000 Rm:5 Rd:5\n" => "1:1: the default 40 is not a value of its operand";
    list_without_register: "add Xd, { #imm5 } | 0000000000000000000000 imm5:5 Rd:5\n" =>
        "1:9: `{ ` begins a register list, and no register follows (write optional text without the blank)";
    // 7. Collisions.
    collision: "add Xd | 000000000000000000000000000 Rd:5\nsub Xd, Xn | 0000000000000000000000 Rn:5 Rd:5\n" =>
        "2:1: collides with `add Xd` (line 8): both are 0x0";
    // 8. Aliases.
    alias_of_nothing: "add Xd | 000000000000000000000000000 Rd:5\nsub Xd | 100000000000000000000000000 Rd:5 | alias\n" =>
        "2:1: no ordinary row has these bits: an `alias` or `asm` row is another text of one";
    asm_of_nothing: "add Xd | 000000000000000000000000000 Rd:5\nsub Xd, #imm3 | 000000000000000000000000 imm3:3 Rd:5 | asm\n" =>
        "2:1: no ordinary row has these bits: an `alias` or `asm` row is another text of one";
    // 9. Tags.
    unknown_feature: "add Xd | 000000000000000000000000000 Rd:5 | sve3\n" => "1:45: `sve3` is neither a declared feature nor an attribute";
    constraint_of_nothing: "add Xd | 000000000000000000000000000 Rd:5 | Rm!=31\n" => "1:45: no field `Rm`";
    constraint_unreadable: "add Xd | 000000000000000000000000000 Rd:5 | Rd!!31\n" => "1:45: cannot read constraint `Rd!!31`";
    // 10. Rows that cannot be reached.
    unreachable: "add Xd | 000000000000000000000000000 Rd:5\nadd Xd | 100000000000000000000000000 Rd:5\n" =>
        "2:1: never reached: line 8 takes every text of it";
    // References.
    no_relocation: "b rel(simm24*4) | 00000000 simm24:24\n" => "1:1: no kind of relocation has the shape of this operand (core/isa/src/relocation.rs)";
    // Lines.
    no_columns: "add Xd\n" => "1:1: a row is `syntax | bits` or `syntax | bits | tags`";
    unknown_directive: ".size 4\n" => "1:1: unknown directive `.size 4`";
    unknown_arch: ".arch z80\nnop | 0000000000000000\n" => "2:1: unknown `.arch z80`";
    two_errors_of_one_run: "add Xd | 0\nsub Xd | 1\n" => "1:10: the bits are 1, not 16 or 32", "2:10: the bits are 1, not 16 or 32";
}

#[test]
fn exclusive_features_may_share_bits() {
    let rows = "add Xd | 000000000000000000000000000 Rd:5 | one\nsub Xd | 000000000000000000000000000 Rd:5 | two\n";
    assert_eq!(errors(rows), [""; 0]);
}

#[test]
fn disjoint_tables_may_share_bits() {
    let rows = "add Vd.T | 000000000000000000000000 size:2 Q:1 Rd:5 | T=8B,16B\nsub Vd.T | 000000000000000000000000 size:2 Q:1 Rd:5 | T=4H\n";
    assert_eq!(errors(rows), [""; 0]);
}
