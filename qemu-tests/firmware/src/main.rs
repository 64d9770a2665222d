//! Assembles T32 code on the microcontroller itself, with `dynasm!` and with typed encoders, into a static buffer, and
//! calls it. Reports to the emulator's host; exits with status 0 only if every result is right.
//!
//! There is no allocator, and no panic: the panic handler refers to a symbol that does not exist, so the program links
//! only if the optimiser has proved that nothing can reach it.
#![no_std]
#![no_main]

mod log;

use bareasm_core::thumb::{self, LR, R0, R1};
use bareasm_core::{dynasm, Error, Labels};
use core::cell::UnsafeCell;
use cortex_m_semihosting::debug;

/// RAM for generated code. Word aligned, as literal loads want it.
#[repr(align(4))]
struct CodeMemory(UnsafeCell<[u8; 256]>);

// SAFETY: one core, no interrupts: only `main` touches it.
unsafe impl Sync for CodeMemory {}

static CODE: CodeMemory = CodeMemory(UnsafeCell::new([0; 256]));

/// `fn(n: u32) -> u32`: the sum of 1..=n, each raised by `step`; by the macro.
fn sum_by_macro(code: &mut [u8], step: u8) -> Result<usize, Error> {
    let mut labels = Labels::<2, 4>::new();
    let mut asm = thumb::Assembler::new(code, &mut labels);
    dynasm!(asm
        ; .arch thumb
        ; movs r1, #0
        ; ->again:
        ; cbz r0, =>done
        ; adds r1, r1, r0
        ; adds r1, step
        ; subs r0, #1
        ; b ->again
        ; =>done:
        ; mov r0, r1
        ; bx lr
    );
    asm.finish()
}

/// The same by typed encoders.
fn sum_by_encoders(code: &mut [u8], step: u8) -> Result<usize, Error> {
    let mut labels = Labels::<2, 2>::new();
    let mut asm = thumb::Assembler::new(code, &mut labels);
    let (again, done) = (asm.new_dynamic_label(), asm.new_dynamic_label());
    asm.movs((R1, 0))?;
    asm.bind_here(again);
    asm.cbz((R0, done))?;
    asm.adds((R1, R1, R0))?;
    asm.adds((R1, step))?;
    asm.subs((R0, 1))?;
    asm.b((again,))?;
    asm.bind_here(done);
    asm.mov((R0, R1))?;
    asm.bx((LR,))?;
    asm.finish()
}

/// Maximum of three numbers with an IT block and a 32-bit immediate, to run both widths and the IT state.
fn clamp(code: &mut [u8], limit: u32) -> Result<usize, Error> {
    let mut labels = Labels::<1, 1>::new();
    let mut asm = thumb::Assembler::new(code, &mut labels);
    dynasm!(asm
        ; .arch thumb
        ; movw r1, limit & 0xffff
        ; movt r1, limit >> 16
        ; cmp r0, r1
        ; it hi
        ; movhi r0, r1
        ; bx lr
    );
    asm.finish()
}

/// What a wrong register number gives: an error, with everything else untouched.
fn wrong_register(code: &mut [u8]) -> Result<usize, Error> {
    let mut labels = Labels::<1, 1>::new();
    let mut asm = thumb::Assembler::new(code, &mut labels);
    let register = core::hint::black_box(40u8);
    dynasm!(asm ; .arch thumb ; movs r0, #1 ; mov.w R(register), r0 ; bx lr);
    asm.finish()
}

fn say(text: &str) {
    if let Ok(mut console) = cortex_m_semihosting::hio::hstdout() {
        let _ = console.write_all(text.as_bytes());
    }
}

/// Calls the generated function.
fn call(code: &mut [u8], argument: u32) -> u32 {
    bareasm_core::cache::sync(code);
    // SAFETY: the caller has just filled `code` with a function of this signature (bit 0 set: T32), and `sync` has
    // made it visible to instruction fetch.
    let function: extern "C" fn(u32) -> u32 = unsafe { core::mem::transmute(code.as_ptr() as usize | 1) };
    function(argument)
}

fn check(name: &str, code: &mut [u8], result: Result<usize, Error>, calls: &[(u32, u32)]) -> bool {
    let good = match result {
        Ok(_) => calls.iter().all(|(argument, expected)| call(code, *argument) == *expected),
        Err(error) => {
            defmt::error!("assembling failed: {}", error);
            false
        }
    };
    say(if good { "ok   " } else { "FAIL " });
    say(name);
    say("\n");
    good
}

#[cortex_m_rt::entry]
fn main() -> ! {
    log::open();
    // SAFETY: see `impl Sync for CodeMemory`; this is the only reference.
    let code: &mut [u8] = unsafe { &mut *CODE.0.get() };
    let step = core::hint::black_box(3);
    let mut good = true;

    let made = sum_by_macro(code, step);
    good &= check("dynasm! into a static buffer", code, made, &[(0, 0), (1, 4), (10, 85)]);
    let made = sum_by_encoders(code, step);
    good &= check("typed encoders into a static buffer", code, made, &[(0, 0), (1, 4), (10, 85)]);
    let made = clamp(code, core::hint::black_box(0x1234_5678));
    good &= check("IT block and 32-bit instructions", code, made, &[(7, 7), (0xffff_ffff, 0x1234_5678)]);

    let refused = wrong_register(code);
    if let Err(error) = refused {
        defmt::error!("register 40 is refused, as it should be: {}", error);
    }
    good &= refused.is_err();
    say(if refused.is_err() { "ok   " } else { "FAIL " });
    say("a wrong register is an error\n");

    #[cfg(feature = "surviving-panic")]
    if core::hint::black_box(step) == 4 {
        panic!("this path must make the link fail");
    }
    debug::exit(if good { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {}
}

extern "C" {
    /// Defined nowhere: if the panic handler survives, the link fails and names this symbol.
    fn a_panic_path_survived() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    // SAFETY: never linked.
    unsafe { a_panic_path_survived() }
}
