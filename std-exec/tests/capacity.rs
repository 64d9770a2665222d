//! When the reserved memory is used up, and who may hold what is finished.

mod common;

use bareasm_exec::{AssemblyOffset, DynasmError, ExecutableBuffer, Executor, FinalizeError, MapError, Reason};
use common::{answer, call, Assembler, ANSWER};

#[test]
fn a_full_buffer_gives_the_assembler_back() {
    let mut ops = Assembler::with_capacity(1).unwrap();
    let mut count = 0u32;
    while ops.status().is_ok() {
        answer(&mut ops, count);
        count += 1;
    }
    let needed = count as usize * ANSWER;
    assert!(
        matches!(ops.commit(), Err(DynasmError::Assembly(error)) if error.reason() == Reason::BufferFull && error.offset() as usize == needed)
    );
    let FinalizeError { error, assembler } = ops.finalize().unwrap_err();
    assert!(matches!(error, DynasmError::Assembly(error) if error.reason() == Reason::BufferFull));
    assert_eq!(error.to_string(), format!("buffer full: {needed} bytes needed"));
    let mut ops = *assembler;
    ops.reset();
    assert_eq!(ops.offset(), AssemblyOffset(0));
    let start = answer(&mut ops, 77);
    let code = ops.finalize().unwrap();
    assert_eq!(call!(code.ptr(start), fn() -> u32), 77);
}

#[test]
fn a_full_buffer_after_commits_keeps_what_is_committed() {
    let page = {
        let mut ops = Assembler::with_capacity(1).unwrap();
        answer(&mut ops, 0);
        ops.commit().unwrap();
        ops.offset().0
    };
    let mut ops = Assembler::with_capacity(3 * page).unwrap();
    let starts = [11, 12].map(|number| {
        let start = answer(&mut ops, number);
        ops.commit().unwrap();
        start
    });
    for _ in 0..=page / ANSWER {
        answer(&mut ops, 0);
    }
    let FinalizeError { assembler, .. } = ops.finalize().unwrap_err();
    let mut ops = *assembler;
    let reader = ops.reader();
    assert_eq!(starts.map(|at| call!(reader.lock().ptr(at), fn() -> u32)), [11, 12]);
    ops.reset();
    assert_eq!(ops.offset(), AssemblyOffset(2 * page));
    // The last page can be filled to its last byte.
    let third = answer(&mut ops, 13);
    while ops.offset().0 < 3 * page {
        ops.put(&[0]);
    }
    ops.commit().unwrap();
    assert_eq!(call!(reader.lock().ptr(third), fn() -> u32), 13);
    // Nothing is left.
    answer(&mut ops, 14);
    let failed = ops.finalize().unwrap_err();
    assert!(matches!(failed.error, DynasmError::Assembly(error) if error.reason() == Reason::BufferFull));
    let mut ops = *failed.assembler;
    ops.reset();
    let code = ops.finalize().unwrap();
    assert_eq!(code.len(), 3 * page);
    assert_eq!(call!(code.ptr(third), fn() -> u32), 13);
}

#[test]
fn readers_live_on_after_finalize_and_after_a_drop() {
    let mut ops = Assembler::new().unwrap();
    let start = answer(&mut ops, 21);
    ops.commit().unwrap();
    let reader = ops.reader();
    let last = answer(&mut ops, 22);
    let code = ops.finalize().unwrap();
    let pointer = code.ptr(last);
    drop(code);
    assert_eq!(reader.lock().ptr(last), pointer, "what finalize has added is there as well");
    assert_eq!([start, last].map(|at| call!(reader.lock().ptr(at), fn() -> u32)), [21, 22]);

    let mut ops = Assembler::new().unwrap();
    let start = answer(&mut ops, 23);
    ops.commit().unwrap();
    let (reader, held) = (ops.reader(), ops.reader());
    let guard = held.lock();
    answer(&mut ops, 24); // never committed
    drop(ops);
    assert_eq!(call!(guard.ptr(start), fn() -> u32), 23);
    drop(reader);
    assert_eq!(call!(guard.ptr(start), fn() -> u32), 23);
}

#[test]
fn offsets_beyond_the_code_give_its_end() {
    let mut ops = Assembler::new().unwrap();
    answer(&mut ops, 1);
    let code = ops.finalize().unwrap();
    let end = code.as_ptr_range().end;
    for far in [ANSWER, ANSWER + 1, usize::MAX] {
        assert_eq!(code.ptr(AssemblyOffset(far)), end);
    }
}

#[test]
fn more_than_there_are_addresses() {
    // Offsets have 31 bits: more is not reserved.
    assert!(matches!(Assembler::with_capacity(usize::MAX), Ok(_) | Err(DynasmError::Memory(MapError::System(_)))));
}

#[test]
fn what_may_go_to_other_threads() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    send::<Assembler>();
    sync::<Assembler>();
    send::<Executor>();
    sync::<Executor>();
    send::<ExecutableBuffer>();
    sync::<ExecutableBuffer>();
    sync::<bareasm_exec::ExecutionGuard<'_>>(); // not Send: a lock is released by the thread that took it
    send::<DynasmError>();
    sync::<DynasmError>();
}

#[test]
fn an_assembler_moves_between_threads() {
    let mut ops = Assembler::new().unwrap();
    let first = answer(&mut ops, 31);
    ops.commit().unwrap();
    let (second, code) = std::thread::spawn(move || {
        let second = answer(&mut ops, 32);
        (second, ops.finalize().unwrap())
    })
    .join()
    .unwrap();
    assert_eq!([first, second].map(|at| call!(code.ptr(at), fn() -> u32)), [31, 32]);
}
