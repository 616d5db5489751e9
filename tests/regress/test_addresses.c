/* SPDX-License-Identifier: MIT */
/* test_addresses.c: fields that hold pointers to what is no object of the heap: they are references from outside, never followed,
 * counted or dropped. Checked heaps take them for faults, so these are not. */
#include "../support/support.h"

#include <string.h>

enum { MANY = 20000 };

struct small {
    gc_object gc;
    struct small *left, *right;
};
static const gc_type_info small_info = GC_TYPE_INFO(struct small, GC_REFS(left, right));

struct smaller {
    gc_object gc;
    struct smaller *left;
};
static const gc_type_info smaller_info = GC_TYPE_INFO(struct smaller, GC_REFS(left));

/* The remainder of the object's 64 KiB, behind the last slot. */
static void *behind_last_slot(const struct small *object)
{
    uintptr_t granule = (uintptr_t)object & ~(uintptr_t)0xffff;
    return (void *)(granule + 0x10000 / sizeof *object * sizeof *object);
}

static gc_heap *open_plain_heap(void)
{
    gc_settings settings = unchecked_settings();
    return open_heap_with(&settings);
}

Test(addresses, behind_the_last_slot_of_a_slab_no_object_is_counted)
{
    static struct small *objects[MANY];
    static struct smaller *others[MANY];
    gc_heap *heap = open_plain_heap();
    gc_type *type = gc_type_register(heap, &small_info), *other_type = gc_type_register(heap, &smaller_info);
    for (int i = 0; i < MANY; i++)
        objects[i] = gc_create(struct small, type);
    for (int i = 0; i < MANY; i++) {
        objects[i]->left = behind_last_slot(objects[i]);
        cr_assert_not(gc_is_object(heap, objects[i]->left));
    }
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(gc_collect(heap), 0);
        gc_release(gc_create(struct small, type));
    }
    for (int i = 0; i < MANY; i++) {
        objects[i]->left = NULL;
        gc_release(objects[i]);
    }
    for (int i = 0; i < MANY; i++)
        others[i] = gc_create(struct smaller, other_type);
    assert_whole(heap);
    cr_assert_eq(gc_collect_generation(heap, 0), 0, "all of them are held");
    for (int i = 0; i < MANY; i++)
        gc_release(others[i]);
    cr_assert_str_eq(gc_last_error_message(heap), "");
    close_heap(heap);
}

static uint64_t decoy[4];

static void assert_decoy(void)
{
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(decoy[i], 0x0000000100000001u);
}

static void die_with(gc_heap *heap, void *pointer)
{
    struct node *counted = watched_new(heap, 1), *ring = watched_new(heap, 2), *plain = node_new(heap, 3);
    counted->left = ring->right = plain->third = pointer;
    gc_set(&ring->left, ring);
    cr_assert_eq(gc_collect(heap), 0);
    gc_release(counted);
    gc_release(ring);
    gc_release(plain);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(objects_in(heap), 0);
    assert_decoy();
    assert_whole(heap);
}

Test(addresses, what_is_no_object_of_the_heap_is_not_dropped_with_its_holder)
{
    gc_heap *heap = open_plain_heap();
    for (size_t i = 0; i < 4; i++)
        decoy[i] = 0x0000000100000001u; /* as a header whose count is 1 */
    die_with(heap, decoy);
    uint64_t *raw = gc_alloc(heap, sizeof decoy);
    memcpy(raw, decoy, sizeof decoy);
    die_with(heap, raw);
    cr_assert_eq(memcmp(raw, decoy, sizeof decoy), 0);
    gc_free(heap, raw);
    close_heap(heap);
}

Test(addresses, an_object_of_another_heap_is_not_dropped_with_its_holder)
{
    gc_heap *heap = open_plain_heap(), *other = open_plain_heap();
    for (size_t i = 0; i < 4; i++)
        decoy[i] = 0x0000000100000001u;
    struct node *foreign = node_new(other, 9);
    die_with(heap, foreign);
    cr_assert_eq(gc_refcount(foreign), 1);
    gc_release(foreign);
    close_heap(other);
    close_heap(heap);
}

Test(addresses, elements_that_are_no_objects_are_not_dropped_by_shrinking)
{
    gc_heap *heap = open_plain_heap();
    for (size_t i = 0; i < 4; i++)
        decoy[i] = 0x0000000100000001u;
    struct list *list = list_new(heap, 10);
    list->items[7] = list->items[8] = decoy;
    cr_assert_eq(gc_resize(list, 5), list);
    assert_decoy();
    gc_release(list);
    close_heap(heap);
}
