//! The functions around the lines of tables, for [`rows!`](crate::rows).

/// A64: the three vectors of a [`Room`](crate::Room) in registers of 128 bits.
#[macro_export]
macro_rules! neon {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { $crate::dynasm!($ops
        ; .arch aarch64
        ; ldr Q($d), [x0] ; ldr Q($n), [x0, 256] ; ldr Q($m), [x0, 512]
        ; $($line)*
        ; str Q($d), [x0, 768]
        ; ret
    ) };
}

/// A64: the three vectors of a [`Room`](crate::Room) in scalable registers, its mask in `p0`; `x9` is where the second vector
/// is in memory, `x10` where the result goes.
#[macro_export]
macro_rules! sve {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { $crate::dynasm!($ops
        ; .arch aarch64
        ; ldr Z($d), [x0]
        ; add x9, x0, #512 ; ldr Z($m), [x9]
        ; add x9, x0, #256 ; ldr Z($n), [x9]
        ; add x10, x0, #1024 ; ldr p0, [x10]
        ; add x10, x0, #768
        ; $($line)*
        ; str Z($d), [x10]
        ; ret
    ) };
}

/// x86-64: three integers in general registers; the first one is returned, and the flags (overflow, sign, zero, parity, carry).
#[macro_export]
macro_rules! general {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { $crate::dynasm!($ops
        ; .arch x64
        ; push rdx ; push rsi ; push rdi
        ; pop Rq($d) ; pop Rq($n) ; pop Rq($m)
        ; $($line)*
        ; pushfq ; mov rax, Rq($d) ; pop rdx ; and edx, 0x8c5
        ; ret
    ) };
}

/// x86-64: the three vectors of a [`Room`](crate::Room) in registers of 128 bits; the room is at `rdi`.
#[macro_export]
macro_rules! sse {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { $crate::dynasm!($ops
        ; .arch x64
        ; movups Rx($d), [rdi] ; movups Rx($n), [rdi + 256] ; movups Rx($m), [rdi + 512]
        ; $($line)*
        ; movups [rdi + 768], Rx($d)
        ; ret
    ) };
}

/// x86-64: the three vectors of a [`Room`](crate::Room) in registers of 256 bits; the room is at `rdi`.
#[macro_export]
macro_rules! avx {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { $crate::dynasm!($ops
        ; .arch x64
        ; vmovups Ry($d), [rdi] ; vmovups Ry($n), [rdi + 256] ; vmovups Ry($m), [rdi + 512]
        ; $($line)*
        ; vmovups [rdi + 768], Ry($d)
        ; vzeroupper
        ; ret
    ) };
}

/// x86-64: the three vectors of a [`Room`](crate::Room) in registers of 512 bits, its mask in `k1`; the room is at `rdi`.
#[macro_export]
macro_rules! avx512 {
    ($ops:ident $d:ident $n:ident $m:ident $($line:tt)*) => { $crate::dynasm!($ops
        ; .arch x64
        ; vmovups Rz($d), [rdi] ; vmovups Rz($n), [rdi + 256] ; vmovups Rz($m), [rdi + 512]
        ; kmovq k1, [rdi + 1024]
        ; $($line)*
        ; vmovups [rdi + 768], Rz($d)
        ; vzeroupper
        ; ret
    ) };
}
