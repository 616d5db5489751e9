/* SPDX-License-Identifier: MIT */
/* test_ephemerons_and_second_look.c: live ephemerons whose keys are garbage: their values are found with the keys, also by the second look
 * that follows finalizers, and what only they held is released exactly once. */
#include "../support/support.h"

static gc_ephemeron *pair_of(struct node *key, struct node *value)
{
    gc_ephemeron *pair = gc_ephemeron_create(key, value);
    cr_assert_not_null(pair);
    gc_release(key);
    gc_release(value);
    return pair;
}

/* A key that holds itself and a value that holds the key, of an ephemeron that the caller holds: two garbage objects. */
static gc_ephemeron *pair_with_garbage_key(gc_heap *heap, struct node *key)
{
    struct node *value = node_new(heap, 2);
    gc_set(&key->left, key);
    gc_set(&value->left, key);
    return pair_of(key, value);
}

static void assert_expired(gc_ephemeron *pair)
{
    cr_assert_null(gc_ephemeron_key(pair));
    cr_assert_null(gc_ephemeron_value(pair));
}

Test(ephemerons_and_second_look, a_value_that_holds_its_cyclic_key_goes_with_it)
{
    gc_heap *heap = open_heap();
    gc_ephemeron *pair = pair_with_garbage_key(heap, node_new(heap, 1));
    cr_assert_eq(gc_collect(heap), 2);
    assert_expired(pair);
    assert_whole(heap);
    gc_release(pair);
    close_heap(heap);
}

Test(ephemerons_and_second_look, also_when_the_key_is_finalized)
{
    gc_heap *heap = open_heap();
    gc_ephemeron *pair = pair_with_garbage_key(heap, watched_new(heap, 1));
    cr_assert_eq(gc_collect(heap), 2, "the first collection frees them, not the next");
    cr_assert_str_eq(recorded(), "f1 d1");
    assert_expired(pair);
    gc_release(pair);
    close_heap(heap);
}

Test(ephemerons_and_second_look, also_when_other_garbage_is_finalized)
{
    gc_heap *heap = open_heap();
    gc_ephemeron *pair = pair_with_garbage_key(heap, node_new(heap, 1));
    make_garbage_ring(heap, 10, 1);
    cr_assert_eq(gc_collect(heap), 3);
    assert_expired(pair);
    for (int i = 0; i < 3; i++) {
        make_garbage_ring(heap, 11 + i, 1);
        cr_assert_eq(gc_collect(heap), 1, "what was found once is not found again");
    }
    gc_release(pair);
    close_heap(heap);
}

Test(ephemerons_and_second_look, a_key_that_a_finalizer_saves_keeps_its_value)
{
    gc_heap *heap = open_heap();
    struct node *key = watched_with(heap, 1, NULL), *value = watched_new(heap, 2);
    key->finalize = (void (*)(struct node *))keep;
    gc_set(&key->left, key);
    gc_set(&value->left, key);
    gc_ephemeron *pair = pair_of(key, value);
    cr_assert_eq(gc_collect(heap), 0);
    cr_assert_eq(times_recorded('d'), 0);
    void *still = gc_ephemeron_value(pair);
    cr_assert_eq(still, value);
    gc_release(still);
    assert_whole(heap);
    drop_kept();
    cr_assert_eq(gc_collect(heap), 2);
    gc_release(pair);
    close_heap(heap);
}

Test(ephemerons_and_second_look, a_condemned_value_of_several_pairs_is_released_before_it_is_freed)
{
    gc_heap *heap = open_heap();
    struct node *key = node_new(heap, 1), *value = watched_new(heap, 2);
    gc_set(&value->left, value);
    gc_set(&value->right, key);
    gc_set(&key->left, value);
    gc_ephemeron *first = gc_ephemeron_create(key, value), *second = gc_ephemeron_create(key, value);
    gc_release(key);
    gc_release(value);
    cr_assert_eq(gc_collect(heap), 2);
    cr_assert_str_eq(recorded(), "f2 d2");
    cr_assert_str_eq(gc_last_error_message(heap), "", "nothing is released more often than retained");
    assert_whole(heap);
    assert_expired(first);
    assert_expired(second);
    gc_release(first);
    gc_release(second);
    close_heap(heap);
}

/* Values in slabs of their own, which hold nothing but what dies. */
struct value {
    gc_object gc;
    struct node *shared, *key;
    char padding[1000];
};
static const gc_type_info value_info = GC_TYPE_INFO(struct value, GC_REFS(shared, key));

static void destroy_value(void *object)
{
    record('d', (int)((struct value *)object)->padding[0]);
}

static const gc_type_info destroyed_info = GC_TYPE_INFO(struct value, GC_REFS(shared, key), GC_DESTROY(destroy_value));

enum { PAIRS = 1000 };

static void expire_pairs(const gc_type_info *info, bool value_holds_key)
{
    static gc_ephemeron *pairs[PAIRS];
    gc_heap *heap = open_heap();
    gc_type *type = gc_type_register(heap, info);
    struct node *shared = node_new(heap, 1);
    for (int i = 0; i < PAIRS; i++) {
        struct node *key = node_new(heap, 2);
        struct value *value = gc_create(struct value, type);
        gc_set(&key->left, key);
        gc_set(&value->shared, shared);
        if (value_holds_key)
            gc_set(&value->key, key);
        pairs[i] = gc_ephemeron_create(key, value);
        gc_release(value);
        gc_release(key);
    }
    cr_assert_eq(gc_refcount(shared), PAIRS + 1);
    cr_assert_eq(gc_collect(heap), 2 * PAIRS);
    cr_assert_eq(gc_refcount(shared), 1, "what the values held is released once, and not left retained");
    cr_assert_eq(times_recorded('d'), info == &destroyed_info ? PAIRS : 0);
    cr_assert_eq(objects_in(heap), PAIRS + 1);
    assert_whole(heap);
    for (int i = 0; i < PAIRS; i++)
        gc_release(pairs[i]);
    cr_assert(gc_is_object(heap, shared));
    gc_release(shared);
    cr_assert_str_eq(gc_last_error_message(heap), "");
    close_heap(heap);
}

Test(ephemerons_and_second_look, values_in_slabs_that_die_whole_drop_what_they_held) { expire_pairs(&value_info, false); }
Test(ephemerons_and_second_look, values_that_are_destroyed_drop_what_they_held) { expire_pairs(&destroyed_info, false); }
Test(ephemerons_and_second_look, values_that_hold_their_keys_drop_what_they_held) { expire_pairs(&value_info, true); }
Test(ephemerons_and_second_look, values_that_hold_their_keys_are_destroyed_once) { expire_pairs(&destroyed_info, true); }

struct saver {
    gc_object gc;
    struct saver *self;
    struct node *cargo;
};

static bool saving;

static void finalize_saver(void *object)
{
    if (saving)
        keep(((struct saver *)object)->cargo);
}

static const gc_type_info saver_info = GC_TYPE_INFO(struct saver, GC_REFS(self, cargo), GC_FINALIZE(finalize_saver));

static struct node *hub_with_spokes(gc_heap *heap, size_t n)
{
    struct node *hub = node_new(heap, 0), *last = NULL;
    for (size_t i = 0; i < n; i++) {
        struct node *spoke = node_new(heap, 1);
        gc_set(&spoke->left, hub);
        gc_move(&spoke->right, &last);
        last = spoke;
    }
    gc_move(&hub->left, &last);
    return hub;
}

static void drop_with_saver(gc_heap *heap, struct node *cargo)
{
    struct saver *saver = gc_create(struct saver, gc_type_register(heap, &saver_info));
    gc_set(&saver->self, saver);
    gc_set(&saver->cargo, cargo);
    gc_release(saver);
}

/* Counts from inside around the widths of their tables, looked at twice. */
static void look_twice(size_t spokes, int generation)
{
    gc_heap *heap = open_heap();
    struct node *hub = hub_with_spokes(heap, spokes);
    drop_with_saver(heap, hub);
    saving = false;
    cr_assert_eq(gc_collect_generation(heap, generation), 1, "%zu spokes", spokes);
    saving = true;
    drop_with_saver(heap, hub);
    gc_release(hub);
    cr_assert_eq(gc_collect(heap), 1, "a finalizer has saved the hub of %zu spokes", spokes);
    assert_whole(heap);
    drop_kept();
    cr_assert_eq(gc_collect(heap), spokes + 1);
    close_heap(heap);
}

Test(ephemerons_and_second_look, objects_with_many_references_from_inside)
{
    for (int generation = 0; generation < 3; generation++)
        for (size_t spokes = 250; spokes < 260; spokes++)
            look_twice(spokes, generation);
    look_twice(fewer_when_checked(70000), 0);
    look_twice(fewer_when_checked(70000), 2);
}
