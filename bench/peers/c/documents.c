/* SPDX-License-Identifier: MIT */
/* documents.c: documents whose nodes know their parent, their children and their neighbours, replaced by turns. All five references own; or
 * two of them do, and the others are borrowed. */
#include "bench/peers/c/workloads.h"

#define SLOTS 1000
#define NODES 100

struct node {
    OBJECT_HEAD
    struct node *parent, *first_child, *last_child, *next, *previous;
};

#define PLAIN_FIELDS(FIELD) FIELD(first_child) FIELD(next)
#define OWNED_FIELDS(FIELD) FIELD(parent) FIELD(first_child) FIELD(last_child) FIELD(next) FIELD(previous)
OBJECT_TYPE(plain, struct node, sizeof(struct node), PLAIN_FIELDS)
OBJECT_TYPE(owned, struct node, sizeof(struct node), OWNED_FIELDS)

static bool is_all_owned;
static struct node *slots[SLOTS];

static struct node *create(void)
{
    if (is_all_owned)
        return owned_create();
    struct node *node = plain_create();
    node->parent = node->last_child = node->previous = NULL;
    return node;
}

/* Stores into a field that owns only where all do. */
static void store(struct node **field, struct node *node)
{
    struct node *before = *field;
    *field = node;
    if (!is_all_owned || IS_BY_HAND)
        return;
    object_retain(node);
    if (before)
        owned_release(before);
}

/* Takes over the reference to the child. */
static void append(struct node *parent, struct node *child)
{
    struct node *last = parent->last_child;
    store(&child->parent, parent);
    if (last) {
        store(&child->previous, last);
        last->next = child;
    } else {
        parent->first_child = child;
    }
    store(&parent->last_child, child);
}

static struct node *make(struct bench *bench, uint64_t *sum)
{
    struct node *nodes[NODES];
    uint64_t children = 0, ancestors = 0;
    nodes[0] = create();
    for (size_t i = 1; i < NODES; i++) {
        nodes[i] = create();
        append(nodes[bench_random_below(bench, i)], nodes[i]);
    }
    for (const struct node *child = nodes[0]->first_child; child; child = child->next)
        children++;
    for (const struct node *node = nodes[NODES - 1]->parent; node; node = node->parent)
        ancestors++;
    *sum += children * 31 + ancestors;
    return nodes[0];
}

static void free_document(struct node *node)
{
    for (struct node *child = node->first_child, *next; child; child = next) {
        next = child->next;
        free_document(child);
    }
    plain_release(node);
}

static void drop(struct node *document)
{
    if (!document)
        return;
    if (IS_BY_HAND)
        free_document(document);
    else
        plain_release(document);
}

static void run(struct bench *bench)
{
    uint64_t sum = 0;
    is_all_owned = bench->variant;
    for (size_t i = 0; i < bench->n; i++) {
        uint32_t slot = bench_random_below(bench, SLOTS);
        struct node *before = slots[slot];
        slots[slot] = make(bench, &sum);
        drop(before);
    }
    for (size_t s = 0; s < SLOTS; s++) {
        drop(slots[s]);
        slots[s] = NULL;
    }
    if (!bench->is_automatic)
        object_collect();
    bench->units = bench->n * NODES;
    bench->check = sum & UINT32_MAX;
}

const bench_workload documents_workloads[] = {
    { "documents_counts", 100000, 0, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { "documents_cycles", 100000, 1, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { 0 },
};
