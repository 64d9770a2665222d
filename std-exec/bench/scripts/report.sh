#!/usr/bin/env bash
# Everything that `results/` has: speed with its chart, counts, sizes, build times. Half an hour; the machine should have nothing else
# to do. Fails when a limit of `limits.tsv` is exceeded.
set -uo pipefail
cd "$(dirname "$0")/.."
good=0
cargo run --release -- check || exit 1
cargo run --release -- report || good=1
(
  printf '# Counts, sizes, build times\n\n%s, %s.\n\n' "$(rustc --version)" "$(valgrind --version)"
  scripts/counts.py --peers || good=1
  scripts/size.py || good=1
  scripts/footprint.py || good=1
  scripts/build_time.py || good=1
  exit "$good"
) | tee results/counts.md || good=1
exit "$good"
