/* SPDX-License-Identifier: MIT */
/* main.c: a program of a project that has libgc as a subproject. */
#include <libgc.h>

#include <stdio.h>

struct node {
    gc_object gc;
    struct node *left, *right;
    int value;
};
static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_REFS(left, right));

int main(void)
{
    gc_heap *heap = gc_heap_open(NULL);
    gc_type *node = gc_type_register(heap, &node_info);
    struct node *a = gc_create(struct node, node);
    struct node *b = gc_create(struct node, node);
    gc_set(&a->left, b);
    gc_set(&b->left, a);
    gc_release(a);
    gc_release(b);
    size_t freed = gc_collect(heap);
    size_t leaked = gc_heap_close(heap);
    printf("%zu freed, %zu leaked\n", freed, leaked);
    return freed == 2 && leaked == 0 ? 0 : 1;
}
