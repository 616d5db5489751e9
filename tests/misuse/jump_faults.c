/* SPDX-License-Identifier: MIT */
/* jump_faults.c: user code that is left by longjmp. */
#include "faults.h"

#include <setjmp.h>

static jmp_buf before;
static bool armed;

static void jump(void)
{
    if (armed)
        longjmp(before, 1);
}

static void jump_from_node(struct node *self)
{
    (void)self;
    jump();
}

static void jump_from_weak(gc_weak *weak, void *context)
{
    (void)weak, (void)context;
    jump();
}

static void jump_from_collection(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap, (void)phase, (void)info, (void)context;
    jump();
}

struct jumping {
    gc_object gc;
    struct node *field;
};

static void jump_from_object(void *object)
{
    (void)object;
    jump();
}

static void jump_from_traverse(void *object, gc_visitor *visitor)
{
    gc_visit_value(visitor, ((struct jumping *)object)->field);
    jump();
}

static void clear_field(void *object)
{
    struct jumping *jumping = object;
    gc_clear(&jumping->field);
    jump();
}

static void visit_field(void *object, gc_visitor *visitor)
{
    gc_visit_value(visitor, ((struct jumping *)object)->field);
}

static const gc_type_info destroy_info = GC_TYPE_INFO(struct jumping, GC_REFS(field), GC_DESTROY(jump_from_object));
static const gc_type_info traverse_info =
    GC_TYPE_INFO(struct jumping, GC_TRAVERSE(jump_from_traverse), GC_CLEAR(clear_field));
static const gc_type_info clear_info = GC_TYPE_INFO(struct jumping, GC_TRAVERSE(visit_field), GC_CLEAR(clear_field));

/* What is left, and the call of the library that leads to it. */
static void (*provoke)(gc_heap *heap);

/* The next call comes from a little deeper than the one before. */
static __attribute__((noinline)) void call_from_below(gc_heap *heap)
{
    volatile char room[800];
    room[0] = 0;
    gc_release(node_new(heap, 9));
    room[799] = room[0];
}

/* Goes on as if nothing had happened. */
static void jump_and_go_on(gc_heap *heap, void (*leads_there)(gc_heap *heap))
{
    provoke = leads_there;
    armed = true;
    if (setjmp(before) == 0)
        provoke(heap);
    armed = false;
    call_from_below(heap);
}

static void die_with_finalizer(gc_heap *heap)
{
    gc_release(watched_with(heap, 1, jump_from_node));
}

static void leave_finalizer(gc_heap *heap)
{
    jump_and_go_on(heap, die_with_finalizer);
}

static void collect_finalizer(gc_heap *heap)
{
    struct node *node = watched_with(heap, 1, jump_from_node);
    gc_set(&node->left, node);
    gc_release(node);
    gc_collect(heap);
}

static void leave_collected_finalizer(gc_heap *heap)
{
    jump_and_go_on(heap, collect_finalizer);
}

static void die_watched(gc_heap *heap)
{
    struct node *node = node_new(heap, 1);
    gc_weak_create(node, jump_from_weak, NULL);
    gc_release(node);
}

static void leave_weak_callback(gc_heap *heap)
{
    jump_and_go_on(heap, die_watched);
}

static void collect_with_callback(gc_heap *heap)
{
    gc_add_collect_callback(heap, jump_from_collection, NULL);
    gc_collect(heap);
}

static void leave_collect_callback(gc_heap *heap)
{
    jump_and_go_on(heap, collect_with_callback);
}

static struct jumping *jumping_new(gc_heap *heap, const gc_type_info *info)
{
    struct jumping *object = gc_create(struct jumping, gc_type_register(heap, info));
    object->field = node_new(heap, 1);
    return object;
}

static void die_with_destroy(gc_heap *heap)
{
    gc_release(jumping_new(heap, &destroy_info));
}

static void leave_destroy(gc_heap *heap)
{
    jump_and_go_on(heap, die_with_destroy);
}

static void collect_traversed(gc_heap *heap)
{
    jumping_new(heap, &traverse_info);
    gc_collect(heap);
}

static void leave_traverse(gc_heap *heap)
{
    jump_and_go_on(heap, collect_traversed);
}

static void die_with_clear(gc_heap *heap)
{
    gc_release(jumping_new(heap, &clear_info));
}

static void leave_clear(gc_heap *heap)
{
    jump_and_go_on(heap, die_with_clear);
}

const struct fault jump_faults[] = {
    { "leaves_a_finalizer", leave_finalizer, 0, 4096 },
    { "leaves_a_finalizer_of_a_collection", leave_collected_finalizer, 0, 4096 },
    { "leaves_a_weak_callback", leave_weak_callback, 0, 4096 },
    { "leaves_a_collect_callback", leave_collect_callback, 0, 4096 },
    { "leaves_a_destroy", leave_destroy, 0, 4096 },
    { "leaves_a_traverse", leave_traverse, 0, 4096 },
    { "leaves_a_clear", leave_clear, 0, 4096 },
    { NULL, NULL, 0, 0 }
};
