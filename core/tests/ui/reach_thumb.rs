//! Labels that a narrow branch does not reach.

use bareasm_core::{dynasm, thumb, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = thumb::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch thumb
        ; ->top:
        ; cbz r0, ->top
        ; cbnz r0, ->end
        ; b.n ->top
        ; .u64 0, 0, 0, 0, 0, 0, 0, 0
        ; .u64 0, 0, 0, 0, 0, 0, 0, 0
        ; .u64 0, 0, 0, 0, 0, 0, 0, 0
        ; ->end:
    );
}
