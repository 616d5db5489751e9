#!/bin/sh
# SPDX-License-Identifier: MIT
# one_object.sh: makes an archive of a single object in which only listed symbols are global.
#
# usage: one_object.sh ARCHIVE SYMBOLS OBJCOPY AR COMPILER... -- INPUT...
#
# jemalloc defines malloc, free and the rest of the C library's names. A program that links it as it comes gets them all.
# Linked into one object first, its parts find each other, and then every name but ours can be made local: the
# program keeps the malloc it had.
set -eu

archive=$1 symbols=$2 objcopy=$3 ar=$4
shift 4
object=$archive.o
wanted=$(sed 's/^/-Wl,-u,/' "$symbols")

compiler=
while [ "$1" != -- ]; do
    compiler="$compiler $1"
    shift
done
shift

# $wanted and $compiler are lists of words. -u makes a symbol that is listed but missing an error at the next link.
# shellcheck disable=SC2086
$compiler -r -nostdlib -o "$object" $wanted "$@"
"$objcopy" --keep-global-symbols="$symbols" "$object"
rm -f "$archive"
"$ar" rcs "$archive" "$object"
rm -f "$object"
