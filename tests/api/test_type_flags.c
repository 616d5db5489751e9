/* SPDX-License-Identifier: MIT */
/* test_type_flags.c: what a type's settings change in its instances: alignment, acyclic, immortal, no weak references,
 * untracked, and memory that goes with the object. */
#include "../support/support.h"

#include <stdio.h>
#include <string.h>

#define ALIGNED(n)                                                                                       \
    struct aligned_##n {                                                                                 \
        gc_object gc;                                                                                    \
        _Alignas(n) char payload[n];                                                                     \
        void *next;                                                                                      \
    };                                                                                                   \
    static const gc_type_info aligned_##n##_info = GC_TYPE_INFO(struct aligned_##n, GC_REFS(next));      \
    Test(type_flags, a_struct_aligned_to_##n)                                                            \
    {                                                                                                    \
        gc_heap *heap = open_heap();                                                                     \
        gc_type *type = gc_type_register(heap, &aligned_##n##_info);                                     \
        struct aligned_##n *last = NULL;                                                                 \
        for (int i = 0; i < 3000; i++) {                                                                 \
            struct aligned_##n *object = gc_create(struct aligned_##n, type);                            \
            cr_assert_eq((uintptr_t)object % n, 0);                                                      \
            memset(object->payload, 0xff, n);                                                            \
            object->next = last;                                                                         \
            last = object;                                                                               \
        }                                                                                                \
        gc_release(last);                                                                                \
        close_heap(heap);                                                                                \
    }

ALIGNED(16)
ALIGNED(32)
ALIGNED(64)

struct unaligned {
    gc_object gc;
    size_t length;
    char bytes[];
};
static const gc_type_info asked_info[4] = {
    GC_TYPE_INFO(struct unaligned, GC_BYTES_FLEX(bytes, length), GC_ALIGNMENT(8)),
    GC_TYPE_INFO(struct unaligned, GC_BYTES_FLEX(bytes, length), GC_ALIGNMENT(16)),
    GC_TYPE_INFO(struct unaligned, GC_BYTES_FLEX(bytes, length), GC_ALIGNMENT(32)),
    GC_TYPE_INFO(struct unaligned, GC_BYTES_FLEX(bytes, length), GC_ALIGNMENT(64))
};

Test(type_flags, an_alignment_asked_for_holds_at_every_size)
{
    gc_heap *heap = open_heap();
    for (unsigned i = 0; i < 4; i++) {
        gc_type *type = gc_type_register(heap, &asked_info[i]);
        for (size_t size = 1; size < 3000000; size = size * 5 / 4 + 1) {
            struct unaligned *pair[2];
            for (int k = 0; k < 2; k++) {
                pair[k] = gc_create_flex(struct unaligned, type, size);
                cr_assert_eq((uintptr_t)pair[k] % (8u << i), 0, "%zu bytes", size);
            }
            gc_release(pair[0]);
            gc_release(pair[1]);
        }
    }
    close_heap(heap);
}

Test(type_flags, an_alignment_holds_when_a_resize_moves)
{
    gc_heap *heap = open_heap();
    struct unaligned *object = gc_create_flex(struct unaligned, gc_type_register(heap, &asked_info[3]), 1);
    for (size_t n = 10; n < 1000000; n *= 2) {
        object = gc_resize(object, n);
        cr_assert_eq((uintptr_t)object % 64, 0);
    }
    gc_release(object);
    close_heap(heap);
}

struct acyclic {
    gc_object gc;
    void *reference;
};
static const gc_type_info acyclic_info = GC_TYPE_INFO(struct acyclic, GC_REFS(reference), GC_TYPE_FLAGS(GC_ACYCLIC));

static void untrack_itself(struct node *self)
{
    gc_untrack(self);
    record('u', self->id);
}

Test(type_flags, untracking_what_is_condemned_does_nothing)
{
    gc_heap *heap = open_heap();
    struct node *ring = watched_with(heap, 1, untrack_itself);
    gc_set(&ring->left, ring);
    gc_release(ring);
    cr_assert_eq(gc_collect(heap), 1, "it stays condemned");
    cr_assert_str_eq(recorded(), "f1 u1 d1");
    close_heap(heap);
}

static const gc_type_info flagged_info = GC_TYPE_INFO(struct acyclic, GC_TYPE_FLAGS(GC_NO_WEAK));

Test(type_flags, all_that_go_together_do)
{
    enum { ALL = 16 };
    static const uint32_t flags[] = { GC_ACYCLIC, GC_UNTRACKED, GC_IMMORTAL, GC_NO_WEAK };
    static gc_item items[ALL];
    static gc_type_info infos[ALL];
    gc_heap *heap = open_heap();
    for (uint32_t chosen = 0; chosen < ALL; chosen++) {
        items[chosen] = flagged_info.items[0];
        items[chosen].size = 0;
        for (int i = 0; i < 4; i++)
            items[chosen].size |= chosen >> i & 1 ? flags[i] : 0;
        infos[chosen] = (gc_type_info){ "flagged", sizeof(struct acyclic), 8, &items[chosen], 1 };
        bool contradict = (chosen & 3) == 3;
        cr_assert_eq(gc_type_register(heap, &infos[chosen]) == NULL, contradict, "%#x", items[chosen].size);
    }
    close_heap(heap);
}

Test(type_flags, acyclic_objects_are_never_tracked)
{
    gc_heap *heap = open_heap();
    struct acyclic *object = gc_create(struct acyclic, gc_type_register(heap, &acyclic_info));
    cr_assert_not(gc_is_tracked(object));
    cr_assert_eq(gc_generation_of(object), -1);
    gc_track(object);
    cr_assert_not(gc_is_tracked(object));
    struct node *child = watched_new(heap, 1);
    gc_move(&object->reference, (void **)&child);
    cr_assert_eq(gc_collect(heap), 0, "what it holds is held");
    gc_release(object);
    cr_assert_str_eq(recorded(), "f1 d1");
    close_heap(heap);
}

struct eternal {
    gc_object gc;
    void *reference;
};

static void destroy_eternal(void *object)
{
    (void)object;
    record('d', 77);
}

static const gc_type_info eternal_info = GC_TYPE_INFO(struct eternal, GC_REFS(reference), GC_DESTROY(destroy_eternal),
                                                      GC_TYPE_FLAGS(GC_IMMORTAL));

Test(type_flags, immortal_instances_live_until_the_heap_is_closed)
{
    gc_heap *heap = open_heap();
    struct eternal *object = gc_create(struct eternal, gc_type_register(heap, &eternal_info));
    cr_assert(gc_is_immortal(object));
    cr_assert_eq(gc_refcount(object), UINT32_MAX);
    for (int i = 0; i < 100; i++)
        gc_release(object);
    gc_set(&object->reference, object);
    gc_collect(heap);
    cr_assert(gc_is_object(heap, object));
    cr_assert_eq(times_recorded('d'), 0);
    close_heap(heap);
    cr_assert_str_eq(recorded(), "d77", "destroyed then, and no leak");
}

struct untracked {
    gc_object gc;
    void *reference;
};
static const gc_type_info untracked_info =
    GC_TYPE_INFO(struct untracked, GC_REFS(reference), GC_TYPE_FLAGS(GC_UNTRACKED));

Test(type_flags, untracked_instances_start_out_of_sight)
{
    gc_heap *heap = open_heap();
    struct untracked *object = gc_create(struct untracked, gc_type_register(heap, &untracked_info));
    cr_assert_not(gc_is_tracked(object));
    gc_set(&object->reference, object);
    gc_release(object);
    cr_assert_eq(gc_collect(heap), 0);
    gc_track(object);
    cr_assert(gc_is_tracked(object));
    cr_assert_eq(gc_collect(heap), 1, "tracking shows the collector what it could not see");
    close_heap(heap);
}

Test(type_flags, tracking_and_untracking_one_object)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    cr_assert(gc_is_tracked(node), "from birth");
    cr_assert_eq(gc_generation_of(node), 0);
    gc_set(&node->left, node);
    gc_untrack(node);
    gc_untrack(node);
    cr_assert_not(gc_is_tracked(node));
    cr_assert_eq(gc_generation_of(node), -1);
    gc_release(node);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(gc_collect(heap), 0);
    gc_track(node);
    gc_track(node);
    cr_assert_eq(gc_collect(heap), 1);
    close_heap(heap);
}

Test(type_flags, counts_free_untracked_objects)
{
    gc_heap *heap = open_heap();
    struct node *node = watched_new(heap, 1), *child = watched_new(heap, 2);
    gc_move(&node->left, &child);
    gc_untrack(node);
    gc_release(node);
    cr_assert_str_eq(recorded(), "f1 d1 f2 d2");
    close_heap(heap);
}

struct owner {
    gc_object gc;
    void *buffer, *other;
    struct owner *next;
};

static void destroy_owner(void *object)
{
    (void)object;
    record('d', 1);
}

static const gc_type_info owner_info =
    GC_TYPE_INFO(struct owner, GC_MEMORY(buffer, other), GC_REFS(next), GC_DESTROY(destroy_owner));

Test(type_flags, memory_members_go_with_their_object)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &owner_info);
    gc_stats stats;
    for (int ring = 0; ring < 2; ring++) {
        struct owner *owner = gc_create(struct owner, type);
        owner->buffer = gc_alloc(heap, 100000);
        if (ring)
            gc_set(&owner->next, owner);
        gc_get_stats(heap, &stats);
        cr_assert_geq(stats.bytes_raw, 100000);
        gc_release(owner);
        cr_assert_eq(gc_collect(heap), (size_t)ring);
        gc_get_stats(heap, &stats);
        cr_assert_eq(stats.bytes_raw, 0);
    }
    cr_assert_str_eq(recorded(), "d1 d1");
    close_heap(heap);
}

Test(type_flags, names)
{
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, &owner_info);
    cr_assert_str_eq(gc_type_name(type), "struct owner");
    struct owner *owner = gc_create(struct owner, type);
    cr_assert_eq(gc_type_of(owner), type);
    cr_assert_str_eq(gc_type_name_of(owner), "struct owner");
    cr_assert_eq(gc_heap_of(owner), heap);
    cr_assert_geq(gc_size_of(owner), sizeof *owner);
    gc_release(owner);
    close_heap(heap);
}

static const gc_type_info flags_first_info =
    GC_TYPE_INFO(struct acyclic, GC_REFS(reference), GC_TYPE_FLAGS(GC_ACYCLIC), GC_ALIGNMENT(16));

Test(type_flags, an_alignment_behind_them_leaves_them_as_they_are)
{
    gc_heap *heap = open_heap();
    struct acyclic *object = gc_create(struct acyclic, gc_type_register(heap, &flags_first_info));
    gc_track(object);
    cr_assert_not(gc_is_tracked(object));
    gc_release(object);
    close_heap(heap);
}
