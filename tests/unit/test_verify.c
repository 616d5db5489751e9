/* SPDX-License-Identifier: MIT */
/* test_verify.c: guards gc/verify: every invariant is broken once, by hand, and the sentence says which it was. Where the place is put
 * right again the heap is whole again, so it was that and nothing else. */
#include "../support/misuse.h"
#include "../support/support.h"

#include "lib/heap.h"
#include "lib/weak.h"

#include <string.h>

/* A heap with one node, which nothing else in it refers to. */
typedef struct scene {
    gc_heap *heap;
    struct node *node;
    gc_object *object;
    gc__place place;
    uint8_t *state, *inside;
    struct gc__bin *bin;
} scene;

static scene scene_open(void)
{
    gc_settings settings = unchecked_settings();
    scene s = { .heap = open_heap_with(&settings) };
    s.node = node_new(s.heap, 1);
    s.object = &s.node->gc;
    s.place = gc__place_of(s.heap, s.object);
    s.state = s.heap->states + s.place.index;
    s.inside = s.heap->insides + s.place.index;
    s.bin = s.place.slab->open;
    assert_whole(s.heap);
    return s;
}

static void scene_close(scene *s)
{
    gc_release(s->node);
    close_heap(s->heap);
}

static void expect_fault(scene *s, const char *words)
{
    const char *fault = gc_heap_verify(s->heap);
    cr_assert_not_null(fault, "nothing was found; expected: %s", words);
    cr_assert_not_null(strstr(fault, words), "%s; expected: %s", fault, words);
}

/* Breaks one value, expects the sentence, and puts the value back. */
#define broken(s, what, value, words) \
    do { \
        __typeof__(what) as_it_was = what; \
        what = (__typeof__(what))(value); \
        expect_fault(s, words); \
        what = as_it_was; \
        assert_whole((s)->heap); \
    } while (0)

static gc_object *link_of(const char *slot)
{
    gc_object *next;
    memcpy(&next, slot + 8, sizeof next);
    return next;
}

static void link_to(char *slot, const void *next)
{
    memcpy(slot + 8, &next, sizeof next);
}

Test(verify, the_state_of_a_slot)
{
    scene s = scene_open();
    broken(&s, *s.state, GC__YOUNG | GC__OLD, "not one generation");
    broken(&s, *s.state, GC__TOUCHED, "not one generation");
    broken(&s, *s.state, GC__YOUNG | GC__REACHED, "has marks or an inside count between collections");
    broken(&s, *s.state, GC__YOUNG | GC__CONDEMNED, "has marks or an inside count between collections");
    broken(&s, *s.inside, 1, "has marks or an inside count between collections");
    scene_close(&s);
}

Test(verify, a_free_slot)
{
    scene s = scene_open();
    gc_release(node_new(s.heap, 2));
    uint32_t index = gc__place_of(s.heap, (gc_object *)s.bin->free).index;
    broken(&s, s.heap->insides[index], 1, "is free and has an inside count");
    scene_close(&s);
}

Test(verify, an_acyclic_object)
{
    scene s = scene_open();
    struct leaf *leaf = leaf_new(s.heap, 1);
    gc__place place = gc__place_of(s.heap, &leaf->gc);
    broken(&s, s.heap->states[place.index], GC__YOUNG, "of an acyclic type is tracked");
    gc_release(leaf);
    scene_close(&s);
}

Test(verify, the_header_of_an_object)
{
    scene s = scene_open();
    broken(&s, s.object->gc__kind, 0, "has type number 0");
    broken(&s, s.object->gc__kind, s.heap->type_count, "has type number");
    broken(&s, s.object->gc__count, 0, "is alive and has a count of 0");
    gc_weak *weak = gc_weak_create(s.node, NULL, NULL);
    struct node *other = node_new(s.heap, 2);
    broken(&s, other->gc.gc__kind, other->gc.gc__kind | GC__HAS_WEAK, "has the weak flag and no watcher");
    gc_release(other);
    gc_release(weak);
    scene_close(&s);
}

Test(verify, the_maps_of_the_generations)
{
    scene s = scene_open();
    uint32_t head = s.place.slab->head;
    gc__map_unset(s.heap, GC__MAP_YOUNG, head);
    expect_fault(&s, "is young, and its slab is not in the map of the young");
    gc__map_set(s.heap, GC__MAP_YOUNG, head);
    gc_collect_generation(s.heap, 0);
    assert_whole(s.heap);
    gc__map_unset(s.heap, GC__MAP_MIDDLE, head);
    expect_fault(&s, "is middle, and its slab is not in the map of the middle");
    gc__map_set(s.heap, GC__MAP_MIDDLE, head);
    scene_close(&s);
}

Test(verify, the_maps_of_the_slabs)
{
    scene s = scene_open();
    uint32_t head = s.place.slab->head;
    gc__map_set(s.heap, GC__MAP_TRACKED, head + 40);
    expect_fault(&s, "which heads none of its kind");
    gc__map_unset(s.heap, GC__MAP_TRACKED, head + 40);
    gc__map_set(s.heap, GC__MAP_ACYCLIC, head);
    expect_fault(&s, "which heads none of its kind");
    gc__map_unset(s.heap, GC__MAP_ACYCLIC, head);
    scene_close(&s);
}

Test(verify, the_free_list_of_a_slab)
{
    scene s = scene_open();
    struct node *others[3];
    for (int i = 0; i < 3; i++)
        others[i] = node_new(s.heap, i);
    for (int i = 0; i < 3; i++)
        gc_release(others[i]);
    char *first = s.bin->free;
    gc_object *second = link_of(first);
    cr_assert_not_null(second);
    link_to(first, (char *)second + 8);
    expect_fault(&s, "which is no slot of it");
    link_to(first, s.bin->bump_end);
    expect_fault(&s, "which is no slot of it");
    link_to(first, s.node);
    expect_fault(&s, "is in a free list and not free");
    link_to(first, first);
    expect_fault(&s, "does not end");
    link_to(first, link_of((char *)second));
    expect_fault(&s, "do not make");
    link_to(first, second);
    assert_whole(s.heap);
    scene_close(&s);
}

Test(verify, what_a_slab_says_of_its_slots)
{
    scene s = scene_open();
    gc__class *klass = &s.heap->classes[0][s.place.slab->bin];
    broken(&s, klass->open, klass->open + 1, "its class has another one open");
    broken(&s, s.bin->bump, s.bin->bump + s.bin->slot_size, "do not make");
    broken(&s, s.state[1], GC__YOUNG, "was never used and is not free");
    gc_trim(s.heap); /* closes it */
    cr_assert_null(s.place.slab->open);
    broken(&s, s.place.slab->free_count, s.place.slab->free_count + 1, "free slots and says");
    scene_close(&s);
}

Test(verify, what_a_chunk_says_of_its_granules)
{
    scene s = scene_open();
    gc__chunk *chunk = &s.heap->chunks[s.place.slab->head / GC__CHUNK_GRANULES];
    uint64_t granule = (uint64_t)1 << s.place.slab->head % GC__CHUNK_GRANULES;
    broken(&s, chunk->free_granules, chunk->free_granules | granule, "can be taken by another");
    broken(&s, chunk->idle_granules, chunk->idle_granules | granule, "idle or returned that are not free");
    broken(&s, chunk->returned_granules, chunk->returned_granules | granule, "idle or returned that are not free");
    scene_close(&s);
}

Test(verify, the_list_of_the_touched)
{
    scene s = scene_open();
    for (int i = 0; i < 3; i++)
        gc_collect(s.heap);
    cr_assert_eq(gc_generation_of(s.node), 2);
    cr_assert_not(s.heap->all_touched);
    broken(&s, *s.state, *s.state | GC__TOUCHED, "says that it is touched, and is not in the list");
    broken(&s, s.object->gc__count, 1, "is old, not quiet, and not in the list of the touched");
    gc_untrack(s.node);
    broken(&s, *s.state, *s.state | GC__TOUCHED, "says that it is touched, and is not in the list");
    scene_close(&s);
}

Test(verify, the_chain_of_watchers)
{
    scene s = scene_open();
    gc_weak *weak = gc_weak_create(s.node, record_weak, NULL), *plain = gc_weak_create(s.node, NULL, NULL);
    gc__watcher *first = gc__watchers_of(s.heap, s.object);
    broken(&s, first->previous, first, "the chain of watchers");
    broken(&s, first->next->previous, NULL, "the chain of watchers");
    gc_release(plain);
    gc_release(weak);
    scene_close(&s);
}

Test(verify, more_references_from_inside_than_the_count)
{
    scene s = scene_open();
    struct node *holder = node_new(s.heap, 2);
    holder->left = s.node;
    broken(&s, holder->right, s.node, "has a count of 1 and 2 references from inside");
    holder->left = NULL;
    gc_release(holder);
    scene_close(&s);
}

static void break_and_collect(gc_heap *heap)
{
    gc_weak *weak = gc_weak_create(node_new(heap, 1), NULL, NULL);
    cr_assert_not_null(weak);
    node_new(heap, 2)->gc.gc__kind |= GC__HAS_WEAK;
    gc_collect(heap);
}

Test(verify, a_checked_heap_says_after_which_phase)
{
    check_level = 2;
    expect(break_and_collect, "after phase", "of a collection of generation 2", "has the weak flag and no watcher");
    check_level = 3;
    expect(break_and_collect, "after phase 'subtract'", "has the weak flag and no watcher");
}
