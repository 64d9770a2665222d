//! Threads that run committed code while another one assembles, commits and alters.

mod common;

use bareasm_exec::{dynasm, AssemblyOffset};
use common::{answer, call, Assembler};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// `fn(stop: *const bool, rounds: *mut u64)`: counts until `stop` is not 0.
fn spin(ops: &mut Assembler) -> AssemblyOffset {
    let start = ops.offset();
    #[cfg(target_arch = "x86_64")]
    dynasm!(ops
        ; .arch x64
        ; ->again:
        ; inc QWORD [rsi]
        ; cmp BYTE [rdi], 0
        ; je ->again
        ; ret
    );
    #[cfg(target_arch = "aarch64")]
    dynasm!(ops
        ; .arch aarch64
        ; ->again:
        ; ldr x2, [x1]
        ; add x2, x2, #1
        ; str x2, [x1]
        ; ldarb w3, [x0]
        ; cbz w3, ->again
        ; ret
    );
    start
}

/// Runs the loop on two threads, under the lock and through a raw pointer, while `work` goes on here. `work` may not
/// alter. Then stops them, and checks that both have gone on to the end.
fn while_spinning(ops: &mut Assembler, start: AssemblyOffset, work: impl FnOnce(&mut Assembler)) {
    let stop = AtomicBool::new(false);
    let rounds = [AtomicU64::new(0), AtomicU64::new(0)];
    let reader = ops.reader();
    let pointer = reader.lock().ptr(start) as usize;
    std::thread::scope(|scope| {
        let (stop, rounds) = (&stop, &rounds);
        let locked = reader.clone();
        scope.spawn(move || {
            let guard = locked.lock();
            call!(guard.ptr(start), fn(*const bool, *mut u64) -> (), stop.as_ptr(), rounds[0].as_ptr());
        });
        scope.spawn(move || {
            call!(pointer as *const u8, fn(*const bool, *mut u64) -> (), stop.as_ptr(), rounds[1].as_ptr());
        });
        while rounds.iter().any(|rounds| rounds.load(Ordering::Relaxed) == 0) {
            std::thread::yield_now();
        }
        work(ops);
        let seen = [0, 1].map(|n| rounds[n].load(Ordering::Relaxed));
        while [0, 1].iter().any(|n| rounds[*n].load(Ordering::Relaxed) == seen[*n]) {
            std::thread::yield_now(); // both are still running
        }
        stop.store(true, Ordering::Release);
    });
}

#[test]
fn running_code_is_not_disturbed_by_commits() {
    let mut ops = Assembler::new().unwrap();
    let start = spin(&mut ops);
    ops.commit().unwrap();
    let mut made = Vec::new();
    while_spinning(&mut ops, start, |ops| {
        for number in 0..300 {
            made.push(answer(ops, number));
            ops.commit().unwrap();
            assert_eq!(call!(ops.reader().lock().ptr(made[number as usize]), fn() -> u32), number);
        }
    });
    let code = ops.finalize().unwrap();
    for (number, start) in made.iter().enumerate() {
        assert_eq!(call!(code.ptr(*start), fn() -> u32), number as u32);
    }
}

#[test]
fn an_edit_waits_for_the_guards_and_readers_see_old_or_new_code() {
    let mut ops = Assembler::new().unwrap();
    let start = answer(&mut ops, 0);
    ops.commit().unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let reader = ops.reader();
            let done = &done;
            scope.spawn(move || {
                let mut last = 0;
                let mut changes = 0;
                while !done.load(Ordering::Relaxed) {
                    let guard = reader.lock();
                    let number = call!(guard.ptr(start), fn() -> u32);
                    assert_eq!(call!(guard.ptr(start), fn() -> u32), number, "nothing changes under a guard");
                    drop(guard);
                    assert!(number >= last && number <= 200, "{last} {number}");
                    changes += u32::from(number != last);
                    last = number;
                    std::thread::yield_now();
                }
                changes
            });
        }
        for number in 1..=200 {
            ops.alter(|edit| answer(edit, number)).unwrap();
            answer(&mut ops, number); // and goes on to assemble
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(call!(ops.reader().lock().ptr(start), fn() -> u32), 200);
}

#[test]
fn an_edit_changes_what_a_running_loop_calls() {
    let mut ops = Assembler::new().unwrap();
    let start = answer(&mut ops, 1);
    ops.commit().unwrap();
    let reader = ops.reader();
    let (to_runner, numbers) = std::sync::mpsc::channel::<()>();
    let (from_runner, results) = std::sync::mpsc::channel();
    let runner = std::thread::spawn(move || {
        while numbers.recv().is_ok() {
            let guard = reader.lock();
            from_runner.send(call!(guard.ptr(start), fn() -> u32)).unwrap();
        }
    });
    for number in [1, 2, 3, 500, 65535] {
        ops.alter(|edit| answer(edit, number)).unwrap();
        to_runner.send(()).unwrap();
        assert_eq!(results.recv().unwrap(), number);
    }
    drop(to_runner);
    runner.join().unwrap();
}
