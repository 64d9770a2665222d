#!/usr/bin/env bash
# Links programs that cannot be linked if anything in them can panic: both lowerings, for speed and for size, on a
# 64-bit host and on a microcontroller.
set -euo pipefail
cd "$(dirname "$0")/../.."
. qemu-tests/toolchain.sh
out=$(realpath -m "${CARGO_TARGET_DIR:-target}")/no-panic
export CARGO_TARGET_DIR=$out

# link TARGET LEVEL CARGO-ARGUMENT..
link() {
  local target=$1 level=$2
  shift 2
  (
    with_target "$target"
    cd qemu-tests/no-panic
    CARGO_PROFILE_RELEASE_OPT_LEVEL=$level "${CROSS_CARGO[@]}" build --quiet --release --target "$target" "${CROSS_FLAGS[@]}" "$@"
  )
}

for target in x86_64-unknown-linux-gnu thumbv7m-none-eabi; do
  for level in 3 s z; do
    for features in "" compact; do
      say "no panic path: $target, optimisation level $level, ${features:-fast} code"
      link $target $level --features "$features"
    done
  done
  say "no panic path: $target, a surviving one fails the link"
  if link $target 3 --features surviving-panic 2>"$out/link.log"; then
    echo "the program with a panic in it linked: the check does not check" >&2
    exit 1
  fi
  grep -q a_panic_path_survived "$out/link.log"
done
