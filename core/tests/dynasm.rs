//! What `dynasm!` expands to, run: operands, evaluation, labels, failures. The forms themselves are tested elsewhere.
#![cfg(all(feature = "macro", feature = "aarch64", feature = "x64", feature = "thumb"))]
#![deny(warnings)] // an expansion causes none

use bareasm_core::{aarch64, code, dynasm, thumb, x64, Error, Labels, Reason};

type A64<'a> = aarch64::Assembler<'a>;
type X64<'a> = x64::Assembler<'a>;

/// The words that a piece of code emits, or its failure.
fn a64(emit: impl FnOnce(&mut A64<'_>)) -> Result<Vec<u32>, Error> {
    let (mut code, mut labels) = ([0; 4096], Labels::<16, 16>::new());
    let mut ops = A64::new(&mut code, &mut labels);
    emit(&mut ops);
    ops.finish()?;
    Ok(ops.code().chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect())
}

/// The bytes that a piece of code emits, or its failure.
fn x64(emit: impl FnOnce(&mut X64<'_>)) -> Result<Vec<u8>, Error> {
    let (mut code, mut labels) = ([0; 4096], Labels::<16, 16>::new());
    let mut ops = X64::new(&mut code, &mut labels);
    emit(&mut ops);
    ops.finish()?;
    Ok(ops.code().to_vec())
}

#[test]
fn constant_code() {
    let words = a64(|ops| {
        dynasm!(ops ; .arch aarch64 ; add x0, x1, x2 ; ret);
        dynasm!(ops ; .arch aarch64 ; nop ;);
    });
    assert_eq!(words, Ok(vec![0x8b02_0020, 0xd65f_03c0, 0xd503_201f]));
}

#[test]
fn every_register_number() {
    for n in 0..31u8 {
        for m in [0u8, 1, 17, 30] {
            let words =
                a64(|ops| dynasm!(ops ; .arch aarch64 ; add X(n), X(m), X(n) ; ldr X(m), [X(n), 8 * u32::from(m)] ; mov x1, x2))
                    .expect("encodes");
            let (n, m) = (u32::from(n), u32::from(m));
            assert_eq!(words, [0x8b00_0000 | n << 16 | m << 5 | n, 0xf940_0000 | m << 10 | n << 5 | m, 0xaa02_03e1]);
        }
    }
}

#[test]
fn tiles_slices_and_lists() {
    let emit = |tile: u8, register: u8, offset: u8, list: u8| {
        a64(|ops| {
            dynasm!(ops
                ; .arch aarch64
                ; zero {ZA(tile).s}
                ; mova ZA(tile)h.s[W(register), offset:offset + 1], {z0.s, z1.s}
                ; zero za.d[w8, offset:offset + 1]
                ; ld1w {Z(list).s * 2 / 8}, pn8/z, [x0]
            )
        })
    };
    let error = |emitted: Result<Vec<u32>, Error>| emitted.map_err(|error| (error.offset(), error.operand(), error.reason()));
    assert_eq!(emit(2, 13, 2, 17), Ok(vec![0xc008_0044, 0xc084_2005, 0xc00c_8001, 0xa140_4011]));
    assert_eq!(error(emit(4, 12, 0, 0)), Err((0, Some(0), Reason::RegisterRange)));
    assert_eq!(error(emit(0, 11, 0, 0)), Err((4, Some(1), Reason::RegisterRange)));
    assert_eq!(error(emit(0, 12, 1, 0)), Err((4, Some(2), Reason::ImmediateAlignment)));
    assert_eq!(error(emit(0, 12, 2, 8)), Err((12, Some(0), Reason::RegisterExcluded)));
}

#[test]
fn operands_are_evaluated_once_and_in_order() {
    let mut log = Vec::new();
    let mut next = |n: u8| {
        log.push(n);
        n
    };
    let words = a64(|ops| {
        dynasm!(ops
            ; .arch aarch64
            ; add X(next(1)), X(next(2)), X(next(3))
            ; sub X(next(4)), X(next(5)), u32::from(next(6))
            ;; next(7)
            ; and X(next(8)), X(next(9)), 1u64 << next(10)
            ; ldp X(next(11)), X(next(12)), [X(next(13)), i32::from(next(14)) - 14]
        );
    });
    assert_eq!(words.map(|words| words.len()), Ok(4));
    assert_eq!(log, (1..=14).collect::<Vec<u8>>());
}

#[test]
fn labels_are_evaluated_in_order_with_the_operands() {
    let mut log = Vec::new();
    let code = x64(|ops| {
        let label = ops.new_dynamic_label();
        dynasm!(ops
            ; .arch x64
            ; =>({ log.push(1); label })
            ; mov DWORD [rip + =>({ log.push(2); label })], { log.push(3); 7 }
            ; lea Rq({ log.push(4); 1u8 }), [rip + =>({ log.push(5); label }) + { log.push(6); 2 }]
            ; .u8 { log.push(7); 0 }
        );
    });
    assert_eq!(code, Ok(vec![0xc7, 0x05, 0xf6, 0xff, 0xff, 0xff, 7, 0, 0, 0, 0x48, 0x8d, 0x0d, 0xf1, 0xff, 0xff, 0xff, 0]));
    assert_eq!(log, [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn the_assembler_expression_is_evaluated_once() {
    fn get<'o, 'a>(ops: &'o mut A64<'a>, count: &mut u32) -> &'o mut A64<'a> {
        *count += 1;
        ops
    }
    let mut count = 0;
    let words = a64(|ops| {
        dynasm!(get(ops, &mut count) ; .arch aarch64 ; ->top: ; add x0, x0, #1 ;; let n = 3u8 ; add X(n), X(n), X(n) ; b ->top);
    });
    assert_eq!(words, Ok(vec![0x9100_0400, 0x8b03_0063, 0x17ff_fffe]));
    assert_eq!(count, 1);
}

struct Compiler<'a> {
    ops: A64<'a>,
    depth: u8,
}

impl Compiler<'_> {
    fn register(&self, n: u8) -> u8 {
        self.depth + n
    }

    fn push(&mut self) -> u8 {
        self.depth += 1;
        self.depth
    }

    fn emit(&mut self) {
        dynasm!(self.ops
            ; .arch aarch64
            ; add X(self.register(1)), X(self.push()), X(self.push())
            ;; self.depth += 10
            ; mov X(self.depth), x0
        );
    }
}

#[test]
fn operands_may_borrow_what_holds_the_assembler() {
    let (mut code, mut labels) = ([0; 64], Labels::<1, 1>::new());
    let mut compiler = Compiler { ops: A64::new(&mut code, &mut labels), depth: 0 };
    compiler.emit();
    assert_eq!(compiler.ops.finish(), Ok(8));
    assert_eq!(compiler.ops.code(), [0x21, 0, 2, 0x8b, 0xec, 3, 0, 0xaa]);
}

macro_rules! my_dynasm {
    ($ops:expr ; $($t:tt)*) => { dynasm!($ops ; .arch aarch64 ; $($t)*) };
}

macro_rules! add_sum {
    ($ops:ident, $rd:expr, $imm:expr) => { my_dynasm!($ops ; add X($rd), X($rd), $imm * 2) };
}

#[test]
fn wrapper_macros_keep_their_hygiene() {
    // All of these are names that an expansion uses itself.
    let (v0, v1, at, d, w0_0, asm, start0, target) = (1u8, 2u8, 3u8, 4u8, 5u8, 6u8, 7u8, 8u32);
    let words = a64(|ops| {
        my_dynasm!(ops ; add X(v1), X(v0), X(at) ; add X(d), X(w0_0), X(asm));
        my_dynasm!(ops ;; let v2 = start0 ; add X(v2), X(v2), target);
        add_sum!(ops, v0, 1 + 2);
    });
    assert_eq!(words, Ok(vec![0x8b03_0022, 0x8b06_00a4, 0x9100_20e7, 0x9100_1821]));
}

#[test]
fn rust_statements_may_leave_the_function() {
    fn emit(ops: &mut A64<'_>, value: Option<u8>, early: bool) -> Option<usize> {
        dynasm!(ops
            ; .arch aarch64
            ; nop
            ;; if early { return Some(ops.offset()) }
            ; nop
            ;; let value = value?
            ; add X(value), x0, x0
        );
        match early {
            true => dynasm!(ops ; .arch aarch64 ; nop),
            false => dynasm!(ops ; .arch aarch64 ; nop ; nop),
        }
        Some(ops.offset())
    }
    let lengths = |value, early| {
        let mut length = None;
        let words = a64(|ops| length = emit(ops, value, early)).map(|words| words.len());
        (words, length)
    };
    assert_eq!(lengths(Some(1), true), (Ok(1), Some(4)));
    assert_eq!(lengths(None, false), (Ok(2), None));
    assert_eq!(lengths(Some(1), false), (Ok(5), Some(20)));
}

#[test]
fn failures_are_latched_where_they_are() {
    let failure = |register: u8, immediate: i64| {
        a64(|ops| {
            dynasm!(ops ; .arch aarch64 ; nop);
            dynasm!(ops ; .arch aarch64 ; nop ; add X(register), x1, x2 ; add x1, x2, immediate ; ldr x3, [x4, immediate * 8]);
        })
        .map_err(|error| (error.offset(), error.operand(), error.reason()))
    };
    assert_eq!(failure(30, 4095).map(|words| words.len()), Ok(5));
    assert_eq!(failure(32, 4096), Err((8, Some(0), Reason::RegisterRange)), "the first one");
    assert_eq!(failure(0, 4096), Err((12, Some(0), Reason::ImmediateRange)));
    assert_eq!(failure(0, -1), Err((12, Some(0), Reason::ImmediateRange)));
    assert_eq!(failure(0, i64::MAX / 8), Err((12, Some(0), Reason::ImmediateRange)));
    assert_eq!(failure(255, 0), Err((8, Some(0), Reason::RegisterRange)));
    let four = 4;
    let misaligned = a64(|ops| dynasm!(ops ; .arch aarch64 ; ldr x3, [x4, four]));
    assert_eq!(misaligned.map_err(Error::reason), Err(Reason::ImmediateAlignment));
}

#[test]
fn irregular_immediates() {
    let mask = |mask: u64| {
        a64(|ops| dynasm!(ops ; .arch aarch64 ; nop ; and X(3u8), X(4u8), mask)).map_err(|error| (error.offset(), error.reason()))
    };
    assert_eq!(mask(0xff), Ok(vec![0xd503_201f, 0x9240_1c83]));
    assert_eq!(mask(0xff00_0000_0000_00ff).map(|words| words[1]), Ok(0x9248_3c83));
    assert_eq!(mask(0), Err((4, Reason::ImmediateEncoding)));
    assert_eq!(mask(5), Err((4, Reason::ImmediateEncoding)));
    let shift = |n: i32| a64(|ops| dynasm!(ops ; .arch aarch64 ; lsl x1, X(2u8), n));
    assert_eq!(shift(0), Ok(vec![0xd340_fc41]));
    assert_eq!(shift(63), Ok(vec![0xd341_0041]));
    assert_eq!(shift(64).map_err(Error::reason), Err(Reason::ImmediateRange));
}

#[test]
fn a_full_buffer_goes_on_counting() {
    let (mut code, mut labels) = ([0; 10], Labels::<1, 1>::new());
    let mut ops = A64::new(&mut code, &mut labels);
    for n in 0..3u8 {
        dynasm!(ops ; .arch aarch64 ; add X(n), X(n), X(n) ; nop);
    }
    assert_eq!(ops.finish().map_err(|error| (error.offset(), error.reason())), Err((24, Reason::BufferFull)));
}

#[test]
fn x64_registers_and_displacements() {
    for a in 0..16u8 {
        for b in 0..16u8 {
            for disp in [0, -1, 0x1234_5678] {
                let code = x64(|ops| dynasm!(ops ; .arch x64 ; mov Rq(a), [Rq(b) + disp] ; add Rq(a), Rq(b))).expect("encodes");
                let rex = 0x48 | (a >> 3) << 2 | b >> 3;
                let mut expected = vec![rex, 0x8b, 0x84 | (a & 7) << 3, 0x20 | b & 7];
                expected.extend(i32::to_le_bytes(disp));
                expected.extend([0x48 | (b >> 3) << 2 | a >> 3, 0x01, 0xc0 | (b & 7) << 3 | a & 7]);
                assert_eq!(code, expected, "{a} {b} {disp}");
            }
        }
    }
    let index = |n: u8| {
        x64(|ops| dynasm!(ops ; .arch x64 ; nop ; mov rax, [rbx + Rq(n) * 4])).map_err(|error| (error.offset(), error.reason()))
    };
    assert_eq!(index(1).map(|code| code.len() > 1), Ok(true));
    assert_eq!(index(4).map_err(|error| error.0), Err(1), "rsp is no index");
    assert_eq!(index(16), Err((1, Reason::RegisterRange)));
}

#[test]
fn local_labels_at_expansion() {
    let words =
        a64(|ops| dynasm!(ops ; .arch aarch64 ; ->top: ; subs x0, x0, #1 ; b.ne ->top ; cbz x1, ->end ; nop ; ->end: ; ret));
    assert_eq!(words, Ok(vec![0xf100_0400, 0x54ff_ffe1, 0xb400_0041, 0xd503_201f, 0xd65f_03c0]));
    let bytes = x64(|ops| dynasm!(ops ; .arch x64 ; ->top: ; jmp ->end ; nop ; jne ->top ; ->end: ; ret));
    assert_eq!(bytes, Ok(vec![0xeb, 3, 0x90, 0x75, 0xfb, 0xc3]));
}

#[test]
fn local_labels_around_code_of_unknown_length() {
    let emit = |n: usize| {
        x64(|ops| {
            dynasm!(ops
                ; .arch x64
                ; ->top:
                ; jmp ->end
                ;; for _ in 0..n { dynasm!(ops ; .arch x64 ; nop) }
                ; ->middle:
                ; jne ->top
                ; .align 16
                ; .bytes [0x90u8; 3].iter()
                ; ->end:
                ; jmp ->middle
                ; .abs64 ->end
            )
        })
    };
    // An absolute address needs a base.
    assert_eq!(emit(1).map_err(Error::reason), Err(Reason::NoBase));
    let emit = |n: usize| {
        x64(|ops| {
            ops.set_base(Some(0x1000));
            dynasm!(ops
                ; .arch x64
                ; ->top:
                ; jmp ->end
                ;; for _ in 0..n { dynasm!(ops ; .arch x64 ; nop) }
                ; ->middle:
                ; jne ->top
                ; .align 16
                ; .bytes [0x90u8; 3].iter()
                ; ->end:
                ; jmp ->middle
                ; .abs64 ->end
            )
        })
        .expect("assembles")
    };
    for n in [0, 1, 100] {
        let code = emit(n);
        let end = (5 + n + 6).next_multiple_of(16) + 3;
        let word = |at: usize| i32::from_le_bytes(code[at..at + 4].try_into().expect("four bytes"));
        assert_eq!((code[0], word(1)), (0xe9, end as i32 - 5));
        assert_eq!((code[5 + n], code[6 + n], word(7 + n)), (0x0f, 0x85, -(n as i32 + 11)));
        assert_eq!((code[end], word(end + 1)), (0xe9, 5 + n as i32 - (end as i32 + 5)));
        assert_eq!(code[end + 5..], (0x1000 + end as u64).to_le_bytes());
    }
}

#[test]
fn labels_of_the_assembler() {
    let bytes = x64(|ops| {
        let (exit, back) = (ops.new_dynamic_label(), ops.new_dynamic_label());
        let labels = [exit, back];
        dynasm!(ops ; .arch x64 ; =>labels[1] ; jmp =>(exit) ; jmp =>name);
        dynasm!(ops ; .arch x64 ; =>name: ; jmp =>labels[1] ; =>(exit): ; ret);
    });
    assert_eq!(bytes, Ok(vec![0xe9, 10, 0, 0, 0, 0xe9, 0, 0, 0, 0, 0xe9, 0xf1, 0xff, 0xff, 0xff, 0xc3]));
    let unbound = x64(|ops| dynasm!(ops ; .arch x64 ; nop ; jmp =>nowhere));
    assert_eq!(unbound.map_err(Error::reason), Err(Reason::LabelUnbound));
}

#[test]
fn reusable_labels_across_invocations() {
    let bytes = x64(|ops| {
        dynasm!(ops ; .arch x64 ; a: ; jmp >a);
        dynasm!(ops ; .arch x64 ; jmp <a ; a: ; jmp <a ; jmp >a ; a:);
        dynasm!(ops ; .arch x64 ; jmp <a);
    });
    let expected = [
        [0xe9, 5, 0, 0, 0].as_slice(),
        &[0xe9, 0xf6, 0xff, 0xff, 0xff],
        &[0xeb, 0xfe],
        &[0xeb, 0x00],
        &[0xe9, 0xfb, 0xff, 0xff, 0xff],
    ];
    assert_eq!(bytes, Ok(expected.concat()));
}

#[test]
fn data() {
    let bytes = x64(|ops| {
        let (small, large) = (-2i8, u64::MAX);
        dynasm!(ops ; .arch x64 ; .u8 1, 2 ; .i8 small ; .u16 0x1234 ; .u64 large ; .align 16, 0xcc ; .bytes b"xy");
    });
    let mut expected = vec![1, 2, 0xfe, 0x34, 0x12];
    expected.extend([0xff; 8]);
    expected.extend([0xcc; 3]);
    expected.extend(b"xy");
    assert_eq!(bytes, Ok(expected));
    let large = 256;
    let large = x64(|ops| dynasm!(ops ; .arch x64 ; nop ; .u8 large));
    assert_eq!(large.map_err(|error| (error.offset(), error.reason())), Err((1, Reason::ImmediateRange)));
}

#[test]
fn a_run_time_move_takes_every_value() {
    for (value, len) in [
        (0u64, 1),
        (0xffff, 1),
        (0x1_0000, 1),
        (0x12345, 2),
        (u64::MAX, 1),
        (0x00ff_00ff_00ff_00ff, 1),
        (0x1234_5678_9abc_def0, 4),
    ] {
        let words = a64(|ops| dynasm!(ops ; .arch aarch64 ; b ->over ; mov x1, value ; ->over: ; ret)).expect("assembles");
        assert_eq!(words.len(), len + 2, "{value:#x}");
        assert_eq!(words[0], 0x1400_0000 | (len as u32 + 1));
    }
}

#[test]
fn constants() {
    const CODE: [u8; 4] = code!(.arch thumb ; movs r0, #42 ; bx lr);
    assert_eq!(CODE, [0x2a, 0x20, 0x70, 0x47]);
    const LOOP: &[u8] = &code!(.arch x64 ; ->top: ; dec eax ; jne ->top ; ret);
    assert_eq!(LOOP, [0xff, 0xc8, 0x75, 0xfc, 0xc3]);
}

#[test]
fn thumb_mixes_halfwords_and_words() {
    let (mut code, mut labels) = ([0; 64], Labels::<2, 2>::new());
    let mut ops = thumb::Assembler::new(&mut code, &mut labels);
    let r = 3u8;
    dynasm!(ops ; .arch thumb ; ->top: ; movs R(r), #1 ; add.w R(r), r9, R(r) ; cmp R(r), r1 ; bne ->top);
    assert_eq!(ops.finish(), Ok(14));
    assert_eq!(ops.code(), [0x5f, 0xf0, 0x01, 0x03, 0x09, 0xeb, 0x03, 0x03, 0xb3, 0xeb, 0x01, 0x0f, 0xf8, 0xd1]);
}
