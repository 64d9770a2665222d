//! Relaxed code runs: it does what the same code does that is not relaxed, and reaches every address.
#![cfg(target_arch = "x86_64")]

mod common;

use bareasm_exec::x64::X64;
use bareasm_exec::{dynasm, AsAssembler, DynamicLabel, DynasmError, ExecutableBuffer, Reason, RelaxingAssembler};
use common::{call, callback, Assembler};
use fastrand::Rng;

callback! {
    fn triple(number: u64) -> u64 { number.wrapping_mul(3) }
}

/// A step of a program: it mixes `rax` with a constant, and goes on to a next step or to the one behind it.
struct Step {
    kind: u8,
    constant: i32,
    next: usize,
    filler: usize,
}

/// Assembles the steps as a `fn(rounds: u64, start: u64) -> u64`.
fn assemble<T: AsAssembler<Arch = X64>>(ops: &mut T, steps: &[Step], call_triple: fn(&mut T)) -> DynamicLabel {
    let labels: Vec<DynamicLabel> = steps.iter().map(|_| ops.bareasm_target().new_dynamic_label()).collect();
    let exit = ops.bareasm_target().new_dynamic_label();
    dynasm!(ops ; .arch x64 ; mov rax, rsi);
    for (step, label) in steps.iter().zip(&labels) {
        let (constant, next) = (step.constant, labels[step.next]);
        let nops = &[0x90u8; 30][..step.filler];
        dynasm!(ops ; .arch x64 ; =>(*label): sub rdi, 1 ; jb =>(exit) ; imul rax, rax, constant ; add rax, 12345);
        match step.kind {
            // Within the invocation, over branches that leave it.
            0 => dynasm!(ops
                ; .arch x64
                ; mov esi, 3
                ; ->again: add rax, [->table]
                ; test rax, rax
                ; js =>(next)
                ; dec rsi
                ; jnz ->again
                ; jmp =>(next)
                ; ->table: .u64 0x1234_5678_9abc_def1
            ),
            // Over padding, over bytes that nobody knows, and over Rust.
            1 => dynasm!(ops
                ; .arch x64
                ; lea rsi, [->data + 8]
                ; test al, 1
                ; jz ->skip
                ; jmp DWORD =>(next)
                ; .bytes nops
                ; ->skip: add rax, [rsi]
                ; jc =>(next)
                ;; let eight = 8
                ; add rax, [rsi - eight]
                ; jmp =>(next)
                ; .align 16
                ; ->data: .u64 77, constant as u32
            ),
            // By a table of distances.
            2 => dynasm!(ops
                ; .arch x64
                ; lea rsi, [->table]
                ; mov edx, eax
                ; and edx, 3
                ; lea rsi, [rsi + rdx * 4]
                ; movsxd rdx, dword [rsi]
                ; add rsi, rdx
                ; jmp rsi
                ; ->a: inc rax
                ; jmp =>(next)
                ; ->b: not rax
                ; ->c: test al, al
                ; jnp =>(next)
                ; ->d: ror rax, 7
                ; jmp =>(next)
                ; ->table: .rel32 ->a, ->b, ->c, ->d
            ),
            3 => dynasm!(ops ; .arch x64 ; test al, 2 ; jz >over ; rol rax, 3 ; jmp =>(next) ; over: nop),
            // A name that another invocation defines.
            4 => {
                dynasm!(ops ; .arch x64 ; test al, 8 ; jnz >later ; jmp >later ; .bytes nops);
                dynasm!(ops ; .arch x64 ; later: push rdi ; mov rdi, rax);
                call_triple(ops);
                dynasm!(ops ; .arch x64 ; pop rdi ; mov esi, constant ; test rax, rax ; js <later_still ; later_still: nop);
            }
            // `loop` has no long form.
            5 => dynasm!(ops ; .arch x64 ; mov ecx, 5 ; ->l: rol rax, 5 ; jc =>(next) ; xor rax, rcx ; loop ->l),
            _ => dynasm!(ops ; .arch x64 ; .bytes nops ; .align 8 ; jmp BYTE >here ; .bytes nops ; here: nop),
        }
    }
    dynasm!(ops ; .arch x64 ; jmp =>(labels[0]) ; =>(exit): ret);
    exit
}

#[test]
fn as_without_relaxing() {
    let mut random = Rng::with_seed(5);
    let (mut long, mut short) = (0, 0);
    for round in 0..100 {
        let count = random.usize(1..60);
        let step = |random: &mut Rng, n: usize| Step {
            kind: random.u8(..7),
            constant: random.i32(..) | 1,
            next: (n + random.usize(..8)).saturating_sub(3).min(count - 1),
            filler: random.usize(..30),
        };
        let mut steps: Vec<Step> = (0..count).map(|n| step(&mut random, n)).collect();
        steps[0].kind = 6;
        let mut ops = RelaxingAssembler::<X64>::new();
        dynasm!(ops ; .arch x64 ; later_still: nop);
        let exit = assemble(&mut ops, &steps, |ops| dynasm!(ops ; .arch x64 ; call extern triple as *const () as usize));
        let (code, places) = ExecutableBuffer::relaxed(&mut ops).unwrap();
        short += places.label(exit).unwrap().0;

        let mut ops = Assembler::with_capacity(1 << 16).unwrap();
        dynasm!(ops ; .arch x64 ; later_still: nop);
        assemble(
            &mut ops,
            &steps,
            |ops| dynasm!(ops ; .arch x64 ; mov rcx, QWORD triple as *const () as usize as i64 ; call rcx),
        );
        let plain = ops.finalize().unwrap();
        long += plain.len();
        for rounds in 0..20u64 {
            let seed = random.u64(..);
            let relaxed = call!(code.as_ptr(), fn(u64, u64) -> u64, rounds * 7, seed);
            assert_eq!(relaxed, call!(plain.as_ptr(), fn(u64, u64) -> u64, rounds * 7, seed), "round {round}");
        }
    }
    assert!(short < long - long / 20, "{short} of {long}");
}

/// `call`, `jmp` and `jcc` to a Rust function, wherever the system has put it, and to code beside this.
#[test]
fn every_address_is_reached() {
    let mut other = Assembler::with_capacity(1).unwrap();
    dynasm!(other ; .arch x64 ; lea rax, [rdi + 5] ; ret);
    let other = other.finalize().unwrap();
    let beside = other.as_ptr() as usize;
    for target in [triple as *const () as usize, beside] {
        let mut ops = RelaxingAssembler::<X64>::new();
        let entries: Vec<DynamicLabel> = (0..4).map(|_| ops.new_dynamic_label()).collect();
        dynasm!(ops ; .arch x64 ; =>(entries[0]): push rdi ; call extern target ; pop rdi ; add rax, rdi ; ret);
        dynasm!(ops ; .arch x64 ; =>(entries[1]): inc rdi ; jmp extern target);
        dynasm!(ops ; .arch x64 ; =>(entries[2]): test rdi, rdi ; jnz extern target ; mov eax, 1 ; ret);
        dynasm!(ops ; .arch x64 ; =>(entries[3]): jmp =>(entries[0]));
        let (code, places) = ExecutableBuffer::relaxed(&mut ops).unwrap();
        let expected = |number: u64| if target == beside { number + 5 } else { number * 3 };
        let run = |entry: usize, number: u64| call!(code.ptr(places.label(entries[entry]).unwrap()), fn(u64) -> u64, number);
        for number in [1, 10, 1000] {
            assert_eq!(run(0, number), expected(number) + number);
            assert_eq!(run(1, number), expected(number + 1));
            assert_eq!(run(2, number), expected(number));
            assert_eq!(run(3, number), expected(number) + number);
        }
        assert_eq!(run(2, 0), 1);
        // One address serves all. The program is far from what it maps.
        let behind = code.len() - places.addresses().0;
        assert!(behind == 8 || behind == 0 && (target == beside || !cfg!(target_os = "linux")), "{behind}");
    }
}

/// A branch within an invocation, whose distance the macro has computed, gives way when a call in its reach grows.
#[test]
fn a_loop_around_a_call_that_grows() {
    const NOPS: u64 = 0x9090_9090_9090_9090;
    for target in [triple as *const () as usize, 1 << 60] {
        let mut ops = RelaxingAssembler::<X64>::new();
        dynasm!(ops
            ; .arch x64
            ; push rbx
            ; mov ebx, 2
            ; mov rax, rdi
            ; ->again: mov rdi, rax
            ; call extern target
            ; .u64 NOPS, NOPS, NOPS, NOPS, NOPS, NOPS, NOPS, NOPS, NOPS, NOPS, NOPS, NOPS, NOPS, NOPS
            ; .u32 NOPS as u32
            ; dec ebx
            ; jnz ->again // -128 bytes
            ; lea rcx, [->again]
            ; sub rcx, [->place]
            ; add rax, rcx
            ; pop rbx
            ; ret
            ; ->place: .abs64 ->again
        );
        assert_eq!(ops.code()[9 + 126..][..2], [0x75, 0], "one byte is enough for the macro");
        let (code, places) = ExecutableBuffer::relaxed(&mut ops).unwrap();
        let jump = places.offset(bareasm_exec::AssemblyOffset(9 + 126)).0;
        let far = code[9 + 3] == 0xff;
        assert_eq!(code[jump], if far { 0x0f } else { 0x75 });
        if target == 1 << 60 {
            assert!(far);
        } else {
            assert_eq!(call!(code.as_ptr(), fn(u64) -> u64, 5), 45);
        }
    }
}

#[test]
fn errors_lose_nothing() {
    let mut ops = RelaxingAssembler::<X64>::new();
    let label = ops.new_dynamic_label();
    dynasm!(ops ; .arch x64 ; mov eax, 7 ; jmp =>(label));
    let error = ExecutableBuffer::relaxed(&mut ops).unwrap_err();
    assert!(matches!(error, DynasmError::Assembly(error) if error.reason() == Reason::LabelUnbound), "{error}");
    assert_eq!((ops.offset().0, ops.base()), (10, None));
    dynasm!(ops ; .arch x64 ; ud2 ; =>(label): ret);
    let (code, _) = ExecutableBuffer::relaxed(&mut ops).unwrap();
    assert_eq!(call!(code.as_ptr(), fn() -> u32), 7);
    assert_eq!(ops.offset().0, 0);
}
