//! Addresses of x86: all shapes that there are, one after the other.

use crate::x86::egpr;
use bareasm_isa::x86::form::{Form, Space};
use bareasm_isa::x86::shape::{Memory as MemoryKind, Shape};
use bareasm_isa::x86::{Class, Displacement, Memory, Mode, Register, Table};

/// The next address is another one, whatever it is for.
#[derive(Default)]
pub(crate) struct Addresses {
    n: usize,
}

/// Base, index and scale: `T` stands for the last register.
const SHAPES: [(u8, u8, u8); 22] = [
    (0, NONE, 1),
    (4, NONE, 1),
    (5, NONE, 1),
    (3, 1, 4),
    (T, NONE, 1),
    (NONE, NONE, 0),
    (4, 5, 8),
    (12, NONE, 1),
    (13, NONE, 1),
    (NONE, 1, 8),
    (5, 0, 2),
    (IP, NONE, 1),
    (T, T, 2),
    (13, 12, 4),
    (12, 13, 8),
    (NONE, T, 4),
    (8, 0, 1),
    (1, 8, 1),
    (16, 15, 2),
    (7, 6, 1),
    (15, 16, 8),
    (2, 7, 2),
];
/// Base and index of 16-bit addresses.
const WORDS: [(u8, u8); 8] = [(3, 6), (3, 7), (5, 6), (5, 7), (6, NONE), (7, NONE), (5, NONE), (3, NONE)];
const NONE: u8 = 254;
const T: u8 = 253;
const IP: u8 = 252;

impl Addresses {
    /// A memory operand for an operand of a form.
    pub(crate) fn next(&mut self, table: &Table<'_>, form: Form, shape: &Shape, mode: Mode, broadcast: bool) -> Memory {
        let n = self.n;
        self.n += 1;
        let mut out = Memory { size: Some(shape.width).filter(|bits| *bits != 0), ..Memory::EMPTY };
        if matches!(shape.memory, MemoryKind::Any | MemoryKind::Sib | MemoryKind::Mib) || shape.width == 384 {
            out.size = None;
        }
        let mut unit = 1i64 << form.disp8_shift();
        if broadcast {
            out.size = Some(shape.broadcast);
            out.broadcast = shape.width.checked_div(shape.broadcast).map(|count| count as u8);
            unit = if unit == 1 { 1 } else { i64::from(shape.broadcast / 8) };
        }
        let long = mode == Mode::Long;
        let natural = if long { Class::R64 } else { Class::R32 };
        match shape.memory {
            MemoryKind::Offset => {
                out.displacement = Displacement::Known(if long {
                    [0x1122_3344_5566_7788, 0x7fff_ffff_ffff_fff0][n % 2]
                } else {
                    [0x1234, 0x7fff_fff0][n % 2]
                });
                return out;
            }
            MemoryKind::Source | MemoryKind::Destination => {
                let source = shape.memory == MemoryKind::Source;
                out.base = Some(Register::known(natural, if source { 6 } else { 7 }));
                out.segment = if source { None } else { Some(0) };
                return out;
            }
            _ => {}
        }
        let fixed = form.code().address_size;
        let vector = shape.vector_index();
        let plain = matches!(shape.memory, MemoryKind::Sib | MemoryKind::Mib);
        let class = match fixed {
            64 => Class::R64,
            32 => Class::R32,
            16 => Class::R16,
            _ if long && n % 11 == 5 => Class::R32,
            _ if n % 11 == 5 && vector.is_none() && !plain => Class::R16,
            _ => natural,
        };
        let top = match (mode, class) {
            (Mode::Protected, _) => 8,
            (_, Class::R64) if egpr(table, form) || form.code().space == Space::Evex => 32,
            _ => 16,
        };
        let register = |class: Class, n: u8, top: u8| {
            Register::known(
                class,
                if n == T {
                    top - 1
                } else if n < top {
                    n
                } else {
                    n % 8
                },
            )
        };
        let (base, index, scale) = match class {
            Class::R16 => {
                let (base, index) = WORDS[if fixed == 16 { n } else { n / 11 } % WORDS.len()];
                (base, index, 1)
            }
            _ => SHAPES[n % SHAPES.len()],
        };
        match base {
            NONE if plain || fixed != 0 => out.base = Some(Register::known(class, 0)),
            NONE => {}
            IP if long && vector.is_none() && !plain && fixed == 0 => out.base = Some(Register::known(Class::Ip, 0)),
            IP => out.base = Some(Register::known(class, 1)),
            base => out.base = Some(register(class, base, top)),
        }
        match vector {
            Some(vector) => {
                let top = if !long {
                    8
                } else if form.code().space == Space::Evex {
                    32
                } else {
                    16
                };
                out.index = Some((Register::known(vector, [3, top - 1, 4, 0, top / 2][n % 5]), [1, 2, 4, 8][n % 4]));
            }
            None if index != NONE => {
                let index = register(class, index, top);
                let index = if index.is(class, 4) { Register::known(class, 3) } else { index };
                // Without a scale it is open which of the two is the base.
                let scale = if scale == 1 && out.base.is_some_and(|base| base.is(class, 4)) { 2 } else { scale };
                out.index = Some((index, scale));
            }
            None => {}
        }
        let values = [
            0,
            1,
            -1,
            127,
            -128,
            unit,
            128,
            -129,
            127 * unit,
            -128 * unit,
            128 * unit,
            -129 * unit,
            unit + 1,
            i32::MAX.into(),
            i32::MIN.into(),
            0,
        ];
        let value = values[(n / 3 + n) % values.len()];
        let value = if class == Class::R16 { value.clamp(i16::MIN.into(), i16::MAX.into()) } else { value };
        if value != 0 || out.base.is_none() {
            let lone = out.base.is_none() && out.index.is_none();
            out.displacement = Displacement::Known(if lone { [0x1000, 0x7fff_fff0, 5][n % 3] } else { value });
        }
        out.segment = if n % 13 == 7 { Some(4 + (n / 13 % 2) as u8) } else { None };
        out
    }
}
