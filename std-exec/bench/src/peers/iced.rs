//! iced-x86 1.22: `Encoder`, its lowest layer, and `code_asm`, assembled in pieces of 640 instructions.

use crate::case::{hand_out, Case, Cases};
use crate::workload::{operands, Operands, Workload, BLOCK, BLOCKS, BODY, CAPACITY, STATIC_X64};
use iced_x86::code_asm::*;
use iced_x86::{
    BlockEncoder, BlockEncoderOptions, Code, Encoder, IcedError, Instruction, InstructionBlock, MemoryOperand, Register,
};

const R64: [AsmRegister64; 16] = [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15];
const R32: [AsmRegister32; 16] = [eax, ecx, edx, ebx, esp, ebp, esi, edi, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d];
const R8: [AsmRegister8; 16] = [al, cl, dl, bl, spl, bpl, sil, dil, r8b, r9b, r10b, r11b, r12b, r13b, r14b, r15b];
const XMM: [AsmRegisterXmm; 16] =
    [xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15];
const YMM: [AsmRegisterYmm; 16] =
    [ymm0, ymm1, ymm2, ymm3, ymm4, ymm5, ymm6, ymm7, ymm8, ymm9, ymm10, ymm11, ymm12, ymm13, ymm14, ymm15];

/// Where the code is said to run.
const ADDRESS: u64 = 0x1000;
/// Bodies that `code_asm` assembles at a time.
const PIECE: usize = 16;

#[inline(always)]
fn body(a: &mut CodeAssembler, o: &Operands) -> Result<(), IcedError> {
    let q = |n: usize| R64[o.r[n] as usize & 15];
    let d = |n: usize| R32[o.r[n] as usize & 15];
    let x = |n: usize| XMM[o.v[n] as usize & 15];
    let y = |n: usize| YMM[o.v[n] as usize & 15];
    let byte = R8[o.r[5] as usize & 15];
    let (b, i) = (o.b.map(i32::from), o.i);
    macro_rules! emit {
        ($($mnemonic:ident($($operand:expr),*))*) => { $( a.$mnemonic($($operand),*)?; )* };
    }
    emit! {
        push(q(0)) mov(q(0), q(1)) push(q(2)) push(q(3)) sub(q(4), b[2])
        mov(q(5), q(1)) mov(q(2), q(6)) mov(d(7), i[1]) mov(q(3), o.q)
        mov(q(6), qword_ptr(q(1) + b[3])) mov(qword_ptr(q(4) + b[2]), q(6))
        mov(d(5), dword_ptr(q(1) + q(2) * 4 + i[4])) mov(qword_ptr(q(1) + q(7) * 8 + b[3]), q(5))
        lea(q(6), qword_ptr(q(2) + q(3) * 2 + i[5])) add(q(5), q(2)) sub(q(7), i[0]) and(d(6), i[1])
        or(q(5), q(6)) xor(d(7), d(7)) imul_2(q(5), q(6)) shl(q(7), b[0]) sar(q(6), b[1])
        cmp(q(5), q(7)) cmovl(q(5), q(7)) test(d(6), d(6)) sete(byte) movzx(d(5), byte) neg(q(6))
        movups(x(0), xmmword_ptr(q(1) + b[3])) movaps(x(1), x(0)) addps(x(0), x(1)) mulsd(x(2), x(3)) pxor(x(1), x(1))
        movdqu(xmmword_ptr(q(2) + i[3]), x(0)) vaddps(y(0), y(1), y(2)) add(q(4), b[2])
        pop(q(3)) pop(q(2)) pop(q(0)) ret()
    }
    Ok(())
}

#[inline(always)]
fn encoder_body(encoder: &mut Encoder, o: &Operands) -> Result<(), IcedError> {
    let q = |n: usize| Register::from(R64[o.r[n] as usize & 15]);
    let d = |n: usize| Register::from(R32[o.r[n] as usize & 15]);
    let x = |n: usize| Register::from(XMM[o.v[n] as usize & 15]);
    let y = |n: usize| Register::from(YMM[o.v[n] as usize & 15]);
    let byte = Register::from(R8[o.r[5] as usize & 15]);
    let (b, i) = (o.b.map(i32::from), o.i);
    let memory = |base: Register, displacement: i32| MemoryOperand::with_base_displ(base, displacement.into());
    let indexed = |base: Register, index: Register, scale: u32, displacement: i32| {
        MemoryOperand::with_base_index_scale_displ_size(base, index, scale, displacement.into(), 1)
    };
    macro_rules! emit {
        ($($with:ident $code:ident($($operand:expr),*))*) => { $( encoder.encode(&Instruction::$with(Code::$code, $($operand),*)?, 0)?; )* };
    }
    emit! {
        with1 Push_r64(q(0)) with2 Mov_r64_rm64(q(0), q(1)) with1 Push_r64(q(2)) with1 Push_r64(q(3)) with2 Sub_rm64_imm8(q(4), b[2])
        with2 Mov_r64_rm64(q(5), q(1)) with2 Mov_r64_rm64(q(2), q(6)) with2 Mov_r32_imm32(d(7), i[1]) with2 Mov_r64_imm64(q(3), o.q)
        with2 Mov_r64_rm64(q(6), memory(q(1), b[3])) with2 Mov_rm64_r64(memory(q(4), b[2]), q(6))
        with2 Mov_r32_rm32(d(5), indexed(q(1), q(2), 4, i[4])) with2 Mov_rm64_r64(indexed(q(1), q(7), 8, b[3]), q(5))
        with2 Lea_r64_m(q(6), indexed(q(2), q(3), 2, i[5])) with2 Add_r64_rm64(q(5), q(2)) with2 Sub_rm64_imm32(q(7), i[0])
        with2 And_rm32_imm32(d(6), i[1]) with2 Or_r64_rm64(q(5), q(6)) with2 Xor_r32_rm32(d(7), d(7)) with2 Imul_r64_rm64(q(5), q(6))
        with2 Shl_rm64_imm8(q(7), b[0]) with2 Sar_rm64_imm8(q(6), b[1]) with2 Cmp_r64_rm64(q(5), q(7)) with2 Cmovl_r64_rm64(q(5), q(7))
        with2 Test_rm32_r32(d(6), d(6)) with1 Sete_rm8(byte) with2 Movzx_r32_rm8(d(5), byte) with1 Neg_rm64(q(6))
        with2 Movups_xmm_xmmm128(x(0), memory(q(1), b[3])) with2 Movaps_xmm_xmmm128(x(1), x(0)) with2 Addps_xmm_xmmm128(x(0), x(1))
        with2 Mulsd_xmm_xmmm64(x(2), x(3)) with2 Pxor_xmm_xmmm128(x(1), x(1)) with2 Movdqu_xmmm128_xmm(memory(q(2), i[3]), x(0))
        with3 VEX_Vaddps_ymm_ymm_ymmm256(y(0), y(1), y(2)) with2 Add_rm64_imm8(q(4), b[2])
        with1 Pop_r64(q(3)) with1 Pop_r64(q(2)) with1 Pop_r64(q(0))
    }
    encoder.encode(&Instruction::with(Code::Retnq), 0)?;
    Ok(())
}

/// The blocks of W3. Branches get the shortest encoding: `code_asm` begins with that, and cannot be told otherwise.
fn blocks(a: &mut CodeAssembler, targets: &[u32]) -> Result<Vec<u8>, IcedError> {
    let mut labels: Vec<CodeLabel> = targets.iter().map(|_| a.create_label()).collect();
    for (block, target) in targets.iter().enumerate() {
        a.set_label(&mut labels[block])?;
        a.mov(rax, qword_ptr(rdi + 8))?;
        a.add(rax, rcx)?;
        a.sub(rdx, rax)?;
        a.xor(esi, edx)?;
        a.lea(r8, qword_ptr(rax + rdx * 2))?;
        a.shl(rax, 3)?;
        a.cmp(rax, rdx)?;
        a.jne(labels[*target as usize])?;
    }
    let code = BlockEncoder::encode(64, InstructionBlock::new(a.instructions(), ADDRESS), BlockEncoderOptions::NONE)?;
    Ok(code.code_buffer)
}

/// The operands of W1 or W2.
fn choose(workload: &Workload, fixed: bool, k: usize) -> &Operands {
    if fixed {
        &STATIC_X64
    } else {
        operands(&workload.x64, k)
    }
}

/// Adds the cases of iced-x86.
pub fn cases(all: &mut Vec<Case>, workload: &'static Workload) {
    let times = workload.bodies / 4;
    let mut cases = Cases { all, workload, arch: "x64", assembler: "iced-x86, Encoder" };
    for (name, fixed) in [("w1", true), ("w2", false)] {
        cases.add(name, times * BODY, move || with_encoder(workload, fixed, times));
    }
    cases.assembler = "iced-x86, code_asm";
    for (name, fixed) in [("w1", true), ("w2", false)] {
        cases.add(name, times * BODY, move || with_code_asm(workload, fixed, times));
    }
    // The largest takes seconds.
    for ((name, times, count), targets) in BLOCKS.into_iter().zip(&workload.targets).take(2) {
        let times = times.div_ceil(8);
        cases.add(name, times * count * BLOCK, move || {
            let mut asm = CodeAssembler::new(64).expect("64 is a bitness");
            move |mut out: Option<&mut Vec<u8>>| {
                let mut total = 0;
                for _ in 0..times {
                    asm.reset();
                    let code = blocks(&mut asm, targets).expect("nothing is wrong with the workload");
                    total += hand_out(&code, out.as_deref_mut());
                }
                total
            }
        });
    }
}

fn with_encoder(workload: &'static Workload, fixed: bool, times: usize) -> impl FnMut(Option<&mut Vec<u8>>) -> usize {
    let mut encoder = Encoder::try_with_capacity(64, CAPACITY).expect("64 is a bitness");
    move |out| {
        let mut code = encoder.take_buffer();
        code.clear();
        encoder.set_buffer(code);
        for k in 0..times {
            encoder_body(&mut encoder, choose(workload, fixed, k)).expect("nothing is wrong with the workload");
        }
        let code = encoder.take_buffer();
        let length = hand_out(&code, out);
        encoder.set_buffer(code);
        length
    }
}

fn with_code_asm(workload: &'static Workload, fixed: bool, times: usize) -> impl FnMut(Option<&mut Vec<u8>>) -> usize {
    let mut asm = CodeAssembler::new(64).expect("64 is a bitness");
    let mut code = Vec::with_capacity(CAPACITY);
    move |out| {
        code.clear();
        for k in 0..times {
            body(&mut asm, choose(workload, fixed, k)).expect("nothing is wrong with the workload");
            if k % PIECE == PIECE - 1 {
                code.extend_from_slice(&asm.assemble(ADDRESS).expect("nothing is wrong with the workload"));
                asm.reset();
            }
        }
        hand_out(&code, out)
    }
}
