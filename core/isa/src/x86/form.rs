//! A form: one encodable mnemonic + operand pattern, as it stands in the packed table.
//!
//! Sixteen bytes a form ([`Form`]); [`Code`] is the same unpacked. What the operands may be stands in a
//! [`Shape`](super::shape::Shape), and a [`Signature`] says which shapes a form has and where each goes.

/// How the prefix of an instruction is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Space {
    /// Opcode bytes with optional prefixes and REX (or REX2 where the operands need it).
    Legacy,
    /// Legacy opcode that is only encodable with REX2.
    Rex2,
    /// VEX, two or three bytes.
    Vex,
    /// AMD XOP.
    Xop,
    /// EVEX, including the map 4 of APX.
    Evex,
}

/// Vector length field, as the manual writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Length {
    L128,
    L256,
    L512,
    /// Ignored.
    Lig,
    /// Must be zero, in the notation of VEX.
    Lz,
    /// Must be zero, in the notation of EVEX map 4.
    Llz,
    L0,
    L1,
}

impl Length {
    const ALL: [Length; 8] =
        [Length::L128, Length::L256, Length::L512, Length::Lig, Length::Lz, Length::Llz, Length::L0, Length::L1];

    /// The bits of the field; `None`: ignored.
    pub const fn bits(self) -> Option<u8> {
        match self {
            Length::L128 | Length::Lz | Length::Llz | Length::L0 => Some(0),
            Length::L256 | Length::L1 => Some(1),
            Length::L512 => Some(2),
            Length::Lig => None,
        }
    }

    /// The manual's text.
    pub const fn text(self) -> &'static str {
        ["128", "256", "512", "LIG", "LZ", "LLZ", "L0", "L1"][self as usize]
    }

    /// The length with this text.
    pub fn from_text(text: &str) -> Option<Length> {
        Length::ALL.into_iter().find(|length| length.text() == text)
    }
}

/// Mandatory prefix, or the `pp` field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Mandatory {
    /// None stated: 66, F2 and F3 keep their ordinary meaning.
    Free,
    /// `NP`: none may be present.
    None,
    P66,
    PF2,
    PF3,
}

impl Mandatory {
    /// The `pp` bits.
    pub const fn bits(self) -> u8 {
        match self {
            Mandatory::Free | Mandatory::None => 0,
            Mandatory::P66 => 1,
            Mandatory::PF3 => 2,
            Mandatory::PF2 => 3,
        }
    }

    /// The manual's text.
    pub const fn text(self) -> &'static str {
        ["", "NP", "66", "F2", "F3"][self as usize]
    }

    /// The prefix byte.
    pub const fn byte(self) -> Option<u8> {
        match self {
            Mandatory::Free | Mandatory::None => None,
            Mandatory::P66 => Some(0x66),
            Mandatory::PF2 => Some(0xf2),
            Mandatory::PF3 => Some(0xf3),
        }
    }
}

/// The W bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Wide {
    W0,
    W1,
    /// Ignored, or not mentioned (legacy).
    Ignored,
}

/// Register number in the low bits of an opcode byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Plus {
    None,
    /// `+r`
    R,
    /// `+i`
    I,
}

/// What the row says about ModRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModRm {
    /// There is none (or its byte is fixed: see [`Second::Fixed`]).
    None,
    /// `/r`.
    Register,
    /// `11:rrr:bbb`: register in reg, these bits in rm.
    Low(u8),
    /// `/0` to `/7`.
    Digit(u8),
}

/// A second opcode byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Second {
    /// None.
    None,
    /// Directly after the opcode, where ModRM would stand.
    Fixed(u8),
    /// At the very end (3DNow!).
    Suffix(u8),
}

/// A sequence of immediate bytes in the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Immediate {
    None,
    Ib,
    Iw,
    Id,
    Io,
    Cb,
    Cw,
    Cd,
    Cp16,
    Cp32,
    /// As wide as an address.
    Mo,
}

impl Immediate {
    /// All, in numerical order.
    #[rustfmt::skip]
    pub const ALL: [Immediate; 11] = [
        Immediate::None, Immediate::Ib, Immediate::Iw, Immediate::Id, Immediate::Io, Immediate::Cb,
        Immediate::Cw, Immediate::Cd, Immediate::Cp16, Immediate::Cp32, Immediate::Mo,
    ];

    /// Bytes; `address` is the address size in bytes.
    pub const fn size(self, address: u8) -> u8 {
        match self {
            Immediate::None => 0,
            Immediate::Ib | Immediate::Cb => 1,
            Immediate::Iw | Immediate::Cw => 2,
            Immediate::Id | Immediate::Cd | Immediate::Cp16 => 4,
            Immediate::Cp32 => 6,
            Immediate::Io => 8,
            Immediate::Mo => address,
        }
    }

    /// The manual's text.
    pub const fn text(self) -> &'static str {
        ["", "ib", "iw", "id", "io", "cb", "cw", "cd", "cp16", "cp32", "mo"][self as usize]
    }
}

/// The encoding column of a row, unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// Legacy, VEX, ...
    pub space: Space,
    /// Opcode map: 0, 1 (0F), 2 (0F38), 3 (0F3A), 4 to 10, and [`MAP_3DNOW`].
    pub map: u8,
    /// Mandatory prefix.
    pub prefix: Mandatory,
    /// Vector length.
    pub length: Length,
    /// W.
    pub wide: Wide,
    /// Operand size of `o16`, `o32`, `o64`; 0 if not stated.
    pub operand_size: u8,
    /// Address size of `a16`, `a32`, `a64`; 0 if not stated.
    pub address_size: u8,
    /// Starts with FWAIT.
    pub wait: bool,
    /// Opcode byte.
    pub opcode: u8,
    /// Register in the opcode (or in the fixed second byte).
    pub plus: Plus,
    /// ModRM.
    pub modrm: ModRm,
    /// Second opcode byte.
    pub second: Second,
    /// Immediates in order.
    pub immediates: [Immediate; 2],
    /// Register in the high half of a last byte.
    pub is4: bool,
    /// APX new data destination.
    pub nd: bool,
    /// APX zero upper.
    pub zu: bool,
    /// APX no flags: required.
    pub nf: bool,
    /// APX no flags: the user's choice.
    pub nf_free: bool,
    /// APX source condition code.
    pub scc: Option<u8>,
}

/// Number of the 3DNow! map: `0F 0F`, opcode at the end.
pub const MAP_3DNOW: u8 = 11;

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident = $bit:literal $text:literal;)*) => {
        /// Attribute words of a row, one bit each.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct Attributes(pub u32);

        impl Attributes {
            $($(#[$doc])* pub const $name: Attributes = Attributes(1 << $bit);)*
            /// Every attribute with its word.
            pub const ALL: &'static [(Attributes, &'static str)] = &[$((Attributes::$name, $text)),*];
        }
    };
}

attributes! {
    /// 32-bit mode only.
    ONLY32 = 0 "32";
    /// 64-bit mode only, written or derived.
    ONLY64 = 1 "64";
    /// Admits `lock`.
    LOCK = 2 "lock";
    /// Admits `rep`.
    REP = 3 "rep";
    /// Admits `repe` and `repne`.
    REPZ = 4 "repz";
    /// Admits `xacquire` and `xrelease`.
    HLE = 5 "hle";
    /// Admits `xrelease`.
    XREL = 6 "xrel";
    /// Admits `bnd`.
    BND = 7 "bnd";
    /// Admits `notrack`.
    NOTRACK = 8 "notrack";
    /// A memory operand without width picks this row.
    BARE = 9 "bare";
    /// Never chosen while a row without `alt` matches.
    ALT = 10 "alt";
    /// Extra spelling: the decoder never answers with it.
    ALIAS = 11 "alias";
    /// Needs `{vex}`.
    HINT = 12 "hint";
    /// VEX operands 2 and 3 may be exchanged.
    COMM = 13 "comm";
    /// The same if `imm & 3` is 0 or 3.
    COMMP = 14 "commp";
    /// Vector or tile operands and the vector index differ.
    DISTINCT = 15 "distinct";
    /// r16 to r31 not allowed.
    NOREX2 = 16 "norex2";
    /// Privileged.
    PRIV = 17 "priv";
}

impl Attributes {
    /// Needs the APX foundation: derived from the features, never written.
    pub const APX: Attributes = Attributes(1 << 18);

    /// Whether all of `other` are here.
    pub const fn has(self, other: Attributes) -> bool {
        self.0 & other.0 == other.0
    }

    /// With `other` added.
    #[must_use]
    pub const fn with(self, other: Attributes) -> Attributes {
        Attributes(self.0 | other.0)
    }
}

impl core::fmt::Debug for Attributes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(Attributes::ALL.iter().filter(|(bit, _)| self.has(*bit)).map(|(_, text)| text)).finish()
    }
}

/// Bit position and width of the parts of a [`Form`].
macro_rules! layout {
    ($($name:ident = $at:literal, $width:literal;)*) => { $(const $name: (u32, u32) = ($at, $width);)* };
}

layout! {
    MNEMONIC = 0, 13;
    SIGNATURE = 13, 11;
    FEATURES = 24, 9;
    OPCODE = 33, 8;
    SECOND = 41, 8;
    SECOND_KIND = 49, 2;
    SPACE = 51, 3;
    MAP = 54, 4;
    PREFIX = 58, 3;
    LENGTH = 61, 3;
    WIDE = 64, 2;
    OSIZE = 66, 2;
    ASIZE = 68, 2;
    WAIT = 70, 1;
    MODRM = 71, 4;
    PLUS = 75, 2;
    IMMEDIATE1 = 77, 4;
    IMMEDIATE2 = 81, 2;
    FLAGS = 83, 5;
    SCC = 88, 5;
    DISP8 = 93, 3;
    ATTRIBUTES = 96, 19;
    ROW = 115, 13;
}

/// One form, packed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Form(pub u128);

/// What a form refers to in the other lists of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Links {
    /// Index of the mnemonic's text.
    pub mnemonic: u16,
    /// Index of the signature.
    pub signature: u16,
    /// Index of the feature set.
    pub features: u16,
    /// Index of the source row.
    pub row: u16,
}

const SIZES: [u8; 4] = [0, 16, 32, 64];

const fn size_code(bits: u8) -> u128 {
    match bits {
        16 => 1,
        32 => 2,
        64 => 3,
        _ => 0,
    }
}

impl Form {
    const fn get(self, (at, width): (u32, u32)) -> u32 {
        (self.0 >> at) as u32 & ((1 << width) - 1)
    }

    /// Packs; `None` if an index does not fit its bits.
    pub fn new(links: Links, code: &Code, disp8_shift: u8, attributes: Attributes) -> Option<Form> {
        let mut bits = 0u128;
        let mut fits = true;
        let mut put = |(at, width): (u32, u32), value: u128| {
            fits &= value >> width == 0;
            bits |= value << at;
        };
        put(MNEMONIC, links.mnemonic.into());
        put(SIGNATURE, links.signature.into());
        put(FEATURES, links.features.into());
        put(ROW, links.row.into());
        put(OPCODE, code.opcode.into());
        let (kind, second) = match code.second {
            Second::None => (0, 0),
            Second::Fixed(byte) => (1, byte),
            Second::Suffix(byte) => (2, byte),
        };
        let (modrm, second) = match code.modrm {
            ModRm::None => (0, second),
            ModRm::Register => (1, second),
            ModRm::Low(bits) => (2, bits),
            ModRm::Digit(digit) => (8 | u128::from(digit), second),
        };
        put(SECOND_KIND, kind);
        put(SECOND, second.into());
        put(MODRM, modrm);
        put(SPACE, code.space as u128);
        put(MAP, code.map.into());
        put(PREFIX, code.prefix as u128);
        put(LENGTH, code.length as u128);
        put(WIDE, code.wide as u128);
        put(OSIZE, size_code(code.operand_size));
        put(ASIZE, size_code(code.address_size));
        put(WAIT, code.wait.into());
        put(PLUS, code.plus as u128);
        put(IMMEDIATE1, code.immediates[0] as u128);
        put(IMMEDIATE2, code.immediates[1] as u128);
        let flags = [code.is4, code.nd, code.zu, code.nf, code.nf_free];
        put(FLAGS, flags.iter().rev().fold(0, |sum, flag| sum << 1 | u128::from(*flag)));
        put(SCC, code.scc.map_or(0, |scc| 16 | u128::from(scc)));
        put(DISP8, disp8_shift.into());
        put(ATTRIBUTES, attributes.0.into());
        fits.then_some(Form(bits))
    }

    /// Indices into the other lists.
    pub const fn links(self) -> Links {
        Links {
            mnemonic: self.get(MNEMONIC) as u16,
            signature: self.get(SIGNATURE) as u16,
            features: self.get(FEATURES) as u16,
            row: self.get(ROW) as u16,
        }
    }

    /// The form with another index of its signature, for a table of its own. `None` if the index does not fit its bits.
    pub const fn with_signature(self, signature: u16) -> Option<Form> {
        let (at, width) = SIGNATURE;
        if signature >> width != 0 {
            return None;
        }
        let mask = ((1u128 << width) - 1) << at;
        Some(Form(self.0 & !mask | (signature as u128) << at))
    }

    /// Attributes.
    pub const fn attributes(self) -> Attributes {
        Attributes(self.get(ATTRIBUTES))
    }

    /// log2 of the unit of an 8-bit displacement (EVEX), without broadcast.
    pub const fn disp8_shift(self) -> u8 {
        self.get(DISP8) as u8
    }

    /// The opcode byte.
    pub const fn opcode(self) -> u8 {
        self.get(OPCODE) as u8
    }

    /// What forms share when the same first bytes may select them: prefix kind, map, opcode.
    pub const fn bucket(self) -> (u8, u8, u8) {
        let space = self.get(SPACE) as u8;
        (if space == Space::Rex2 as u8 { Space::Legacy as u8 } else { space }, self.get(MAP) as u8, self.opcode())
    }

    /// The encoding.
    pub const fn code(self) -> Code {
        let second = self.get(SECOND) as u8;
        let flags = self.get(FLAGS);
        let modrm = self.get(MODRM) as u8;
        Code {
            space: match self.get(SPACE) {
                0 => Space::Legacy,
                1 => Space::Rex2,
                2 => Space::Vex,
                3 => Space::Xop,
                _ => Space::Evex,
            },
            map: self.get(MAP) as u8,
            prefix: match self.get(PREFIX) {
                0 => Mandatory::Free,
                1 => Mandatory::None,
                2 => Mandatory::P66,
                3 => Mandatory::PF2,
                _ => Mandatory::PF3,
            },
            length: Length::ALL[self.get(LENGTH) as usize & 7],
            wide: match self.get(WIDE) {
                0 => Wide::W0,
                1 => Wide::W1,
                _ => Wide::Ignored,
            },
            operand_size: SIZES[self.get(OSIZE) as usize & 3],
            address_size: SIZES[self.get(ASIZE) as usize & 3],
            wait: self.get(WAIT) != 0,
            opcode: self.opcode(),
            plus: match self.get(PLUS) {
                0 => Plus::None,
                1 => Plus::R,
                _ => Plus::I,
            },
            modrm: match modrm {
                0 => ModRm::None,
                1 => ModRm::Register,
                2..=7 => ModRm::Low(second),
                digit => ModRm::Digit(digit & 7),
            },
            second: match self.get(SECOND_KIND) {
                1 => Second::Fixed(second),
                2 => Second::Suffix(second),
                _ => Second::None,
            },
            immediates: [immediate(self.get(IMMEDIATE1)), immediate(self.get(IMMEDIATE2))],
            is4: flags & 1 != 0,
            nd: flags & 2 != 0,
            zu: flags & 4 != 0,
            nf: flags & 8 != 0,
            nf_free: flags & 16 != 0,
            scc: if self.get(SCC) & 16 != 0 { Some(self.get(SCC) as u8 & 15) } else { None },
        }
    }
}

const fn immediate(code: u32) -> Immediate {
    if code < Immediate::ALL.len() as u32 {
        Immediate::ALL[code as usize]
    } else {
        Immediate::None
    }
}

impl core::fmt::Debug for Form {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Form")
            .field("links", &self.links())
            .field("code", &self.code())
            .field("attributes", &self.attributes())
            .finish()
    }
}

/// Where an operand goes: the manual's Op/En letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Role {
    /// Nowhere: fixed register or number, string operand, or `dfv`.
    Fixed,
    /// `R`: ModRM.reg.
    Reg,
    /// `M`: ModRM.rm.
    Rm,
    /// `V`: vvvv.
    Vvvv,
    /// `O`: low bits of the opcode.
    Opcode,
    /// `I`: immediate.
    Immediate,
    /// `D`: displacement, far pointer, absolute offset.
    Displacement,
    /// `B`: both reg and rm.
    Both,
    /// A second `R`: the high half of the last byte.
    Is4,
}

impl Role {
    /// All, in numerical order.
    #[rustfmt::skip]
    pub const ALL: [Role; 9] = [
        Role::Fixed, Role::Reg, Role::Rm, Role::Vvvv, Role::Opcode, Role::Immediate, Role::Displacement, Role::Both, Role::Is4,
    ];

    /// The letter.
    pub const fn letter(self) -> &'static str {
        ["", "R", "M", "V", "O", "I", "D", "B", "R"][self as usize]
    }
}

/// The most operands of a form.
pub const MAX_OPERANDS: usize = 5;

/// The operands of a form: index of each one's shape and its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// Index of the shape; [`Signature::ABSENT`] ends the list.
    pub shapes: [u8; MAX_OPERANDS],
    /// Number of the [`Role`].
    pub roles: [u8; MAX_OPERANDS],
}

impl Signature {
    /// Ends the list of shapes.
    pub const ABSENT: u8 = 255;

    /// Shape index and role of each operand.
    pub fn operands(&self) -> impl DoubleEndedIterator<Item = (u8, Role)> + '_ {
        self.shapes
            .iter()
            .zip(&self.roles)
            .filter(|(shape, _)| **shape != Signature::ABSENT)
            .map(|(shape, role)| (*shape, Role::ALL.get(usize::from(*role)).copied().unwrap_or(Role::Fixed)))
    }
}
