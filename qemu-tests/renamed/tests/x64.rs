//! Programs as users of dynasm-rs write them. The only trace of bareasm is in the manifest: `dynasmrt` is another
//! package there.
#![cfg(target_arch = "x86_64")]
#![allow(unused_imports)] // their traits are imported for methods that the assemblers have themselves here

use dynasmrt::{dynasm, DynasmApi, DynasmLabelApi};
use std::io::Write;
use std::{mem, slice, str};

/// What the programs have printed.
static PRINTED: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());

unsafe extern "sysv64" fn print(buffer: *const u8, length: u64) -> bool {
    // SAFETY: the programs pass the address and length of a text.
    let bytes = unsafe { slice::from_raw_parts(buffer, length as usize) };
    PRINTED.lock().unwrap().write_all(bytes).is_ok()
}

#[test]
fn hello() {
    let mut ops = dynasmrt::x64::Assembler::new().unwrap();
    let string = "Hello World!";

    dynasm!(ops
        ; .arch x64
        ; =>hello: // a label for several invocations is written `=>`, where dynasm-rs has `->`
        ; .bytes string.as_bytes()
    );

    let hello = ops.offset();
    dynasm!(ops
        ; .arch x64
        ; lea rdi, [=>hello]
        ; xor esi, esi
        ; mov sil, BYTE string.len() as _
        ; mov rax, QWORD print as *const () as _
        ; sub rsp, BYTE 0x28
        ; call rax
        ; add rsp, BYTE 0x28
        ; ret
    );

    let buf = ops.finalize().unwrap();
    // SAFETY: this is the type of the function above.
    let hello_fn: extern "sysv64" fn() -> bool = unsafe { mem::transmute(buf.ptr(hello)) };
    assert!(hello_fn());
    assert_eq!(&*PRINTED.lock().unwrap(), b"Hello World!");
}

#[test]
fn text_behind_the_code() {
    let mut ops = dynasmrt::x64::Assembler::new().unwrap();
    let string = "in the same invocation";
    dynasm!(ops; .arch x64; ->hello: ; .bytes string.as_bytes());
    let hello = ops.offset();
    dynasm!(ops
        ; .arch x64
        ; lea rax, [->text]
        ; ret
        ; ->text:
        ; .bytes string.as_bytes()
        ; .u8 0
    );
    let buf = ops.finalize().unwrap();
    assert_eq!(str::from_utf8(&buf[..string.len()]), Ok(string));
    // SAFETY: this is the type of the function above.
    let text: extern "sysv64" fn() -> *const i8 = unsafe { mem::transmute(buf.ptr(hello)) };
    // SAFETY: the text ends in a zero, and `buf` is alive.
    let text = unsafe { std::ffi::CStr::from_ptr(text().cast()) };
    assert_eq!(text.to_str(), Ok(string));
}

struct Counter {
    _before: u16,
    count: u32,
    step: u32,
}

/// A loop by local labels, fields of a Rust type, registers known at run time.
#[test]
fn loops_and_fields() {
    let mut ops = dynasmrt::x64::Assembler::new().unwrap();
    let (register, bits) = (8u8, 3);
    dynasm!(ops
        ; .arch x64
        ; .alias counter, rdi
        ; mov Rd(register), [counter => Counter.step]
        ; shl Rd(register), bits
        ; loop_start:
        ; test esi, esi
        ; jz >loop_end
        ; add [counter => Counter.count], Rd(register)
        ; dec esi
        ; jmp <loop_start
        ; loop_end:
        ; ret
    );
    let buf = ops.finalize().unwrap();
    // SAFETY: this is the type of the function above.
    let count: extern "sysv64" fn(&mut Counter, u32) = unsafe { mem::transmute(buf.ptr(dynasmrt::AssemblyOffset(0))) };
    let mut counter = Counter { _before: 7, count: 1, step: 5 };
    count(&mut counter, 10);
    assert_eq!((counter._before, counter.count, counter.step), (7, 401, 5));
}

struct Compiler {
    ops: dynasmrt::x64::Assembler,
    exit: dynasmrt::DynamicLabel,
}

macro_rules! my_dynasm {
    ($ops:expr ; $($t:tt)*) => {
        dynasm!($ops
            ; .arch x64
            ; .alias a_state, rdi
            ; $($t)*
        )
    };
}

impl Compiler {
    fn new() -> Compiler {
        let mut ops = dynasmrt::x64::Assembler::new().unwrap();
        let exit = ops.new_dynamic_label();
        Compiler { ops, exit }
    }

    fn add(&mut self, value: i32) {
        my_dynasm!(self.ops
            ; add DWORD [a_state], value
            ; jo =>self.exit
        );
    }

    fn finish(mut self) -> dynasmrt::ExecutableBuffer {
        my_dynasm!(self.ops
            ; xor eax, eax
            ; ret
            ; =>self.exit
            ; mov eax, 1
            ; ret
        );
        self.ops.finalize().unwrap()
    }
}

/// A compiler that holds its assembler, with a macro around `dynasm!` and dynamic labels.
#[test]
fn a_compiler() {
    let mut compiler = Compiler::new();
    (1..=4).for_each(|value| compiler.add(value * 0x1000_0000));
    let buf = compiler.finish();
    // SAFETY: this is the type of the function above.
    let function: extern "sysv64" fn(&mut i32) -> u32 = unsafe { mem::transmute(buf.as_ptr()) };
    let mut state = -0x1000_0000;
    assert_eq!((function(&mut state), state), (1, i32::MIN + 0x1000_0000), "the last sum overflows");
    state = -0x7000_0000;
    assert_eq!((function(&mut state), state), (0, 0x3000_0000));
}

/// Code is added and replaced while a reader looks at it.
#[test]
fn commit_and_alter() {
    let mut ops = dynasmrt::x64::Assembler::new().unwrap();
    let reader = ops.reader();
    let start = ops.offset();
    dynasm!(ops; .arch x64; mov eax, DWORD 1);
    let end = ops.offset();
    dynasm!(ops; .arch x64; ret);
    ops.commit().unwrap();
    let run = || {
        let lock = reader.lock();
        // SAFETY: this is the type of the function above.
        let function: extern "sysv64" fn() -> u32 = unsafe { mem::transmute(lock.ptr(start)) };
        function()
    };
    assert_eq!(run(), 1);
    ops.alter(|modifier| {
        modifier.goto(start);
        dynasm!(modifier; .arch x64; mov eax, DWORD 2);
        modifier.check_exact(end).unwrap();
    })
    .unwrap();
    assert_eq!(run(), 2);
}

/// Assemblers that end in bytes.
#[test]
fn bytes() {
    let mut ops = dynasmrt::SimpleAssembler::new();
    dynasm!(ops; .arch x64; mov rax, [rbx + 8]; ret);
    assert_eq!(ops.finalize(), [0x48, 0x8b, 0x43, 0x08, 0xc3]);
    let mut ops = dynasmrt::VecAssembler::<dynasmrt::x64::X64Relocation>::new(0x1000);
    ops.push(0x90);
    ops.push_u16(0x1234);
    ops.align(8, 0xcc);
    dynasm!(ops; .arch x64; ret);
    assert_eq!(ops.finalize().unwrap(), [0x90, 0x34, 0x12, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xc3]);
}
