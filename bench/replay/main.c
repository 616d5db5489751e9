/* SPDX-License-Identifier: MIT */
/* main.c: replays the heap of a real program in libgc: read, check, build, collect, cut, collect, report. */
#define _GNU_SOURCE 1
#include "clock.h"
#include "cut.h"
#include "options.h"
#include "reader.h"
#include "replay.h"
#include "report.h"

#include <stdio.h>

enum { STATUS_GOOD = 0, STATUS_REPORT = 1, STATUS_REFUSED = 2 };

/* A file as it goes through the program. */
struct passage {
    struct document document;
    struct layout layout;
    struct graph graph;
    struct outcome outcome;
    uint64_t read_ns;
};

static bool passage_read(struct passage *passage, const struct options *options, struct progress *progress,
                         struct failure *failure)
{
    uint64_t start = clock_ns();
    bool good = reader_read(options->path, &passage->document, progress, failure) &&
                layout_read(&passage->document, &passage->layout, failure) &&
                graph_read(&passage->document, &passage->layout, &passage->graph, failure);
    passage->read_ns = clock_ns() - start;
    return good;
}

static void passage_free(struct passage *passage)
{
    replay_free_outcome(&passage->outcome);
    graph_free(&passage->graph);
    layout_free(&passage->layout);
    document_free(&passage->document);
}

static bool passage_report(const struct passage *passage, const struct options *options, struct failure *failure)
{
    if (!replay_check(&passage->outcome, failure))
        return false;
    if (options->json) {
        if (!report_json(&passage->outcome, failure))
            return false;
    } else {
        report_table(options, &passage->graph, &passage->outcome, passage->read_ns);
        report_picture(&passage->graph, &passage->outcome);
    }
    return (fflush(stdout) == 0 && !ferror(stdout)) || fail(failure, "cannot write the report");
}

static int complain(const struct options *options, const struct failure *failure, int status)
{
    struct failure path;
    fail(&path, "%s", options->path);
    fprintf(stderr, "replay: %s: %s\n", path.text, failure->text);
    return status;
}

static int run(const struct options *options, struct passage *passage)
{
    struct progress progress;
    struct failure failure = { "" };
    progress_open(&progress);
    if (!passage_read(passage, options, &progress, &failure))
        return complain(options, &failure, STATUS_REFUSED);
    size_t cut = cut_select(&passage->graph, options->cut_permille, options->seed);
    if (!replay_run(&passage->graph, cut, &progress, &passage->outcome, &failure))
        return complain(options, &failure, STATUS_REFUSED);
    if (!passage_report(passage, options, &failure))
        return complain(options, &failure, STATUS_REPORT);
    return STATUS_GOOD;
}

int main(int argument_count, char **arguments)
{
    struct options options;
    switch (options_read(&options, argument_count, arguments)) {
    case OPTIONS_HELP:
        return STATUS_GOOD;
    case OPTIONS_WRONG:
        return STATUS_REFUSED;
    default:
        break;
    }
    struct passage passage = { 0 };
    int status = run(&options, &passage);
    passage_free(&passage);
    return status;
}
