//! Lists whose text is a mask: of registers (A32, T32), of tiles (SME).

use super::{At, Matcher, Rest};
use crate::fixed::register;
use crate::fixed::table::{Class, PC, SP};
use crate::fixed::token::{Binding, CodeOf, Given, Token};
use crate::rule::{tile_mask, Rule};
use alloc::string::String;

impl Matcher<'_, '_, '_> {
    /// `{r0-r3, lr}` as a mask.
    pub(super) fn mask(&self, at: At) -> Result<(u64, At), At> {
        if !self.punct(at, '{') {
            return Err(at);
        }
        let mut at = at.next();
        let mut mask = 0u64;
        loop {
            let one = |at: At| match self.register_of(Class::R, SP | PC, at, false) {
                Some((Given::Known(number), end)) => Ok((number, end)),
                _ => Err(at),
            };
            let (first, end) = one(at)?;
            at = end;
            let mut last = first;
            if self.punct(at, '-') {
                (last, at) = one(at.next())?;
            }
            // A range runs upwards, and no register appears twice.
            let range = (first..=last).fold(0, |range, number| range | 1u64.checked_shl(number as u32).unwrap_or(0));
            if range == 0 || mask & range != 0 {
                return Err(at);
            }
            mask |= range;
            if self.punct(at, '}') {
                return Ok((mask, at.next()));
            }
            if !self.punct(at, ',') {
                return Err(at);
            }
            at = at.next();
        }
    }

    /// `{za0.s, za3.d}`, `{za}`, `{}` or `{ZA(n).s}`; every tile is part of the mask in `slot`.
    pub(super) fn tiles(&mut self, slot: u8, from: usize, to: usize, at: At, rest: &Rest<'_>) -> bool {
        let expected = || String::from("a list of tiles in braces, such as `{za0.s, za1.s}` or `{za}`");
        if !self.punct(at, '{') {
            return self.fail(at, expected);
        }
        let mut mask = 0;
        let mut first = true;
        let mut at = at.next();
        while !self.punct(at, '}') {
            if !first {
                if !self.punct(at, ',') {
                    return self.fail(at, || String::from("`,` or `}`"));
                }
                at = at.next();
            }
            let bytes = match (self.punct(at.next(), '.'), self.token(at.next().next())) {
                (true, Some(Token::Word { text, .. })) => {
                    ["b", "h", "s", "d"].iter().position(|size| *size == text).map(|log| 1u8 << log)
                }
                _ => None,
            };
            let end = At { token: at.token + 3, byte: 0 };
            match (self.token(at), bytes) {
                (Some(Token::Word { text: "za", .. }), None) => {
                    mask = 0xff;
                    at = at.next();
                }
                (Some(Token::Word { text, .. }), Some(bytes)) => {
                    let number = register::number(self.view.table.set, Class::Za, text, 0);
                    let tile = number.and_then(|number| tile_mask(bytes, u8::try_from(number).ok()?));
                    let Some(tile) = tile else { return self.fail(at, expected) };
                    mask |= u64::from(tile);
                    at = end;
                }
                // A run-time tile stands alone.
                (Some(Token::Register { class: "za", value }), Some(bytes)) if first && self.punct(end, '}') => {
                    let rule = match bytes {
                        2 => Rule::TileMask16,
                        4 => Rule::TileMask32,
                        8 => Rule::TileMask64,
                        _ => return self.fail(at, expected),
                    };
                    let given = Given::Unknown { value, low: 0, high: Class::Za.count() - 1 };
                    let binding = Binding::Code { of: CodeOf::Tile(slot, rule), given, token: at.token };
                    return self.binding(binding, from, to, end.next(), rest);
                }
                (Some(Token::Register { class: "za", .. }), Some(_)) => {
                    return self.fail(at, || String::from("a list of one tile, if its number is known at run time only"))
                }
                _ => return self.fail(at, expected),
            }
            first = false;
        }
        self.binding(Binding::Slot { slot, value: mask }, from, to, at.next(), rest)
    }
}
