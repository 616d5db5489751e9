#!/bin/sh
# SPDX-License-Identifier: MIT
# installed.sh: the README's program compiles and runs with nothing but the installed library, as C and as C++, shared and static.
# shellcheck source=setting_up.sh
. "$SOURCE/tests/install/setting_up.sh"

# The first C block of the README, which must be a whole program; without a README, the example beside this file.
write_example() {
    if [ -f "$SOURCE/README.md" ]; then
        awk '/^```/ { if (inside) exit; inside = ($0 == "```c"); next } inside' "$SOURCE/README.md" >"$here/example.c"
        grep -q 'main *(' "$here/example.c" || fail "the first C block of README.md is no program"
    else
        cp "$SOURCE/tests/install/example.c" "$here/example.c"
    fi
    cp "$here/example.c" "$here/example.cpp"
}

compile_and_run() { # NAME COMPILER... : everything but the program
    name=$1
    shift
    "$@" -o "$here/$name" || fail "$name: does not compile"
    "$here/$name" >"$here/$name.out" || fail "$name: exit status $?: $(cat "$here/$name.out")"
}

strict="-Wall -Wextra -Wpedantic -Werror"
install_below_here
write_example
flags=$(pkg-config --cflags --libs libgc)

# The variables, and what pkg-config says, are lists of words.
# shellcheck disable=SC2086,SC2046
{
    compile_and_run c11 $CC -std=c11 $strict "$here/example.c" $flags
    compile_and_run cpp17 $CXX -std=c++17 $strict "$here/example.cpp" $flags
    if [ "$KIND" != shared ]; then
        compile_and_run static $CC -std=c11 $strict "$here/example.c" $(pkg-config --cflags libgc) \
            $(pkg-config --static --libs libgc | sed 's/-lgc /-l:libgc.a /')
    fi
}

if [ "$KIND" != static ]; then
    readelf -d "$libraries/libgc.so" | grep -q 'SONAME.*\[libgc\.so\.0\]' || fail "the SONAME is not libgc.so.0"
    readelf -d "$here/c11" | grep -q 'NEEDED.*\[libgc\.so\.0\]' || fail "the program does not ask for libgc.so.0"
fi
for header in libgc.h libgc/heap.h libgc/guard.hpp; do
    [ -f "$prefix/include/$header" ] || fail "not installed: $header"
done
[ "$(cd "$SOURCE/include" && find . -type f | sort)" = "$(cd "$prefix/include" && find . -type f | sort)" ] ||
    fail "the installed headers are not those of include/"

cat "$here/c11.out"
