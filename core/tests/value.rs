//! What may stand for an operand, padding, A64 `mov`, and registers.
#![cfg(all(feature = "aarch64", feature = "thumb", feature = "x64", feature = "x86"))]

use bareasm_core::__private as p;
use bareasm_core::{aarch64, thumb, x64, x86, Arch, Assembler, CodeBuffer, Error, FixedLabels, Labels, Reason};

#[test]
fn values_are_never_cut() {
    assert_eq!(p::register(40), 40); // a literal
    assert_eq!(p::register(255u8), 255);
    assert_eq!(p::register(x64::Rq::R15), 15);
    assert_eq!(p::register(x64::Rq::RAX as u8), 0);
    assert_eq!(p::register(aarch64::SP), 31);
    struct Mine;
    impl From<Mine> for u8 {
        fn from(_: Mine) -> u8 {
            77
        }
    }
    assert_eq!(p::register(Mine), 77);
    assert_eq!((p::integer(-1), p::integer(0xffff_ffffu32), p::integer(-1i8), p::integer(3usize)), (-1, 0xffff_ffff, -1, 3));
    assert_eq!((p::integer(u64::MAX), p::integer(u128::MAX), p::integer(1u64 << 63)), (i64::MAX, i64::MAX, i64::MAX));
    assert_eq!((p::integer(i128::MIN), p::integer(i128::MAX), p::integer(-5i128)), (i64::MIN, i64::MAX, -5));
    assert_eq!((p::pattern(u64::MAX), p::pattern(-1), p::pattern(0xffff_ffffu32)), (-1, -1, 0xffff_ffff));
    assert_eq!(
        (p::float(1.0f32), p::float(1.0f64), p::float(2)),
        (1.0f64.to_bits() as i64, 1.0f64.to_bits() as i64, 2.0f64.to_bits() as i64)
    );
}

#[test]
fn words_and_stores() {
    assert_eq!(p::cut(-1, 12, 0), 0xfff);
    assert_eq!(p::cut(-8, 7, 3), 0x7f);
    assert_eq!(p::cut(-1, 64, 0), -1);
    assert_eq!(p::p4(1, 1, 1, 1, 2, 1, 3, 1, 4), 0x1f);
    // add rdi, r8: REX.WR, 01, ModRM.
    assert_eq!(p::xr(p::xr(0xc0_0148, 8, 19, 2), 7, 16, 0), 0xc7_014c);
    for n in 0..=8 {
        let mut d = [0xee; 12];
        p::stn(&mut d, 2, n, 0x0807_0605_0403_0201);
        assert_eq!(d[..2], [0xee; 2]);
        assert_eq!(d[2..2 + n], [1, 2, 3, 4, 5, 6, 7, 8][..n]);
        assert!(d[2 + n..].iter().all(|byte| *byte == 0xee));
    }
    for at in [3, 4, usize::MAX] {
        let mut d = [0xee; 4];
        p::st16(&mut d, at, 0);
        p::st32(&mut d, at, 0);
        p::st64(&mut d, at, 0);
        assert_eq!(d, [0xee; 4]);
    }
}

/// Runs MOVZ, MOVN, MOVK and ORR (immediate), and nothing else.
fn execute(code: &[u8]) -> (bool, u32, u64) {
    let mut state = None;
    for word in code.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())) {
        let (wide, rd) = (word >> 31 == 1, word & 31);
        let (shift, imm16) = ((word >> 21 & 3) * 16, u64::from(word >> 5 & 0xffff));
        let value = match word & 0x7f80_0000 {
            0x5280_0000 => imm16 << shift,
            0x1280_0000 => !(imm16 << shift),
            0x7280_0000 => {
                let (.., old): (bool, u32, u64) = state.unwrap();
                old & !(0xffff << shift) | imm16 << shift
            }
            0x3200_0000 => {
                assert_eq!(word >> 5 & 31, 31);
                assert_ne!(rd, 31, "that is the stack pointer");
                bareasm_core::isa::rule::from_logical64(word >> 10 & 0x1fff).unwrap()
            }
            _ => panic!("{word:#x}"),
        };
        let value = if wide { value } else { value & 0xffff_ffff };
        assert!(wide || shift < 32);
        assert!(state.is_none_or(|(w, r, _)| (w, r) == (wide, rd)));
        state = Some((wide, rd, value));
    }
    state.unwrap()
}

#[test]
fn every_kind_of_number_is_loaded() {
    let mut code = [0; 16];
    let mut load = |wide, rd, value: i64| {
        let mut labels = Labels::<0, 0>::new();
        let mut asm = aarch64::Assembler::new(&mut code, &mut labels);
        asm.load_immediate(wide, rd, value);
        let length = asm.finish().unwrap();
        let (w, r, v) = execute(&code[..length]);
        assert_eq!((w, i64::from(r)), (wide, rd));
        assert_eq!(v, if wide { value as u64 } else { u64::from(value as u32) }, "{value:#x}");
        length / 4
    };
    let halves = [0u64, 1, 0x8000, 0xffff, 0xfffe, 0x1234, 0x5555];
    for a in halves {
        for b in halves {
            for rd in [0, 30, 31] {
                let value = (a << 16 | b) as i64;
                assert!(load(false, rd, value) <= 2);
                assert!(load(false, rd, i64::from(value as i32)) <= 2);
            }
            for c in halves {
                for d in halves {
                    let parts = [a, b, c, d];
                    let value = a << 48 | b << 32 | c << 16 | d;
                    let length = load(true, 7, value as i64);
                    let zeros = parts.iter().filter(|part| **part == 0).count();
                    let ones = parts.iter().filter(|part| **part == 0xffff).count();
                    let run = (4 - zeros.max(ones)).max(1);
                    let single = bareasm_core::isa::rule::logical64(value).is_some();
                    assert_eq!(length, if single { 1 } else { run }, "{value:#x}");
                    assert_eq!(load(true, 31, value as i64), run, "{value:#x}");
                }
            }
        }
    }
}

#[test]
fn loads_are_checked() {
    let run = |wide, rd, value| {
        let mut code = [0; 16];
        let mut labels = Labels::<0, 0>::new();
        let mut asm = aarch64::Assembler::new(&mut code, &mut labels);
        asm.load_immediate(wide, rd, value);
        asm.finish()
    };
    assert_eq!(run(true, 32, 0), Err(Error::value_at(0, 0, Reason::RegisterRange)));
    assert_eq!(run(false, 0, 1 << 32), Err(Error::value_at(0, 1, Reason::ImmediateRange)));
    assert_eq!(run(false, 0, -(1 << 31) - 1), Err(Error::value_at(0, 1, Reason::ImmediateRange)));
    assert_eq!(run(false, 0, -(1 << 31)), Ok(4));
    assert_eq!(run(true, 0, i64::MIN), Ok(4));
}

/// `n` bytes, aligned to `to`, for code at `base`.
fn padded<A: Arch>(n: usize, to: u32, base: Option<u64>) -> ([u8; 64], usize) {
    let mut code = [0xee; 64];
    let mut labels = Labels::<0, 0>::new();
    let mut asm = Assembler::<A, _, _>::new(&mut code, &mut labels);
    asm.set_base(base);
    asm.extend(core::iter::repeat_n(1u8, n));
    asm.align(to, None);
    let length = asm.finish().unwrap();
    (code, length)
}

#[test]
fn padding_is_made_of_no_ops() {
    let nop = 0xd503_201fu32.to_le_bytes();
    let (code, length) = padded::<p::arch::Aarch64>(4, 16, None);
    assert_eq!((length, &code[4..16]), (16, [nop, nop, nop].concat().as_slice()));
    let (code, length) = padded::<p::arch::Aarch64>(3, 8, None);
    assert_eq!((length, &code[3..8]), (8, [0, nop[0], nop[1], nop[2], nop[3]].as_slice()));
    let (code, length) = padded::<p::arch::Thumb>(3, 8, None);
    assert_eq!((length, &code[3..8]), (8, [0, 0x00, 0xbf, 0x00, 0xbf].as_slice()));
    // The address is what is aligned.
    assert_eq!(padded::<p::arch::Thumb>(2, 16, Some(0x1002)).1, 14);
    assert_eq!(padded::<p::arch::Thumb>(2, 16, Some(u64::MAX - 1)).1, 2);
    for n in 1..=20 {
        let (code, length) = padded::<p::arch::X64>(32 - n, 32, None);
        assert_eq!(length, 32);
        // Each is a known no-op of its length.
        let mut rest = &code[32 - n..32];
        while !rest.is_empty() {
            let length = rest.len().min(9);
            let prefixes = rest.iter().take_while(|byte| **byte == 0x66).count();
            assert!(prefixes <= 1);
            match rest[prefixes] {
                0x90 => assert!(length <= 2),
                0x0f => assert_eq!(rest[prefixes + 1], 0x1f),
                other => panic!("{other:#x}"),
            }
            rest = &rest[length..];
        }
        assert_eq!(padded::<p::arch::X86>(32 - n, 32, None).0, code);
    }
    for to in [0, 1] {
        assert_eq!(padded::<p::arch::X64>(5, to, None).1, 5);
    }
    assert_eq!(padded::<p::arch::X64>(5, 3, None).1, 6);
    // Too much is no different from any full buffer.
    let mut labels = Labels::<0, 0>::new();
    let mut asm = x86::Assembler::new(&mut [], &mut labels);
    asm.put(&[0]);
    asm.align(u32::MAX, Some(0));
    assert_eq!(asm.finish(), Err(Error::at(bareasm_core::MAX_CODE, Reason::BufferFull)));
}

#[test]
fn registers() {
    assert_eq!(aarch64::X::new(31), Some(aarch64::XZR));
    assert_eq!(aarch64::X::new(32), None);
    assert_eq!(aarch64::P::new(16), None);
    assert_eq!(thumb::R::new(15), Some(thumb::PC));
    assert_eq!(thumb::R0.code(), 0);
    assert_eq!(x64::Rb::SPL as u8, 4);
    assert_eq!(x86::Rb::AH as u8, 4);
    assert_eq!(x64::Rx::new(31), Some(x64::Rx::XMM31));
    assert_eq!(x86::Rx::new(8), None);
    assert_eq!(u8::from(aarch64::XSp::from(aarch64::X3)), 3);
}

#[test]
fn any_place_that_holds_an_assembler() {
    let mut code = [0; 8];
    let mut labels = Labels::<0, 0>::new();
    struct Holder<'a> {
        ops: thumb::Assembler<'a>,
    }
    let holder = core::cell::RefCell::new(Holder { ops: thumb::Assembler::new(&mut code, &mut labels) });
    {
        let mut held = holder.borrow_mut();
        (held.ops).bareasm_for::<p::arch::Thumb>().put(&[1, 2]);
        let by_reference = &mut held.ops;
        (by_reference).bareasm_for::<p::arch::Thumb>().put(&[3]);
        let boxed = Box::new(by_reference);
        (boxed).bareasm_for::<p::arch::Thumb>().put(&[4]);
    }
    assert_eq!(holder.into_inner().ops.finish(), Ok(4));
    assert_eq!(code[..4], [1, 2, 3, 4]);
}

/// A type around an assembler that does not dereference to it.
struct Around<'a>(thumb::Assembler<'a>);

impl<'a> bareasm_core::AsAssembler for Around<'a> {
    type Arch = p::Thumb;
    type Sink = CodeBuffer<'a>;
    type Table = FixedLabels<'a>;

    fn bareasm_target(&mut self) -> &mut thumb::Assembler<'a> {
        &mut self.0
    }
}

#[test]
fn a_type_around_an_assembler() {
    /// The bound is enough, nothing is imported.
    fn any(ops: &mut impl bareasm_core::AsAssembler<Arch = p::Thumb>) {
        ops.bareasm_put::<p::Thumb, _>(&[1, 2]);
        ops.bareasm_for::<p::Thumb>().put(&[3, 4]);
    }
    fn own(ops: &mut Around<'_>) {
        use bareasm_core::AsAssembler as _;
        ops.bareasm_put::<p::Thumb, _>(&[5, 6]);
        ops.bareasm_for::<p::Thumb>().put(&[7, 8]);
    }
    let mut code = [0; 8];
    let mut labels = Labels::<0, 0>::new();
    let mut ops = Around(thumb::Assembler::new(&mut code, &mut labels));
    any(&mut ops);
    own(&mut ops);
    assert_eq!(ops.0.finish(), Ok(8));
    assert_eq!(code, [1, 2, 3, 4, 5, 6, 7, 8]);
}
