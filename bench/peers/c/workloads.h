/* SPDX-License-Identifier: MIT */
/* workloads.h: the workloads of each file here, up to one without a name. main.c has the list of those that make sense for a peer. */
#ifndef BENCH_PEERS_WORKLOADS_H
#define BENCH_PEERS_WORKLOADS_H

#include "bench/peers/c/object.h"

extern const bench_workload binary_trees_workloads[];
extern const bench_workload build_live_workloads[];
extern const bench_workload churn_workloads[];
extern const bench_workload create_reclaim_rings_workloads[];
extern const bench_workload create_release_workloads[];
extern const bench_workload documents_workloads[];
extern const bench_workload fan_out_workloads[];
extern const bench_workload finalizers_workloads[];
extern const bench_workload gcbench_workloads[];
extern const bench_workload half_garbage_workloads[];
extern const bench_workload hold_workloads[];
extern const bench_workload live_workloads[];
extern const bench_workload loops_workloads[];
extern const bench_workload mutation_workloads[];
extern const bench_workload reclaim_fan_out_workloads[];
extern const bench_workload reclaim_rings_workloads[];
extern const bench_workload splay_workloads[];
extern const bench_workload untouched_workloads[];
extern const bench_workload values_workloads[];
extern const bench_workload weak_references_workloads[];
extern const bench_workload young_workloads[];

/* A `finish`: collects what a round has left to be collected, so that every round begins alike. Its pause is none of the round's. */
static inline void workloads_clean(struct bench *bench)
{
    bool is_warm_up = bench->is_warm_up;
    bench->is_warm_up = true;
    object_collect();
    bench->is_warm_up = is_warm_up;
}

#endif
