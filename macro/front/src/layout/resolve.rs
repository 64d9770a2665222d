//! Which definition a reference means.

use crate::ir::{Diagnostic, Label, Name, Statement, StatementKind, Target};
use bareasm_isa::field::Reason;
use bareasm_isa::relocation::Relocation;
use std::collections::BTreeMap;

/// Where a target is.
pub(super) enum Settled {
    /// At the statement with this index, which defines the label.
    At(usize),
    /// Known to the assembler's label table at run time.
    Table,
    /// Nowhere.
    Undefined(Diagnostic),
}

/// The label definitions of an invocation.
pub(super) struct Labels<'a> {
    /// `->name`: the statement that defines it.
    locals: BTreeMap<&'a str, usize>,
    /// `name:`: the statements that define it, in order.
    nexts: BTreeMap<&'a str, Vec<usize>>,
    /// The group of every statement.
    groups: &'a [usize],
}

impl<'a> Labels<'a> {
    /// Finds the definitions; reports local labels that are defined twice.
    pub(super) fn collect(statements: &'a [Statement], groups: &'a [usize], diagnostics: &mut Vec<Diagnostic>) -> Labels<'a> {
        let mut labels = Labels { locals: BTreeMap::new(), nexts: BTreeMap::new(), groups };
        let mut first: BTreeMap<&str, &Name> = BTreeMap::new();
        for (n, statement) in statements.iter().enumerate() {
            match &statement.kind {
                StatementKind::Label(Label::Local(name)) => match first.get(name.text.as_str()) {
                    Some(earlier) => {
                        let message = format!("local label `->{0}:` is defined twice\n`->name` is local to one invocation and has one place there; use `{0}:` with `<{0}` and `>{0}` for a name that is reused", name.text);
                        diagnostics.push(Diagnostic { span: name.span, message });
                        diagnostics
                            .push(Diagnostic { span: earlier.span, message: format!("first definition of `->{}:`", name.text) });
                    }
                    None => {
                        first.insert(&name.text, name);
                        labels.locals.insert(&name.text, n);
                    }
                },
                StatementKind::Label(Label::Next(name)) => labels.nexts.entry(&name.text).or_default().push(n),
                _ => {}
            }
        }
        labels
    }

    /// What the target of statement `from` means.
    pub(super) fn settled(&self, target: &Target, from: usize) -> Settled {
        match &target.label {
            Label::Local(name) => match self.locals.get(name.text.as_str()) {
                Some(statement) => Settled::At(*statement),
                None => Settled::Undefined(self.undefined(name)),
            },
            Label::Forward(name) => self.near(self.next_of(name).find(|n| *n > from), from),
            Label::Backward(name) => self.near(self.next_of(name).filter(|n| *n < from).last(), from),
            _ => Settled::Table,
        }
    }

    fn next_of(&self, name: &Name) -> impl Iterator<Item = usize> + '_ {
        self.nexts.get(name.text.as_str()).into_iter().flatten().copied()
    }

    /// A `name:` counts only within the group: between groups the user's own Rust may define the name once more.
    fn near(&self, definition: Option<usize>, from: usize) -> Settled {
        match definition {
            Some(n) if self.groups.get(n) == self.groups.get(from) => Settled::At(n),
            _ => Settled::Table,
        }
    }

    /// The statement that defines the target of `statement`, when both are in `group`.
    pub(super) fn within_group(&self, statement: &Statement, from: usize, group: usize) -> Option<usize> {
        let target = match &statement.kind {
            StatementKind::Instruction(instruction) => {
                let reference = instruction.choice.instruction.reference?;
                instruction.targets.get(usize::from(reference.target))?
            }
            StatementKind::Reference(target, _) => target,
            _ => return None,
        };
        match self.settled(target, from) {
            Settled::At(n) if self.groups.get(n) == Some(&group) => Some(n),
            _ => None,
        }
    }

    fn undefined(&self, name: &Name) -> Diagnostic {
        let mut message = format!("local label `->{}` is not defined in this invocation", name.text);
        if self.locals.is_empty() {
            message += &format!("\ndefine it here by `->{0}:`, or use `=>{0}` for a label of the whole assembler", name.text);
        } else {
            let defined: Vec<String> = self.locals.keys().map(|name| format!("`->{name}`")).collect();
            if let Some(near) = crate::diagnose::nearest(&name.text, self.locals.keys().copied()) {
                message += &format!("; did you mean `->{near}`?");
            }
            message += &format!("\ndefined here: {}", defined.join(", "));
        }
        Diagnostic { span: name.span, message }
    }
}

/// The message for a label that even the longest encoding does not reach.
pub(super) fn unreachable(target: &Target, relocation: Relocation, reason: Reason, at: u32, label: u32) -> Diagnostic {
    let distance = relocation.distance(at.into(), label.into());
    let takes = match relocation.shape().field.range() {
        Some(range) if range.step > 1 => format!("a multiple of {} from {} to {}", range.step, range.min, range.max),
        Some(range) => format!("{} to {}", range.min, range.max),
        None => String::from("another distance"),
    };
    let problem = match reason {
        Reason::TargetAlignment => "is not aligned as this instruction requires",
        _ => "is out of reach of this instruction",
    };
    Diagnostic {
        span: target.span,
        message: format!("the label {problem}: its distance is {distance}, the instruction takes {takes}"),
    }
}
