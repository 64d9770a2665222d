//! Architectures by name, their tables, and what a machine has: features and named processors.

use crate::ir::Arch;
use bareasm_isa::fixed;
#[cfg(any(feature = "x64", feature = "x86"))]
use bareasm_isa::x86;

/// Names of architectures, as in `.arch`, with the synonyms of compilers behind them; `None`: no tables yet.
const ARCHITECTURES: &[(&[&str], Option<Arch>)] = &[
    (&["aarch64", "arm64"], Some(Arch::Aarch64)),
    (&["thumb", "t32"], Some(Arch::Thumb)),
    (&["x64", "x86_64"], Some(Arch::X64)),
    (&["x86", "i686"], Some(Arch::X86)),
    (&["arm"], None),
    (&["riscv64"], None),
    (&["riscv32"], None),
];

/// The architecture with this name, or why there is none.
pub fn arch_named(name: &str) -> Result<Arch, String> {
    match ARCHITECTURES.iter().find(|(names, _)| names.contains(&name)) {
        Some((_, Some(arch))) if set(*arch).is_some() => Ok(*arch),
        Some((_, Some(_))) => Err(not_compiled_in(name)),
        Some((_, None)) => Err(format!(
            "architecture `{name}` has no instruction tables yet; there are {}",
            list(architectures().map(arch_name))
        )),
        None if name.is_empty() => {
            Err(format!("expected the name of an architecture; there are {}", list(architectures().map(arch_name))))
        }
        None => {
            let names = || ARCHITECTURES.iter().flat_map(|(names, _)| names.iter().copied());
            let near = crate::diagnose::nearest(name, names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
            Err(format!("unknown architecture `{name}`; {near}there are {}", list(architectures().map(arch_name))))
        }
    }
}

/// Why an architecture cannot be used.
pub(crate) fn not_compiled_in(name: &str) -> String {
    format!("architecture `{name}` is not compiled in: its cargo feature is off")
}

/// The name of an architecture.
pub fn arch_name(arch: Arch) -> &'static str {
    ARCHITECTURES.iter().find(|(_, known)| *known == Some(arch)).and_then(|(names, _)| names.first().copied()).unwrap_or("")
}

/// Names in a row; long lists are cut.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MAX_NAMES: usize = 24;
    let names: Vec<&str> = names.collect();
    let more = match names.len().checked_sub(MAX_NAMES) {
        Some(more @ 1..) => format!(", and {more} more"),
        _ => String::new(),
    };
    names.iter().take(MAX_NAMES).copied().collect::<Vec<&str>>().join(", ") + &more
}

/// The architectures that are compiled in.
pub(crate) fn architectures() -> impl Iterator<Item = Arch> {
    ARCHITECTURES.iter().filter_map(|(_, arch)| *arch).filter(|arch| set(*arch).is_some())
}

/// An instruction set: the tables are of two kinds.
#[derive(Clone, Copy)]
#[allow(dead_code)] // with few architectures compiled in, only one kind is ever made
pub(crate) enum Set {
    /// Of fixed or mixed width.
    #[cfg(any(feature = "aarch64", feature = "thumb"))]
    Fixed(&'static fixed::Table<'static>),
    /// x86.
    #[cfg(any(feature = "x64", feature = "x86"))]
    X86(&'static x86::Table<'static>),
}

/// The tables of an architecture, if they are compiled in.
pub(crate) fn set(arch: Arch) -> Option<Set> {
    match arch {
        #[cfg(feature = "aarch64")]
        Arch::Aarch64 => Some(Set::Fixed(fixed::aarch64())),
        #[cfg(feature = "thumb")]
        Arch::Thumb => Some(Set::Fixed(fixed::thumb())),
        #[cfg(feature = "x64")]
        Arch::X64 => Some(Set::X86(x86::table())),
        #[cfg(feature = "x86")]
        Arch::X86 => Some(Set::X86(x86::table())),
        #[allow(unreachable_patterns)] // all architectures are compiled in
        _ => None,
    }
}

/// Whether an architecture has a mnemonic.
pub(crate) fn has_mnemonic(arch: Arch, name: &str) -> bool {
    match set(arch) {
        #[cfg(any(feature = "aarch64", feature = "thumb"))]
        Some(Set::Fixed(table)) => table.mnemonic(name).is_some(),
        #[cfg(any(feature = "x64", feature = "x86"))]
        Some(Set::X86(table)) => !table.entries(name).is_empty(),
        None => false,
    }
}

/// The names of the processors of an architecture.
pub(crate) fn cpus(arch: Arch) -> Vec<&'static str> {
    match set(arch) {
        #[cfg(any(feature = "aarch64", feature = "thumb"))]
        Some(Set::Fixed(table)) => table.cpus.iter().map(|cpu| table.str(cpu.name)).collect(),
        #[cfg(any(feature = "x64", feature = "x86"))]
        Some(Set::X86(table)) => table.cpus().collect(),
        None => Vec::new(),
    }
}

/// What the machine has that the code is for.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // with few architectures compiled in, only one kind is ever looked into
pub(crate) enum Features {
    /// Of a set of fixed or mixed width.
    Fixed(fixed::Features),
    /// Of x86.
    #[cfg(any(feature = "x64", feature = "x86"))]
    X86(x86::Features),
}

impl Features {
    /// Everything that the tables have: what holds until `.cpu` or `.feature` says otherwise.
    pub(crate) fn all(arch: Arch) -> Features {
        match arch {
            #[cfg(any(feature = "x64", feature = "x86"))]
            Arch::X64 | Arch::X86 => Features::X86(x86::Features::ALL),
            _ => Features::Fixed(fixed::Features::ALL),
        }
    }

    /// The base instruction set.
    fn none(arch: Arch) -> Features {
        match arch {
            #[cfg(any(feature = "x64", feature = "x86"))]
            Arch::X64 | Arch::X86 => Features::X86(x86::Features::NONE),
            _ => Features::Fixed(fixed::Features::NONE),
        }
    }

    /// The features of a processor, or a message. `+name` and `+noname` behind it change them (`cortex-a53+sve+nocrc`).
    pub(crate) fn of_cpu(arch: Arch, text: &str) -> Result<Features, String> {
        let mut names = text.split('+');
        let name = names.next().unwrap_or_default();
        let found = match set(arch) {
            #[cfg(any(feature = "aarch64", feature = "thumb"))]
            Some(Set::Fixed(table)) => table.cpu(name).map(Features::Fixed),
            #[cfg(any(feature = "x64", feature = "x86"))]
            Some(Set::X86(table)) => table.cpu(name).map(Features::X86),
            None => None,
        };
        let mut features = found.ok_or_else(|| unknown("processor", arch, name, &cpus(arch)))?;
        for name in names {
            features.change(arch, &format!("+{name}"), false)?;
        }
        Ok(features)
    }

    /// Changes the set as `.feature` says: names without a sign replace the set, `+name` and `-name` change it.
    pub(crate) fn change(&mut self, arch: Arch, name: &str, first: bool) -> Result<(), String> {
        let (name, on) = match (name.strip_prefix('-'), name.strip_prefix('+')) {
            (Some(name), _) => (name, false),
            (None, Some(name)) => (name, true),
            (None, None) => {
                if first {
                    *self = Features::none(arch);
                }
                (name, true)
            }
        };
        let (done, known): (bool, Vec<&str>) = match (self, set(arch)) {
            #[cfg(any(feature = "aarch64", feature = "thumb"))]
            (Features::Fixed(features), Some(Set::Fixed(table))) => {
                let names = table.features.iter().map(|feature| feature.name).chain(table.groups.iter().map(|group| group.name));
                (table.change(features, name, on), names.map(|name| table.str(name)).collect())
            }
            #[cfg(any(feature = "x64", feature = "x86"))]
            (Features::X86(features), Some(Set::X86(table))) => (features.set(table, name, on), table.features.to_vec()),
            _ => (false, Vec::new()),
        };
        if done {
            Ok(())
        } else {
            Err(unknown("feature", arch, name, &known))
        }
    }
}

fn unknown(what: &str, arch: Arch, name: &str, known: &[&str]) -> String {
    let arch = arch_name(arch);
    match crate::diagnose::nearest(name, known.iter().copied()) {
        _ if known.is_empty() => format!("unknown {what} `{name}`: no {what} of {arch} is known by name"),
        Some(near) => format!("unknown {what} `{name}` of {arch}; did you mean `{near}`?"),
        None => format!("unknown {what} `{name}` of {arch}; there are {}", list(known.iter().copied())),
    }
}
