//! The names that users of dynasm-rs know, for assemblers that own their memory. All methods are provided.

use crate::{SimpleAssembler, VecAssembler};
use bareasm_core::{Arch, AsAssembler, DynamicLabel, Name, Sink};

/// A position in code, in bytes from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssemblyOffset(pub usize);

impl AssemblyOffset {
    /// The offset as a number.
    pub const fn offset(self) -> usize {
        self.0
    }
}

/// Bytes and numbers by hand, little endian.
pub trait DynasmApi: AsAssembler {
    /// Where the next byte goes.
    fn offset(&mut self) -> AssemblyOffset {
        AssemblyOffset(self.bareasm_target().offset())
    }

    /// Appends a byte.
    fn push(&mut self, byte: u8) {
        self.bareasm_target().put(&[byte]);
    }

    /// Appends an `i8`.
    fn push_i8(&mut self, value: i8) {
        self.bareasm_target().put(&value.to_le_bytes());
    }

    /// Appends an `i16`.
    fn push_i16(&mut self, value: i16) {
        self.bareasm_target().put(&value.to_le_bytes());
    }

    /// Appends an `i32`.
    fn push_i32(&mut self, value: i32) {
        self.bareasm_target().put(&value.to_le_bytes());
    }

    /// Appends an `i64`.
    fn push_i64(&mut self, value: i64) {
        self.bareasm_target().put(&value.to_le_bytes());
    }

    /// Appends a `u16`.
    fn push_u16(&mut self, value: u16) {
        self.bareasm_target().put(&value.to_le_bytes());
    }

    /// Appends a `u32`.
    fn push_u32(&mut self, value: u32) {
        self.bareasm_target().put(&value.to_le_bytes());
    }

    /// Appends a `u64`.
    fn push_u64(&mut self, value: u64) {
        self.bareasm_target().put(&value.to_le_bytes());
    }

    /// Appends `with` until the next byte is at a multiple of `alignment`.
    fn align(&mut self, alignment: usize, with: u8) {
        // A boundary beyond 32 bits is one that no buffer reaches.
        self.bareasm_target().align(u32::try_from(alignment).unwrap_or(u32::MAX), Some(with));
    }
}

impl<A: Arch, S: Sink> DynasmApi for VecAssembler<A, S> {}
impl<A: Arch> DynasmApi for SimpleAssembler<A> {}

/// Binding labels by hand. Names are those of `=>name` and `name:`.
pub trait DynasmLabelApi: AsAssembler {
    /// Binds the next definition of a local label to the next byte.
    fn local_label(&mut self, name: &'static str) {
        self.bareasm_target().local_define(Name::new(name), 0);
    }

    /// Binds a global label to the next byte.
    fn global_label(&mut self, name: &'static str) {
        let asm = self.bareasm_target();
        let label = asm.global(Name::new(name));
        asm.bind_here(label);
    }

    /// Binds a dynamic label to the next byte.
    fn dynamic_label(&mut self, label: DynamicLabel) {
        self.bareasm_target().bind_here(label);
    }
}

impl<A: Arch, S: Sink> DynasmLabelApi for VecAssembler<A, S> {}
impl<A: Arch> DynasmLabelApi for SimpleAssembler<A> {}
