//! x86-64 general-purpose instructions by class, results and flags: arithmetic, shifts, bits, conditions, exchanges, strings,
//! and what BMI, ADX, MOVBE and later extensions have added. Operands in `rax`, `rcx`, `rdx`, or in registers known at run time;
//! result in the first.
#![cfg(target_arch = "x86_64")]

use bareasm_qemu_tests::{general, rows, table, with, Pair};

macro_rules! check {
    ($($rows:tt)*) => { table::integers(rows!(general GENERAL: $($rows)*)) };
}

macro_rules! flags {
    ($($rows:tt)*) => { table::pairs(rows!(general GENERAL: $($rows)*)) };
}

/// The lower half, extended with zeros as every 32-bit instruction does it.
fn low(value: u64) -> u64 {
    u64::from(value as u32)
}

/// Bits of the flags register.
const CARRY: u64 = 1;
const PARITY: u64 = 4;
const ZERO: u64 = 0x40;
const SIGN: u64 = 0x80;
const OVERFLOW: u64 = 0x800;

/// A result of so many bits, put into a register as instructions of this width do it, and the flags it sets.
fn result(before: u64, value: u64, bits: u32, carry: bool, overflow: bool) -> Pair {
    let mask = u64::MAX >> (64 - bits);
    let value = value & mask;
    let register = if bits == 32 { value } else { before & !mask | value };
    let flag = |holds: bool, flag: u64| if holds { flag } else { 0 };
    let parity = (value as u8).count_ones().is_multiple_of(2);
    Pair(
        register,
        flag(carry, CARRY)
            | flag(parity, PARITY)
            | flag(value == 0, ZERO)
            | flag(value >> (bits - 1) & 1 == 1, SIGN)
            | flag(overflow, OVERFLOW),
    )
}

/// A number of so many bits, with its sign.
fn signed(value: u64, bits: u32) -> i128 {
    i128::from((value << (64 - bits)) as i64 >> (64 - bits))
}

fn unsigned(value: u64, bits: u32) -> u128 {
    u128::from(value & u64::MAX >> (64 - bits))
}

fn sum(a: u64, b: u64, carry: bool, bits: u32) -> Pair {
    let value = unsigned(a, bits) + unsigned(b, bits) + u128::from(carry);
    let right = signed(a, bits) + signed(b, bits) + i128::from(carry);
    result(a, value as u64, bits, value >> bits != 0, right != signed(value as u64, bits))
}

fn difference(a: u64, b: u64, borrow: bool, bits: u32) -> Pair {
    let value = unsigned(a, bits).wrapping_sub(unsigned(b, bits) + u128::from(borrow));
    let right = signed(a, bits) - signed(b, bits) - i128::from(borrow);
    result(a, value as u64, bits, value >> 127 != 0, right != signed(value as u64, bits))
}

fn logic(before: u64, value: u64, bits: u32) -> Pair {
    result(before, value, bits, false, false)
}

/// The flags of a comparison, and the register as it was.
fn only_flags(a: u64, pair: Pair) -> Pair {
    Pair(a, pair.1)
}

/// All arithmetic of one width: registers, immediates of both sizes, memory as source and as destination.
macro_rules! arithmetic {
    ($R:ident $bits:literal $size:ident $a:ident $c:ident $d:ident $r8:ident $small:literal $large:literal) => { flags! {
        (d n m) [add $R(d), $R(n)] |a, b, _| sum(a, b, false, $bits);
        (d n m) [sub $R(d), $R(m)] |a, _, c| difference(a, c, false, $bits);
        [add $a, $c] |a, b, _| sum(a, b, false, $bits);
        [sub $a, $small] |a, _, _| difference(a, $small as i64 as u64, false, $bits);
        [add $a, $large] |a, _, _| sum(a, $large as i64 as u64, false, $bits);
        [push rcx ; add $a, $size [rsp] ; lea rsp, [rsp + 8]] |a, b, _| sum(a, b, false, $bits);
        [push rax ; sub $size [rsp], $c ; mov rax, [rsp] ; lea rsp, [rsp + 8]] |a, b, _| { let Pair(value, flags) = difference(a, b, false, $bits); Pair(if $bits == 32 { a & !0xffff_ffff | value } else { value }, flags) };
        [cmp rcx, rdx ; adc $a, $c] |a, b, c| sum(a, b, b < c, $bits);
        (d n m) [cmp Rq(n), Rq(m) ; sbb $R(d), $R(n)] |a, b, c| difference(a, b, b < c, $bits);
        [cmp rcx, rdx ; sbb $a, $small] |a, b, c| difference(a, $small as i64 as u64, b < c, $bits);
        [cmp $a, $c] |a, b, _| only_flags(a, difference(a, b, false, $bits));
        (d n m) [and $R(d), $R(n)] |a, b, _| logic(a, a & b, $bits);
        (d n m) [or $R(d), $R(n)] |a, b, _| logic(a, a | b, $bits);
        (d n m) [xor $R(d), $R(n)] |a, b, _| logic(a, a ^ b, $bits);
        [and $a, $large] |a, _, _| logic(a, a & $large as i64 as u64, $bits);
        [or $a, $small] |a, _, _| logic(a, a | $small as i64 as u64, $bits);
        (d n m) [test $R(d), $R(n)] |a, b, _| only_flags(a, logic(a, a & b, $bits));
        [test $a, $large] |a, _, _| only_flags(a, logic(a, a & $large as i64 as u64, $bits));
        (d n m) [neg $R(d)] |a, _, _| { let Pair(value, flags) = difference(0, a, false, $bits); Pair(result(a, value, $bits, false, false).0, flags) };
        // These leave the carry, which the comparison has set.
        [cmp rcx, rdx ; inc $a] |a, b, c| { let Pair(value, flags) = sum(a, 1, false, $bits); Pair(value, flags & !CARRY | u64::from(b < c)) };
        (d n m) [cmp Rq(n), Rq(m) ; dec $R(d)] |a, b, c| { let Pair(value, flags) = difference(a, 1, false, $bits); Pair(value, flags & !CARRY | u64::from(b < c)) };
        [cmp rcx, rdx ; not $a] |a, b, c| Pair(result(a, !a, $bits, false, false).0, difference(b, c, false, 64).1);
        // Compared and exchanged; exchanged and added.
        [mov r8, rcx ; cmpxchg $r8, $d ; mov rax, r8] |a, b, c| {
            let flags = difference(a, b, false, $bits).1;
            Pair(if flags & ZERO != 0 { keep(b, c, $bits) } else { b }, flags)
        };
        [xchg rax, rcx ; xadd $c, $a ; mov rax, rcx] |a, b, _| sum(a, b, false, $bits);
    } };
}

#[test]
fn arithmetic() {
    arithmetic!(Rb 8 byte al cl dl r8b 0x7f -0x80);
    arithmetic!(Rw 16 word ax cx dx r8w -0x80 0x7f80);
    arithmetic!(Rd 32 dword eax ecx edx r8d 0x7f -0x7fff_fff0);
    arithmetic!(Rq 64 qword rax rcx rdx r8 -0x80 0x7fff_fff0);
    flags! {
        [add ah, cl] |a, b, _| { let Pair(value, flags) = sum(a >> 8, b, false, 8); Pair(a & !0xff00 | (value & 0xff) << 8, flags) };
        [lock xadd [rsp - 8], rcx ; mov rax, 0 ; add rax, 0] |_, _, _| Pair(0, ZERO | PARITY);
    }
}

#[test]
fn products() {
    check! {
        (d n m) [imul Rq(d), Rq(n)] |a, b, _| a.wrapping_mul(b);
        (d n m) [imul Rd(d), Rd(n), 100] |_, b, _| low(b.wrapping_mul(100));
        (d n m) [imul Rq(d), Rq(m), -100000] |_, _, c| c.wrapping_mul(100_000).wrapping_neg();
        [imul ax, cx, 1000] |a, b, _| a & !0xffff | b.wrapping_mul(1000) & 0xffff;
        [mul rcx ; xor rax, rdx] |a, b, _| { let product = u128::from(a) * u128::from(b); product as u64 ^ (product >> 64) as u64 };
        [mul ecx ; shl rdx, 32 ; or rax, rdx] |a, b, _| low(a) * low(b);
        [mul cl] |a, b, _| a & !0xffff | ((a & 0xff) * (b & 0xff));
        [imul rcx ; xor rax, rdx] |a, b, _| { let product = i128::from(a as i64) * i128::from(b as i64); product as u64 ^ (product >> 64) as u64 };
        [imul cl] |a, b, _| a & !0xffff | (i64::from(a as i8) * i64::from(b as i8)) as u64 & 0xffff;
        [mov r8, rdx ; xor edx, edx ; or rcx, 1 ; div rcx ; xor rax, rdx] |a, b, _| (a / (b | 1)) ^ (a % (b | 1));
        [mov edx, 0 ; or ecx, 1 ; div ecx ; shl rdx, 32 ; or rax, rdx] |a, b, _| (low(a) / (low(b) | 1)) | ((low(a) % (low(b) | 1)) << 32);
        [and eax, 0xff ; or cl, 0x80 ; div cl] |a, b, _| { let (n, by) = (a & 0xff, b & 0xff | 0x80); (n / by) | ((n % by) << 8) };
        [shr rax, 1 ; cqo ; or rcx, 3 ; idiv rcx ; xor rax, rdx] |a, b, _| { let (n, by) = ((a >> 1) as i64, (b | 3) as i64); ((n / by) ^ (n % by)) as u64 };
        [cdqe ; cwde ; cbw] |a, _, _| low(a as i16 as u64) & !0xffff | a as i8 as u64 & 0xffff;
        [cqo ; mov rax, rdx] |a, _, _| (a as i64 >> 63) as u64;
        [cwd ; mov ax, dx] |a, _, _| a & !0xffff | (a as i16 >> 15) as u64 & 0xffff;
    }
}

/// Shifts of one width by CL and by numbers.
macro_rules! shifts {
    ($R:ident $bits:literal $a:ident $count:literal) => { check! {
        (d n m) [mov rcx, Rq(n) ; shl $R(d), cl ; mov Rq(m), Rq(d)] |a, b, _| keep(a, a << (b & $count).min(63) << u32::from(b & $count == 64), $bits);
        [shr $a, cl] |a, b, _| keep(a, (unsigned(a, $bits) >> (b & $count)) as u64, $bits);
        [sar $a, cl] |a, b, _| keep(a, (signed(a, $bits) >> (b & $count)) as u64, $bits);
        [rol $a, cl] |a, b, _| keep(a, rotated(a, b & $count, $bits), $bits);
        [ror $a, cl] |a, b, _| keep(a, rotated(a, $bits - (b & $count) % $bits, $bits), $bits);
        [shl $a, 1] |a, _, _| keep(a, a << 1, $bits);
        [sar $a, 7] |a, _, _| keep(a, (signed(a, $bits) >> 7) as u64, $bits);
        [shr $a, 1] |a, _, _| keep(a, (unsigned(a, $bits) >> 1) as u64, $bits);
        [rol $a, 5] |a, _, _| keep(a, rotated(a, 5, $bits), $bits);
        [cmp rcx, rdx ; rcl $a, 1] |a, b, c| keep(a, a << 1 | u64::from(b < c), $bits);
        [cmp rcx, rdx ; rcr $a, 1] |a, b, c| keep(a, (unsigned(a, $bits) >> 1) as u64 | u64::from(b < c) << ($bits - 1), $bits);
    } };
}

/// A register after a result of so many bits.
fn keep(before: u64, value: u64, bits: u32) -> u64 {
    result(before, value, bits, false, false).0
}

fn rotated(value: u64, by: u64, bits: u32) -> u64 {
    let (value, by) = (unsigned(value, bits), by % u64::from(bits));
    (value << by | value >> (u64::from(bits) - by)) as u64
}

#[test]
fn shifts() {
    shifts!(Rb 8 al 31);
    shifts!(Rw 16 ax 31);
    shifts!(Rd 32 eax 31);
    shifts!(Rq 64 rax 63);
    check! {
        (d n m) [shld Rq(d), Rq(n), 20 ; mov Rq(m), Rq(m)] |a, b, _| a << 20 | b >> 44;
        [shrd eax, ecx, 9] |a, b, _| low(low(a) >> 9 | b << 23);
        [mov r8, rcx ; mov ecx, edx ; shld rax, r8, cl] |a, b, c| match c % 64 { 0 => a, by => a << by | b >> (64 - by) };
    }
}

#[test]
fn bits_and_conditions() {
    check! {
        (d n m) [bt Rq(d), Rq(n) ; setc Rb(d) ; movzx Rd(d), Rb(d) ; mov Rq(m), Rq(m)] |a, b, _| a >> (b % 64) & 1;
        [bts rax, rcx] |a, b, _| a | 1 << (b % 64);
        [btr eax, ecx] |a, b, _| low(a & !(1 << (b % 32)));
        [btc rax, 63] |a, _, _| a ^ 1 << 63;
        [or rcx, 16 ; bsf rax, rcx] |_, b, _| (b | 16).trailing_zeros().into();
        [or ecx, 1 ; bsr eax, ecx] |_, b, _| u64::from(31 - (b as u32 | 1).leading_zeros());
        (d n m) [bswap Rq(d) ; mov Rq(n), Rq(m)] |a, _, _| a.swap_bytes();
        [bswap eax] |a, _, _| (a as u32).swap_bytes().into();
        [xchg al, ah] |a, _, _| a & !0xffff | (a & 0xff) << 8 | a >> 8 & 0xff;
        [lea rax, [rax + rcx * 8 - 100]] |a, b, _| a.wrapping_add(b << 3).wrapping_sub(100);
        (d n m) [lea Rq(d), [Rq(n) + Rq(m) * 4 + 1000]] |_, b, c| b.wrapping_add(c << 2).wrapping_add(1000);
        [lea eax, [rcx + rdx]] |_, b, c| low(b.wrapping_add(c));
        (d n m) [movzx Rd(d), Rb(n) ; mov Rq(m), Rq(m)] |_, b, _| b & 0xff;
        (d n m) [movsx Rq(d), Rw(n) ; mov Rq(m), Rq(m)] |_, b, _| b as i16 as u64;
        [movsx ax, cl] |a, b, _| a & !0xffff | b as i8 as u64 & 0xffff;
        [mov rax, QWORD 0x1122334455667788] |_, _, _| 0x1122_3344_5566_7788;
        [mov rax, -5] |_, _, _| -5i64 as u64;
        [push -7 ; pop rax] |_, _, _| -7i64 as u64;
        [push 0x12345678 ; pop rax] |_, _, _| 0x1234_5678;
        [sahf ; lahf] |a, _, _| a & !0xff00 | (a >> 8 & 0xd5 | 2) << 8;
        [cmp rcx, rdx ; cmc ; setc al ; movzx eax, al] |_, b, c| (b >= c).into();
        [std ; cld ; stc ; sbb rax, rax] |_, _, _| u64::MAX;
    }
    macro_rules! conditions {
        ($($set:ident $cmov:ident $jump:ident |$a:ident, $b:ident| $holds:expr;)*) => { $( check! {
            [cmp rax, rcx ; $set al ; movzx eax, al] |$a, $b, _| ($holds).into();
            (d n m) [cmp Rq(d), Rq(n) ; mov Rd(d), 0 ; $set Rb(d) ; mov Rq(m), Rq(m)] |$a, $b, _| ($holds).into();
            [cmp rax, rcx ; $cmov rax, rdx] |$a, $b, c| if $holds { c } else { $a };
            (d n m) [cmp Rq(d), Rq(n) ; $cmov Rd(d), Rd(m)] |$a, $b, c| low(if $holds { c } else { $a });
            [cmp rax, rcx ; $jump >held ; mov rax, rdx ; held:] |$a, $b, c| if $holds { $a } else { c };
        } )* };
    }
    conditions! {
        sete cmove je |a, b| a == b;
        setne cmovne jne |a, b| a != b;
        setb cmovb jb |a, b| a < b;
        setae cmovae jae |a, b| a >= b;
        seta cmova ja |a, b| a > b;
        setbe cmovbe jbe |a, b| a <= b;
        setl cmovl jl |a, b| (a as i64) < b as i64;
        setge cmovge jge |a, b| a as i64 >= b as i64;
        setg cmovg jg |a, b| a as i64 > b as i64;
        setle cmovle jle |a, b| a as i64 <= b as i64;
        sets cmovs js |a, b| (a.wrapping_sub(b) as i64) < 0;
        setns cmovns jns |a, b| a.wrapping_sub(b) as i64 >= 0;
        seto cmovo jo |a, b| (a as i64).checked_sub(b as i64).is_none();
        setno cmovno jno |a, b| (a as i64).checked_sub(b as i64).is_some();
        setp cmovp jp |a, b| (a.wrapping_sub(b) as u8).count_ones().is_multiple_of(2);
        setnp cmovnp jnp |a, b| (a.wrapping_sub(b) as u8).count_ones() % 2 == 1;
    }
}

#[test]
fn strings_and_loops() {
    check! {
        // Copied below the stack, forwards; then compared, scanned, stored, loaded.
        [push rax ; push rcx ; lea rsi, [rsp] ; lea rdi, [rsp - 64] ; mov ecx, 16 ; rep movsb ; mov rax, [rsp - 64] ; xor rax, [rsp - 56] ; add rsp, 16] |a, b, _| a ^ b;
        [lea rdi, [rsp - 64] ; mov ecx, 4 ; rep stosd ; mov rax, [rsp - 56]] |a, _, _| low(a) << 32 | low(a);
        [push rax ; push rcx ; mov rsi, rsp ; lodsb ; movzx edx, al ; lodsw ; movzx eax, ax ; shl eax, 8 ; or eax, edx ; add rsp, 16] |_, b, _| b & 0xff_ffff;
        [push rcx ; mov rdi, rsp ; mov ecx, 8 ; repne scasb ; mov rax, rcx ; pop rdx] |a, b, _| b.to_le_bytes().iter().position(|byte| *byte == a as u8).map_or(0, |at| 7 - at as u64);
        [push rax ; push rcx ; mov rsi, rsp ; lea rdi, [rsp + 8] ; mov ecx, 8 ; repe cmpsb ; mov rax, rcx ; lea rsp, [rsp + 16]] |a, b, _| {
            a.to_le_bytes().iter().zip(b.to_le_bytes()).position(|(a, b)| *a != b).map_or(0, |at| 7 - at as u64)
        };
        [push rax ; push rcx ; mov rsi, rsp ; lea rdi, [rsp - 64] ; movsw ; movsd ; movsq ; mov eax, [rsp - 64] ; add rsp, 16] |_, b, _| low(b);
        [push rcx ; mov rsi, rsp ; std ; lodsd ; cld ; lea r8, [rsp - 4] ; sub rsi, r8 ; add rax, rsi ; pop rcx] |_, b, _| low(b);
        [push rcx ; mov rsi, rsp ; lodsq ; pop rcx] |_, b, _| b;
        [lea rdi, [rsp - 64] ; mov ecx, 3 ; rep stosw ; movzx eax, word [rsp - 60]] |a, _, _| a & 0xffff;
        [lea rdi, [rsp - 64] ; stosq ; stosb ; lea rcx, [rsp - 55] ; sub rdi, rcx ; mov rax, [rsp - 64] ; add rax, rdi] |a, _, _| a;
        [push rcx ; mov rdi, rsp ; scasw ; setb al ; movzx eax, al ; pop rcx] |a, b, _| ((a as u16) < b as u16).into();
        [push rcx ; mov rdi, rsp ; scasd ; setg al ; movzx eax, al ; pop rcx] |a, b, _| (a as i32 > b as i32).into();
        [push rcx ; mov rdi, rsp ; scasq ; setbe al ; movzx eax, al ; pop rcx] |a, b, _| (a <= b).into();
        [push rax ; push rcx ; mov rsi, rsp ; lea rdi, [rsp + 8] ; cmpsq ; setl al ; movzx eax, al ; lea rsp, [rsp + 16]] |a, b, _| ((b as i64) < a as i64).into();
        [push rax ; push rcx ; mov rsi, rsp ; lea rdi, [rsp + 8] ; cmpsw ; seta al ; movzx eax, al ; lea rsp, [rsp + 16]] |a, b, _| (b as u16 > a as u16).into();
        [mov eax, 0 ; mov ecx, 9 ; again: ; inc eax ; cmp eax, 4 ; loopne <again] |_, _, _| 4;
        [mov eax, 0 ; mov ecx, 9 ; again: ; inc eax ; cmp eax, eax ; loope <again] |_, _, _| 9;
        [push rcx ; and qword [rsp], 0x8d5 ; or qword [rsp], 0x202 ; popfq ; pushfq ; pop rax ; and eax, 0x8d5] |_, b, _| b & 0x8d5;
        [mov ecx, 5 ; mov eax, 0 ; again: ; add eax, ecx ; loop <again] |_, _, _| 15;
        [mov ecx, 0 ; mov eax, 1 ; jrcxz >over ; mov eax, 2 ; over:] |_, _, _| 1;
        [push rbp ; enter 32, 0 ; mov [rbp - 8], rcx ; mov rax, [rsp + 24] ; leave ; pop rbp] |_, b, _| b;
        [push rbx ; push rdx ; mov rbx, rsp ; mov eax, 3 ; xlatb ; movzx eax, al ; pop rdx ; pop rbx] |_, _, c| c >> 24 & 0xff;
        [call >function ; jmp >done ; function: ; mov rax, rdx ; ret ; done:] |_, _, c| c;
    }
}

#[test]
fn later_extensions() {
    with!(
        "bmi1",
        "BMI1",
        check! {
            (d n m) [andn Rq(d), Rq(n), Rq(m)] |_, b, c| !b & c;
            [bextr rax, rcx, rdx] |_, b, c| { let (from, count) = (c & 0xff, c >> 8 & 0xff); let x = if from < 64 { b >> from } else { 0 }; if count < 64 { x & ((1 << count) - 1) } else { x } };
            (d n m) [blsi Rq(d), Rq(n) ; mov Rq(m), Rq(m)] |_, b, _| b & b.wrapping_neg();
            [blsr eax, ecx] |_, b, _| low(b & b.wrapping_sub(1));
            [blsmsk rax, rcx] |_, b, _| b ^ b.wrapping_sub(1);
            (d n m) [tzcnt Rd(d), Rd(n) ; mov Rq(m), Rq(m)] |_, b, _| (b as u32).trailing_zeros().into();
            [tzcnt ax, cx] |a, b, _| a & !0xffff | u64::from((b as u16).trailing_zeros());
        }
    );
    with!(
        "bmi2",
        "BMI2",
        check! {
            (d n m) [bzhi Rq(d), Rq(n), Rq(m)] |_, b, c| if c & 0xff < 64 { b & ((1 << (c & 0xff)) - 1) } else { b };
            [mulx r8, rax, rcx ; xor rax, r8] |_, b, c| { let product = u128::from(b) * u128::from(c); product as u64 ^ (product >> 64) as u64 };
            (d n m) [pdep Rq(d), Rq(n), Rq(m)] |_, b, c| { let mut k = 0; (0..64).filter(|i| c >> i & 1 == 1).fold(0, |out, i| { k += 1; out | (b >> (k - 1) & 1) << i }) };
            (d n m) [pext Rq(d), Rq(n), Rq(m)] |_, b, c| { let mut k = 0; (0..64).filter(|i| c >> i & 1 == 1).fold(0, |out, i| { k += 1; out | (b >> i & 1) << (k - 1) }) };
            [rorx eax, ecx, 13] |_, b, _| (b as u32).rotate_right(13).into();
            (d n m) [sarx Rq(d), Rq(n), Rq(m)] |_, b, c| (b as i64 >> (c % 64)) as u64;
            [shlx eax, ecx, edx] |_, b, c| low(b << (c % 32));
            (d n m) [shrx Rq(d), Rq(n), Rq(m)] |_, b, c| b >> (c % 64);
        }
    );
    with!(
        "adx",
        "ADX",
        check! {
            [cmp rcx, rdx ; adcx rax, rcx] |a, b, c| a.wrapping_add(b).wrapping_add((b < c).into());
            (d n m) [test Rq(n), Rq(n) ; adox Rq(d), Rq(m)] |a, _, c| a.wrapping_add(c);
        }
    );
    with!("lzcnt" "popcnt", "counts of bits", check! {
        (d n m) [lzcnt Rq(d), Rq(n) ; mov Rq(m), Rq(m)] |_, b, _| b.leading_zeros().into();
        [lzcnt eax, ecx] |_, b, _| (b as u32).leading_zeros().into();
        (d n m) [popcnt Rq(d), Rq(n) ; mov Rq(m), Rq(m)] |_, b, _| b.count_ones().into();
        [popcnt ax, cx] |a, b, _| a & !0xffff | u64::from((b as u16).count_ones());
    });
    with!(
        "movbe",
        "MOVBE",
        check! {
            [push rcx ; movbe rax, [rsp] ; pop rcx] |_, b, _| b.swap_bytes();
            (d n m) [push Rq(n) ; movbe [rsp], Rd(m) ; pop Rq(d)] |_, b, c| b & !0xffff_ffff | u64::from((c as u32).swap_bytes());
        }
    );
    with!(
        "cx16",
        "CMPXCHG16B",
        check! {
            [push rbx ; mov r8, rcx ; mov r9, rdx ; mov rbx, rax ; sub rsp, 32 ; lea r10, [rsp + 15] ; and r10, -16 ; mov [r10], r8 ; mov [r10 + 8], r9 ; mov rax, r8 ; mov rdx, r9 ; mov rcx, 77
                ; lock cmpxchg16b [r10] ; mov rax, [r10] ; add rsp, 32 ; pop rbx] |a, _, _| a;
        }
    );
    with!(
        "sse4.2",
        "CRC32",
        check! {
            (d n m) [crc32 Rq(d), Rq(n) ; mov Rq(m), Rq(m)] |a, b, _| crc32(a as u32, b, 8);
            [crc32 eax, cl] |a, b, _| crc32(a as u32, b, 1);
            [crc32 eax, cx] |a, b, _| crc32(a as u32, b, 2);
        }
    );
    with!("movdiri" "movdir64b", "direct stores", check! {
        [movdiri [rsp - 8], rcx ; mfence ; mov rax, [rsp - 8]] |_, b, _| b;
        [push rcx ; lea r8, [rsp - 192] ; and r8, -64 ; lea r9, [rsp] ; movdir64b r8, [r9] ; mfence ; mov rax, [r8] ; pop rcx] |_, b, _| b;
    });
    with!("rdrand", "RDRAND", check! { [rdrand rcx ; setc al ; movzx eax, al] |_, _, _| 1; });
    check! {
        [endbr64 ; nop ; pause ; lfence ; sfence ; nop dword [rax + rax + 5]] |a, _, _| a;
        [rdtsc ; shl rdx, 32 ; or rax, rdx ; mov r8, rax ; lfence ; rdtsc ; shl rdx, 32 ; or rax, rdx ; cmp rax, r8 ; setae al ; movzx eax, al] |_, _, _| 1;
        [clc ; setc al ; stc ; adc al, 0 ; movzx eax, al] |_, _, _| 1;
        [prefetcht1 [rsp] ; prefetcht2 [rsp] ; prefetchw [rsp] ; prefetcht0 [rsp] ; prefetchnta [rsp - 64] ; clflush [rsp - 64]] |a, _, _| a;
    }
}

/// The checksum of the instruction: Castagnoli's polynomial.
fn crc32(start: u32, data: u64, bytes: usize) -> u64 {
    bareasm_qemu_tests::crypto::crc32(0x82f6_3b78, start, data, bytes)
}
