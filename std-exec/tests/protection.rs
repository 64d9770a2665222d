//! No page is ever writable and executable, looked at from outside: by what the system says about this process.
#![cfg(target_os = "linux")]

mod common;

use bareasm_exec::AssemblyOffset;
use common::{answer, Assembler};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A range of addresses and its permissions.
struct Range {
    start: usize,
    end: usize,
    permissions: String,
}

fn maps() -> Vec<Range> {
    let text = std::fs::read_to_string("/proc/self/maps").unwrap();
    let range = |line: &str| {
        let (addresses, rest) = line.split_once(' ')?;
        let (start, end) = addresses.split_once('-')?;
        let number = |text| usize::from_str_radix(text, 16).ok();
        Some(Range { start: number(start)?, end: number(end)?, permissions: rest.get(..4)?.to_string() })
    };
    text.lines().map(|line| range(line).expect(line)).collect()
}

fn both(range: &Range) -> bool {
    range.permissions.contains('w') && range.permissions.contains('x')
}

/// The permissions of the page of an address.
fn permissions(address: usize) -> String {
    let found = maps().into_iter().find(|range| (range.start..range.end).contains(&address));
    found.expect("mapped").permissions
}

#[test]
fn never_writable_and_executable() {
    let mut ops = Assembler::new().unwrap();
    let base = ops.base().unwrap() as usize;
    // What an emulator of the processor maps for itself may be both; count only what is new.
    let own = |range: &Range| both(range) && range.end > base && range.start < base + bareasm_exec::DEFAULT_CAPACITY;
    let violations = AtomicUsize::new(0);
    let looks = AtomicUsize::new(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                violations.fetch_add(maps().iter().filter(|range| own(range)).count(), Ordering::Relaxed);
                looks.fetch_add(1, Ordering::Relaxed);
            }
        });
        assert_eq!(permissions(base), "rw-p");
        let mut made = 0;
        while made < 40 || looks.load(Ordering::Relaxed) < 40 {
            let start = answer(&mut ops, 1);
            let address = base + start.0;
            assert_eq!(permissions(address), "rw-p");
            ops.commit().unwrap();
            assert_eq!(permissions(address), "r-xp");
            ops.alter(|edit| {
                // The edit goes to a copy: the code may be run meanwhile.
                assert_eq!(permissions(address), "r-xp");
                edit.goto(AssemblyOffset(start.0));
                answer(edit, 2);
            })
            .unwrap();
            assert_eq!(permissions(address), "r-xp");
            assert_eq!(permissions(base + ops.offset().0), "rw-p", "what follows is pending");
            made += 1;
        }
        let start = answer(&mut ops, 3);
        let code = ops.finalize().unwrap();
        assert_eq!(permissions(code.ptr(start) as usize), "r-xp");
        assert_eq!(permissions(code.as_ptr() as usize), "r-xp");
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(violations.into_inner(), 0, "in {} looks", looks.into_inner());
}

#[test]
fn all_is_unmapped_in_the_end() {
    let count = |base: usize| {
        maps().iter().filter(|range| range.start <= base && base < range.end && range.permissions.contains('x')).count()
    };
    let mut ops = Assembler::with_capacity(1 << 20).unwrap();
    let base = ops.base().unwrap() as usize;
    answer(&mut ops, 1);
    ops.commit().unwrap();
    assert_eq!(count(base), 1);
    let reader = ops.reader();
    drop(ops.finalize().unwrap());
    assert_eq!(count(base), 1, "a reader holds it");
    drop(reader);
    assert_eq!(count(base), 0);
}
