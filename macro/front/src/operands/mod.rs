//! Operands: from tokens of Rust to what the tables match.

#[cfg(any(feature = "aarch64", feature = "thumb"))]
pub(crate) mod fixed;
#[cfg(any(feature = "x64", feature = "x86"))]
pub(crate) mod x86;
#[cfg(any(feature = "x64", feature = "x86"))]
mod x86_address;
#[cfg(any(feature = "x64", feature = "x86"))]
mod x86_typemap;

use crate::cpu::{self, Set};
use crate::ir::{Arch, Diagnostic};
use crate::label::Reference;
use proc_macro2::{Span, TokenTree};

/// Whether a word (lower case) names a register.
pub(crate) fn is_register(arch: Arch, word: &str) -> bool {
    match cpu::set(arch) {
        #[cfg(any(feature = "aarch64", feature = "thumb"))]
        Some(Set::Fixed(table)) => fixed::is_register(table, word),
        #[cfg(any(feature = "x64", feature = "x86"))]
        Some(Set::X86(_)) => x86::register_named(word).is_some(),
        None => false,
    }
}

/// A Rust expression among the operands.
#[derive(Debug)]
pub(crate) struct Expression {
    /// As written.
    pub(crate) tokens: Vec<TokenTree>,
    /// Where it stands.
    pub(crate) span: Span,
    /// Gives the number of a register.
    pub(crate) register: bool,
    /// Known number that is added to it.
    pub(crate) bias: i32,
}

/// What the numbers of values and targets in operands stand for.
#[derive(Debug, Default)]
pub(crate) struct Captures {
    /// Expressions, in source order.
    pub(crate) values: Vec<Expression>,
    /// References to labels, in source order, each with the number of expressions before it.
    pub(crate) targets: Vec<(Reference, usize)>,
}

impl Captures {
    /// Numbers an expression.
    pub(crate) fn value(&mut self, tokens: &[TokenTree], span: Span, register: bool) -> Result<u16, Diagnostic> {
        let number = numbered(self.values.len(), span)?;
        self.values.push(Expression { tokens: tokens.to_vec(), span, register, bias: 0 });
        Ok(number)
    }

    /// Numbers a reference.
    pub(crate) fn target(&mut self, reference: Reference) -> Result<u16, Diagnostic> {
        let number = numbered(self.targets.len(), reference.span)?;
        self.targets.push((reference, self.values.len()));
        Ok(number)
    }
}

fn numbered(count: usize, span: Span) -> Result<u16, Diagnostic> {
    u16::try_from(count).map_err(|_| Diagnostic { span, message: "too many operands".into() })
}
