/* SPDX-License-Identifier: MIT */
/* string.h: immutable strings of bytes, with their hash.
 *
 * A string is any bytes, zero bytes among them, and knows its length; a zero byte that does not count follows, so that what has none
 * inside can be given to C functions. The library does not look at the encoding: lengths and positions count bytes, comparison is that
 * of the bytes (which for UTF-8 is the order of code points), and a repr shows bytes above 127 as they are. */
#ifndef LIBGC_STRING_H
#define LIBGC_STRING_H

#include <libgc/container.h>
#include <libgc/heap.h>

#include <stdarg.h>

GC__BEGIN_C

/* Its members are the library's. The bytes follow. */
typedef struct gc_string {
    gc_object gc;
    uint64_t gc__hash; /* 0: not computed yet */
    size_t gc__length;
} gc_string;

/* Whether an object is a string; NULL is none.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's; this holds for every inline function of this header. */
static inline bool gc_string_is(const void *object)
{
    return gc__is_container(object, GC__CONTAINER_STRING) || gc__is_container(object, GC__CONTAINER_INTERNED);
}

/* The bytes; valid, and where they are, while the string lives. */
static inline const char *gc_string_bytes(const gc_string *string)
{
    return (const char *)(string + 1);
}

/* How many bytes. */
static inline size_t gc_string_length(const gc_string *string)
{
    return string->gc__length;
}

/* A string of `length` bytes, copied. The empty string, and each string of a single byte, are made once for a heap, and immortal.
 * `bytes` may lie in an object that the caller holds. NULL with GC_ERROR_MEMORY, or GC_ERROR_LIMIT for more than a heap holds.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_string *gc_string_create(gc_heap *heap, const char *bytes, size_t length);

/* A string of a text that ends with a zero byte. Otherwise as gc_string_create. */
GC__API gc_string *gc_string_from(gc_heap *heap, const char *text);

/* As printf formats it. Also NULL with GC_ERROR_ARGUMENT when printf reports an error.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_string *gc_string_format(gc_heap *heap, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
GC__API gc_string *gc_string_format_arguments(gc_heap *heap, const char *format, va_list arguments)
    __attribute__((__format__(__printf__, 2, 0)));

/* Both, one after the other.
 * Collects: yes. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_string *gc_string_concat(const gc_string *a, const gc_string *b);

/* Less than, equal to or greater than 0, as memcmp orders the bytes; the shorter first where one begins with the other.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API int gc_string_compare(const gc_string *a, const gc_string *b);

/* Whether the bytes are the same. */
static inline bool gc_string_equal(const gc_string *a, const gc_string *b)
{
    if (a == b)
        return true;
    if (a->gc__length != b->gc__length || (a->gc__hash != b->gc__hash && a->gc__hash && b->gc__hash))
        return false;
    return __builtin_memcmp(a + 1, b + 1, a->gc__length) == 0;
}

/* Interning: of the strings that are interned no two are equal, so that pointers can be compared instead. The heap's table of them holds
 * none: an interned string dies like any other when it is released.
 * gc_string_intern gives, owned, the interned string that is equal to `string`: `string` itself where there was none.
 * gc_string_intern_bytes does so for bytes, and makes a string only where there is none. NULL with GC_ERROR_MEMORY or GC_ERROR_LIMIT, or,
 * at the first use of a heap's containers, GC_ERROR_SYSTEM (no random key).
 * Collects: the second, when it makes one. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_string *gc_string_intern(const gc_string *string);
GC__API gc_string *gc_string_intern_bytes(gc_heap *heap, const char *bytes, size_t length);

/* Whether a string is interned. */
static inline bool gc_string_is_interned(const gc_string *string)
{
    return gc__is_container(string, GC__CONTAINER_INTERNED);
}

GC__END_C

#endif
