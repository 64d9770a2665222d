//! IT blocks of Thumb: which condition the next instruction must carry.
//!
//! What is known ends with the block, and with everything that other code may come from or go to in between: a label,
//! a statement of Rust, the end of the invocation.

use crate::ir::Diagnostic;
use crate::operands::fixed::Piece;
use bareasm_isa::fixed::choose::CONDITIONS;
use proc_macro2::Span;
use std::collections::VecDeque;

/// The rest of an IT block.
#[derive(Debug, Default)]
pub(crate) struct ItBlock {
    /// Numbers of the conditions of the instructions to come.
    conditions: VecDeque<u8>,
}

/// The number of a condition.
fn condition(name: &str) -> Option<u8> {
    let name = match name {
        "hs" => "cs",
        "lo" => "cc",
        other => other,
    };
    CONDITIONS.iter().position(|known| *known == name).and_then(|number| u8::try_from(number).ok())
}

impl ItBlock {
    /// The condition that the next instruction must carry; `None` outside of a block.
    pub(crate) fn expected(&self) -> Option<u8> {
        self.conditions.front().copied()
    }

    /// Ends what is known.
    pub(crate) fn forget(&mut self) {
        self.conditions.clear();
    }

    /// Counts an instruction of the block, or opens one.
    pub(crate) fn follow(&mut self, mnemonic: &str, operands: &[Piece], span: Span) -> Result<(), Diagnostic> {
        if let Some(pattern) = pattern(mnemonic) {
            let nested = self.expected().is_some();
            self.forget();
            // Without a condition there is no block; the table has said so.
            let Some(Piece::Word(written, _)) = operands.first() else { return Ok(()) };
            let Some(then) = condition(written) else { return Ok(()) };
            // Neighbouring conditions are each other's inverse.
            self.conditions.push_back(then);
            self.conditions.extend(pattern.chars().map(|letter| if letter == 'e' { then ^ 1 } else { then }));
            if nested {
                return Err(Diagnostic { span, message: "an IT block cannot begin inside another one".into() });
            }
            return Ok(());
        }
        let inside = self.expected().is_some();
        self.conditions.pop_front();
        if inside && self.expected().is_some() && is_branch(mnemonic, operands) {
            return Err(Diagnostic { span, message: "a branch must be the last instruction of its IT block".into() });
        }
        Ok(())
    }
}

/// The letters behind `it`, if this is the mnemonic of an IT instruction.
fn pattern(mnemonic: &str) -> Option<&str> {
    mnemonic.strip_prefix("it").filter(|letters| letters.len() <= 3 && letters.chars().all(|letter| matches!(letter, 't' | 'e')))
}

/// Whether an instruction, written with a condition, changes the flow.
fn is_branch(mnemonic: &str, operands: &[Piece]) -> bool {
    let name = mnemonic.split('.').next().unwrap_or(mnemonic);
    let base = name.len().checked_sub(2).and_then(|end| name.get(..end)).unwrap_or(name);
    if matches!(base, "b" | "bl" | "bx" | "blx" | "bxns" | "blxns" | "tbb" | "tbh") {
        return true;
    }
    let is_pc = |piece: &Piece| matches!(piece, Piece::Word(text, _) if text == "pc" || text == "r15");
    let loads_list = matches!(base, "pop" | "ldm" | "ldmia" | "ldmdb" | "ldmfd" | "ldmea");
    match operands {
        [first, ..] if is_pc(first) => matches!(base, "mov" | "add" | "ldr"),
        _ => loads_list && operands.iter().any(is_pc),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Piece {
        Piece::Word(text.into(), None)
    }

    #[test]
    fn then_and_else() {
        let mut block = ItBlock::default();
        block.follow("itete", &[word("hs")], Span::call_site()).unwrap();
        let mut seen = Vec::new();
        while let Some(number) = block.expected() {
            seen.push(CONDITIONS[usize::from(number)]);
            block.follow("nop", &[], Span::call_site()).unwrap();
        }
        assert_eq!(seen, ["cs", "cc", "cs", "cc"]);
    }

    #[test]
    fn branches_come_last() {
        let mut block = ItBlock::default();
        let here = Span::call_site();
        block.follow("itt", &[word("eq")], here).unwrap();
        assert!(block.follow("bxeq", &[word("lr")], here).is_err());
        assert!(block.follow("beq.w", &[], here).is_ok());
        assert!(is_branch("popne", &[Piece::Punct('{'), word("pc"), Piece::Punct('}')]));
        assert!(is_branch("ldreq", &[word("pc")]));
        assert!(!is_branch("addeq", &[word("r0"), Piece::Punct(','), word("pc")]));
    }

    #[test]
    fn blocks_do_not_nest() {
        let mut block = ItBlock::default();
        block.follow("it", &[word("eq")], Span::call_site()).unwrap();
        assert!(block.follow("it", &[word("ne")], Span::call_site()).is_err());
        block.forget();
        assert!(block.follow("it", &[word("ne")], Span::call_site()).is_ok());
        assert_eq!(pattern("ittttt"), None);
        assert_eq!(pattern("items"), None);
    }
}
