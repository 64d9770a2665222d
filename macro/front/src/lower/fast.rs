//! Straight-line Rust for a plan.
//!
//! A segment becomes: operands to variables, one test of all of them, one claim of buffer space, stores of words in
//! address order, and then the new position. The position moves after the stores, because a store may alias it and
//! would force a reload; values are computed inside the claim unless they are few, because many of them would spill.

use super::compact;
use super::constants;
use super::labels::{labels, Labels};
use super::plan::{Conversion, Operand, Segment, Step};
use super::stores::{self, Code};
use super::target::Assembler;
use super::tokens::{bytes, number, ours, string, variable};
use super::{Lowering, Path, Paths};
use crate::ir::{Arch, Instruction, Value, ValueKind};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Whether the source text of statements is passed on, to sinks that make listings.
const LISTING: bool = cfg!(feature = "listing");

/// The whole expansion.
pub(super) fn expand(target: &TokenStream, steps: &[Step<'_>], lowering: Lowering, paths: &Paths) -> TokenStream {
    let emitter = Emitter { paths, lowering, assembler: Assembler::new(target) };
    let body: TokenStream = match steps {
        [step] => emitter.step(step),
        _ => steps.iter().map(|step| emitter.step(step)).collect(),
    };
    let mut block = Group::new(Delimiter::Brace, emitter.assembler.wrap(body));
    block.set_span(Span::mixed_site());
    TokenTree::from(block).into()
}

struct Emitter<'e> {
    paths: &'e Paths,
    lowering: Lowering,
    assembler: Assembler,
}

impl Emitter<'_> {
    /// The assembler, borrowed, checked to be one of this architecture.
    fn borrow(&self, arch: Arch) -> TokenStream {
        let (place, span, arch) = (&self.assembler.place, self.assembler.span, self.marker(arch));
        quote::quote_spanned!(span=> #place.bareasm_for::<#arch>())
    }

    /// The type that stands for an architecture.
    fn marker(&self, arch: Arch) -> Path {
        self.paths.item(&format!("{arch:?}"))
    }

    fn step(&self, step: &Step<'_>) -> TokenStream {
        match step {
            Step::Rust(statement) => ours!(#statement;),
            Step::Segment(segment) => self.segment(segment),
            Step::Note(arch, group) => {
                let (start, asm) = (variable("start", *group), self.borrow(*arch));
                ours!(let #start = #asm.offset() as u32;)
            }
            Step::Patch { arch, at, relocation, target } => {
                let (from, to) = (variable("start", at.0), variable("start", target.0));
                let (at, target) = (number(at.1), number(target.1));
                let (asm, relocation) = (self.borrow(*arch), constants::relocation(*relocation, self.paths));
                ours!(#asm.patch_here(#from.wrapping_add(#at), #relocation, #to.wrapping_add(#target));)
            }
            Step::Bytes(arch, expr) => {
                let asm = self.borrow(*arch);
                // The message for what gives no bytes stands at the expression.
                let first = TokenStream::clone(expr).into_iter().next().map_or_else(Span::mixed_site, |tree| tree.span());
                quote::quote_spanned!(Span::mixed_site().located_at(first)=> { let bytes = #expr; #asm.extend(bytes); })
            }
            Step::Align(arch, to, known, fill) => {
                let asm = self.borrow(*arch);
                let to = match known {
                    Some(to) => number(*to).into_token_stream(),
                    None => {
                        let helper = self.paths.item("boundary");
                        ours!(#helper(#to))
                    }
                };
                let fill = match fill {
                    Some(fill) => ours!(::core::option::Option::Some(#fill)),
                    None => ours!(::core::option::Option::None),
                };
                ours!({ let (to, fill) = (#to, #fill); #asm.align(to, fill); })
            }
            Step::Text(arch, text) if LISTING => {
                let (asm, text) = (self.borrow(*arch), string(text));
                ours!(#asm.note(0, #text);)
            }
            Step::Text(..) => TokenStream::new(),
            Step::LoadImmediate(arch, instruction) => self.load_immediate(*arch, instruction),
        }
    }

    fn load_immediate(&self, arch: Arch, instruction: &Instruction) -> TokenStream {
        let Some(load) = &instruction.load_immediate else { return TokenStream::new() };
        let asm = self.borrow(arch);
        let lets = instruction.values.iter().enumerate().map(|(n, value)| self.bind(n, &operand(value)));
        let wide = load.wide;
        let register = match load.register {
            Ok(register) => number(register).into_token_stream(),
            Err(value) => name(variable("v", value.into())),
        };
        let value = variable("v", load.value.into());
        ours!({ #(#lets)* #asm.load_immediate(#wide, #register, #value); })
    }

    /// `let v3 = p::integer(expr);`
    fn bind(&self, n: usize, operand: &Operand<'_>) -> TokenStream {
        let (variable, expr) = (variable("v", n), operand.expr);
        let helper = match operand.conversion {
            Conversion::Number(ValueKind::Register) => "register",
            Conversion::Number(ValueKind::Integer) => "integer",
            Conversion::Number(ValueKind::Pattern) => "pattern",
            Conversion::Number(ValueKind::Float) => "float",
            Conversion::Address => "address",
            Conversion::Label => {
                let ty = self.paths.item("DynamicLabel");
                return ours!(let #variable: #ty = #expr;);
            }
        };
        // Hygiene of the macro, place of the operand: a type that does not convert is reported there.
        let helper = self.paths.item_at(helper, Span::mixed_site().located_at(operand.span));
        ours!(let #variable = #helper(#expr);)
    }

    fn segment(&self, segment: &Segment<'_>) -> TokenStream {
        let p = self.paths;
        let constant = match self.lowering {
            Lowering::Fast if !LISTING && segment.labels.is_empty() => stores::constant(segment),
            _ => None,
        };
        if let Some(code) = constant {
            let (place, span) = (&self.assembler.place, self.assembler.span);
            let (arch, code) = (self.marker(segment.arch), bytes(&code));
            return quote::quote_spanned!(span=> #place.bareasm_put::<#arch, _>(#code););
        }
        let lets = segment.operands.iter().enumerate().map(|(n, operand)| self.bind(n, operand));
        let asm = self.borrow(segment.arch);
        let notes = segment.notes.iter().filter(|_| LISTING).map(|(at, text)| {
            let (at, text) = (number(*at), string(text));
            ours!(asm.note(#at, #text);)
        });
        let Labels { before, after, links, quick } = labels(segment, self.lowering, p);
        let code = match self.lowering {
            Lowering::Fast => None,
            Lowering::Compact => compact::code(segment, !before.is_empty(), p),
        };
        let code = code.unwrap_or_else(|| Code::new(segment, &links, &quick, p));
        let Code { prepare, test, store } = code;
        ours!({ #(#lets)* #prepare let asm = #asm; #(#notes)* #test #before #store #after })
    }
}

fn operand(value: &Value) -> Operand<'_> {
    Operand { expr: &value.expr, span: value.span, conversion: Conversion::Number(value.kind) }
}

fn name(variable: Ident) -> TokenStream {
    ours!(#variable)
}
