//! What directives set for the statements behind them.

use crate::cpu::{self, Features};
use crate::cursor::word;
#[cfg(any(feature = "aarch64", feature = "thumb"))]
use crate::instruction::ItBlock;
use crate::ir::{Arch, Diagnostic};
use proc_macro2::{Ident, Span};
use std::collections::BTreeMap;

/// The state between statements.
#[derive(Debug, Default)]
pub(crate) struct Session {
    arch: Option<Arch>,
    features: Option<Features>,
    aliases: BTreeMap<String, String>,
    #[cfg(any(feature = "aarch64", feature = "thumb"))]
    block: ItBlock,
}

impl Session {
    /// The architecture in force.
    pub(crate) fn arch(&self, span: Span) -> Result<Arch, Diagnostic> {
        self.arch.ok_or_else(|| Diagnostic {
            span,
            message: "no architecture: there are no tables for the one that this is compiled for; write `.arch name` in front"
                .into(),
        })
    }

    /// The features in force.
    pub(crate) fn features(&self, arch: Arch) -> Features {
        self.features.unwrap_or_else(|| Features::all(arch))
    }

    /// Names from `.alias`, in lower case, and their registers.
    pub(crate) fn aliases(&self) -> &BTreeMap<String, String> {
        &self.aliases
    }

    /// The IT block that is open.
    #[cfg(any(feature = "aarch64", feature = "thumb"))]
    pub(crate) fn block(&mut self) -> &mut ItBlock {
        &mut self.block
    }

    /// `.arch name`. Features and aliases are the architecture's own and end with it.
    pub(crate) fn set_arch(&mut self, name: &str, span: Span) -> Result<(), Diagnostic> {
        let arch = cpu::arch_named(name).map_err(|message| Diagnostic { span, message })?;
        if self.arch != Some(arch) {
            *self = Session { arch: Some(arch), ..Session::default() };
        }
        Ok(())
    }

    /// `.cpu name`.
    pub(crate) fn set_cpu(&mut self, name: &str, span: Span) -> Result<(), Diagnostic> {
        let arch = self.arch(span)?;
        self.features = Some(Features::of_cpu(arch, name).map_err(|message| Diagnostic { span, message })?);
        Ok(())
    }

    /// `.feature names`.
    pub(crate) fn set_features(&mut self, names: &[(String, Span)]) -> Result<(), Diagnostic> {
        let mut first = true;
        for (name, span) in names {
            let arch = self.arch(*span)?;
            let mut features = self.features(arch);
            features.change(arch, name, first).map_err(|message| Diagnostic { span: *span, message })?;
            self.features = Some(features);
            first &= name.starts_with(['+', '-']);
        }
        Ok(())
    }

    /// `.alias name, register`.
    pub(crate) fn set_alias(&mut self, name: &Ident, register: &Ident) -> Result<(), Diagnostic> {
        let arch = self.arch(name.span())?;
        let text = word(register);
        // An alias of an alias is the register itself.
        let text = self.aliases.get(&text).cloned().unwrap_or(text);
        if !crate::operands::is_register(arch, &text) {
            return Err(Diagnostic {
                span: register.span(),
                message: format!("`{text}` is not a register of {}", cpu::arch_name(arch)),
            });
        }
        self.aliases.insert(word(name), text);
        Ok(())
    }

    /// What stands here may run between the instructions of a block: nothing is known about it any more.
    pub(crate) fn forget_block(&mut self) {
        #[cfg(any(feature = "aarch64", feature = "thumb"))]
        self.block.forget();
    }
}
