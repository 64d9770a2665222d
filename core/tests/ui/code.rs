//! What `code!` cannot contain: it is a constant.

use bareasm_core::code;

fn main() {
    let n = 1;
    let _ = code!(.arch aarch64 ; add x0, x1, n);
    let _ = code!(.arch aarch64 ; add X(n), x1, x2);
    let _ = code!(.arch aarch64 ; mov x0, n);
    let _ = code!(.arch aarch64 ; .u32 n);
    let _ = code!(.arch aarch64 ; .bytes [n]);
    let _ = code!(.arch aarch64 ; =>exit:);
    let _ = code!(.arch aarch64 ; b =>exit);
    let _ = code!(.arch aarch64 ; b >exit);
    let _ = code!(.arch aarch64 ; b ->exit);
    let _ = code!(.arch aarch64 ; bl extern 0x1000);
    let _ = code!(.arch aarch64 ; adrp x0, ->here ; ->here:);
    let _ = code!(.arch aarch64 ; .align n);
    let _ = code!(.arch aarch64 ; .u8 1 ; .align 4);
    let _ = code!(.arch aarch64 ; nop ;; n += 1);
    let _ = code!(.arch x64 ; .abs64 ->here ; ->here:);
}
