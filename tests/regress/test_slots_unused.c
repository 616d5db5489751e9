/* SPDX-License-Identifier: MIT */
/* test_slots_unused.c: slots of a slab that hold no object, and still have in them what the memory was used for before. Seen to fail
 * where the compiler does not optimize: elsewhere it puts the read behind the test that was missing. */
#include "../support/support.h"

#include <string.h>

enum { BYTES = 60000 };

struct text {
    gc_object gc;
    size_t count;
    char bytes[];
};
static const gc_type_info text_info = GC_TYPE_INFO(struct text, GC_BYTES_FLEX(bytes, count));

Test(slots_unused, a_collection_asks_nothing_of_them)
{
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &text_info);
    struct text *texts[64];
    for (int i = 0; i < 64; i++) {
        texts[i] = gc_create_flex(struct text, type, BYTES);
        memset(texts[i]->bytes, 0xa5, BYTES);
    }
    for (int i = 0; i < 64; i++)
        gc_release(texts[i]);
    struct node *first = node_new(heap, 1), *second = node_new(heap, 2);
    cr_assert((uintptr_t)second > (uintptr_t)texts[0] - 0x10000 && (uintptr_t)second < (uintptr_t)texts[63] + 0x10000,
              "the slab is where the texts were");
    gc_set(&first->left, second);
    for (int i = 0; i < 2; i++) {
        gc_freeze(heap); /* so that the next collection looks at all of the slab */
        gc_unfreeze(heap);
        cr_assert_eq(gc_collect(heap), 0);
    }
    gc_release(first);
    gc_release(second);
    close_heap(heap);
}
