//! The first column: mnemonic and operands, as nodes.

use super::bits::{is_name, is_name_char};
use super::model::{Fail, Keywords, Names, Row, Slot, Value, WordTable};
use super::value::{extent, is_rule, value};
use crate::field::Kind;
use crate::fixed::table::{Class, ClassOf, Count, Default, Flag, Node, Set, SlotKind, CONDITION, NONE, PC, SP, ZR};
use crate::rows::source::Line;
use crate::rule::Rule;
use std::format;
use std::rc::Rc;
use std::string::{String, ToString};
use std::vec::Vec;

/// Class letters of each instruction set, longest first.
fn classes(set: Set) -> &'static [(&'static str, Class)] {
    use Class::*;
    match set {
        Set::A64 => &[
            ("PN", Pn),
            ("ZA", Za),
            ("W", W),
            ("X", X),
            ("B", B),
            ("H", H),
            ("S", S),
            ("D", D),
            ("Q", Q),
            ("V", V),
            ("Z", Z),
            ("P", P),
        ],
        Set::A32 | Set::T32 => &[("R", R), ("S", S), ("D", D), ("Q", Q)],
        Set::Riscv => &[("r", RvInteger), ("f", RvFloat), ("v", RvVector)],
    }
}

/// Reads the column into the row.
pub fn read<'a>(
    row: &mut Row,
    line: &Line<'a>,
    column: &'a str,
    tables: &[Rc<WordTable>],
    names: &mut Names,
) -> Result<(), Fail> {
    let mut depth = 0i32;
    let blank = |c: char| {
        depth += i32::from(matches!(c, '{' | '<')) - i32::from(matches!(c, '}' | '>'));
        c == ' ' && depth == 0
    };
    let end = column.find(blank).unwrap_or(column.len());
    let (mnemonic, operands) = column.split_at(end);
    for table in used(row, mnemonic, operands, tables) {
        keywords(row, line, column, table)?;
    }
    let mut reader = Reader { row, line, names };
    let nodes = reader.mnemonic(mnemonic)?;
    let operands = reader.items(operands)?;
    if matches!(row.set, Set::A32 | Set::T32) && row.slot("cond").is_some() {
        let spelled = row.keywords.iter().any(|keywords| keywords.table.fields.iter().any(|field| field == "cond"));
        row.flags |= if spelled { 0 } else { CONDITION };
    }
    row.mnemonic = nodes;
    row.operands = operands;
    Ok(())
}

/// The tables that the syntax names, in order.
fn used<'t>(row: &Row, mnemonic: &str, operands: &str, tables: &'t [Rc<WordTable>]) -> Vec<&'t Rc<WordTable>> {
    let mut out: Vec<(usize, &Rc<WordTable>)> = Vec::new();
    let whole = [mnemonic, operands].concat();
    for table in tables {
        let named = |(at, _): &(usize, &str)| {
            let before = whole.get(..*at).and_then(|text| text.chars().next_back()).unwrap_or(' ');
            let after = whole.get(at + table.name.len()..).and_then(|text| text.chars().next()).unwrap_or(' ');
            let value = matches!(before, '*' | '-' | '+' | '#') && row.slot(&table.name).is_none();
            !is_name_char(after) && (before == '<' || before == '.' && *at > mnemonic.len() || value)
        };
        if let Some((at, _)) = whole.match_indices(&table.name).find(named) {
            if !out.iter().any(|(_, known)| known.name == table.name) {
                out.push((at, table));
            }
        }
    }
    out.sort_by_key(|(at, _)| *at);
    out.into_iter().map(|(_, table)| table).collect()
}

/// Adds a table to the row: finds its fields, and makes slots of its letters.
fn keywords(row: &mut Row, line: &Line<'_>, column: &str, table: &Rc<WordTable>) -> Result<(), Fail> {
    let fail = |message: String| Fail::at(line, column, message);
    let mut parts = Vec::new();
    for name in &table.fields {
        let Some(slot) = row.slot(name) else {
            return Err(fail(format!("table `{}` needs field `{name}`", table.name)));
        };
        if let ([_], Some(free)) = (table.fields.as_slice(), row.slots.get_mut(usize::from(slot))) {
            if free.kind == SlotKind::Free {
                free.width = table.entries.first().map_or(0, |entry| entry.pattern.len() as u8);
            }
        }
        parts.push(slot);
    }
    let width = row.width(&parts);
    for entry in &table.entries {
        if entry.pattern.len() as u32 != width {
            let word = entry.words.first().map_or("", String::as_str);
            return Err(fail(format!(
                "table `{}`: pattern of `{word}` has {} bits, its fields have {width}",
                table.name,
                entry.pattern.len()
            )));
        }
        for letter in entry.pattern.chars().filter(|c| c.is_ascii_lowercase() && *c != 'x') {
            let count = entry.pattern.chars().filter(|c| *c == letter).count() as u8;
            match row.slots.iter_mut().find(|slot| slot.name.chars().eq([letter])) {
                Some(slot) => slot.width = slot.width.max(count),
                None => row.slots.push(Slot {
                    name: letter.to_string(),
                    kind: SlotKind::Letter(letter),
                    width: count,
                    spots: Vec::new(),
                }),
            }
        }
    }
    row.keywords.push(Keywords { table: table.clone(), parts, width: width as u8 });
    Ok(())
}

struct Reader<'r, 'a> {
    row: &'r mut Row,
    line: &'r Line<'a>,
    names: &'r mut Names,
}

impl<'a> Reader<'_, 'a> {
    fn fail(&self, part: &str, message: impl ToString) -> Fail {
        Fail::at(self.line, part, message)
    }

    fn word(&mut self, text: &str) -> Node {
        Node::Word(self.names.add(&text.to_ascii_lowercase()))
    }

    fn mnemonic(&mut self, text: &'a str) -> Result<Vec<Node>, Fail> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            match c {
                '<' => {
                    let (name, tail) = self.until(rest, '>')?;
                    out.push(self.keyword(name)?);
                    rest = tail;
                }
                '{' => {
                    let (body, tail) = self.braces(rest)?;
                    let (flag, body) = self.flag(body)?;
                    let inner = self.mnemonic(body)?;
                    out.push(Node::Optional { len: inner.len() as u16, flag });
                    out.extend(inner);
                    rest = tail;
                }
                _ => {
                    let end = rest.find(['<', '{']).unwrap_or(rest.len());
                    let (word, tail) = rest.split_at(end);
                    if !word.chars().all(|c| is_name_char(c) || c == '.') {
                        return Err(self.fail(word, format!("bad mnemonic `{word}`")));
                    }
                    out.push(self.word(word));
                    rest = tail;
                }
            }
        }
        Ok(out)
    }

    /// The text between the first character of `text` and `close`, and what follows.
    fn until(&self, text: &'a str, close: char) -> Result<(&'a str, &'a str), Fail> {
        match text.get(1..).unwrap_or("").split_once(close) {
            Some(parts) => Ok(parts),
            None => Err(self.fail(text, format!("`{close}` is missing"))),
        }
    }

    /// The text in the braces that `text` begins with, and what follows.
    fn braces(&self, text: &'a str) -> Result<(&'a str, &'a str), Fail> {
        let mut depth = 0;
        for (at, c) in text.char_indices() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                return Ok((text.get(1..at).unwrap_or(""), text.get(at + 1..).unwrap_or("")));
            }
        }
        Err(self.fail(text, "`}` is missing"))
    }

    fn flag(&mut self, body: &'a str) -> Result<(Flag, &'a str), Fail> {
        let Some((head, rest)) = body.split_once('?') else { return Ok((Flag::None, body)) };
        let (name, present) = head.strip_prefix('!').map_or((head, 1), |name| (name, 0));
        if name == "it" && present == 0 {
            return Ok((Flag::OutsideIt, rest));
        }
        match self.row.slot(name) {
            Some(slot) if self.row.at(slot).is_some_and(|slot| slot.width == 1) => Ok((Flag::Slot { slot, present }, rest)),
            Some(_) => Err(self.fail(body, format!("flag `{name}` is wider than one bit"))),
            None => Err(self.fail(body, format!("no field `{name}`"))),
        }
    }

    fn items(&mut self, text: &'a str) -> Result<Vec<Node>, Fail> {
        let mut out: Vec<Node> = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let glued =
                text.get(..text.len() - rest.len()).and_then(|before| before.chars().next_back()).is_some_and(is_name_char);
            rest = match c {
                ' ' => rest.get(1..).unwrap_or(""),
                '{' => self.group(rest, &mut out)?,
                '<' => self.angle(rest, glued, &mut out)?,
                '+' if rest.starts_with("+/-") => self.signed(rest, &mut out)?,
                '#' => self.number(rest, &mut out)?,
                ':' if rest.starts_with(":+") => self.span(rest, &mut out)?,
                _ if is_name_char(c) => {
                    if glued || text.get(..text.len() - rest.len()).is_some_and(|before| before.ends_with('>')) {
                        out.push(Node::Glue);
                    }
                    self.name(rest, &mut out)?
                }
                _ => {
                    out.push(Node::Punct(c));
                    rest.get(c.len_utf8()..).unwrap_or("")
                }
            };
        }
        Ok(out)
    }

    /// `{ list }`, `{ Vt.T x4 }`, `{Xn=30}`, `{F?text}`.
    fn group(&mut self, rest: &'a str, out: &mut Vec<Node>) -> Result<&'a str, Fail> {
        let (body, tail) = self.braces(rest)?;
        if !body.starts_with(' ') || self.row.set == Set::Riscv {
            let (flag, body) = self.flag(body)?;
            let inner = self.items(body)?;
            if inner.is_empty() {
                return Err(self.fail(rest, "empty optional text"));
            }
            out.push(Node::Optional { len: inner.len() as u16, flag });
            out.extend(inner);
            return Ok(tail);
        }
        let body = body.trim();
        if body == "list" {
            let Some(slot) = self.row.slot("list") else { return Err(self.fail(body, "no field `list`")) };
            out.push(Node::Mask { slot });
            return Ok(tail);
        }
        if body == "tiles" {
            let Some(slot) = self.row.slot("tiles") else { return Err(self.fail(body, "no field `tiles`")) };
            if self.row.at(slot).is_some_and(|slot| slot.width != 8) {
                return Err(self.fail(body, "field `tiles` must have 8 bits"));
            }
            out.push(Node::Tiles { slot });
            return Ok(tail);
        }
        let (element, count) = body.rsplit_once(" x").unwrap_or((body, "1"));
        let inner = self.items(element)?;
        match inner.first() {
            Some(Node::Register { class: ClassOf::Fixed(Class::Za), .. } | Node::Word(_) | Node::Keyword { .. })
                if count == "1" =>
            {
                out.push(Node::Punct('{'));
                out.extend(inner);
                out.push(Node::Punct('}'));
                return Ok(tail);
            }
            Some(Node::Register { .. }) => {}
            _ => {
                return Err(self
                    .fail(rest, "`{ ` begins a register list, and no register follows (write optional text without the blank)"))
            }
        }
        let (count, stride) = count.trim().split_once('/').unwrap_or((count.trim(), "1"));
        let Ok(stride) = stride.parse::<u8>() else { return Err(self.fail(body, "bad stride")) };
        let count = match count.parse::<u8>() {
            Ok(count) => Count::Fixed(count),
            Err(_) => {
                let count = value(self.row, self.line, count)?;
                Count::Value(self.value(count))
            }
        };
        out.push(Node::List { len: inner.len() as u16, count, stride });
        out.extend(inner);
        Ok(tail)
    }

    /// `<table>`, `<table=default>`, `<R>d|SP`.
    fn angle(&mut self, rest: &'a str, glued: bool, out: &mut Vec<Node>) -> Result<&'a str, Fail> {
        let (name, tail) = self.until(rest, '>')?;
        let end = tail.find(|c| !is_name_char(c)).unwrap_or(tail.len());
        let (suffix, after) = tail.split_at(end);
        let letter = self.row.keywords.iter().find(|keywords| keywords.table.name == name);
        let letter = letter
            .and_then(|keywords| keywords.table.entries.first())
            .and_then(|entry| entry.words.first())
            .cloned()
            .unwrap_or_default();
        if !suffix.is_empty() {
            if let Some(parts) = self.resolve(&letter.to_ascii_uppercase(), suffix) {
                let Node::Keyword { table, .. } = self.keyword(name)? else { return Ok(after) };
                return self.register(ClassOf::Table(table), parts, 1, 0, after, out);
            }
        }
        if glued {
            out.push(Node::Glue);
        }
        out.push(self.keyword(name)?);
        Ok(tail)
    }

    fn keyword(&mut self, text: &'a str) -> Result<Node, Fail> {
        let (name, default) = text.split_once('=').map_or((text, None), |(name, word)| (name, Some(word)));
        let Some(table) = self.row.keywords.iter().position(|keywords| keywords.table.name == name) else {
            return Err(self.fail(text, format!("unknown table `{name}`")));
        };
        let default = match default {
            None => u16::MAX,
            Some(word) => {
                let entries = self.row.keywords.get(table).map(|keywords| keywords.table.entries.as_slice()).unwrap_or(&[]);
                match entries.iter().position(|entry| entry.words.iter().any(|known| known == word)) {
                    Some(entry) => entry as u16,
                    None => return Err(self.fail(text, format!("table `{name}` has no word `{word}`"))),
                }
            }
        };
        Ok(Node::Keyword { table: table as u8, default })
    }

    /// `+/-#imm12`, `+/-Rm`.
    fn signed(&mut self, rest: &'a str, out: &mut Vec<Node>) -> Result<&'a str, Fail> {
        let Some(sign) = self.row.slot("U") else { return Err(self.fail(rest, "`+/-` needs field `U`")) };
        let body = rest.get(3..).unwrap_or("");
        let before = out.len();
        let tail = if body.starts_with('#') { self.number(body, out)? } else { self.name(body, out)? };
        match out.get_mut(before) {
            Some(Node::Register { sign: place, .. }) => *place = sign,
            Some(Node::Immediate { value, .. }) => {
                let value = usize::from(*value);
                if let Some(value) = self.row.values.get_mut(value) {
                    if value.rule != Rule::Unsigned || value.table != NONE || value.add != 0 {
                        return Err(Fail::at(self.line, rest, "`+/-` takes fields only"));
                    }
                    value.rule = Rule::SignMagnitude;
                    value.parts.insert(0, sign);
                }
            }
            _ => return Err(self.fail(rest, "`+/-` needs an operand")),
        }
        Ok(tail)
    }

    /// `#imm`, `#64`, `#0.0`, `#<table>`.
    fn number(&mut self, rest: &'a str, out: &mut Vec<Node>) -> Result<&'a str, Fail> {
        let body = rest.get(1..).unwrap_or("");
        if body.starts_with('<') {
            out.push(Node::Punct('#'));
            return Ok(body);
        }
        let end = extent(body);
        let (text, tail) = body.split_at(end);
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit()) {
            let fraction =
                tail.strip_prefix('.').map_or(0, |tail| tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len()));
            out.push(Node::Punct('#'));
            if fraction > 0 {
                let (text, tail) = body.split_at(end + 1 + fraction);
                out.push(Node::Decimal(self.names.add(text)));
                return Ok(tail);
            }
            out.push(self.literal_number(text)?);
            return Ok(tail);
        }
        self.immediate(text, tail, true, out)
    }

    fn literal_number(&self, text: &'a str) -> Result<Node, Fail> {
        text.parse().map(Node::Number).map_err(|_| self.fail(text, format!("bad number `{text}`")))
    }

    fn immediate(&mut self, text: &'a str, tail: &'a str, hash: bool, out: &mut Vec<Node>) -> Result<&'a str, Fail> {
        let read = value(self.row, self.line, text)?;
        let value = self.value(read);
        let (default, tail) = self.default(tail)?;
        out.push(Node::Immediate { value, hash, hex: text.starts_with("hex("), default });
        Ok(tail)
    }

    /// `0:+3` behind a value: the same value plus 3.
    fn span(&mut self, rest: &'a str, out: &mut Vec<Node>) -> Result<&'a str, Fail> {
        let body = rest.get(2..).unwrap_or("");
        let end = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
        let (digits, tail) = body.split_at(end);
        let last = out.iter().rev().find_map(|node| if let Node::Immediate { value, .. } = node { Some(*value) } else { None });
        let last = last.and_then(|value| self.row.values.get(usize::from(value))).cloned();
        let (Some(mut value), Ok(more)) = (last, digits.parse::<i32>()) else {
            return Err(self.fail(rest, "`:+` needs a value before and a number behind it"));
        };
        value.add += more;
        let value = self.value(value);
        out.push(Node::Punct(':'));
        out.push(Node::Immediate { value, hash: false, hex: false, default: Default::Zero });
        Ok(tail)
    }

    /// A word: an arrangement, an operand named after its field, a rule, or literal text.
    fn name(&mut self, rest: &'a str, out: &mut Vec<Node>) -> Result<&'a str, Fail> {
        let end = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        if matches!(out.last(), Some(Node::Punct('.'))) {
            let table = self.row.keywords.iter().any(|keywords| keywords.table.name == word);
            let node = if table { self.keyword(word)? } else { self.word(word) };
            out.push(node);
            return Ok(tail);
        }
        if word.bytes().all(|c| c.is_ascii_digit()) {
            out.push(self.literal_number(word)?);
            return Ok(tail);
        }
        if tail.starts_with('(') && is_rule(word) {
            let (text, tail) = rest.split_at(extent(rest));
            return self.immediate(text, tail, self.row.set != Set::Riscv, out);
        }
        for (letter, class) in classes(self.row.set) {
            let Some(suffix) = word.strip_prefix(letter) else { continue };
            let Some(parts) = self.resolve(letter, suffix) else { continue };
            let (mul, tail) = self.factor(tail, '*', 1)?;
            let (add, tail) = self.factor(tail, '+', 0)?;
            let add = if word.ends_with('\'') { add + 8 } else { add };
            return self.register(ClassOf::Fixed(*class), parts, mul, add, tail, out);
        }
        if self.row.slot(word).is_some() {
            let (text, tail) = rest.split_at(extent(rest));
            return self.immediate(text, tail, false, out);
        }
        if !is_name(word) && !word.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.fail(word, format!("cannot read `{word}`")));
        }
        out.push(self.word(word));
        Ok(tail)
    }

    fn factor(&self, text: &'a str, sign: char, otherwise: i32) -> Result<(i32, &'a str), Fail> {
        let Some(body) = text.strip_prefix(sign) else { return Ok((otherwise, text)) };
        let end = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
        let (digits, tail) = body.split_at(end);
        match digits.parse() {
            Ok(number) => Ok((number, tail)),
            Err(_) => Err(self.fail(text, format!("expected a number behind `{sign}`"))),
        }
    }

    /// The slots that hold the register `letter` + `suffix`.
    fn resolve(&self, letter: &str, suffix: &str) -> Option<Vec<u8>> {
        if !suffix.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) {
            return None;
        }
        let row = &*self.row;
        let own = || row.slot(&[letter, suffix].concat());
        match row.set {
            Set::A64 => own().or_else(|| row.slot(&["R", suffix].concat())).map(|slot| Vec::from([slot])),
            Set::Riscv => own().or_else(|| row.slot(&["r", suffix].concat())).map(|slot| Vec::from([slot])),
            Set::A32 | Set::T32 => {
                if let Some(slot) = own() {
                    return Some(Vec::from([slot]));
                }
                if letter == "R" {
                    return None;
                }
                let low = row.slot(&["V", suffix].concat())?;
                Some(match row.slot(&suffix.to_ascii_uppercase()) {
                    Some(bit) if letter == "S" => Vec::from([low, bit]),
                    Some(bit) => Vec::from([bit, low]),
                    None => Vec::from([low]),
                })
            }
        }
    }

    fn register(
        &mut self,
        class: ClassOf,
        parts: Vec<u8>,
        mul: i32,
        add: i32,
        rest: &'a str,
        out: &mut Vec<Node>,
    ) -> Result<&'a str, Fail> {
        let mut rest = rest;
        let mut extra = 0;
        while let Some(body) = rest.strip_prefix('|') {
            let end = body.find(|c| !is_name_char(c)).unwrap_or(body.len());
            let (word, tail) = body.split_at(end);
            extra |= match word {
                "SP" | "sp" => SP,
                "pc" => PC,
                "zr" => ZR,
                _ => return Err(self.fail(body, format!("`|{word}` is none of `|SP`, `|sp`, `|pc`, `|zr`"))),
            };
            rest = tail;
        }
        let value = self.value(Value {
            kind: Kind::Register,
            rule: Rule::Unsigned,
            origin: None,
            mul,
            add,
            table: NONE,
            factor: 0,
            parts,
        });
        let (default, rest) = self.default(rest)?;
        out.push(Node::Register { class, value, extra, sign: NONE, default });
        Ok(rest)
    }

    /// `=30`, `=Rn`.
    fn default(&mut self, rest: &'a str) -> Result<(Default, &'a str), Fail> {
        let Some(body) = rest.strip_prefix('=') else { return Ok((Default::Zero, rest)) };
        let end = body.find(|c| !is_name_char(c)).unwrap_or(body.len());
        let (word, tail) = body.split_at(end);
        if let Ok(number) = word.parse() {
            return Ok((Default::Number(number), tail));
        }
        let mut other = Vec::new();
        self.name(word, &mut other)?;
        match other.as_slice() {
            [Node::Register { value, .. }] => Ok((Default::Same(*value), tail)),
            _ => Err(self.fail(body, format!("default `{word}` is neither a number nor an operand"))),
        }
    }

    /// The number of the value, which is added if it is new.
    fn value(&mut self, value: Value) -> u8 {
        let known = self.row.values.iter().position(|known| *known == value);
        known.unwrap_or_else(|| {
            self.row.values.push(value);
            self.row.values.len() - 1
        }) as u8
    }
}
