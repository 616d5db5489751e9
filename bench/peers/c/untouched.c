/* SPDX-License-Identifier: MIT */
/* untouched.c: full collections of a tree of which nothing, or little, was touched since the last one: these peers look at all of it
 * in any case. */
#include "bench/peers/c/graphs.h"
#include "bench/peers/c/workloads.h"

static struct pair *root;

static void open_tree(struct bench *bench)
{
    object_open(bench);
    root = graphs_tree(bench->n);
    graphs_collect(0);
}

static void collect(struct bench *bench)
{
    bench_use(root);
    graphs_collect(0);
    bench->check = bench->n;
}

const bench_workload untouched_workloads[] = {
    { "unchanged", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { "touched_leaves_1", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { "touched_leaves_1000", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { "touched_leaves_100000", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { "touched_inner_1", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { "touched_inner_1000", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { "touched_inner_100000", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { "touched_root", 4000000, 0, 0, open_tree, { { PEER_NAME, NULL, collect, NULL } } },
    { 0 },
};
