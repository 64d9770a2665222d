#!/usr/bin/env bash
# Builds the firmware, runs it on an emulated Cortex-M3, decodes its log; then shows that a panic path would not link.
set -euo pipefail
cd "$(dirname "$0")/../.."
. qemu-tests/toolchain.sh
debian qemu-system-arm
target=thumbv7m-none-eabi
out=$(realpath -m "${CARGO_TARGET_DIR:-target}")/firmware
export CARGO_TARGET_DIR=$out
with_target $target
build() { (cd qemu-tests/firmware && DEFMT_LOG=trace "${CROSS_CARGO[@]}" build --release --target $target "${CROSS_FLAGS[@]}" "$@"); }

say "firmware: link without any panic path"
build
elf=$out/$target/release/bareasm-firmware-smoke

say "firmware: run on an emulated Cortex-M3"
cargo install --quiet defmt-print --version 1.2.0 --locked --root "$out/tools"
run() {
  (cd "$out" && timeout 60 qemu-system-arm -M lm3s6965evb -cpu cortex-m3 -nographic -monitor none -serial none \
    -semihosting-config enable=on,target=native -kernel "$elf")
  log=$("$out/tools/bin/defmt-print" -e "$elf" <"$out/defmt.bin")
  printf '%s\n' "$log"
  grep -q 'register 40 is refused, as it should be: no such register' <<<"$log"
}
run

say "firmware: the same with compact code"
build --features compact
run

say "firmware: a surviving panic path fails the link"
if build --features surviving-panic 2>"$out/link.log"; then
  echo "the program with a panic in it linked: the check does not check" >&2
  exit 1
fi
grep -q a_panic_path_survived "$out/link.log"
echo "it does: undefined symbol a_panic_path_survived"
