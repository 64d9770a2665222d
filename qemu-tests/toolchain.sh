# What the test scripts need from the machine, sourced by them. Installs what is missing: by rustup where it can, else
# by Debian's packages. Everything that takes long says so.

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

# Runs a command as root, by sudo where we are not.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# debian PACKAGE..: installs packages that are not there yet.
debian() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "installing ${missing[*]}"
  as_root apt-get update -qq || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# with_target TARGET: makes TARGET buildable. Sets CROSS_CARGO (the cargo to use) and CROSS_FLAGS (flags for it).
# First rustup; where that cannot download, Debian's own compiler with a ready std (aarch64 Linux) or -Zbuild-std.
with_target() {
  CROSS_CARGO=(cargo)
  CROSS_FLAGS=()
  unset RUSTC RUSTDOC RUSTC_BOOTSTRAP
  local host linker
  host=$(rustc -vV | sed -n 's/^host: //p')
  [ "$1" != "$host" ] || return 0
  if command -v rustup >/dev/null && { rustup target list --installed 2>/dev/null | grep -qx "$1" || timeout 120 rustup target add "$1" >/dev/null 2>&1; }; then
    return 0
  fi
  case "$1" in
    aarch64-unknown-linux-gnu)
      as_root dpkg --add-architecture arm64
      debian rustc-web cargo-web libstd-rust-web-dev:arm64
      ;;
    *)
      debian rustc-web cargo-web rust-web-src
      CROSS_FLAGS=(-Zbuild-std=core,alloc)
      export RUSTC_BOOTSTRAP=1
      # Debian's compiler comes without a linker for these, and Debian 12's own lld keeps what a script merely PROVIDEs.
      linker=CARGO_TARGET_${1//-/_}_LINKER
      export "${linker^^}=$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld"
      ;;
  esac
  CROSS_CARGO=(/usr/bin/cargo)
  export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc
}

# cross TARGET CARGO-ARGUMENT..: cargo for TARGET, in a target directory of its own.
cross() {
  local target=$1 verb=$2
  shift 2
  (
    with_target "$target"
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/cross" "${CROSS_CARGO[@]}" "$verb" --target "$target" "${CROSS_FLAGS[@]}" "$@"
  )
}
