#!/bin/sh
# SPDX-License-Identifier: MIT
# subproject.sh KIND: a Meson project that carries libgc as a subproject builds it as KIND (shared or static) without its tests, and runs.
# shellcheck source=setting_up.sh
. "$SOURCE/tests/install/setting_up.sh"

cp -r "$SOURCE/tests/install/subproject" "$here/project"
mkdir "$here/project/subprojects"
ln -s "$SOURCE" "$here/project/subprojects/libgc"

quietly() {
    "$@" >"$here/log" 2>&1 || fail "$*: $(tail -n 40 "$here/log")"
}
export CC CXX
quietly meson setup "$here/build" "$here/project" --wrap-mode=forcefallback -Ddefault_library="$1"
quietly meson test -C "$here/build"
if grep -q criterion "$here/build/build.ninja"; then
    fail "the tests of a subproject are built unasked"
fi
