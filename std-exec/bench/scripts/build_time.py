#!/usr/bin/env python3
"""Build times of ours and dynasm-rs, in turn: clean builds, and `cargo check` of 2,000 instructions.

    scripts/build_time.py [--samples N] [check|build]
"""

import argparse
import os
import shutil
import statistics
import sys
import time

import mix
from common import DYNASM_RS, Scratch, core, judge, limits, table

FUNCTIONS = 20  # of 100 instructions
CHECKED = [(arch, kind, length) for length in (20, 1) for kind in ("dynamic", "static") for arch in ("x64", "a64")]
OURS = "use bareasm_core::{arch, dynasm, AsAssembler};"
THEIRS = "use dynasmrt::{dynasm, DynasmApi};"
MARKER = {"x64": "X64", "a64": "Aarch64"}
BUILT = {
    "ours, x64": [core("x64")],
    "ours, AArch64": [core("aarch64")],
    "ours, x64 and AArch64": [core("x64", "aarch64")],
    "dynasm-rs (always both)": DYNASM_RS,
}


def timed(action):
    """Processor seconds of the commands that an action runs: they depend less on what else the machine does than time does."""
    before = os.times()
    action()
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def source(library, arch, kind, length):
    """2,000 instructions in generic functions."""
    if library == "ours":
        use, bound = OURS, f"AsAssembler<Arch = arch::{MARKER[arch]}>"
    else:
        use, bound = THEIRS, "DynasmApi"
    return f"{use}\n" + mix.functions(FUNCTIONS, arch, kind, length, f"<A: {bound}>(ops: &mut A, a: u8, b: u8, i: i32)")


def check(samples):
    """`cargo check` of what has changed, minus that of an empty file."""
    libraries = {"ours": [core("x64", "aarch64")], "dynasm-rs": DYNASM_RS}
    times = {}
    with Scratch() as scratch:
        crates = {library: scratch.crate(f"check_{library[:4]}", needs, "") for library, needs in libraries.items()}
        for library, crate in crates.items():
            scratch.cargo(crate, "check", "-q")

        def once(library, text):
            crate = crates[library]
            (crate / "src/lib.rs").write_text(text)
            return timed(lambda: scratch.cargo(crate, "check", "-q", CARGO_INCREMENTAL=0))

        for sample in range(samples):
            # Other names each time, so that nothing can be reused.
            fresh = lambda text: text.replace("pub fn f", f"pub fn s{sample}_f")
            for case in CHECKED:
                for library in libraries:
                    empty = once(library, f"// {sample} {case}")
                    full = once(library, fresh(source(library, *case)))
                    times.setdefault((library, case), []).append(full - empty)
    limit, rows, good = limits("check"), [], True
    for case in CHECKED:
        ours, theirs = (statistics.median(times[library, case]) for library in libraries)
        bound = limit.get((f"{case[1]} {case[2]}", case[0], "ours"))
        good &= bound is None or ours / theirs <= bound
        arch, kind, length = case
        title = f"{arch} {kind}, {length} per invocation"
        rows.append((title, f"{ours:.2f}", f"{theirs:.2f}", f"{ours / theirs:.2f}", judge(ours / theirs, bound)))
    print("`cargo check` of 2,000 instructions minus that of an empty file, processor seconds\n")
    table(["", "ours", "dynasm-rs", "ratio", "limit"], rows)
    return good


def build(samples):
    """Clean release builds of an empty crate that depends on the assembler."""
    times = {}
    with Scratch() as scratch:
        crates = {title: scratch.crate(f"build_{n}", needs, "") for n, (title, needs) in enumerate(BUILT.items())}
        for crate in crates.values():
            scratch.cargo(crate, "fetch", "-q")
        for _ in range(samples):
            for title, crate in crates.items():
                shutil.rmtree(scratch.target, ignore_errors=True)
                times.setdefault(title, []).append(timed(lambda: scratch.cargo(crate, "build", "--release", "-q")))
    limit, rows, good = limits("build"), [], True
    theirs = statistics.median(times["dynasm-rs (always both)"])
    for title, seconds in times.items():
        ours = statistics.median(seconds)
        bound = limit.get(("clean", title, "ours"))
        good &= bound is None or ours / theirs <= bound
        rows.append((title, f"{ours:.1f}", f"{ours / theirs:.2f}", judge(ours / theirs, bound)))
    print("Clean release build, processor seconds\n")
    table(["", "seconds", "/ dynasm-rs", "limit"], rows)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("what", nargs="?", choices=("check", "build"))
    options = parser.parse_args()
    actions = [action for action in (check, build) if options.what in (None, action.__name__)]
    return 0 if all([action(options.samples) for action in actions]) else 1


if __name__ == "__main__":
    sys.exit(main())
