//! Reads an expression; says where a mistake is.

/// An expression.
#[derive(Debug)]
pub enum Expression {
    /// A number.
    Number(i64),
    /// The negative of an expression.
    Negate(Box<Expression>),
    /// An expression, and what is done with it in turn. A list, so that a long sum does not nest.
    Chain(Box<Expression>, Vec<(Operator, Expression)>),
}

/// What is done with two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// What is wrong, and at which character (from 0).
#[derive(Debug)]
pub struct Mistake {
    what: String,
    at: usize,
}

impl Mistake {
    /// The message with the line and a mark under the place.
    pub fn show(&self, text: &str, line: usize) -> String {
        let column = self.at + 1;
        format!("error: line {line}, column {column}: {}\n  {text}\n  {}^", self.what, " ".repeat(self.at))
    }
}

/// Parentheses and minus signs nest at most this deep, so that neither the parser nor the generated code can run out
/// of stack.
const MAX_DEPTH: usize = 500;

struct Reader {
    characters: Vec<char>,
    at: usize,
    depth: usize,
}

/// Reads a whole line.
pub fn parse(text: &str) -> Result<Expression, Mistake> {
    let mut reader = Reader { characters: text.chars().collect(), at: 0, depth: 0 };
    let expression = reader.sum()?;
    match reader.peek() {
        None => Ok(expression),
        Some(other) => Err(reader.mistake(format!("expected an operator or the end, found `{other}`"))),
    }
}

impl Reader {
    fn mistake(&self, what: impl Into<String>) -> Mistake {
        Mistake { what: what.into(), at: self.at }
    }

    fn peek(&mut self) -> Option<char> {
        while self.characters.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.characters.get(self.at).copied()
    }

    fn operator(&mut self, among: &[(char, Operator)]) -> Option<Operator> {
        let next = self.peek()?;
        let (_, operator) = among.iter().find(|(sign, _)| *sign == next)?;
        self.at += 1;
        Some(*operator)
    }

    fn sum(&mut self) -> Result<Expression, Mistake> {
        self.chain(&[('+', Operator::Add), ('-', Operator::Subtract)], Reader::product)
    }

    fn product(&mut self) -> Result<Expression, Mistake> {
        self.chain(&[('*', Operator::Multiply), ('/', Operator::Divide), ('%', Operator::Remainder)], Reader::factor)
    }

    fn chain(
        &mut self,
        operators: &[(char, Operator)],
        part: fn(&mut Reader) -> Result<Expression, Mistake>,
    ) -> Result<Expression, Mistake> {
        let first = part(self)?;
        let mut rest = Vec::new();
        while let Some(operator) = self.operator(operators) {
            rest.push((operator, part(self)?));
        }
        Ok(if rest.is_empty() { first } else { Expression::Chain(Box::new(first), rest) })
    }

    fn factor(&mut self) -> Result<Expression, Mistake> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.mistake(format!("nested more than {MAX_DEPTH} deep")));
        }
        let expression = match self.peek() {
            Some('-') => {
                self.at += 1;
                // A minus directly before a number belongs to it: -9223372036854775808 has no positive twin.
                match self.peek() {
                    Some(c) if c.is_ascii_digit() => self.number("-")?,
                    _ => Expression::Negate(Box::new(self.factor()?)),
                }
            }
            Some('(') => {
                let open = self.at;
                self.at += 1;
                let inner = self.sum()?;
                if self.peek() != Some(')') {
                    return Err(self.mistake(format!("expected `)` for the `(` in column {}", open + 1)));
                }
                self.at += 1;
                inner
            }
            Some(c) if c.is_ascii_digit() => self.number("")?,
            Some(other) => return Err(self.mistake(format!("expected a number, `-` or `(`, found `{other}`"))),
            None => return Err(self.mistake("expected a number, `-` or `(`, found the end")),
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn number(&mut self, sign: &str) -> Result<Expression, Mistake> {
        let start = self.at;
        let digits: String = self.characters.iter().skip(start).take_while(|c| c.is_ascii_digit()).collect();
        self.at += digits.len();
        match format!("{sign}{digits}").parse() {
            Ok(value) => Ok(Expression::Number(value)),
            Err(_) => Err(Mistake { what: format!("{sign}{digits} does not fit 64 bits"), at: start }),
        }
    }
}
