//! What is a matter of types in a row: optional text, words of tables, operands that two types fit.

use super::super::operand::{Operand, View};
use super::super::table::{ClassOf, Flag, Node, Set, SP};
use crate::field::Kind;
use alloc::{vec, vec::Vec};

/// The choices that types make for a row: optional text by node, entries by table, and of two types that an operand may
/// have (register with or without the stack pointer, label or distance) the second, by node.
#[derive(Clone, Debug, Default)]
pub(super) struct Choices {
    pub(super) present: Vec<(usize, bool)>,
    pub(super) entries: Vec<(u8, u16)>,
    pub(super) second: Vec<usize>,
}

/// Every combination of optional text and of table entries that types decide.
pub(super) fn all_choices(view: &View<'_>) -> Vec<Choices> {
    let mut out = vec![Choices::default()];
    let mut multiply = |with: &dyn Fn(&Choices) -> Vec<Choices>| {
        out = out.iter().flat_map(with).collect();
    };
    let mut typed: Vec<u8> = Vec::new();
    for (at, node) in view.operands.iter().enumerate() {
        match *node {
            Node::Optional { flag, .. } if flag != Flag::OutsideIt => multiply(&|choices| {
                [true, false]
                    .map(|present| Choices {
                        present: [choices.present.as_slice(), &[(at, present)]].concat(),
                        ..choices.clone()
                    })
                    .to_vec()
            }),
            Node::Keyword { table, .. } if by_type(view, at, table) => typed.push(table),
            _ => {}
        }
        if let Node::Register { class: ClassOf::Table(table), .. } = *node {
            typed.push(table);
        }
        if two_types(view, at, node) {
            multiply(&|choices| {
                vec![choices.clone(), Choices { second: [choices.second.as_slice(), &[at]].concat(), ..choices.clone() }]
            });
        }
    }
    typed.sort_unstable();
    typed.dedup();
    for table in typed {
        let entries = view.keywords.get(usize::from(table)).map_or(0, |keywords| keywords.entries.len);
        multiply(&|choices| {
            let each = |entry| Choices { entries: [choices.entries.as_slice(), &[(table, entry)]].concat(), ..choices.clone() };
            (0..entries).map(each).collect()
        });
    }
    out
}

/// Whether an operand may be written with two types: a register that may be the stack pointer as `X` and as `XSP` (a base
/// address is always `XSP`), a target as a label and as a distance, a word of an open table as a number.
fn two_types(view: &View<'_>, at: usize, node: &Node) -> bool {
    match *node {
        Node::Register { extra, .. } => {
            let base = at.checked_sub(1).and_then(|at| view.operands.get(at)) == Some(&Node::Punct('['));
            view.table.set == Set::A64 && extra & SP != 0 && !base
        }
        Node::Keyword { table, .. } => {
            view.keywords.get(usize::from(table)).is_some_and(|keywords| keywords.open) && !by_type(view, at, table)
        }
        Node::Immediate { value, .. } => {
            view.values.get(usize::from(value)).is_some_and(|value| value.kind == Kind::Target && value.relocation.is_some())
        }
        _ => false,
    }
}

/// Whether the words of a table are types: arrangements, words that something applies to (shifts, extensions), numbers
/// that do not lie on a line, and words that do not say every bit of their code.
fn by_type(view: &View<'_>, at: usize, table: u8) -> bool {
    let before = at.checked_sub(1).and_then(|at| view.operands.get(at));
    if before == Some(&Node::Glue) {
        return false; // the direction of a slice is a value
    }
    if matches!(before, Some(Node::Punct('.' | '/'))) || Operand::of_bits(view, table).is_none() {
        return true;
    }
    let mut after = view.operands.get(at + 1..).unwrap_or(&[]).iter();
    let next = after.find(|node| !matches!(node, Node::Punct('#') | Node::Optional { .. }));
    match next {
        Some(Node::Punct(_)) | None => numbers(view, table) && Operand::of_table(view, table).is_none(),
        _ => true,
    }
}

/// Whether the words of a table are numbers.
pub(super) fn numbers(view: &View<'_>, table: u8) -> bool {
    let Some(keywords) = view.keywords.get(usize::from(table)) else { return false };
    let mut words = keywords.entries.of(view.table.entries).iter().flat_map(|entry| entry.words.of(view.table.words));
    words.all(|word| number(view.table.str(*word)).is_some())
}

/// The number that a word is.
pub(super) fn number(word: &str) -> Option<f64> {
    word.parse().ok().filter(|_| word.starts_with(|c: char| c.is_ascii_digit()))
}
