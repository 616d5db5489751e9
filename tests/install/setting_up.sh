# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# setting_up.sh: what the tests of the installed library share. Read by them with `.`; they are run by Meson, which sets
# SOURCE and BUILD (the two trees), CC and CXX (lists of words), KIND (default_library) and LIBDIR.
set -eu

# Everything a test makes is in here, and goes with it.
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT

fail() {
    echo "$*" >&2
    exit 1
}

# Installs what is built below $here/root, as a package is made, and lets pkg-config and the loader find it there.
install_below_here() {
    meson install -C "$BUILD" --no-rebuild --quiet --destdir "$here/root" >"$here/install.log" 2>&1 ||
        fail "meson install: $(cat "$here/install.log")"
    # PREFIX comes from Meson.
    # shellcheck disable=SC2153
    prefix=$here/root$PREFIX
    libraries=$prefix/$LIBDIR
    PKG_CONFIG_SYSROOT_DIR=$here/root
    PKG_CONFIG_PATH=$libraries/pkgconfig
    LD_LIBRARY_PATH=$libraries
    export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH LD_LIBRARY_PATH
}
