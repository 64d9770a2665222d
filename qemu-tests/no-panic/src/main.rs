//! Everything that emits code, with values that the compiler does not know. Not to be run: the panic handler refers to a
//! symbol that does not exist, so this links only if the optimiser has proved that nothing can reach it.
#![no_std]
#![no_main]

mod aarch64;
mod thumb;
mod x64;

use bareasm_core::{DynamicLabel, Error, Labels};
use core::hint::black_box;

/// What a program knows at run time only.
struct Values {
    register: u8,
    other: u8,
    number: i32,
    wide: u64,
    address: u64,
    bytes: &'static [u8],
    label: DynamicLabel,
}

/// Memory for labels, of sizes that are as good as any.
type Table = Labels<8, 16>;

fn run() -> Result<usize, Error> {
    let mut code = [0; 512];
    let mut table = Table::new();
    let label = bareasm_core::x64::Assembler::new(&mut [], &mut table).new_dynamic_label();
    let values = black_box(Values { register: 1, other: 2, number: 3, wide: 4, address: 5, bytes: &[6], label });
    let code = black_box(&mut code[..]);
    let length = aarch64::run(code, &mut table, &values)?;
    let length = length.wrapping_add(thumb::run(code, &mut table, &values)?);
    Ok(length.wrapping_add(x64::run(code, &mut table, &values)?))
}

/// The entry.
#[no_mangle]
pub extern "C" fn _start() -> ! {
    let result = black_box(run());
    #[cfg(feature = "surviving-panic")]
    if result.is_err() {
        panic!("this path must make the link fail");
    }
    let _ = result;
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
