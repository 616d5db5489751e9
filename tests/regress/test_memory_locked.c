/* SPDX-License-Identifier: MIT */
/* test_memory_locked.c: memory that the program has locked is not given back, and was handed out again as if it were zero. */
#include "../support/support.h"

#include <string.h>
#include <sys/mman.h>

struct blob {
    gc_object gc;
    size_t count;
    char bytes[];
};
static const gc_type_info blob_info = GC_TYPE_INFO(struct blob, GC_BYTES_FLEX(bytes, count), GC_TYPE_FLAGS(GC_ACYCLIC));

enum { BYTES = 7000000, FEWER = 5000000 };

Test(memory_locked, a_new_object_where_the_system_kept_the_old_contents_is_zero)
{
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &blob_info);
    /* Between others, so that what is given back is not joined with memory that is known not to be zero. */
    struct blob *before_it = gc_create_flex(struct blob, type, BYTES), *blob = gc_create_flex(struct blob, type, BYTES);
    struct blob *behind_it = gc_create_flex(struct blob, type, BYTES);
    if (mlock(blob->bytes, BYTES) != 0)
        cr_skip_test("no memory may be locked here");
    memset(blob->bytes, 0xa5, BYTES);
    void *place = blob;
    gc_release(blob);
    gc_trim(heap);
    blob = gc_create_flex(struct blob, type, FEWER);
    cr_assert_eq(blob, place, "it is not the same memory");
    for (size_t i = 0; i < FEWER; i++)
        cr_assert_eq(blob->bytes[i], 0);
    gc_release(before_it);
    gc_release(behind_it);
    gc_release(blob);
    close_heap(heap);
}
