//! Where each statement lands, and which labels that settles.
//!
//! Between two places where the length of the code is unknown at expansion (a Rust statement, `.align`, `.bytes expr`,
//! a run-time `mov`), all distances are known. Such a stretch is a [`Group`]. A reference that stays inside its group
//! becomes part of the code bytes, in the shortest encoding that reaches; one that leaves it is patched at run time,
//! from offsets held in Rust locals or through the label table.

mod relax;
mod resolve;
#[cfg(test)]
pub(crate) mod tests;

use crate::ir::{Arch, Diagnostic, Instruction, Label, Statement, StatementKind, Target};
use bareasm_isa::choice;
use bareasm_isa::relocation::{Origin, Relocation};
use proc_macro2::TokenStream;
use relax::{relax, Size};
use resolve::{Labels, Settled};

/// What is known of the place where the first group starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// Somewhere in an assembler's buffer.
    Anywhere,
    /// At offset 0, which is aligned as far as anyone asks: the code is a constant of its own.
    Zero,
}

/// A stretch of statements whose distances are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Bytes.
    pub(crate) len: u32,
    /// It starts at a multiple of this.
    pub(crate) alignment: u32,
}

/// What remains to be done for the label reference of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Nothing: there is none, or it is part of the code.
    Done,
    /// To be resolved by the assembler's label table, or from an address.
    Table,
    /// To be patched once the code of `group` is placed: the target lies `offset` bytes into it.
    Here {
        /// The group of the target.
        group: usize,
        /// Offset of the target in that group.
        offset: u32,
    },
}

/// A statement with its place.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    /// The statement.
    pub(crate) statement: &'a Statement,
    /// Index of its group.
    pub(crate) group: usize,
    /// Offset in the group.
    pub(crate) offset: u32,
    /// Its bytes: literals and settled displacements folded in, run-time fields zero. Empty where the length is unknown.
    pub(crate) code: Vec<u8>,
    /// For an instruction, the form that was taken.
    pub(crate) form: Option<&'a choice::Instruction>,
    /// What remains for its label reference.
    pub(crate) link: Link,
    /// Whether its label reference is part of the code, and spans a branch that an assembler may shorten.
    pub(crate) spanning: bool,
}

impl<'a> Item<'a> {
    /// The relocation of its label reference, the offset of the relocated unit in the item, and the target.
    pub(crate) fn reference(&self) -> Option<(Relocation, u32, &'a Target)> {
        reference(self.statement, self.form)
    }

    /// Whether it is an x86 `jmp` or `jcc` to a label: no byte in front of the displacement of another operand is one of these.
    pub(crate) fn is_jump(&self) -> bool {
        let opcode = self.reference().and_then(|(_, unit, _)| self.code.get(unit.checked_sub(1)? as usize));
        matches!(self.statement.arch, Arch::X64 | Arch::X86) && matches!(opcode, Some(0x70..=0x8f | 0xe9 | 0xeb))
    }

    /// Whether an assembler that relaxes branches may change its length: a jump of which it knows, or any branch to an address.
    fn may_change(&self) -> bool {
        let address = || matches!(self.reference(), Some((.., target)) if matches!(target.label, Label::Extern(_)));
        let known = self.link != Link::Done || self.spanning;
        known && matches!(self.statement.arch, Arch::X64 | Arch::X86) && (self.is_jump() || address())
    }

    /// The addend of its label reference, if it has to be evaluated at run time.
    pub(crate) fn late_addend(&self) -> Option<&'a TokenStream> {
        self.reference().and_then(|(.., target)| late_addend(self.statement, target))
    }
}

/// All statements of an invocation with their places.
#[derive(Clone, Debug)]
pub(crate) struct Layout<'a> {
    /// The statements, in source order.
    pub(crate) items: Vec<Item<'a>>,
    /// The stretches of known length.
    pub(crate) groups: Vec<Group>,
}

/// Does a statement end a group? What it emits lies between that group and the next.
pub(crate) fn divides(kind: &StatementKind, start: Start) -> bool {
    match kind {
        StatementKind::Bytes(_) | StatementKind::Rust(_) => true,
        StatementKind::Align { .. } => start == Start::Anywhere,
        StatementKind::Instruction(instruction) => instruction.load_immediate.is_some(),
        _ => false,
    }
}

/// Places the statements and settles what labels can be settled.
pub(crate) fn layout(statements: &[Statement], start: Start) -> Result<Layout<'_>, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let groups = grouping(statements, start);
    let labels = Labels::collect(statements, &groups, &mut diagnostics);
    let mut layout = Layout { items: Vec::with_capacity(statements.len()), groups: Vec::new() };
    let mut known = match start {
        Start::Anywhere => 1,
        Start::Zero => 1 << 16,
    };
    let mut first = 0;
    while first < statements.len() {
        let group = layout.groups.len();
        let len = groups.iter().skip(first).take_while(|g| **g == group).count();
        let members = statements.get(first..first + len).unwrap_or_default();
        if let Some(previous) = first.checked_sub(1).and_then(|n| statements.get(n)) {
            known = alignment_after(&previous.kind);
        }
        // The last statement may emit code of unknown length itself; that is not part of the group.
        place_group(members, first, start, known, &labels, &mut layout, &mut diagnostics);
        first += len.max(1);
    }
    let folded = settle(&labels, &mut layout, &mut diagnostics);
    mark_spanning(&folded, &mut layout);
    if diagnostics.is_empty() {
        Ok(layout)
    } else {
        Err(diagnostics)
    }
}

/// The group of every statement. A dividing statement is the last of its group.
fn grouping(statements: &[Statement], start: Start) -> Vec<usize> {
    let mut group = 0;
    let mut groups = Vec::with_capacity(statements.len());
    for statement in statements {
        groups.push(group);
        group += usize::from(divides(&statement.kind, start));
    }
    groups
}

/// What the position after a dividing statement is a multiple of.
fn alignment_after(kind: &StatementKind) -> u32 {
    match kind {
        StatementKind::Align { known: Some(to), .. } if to.is_power_of_two() => *to,
        _ => 1,
    }
}

/// The alternatives of an instruction, shortest first.
fn alternatives(instruction: &Instruction) -> impl DoubleEndedIterator<Item = &choice::Instruction> {
    instruction.choice.shorter.iter().chain(core::iter::once(&instruction.choice.instruction))
}

fn reference<'a>(statement: &'a Statement, form: Option<&'a choice::Instruction>) -> Option<(Relocation, u32, &'a Target)> {
    match &statement.kind {
        StatementKind::Instruction(instruction) => {
            let reference = form?.reference?;
            let target = instruction.targets.get(usize::from(reference.target))?;
            Some((reference.relocation, reference.at.into(), target))
        }
        StatementKind::Reference(target, relocation) => Some((*relocation, 0, target)),
        _ => None,
    }
}

/// The bytes of a form, without displacement.
fn form_code(form: &choice::Instruction) -> &[u8] {
    form.code.get(..form.len.into()).unwrap_or(&form.code)
}

/// The addend of a data reference that is a literal. (Those of instructions are in their code.)
fn literal_addend(target: &Target) -> Option<i64> {
    let addend = target.addend.as_ref()?.to_string();
    let (digits, sign) = match addend.strip_prefix('-') {
        Some(digits) => (digits, -1),
        None => (addend.as_str(), 1),
    };
    digits.trim().parse::<i64>().ok()?.checked_mul(sign)
}

/// The addend that has to be evaluated at run time.
fn late_addend<'a>(statement: &Statement, target: &'a Target) -> Option<&'a TokenStream> {
    let literal = matches!(statement.kind, StatementKind::Reference(..)) && literal_addend(target).is_some();
    target.addend.as_ref().filter(|_| !literal)
}

/// Whether the bytes of a reference can be computed from a known distance.
fn foldable(statement: &Statement, relocation: Relocation, target: &Target) -> bool {
    late_addend(statement, target).is_none() && !relocation.needs_address()
}

/// What the start of a group may be modulo 4, as far as the relocation asks.
fn residues(relocation: Relocation, alignment: u32) -> &'static [u64] {
    if relocation.shape().origin == Origin::AlignedPlus4 && !alignment.is_multiple_of(4) {
        &[0, 2]
    } else {
        &[0]
    }
}

/// The code with the displacement folded in; `None` when it depends on where the group starts. `at` and `target`
/// are offsets in the group.
fn fold(
    code: &[u8],
    relocation: Relocation,
    unit: u32,
    at: u32,
    target: u32,
    alignment: u32,
) -> Result<Option<Vec<u8>>, bareasm_isa::field::Reason> {
    let mut folded: Option<Vec<u8>> = None;
    let mut same = true;
    for base in residues(relocation, alignment) {
        let mut bytes = code.to_vec();
        let patched = bytes.get_mut(unit as usize..).unwrap_or_default();
        relocation.patch(patched, base + u64::from(at) + u64::from(unit), base + u64::from(target))?;
        same &= folded.as_ref().is_none_or(|first| *first == bytes);
        folded = Some(bytes);
    }
    Ok(folded.filter(|_| same))
}

/// Chooses lengths within a group and appends its items. Displacements are folded in later, by [`settle`].
fn place_group<'a>(
    members: &'a [Statement],
    first: usize,
    start: Start,
    alignment: u32,
    labels: &Labels<'_>,
    layout: &mut Layout<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let group = layout.groups.len();
    let targets: Vec<Option<usize>> =
        (first..).zip(members).map(|(n, statement)| labels.within_group(statement, n, group)).collect();
    let forms: Vec<Vec<&choice::Instruction>> =
        members.iter().zip(&targets).map(|(statement, target)| candidates(statement, target.is_some())).collect();
    let lengths: Vec<Vec<u32>> = forms.iter().map(|forms| forms.iter().map(|form| form.len.into()).collect()).collect();
    let sizes: Vec<Size<'_>> = members
        .iter()
        .zip(&lengths)
        .map(|(statement, lengths)| if divides(&statement.kind, start) { Size::Fixed(0) } else { size(statement, lengths) })
        .collect();
    let placed = relax(&sizes, |item, choice, offsets| {
        let (Some(statement), Some(form)) = (members.get(item), forms.get(item).and_then(|forms| forms.get(choice))) else {
            return true;
        };
        let Some((relocation, unit, target)) = reference(statement, Some(form)) else { return true };
        let label = targets.get(item).copied().flatten().and_then(|n| n.checked_sub(first)).and_then(|n| offsets.get(n));
        let (Some(label), Some(at)) = (label, offsets.get(item)) else { return false };
        foldable(statement, relocation, target) && fold(form_code(form), relocation, unit, *at, *label, alignment).is_ok()
    });
    for (n, (statement, forms)) in members.iter().zip(&forms).enumerate() {
        let form = placed.chosen.get(n).and_then(|chosen| forms.get(*chosen)).copied();
        let code = bytes(statement, form, placed.len(n), diagnostics);
        layout.items.push(Item {
            statement,
            group,
            offset: placed.offsets.get(n).copied().unwrap_or(0),
            code,
            form,
            link: Link::Done,
            spanning: false,
        });
    }
    layout.groups.push(Group { len: placed.offsets.last().copied().unwrap_or(0), alignment });
}

/// The forms between which the distance decides, shortest first; where it is not `known`, the one that reaches farthest. Empty
/// for what is not an instruction.
fn candidates(statement: &Statement, known: bool) -> Vec<&choice::Instruction> {
    match &statement.kind {
        StatementKind::Instruction(instruction) if instruction.load_immediate.is_some() => Vec::new(),
        StatementKind::Instruction(instruction) if known => alternatives(instruction).collect(),
        StatementKind::Instruction(instruction) => vec![&instruction.choice.instruction],
        _ => Vec::new(),
    }
}

fn size<'a>(statement: &Statement, lengths: &'a [u32]) -> Size<'a> {
    match &statement.kind {
        StatementKind::Instruction(_) => Size::OneOf(lengths),
        StatementKind::Data(bytes) => Size::Fixed(bytes.len().try_into().unwrap_or(u32::MAX)),
        StatementKind::Value { size, .. } => Size::Fixed((*size).into()),
        StatementKind::Reference(_, relocation) => Size::Fixed(relocation.shape().size.into()),
        StatementKind::Align { known: Some(to), .. } if to.is_power_of_two() => Size::Align(*to),
        _ => Size::Fixed(0),
    }
}

/// The bytes of a statement, without displacement.
fn bytes(statement: &Statement, form: Option<&choice::Instruction>, len: u32, diagnostics: &mut Vec<Diagnostic>) -> Vec<u8> {
    match (&statement.kind, form) {
        (StatementKind::Instruction(_), Some(form)) => form_code(form).to_vec(),
        (StatementKind::Data(bytes), _) => bytes.clone(),
        (StatementKind::Align { fill, .. }, _) if len > 0 => match crate::code::padding(statement.arch, fill.as_ref(), len) {
            Ok(bytes) => bytes,
            Err(message) => {
                diagnostics.push(Diagnostic { span: statement.span, message });
                Vec::new()
            }
        },
        (StatementKind::Reference(target, relocation), _) => {
            let mut bytes = vec![0; len as usize];
            if relocation.add(&mut bytes, literal_addend(target).unwrap_or(0)).is_err() {
                diagnostics
                    .push(Diagnostic { span: target.span, message: "the addend is out of range for this directive".into() });
            }
            bytes
        }
        _ => vec![0; len as usize],
    }
}

/// Folds displacements into the code where that can be done, and says what remains elsewhere. Returns where it was done: the
/// item, and that of the label.
fn settle(labels: &Labels<'_>, layout: &mut Layout<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<(usize, usize)> {
    let mut folded = Vec::new();
    let places: Vec<(usize, u32)> = layout.items.iter().map(|item| (item.group, item.offset)).collect();
    let Layout { items, groups } = layout;
    for (n, item) in items.iter_mut().enumerate() {
        let Some((relocation, unit, target)) = item.reference() else { continue };
        let label = match labels.settled(target, n) {
            Settled::Table => {
                item.link = Link::Table;
                continue;
            }
            Settled::Undefined(diagnostic) => {
                diagnostics.push(diagnostic);
                continue;
            }
            Settled::At(statement) => statement,
        };
        let Some((group, offset)) = places.get(label).copied() else { continue };
        item.link = Link::Here { group, offset };
        if group != item.group || !foldable(item.statement, relocation, target) {
            continue;
        }
        let alignment = groups.get(group).map_or(1, |group| group.alignment);
        match fold(&item.code, relocation, unit, item.offset, offset, alignment) {
            Ok(Some(code)) => {
                item.code = code;
                item.link = Link::Done;
                folded.push((n, label));
            }
            Ok(None) => {}
            Err(reason) => diagnostics.push(resolve::unreachable(target, relocation, reason, item.offset + unit, offset)),
        }
    }
    folded
}

/// Marks the references that are part of the code and span a branch whose length may change. A jump that is marked may change
/// itself, so this is done until there is nothing new.
fn mark_spanning(folded: &[(usize, usize)], layout: &mut Layout<'_>) {
    let mut before = Vec::with_capacity(layout.items.len());
    loop {
        // How many there are in front of each item.
        before.clear();
        let mut count = 0usize;
        for item in &layout.items {
            before.push(count);
            count += usize::from(item.may_change());
        }
        let mut new = false;
        for (from, to) in folded.iter().filter(|_| count > 0) {
            let (first, last) = if from < to { (from + 1, *to) } else { (*to, *from) };
            if let Some(item) = layout.items.get_mut(*from).filter(|item| !item.spanning) {
                item.spanning = before.get(first) != before.get(last);
                new |= item.spanning;
            }
        }
        if !new {
            return;
        }
    }
}
