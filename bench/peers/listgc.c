/* SPDX-License-Identifier: MIT */
/* listgc.c: see listgc.h.
 *
 * A generation is a circular list of heads. A collection takes one, with the younger ones appended:
 *   1. update_refs: each head gets a copy of its object's count, in place of its link to the one before;
 *   2. subtract_refs: each reference from inside the list takes one from its target's copy;
 *   3. move_unreachable: an object whose copy is 0 goes to a second list; one that has more is alive, and what it refers to comes back from
 *      there, to be walked later. What the second list has in the end nothing outside refers to.
 *   4. The survivors join the next generation. Finalizers run; then, as always, 1 to 3 on the garbage again: what came back to life joins
 *      the survivors.
 *   5. The rest is cleared, object by object; the counts free it. */
#include "listgc.h"
#include "listgc_list.h"

#include <jemalloc/jemalloc.h>
#include <string.h>

#define OLDEST (LISTGC_GENERATIONS - 1)
#define DEATH_DEPTH_MAX 50 /* deaths inside deaths before the next one waits */

struct generation {
    struct head list;
    size_t count, threshold; /* of the youngest: objects created less objects freed; of others: collections of the one before */
};

struct heap {
    struct generation generations[LISTGC_GENERATIONS];
    size_t objects;
    size_t long_lived_pending; /* objects that came into the oldest generation since its last collection */
    size_t long_lived_total;   /* objects that survived that one */
    bool is_ready, is_disabled, is_collecting;
    int death_depth;
    struct head *deaths_waiting; /* linked by `prev` */
    void (*callback)(bool is_start);
    struct listgc_stats stats;
};

static _Thread_local struct heap heap;

/* --- Birth and death by count --------------------------------------------------------------------------------- */

static void heap_prepare(void)
{
    static const size_t thresholds[LISTGC_GENERATIONS] = { 700, 10, 10 };
    for (int g = 0; g < LISTGC_GENERATIONS; g++) {
        list_init(&heap.generations[g].list);
        heap.generations[g].threshold = thresholds[g];
    }
    heap.is_ready = true;
}

/* The oldest generation whose count says so, but the very oldest only if it has grown by a quarter: else the cost of building a large
 * heap would be quadratic. */
static void collect_if_due(void)
{
    for (int g = OLDEST; g >= 0; g--) {
        if (heap.generations[g].count <= heap.generations[g].threshold)
            continue;
        if (g == OLDEST && heap.long_lived_pending < heap.long_lived_total / 4)
            continue;
        listgc_collect(g);
        return;
    }
}

/* Counts a new object towards the next collection, which may come at once. */
static void count_birth(void)
{
    struct generation *youngest = &heap.generations[0];
    if (!heap.is_ready)
        heap_prepare();
    if (++youngest->count > youngest->threshold && !heap.is_disabled && !heap.is_collecting)
        collect_if_due();
}

/* `bytes`: of the object. */
static inline void *create(const listgc_type *type, size_t bytes)
{
    size_t head_bytes = type->traverse ? sizeof(struct head) : 0;
    char *block = mallocx(head_bytes + bytes, 0);
    if (!block)
        return NULL;
    listgc_object *object = (listgc_object *)(block + head_bytes);
    if (type->traverse)
        count_birth();
    memset(object, 0, bytes);
    object->refcount = 1;
    object->type = type;
    if (type->traverse) {
        head_of(object)->prev = 0;
        list_append(&heap.generations[0].list, head_of(object));
    }
    heap.objects++;
    return object;
}

void *listgc_create(const listgc_type *type)
{
    return create(type, type->bytes);
}

void *listgc_create_variable(const listgc_type *type, size_t count)
{
    listgc_variable *variable = create(type, type->bytes + count * type->item_bytes);
    if (variable)
        variable->count = count;
    return variable;
}

/* For an object that nothing refers to, in no list. */
static void free_object(listgc_object *object)
{
    const listgc_type *type = object->type;
    size_t bytes = type->bytes;
    if (type->item_bytes)
        bytes += ((listgc_variable *)object)->count * type->item_bytes;
    heap.objects--;
    if (!type->traverse) {
        sdallocx(object, bytes, 0);
        return;
    }
    if (heap.generations[0].count > 0)
        heap.generations[0].count--;
    sdallocx(head_of(object), sizeof(struct head) + bytes, 0);
}

/* Runs the finalizer, unless it has run. False if the object came back to life. */
static bool finalize_dying(listgc_object *object)
{
    struct head *head = head_of(object);
    if (!object->type->finalize || (head->prev & PREV_FINALIZED))
        return true;
    head->prev |= PREV_FINALIZED;
    object->refcount = 1;
    object->type->finalize(object);
    return --object->refcount == 0;
}

/* Finalizer, references, memory, for an object that is in no list. */
static void destroy(listgc_object *object)
{
    if (!finalize_dying(object)) {
        list_append(&heap.generations[0].list, head_of(object));
        return;
    }
    object->type->clear(object);
    free_object(object);
}

/* A death releases references, which may be the death of others: beyond a depth they wait until the outermost one is done, so that a long
 * chain needs no deep stack. */
void listgc_die(listgc_object *object)
{
    if (!object->type->traverse) {
        free_object(object);
        return;
    }
    struct head *head = head_of(object);
    list_remove(head);
    head->next = 0;
    head->prev &= PREV_FINALIZED;
    if (heap.death_depth >= DEATH_DEPTH_MAX) {
        set_prev(head, heap.deaths_waiting);
        heap.deaths_waiting = head;
        return;
    }
    heap.death_depth++;
    destroy(object);
    while (heap.death_depth == 1 && heap.deaths_waiting) {
        struct head *waiting = heap.deaths_waiting;
        heap.deaths_waiting = prev_of(waiting);
        waiting->prev &= PREV_FINALIZED;
        destroy(object_of(waiting));
    }
    heap.death_depth--;
}

/* --- The phases of a collection ------------------------------------------------------------------------------- */

static void update_refs(struct head *list)
{
    for (struct head *head = next_of(list); head != list; head = next_of(head)) {
        head->prev = (head->prev & PREV_FINALIZED) | PREV_COLLECTING;
        set_refs(head, object_of(head)->refcount);
    }
}

static int visit_subtract(listgc_object *target, void *argument)
{
    struct head *head = head_of(target);
    (void)argument;
    if (target->type->traverse && is_collecting(head))
        head->prev -= (uintptr_t)1 << REFS_SHIFT;
    return 0;
}

static void subtract_refs(struct head *list)
{
    for (struct head *head = next_of(list); head != list; head = next_of(head)) {
        listgc_object *object = object_of(head);
        object->type->traverse(object, visit_subtract, NULL);
    }
}

/* A living object refers to the target: if that has gone to the other list, it comes back to the end of this one, where the walk will
 * come to it; if it is still to be walked, a count that is not zero says that it lives. */
static int visit_reachable(listgc_object *target, void *argument)
{
    struct head *list = argument, *head = head_of(target);
    if (!target->type->traverse || !is_collecting(head))
        return 0;
    if (head->next & NEXT_UNREACHABLE) {
        struct head *prev = prev_of(head), *next = (struct head *)(head->next & ~NEXT_UNREACHABLE);
        prev->next = head->next; /* with its mark */
        set_prev(next, prev);
        head->next = (uintptr_t)next;
        list_append(list, head);
        set_refs(head, 1);
    } else if (refs_of(head) == 0) {
        set_refs(head, 1);
    }
    return 0;
}

/* Moves from `list` to `unreachable`, with the mark in every `next`, what nothing outside refers to, however indirectly. The links to
 * the object before are made anew on the way. */
static void move_unreachable(struct head *list, struct head *unreachable)
{
    struct head *prev = list, *head = next_of(list);
    while (head != list) {
        if (refs_of(head)) {
            listgc_object *object = object_of(head);
            object->type->traverse(object, visit_reachable, list);
            set_prev(head, prev);
            head->prev &= ~PREV_COLLECTING;
            prev = head;
        } else {
            struct head *last = (struct head *)unreachable->prev;
            prev->next = head->next;
            last->next = (uintptr_t)head | NEXT_UNREACHABLE;
            set_prev(head, last);
            head->next = (uintptr_t)unreachable | NEXT_UNREACHABLE;
            unreachable->prev = (uintptr_t)head;
        }
        head = next_of(prev);
    }
    list->prev = (uintptr_t)prev;
    unreachable->next &= ~NEXT_UNREACHABLE;
}

static void unmark_unreachable(struct head *list)
{
    for (struct head *head = next_of(list); head != list; head = next_of(head))
        head->next &= ~NEXT_UNREACHABLE;
}

/* Leaves in `list` what lives, and gives the rest, as a list like any other. */
static void deduce_unreachable(struct head *list, struct head *unreachable)
{
    update_refs(list);
    subtract_refs(list);
    list_init(unreachable);
    move_unreachable(list, unreachable);
    unmark_unreachable(unreachable);
}

/* A finalizer may free others of the list: each object leaves it before its own runs. */
static void finalize_garbage(struct head *garbage)
{
    struct head seen;
    list_init(&seen);
    while (!list_is_empty(garbage)) {
        struct head *head = next_of(garbage);
        listgc_object *object = object_of(head);
        list_move(&seen, head);
        if (object->type->finalize && !(head->prev & PREV_FINALIZED)) {
            head->prev |= PREV_FINALIZED;
            listgc_retain(object);
            object->type->finalize(object);
            listgc_release(object);
        }
    }
    list_merge(&seen, garbage);
}

/* Gives in `garbage` what is still unreachable; the rest joins `old`. */
static void keep_resurrected(struct head *garbage, struct head *old)
{
    struct head resurrected;
    list_init(&resurrected);
    list_merge(garbage, &resurrected);
    deduce_unreachable(&resurrected, garbage);
    list_merge(&resurrected, old);
}

static void delete_garbage(struct head *garbage, struct head *old)
{
    while (!list_is_empty(garbage)) {
        struct head *head = next_of(garbage);
        listgc_object *object = object_of(head);
        listgc_retain(object);
        object->type->clear(object);
        listgc_release(object);
        if (next_of(garbage) == head) { /* something else holds it, and lets go of it later */
            head->prev &= ~PREV_COLLECTING;
            list_move(old, head);
        }
    }
}

/* --- The collection ------------------------------------------------------------------------------------------- */

/* The generations up to this one in one list; its neighbour counts that. */
static struct head *gather(int generation)
{
    struct head *young = &heap.generations[generation].list;
    if (generation < OLDEST)
        heap.generations[generation + 1].count++;
    for (int g = 0; g <= generation; g++)
        heap.generations[g].count = 0;
    for (int g = 0; g < generation; g++)
        list_merge(&heap.generations[g].list, young);
    return young;
}

/* Where survivors go. Counts them where the 25 % rule of collect_if_due needs it. */
static struct head *promote(int generation, struct head *young)
{
    if (generation == OLDEST) {
        heap.long_lived_pending = 0;
        heap.long_lived_total = list_size(young);
        return young;
    }
    if (generation == OLDEST - 1)
        heap.long_lived_pending += list_size(young);
    struct head *old = &heap.generations[generation + 1].list;
    list_merge(young, old);
    return old;
}

size_t listgc_collect(int generation)
{
    if (heap.is_collecting)
        return 0;
    if (!heap.is_ready)
        heap_prepare();
    heap.is_collecting = true;
    if (heap.callback)
        heap.callback(true);
    struct head garbage, *young = gather(generation);
    deduce_unreachable(young, &garbage);
    struct head *old = promote(generation, young);
    finalize_garbage(&garbage);
    keep_resurrected(&garbage, old);
    size_t freed = list_size(&garbage);
    delete_garbage(&garbage, old);
    heap.stats.collections[generation]++;
    heap.stats.objects_freed += freed;
    heap.is_collecting = false;
    if (heap.callback)
        heap.callback(false);
    return freed;
}

void listgc_enable(bool is_enabled)
{
    heap.is_disabled = !is_enabled;
}

void listgc_on_collection(void (*callback)(bool is_start))
{
    heap.callback = callback;
}

struct listgc_stats listgc_get_stats(void)
{
    heap.stats.objects = heap.objects;
    return heap.stats;
}
