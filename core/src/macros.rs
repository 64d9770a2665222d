//! The macros: each passes the path of this crate, and the architecture that is compiled for, to the macro proper.

/// Defines `dynasm!` and `code!` with a default architecture. `$d` is a dollar sign.
///
/// ```text
/// export! { ($) thumb }
/// // becomes
/// macro_rules! dynasm { ($($t:tt)*) => { $crate::__private::dynasm_impl! { [$crate] [thumb] $($t)* } } }
/// ```
macro_rules! export {
    (($d:tt) $default:ident) => {
        /// Assembles instructions into an assembler: `dynasm!(ops ; .arch thumb ; movs r0, #1 ; bx lr)`.
        ///
        /// The architecture is that of `.arch`, otherwise the one that is compiled for. A statement of type `()`: what fails
        /// at run time is latched in the assembler. The syntax is described in the documentation of the crate
        /// [`bareasm-macro`](https://docs.rs/bareasm-macro).
        #[macro_export]
        macro_rules! dynasm {
            ($d($d t:tt)*) => {
                $crate::__private::dynasm_impl! { [$crate] [$default] $d($d t)* }
            };
        }

        /// Assembles instructions to a constant `[u8; N]`: `code!(.arch thumb ; movs r0, #42 ; bx lr)`.
        #[macro_export]
        macro_rules! code {
            ($d($d t:tt)*) => {
                $crate::__private::code_impl! { [$crate] [$default] $d($d t)* }
            };
        }
    };
}

#[cfg(bareasm_default = "aarch64")]
export! { ($) aarch64 }
#[cfg(bareasm_default = "thumb")]
export! { ($) thumb }
#[cfg(bareasm_default = "x64")]
export! { ($) x64 }
#[cfg(bareasm_default = "x86")]
export! { ($) x86 }
// No rows for this architecture: the macro asks for `.arch`.
#[cfg(bareasm_default = "other")]
export! { ($) other }
