#!/usr/bin/env bash
# Everything that is executed: the host suite, the AArch64 suite under qemu-user, the firmware under qemu-system-arm, and
# the builds for machines without an operating system. One command, on a machine that has only Debian and Rust.
set -euo pipefail
cd "$(dirname "$0")/.."
. qemu-tests/toolchain.sh

debian gcc libc6-dev

# All features: `dynasm!` is lowered to compact code.
say "host suite"
cargo test --workspace --all-features --no-fail-fast

say "host suite of what dynasm! expands to, lowered to fast code"
cargo test --no-fail-fast -p bareasm-core -p bareasm-alloc -p bareasm-exec -p bareasm-qemu-tests -p bareasm-renamed-tests -- --skip every_encoder_agrees

say "AArch64 suite under qemu-user"
debian gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
# Where Debian's C library for arm64 is installed as well, the loader would find that one, and mixing the two hangs.
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH=/usr/aarch64-linux-gnu/lib"
# The comparison of all typed encoders with the tables executes nothing that was generated; the host suite has made it, and
# under emulation it takes minutes.
cross aarch64-unknown-linux-gnu test --no-fail-fast -p bareasm-core -p bareasm-alloc -p bareasm-exec -p bareasm-qemu-tests \
  -p bareasm-renamed-tests -- --skip every_encoder_agrees
cross aarch64-unknown-linux-gnu run --release -p bareasm-exec --example tour

say "builds without an operating system"
cross thumbv6m-none-eabi build -p bareasm-core --features macro,thumb,compact
cross thumbv7em-none-eabihf build -p bareasm-core --features macro,thumb,defmt
cross riscv32imc-unknown-none-elf build -p bareasm-core --features macro,aarch64
cross aarch64-unknown-none build -p bareasm-core --features macro,aarch64
cross aarch64-unknown-none build -p bareasm-alloc --features macro,aarch64

bash qemu-tests/no-panic/run.sh

say "firmware under qemu-system-arm"
bash qemu-tests/firmware/run.sh

say "everything passed"
