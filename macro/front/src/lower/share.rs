//! Operands that are there several times: a place that an invocation names again is read, tested and passed once.
//!
//! That cannot be told from reading it each time, as long as nothing changes the place between two of its uses.

use super::plan::{Conversion, LabelStep, Segment, TableLabel};
use super::target::is_place;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::hash_map::{Entry, HashMap};
use std::collections::HashSet;

/// Appends which macro each name comes from: names of two macros may look alike and be two variables. Spans cannot be
/// compared for that; but they show it, as `#7 bytes(..)`. (Outside of the compiler there is nothing to tell apart.)
/// `None` if they do not.
fn hygiene(expr: &TokenStream, out: &mut String) -> Option<()> {
    for tree in expr.clone() {
        match tree {
            TokenTree::Ident(name) => {
                let span = format!("{:?}", name.span());
                let (context, _) = span.split_once("bytes(")?;
                if !context.is_empty() && !context.starts_with('#') {
                    return None;
                }
                out.push_str(context);
            }
            TokenTree::Group(group) => hygiene(&group.stream(), out)?,
            _ => {}
        }
    }
    Some(())
}

/// Joins the operands of a segment that name the same place and become numbers in the same way.
pub(super) fn share(segment: &mut Segment<'_>) {
    let twins = twins(segment);
    if twins.iter().all(Option::is_none) {
        return;
    }
    let mut moved = Vec::with_capacity(twins.len());
    let mut kept = 0;
    for twin in &twins {
        // The twin of an operand comes before it.
        moved.push(twin.and_then(|twin| moved.get(twin).copied()).unwrap_or(kept));
        kept += usize::from(twin.is_none());
    }
    let mut alone = twins.iter().map(Option::is_none);
    segment.operands.retain(|_| alone.next().unwrap_or(true));
    let to = |operand: &mut usize| *operand = moved.get(*operand).copied().unwrap_or(*operand);
    segment.units.iter_mut().flat_map(|unit| &mut unit.slots).for_each(|slot| to(&mut slot.operand));
    for step in &mut segment.labels {
        match step {
            LabelStep::Bind(TableLabel::Operand(n) | TableLabel::Address(n), _)
            | LabelStep::Refer(TableLabel::Operand(n) | TableLabel::Address(n), ..)
            | LabelStep::Add(n, ..) => to(n),
            _ => {}
        }
    }
}

/// For each operand the first one that it can be joined with.
fn twins(segment: &Segment<'_>) -> Vec<Option<usize>> {
    let texts: Vec<Option<String>> =
        segment.operands.iter().map(|operand| is_place(operand.expr).then(|| operand.expr.to_string())).collect();
    let mut twins = vec![None; texts.len()];
    let mut seen = HashSet::new();
    if texts.iter().flatten().all(|text| seen.insert(text)) {
        return twins; // the common case of few operands
    }
    // What an operand evaluates may change the places that have a name in common with it; a macro may know a variable by
    // another name.
    let mut changed = HashSet::new();
    for (operand, _) in segment.operands.iter().zip(&texts).filter(|(_, text)| text.is_none()) {
        if calls_macro(operand.expr) {
            return twins;
        }
        names(operand.expr, &mut changed);
    }
    let mut first = HashMap::new();
    for (n, (operand, text)) in segment.operands.iter().zip(texts).enumerate() {
        let (Some(mut text), Conversion::Number(kind)) = (text, operand.conversion) else { continue };
        let mut own = HashSet::new();
        names(operand.expr, &mut own);
        if own.is_disjoint(&changed) && hygiene(operand.expr, &mut text).is_some() {
            match first.entry((text, kind)) {
                Entry::Occupied(known) => twins[n] = Some(*known.get()),
                Entry::Vacant(new) => {
                    new.insert(n);
                }
            }
        }
    }
    twins
}

/// All names in an expression.
fn names(expr: &TokenStream, out: &mut HashSet<String>) {
    for tree in expr.clone() {
        match tree {
            TokenTree::Ident(name) => {
                out.insert(name.to_string());
            }
            TokenTree::Group(group) => names(&group.stream(), out),
            _ => {}
        }
    }
}

/// Whether there is a macro call in an expression, or what looks like one.
fn calls_macro(expr: &TokenStream) -> bool {
    let mut after_mark = false;
    expr.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(group) => core::mem::take(&mut after_mark) || calls_macro(&group.stream()),
        tree => {
            after_mark = matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '!');
            false
        }
    })
}
