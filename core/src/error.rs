//! What went wrong: eight bytes that can be copied, stored and sent over a wire.

use core::fmt;

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

/// No form: a label, a directive, or the buffer.
const NO_FORM: u16 = u16::MAX;
/// No operand.
const NO_OPERAND: u8 = u8::MAX;

impl Error {
    /// A failure at a code offset that belongs to no operand.
    pub const fn at(offset: u32, reason: Reason) -> Error {
        Error { offset, form: NO_FORM, operand: NO_OPERAND, reason }
    }

    /// A failure of an operand of an instruction.
    pub const fn operand_at(offset: u32, form: u16, operand: u8, reason: Reason) -> Error {
        Error { offset, form, operand, reason }
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
        if self.form == NO_FORM { None } else { Some(self.form) }
    }

    /// Which of the instruction's run-time values failed, in source order from 0.
    pub const fn operand(self) -> Option<u8> {
        if self.operand == NO_OPERAND { None } else { Some(self.operand) }
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
    /// Fixed words and numbers: `immediate out of range: operand 1 of form 17 at 0x40`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(words(self.reason))?;
        if let Reason::BufferFull = self.reason {
            return write!(f, ": {} bytes needed", self.offset);
        }
        if let Some(operand) = self.operand() {
            write!(f, ": operand {operand}")?;
        }
        if let Some(form) = self.form() {
            write!(f, " of form {form}")?;
        }
        write!(f, " at {:#x}", self.offset)
    }
}

impl fmt::Debug for Error {
    /// As `Display`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
