/* SPDX-License-Identifier: MIT */
/* main.c: a peer as a program: all workloads that make sense for it. */
#include "bench/peers/c/workloads.h"

#define WORKLOADS_MAX 128

static const bench_workload *const lists[] = {
    create_release_workloads,
    hold_workloads,
    binary_trees_workloads,
    gcbench_workloads,
    splay_workloads,
    loops_workloads,
    documents_workloads,
    churn_workloads,
#if !IS_BY_HAND
    build_live_workloads,
    fan_out_workloads,
    finalizers_workloads,
    live_workloads,
    mutation_workloads,
    create_reclaim_rings_workloads,
    untouched_workloads,
    values_workloads,
#if IS_TRACED
    weak_references_workloads,
#else
    half_garbage_workloads,
    reclaim_fan_out_workloads,
    reclaim_rings_workloads,
    young_workloads,
#endif
#endif
};

int main(int argc, char **argv)
{
    static bench_workload workloads[WORKLOADS_MAX];
    size_t count = 0;
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        for (const bench_workload *workload = lists[l]; workload->name; workload++)
            workloads[count++] = *workload;
    }
    return bench_main(argc, argv, workloads, count);
}
