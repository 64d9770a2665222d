#!/usr/bin/env bash
# What does not drift with the machine: host instructions executed per emitted one, and host code bytes. Builds no peers.
# Fails, with a table that says what is over, when a limit of `limits.tsv` is exceeded. Needs valgrind and the target
# thumbv7m-none-eabi.
set -uo pipefail
cd "$(dirname "$0")"
good=0
./counts.py --limited || good=1
./size.py --limited || good=1
exit $good
