//! The programs of the tour: what each is called with, and what must come out. The machine code is made by the module
//! of the architecture.

#[cfg(target_arch = "aarch64")]
#[path = "aarch64.rs"]
pub mod machine;
#[cfg(target_arch = "x86_64")]
#[path = "x64.rs"]
pub mod machine;
#[path = "../calc/parse.rs"]
mod parse;

use bareasm_exec::{DynasmError, ExecutableBuffer};
use parse::{Expression, Operator};

/// Generated code with its listing. The entry is at offset 0.
pub struct Code {
    /// The executable bytes.
    pub buffer: ExecutableBuffer,
    /// Offset, bytes and source, in columns.
    pub listing: String,
}

/// A program that was made and run.
pub struct Program {
    /// What it shows.
    pub title: String,
    /// Its listing.
    pub listing: String,
    /// What came out.
    pub result: String,
    /// What must come out.
    pub expected: String,
}

/// An arithmetic expression over wrapping 32-bit integers.
pub enum Expr {
    /// A number.
    Const(i32),
    /// A sum.
    Add(Box<Expr>, Box<Expr>),
    /// A product.
    Mul(Box<Expr>, Box<Expr>),
}

impl Expr {
    /// The value, computed in Rust.
    pub fn value(&self) -> i32 {
        match self {
            Expr::Const(value) => *value,
            Expr::Add(a, b) => a.value().wrapping_add(b.value()),
            Expr::Mul(a, b) => a.value().wrapping_mul(b.value()),
        }
    }
}

/// Calls generated code: `call!(code, fn(u64, u64) -> u64, 2, 3)`. On x86-64 the generated code keeps the convention of
/// System V on every system, so that it is written once.
macro_rules! call {
    ($code:expr, fn($($parameter:ty),*) -> $result:ty $(, $argument:expr)*) => {{
        #[cfg(target_arch = "x86_64")]
        type Entry = extern "sysv64" fn($($parameter),*) -> $result;
        #[cfg(not(target_arch = "x86_64"))]
        type Entry = extern "C" fn($($parameter),*) -> $result;
        // SAFETY: the machine module documents each program as a function of this type at offset 0, and the buffer
        // that is borrowed here keeps it mapped during the call.
        let entry: Entry = unsafe { std::mem::transmute($code.buffer.as_ptr()) };
        entry($($argument),*)
    }};
}

fn program<R: std::fmt::Debug>(title: &str, code: &Code, result: R, expected: R) -> Program {
    Program {
        title: title.into(),
        listing: code.listing.clone(),
        result: format!("{result:?}"),
        expected: format!("{expected:?}"),
    }
}

std::thread_local! {
    static PRINTED: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
}

fn print_here(text: *const u8, len: u64) {
    // SAFETY: the generated program passes the address and length of the text that lies behind its code.
    let bytes = unsafe { std::slice::from_raw_parts(text, len as usize) };
    PRINTED.with_borrow_mut(|all| all.push_str(&String::from_utf8_lossy(bytes)));
}

/// What generated code calls to print.
#[cfg(target_arch = "x86_64")]
pub extern "sysv64" fn print(text: *const u8, len: u64) {
    print_here(text, len);
}
/// What generated code calls to print.
#[cfg(not(target_arch = "x86_64"))]
pub extern "C" fn print(text: *const u8, len: u64) {
    print_here(text, len);
}

fn run_all() -> Result<Vec<Program>, DynasmError> {
    let mut list = Vec::new();

    let code = machine::hello(print as *const () as usize as u64)?;
    call!(code, fn() -> ());
    let printed = PRINTED.with_borrow_mut(std::mem::take);
    list.push(program("hello world through a Rust function", &code, printed.as_str(), "Hello, world!\n"));

    let code = machine::add()?;
    let results = [(2, 3), (u64::MAX, 1)].map(|(a, b)| call!(code, fn(u64, u64) -> u64, a, b));
    list.push(program("add two numbers", &code, results, [5, 0]));

    let code = machine::factorial()?;
    let results = [0, 1, 5, 20].map(|n| call!(code, fn(u64) -> u64, n));
    list.push(program("recursive factorial", &code, results, [1, 1, 120, 2_432_902_008_176_640_000]));

    let code = machine::sum()?;
    let numbers: Vec<u64> = (1..=100).collect();
    let results = [0, 1, 100].map(|n| call!(code, fn(*const u64, u64) -> u64, numbers.as_ptr(), n));
    list.push(program("sum of an array, by a pointer", &code, results, [0, 1, 5050]));

    let (a, b): (Vec<u32>, Vec<u32>) = (0..8).map(|n| (n, n * 100)).unzip();
    let expected: Vec<u32> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
    for (title, code) in [
        ("add vectors with general registers", machine::vector_add()?),
        ("add vectors with SIMD registers", machine::vector_add_simd()?),
    ] {
        let mut out = vec![0u32; 8];
        let (a, b, out_pointer) = (a.as_ptr(), b.as_ptr(), out.as_mut_ptr());
        call!(code, fn(*const u32, *const u32, *mut u32, u64) -> (), a, b, out_pointer, 8);
        list.push(program(title, &code, out, expected.clone()));
    }

    for factor in [8, 10] {
        let code = machine::multiply_by(factor)?;
        let result = call!(code, fn(u64) -> u64, 7);
        list.push(program(&format!("multiply by {factor}, known when the code is made"), &code, result, 7 * factor));
    }

    let code = machine::copied()?;
    list.push(program("execute bytes that were assembled elsewhere", &code, call!(code, fn() -> u64), 42));

    let code = machine::labels()?;
    let results = [0, 9].map(|n| call!(code, fn(u64) -> u64, n));
    list.push(program("global, local and dynamic labels", &code, results, [0, 9]));

    let tree = Expr::Mul(
        Box::new(Expr::Add(Box::new(Expr::Const(i32::MAX)), Box::new(Expr::Const(-5)))),
        Box::new(Expr::Const(i32::MIN + 3)),
    );
    list.push(expression_program("an expression tree: (2147483647 + -5) * -2147483645", &tree)?);
    Ok(list)
}

fn expression_program(title: &str, tree: &Expr) -> Result<Program, DynasmError> {
    let code = machine::expression(tree)?;
    Ok(program(title, &code, call!(code, fn() -> i32), tree.value()))
}

/// Makes and runs everything.
pub fn all() -> Result<Vec<Program>, String> {
    run_all().map_err(|error| format!("error: {error}"))
}

/// Compiles and runs one expression.
pub fn expression(text: &str) -> Result<Program, String> {
    let parsed = parse::parse(text).map_err(|mistake| mistake.show(text, 1))?;
    let tree = tree(parsed)?;
    expression_program(text, &tree).map_err(|error| format!("error: {error}"))
}

/// Differences become sums and products; there is no division here.
fn tree(expression: Expression) -> Result<Expr, String> {
    let negative = |expression| Ok::<_, String>(Expr::Mul(Box::new(Expr::Const(-1)), Box::new(tree(expression)?)));
    match expression {
        Expression::Number(value) => match i32::try_from(value) {
            Ok(value) => Ok(Expr::Const(value)),
            Err(_) => Err(format!("error: {value} does not fit 32 bits")),
        },
        Expression::Negate(inner) => negative(*inner),
        // Unlike the lists of the parser, the tree of the compiler nests: as deep as this is long.
        Expression::Chain(_, rest) if rest.len() > 500 => {
            Err("error: more than 500 operators in a row; see the example `calc`".into())
        }
        Expression::Chain(first, rest) => rest.into_iter().try_fold(tree(*first)?, |left, (operator, right)| {
            let left = Box::new(left);
            match operator {
                Operator::Add => Ok(Expr::Add(left, Box::new(tree(right)?))),
                Operator::Multiply => Ok(Expr::Mul(left, Box::new(tree(right)?))),
                Operator::Subtract => Ok(Expr::Add(left, Box::new(negative(right)?))),
                Operator::Divide | Operator::Remainder => Err("error: only + - * here; see the example `calc`".into()),
            }
        }),
    }
}
