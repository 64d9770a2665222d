//! What went wrong: eight bytes that can be copied, stored and sent over a wire.

use core::fmt::{self, Write as _};

pub use bareasm_isa::field::Reason;

/// The first failure of an assembler: where, in which operand of which form, and why.
///
/// The value itself is not kept; offset, form and operand find it. An `Option<Error>` has eight bytes, too.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error {
    offset: u32,
    form: u16,
    operand: u8,
    reason: Reason,
}

/// The table that the number of a form belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Forms {
    /// AArch64.
    Aarch64,
    /// T32.
    Thumb,
    /// x86, of both modes.
    X86,
    /// It is not known: the assembler takes any architecture.
    Unknown,
}

/// Bits of a form's number; the table is kept above them.
const FORM_BITS: u32 = 14;
/// No form: a label, a directive, or the buffer.
const NO_FORM: u16 = u16::MAX;
/// No operand.
const NO_OPERAND: u8 = u8::MAX;

impl Error {
    /// A failure at a code offset that belongs to no operand.
    pub const fn at(offset: u32, reason: Reason) -> Error {
        Error { offset, form: NO_FORM, operand: NO_OPERAND, reason }
    }

    /// A failure of an operand of an instruction, whose form has a number below 2^14.
    pub const fn operand_at(offset: u32, forms: Forms, form: u16, operand: u8, reason: Reason) -> Error {
        Error { offset, form: (forms as u16) << FORM_BITS | form & ((1 << FORM_BITS) - 1), operand, reason }
    }

    /// A failure of a value of something that is no form, such as a directive.
    pub const fn value_at(offset: u32, operand: u8, reason: Reason) -> Error {
        Error { offset, form: NO_FORM, operand, reason }
    }

    /// Offset in bytes of the instruction, reference or label from the start of the code. For [`Reason::BufferFull`]:
    /// the number of bytes that were needed (2^31 - 1 means that many or more).
    pub const fn offset(self) -> u32 {
        self.offset
    }

    /// Number of the form in the table of its architecture, if an instruction's operand failed.
    pub const fn form(self) -> Option<u16> {
        if self.form == NO_FORM {
            None
        } else {
            Some(self.form & ((1 << FORM_BITS) - 1))
        }
    }

    /// The table that the number of the form belongs to.
    pub const fn forms(self) -> Forms {
        match self.form >> FORM_BITS {
            0 => Forms::Aarch64,
            1 => Forms::Thumb,
            2 => Forms::X86,
            _ => Forms::Unknown,
        }
    }

    /// Which of the instruction's run-time values failed, in source order from 0.
    pub const fn operand(self) -> Option<u8> {
        if self.operand == NO_OPERAND {
            None
        } else {
            Some(self.operand)
        }
    }

    /// What is wrong.
    pub const fn reason(self) -> Reason {
        self.reason
    }
}

/// A few words for each reason: as text, and as text that `defmt` keeps on the host.
macro_rules! words {
    ($($reason:ident $words:literal)*) => {
        const fn words(reason: Reason) -> &'static str {
            match reason {
                $(Reason::$reason => $words,)*
                _ => "not encodable",
            }
        }

        #[cfg(feature = "defmt")]
        fn interned(reason: Reason) -> defmt::Str {
            match reason {
                $(Reason::$reason => defmt::intern!($words),)*
                _ => defmt::intern!("not encodable"),
            }
        }
    };
}

words! {
    BufferFull "buffer full"
    LabelsFull "label table full"
    FixupsFull "fixup table full"
    LabelUnbound "label never bound"
    LabelRebound "label bound twice"
    LabelUnknown "unknown label"
    TargetRange "target out of reach"
    TargetAlignment "target misaligned"
    ImmediateRange "immediate out of range"
    ImmediateAlignment "immediate misaligned"
    ImmediateEncoding "immediate not encodable"
    RegisterRange "no such register"
    RegisterExcluded "register not allowed here"
    OperandConflict "operands conflict"
    NoBase "run address unknown"
}

impl fmt::Display for Error {
    /// Fixed words and numbers: `immediate out of range: operand 1 of form 17 at 0x40`. With the feature `names`, the form
    /// is shown as the manual has it: ``operand 1 of `ADD <Rd|SP>, <Rn|SP>, #<imm12>{, LSL #<0|12>}` at 0x40``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(words(self.reason))?;
        if let Reason::BufferFull = self.reason {
            return write!(f, ": {} bytes needed", self.offset);
        }
        if let Some(operand) = self.operand() {
            write!(f, ": operand {operand}")?;
        }
        if let Some(form) = self.form() {
            f.write_str(" of ")?;
            form_name(f, self.forms(), form)?;
        }
        write!(f, " at {:#x}", self.offset)
    }
}

/// The mnemonic and operands of a form, where its table is at hand, else its number.
fn form_name(f: &mut fmt::Formatter<'_>, forms: Forms, form: u16) -> fmt::Result {
    #[cfg(feature = "names")]
    match forms {
        #[cfg(feature = "aarch64")]
        Forms::Aarch64 => return fixed_name(f, bareasm_isa::fixed::aarch64(), form),
        #[cfg(feature = "thumb")]
        Forms::Thumb => return fixed_name(f, bareasm_isa::fixed::thumb(), form),
        #[cfg(any(feature = "x64", feature = "x86"))]
        Forms::X86 => {
            let table = bareasm_isa::x86::table();
            if let Some(form) = table.form(form) {
                return write!(f, "`{}`", table.describe(form).syntax());
            }
        }
        _ => {}
    }
    let _ = forms;
    write!(f, "form {form}")
}

#[cfg(all(feature = "names", any(feature = "aarch64", feature = "thumb")))]
fn fixed_name(f: &mut fmt::Formatter<'_>, table: &bareasm_isa::fixed::Table<'_>, form: u16) -> fmt::Result {
    match table.syntax(form) {
        Some(syntax) => write!(f, "`{syntax}`"),
        None => write!(f, "form {form}"),
    }
}

impl fmt::Debug for Error {
    /// The reason and the offset, `immediate out of range at 0x40`: what `unwrap` shows. It takes little code, since a program
    /// that does nothing with its errors but unwrap them carries it, too; `Display` says more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(words(self.reason))?;
        f.write_str(" at 0x")?;
        let mut shift = 28u32;
        loop {
            let left = self.offset.wrapping_shr(shift);
            if left != 0 || shift == 0 {
                f.write_char(char::from_digit(left & 15, 16).unwrap_or_default())?;
            }
            let Some(next) = shift.checked_sub(4) else { return Ok(()) };
            shift = next;
        }
    }
}

impl core::error::Error for Error {}

#[cfg(feature = "defmt")]
impl defmt::Format for Error {
    fn format(&self, f: defmt::Formatter<'_>) {
        let reason = interned(self.reason);
        match (self.operand(), self.form()) {
            (Some(operand), Some(form)) => {
                defmt::write!(f, "{=istr}: operand {=u8} of form {=u16} at {=u32:#x}", reason, operand, form, self.offset);
            }
            _ => defmt::write!(f, "{=istr}: at {=u32:#x}", reason, self.offset),
        }
    }
}
