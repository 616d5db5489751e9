#!/bin/sh
# SPDX-License-Identifier: MIT
# loading.sh PLUGIN_HOST LINKED_HOST LIBRARY DOCUMENT: what docs/loading.md says of dlopen is so, for a C program and for Python's ctypes.
set -eu

host=$1 linked_host=$2 library=$3 document=$4
room=glibc.rtld.optional_static_tls=8192

fail() {
    echo "$*" >&2
    exit 1
}

# In Python the settings are a NULL pointer of size 0: the defaults.
in_python='
import ctypes, sys
gc = ctypes.CDLL(sys.argv[1])
gc.gc__heap_open.restype = ctypes.c_void_p
gc.gc_heap_close.restype = ctypes.c_size_t
heap = gc.gc__heap_open(None, ctypes.c_size_t(0), ctypes.c_uint32(gc.gc_version()))
sys.exit(0 if heap and gc.gc_heap_close(ctypes.c_void_p(heap)) == 0 else 1)
'
script=$(mktemp)
trap 'rm -f "$script"' EXIT

# The Python block of the document, with this library as its argument.
awk '/^```/ { inside = ($0 == "```python"); next } inside' "$document" | sed 's/"libgc.so.0"/sys.argv[1]/' >"$script"
grep -q 'sys.argv\[1\]' "$script" || fail "docs/loading.md has no script that loads libgc.so.0"

GLIBC_TUNABLES=$room "$host" "$library" || fail "a program with GLIBC_TUNABLES=$room cannot load the library"
"$linked_host" "$library" || fail "a program linked with the library cannot load it again"
LD_PRELOAD=$library "$host" "$library" || fail "a program with LD_PRELOAD cannot load the library"
GLIBC_TUNABLES=$room python3 -c "$in_python" "$library" || fail "ctypes with GLIBC_TUNABLES=$room cannot load the library"
LD_PRELOAD=$library python3 -c "$in_python" "$library" || fail "ctypes with LD_PRELOAD cannot load the library"
python3 "$script" "$library" || fail "the script of docs/loading.md cannot load the library"

# Without help it works only where the loader has room to spare; the refusal must be the one that the document describes.
status=0
"$host" "$library" 2>/dev/null || status=$?
case $status in
0) echo "plain dlopen: loads" ;;
3) echo "plain dlopen: no room for static thread-local storage, as docs/loading.md says" ;;
*) fail "plain dlopen fails in another way than docs/loading.md says" ;;
esac
