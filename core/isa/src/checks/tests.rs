//! Tests of fields and constraints of all shapes. Those of the tables are compared form by form by
//! `macro/front/tests/compact.rs`.

use super::*;
use crate::encoding::{Compare, Encoding, Order, Relation, Sum};
use crate::field::{Field, Kind, Piece};
use crate::rule::{Misfit, Rule};
use alloc::{vec, vec::Vec};

/// The code of a value, as an expansion has it.
fn code(field: &Field, value: i64) -> i64 {
    field.rule.encode(value, field.width).map_or_else(Misfit::code, |raw| raw as i64)
}

/// Writes the tests of instructions, whose values are those of all operands in order, and finds what fails.
fn failure(units: &[Unit<'_>], values: &[i64]) -> Option<Option<Failure>> {
    let mut known: Vec<((usize, Source), i64)> = Vec::new();
    let checks = write(units, |unit, source| {
        let first: usize = units.iter().take(unit).map(|unit| unit.fields.len()).sum();
        let value = match source {
            Source::Operand(n) => values[first + n],
            Source::Code(n) => code(units[unit].fields[n], values[first + n]),
            Source::Fault => values[first],
        };
        known.iter().position(|(place, _)| *place == (unit, source)).unwrap_or_else(|| {
            known.push(((unit, source), value));
            known.len() - 1
        })
    })?;
    let values: Vec<i64> = known.into_iter().map(|(_, value)| value).collect();
    let found = check_any(&checks.bytes, &values);
    assert_eq!(check_any(&[&checks.bytes[..], &[0; 9]].concat(), &values), found, "zeros may follow");
    if checks.plain {
        assert_eq!(check(&checks.bytes, &values), found);
    }
    Some(found)
}

fn unit<'a>(fields: &'a [&'a Field], relations: &'a [Relation]) -> Unit<'a> {
    Unit { at: 1, form: 300, fields, relations, encoded: false }
}

/// What the encoding of an instruction says.
fn expected(unit: &Unit<'_>, values: &[i64]) -> Option<Failure> {
    let Unit { at, form, fields, relations, .. } = *unit;
    let encoding = Encoding { form, template: &[0; 16], fields, derived: &[], relations };
    encoding.encode(values, &mut [0; 16]).err().map(|fault| Failure { at, form, fault })
}

fn fields() -> Vec<Field> {
    let mut out = Vec::new();
    let linear = [Rule::Unsigned, Rule::Signed, Rule::Pattern, Rule::Extended16, Rule::Extended32, Rule::Extended64];
    for rule in linear.into_iter().chain([Rule::Logical64, Rule::T32Immediate, Rule::Log2]) {
        for width in [1, 4, 5, 8, 12, 13, 16, 31, 32, 33, 64] {
            for (mul, add) in [(1, 0), (2, 0), (128, 0), (4096, 0), (-1, 64), (-4, 0), (3, 0), (1, 1), (8, -8)] {
                for (min, max) in [(i64::MIN, i64::MAX), (0, i64::MAX), (i64::MIN, 14), (1, 100), (-4, 1 << 40)] {
                    let kind = [Kind::Register, Kind::Immediate, Kind::Target][out.len() % 2 + usize::from(mul == 4096)];
                    let field = Field { mul, add, min, max, ..Field::new(kind, rule, width, 5) };
                    let part = |from, width| {
                        let mut part = field;
                        part.pieces[0] = Piece { from, width, to: 40 };
                        part
                    };
                    out.extend([field, Field { len: 0, ..field }, part(1, width - 1), part(0, width - 1)]);
                }
            }
        }
    }
    out
}

fn values() -> Vec<i64> {
    let bits = [0, 3, 4, 5, 7, 8, 12, 15, 16, 24, 31, 32, 33, 62, 63];
    let ends = bits.into_iter().flat_map(|n| [-128, -4, -1, 0, 1, 4].map(|d| (1i64 << n).wrapping_add(d)));
    ends.flat_map(|x| [x, x.wrapping_neg()]).chain([13, 14, 15, 30, 96, 100, 3 * 7, 0xff80, 0xffff_ff80, i64::MIN]).collect()
}

#[test]
fn reasons_have_numbers() {
    for number in 0..8 {
        assert_eq!(Reason::from_number(number).number(), number);
        let fault = Fault { operand: number * 2, reason: Reason::from_number(number) };
        assert_eq!(Fault::from_number(fault.number()), fault);
        assert_ne!(fault.number(), 0);
    }
}

#[test]
fn fields_of_all_shapes() {
    let mut tested = 0;
    for field in fields() {
        for value in values() {
            let fields = [&field];
            let unit = unit(&fields, &[]);
            if let Some(found) = failure(&[unit], &[value]) {
                tested += 1;
                assert_eq!(found, expected(&unit, &[value]), "{value} in {field:?}");
            }
        }
    }
    assert!(tested > 300_000, "{tested}");
}

#[test]
fn constraints() {
    let small = Field::new(Kind::Immediate, Rule::Unsigned, 6, 0);
    let register = Field::new(Kind::Register, Rule::Unsigned, 5, 0);
    let sum = |terms: [(u8, i16); 4], constant| Sum { terms, constant };
    let sums = [
        sum([(0, 1), (0, 0), (0, 0), (0, 0)], -13),
        sum([(1, 1), (0, 0), (0, 0), (0, 0)], -32),
        sum([(0, 1), (1, -1), (2, 300), (0, 2)], -1),
        sum([(2, 1), (1, 1), (0, 0), (0, 0)], 1 << 40),
        sum([(0, 0), (1, 1), (0, 0), (0, 0)], 5),
        sum([(0, 0); 4], i64::MIN),
    ];
    let lists = [[0, 0, 0], [13, 32, 0], [1, 2, 3], [31, 63, 63], [5, 31, 1], [64, 0, 0], [0, 0, -1], [0, 5, 0]];
    let fields = [&register, &small, &small];
    for left in sums {
        for order in Order::ALL {
            let first = Some(Compare { left, order });
            let second = Some(Compare { left: sum([(1, 1), (0, 0), (0, 0), (0, 0)], -5), order: Order::Equal });
            for any in [[first, None, None, None], [first, second, None, None], [None; 4]] {
                for (blame, list) in (0..3).flat_map(|blame| lists.map(|list| (blame, list))) {
                    let relations = [Relation { any, blame }];
                    let unit = unit(&fields, &relations);
                    let found = failure(&[unit], &list).expect("tests");
                    assert_eq!(found, expected(&unit, &list), "{list:?} {relations:?}");
                }
            }
        }
    }
}

#[test]
fn excluded_numbers_are_a_set() {
    let register = Field::new(Kind::Register, Rule::Unsigned, 5, 0);
    let fields = [&register, &register];
    let not = |operand, number: i64| {
        let left = Sum { terms: [(operand, 1), (0, 0), (0, 0), (0, 0)], constant: -number };
        Relation { any: [Some(Compare { left, order: Order::NotEqual }), None, None, None], blame: operand }
    };
    let relations = [not(0, 13), not(0, 31), not(1, 0), not(1, 40), not(0, 1)];
    let unit = unit(&fields, &relations);
    for list in (-1..34).flat_map(|a| [0, 1, 32].map(|b| [a, b])) {
        assert_eq!(failure(&[unit], &list), Some(expected(&unit, &list)), "{list:?}");
    }
}

#[test]
fn several_instructions() {
    let register = Field::new(Kind::Register, Rule::Unsigned, 5, 0);
    let wide = Field { mul: 8, max: 4096, ..Field::new(Kind::Immediate, Rule::Unsigned, 12, 10) };
    let (two, one) = ([&register, &wide], [&wide]);
    let first = unit(&two, &[]);
    let encoded = Unit { at: 200, form: 2, fields: &one, relations: &[], encoded: true };
    let last = Unit { at: 204, form: u16::MAX, ..unit(&one, &[]) };
    let fault = Fault { operand: 3, reason: Reason::OperandConflict };
    let run = |values: [i64; 4]| failure(&[first, encoded, last], &values).expect("tests");
    let expect = |at, form, operand, reason| Some(Failure { at, form, fault: Fault { operand, reason } });
    assert_eq!(run([1, 8, 0, 8]), None);
    assert_eq!(run([1, 9, fault.number(), 8]), expect(1, 300, 1, Reason::ImmediateAlignment));
    assert_eq!(run([1, 8, fault.number(), 9]), Some(Failure { at: 200, form: 2, fault }));
    assert_eq!(run([1, 8, 0, 4104]), expect(204, u16::MAX, 0, Reason::ImmediateRange));
}

#[test]
fn values_may_come_again() {
    let register = Field::new(Kind::Register, Rule::Unsigned, 4, 0);
    let fields = [&register; 3];
    let unit = Unit { at: 0, form: 1, fields: &fields, relations: &[], encoded: false };
    let places = [200usize, 0, 200];
    let checks = write(&[unit], |_, source| match source {
        Source::Operand(n) => places[n],
        _ => 0,
    });
    let checks = checks.expect("tests").bytes;
    let mut values = vec![0; 201];
    for (place, operand) in [(200, 0), (0, 1)] {
        values.fill(0);
        values[place] = 16;
        let found = check(&checks, &values).map(|failure| failure.fault.operand);
        assert_eq!(found, Some(operand));
    }
    assert_eq!(check(&checks, &[]), None, "missing values are 0");
}

#[test]
fn the_fields_of_tables_are_short() {
    let bytes = |field: &Field| write(&[unit(&[field], &[])], |_, _| 0).expect("tests").bytes.len() - 4;
    let register = Field::new(Kind::Register, Rule::Unsigned, 5, 16);
    assert_eq!(bytes(&register), 1);
    assert_eq!(bytes(&Field { min: 0, max: 31, ..register }), 1, "limits of the width are none");
    assert_eq!(bytes(&Field { max: 30, ..register }), 4);
    assert_eq!(bytes(&Field::new(Kind::Immediate, Rule::Unsigned, 12, 10)), 2);
    assert_eq!(bytes(&Field { mul: 8, ..Field::new(Kind::Immediate, Rule::Unsigned, 12, 10) }), 9);
    assert_eq!(bytes(&Field::new(Kind::Immediate, Rule::Signed, 32, 100)), 4);
}

#[test]
fn any_bytes_have_an_end() {
    let mut seed = 1u64;
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..24)
            .map(|_| {
                seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                (seed >> 56) as u8
            })
            .collect();
        let _ = check_any(&bytes, &[1, -1, i64::MIN, 77]);
    }
}
