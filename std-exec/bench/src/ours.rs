//! bareasm, over the caller's buffer, over one that grows, and over executable memory.

#[path = "bodies.rs"]
mod bodies;
#[path = "drive.rs"]
mod drive;

use crate::case::{hand_out, Case, Cases, Restart};
use crate::workload::{Workload, CAPACITY};
use bareasm_alloc::{GrowLabels, VecAssembler};
use bareasm_core::{aarch64::Aarch64, dynasm, x64::X64 as X64Arch};
use bareasm_core::{
    Arch, AsAssembler, Assembler, CodeBuffer, DynamicLabel, DynamicLabels, FixedLabels, LabelTable, Labels, Sink,
};

/// Room in the fixed label tables; the most that fixed tables take is 65535.
const LABELS: usize = 16_384;

/// Not for all of `AsAssembler`, since the peers' types have this trait, too.
macro_rules! restart {
    ($(($($parameter:tt)*) $Assembler:ty;)*) => { $(
        impl<$($parameter)*> Restart for $Assembler {
            fn restart(&mut self) {
                self.reset();
            }

            fn complete(&mut self, out: Option<&mut Vec<u8>>) -> usize {
                self.finish().expect("nothing is wrong with the workload");
                hand_out(self.code(), out)
            }
        }
    )* };
}
restart! {
    (A: Arch, S: Sink, T: LabelTable) Assembler<A, S, T>;
    (A: Arch) VecAssembler<A>;
    (A: Arch) bareasm_exec::Assembler<A>;
}

/// A label for each block.
type Blocks = DynamicLabels;

#[inline(always)]
fn block(blocks: &Blocks, number: usize) -> DynamicLabel {
    blocks.at(number)
}

#[inline(always)]
fn all(blocks: &Blocks) -> impl Iterator<Item = DynamicLabel> {
    blocks.iter()
}

/// What the bodies are generic over.
macro_rules! bounds {
    ($($A:ident $Labelled:ident $Arch:ident;)*) => { $(
        /// Takes code of this architecture.
        trait $A: AsAssembler<Arch = $Arch> + Restart {}
        impl<T: AsAssembler<Arch = $Arch> + Restart> $A for T {}
        /// Has labels as well.
        trait $Labelled: $A {
            fn label(&mut self) -> DynamicLabel;
            fn blocks(&mut self, blocks: &mut Blocks, count: usize);
        }
        impl<T: $A> $Labelled for T {
            #[inline(always)]
            fn label(&mut self) -> DynamicLabel {
                self.bareasm_target().new_dynamic_label()
            }
            #[inline(always)]
            fn blocks(&mut self, blocks: &mut Blocks, count: usize) {
                *blocks = self.bareasm_target().new_dynamic_labels(count);
            }
        }
    )* };
}
bounds! { X64 LabelledX64 X64Arch; A64 LabelledA64 Aarch64; }

/// Local labels inside one invocation.
#[inline(always)]
fn x64_local<A: X64>(ops: &mut A) {
    dynasm!(ops ; .arch x64
        ; ->again: ; add rax, rbx ; test rax, rax ; jz DWORD ->done ; mov [rdi], rax ; add rdi, BYTE 8 ; dec rcx
        ; jnz DWORD ->again ; ->done: ; ret);
}

/// Local labels inside one invocation.
#[inline(always)]
fn a64_local<A: A64>(ops: &mut A) {
    dynasm!(ops ; .arch aarch64
        ; ->again: ; add x0, x0, x1 ; cmp x0, #0 ; b.eq ->done ; str x0, [x2] ; add x2, x2, #8 ; subs x3, x3, #1
        ; b.ne ->again ; ->done: ; ret);
}

fn buffer() -> CodeBuffer<'static> {
    CodeBuffer::new(vec![0; CAPACITY].leak())
}

/// Over the caller's buffer, labels in a fixed table of the caller's.
fn fixed<A: Arch>(_labels: usize) -> Assembler<A, CodeBuffer<'static>, FixedLabels<'static>> {
    let table: &'static mut Labels<LABELS, LABELS> = Box::leak(Box::new(Labels::new()));
    Assembler::from_parts(buffer(), table.view())
}

/// Over the caller's buffer, labels on the heap.
fn mixed<A: Arch>(labels: usize) -> Assembler<A, CodeBuffer<'static>, GrowLabels> {
    Assembler::from_parts(buffer(), GrowLabels::with_capacity(labels, labels))
}

/// Over a buffer that grows; pre-reserved, like those of the peers.
fn grown<A: Arch>(labels: usize) -> VecAssembler<A> {
    VecAssembler::new_with_capacity(0, CAPACITY, labels, 0, 0, labels, 0)
}

/// Over memory that is to be executed. It is not published here: this measures assembling.
fn executable<A: Arch>(_labels: usize) -> bareasm_exec::Assembler<A> {
    bareasm_exec::Assembler::with_capacity(CAPACITY).expect("pages can be had")
}

/// Adds all cases of ours.
pub fn cases(all: &mut Vec<Case>, workload: &'static Workload) {
    macro_rules! architecture {
        ($arch:literal $A:ident $plain:ident $labelled:ident) => {
            let mut cases = Cases { all, workload, arch: $arch, assembler: "ours" };
            drive::$plain(&mut cases, fixed::<$A>);
            drive::$labelled(&mut cases, LABELS, fixed::<$A>);
            cases.assembler = "ours, labels on the heap";
            drive::$labelled(&mut cases, usize::MAX, mixed::<$A>);
            cases.assembler = "ours, VecAssembler";
            drive::$plain(&mut cases, grown::<$A>);
            drive::$labelled(&mut cases, usize::MAX, grown::<$A>);
            cases.assembler = "ours, executable";
            drive::$plain(&mut cases, executable::<$A>);
            drive::$labelled(&mut cases, usize::MAX, executable::<$A>);
        };
    }
    architecture! { "x64" X64Arch x64_plain x64_labelled }
    architecture! { "a64" Aarch64 a64_plain a64_labelled }
}
