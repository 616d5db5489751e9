/* SPDX-License-Identifier: MIT */
/* main.c: a peer as a program: all workloads that make sense for it. */
#include "bench/peers/c/workloads.h"

#define WORKLOADS_MAX 128

static const bench_workload *const lists[] = {
    create_release_workloads,
    hold_workloads,
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
