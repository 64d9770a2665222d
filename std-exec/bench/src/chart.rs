//! The chart: time per instruction, shorter is faster, on a logarithmic scale. A column for each architecture.

use crate::measure::Measured;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

/// The workloads shown, and what they are called.
pub const WORKLOADS: [(&str, &str); 7] = [
    ("w1", "static instructions"),
    ("w1-split", "static, one per invocation"),
    ("w2", "run-time operands"),
    ("w2-split", "run-time operands, one per invocation"),
    ("w3-10k", "10,000 labels"),
    ("local", "labels inside an invocation"),
    ("w4", "a compiler"),
];
/// The assemblers shown, what they are called, and their colours.
const ASSEMBLERS: [(&str, &str, RGBColor); 8] = [
    ("ours", "bareasm, caller's buffer", RGBColor(0x0b, 0x6e, 0x4f)),
    ("ours, VecAssembler", "bareasm, growable", RGBColor(0x4a, 0xa9, 0x83)),
    ("dynasm-rs", "dynasm-rs", RGBColor(0xd0, 0x6a, 0x1f)),
    ("dynasm-rs, VecAssembler", "dynasm-rs, VecAssembler", RGBColor(0xe3, 0x9b, 0x64)),
    ("cranelift-assembler-x64", "cranelift-assembler-x64", RGBColor(0x5b, 0x75, 0xb5)),
    ("iced-x86, Encoder", "iced-x86 Encoder", RGBColor(0x84, 0x6a, 0xb0)),
    ("iced-x86, code_asm", "iced-x86 code_asm", RGBColor(0xaa, 0x97, 0xc9)),
    ("asmkit-rs", "asmkit-rs", RGBColor(0x8a, 0x8a, 0x8a)),
];
/// Architectures, and what they are called.
pub const COLUMNS: [(&str, &str); 2] = [("x64", "x86-64"), ("a64", "AArch64")];

/// Sizes in pixels.
const WIDTH: i32 = 1000;
const COLUMN: i32 = 500;
const MARGIN: i32 = 14;
const BAR: i32 = 14;
const TITLE: i32 = 22;
const HEAD: i32 = 34;
/// The longest bar; what is left is for the text behind it.
const LONGEST: i32 = 260;
/// Nanoseconds at the left and the right end of the scale.
const SCALE: (f64, f64) = (0.01, 1000.0);

/// Draws it.
pub fn draw(measured: &[Measured], file: &Path) -> Result<(), Box<dyn Error>> {
    let height = COLUMNS.iter().map(|(arch, _)| column(measured, arch).0).max().unwrap_or(0);
    let area = SVGBackend::new(file, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    let font = |size: i32| ("sans-serif", size).into_font().color(&RGBColor(0x20, 0x20, 0x20));
    for (n, (arch, name)) in COLUMNS.iter().enumerate() {
        let left = MARGIN + COLUMN * n as i32;
        area.draw(&Text::new(format!("{name}: nanoseconds per instruction, logarithmic"), (left, MARGIN), font(15)))?;
        for item in column(measured, arch).1 {
            match item {
                Item::Title { y, text } => area.draw(&Text::new(text, (left, y), font(13)))?,
                Item::Bar { y, time, name, color } => {
                    let right = left + length(time);
                    area.draw(&Rectangle::new([(left, y), (right, y + BAR - 3)], color.filled()))?;
                    area.draw(&Text::new(format!("{time:.2}  {name}"), (right + 5, y), font(11)))?;
                }
            }
        }
    }
    area.present()?;
    Ok(())
}

/// What a column consists of, from top to bottom.
enum Item {
    Title { y: i32, text: &'static str },
    Bar { y: i32, time: f64, name: &'static str, color: RGBColor },
}

/// The height of a column, and its content.
fn column(measured: &[Measured], arch: &str) -> (i32, Vec<Item>) {
    let (mut y, mut items) = (MARGIN + HEAD - TITLE / 2, Vec::new());
    for (workload, text) in WORKLOADS {
        let Some(group) = measured.iter().find(|group| (group.workload, group.arch) == (workload, arch)) else { continue };
        items.push(Item::Title { y, text });
        y += TITLE - 4;
        let labelled = group.of("dynasm-rs").is_none();
        for (assembler, name, color) in ASSEMBLERS {
            // Of dynasm-rs only the faster one: there is `SimpleAssembler` where there are no labels.
            let other = assembler == "dynasm-rs, VecAssembler" && !labelled;
            if let Some(result) = group.of(assembler).filter(|_| !other) {
                items.push(Item::Bar { y, time: result.time().median, name, color });
                y += BAR;
            }
        }
        y += TITLE / 2;
    }
    (y + MARGIN, items)
}

/// The length of a bar.
fn length(time: f64) -> i32 {
    let (low, high) = SCALE;
    let part = (time / low).ln() / (high / low).ln();
    (part.clamp(0.005, 1.0) * f64::from(LONGEST)) as i32
}
