#!/usr/bin/env python3
"""Makes fixed.tsv: texts of the example rows with the bytes that llvm-mc 22 gives them.

Run in the workspace: core/isa/tests/examples/make-vectors.py
Texts that llvm-mc refuses are left out and printed."""
import pathlib, re, subprocess, sys

here = pathlib.Path(__file__).parent
MC = {
    "A64": ["-triple=aarch64", "-mattr=+all", "-M", "no-aliases"],
    "A32": ["-triple=armv8.6a", "-mattr=+neon,+fp-armv8,+fullfp16,+crypto,+dotprod,+fp16fml,+i8mm,+bf16"],
    "T32": ["-triple=thumbv8.1m.main", "-mattr=+mve.fp,+fp-armv8d16,+fp64,+dsp,+lob,+pacbti,+8msecext,+cdecp0,+fullfp16"],
    # RISC-V: with C enabled the assembler compresses by itself, so 32-bit rows are tried without it.
    "rv": ["-triple=riscv64", "-M", "no-aliases", "-mattr=+m,+a,+f,+d,+v,+zba,+zbb,+zfa,+zvkned,+zvbb,+zicbop,+zknd,+zacas,+zfh"],
    "rvc": ["-triple=riscv64", "-M", "no-aliases", "-mattr=+m,+a,+f,+d,+c,+zcb"],
    "rvcm": ["-triple=riscv32", "-M", "no-aliases", "-mattr=+m,+a,+f,+c,+zcmp,+zcmt,+zcb,+zkne,+zknd"],
}


def assemble(flags, lines):
    """The bytes of each line as hex, or the error."""
    run = subprocess.run(["llvm-mc-22", "--show-encoding", *flags], input="\n".join(lines) + "\n", capture_output=True, text=True)
    bad = {int(m[1]): m[2] for m in re.finditer(r"<stdin>:(\d+):\d+: error: (.*)", run.stderr)}
    good = iter(re.findall(r"encoding: \[(.*?)\]", run.stdout))
    out = []
    for number in range(1, len(lines) + 1):
        code = None if number in bad else next(good, "")
        plain = code is not None and re.fullmatch(r"(0x[0-9a-f]{2},?)+", code)
        out.append("".join(byte[2:] for byte in code.split(",")) if plain else "? " + bad.get(number, "relocated"))
    return out


def main():
    command = ["cargo", "test", "-q", "-p", "bareasm-isa", "--features", "rows", "--test", "fixed_examples", "--", "--ignored", "--nocapture", "print_texts"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t")[1:] for line in text.splitlines() if line.startswith("\t")]
    groups = {}
    for row in rows:
        kind = row[0]
        if kind == "Riscv":
            kind = "rvcm" if "rv32" in row[2] else "rvc" if row[1] == "2" else "rv"
        # llvm-mc keeps the state of an IT or VPT block from line to line.
        groups.setdefault((kind, row[4] if row[3] else ""), []).append(row)
    out, refused = [], []
    for (kind, _), group in groups.items():
        for row, code in zip(group, assemble(MC[kind], [row[4] for row in group])):
            (refused if code.startswith("?") else out).append((row[0], row[4], code))
    head = "# Made by make-vectors.py with llvm-mc 22: instruction set, text, bytes in memory order.\n"
    (here / "fixed.tsv").write_text(head + "".join("\t".join(line) + "\n" for line in out))
    print(len(out), "vectors;", len(refused), "refused:")
    for line in refused:
        print("  ", *line)


if __name__ == "__main__":
    sys.exit(main())
