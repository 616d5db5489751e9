/* SPDX-License-Identifier: MIT */
/* record.c: the last operations on each object of a checked heap.
 *
 * Each slab has a ring of them for each of its slots, in raw memory of the heap. A ring belongs to the slot, not to the object: of a
 * release too many, which hits whoever has the slot by then, the ring shows who had it before. Names are looked up when they are
 * printed. */
#define _GNU_SOURCE
#include "lib/record.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <stdio.h>
#include <unistd.h>

#define RECORD_FRAMES 32 /* looked at */
#define RECORD_SITES 6   /* kept: some may be the library's own */
#define RECORD_SHOWN 3

typedef struct record {
    uint8_t operation; /* enum gc__operation; 0: none */
    uint8_t within;    /* enum gc__activity: the library did it by itself, in one of these */
    uint32_t count;    /* afterwards */
    void *sites[RECORD_SITES];
} record;

typedef struct record_ring {
    uint32_t total;
    uint32_t unused;
    record last[];
} record_ring;

struct gc__records {
    size_t ring_bytes;
    size_t granules; /* entries of `slabs` */
    char **slabs;    /* by the first granule of a slab: its rings */
    const void *site; /* where the program called for what is being looked at; NULL: for nothing that concerns one object */
    void *caller[RECORD_SITES]; /* of the last operation that the program asked for: what it led to has the same */
};

bool gc__records_open(gc_heap *heap)
{
    if (heap->settings.records == 0)
        return true;
    struct gc__records *records = gc__raw_take(heap, sizeof *records);
    if (!records)
        return false;
    memset(records, 0, sizeof *records);
    records->ring_bytes = sizeof(record_ring) + heap->settings.records * sizeof(record);
    heap->records = records;
    /* The first call may load a library: not in the middle of something. */
    backtrace(records->caller, 1);
    return true;
}

/* Makes room for the granule's entry. */
static bool record_reserve(gc_heap *heap, uint32_t granule)
{
    struct gc__records *records = heap->records;
    if (granule < records->granules)
        return true;
    size_t granules = records->granules ? records->granules : 256;
    while (granules <= granule)
        granules *= 2;
    char **slabs = gc__raw_take(heap, granules * sizeof *slabs);
    if (!slabs)
        return false;
    memset(slabs, 0, granules * sizeof *slabs);
    if (records->slabs)
        memcpy(slabs, records->slabs, records->granules * sizeof *slabs);
    gc__raw_give(heap, records->slabs);
    records->slabs = slabs;
    records->granules = granules;
    return true;
}

/* The ring of a slot. NULL: there is none, and no memory to make one. */
static record_ring *record_ring_of(gc_heap *heap, gc__place place)
{
    struct gc__records *records = heap->records;
    if (!record_reserve(heap, place.slab->head))
        return NULL;
    char **rings = &records->slabs[place.slab->head];
    if (!*rings) {
        size_t bytes = place.slab->capacity * records->ring_bytes;
        *rings = gc__raw_take(heap, bytes);
        if (!*rings)
            return NULL;
        memset(*rings, 0, bytes);
    }
    return (record_ring *)(*rings + place.slot * records->ring_bytes);
}

/* The calls that led here, from `site` outwards; addresses within the calls, not behind them, so that they name the right lines. */
static void record_sites(void **sites, const void *site)
{
    void *frames[RECORD_FRAMES];
    int count = backtrace(frames, RECORD_FRAMES), first = 0;
    while (first < count && frames[first] != site)
        first++;
    if (first == count) {
        frames[0] = (void *)site;
        first = 0;
        count = 1;
    }
    for (int i = 0; i < RECORD_SITES; i++)
        sites[i] = first + i < count ? (char *)frames[first + i] - 1 : NULL;
}

void gc__record_site_at(gc_heap *heap, const void *site)
{
    heap->records->site = site;
}

void gc__record_at(gc_heap *heap, const gc_object *object, enum gc__operation operation, const void *site)
{
    struct gc__records *records = heap->records;
    record_ring *ring = record_ring_of(heap, gc__place_of(heap, object));
    records->site = NULL;
    if (!ring)
        return;
    record *entry = &ring->last[ring->total++ % heap->settings.records];
    entry->operation = (uint8_t)operation;
    entry->within = heap->user_depth ? 0 : (uint8_t)heap->under_way;
    entry->count = gc__count_of(object);
    if (site && !entry->within) {
        record_sites(entry->sites, site);
        memcpy(records->caller, entry->sites, sizeof entry->sites);
    } else if (entry->within & GC__COLLECTION) {
        memset(entry->sites, 0, sizeof entry->sites);
    } else {
        memcpy(entry->sites, records->caller, sizeof entry->sites);
    }
}

/* The program's file: the linker knows only what it was called as. False: the system does not say, or not in so many bytes. */
static bool record_program(char *path, size_t room)
{
    ssize_t length = readlink("/proc/self/exe", path, room);
    if (length < 0 || (size_t)length == room)
        return false;
    path[length] = '\0';
    return true;
}

/* Writes one call site. False: it is within the library, which the program did not write. */
static bool record_name_site(char *text, size_t room, void *site)
{
    Dl_info here, info;
    struct link_map *map = NULL;
    if (!dladdr1(site, &info, (void **)&map, RTLD_DL_LINKMAP) || !map) {
        snprintf(text, room, "%p", site);
        return true;
    }
    bool own = dladdr((void *)(uintptr_t)gc__record_log, &here) && here.dli_fbase == info.dli_fbase && map->l_name[0];
    if (info.dli_sname ? strncmp(info.dli_sname, "gc__", 4) == 0 : own)
        return false;
    size_t offset = (size_t)site - map->l_addr;
    char program[128];
    const char *file = map->l_name[0] || !record_program(program, sizeof program) ? info.dli_fname : program;
    if (info.dli_sname)
        snprintf(text, room, "%s+0x%zx (%s+0x%zx)", info.dli_sname, (size_t)site - (size_t)info.dli_saddr, file, offset);
    else
        snprintf(text, room, "%s+0x%zx", file, offset);
    return true;
}

static const char *const record_operation_names[] = {
    [GC__RECORD_CREATED] = "created",
    [GC__RECORD_RETAINED] = "retained",
    [GC__RECORD_RELEASED] = "released",
    [GC__RECORD_MOVED] = "moved into a field",
    [GC__RECORD_WATCHED] = "given a weak reference",
    [GC__RECORD_TRACKED] = "tracked",
    [GC__RECORD_UNTRACKED] = "untracked",
    [GC__RECORD_FINALIZED] = "finalized",
    [GC__RECORD_DYING] = "dying",
    [GC__RECORD_FREED] = "freed",
};

/* One line: what was done, and where. */
static void record_log_line(const gc_heap *heap, const char *what, void *const *sites)
{
    char text[440], site[200];
    size_t length = (size_t)snprintf(text, sizeof text, "%s", what);
    int shown = 0;
    for (int i = 0; i < RECORD_SITES && sites[i] && shown < RECORD_SHOWN; i++) {
        if (!record_name_site(site, sizeof site, sites[i]))
            continue;
        if (length + strlen(site) + sizeof " from " > sizeof text)
            break;
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", shown++ ? " from " : ", in ", site);
    }
    gc__log(heap, "libgc:   %s", text);
}

static void record_log_one(const gc_heap *heap, const record *entry)
{
    char what[80];
    const char *by = entry->within & GC__COLLECTION ? " by a collection" : entry->within ? " in a teardown" : "";
    snprintf(what, sizeof what, "%s%s, count %u", record_operation_names[entry->operation], by, entry->count);
    record_log_line(heap, what, entry->sites);
}

void gc__record_log(const gc_heap *heap, const gc_object *object)
{
    const struct gc__records *records = heap->records;
    gc__place place = gc__place_find(heap, object);
    if (!place.slab || place.slab->head >= records->granules || !records->slabs[place.slab->head])
        return;
    const record_ring *ring = (const record_ring *)(records->slabs[place.slab->head] + place.slot * records->ring_bytes);
    uint32_t kept = heap->settings.records, shown = ring->total < kept ? ring->total : kept;
    gc__log(heap, "libgc: the last %u of %u operations on object %p:", shown, ring->total, (const void *)object);
    for (uint32_t i = ring->total - shown; i < ring->total; i++)
        record_log_one(heap, &ring->last[i % kept]);
    if (records->site) {
        void *sites[RECORD_SITES];
        record_sites(sites, records->site);
        record_log_line(heap, "now", sites);
    }
}

void gc__record_forget(gc_heap *heap, const char *start, size_t bytes)
{
    struct gc__records *records = heap->records;
    uint32_t first = gc__granule_of(heap, start);
    const gc__slab *slab = gc__slab_at(heap, first);
    if (slab->flags & GC__SLAB_LARGE && heap->states[slab->table] & GC__ALIVE)
        return; /* it is only made longer or shorter */
    for (size_t granule = first; granule < first + bytes / GC__GRANULE && granule < records->granules; granule++) {
        gc__raw_give(heap, records->slabs[granule]);
        records->slabs[granule] = NULL;
    }
}
