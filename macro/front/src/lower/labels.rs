//! The label table's part of a segment.
//!
//! What a table can do at once is done while there is a claim: it says no before anything has changed, and then that step and all
//! after it are left to a shared routine, behind the code. So the order of steps is that of the source in any case.

use super::constants;
use super::linear::Linear;
use super::plan::{LabelStep, Segment, TableLabel, Unit};
use super::tokens::{number, ours, variable};
use super::{Lowering, Paths};
use bareasm_isa::relocation::Relocation;
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

/// The label table's part of a segment.
pub(super) struct Labels {
    /// What is done before the code is stored.
    pub(super) before: TokenStream,
    /// What is done after.
    pub(super) after: TokenStream,
    /// References whose bits are part of what is stored.
    pub(super) links: Vec<Link>,
    /// What is done while there is a claim.
    pub(super) quick: Vec<Quick>,
}

/// Labels are bound at their offset in the code to come, in source order.
pub(super) fn labels<'a>(segment: &Segment<'a>, lowering: Lowering, p: &Paths) -> Labels {
    let (mut before, mut after, mut links, mut quick) = (TokenStream::new(), TokenStream::new(), Vec::new(), Vec::new());
    let quickly = lowering == Lowering::Fast && segment.len > 0;
    let mut globals: Vec<(&'a str, Ident)> = Vec::new();
    for (n, step) in segment.labels.iter().enumerate() {
        let found = variable("l", n);
        // The variable with a label, and whether it is looked up after the code is stored: by then it is the definition that is
        // meant, since a segment ends between a reference to the previous definition and the next one.
        let mut look_up = |label: TableLabel<'a>, after: &mut TokenStream| {
            let (method, label, late) = match label {
                TableLabel::Operand(operand) | TableLabel::Address(operand) => return variable("v", operand),
                TableLabel::Global(name) => {
                    if let Some((_, known)) = globals.iter().find(|(text, _)| *text == name.text) {
                        return known.clone();
                    }
                    globals.push((&name.text, found.clone()));
                    ("global", name, false)
                }
                TableLabel::Forward(name) => ("local_forward", name, false),
                TableLabel::Backward(name) => ("local_backward", name, quickly),
            };
            let (method, name) = (Ident::new(method, Span::mixed_site()), constants::name(&label.text, p));
            let place = if late { after } else { &mut before };
            place.extend(ours!(let #found = asm.#method(#name);));
            found.clone()
        };
        match step {
            LabelStep::Define(name, at) => {
                let name = constants::name(&name.text, p);
                if quickly {
                    quick.push(Quick::define(&variable("c", n), &name, *at, segment.len, p));
                } else {
                    let at = number(*at);
                    before.extend(ours!(asm.local_define(#name, #at);));
                }
            }
            LabelStep::Bind(label, at) => {
                let label = look_up(*label, &mut after);
                if quickly {
                    quick.push(Quick::bind(&label, *at, p));
                } else {
                    let at = number(*at);
                    before.extend(ours!(asm.bind(#label, #at);));
                }
            }
            LabelStep::Add(operand, relocation, at) => {
                let (addend, relocation) = (variable("v", *operand), constants::relocation(*relocation, p));
                let back = number(segment.len.saturating_sub(*at));
                after.extend(ours!(asm.add_addend(#relocation, #back, #addend);));
            }
            LabelStep::Within(relocation, at) => {
                let (relocation, back) = (constants::relocation(*relocation, p), number(segment.len.saturating_sub(*at)));
                after.extend(ours!(asm.refer_within(#relocation, #back);));
            }
            LabelStep::KeepLength(at) => {
                let back = number(segment.len.saturating_sub(*at));
                after.extend(ours!(asm.keep_length(#back);));
            }
            LabelStep::Refer(label, relocation, at) => {
                let address = matches!(label, TableLabel::Address(_));
                let fits = quickly && is_plain(segment, *relocation, *at);
                match *label {
                    TableLabel::Forward(name) if fits => {
                        let name = constants::name(&name.text, p);
                        quick.push(Quick::next(&name, *relocation, *at, p));
                    }
                    TableLabel::Backward(name) if fits && unit_at(segment, *at).is_some_and(is_inline) => {
                        let (bits, name) = (variable("d", n), constants::name(&name.text, p));
                        quick.push(Quick::previous(&bits, &name, *relocation, *at, p));
                        links.push(Link { bits, at: *at, size: relocation.shape().size.into() });
                    }
                    TableLabel::Operand(_) | TableLabel::Global(_) if fits => {
                        let label = look_up(*label, &mut after);
                        quick.push(Quick::refer(&label, *relocation, *at, p));
                    }
                    label => {
                        let label = look_up(label, &mut after);
                        let method = Ident::new(if address { "refer_address" } else { "refer" }, Span::mixed_site());
                        let relocation = constants::relocation(*relocation, p);
                        let back = number(segment.len.saturating_sub(*at));
                        after.extend(ours!(asm.#method(#label, #relocation, #back);));
                    }
                }
            }
        }
    }
    Labels { before, after, links, quick }
}

/// The unit with the byte so many bytes into a segment.
fn unit_at<'s, 'a>(segment: &'s Segment<'a>, at: u32) -> Option<&'s Unit<'a>> {
    segment.units.iter().rfind(|unit| unit.at <= at)
}

/// Whether all values of a unit are plain arithmetic.
fn is_inline(unit: &Unit<'_>) -> bool {
    unit.slots.iter().all(|slot| Linear::of(&slot.field).is_some())
}

/// Whether a distance depends on nothing but the two places, and there is no addend to be added to.
fn is_plain(segment: &Segment<'_>, relocation: Relocation, at: u32) -> bool {
    let late = |step: &LabelStep<'_>| matches!(step, LabelStep::Add(_, _, place) if *place == at);
    let Some(unit) = unit_at(segment, at) else { return false };
    let held = unit.code.get((at - unit.at) as usize..).map(|code| relocation.shape().field.gather(code));
    relocation.is_plain() && held == Some(0) && !segment.labels.iter().any(late)
}

/// A reference to a label whose bits are stored with the code.
pub(super) struct Link {
    /// The variable with the bits of the relocated unit.
    pub(super) bits: Ident,
    /// Offset of the relocated unit in the segment.
    pub(super) at: u32,
    /// Bytes of the relocated unit.
    pub(super) size: u32,
}

impl Link {
    pub(super) fn is_in(&self, at: u32, len: u32) -> bool {
        (at..at + len).contains(&self.at)
    }
}

/// A step that the table takes while there is a claim, or leaves to be done afterwards.
pub(super) struct Quick {
    /// The variable for what it gives.
    result: TokenStream,
    /// Whether the table has taken it.
    now: TokenStream,
    /// What is done with the result when the code is stored: the quick way, and another.
    after: (TokenStream, TokenStream),
    /// What it is for, as a variant of `LabelRef` and its contents.
    label: (&'static str, TokenStream),
    /// The kind of the relocation, or `BIND`.
    kind: TokenStream,
    /// Offset in the segment.
    at: u32,
}

impl Quick {
    /// A step without a result.
    fn new(now: TokenStream, label: (&'static str, &TokenStream), kind: impl ToTokens, at: u32) -> Quick {
        let (variant, label) = label;
        let none = TokenStream::new();
        Quick {
            result: none.clone(),
            now,
            after: (none.clone(), none),
            label: (variant, label.clone()),
            kind: kind.into_token_stream(),
            at,
        }
    }

    fn bind(label: &Ident, at: u32, p: &Paths) -> Quick {
        let (helper, ahead) = (p.item("try_bind"), number(at));
        Quick::new(ours!(#helper(t, #label, at, #ahead)), ("Label", &ours!(#label)), p.item("BIND"), at)
    }

    fn define(waiting: &Ident, name: &TokenStream, at: u32, len: u32, p: &Paths) -> Quick {
        let (helper, chain, ahead, len) = (p.item("try_define"), p.item("Chain"), number(at), number(len));
        let now = ours!(#helper(t, #name, at, #ahead, &mut #waiting));
        Quick {
            result: ours!(let mut #waiting = #chain::EMPTY;),
            after: (ours!(asm.patch_waiting(#waiting, at, #ahead, #len);), ours!(asm.patch_all(#waiting, at, #ahead);)),
            ..Quick::new(now, ("Next", name), p.item("BIND"), at)
        }
    }

    fn refer(label: &Ident, relocation: Relocation, at: u32, p: &Paths) -> Quick {
        let (helper, kind, ahead) = (p.item("try_refer"), number(relocation as u8), number(at));
        Quick::new(ours!(#helper::<#kind, _>(t, #label, at, #ahead)), ("Label", &ours!(#label)), kind, at)
    }

    fn next(name: &TokenStream, relocation: Relocation, at: u32, p: &Paths) -> Quick {
        let (helper, kind, ahead) = (p.item("try_next"), number(relocation as u8), number(at));
        Quick::new(ours!(#helper::<#kind, _>(t, #name, at, #ahead)), ("Next", name), kind, at)
    }

    fn previous(bits: &Ident, name: &TokenStream, relocation: Relocation, at: u32, p: &Paths) -> Quick {
        let (helper, kind, ahead) = (p.item("try_previous"), number(relocation as u8), number(at));
        let now = ours!(#helper::<#kind, _>(t, #name, at, #ahead, &mut #bits));
        Quick { result: ours!(let mut #bits = 0;), ..Quick::new(now, ("Previous", name), kind, at) }
    }
}

/// Steps around the stores, and what is left of them.
pub(super) struct Steps {
    /// In the claim, before the stores.
    pub(super) begin: TokenStream,
    /// In the claim, after the stores: what ends the block `'put` unless something is left.
    pub(super) end: TokenStream,
    /// The call for what is left.
    pub(super) later: TokenStream,
}

pub(super) fn steps(quick: &[Quick], len: u32, p: &Paths) -> Steps {
    let tests = quick.iter().zip(0i64..).map(|(Quick { now, .. }, n)| {
        let n = number(n);
        ours!(if !#now { break 'done #n; })
    });
    let by_name = quick.iter().any(|quick| quick.label.0 != "Label");
    let later = quick.iter().map(|Quick { label: (variant, label), kind, at, .. }| {
        let (variant, label_ref, back) =
            (Ident::new(variant, Span::mixed_site()), p.item("LabelRef"), number(len.saturating_sub(*at)));
        let label = if by_name { ours!(#label_ref::#variant(#label)) } else { label.clone() };
        ours!((#label, #kind, #back))
    });
    let method = Ident::new(if by_name { "named_steps" } else { "label_steps" }, Span::mixed_site());
    let results = quick.iter().map(|quick| &quick.result);
    let after = quick.iter().map(|quick| &quick.after.0);
    let late = quick.iter().map(|quick| &quick.after.1);
    let all = number(quick.len() as i64);
    Steps {
        begin: ours!(#(#results)* let done = 'done: { #(#tests)* #all };),
        end: ours!(if done == #all { #(#after)* break 'put; } #(#late)* break 'steps done;),
        later: ours!(asm.#method(done, &[#(#later),*]);),
    }
}
