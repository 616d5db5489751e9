/* SPDX-License-Identifier: MIT */
/* main.c: GLib's containers as a program. */
#include "bench/peers/glib/keys.h"

#define WORKLOADS_MAX 32

int main(int argc, char **argv)
{
    static const bench_workload *const lists[] = { lists_workloads, dictionaries_workloads, sets_workloads };
    static bench_workload workloads[WORKLOADS_MAX];
    size_t count = 0;
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        for (const bench_workload *workload = lists[l]; workload->name; workload++)
            workloads[count++] = *workload;
    }
    return bench_main(argc, argv, workloads, count);
}
