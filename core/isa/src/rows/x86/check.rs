//! What an x86 row must satisfy alone: `ROWS.md` of this crate.

use super::{Fault, Row};
use crate::x86::form::{Attributes, Code, Immediate as ImmediateWord, Length, ModRm, Plus, Role, Space, Wide, MAX_OPERANDS};
use crate::x86::register::Class;
use crate::x86::shape::{Immediate, Masking, Memory, RoundingKind, Shape};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// Checks one row, and adds what follows from it: the mode, the unit of an 8-bit displacement.
pub fn row(mut row: Row) -> Result<Row, Fault> {
    debug_assert!(row.operands.len() <= MAX_OPERANDS);
    let outcome = placement(&row)
        .and_then(|()| immediates(&row))
        .and_then(|()| row.operands.iter().try_for_each(|(shape, role)| operand(&row.code, shape, *role)))
        .and_then(|()| spaces(&row))
        .and_then(|()| modes(&mut row))
        .and_then(|()| displacement(&mut row));
    match outcome {
        Ok(()) => Ok(row),
        Err(message) => Err((row.place, message)),
    }
}

fn refuse(message: &str) -> Result<(), String> {
    Err(message.to_string())
}

/// Roles against ModRM, opcode register and `/is4`.
fn placement(row: &Row) -> Result<(), String> {
    let count = |role: Role| row.operands.iter().filter(|(_, found)| *found == role).count();
    for role in [Role::Reg, Role::Rm, Role::Vvvv, Role::Opcode, Role::Is4, Role::Displacement, Role::Both] {
        if count(role) > 1 {
            return Err(format!("role {} twice", role.letter()));
        }
    }
    let has = |role: Role| count(role) == 1;
    let (reg, rm) = (has(Role::Reg) || has(Role::Both), has(Role::Rm) || has(Role::Both));
    let code = &row.code;
    match code.modrm {
        ModRm::Register if !reg => return refuse("/r without R"),
        ModRm::Register if !rm => return refuse("/r without M"),
        ModRm::Low(_) if !reg || rm => return refuse("11:rrr:bbb needs R and no M"),
        ModRm::Digit(_) if reg => return refuse("/digit with R"),
        ModRm::Digit(_) if !rm => return refuse("/digit without M"),
        ModRm::None if reg || rm => return refuse("R or M without /r or /digit"),
        _ => {}
    }
    if has(Role::Opcode) != (code.plus != Plus::None) {
        return refuse("O and +r disagree");
    }
    if has(Role::Is4) != code.is4 {
        return refuse("second R and /is4 disagree");
    }
    if has(Role::Vvvv) && matches!(code.space, Space::Legacy | Space::Rex2) {
        return refuse("V needs VEX, XOP or EVEX");
    }
    Ok(())
}

/// Immediate words against immediate operands, from left to right.
fn immediates(row: &Row) -> Result<(), String> {
    let is_word = |(shape, role): &&(Shape, Role)| {
        matches!(role, Role::Immediate | Role::Displacement) && shape.immediate != Immediate::Imm4
    };
    let words: Vec<ImmediateWord> = row.code.immediates.into_iter().filter(|word| *word != ImmediateWord::None).collect();
    let operands: Vec<&Shape> = row.operands.iter().filter(is_word).map(|(shape, _)| shape).collect();
    if words.len() != operands.len() {
        return Err(format!("{} immediates in the encoding, {} in the operands", words.len(), operands.len()));
    }
    for (word, shape) in words.into_iter().zip(operands) {
        let wanted = match (shape.immediate, shape.memory) {
            (Immediate::Imm8 | Immediate::Imm8s | Immediate::Imm8u, _) => ImmediateWord::Ib,
            (Immediate::Imm16 | Immediate::Imm16u, _) => ImmediateWord::Iw,
            (Immediate::Imm32 | Immediate::Imm32s, _) => ImmediateWord::Id,
            (Immediate::Imm64, _) => ImmediateWord::Io,
            (Immediate::Rel8, _) => ImmediateWord::Cb,
            (Immediate::Rel16, _) => ImmediateWord::Cw,
            (Immediate::Rel32, _) => ImmediateWord::Cd,
            (Immediate::Ptr16, _) => ImmediateWord::Cp16,
            (Immediate::Ptr32, _) => ImmediateWord::Cp32,
            (_, Memory::Offset) => ImmediateWord::Mo,
            _ => ImmediateWord::None,
        };
        if word != wanted {
            return Err(format!("{shape} placed by {}", word.text()));
        }
    }
    if row.operands.iter().any(|(shape, _)| shape.immediate == Immediate::Imm4) && !row.code.is4 {
        return refuse("imm4 needs /is4");
    }
    Ok(())
}

/// One operand against its role and the prefix.
fn operand(code: &Code, shape: &Shape, role: Role) -> Result<(), String> {
    let vector = code.space == Space::Evex;
    if shape.is_fixed() {
        return Ok(());
    }
    let is_register = shape.register.is_some();
    let takes = match role {
        Role::Immediate => !matches!(shape.immediate, Immediate::No) && !shape.immediate.is_relative(),
        Role::Displacement => {
            shape.immediate.is_relative()
                || matches!(shape.immediate, Immediate::Ptr16 | Immediate::Ptr32)
                || shape.memory == Memory::Offset
        }
        Role::Rm => is_register || shape.has_memory(),
        _ => is_register,
    };
    let alone = (role == Role::Rm || !shape.has_memory())
        && (role == Role::Displacement || shape.memory != Memory::Offset)
        && (matches!(role, Role::Immediate | Role::Displacement) || shape.immediate == Immediate::No);
    if !takes || !alone {
        return Err(format!("{shape} with role {}", role.letter()));
    }
    if shape.broadcast != 0 && !vector {
        return refuse("broadcast needs EVEX");
    }
    if (shape.masking != Masking::No || shape.rounding != RoundingKind::No) && !vector {
        return refuse("decoration needs EVEX");
    }
    if shape.broadcast != 0 && (shape.width <= shape.broadcast || !shape.width.is_multiple_of(shape.broadcast)) {
        return refuse("broadcast needs memory of a known width beside it");
    }
    if shape.rounding != RoundingKind::No && !matches!(code.length, Length::L512 | Length::Lig) {
        return refuse("{er} and {sae} need 512 or LIG");
    }
    Ok(())
}

/// What the fields of VEX and EVEX allow.
fn spaces(row: &Row) -> Result<(), String> {
    let code = &row.code;
    let map4 = code.space == Space::Evex && code.map == 4;
    if map4 && code.length != Length::Llz {
        return refuse("map 4 is LLZ");
    }
    if !map4 && (code.nd || code.zu) {
        return refuse("ND and ZU need map 4");
    }
    if !map4 && code.scc.is_some() {
        return refuse("SCC needs map 4");
    }
    if code.nd && !row.operands.iter().any(|(_, role)| *role == Role::Vvvv) {
        return refuse("ND without V");
    }
    if (code.nf || code.nf_free) && code.space != Space::Evex {
        return refuse("NF needs EVEX");
    }
    let dfv = row.operands.iter().any(|(shape, _)| shape.immediate == Immediate::Dfv);
    if dfv != code.scc.is_some() {
        return refuse("dfv and SCC go together");
    }
    let memory = row.operands.iter().any(|(shape, _)| shape.memory != Memory::No);
    if row.attributes.has(Attributes::LOCK) && !memory {
        return refuse("`lock` needs a memory operand");
    }
    Ok(())
}

/// Which mode the row belongs to.
fn modes(row: &mut Row) -> Result<(), String> {
    let code = &row.code;
    let legacy = matches!(code.space, Space::Legacy | Space::Rex2);
    let r64 = row.operands.iter().any(|(shape, _)| shape.register == Some(Class::R64));
    let apx = row.features.iter().any(|word| word.text == "apx_f");
    let only64 = legacy && code.wide == Wide::W1
        || code.operand_size == 64
        || code.address_size == 64
        || code.space == Space::Rex2
        || code.space == Space::Evex && (code.map == 4 || apx)
        || r64;
    let only32 = row.attributes.has(Attributes::ONLY32) || code.address_size == 16;
    if only32 && (only64 || row.attributes.has(Attributes::ONLY64)) {
        return refuse("`32` on a row that only 64-bit mode has");
    }
    if apx {
        row.attributes = row.attributes.with(Attributes::APX);
    }
    if only64 {
        row.attributes = row.attributes.with(Attributes::ONLY64);
    }
    if only32 {
        row.attributes = row.attributes.with(Attributes::ONLY32);
    }
    Ok(())
}

/// The unit of an 8-bit displacement: the memory width, unless stated; 1 for APX.
fn displacement(row: &mut Row) -> Result<(), String> {
    let stated = core::mem::replace(&mut row.disp8, 1);
    if row.code.space != Space::Evex {
        return if stated == 0 { Ok(()) } else { refuse("disp8*N needs EVEX") };
    }
    let vsib = row.operands.iter().any(|(shape, _)| shape.vector_index().is_some());
    if vsib && stated == 0 {
        return refuse("VSIB needs disp8*N");
    }
    let apx = row.attributes.has(Attributes::APX);
    let width = row.operands.iter().filter(|(shape, _)| shape.has_memory()).map(|(shape, _)| shape.width / 8).max();
    row.disp8 = match (stated, apx, width) {
        (0, true, _) => 1,
        (0, false, Some(bytes)) if bytes.is_power_of_two() => bytes as u8,
        (0, ..) => 1,
        (unit, ..) => unit,
    };
    Ok(())
}
