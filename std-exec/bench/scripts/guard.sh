#!/usr/bin/env bash
# What does not drift with the machine: host instructions executed per emitted one, and host code bytes. Builds no peers.
# Fails, with a table that says what is over, when one is higher than `limits.tsv` allows. Installs what it needs.
set -uo pipefail
cd "$(dirname "$0")/../../.."
. qemu-tests/toolchain.sh

scripts=$PWD/std-exec/bench/scripts
good=0
debian valgrind binutils python3
"$scripts/counts.py" --limited || good=1
"$scripts/size.py" --limited x86_64 || good=1
(
  with_target thumbv7m-none-eabi
  CROSS="${CROSS_CARGO[*]} ${CROSS_FLAGS[*]}" "$scripts/size.py" --limited thumbv7m
) || good=1
exit $good
