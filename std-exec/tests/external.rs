//! Code refers to addresses outside of it: the address where it will run is known from the start.

mod common;

use bareasm_exec::{dynasm, DynasmError, Reason};
use common::{call, callback, Assembler};

callback! {
    fn triple(number: u64) -> u64 { number * 3 }
}

/// `fn(u64) -> u64` in another mapping: the number plus 5.
fn plus_five(ops: &mut Assembler) {
    #[cfg(target_arch = "x86_64")]
    dynasm!(ops ; .arch x64 ; lea rax, [rdi + 5] ; ret);
    #[cfg(target_arch = "aarch64")]
    dynasm!(ops ; .arch aarch64 ; add x0, x0, #5 ; ret);
}

/// `fn(u64) -> u64`: calls `address` by a relative call, and adds 1.
fn caller(ops: &mut Assembler, address: usize) {
    #[cfg(target_arch = "x86_64")]
    dynasm!(ops
        ; .arch x64
        ; sub rsp, 8
        ; call extern address
        ; inc rax
        ; add rsp, 8
        ; ret
    );
    #[cfg(target_arch = "aarch64")]
    dynasm!(ops
        ; .arch aarch64
        ; str x30, [sp, #-16]!
        ; bl extern address as u64
        ; add x0, x0, #1
        ; ldr x30, [sp], #16
        ; ret
    );
}

#[test]
fn a_call_to_another_mapping() {
    // Mappings follow each other closely, so a relative call reaches; several, in case that the system spreads them.
    let mut reached = 0;
    for _ in 0..8 {
        let mut other = Assembler::with_capacity(1).unwrap();
        plus_five(&mut other);
        let other = other.finalize().unwrap();
        let mut ops = Assembler::with_capacity(1).unwrap();
        ops.put(&[0; 64]);
        let start = ops.offset();
        caller(&mut ops, other.as_ptr() as usize);
        match ops.finalize() {
            Ok(code) => {
                assert_eq!(call!(code.ptr(start), fn(u64) -> u64, 10), 16);
                reached += 1;
            }
            Err(failed) => {
                assert!(
                    matches!(failed.error, DynasmError::Assembly(error) if error.reason() == Reason::TargetRange),
                    "{failed}"
                );
            }
        }
    }
    assert!(reached > 0);
}

#[test]
fn a_call_into_committed_code_by_its_address() {
    let mut ops = Assembler::new().unwrap();
    plus_five(&mut ops);
    ops.commit().unwrap();
    let address = ops.reader().lock().as_ptr() as usize;
    let start = ops.offset();
    caller(&mut ops, address);
    let code = ops.finalize().unwrap();
    assert_eq!(call!(code.ptr(start), fn(u64) -> u64, 10), 16);
}

#[test]
fn a_call_of_a_rust_function() {
    // As a relative call where it reaches; else that is an error, and an absolute one does.
    let mut ops = Assembler::new().unwrap();
    let address = triple as *const () as usize;
    caller(&mut ops, address);
    let (code, start) = match ops.finalize() {
        Ok(code) => (code, bareasm_exec::AssemblyOffset(0)),
        Err(failed) => {
            assert!(matches!(failed.error, DynasmError::Assembly(error) if error.reason() == Reason::TargetRange), "{failed}");
            let mut ops = *failed.assembler;
            ops.reset();
            let start = ops.offset();
            #[cfg(target_arch = "x86_64")]
            dynasm!(ops
                ; .arch x64
                ; sub rsp, 8
                ; call [->address]
                ; inc rax
                ; add rsp, 8
                ; ret
                ; .align 8
                ; ->address:
                ; .u64 address as u64
            );
            #[cfg(target_arch = "aarch64")]
            dynasm!(ops
                ; .arch aarch64
                ; str x30, [sp, #-16]!
                ; ldr x9, ->address
                ; blr x9
                ; add x0, x0, #1
                ; ldr x30, [sp], #16
                ; ret
                ; .align 8
                ; ->address:
                ; .u64 address as u64
            );
            (ops.finalize().unwrap(), start)
        }
    };
    assert_eq!(call!(code.ptr(start), fn(u64) -> u64, 7), 22);
}

/// The address of a place in the code, as a datum and by instructions.
#[test]
fn addresses_of_labels() {
    let mut ops = Assembler::new().unwrap();
    #[cfg(target_arch = "x86_64")]
    dynasm!(ops
        ; .arch x64
        ; lea rax, [->here]
        ; sub rax, [->there]
        ; ret
        ; .align 8
        ; ->here:
        ; ->there:
        ; .abs64 ->here
    );
    #[cfg(target_arch = "aarch64")]
    dynasm!(ops
        ; .arch aarch64
        ; adrp x0, ->here
        ; adr x1, ->here
        ; and x1, x1, #0xfff
        ; add x0, x0, x1
        ; ldr x2, ->there
        ; sub x0, x0, x2
        ; ret
        ; .align 8
        ; ->here:
        ; ->there:
        ; .abs64 ->here
    );
    let code = ops.finalize().unwrap();
    assert_eq!(call!(code.as_ptr(), fn() -> u64), 0);
}
