//! A row by itself: no other row takes its texts.

use crate::common::tokens;
use bareasm_isa::fixed::operand::View;
use bareasm_isa::fixed::solve::solve;
use bareasm_isa::fixed::text::match_form;
use bareasm_isa::fixed::Table;

/// The bytes that a text has as this form of A64.
pub fn own_bytes(table: &Table<'_>, form: u16, text: &str) -> Option<Vec<u8>> {
    let (name, operands) = tokens(text);
    let view = View::new(table, form)?;
    for used in table.mnemonic(name)?.uses.of(table.uses).iter().filter(|used| used.form == form) {
        let spelling = used.choices.of(table.choices);
        let mut found = None;
        match_form(&view, &operands, None, &mut |bindings| {
            found = solve(&view, form, spelling, bindings, None, false).ok();
            found.is_some()
        });
        if let Some(instruction) = found.map(|solution| solution.instruction) {
            return instruction.code.get(..instruction.len.into()).map(<[u8]>::to_vec);
        }
    }
    None
}
