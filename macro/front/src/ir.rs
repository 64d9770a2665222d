//! What parsing yields and lowering consumes: statements whose instruction forms are chosen.
//!
//! Nothing here depends on an architecture: the operands of an instruction have become a [`Choice`], in which run-time
//! values and label targets are numbered; this module says what those numbers stand for.

use bareasm_isa::choice::Choice;
use proc_macro2::{Span, TokenStream};

/// An architecture, as in `.arch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Arch {
    Aarch64,
    Thumb,
    X64,
    X86,
}

/// One use of `dynasm!`.
#[derive(Debug)]
pub struct Invocation {
    /// The assembler expression, as written.
    pub target: TokenStream,
    /// `$crate` of the crate that exports the macro.
    pub root: TokenStream,
    /// The statements in source order. All instructions are of the statement's own architecture.
    pub statements: Vec<Statement>,
}

/// A line between semicolons.
#[derive(Debug)]
pub struct Statement {
    /// Where it stands.
    pub span: Span,
    /// The source text, with feature `listing` or `cli`; else empty.
    pub text: String,
    /// The architecture in force.
    pub arch: Arch,
    /// What it is.
    pub kind: StatementKind,
}

/// Kinds of [`Statement`].
#[derive(Debug)]
pub enum StatementKind {
    /// An instruction.
    Instruction(Instruction),
    /// The definition of a label.
    Label(Label),
    /// Bytes known now (`.bytes 1, 2`, `.u32 7`).
    Data(Vec<u8>),
    /// A datum whose value is known at run time: `size` bytes, little endian, range-checked as `field` says.
    Value {
        /// The field: starts at bit 0 of the datum.
        field: bareasm_isa::field::Field,
        /// Bytes.
        size: u8,
        /// The value.
        value: Value,
    },
    /// `.bytes expr`: an iterator or slice of bytes.
    Bytes(TokenStream),
    /// An address or distance of a label as a datum (`.abs64 label`, `.rel32 label`).
    Reference(Target, bareasm_isa::relocation::Relocation),
    /// `.align n` or `.align n, fill`: pads to a multiple of `n`; without a fill, with no-ops of the architecture.
    Align {
        /// The boundary in bytes.
        to: TokenStream,
        /// The boundary where it is a literal.
        known: Option<u32>,
        /// The fill byte.
        fill: Option<TokenStream>,
    },
    /// A Rust statement (`;; stmt`).
    Rust(TokenStream),
}

/// An instruction whose form is chosen.
#[derive(Debug)]
pub struct Instruction {
    /// Where the mnemonic stands.
    pub span: Span,
    /// The chosen form, with its shorter alternatives.
    pub choice: Choice,
    /// What `Pending::value` numbers.
    pub values: Vec<Value>,
    /// What `Reference::target` numbers.
    pub targets: Vec<Target>,
    /// Set for A64 `mov Xd|Wd, expr` with a run-time value: the length is known only at run time.
    pub load_immediate: Option<LoadImmediate>,
    /// Why it may do something else than it says; it is emitted all the same.
    pub warning: Option<Diagnostic>,
}

/// A64 `mov` of a run-time value: the shortest of MOVZ, MOVN, ORR, or a MOVZ/MOVK run.
#[derive(Debug)]
pub struct LoadImmediate {
    /// 64-bit register?
    pub wide: bool,
    /// Destination: its number, or the number of a run-time value.
    pub register: Result<u8, u16>,
    /// The number of the run-time value that is loaded.
    pub value: u16,
}

/// A Rust expression that gives an operand.
#[derive(Clone, Debug)]
pub struct Value {
    /// The expression, as written.
    pub expr: TokenStream,
    /// Where it stands.
    pub span: Span,
    /// How it becomes a number.
    pub kind: ValueKind,
}

/// How the value of an expression becomes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// `X(expr)`: anything that is `Into<u8>`.
    Register,
    /// Any integer; one that does not fit 64 bits signed is out of every range.
    Integer,
    /// Any integer, as a 64-bit pattern (`u64` above `i64::MAX` included).
    Pattern,
    /// A floating-point number, as the bits of an `f64`.
    Float,
}

/// A label, as defined or referred to.
#[derive(Clone, Debug)]
pub enum Label {
    /// `->name`: local to the invocation.
    Local(Name),
    /// `=>name`: global by name, per assembler.
    Global(Name),
    /// `=>(expr)`: a `DynamicLabel`.
    Dynamic(TokenStream),
    /// `name:`: definition of a dynasm-rs local, seen by `>name` before it and `<name` after it.
    Next(Name),
    /// `>name`: the next definition.
    Forward(Name),
    /// `<name`: the previous definition.
    Backward(Name),
    /// `extern expr`: an absolute address.
    Extern(TokenStream),
}

/// A name with its place.
#[derive(Clone, Debug)]
pub struct Name {
    /// Text.
    pub text: String,
    /// Place.
    pub span: Span,
}

/// What a branch or PC-relative operand refers to.
#[derive(Clone, Debug)]
pub struct Target {
    /// The label.
    pub label: Label,
    /// `label + expr`, when the addend is not a literal (literals are folded into the code, where REL addends live).
    pub addend: Option<TokenStream>,
    /// How many of the instruction's values stand before it: expressions are evaluated in source order.
    pub before: u16,
    /// Where it stands.
    pub span: Span,
}

/// A message at a place.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The place.
    pub span: Span,
    /// What is wrong; further lines are notes.
    pub message: String,
}
