/* SPDX-License-Identifier: MIT */
/* shapes.h: graphs of extreme shape and any size, for a test and for a soak: what a collector that recurses, or that looks at
 * an object once for each of its references, or that overflows a count, fails on.
 *
 * Each shape is one piece of cyclic garbage once its root is released: nothing of it dies by counts alone. */
#ifndef TESTS_MODEL_SHAPES_H
#define TESTS_MODEL_SHAPES_H

#include <libgc.h>
#include <stdlib.h>

enum shape_kind {
    SHAPE_CHAIN_FORWARD,  /* each object refers to the next, in the order of creation, which is that of addresses */
    SHAPE_CHAIN_BACKWARD, /* against it */
    SHAPE_CHAIN_SHUFFLED, /* in random order */
    SHAPE_STAR_OUT,       /* one object refers to all others */
    SHAPE_STAR_IN,        /* all refer to one; a chain keeps them */
    SHAPE_CLIQUE,         /* each refers to each; as many references as the other shapes have objects */
    SHAPE_RING,           /* one cycle through everything, in random order */
    SHAPE_COUNT
};

static const char *const shape_names[SHAPE_COUNT] = {
    "chain in address order", "chain against address order", "chain shuffled", "star out", "star in", "clique",
    "ring of everything"
};

struct shape_node {
    gc_object gc;
    struct shape_node *next;
    void *other;
};

struct shape_hub {
    gc_object gc;
    uint32_t count;
    void *items[];
};

static const gc_type_info shape_node_info = GC_TYPE_INFO(struct shape_node, GC_REFS(next, other));
static const gc_type_info shape_hub_info = GC_TYPE_INFO(struct shape_hub, GC_REF_FLEX(items, count));

struct shape {
    void *root;
    size_t objects, references;
};

/* All objects are new, so that plain assignment of owned references is allowed. NULL: no memory. */
static inline struct shape_node **shape_create_nodes(gc_heap *heap, size_t count)
{
    gc_type *type = gc_type_register(heap, &shape_node_info);
    struct shape_node **nodes = malloc((count + 1) * sizeof(struct shape_node *));
    for (size_t i = 0; nodes && i < count; i++) {
        nodes[i] = gc_create(struct shape_node, type);
        if (!nodes[i])
            return NULL;
    }
    return nodes;
}

static inline void shape_reverse(struct shape_node **nodes, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct shape_node *swapped = nodes[i];
        nodes[i] = nodes[count - 1 - i];
        nodes[count - 1 - i] = swapped;
    }
}

static inline void shape_shuffle(struct shape_node **nodes, size_t count)
{
    uint64_t state = 88172645463325252u;
    for (size_t i = count; i > 1; i--) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        size_t j = (size_t)(state % i);
        struct shape_node *swapped = nodes[i - 1];
        nodes[i - 1] = nodes[j];
        nodes[j] = swapped;
    }
}

/* The chains, the star in, and the ring: objects in a row, each owned by the one before it. */
static inline struct shape shape_build_row(gc_heap *heap, enum shape_kind kind, size_t count)
{
    struct shape_node **nodes = shape_create_nodes(heap, count);
    if (!nodes)
        return (struct shape){ 0 };
    if (kind == SHAPE_CHAIN_BACKWARD)
        shape_reverse(nodes, count);
    if (kind == SHAPE_CHAIN_SHUFFLED || kind == SHAPE_RING)
        shape_shuffle(nodes, count);
    for (size_t i = 0; i + 1 < count; i++)
        nodes[i]->next = nodes[i + 1];
    for (size_t i = 0; i < count && kind == SHAPE_STAR_IN; i++)
        nodes[i]->other = gc_retain(nodes[0]);
    if (kind == SHAPE_RING)
        nodes[count - 1]->next = gc_retain(nodes[0]);
    else if (kind != SHAPE_STAR_IN)
        nodes[0]->other = gc_retain(nodes[0]);
    struct shape shape = { nodes[0], count, kind == SHAPE_STAR_IN ? 2 * count - 1 : count };
    free(nodes);
    return shape;
}

static inline struct shape shape_build_star_out(gc_heap *heap, size_t count)
{
    gc_type *node = gc_type_register(heap, &shape_node_info), *hub = gc_type_register(heap, &shape_hub_info);
    struct shape_hub *root = gc_create_flex(struct shape_hub, hub, count);
    if (!root)
        return (struct shape){ 0 };
    root->items[0] = gc_retain(root);
    for (size_t i = 1; i < count; i++) {
        root->items[i] = gc_create(struct shape_node, node);
        if (!root->items[i])
            return (struct shape){ 0 };
    }
    return (struct shape){ root, count, count };
}

static inline struct shape shape_build_clique(gc_heap *heap, size_t references)
{
    gc_type *hub = gc_type_register(heap, &shape_hub_info);
    size_t count = 2;
    while ((count + 1) * (count + 1) <= references)
        count++;
    struct shape_hub **members = malloc(count * sizeof(struct shape_hub *));
    for (size_t i = 0; members && i < count; i++) {
        members[i] = gc_create_flex(struct shape_hub, hub, count);
        if (!members[i])
            return (struct shape){ 0 };
    }
    for (size_t i = 0; members && i < count; i++) {
        for (size_t j = 0; j < count; j++)
            members[i]->items[j] = j == i + 1 ? members[j] : gc_retain(members[j]);
    }
    struct shape shape = { members ? members[0] : NULL, count, count * count };
    free(members);
    return shape;
}

/* A shape of about `count` objects (references, of a clique), held by its root alone. The root is NULL where memory ran out. */
static inline struct shape shape_build(gc_heap *heap, enum shape_kind kind, size_t count)
{
    if (kind == SHAPE_STAR_OUT)
        return shape_build_star_out(heap, count);
    if (kind == SHAPE_CLIQUE)
        return shape_build_clique(heap, count);
    return shape_build_row(heap, kind, count);
}

#endif
