#!/usr/bin/env python3
"""Makes tests/examples/x86.tsv: random instructions of the example rows with the bytes of llvm-mc 22.

usage: x86_vectors.py ROWS OUT [COUNT [SEED]]

ROWS is a file or directory of rows, OUT the file to write: `mode TAB text TAB hexadecimal bytes`, bytes that a
relocation fills as `..`. Lines that llvm-mc refuses are counted and left out, and so are the known differences below.
"""
import os, re, subprocess, sys, tempfile

# Where llvm-mc 22 differs, by rule. Each is a choice of equal meaning, or a known fault of it in Intel syntax.
DIFFERENCES = [
    ("mov with a segment register: 66 differs", lambda t: re.match(r"mov\b.*\b(es|cs|ss|ds|fs|gs)(,|$)", t)),
    ("push and pop of a segment register: a spare 66", lambda t: re.match(r"(push|pop) (es|cs|ss|ds|fs|gs)$", t)),
    ("xchg rax, rax", lambda t: re.match(r"xchg (rax, rax|eax, eax|ax, ax)$", t)),
    ("urdmsr: operands reversed", lambda t: t.startswith("urdmsr")),
    ("{evex} setcc: scales its displacement", lambda t: t.startswith("{evex} set")),
]
ATTRIBUTES = "+egpr,+push2pop2,+ppx,+ndd,+ccmp,+nf,+cf,+zu"


def assemble(lines, mode):
    """Bytes of each line as a list of texts, or None."""
    live = list(range(len(lines)))
    while True:
        source = "".join(f"L{n}:\n{lines[k]}\n" for n, k in enumerate(live))
        command = ["llvm-mc-22", "-triple=" + ("x86_64" if mode == "64" else "i386"), "-x86-asm-syntax=intel",
                   "-output-asm-variant=1", "--show-encoding", "-mattr=" + (ATTRIBUTES if mode == "64" else "")]
        run = subprocess.run(command, input=source, capture_output=True, text=True)
        bad = {(int(n) - 2) // 2 for n in re.findall(r"^<stdin>:(\d+):\d+: error:", run.stderr, re.M)}
        if not bad:
            break
        live = [k for n, k in enumerate(live) if n not in bad]
    out, at = [None] * len(lines), None
    for line in run.stdout.split("\n"):
        label = re.match(r"L(\d+):", line)
        if label:
            at = live[int(label[1])]
        found = re.search(r"encoding: \[(.*?)\]", line)
        if found:
            out[at] = (out[at] or []) + [b[2:] if re.fullmatch(r"0x[0-9a-f]{2}", b) else ".." for b in found[1].split(",")]
    return out


def main():
    rows, out = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    count = sys.argv[3] if len(sys.argv) > 3 else "3"
    seed = sys.argv[4] if len(sys.argv) > 4 else "1"
    crate = os.environ.get("X86_CRATE") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with tempfile.TemporaryDirectory() as directory:
        listing = os.path.join(directory, "lines")
        environment = dict(os.environ, X86_ROWS=rows, X86_LINES=listing, X86_COUNT=count, X86_SEED=seed)
        subprocess.run(["cargo", "test", "-q", "--features", "rows", "--test", "x86_lines", "--", "--ignored", "lines"],
                       cwd=crate, env=environment, check=True, stdout=subprocess.DEVNULL)
        lines = [line.split("\t") for line in open(listing).read().splitlines()]
    seen, written = {}, []
    for mode in ("64", "32"):
        texts = list(dict.fromkeys(text for m, _, text in lines if m == mode))
        for text, found in zip(texts, assemble(texts, mode)):
            reason = next((name for name, rule in DIFFERENCES if rule(text)), None)
            if found is None:
                reason = "refused by llvm-mc"
            if os.environ.get("X86_REFUSED") and reason == "refused by llvm-mc":
                print(mode, text)
            seen[reason] = seen.get(reason, 0) + 1
            if reason is None:
                written.append(f"{mode}\t{text}\t{''.join(found)}\n")
    open(out, "w").writelines(written)
    for reason, number in seen.items():
        print(f"{number:6} {reason or 'written'}")


main()
