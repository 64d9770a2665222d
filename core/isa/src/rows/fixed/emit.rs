//! Writes a packed table as Rust source: statics of plain records, which compile fast and need no start-up.

use super::pack::Packed;
use crate::encoding::Order;
use crate::field::{Kind, Piece};
use crate::fixed::table::{
    Class, ClassOf, Constraint, Cpu, Entry, Equation, Feature, Features, Form, Keywords, Letter, Mnemonic, Node, Run, Slot,
    SlotKind, Spelling, Term, Test, Text, Use, Value, When,
};
use crate::relocation::Relocation;
use crate::rule::Rule;
use std::fmt::Write;
use std::string::String;

/// The source of `pub(super) static NAME: Table<'static>`. It expects everything of [`crate::fixed::table`], `Piece`,
/// `Kind`, `Rule`, `Order` and `Relocation` in scope.
pub fn source(name: &str, packed: &Packed) -> String {
    let mut out = String::new();
    let table = packed.table();
    list(&mut out, name, "FORMS", "Form", table.forms);
    list(&mut out, name, "NODES", "Node", table.nodes);
    list(&mut out, name, "SLOTS", "Slot", table.slots);
    list(&mut out, name, "PIECES", "Piece", table.pieces);
    list(&mut out, name, "VALUES", "Value", table.values);
    list(&mut out, name, "PARTS", "u8", table.parts);
    list(&mut out, name, "KEYWORDS", "Keywords", table.keywords);
    list(&mut out, name, "ENTRIES", "Entry", table.entries);
    list(&mut out, name, "WORDS", "Text", table.words);
    list(&mut out, name, "LETTERS", "Letter", table.letters);
    list(&mut out, name, "EQUATIONS", "Equation", table.equations);
    list(&mut out, name, "CONSTRAINTS", "Constraint", table.constraints);
    list(&mut out, name, "TESTS", "Test", table.tests);
    list(&mut out, name, "TERMS", "Term", table.terms);
    list(&mut out, name, "NEEDS", "Features", table.needs);
    list(&mut out, name, "MNEMONICS", "Mnemonic", table.mnemonics);
    list(&mut out, name, "USES", "Use", table.uses);
    list(&mut out, name, "CHOICES", "Spelling", table.choices);
    list(&mut out, name, "VOCABULARY", "Text", table.vocabulary);
    list(&mut out, name, "FEATURES", "Feature", table.features);
    list(&mut out, name, "GROUPS", "Cpu", table.groups);
    list(&mut out, name, "CPUS", "Cpu", table.cpus);
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "pub(super) static {name}: Table<'static> = Table {{ set: Set::{:?}, text: {:?}, forms: &{name}_FORMS, nodes: &{name}_NODES, \
         slots: &{name}_SLOTS, pieces: &{name}_PIECES, values: &{name}_VALUES, parts: &{name}_PARTS, keywords: &{name}_KEYWORDS, \
         entries: &{name}_ENTRIES, words: &{name}_WORDS, letters: &{name}_LETTERS, equations: &{name}_EQUATIONS, \
         constraints: &{name}_CONSTRAINTS, tests: &{name}_TESTS, terms: &{name}_TERMS, needs: &{name}_NEEDS, \
         mnemonics: &{name}_MNEMONICS, uses: &{name}_USES, choices: &{name}_CHOICES, vocabulary: &{name}_VOCABULARY, features: &{name}_FEATURES, \
         groups: &{name}_GROUPS, cpus: &{name}_CPUS }};",
        table.set, table.text
    );
    out
}

fn list<T: Literal>(out: &mut String, name: &str, part: &str, kind: &str, items: &[T]) {
    let _ = writeln!(out, "static {name}_{part}: [{kind}; {}] = [", items.len());
    for item in items {
        item.write(out);
        out.push_str(",\n");
    }
    out.push_str("];\n");
}

/// A value that can be written as Rust source.
trait Literal {
    fn write(&self, out: &mut String);
}

/// Values whose `Debug` text is source as it stands, behind a prefix.
macro_rules! plain {
    ($($prefix:literal $type:ty),*) => {
        $(impl Literal for $type {
            fn write(&self, out: &mut String) {
                let _ = write!(out, concat!($prefix, "{:?}"), self);
            }
        })*
    };
}

plain!("" u8, "" i8, "" u16, "" i16, "" u32, "" i32, "" u64, "" char, "" bool, "" Text, "" Run, "" Piece, "" Features);
plain!("Class::" Class, "Kind::" Kind, "Rule::" Rule, "Order::" Order, "When::" When, "Relocation::" Relocation);
plain!("SlotKind::" SlotKind, "Spelling::" Spelling);

macro_rules! records {
    ($($type:ident { $($field:ident),* })*) => {
        $(impl Literal for $type {
            fn write(&self, out: &mut String) {
                out.push_str(concat!(stringify!($type), " { "));
                $(out.push_str(concat!(stringify!($field), ": "));
                self.$field.write(out);
                out.push_str(", ");)*
                out.push('}');
            }
        })*
    };
}

/// Records that are written as a call of their `of`.
macro_rules! calls {
    ($($type:ident ( $($plain:ident),* ) { $($part:ident),* })*) => {
        $(impl Literal for $type {
            fn write(&self, out: &mut String) {
                out.push_str(concat!(stringify!($type), "::of("));
                $(let _ = write!(out, "{},", self.$plain);)*
                $(let _ = write!(out, "{},{},", self.$part.at, self.$part.len);)*
                out.push(')');
            }
        })*
    };
}

calls! {
    Form (bits, mask, should, size, flags, line) {
        mnemonic, operands, slots, keywords, values, equations, constraints, needs, syntax, encoding, section, file
    }
    Entry (mask, bits, number) { words, letters }
    Mnemonic () { name, uses }
    Use (form) { choices }
}

records! {
    Slot { name, kind, width, placed, signed, pieces }
    Value { kind, rule, mul, add, table, factor, parts, relocation }
    Keywords { name, entries, open, parts, width }
    Letter { letter, from, to }
    Term { slot, factor }
    Equation { name, terms, constant, flip, width, pieces }
    Test { terms, constant, order }
    Constraint { text, when, any }
    Feature { name, description, with }
    Cpu { name, features }
}

impl Literal for Option<Relocation> {
    fn write(&self, out: &mut String) {
        match self {
            None => out.push_str("None"),
            Some(kind) => {
                let _ = write!(out, "Some(Relocation::{kind:?})");
            }
        }
    }
}

impl Literal for ClassOf {
    fn write(&self, out: &mut String) {
        let _ = match self {
            ClassOf::Fixed(class) => write!(out, "ClassOf::Fixed(Class::{class:?})"),
            ClassOf::Table(table) => write!(out, "ClassOf::Table({table})"),
        };
    }
}

impl Literal for Node {
    fn write(&self, out: &mut String) {
        match *self {
            Node::Register { class, value, extra, sign, default } => {
                out.push_str("Node::Register { class: ");
                class.write(out);
                let _ = write!(out, ", value: {value}, extra: {extra}, sign: {sign}, default: Default::{default:?} }}");
            }
            Node::Immediate { value, hash, hex, default } => {
                let _ =
                    write!(out, "Node::Immediate {{ value: {value}, hash: {hash}, hex: {hex}, default: Default::{default:?} }}");
            }
            Node::Optional { len, flag } => {
                let _ = write!(out, "Node::Optional {{ len: {len}, flag: Flag::{flag:?} }}");
            }
            Node::List { len, count, stride } => {
                let _ = write!(out, "Node::List {{ len: {len}, count: Count::{count:?}, stride: {stride} }}");
            }
            // The others hold no enumeration.
            _ => {
                let _ = write!(out, "Node::{self:?}");
            }
        }
    }
}
