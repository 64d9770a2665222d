//! Plans of fields, constraints and derived fields of all shapes. Those of the tables are compared form by form by
//! `macro/front/tests/compact.rs`.

use super::*;
use crate::encoding::{Encoding, Relation};
use alloc::{vec, vec::Vec};

fn fields() -> Vec<Field> {
    let mut out = Vec::new();
    for rule in [Rule::Unsigned, Rule::Signed, Rule::Pattern, Rule::Extended32, Rule::Logical64, Rule::T32Immediate] {
        for width in [1, 4, 5, 8, 12, 13, 31, 32, 33, 64] {
            for (mul, add) in [(1, 0), (2, 0), (128, 0), (4096, 0), (-1, 64), (3, 0), (1, 1)] {
                for (min, max) in [(i64::MIN, i64::MAX), (0, i64::MAX), (i64::MIN, 14), (1, 100), (-4, 1 << 40)] {
                    let kind = [Kind::Register, Kind::Immediate, Kind::Target][out.len() % 2 + usize::from(mul == 4096)];
                    let field = Field { mul, add, min, max, ..Field::new(kind, rule, width, 5) };
                    let mut split = Field { len: 2, ..field };
                    split.pieces[0] = Piece { from: 0, width: width / 2, to: 40 };
                    split.pieces[1] = Piece { from: width / 2, width: width - width / 2, to: 2 };
                    out.extend([field, Field { len: 0, ..field }, split]);
                }
            }
        }
    }
    out
}

fn values() -> Vec<i64> {
    let bits = [0, 3, 4, 5, 7, 8, 12, 15, 24, 31, 32, 33, 62, 63];
    let ends = bits.into_iter().flat_map(|n| [-1, 0, 1].map(|d| (1i64 << n).wrapping_add(d)));
    ends.flat_map(|x| [x, x.wrapping_neg()]).chain([13, 14, 15, 30, 100, 3 * 7, i64::MIN]).collect()
}

fn unit<'a>(fields: &'a [&'a Field]) -> Unit<'a> {
    Unit { at: 1, len: 13, form: 300, fields, again: &[], derived: &[], relations: &[] }
}

fn encoding<'a>(unit: &Unit<'a>) -> Encoding<'a> {
    Encoding { form: unit.form, template: &[0x55; 13], fields: unit.fields, derived: unit.derived, relations: unit.relations }
}

/// The words of values, as their fields need them; `None` if one has none.
fn words(unit: &Unit<'_>, values: &[i64]) -> Option<Vec<u32>> {
    let mut out = Vec::new();
    for (value, travel) in values.iter().zip(travel(unit)) {
        let (low, signed, unsigned) = (*value as u32, *value == i64::from(*value as i32), *value == i64::from(*value as u32));
        match travel {
            Travel::Bits if !signed && !unsigned => return None,
            Travel::Signed if !signed => return None,
            Travel::Pair => out.extend([low, (*value >> 32) as u32]),
            _ => out.push(low),
        }
    }
    Some(out)
}

/// Compares a plan with the encoding of its instruction, for some values.
fn agrees(unit: &Unit<'_>, values: &[i64]) {
    let plan = write(&[0x55; 14], core::slice::from_ref(unit)).expect("a plan");
    assert_eq!(length(&plan), 14);
    let mut expected = [0x55; 14];
    let result = encoding(unit).encode(values, &mut expected[1..]);
    let result = result.map_err(|fault| Failure { at: 1, form: 300, fault });
    let mut code = [0; 14];
    assert_eq!(encode(&plan, Values::Exact(values), &mut code), result, "{values:?} {unit:?}");
    match words(unit, values) {
        Some(words) => {
            assert_eq!(encode(&plan, Values::Words(&words), &mut code), result, "{values:?} {unit:?}");
            assert_eq!(encode(&plan, Values::Words(&words), &mut []), result, "without room");
        }
        None => assert!(result.is_err(), "{values:?} has no word: {unit:?}"),
    }
    if result.is_ok() {
        assert_eq!(code, expected, "{values:?} {unit:?}");
    }
}

#[test]
fn numbers_of_rules_and_orders() {
    assert!(Rule::ALL.len() <= 64 && (0..).zip(Rule::ALL).all(|(number, rule)| *rule as u8 == number));
    assert!((0..).zip(Order::ALL).all(|(number, order)| order as u8 == number));
    assert!([Kind::Register, Kind::Immediate, Kind::Target].into_iter().all(|one| kind(one as u8) == one));
}

#[test]
fn fields_of_all_shapes() {
    for field in fields() {
        for value in values() {
            agrees(&unit(&[&field]), &[value]);
        }
    }
}

#[test]
fn the_fields_of_tables_are_short() {
    let bytes = |field: &Field| write(&[], &[Unit { at: 0, len: 4, form: 1, ..unit(&[field]) }]).expect("a plan").len() - 4;
    let register = Field::new(Kind::Register, Rule::Unsigned, 5, 16);
    assert_eq!(bytes(&register), 1);
    assert_eq!(bytes(&Field { min: 0, max: 31, ..register }), 1, "limits of the width are none");
    assert_eq!(bytes(&Field { max: 30, ..register }), 2);
    assert_eq!(bytes(&Field { max: 15, ..register }), 4);
    assert_eq!(bytes(&Field { mul: 8, ..Field::new(Kind::Immediate, Rule::Unsigned, 12, 10) }), 3);
    assert_eq!(bytes(&Field::new(Kind::Immediate, Rule::Signed, 32, 100)), 3);
}

#[test]
fn constraints_and_derived_fields() {
    let small = Field::new(Kind::Immediate, Rule::Unsigned, 6, 0);
    let fields = [&small, &small, &small];
    let sum = |terms: [(u8, i16); 4], constant| Sum { terms, constant };
    let sums = [
        sum([(0, 1), (0, 0), (0, 0), (0, 0)], -13),
        sum([(1, 1), (0, 0), (0, 0), (0, 0)], -32),
        sum([(0, 1), (1, -1), (2, 300), (0, 2)], -1),
        sum([(2, 1), (1, 1), (0, 0), (0, 0)], 1 << 40),
        sum([(0, 0), (1, 1), (0, 0), (0, 0)], 5),
        sum([(0, 0); 4], i64::MIN),
    ];
    let lists = [[0, 0, 0], [13, 32, 0], [1, 2, 3], [63, 63, 63], [5, 31, 1], [64, 0, 0], [0, 0, -1]];
    for left in sums {
        for order in Order::ALL {
            for blame in [0, 1, 2] {
                let compare = Some(Compare { left, order });
                let other = Some(Compare { left: sums[1], order: Order::Equal });
                for any in [[compare, None, None, None], [compare, other, None, None], [None; 4], [other, other, other, compare]]
                {
                    let relations = [Relation { any, blame }, Relation { any: [other, compare, None, None], blame: 1 }];
                    let field = Field::new(Kind::Immediate, Rule::Unsigned, 9, 33);
                    let derived = [Derived { sum: left, flip: 0x1ff, field }, Derived { sum: sums[2], flip: 0, field: small }];
                    for list in lists {
                        agrees(&Unit { relations: &relations, ..unit(&fields) }, &list);
                        agrees(&Unit { relations: &relations[1..], derived: &derived, ..unit(&fields) }, &list);
                        agrees(&Unit { derived: &derived, ..unit(&fields) }, &list);
                    }
                }
            }
        }
    }
}

#[test]
fn several_instructions_and_values_that_come_again() {
    let register = Field::new(Kind::Register, Rule::Unsigned, 5, 0);
    let mask = Field::new(Kind::Immediate, Rule::Logical64, 13, 0);
    let (one, two) = ([&register], [&register; 2]);
    let first = Unit { at: 0, len: 2, form: 1, ..unit(&one) };
    let second = Unit { at: 4, len: 1, form: 2, again: &[None, Some(0)], ..unit(&two) };
    let fields = [&register, &mask];
    let wide = Unit { at: 5, len: 4, form: 3, ..unit(&fields) };
    let plan =
        write(&[0; 10], &[first, second, wide, Unit { again: &[Some(2), Some(4)], at: 9, len: 1, ..wide }]).expect("a plan");
    let run = |words: [u32; 6]| {
        let mut code = [0xee; 10];
        encode(&plan, Values::Words(&words), &mut code).map(|()| code)
    };
    // Two words each in the third and in the fourth: 7, and then a mask of one bit, which has the code 0x1000.
    assert_eq!(run([9, 8, 7, 0, 1, 0]), Ok([9, 0, 0, 0, 8 ^ 9, 7, 0x10, 0, 0, 7]));
    let failure = |at, form, operand, reason| Err(Failure { at, form, fault: Fault { operand, reason } });
    assert_eq!(run([32, 8, 7, 0, 1, 0]), failure(0, 1, 0, Reason::RegisterRange));
    assert_eq!(run([9, 99, 7, 0, 1, 0]), failure(4, 2, 0, Reason::RegisterRange));
    assert_eq!(run([9, 8, 7, 1, 1, 0]), failure(5, 3, 0, Reason::RegisterRange));
    assert_eq!(run([9, 8, 7, 0, 0, 0]), failure(5, 3, 1, Reason::ImmediateEncoding));
}

#[test]
fn what_a_plan_cannot_hold() {
    let field = Field::new(Kind::Register, Rule::Unsigned, 5, 0);
    let many = vec![&field; MAX_VALUES + 1];
    assert!(write(&[0; 14], &[unit(&many[1..])]).is_some());
    assert_eq!(write(&[0; 14], &[unit(&many)]), None);
    assert_eq!(write(&[0; 16], &[Unit { len: 16, ..unit(&many[..1]) }]), None);
    assert_eq!(write(&[0; 14], &[Unit { again: &[Some(32)], ..unit(&many[..1]) }]), None);
    assert_eq!(write(&[0; 14], &[unit(&[]), unit(&[])]), None, "they overlap");
}

#[test]
fn any_bytes_are_a_plan() {
    let mut state = 1u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..20_000 {
        let plan: Vec<u8> = (0..next() % 60).map(|n| if n == 0 { (next() % 20) as u8 } else { next() as u8 }).collect();
        let words: Vec<u32> = (0..next() % 9).map(|_| (next() >> (next() % 60)) as u32).collect();
        let exact: Vec<i64> = words.iter().map(|word| i64::from(*word) << 20).collect();
        let mut code = [0; 24];
        let _ = (length(&plan), encode(&plan, Values::Words(&words), &mut code), encode(&plan, Values::Exact(&exact), &mut []));
    }
}
