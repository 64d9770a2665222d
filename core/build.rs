//! Tells the crate what the target triple says and `cfg` does not: the default architecture of the macro, and
//! whether an ARM target is of the M profile.

fn main() {
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
