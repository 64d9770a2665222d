//! Features that come with others, groups of features, and processors.
#![cfg(all(feature = "rows", feature = "aarch64"))]

use bareasm_isa::fixed::{self, Features, Table};
use bareasm_isa::rows::fixed::read;

fn names(table: &Table<'_>, features: &Features) -> Vec<String> {
    let has = |(number, _): &(u16, _)| features.has(*number);
    (0u16..).zip(table.features).filter(has).map(|(_, feature)| table.str(feature.name).to_string()).collect()
}

/// The features after changes, which are names with a sign.
fn after(table: &Table<'_>, cpu: &str, changes: &[&str]) -> Vec<String> {
    let mut features = table.cpu(cpu).unwrap();
    for change in changes {
        let (sign, name) = change.split_at(1);
        assert!(table.change(&mut features, name, sign == "+"), "{change}");
    }
    names(table, &features)
}

const ROWS: &str = "\
.feature a: A
.feature b (with a): B
.feature c (with b): C
.feature d (with e): D
.feature e (with d): E
.feature x_y: XY
.group ab: a b
.cpu small: x_y
.cpu large: small ab c
.arch a64
nop | 11010101000000110010000000011111";

#[test]
fn what_comes_with_a_feature() {
    let sets = read(&[("t.isa", ROWS)]).unwrap();
    let table = sets[0].table();
    assert_eq!(after(&table, "small", &[]), ["x_y"]);
    assert_eq!(after(&table, "large", &[]), ["a", "b", "c", "x_y"]);
    assert_eq!(after(&table, "small", &["+c"]), ["a", "b", "c", "x_y"]);
    assert_eq!(after(&table, "large", &["-b"]), ["a", "x_y"]);
    assert_eq!(after(&table, "large", &["-ab"]), ["x_y"]);
    assert_eq!(after(&table, "large", &["+noa"]), ["x_y"]);
    assert_eq!(after(&table, "small", &["+d", "-x-y"]), ["d", "e"]);
    assert_eq!(after(&table, "small", &["+d", "-e"]), ["x_y"]);
    let mut features = Features::NONE;
    assert!(!table.change(&mut features, "f", true) && !table.change(&mut features, "noa", false));
}

#[test]
fn words_that_nothing_declares() {
    let messages = |text| read(&[("t.isa", text)]).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(messages(".feature a (with b): A"), ["t.isa:1:1: feature `a` comes with `b`, which is not declared"]);
    assert_eq!(messages(".group g: a"), ["t.isa:1:1: group `g` has unknown feature `a`"]);
    assert_eq!(messages(".cpu p: q\n.cpu q:"), ["t.isa:1:1: processor `p` has unknown feature `q`"]);
    assert_eq!(messages(".group g a"), ["t.isa:1:1: expected `.group name: feature feature ..`"]);
}

#[test]
fn names_of_the_architecture() {
    let table = fixed::aarch64();
    let has = |cpu: &str, changes: &[&str], feature: &str| after(table, cpu, changes).iter().any(|name| name == feature);
    assert!(has("armv9.6-a", &[], "sve2") && has("armv9.6-a", &[], "lse") && !has("armv8.9-a", &[], "sve"));
    assert!(has("cortex-a53", &["+sve2-aes"], "sve") && !has("neoverse-v2", &["+nosve"], "sve2"));
    assert!(has("apple-m4", &[], "sme2") && !has("apple-m4", &[], "sve"));
    assert!(has("cortex-a53", &[], "sha1") && !has("cortex-a53", &["+nocrypto"], "sha1"));
    assert!(!has("cortex-a53", &["+nosimd"], "aes") && has("cortex-a53", &["+nosimd"], "fp"));
    // What comes with a feature of a processor is there, too.
    for cpu in table.cpus {
        for (number, feature) in (0u16..).zip(table.features).filter(|(number, _)| cpu.features.has(*number)) {
            let mut with = cpu.features;
            with.extend(&feature.with);
            assert_eq!(with, cpu.features, "{} {number}", table.str(cpu.name));
        }
    }
}
