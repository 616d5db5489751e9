/* SPDX-License-Identifier: MIT */
/* subtract_run.c: the loops of subtract over objects of one kind. No user code.
 *
 * Most of the time of a collection is spent here, so each loop is made for its way of counting and, up to four, for its number of
 * plain references: a loop over any number, in any way, needed half as many instructions again for each object. */
#include "gc/subtract.h"

#include "lib/edges.h"

#define RUN_ANY 5u /* more references than have a loop of their own */

/* What a loop reads again and again, in locals: the stores to inside counts may alias anything else. */
typedef struct run_tables {
    const gc__lookup *lookups;
    const char *base;
    size_t top;
    uint8_t *insides, *states;
    uintptr_t flip;
} run_tables;

static inline run_tables run_tables_of(const gc__subtraction *s)
{
    return (run_tables){ s->lookups, s->base, s->top, s->insides, s->states, s->marker.flip };
}

/* Marks a target that the walk has passed. That includes the object it is at: whether this one is marked has been read. A few are left on
 * the stack until the walk ends (GC__MARK_REST). */
static __attribute__((noinline)) void run_mark_passed(gc__marker *marker, uintptr_t walk_at, gc_object *target, uint32_t index)
{
    gc__mark_below(marker, target, index);
    if (marker->depth <= GC__MARK_REST)
        return;
    marker->cursor = walk_at + 1;
    gc__mark_drain(marker, GC__MARK_REST);
}

/* Counts a reference to an object that is taken and, if its holder is marked, marks it. `walk_at`: the place of the walk in its order
 * (mark.h). */
GC__ALWAYS_INLINE void run_count(gc__subtraction *s, const run_tables *t, uintptr_t walk_at, gc__waiting reference)
{
    uint8_t inside = t->insides[reference.index];
    if (GC__LIKELY(inside < GC__INSIDE_WIDE - 1))
        t->insides[reference.index] = inside + 1;
    else
        gc__inside_overflow(s->heap, reference.index);
    if (((uintptr_t)reference.target ^ t->flip) > walk_at)
        t->states[reference.index] |= reference.mark;
    else if (reference.mark)
        run_mark_passed(&s->marker, walk_at, reference.target, reference.index);
}

/* The same once so many others have been met that the bytes are here. */
GC__ALWAYS_INLINE void run_count_later(gc__subtraction *s, const run_tables *t, uintptr_t walk_at, gc__waiting reference)
{
    __builtin_prefetch(&t->insides[reference.index], 1);
    __builtin_prefetch(&t->states[reference.index], 1);
    gc__waiting *place = &s->waiting[s->next++ % GC__WAITING], ready = *place;
    *place = reference;
    if (ready.target)
        run_count(s, t, walk_at, ready);
}

void gc__subtract_waiting(gc__subtraction *s)
{
    run_tables t = run_tables_of(s);
    for (size_t i = 0; i < GC__WAITING; i++) {
        if (s->waiting[i].target)
            run_count(s, &t, GC__CURSOR_END - 1, s->waiting[i]);
        s->waiting[i].target = NULL;
    }
}

GC__ALWAYS_INLINE void run_target(gc__subtraction *s, const run_tables *t, gc__run *run, gc_object *target, uint8_t mark,
                                  enum gc__subtract_way way)
{
    uint32_t index = gc__target_index(t->lookups, t->base, t->top, target);
    if (!index || (way == GC__SUBTRACT_TAKEN && !(t->states[index] & s->taken))) {
        run->away |= (uintptr_t)target;
        return;
    }
    run->edges++;
    gc__waiting reference = { target, index, mark };
    uintptr_t walk_at = (uintptr_t)run->object ^ t->flip;
    if (way == GC__SUBTRACT_SCATTERED)
        run_count_later(s, t, walk_at, reference);
    else if (way == GC__SUBTRACT_MARKING)
        run_count(s, t, walk_at, reference);
    else
        run_count(s, t, 0, reference);
}

GC__ALWAYS_INLINE void run_field(gc__subtraction *s, const run_tables *t, gc__run *run, uint32_t offset, uint8_t mark,
                                 enum gc__subtract_way way)
{
    run_target(s, t, run, gc__load_pointer((char *)run->object + offset), mark, way);
}

/* All that an object refers to, in any number and any kind of field. */
GC__ALWAYS_INLINE void run_fields(gc__subtraction *s, const run_tables *t, gc__run *run, const gc__type *type, uint8_t mark,
                                  enum gc__subtract_way way)
{
    for (const uint32_t *ref = type->refs, *end = ref + type->ref_count; ref < end; ref++)
        run_field(s, t, run, *ref, mark, way);
    for (const gc__op *op = type->ops, *end = op + type->op_count; op < end; op++) {
        size_t count;
        char *item = gc__op_items(op, (char *)run->object, &count);
        if (op->rule)
            for (; count > 0; count--, item += op->item_size)
                run_target(s, t, run, gc__value_target(op->rule, item), mark, way);
        else
            for (; count > 0; count--, item += sizeof(void *))
                run_target(s, t, run, gc__load_pointer(item), mark, way);
    }
}

/* Moves the walk to the next object taken, or to the end. */
GC__ALWAYS_INLINE void run_next(gc__run *run, uint8_t taken)
{
    do {
        run->state += run->state_step;
        run->object = (gc_object *)((char *)run->object + run->slot_step);
    } while (run->state != run->end && !(*run->state & taken));
}

/* Whether the object is marked; one that is has survived. */
GC__ALWAYS_INLINE uint8_t run_mark_of(const gc__run *run, enum gc__subtract_way way)
{
    uint8_t mark = way == GC__SUBTRACT_TAKEN ? 0 : *run->state & GC__REACHED;
    if (way != GC__SUBTRACT_TAKEN && mark && GC__UNLIKELY(!gc__is_quiet(run->object)))
        gc__quieten(run->object);
    return mark;
}

GC__ALWAYS_INLINE void run_objects(gc__subtraction *s, gc__run *shared, const gc__kind *k, enum gc__subtract_way way, uint32_t ref_count)
{
    run_tables tables = run_tables_of(s), *t = &tables;
    gc__run run = *shared;
    uint32_t kind = k->kind;
    uint8_t taken = s->taken;
    const uint32_t *refs = k->refs;
    bool any = ref_count == RUN_ANY;
    uint32_t first = !any && ref_count > 0 ? refs[0] : 0, second = !any && ref_count > 1 ? refs[1] : 0;
    uint32_t third = !any && ref_count > 2 ? refs[2] : 0, fourth = !any && ref_count > 3 ? refs[3] : 0;
    do {
        run.counts += gc__count_of(run.object);
        uint8_t mark = run_mark_of(&run, way);
        if (any) {
            run_fields(s, t, &run, k->type, mark, way);
        } else {
            if (ref_count > 0)
                run_field(s, t, &run, first, mark, way);
            if (ref_count > 1)
                run_field(s, t, &run, second, mark, way);
            if (ref_count > 2)
                run_field(s, t, &run, third, mark, way);
            if (ref_count > 3)
                run_field(s, t, &run, fourth, mark, way);
        }
        run_next(&run, taken);
    } while (run.state != run.end && run.object->gc__kind == kind);
    *shared = run;
}

GC__ALWAYS_INLINE void run_mixed(gc__subtraction *s, gc__run *shared, enum gc__subtract_way way)
{
    run_tables tables = run_tables_of(s), *t = &tables;
    gc__run run = *shared;
    gc__type *const *types = s->heap->types;
    uint32_t apart = GC__HELD | gc__kinds_watched(s->heap);
    uint8_t taken = s->taken;
    while (run.state != run.end) {
        if (*run.state & taken) {
            uint32_t kind = run.object->gc__kind;
            const gc__type *type = types[kind & GC__TYPE_MASK];
            if (kind & apart || !type->described)
                break;
            run.counts += gc__count_of(run.object);
            run.away |= !type->plain_death;
            run_fields(s, t, &run, type, run_mark_of(&run, way), way);
        }
        run_next(&run, taken);
    }
    *shared = run;
}

typedef void run_function(gc__subtraction *s, gc__run *run, const gc__kind *k);

#define RUN_FUNCTION(name, way, ref_count)                                                                \
    static __attribute__((noinline)) void name(gc__subtraction *s, gc__run *run, const gc__kind *k) \
    {                                                                                                     \
        run_objects(s, run, k, way, ref_count);                                                           \
    }
#define RUN_FUNCTIONS(name, way)      \
    RUN_FUNCTION(name##_0, way, 0)    \
    RUN_FUNCTION(name##_1, way, 1)    \
    RUN_FUNCTION(name##_2, way, 2)    \
    RUN_FUNCTION(name##_3, way, 3)    \
    RUN_FUNCTION(name##_4, way, 4)    \
    RUN_FUNCTION(name##_any, way, RUN_ANY) \
    static run_function *const name[] = { name##_0, name##_1, name##_2, name##_3, name##_4, name##_any };

RUN_FUNCTIONS(run_taken, GC__SUBTRACT_TAKEN)
RUN_FUNCTIONS(run_marking, GC__SUBTRACT_MARKING)
RUN_FUNCTIONS(run_scattered, GC__SUBTRACT_SCATTERED)

void gc__subtract_mixed(gc__subtraction *s, gc__run *run, enum gc__subtract_way way)
{
    if (way == GC__SUBTRACT_SCATTERED)
        run_mixed(s, run, GC__SUBTRACT_SCATTERED);
    else if (way == GC__SUBTRACT_MARKING)
        run_mixed(s, run, GC__SUBTRACT_MARKING);
    else
        run_mixed(s, run, GC__SUBTRACT_TAKEN);
}

void gc__subtract_run(gc__subtraction *s, gc__run *run, const gc__kind *kind, enum gc__subtract_way way)
{
    static run_function *const *const functions[] = { run_taken, run_marking, run_scattered };
    functions[way][kind->plain && kind->ref_count < RUN_ANY ? kind->ref_count : RUN_ANY](s, run, kind);
}
