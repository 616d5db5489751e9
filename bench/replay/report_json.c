/* SPDX-License-Identifier: MIT */
/* report_json.c: the report for programs. */
#include "report.h"

#include <stdio.h>
#include <string.h>
#include <yajl/yajl_gen.h>

struct report_member {
    const char *name;
    uint64_t value;
};

static bool report_generate(yajl_gen generator, const struct report_member *members, size_t count)
{
    const unsigned char *text;
    size_t length;
    bool good = yajl_gen_map_open(generator) == yajl_gen_status_ok;
    for (size_t i = 0; good && i < count; i++) {
        const char *name = members[i].name;
        good = yajl_gen_string(generator, (const unsigned char *)name, strlen(name)) == yajl_gen_status_ok &&
               yajl_gen_integer(generator, (long long)members[i].value) == yajl_gen_status_ok;
    }
    good = good && yajl_gen_map_close(generator) == yajl_gen_status_ok &&
           yajl_gen_get_buf(generator, &text, &length) == yajl_gen_status_ok;
    if (good)
        printf("%.*s\n", (int)length, (const char *)text);
    return good;
}

bool report_json(const struct outcome *outcome, struct failure *failure)
{
    const struct report_member members[] = {
        { "objects", outcome->all.objects },
        { "edges", outcome->edges },
        { "weak_edges", outcome->weak_edges },
        { "cut", outcome->cut },
        { "freed_by_refcount", outcome->all.freed_by_refcount },
        { "freed_by_collection", outcome->all.freed_by_collection },
        { "live", outcome->all.live },
        { "weak_cleared", outcome->weak_cleared },
        { "build_ns", outcome->build_ns },
        { "cut_ns", outcome->cut_ns },
        { "collect_ns", outcome->collect_ns },
        { "collect_live_ns", outcome->collect_live_ns },
        { "resident_bytes", outcome->resident_bytes },
        { "heap_bytes", outcome->heap_bytes },
    };
    yajl_gen generator = yajl_gen_alloc(NULL);
    bool good = generator && report_generate(generator, members, sizeof members / sizeof *members);
    if (generator)
        yajl_gen_free(generator);
    return good || fail(failure, "no memory for the report");
}
