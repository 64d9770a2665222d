#!/usr/bin/env python3
"""Host code bytes per emitted instruction: a function of `mix.py`, compiled, without what it shares with others.
Fails when a limit is exceeded.

    scripts/size.py               # ours and dynasm-rs, x86-64 and thumbv7m
    scripts/size.py --limited     # only what has a limit, or is kept where it is
"""

import argparse
import re
import sys

import mix
from common import DYNASM_RS, ROOT, Scratch, core, judge, limits, run, table

LENGTHS = (20, 4, 1)
HOST, THUMB = "x86_64", "thumbv7m"
TARGETS = {HOST: [], THUMB: ["--target", "thumbv7m-none-eabi"]}
MODULE = {"x64": "x64", "a64": "aarch64", "t32": "thumb"}
NO_OUTLINER = "-Cllvm-args=-enable-machine-outliner=never"  # it would join equal invocations, which real code has not
SYMBOL = re.compile(r"^[0-9a-f]+ ([0-9a-f]+) [tT] f0$", re.M)
SECTION = re.compile(r"^\.(text|rodata|data\.rel\.ro)\S*\s+(\d+)", re.M)


def source(library, arch, kind, length):
    """A crate with the function."""
    if library == "dynasm-rs":
        use, assembler = "use dynasmrt::{dynasm, DynasmApi};", "dynasmrt::SimpleAssembler"
    else:
        use, assembler = f"#![no_std]\nuse bareasm_core::{{dynasm, {MODULE[arch]}}};", f"{MODULE[arch]}::Assembler<'_>"
    head = f"(ops: &mut {assembler}, a: u8, b: u8, i: i32)"
    return use + "\n" + mix.functions(1, arch, kind, length, head).replace("pub fn", "#[unsafe(no_mangle)] pub fn")


def measure(scratch, library, target, arch, kind, length, level):
    """Bytes per emitted instruction: of the function, and of constants; and bytes of code that the function shares with others."""
    # All architectures, so that there is one build of what it depends on.
    features = [*MODULE.values(), *(["compact"] if library == "compact" else [])]
    dependencies = DYNASM_RS if library == "dynasm-rs" else [core(*features)]
    name = f"size_{library.replace('-', '_')}"
    profile = f'opt-level = {level if level == "3" else chr(34) + level + chr(34)}'
    crate = scratch.crate(name, dependencies, source(library, arch, kind, length), profile=profile)
    object_file = scratch.path / f"{name}.o"
    options = [NO_OUTLINER] if target == THUMB else []
    scratch.cargo(crate, "rustc", "--release", "-q", *TARGETS[target], "--", f"--emit=obj={object_file}", *options)
    function = sum(int(size, 16) for size in SYMBOL.findall(run("nm", "-S", "--defined-only", object_file)))
    sections = [(name, int(size)) for name, size in SECTION.findall(run("size", "-A", object_file))]
    code = sum(size for name, size in sections if name == "text")
    data = sum(size for name, size in sections if name != "text")
    return function / mix.PER_FUNCTION, data / mix.PER_FUNCTION, code - function


def cases():
    """What is measured: library, target, architecture, kind, invocation length, optimisation."""
    for kind in ("dynamic", "static"):
        for arch in ("x64", "a64"):
            for length in LENGTHS:
                for level in ("3", "z"):
                    for library in ("fast", "compact", "dynasm-rs"):
                        yield library, HOST, arch, kind, length, level
    for kind in ("dynamic", "static"):
        for arch in ("t32", "a64"):
            for length in LENGTHS:
                for library in ("fast", "compact"):
                    yield library, THUMB, arch, kind, length, "z"


def has_compact():
    """Whether the core has that lowering."""
    return re.search(r"^compact\b", (ROOT / "core/Cargo.toml").read_text(), re.M) is not None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limited", action="store_true")
    parser.add_argument("filter", nargs="?", default="", help="part of `library target arch kind length level`")
    options = parser.parse_args()
    limit = limits("code", options.limited)
    rows, over = [], False
    with Scratch() as scratch:
        for case in cases():
            library, target, arch, kind, length, level = case
            if library == "compact" and not has_compact():
                continue
            bound = limit.get((f"{target} {level} {kind} {length}", arch, library))
            if (bound is None and options.limited) or options.filter not in " ".join(map(str, case)):
                continue
            text, data, shared = measure(scratch, *case)
            over |= bound is not None and text > bound
            row = f"{target} {level}, {arch} {kind}, {length} per invocation, {library}"
            rows.append((row, f"{text:.1f}", judge(text, bound), f"{data:.1f}", shared))
            print("  ".join(map(str, rows[-1])), file=sys.stderr, flush=True)
    print("Host code, bytes per emitted instruction\n")
    table(["", "code", "limit", "constants", "shared code, bytes in all"], rows)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
