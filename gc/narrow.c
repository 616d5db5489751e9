/* SPDX-License-Identifier: MIT */
/* narrow.c: of the old objects, only those that something touched can reach take part in a full collection.
 *
 * Takes a mask for state bytes. A full collection leaves TOUCHED on the old objects that take part, and a mask that takes them, the young and
 * the middle; or the mask as it was, if that would be most of the heap anyway. Counts those who take part. No user code.
 *
 * Why nothing else can be garbage. Take garbage x, old and not touched. When the last full collection kept it, something outside referred
 * to x, or a chain of objects did that begins outside. The last reference of the chain, the one to x, is still there: dropping it
 * (a release) or moving it into an old object (gc_move) touches x. If a local variable or the like has it, x is no garbage. If plain assignment
 * has put it into a younger object, x is one step from that. Otherwise its holder is the one that it was, and is garbage like x: it is
 * touched, or the same is true of it, with a shorter chain. So x is reached by following references from the young, the middle and the
 * touched. The value of an ephemeron can also die of the key alone: so the way leads from a key through its ephemerons to their values.
 *
 * What is reached so may well be most of the heap, as from a touched root. Then the search must not cost much beside the collection: it
 * starts from few objects, in address order, and gives up after finding few others, less than a hundredth of the old. */
#include "gc/collection.h"

#include "lib/edges.h"
#include "lib/weak.h"

#define NARROW_QUEUE 16u
#define NARROW_START_SHARE 32u /* of the old objects, as many young, middle and touched ones at most */
#define NARROW_FOUND_SHARE 128u /* of the old objects, as many others at most */
#define NARROW_LEAST 64u       /* objects, beside the share */
#define NARROW_TAKEN (GC__YOUNG | GC__MIDDLE | GC__TOUCHED)

/* What waits for memory. A pointer of NULL: nothing. */
typedef struct narrow_mark {
    gc_object *target;
    uint32_t index;
} narrow_mark;

typedef struct narrow_state {
    gc_heap *heap;
    gc_object **stack;
    size_t depth;
    size_t found, found_max; /* objects beside those that the search starts from */
    uint32_t waiting;        /* in both queues */
    uint32_t mark_next, object_next;
    narrow_mark marks[NARROW_QUEUE];  /* for its state byte */
    gc_object *objects[NARROW_QUEUE]; /* for the object */
} narrow_state;

/* Puts those that the search starts from on the stack. False: they are more than `most`. Forgets lines where nothing is touched any more. */
static bool narrow_start(gc__collection *c, narrow_state *s, size_t most)
{
    gc_heap *heap = c->heap;
    gc__walk walk = gc__walk_taken(c, 0);
    for (gc__slab *slab; (slab = gc__walk_next(&walk));) {
        uint32_t touched = 0;
        GC__EACH_SLOT(heap, slab, NARROW_TAKEN, object, index) {
            if (s->depth == most)
                return false;
            s->stack[s->depth++] = object;
            c->younger += (heap->states[index] & GC__OLD) == 0;
            touched |= (uint32_t)((heap->states[index] & GC__TOUCHED) != 0) << (index - slab->table) / GC__LINE;
        }
        gc__slab_set_touched(heap, slab, touched);
    }
    return true;
}

/* Puts a mark, or none, into the queue, and sets the one that comes out: if its object is old and not touched, it takes part from now on. */
static inline void narrow_cycle_mark(narrow_state *s, gc_object *target, uint32_t index)
{
    narrow_mark *place = &s->marks[s->mark_next++ % NARROW_QUEUE];
    narrow_mark ready = *place;
    *place = (narrow_mark){ target, index };
    s->waiting += (target != NULL) - (ready.target != NULL);
    if (!ready.target || (s->heap->states[ready.index] & (GC__OLD | GC__TOUCHED)) != GC__OLD || s->found > s->found_max)
        return;
    gc__place_touch(s->heap, gc__place_of(s->heap, ready.target));
    s->stack[s->depth++] = ready.target;
    s->found++;
}

GC__ALWAYS_INLINE void narrow_edge(void *context, const gc__edge *edge)
{
    narrow_state *s = context;
    gc_heap *heap = s->heap;
    uint32_t index = gc__target_index(heap->lookups, heap->base, heap->top, edge->target);
    if (!index)
        return;
    __builtin_prefetch(&heap->states[index], 1);
    narrow_cycle_mark(s, edge->target, index);
}

static void narrow_visit(narrow_state *s, gc_object *object)
{
    for (gc__watcher *w = gc__watchers_of(s->heap, object); w; w = w->next)
        if (gc__type_of(s->heap, &w->gc)->builtin == GC__EPHEMERON)
            narrow_edge(s, &(gc__edge){ w, NULL, NULL, 0 });
    gc__each_edge(gc__type_of(s->heap, object), object, narrow_edge, s);
}

/* False: what the touched can reach is too much. */
static bool narrow_search(narrow_state *s)
{
    while ((s->depth || s->waiting) && s->found <= s->found_max) {
        gc_object *object = s->depth ? s->stack[--s->depth] : NULL;
        gc_object **place = &s->objects[s->object_next++ % NARROW_QUEUE];
        gc_object *ready = *place;
        *place = object;
        s->waiting += (object != NULL) - (ready != NULL);
        if (object)
            __builtin_prefetch(object);
        else
            narrow_cycle_mark(s, NULL, 0);
        if (ready)
            narrow_visit(s, ready);
    }
    return s->found <= s->found_max;
}

/* Whether the search succeeds; then the collection is narrow, and its candidates are counted. */
static bool narrow_try(gc__collection *c)
{
    gc_heap *heap = c->heap;
    size_t old = heap->pace.kept_at_full + heap->pace.promoted_since;
    size_t most = old / NARROW_START_SHARE + NARROW_LEAST;
    narrow_state s = { .heap = heap, .stack = (gc_object **)heap->stack_region.base, .found_max = old / NARROW_FOUND_SHARE + NARROW_LEAST };
    if (heap->all_touched || !gc__region_ensure(&heap->stack_region, (most + s.found_max + 1) * sizeof(gc_object *)))
        return false;
    c->narrow = true;
    c->taken = NARROW_TAKEN;
    c->candidates = 0;
    if (!narrow_start(c, &s, most))
        return false;
    c->candidates = s.depth;
    if (!narrow_search(&s))
        return false;
    c->candidates += s.found;
    return true;
}

void gc__narrow(gc__collection *c)
{
    uint8_t taken = c->taken;
    if (c->full && narrow_try(c))
        return;
    c->narrow = false;
    c->taken = taken;
    c->candidates = gc__walk_count(gc__walk_taken(c, 0), c->taken);
}
