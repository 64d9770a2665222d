//! asmkit-rs 0.7.6: one `CodeBuffer`, cleared between runs, which keeps its memory. `finish` is the only way to resolve labels; it
//! copies the code. Branches are told to be long.

use crate::case::{hand_out, Case, Cases};
use crate::workload::{brainfuck, operands, Workload, BLOCK, BLOCKS, BODY, STATIC_A64, STATIC_X64};
use asmkit::{Arch, CodeBuffer, Environment};

/// Copies code without labels.
fn plain(buffer: &CodeBuffer, out: Option<&mut Vec<u8>>) -> usize {
    assert!(buffer.error().is_none(), "{:?}", buffer.error());
    hand_out(buffer.data(), out)
}

/// Makes so many units of code with labels; the length of all.
fn units(mut code: CodeBuffer, times: usize, mut unit: impl FnMut(&mut CodeBuffer)) -> impl FnMut(Option<&mut Vec<u8>>) -> usize {
    move |mut out| {
        let mut total = 0;
        for _ in 0..times {
            code.clear();
            unit(&mut code);
            let finished = code.finish().expect("nothing is wrong with the workload");
            total += hand_out(finished.data(), out.as_deref_mut());
        }
        total
    }
}

mod x64 {
    use crate::workload::brainfuck::Emit;
    use crate::workload::Operands;
    use asmkit::x86::*;
    use asmkit::{imm, Label};

    pub use asmkit::x86::Assembler;

    #[inline(always)]
    pub fn body(a: &mut Assembler<'_>, o: &Operands) {
        let q = |n: usize| gpq(o.r[n].into());
        let d = |n: usize| gpd(o.r[n].into());
        let x = |n: usize| xmm(o.v[n].into());
        let y = |n: usize| ymm(o.v[n].into());
        let byte = || gpb_lo(o.r[5].into());
        let (b, i) = (o.b.map(i32::from), o.i);
        macro_rules! emit {
            ($($mnemonic:ident($($operand:expr),*))*) => { $( a.$mnemonic($($operand),*); )* };
        }
        // The scale of an index is given as a power of two.
        emit! {
            push(q(0)) mov(q(0), q(1)) push(q(2)) push(q(3)) sub(q(4), imm(b[2]))
            mov(q(5), q(1)) mov(q(2), q(6)) mov(d(7), imm(i[1])) mov(q(3), imm(o.q))
            mov(q(6), ptr64(q(1), b[3])) mov(ptr64(q(4), b[2]), q(6))
            mov(d(5), ptr_index(q(1), q(2), 2, i[4], 4)) mov(ptr_index(q(1), q(7), 3, b[3], 8), q(5))
            lea(q(6), ptr_index(q(2), q(3), 1, i[5], 8)) add(q(5), q(2)) sub(q(7), imm(i[0])) and_(d(6), imm(i[1]))
            or_(q(5), q(6)) xor_(d(7), d(7)) imul(q(5), q(6)) shl(*q(7), imm(b[0])) sar(*q(6), imm(b[1]))
            cmp(q(5), q(7)) cmovl(q(5), q(7)) test(d(6), d(6)) setz(byte()) movzx(d(5), byte()) neg(q(6))
            movups(x(0), ptr(q(1), b[3], 16)) movaps(x(1), x(0)) addps(x(0), x(1)) mulsd(x(2), x(3)) pxor(x(1), x(1))
            movdqu(ptr(q(2), i[3], 16), x(0)) vaddps(y(0), y(1), y(2)) add(q(4), imm(b[2]))
            pop(q(3)) pop(q(2)) pop(q(0)) ret()
        }
    }

    pub fn blocks(a: &mut Assembler<'_>, labels: &mut std::vec::Vec<Label>, targets: &[u32]) {
        labels.clear();
        labels.extend(targets.iter().map(|_| a.get_label()));
        for (label, target) in labels.iter().zip(targets) {
            a.bind_label(*label);
            a.mov(RAX, ptr64(RDI, 8));
            a.add(RAX, RCX);
            a.sub(RDX, RAX);
            a.xor_(ESI, EDX);
            a.lea(R8, ptr_index(RAX, RDX, 1, 0, 8));
            a.shl(*RAX, imm(3));
            a.cmp(RAX, RDX);
            a.long().jnz(labels[*target as usize]);
        }
    }

    pub fn local(a: &mut Assembler<'_>) {
        let (again, done) = (a.get_label(), a.get_label());
        a.bind_label(again);
        a.add(RAX, RBX);
        a.test(RAX, RAX);
        a.long().jz(done);
        a.mov(ptr64(RDI, 0), RAX);
        a.add(RDI, imm(8));
        a.dec(RCX);
        a.long().jnz(again);
        a.bind_label(done);
        a.ret();
    }

    pub struct Brainfuck<'a, 'b>(pub Assembler<'a>, pub &'b mut std::vec::Vec<(Label, Label)>);

    impl Emit for Brainfuck<'_, '_> {
        fn prologue(&mut self) {
            let a = &mut self.0;
            a.push(RBX);
            a.push(R12);
            a.mov(RBX, RDI);
            a.mov(R12, RSI);
        }
        fn epilogue(&mut self) {
            let a = &mut self.0;
            a.pop(R12);
            a.pop(RBX);
            a.ret();
        }
        fn forward(&mut self, n: u32) {
            self.0.add(RBX, imm(n));
        }
        fn back(&mut self, n: u32) {
            self.0.sub(RBX, imm(n));
        }
        fn add(&mut self, n: u32) {
            self.0.add(ptr8(RBX, 0), imm(n));
        }
        fn subtract(&mut self, n: u32) {
            self.0.sub(ptr8(RBX, 0), imm(n));
        }
        fn put(&mut self) {
            self.0.movzx(EDI, ptr8(RBX, 0));
            self.0.call(ptr64(R12, 0));
        }
        fn get(&mut self) {
            self.0.call(ptr64(R12, 8));
            self.0.mov(ptr8(RBX, 0), AL);
        }
        fn open(&mut self) {
            let a = &mut self.0;
            let (body, end) = (a.get_label(), a.get_label());
            a.cmp(ptr8(RBX, 0), imm(0));
            a.long().jz(end);
            a.bind_label(body);
            self.1.push((body, end));
        }
        fn close(&mut self) {
            if let Some((body, end)) = self.1.pop() {
                let a = &mut self.0;
                a.cmp(ptr8(RBX, 0), imm(0));
                a.long().jnz(body);
                a.bind_label(end);
            }
        }
    }
}

mod a64 {
    use crate::workload::brainfuck::Emit;
    use crate::workload::Operands;
    use asmkit::aarch64::*;
    use asmkit::{imm, Label};

    pub use asmkit::aarch64::Assembler;

    /// Condition codes as this API numbers them.
    const LT: u32 = 0x0d;
    const EQ: u32 = 0x02;

    #[inline(always)]
    pub fn body(a: &mut Assembler<'_>, o: &Operands) {
        let gx = |n: usize| x(o.r[n].into());
        let gw = |n: usize| w(o.r[n].into());
        let gv = |n: usize| v(o.v[n].into());
        let [pr, so, ui, mw0, mw1, msk] = o.i;
        let b = o.b.map(|n| n as u32);
        macro_rules! emit {
            ($($mnemonic:ident($($operand:expr),*))*) => { $( a.$mnemonic($($operand),*); )* };
        }
        // The typed API has no shifted register of `add`: the one that should be `lsl #2` is not.
        emit! {
            stp(gx(0), gx(1), ptr_pre(sp, pr)) add(gx(0), sp, imm(ui)) stp(gx(2), gx(3), ptr(sp, pr))
            mov(gx(2), gx(4)) mov(gx(3), gx(5)) movz(gx(6), imm(mw0)) movk_3(gx(6), imm(mw1), imm(16))
            ldr(gx(7), ptr(gx(4), so)) ldr(gw(5), ptr_shift(gx(4), gx(6), lsl(2))) str(gx(7), ptr(gx(2), so))
            strb(gw(5), ptr(gx(3), ui)) ldp(gx(5), gx(6), ptr(gx(4), pr))
            add(gx(7), gx(5), gx(6)) sub(gx(6), gx(7), imm(ui)) and_(gx(5), gx(6), imm(msk)) orr(gx(7), gx(5), gx(6))
            eor(gw(6), gw(7), gw(5)) mul(gx(5), gx(6), gx(7)) lsl(gx(6), gx(5), imm(b[0])) asr(gx(7), gx(6), imm(b[1]))
            add(gx(5), gx(6), gx(7)) cmp(gx(5), gx(6)) csel(gx(7), gx(5), gx(6), imm(LT)) cset(gw(1), imm(EQ))
            subs(gx(2), gx(2), imm(ui)) neg(gx(3), gx(2)) mvn(gx(4), gx(3)) ubfx(gx(5), gx(4), imm(b[2]), imm(b[3]))
            ldr(gv(0).q(), ptr(gx(0), so)) mov(gv(1).b16(), gv(0).b16()) add(gv(2).s4(), gv(0).s4(), gv(1).s4())
            fadd(gv(3).s4(), gv(2).s4(), gv(1).s4()) fmul(gv(1).d(), gv(2).d(), gv(3).d())
            eor(gv(2).b16(), gv(2).b16(), gv(2).b16()) dup(gv(3).s4(), gw(1)) str(gv(2).q(), ptr(gx(1), so))
            sdiv(gx(6), gx(5), gx(4)) ldp(gx(2), gx(3), ptr(sp, pr)) ldp(gx(0), gx(1), ptr_post(sp, pr)) ret(x30)
        }
    }

    pub fn blocks(a: &mut Assembler<'_>, labels: &mut std::vec::Vec<Label>, targets: &[u32]) {
        labels.clear();
        labels.extend(targets.iter().map(|_| a.get_label()));
        for (label, target) in labels.iter().zip(targets) {
            a.bind_label(*label);
            a.ldr(x0, ptr(x1, 8));
            a.add(x0, x0, x2);
            a.sub(x3, x0, imm(16));
            a.eor(w4, w(3), w0);
            a.lsl(x5, x4, imm(3));
            a.orr(x6, x5, x0);
            a.cmp(x6, x3);
            a.b_ne(labels[*target as usize]);
        }
    }

    pub fn local(a: &mut Assembler<'_>) {
        let (again, done) = (a.get_label(), a.get_label());
        a.bind_label(again);
        a.add(x0, x0, x1);
        a.cmp(x0, imm(0));
        a.b_eq(done);
        a.str(x0, ptr(x2, 0));
        a.add(x2, x2, imm(8));
        a.subs(x3, x3, imm(1));
        a.b_ne(again);
        a.bind_label(done);
        a.ret(x30);
    }

    pub struct Brainfuck<'a, 'b>(pub Assembler<'a>, pub &'b mut std::vec::Vec<(Label, Label)>);

    impl Emit for Brainfuck<'_, '_> {
        fn prologue(&mut self) {
            let a = &mut self.0;
            a.stp(x29, x30, ptr_pre(sp, -32));
            a.stp(x19, x20, ptr(sp, 16));
            a.mov(x19, x0);
            a.mov(x20, x1);
        }
        fn epilogue(&mut self) {
            let a = &mut self.0;
            a.ldp(x19, x20, ptr(sp, 16));
            a.ldp(x29, x30, ptr_post(sp, 32));
            a.ret(x30);
        }
        fn forward(&mut self, n: u32) {
            self.0.add(x19, x19, imm(n));
        }
        fn back(&mut self, n: u32) {
            self.0.sub(x19, x19, imm(n));
        }
        fn add(&mut self, n: u32) {
            let a = &mut self.0;
            a.ldrb(w0, ptr(x19, 0));
            a.add(w0, w0, imm(n));
            a.strb(w0, ptr(x19, 0));
        }
        fn subtract(&mut self, n: u32) {
            let a = &mut self.0;
            a.ldrb(w0, ptr(x19, 0));
            a.sub(w0, w0, imm(n));
            a.strb(w0, ptr(x19, 0));
        }
        fn put(&mut self) {
            let a = &mut self.0;
            a.ldrb(w0, ptr(x19, 0));
            a.ldr(x8, ptr(x20, 0));
            a.blr(x8);
        }
        fn get(&mut self) {
            let a = &mut self.0;
            a.ldr(x8, ptr(x20, 8));
            a.blr(x8);
            a.strb(w0, ptr(x19, 0));
        }
        fn open(&mut self) {
            let a = &mut self.0;
            let (body, end) = (a.get_label(), a.get_label());
            a.ldrb(w0, ptr(x19, 0));
            a.cbz(w0, end);
            a.bind_label(body);
            self.1.push((body, end));
        }
        fn close(&mut self) {
            if let Some((body, end)) = self.1.pop() {
                let a = &mut self.0;
                a.ldrb(w0, ptr(x19, 0));
                a.cbnz(w0, body);
                a.bind_label(end);
            }
        }
    }
}

/// Adds the cases of asmkit-rs.
pub fn cases(all: &mut Vec<Case>, workload: &'static Workload) {
    macro_rules! architecture {
        ($arch:ident $Arch:ident $STATIC:ident) => {
            let mut cases = Cases { all, workload, arch: stringify!($arch), assembler: "asmkit-rs" };
            let buffer = || CodeBuffer::new(Environment::new(Arch::$Arch));
            let (times, sets) = (workload.bodies, &workload.$arch);
            for (name, fixed) in [("w1", true), ("w2", false)] {
                cases.add(name, times * BODY, move || {
                    let mut code = buffer();
                    move |out: Option<&mut Vec<u8>>| {
                        code.clear();
                        let mut asm = $arch::Assembler::new(&mut code);
                        for k in 0..times {
                            $arch::body(&mut asm, if fixed { &$STATIC } else { operands(sets, k) });
                        }
                        plain(&code, out)
                    }
                });
            }
            for ((name, times, count), targets) in BLOCKS.into_iter().zip(&workload.targets) {
                cases.add(name, times * count * BLOCK, move || {
                    let mut labels = Vec::new();
                    units(buffer(), times, move |code| $arch::blocks(&mut $arch::Assembler::new(code), &mut labels, targets))
                });
            }
            let loops = workload.loops;
            cases.add("local", loops * BLOCK, move || {
                units(buffer(), 1, move |code| {
                    let mut asm = $arch::Assembler::new(code);
                    for _ in 0..loops {
                        $arch::local(&mut asm);
                    }
                })
            });
            cases.add("w4", workload.compilations * workload.program_instructions.$arch, move || {
                let mut open = Vec::new();
                units(buffer(), workload.compilations, move |code| {
                    let asm = $arch::Assembler::new(code);
                    brainfuck::compile(&mut $arch::Brainfuck(asm, &mut open), &workload.program);
                })
            });
        };
    }
    architecture! { x64 X64 STATIC_X64 }
    architecture! { a64 AArch64 STATIC_A64 }
}
