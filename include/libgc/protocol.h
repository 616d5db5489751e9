/* SPDX-License-Identifier: MIT */
/* protocol.h: hash, equality and repr: what containers ask of the types of their items.
 *
 * A type says what it can do in its description, with GC_HASH, GC_EQUAL and GC_REPR:
 *
 *     struct point { gc_object gc; int64_t x, y; };
 *
 *     static bool point_hash(const void *object, uint64_t *hash)
 *     {
 *         const struct point *p = object;
 *         return gc_hash_bytes(gc_heap_of(p), &p->x, 2 * sizeof p->x, hash);
 *     }
 *     static bool point_equal(const void *a, const void *b, bool *equal)
 *     {
 *         const struct point *p = a, *q = b;
 *         *equal = p->x == q->x && p->y == q->y;
 *         return true;
 *     }
 *     static void point_repr(const void *object, gc_repr_writer *writer)
 *     {
 *         const struct point *p = object;
 *         gc_repr_format(writer, "point(%lld, %lld)", (long long)p->x, (long long)p->y);
 *     }
 *     static const gc_type_info point_info =
 *         GC_TYPE_INFO(struct point, GC_TYPE_FLAGS(GC_ACYCLIC), GC_HASH(point_hash), GC_EQUAL(point_equal), GC_REPR(point_repr));
 *
 * A type with neither GC_HASH nor GC_EQUAL hashes and compares by identity. One with GC_EQUAL alone compares by value and has no hash:
 * its objects cannot be keys, as lists cannot. What is written without a GC_REPR is "<name at 0x...>".
 *
 * What refers to other objects passes the question on: it calls gc_hash, gc_equal or gc_repr_object for them, and gives a false on. All
 * three end on cycles, in great depth, and where parts are shared again and again: past GC_NESTING_MAX calls within each other, or
 * GC_NESTED_CALLS_MAX of them in one, a hash or a comparison fails with GC_ERROR_LIMIT, and a repr goes on with "...". */
#ifndef LIBGC_PROTOCOL_H
#define LIBGC_PROTOCOL_H

#include <libgc/container.h>
#include <libgc/heap.h>
#include <libgc/string.h>

GC__BEGIN_C

/* How many calls of the protocols can be within each other in one heap. Each takes a few hundred bytes of the C stack at most,
 * beside what the program's own functions take. */
enum { GC_NESTING_MAX = 200 };

/* How many calls of the protocols one hash, comparison or repr, from outside of them, can take: a second or two. An object is asked once
 * for each way that leads to it, so a tuple that holds twice a tuple that holds twice a tuple, and so on forty deep, would take hours.
 * Strings, bytes and numbers take none. While gc_list_sort sorts, the count begins with each comparison. */
enum { GC_NESTED_CALLS_MAX = 1 << 26 };

/* gc_hash(object, &hash): the object's hash, by its type's GC_HASH, or by identity. NULL has one too. False with GC_ERROR_TYPE and a
 * message that names the type when it has none, GC_ERROR_LIMIT (depth or calls), what the type's function reports, or, at the first use
 * of a heap's containers, GC_ERROR_MEMORY or GC_ERROR_SYSTEM (no random key).
 * Hashes differ from heap to heap and from run to run, unless gc_settings.hash_key is set.
 * Collects: only where memory has run out, at that first use. User code: the type's. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_hash(const void *object, uint64_t *hash);

/* gc_equal(a, b, &equal): an object is equal to itself. Others, of one heap, are if they are of one type whose GC_EQUAL says so; integers
 * and floats also to each other, by their exact value. False with GC_ERROR_LIMIT (depth or calls), or what the type's function
 * reports; `equal` is then false.
 * Collects: no. User code: the type's. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_equal(const void *a, const void *b, bool *equal);

/* gc_hash_bytes(heap, bytes, n, &hash): a keyed hash of n bytes (SipHash-2-4, the heap's key), for GC_HASH functions: who does not know the
 * key cannot choose bytes whose hashes collide. False as gc_hash at the first use of a heap's containers; never inside a GC_HASH function.
 * Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012.
 * Collects: only where memory has run out, at that first use. User code: of that collection. In callbacks: yes. Thread: the heap's. */
GC__API bool gc_hash_bytes(gc_heap *heap, const void *bytes, size_t n, uint64_t *hash);

/* The hash of a sequence from its parts: start with any number, and combine with the hash of each part in turn. The order counts.
 * Collects: no. User code: no. In callbacks: yes. Thread: any. */
static inline uint64_t gc_hash_combine(uint64_t hash, uint64_t next)
{
    hash = ((hash << 29 | hash >> 35) * 0x9e3779b97f4a7c15u + next) * 0xd6e8feb86659fd93u;
    return hash ^ hash >> 32;
}

/* The object as text, as its type's GC_REPR writes it; NULL gives "NULL". A container that is met again while it is being written
 * is written as "[...]", "(...)" or "{...}", another object as "<name ...>". Returns an owned string; or NULL with GC_ERROR_MEMORY, or
 * GC_ERROR_LIMIT when the text reaches 256 MiB.
 * Collects: yes, as a creation. User code: the type's, and of that collection. In callbacks: yes. Thread: the heap's. */
GC__API gc_string *gc_repr(gc_heap *heap, const void *object);

/* The same into a buffer of `size` bytes, without memory of the heap: cut where it does not fit, the last three bytes
 * then being "...", and ended by a zero byte. Returns how many bytes there are before that.
 * Collects: no. User code: the type's. In callbacks: yes. Thread: the heap's. */
GC__API size_t gc_repr_into(gc_heap *heap, const void *object, char *buffer, size_t size);

/* For a GC_REPR function: writes text, n bytes, text as printf formats it, and the repr of another object (or NULL, which is
 * written "NULL"). Once something has failed they do nothing, and gc_repr reports it.
 * Collects: only where memory has run out. User code: gc_repr_object, the type's. In callbacks: yes. Thread: the heap's. */
GC__API void gc_repr_text(gc_repr_writer *writer, const char *text);
GC__API void gc_repr_bytes(gc_repr_writer *writer, const char *bytes, size_t n);
GC__API void gc_repr_format(gc_repr_writer *writer, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
GC__API void gc_repr_object(gc_repr_writer *writer, const void *object);

GC__END_C

#endif
