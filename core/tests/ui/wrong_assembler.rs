//! Code for one architecture and an assembler for another, or no assembler at all.

use bareasm_core::{dynasm, thumb, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = thumb::Assembler::new(&mut code, &mut labels);
    let n = 0;
    dynasm!(ops ; .arch aarch64 ; ret X(n));
    dynasm!(ops ; .arch thumb ; bx R(n) ; .arch x64 ; push Rq(n));
    let mut bytes = Vec::<u8>::new();
    dynasm!(bytes ; .arch thumb ; bx R(n));
    dynasm!();
    dynasm!(ops, nop);
}
