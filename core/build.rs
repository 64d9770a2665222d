//! Tells the crate what the target triple says and `cfg` does not: the default architecture of the macro, and
//! whether an ARM target is of the M profile. With feature `typed`, writes the typed encoders of the enabled architectures.

#[cfg(all(feature = "typed", any(feature = "aarch64", feature = "thumb")))]
#[path = "build/fixed.rs"]
mod fixed;
#[cfg(feature = "typed")]
#[path = "build/names.rs"]
#[allow(dead_code)] // each dialect has its own needs
mod names;
#[cfg(all(feature = "typed", any(feature = "x64", feature = "x86")))]
#[path = "build/x86.rs"]
mod x86;

fn main() {
    println!("cargo:rerun-if-changed=build");
    #[cfg(all(feature = "typed", feature = "aarch64"))]
    write_fixed("aarch64", fixed::generate(bareasm_isa::fixed::aarch64(), "Aarch64"));
    #[cfg(all(feature = "typed", feature = "thumb"))]
    write_fixed("thumb", fixed::generate(bareasm_isa::fixed::thumb(), "Thumb"));
    #[cfg(all(feature = "typed", feature = "x64"))]
    write_x86("x64", x86::generate(bareasm_isa::x86::table(), bareasm_isa::x86::Mode::Long, "X64"));
    #[cfg(all(feature = "typed", feature = "x86"))]
    write_x86("x86", x86::generate(bareasm_isa::x86::table(), bareasm_isa::x86::Mode::Protected, "X86"));
    target();
}

/// Writes the encoders of an architecture, and the list of them for tests.
#[cfg(all(feature = "typed", any(feature = "aarch64", feature = "thumb")))]
fn write_fixed(arch: &str, output: fixed::Output) {
    write(&format!("{arch}_typed.rs"), &output.source);
    write(&format!("{arch}_cases.rs"), &output.index);
}

/// Writes the encoders of a mode of x86, and the list of them for tests.
#[cfg(all(feature = "typed", any(feature = "x64", feature = "x86")))]
fn write_x86(arch: &str, output: x86::Output) {
    write(&format!("{arch}_typed.rs"), &output.source);
    write(&format!("{arch}_cases.rs"), &output.index);
}

/// Writes a file of `OUT_DIR`.
#[cfg(feature = "typed")]
fn write(name: &str, text: &str) {
    let path = std::path::Path::new(&std::env::var_os("OUT_DIR").unwrap_or_default()).join(name);
    if let Err(error) = std::fs::write(path, text) {
        println!("cargo::error={name}: {error}");
    }
}

fn target() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(bareasm_default, values(\"aarch64\", \"thumb\", \"x64\", \"x86\", \"other\"))");
    println!("cargo:rustc-check-cfg=cfg(bareasm_mclass)");
    println!("cargo:rustc-check-cfg=cfg(bareasm_armv7a)");
    let target = std::env::var("TARGET").unwrap_or_default();
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let default = match arch.as_str() {
        "aarch64" | "arm64ec" => "aarch64",
        "x86_64" => "x64",
        "x86" => "x86",
        "arm" if target.starts_with("thumb") => "thumb",
        _ => "other",
    };
    println!("cargo:rustc-cfg=bareasm_default=\"{default}\"");
    if ["thumbv6m", "thumbv7m", "thumbv7em", "thumbv8m"].iter().any(|profile| target.starts_with(profile)) {
        println!("cargo:rustc-cfg=bareasm_mclass");
    }
    if ["armv7a", "thumbv7a", "armv8r"].iter().any(|profile| target.starts_with(profile)) && target.contains("-none-") {
        println!("cargo:rustc-cfg=bareasm_armv7a");
    }
}
