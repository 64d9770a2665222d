//! A defmt logger that writes its frames to a file of the emulator's host, by semihosting.

use core::cell::UnsafeCell;
use cortex_m_semihosting::nr;

/// The frame encoder and the host's file handle. One core and no interrupts: nothing is concurrent here.
struct Log(UnsafeCell<(defmt::Encoder, isize)>);

// SAFETY: the firmware runs on one core and never enables an interrupt, so no two contexts reach the cell at once.
unsafe impl Sync for Log {}

static LOG: Log = Log(UnsafeCell::new((defmt::Encoder::new(), -1)));

fn write(handle: isize, bytes: &[u8]) {
    if handle >= 0 {
        let arguments = [handle as usize, bytes.as_ptr() as usize, bytes.len()];
        // SAFETY: SYS_WRITE takes the address of handle, pointer and length, all valid for the call.
        unsafe { cortex_m_semihosting::syscall(nr::WRITE, &arguments) };
    }
}

/// Opens the log file on the host. Frames before that are dropped.
pub fn open() {
    let name = b"defmt.bin\0";
    let arguments = [name.as_ptr() as usize, nr::open::W_TRUNC_BINARY, name.len() - 1];
    // SAFETY: SYS_OPEN takes the address of name, mode and name length.
    let handle = unsafe { cortex_m_semihosting::syscall(nr::OPEN, &arguments) };
    // SAFETY: see `impl Sync`.
    unsafe { (*LOG.0.get()).1 = handle as isize };
}

#[defmt::global_logger]
struct Logger;

// SAFETY: one context only, so `acquire` needs no lock and is never re-entered.
unsafe impl defmt::Logger for Logger {
    fn acquire() {
        // SAFETY: see `impl Sync`.
        let (encoder, handle) = unsafe { &mut *LOG.0.get() };
        encoder.start_frame(|bytes| write(*handle, bytes));
    }

    unsafe fn flush() {}

    unsafe fn release() {
        // SAFETY: see `impl Sync`.
        let (encoder, handle) = unsafe { &mut *LOG.0.get() };
        encoder.end_frame(|bytes| write(*handle, bytes));
    }

    unsafe fn write(bytes: &[u8]) {
        // SAFETY: see `impl Sync`.
        let (encoder, handle) = unsafe { &mut *LOG.0.get() };
        encoder.write(bytes, |bytes| write(*handle, bytes));
    }
}
