/* SPDX-License-Identifier: MIT */
/* mixed_graphs.c: things made of structs. Each is made in one go, and given up whole when memory is refused. */
#include "mixed.h"

#include <string.h>

/* A finalizer brings one object in eight back, into the attic. */
static void on_finalize(void *object)
{
    struct node *node = object;
    struct load *load = node->load;
    load->finalizers++;
    if (node->tag % 8 != 0)
        return;
    load->resurrections++;
    void *old = load->attic[load->attic_next];
    load->attic[load->attic_next] = gc_retain(node);
    load->attic_next = (load->attic_next + 1) % ATTIC;
    gc_release(old);
}

static void on_gone(gc_weak *weak, void *context)
{
    struct load *load = context;
    (void)weak;
    load->callbacks++;
}

static void on_forgotten(gc_weak *weak, void *context)
{
    (void)weak;
    mixed_fail(context, "the callback of a weak reference that was garbage has run");
}

static const gc_type_info node_info =
    GC_TYPE_INFO(struct node, GC_REFS(left, right, cross), GC_WEAKS(weak), GC_EPHEMERONS(ephemeron));
static const gc_type_info finalized_info =
    GC_TYPE_INFO(struct node, GC_REFS(left, right, cross), GC_WEAKS(weak), GC_EPHEMERONS(ephemeron), GC_FINALIZE(on_finalize));
static const gc_type_info small_info = GC_TYPE_INFO(struct small, GC_REFS(next));
static const gc_type_info row_info = GC_TYPE_INFO(struct row, GC_REF_FLEX(cells, count));
static const gc_type_info blob_info = GC_TYPE_INFO(struct blob, GC_TYPE_FLAGS(GC_ACYCLIC));
static const gc_type_info span_info = GC_TYPE_INFO(struct span, GC_REF_SPAN(items, count), GC_MEMORY(memory));

bool mixed_register(struct load *load)
{
    load->node = gc_type_register(load->heap, &node_info);
    load->finalized = gc_type_register(load->heap, &finalized_info);
    load->small = gc_type_register(load->heap, &small_info);
    load->row = gc_type_register(load->heap, &row_info);
    load->blob = gc_type_register(load->heap, &blob_info);
    load->span = gc_type_register(load->heap, &span_info);
    return load->node && load->finalized && load->small && load->row && load->blob && load->span;
}

static struct node *new_node(struct load *load, gc_type *type, uint32_t tag, uint32_t index)
{
    struct node *node = gc_create(struct node, type);
    if (node) {
        node->load = load;
        node->tag = tag;
        node->index = index;
    }
    return node;
}

/* A tree of `depth` levels; its objects are numbered as in a binary heap. */
static struct node *make_subtree(struct load *load, uint32_t tag, uint32_t index, int depth)
{
    struct node *node = new_node(load, load->node, tag, index);
    if (!node || depth == 1)
        return node;
    GC_SCOPED struct node *left = make_subtree(load, tag, 2 * index, depth - 1);
    GC_SCOPED struct node *right = make_subtree(load, tag, 2 * index + 1, depth - 1);
    gc_set(&node->left, left);
    gc_set(&node->right, right);
    if (left && right)
        return node;
    gc_release(node);
    return NULL;
}

static void *make_tree(struct load *load, uint32_t tag)
{
    return make_subtree(load, tag, 1, 1 + (int)(tag % 6));
}

static bool is_subtree(const struct node *node, uint32_t tag, uint32_t index, int depth)
{
    if (!node || node->tag != tag || node->index != index)
        return false;
    return depth == 1 || (is_subtree(node->left, tag, 2 * index, depth - 1) && is_subtree(node->right, tag, 2 * index + 1, depth - 1));
}

static bool is_tree(struct load *load, const void *thing, uint32_t tag)
{
    (void)load;
    return is_subtree(thing, tag, 1, 1 + (int)(tag % 6));
}

/* A ring through `left`, and back through `right`. Returns its first object. */
static struct node *make_ring_of(struct load *load, gc_type *type, uint32_t tag, uint32_t length)
{
    GC_SCOPED struct node *first = new_node(load, type, tag, 0);
    struct node *last = first;
    for (uint32_t i = 1; last && i < length; i++) {
        GC_SCOPED struct node *next = new_node(load, type, tag, i);
        if (!next) {
            gc_clear(&first->left); /* what is tied into a circle already is for the collector */
            return NULL;
        }
        gc_set(&last->left, next);
        gc_set(&next->right, last);
        last = next;
    }
    if (last) {
        gc_set(&last->left, first);
        gc_set(&first->right, last);
    }
    return gc_retain(first);
}

static bool is_ring_of(const struct node *first, uint32_t tag, uint32_t length)
{
    const struct node *node = first;
    for (uint32_t i = 0; i < length; i++, node = node->left)
        if (!node || node->tag != tag || node->index != i || !node->left || node->left->right != node)
            return false;
    return node == first;
}

static void *make_ring(struct load *load, uint32_t tag)
{
    return make_ring_of(load, load->node, tag, 1 + tag % 24);
}

static bool is_ring(struct load *load, const void *thing, uint32_t tag)
{
    (void)load;
    return is_ring_of(thing, tag, 1 + tag % 24);
}

static void *make_finalized(struct load *load, uint32_t tag)
{
    return make_ring_of(load, load->finalized, tag, 1 + tag % 5);
}

static bool is_finalized_ring(struct load *load, const void *thing, uint32_t tag)
{
    (void)load;
    return is_ring_of(thing, tag, 1 + tag % 5);
}

/* A ring whose first object has a weak reference with a callback to the second, the second a plain one to the first. Those callbacks never
 * run, since the weak reference is garbage too; that of one from outside does. */
static void *make_weak(struct load *load, uint32_t tag)
{
    GC_SCOPED struct node *first = make_ring_of(load, load->node, tag, 2 + tag % 3);
    if (!first || !gc_weak_set(&first->left->weak, first))
        return NULL;
    first->weak = gc_weak_create(first->left, on_forgotten, load);
    GC_SCOPED gc_weak *watcher = gc_weak_create(first, on_gone, load);
    gc_set(&load->watchers[load->watchers_next], watcher);
    load->watchers_next = (load->watchers_next + 1) % WATCHERS;
    return first->weak && watcher ? gc_retain(first) : NULL;
}

static bool is_weak(struct load *load, const void *thing, uint32_t tag)
{
    const struct node *first = thing;
    (void)load;
    GC_SCOPED void *second = gc_weak_get(first->weak);
    GC_SCOPED void *back = gc_weak_get(first->left->weak);
    return is_ring_of(first, tag, 2 + tag % 3) && second == first->left && back == first;
}

/* An object whose ephemeron has another as its key; the value leads back to the key, and the key to nothing. */
static void *make_ephemeron(struct load *load, uint32_t tag)
{
    GC_SCOPED struct node *holder = new_node(load, load->node, tag, 0);
    GC_SCOPED struct node *key = new_node(load, load->node, tag, 1);
    GC_SCOPED struct node *value = new_node(load, load->node, tag, 2);
    if (!holder || !key || !value)
        return NULL;
    gc_set(&value->left, key);
    if (!gc_ephemeron_set(&holder->ephemeron, key, value))
        return NULL;
    if (tag % 2)
        gc_set(&holder->left, key); /* else the key is garbage at once */
    return gc_retain(holder);
}

static bool is_ephemeron(struct load *load, const void *thing, uint32_t tag)
{
    const struct node *holder = thing;
    (void)load;
    GC_SCOPED struct node *value = gc_ephemeron_value(holder->ephemeron);
    return tag % 2 == 0 || (value && value->tag == tag && value->index == 2 && value->left == holder->left);
}

static struct small *new_small(struct load *load, uint32_t tag)
{
    struct small *small = gc_create(struct small, load->small);
    if (small)
        small->tag = tag;
    return small;
}

/* A row that grows and shrinks while it is made. */
static void *make_row(struct load *load, uint32_t tag)
{
    struct row *row = gc_create_flex(struct row, load->row, 1 + tag % 7);
    for (int i = 0; row && i < 4; i++) {
        struct row *resized = gc_resize(row, 1 + (tag >> (4 * i)) % 97);
        if (!resized) {
            gc_release(row);
            return NULL;
        }
        row = resized;
        GC_SCOPED struct small *cell = new_small(load, tag);
        gc_set(&row->cells[row->count - 1], cell);
        gc_set(&row->cells[0], cell);
    }
    if (row)
        row->tag = tag;
    return row;
}

static bool is_row(struct load *load, const void *thing, uint32_t tag)
{
    const struct row *row = thing;
    (void)load;
    return row->tag == tag && row->count == 1 + (tag >> 12) % 97 && row->cells[0] && row->cells[0]->tag == tag &&
           row->cells[row->count - 1] == row->cells[0];
}

/* From a few bytes to more than a granule. */
static void *make_blob(struct load *load, uint32_t tag)
{
    size_t bytes = tag % 64 == 0 ? 70000 + tag % 3000 : 16 + tag % 2000;
    struct blob *blob = gc_create_extra(struct blob, load->blob, bytes);
    if (!blob)
        return NULL;
    blob->tag = tag;
    blob->bytes = bytes;
    memset(blob + 1, (int)(tag & 0xff), bytes);
    return blob;
}

static bool is_blob(struct load *load, const void *thing, uint32_t tag)
{
    const struct blob *blob = thing;
    (void)load;
    for (size_t i = 0; i < blob->bytes; i++)
        if (((const unsigned char *)(blob + 1))[i] != (tag & 0xff))
            return false;
    return blob->tag == tag;
}

static void *make_span(struct load *load, uint32_t tag)
{
    GC_SCOPED struct span *span = gc_create(struct span, load->span);
    size_t count = 1 + tag % 40;
    if (!span || !(span->items = gc_alloc(load->heap, count * sizeof *span->items)) || !(span->memory = gc_alloc(load->heap, 8)))
        return NULL;
    memset(span->items, 0, count * sizeof *span->items);
    span->count = count;
    char *grown = gc_realloc(load->heap, span->memory, 16 + tag % 300);
    if (!grown)
        return NULL;
    span->memory = grown;
    snprintf(span->memory, 16, "%u", tag);
    for (size_t i = 0; i < count; i += 3)
        if (!(span->items[i] = new_small(load, tag)))
            return NULL;
    return gc_retain(span);
}

static bool is_span(struct load *load, const void *thing, uint32_t tag)
{
    const struct span *span = thing;
    char text[16];
    (void)load;
    snprintf(text, sizeof text, "%u", tag);
    for (size_t i = 0; i < span->count; i++)
        if (i % 3 == 0 ? span->items[i]->tag != tag : span->items[i] != NULL)
            return false;
    return span->count == 1 + tag % 40 && strcmp(text, span->memory) == 0;
}

const struct kind mixed_graph_kinds[] = {
    { "tree", make_tree, is_tree },
    { "ring", make_ring, is_ring },
    { "ring with finalizers", make_finalized, is_finalized_ring },
    { "weak references", make_weak, is_weak },
    { "ephemeron", make_ephemeron, is_ephemeron },
    { "row that is resized", make_row, is_row },
    { "blob", make_blob, is_blob },
    { "span", make_span, is_span },
};
const size_t mixed_graph_kind_count = sizeof mixed_graph_kinds / sizeof *mixed_graph_kinds;
