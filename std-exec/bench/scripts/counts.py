#!/usr/bin/env python3
"""Host instructions executed per emitted instruction, by callgrind: a run with three calls minus a run with one.
Fails when a limit is exceeded.

    scripts/counts.py                 # builds ours alone, and counts all of its cases
    scripts/counts.py --peers         # and those of the peers
    scripts/counts.py --limited       # only what has a limit, or is kept where it is
    scripts/counts.py --binary FILE   # of a build that is there already
"""

import argparse
import concurrent.futures
import pathlib
import re
import sys
import tempfile

from common import BENCH, limits, judge, run, table

COLLECTED = re.compile(r"Collected : (\d+)")


def executed(binary, case, calls):
    """Host instructions of a run, and the instructions that one call emits."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile(mode="r") as log:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", f"--log-file={log.name}"]
        emitted = int(run(*command, binary, "count", *case, calls))
        return int(COLLECTED.search(log.read()).group(1)), emitted


def count(binary, case):
    """Host instructions per emitted one."""
    (one, emitted), (three, _) = executed(binary, case, 1), executed(binary, case, 3)
    result = (three - one) / 2 / emitted
    print(f"{result:8.2f}  {' | '.join(case)}", file=sys.stderr, flush=True)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--limited", action="store_true")
    parser.add_argument("--binary", type=pathlib.Path)
    parser.add_argument("filter", nargs="?", default="", help="part of `workload arch assembler`")
    options = parser.parse_args()
    binary = options.binary
    if binary is None:
        peers = [] if options.peers else ["--no-default-features"]
        built = run("cargo", "build", "--release", "--message-format=json", *peers, cwd=BENCH)
        binary = re.findall(r'"executable":"([^"]*bareasm-bench)"', built)[-1]
    limit = limits("count", options.limited)
    cases = [tuple(line.split("\t")) for line in run(binary, "list").splitlines()]
    cases = [case for case in cases if options.filter in " ".join(case)]
    cases = [case for case in cases if (case in limit if options.limited else options.peers or case[2].startswith("ours"))]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        counts = dict(zip(cases, pool.map(lambda case: count(binary, case), cases)))

    print("Host instructions executed per emitted instruction (callgrind)\n")
    arches = ("a64", "x64")
    rows = []
    for workload, assembler in sorted({(case[0], case[2]) for case in cases}):
        row = [f"{workload}, {assembler}"]
        for arch in arches:
            case = (workload, arch, assembler)
            row += [f"{counts[case]:.2f}" if case in counts else "", judge(counts[case], limit.get(case)) if case in counts else ""]
        rows.append(row)
    table(["", "A64", "limit", "x64", "limit"], rows)
    over = [case for case in cases if case in limit and counts[case] > limit[case]]
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
