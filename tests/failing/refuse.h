/* SPDX-License-Identifier: MIT */
/* refuse.h: every call by which the library gets memory, or changes what it has, can be made to fail.
 *
 * The program is linked with --wrap for the calls of the library to jemalloc, and for those of the library and of jemalloc to the
 * system; the arena's extent hooks are replaced when the arena is made; malloc, calloc and realloc are the program's, for the C library's
 * sake. Each such call, while refusing is not paused, is a point, counted from 1. */
#ifndef LIBGC_TESTS_FAILING_REFUSE_H
#define LIBGC_TESTS_FAILING_REFUSE_H

#include <stdbool.h>
#include <stddef.h>

enum refuse_call {
    REFUSE_MALLOCX, REFUSE_RALLOCX, REFUSE_XALLOCX,
    REFUSE_ARENA, REFUSE_CACHE, /* mallctl: arenas.create, tcache.create */
    REFUSE_MMAP, REFUSE_MPROTECT, REFUSE_MADVISE,
    REFUSE_EXTENT, REFUSE_EXTENT_COMMIT, REFUSE_EXTENT_PURGE, REFUSE_EXTENT_SPLIT, REFUSE_EXTENT_MERGE,
    REFUSE_MALLOC,
    REFUSE_CALLS
};

extern const char *const refuse_names[REFUSE_CALLS];

enum refuse_mode {
    REFUSE_NEVER,
    REFUSE_ONCE,       /* the one point */
    REFUSE_TWICE,      /* that and the next one */
    REFUSE_UNTIL_TOLD, /* from the point on, until refuse_end */
    REFUSE_FOR_EVER,   /* from the point on */
    REFUSE_MODES
};

/* What has happened since refuse_begin. */
struct refuse_figures {
    size_t points, refused;
    size_t calls[REFUSE_CALLS];
    size_t arenas, caches; /* made and not destroyed */
    size_t reserved;       /* bytes of addresses reserved for heaps, and not given back */
    size_t blocks;         /* of less than 1 MiB, not given back to jemalloc before their arena was destroyed; of the last arena */
};

extern struct refuse_figures refuse_figures;

void refuse_begin(enum refuse_mode mode, size_t point);
/* Nothing is refused any more. */
void refuse_end(void);
/* While it is paused nothing is refused or counted as a point. Returns whether it was. */
bool refuse_pause(bool pause);

#endif
