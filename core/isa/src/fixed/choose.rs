//! The form for a mnemonic and its operands.
//!
//! Forms are tried in the order of the rows (T32: the 16-bit ones first; `asm` rows last). The first whose operands hold for
//! every value that they may have is taken. A run-time value may fail a form's range, so such forms are passed over while there
//! is another; if there is none, the one that takes the most values is taken (the last of several), and the checks happen at
//! run time. No choice depends on a run-time value.

use super::operand::View;
use super::register;
use super::solve::{solve, Conflict, Solution};
use super::syntax::Syntax;
use super::table::{Class, ClassOf, Features, Mnemonic, Set, Table, ASM, CONDITION, NO_IT, PC, SP, VPT};
use super::text::{match_form, Reach};
use super::token::Token;
use crate::choice::{Choice, Instruction, Mismatch, Problem};
use crate::rule::Rule;
use alloc::{format, string::String, vec, vec::Vec};
use core::cmp::Reverse;

/// Names of the conditions, by number; a suffix of the mnemonic in A32 and T32.
pub const CONDITIONS: [&str; 15] = ["eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al"];

/// Which lengths of an instruction are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Width {
    /// Any; the shortest is taken.
    #[default]
    Any,
    /// 16 bits (`.n`).
    Narrow,
    /// 32 bits (`.w`).
    Wide,
}

/// Where an instruction stands.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What the machine has.
    pub features: &'a Features,
    /// T32: the length wanted.
    pub width: Width,
    /// T32: the condition (0 to 14, see [`CONDITIONS`]) that the IT block states for this instruction; `None` outside of one.
    pub it: Option<u8>,
}

/// A reading of a mnemonic: without a suffix, with a condition, or with the suffix of a VPT block.
#[derive(Clone, Copy, PartialEq)]
enum Suffix {
    None,
    Condition(u8),
    Vector,
}

/// The best explanation so far of why no form matches.
struct Best {
    progress: (usize, bool),
    mismatch: Mismatch,
}

impl Best {
    fn note(&mut self, progress: (usize, bool), token: usize, problem: Problem) {
        if let (Problem::ImmediateRange { value: known, takes }, Problem::ImmediateRange { value, takes: more }) =
            (&mut self.mismatch.problem, &problem)
        {
            if (self.progress.0, self.mismatch.token, &*known) == (progress.0, token, value) {
                self.progress = self.progress.max(progress);
                if !takes.split("; or ").any(|known| known == more) {
                    takes.push_str("; or ");
                    takes.push_str(more);
                }
                return;
            }
        }
        // Of forms whose text matches, the one whose operands hold longest is the nearest. That an operand cannot be this says
        // more than that it does not go with the others.
        let vague = |problem: &Problem| matches!(problem, Problem::Conflict(_));
        let nearer = token >= self.mismatch.token || vague(&self.mismatch.problem) && !vague(&problem);
        if progress < self.progress || progress.1 && progress == self.progress && !nearer {
            return;
        }
        if let (true, Problem::UnexpectedOperand(known), Problem::UnexpectedOperand(more)) =
            (progress == self.progress, &mut self.mismatch.problem, &problem)
        {
            known.extend(more.iter().filter(|item| !known.contains(item)).cloned().collect::<Vec<String>>());
            return;
        }
        self.progress = progress;
        self.mismatch = Mismatch { token, problem };
    }
}

impl<'a> Table<'a> {
    /// The instruction for a mnemonic and operands, all in lower case.
    pub fn choose(&self, mnemonic: &str, operands: &[Token<'_>], context: &Context<'_>) -> Result<Choice, Mismatch> {
        let (mnemonic, width) = self.width_of(mnemonic, context);
        let readings = self.readings(mnemonic);
        if readings.is_empty() {
            return Err(Mismatch { token: 0, problem: Problem::UnknownMnemonic(self.nearest(mnemonic)) });
        }
        let search = |best| Search { table: *self, operands, context, width, best, reaching: Vec::new(), checked: None };
        let mut quick = search(None);
        if let Some(choice) = quick.choice(&readings) {
            return Ok(choice);
        }
        // Only now anybody asks why not.
        let mismatch = Mismatch { token: 0, problem: Problem::UnexpectedOperand(vec![]) };
        let mut thorough = search(Some(Best { progress: (0, false), mismatch: mismatch.clone() }));
        match thorough.choice(&readings) {
            Some(choice) => Ok(choice),
            None => Err(thorough.best.map_or(mismatch, |best| best.mismatch)),
        }
    }

    /// The forms of a mnemonic as the manual writes them, first those that the operands agree with longest.
    pub fn nearest_forms(&self, mnemonic: &str, operands: &[Token<'_>], context: &Context<'_>) -> Vec<Syntax<'a>> {
        let mut found = Vec::new();
        // The first register says which class is meant.
        let register = operands.iter().find_map(|token| match token {
            Token::Word { text, .. } => Some(*text).filter(|text| self.is_register(text)),
            _ => None,
        });
        for (mnemonic, _) in self.readings(self.width_of(mnemonic, context).0) {
            for form in mnemonic.uses.of(self.uses).iter().map(|used| used.form) {
                let (Some(view), Some(syntax)) = (View::new(self, form), self.syntax(form)) else { continue };
                let (mut reach, mut whole) = (Reach::default(), false);
                match_form(&view, operands, Some(&mut reach), &mut |_| {
                    whole = true;
                    true
                });
                let agrees = if whole { operands.len() + 1 } else { reach.token };
                let far = (!self.available(view.form, context.features), Reverse(agrees), view.form.flags & ASM != 0);
                let class = |variant: &Syntax<'_>| register.is_some_and(|word| variant.has_class_of(word));
                found.extend(syntax.variants().map(|variant| (far, !class(&variant), variant)));
            }
        }
        found.sort_by_key(|(far, other, _)| (*far, *other));
        found.into_iter().map(|(.., variant)| variant).collect()
    }

    /// A mnemonic of T32 without its `.w` or `.n`, and what that says.
    fn width_of<'m>(&self, mnemonic: &'m str, context: &Context<'_>) -> (&'m str, Width) {
        match (self.set, mnemonic.strip_suffix(".w"), mnemonic.strip_suffix(".n")) {
            (Set::T32, Some(mnemonic), _) => (mnemonic, Width::Wide),
            (Set::T32, _, Some(mnemonic)) => (mnemonic, Width::Narrow),
            _ => (mnemonic, context.width),
        }
    }

    /// The readings of a mnemonic that exist: as it stands, and with a suffix taken off in front of the first dot.
    fn readings(&self, mnemonic: &str) -> Vec<(&Mnemonic, Suffix)> {
        let mut out = Vec::new();
        out.extend(self.mnemonic(mnemonic).map(|known| (known, Suffix::None)));
        if !matches!(self.set, Set::A32 | Set::T32) {
            return out;
        }
        let dot = mnemonic.find('.').unwrap_or(mnemonic.len());
        let (front, back) = mnemonic.split_at(dot);
        let mut add = |suffix: &str, reading: Suffix| {
            if let Some(front) = front.strip_suffix(suffix) {
                out.extend(self.mnemonic(&[front, back].concat()).map(|known| (known, reading)));
            }
        };
        for (number, name) in (0u8..).zip(CONDITIONS).chain([(2, "hs"), (3, "lo")]) {
            add(name, Suffix::Condition(number));
        }
        if self.set == Set::T32 {
            add("t", Suffix::Vector);
            add("e", Suffix::Vector);
        }
        out
    }
}

struct Search<'s, 'a, 't> {
    table: Table<'a>,
    operands: &'s [Token<'t>],
    context: &'s Context<'s>,
    width: Width,
    /// Why no form matches so far, if that is to be said.
    best: Option<Best>,
    /// Forms that take the label, by how far they reach.
    reaching: Vec<Instruction>,
    /// The widest form with run-time checks; whether its row is an ordinary one, and how many values it takes.
    checked: Option<(Choice, (bool, u128))>,
}

impl Search<'_, '_, '_> {
    fn choice(&mut self, readings: &[(&Mnemonic, Suffix)]) -> Option<Choice> {
        readings.iter().find_map(|(name, suffix)| self.mnemonic(name, *suffix)).or_else(|| self.end())
    }

    fn note(&mut self, progress: (usize, bool), token: usize, problem: impl FnOnce() -> Problem) {
        if let Some(best) = &mut self.best {
            best.note(progress, token, problem());
        }
    }

    fn mnemonic(&mut self, mnemonic: &Mnemonic, suffix: Suffix) -> Option<Choice> {
        for used in mnemonic.uses.of(self.table.uses) {
            let Some(view) = View::new(&self.table, used.form) else { continue };
            let flags = view.form.flags;
            let condition = match self.fits(flags, suffix) {
                Ok(condition) => condition,
                Err(problem) => {
                    self.note((0, false), 0, || problem);
                    continue;
                }
            };
            if self.table.set == Set::T32 && self.width != Width::Any && (self.width == Width::Narrow) != (view.form.size == 2) {
                let bits = if self.width == Width::Narrow { 16 } else { 32 };
                self.note((0, false), 0, || Problem::Other(format!("there is no {bits}-bit form with these operands")));
                continue;
            }
            let mut reach = self.best.is_some().then(Reach::default);
            let mut conflict: Option<Conflict> = None;
            let mut solution: Option<Solution> = None;
            let it = self.context.it.is_some();
            let spelling = used.choices.of(self.table.choices);
            match_form(&view, self.operands, reach.as_mut(), &mut |bindings| match solve(
                &view, used.form, spelling, bindings, condition, it,
            ) {
                Ok(found) => {
                    let certain = found.certain;
                    if certain || solution.is_none() {
                        solution = Some(found);
                    }
                    certain
                }
                Err(found) => {
                    conflict.get_or_insert(found);
                    false
                }
            });
            let plain = flags & ASM == 0;
            let end = self.operands.len() + 1;
            match (solution, conflict) {
                (Some(_), _) if !self.table.available(view.form, self.context.features) => {
                    self.note((end + 1, plain), 0, || Problem::MissingFeature(needs(&view.table, &view)));
                }
                (Some(solution), _) => {
                    if let Some(choice) = self.take(solution, plain) {
                        return Some(choice);
                    }
                }
                (None, Some(conflict)) => {
                    let first = conflict.token.unwrap_or(0);
                    self.note((end, plain), first, || conflict.problem);
                }
                (None, None) => {
                    let Some(reach) = reach else { continue };
                    let missing = reach.token >= self.operands.len();
                    let problem = if missing { Problem::MissingOperand } else { Problem::UnexpectedOperand };
                    self.note((reach.token, false), reach.token, || problem(reach.expected));
                }
            }
        }
        None
    }

    /// Whether a form goes with the suffix and the IT block; the condition that it places.
    fn fits(&self, flags: u8, suffix: Suffix) -> Result<Option<u64>, Problem> {
        let places = flags & CONDITION != 0;
        let other = |text: String| Err(Problem::Other(text));
        let name = |number: u8| CONDITIONS.get(usize::from(number)).copied().unwrap_or("al");
        match (self.table.set, suffix) {
            (Set::T32, Suffix::Vector) if flags & VPT == 0 => {
                return other(String::from("this instruction takes no suffix of a VPT block"))
            }
            (Set::T32, Suffix::Vector) => {}
            (Set::T32, _) => match (self.context.it, suffix) {
                (Some(_), _) if flags & NO_IT != 0 => return other(String::from("this instruction cannot stand in an IT block")),
                (Some(expected), Suffix::Condition(number)) if number != expected => {
                    return other(format!("the IT block says `{}` here, not `{}`", name(expected), name(number)))
                }
                (Some(expected), Suffix::None) if expected != 14 => {
                    return other(format!("in the IT block this instruction needs the suffix `{}`", name(expected)))
                }
                (None, Suffix::Condition(number)) if !places && number != 14 => {
                    return other(format!("a conditional instruction needs `it {}` in front", name(number)))
                }
                _ => {}
            },
            (_, Suffix::Condition(_)) if !places => return other(String::from("this instruction cannot be conditional")),
            _ => {}
        }
        Ok(match suffix {
            _ if !places => None,
            Suffix::Condition(number) => Some(number.into()),
            _ => Some(14),
        })
    }

    fn take(&mut self, solution: Solution, plain: bool) -> Option<Choice> {
        let instruction = solution.instruction;
        let warning = solution.warning.map(|found| Mismatch { token: found.token.unwrap_or(0), problem: found.problem });
        if !solution.certain {
            let rank = (plain, extent(&instruction));
            if self.checked.as_ref().is_none_or(|(_, known)| *known <= rank) {
                self.checked = Some((Choice { instruction, shorter: Vec::new(), warning }, rank));
            }
            return None;
        }
        // Several reaches: T32 branches and literals.
        if self.table.set == Set::T32 && instruction.reference.is_some() {
            let kind = |instruction: &Instruction| instruction.reference.map(|reference| reference.relocation);
            if !self.reaching.iter().any(|known| kind(known) == kind(&instruction)) {
                self.reaching.push(instruction);
            }
            return None;
        }
        Some(Choice { instruction, shorter: Vec::new(), warning })
    }

    /// What the forms that are not certain leave.
    fn end(&mut self) -> Option<Choice> {
        if let Some(instruction) = self.reaching.pop() {
            return Some(Choice { instruction, shorter: core::mem::take(&mut self.reaching), warning: None });
        }
        Some(self.checked.take()?.0)
    }
}

/// How many combinations of run-time values an instruction takes (an estimate for irregular rules: their codes).
fn extent(instruction: &Instruction) -> u128 {
    let count = |field: &crate::field::Field| match field.range() {
        Some(range) => range.max.saturating_sub(range.min).unsigned_abs() / u128::from(range.step.max(1)) + 1,
        // MOV is DUP, and DUPM only for a number that is known to need it.
        None if matches!(field.rule, Rule::Dupm16 | Rule::Dupm32 | Rule::Dupm64) => 1,
        None => 1u128.checked_shl(field.width.into()).unwrap_or(u128::MAX),
    };
    instruction.pending.iter().fold(1u128, |all, pending| all.saturating_mul(count(&pending.field)))
}

/// The features that a form needs, in words: `sve or sme, and bf16`; "" for none.
pub fn needs(table: &Table<'_>, view: &View<'_>) -> String {
    let any = |set: &Features| {
        let names =
            (0u16..).zip(table.features).filter(|(number, _)| set.has(*number)).map(|(_, feature)| table.str(feature.name));
        names.collect::<Vec<&str>>().join(" or ")
    };
    table.needs(view.form.needs).iter().map(any).collect::<Vec<String>>().join(", and ")
}

/// The classes of a register operand, with the table entries that say them.
pub(super) fn classes_of(view: &View<'_>, class: ClassOf) -> Vec<(Option<(u8, u16)>, Class)> {
    let table = match class {
        ClassOf::Fixed(class) => return vec![(None, class)],
        ClassOf::Table(table) => table,
    };
    let entries = view.keywords.get(usize::from(table)).map(|keywords| keywords.entries.of(view.table.entries)).unwrap_or(&[]);
    let word = |entry: &super::table::Entry| entry.words.of(view.table.words).first().map(|word| view.table.str(*word));
    let named = |(number, entry)| Some((Some((table, number)), Class::named(word(entry)?)?));
    (0u16..).zip(entries).filter_map(named).collect()
}

/// The class or classes of a register operand in words.
pub fn describe_register(view: &View<'_>, class: ClassOf, extra: u8) -> String {
    let names: Vec<String> = classes_of(view, class).into_iter().map(|(_, class)| describe_class(view, class, extra)).collect();
    names.join(" or ")
}

/// A register class in words.
pub(super) fn describe_class(view: &View<'_>, class: Class, extra: u8) -> String {
    let set = view.table.set;
    let sp = extra & SP != 0;
    String::from(match class {
        Class::W if sp => "a 32-bit register (w0 to w30, wsp)",
        Class::W => "a 32-bit register (w0 to w30, wzr)",
        Class::X if sp => "a 64-bit register (x0 to x30, sp)",
        Class::X => "a 64-bit register (x0 to x30, xzr)",
        Class::V | Class::RvVector => "a vector register (v0 to v31)",
        Class::Z => "a scalable vector register (z0 to z31)",
        Class::P => "a predicate register (p0 to p15)",
        Class::Pn => "a predicate-as-counter register (pn0 to pn15)",
        Class::Za => "a tile (za0, ..)",
        Class::R if extra & (SP | PC) == SP | PC => "a register (r0 to r12, sp, lr, pc)",
        Class::R if sp => "a register (r0 to r12, sp, lr)",
        Class::R if extra & PC != 0 => "a register (r0 to r12, lr, pc)",
        Class::R if set == Set::T32 => "a register (r0 to r12, lr)",
        Class::R => "a register (r0 to r14)",
        Class::RvInteger => "an integer register (x0 to x31)",
        Class::RvFloat => "a floating-point register (f0 to f31)",
        other => return format!("a register ({0}0 to {0}{1})", other.prefix(), register::last(set, other)),
    })
}
