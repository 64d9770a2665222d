//! cranelift-assembler-x64 0.135: a type per encoding, into a `Vec<u8>`. It has no labels.

use crate::case::{hand_out, Case, Cases};
use crate::workload::{operands, Operands, Workload, BODY, CAPACITY, STATIC_X64};
use cranelift_assembler_x64::{inst, Amode, AmodeOffset, AmodeOffsetPlusKnownOffset, NonRspGpr, Registers, Scale};

/// Registers are numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Numbers;

impl Registers for Numbers {
    type ReadGpr = u8;
    type ReadWriteGpr = u8;
    type WriteGpr = u8;
    type ReadXmm = u8;
    type ReadWriteXmm = u8;
    type WriteXmm = u8;
}

fn memory(base: u8, displacement: i32) -> Amode<u8> {
    let simm32 = AmodeOffsetPlusKnownOffset { simm32: AmodeOffset::new(displacement), offset: None };
    Amode::ImmReg { base, simm32, trap: None }
}

fn indexed(base: u8, index: u8, scale: Scale, displacement: i32) -> Amode<u8> {
    let simm32 = AmodeOffset::new(displacement);
    Amode::ImmRegRegShift { base, index: NonRspGpr::new(index), scale, simm32, trap: None }
}

#[inline(always)]
fn body(code: &mut Vec<u8>, o: &Operands) {
    let Operands { r, v, b, i, q } = *o;
    let (byte2, byte3) = (b[2].into(), b[3].into());
    macro_rules! emit {
        ($($form:ident($($operand:expr),*))*) => { $( inst::$form::<Numbers>::new($($operand),*).encode(code); )* };
    }
    emit! {
        pushq_o(r[0]) movq_mr(r[0], r[1]) pushq_o(r[2]) pushq_o(r[3]) subq_mi_sxb(r[4], b[2])
        movq_mr(r[5], r[1]) movq_mr(r[2], r[6]) movl_oi(r[7], i[1] as u32) movabsq_oi(r[3], q as u64)
        movq_rm(r[6], memory(r[1], byte3)) movq_mr(memory(r[4], byte2), r[6])
        movl_rm(r[5], indexed(r[1], r[2], Scale::Four, i[4])) movq_mr(indexed(r[1], r[7], Scale::Eight, byte3), r[5])
        leaq_rm(r[6], indexed(r[2], r[3], Scale::Two, i[5])) addq_mr(r[5], r[2]) subq_mi_sxl(r[7], i[0])
        andl_mi(r[6], i[1] as u32) orq_mr(r[5], r[6]) xorl_mr(r[7], r[7]) imulq_rm(r[5], r[6])
        shlq_mi(r[7], b[0] as u8) sarq_mi(r[6], b[1] as u8) cmpq_mr(r[5], r[7]) cmovlq_rm(r[5], r[7])
        testl_mr(r[6], r[6]) sete_m(r[5]) movzbl_rm(r[5], r[5]) negq_m(r[6])
        movups_a(v[0], memory(r[1], byte3)) movaps_a(v[1], v[0]) addps_a(v[0], v[1])
        mulsd_a(v[2], v[3]) pxor_a(v[1], v[1]) movdqu_b(memory(r[2], i[3]), v[0])
        vaddps_b(v[0], v[1], v[2]) addq_mi_sxb(r[4], b[2]) popq_o(r[3]) popq_o(r[2]) popq_o(r[0])
    }
    inst::retq_zo::new().encode(code);
}

/// Adds the cases of cranelift-assembler-x64.
pub fn cases(all: &mut Vec<Case>, workload: &'static Workload) {
    let mut cases = Cases { all, workload, arch: "x64", assembler: "cranelift-assembler-x64" };
    let times = workload.bodies;
    for (name, fixed) in [("w1", true), ("w2", false)] {
        cases.add(name, times * BODY, move || {
            let mut code = Vec::with_capacity(CAPACITY);
            move |out: Option<&mut Vec<u8>>| {
                code.clear();
                for k in 0..times {
                    body(&mut code, if fixed { &STATIC_X64 } else { operands(&workload.x64, k) });
                }
                hand_out(&code, out)
            }
        });
    }
}
