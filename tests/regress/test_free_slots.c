/* SPDX-License-Identifier: MIT */
/* test_free_slots.c: what is in a free slot is nobody's, and no walk may take it for an object. */
#include "../support/support.h"

#include <string.h>

struct blob {
    gc_object gc;
    unsigned char fill[];
};

static const gc_type_info blob_info = GC_TYPE_INFO(struct blob, GC_TYPE_FLAGS(GC_ACYCLIC));

enum { BLOB_BYTES = 200, BLOBS = 4000, NODES = 3 };

/* Slabs where other objects have left their bytes: the kind word of each slot that was not used since names a type that there cannot be. */
Test(free_slots, a_full_collection_takes_no_type_from_one)
{
    static struct blob *blobs[BLOBS];
    gc_settings settings = unchecked_settings();
    gc_heap *heap = open_heap_with(&settings);
    gc_type *type = gc_type_register(heap, &blob_info);
    for (int i = 0; i < BLOBS; i++) {
        blobs[i] = gc_create_extra(struct blob, type, BLOB_BYTES);
        memset(blobs[i]->fill, 0xff, BLOB_BYTES);
    }
    for (int i = 0; i < BLOBS; i++)
        gc_release(blobs[i]);
    struct node *nodes[NODES];
    for (int i = 0; i < NODES; i++)
        nodes[i] = node_new(heap, i);
    gc_set(&nodes[0]->left, nodes[1]);
    gc_collect(heap);
    assert_whole(heap);
    for (int i = 0; i < NODES; i++)
        gc_release(nodes[i]);
    close_heap(heap);
}
