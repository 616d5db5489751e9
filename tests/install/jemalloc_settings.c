/* SPDX-License-Identifier: MIT */
/* jemalloc_settings.c: the jemalloc in the library has the settings of lib/jemalloc_conf.c. Run as it is, and with a MALLOC_CONF that asks
 * for others. */
#include <libgc.h>

#include <jemalloc/jemalloc.h>
#include <stdio.h>

static int failures;

/* Values of fewer bytes are the low ones of the number: the machine stores the low byte first. */
static void expect(const char *name, size_t bytes, uint64_t wanted)
{
    uint64_t value = 0;
    size_t size = bytes;
    if (mallctl(name, &value, &size, NULL, 0) != 0 || size != bytes || value != wanted) {
        fprintf(stderr, "%s is %llu, and not %llu\n", name, (unsigned long long)value, (unsigned long long)wanted);
        failures++;
    }
}

int main(void)
{
    gc_heap *heap = gc_heap_open(NULL);
    expect("opt.cache_oblivious", sizeof(bool), false);
    expect("opt.retain", sizeof(bool), true);
    expect("opt.narenas", sizeof(unsigned), 1);
    expect("opt.background_thread", sizeof(bool), false);
    expect("opt.oversize_threshold", sizeof(size_t), 0);
    expect("opt.abort_conf", sizeof(bool), false);
    expect("opt.stats_print", sizeof(bool), false);
    return !heap || gc_heap_close(heap) != 0 || failures != 0;
}
