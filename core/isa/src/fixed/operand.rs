//! What an operand's number is: which bits of which slots, under which rule; and as a [`Field`] of the instruction.

use super::table::{Class, Form, Keywords, Node, Set, Slot, SlotKind, Table, Value, NONE};
use crate::field::{ones, Field, Kind, Piece};
use crate::relocation::Relocation;
use crate::rule::Rule;
use alloc::{vec, vec::Vec};

/// A form with its lists looked up.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The table.
    pub table: Table<'a>,
    /// The form.
    pub form: &'a Form,
    /// Its slots.
    pub slots: &'a [Slot],
    /// Its keyword tables.
    pub keywords: &'a [Keywords],
    /// Its values.
    pub values: &'a [Value],
    /// The syntax of its operands.
    pub operands: &'a [Node],
}

impl<'a> View<'a> {
    /// The form with this index.
    pub fn new(table: &Table<'a>, form: u16) -> Option<View<'a>> {
        let form = table.forms.get(usize::from(form))?;
        Some(View {
            table: *table,
            form,
            slots: form.slots.of(table.slots),
            keywords: form.keywords.of(table.keywords),
            values: form.values.of(table.values),
            operands: form.operands.of(table.nodes),
        })
    }

    /// A slot by number.
    pub fn slot(&self, slot: u8) -> Option<&'a Slot> {
        self.slots.get(usize::from(slot))
    }

    /// The slot with this name.
    pub fn named(&self, name: &str) -> Option<u8> {
        self.slots.iter().position(|slot| self.table.str(slot.name) == name).and_then(|n| u8::try_from(n).ok())
    }

    /// The instruction bit of a bit of a slot.
    pub fn bit(&self, place: Place) -> Option<u8> {
        let slot = self.slot(place.slot)?;
        let pieces = slot.pieces.of(self.table.pieces);
        let piece = pieces.iter().find(|piece| place.bit >= piece.from && place.bit - piece.from < piece.width)?;
        Some(piece.to + (place.bit - piece.from))
    }

    /// Where the bits of a concatenation are, lowest first.
    pub fn places(&self, parts: &[u8]) -> Vec<Place> {
        let mut out = Vec::new();
        for part in parts.iter().rev() {
            let width = self.slot(*part).map_or(0, |slot| slot.width);
            out.extend((0..width).map(|bit| Place { slot: *part, bit }));
        }
        out
    }
}

/// A bit of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The slot.
    pub slot: u8,
    /// The bit.
    pub bit: u8,
}

/// What is known of the slots of a form.
#[derive(Clone, Debug)]
pub struct Bits {
    known: Vec<(u64, u64)>,
}

impl Bits {
    /// Only the constants are known.
    pub fn new(view: &View<'_>) -> Bits {
        let known = view.slots.iter().map(|slot| match slot.kind {
            SlotKind::Constant(value) => (u64::MAX, u64::from(value)),
            _ => (0, 0),
        });
        Bits { known: known.collect() }
    }

    /// Which bits of a slot are known, and their values.
    pub fn get(&self, slot: u8) -> (u64, u64) {
        self.known.get(usize::from(slot)).copied().unwrap_or((0, 0))
    }

    /// The value of a slot that is wholly known.
    pub fn value(&self, view: &View<'_>, slot: u8) -> Option<u64> {
        let width = view.slot(slot)?.width;
        let (mask, bits) = self.get(slot);
        (mask & ones(width) == ones(width)).then_some(bits & ones(width))
    }

    /// Notes bits of a slot; false if something else is known already.
    pub fn put(&mut self, slot: u8, mask: u64, bits: u64) -> bool {
        let Some(known) = self.known.get_mut(usize::from(slot)) else { return false };
        if known.0 & mask & (known.1 ^ bits) != 0 {
            return false;
        }
        known.0 |= mask;
        known.1 |= bits & mask;
        true
    }

    /// Notes bits at places.
    pub fn put_places(&mut self, places: &[Place], mask: u64, bits: u64) -> bool {
        (0u32..).zip(places).all(|(n, place)| {
            mask.checked_shr(n).unwrap_or(0) & 1 == 0
                || self.put(place.slot, 1 << place.bit, (bits.checked_shr(n).unwrap_or(0) & 1) << place.bit)
        })
    }

    /// Known bits at places.
    pub fn at_places(&self, places: &[Place]) -> (u64, u64) {
        let (mut mask, mut bits) = (0, 0);
        for (n, place) in (0u32..64).zip(places) {
            let (known, value) = self.get(place.slot);
            mask |= (known >> place.bit & 1) << n;
            bits |= (value >> place.bit & 1) << n;
        }
        (mask, bits)
    }
}

/// What an operand's number is.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What it is.
    pub kind: Kind,
    /// How the scaled number becomes raw bits.
    pub rule: Rule,
    /// Scale.
    pub mul: i32,
    /// Bias.
    pub add: i32,
    /// Where the raw bits are, lowest first.
    pub places: Vec<Place>,
    /// The kind of reference, for branch targets.
    pub relocation: Option<Relocation>,
}

impl Operand {
    /// The operand of a value, with `class` if it is a register; `entries` are the chosen entries of the form's tables. `None`
    /// if it depends on a table of which no entry is chosen.
    pub fn of(view: &View<'_>, value: &Value, class: Option<Class>, entries: &[Option<u16>]) -> Option<Operand> {
        let parts = value.parts.of(view.table.parts);
        let mut places = match parts {
            [slot] if matches!(view.slot(*slot)?.kind, SlotKind::Letter(_)) => letter_places(view, *slot, entries)?,
            _ => view.places(parts),
        };
        let neon = matches!(view.table.set, Set::A32 | Set::T32) && class == Some(Class::Q) && places.len() == 5;
        if neon {
            places.remove(0); // a Q register is an even D register: bit 0 stays clear
        }
        let mut add = value.add;
        if value.table != NONE {
            let entry = entries.get(usize::from(value.table)).copied().flatten()?;
            add = add.checked_add(i32::from(value.factor) * i32::from(view.entry(value.table, entry)?.number))?;
        }
        Some(Operand { kind: value.kind, rule: value.rule, mul: value.mul, add, places, relocation: value.relocation })
    }

    /// The bits of a table whose words all say every bit.
    pub fn of_bits(view: &View<'_>, table: u8) -> Option<Operand> {
        let keywords = view.keywords.get(usize::from(table))?;
        let whole = keywords.entries.of(view.table.entries).iter().all(|entry| u64::from(entry.mask) == ones(keywords.width));
        let places = view.places(keywords.parts.of(view.table.parts));
        whole.then_some(Operand { kind: Kind::Immediate, rule: Rule::Unsigned, mul: 1, add: 0, places, relocation: None })
    }

    /// The mask of a list of registers or tiles.
    pub fn of_slot(view: &View<'_>, slot: u8) -> Operand {
        Operand { kind: Kind::Immediate, rule: Rule::Unsigned, mul: 1, add: 0, places: view.places(&[slot]), relocation: None }
    }

    /// The number of the only tile of a list.
    pub fn of_tile(view: &View<'_>, slot: u8, rule: Rule) -> Operand {
        Operand { kind: Kind::Register, rule, ..Operand::of_slot(view, slot) }
    }

    /// The number of an `open` table, or of one whose words are numbers that lie on a line.
    pub fn of_table(view: &View<'_>, table: u8) -> Option<Operand> {
        let keywords = view.keywords.get(usize::from(table))?;
        let places = view.places(keywords.parts.of(view.table.parts));
        let mut operand = Operand { kind: Kind::Immediate, rule: Rule::Unsigned, mul: 1, add: 0, places, relocation: None };
        if keywords.open {
            return Some(operand);
        }
        let entries = keywords.entries.of(view.table.entries);
        let numbers = entries.iter().map(|entry| {
            let word = entry.words.of(view.table.words).first().map_or("", |word| view.table.str(*word));
            let whole = u64::from(entry.mask) == ones(keywords.width);
            word.parse::<i32>().ok().filter(|_| whole).map(|number| (i64::from(entry.bits), i64::from(number)))
        });
        let numbers = numbers.collect::<Option<Vec<(i64, i64)>>>()?;
        let (first, second) = (numbers.first()?, numbers.get(1)?);
        let mul = second.1.checked_sub(first.1)?.checked_div(second.0.checked_sub(first.0)?)?;
        let add = first.1 - first.0 * mul;
        let straight = numbers.iter().all(|(bits, number)| bits * mul + add == *number);
        // Every code must have its word, or a number could stand for none.
        if !straight || mul == 0 || numbers.len() as u64 != ones(keywords.width) + 1 {
            return None;
        }
        operand.mul = i32::try_from(mul).ok()?;
        operand.add = i32::try_from(add).ok()?;
        Some(operand)
    }

    /// The operand as a field of the instruction, leaving out the raw bits in `without`. `None` if its bits are scattered
    /// over too many places.
    pub fn field(&self, view: &View<'_>, without: u64) -> Option<Field> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (from, place) in (0u8..64).zip(&self.places) {
            if without >> from & 1 != 0 {
                continue;
            }
            let Some(to) = view.bit(*place) else { continue };
            match pieces.last_mut() {
                Some(last) if last.from + last.width == from && last.to + last.width == to => last.width += 1,
                _ => pieces.push(Piece { from, width: 1, to }),
            }
        }
        self.field_of(&pieces)
    }

    /// The operand as a field of these pieces.
    fn field_of(&self, pieces: &[Piece]) -> Option<Field> {
        let width = u8::try_from(self.places.len()).ok()?;
        let mut field = Field { mul: self.mul, add: self.add, ..Field::new(self.kind, self.rule, width, 0) };
        field.len = u8::try_from(pieces.len()).ok()?;
        field.pieces = Default::default();
        field.pieces.get_mut(..pieces.len())?.copy_from_slice(pieces);
        Some(field)
    }

    /// The field whose raw bits are all there, for range checks and words: bits that are constants of the row count.
    pub fn checking(&self, view: &View<'_>) -> Option<Field> {
        let mut placed = (0u32..64).zip(&self.places).fold(0u64, |mask, (n, place)| {
            let Some(slot) = view.slot(place.slot) else { return mask };
            let there = match slot.kind {
                SlotKind::Field => slot.placed >> place.bit & 1,
                _ => 1,
            };
            mask | there << n
        });
        // Pieces that go nowhere: only which raw bits exist matters.
        let mut pieces = vec![];
        while placed != 0 {
            let from = placed.trailing_zeros() as u8;
            let width = (placed >> from).trailing_ones() as u8;
            pieces.push(Piece { from, width, to: u8::MAX });
            placed &= !(ones(width) << from);
        }
        self.field_of(&pieces)
    }
}

/// Where a letter's bits are, in the entry that is chosen for the table which has the letter.
fn letter_places(view: &View<'_>, slot: u8, entries: &[Option<u16>]) -> Option<Vec<Place>> {
    let SlotKind::Letter(letter) = view.slot(slot)?.kind else { return None };
    for (table, keywords) in view.keywords.iter().enumerate() {
        let Some(entry) = entries.get(table).copied().flatten() else { continue };
        let entry = keywords.entries.of(view.table.entries).get(usize::from(entry))?;
        let code = view.places(keywords.parts.of(view.table.parts));
        let letters = entry.letters.of(view.table.letters).iter().filter(|known| known.letter == letter);
        let mut places: Vec<(u8, Place)> = Vec::new();
        for known in letters {
            places.push((known.from, *code.get(usize::from(known.to))?));
        }
        if !places.is_empty() {
            places.sort_by_key(|(from, _)| *from);
            return Some(places.into_iter().map(|(_, place)| place).collect());
        }
    }
    // No chosen entry has the letter: it has no bit, and only 0 will do.
    entries.iter().any(Option::is_some).then(Vec::new)
}

impl<'a> View<'a> {
    /// An entry of one of the form's tables.
    pub fn entry(&self, table: u8, entry: u16) -> Option<&'a super::table::Entry> {
        self.keywords.get(usize::from(table))?.entries.of(self.table.entries).get(usize::from(entry))
    }

    /// The entry of a table that agrees with what is known, if everything that it asks for is known.
    pub fn entry_for(&self, table: u8, bits: &Bits) -> Option<u16> {
        let keywords = self.keywords.get(usize::from(table))?;
        let (mask, value) = bits.at_places(&self.places(keywords.parts.of(self.table.parts)));
        let agrees = |entry: &super::table::Entry| {
            let wanted = u64::from(entry.mask);
            mask & wanted == wanted && (value ^ u64::from(entry.bits)) & wanted == 0
        };
        keywords.entries.of(self.table.entries).iter().position(agrees).and_then(|n| u16::try_from(n).ok())
    }
}
