/* SPDX-License-Identifier: MIT */
/* heap.h: opening a heap, its settings, its raw memory, closing it.
 *
 * A heap is used by one thread at a time. Several heaps live side by side and share nothing; an object refers only to
 * objects of its own heap (a pointer to anything else counts as a reference from outside and is never followed). */
#ifndef LIBGC_HEAP_H
#define LIBGC_HEAP_H

#include <libgc/type.h>

#include <stdbool.h>

GC__BEGIN_C

/* How automatic collections are paced. */
enum gc_pace {
    GC_PACE_ADAPTIVE = 0, /* thresholds that back off while collections find nothing; docs/pace.md has the measurements */
    GC_PACE_CPYTHON = 1   /* exactly the thresholds and the full_percent rule */
};

/* When finalizers and weak callbacks run. */
enum gc_defer {
    GC_DEFER_NOTHING = 0,
    GC_DEFER_COLLECTED = 1, /* those of what a collection finds wait for gc_run_finalizers: gc_create runs no user code */
    GC_DEFER_ALL = 2        /* also those of what dies by count */
};

/* Lines on standard error, or through `log`, for whoever asks. */
enum gc_debug {
    GC_DEBUG_STATS = 1,       /* a line for each collection */
    GC_DEBUG_COLLECTABLE = 2, /* a line for each object found */
    GC_DEBUG_SAVE_ALL = 32,   /* keep what would be freed: gc_visit_garbage shows it */
    GC_DEBUG_LEAK = GC_DEBUG_COLLECTABLE | GC_DEBUG_SAVE_ALL
};

/* Both functions below may call nothing of the heap, and must return; the strings are valid until then. A message of a checked heap comes
 * in the thread that misused it, before the process ends.
 *
 * What gc_heap_close says of objects that were still there, once for each type. */
typedef void (*gc_leak_function)(void *context, const char *type_name, size_t objects, size_t bytes);
/* One line of text, without a newline. */
typedef void (*gc_log_function)(void *context, const char *line);

/* Settings. gc_settings_default fills in the defaults; then change what you need. Zero is not the default of most: a struct that is only
 * zeroed has no automatic collections. */
typedef struct gc_settings {
    size_t range_bytes;        /* addresses for objects, half as many again being reserved for tables: a power of two from 16 MiB to
                                * 64 GiB. 0, the default: 64 GiB, or less where the system grants less (a limit, Valgrind) */
    int64_t thresholds[3];     /* [0]: net objects created; 0 disables all automatic collections. [1], [2]: collections of the next
                                * younger generation; 0: that generation is not collected automatically. Default 2000, 10, 10 */
    uint32_t full_percent;     /* a full collection waits until so many percent as many objects as it last kept have been
                                * promoted since. 0: does not wait. Default 25 */
    size_t threshold_bytes;    /* bytes created or reported since the last collection. 0: bytes make nothing due. Default 256 MiB */
    uint32_t pace;             /* enum gc_pace. Default GC_PACE_ADAPTIVE */
    uint32_t automatic;        /* 1: collections start by themselves (default); 0: only where memory has run out, see gc_enable */
    uint32_t defer;            /* enum gc_defer. Default GC_DEFER_NOTHING */
    uint32_t check_level;      /* 0: none (default). 1: misuse at every call, freed slots poisoned and quarantined.
                                * 2: also the whole heap after each collection. 3: also after each phase that changes it */
    uint32_t debug;            /* enum gc_debug, or-ed. Default 0 */
    uint32_t quarantine_slots; /* checked heaps: how many freed slots wait before reuse, up to 2^24. Default 4096 */
    gc_leak_function leak;     /* called by gc_heap_close. Default NULL */
    gc_log_function log;       /* takes debug lines, and the message before a checked heap aborts. Default NULL: standard error */
    void *context;             /* passed to both */
    uint64_t hash_key[2];      /* key of the heap's hashes (gc_hash_bytes). Both 0, the default: a random one, so that nobody outside
                                * can choose keys that collide. Set it where two runs must hash alike */
    uint32_t stress;           /* for tests: where automatic collections are on, every so many-th call that may collect does: a creation,
                                * and what else collects only when memory has run out. Young, middle and full in turn. Default 0: none */
    uint32_t records;          /* checked heaps: how many of the last operations on each object are kept, with the places in the program
                                * they came from, for the message about it and, when the heap is closed, for those still held. Up to 1000;
                                * each takes 56 bytes for every slot of the heap, and some microseconds an operation. Default 0: none */
} gc_settings;

/* gc_settings_default(&settings): fills in the defaults. Environment: LIBGC_CHECK=0..3 sets check_level, LIBGC_DEBUG=N sets
 * debug, LIBGC_STRESS=N sets stress, LIBGC_RECORDS=0..1000 sets records, for programs that do not set them. Any other text
 * there is ignored.
 * Collects: no. User code: no. In callbacks: yes. Thread: any. */
#define gc_settings_default(settings) gc__settings_default(settings, sizeof(gc_settings))
GC__API void gc__settings_default(gc_settings *settings, size_t size);

/* gc_heap_open(settings): a new heap, used by the calling thread; NULL for `settings` means the defaults. Returns NULL with errno
 * ENOMEM (no address range of the size asked for, or of 16 MiB where none was; or no jemalloc arena), EINVAL (a setting out of its
 * limits) or ENOTSUP (a header of another major version). The caller closes it.
 * How many can be open at once: about 1,380 with the default range, which takes 96 GiB of the 128 TiB of addresses each; about 4,090 with
 * a smaller range_bytes, since a process has that many arenas. Each used heap has some 26 mappings, of which Linux grants 65,530
 * by default (vm.max_map_count).
 * Collects: no. User code: no. In callbacks: yes. Thread: any. */
#define gc_heap_open(settings) gc__heap_open(settings, sizeof(gc_settings), GC_HEADER_VERSION)
GC__API gc_heap *gc__heap_open(const gc_settings *settings, size_t size, uint32_t version);

/* Runs what finalizers are queued, collects, runs `destroy` on every object that is left (no finalizers), reports those by
 * type, and gives everything back to the system. Returns how many mortal objects were left; or SIZE_MAX with
 * GC_ERROR_BUSY, the heap unharmed, when called from a callback of this heap. The function of a gc_function or gc_generator is no callback:
 * it must not close the heap that it is called in. Callbacks of collections still run, so what they use must be there. Never aborts over
 * leaks. Garbage to one of whose objects more than 254 references lead counts as left where the system refuses memory for counting them.
 * Collects: yes. User code: yes. In callbacks: refused. Thread: the heap's. */
GC__API size_t gc_heap_close(gc_heap *heap);

/* Says that from now on the calling thread uses the heap. The program sees to it that the former thread has stopped using it, and
 * that its writes are visible (a mutex, a join). Collects: no. User code: no. In callbacks: no. Thread: the new one. */
GC__API void gc_heap_adopt(gc_heap *heap);

/* The heap of an object. Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API gc_heap *gc_heap_of(const void *object);

/* Checks every invariant of tables, slabs, lists and counts. Returns NULL when all hold, or a sentence about the first that
 * does not, owned by the heap and overwritten by its next failure (gc_last_error_message then gives it too; gc_last_error stays).
 * Time: linear in the heap. In callbacks the counts are not checked.
 * Collects: no. User code: `traverse` only. In callbacks: yes. Thread: the heap's. */
GC__API const char *gc_heap_verify(gc_heap *heap);

/* Gives free memory back to the system now: empty slabs, tables, jemalloc's dirty pages. A collection of the whole heap does so
 * for some of the empty slabs that nothing has needed for a second (docs/heap.md). Returns the bytes of address space whose memory was
 * given back, at least.
 * Collects: no. User code: no. In callbacks: yes, with less effect. Thread: the heap's. */
GC__API size_t gc_trim(gc_heap *heap);

/* Raw memory in the heap's accounts: for spans, for GC_MEMORY members, for what `destroy` frees. Aligned to 16 bytes, not
 * zeroed. NULL with GC_ERROR_MEMORY when there is none even after a collection. gc_free(heap, NULL) does nothing; gc_realloc of NULL
 * is gc_alloc; it keeps the old block when it fails; a size of 0 gives a block that can be freed. Blocks that are still held go when the
 * heap is closed.
 * Collects: gc_alloc and gc_realloc, only when memory has run out. User code: of that collection. In callbacks: yes.
 * Thread: the heap's. */
GC__API void *gc_alloc(gc_heap *heap, size_t bytes);
GC__API void *gc_realloc(gc_heap *heap, void *block, size_t bytes);
GC__API void gc_free(gc_heap *heap, void *block);

/* Reports memory that objects of this heap hold elsewhere (a texture, a buffer of malloc): `delta` bytes more, or fewer when
 * negative. It paces collections and is shown in the statistics. The sum stays between 0 and 2^60.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API void gc_external_bytes(gc_heap *heap, ptrdiff_t delta);

GC__END_C

#endif
