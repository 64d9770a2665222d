//! Operands of x86, and what becomes of them: a key, which is a type, and what the encoder takes.

use crate::label::DynamicLabel;
use crate::typed::Imm;
use bareasm_isa::x86::operand as isa;
use bareasm_isa::x86::{Class, Decorations, Displacement, Immediate, Memory, Mode, Number, Prefix, Request, Rounding};

/// The most operands, and one more that a spelling adds.
const MAX_OPERANDS: usize = 6;
/// The most prefixes.
const MAX_PREFIXES: usize = 4;

/// The operands of an instruction.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    operands: [isa::Operand; MAX_OPERANDS],
    len: u8,
    prefixes: [Prefix; MAX_PREFIXES],
    prefix_count: u8,
    decorations: Decorations,
    label: Option<DynamicLabel>,
}

impl Default for Values {
    fn default() -> Values {
        Values {
            operands: [isa::Operand::number(0); MAX_OPERANDS],
            len: 0,
            prefixes: [Prefix::Lock; MAX_PREFIXES],
            prefix_count: 0,
            decorations: Decorations::default(),
            label: None,
        }
    }
}

impl Values {
    /// Adds an operand.
    pub fn push(&mut self, operand: isa::Operand) {
        if let Some(place) = self.operands.get_mut(usize::from(self.len)) {
            *place = operand;
        }
        self.len = self.len.saturating_add(1);
    }

    fn prefix(&mut self, prefix: Prefix) {
        if let Some(place) = self.prefixes.get_mut(usize::from(self.prefix_count)) {
            *place = prefix;
        }
        self.prefix_count = self.prefix_count.saturating_add(1);
    }

    /// As the encoder takes them.
    pub fn request(&self, mode: Mode) -> Request<'_> {
        Request {
            prefixes: self.prefixes.get(..self.prefix_count.into()).unwrap_or(&self.prefixes),
            operands: self.operands.get(..self.len.into()).unwrap_or(&self.operands),
            decorations: self.decorations,
            mode,
        }
    }

    pub(crate) fn label(&self) -> Option<DynamicLabel> {
        self.label
    }
}

/// An operand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operand",
    note = "operands are registers, integers, labels, `mem(..)` and `Rounding`"
)]
pub trait Operand {
    /// The type that stands for it in the list of forms.
    type Key;

    /// Adds it.
    #[doc(hidden)]
    fn put(self, values: &mut Values);
}

/// A tuple of operands, or one [`With`] prefixes.
#[diagnostic::on_unimplemented(
    message = "operands are a tuple of up to six, not `{Self}`",
    note = "write `(x,)` for one operand and `()` for none"
)]
pub trait Operands {
    /// The tuple of keys.
    type Keys;

    /// The operands.
    #[doc(hidden)]
    fn values(self) -> Values;
}

macro_rules! tuples {
    ($(($($type:ident $name:ident),*))*) => { $(
        impl<$($type: Operand),*> Operands for ($($type,)*) {
            type Keys = ($($type::Key,)*);

            #[inline]
            #[allow(unused_mut)]
            fn values(self) -> Values {
                let mut values = Values::default();
                let ($($name,)*) = self;
                $($name.put(&mut values);)*
                values
            }
        }
    )* };
}

tuples! { () (A a) (A a, B b) (A a, B b, C c) (A a, B b, C c, D d) (A a, B b, C c, D d, E e) (A a, B b, C c, D d, E e, F f) }

/// Operands of an instruction with a prefix or hint: `With(Prefix::Lock, (mem(RAX), ECX))`, `With(Prefix::Rep, ())`.
#[derive(Clone, Copy, Debug)]
pub struct With<O>(pub Prefix, pub O);

impl<O: Operands> Operands for With<O> {
    type Keys = O::Keys;

    fn values(self) -> Values {
        let mut values = self.1.values();
        values.prefix(self.0);
        values
    }
}

macro_rules! integers {
    ($($type:ty)*) => { $(
        impl Operand for $type {
            type Key = Imm;

            #[inline]
            fn put(self, values: &mut Values) {
                values.push(immediate(self, None));
            }
        }

        impl Sizable for $type {
            fn sized(self, size: u16) -> Sized<$type> {
                Sized { of: self, size }
            }
        }

        impl Operand for Sized<$type> {
            type Key = Imm;

            #[inline]
            fn put(self, values: &mut Values) {
                values.push(immediate(self.of, Some(self.size)));
            }
        }
    )* };
}

integers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

/// An immediate. What is beyond an `i128` is beyond every field.
fn immediate<T: TryInto<i128>>(value: T, size: Option<u16>) -> isa::Operand {
    isa::Operand::Immediate { value: Immediate::Known(value.try_into().unwrap_or(i128::MAX)), size }
}

/// A label, as an operand type: a [`DynamicLabel`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {}

/// What a label stands for in an operand: the encoder passes the number on, and there is one label at most.
const THE_LABEL: u16 = 0;

impl Operand for DynamicLabel {
    type Key = Label;

    #[inline]
    fn put(self, values: &mut Values) {
        values.label = Some(self);
        values.push(isa::Operand::Target { target: THE_LABEL, size: None });
    }
}

impl Operand for Rounding {
    type Key = Rounding;

    #[inline]
    fn put(self, values: &mut Values) {
        values.decorations.rounding = Some(self);
    }
}

/// `selector:offset`; made by [`far`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Far {
    selector: u16,
    offset: u32,
}

/// A far target.
pub const fn far(selector: u16, offset: u32) -> Far {
    Far { selector, offset }
}

impl Operand for Far {
    type Key = Far;

    fn put(self, values: &mut Values) {
        values.push(isa::Operand::Far { selector: self.selector, offset: Immediate::Known(self.offset.into()) });
    }
}

/// `{dfv=..}`: default flag values as four bits OF SF ZF CF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dfv(pub u8);

impl Operand for Dfv {
    type Key = Dfv;

    fn put(self, values: &mut Values) {
        values.push(isa::Operand::Dfv(self.0));
    }
}

/// A register or memory operand with a write mask: `ZMM0.mask(K1)`, and `.zeroing()` for `{z}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masked<R> {
    operand: R,
    mask: u8,
    zeroing: bool,
}

impl<R> Masked<R> {
    pub(crate) const fn new(operand: R, mask: u8) -> Masked<R> {
        Masked { operand, mask, zeroing: false }
    }

    /// Elements that the mask excludes become zero.
    pub fn zeroing(self) -> Masked<R> {
        Masked { zeroing: true, ..self }
    }
}

impl<R: Operand> Operand for Masked<R> {
    type Key = R::Key;

    fn put(self, values: &mut Values) {
        values.decorations.mask = Some((Number::Known(self.mask), values.len));
        values.decorations.zeroing = self.zeroing;
        self.operand.put(values);
    }
}

/// A register that may be the base of an address.
pub trait Base {
    /// Class and number.
    #[doc(hidden)]
    fn base(self) -> isa::Register;
}

/// A register that may be the index of an address.
pub trait Index {
    /// Class and number.
    #[doc(hidden)]
    fn index(self) -> isa::Register;
}

/// A memory operand.
///
/// | text | operand |
/// |---|---|
/// | `[rax]` | `mem(Rq::RAX)` |
/// | `dword ptr [rax + rcx*4 + 8]` | `dword(mem(Rq::RAX).index(Rq::RCX, 4).disp(8))` |
/// | `[0x1000]` | `Mem::at(0x1000)` |
/// | `[rip + label]` | `Mem::label(label)` |
/// | `fs:[0x28]` | `Mem::at(0x28).segment(Rs::FS)` |
/// | `[rax]{1to16}` | `mem(Rq::RAX).broadcast(16)` |
///
/// Its width may be left out where a register says it.
#[derive(Clone, Copy, Debug)]
pub struct Mem {
    memory: Memory,
    label: Option<DynamicLabel>,
}

/// Memory at a base register.
pub fn mem(base: impl Base) -> Mem {
    Mem { memory: Memory { base: Some(base.base()), ..Memory::EMPTY }, label: None }
}

/// Memory at a distance from the next instruction (`[rip + distance]`).
pub fn ip(distance: i32) -> Mem {
    let base = Some(isa::Register::known(Class::Ip, 0));
    Mem { memory: Memory { base, displacement: Displacement::Known(distance.into()), ..Memory::EMPTY }, label: None }
}

impl Mem {
    /// Memory at an address.
    pub fn at(address: i64) -> Mem {
        Mem { memory: Memory { displacement: Displacement::Known(address), ..Memory::EMPTY }, label: None }
    }

    /// Memory at a label: relative to `rip` in 64-bit mode, absolute in 32-bit mode.
    pub fn label(label: DynamicLabel) -> Mem {
        Mem { memory: Memory { displacement: Displacement::Target(THE_LABEL), ..Memory::EMPTY }, label: Some(label) }
    }

    /// Plus a register times 1, 2, 4 or 8.
    pub fn index(mut self, index: impl Index, scale: u8) -> Mem {
        self.memory.index = Some((index.index(), scale));
        self
    }

    /// Plus a distance.
    pub fn disp(mut self, distance: i32) -> Mem {
        self.memory.displacement = Displacement::Known(distance.into());
        self
    }

    /// In another segment: the number of its register.
    pub fn segment(mut self, segment: impl Into<u8>) -> Mem {
        self.memory.segment = Some(segment.into());
        self
    }

    /// One element, for all `count` elements of a vector (`{1toN}`).
    pub fn broadcast(mut self, count: u8) -> Mem {
        self.memory.broadcast = Some(count);
        self
    }

    /// With a write mask: the number of a mask register.
    pub fn mask(self, mask: impl Into<u8>) -> Masked<Mem> {
        Masked::new(self, mask.into())
    }
}

impl Operand for Mem {
    type Key = Mem;

    fn put(self, values: &mut Values) {
        values.label = self.label.or(values.label);
        values.push(isa::Operand::Memory(self.memory));
    }
}

/// An operand with a width; made by [`byte`] to [`zmmword`].
#[derive(Clone, Copy, Debug)]
pub struct Sized<T> {
    of: T,
    size: u16,
}

/// What may have a width written in front: memory, and immediates.
pub trait Sizable: core::marker::Sized {
    /// With a width in bits.
    #[doc(hidden)]
    fn sized(self, size: u16) -> Sized<Self>;
}

impl Sizable for Mem {
    fn sized(mut self, size: u16) -> Sized<Mem> {
        self.memory.size = Some(size);
        Sized { of: self, size }
    }
}

impl Operand for Sized<Mem> {
    type Key = Mem;

    fn put(self, values: &mut Values) {
        self.of.put(values);
    }
}

macro_rules! widths {
    ($($(#[$doc:meta])* $name:ident $bits:literal;)*) => { $(
        $(#[$doc])*
        pub fn $name<T: Sizable>(of: T) -> Sized<T> {
            of.sized($bits)
        }
    )* };
}

widths! {
    /// 8 bits.
    byte 8;
    /// 16 bits.
    word 16;
    /// 32 bits.
    dword 32;
    /// 64 bits.
    qword 64;
    /// 80 bits.
    tbyte 80;
    /// 128 bits.
    xmmword 128;
    /// 256 bits.
    ymmword 256;
    /// 512 bits.
    zmmword 512;
}

/// `Operand` for the register types of an architecture.
macro_rules! registers {
    ($($type:ident $class:ident $($role:ident)*;)*) => { $(
        impl $crate::typed::x86::Operand for $type {
            type Key = $type;

            #[inline]
            fn put(self, values: &mut $crate::typed::x86::Values) {
                values.push(bareasm_isa::x86::Operand::register(bareasm_isa::x86::Class::$class, self.code()));
            }
        }

        $($crate::typed::x86::registers!(@ $role $type $class);)*
    )* };
    (@ base $type:ident $class:ident) => {
        impl $crate::typed::x86::Base for $type {
            fn base(self) -> bareasm_isa::x86::Register {
                bareasm_isa::x86::Register::known(bareasm_isa::x86::Class::$class, self.code())
            }
        }
    };
    (@ index $type:ident $class:ident) => {
        impl $crate::typed::x86::Index for $type {
            fn index(self) -> bareasm_isa::x86::Register {
                bareasm_isa::x86::Register::known(bareasm_isa::x86::Class::$class, self.code())
            }
        }
    };
    (@ masked $type:ident $class:ident) => {
        impl $type {
            /// With a write mask.
            pub const fn mask(self, mask: Rk) -> $crate::typed::x86::Masked<$type> {
                $crate::typed::x86::Masked::new(self, mask.code())
            }
        }
    };
}

pub(crate) use registers;
