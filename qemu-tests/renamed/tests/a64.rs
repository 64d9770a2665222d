//! The same for AArch64: programs as users of dynasm-rs write them, with another package under the name `dynasmrt`.
#![cfg(target_arch = "aarch64")]
#![allow(unused_imports)] // their traits are imported for methods that the assemblers have themselves here

use dynasmrt::{dynasm, DynasmApi, DynasmLabelApi};
use std::io::Write;
use std::{mem, slice};

/// What the program has printed.
static PRINTED: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());

unsafe extern "C" fn print(buffer: *const u8, length: u64) -> bool {
    // SAFETY: the program passes the address and length of a text.
    let bytes = unsafe { slice::from_raw_parts(buffer, length as usize) };
    PRINTED.lock().unwrap().write_all(bytes).is_ok()
}

#[test]
fn hello() {
    let mut ops = dynasmrt::aarch64::Assembler::new().unwrap();
    let string = "Hello World!";

    dynasm!(ops
        ; .arch aarch64
        ; =>hello: // a label for several invocations is written `=>`, where dynasm-rs has `->`
        ; .bytes string.as_bytes()
        ; .align 4
        ; =>print:
        ; .u64 print as *const () as _
    );

    let hello = ops.offset();
    dynasm!(ops
        ; .arch aarch64
        ; adr x0, =>hello
        ; movz x1, string.len() as u32
        ; ldr x9, =>print
        ; str x30, [sp, #-16]!
        ; blr x9
        ; ldr x30, [sp], #16
        ; ret
    );

    let buf = ops.finalize().unwrap();
    // SAFETY: this is the type of the function above.
    let hello_fn: extern "C" fn() -> bool = unsafe { mem::transmute(buf.ptr(hello)) };
    assert!(hello_fn());
    assert_eq!(&*PRINTED.lock().unwrap(), b"Hello World!");
}

/// A loop by local labels, registers known at run time, vectors in the notation of dynasm-rs.
#[test]
fn loops_and_vectors() {
    let mut ops = dynasmrt::aarch64::Assembler::new().unwrap();
    let (register, vector) = (9u8, 1u8);
    dynasm!(ops
        ; .arch aarch64
        ; movi v0.s4, 0
        ; mov X(register), xzr
        ; loop_start:
        ; cbz x1, >loop_end
        ; ldr Q(vector), [x0], 16
        ; add v0.s4, v0.s4, V(vector).s4
        ; add X(register), X(register), 1
        ; sub x1, x1, 1
        ; b <loop_start
        ; loop_end:
        ; addv s0, v0.s4
        ; umov w0, v0.s[0]
        ; add x0, x0, X(register), lsl 32
        ; ret
    );
    let buf = ops.finalize().unwrap();
    // SAFETY: this is the type of the function above.
    let sum: extern "C" fn(*const u32, u64) -> u64 = unsafe { mem::transmute(buf.ptr(dynasmrt::AssemblyOffset(0))) };
    let numbers: Vec<u32> = (1..=40).collect();
    assert_eq!(sum(numbers.as_ptr(), 10), 10 << 32 | 820);
}

struct Compiler {
    ops: dynasmrt::aarch64::Assembler,
    exit: dynasmrt::DynamicLabel,
}

macro_rules! my_dynasm {
    ($ops:expr ; $($t:tt)*) => {
        dynasm!($ops
            ; .arch aarch64
            ; .alias a_state, x0
            ; $($t)*
        )
    };
}

/// A compiler that holds its assembler, with a macro around `dynasm!` and dynamic labels.
#[test]
fn a_compiler() {
    let mut ops = dynasmrt::aarch64::Assembler::new().unwrap();
    let exit = ops.new_dynamic_label();
    let mut compiler = Compiler { ops, exit };
    for value in 1..=4u32 {
        my_dynasm!(compiler.ops
            ; ldr w1, [a_state]
            ; mov w2, value * 0x1000_0000
            ; adds w1, w1, w2
            ; b.vs =>compiler.exit
            ; str w1, [a_state]
        );
    }
    my_dynasm!(compiler.ops
        ; mov w0, 0
        ; ret
        ; =>compiler.exit
        ; mov w0, 1
        ; ret
    );
    let buf = compiler.ops.finalize().unwrap();
    // SAFETY: this is the type of the function above.
    let function: extern "C" fn(&mut i32) -> u32 = unsafe { mem::transmute(buf.as_ptr()) };
    let mut state = -0x1000_0000;
    assert_eq!((function(&mut state), state), (1, 0x5000_0000), "the last sum overflows");
    state = -0x7000_0000;
    assert_eq!((function(&mut state), state), (0, 0x3000_0000));
}

/// Code is added and replaced while a reader looks at it.
#[test]
fn commit_and_alter() {
    let mut ops = dynasmrt::aarch64::Assembler::new().unwrap();
    let reader = ops.reader();
    let start = ops.offset();
    dynasm!(ops; .arch aarch64; movz w0, 1);
    let end = ops.offset();
    dynasm!(ops; .arch aarch64; ret);
    ops.commit().unwrap();
    let run = || {
        let lock = reader.lock();
        // SAFETY: this is the type of the function above.
        let function: extern "C" fn() -> u32 = unsafe { mem::transmute(lock.ptr(start)) };
        function()
    };
    assert_eq!(run(), 1);
    ops.alter(|modifier| {
        modifier.goto(start);
        dynasm!(modifier; .arch aarch64; movz w0, 2);
        modifier.check_exact(end).unwrap();
    })
    .unwrap();
    assert_eq!(run(), 2);
}
