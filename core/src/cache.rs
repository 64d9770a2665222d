//! Making code that was just written visible to the processor that will run it.
//!
//! Data caches and instruction caches may hold different things. After writing code and before calling it, call
//! [`sync`] with all of it. What that does, and for whom:
//!
//! | target | what is done | limits |
//! |---|---|---|
//! | x86, x86-64 | nothing: the hardware keeps both coherent | other cores that are running in the code must serialise |
//! | AArch64 | `dc cvau`, `ic ivau` by line (as CTR_EL0 says), `dsb ish`, `isb` | other cores need an `isb` of their own; where the system does not let user code do this (macOS, iOS), use the system's function |
//! | Cortex-M | `dsb`, `isb`; where the data cache is on (M7, M55, M85), cleaning by line and invalidating all instructions through the system control block | privileged mode |
//! | ARMv7-A and ARMv8-R without a system | DCCMVAU, ICIMVAU by line, BPIALL, `dsb`, `isb` | privileged mode; under an operating system use its `cacheflush` |
//! | RISC-V | `fence.i` | this hart only; on a system with several, use the system's function |
//!
//! On other targets the function does not exist. This is the one module of the crate with `unsafe` in it.

/// Makes the code in `code` visible to this core's instruction fetch.
///
/// The bytes may have been written through another address of the same memory only where caches work on physical
/// addresses (AArch64, x86, Cortex-M do).
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub fn sync(code: &[u8]) {
    let _ = code;
    core::sync::atomic::compiler_fence(core::sync::atomic::Ordering::SeqCst);
}

/// Makes the code in `code` visible to this core's instruction fetch, and to that of the others in its inner shareable
/// domain after an `isb` of their own.
#[cfg(target_arch = "aarch64")]
pub fn sync(code: &[u8]) {
    use core::arch::asm;
    let ctr: u64;
    // SAFETY: CTR_EL0 is readable at EL0 (or its access is emulated) and reading it has no effect.
    unsafe { asm!("mrs {}, ctr_el0", out(reg) ctr, options(nomem, nostack, preserves_flags)) };
    let range = code.as_ptr_range();
    let (start, end) = (range.start as usize, range.end as usize);
    // IDC: cleaning is not needed. DminLine counts words of 4 bytes.
    if ctr >> 28 & 1 == 0 {
        for line in lines(start, end, 4 << (ctr >> 16 & 15)) {
            // SAFETY: the line holds a byte of `code`, which is readable memory; cleaning changes no contents.
            unsafe { asm!("dc cvau, {}", in(reg) line, options(nostack, preserves_flags)) };
        }
    }
    // SAFETY: a barrier.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    // DIC: invalidating is not needed.
    if ctr >> 29 & 1 == 0 {
        for line in lines(start, end, 4 << (ctr & 15)) {
            // SAFETY: as above; invalidating instructions makes them be fetched again.
            unsafe { asm!("ic ivau, {}", in(reg) line, options(nostack, preserves_flags)) };
        }
        // SAFETY: a barrier.
        unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    }
    // SAFETY: a barrier.
    unsafe { asm!("isb", options(nostack, preserves_flags)) };
}

/// Makes the code in `code` visible to this core's instruction fetch. Privileged mode.
#[cfg(all(target_arch = "arm", bareasm_mclass))]
pub fn sync(code: &[u8]) {
    use core::arch::asm;
    /// Configuration and control: bit 16, the data cache is on; bit 17, the instruction cache is.
    const CCR: *const u32 = 0xe000_ed14 as *const u32;
    /// Cache type: DminLine in bits 16 to 19, in words of 4 bytes.
    const CTR: *const u32 = 0xe000_ed7c as *const u32;
    /// Invalidate all instructions.
    const ICIALLU: *mut u32 = 0xe000_ef50 as *mut u32;
    /// Clean a data line by address to the point of unification.
    const DCCMVAU: *mut u32 = 0xe000_ef64 as *mut u32;
    // SAFETY: the register exists in every M profile; the cache bits read as 0 where there is no cache.
    let ccr = unsafe { CCR.read_volatile() };
    // SAFETY: a barrier.
    unsafe { asm!("dsb", options(nostack, preserves_flags)) };
    if ccr >> 16 & 1 == 1 {
        // SAFETY: a core with a data cache has this register.
        let ctr = unsafe { CTR.read_volatile() };
        let range = code.as_ptr_range();
        for line in lines(range.start as usize, range.end as usize, 4 << (ctr >> 16 & 15)) {
            // SAFETY: the line holds a byte of `code`; cleaning changes no contents.
            unsafe { DCCMVAU.write_volatile(line as u32) };
        }
        // SAFETY: a barrier.
        unsafe { asm!("dsb", options(nostack, preserves_flags)) };
    }
    if ccr >> 17 & 1 == 1 {
        // SAFETY: a core with an instruction cache has this register; instructions are fetched again.
        unsafe { ICIALLU.write_volatile(0) };
    }
    // SAFETY: barriers.
    unsafe { asm!("dsb", "isb", options(nostack, preserves_flags)) };
}

/// Makes the code in `code` visible to this core's instruction fetch. Privileged mode.
#[cfg(all(target_arch = "arm", bareasm_armv7a))]
pub fn sync(code: &[u8]) {
    use core::arch::asm;
    let ctr: u32;
    // SAFETY: CTR is readable in privileged mode, and reading it has no effect.
    unsafe { asm!("mrc p15, 0, {}, c0, c0, 1", out(reg) ctr, options(nomem, nostack, preserves_flags)) };
    let range = code.as_ptr_range();
    let (start, end) = (range.start as usize, range.end as usize);
    for line in lines(start, end, 4 << (ctr >> 16 & 15)) {
        // SAFETY: DCCMVAU: the line holds a byte of `code`; cleaning changes no contents.
        unsafe { asm!("mcr p15, 0, {}, c7, c11, 1", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: a barrier.
    unsafe { asm!("dsb", options(nostack, preserves_flags)) };
    for line in lines(start, end, 4 << (ctr & 15)) {
        // SAFETY: ICIMVAU: instructions of the line are fetched again.
        unsafe { asm!("mcr p15, 0, {}, c7, c5, 1", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: BPIALL forgets predicted branches; then barriers.
    unsafe { asm!("mcr p15, 0, {}, c7, c5, 6", "dsb", "isb", in(reg) 0, options(nostack, preserves_flags)) };
}

/// Makes the code in `code` visible to this hart's instruction fetch.
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
pub fn sync(code: &[u8]) {
    let _ = code;
    // SAFETY: `fence.i`, spelled as a word because the assembler takes the name with Zifencei only.
    unsafe { core::arch::asm!(".4byte 0x0000100f", options(nostack, preserves_flags)) };
}

/// The first addresses of the cache lines of `size` bytes (a power of two) that hold bytes of `start..end`.
#[cfg(any(test, target_arch = "aarch64", all(target_arch = "arm", any(bareasm_mclass, bareasm_armv7a))))]
fn lines(start: usize, end: usize, size: usize) -> impl Iterator<Item = usize> {
    let mut next = Some(start & !size.wrapping_sub(1)).filter(|_| start < end);
    core::iter::from_fn(move || {
        let line = next?;
        // At the very end of the address space there is no next one.
        next = line.checked_add(size).filter(|line| *line < end);
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_once() {
        assert!(lines(100, 100, 32).next().is_none());
        assert!(lines(100, 101, 32).eq([96]));
        assert!(lines(96, 128, 32).eq([96]));
        assert!(lines(95, 129, 32).eq([64, 96, 128]));
        assert!(lines(usize::MAX - 40, usize::MAX, 32).eq([usize::MAX - 63, usize::MAX - 31]));
        sync(&[0; 70]);
        sync(&[]);
    }
}
