"""What the scripts share: the limits, scratch crates, symbols, tables."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent.parent

signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that scratch directories are removed


def limits(kind, kept=False):
    """The lines of limits.tsv of a kind: {(workload, arch, assembler): limit}; with `kept`, of those with a value that is kept
    meanwhile, that value."""
    found = {}
    for line in (BENCH / "limits.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            name, workload, arch, assembler, _, limit, *meanwhile = line.split("\t")
            if name == kind:
                found[workload, arch, assembler] = float(meanwhile[0] if kept and meanwhile else limit)
    return found


def run(*command, **options):
    """Runs a command and returns what it prints; says what it printed when it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def environment(**more):
    """The environment without settings that change what is measured."""
    drop = ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL")
    kept = {name: value for name, value in os.environ.items() if name not in drop and not name.startswith("CARGO_PROFILE_")}
    return {**kept, **{name: str(value) for name, value in more.items()}}


class Scratch:
    """A directory for generated crates, with a target directory of its own; removed in the end."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="bareasm-bench-"))
        self.target = self.path / "target"
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def crate(self, name, dependencies, source, kind="lib", profile=""):
        """Writes a crate and returns its directory."""
        crate = self.path / name
        (crate / "src").mkdir(parents=True, exist_ok=True)
        lines = ["[package]", f'name = "{name}"', 'version = "0.0.0"', 'edition = "2021"', "[dependencies]", *dependencies]
        lines += ["[workspace]", "[profile.release]", 'panic = "abort"', "codegen-units = 1", profile]
        (crate / "Cargo.toml").write_text("\n".join(lines) + "\n")
        (crate / "src" / f"{kind}.rs").write_text(source)
        return crate

    def cargo(self, crate, *arguments, **more):
        """Runs cargo in a crate; CROSS in the environment says how, with flags, where that is not plain `cargo`."""
        command = os.environ.get("CROSS", "cargo").split()
        return run(*command, *arguments, cwd=crate, env=environment(**{"CARGO_TARGET_DIR": self.target, **more}))


def core(*features):
    """The dependency on our core."""
    names = ", ".join(f'"{feature}"' for feature in ("macro", *features))
    return f'bareasm-core = {{ path = "{ROOT}/core", default-features = false, features = [{names}] }}'


DYNASM_RS = ('dynasm = "5.1"', 'dynasmrt = "5.1"')


def table(columns, rows):
    """Prints a Markdown table; the first column is text, the others are right-aligned."""
    print("| " + " | ".join(columns) + " |")
    print("|---" + "|---:" * (len(columns) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def judge(value, limit):
    """`value`, and beside it the limit and whether it holds."""
    if limit is None:
        return ""
    return f"{limit:g} {'ok' if value <= limit else '**over**'}"
