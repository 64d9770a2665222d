//! The source text of a statement, as listings and messages show it.

use proc_macro2::{Delimiter, Spacing, TokenTree};

/// Tokens as one line, spaced as assembly usually is.
pub(crate) fn render(tokens: &[TokenTree]) -> String {
    let mut text = String::new();
    write(tokens, &mut text, 0);
    text
}

/// Groups nested deeper than this are abbreviated.
const MAX_DEPTH: usize = 32;

fn write(tokens: &[TokenTree], text: &mut String, depth: usize) {
    let mut glued = true; // no space in front of the next token
    let mut operand = true; // a sign here is unary
    for token in tokens {
        match token {
            TokenTree::Punct(punct) => {
                let character = punct.as_char();
                let tight = matches!(character, ',' | '.' | ';' | ':' | '!' | '?' | '/') || glued;
                if !tight {
                    text.push(' ');
                }
                text.push(character);
                let unary = operand && matches!(character, '-' | '!' | '*' | '&' | '+');
                let open = matches!(character, '.' | '#' | '/' | '~') || text.ends_with("->") || text.ends_with("=>");
                glued = unary || open || punct.spacing() == Spacing::Joint || text.ends_with("::");
                operand = !matches!(character, '.' | '!' | '?');
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let call = group.delimiter() == Delimiter::Parenthesis && !operand;
                if !glued && !call {
                    text.push(' ');
                }
                text.push_str(open);
                if depth < MAX_DEPTH {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    write(&inner, text, depth + 1);
                } else {
                    text.push_str("...");
                }
                text.push_str(close);
                glued = false;
                operand = false;
            }
            word => {
                if !glued {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
                glued = false;
                operand = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::TokenStream;

    #[test]
    fn reads_like_assembly() {
        for text in [
            "add X(a), x1, #-4",
            "ldr x0, [x1, #8]!",
            "b.ne ->again",
            "mov rax, [rbx + rcx * 8 - 4]",
            "cbz x1, =>exit",
            "again:",
            "fadd v0.4s, v1.4s, v2.4s",
            "ld1w {z0.s}, p0/z, [x0]",
        ] {
            let tokens: Vec<TokenTree> = text.parse::<TokenStream>().unwrap().into_iter().collect();
            assert_eq!(render(&tokens), text);
        }
    }
}
