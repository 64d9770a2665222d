//! Code for one architecture and an assembler for another, or no assembler at all.

use bareasm_core::{dynasm, thumb, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = thumb::Assembler::new(&mut code, &mut labels);
    dynasm!(ops ; .arch aarch64 ; nop);
    dynasm!(ops ; .arch thumb ; nop ; .arch x64 ; nop);
    let mut bytes = Vec::<u8>::new();
    dynasm!(bytes ; .arch thumb ; nop);
    dynasm!();
    dynasm!(ops, nop);
}
