//! Loading a number that is known only at run time into an A64 register.

use crate::arch::{Aarch64, Arch, Same};
use crate::assembler::Assembler;
use crate::error::{Error, Reason};
use crate::label::LabelTable;
use crate::sink::Sink;
use bareasm_isa::rule::{logical32, logical64, not_wide32, not_wide64, pbad, rbad, wide32, wide64};

const MOVN: u32 = 0x1280_0000;
const MOVZ: u32 = 0x5280_0000;
const MOVK: u32 = 0x7280_0000;
/// ORR (immediate) from the zero register: `immr:imms` at bit 10, N at bit 22.
const ORR: u32 = 0x3200_03e0;
const WIDE: u32 = 1 << 31;

impl<A: Arch + Same<Aarch64>, S: Sink, T: LabelTable> Assembler<A, S, T> {
    /// `mov Xd, #value` (`wide`) or `mov Wd, #value` for any value: one MOVZ, MOVN or ORR where one does, else the
    /// shortest run of MOVZ or MOVN with MOVK, up to four instructions. `rd` 31 is the zero register.
    ///
    /// A value for `Wd` is a 32-bit pattern, from -2^31 to 2^32 - 1.
    pub fn load_immediate(&mut self, wide: bool, rd: i64, value: i64) {
        let fault = if rbad(rd, 31) != 0 {
            Some((0, Reason::RegisterRange))
        } else if !wide && pbad(value, 32) != 0 {
            Some((1, Reason::ImmediateRange))
        } else {
            None
        };
        if let Some((operand, reason)) = fault {
            self.sink.fail(Error::value_at(self.sink.offset(), operand, reason));
        }
        let rd = rd as u32 & 31;
        let size = if wide { WIDE } else { 0 };
        let word = match single(wide, rd, value as u64) {
            Some(word) => word,
            None => return self.load_run(size | rd, value as u64),
        };
        self.put(&(word | size | rd).to_le_bytes());
    }

    /// A MOVZ or MOVN, whichever leaves fewer halfwords to MOVK.
    fn load_run(&mut self, register: u32, value: u64) {
        let halfwords = if register & WIDE == 0 { 2 } else { 4 };
        let count = |what: u64| (0..halfwords).filter(|n| value >> (16 * n) & 0xffff == what).count();
        let (first, skip) = if count(0xffff) > count(0) { (MOVN, 0xffff) } else { (MOVZ, 0) };
        let mut opcode = first;
        for hw in 0..halfwords {
            let imm16 = value >> (16 * hw) & 0xffff;
            if imm16 == skip {
                continue;
            }
            // MOVN writes the complement.
            let field = if opcode == MOVN { imm16 ^ 0xffff } else { imm16 };
            self.put(&(opcode | register | hw << 21 | (field as u32) << 5).to_le_bytes());
            opcode = MOVK;
        }
    }
}

/// The one instruction that loads a value, without size and register.
fn single(wide: bool, rd: u32, value: u64) -> Option<u32> {
    let word = value as u32;
    let (movz, movn, orr) = if wide {
        (wide64(value), not_wide64(value), logical64(value))
    } else {
        (wide32(word), not_wide32(word), logical32(word))
    };
    match (movz, movn, orr) {
        (Some(code), ..) => Some(MOVZ | code << 5),
        (_, Some(code), _) => Some(MOVN | code << 5),
        // In an ORR, 31 would be the stack pointer.
        (.., Some(code)) if rd != 31 => Some(ORR | code << 10),
        _ => None,
    }
}
