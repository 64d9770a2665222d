//! Committing and altering: what fails leaves everything as it was, what succeeds changes running code, and addresses
//! stay.

mod common;

use bareasm_exec::{AssemblyOffset, DynasmError, DynasmLabelApi, Modifier, Reason};
use common::{answer, call, jump, refused, Assembler, Machine, ANSWER};

/// Runs `fn() -> u32` at an offset, under the lock.
fn run(ops: &Assembler, at: AssemblyOffset) -> u32 {
    let reader = ops.reader();
    let guard = reader.lock();
    call!(guard.ptr(at), fn() -> u32)
}

fn reason(error: &DynasmError) -> Option<Reason> {
    match error {
        DynasmError::Assembly(error) => Some(error.reason()),
        _ => None,
    }
}

/// Every way in which an edit fails, and whether the failure is the one that is meant.
type Failure = (&'static str, fn(&mut Modifier<Machine>), fn(&DynasmError) -> bool);

const FAILURES: &[Failure] = &[
    ("refused operand", |edit| refused(edit), |error| reason(error) == Some(Reason::RegisterRange)),
    (
        "refused operand after a good part",
        |edit| {
            answer(edit, 9);
            refused(edit);
            edit.goto(AssemblyOffset(0));
            answer(edit, 9);
        },
        |error| reason(error) == Some(Reason::RegisterRange),
    ),
    (
        "label never bound",
        |edit| {
            let label = bareasm_exec::AsAssembler::bareasm_target(edit).new_dynamic_label();
            jump(edit, label);
        },
        |error| reason(error) == Some(Reason::LabelUnbound),
    ),
    (
        "label bound twice",
        |edit| {
            edit.global_label("entry");
            answer(edit, 9);
        },
        |error| reason(error) == Some(Reason::LabelRebound),
    ),
    (
        "failed check",
        |edit| {
            answer(edit, 9);
            assert!(edit.check(AssemblyOffset(ANSWER)).is_ok());
            assert!(edit.check(AssemblyOffset(ANSWER - 1)).is_err());
        },
        |error| matches!(error, DynasmError::Position { offset: ANSWER, expected } if *expected == ANSWER - 1),
    ),
    (
        "failed check_exact",
        |edit| {
            answer(edit, 9);
            assert!(edit.check_exact(AssemblyOffset(ANSWER)).is_ok());
            assert!(edit.check_exact(AssemblyOffset(ANSWER + 1)).is_err());
            edit.goto(AssemblyOffset(ANSWER + 1));
            assert!(edit.check_exact(AssemblyOffset(ANSWER + 1)).is_ok(), "the first failure stays");
        },
        |error| matches!(error, DynasmError::Position { offset: ANSWER, expected } if *expected == ANSWER + 1),
    ),
    (
        "past the end",
        |edit| {
            let end = AssemblyOffset(edit.offset().0 + edit_len(edit) - 1);
            edit.goto(end);
            answer(edit, 9);
            edit.goto(AssemblyOffset(0)); // coming back does not help
            answer(edit, 9);
        },
        |error| reason(error) == Some(Reason::BufferFull),
    ),
    (
        "far past the end",
        |edit| {
            edit.goto(AssemblyOffset(usize::MAX));
            answer(edit, 9);
        },
        |error| reason(error) == Some(Reason::BufferFull),
    ),
];

/// Bytes of committed code: what `goto` may go to.
fn edit_len(edit: &mut Modifier<Machine>) -> usize {
    use bareasm_exec::AsAssembler;
    edit.bareasm_target().code().len()
}

#[test]
fn a_failed_alter_leaves_everything_as_it_was() {
    let mut ops = Assembler::new().unwrap();
    let label = ops.new_dynamic_label();
    ops.global_label("entry");
    let entry = answer(&mut ops, 1);
    ops.dynamic_label(label);
    answer(&mut ops, 2);
    ops.commit().unwrap();
    let pointer = ops.reader().lock().ptr(entry);
    for (round, (name, edit, right)) in FAILURES.iter().enumerate() {
        let round = round as u32;
        let before = ops.reader().lock().to_vec();
        let offset = ops.offset();
        let error = ops.alter(edit).expect_err(name);
        assert!(right(&error), "{name}: {error:?}");
        assert_eq!(ops.reader().lock().to_vec(), before, "{name}");
        assert_eq!(ops.reader().lock().ptr(entry), pointer, "{name}");
        assert_eq!(ops.label_offset(label), Some(ANSWER), "{name}");
        assert_eq!((ops.offset(), ops.status()), (offset, Ok(())), "{name}");
        assert_eq!(run(&ops, entry), 1 + round % 2 * 10, "{name}");
        // New code refers to old labels, and is committed.
        let start = ops.offset();
        jump(&mut ops, label);
        ops.commit().unwrap();
        assert_eq!(run(&ops, start), 2, "{name}");
        // The next edit is made.
        let number = 1 + (round + 1) % 2 * 10;
        ops.alter(|edit| answer(edit, number)).unwrap();
        assert_eq!(run(&ops, entry), number, "{name}");
    }
    let code = ops.finalize().unwrap();
    assert_eq!(code.ptr(entry), pointer);
}

#[test]
fn what_is_pending_is_committed_by_alter_and_stays_when_the_edit_fails() {
    let mut ops = Assembler::new().unwrap();
    let first = answer(&mut ops, 5);
    assert!(ops.alter(refused).is_err());
    assert_eq!(run(&ops, first), 5);
    // A commit that fails keeps what is pending: bind the label, and it succeeds.
    let label = ops.new_dynamic_label();
    let second = ops.offset();
    jump(&mut ops, label);
    assert_eq!(reason(&ops.commit().unwrap_err()), Some(Reason::LabelUnbound));
    assert_eq!(reason(&ops.alter(|_| ()).unwrap_err()), Some(Reason::LabelUnbound));
    ops.dynamic_label(label);
    answer(&mut ops, 6);
    ops.commit().unwrap();
    assert_eq!((run(&ops, first), run(&ops, second)), (5, 6));
    // An operand that is refused: reset forgets what is not committed, and only that.
    refused(&mut ops);
    let end = ops.offset();
    assert_eq!(reason(&ops.commit().unwrap_err()), Some(Reason::RegisterRange));
    ops.reset();
    assert!(ops.offset() < end);
    let third = answer(&mut ops, 7);
    ops.commit().unwrap();
    assert_eq!((run(&ops, first), run(&ops, second), run(&ops, third)), (5, 6, 7));
}

#[test]
fn an_edit_may_have_labels_of_its_own_and_refer_to_old_ones() {
    let mut ops = Assembler::new().unwrap();
    let old = ops.new_dynamic_label();
    let start = answer(&mut ops, 1);
    for _ in 0..8 {
        answer(&mut ops, 0); // room
    }
    ops.dynamic_label(old);
    answer(&mut ops, 2);
    ops.commit().unwrap();
    let fresh = ops
        .alter(|edit| {
            use bareasm_exec::AsAssembler;
            let fresh = edit.bareasm_target().new_dynamic_label();
            edit.goto(start);
            jump(edit, fresh);
            edit.goto(AssemblyOffset(2 * ANSWER));
            edit.dynamic_label(fresh);
            jump(edit, old);
            fresh
        })
        .unwrap();
    assert_eq!(run(&ops, start), 2);
    // Labels that the edit has made live on.
    let there = ops.offset();
    jump(&mut ops, fresh);
    ops.commit().unwrap();
    assert_eq!(run(&ops, there), 2);
    assert_eq!(ops.label_offset(fresh), Some(2 * ANSWER));
}

#[test]
fn an_edit_across_many_commits() {
    let mut ops = Assembler::with_capacity(1 << 20).unwrap();
    let starts: Vec<_> = (0..20)
        .map(|number| {
            let start = answer(&mut ops, number);
            ops.commit().unwrap();
            start
        })
        .collect();
    ops.alter(|edit| {
        for (number, start) in (100..).zip(&starts).skip(3).step_by(5) {
            edit.goto(*start);
            answer(edit, number);
        }
    })
    .unwrap();
    for (number, start) in (0..).zip(&starts) {
        let expected = if number % 5 == 3 { number + 100 } else { number };
        assert_eq!(run(&ops, *start), expected);
    }
}

#[test]
fn addresses_stay_over_hundreds_of_commits() {
    let mut ops = Assembler::new().unwrap();
    let reader = ops.reader();
    let mut made = Vec::new();
    for number in 0..400 {
        let start = answer(&mut ops, number);
        ops.commit().unwrap();
        made.push((start, reader.lock().ptr(start)));
        for (expected, (start, pointer)) in made.iter().enumerate().step_by(37) {
            assert_eq!(reader.lock().ptr(*start), *pointer);
            assert_eq!(call!(*pointer, fn() -> u32), expected as u32);
        }
    }
    let code = ops.finalize().unwrap();
    for (expected, (start, pointer)) in made.iter().enumerate() {
        assert_eq!(code.ptr(*start), *pointer);
        assert_eq!(call!(*pointer, fn() -> u32), expected as u32);
    }
}

#[test]
fn committing_nothing_changes_nothing() {
    let mut ops = Assembler::new().unwrap();
    ops.commit().unwrap();
    assert_eq!(ops.offset(), AssemblyOffset(0));
    assert!(ops.reader().lock().is_empty());
    answer(&mut ops, 3);
    ops.commit().unwrap();
    let offset = ops.offset();
    ops.commit().unwrap();
    assert_eq!(ops.offset(), offset);
    assert_eq!(ops.alter(|_| 17).unwrap(), 17);
    assert_eq!(ops.offset(), offset);
    let code = ops.finalize().unwrap();
    assert_eq!(code.size(), offset.0);
    assert!(Assembler::new().unwrap().finalize().unwrap().is_empty());
}
