#!/bin/sh
# SPDX-License-Identifier: MIT
# beside_boehm.sh: this library and Boehm's collector, installed side by side, serve one program, and no macro of ours is one of theirs.
# shellcheck source=setting_up.sh
. "$SOURCE/tests/install/setting_up.sh"

if ! pkg-config --exists bdw-gc; then
    echo "Boehm's collector is not installed"
    exit 77
fi
install_below_here

# The names that a preprocessor knows after our headers, and after each of theirs; those that begin as ours do.
macros_of() {
    # shellcheck disable=SC2086
    $CC -I"$prefix/include" -E -dM - 2>/dev/null |
        awk '$1 == "#define" && $2 ~ /^_?_?(LIB)?GC_/ { sub(/\(.*/, "", $2); print $2 }' | sort -u
}
echo '#include <libgc.h>' | macros_of >"$here/ours"
for header in gc.h $(cd /usr/include && ls gc/*.h); do
    echo "#include <$header>" | macros_of
    grep -hoE '^ *# *define +_?GC_\w+' "/usr/include/$header" | awk '{ print $NF }'
done | sort -u >"$here/theirs"
if [ ! -s "$here/ours" ] || [ ! -s "$here/theirs" ]; then
    fail "found no macros to compare"
fi
both=$(comm -12 "$here/ours" "$here/theirs")
[ -z "$both" ] || fail "macros that Boehm's collector has too: $both"

for order in OURS_FIRST BOEHM_FIRST; do
    # shellcheck disable=SC2086,SC2046
    $CC -D$order -std=c11 -Wall -Wextra -Werror "$SOURCE/tests/install/both_collectors.c" -o "$here/both" \
        $(pkg-config --cflags libgc) -L"$libraries" -l:libgc.so.0 -l:libgc.so.1 || fail "$order: does not compile"
    "$here/both" || fail "$order: exit status $?"
done
readelf -d "$here/both" | grep -c 'NEEDED.*\[libgc\.so\.[01]\]' | grep -qx 2 || fail "the program does not ask for both libraries"

# With both development files about, the flags of our pkg-config file must find ours.
# shellcheck disable=SC2086,SC2046
$CC -std=c11 "$SOURCE/tests/install/example.c" -o "$here/example" $(pkg-config --cflags --libs libgc) ||
    fail "beside Boehm's collector, pkg-config libgc does not find ours"
"$here/example" >/dev/null || fail "beside Boehm's collector: exit status $?"
