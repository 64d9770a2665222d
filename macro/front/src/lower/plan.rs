//! What an invocation does at run time, before anyone decides how that is written.
//!
//! A [`Segment`] is a run of code of known length: its template, the values that go into it and where, the labels it
//! defines and refers to. An emitter turns segments into Rust; everything an emitter may choose (stores, checks,
//! a table for a shared routine) is left open here.

use super::share::share;
use crate::ir::{Arch, Instruction, Label, Name, Statement, StatementKind, Value, ValueKind};
use crate::layout::{divides, Item, Layout, Link, Start};
use bareasm_isa::choice::Pending;
use bareasm_isa::encoding::{Derived, Relation};
use bareasm_isa::field::Field;
use bareasm_isa::relocation::Relocation;
use proc_macro2::{Span, TokenStream};

/// The form number of what is not an instruction.
pub(super) const NO_FORM: u16 = u16::MAX;

/// A segment ends when it has this many operands: the values of all of them are alive at once.
const MANY_OPERANDS: usize = 128;

/// A segment ends when it has this many bytes: offsets in it are 16 bits wide in tables.
const MANY_BYTES: u32 = 0x4000;

/// How the value of an operand expression becomes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    /// A number, by its kind.
    Number(ValueKind),
    /// A `DynamicLabel`.
    Label,
    /// An absolute address.
    Address,
}

/// A Rust expression, evaluated before the assembler is borrowed.
#[derive(Clone, Debug)]
pub(super) struct Operand<'a> {
    pub(super) expr: &'a TokenStream,
    pub(super) span: Span,
    pub(super) conversion: Conversion,
}

/// A value and the field that takes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// Index into [`Segment::operands`].
    pub(super) operand: usize,
    pub(super) field: Field,
}

/// An instruction or datum with its run-time fields.
#[derive(Clone, Debug)]
pub(super) struct Unit<'a> {
    /// Offset in the segment.
    pub(super) at: u32,
    /// Index of the form, or [`NO_FORM`].
    pub(super) form: u16,
    /// The bytes, zero in run-time fields.
    pub(super) code: Vec<u8>,
    /// Values, in the order that `derived` and `relations` count.
    pub(super) slots: Vec<Slot>,
    pub(super) derived: &'a [Derived],
    pub(super) relations: &'a [Relation],
}

/// A label as the label table knows it.
#[derive(Clone, Copy, Debug)]
pub(super) enum TableLabel<'a> {
    /// The value of an operand.
    Operand(usize),
    /// `=>name`.
    Global(&'a Name),
    /// The next `name:`.
    Forward(&'a Name),
    /// The last `name:`.
    Backward(&'a Name),
    /// The address that an operand has.
    Address(usize),
}

/// Something for the label table, in source order.
#[derive(Clone, Copy, Debug)]
pub(super) enum LabelStep<'a> {
    /// Defines a label so many bytes into the segment.
    Bind(TableLabel<'a>, u32),
    /// Defines `name:` so many bytes into the segment.
    Define(&'a Name, u32),
    /// Refers to a label from a relocated unit so many bytes into the segment.
    Refer(TableLabel<'a>, Relocation, u32),
    /// Adds an operand to what the relocated unit holds that lies so many bytes into the segment.
    Add(usize, Relocation, u32),
    /// Tells of a reference that is part of the code, in a relocated unit so many bytes into the segment.
    Within(Relocation, u32),
    /// The length of the branch is as written whose relocated unit lies so many bytes into the segment.
    KeepLength(u32),
}

/// A run of code of known length.
#[derive(Clone, Debug)]
pub(super) struct Segment<'a> {
    pub(super) arch: Arch,
    /// Bytes.
    pub(super) len: u32,
    /// Expressions, in source order.
    pub(super) operands: Vec<Operand<'a>>,
    /// The code, in address order, without gaps.
    pub(super) units: Vec<Unit<'a>>,
    /// Definitions and references, in source order.
    pub(super) labels: Vec<LabelStep<'a>>,
    /// The source text of each statement, and where its code starts in the segment.
    pub(super) notes: Vec<(u32, &'a str)>,
}

impl<'a> Segment<'a> {
    fn new(arch: Arch) -> Segment<'a> {
        Segment { arch, len: 0, operands: Vec::new(), units: Vec::new(), labels: Vec::new(), notes: Vec::new() }
    }

    fn is_empty(&self) -> bool {
        self.units.is_empty() && self.labels.is_empty() && self.operands.is_empty()
    }

    fn operand(&mut self, expr: &'a TokenStream, span: Span, conversion: Conversion) -> usize {
        self.operands.push(Operand { expr, span, conversion });
        self.operands.len() - 1
    }

    /// Takes note of what remains of the label reference of an item whose code comes next.
    fn reference(&mut self, item: &Item<'a>) {
        let Some((relocation, unit, target)) = item.reference() else { return };
        let at = self.len + unit;
        if item.spanning {
            self.labels.push(LabelStep::Within(relocation, at));
        }
        if (item.link != Link::Done || item.spanning) && insists(item) {
            self.labels.push(LabelStep::KeepLength(at));
        }
        let label = if item.link == Link::Table { Some(self.label(&target.label, target.span)) } else { None };
        // The addend comes first: patching adds the distance to what the field holds.
        if let Some(expr) = item.late_addend() {
            let operand = self.operand(expr, target.span, Conversion::Number(ValueKind::Integer));
            self.labels.push(LabelStep::Add(operand, relocation, at));
        }
        if let Some(label) = label {
            self.labels.push(LabelStep::Refer(label, relocation, at));
        }
    }

    /// The label as the table knows it; its expression, if it has one, becomes an operand.
    fn label(&mut self, label: &'a Label, span: Span) -> TableLabel<'a> {
        match label {
            Label::Local(name) | Label::Global(name) | Label::Next(name) => TableLabel::Global(name),
            Label::Forward(name) => TableLabel::Forward(name),
            Label::Backward(name) => TableLabel::Backward(name),
            Label::Dynamic(expr) => TableLabel::Operand(self.operand(expr, span, Conversion::Label)),
            Label::Extern(expr) => TableLabel::Address(self.operand(expr, span, Conversion::Address)),
        }
    }
}

/// Whether an x86 jump to a label has a length that was written (`jmp DWORD =>l`): there was no other form to choose.
fn insists(item: &Item<'_>) -> bool {
    let StatementKind::Instruction(instruction) = &item.statement.kind else { return false };
    item.is_jump() && instruction.choice.shorter.is_empty()
}

/// The most operands that a statement brings with it.
fn operands(statement: &Statement) -> usize {
    match &statement.kind {
        StatementKind::Instruction(instruction) => instruction.values.len() + 2 * instruction.targets.len(),
        _ => 2,
    }
}

/// A place: a group and an offset in it.
pub(super) type Place = (usize, u32);

/// What an invocation does, in order.
#[derive(Clone, Debug)]
pub(super) enum Step<'a> {
    /// Notes the offset at which a group starts.
    Note(Arch, usize),
    /// Emits a run of code.
    Segment(Segment<'a>),
    /// Patches a reference to a local label, now that both places are known.
    Patch { arch: Arch, at: Place, relocation: Relocation, target: Place },
    /// Passes source text to a listing.
    Text(Arch, &'a str),
    /// Emits what an expression iterates over.
    Bytes(Arch, &'a TokenStream),
    /// Pads.
    Align(Arch, &'a TokenStream, Option<u32>, Option<&'a TokenStream>),
    /// Emits a `mov` of a run-time value.
    LoadImmediate(Arch, &'a Instruction),
    /// Runs the user's own statement.
    Rust(&'a TokenStream),
}

/// The steps of an invocation.
pub(super) fn plan<'a>(layout: &Layout<'a>) -> Vec<Step<'a>> {
    let mut planner = Planner { steps: Vec::new(), segment: None, noted: vec![false; layout.groups.len()] };
    let mut patches = Vec::new();
    for item in &layout.items {
        if let (Link::Here { group, offset }, Some((relocation, unit, _))) = (item.link, item.reference()) {
            patches.push((item.statement.arch, (item.group, item.offset + unit), relocation, (group, offset)));
            for group in [group, item.group] {
                if let Some(noted) = planner.noted.get_mut(group) {
                    *noted = true;
                }
            }
        }
    }
    let mut group = None;
    for item in &layout.items {
        if group != Some(item.group) {
            planner.enter(item);
            group = Some(item.group);
        }
        planner.item(item);
        if divides(&item.statement.kind, Start::Anywhere) {
            // A reference is patched as soon as both its ends are placed; what a statement emits itself is no end.
            planner.patch(&mut patches, item.group);
            planner.divide(item);
        }
    }
    planner.patch(&mut patches, usize::MAX);
    planner.steps
}

struct Planner<'a> {
    steps: Vec<Step<'a>>,
    segment: Option<Segment<'a>>,
    /// For each group, whether its start must be noted.
    noted: Vec<bool>,
}

impl<'a> Planner<'a> {
    /// Notes the start of the group of this item where someone asks for it.
    fn enter(&mut self, item: &Item<'a>) {
        self.flush();
        if self.noted.get(item.group).copied().unwrap_or(false) {
            self.steps.push(Step::Note(item.statement.arch, item.group));
        }
    }

    fn flush(&mut self) {
        if let Some(mut segment) = self.segment.take() {
            if !segment.is_empty() {
                share(&mut segment);
                self.steps.push(Step::Segment(segment));
            }
        }
    }

    /// Patches what has both its ends in groups up to `group`.
    fn patch(&mut self, patches: &mut Vec<(Arch, Place, Relocation, Place)>, group: usize) {
        self.flush();
        patches.retain(|(arch, at, relocation, target)| {
            let ready = at.0 <= group && target.0 <= group;
            if ready {
                self.steps.push(Step::Patch { arch: *arch, at: *at, relocation: *relocation, target: *target });
            }
            !ready
        });
    }

    /// The segment that takes a statement with so many operands.
    fn segment(&mut self, statement: &Statement, operands: usize) -> &mut Segment<'a> {
        let full = self.segment.as_ref().is_some_and(|segment| {
            segment.arch != statement.arch || segment.len >= MANY_BYTES || segment.operands.len() + operands > MANY_OPERANDS
        });
        if full {
            self.flush();
        }
        self.segment.get_or_insert_with(|| Segment::new(statement.arch))
    }

    /// A new definition of a name may take the place of the last but one in the label table, so references to that are
    /// made before: with their segment.
    fn before_definition(&mut self, name: &Name) {
        let refers =
            |step: &LabelStep<'_>| matches!(step, LabelStep::Refer(TableLabel::Backward(other), ..) if other.text == name.text);
        if self.segment.as_ref().is_some_and(|segment| segment.labels.iter().any(refers)) {
            self.flush();
        }
    }

    /// A statement whose code has known length.
    fn item(&mut self, item: &Item<'a>) {
        if divides(&item.statement.kind, Start::Anywhere) {
            return;
        }
        let statement = item.statement;
        if let StatementKind::Label(Label::Next(name)) = &statement.kind {
            self.before_definition(name);
        }
        if item.code.len() > MANY_BYTES as usize {
            self.flush();
        }
        let segment = self.segment(statement, operands(statement));
        segment.notes.push((segment.len, &statement.text));
        match &statement.kind {
            StatementKind::Label(label) => {
                let at = segment.len;
                match label {
                    Label::Local(_) => {}
                    Label::Next(name) => segment.labels.push(LabelStep::Define(name, at)),
                    label => {
                        let label = segment.label(label, statement.span);
                        segment.labels.push(LabelStep::Bind(label, at));
                    }
                }
            }
            StatementKind::Instruction(instruction) => self.instruction(item, instruction),
            StatementKind::Value { field, value, .. } => {
                let operand = segment.operand(&value.expr, value.span, Conversion::Number(value.kind));
                self.unit(item, vec![Slot { operand, field: *field }]);
            }
            _ => {
                segment.reference(item);
                self.unit(item, Vec::new());
            }
        }
    }

    fn instruction(&mut self, item: &Item<'a>, instruction: &'a Instruction) {
        // Values in source order, with the expressions of the label between them.
        let before = match item.reference() {
            Some((.., target)) => usize::from(target.before).min(instruction.values.len()),
            None => instruction.values.len(),
        };
        let segment = self.segment(item.statement, 0);
        let mut operands = Vec::with_capacity(instruction.values.len());
        let (early, late) = instruction.values.split_at_checked(before).unwrap_or((&instruction.values, &[]));
        let mut evaluate = |segment: &mut Segment<'a>, values: &'a [Value]| {
            operands.extend(values.iter().map(|value| segment.operand(&value.expr, value.span, Conversion::Number(value.kind))));
        };
        evaluate(segment, early);
        segment.reference(item);
        evaluate(segment, late);
        let pending = item.form.map_or(&[][..], |form| &form.pending);
        let slot = |pending: &Pending| Some(Slot { operand: *operands.get(usize::from(pending.value))?, field: pending.field });
        let slots = pending.iter().filter_map(slot).collect();
        self.unit(item, slots);
    }

    /// Appends code.
    fn unit(&mut self, item: &Item<'a>, slots: Vec<Slot>) {
        if item.code.is_empty() {
            return;
        }
        let segment = self.segment(item.statement, 0);
        let at = segment.len;
        let (form, derived, relations) = match item.form {
            Some(form) => (form.form, form.derived.as_slice(), form.relations.as_slice()),
            None => (NO_FORM, &[][..], &[][..]),
        };
        segment.len += item.code.len() as u32;
        segment.units.push(Unit { at, form, code: item.code.clone(), slots, derived, relations });
    }

    /// A statement that ends its group.
    fn divide(&mut self, item: &Item<'a>) {
        let arch = item.statement.arch;
        if !matches!(item.statement.kind, StatementKind::Rust(_)) {
            self.steps.push(Step::Text(arch, &item.statement.text));
        }
        self.steps.push(match &item.statement.kind {
            StatementKind::Bytes(expr) => Step::Bytes(arch, expr),
            StatementKind::Align { to, known, fill } => Step::Align(arch, to, *known, fill.as_ref()),
            StatementKind::Instruction(instruction) => Step::LoadImmediate(arch, instruction),
            StatementKind::Rust(statement) => Step::Rust(statement),
            _ => return,
        });
    }
}
