//! The assembly front end: reads operands, chooses the form, lays out labels, lowers to Rust.
pub mod ir;
