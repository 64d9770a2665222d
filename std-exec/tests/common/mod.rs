//! What the tests share: a function that returns a number, for the machine that the test runs on, and a way to call.
#![allow(dead_code, unused_imports, unused_macros)] // each test uses a part

use bareasm_exec::{dynasm, AsAssembler, AssemblyOffset, DynasmApi};

/// The architecture that runs.
#[cfg(target_arch = "aarch64")]
pub use bareasm_exec::aarch64::Aarch64 as Machine;
#[cfg(target_arch = "x86_64")]
pub use bareasm_exec::x64::X64 as Machine;

/// Its executable assembler.
pub type Assembler = bareasm_exec::Assembler<Machine>;

/// Calls generated code: `call!(pointer, fn(u64) -> u64, 2)`.
macro_rules! call {
    ($pointer:expr, fn($($parameter:ty),*) -> $result:ty $(, $argument:expr)*) => {{
        #[cfg(target_arch = "x86_64")]
        type Entry = extern "sysv64" fn($($parameter),*) -> $result;
        #[cfg(not(target_arch = "x86_64"))]
        type Entry = extern "C" fn($($parameter),*) -> $result;
        // SAFETY: the tests call functions that they have just made, of the type they say, in memory that is alive.
        let entry: Entry = unsafe { std::mem::transmute::<*const u8, Entry>($pointer) };
        entry($($argument),*)
    }};
}
pub(crate) use call;

/// A function with the convention of generated code, to be called by it.
macro_rules! callback {
    (fn $name:ident($($argument:tt)*) -> $result:ty $body:block) => {
        #[cfg(target_arch = "x86_64")]
        extern "sysv64" fn $name($($argument)*) -> $result $body
        #[cfg(not(target_arch = "x86_64"))]
        extern "C" fn $name($($argument)*) -> $result $body
    };
}
pub(crate) use callback;

/// Length of [`answer`] in bytes.
#[cfg(target_arch = "x86_64")]
pub const ANSWER: usize = 6;
/// Length of [`answer`] in bytes.
#[cfg(target_arch = "aarch64")]
pub const ANSWER: usize = 8;

/// `fn() -> u32` that returns a number below 65536; always of the same length.
pub fn answer<T: DynasmApi + AsAssembler<Arch = Machine>>(ops: &mut T, number: u32) -> AssemblyOffset {
    let start = DynasmApi::offset(ops);
    #[cfg(target_arch = "x86_64")]
    dynasm!(ops ; .arch x64 ; mov eax, number as i32 ; ret);
    #[cfg(target_arch = "aarch64")]
    dynasm!(ops ; .arch aarch64 ; movz w0, number ; ret);
    start
}

/// A jump to a dynamic label.
pub fn jump<T: AsAssembler<Arch = Machine>>(ops: &mut T, label: bareasm_exec::DynamicLabel) {
    #[cfg(target_arch = "x86_64")]
    dynasm!(ops ; .arch x64 ; jmp =>(label));
    #[cfg(target_arch = "aarch64")]
    dynasm!(ops ; .arch aarch64 ; b =>(label));
}

/// An instruction whose operand is refused at run time.
pub fn refused<T: AsAssembler<Arch = Machine>>(ops: &mut T) {
    let register = 77u8;
    #[cfg(target_arch = "x86_64")]
    dynasm!(ops ; .arch x64 ; mov Rq(register), rax);
    #[cfg(target_arch = "aarch64")]
    dynasm!(ops ; .arch aarch64 ; mov X(register), x0);
}
