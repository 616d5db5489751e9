/* SPDX-License-Identifier: MIT */
/* splay.c: a splay tree whose nodes carry a payload of 63 objects, each of which goes as a new one comes; with and without references
 * from the payload to what owns it. */
#include "bench/peers/c/workloads.h"

#define START_NODES 8000
#define PAYLOAD_DEPTH 5
#define OBJECTS_EACH 64 /* a node, 31 inner, 32 leaves */

struct inner {
    OBJECT_HEAD
    void *left, *right; /* inner, or leaf at the bottom */
    void *owner;        /* not there without owners: inner, or the node */
};

struct leaf {
    OBJECT_HEAD
    int64_t numbers[10];
};

struct node {
    OBJECT_HEAD
    struct node *left, *right;
    struct inner *payload;
    uint64_t key;
};

#define PLAIN_FIELDS(FIELD) FIELD(left) FIELD(right)
#define OWNED_FIELDS(FIELD) FIELD(left) FIELD(right) FIELD(owner)
#define NODE_FIELDS(FIELD) FIELD(left) FIELD(right) FIELD(payload)
OBJECT_TYPE(plain, struct inner, offsetof(struct inner, owner), PLAIN_FIELDS)
OBJECT_TYPE(owned, struct inner, sizeof(struct inner), OWNED_FIELDS)
OBJECT_TYPE(node, struct node, sizeof(struct node), NODE_FIELDS)
OBJECT_LEAF_TYPE(leaf, struct leaf)

static bool has_owners;
static struct node *root;

static void *make_payload(int depth)
{
    if (depth == 0) {
        struct leaf *leaf = leaf_create();
        for (int i = 0; i < 10; i++)
            leaf->numbers[i] = i;
        return leaf;
    }
    void *left = make_payload(depth - 1), *right = make_payload(depth - 1);
    struct inner *inner = has_owners ? owned_create() : plain_create();
    inner->left = left;
    inner->right = right;
    if (has_owners && depth > 1) {
        ((struct inner *)left)->owner = ((struct inner *)right)->owner = inner;
        object_retain((void *)inner);
        object_retain((void *)inner);
    }
    return inner;
}

static void free_payload(void *payload, int depth)
{
    if (depth == 0) {
        leaf_release(payload);
        return;
    }
    struct inner *inner = payload;
    free_payload(inner->left, depth - 1);
    free_payload(inner->right, depth - 1);
    if (has_owners)
        owned_release(inner);
    else
        plain_release(inner);
}

static void free_tree(struct node *node)
{
    if (!node)
        return;
    free_tree(node->left);
    free_tree(node->right);
    free_payload(node->payload, PAYLOAD_DEPTH);
    node_release(node);
}

static void drop(struct node *tree)
{
    if (IS_BY_HAND)
        free_tree(tree);
    else if (tree)
        node_release(tree);
}

/* Top-down: on the way to the key, what is smaller and what is greater is hung aside, and joined in the end. Owners of references change;
 * their number does not. */
static struct node *splay(struct node *current, uint64_t key)
{
    struct node *smaller = NULL, *greater = NULL, **smaller_end = &smaller, **greater_end = &greater;
    while (key != current->key) {
        bool is_left = key < current->key;
        struct node *next = is_left ? current->left : current->right;
        if (!next)
            break;
        if (is_left && key < next->key) {
            current->left = next->right;
            next->right = current;
            current = next;
        } else if (!is_left && key > next->key) {
            current->right = next->left;
            next->left = current;
            current = next;
        }
        next = is_left ? current->left : current->right;
        if (!next)
            break;
        *(is_left ? greater_end : smaller_end) = current;
        if (is_left)
            greater_end = &current->left;
        else
            smaller_end = &current->right;
        current = next;
    }
    *smaller_end = current->left;
    *greater_end = current->right;
    current->left = smaller;
    current->right = greater;
    return current;
}

static bool find(uint64_t key)
{
    if (!root)
        return false;
    root = splay(root, key);
    return root->key == key;
}

static uint64_t new_key(struct bench *bench)
{
    uint64_t key;
    do
        key = bench_random(bench);
    while (find(key));
    return key;
}

static void insert(uint64_t key)
{
    struct inner *payload = make_payload(PAYLOAD_DEPTH);
    struct node *node = node_create();
    node->key = key;
    node->payload = payload;
    if (has_owners) {
        payload->owner = node;
        object_retain((void *)node);
    }
    find(key);
    if (root && root->key < key) {
        node->right = root->right;
        root->right = NULL;
        node->left = root;
    } else if (root) {
        node->left = root->left;
        root->left = NULL;
        node->right = root;
    }
    root = node;
}

static void remove_key(uint64_t key)
{
    root = splay(root, key);
    struct node *removed = root;
    if (removed->left) {
        root = splay(removed->left, key);
        root->right = removed->right;
    } else {
        root = removed->right;
    }
    removed->left = removed->right = NULL;
    drop(removed);
}

static uint64_t greatest_below(uint64_t key)
{
    root = splay(root, key);
    const struct node *node = root->left;
    while (node && node->right)
        node = node->right;
    return node ? node->key : key;
}

static uint64_t sum_of_keys(const struct node *node)
{
    return node ? node->key + sum_of_keys(node->left) + sum_of_keys(node->right) : 0;
}

static void run(struct bench *bench)
{
    has_owners = bench->variant;
    for (int i = 0; i < START_NODES; i++)
        insert(new_key(bench));
    for (size_t i = 0; i < bench->n; i++) {
        uint64_t key = new_key(bench);
        insert(key);
        remove_key(greatest_below(key));
    }
    bench->check = sum_of_keys(root) & UINT32_MAX;
    drop(root);
    root = NULL;
    if (!bench->is_automatic)
        object_collect();
    bench->units = (START_NODES + bench->n) * OBJECTS_EACH;
}

const bench_workload splay_workloads[] = {
    { "splay_counts", 200000, 0, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { "splay_cycles", 200000, 1, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { 0 },
};
