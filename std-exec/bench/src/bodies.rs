//! The workloads in `dynasm!`, compiled twice: with our macro, and with that of dynasm-rs. Ours takes its spellings, so one
//! text serves both.
//!
//! Where this is included, `dynasm!`, `DynamicLabel` and the traits for assemblers of an architecture, without and with labels,
//! are those of one of the two.

use super::{dynasm, Blocks, DynamicLabel, LabelledA64, LabelledX64, A64, X64};
use crate::workload::brainfuck::Emit;
use crate::workload::Operands;

/// All instructions in one invocation.
macro_rules! together {
    ($ops:ident $arch:ident $([$($t:tt)*])*) => { dynasm!($ops ; .arch $arch $(; $($t)*)*) };
}

/// One invocation per instruction, as match arms and helper functions have them.
macro_rules! split {
    ($ops:ident $arch:ident $([$($t:tt)*])*) => { $( dynasm!($ops ; .arch $arch ; $($t)*); )* };
}

macro_rules! x64_static {
    ($name:ident $how:ident) => {
        #[doc = concat!("W1, `", stringify!($how), "`.")]
        #[inline(always)]
        pub fn $name<A: X64>(ops: &mut A) {
            $how!(ops x64
                [push rbp] [mov rbp, rdi] [push rbx] [push r12] [sub rcx, BYTE 0x20] [mov rax, rdi] [mov rbx, rdx] [mov r8d, 0x12345678]
                [mov r12, QWORD 0x1122334455667788] [mov rdx, [rdi + 0x18]] [mov [rcx + 0x20], rdx] [mov eax, [rdi + rbx * 4 + 0x440]]
                [mov [rdi + r8 * 8 + 0x18], rax] [lea rdx, [rbx + r12 * 2 + 0x550]] [add rax, rbx] [sub r8, 0x1234] [and edx, 0x12345678]
                [or rax, rdx] [xor r8d, r8d] [imul rax, rdx] [shl r8, 3] [sar rdx, 5] [cmp rax, r8] [cmovl rax, r8] [test edx, edx]
                [sete al] [movzx eax, al] [neg rdx] [movups xmm0, [rdi + 0x18]] [movaps xmm1, xmm0] [addps xmm0, xmm1]
                [mulsd xmm2, xmm3] [pxor xmm1, xmm1] [movdqu [rbx + 0x330], xmm0] [vaddps ymm0, ymm1, ymm2] [add rcx, BYTE 0x20]
                [pop r12] [pop rbx] [pop rbp] [ret]);
        }
    };
}

macro_rules! a64_static {
    ($name:ident $how:ident) => {
        #[doc = concat!("W1, `", stringify!($how), "`.")]
        #[inline(always)]
        pub fn $name<A: A64>(ops: &mut A) {
            $how!(ops aarch64
                [stp x20, x21, [sp, #-32]!] [add x20, sp, #0x21] [stp x19, x22, [sp, #-32]] [mov x19, x0] [mov x22, x1] [movz x2, #0x1234]
                [movk x2, #0x5678, lsl #16] [ldr x3, [x0, #0x40]] [ldr w1, [x0, x2, lsl #2]] [str x3, [x19, #0x40]] [strb w1, [x22, #0x21]]
                [ldp x1, x2, [x0, #-32]] [add x3, x1, x2] [sub x2, x3, #0x21] [and x1, x2, #0xff0] [orr x3, x1, x2] [eor w2, w3, w1]
                [mul x1, x2, x3] [lsl x2, x1, #3] [asr x3, x2, #5] [add x1, x2, x3, lsl #2] [cmp x1, x2] [csel x3, x1, x2, lt]
                [cset w21, eq] [subs x19, x19, #0x21] [neg x22, x19] [mvn x0, x22] [ubfx x1, x0, #8, #16] [ldr q0, [x20, #0x40]]
                [mov v1.b16, v0.b16] [add v2.s4, v0.s4, v1.s4] [fadd v3.s4, v2.s4, v1.s4] [fmul d1, d2, d3]
                [eor v2.b16, v2.b16, v2.b16] [dup v3.s4, w21] [str q2, [x21, #0x40]] [sdiv x2, x1, x0]
                [ldp x19, x22, [sp, #-32]] [ldp x20, x21, [sp], #-32] [ret]);
        }
    };
}

macro_rules! x64_dynamic {
    ($name:ident $how:ident) => {
        #[doc = concat!("W2, `", stringify!($how), "`.")]
        #[inline(always)]
        pub fn $name<A: X64>(ops: &mut A, o: &Operands) {
            let Operands { r, v, b, i, q } = o;
            let (disp2, disp3, di3, di4, di5) = (b[2], b[3], i[3], i[4], i[5]);
            $how!(ops x64
                [push Rq(r[0])] [mov Rq(r[0]), Rq(r[1])] [push Rq(r[2])] [push Rq(r[3])] [sub Rq(r[4]), BYTE b[2]]
                [mov Rq(r[5]), Rq(r[1])] [mov Rq(r[2]), Rq(r[6])] [mov Rd(r[7]), DWORD i[1]] [mov Rq(r[3]), QWORD *q]
                [mov Rq(r[6]), [BYTE Rq(r[1]) + disp3]] [mov [BYTE Rq(r[4]) + disp2], Rq(r[6])]
                [mov Rd(r[5]), [DWORD Rq(r[1]) + Rq(r[2]) * 4 + di4]] [mov [BYTE Rq(r[1]) + Rq(r[7]) * 8 + disp3], Rq(r[5])]
                [lea Rq(r[6]), [DWORD Rq(r[2]) + Rq(r[3]) * 2 + di5]] [add Rq(r[5]), Rq(r[2])] [sub Rq(r[7]), DWORD i[0]]
                [and Rd(r[6]), DWORD i[1]] [or Rq(r[5]), Rq(r[6])] [xor Rd(r[7]), Rd(r[7])] [imul Rq(r[5]), Rq(r[6])]
                [shl Rq(r[7]), BYTE b[0]] [sar Rq(r[6]), BYTE b[1]] [cmp Rq(r[5]), Rq(r[7])] [cmovl Rq(r[5]), Rq(r[7])]
                [test Rd(r[6]), Rd(r[6])] [sete Rb(r[5])] [movzx Rd(r[5]), Rb(r[5])] [neg Rq(r[6])]
                [movups Rx(v[0]), [BYTE Rq(r[1]) + disp3]] [movaps Rx(v[1]), Rx(v[0])] [addps Rx(v[0]), Rx(v[1])]
                [mulsd Rx(v[2]), Rx(v[3])] [pxor Rx(v[1]), Rx(v[1])] [movdqu [DWORD Rq(r[2]) + di3], Rx(v[0])]
                [vaddps Ry(v[0]), Ry(v[1]), Ry(v[2])] [add Rq(r[4]), BYTE b[2]] [pop Rq(r[3])] [pop Rq(r[2])] [pop Rq(r[0])] [ret]);
        }
    };
}

macro_rules! a64_dynamic {
    ($name:ident $how:ident) => {
        #[doc = concat!("W2, `", stringify!($how), "`.")]
        #[inline(always)]
        pub fn $name<A: A64>(ops: &mut A, o: &Operands) {
            let (r, v) = (&o.r, &o.v);
            let [pr, so, ui, mw0, mw1, msk] = o.i;
            let (so, ui, mw0, mw1, msk) = (so as u32, ui as u32, mw0 as u32, mw1 as u32, msk as u64);
            let [sh0, sh1, lsb, wid] = o.b.map(|x| x as u32);
            $how!(ops aarch64
                [stp X(r[0]), X(r[1]), [sp, pr]!] [add XSP(r[0]), sp, ui] [stp X(r[2]), X(r[3]), [sp, pr]]
                [mov X(r[2]), X(r[4])] [mov X(r[3]), X(r[5])] [movz X(r[6]), mw0] [movk X(r[6]), mw1, lsl #16]
                [ldr X(r[7]), [XSP(r[4]), so]] [ldr W(r[5]), [XSP(r[4]), X(r[6]), lsl #2]] [str X(r[7]), [XSP(r[2]), so]]
                [strb W(r[5]), [XSP(r[3]), ui]] [ldp X(r[5]), X(r[6]), [XSP(r[4]), pr]]
                [add X(r[7]), X(r[5]), X(r[6])] [sub XSP(r[6]), XSP(r[7]), ui] [and XSP(r[5]), X(r[6]), msk] [orr X(r[7]), X(r[5]), X(r[6])]
                [eor W(r[6]), W(r[7]), W(r[5])] [mul X(r[5]), X(r[6]), X(r[7])] [lsl X(r[6]), X(r[5]), sh0] [asr X(r[7]), X(r[6]), sh1]
                [add X(r[5]), X(r[6]), X(r[7]), lsl #2] [cmp X(r[5]), X(r[6])] [csel X(r[7]), X(r[5]), X(r[6]), lt] [cset W(r[1]), eq]
                [subs X(r[2]), XSP(r[2]), ui] [neg X(r[3]), X(r[2])] [mvn X(r[4]), X(r[3])] [ubfx X(r[5]), X(r[4]), lsb, wid]
                [ldr Q(v[0]), [XSP(r[0]), so]] [mov V(v[1]).b16, V(v[0]).b16] [add V(v[2]).s4, V(v[0]).s4, V(v[1]).s4]
                [fadd V(v[3]).s4, V(v[2]).s4, V(v[1]).s4] [fmul D(v[1]), D(v[2]), D(v[3])] [eor V(v[2]).b16, V(v[2]).b16, V(v[2]).b16]
                [dup V(v[3]).s4, W(r[1])] [str Q(v[2]), [XSP(r[1]), so]] [sdiv X(r[6]), X(r[5]), X(r[4])]
                [ldp X(r[2]), X(r[3]), [sp, pr]] [ldp X(r[0]), X(r[1]), [sp], pr] [ret]);
        }
    };
}

x64_static! { x64_static together }
x64_static! { x64_static_split split }
a64_static! { a64_static together }
a64_static! { a64_static_split split }
x64_dynamic! { x64_dynamic together }
x64_dynamic! { x64_dynamic_split split }
a64_dynamic! { a64_dynamic together }
a64_dynamic! { a64_dynamic_split split }

/// W3: blocks that begin with a label each and end with a branch to one.
#[inline(always)]
pub fn x64_blocks<A: LabelledX64>(ops: &mut A, blocks: &mut Blocks, targets: &[u32]) {
    ops.blocks(blocks, targets.len());
    for (label, target) in super::all(blocks).zip(targets) {
        let target = super::block(blocks, *target as usize);
        dynasm!(ops ; .arch x64
            ; =>(label) ; mov rax, [rdi + 8] ; add rax, rcx ; sub rdx, rax ; xor esi, edx ; lea r8, [rax + rdx * 2] ; shl rax, 3
            ; cmp rax, rdx ; jnz =>(target));
    }
}

/// W3: blocks that begin with a label each and end with a branch to one.
#[inline(always)]
pub fn a64_blocks<A: LabelledA64>(ops: &mut A, blocks: &mut Blocks, targets: &[u32]) {
    ops.blocks(blocks, targets.len());
    for (label, target) in super::all(blocks).zip(targets) {
        let target = super::block(blocks, *target as usize);
        dynasm!(ops ; .arch aarch64
            ; =>(label) ; ldr x0, [x1, #8] ; add x0, x0, x2 ; sub x3, x0, #16 ; eor w4, w3, w0 ; lsl x5, x4, #3 ; orr x6, x5, x0
            ; cmp x6, x3 ; b.ne =>(target));
    }
}

/// Local labels, each defined in another invocation than it is used in.
#[inline(always)]
pub fn x64_crossing<A: LabelledX64>(ops: &mut A) {
    dynasm!(ops ; .arch x64 ; again: ; add rax, rbx ; test rax, rax ; jz DWORD >done);
    dynasm!(ops ; .arch x64 ; mov [rdi], rax ; add rdi, BYTE 8 ; dec rcx ; jnz DWORD <again);
    dynasm!(ops ; .arch x64 ; done: ; ret);
}

/// Local labels, each defined in another invocation than it is used in.
#[inline(always)]
pub fn a64_crossing<A: LabelledA64>(ops: &mut A) {
    dynasm!(ops ; .arch aarch64 ; again: ; add x0, x0, x1 ; cmp x0, #0 ; b.eq >done);
    dynasm!(ops ; .arch aarch64 ; str x0, [x2] ; add x2, x2, #8 ; subs x3, x3, #1 ; b.ne <again);
    dynasm!(ops ; .arch aarch64 ; done: ; ret);
}

/// The loops that are open: label of the body, label behind it.
pub type Loops = Vec<(DynamicLabel, DynamicLabel)>;

/// W4 on x64: the tape in `rbx`, the functions at `r12`.
#[derive(Debug)]
pub struct BrainfuckX64<'a, A>(pub &'a mut A, pub &'a mut Loops);

macro_rules! x64 {
    ($self:ident $($t:tt)*) => { { let ops = &mut *$self.0; dynasm!(ops ; .arch x64 $($t)*) } };
}

impl<A: LabelledX64> Emit for BrainfuckX64<'_, A> {
    fn prologue(&mut self) {
        x64!(self ; push rbx ; push r12 ; mov rbx, rdi ; mov r12, rsi);
    }
    fn epilogue(&mut self) {
        x64!(self ; pop r12 ; pop rbx ; ret);
    }
    fn forward(&mut self, n: u32) {
        x64!(self ; add rbx, BYTE n as i8);
    }
    fn back(&mut self, n: u32) {
        x64!(self ; sub rbx, BYTE n as i8);
    }
    fn add(&mut self, n: u32) {
        x64!(self ; add BYTE [rbx], BYTE n as i8);
    }
    fn subtract(&mut self, n: u32) {
        x64!(self ; sub BYTE [rbx], BYTE n as i8);
    }
    fn put(&mut self) {
        x64!(self ; movzx edi, BYTE [rbx] ; call QWORD [r12]);
    }
    fn get(&mut self) {
        x64!(self ; call QWORD [r12 + 8] ; mov BYTE [rbx], al);
    }
    fn open(&mut self) {
        let (body, end) = (self.0.label(), self.0.label());
        x64!(self ; cmp BYTE [rbx], 0 ; jz =>(end) ; =>(body));
        self.1.push((body, end));
    }
    fn close(&mut self) {
        if let Some((body, end)) = self.1.pop() {
            x64!(self ; cmp BYTE [rbx], 0 ; jnz =>(body) ; =>(end));
        }
    }
}

/// W4 on A64: the tape in `x19`, the functions at `x20`.
#[derive(Debug)]
pub struct BrainfuckA64<'a, A>(pub &'a mut A, pub &'a mut Loops);

macro_rules! a64 {
    ($self:ident $($t:tt)*) => { { let ops = &mut *$self.0; dynasm!(ops ; .arch aarch64 $($t)*) } };
}

impl<A: LabelledA64> Emit for BrainfuckA64<'_, A> {
    fn prologue(&mut self) {
        a64!(self ; stp x29, x30, [sp, #-32]! ; stp x19, x20, [sp, #16] ; mov x19, x0 ; mov x20, x1);
    }
    fn epilogue(&mut self) {
        a64!(self ; ldp x19, x20, [sp, #16] ; ldp x29, x30, [sp], #32 ; ret);
    }
    fn forward(&mut self, n: u32) {
        a64!(self ; add x19, x19, n);
    }
    fn back(&mut self, n: u32) {
        a64!(self ; sub x19, x19, n);
    }
    fn add(&mut self, n: u32) {
        a64!(self ; ldrb w0, [x19] ; add w0, w0, n ; strb w0, [x19]);
    }
    fn subtract(&mut self, n: u32) {
        a64!(self ; ldrb w0, [x19] ; sub w0, w0, n ; strb w0, [x19]);
    }
    fn put(&mut self) {
        a64!(self ; ldrb w0, [x19] ; ldr x8, [x20] ; blr x8);
    }
    fn get(&mut self) {
        a64!(self ; ldr x8, [x20, #8] ; blr x8 ; strb w0, [x19]);
    }
    fn open(&mut self) {
        let (body, end) = (self.0.label(), self.0.label());
        a64!(self ; ldrb w0, [x19] ; cbz w0, =>(end) ; =>(body));
        self.1.push((body, end));
    }
    fn close(&mut self) {
        if let Some((body, end)) = self.1.pop() {
            a64!(self ; ldrb w0, [x19] ; cbnz w0, =>(body) ; =>(end));
        }
    }
}
