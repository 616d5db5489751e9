/* SPDX-License-Identifier: MIT */
/* type_faults.c: traverse, clear and destroy functions that do not do what they should, and descriptions that change. */
#include "faults.h"

struct visited {
    gc_object gc;
    void *left, *right;
};

/* Two references that the library does not see as pointers: each has its lowest bit set. */
struct tagged {
    gc_object gc;
    uintptr_t first, second;
};

static uintptr_t tag(void *object)
{
    return (uintptr_t)object | 1;
}

static void *untag(uintptr_t word)
{
    return (void *)(word & ~(uintptr_t)1);
}

static void visit_right_twice(void *object, gc_visitor *visitor)
{
    struct visited *visited = object;
    gc_visit(visitor, &visited->right);
    gc_visit(visitor, &visited->right);
}

static void visit_right(void *object, gc_visitor *visitor)
{
    gc_visit(visitor, &((struct visited *)object)->right);
}

static const gc_type_info twice_info = GC_TYPE_INFO(struct visited, GC_REFS(left), GC_TRAVERSE(visit_right_twice));
static const gc_type_info listed_info = GC_TYPE_INFO(struct visited, GC_REFS(left, right), GC_TRAVERSE(visit_right));
static const gc_type_info right_info = GC_TYPE_INFO(struct visited, GC_TRAVERSE(visit_right));

/* A new object with a node in both fields. */
static struct visited *visited_new(gc_heap *heap, const gc_type_info *info)
{
    struct visited *object = gc_create(struct visited, gc_type_register(heap, info));
    object->left = node_new(heap, 1);
    object->right = node_new(heap, 2);
    return object;
}

static void visit_twice(gc_heap *heap)
{
    visited_new(heap, &twice_info);
    gc_collect(heap);
}

static void visit_listed(gc_heap *heap)
{
    visited_new(heap, &listed_info);
    gc_collect(heap);
}

static void visit_non_object(gc_heap *heap)
{
    struct node *node = node_new(heap, 1);
    visited_new(heap, &right_info)->right = &node->left;
    gc_collect(heap);
}

static void refer_to_inside(gc_heap *heap)
{
    struct node *holder = node_new(heap, 1), *other = node_new(heap, 2);
    holder->left = (void *)&other->right;
    gc_collect(heap);
}

static struct node *foreign_node(void)
{
    gc_settings settings = unchecked_settings();
    return node_new(gc_heap_open(&settings), 2);
}

static void refer_to_another_heap(gc_heap *heap)
{
    struct node *holder = node_new(heap, 1);
    holder->third = foreign_node();
    gc_collect(heap);
}

static void visit_another_heap(gc_heap *heap)
{
    visited_new(heap, &right_info)->right = foreign_node();
    gc_collect(heap);
}

static void visit_first(void *object, gc_visitor *visitor)
{
    gc_visit_value(visitor, untag(((struct tagged *)object)->first));
}

static void visit_both(void *object, gc_visitor *visitor)
{
    gc_visit_value(visitor, untag(((struct tagged *)object)->first));
    gc_visit_value(visitor, untag(((struct tagged *)object)->second));
}

static void clear_first(void *object)
{
    struct tagged *tagged = object;
    gc_release(untag(tagged->first));
    tagged->first = 0;
}

static void clear_both(void *object)
{
    clear_first(object);
    gc_release(untag(((struct tagged *)object)->second));
    ((struct tagged *)object)->second = 0;
}

static const gc_type_info misses_info = GC_TYPE_INFO(struct tagged, GC_TRAVERSE(visit_first), GC_CLEAR(clear_both));
static const gc_type_info leaves_info = GC_TYPE_INFO(struct tagged, GC_TRAVERSE(visit_both), GC_CLEAR(clear_first));

static struct tagged *tagged_new(gc_heap *heap, const gc_type_info *info)
{
    struct tagged *object = gc_create(struct tagged, gc_type_register(heap, info));
    object->first = tag(node_new(heap, 1));
    object->second = tag(leaf_new(heap, 2));
    return object;
}

static void miss_a_field(gc_heap *heap)
{
    gc_release(tagged_new(heap, &misses_info));
}

/* The same where a collection finds it: the object is in a cycle through what it does visit. */
static void miss_a_field_in_a_cycle(gc_heap *heap)
{
    struct tagged *object = tagged_new(heap, &misses_info);
    gc_set(&((struct node *)untag(object->first))->left, (struct node *)(void *)object);
    gc_release(object);
    gc_collect(heap);
}

static void leave_a_field(gc_heap *heap)
{
    gc_release(tagged_new(heap, &leaves_info));
}

static struct node *bystander;

static void destroy_and_touch(void *object)
{
    (void)object;
    gc_release(gc_retain(bystander));
}

static void destroy_and_keep(void *object)
{
    keep(object);
}

static void destroy_and_release(void *object)
{
    gc_release(object);
}

static gc_heap *destroy_heap;

struct buffer {
    gc_object gc;
    char *bytes;
    struct buffer *other;
};

static void destroy_and_free(void *object)
{
    gc_free(destroy_heap, ((struct buffer *)object)->bytes);
}

static const gc_type_info touch_info = GC_TYPE_INFO(struct visited, GC_REFS(left), GC_DESTROY(destroy_and_touch));
static const gc_type_info keep_info = GC_TYPE_INFO(struct visited, GC_REFS(left), GC_DESTROY(destroy_and_keep));
static const gc_type_info release_info = GC_TYPE_INFO(struct visited, GC_REFS(left), GC_DESTROY(destroy_and_release));
static const gc_type_info free_info = GC_TYPE_INFO(struct buffer, GC_REFS(other), GC_MEMORY(bytes), GC_DESTROY(destroy_and_free));

static void touch_in_destroy(gc_heap *heap)
{
    bystander = node_new(heap, 1);
    gc_release(gc_create(struct visited, gc_type_register(heap, &touch_info)));
}

/* In a cycle, where its count is not zero. */
static struct visited *cycle_of(gc_heap *heap, const gc_type_info *info)
{
    struct visited *object = gc_create(struct visited, gc_type_register(heap, info));
    gc_set(&object->left, object);
    return object;
}

static void keep_in_destroy(gc_heap *heap)
{
    gc_release(cycle_of(heap, &keep_info));
    gc_collect(heap);
}

static void release_in_destroy(gc_heap *heap)
{
    gc_release(cycle_of(heap, &release_info));
    gc_collect(heap);
}

static void free_in_destroy(gc_heap *heap)
{
    destroy_heap = heap;
    struct buffer *buffer = gc_create(struct buffer, gc_type_register(heap, &free_info));
    buffer->bytes = gc_alloc(heap, 100);
    gc_release(buffer);
}

/* Descriptions that are not constant. */
static gc_item changing_items[2];
static gc_type_info changing_info = { "struct visited", sizeof(struct visited), 8, changing_items, 2 };

static void use_changing(gc_heap *heap)
{
    for (int i = 0; i < 2; i++)
        changing_items[i] = right_info.items[0];
    changing_items[0] = (gc_item){ GC__ITEM_REF, 8, 8, 8, 0, 0, "left", NULL, NULL };
    gc_create(struct visited, gc_type_register(heap, &changing_info));
}

static void change_line(gc_heap *heap)
{
    use_changing(heap);
    changing_items[0].offset = 16;
    gc_collect(heap);
}

static void change_size(gc_heap *heap)
{
    use_changing(heap);
    changing_info.size += 8;
    gc_type_register(heap, &changing_info);
}

static gc_value_rule changing_rule = GC_WORD_RULE(1, 0, ~(uint64_t)0, 0);
static const gc_type_info ruled_info = GC_TYPE_INFO(struct tagged, GC_VALUES(changing_rule, first, second));

static void change_rule(gc_heap *heap)
{
    gc_create(struct tagged, gc_type_register(heap, &ruled_info));
    changing_rule.mask = 3;
    gc_collect(heap);
}

const struct fault type_faults[] = {
    { "visits_a_field_twice", visit_twice, 0, 4096 },
    { "visits_a_listed_field", visit_listed, 0, 4096 },
    { "visits_what_is_no_object", visit_non_object, 0, 4096 },
    { "refers_to_what_is_no_object", refer_to_inside, 0, 4096 },
    { "refers_to_another_heap", refer_to_another_heap, 0, 4096 },
    { "visits_another_heap", visit_another_heap, 0, 4096 },
    { "misses_what_clear_drops", miss_a_field, 0, 4096 },
    { "misses_what_clear_drops_in_a_cycle", miss_a_field_in_a_cycle, 0, 4096 },
    { "clear_leaves_a_reference", leave_a_field, 0, 4096 },
    { "destroy_touches_another", touch_in_destroy, 0, 4096 },
    { "destroy_keeps_its_object", keep_in_destroy, 0, 4096 },
    { "destroy_releases_its_object", release_in_destroy, 0, 4096 },
    { "destroy_frees_listed_memory", free_in_destroy, 0, 4096 },
    { "description_changed_a_line", change_line, 0, 4096 },
    { "description_changed_a_rule", change_rule, 0, 4096 },
    { "description_changed_its_size", change_size, 0, 4096 },
    { NULL, NULL, 0, 0 }
};
