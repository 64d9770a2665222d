//! IT blocks that do not hold together.

use bareasm_core::{dynasm, thumb, Labels};

fn main() {
    let (mut code, mut labels) = ([0; 64], Labels::<4, 4>::new());
    let mut ops = thumb::Assembler::new(&mut code, &mut labels);
    dynasm!(ops
        ; .arch thumb
        ; it eq
        ; addne r0, r0, #1
        ; it eq
        ; add r0, r0, #1
        ; addeq r0, r0, #1
        ; itt eq
        ; bxeq lr
        ; moveq r0, r1
        ; itt eq
        ; it ne
        ; movne r0, r1
        ; it eq
        ; cbzeq r0, 8
        ; it xx
        ; itee eq
        ; moveq r0, r1
        ; moveq r0, r1
    );
}
