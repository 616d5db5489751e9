/* SPDX-License-Identifier: MIT */
/* jemalloc_conf.c: how the jemalloc inside this library is set up, before its first call.
 *
 * Linked into the one object that holds jemalloc (lib/one_object.sh), so none of these names leaves the library, and
 * the jemalloc of a host, if it has one, keeps its own settings. Runs no user code, allocates nothing. */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* MALLOC_CONF and /etc/malloc.conf are meant for the host's own jemalloc. With `stats_print` in them this one would print at the end of
 * the process too, and with `abort_conf` an option that it does not know would end it: the two calls by which it reads them are answered
 * here, with "there is none". */
char *secure_getenv(const char *name)
{
    (void)name;
    return NULL;
}

ssize_t readlink(const char *restrict path, char *restrict target, size_t size)
{
    (void)path, (void)target, (void)size;
    return -1;
}

/* One automatic arena is enough, since each heap makes its own; retained address ranges are what heaps are made
 * of; and this library starts no threads. Free chunks coalesce to more than 8 MiB at once; by default jemalloc gives such back to
 * the system without waiting for its decay, and a heap that fills, empties and fills again would fault in every page each time. */
extern const char *malloc_conf_2_conf_harder;
const char *malloc_conf_2_conf_harder = "narenas:1,retain:true,background_thread:false,oversize_threshold:0";

/* With this on, every large block is one page longer, so that its start can vary: a 4 MiB chunk aligned to 4 MiB would take twice its
 * address range. jemalloc 5.3.0 reports the option but does not read it from any string (its pull request 2307),
 * hence the variable itself. Weak: a jemalloc without it still links, and costs address range only. */
extern bool je_opt_cache_oblivious __attribute__((weak, visibility("hidden")));

/* 101 is the first priority open to programs: it runs before jemalloc's own constructor, which has none. */
static void __attribute__((constructor(101))) set_up_jemalloc(void)
{
    if (&je_opt_cache_oblivious)
        je_opt_cache_oblivious = false;
}
