//! Operands of the fixed-width instruction sets, and what becomes of them: a key, which is a type, and numbers.

use crate::label::DynamicLabel;
use crate::typed::Imm;
use crate::value::Integer;

/// The most values that a form has.
const MAX_VALUES: usize = 8;

/// The numbers of an instruction's operands, in the order of the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Values {
    numbers: [i64; MAX_VALUES],
    len: u8,
    /// Numbers that come from a `u64` above `i64::MAX`, one bit each: good as 64-bit patterns only.
    large: u8,
    label: Option<DynamicLabel>,
}

impl Values {
    /// None yet.
    #[inline(always)]
    pub(crate) const fn new() -> Values {
        Values { numbers: [0; MAX_VALUES], len: 0, large: 0, label: None }
    }

    /// Adds a number.
    #[inline(always)]
    pub fn push(&mut self, number: i64) {
        if let Some(place) = self.numbers.get_mut(usize::from(self.len)) {
            *place = number;
        }
        self.len = self.len.wrapping_add(1);
    }

    /// Adds an integer that is a 64-bit pattern, or too large for everything else.
    #[inline(always)]
    fn push_large(&mut self, pattern: u64) {
        if pattern > i64::MAX as u64 {
            self.large |= 1u8.wrapping_shl(self.len.into());
        }
        self.push(pattern as i64);
    }

    /// The numbers, for a form in which these are patterns.
    pub(crate) fn numbers(&self, patterns: u8) -> [i64; MAX_VALUES] {
        let mut numbers = self.numbers;
        let mut bad = self.large & !patterns;
        for number in numbers.iter_mut() {
            if bad & 1 != 0 {
                *number = 1 << 62; // a multiple of every scale, and out of every field's range but a pattern's
            }
            bad >>= 1;
        }
        numbers
    }

    pub(crate) fn label(&self) -> Option<DynamicLabel> {
        self.label
    }
}

/// An operand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operand",
    note = "operands are registers, integers, labels, `mem(..)` and what the architecture's module has besides"
)]
pub trait Operand {
    /// The type that stands for it in the list of forms.
    type Key;

    /// Adds its numbers.
    #[doc(hidden)]
    fn put(self, values: &mut Values);
}

/// A tuple of operands.
#[diagnostic::on_unimplemented(
    message = "operands are a tuple of up to six, not `{Self}`",
    note = "write `(x,)` for one operand and `()` for none"
)]
pub trait Operands {
    /// The tuple of keys.
    type Keys;

    /// The numbers.
    #[doc(hidden)]
    fn values(self) -> Values;
}

macro_rules! tuples {
    ($(($($type:ident $name:ident),*))*) => { $(
        impl<$($type: Operand),*> Operands for ($($type,)*) {
            type Keys = ($($type::Key,)*);

            #[inline(always)]
            #[allow(unused_mut)]
            fn values(self) -> Values {
                let mut values = Values::new();
                let ($($name,)*) = self;
                $($name.put(&mut values);)*
                values
            }
        }
    )* };
}

tuples! { () (A a) (A a, B b) (A a, B b, C c) (A a, B b, C c, D d) (A a, B b, C c, D d, E e) (A a, B b, C c, D d, E e, F f) }

macro_rules! integers {
    ($($type:ty)*) => { $(
        impl Operand for $type {
            type Key = Imm;

            #[inline(always)]
            fn put(self, values: &mut Values) {
                values.push(self.integer());
            }
        }
    )* };
}

integers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u128 }

macro_rules! large {
    ($($type:ty)*) => { $(
        impl Operand for $type {
            type Key = Imm;

            #[inline(always)]
            fn put(self, values: &mut Values) {
                values.push_large(self as u64);
            }
        }
    )* };
}

large! { u64 usize }

/// A floating-point number, as an operand type: `f32` or `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float {}

impl Operand for f64 {
    type Key = Float;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        values.push(self.to_bits() as i64);
    }
}

impl Operand for f32 {
    type Key = Float;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        f64::from(self).put(values);
    }
}

/// A label, as an operand type: a [`DynamicLabel`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {}

impl Operand for DynamicLabel {
    type Key = Label;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        values.label = Some(self);
    }
}

/// Operands in brackets; made by [`mem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mem<I>(I);

/// Operands in brackets with `!` behind them (pre-indexed); made by [`Mem::pre`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pre<I>(I);

/// A memory operand: a base register, or a tuple of a base register and what follows it in the brackets. What follows the
/// brackets (post-indexed) is an operand of its own.
///
/// | text | operand |
/// |---|---|
/// | `[r1]` | `mem(R1)` |
/// | `[r1, #4]` | `mem((R1, 4))` |
/// | `[r1, r2, lsl #2]` | `mem((R1, R2, Lsl(2)))` |
/// | `[r1, #4]!` | `mem((R1, 4)).pre()` |
/// | `[r1], #4` | `mem(R1), 4` |
pub const fn mem<I: Address>(inside: I) -> Mem<I> {
    Mem(inside)
}

impl<I: Address> Mem<I> {
    /// With `!` behind the bracket: the base register is changed first.
    pub fn pre(self) -> Pre<I> {
        Pre(self.0)
    }
}

impl<I: Address> Operand for Mem<I> {
    type Key = Mem<I::Keys>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.0.put_address(values);
    }
}

impl<I: Address> Operand for Pre<I> {
    type Key = Pre<I::Keys>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.0.put_address(values);
    }
}

/// A register that may be a base address.
pub trait Base {
    /// The type that stands for it in the list of forms.
    type Key;

    /// Its number.
    #[doc(hidden)]
    fn base(self) -> i64;
}

/// What may stand in brackets.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an address",
    note = "write a base register, or a tuple of a base register and an offset"
)]
pub trait Address {
    /// The tuple of keys.
    type Keys;

    /// Adds its numbers.
    #[doc(hidden)]
    fn put_address(self, values: &mut Values);
}

impl<B: Base> Address for B {
    type Keys = (B::Key,);

    #[inline(always)]
    fn put_address(self, values: &mut Values) {
        values.push(self.base());
    }
}

impl<B: Base, I: Operand> Address for (B, I) {
    type Keys = (B::Key, I::Key);

    #[inline(always)]
    fn put_address(self, values: &mut Values) {
        values.push(self.0.base());
        self.1.put(values);
    }
}

impl<B: Base, I: Operand, J: Operand> Address for (B, I, J) {
    type Keys = (B::Key, I::Key, J::Key);

    #[inline(always)]
    fn put_address(self, values: &mut Values) {
        values.push(self.0.base());
        self.1.put(values);
        self.2.put(values);
    }
}

/// An operand with `!` behind it: `r0!`. Registers that may be written so have a method for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writeback<R>(pub(crate) R);

impl<R: Operand> Operand for Writeback<R> {
    type Key = Writeback<R::Key>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.0.put(values);
    }
}

/// An element of a vector register, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane<R> {
    pub(crate) register: R,
    pub(crate) index: u8,
}

impl<R: Operand> Operand for Lane<R> {
    type Key = Lane<R::Key>;

    #[inline(always)]
    fn put(self, values: &mut Values) {
        self.register.put(values);
        values.push(self.index.into());
    }
}

/// `N` consecutive registers, as an operand type: an array of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<R, const N: usize>(core::marker::PhantomData<R>);

#[cfg(feature = "aarch64")]
pub(crate) use list::{common_index, consecutive, spaced, Element};

#[cfg(feature = "aarch64")]
mod list {
    use super::Lane;

    /// A number that no field takes.
    const NOTHING: i64 = i64::MIN;

    /// A register that lists are made of.
    pub trait Element: Copy {
        /// How many registers there are; a power of two.
        #[doc(hidden)]
        const COUNT: i64;

        /// Its number.
        #[doc(hidden)]
        fn number(self) -> i64;
    }

    /// The number of the first register of a list in which each follows the one before, and after the last comes the first;
    /// else one that no field takes.
    #[inline]
    pub(crate) fn consecutive<R: Element, const N: usize>(list: [R; N]) -> i64 {
        spaced(list, 1)
    }

    /// As [`consecutive`], for a list in which each is so many registers after the one before.
    #[inline]
    pub(crate) fn spaced<R: Element, const N: usize>(list: [R; N], distance: i64) -> i64 {
        let mut next = None;
        for register in list {
            let number = register.number();
            if next.is_some_and(|next| number != next) {
                return NOTHING;
            }
            next = Some(number.wrapping_add(distance) & (R::COUNT - 1));
        }
        list.first().map_or(NOTHING, |register| register.number())
    }

    /// The index that all elements of a list have; else one that no field takes.
    #[inline]
    pub(crate) fn common_index<R, const N: usize>(list: &[Lane<R>; N]) -> i64 {
        let mut index = None;
        for lane in list {
            if index.is_some_and(|index| index != lane.index) {
                return NOTHING;
            }
            index = Some(lane.index);
        }
        index.map_or(NOTHING, i64::from)
    }
}
