/* SPDX-License-Identifier: MIT */
/* target_operations.c: an input is a program of operations over up to three heaps. README.md has its form. */
#include "tests/fuzz/target.h"
#include "tests/fuzz/world.h"

enum { RUN_MAX = 64, TIMES_MAX = 24, VERIFY_EVERY_MAX = 32 };

static void run_once(struct code *code, int heaps)
{
    int current = 0, left = 0;
    while (code->next < code->end) {
        if (left-- == 0) {
            uint8_t byte = code_byte(code);
            current = byte % heaps;
            left = byte / heaps % RUN_MAX;
        }
        operate(&worlds[current]);
    }
}

int target_run(const uint8_t *data, size_t size)
{
    if (size < 4)
        return -1;
    if (gc_version() != GC_HEADER_VERSION)
        world_fail(&worlds[0], "the library is version %u, its headers are %u", gc_version(), GC_HEADER_VERSION);
    struct code code = { data + 4, data + size };
    int heaps = 1 + data[0] % WORLDS, times = 1 + data[0] / WORLDS % TIMES_MAX;
    for (int h = 0; h < heaps; h++)
        world_open(&worlds[h], h, data[1 + h], &code);
    for (int h = 0; h < heaps; h++)
        worlds[h].verify_every = data[0] < 24 ? 0 : VERIFY_EVERY_MAX;
    for (int t = 0; t < times; t++) {
        code.next = data + 4;
        run_once(&code, heaps);
    }
    code.next = code.end;
    for (int h = 0; h < heaps; h++) {
        world_close(&worlds[h]);
        target_operations += worlds[h].operations;
    }
    return 0;
}
