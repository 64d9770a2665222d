//! The macros that define register types.

/// Register classes as numbers with names: `class Name "prefix" count, CONSTANT = number, ..;`.
///
/// ```text
/// classes! { /// 64-bit registers.
///     X "x" 0..=31: X0 = 0, X1 = 1, .. XZR = 31; }
/// // becomes
/// pub struct X(u8);  impl X { pub const fn new(n: u8) -> Option<X> .. }  pub const X0: X = X(0); ..
/// ```
#[allow(unused_macros)] // an architecture that has enumerations only does not use it
macro_rules! classes {
    ($($(#[$doc:meta])* $class:ident $max:literal: $($name:ident = $number:literal),*;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $class(u8);

        impl $class {
            #[doc = concat!("The register of this class with this number; `None` above ", $max, ".")]
            pub const fn new(number: u8) -> Option<$class> {
                if number <= $max { Some($class(number)) } else { None }
            }

            /// The number of the register.
            pub const fn code(self) -> u8 {
                self.0
            }
        }

        impl From<$class> for u8 {
            #[inline(always)]
            fn from(register: $class) -> u8 {
                register.0
            }
        }

        $(
            #[doc = concat!("Register `", stringify!($name), "`.")]
            pub const $name: $class = $class($number);
        )*
    )* };
}

/// Register classes as enumerations, for `Rq::RAX as u8`.
#[allow(unused_macros)] // an architecture that has numbered classes only does not use it
macro_rules! enumerations {
    ($($(#[$doc:meta])* $class:ident: $($name:ident = $number:literal),*;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(u8)]
        #[allow(missing_docs)] // the names of registers
        pub enum $class { $($name = $number),* }

        impl $class {
            /// The register of this class with this number.
            pub const fn new(number: u8) -> Option<$class> {
                match number {
                    $($number => Some($class::$name),)*
                    _ => None,
                }
            }

            /// The number of the register.
            pub const fn code(self) -> u8 {
                self as u8
            }
        }

        impl From<$class> for u8 {
            #[inline(always)]
            fn from(register: $class) -> u8 {
                register as u8
            }
        }
    )* };
}

#[allow(unused_imports)]
pub(crate) use {classes, enumerations};
