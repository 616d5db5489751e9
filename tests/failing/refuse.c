/* SPDX-License-Identifier: MIT */
/* refuse.c: see refuse.h. */
#include "refuse.h"

#include <errno.h>
#include <jemalloc/jemalloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>

const char *const refuse_names[REFUSE_CALLS] = {
    "mallocx", "rallocx", "xallocx", "arenas.create", "tcache.create", "mmap", "mprotect", "madvise",
    "extent alloc", "extent commit", "extent purge", "extent split", "extent merge", "malloc",
};

struct refuse_figures refuse_figures;

static enum refuse_mode mode;
static size_t at;
static bool paused = true;

enum { ARENAS = 64, RESERVATIONS = 8 };

/* Of heaps. */
static struct {
    char *start;
    size_t bytes;
} reservations[RESERVATIONS];

static extent_hooks_t hooks_before;

void refuse_begin(enum refuse_mode new_mode, size_t point)
{
    refuse_figures = (struct refuse_figures){ .points = 0 };
    mode = new_mode;
    at = point;
    paused = false;
}

void refuse_end(void)
{
    mode = REFUSE_NEVER;
}

bool refuse_pause(bool pause)
{
    bool was = paused;
    paused = pause;
    return was;
}

static bool refused(enum refuse_call call)
{
    if (paused)
        return false;
    refuse_figures.calls[call]++;
    size_t point = ++refuse_figures.points;
    bool refuse = mode != REFUSE_NEVER && point >= at;
    if (mode == REFUSE_ONCE || mode == REFUSE_TWICE)
        refuse = point == at || (mode == REFUSE_TWICE && point == at + 1);
    refuse_figures.refused += refuse;
    return refuse;
}

/* --- jemalloc ----------------------------------------------------------------------------------------------------- */

void *__real_mallocx(size_t size, int flags);
void *__real_rallocx(void *block, size_t size, int flags);
size_t __real_xallocx(void *block, size_t size, size_t extra, int flags);
void __real_dallocx(void *block, int flags);
void __real_sdallocx(void *block, size_t size, int flags);
int __real_mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size);

void *__wrap_mallocx(size_t size, int flags);
void *__wrap_rallocx(void *block, size_t size, int flags);
size_t __wrap_xallocx(void *block, size_t size, size_t extra, int flags);
void __wrap_dallocx(void *block, int flags);
void __wrap_sdallocx(void *block, size_t size, int flags);
int __wrap_mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size);

static size_t blocks_of[ARENAS]; /* by the arena's number */

static size_t *blocks_in(int flags)
{
    return &blocks_of[((unsigned)flags >> 20) % ARENAS]; /* as MALLOCX_ARENA has it: the number and one */
}

static size_t is_small(void *block, int flags)
{
    return block && sallocx(block, flags) < (size_t)1 << 20;
}

void *__wrap_mallocx(size_t size, int flags)
{
    void *block = refused(REFUSE_MALLOCX) ? NULL : __real_mallocx(size, flags);
    *blocks_in(flags) += is_small(block, flags);
    return block;
}

void *__wrap_rallocx(void *block, size_t size, int flags)
{
    size_t before = is_small(block, flags);
    void *moved = refused(REFUSE_RALLOCX) ? NULL : __real_rallocx(block, size, flags);
    if (moved)
        *blocks_in(flags) += is_small(moved, flags) - before;
    return moved;
}

size_t __wrap_xallocx(void *block, size_t size, size_t extra, int flags)
{
    if (refused(REFUSE_XALLOCX))
        return sallocx(block, flags);
    size_t before = is_small(block, flags), bytes = __real_xallocx(block, size, extra, flags);
    *blocks_in(flags) += is_small(block, flags) - before;
    return bytes;
}

void __wrap_dallocx(void *block, int flags)
{
    *blocks_in(flags) -= is_small(block, flags);
    __real_dallocx(block, flags);
}

void __wrap_sdallocx(void *block, size_t size, int flags)
{
    *blocks_in(flags) -= is_small(block, flags);
    __real_sdallocx(block, size, flags);
}

static void *extent_alloc(extent_hooks_t *hooks, void *address, size_t size, size_t alignment, bool *zero, bool *commit, unsigned arena)
{
    return refused(REFUSE_EXTENT) ? NULL : hooks_before.alloc(hooks, address, size, alignment, zero, commit, arena);
}

static bool extent_commit(extent_hooks_t *hooks, void *address, size_t size, size_t offset, size_t length, unsigned arena)
{
    return refused(REFUSE_EXTENT_COMMIT) || hooks_before.commit(hooks, address, size, offset, length, arena);
}

static bool extent_purge(extent_hooks_t *hooks, void *address, size_t size, size_t offset, size_t length, unsigned arena)
{
    return refused(REFUSE_EXTENT_PURGE) || hooks_before.purge_forced(hooks, address, size, offset, length, arena);
}

static bool extent_split(extent_hooks_t *hooks, void *address, size_t size, size_t first, size_t second, bool committed, unsigned arena)
{
    return refused(REFUSE_EXTENT_SPLIT) || hooks_before.split(hooks, address, size, first, second, committed, arena);
}

static bool extent_merge(extent_hooks_t *hooks, void *first, size_t first_size, void *second, size_t second_size, bool committed,
                         unsigned arena)
{
    return refused(REFUSE_EXTENT_MERGE) || hooks_before.merge(hooks, first, first_size, second, second_size, committed, arena);
}

/* In place: the heap finds itself from where they are. Those of all heaps are the same. */
static void hooks_replace(extent_hooks_t *hooks)
{
    hooks_before = *hooks;
    hooks->alloc = extent_alloc;
    hooks->commit = extent_commit;
    hooks->purge_forced = extent_purge;
    hooks->split = extent_split;
    hooks->merge = extent_merge;
}

int __wrap_mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
{
    bool arena = strcmp(name, "arenas.create") == 0, cache = strcmp(name, "tcache.create") == 0;
    if ((arena && refused(REFUSE_ARENA)) || (cache && refused(REFUSE_CACHE)))
        return EAGAIN;
    if (arena)
        hooks_replace(*(extent_hooks_t **)new);
    int result = __real_mallctl(name, old, old_size, new, new_size);
    refuse_figures.arenas += arena && result == 0;
    refuse_figures.caches += cache && result == 0;
    refuse_figures.caches -= strcmp(name, "tcache.destroy") == 0;
    if (strncmp(name, "arena.", 6) == 0 && strstr(name, ".destroy") && result == 0) {
        size_t *blocks = blocks_in(MALLOCX_ARENA(strtoul(name + 6, NULL, 10)));
        refuse_figures.arenas--;
        refuse_figures.blocks = *blocks;
        *blocks = 0;
    }
    return result;
}

/* --- The system --------------------------------------------------------------------------------------------------- */

void *__real_mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset);
int __real_munmap(void *address, size_t bytes);
int __real_mprotect(void *address, size_t bytes, int protection);
int __real_madvise(void *address, size_t bytes, int advice);

void *__wrap_mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset);
int __wrap_munmap(void *address, size_t bytes);
int __wrap_mprotect(void *address, size_t bytes, int protection);
int __wrap_madvise(void *address, size_t bytes, int advice);

void *__wrap_mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset)
{
    if (refused(REFUSE_MMAP)) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    char *mapping = __real_mmap(address, bytes, protection, flags, file, offset);
    if (mapping == MAP_FAILED || protection != PROT_NONE || !(flags & MAP_NORESERVE))
        return mapping;
    for (size_t i = 0; i < RESERVATIONS; i++)
        if (!reservations[i].bytes) {
            reservations[i].start = mapping;
            reservations[i].bytes = bytes;
            refuse_figures.reserved += bytes;
            return mapping;
        }
    abort();
}

int __wrap_munmap(void *address, size_t bytes)
{
    for (size_t i = 0; i < RESERVATIONS; i++) {
        char *start = reservations[i].start, *at_address = address;
        if (at_address >= start && at_address < start + reservations[i].bytes) {
            refuse_figures.reserved -= bytes;
            reservations[i].bytes = 0;
        }
    }
    return __real_munmap(address, bytes);
}

int __wrap_mprotect(void *address, size_t bytes, int protection)
{
    if (!refused(REFUSE_MPROTECT))
        return __real_mprotect(address, bytes, protection);
    errno = ENOMEM;
    return -1;
}

int __wrap_madvise(void *address, size_t bytes, int advice)
{
    if (!refused(REFUSE_MADVISE))
        return __real_madvise(address, bytes, advice);
    errno = EINVAL; /* as for locked memory */
    return -1;
}

/* --- The C library's own, which it takes for some of its functions ------------------------------------------------ */

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t bytes)
{
    return refused(REFUSE_MALLOC) ? no_memory() : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    return refused(REFUSE_MALLOC) ? no_memory() : __libc_calloc(count, bytes);
}

void *realloc(void *block, size_t bytes)
{
    return refused(REFUSE_MALLOC) ? no_memory() : __libc_realloc(block, bytes);
}
