//! The third column: features, constraints, table restrictions and attributes.

use super::model::{Constraint, Fail, Row, Test, WordTable};
use super::tables;
use super::value::sum;
use crate::encoding::Order;
use crate::fixed::table::{Term, When, ALIAS, ASM, BLOCK, NO_IT, VPT};
use crate::rows::source::{Feature, Line};
use std::format;
use std::rc::Rc;
use std::string::ToString;
use std::vec::Vec;

const ATTRIBUTES: [(&str, u8); 5] = [("alias", ALIAS), ("asm", ASM), ("noit", NO_IT), ("vpt", VPT), ("block", BLOCK)];

const ORDERS: [(&str, Order); 6] = [
    ("<=", Order::LessOrEqual),
    (">=", Order::GreaterOrEqual),
    ("!=", Order::NotEqual),
    ("<", Order::Less),
    (">", Order::Greater),
    ("=", Order::Equal),
];

/// Reads the column into the row. `tables` are those in force; local and restricted ones are put in front of them.
/// Returns the text of the constraints, which are read when all slots are known.
pub fn read<'a>(
    row: &mut Row,
    line: &Line<'a>,
    column: &'a str,
    tables: &mut Vec<Rc<WordTable>>,
    features: &[Feature],
) -> Result<Vec<&'a str>, Fail> {
    let mut constraints = Vec::new();
    for tag in column.split_whitespace() {
        let head = tag.split(['=', '(']).next().unwrap_or("");
        if let Some((_, flag)) = ATTRIBUTES.iter().find(|(name, _)| *name == tag) {
            row.flags |= flag;
        } else if tag.strip_prefix(head).is_some_and(|rest| rest.starts_with('(') && rest.contains(")=")) {
            tables.insert(0, Rc::new(tables::read(line, tag, ',')?));
        } else if let (Some((name, words)), None, false) =
            (tag.split_once('='), row.slot(head), tag.contains(['<', '>', '!', '|']))
        {
            let Some(table) = tables.iter().find(|table| table.name == name) else {
                constraints.push(tag);
                continue;
            };
            let table = tables::restrict(table, words).map_err(|message| Fail::at(line, tag, message))?;
            tables.insert(0, Rc::new(table));
        } else if tag.contains(['<', '>', '=', '!', '~']) {
            constraints.push(tag);
        } else {
            let mut any = Vec::new();
            for name in tag.split('/') {
                match features.iter().position(|feature| feature.name == name) {
                    Some(number) => any.push(number as u16),
                    None => return Err(Fail::at(line, tag, format!("`{name}` is neither a declared feature nor an attribute"))),
                }
            }
            row.needs.push(any);
        }
    }
    Ok(constraints)
}

/// Reads constraints, after the syntax.
pub fn constraints(row: &mut Row, line: &Line<'_>, tags: &[&str]) -> Result<(), Fail> {
    for tag in tags {
        let (text, when) = match (tag.strip_prefix('~'), tag.strip_prefix('?')) {
            (Some(text), _) => (text, When::Decoding),
            (_, Some(text)) => (text, When::Warning),
            _ => (*tag, When::Always),
        };
        let any = text.split('|').map(|part| test(row, line, part)).collect::<Result<Vec<Test>, Fail>>()?;
        if any.len() > 4 {
            return Err(Fail::at(line, tag, "a constraint has at most four alternatives"));
        }
        row.constraints.push(Constraint { text: text.to_string(), when, any, place: line.place_of(tag) });
    }
    Ok(())
}

fn test(row: &mut Row, line: &Line<'_>, text: &str) -> Result<Test, Fail> {
    if let Some((bit, mask)) = text.split_once("!in(") {
        let (bit, constant, _) = sum(row, line, bit, false)?;
        let (mask, zero, _) = sum(row, line, mask.trim_end_matches(')'), false)?;
        if bit.len() != 1 || mask.len() != 1 || constant != 0 || zero != 0 {
            return Err(Fail::at(line, text, "`!in` compares a field with a field"));
        }
        return Ok(Test { terms: [bit, mask].concat(), constant: 0, order: Order::NotIn });
    }
    for (operator, order) in ORDERS {
        let Some((left, right)) = text.split_once(operator) else { continue };
        let (mut terms, mut constant, _) = sum(row, line, left, false)?;
        let (other, minus, _) = sum(row, line, right, false)?;
        constant -= minus;
        for term in other {
            match terms.iter_mut().find(|known| known.slot == term.slot) {
                Some(known) => known.factor -= term.factor,
                None => terms.push(Term { factor: -term.factor, ..term }),
            }
        }
        if terms.len() > 4 {
            return Err(Fail::at(line, text, "a comparison has at most four fields"));
        }
        return Ok(Test { terms, constant, order });
    }
    Err(Fail::at(line, text, format!("cannot read constraint `{text}`")))
}
