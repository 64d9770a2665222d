//! A64 instructions whose operands are run-time values, encoded as generated code does it.

use bareasm_front::ir::{Instruction, StatementKind};
use bareasm_front::parse;
use bareasm_isa::encoding::{Encoding, Fault};
use bareasm_isa::field::Field;

/// The only instruction of the text, or the message why there is none.
pub fn instruction(body: &str) -> Result<Instruction, String> {
    let text = format!("[krate] [aarch64] ops ; {body}");
    let invocation = parse(text.parse().expect("tokens")).map_err(|errors| errors[0].message.clone())?;
    let found = invocation.statements.into_iter().find_map(|statement| match statement.kind {
        StatementKind::Instruction(instruction) => Some(instruction),
        _ => None,
    });
    Ok(found.expect("an instruction"))
}

/// The word of the text when each run-time value is what `number` says of its expression.
pub fn word(body: &str, number: impl Fn(&str) -> i64) -> Result<u32, Fault> {
    let instruction = instruction(body).unwrap_or_else(|message| panic!("{body}: {message}"));
    let chosen = &instruction.choice.instruction;
    let expression = |value: u16| instruction.values[usize::from(value)].expr.to_string().replace(" as i64", "");
    let values: Vec<i64> = chosen.pending.iter().map(|pending| number(&expression(pending.value))).collect();
    let fields: Vec<&Field> = chosen.pending.iter().map(|pending| &pending.field).collect();
    let encoding = Encoding {
        form: chosen.form,
        template: &chosen.code[..4],
        fields: &fields,
        derived: &chosen.derived,
        relations: &chosen.relations,
    };
    let mut code = [0; 4];
    encoding.encode(&values, &mut code)?;
    Ok(u32::from_le_bytes(code))
}
