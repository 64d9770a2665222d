//! Which numbers fit: what a compiler asks before it chooses an instruction.
//!
//! All are `const`, and all ask the rule or field that encodes the operand: `true` means that the instruction is one word
//! with this number in it.

use bareasm_isa::field::{Field, Kind};
use bareasm_isa::relocation::Relocation;
use bareasm_isa::rule::{
    byte_mask, dup, fp8, logical32, logical64, logical_element, not_wide32, not_wide64, wide32, wide64, wide8, Rule,
};

/// A field for immediates of `width` bits in units of `scale`.
const fn field(rule: Rule, width: u8, scale: i32) -> Field {
    Field { mul: scale, ..Field::new(Kind::Immediate, rule, width, 0) }
}

const fn takes(field: Field, value: i64) -> bool {
    field.encode(value).is_ok()
}

/// Whether AND, ORR, EOR, ANDS and TST take the 32-bit number as an immediate: a rotated run of ones, repeated every 2, 4, 8,
/// 16 or 32 bits.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_logical_immediate32(0x00ff_00ff));
/// assert!(!aarch64::is_logical_immediate32(0) && !aarch64::is_logical_immediate32(5));
/// ```
pub const fn is_logical_immediate32(value: u32) -> bool {
    logical32(value).is_some()
}

/// Whether AND, ORR, EOR, ANDS and TST take the 64-bit number as an immediate: a rotated run of ones, repeated every 2, 4, 8,
/// 16, 32 or 64 bits.
///
/// ```
/// # use bareasm_core::aarch64;
/// const MASK: u64 = 0x7fff_ffff_ffff_f000;
/// const _: () = assert!(aarch64::is_logical_immediate64(MASK));
/// assert!(!aarch64::is_logical_immediate64(u64::MAX) && !aarch64::is_logical_immediate64(0x1234));
/// ```
pub const fn is_logical_immediate64(value: u64) -> bool {
    logical64(value).is_some()
}

/// Whether ADD, ADDS, SUB, SUBS, CMP and CMN take the number: 0 to 4095, or a multiple of 4096 up to 4095 * 4096 (shifted by
/// 12). A negative number is one of the opposite instruction: ask with its absolute value.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_add_sub_immediate(4095) && aarch64::is_add_sub_immediate(0x12_3000));
/// assert!(!aarch64::is_add_sub_immediate(4097) && aarch64::is_add_sub_immediate((-16i64).unsigned_abs()));
/// ```
pub const fn is_add_sub_immediate(value: u64) -> bool {
    let value = if value > i64::MAX as u64 { i64::MAX } else { value as i64 };
    takes(field(Rule::Unsigned, 12, 1), value) || takes(field(Rule::Unsigned, 12, 4096), value)
}

/// Whether one MOV puts the number into a W register: by MOVZ, MOVN or ORR.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_move_immediate32(0xffff_1234) && !aarch64::is_move_immediate32(0x1234_5678));
/// ```
pub const fn is_move_immediate32(value: u32) -> bool {
    wide32(value).is_some() || not_wide32(value).is_some() || logical32(value).is_some()
}

/// Whether one MOV puts the number into an X register: by MOVZ, MOVN or ORR.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_move_immediate64(0x1234_0000_0000) && aarch64::is_move_immediate64(u64::MAX - 1));
/// assert!(!aarch64::is_move_immediate64(0x1_0002));
/// ```
pub const fn is_move_immediate64(value: u64) -> bool {
    wide64(value).is_some() || not_wide64(value).is_some() || logical64(value).is_some()
}

/// Whether FMOV (and FDUP of SVE) takes the number: +-(16..31)/16 * 2^(-3..4). Zero is not among them.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_fmov_immediate(-1.0) && aarch64::is_fmov_immediate(0.125));
/// assert!(!aarch64::is_fmov_immediate(0.0) && !aarch64::is_fmov_immediate(0.1));
/// ```
pub const fn is_fmov_immediate(value: f64) -> bool {
    fp8(value).is_some()
}

/// Whether MOVI puts the number into each halfword of a vector: eight bits, shifted left by 0 or 8. (MVNI takes those whose
/// complement does.)
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_movi_immediate16(0xab00) && !aarch64::is_movi_immediate16(0x0ab0));
/// ```
pub const fn is_movi_immediate16(value: u16) -> bool {
    wide8(value as u32).is_some()
}

/// Whether MOVI puts the number into each word of a vector: eight bits, shifted left by 0, 8, 16 or 24 (`lsl`), or by 8 or 16
/// with ones coming in (`msl`). (MVNI takes those whose complement does.)
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_movi_immediate32(0x00ab_0000) && aarch64::is_movi_immediate32(0x0000_abff));
/// assert!(!aarch64::is_movi_immediate32(0xab00_00ff));
/// ```
pub const fn is_movi_immediate32(value: u32) -> bool {
    let eight = field(Rule::Unsigned, 8, 1);
    wide8(value).is_some()
        || value & 0xff == 0xff && takes(eight, (value >> 8) as i64)
        || value & 0xffff == 0xffff && takes(eight, (value >> 16) as i64)
}

/// Whether MOVI puts the number into each doubleword of a vector: each byte is 0x00 or 0xff.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_movi_immediate64(0xff00_ffff_0000_00ff) && !aarch64::is_movi_immediate64(1));
/// ```
pub const fn is_movi_immediate64(value: u64) -> bool {
    byte_mask(value).is_some()
}

/// Whether LDR, STR and PRFM take the offset in bytes as a multiple of the access: 0 to 4095 * `size`, where `size` is the
/// number of bytes that are loaded or stored, 1 to 16.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_scaled_offset(32760, 8) && !aarch64::is_scaled_offset(12, 8) && !aarch64::is_scaled_offset(-8, 8));
/// ```
pub const fn is_scaled_offset(offset: i64, size: u8) -> bool {
    matches!(size, 1 | 2 | 4 | 8 | 16) && takes(field(Rule::Unsigned, 12, size as i32), offset)
}

/// Whether LDUR, STUR, and LDR and STR with write-back take the offset in bytes: -256 to 255.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_unscaled_offset(-256) && !aarch64::is_unscaled_offset(256));
/// ```
pub const fn is_unscaled_offset(offset: i64) -> bool {
    takes(field(Rule::Signed, 9, 1), offset)
}

/// Whether LDP and STP take the offset in bytes: a multiple of `size`, -64 * `size` to 63 * `size`, where `size` is the number
/// of bytes of each of the two registers: 4, 8 or 16.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_pair_offset(-512, 8) && aarch64::is_pair_offset(1008, 16) && !aarch64::is_pair_offset(512, 8));
/// ```
pub const fn is_pair_offset(offset: i64, size: u8) -> bool {
    matches!(size, 4 | 8 | 16) && takes(field(Rule::Signed, 7, size as i32), offset)
}

/// Whether B and BL reach: multiples of 4 within 128 MiB. Distances count from the branch.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_branch_offset(-(128 << 20)) && !aarch64::is_branch_offset(128 << 20));
/// ```
pub const fn is_branch_offset(distance: i64) -> bool {
    Relocation::A64Branch26.reaches(distance)
}

/// Whether B.cond, BC.cond, CBZ, CBNZ and literal loads reach: multiples of 4 within 1 MiB.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_conditional_branch_offset((1 << 20) - 4) && !aarch64::is_conditional_branch_offset(2));
/// ```
pub const fn is_conditional_branch_offset(distance: i64) -> bool {
    Relocation::A64Branch19.reaches(distance)
}

/// Whether TBZ and TBNZ reach: multiples of 4 within 32 KiB.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_test_branch_offset(-0x8000) && !aarch64::is_test_branch_offset(0x8000));
/// ```
pub const fn is_test_branch_offset(distance: i64) -> bool {
    Relocation::A64Branch14.reaches(distance)
}

/// Whether CBGT and the other branches of FEAT_CMPBR reach: multiples of 4 within 1 KiB.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_compare_branch_offset(-1024) && !aarch64::is_compare_branch_offset(1024));
/// ```
pub const fn is_compare_branch_offset(distance: i64) -> bool {
    Relocation::A64Branch9.reaches(distance)
}

/// Whether ADR reaches: any byte within 1 MiB.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_adr_offset(-1) && !aarch64::is_adr_offset(1 << 20));
/// ```
pub const fn is_adr_offset(distance: i64) -> bool {
    Relocation::A64Adr.reaches(distance)
}

/// Whether ADRP at the address `at` reaches the page of the address `target`: pages of 4 KiB within 4 GiB.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_adrp_target(0x1000, 0x8000_0123) && !aarch64::is_adrp_target(0x1000, 0x2_0000_0000));
/// ```
pub const fn is_adrp_target(at: u64, target: u64) -> bool {
    Relocation::A64Adrp.reaches(Relocation::A64Adrp.distance(at, target))
}

/// Whether AND, ORR, EOR and DUPM of SVE take the number for elements of `bits` (8, 16, 32 or 64) bits, a pattern that may be
/// written with or without a sign.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_sve_logical_immediate(0xf0, 8) && aarch64::is_sve_logical_immediate(-16, 8));
/// assert!(!aarch64::is_sve_logical_immediate(0x1f0, 8));
/// ```
pub const fn is_sve_logical_immediate(value: i64, bits: u8) -> bool {
    matches!(bits, 8 | 16 | 32 | 64) && logical_element(value, bits).is_some()
}

/// Whether DUP and CPY of SVE take the number for elements of `bits` (8, 16, 32 or 64) bits: -128 to 127, or a multiple of 256
/// from -32768 to 32512; a pattern that may be written with or without a sign.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_sve_dup_immediate(-256, 32) && !aarch64::is_sve_dup_immediate(300, 32));
/// ```
pub const fn is_sve_dup_immediate(value: i64, bits: u8) -> bool {
    matches!(bits, 8 | 16 | 32 | 64) && dup(value, bits).is_some()
}

/// Whether ADD, SUB, SUBR, SQADD, UQADD, SQSUB and UQSUB of SVE take the number for elements of `bits` (8, 16, 32 or 64) bits:
/// 0 to 255, or, above 8 bits, a multiple of 256 up to 65280.
///
/// ```
/// # use bareasm_core::aarch64;
/// assert!(aarch64::is_sve_add_immediate(0x1200, 16) && !aarch64::is_sve_add_immediate(0x1200, 8));
/// ```
pub const fn is_sve_add_immediate(value: i64, bits: u8) -> bool {
    let wide = matches!(bits, 16 | 32 | 64) && takes(field(Rule::Unsigned, 8, 256), value);
    wide || matches!(bits, 8 | 16 | 32 | 64) && takes(field(Rule::Unsigned, 8, 1), value)
}
