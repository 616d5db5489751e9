#!/bin/sh
# SPDX-License-Identifier: MIT
# jemalloc_apart.sh PROGRAM ARCHIVE: MALLOC_CONF, which is meant for a jemalloc of the program's own, has no effect on a PROGRAM that
# links the library. Nor has /etc/malloc.conf, which a test cannot write: the jemalloc in ARCHIVE calls nothing that would read either.
set -eu

program=$1 archive=$2

fail() {
    echo "$*" >&2
    exit 1
}

for settings in stats_print:true abort_conf:true,nonsense:1 nonsense:1 abort_conf:true,narenas:none; do
    status=0
    said=$(MALLOC_CONF=$settings "$program" 2>&1) || status=$?
    [ "$status" -eq 0 ] || fail "MALLOC_CONF=$settings: exit status $status: $said"
    [ -z "$said" ] || fail "MALLOC_CONF=$settings: $(echo "$said" | head -n 5)"
done

outside=$(nm --undefined-only "$archive") || fail "nm $archive"
echo "$outside" | grep -qw mmap || fail "nm does not show what $archive calls"
if echo "$outside" | grep -wE 'getenv|secure_getenv|__secure_getenv|readlink|readlinkat' >&2; then
    fail "the jemalloc in $archive reads the environment, or /etc/malloc.conf"
fi
