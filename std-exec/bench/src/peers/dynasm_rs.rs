//! dynasm-rs 5.1: `SimpleAssembler` where there are no labels, and `VecAssembler`.

#[path = "../bodies.rs"]
mod bodies;
#[path = "../drive.rs"]
mod drive;

use crate::case::{hand_out, Case, Cases, Restart};
use crate::workload::{Workload, CAPACITY};
use dynasmrt::relocations::Relocation;
use dynasmrt::{aarch64::Aarch64Relocation, dynasm, x64::X64Relocation};
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, SimpleAssembler, VecAssembler};

impl Restart for SimpleAssembler {
    fn restart(&mut self) {
        self.ops.clear();
    }

    fn complete(&mut self, out: Option<&mut Vec<u8>>) -> usize {
        hand_out(&self.ops, out)
    }
}

/// Its code is private: `commit` and `drain` is the only way to use all of its memory again.
impl<R: Relocation> Restart for VecAssembler<R> {
    fn restart(&mut self) {}

    fn complete(&mut self, out: Option<&mut Vec<u8>>) -> usize {
        self.commit().expect("nothing is wrong with the workload");
        let length = self.offset().0;
        let code = self.drain().expect("it was committed");
        if let Some(out) = out {
            out.clear();
            out.extend(code);
        }
        length
    }
}

/// A label for each block: they can be made one by one only.
type Blocks = Vec<DynamicLabel>;

#[inline(always)]
fn block(blocks: &Blocks, number: usize) -> DynamicLabel {
    blocks[number]
}

#[inline(always)]
fn all(blocks: &Blocks) -> impl Iterator<Item = DynamicLabel> + '_ {
    blocks.iter().copied()
}

/// What the bodies are generic over.
macro_rules! bounds {
    ($($A:ident $Labelled:ident $Relocation:ident;)*) => { $(
        trait $A: DynasmApi + Restart {}
        impl<T: DynasmApi + Restart> $A for T {}
        trait $Labelled: $A + DynasmLabelApi<Relocation = $Relocation> {
            fn label(&mut self) -> DynamicLabel;
            fn blocks(&mut self, blocks: &mut Blocks, count: usize);
        }
        impl $Labelled for VecAssembler<$Relocation> {
            #[inline(always)]
            fn label(&mut self) -> DynamicLabel {
                self.new_dynamic_label()
            }
            #[inline(always)]
            fn blocks(&mut self, blocks: &mut Blocks, count: usize) {
                blocks.clear();
                blocks.extend((0..count).map(|_| self.new_dynamic_label()));
            }
        }
    )* };
}
bounds! { X64 LabelledX64 X64Relocation; A64 LabelledA64 Aarch64Relocation; }

/// Local labels inside one invocation.
#[inline(always)]
fn x64_local<A: LabelledX64>(ops: &mut A) {
    dynasm!(ops ; .arch x64
        ; again: ; add rax, rbx ; test rax, rax ; jz DWORD >done ; mov [rdi], rax ; add rdi, BYTE 8 ; dec rcx
        ; jnz DWORD <again ; done: ; ret);
}

/// Local labels inside one invocation.
#[inline(always)]
fn a64_local<A: LabelledA64>(ops: &mut A) {
    dynasm!(ops ; .arch aarch64
        ; again: ; add x0, x0, x1 ; cmp x0, #0 ; b.eq >done ; str x0, [x2] ; add x2, x2, #8 ; subs x3, x3, #1
        ; b.ne <again ; done: ; ret);
}

fn simple(_labels: usize) -> SimpleAssembler {
    SimpleAssembler { ops: Vec::with_capacity(CAPACITY) }
}

/// Every kind of label and reference has a table of its own; each definition of a local label stays in it.
fn grown<R: Relocation>(labels: usize) -> VecAssembler<R> {
    VecAssembler::new_with_capacity(0, CAPACITY, 2 * labels, 0, labels, 2 * labels, labels)
}

/// Adds all cases of dynasm-rs.
pub fn cases(all: &mut Vec<Case>, workload: &'static Workload) {
    macro_rules! architecture {
        ($arch:literal $Relocation:ident $plain:ident $labelled:ident) => {
            let mut cases = Cases { all, workload, arch: $arch, assembler: "dynasm-rs" };
            drive::$plain(&mut cases, simple);
            cases.assembler = "dynasm-rs, VecAssembler";
            drive::$plain(&mut cases, grown::<$Relocation>);
            drive::$labelled(&mut cases, usize::MAX, grown::<$Relocation>);
        };
    }
    architecture! { "x64" X64Relocation x64_plain x64_labelled }
    architecture! { "a64" Aarch64Relocation a64_plain a64_labelled }
}
