/* SPDX-License-Identifier: MIT */
/* test_many_types.c: a heap takes 2^20 types and refuses the next; descriptions are shared by heaps. */
#include "../support/support.h"

#include <stdlib.h>

struct numbered {
    gc_object gc;
    struct numbered *next;
};
static const gc_item items[] = { { GC__ITEM_REF, offsetof(struct numbered, next), 8, 8, 0, 0, "next", NULL, NULL } };

Test(many_types, a_million_and_no_more, .timeout = 30)
{
    const size_t limit = (size_t)1 << 20;
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    gc_type_info *infos = malloc((limit + 100) * sizeof *infos);
    cr_assert_not_null(infos);
    struct numbered *chain = NULL;
    for (size_t i = 0; i < limit; i++) {
        infos[i] = (gc_type_info){ "struct numbered", sizeof(struct numbered), 8, items, 1 };
        gc_type *type = gc_type_register(heap, &infos[i]);
        cr_assert_not_null(type, "type %zu: %s", i, gc_last_error_message(heap));
        if (i % 1000 == 0 || i == limit - 1) {
            struct numbered *object = gc_create(struct numbered, type);
            cr_assert_eq(gc_type_of(object), type);
            gc_move(&object->next, &chain);
            chain = object;
        }
    }
    size_t more = 0;
    do
        infos[limit + more] = infos[0];
    while (gc_type_register(heap, &infos[limit + more]) && ++more < 100);
    cr_assert_lt(more, 100, "the library may count its own, but there is a limit");
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    cr_assert_eq(gc_type_register(heap, &infos[limit - 1]), gc_type_of(chain), "known ones are still found");
    gc_release(chain);
    close_heap(heap);
    free(infos);
}

Test(many_types, one_description_in_several_heaps)
{
    gc_heap *first = open_heap(), *second = open_heap();
    struct node *a = node_new(first, 1), *b = node_new(second, 2);
    cr_assert_neq(gc_type_of(a), gc_type_of(b));
    cr_assert_eq(gc_heap_of(a), first);
    cr_assert_eq(gc_heap_of(b), second);
    gc_release(a);
    close_heap(first);
    cr_assert_str_eq(gc_type_name_of(b), "struct node", "the other heap has its own");
    gc_release(b);
    close_heap(second);
}

static void register_another(struct node *self)
{
    gc_release(leaf_new(gc_heap_of(self), 3));
}

Test(many_types, a_finalizer_may_register_one)
{
    gc_heap *heap = open_heap();
    struct node *self = watched_with(heap, 1, register_another);
    gc_set(&self->left, self);
    gc_release(self);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(times_recorded('d'), 2);
    close_heap(heap);
}
