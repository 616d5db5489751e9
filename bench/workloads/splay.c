/* SPDX-License-Identifier: MIT */
/* splay.c: a splay tree (Sleator and Tarjan, 1985) whose nodes are replaced all the time, each with a payload of 63 objects: a
 * large live heap that is rearranged, and a steady stream of middle-aged garbage. Once released by counts; once with payloads that
 * refer to their owners. */
#include "bench/workloads/pairs.h"

#define NODES 8000
#define PAYLOAD_DEPTH 5
#define NUMBERS 10

struct node {
    gc_object gc;
    struct node *left, *right;
    gc_object *payload;
    uint64_t key;
};

/* An inner node of a payload; what refers to its owner has a pair at its start. */
struct owned {
    struct pair pair;
    gc_object *owner;
};

struct leaf {
    gc_object gc;
    uint64_t numbers[NUMBERS];
};

static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_REFS(left, right, payload));
static const gc_type_info owned_info = GC_TYPE_INFO(struct owned, GC_REFS(pair.left, pair.right, owner));
static const gc_type_info leaf_info = GC_TYPE_INFO(struct leaf, GC_TYPE_FLAGS(GC_ACYCLIC));

static gc_heap *heap;
static gc_type *node_type, *inner_type, *leaf_type;
static bool is_owned;
static struct node *root;
static uint64_t created;

static void open_heap(struct bench *bench)
{
    heap = pairs_heap(bench);
    is_owned = bench->variant;
    node_type = pairs_register(heap, &node_info);
    inner_type = pairs_register(heap, is_owned ? &owned_info : &pair_info);
    leaf_type = pairs_register(heap, &leaf_info);
}

static gc_object *make_payload(size_t depth)
{
    created++;
    if (depth == 0) {
        struct leaf *leaf = pairs_check(gc_create(struct leaf, leaf_type));
        for (uint64_t i = 0; i < NUMBERS; i++)
            leaf->numbers[i] = i;
        return &leaf->gc;
    }
    struct pair *left = (struct pair *)make_payload(depth - 1), *right = (struct pair *)make_payload(depth - 1);
    struct pair *inner = is_owned ? pairs_check(gc_create(struct owned, inner_type)) : pairs_create(inner_type);
    if (is_owned && depth > 1) {
        gc_set(&((struct owned *)left)->owner, &inner->gc);
        gc_set(&((struct owned *)right)->owner, &inner->gc);
    }
    gc_move(&inner->left, &left);
    gc_move(&inner->right, &right);
    return &inner->gc;
}

static struct node *make_node(uint64_t key)
{
    gc_object *payload = make_payload(PAYLOAD_DEPTH);
    struct node *node = pairs_check(gc_create(struct node, node_type));
    created++;
    node->key = key;
    if (is_owned)
        gc_set(&((struct owned *)payload)->owner, &node->gc);
    gc_move(&node->payload, &payload);
    return node;
}

static struct node **side_of(struct node *node, bool is_right)
{
    return is_right ? &node->right : &node->left;
}

/* Turns `top` round its child on that side, which becomes the top. All three hold what they point at. */
static struct node *rotate(struct node *top, bool is_right)
{
    struct node *child = NULL;
    gc_move(&child, side_of(top, is_right));
    gc_move(side_of(top, is_right), side_of(child, !is_right));
    gc_move(side_of(child, !is_right), &top);
    return child;
}

/* Brings the node with the key, or the last one on the way to it, to the top: downwards; what is passed is hung on two side trees,
 * of the lesser keys and of the greater, which become its sides. */
static void splay(struct node **tree, uint64_t key)
{
    struct node aside = { .key = 0 }; /* right: the lesser; left: the greater */
    struct node *lesser_end = &aside, *greater_end = &aside, *top = NULL;
    gc_move(&top, tree);
    while (top && key != top->key) {
        bool is_right = key > top->key;
        struct node *child = *side_of(top, is_right);
        if (!child)
            break;
        if (key != child->key && (key > child->key) == is_right) {
            top = rotate(top, is_right);
            if (!*side_of(top, is_right))
                break;
        }
        struct node *passed = top, **end = is_right ? &lesser_end : &greater_end, *next = NULL;
        gc_move(&next, side_of(top, is_right));
        gc_move(side_of(*end, is_right), &top);
        *end = passed;
        gc_move(&top, &next);
    }
    if (top) {
        gc_move(&lesser_end->right, &top->left);
        gc_move(&greater_end->left, &top->right);
        gc_move(&top->left, &aside.right);
        gc_move(&top->right, &aside.left);
    }
    gc_move(tree, &top);
}

static uint64_t new_key(struct bench *bench)
{
    uint64_t key;
    do {
        key = bench_random(bench);
        splay(&root, key);
    } while (root && root->key == key);
    return key;
}

static void insert(uint64_t key)
{
    splay(&root, key);
    struct node *node = make_node(key);
    if (root) {
        bool is_right = key > root->key; /* where the new node is, seen from the old root */
        gc_move(side_of(node, is_right), side_of(root, is_right));
        gc_move(side_of(node, !is_right), &root);
    }
    gc_move(&root, &node);
}

static void remove_key(uint64_t key)
{
    struct node *removed = NULL, *right = NULL;
    splay(&root, key);
    gc_move(&removed, &root);
    gc_move(&right, &removed->right);
    gc_move(&root, &removed->left);
    if (root) {
        splay(&root, key);
        gc_move(&root->right, &right);
    } else {
        gc_move(&root, &right);
    }
    gc_release(removed);
}

/* The greatest key less than that of the root, or the root's where there is none. */
static uint64_t key_before_root(void)
{
    const struct node *node = root->left;
    while (node && node->right)
        node = node->right;
    return node ? node->key : root->key;
}

static uint64_t sum_of_keys(const struct node *node)
{
    return node ? node->key + sum_of_keys(node->left) + sum_of_keys(node->right) : 0;
}

static void run(struct bench *bench)
{
    created = 0;
    for (size_t i = 0; i < NODES; i++)
        insert(new_key(bench));
    for (size_t i = 0; i < bench->n; i++) {
        uint64_t key = new_key(bench);
        insert(key);
        splay(&root, key);
        remove_key(key_before_root());
    }
    bench->check = sum_of_keys(root) & UINT32_MAX;
    gc_clear(&root);
    gc_collect(heap);
    bench->units = created;
}

static const bench_workload workloads[] = {
    { "splay_counts", 200000, false, BENCH_PACE, open_heap, { { "libgc", NULL, run, NULL } } },
    { "splay_cycles", 200000, true, BENCH_PACE, open_heap, { { "libgc", NULL, run, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
