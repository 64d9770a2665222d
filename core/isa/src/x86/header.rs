//! The first bytes of an instruction, and which forms they may select.
//!
//! The decoder asks [`Header::selects`] for each form of a bucket; the row validator asks it for every header that two
//! rows could share. So what the validator refuses is exactly what the decoder could confuse.

use super::form::{Attributes, Code, Length, Mandatory, ModRm, Plus, Second, Space, Wide};
use super::operand::Mode;
use super::shape::{Masking, Memory, RoundingKind, Shape};

/// Prefixes, opcode and ModRM, with all inversions undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Header {
    /// 66 present.
    pub p66: bool,
    /// 67 present.
    pub p67: bool,
    /// F2 present (legacy).
    pub pf2: bool,
    /// F3 present (legacy).
    pub pf3: bool,
    /// LOCK present.
    pub lock: bool,
    /// Last segment prefix, as a register number.
    pub segment: Option<u8>,
    /// REX or REX2 present.
    pub rex: bool,
    /// REX2 present.
    pub rex2: bool,
    /// Number of the [`Space`] (REX2 counts as legacy).
    pub space: u8,
    /// Opcode map.
    pub map: u8,
    /// Opcode byte; 0F for 3DNow!.
    pub opcode: u8,
    /// W.
    pub w: bool,
    /// Bits 3 and 4 that extend ModRM.reg.
    pub r: u8,
    /// Bits 3 and 4 that extend an index.
    pub x: u8,
    /// Bits 3 and 4 that extend ModRM.rm, a base or an opcode register.
    pub b: u8,
    /// vvvv, not inverted, with V' as bit 4.
    pub v: u8,
    /// vvvv as stored (default flag values).
    pub raw_v: u8,
    /// Vector length bits.
    pub l: u8,
    /// `pp` bits.
    pub pp: u8,
    /// EVEX z.
    pub z: bool,
    /// EVEX b (ND and ZU in map 4).
    pub broadcast: bool,
    /// EVEX aaa.
    pub mask: u8,
    /// Low four bits of the last EVEX byte.
    pub scc: u8,
    /// ModRM, or whatever byte follows the opcode.
    pub modrm: Option<u8>,
}

/// The operands of a form, as far as they decide what may follow the opcode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// ModRM.rm may be a register.
    pub rm_register: bool,
    /// ModRM.rm may be memory.
    pub rm_memory: bool,
    /// There is an operand in ModRM.rm.
    pub rm: bool,
    /// There is an operand in vvvv.
    pub v: bool,
    /// A vector index uses V'.
    pub vector_index: bool,
    /// Some memory operand has a broadcast.
    pub broadcast: bool,
    /// Takes a mask.
    pub mask: bool,
    /// Takes {er} or {sae}.
    pub rounding: bool,
    /// Needs a SIB byte.
    pub sib: bool,
    /// Register number that the opcode register must not be.
    pub excluded: Option<u8>,
}

impl Outline {
    /// Adds an operand.
    #[must_use]
    pub fn with(mut self, shape: &Shape, role: super::form::Role) -> Outline {
        use super::form::Role;
        match role {
            Role::Rm | Role::Both => {
                self.rm = true;
                self.rm_register |= shape.register.is_some();
                self.rm_memory |= shape.has_memory();
                self.sib |= matches!(shape.memory, Memory::Sib) || shape.vector_index().is_some();
            }
            Role::Vvvv => self.v = true,
            Role::Opcode => self.excluded = shape.excluded,
            _ => {}
        }
        self.vector_index |= shape.vector_index().is_some();
        self.broadcast |= shape.broadcast != 0;
        self.mask |= shape.masking != Masking::No;
        self.rounding |= shape.rounding != RoundingKind::No;
        self
    }
}

/// How exactly a form names its bytes: of several that match, the decoder takes the largest.
pub fn specificity(code: &Code) -> u8 {
    let mut score = 0;
    score += if code.space == Space::Rex2 { 4 } else { 0 };
    score += u8::from(code.plus == Plus::None);
    if matches!(code.space, Space::Legacy | Space::Rex2) {
        score += match code.prefix {
            // F2 and F3 take part in the opcode before 66, and 66 before REX.W.
            Mandatory::PF2 | Mandatory::PF3 => 16,
            Mandatory::P66 => 8,
            Mandatory::None => 1,
            Mandatory::Free => 0,
        };
        score += u8::from(code.operand_size == 16);
        // REX.W overrides 66 as operand size.
        score += if code.wide == Wide::W1 { 2 } else { 0 };
    } else {
        score += u8::from(code.nf);
    }
    score += match code.second {
        Second::Fixed(_) if code.plus == Plus::None => 4,
        Second::Fixed(_) => 3,
        _ => 0,
    };
    score + u8::from(matches!(code.modrm, ModRm::Digit(_) | ModRm::Low(_)))
}

impl Header {
    /// Address size in bits.
    pub fn address_size(&self, mode: Mode) -> u8 {
        match (mode, self.p67) {
            (Mode::Long, false) => 64,
            (Mode::Long, true) | (Mode::Protected, false) => 32,
            (Mode::Protected, true) => 16,
        }
    }

    /// Whether a form may stand behind this header. Bits that the form does not name are ignored.
    pub fn selects(&self, form: &Code, attributes: Attributes, outline: &Outline, mode: Mode) -> bool {
        if attributes.has(mode.lacks()) || form.wait || form.space == Space::Rex2 && !self.rex2 {
            return false;
        }
        let named = match form.plus {
            Plus::R | Plus::I if !matches!(form.second, Second::Fixed(_)) => form.opcode == self.opcode & 0xf8,
            _ => form.opcode == self.opcode,
        };
        let prefixes = match self.space {
            0 => self.selects_legacy(form),
            4 => self.selects_vector(form) && self.selects_evex(form, outline),
            _ => self.selects_vector(form),
        };
        let address = form.address_size == 0 || form.address_size == self.address_size(mode);
        named && prefixes && address && self.unused_v(form, outline) && self.selects_modrm(form, outline)
    }

    fn selects_legacy(&self, form: &Code) -> bool {
        let mandatory = match form.prefix {
            Mandatory::Free => true,
            Mandatory::None => !(self.p66 || self.pf2 || self.pf3),
            Mandatory::P66 => self.p66,
            Mandatory::PF2 => self.pf2,
            Mandatory::PF3 => self.pf3,
        };
        mandatory && (form.operand_size != 16 || self.p66 && !self.w) && (form.wide != Wide::W1 || self.w)
    }

    fn selects_vector(&self, form: &Code) -> bool {
        form.prefix.bits() == self.pp
            && match form.wide {
                Wide::W0 => !self.w,
                Wide::W1 => self.w,
                Wide::Ignored => true,
            }
    }

    /// Register operands with b set: {er} or {sae}.
    fn rounds(&self, outline: &Outline) -> bool {
        outline.rounding && self.space == 4 && self.broadcast && self.modrm.is_some_and(|modrm| modrm >= 0xc0)
    }

    fn selects_evex(&self, form: &Code, outline: &Outline) -> bool {
        if self.map == 4 {
            return match form.scc {
                Some(scc) => scc == self.scc,
                None => {
                    self.broadcast == (form.nd || form.zu)
                        && (self.mask & 4 == 0 || form.nf || form.nf_free)
                        && (self.mask & 4 != 0 || !form.nf)
                }
            };
        }
        let memory = self.modrm.is_some_and(|modrm| modrm < 0xc0);
        if self.broadcast && !self.rounds(outline) && !(memory && outline.broadcast) {
            return false;
        }
        if self.mask != 0 && !outline.mask && !(form.nf_free && self.mask == 4) {
            return false;
        }
        // Gathers and scatters need a mask.
        !(outline.vector_index && outline.mask && self.mask == 0)
    }

    fn unused_v(&self, form: &Code, outline: &Outline) -> bool {
        if self.space == 0 {
            return true;
        }
        let length = match form.length {
            Length::L512 if self.rounds(outline) => true,
            length => length.bits().is_none_or(|bits| bits == self.l),
        };
        let v = if outline.vector_index { self.v & 15 } else { self.v };
        length && (outline.v || form.scc.is_some() || v == 0)
    }

    fn selects_modrm(&self, form: &Code, outline: &Outline) -> bool {
        if let Second::Fixed(byte) = form.second {
            return match self.modrm {
                None => false,
                Some(found) if form.plus == Plus::None => found == byte,
                Some(found) => found & 0xf8 == byte,
            };
        }
        if form.modrm == ModRm::None {
            let number = self.opcode & 7 | self.b & 0x18;
            return outline.excluded != Some(number);
        }
        let Some(modrm) = self.modrm else { return false };
        let digit = match form.modrm {
            ModRm::Digit(digit) => modrm >> 3 & 7 == digit,
            ModRm::Low(low) => modrm & 7 == low,
            _ => true,
        };
        let register = modrm >= 0xc0;
        digit
            && match (outline.rm, register) {
                (false, register) => register,
                (true, true) => outline.rm_register,
                (true, false) => outline.rm_memory && (!outline.sib || modrm & 7 == 4),
            }
    }
}
